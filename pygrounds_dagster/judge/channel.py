"""Plain data between the judge and a run: canonical tagged JSON, strictly decoded.

Here: ``encode`` (any object → text), ``decode`` (text → checked tree), ``to_value`` (tree → Python value).
Not here: comparing (``compare``), what the frames mean (``program``, ``runner``).

A tree is null, true, false, a string, an integer below 2**53, or a list ``[tag, ...]``:

    ["i", hex]  integer          ["f", hex] float        ["c", hex, hex] complex
    ["s", hex]  string with lone surrogates, as UTF-8 that lets them pass
    ["b", hex]  bytes            ["B", hex] bytearray    ["r", a, b, c] range
    ["l", items] list            ["t", items] tuple      ["S", items] set     ["F", items] frozenset
    ["d", [[key, value], ...]]   dict in its order       ["D", text] Decimal  ["Q", a, b] Fraction
    ["q", items] deque           ["T", kind, text] date, time, datetime; ["T", "timedelta", ...]
    ["u", type, tree]            an instance of a subclass, as the plain data of its base
    ["o", type, repr]            anything else: opaque, equal to nothing

Only exact built-in types are read as themselves, by their own methods: what a program defines on a subclass
(``__eq__``, ``__iter__``, ``__repr__`` …) has no say. Nothing here ever executes what it reads.
"""

from __future__ import annotations

import json
import re
import sys
from collections import deque
from json.encoder import encode_basestring_ascii as _quote
from typing import Any

Tree = Any
"""A decoded tree: None, bool, int, str or list; see the module's table."""

MAX_NODES = 20_000
MAX_DEPTH = 40
MAX_REPR = 200

_PLAIN_INT = 1 << 53


class TooLargeError(ValueError):
    """The object has more nodes, levels or digits than a claim may have."""


class BadClaimError(ValueError):
    """The text is not a canonical tree: written by something else than ``encode``."""


class _Encoder:
    """One encoding; counts nodes."""

    def __init__(self, max_bytes: int) -> None:
        self.nodes = 0
        self.bytes_left = max_bytes

    def encode(self, value: Any, depth: int) -> str:
        self.nodes += 1
        if self.nodes > MAX_NODES or depth > MAX_DEPTH:
            raise TooLargeError(f"more than {MAX_NODES} values or {MAX_DEPTH} levels")
        scalar = self._scalar(value)
        text = scalar if scalar is not None else self._container(value, depth)
        if text is None:
            text = self._foreign(value, depth)
        return text

    def _spend(self, amount: int) -> None:
        self.bytes_left -= amount
        if self.bytes_left < 0:
            raise TooLargeError("more text or digits than an answer may hold")

    def _scalar(self, value: Any) -> str | None:
        kind = type(value)
        if value is None:
            return "null"
        if kind is bool:
            return "true" if value is True else "false"
        if kind is str:
            self._spend(len(value))
            return _quote(value) if _is_text(value) else f'["s","{_surrogates(value)}"]'
        if kind is int:
            self._spend(value.bit_length() >> 2)
            return str(value) if -_PLAIN_INT < value < _PLAIN_INT else f'["i","{value:x}"]'
        if kind is float:
            return f'["f","{value.hex()}"]'
        return self._rare_scalar(value)

    def _rare_scalar(self, value: Any) -> str | None:
        kind = type(value)
        if kind is complex:
            return f'["c","{value.real.hex()}","{value.imag.hex()}"]'
        if kind is bytes or kind is bytearray:
            self._spend(2 * len(value))
            return f'["{"b" if kind is bytes else "B"}","{value.hex()}"]'
        if kind is range:
            parts = (self.encode(part, 0) for part in (value.start, value.stop, value.step))
            return f'["r",{",".join(parts)}]'
        return None

    def _container(self, value: Any, depth: int) -> str | None:
        kind = type(value)
        if kind is list or kind is tuple or kind is deque:
            tag = "l" if kind is list else "t" if kind is tuple else "q"
            return f'["{tag}",[{",".join([self.encode(item, depth + 1) for item in value])}]]'
        if kind is dict:
            items = [
                f"[{self.encode(key, depth + 1)},{self.encode(item, depth + 1)}]"
                for key, item in value.items()
            ]
            return f'["d",[{",".join(items)}]]'
        if kind is set or kind is frozenset:
            members = sorted(self.encode(item, depth + 1) for item in value)
            return f'["{"S" if kind is set else "F"}",[{",".join(members)}]]'
        return None

    def _foreign(self, value: Any, depth: int) -> str:
        known = _library_value(value)
        if known is not None:
            self._spend(sum(len(part) for part in known))
            return "[" + ",".join(_quote(part) for part in known) + "]"
        name = _quote(type_name(type(value)))
        for base, plain in _BASES:
            if isinstance_of(value, base):
                return f'["u",{name},{self.encode(plain(value), depth + 1)}]'
        return f'["o",{name},{_quote(safe_repr(value))}]'


