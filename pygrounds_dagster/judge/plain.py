"""Trees of the channel as Python values, for readers who want the value and not the comparison.

Here: ``to_value``. Not here: judging; a verdict compares trees (``compare``) and never needs this.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Hashable
from typing import Any, NamedTuple

from .channel import BadClaimError, Tree


class Opaque(NamedTuple):
    """A value that is not plain data: its type's name and its (bounded) repr, as the program claims them."""

    type: str
    repr: str

    def __repr__(self) -> str:
        return self.repr


def to_value(tree: Tree) -> Any:
    """The Python value of a checked tree; instances of subclasses come as their plain base.

    Raises:
        BadClaimError: a dict or set with equal, unhashable or colliding members, or an invalid date.
    """
    if type(tree) is not list:
        return tree
    tag, rest = tree[0], tree[1:]
    try:
        return _LEAVES[tag](rest) if tag in _LEAVES else _container(tag, rest)
    except (ValueError, ArithmeticError) as error:
        raise BadClaimError(f"no such value: {error}") from None


def _container(tag: str, rest: list[Tree]) -> Any:
    if tag == "u":
        return to_value(rest[1])
    if tag == "r":
        return range(*map(to_value, rest))
    if tag == "d":
        keys = _members([pair[0] for pair in rest[0]])
        return dict(zip(keys, (to_value(pair[1]) for pair in rest[0]), strict=True))
    if tag in ("S", "F"):
        members = _members(rest[0])
        return set(members) if tag == "S" else frozenset(members)
    items = [to_value(item) for item in rest[0]]
    return {"l": list, "t": tuple, "q": deque}[tag](items)


def _members(trees: list[Tree]) -> list[Hashable]:
    """Hashable values; refuses crowds of one hash, which would make a dict quadratic."""
    values = [to_value(tree) for tree in trees]
    try:
        hashes = {hash(value) for value in values}
    except TypeError as error:
        raise BadClaimError(str(error)) from None
    if len(values) > 64 and len(hashes) < len(values) // 2:
        raise BadClaimError("members collide")
    return values


def _decimal(rest: list[str]) -> Any:
    from decimal import Decimal  # here and below: most runs need none of these modules

    return Decimal(rest[0])


def _fraction(rest: list[str]) -> Any:
    from fractions import Fraction

    return Fraction(int(rest[0], 16), int(rest[1], 16))


def _moment(rest: list[str]) -> Any:
    import datetime

    kind, text = rest
    if kind == "timedelta":
        days, seconds, microseconds = map(int, text.split(","))
        return datetime.timedelta(days, seconds, microseconds)
    return getattr(datetime, kind).fromisoformat(text)


_LEAVES: dict[str, Any] = {
    "i": lambda rest: int(rest[0], 16),
    "f": lambda rest: float.fromhex(rest[0]),
    "c": lambda rest: complex(float.fromhex(rest[0]), float.fromhex(rest[1])),
    "s": lambda rest: bytes.fromhex(rest[0]).decode("utf-8", "surrogatepass"),
    "b": lambda rest: bytes.fromhex(rest[0]),
    "B": lambda rest: bytearray.fromhex(rest[0]),
    "D": _decimal,
    "Q": _fraction,
    "T": _moment,
    "o": lambda rest: Opaque(rest[0], rest[1]),
}
