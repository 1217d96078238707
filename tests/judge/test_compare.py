"""The rules by which an answer equals what was expected."""

from __future__ import annotations

import math
from collections import Counter, deque
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygrounds_dagster.judge.channel import decode, encode
from pygrounds_dagster.judge.compare import Rules, difference, same_text, show


def equal(expected: Any, actual: Any, **rules: Any) -> bool:
    return difference(decode(encode(expected)), decode(encode(actual)), Rules(**rules)) is None


CASES: list[tuple[Any, Any, dict[str, Any], bool]] = [
    (1, 1, {}, True),
    (1, True, {}, False),
    (1, 1.0, {}, False),
    (True, 1, {}, False),
    (0, False, {}, False),
    (None, None, {}, True),
    (None, 0, {}, False),
    ([1, 2], (1, 2), {}, False),
    ([1, 2], [2, 1], {}, False),
    ({"a": 1}, Counter(a=1), {}, False),
    ("a", "a ", {}, False),
    (2**200, 2**200, {}, True),
    (1, True, {"types": "python"}, True),
    (1, 1.0, {"types": "python"}, True),
    ([1, 2], (1, 2), {"types": "python"}, False),
    ({"a": 1}, Counter(a=1), {"types": "python"}, True),
    ({1: "x"}, {True: "x"}, {"types": "python"}, True),
    ({1, 2}, frozenset({1.0, 2.0}), {"types": "python"}, True),
    ({1, 2}, frozenset({1, 3}), {"types": "python"}, False),
    (b"x", bytearray(b"x"), {"types": "python"}, True),
    (Decimal("0.5"), 0.5, {"types": "python"}, True),
    (Fraction(1, 2), Decimal("0.5"), {"types": "python"}, True),
    ([1, [2]], (1, (2,)), {"types": "json"}, True),
    (1, 1.0, {"types": "json"}, False),
    (1, True, {"types": "json"}, False),
    ({"a": 1}, Counter(a=1), {"types": "json"}, True),
    (0.3, 0.1 + 0.2, {}, False),
    (0.3, 0.1 + 0.2, {"tolerance": 1e-9}, True),
    (2.0, 2, {"tolerance": 1e-9}, True),
    (1.0, True, {"tolerance": 1e-9}, False),
    (1.0, "1.0", {"tolerance": 1e-9}, False),
    ([0.3, {"a": 0.6}], [0.1 + 0.2, {"a": 0.2 * 3}], {"tolerance": 1e-9}, True),
    (10**400, 10**400, {"tolerance": 1e-9}, True),
    (10**400, 10**400 + 1, {"tolerance": 1e-9}, False),
    (1j, 1j + 1e-12, {"tolerance": 1e-9}, True),
    ({0.3, 1.0}, {0.1 + 0.2, 1.0}, {"tolerance": 1e-9}, True),
    (math.nan, math.nan, {}, True),
    (math.nan, math.nan, {"nan": "different"}, False),
    (math.nan, 0.0, {"tolerance": 1.0}, False),
    (math.inf, math.inf, {"tolerance": 1e-9}, True),
    (0.0, -0.0, {}, True),
    ([1, 2, 2], [2, 1, 2], {"unordered": True}, True),
    ([1, 2, 2], [2, 1, 1], {"unordered": True}, False),
    ([[1, 2], [3]], [[3], [1, 2]], {"unordered": True}, True),
    ([[1, 2], [3]], [[3], [2, 1]], {"unordered": True}, False),
    ([[1, 2], [3]], [[3], [2, 1]], {"unordered": "deep"}, True),
    ([{"a": 1}, {"b": 2}], [{"b": 2}, {"a": 1}], {"unordered": True}, True),
    ([0.3, 1.0], [1.0, 0.1 + 0.2], {"unordered": True, "tolerance": 1e-9}, True),
    ({"a": 1, "b": 2}, {"b": 2, "a": 1}, {}, True),
    ({1, 2}, {2, 1}, {}, True),
    ({1, 2}, [1, 2], {}, False),
    (deque([1]), deque([1]), {}, True),
    (range(3), range(3), {}, True),
    (range(3), [0, 1, 2], {}, False),
    ("Hello", "hello", {"ignore_case": True}, True),
    ("a  b", "a b", {"whitespace": "tokens"}, True),
    ("a \n", "a", {"whitespace": "trailing"}, True),
]


