"""The declared rules by which an answer is compared with what was expected, in the judge's own process.

Here: ``Rules`` and comparing trees and texts. Not here: what a program's answer is (``jobs``), which
test wants what (``cases``). Both sides are channel trees: no object of the program is ever touched or asked.
"""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import takewhile, zip_longest
from typing import Any, Literal, get_args

from .channel import BadClaimError, Tree
from .plain import to_value

Types = Literal["exact", "python", "json"]
Nan = Literal["equal", "different"]
Whitespace = Literal["exact", "trailing", "tokens"]

_SEQUENCES = ("l", "t", "q")
_SETS = ("S", "F")
_NUMBERS = ("i", "f", "c", "D", "Q")
_NUMBER_NAMES = {"i": "int", "f": "float", "c": "complex", "D": "Decimal", "Q": "Fraction"}
_MAX_PAIRS = 250_000
_Item = tuple[Tree, Tree]
_WHOLE, _BEFORE = 180, 20  # characters: of texts shown whole, and shown before two longer ones part


@dataclass(frozen=True)
class Rules:
    """How answers are compared.

    types: ``exact`` (1, 1.0 and True differ, so do a list and a tuple, a dict and its subclasses), ``python``
    (what ``==`` says of plain values: 1 == 1.0 == True, a Counter equals its dict), ``json`` (tuples count as
    lists, subclasses as their base, the rest exact).
    tolerance: numbers compare by ``math.isclose`` with this relative and absolute tolerance; ints and floats
    then compare with each other, booleans never.
    unordered: order of lists and tuples does not count, at the top level or ``deep``.
    whitespace: for printed text and strings: ``trailing`` ignores blanks at line ends and empty lines at the
    end, ``tokens`` compares words. Printed text is ``trailing`` and strings are ``exact`` where it is unset.
    """

    types: Types = "exact"
    tolerance: float | None = None
    unordered: bool | Literal["deep"] = False
    nan: Nan = "equal"
    whitespace: Whitespace | None = None
    ignore_case: bool = False

    def __post_init__(self) -> None:
        for name, choices in (("types", Types), ("nan", Nan), ("whitespace", Whitespace | None)):
            allowed = [value for value in get_args(choices) if isinstance(value, str)]
            allowed += list(get_args(Whitespace)) if name == "whitespace" else []
            value = getattr(self, name)
            if value not in allowed and not (name == "whitespace" and value is None):
                raise ValueError(
                    f"{name!r} must be one of {', '.join(dict.fromkeys(allowed))}, not {value!r}"
                )
        if self.unordered not in (True, False, "deep"):
            raise ValueError(f"'unordered' must be true, false or \"deep\", not {self.unordered!r}")
        if self.tolerance is not None and not 0 <= self.tolerance < math.inf:
            raise ValueError(f"'tolerance' must be a number from 0, not {self.tolerance!r}")


def same_text(expected: str, actual: str, rules: Rules, default: Whitespace = "trailing") -> bool:
    """Whether two texts are equal under the whitespace policy."""
    policy = rules.whitespace or default
    if rules.ignore_case:
        expected, actual = expected.casefold(), actual.casefold()
    if policy == "tokens":
        return expected.split() == actual.split()
    if policy == "trailing":
        return _trimmed(expected) == _trimmed(actual)
    return expected == actual


def text_difference(expected: str, actual: str, rules: Rules, default: Whitespace = "trailing") -> str | None:
    """How two texts differ, in words: whole, or from where they part if they are long; None if equal."""
    if same_text(expected, actual, rules, default):
        return None
    if len(expected) <= _WHOLE and len(actual) <= _WHOLE:
        return f"expected {show(expected)}, got {show(actual)}"
    pairs = enumerate(zip_longest(expected.splitlines(), actual.splitlines()), 1)
    number, (wanted, got) = next(
        ((n, pair) for n, pair in pairs if None in pair or not same_text(*pair, rules, default)),
        (0, (None, None)),
    )
    if not number:
        return f"the lines end otherwise: expected …{expected[-_BEFORE:]!r}, got …{actual[-_BEFORE:]!r}"
    same = takewhile(lambda pair: pair[0] == pair[1], zip(wanted or "", got or "", strict=False))
    start = max(0, sum(1 for _ in same) - _BEFORE)
    column = f" from column {start + 1}" if start else ""
    words = ["nothing" if line is None else show(line[start:]) for line in (wanted, got)]
    return f"in line {number}{column}: expected {words[0]}, got {words[1]}"