def _is_text(value: str) -> bool:
    """Whether JSON can carry the string as it is: two lone surrogates would come back as one character."""
    if value.isascii():
        return True
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _surrogates(value: str) -> str:
    return value.encode("utf-8", "surrogatepass").hex()


def isinstance_of(value: object, base: type) -> bool:
    """Whether the true type of ``value`` derives from ``base``; ``__class__`` lies are not heard."""
    return base in type.__dict__["__mro__"].__get__(type(value))


_BASES: tuple[tuple[type, Any], ...] = (
    (int, int.__pos__),
    (float, float.__pos__),
    (str, lambda value: str.__getitem__(value, slice(None))),
    (bytes, lambda value: bytes.__getitem__(value, slice(None))),
    (dict, lambda value: dict(dict.items(value))),
    (list, lambda value: list.__getitem__(value, slice(None))),
    (tuple, lambda value: tuple.__getitem__(value, slice(None))),
    (set, lambda value: set.__or__(value, set())),
    (frozenset, lambda value: frozenset.__or__(value, frozenset())),
)


def _library_value(value: Any) -> tuple[str, ...] | None:
    """Exact types of decimal, fractions and datetime, which exist only if their module was imported."""
    kind = type(value)
    module, name = type_name(kind).rpartition(".")[::2]
    if module == "decimal" and name == "Decimal" and kind is _imported(module, name):
        return ("D", str(value))
    if module == "fractions" and name == "Fraction" and kind is _imported(module, name):
        numerator, denominator = value._numerator, value._denominator
        if type(numerator) is int and type(denominator) is int:
            return ("Q", f"{numerator:x}", f"{denominator:x}")
    if module == "datetime" and kind is _imported(module, name):
        if name in ("date", "time", "datetime"):
            return ("T", name, value.isoformat())
        if name == "timedelta":
            parts = (value.days, value.seconds, value.microseconds)
            return ("T", name, ",".join(map(str, parts)))
    return None


def _imported(module: str, name: str) -> object:
    return getattr(sys.modules.get(module), name, None)


def type_name(kind: type) -> str:
    """``module.QualName``, plain for builtins, bounded; from the type's own slots."""
    name = type.__dict__["__qualname__"].__get__(kind)
    module = type.__dict__["__module__"].__get__(kind)
    text = name if module == "builtins" or type(module) is not str else f"{module}.{name}"
    return str(text)[:MAX_REPR]


def safe_repr(value: object) -> str:
    """``repr`` shortened; what it raises is named instead of raised. Runs the program's own code."""
    try:
        text = repr(value)
        return text if len(text) <= MAX_REPR else text[: MAX_REPR - 1] + "…"
    except BaseException as error:  # noqa: BLE001 - the program's __repr__ may raise anything at all
        return f"<repr raised {type_name(type(error))}>"


def encode(value: object, *, max_bytes: int = 1 << 20) -> str:
    """Canonical text of any object.

    Raises:
        TooLargeError: more than ``MAX_NODES`` values, ``MAX_DEPTH`` levels or about ``max_bytes`` of text.
    """
    return _Encoder(max_bytes).encode(value, 0)


_HEX = re.compile(r"-?(0|[1-9a-f][0-9a-f]*)")
_BYTES = re.compile(r"(?:[0-9a-f]{2})*")
_FLOAT = re.compile(r"-?0x[01]\.[0-9a-f]+p[+-]\d{1,4}|-?inf|nan|-?0x0\.0p\+0")
_NUMBER = re.compile(
    r"[+-]?(\d{1,100000}(\.\d{0,100000})?|\.\d+)(E[+-]?\d{1,18})?|-?Infinity|-?s?NaN\d{0,1000}"
)
_TIME_KINDS = ("date", "time", "datetime", "timedelta")