@pytest.mark.parametrize(("expected", "actual", "rules", "same"), CASES)
def test_values_compare_as_the_rules_say(
    expected: Any, actual: Any, rules: dict[str, Any], same: bool
) -> None:
    assert equal(expected, actual, **rules) is same


PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=10,
)


@given(PLAIN, st.sampled_from(["exact", "python", "json"]), st.sampled_from([False, True, "deep"]))
def test_everything_equals_itself(value: Any, types: Any, unordered: Any) -> None:
    assert equal(value, value, types=types, unordered=unordered)


@given(PLAIN, PLAIN)
def test_equality_has_no_side(left: Any, right: Any) -> None:
    assert equal(left, right) == equal(right, left)


def test_an_opaque_object_equals_nothing() -> None:
    assert not equal(object(), object())
    same = object()
    assert not equal(same, same)


def test_the_difference_says_where() -> None:
    found = difference(decode(encode({"a": [1, 2]})), decode(encode({"a": [1, 3]})), Rules())
    assert found == "at ['a'][1]: expected 2, got 3"


def test_a_forged_dict_with_one_key_twice_is_wrong() -> None:
    found = difference(decode(encode({"a": 1, "b": 2})), ["d", [["a", 1], ["a", 1]]], Rules())
    assert found is not None


@pytest.mark.parametrize(
    ("expected", "printed", "policy", "same"),
    [
        ("a\nb\n", "a  \nb", "trailing", True),
        ("a\nb", "a\r\nb\r\n\n", "trailing", True),
        ("a\nb", "a\n\nb", "trailing", False),
        (" a", "a", "trailing", False),
        ("1 2", "1\n2\n", "tokens", True),
        ("12", "1 2", "tokens", False),
        ("a\n", "a", "exact", False),
    ],
)
def test_printed_text_follows_the_whitespace_policy(
    expected: str, printed: str, policy: Any, same: bool
) -> None:
    assert same_text(expected, printed, Rules(whitespace=policy)) is same


@pytest.mark.parametrize(
    "wrong",
    [
        {"types": "loose"},
        {"nan": "maybe"},
        {"whitespace": "some"},
        {"tolerance": -1.0},
        {"tolerance": math.nan},
        {"unordered": "sometimes"},
    ],
)
def test_rules_that_mean_nothing_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(wrong))):
        Rules(**wrong)


def test_values_are_shown_without_control_characters() -> None:
    assert show(decode(encode("\x1b[2J\u202e"))) == r"'\x1b[2J\u202e'"
    assert len(show(decode(encode("x" * 5000)))) == 200
    assert show(decode(encode(1 << 40_000))) == "an integer of 40004 bits or a few less"


LONG = "\n".join(f"line {number}" for number in range(100))

WORDS: list[tuple[Any, Any, str]] = [
    (3.0, 3, "expected 3.0, got 3 (a number of type int, not float)"),
    ([1, 2], [1], "expected 2 items, got 1: [1]"),
    ({"a": [1, 2]}, {"a": [1, 3]}, "at ['a'][1]: expected 2, got 3"),
    ("ab", "ac", "expected 'ab', got 'ac'"),
    (["ab"], ["ac"], "at [0]: expected 'ab', got 'ac'"),
    (LONG, LONG.replace("line 61", "line 16"), "in line 62: expected 'line 61', got 'line 16'"),
    (LONG, LONG[: LONG.index("\nline 50")], "in line 51: expected 'line 50', got nothing"),
    (LONG + "a", LONG + "b", "in line 100: expected 'line 99a', got 'line 99b'"),
    ("x" * 500 + "a", "x" * 500, f"in line 1 from column 481: expected '{'x' * 20}a', got '{'x' * 20}'"),
    (
        LONG + "\n",
        LONG,
        r"the lines end otherwise: expected …' 97\nline 98\nline 99\n', got …'e 97\nline 98\nline 99'",
    ),
]


@pytest.mark.parametrize(("expected", "actual", "words"), WORDS)
def test_a_difference_is_told_where_it_begins(expected: Any, actual: Any, words: str) -> None:
    assert difference(decode(encode(expected)), decode(encode(actual)), Rules()) == words


def test_an_integer_too_long_to_print_is_told_by_its_size() -> None:
    words = difference(decode(encode(1)), decode(encode(10**6000)), Rules())
    assert words == "expected 1, got an integer of 19932 bits or a few less"