def _trimmed(text: str) -> list[str]:
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    while lines and not lines[-1]:
        lines.pop()
    return lines


def difference(expected: Tree, actual: Tree, rules: Rules) -> str | None:
    """Where and how ``actual`` differs from ``expected``, in words; None if it is equal."""
    try:
        return _Comparison(rules).difference(expected, actual, "", top=True)
    except BadClaimError as error:
        return f"the answer is no possible value: {error}"


class _Comparison:
    """One comparison under one set of rules."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules

    def difference(self, expected: Tree, actual: Tree, path: str, top: bool = False) -> str | None:
        expected, actual = self._plain(expected), self._plain(actual)
        kind = _tag(expected)
        if kind in _NUMBERS or kind == "bool" or self._both_numbers(expected, actual):
            same = self._same_number(expected, actual)
            return None if same else _words(expected, actual, path)
        if kind != _tag(actual):
            return _words(expected, actual, path)
        if kind == "str":
            found = text_difference(to_value(expected), to_value(actual), self.rules, "exact")
            return found and (f"at {path}: {found}" if path else found)
        if kind in _SEQUENCES:
            return self._sequence(expected, actual, path, top)
        if kind in _SETS:
            return None if self._matched(expected[1], actual[1]) else _words(expected, actual, path)
        if kind == "d":
            return self._mapping(expected, actual, path)
        if kind == "u" and expected[1] == actual[1]:
            return self.difference(expected[2], actual[2], path, top)
        return None if expected == actual and kind not in ("o", "u") else _words(expected, actual, path)

    def _plain(self, tree: Tree) -> Tree:
        """The tree without what the type rule ignores."""
        if self.rules.types == "exact" or type(tree) is not list:
            return tree
        if tree[0] == "u":
            return self._plain(tree[2])
        if self.rules.types == "json" and tree[0] == "t":
            return ["l", tree[1]]
        if self.rules.types == "python":
            twin = {"F": "S", "B": "b"}.get(tree[0])
            return [twin, *tree[1:]] if twin else tree
        return tree

    def _both_numbers(self, *trees: Tree) -> bool:
        return all(_tag(tree) in (*_NUMBERS, "bool") for tree in trees)

    def _same_number(self, expected: Tree, actual: Tree) -> bool:
        if not self._both_numbers(expected, actual):
            return False
        kinds = {_tag(expected), _tag(actual)}
        try:
            left, right = to_value(expected), to_value(actual)
        except BadClaimError:  # a Fraction over zero, say: no number
            return False
        if self.rules.tolerance is not None and "bool" not in kinds:
            return self._close(left, right)
        if len(kinds) > 1 and self.rules.types != "python":
            return False
        return self._equal(left, right)

    def _equal(self, left: Any, right: Any) -> bool:
        if isinstance(left, complex) and isinstance(right, complex):
            return self._equal(left.real, right.real) and self._equal(left.imag, right.imag)
        if _is_nan(left) and _is_nan(right):
            return self.rules.nan == "equal"
        if _is_nan(left) or _is_nan(right):
            return False
        if isinstance(left, Decimal | Fraction) or isinstance(right, Decimal | Fraction):
            return bool(_exactly(left) == _exactly(right))
        return bool(left == right)

    def _close(self, left: Any, right: Any) -> bool:
        tolerance = self.rules.tolerance or 0.0
        if isinstance(left, complex) or isinstance(right, complex):
            pairs = ((complex(left), complex(right)),)
            return all(self._close(a.real, b.real) and self._close(a.imag, b.imag) for a, b in pairs)
        if _is_nan(left) or _is_nan(right):
            return _is_nan(left) and _is_nan(right) and self.rules.nan == "equal"
        try:
            return math.isclose(float(left), float(right), rel_tol=tolerance, abs_tol=tolerance)
        except OverflowError:  # an integer beyond floats: only its equal is close
            return self._equal(left, right)

    def _sequence(self, expected: Tree, actual: Tree, path: str, top: bool) -> str | None:
        wanted, got = expected[1], actual[1]
        if len(wanted) != len(got):
            where = f"at {path}: " if path else ""
            return f"{where}expected {_items(wanted)}, got {len(got)}: {show(actual)}"
        if self.rules.unordered == "deep" or (self.rules.unordered and top):
            return None if self._matched(wanted, got) else _words(expected, actual, path)
        for index, (left, right) in enumerate(zip(wanted, got, strict=True)):
            found = self.difference(left, right, f"{path}[{index}]")
            if found is not None:
                return found
        return None

    def _matched(self, wanted: list[Tree], got: list[Tree]) -> bool:
        """Whether the two hold the same members in any order: by canonical text, the rest pair by pair."""
        if len(wanted) != len(got):
            return False
        left_over = list(got)
        texts: dict[str, list[int]] = {}
        for index, tree in enumerate(got):
            texts.setdefault(json.dumps(tree), []).append(index)
        unmatched = []
        for tree in wanted:
            found = texts.get(json.dumps(tree))
            if found and self.difference(tree, got[found[-1]], "") is None:
                left_over[found.pop()] = _TAKEN
            else:
                unmatched.append(tree)
        rest = [tree for tree in left_over if tree is not _TAKEN]
        return len(unmatched) * len(rest) <= _MAX_PAIRS and self._paired(unmatched, rest)

    def _paired(self, wanted: Sequence[Tree], rest: list[Tree]) -> bool:
        for tree in wanted:
            position = next(
                (i for i, other in enumerate(rest) if self.difference(tree, other, "") is None), None
            )
            if position is None:
                return False
            rest.pop(position)
        return True

    def _mapping(self, expected: Tree, actual: Tree, path: str) -> str | None:
        wanted, got = expected[1], actual[1]
        if len(wanted) != len(got):
            where = f"at {path}: " if path else ""
            return f"{where}expected {len(wanted)} keys, got {len(got)}"
        by_text = {json.dumps(key): value for key, value in got}
        if len(by_text) != len(got):
            return f"at {path or 'the answer'}: the same key twice"
        unmatched = []
        for key, value in wanted:
            text = json.dumps(key)
            if text not in by_text:
                unmatched.append((key, value))
                continue
            found = self.difference(value, by_text.pop(text), f"{path}[{show(key)}]")
            if found is not None:
                return found
        rest = [(key, value) for key, value in got if json.dumps(key) in by_text]
        return self._other_keys(unmatched, rest, path)

    def _other_keys(self, wanted: list[_Item], rest: list[_Item], path: str) -> str | None:
        """Items whose keys are written differently, and may be equal all the same: 1 and 1.0."""
        few = len(wanted) * len(rest) <= _MAX_PAIRS and self.rules.types != "exact"
        for key, value in wanted:
            twins = (i for i, (other, _) in enumerate(rest) if self.difference(key, other, "") is None)
            position = next(twins, None) if few else None
            if position is None:
                return f"at {path}[{show(key)}]: the key is missing"
            found = self.difference(value, rest.pop(position)[1], f"{path}[{show(key)}]")
            if found is not None:
                return found
        return None


_TAKEN: list[Tree] = []


def _items(members: list[Tree]) -> str:
    return f"{len(members)} {'item' if len(members) == 1 else 'items'}"


def _exactly(number: Any) -> Any:
    """A number that compares exactly with Decimal and Fraction alike; infinities stay floats."""
    if isinstance(number, Decimal) and number.is_finite() and abs(number.adjusted()) < 5000:
        return Fraction(number)
    return number


def _is_nan(number: Any) -> bool:
    if isinstance(number, Decimal):
        return number.is_nan()
    return isinstance(number, float) and math.isnan(number)


def _tag(tree: Tree) -> str:
    if type(tree) is list:
        return "str" if tree[0] == "s" else str(tree[0])
    return {type(None): "none", bool: "bool", str: "str", int: "i"}[type(tree)]


def _words(expected: Tree, actual: Tree, path: str) -> str:
    where = f"at {path}: " if path else ""
    kinds = [_NUMBER_NAMES.get(_tag(tree), "") for tree in (expected, actual)]
    which = f" (a number of type {kinds[1]}, not {kinds[0]})" if all(kinds) and kinds[0] != kinds[1] else ""
    return f"{where}expected {show(expected)}, got {show(actual)}{which}"


def show(tree: Tree, limit: int = 200) -> str:
    """The value as Python writes it, shortened, with control characters escaped."""
    try:
        value = to_value(tree)
        text = repr(value)
    except (BadClaimError, ValueError):  # no such value, or an integer too long to print in decimal
        text = json.dumps(tree)
        if type(tree) is list and tree[0] == "i":
            text = f"an integer of {4 * len(tree[1].lstrip('-'))} bits or a few less"
    if type(tree) is list and tree[0] == "u":
        text = f"{tree[1]}({text})"
    text = "".join(char if char.isprintable() else char.encode("unicode_escape").decode() for char in text)
    return text if len(text) <= limit else text[: limit - 1] + "…"