def _refuse_constant(text: str) -> Tree:
    raise BadClaimError(f"{text[:20]} is not part of a claim")


def _plain_int(text: str) -> int:
    if len(text) > 17:
        raise BadClaimError("a large integer must be tagged")
    return int(text)


def _refuse_object(pairs: list[tuple[str, Tree]]) -> Tree:
    raise BadClaimError(f"an object of {len(pairs)} entries is not part of a claim")


_DECODER = json.JSONDecoder(
    object_pairs_hook=_refuse_object,
    parse_float=_refuse_constant,
    parse_constant=_refuse_constant,
    parse_int=_plain_int,
)


def check(tree: Tree) -> None:
    """Check a parsed tree.

    Raises:
        BadClaimError: unknown tag, wrong shape, or beyond ``MAX_NODES`` / ``MAX_DEPTH``.
    """
    if _check(tree, MAX_NODES, 0) < 0:
        raise BadClaimError(f"more than {MAX_NODES} values")


def decode(text: str) -> Tree:
    """The checked tree of one encoded value.

    Raises:
        BadClaimError: malformed, unknown tag, wrong shape, or beyond ``MAX_NODES`` / ``MAX_DEPTH``.
    """
    tree = parse(text)
    check(tree)
    return tree


def parse(text: str) -> Tree:
    """JSON of nulls, booleans, strings, small integers and lists; anything else is refused.

    Raises:
        BadClaimError: malformed or too deep.
    """
    try:
        return _DECODER.decode(text)
    except (ValueError, RecursionError) as error:
        raise BadClaimError(f"not a claim: {error}") from None


def _texts(tree: list[Tree], count: int, pattern: re.Pattern[str]) -> bool:
    return len(tree) == count + 1 and all(
        type(part) is str and pattern.fullmatch(part) is not None for part in tree[1:]
    )


def _is_leaf(tag: str, tree: list[Tree]) -> bool:
    """Whether a tagged list without inner trees has its tag's shape."""
    match tag:
        case "i":
            return _texts(tree, 1, _HEX)
        case "Q":
            return _texts(tree, 2, _HEX)
        case "f":
            return _texts(tree, 1, _FLOAT)
        case "c":
            return _texts(tree, 2, _FLOAT)
        case "b" | "B" | "s":
            return _texts(tree, 1, _BYTES)
        case "D":
            return _texts(tree, 1, _NUMBER)
        case "T":
            return len(tree) == 3 and tree[1] in _TIME_KINDS and type(tree[2]) is str and len(tree[2]) < 100
        case "o":
            return len(tree) == 3 and all(type(part) is str for part in tree)
        case _:
            return False


def _children(tree: list[Tree]) -> list[Tree] | None:
    """Inner trees of a tagged list, None if it has not the shape of its tag."""
    tag, rest = tree[0], tree[1:]
    if tag in ("l", "t", "S", "F", "q"):
        return rest[0] if len(rest) == 1 and type(rest[0]) is list else None
    if tag == "d":
        if len(rest) != 1 or type(rest[0]) is not list:
            return None
        if not all(type(pair) is list and len(pair) == 2 for pair in rest[0]):
            return None
        return [part for pair in rest[0] for part in pair]
    if tag == "u":
        return rest[1:] if len(rest) == 2 and type(rest[0]) is str else None
    if tag == "r":
        return rest if len(rest) == 3 and all(_is_integer(part) for part in rest) else None
    return None


def has_opaque(tree: Tree) -> bool:
    """Whether an object that is no plain data is in a checked tree."""
    if type(tree) is not list:
        return False
    return tree[0] == "o" or any(map(has_opaque, _children(tree) or ()))


def _is_integer(tree: Tree) -> bool:
    return type(tree) is int or (type(tree) is list and bool(tree) and tree[0] == "i")


def _check(tree: Tree, left: int, depth: int) -> int:
    """Nodes left after this tree, negative when there were too many."""
    if type(tree) is not list:
        return left - 1
    if not tree or type(tree[0]) is not str or depth > MAX_DEPTH:
        raise BadClaimError("a list without a tag, or too many levels")
    if _is_leaf(tree[0], tree):
        return left - 1
    inner = _children(tree)
    if inner is None:
        raise BadClaimError(f"malformed {tree[0][:5]!r}")
    left -= 1
    for child in inner:
        if left < 0:
            return left
        left = _check(child, left, depth + 1)
    return left
