"""Tests files: every mistake with its line, and values that come back as they were written."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygrounds_dagster.judge.cases import untag
from pygrounds_dagster.problems.tests_file import MAX_TEST_CHARACTERS, read_tests, tagged, write_tests

GOOD = '{"call": "f", "args": [1], "expected": 2}'


def faults(text: str) -> list[tuple[int, str, str]]:
    return [(fault.line, fault.field, fault.message) for fault in read_tests(text)[1]]


def test_tests_without_a_name_are_numbered() -> None:
    tests, found = read_tests(f'[{GOOD}, {{"call": "f", "expected": 1, "name": "no arguments"}}]')
    assert [test.name for test in tests] == ["test 1", "no arguments"]
    assert not found


def test_a_rule_for_all_tests_gives_way_to_a_test_s_own() -> None:
    tests, _ = read_tests(f'[{GOOD}, {{"call": "f", "expected": 1, "compare": "exact"}}]', {"tolerance": 0.1})
    assert [test.rules.tolerance for test in tests] == [0.1, None]


@pytest.mark.parametrize(
    ("text", "line", "field", "words"),
    [
        ("", 1, "", "must be a list"),
        ('{"tests": []}', 1, "", "must be a list"),
        ("[]", 1, "", "holds no tests"),
        (f"[\n  {GOOD},\n  {{call: 1}}\n]", 3, "2", "is not JSON"),
        (f"[\n  {GOOD}\n  {GOOD}\n]", 3, "2", "a comma"),
        (f"[{GOOD}]\n[]", 2, "2", "after the closing"),
        (
            f'[\n  {GOOD},\n  {{"call": "f", "args": 3, "expected": 1}}]',
            3,
            "2.args",
            "must be a list, not a number",
        ),
        (f'[\n  {GOOD},\n  {{"call": "f", "expect": 1}}]', 3, "2.expect", "unknown; a test has args"),
        ('[{"call": "f"}]', 1, "1.expected", "expects nothing"),
        ('[{"call": "f", "call": "g", "expected": 1}]', 1, "", "'call' twice"),
        ("[3]", 1, "1", "must be an object"),
        ("[" * 100_000, 1, "", "nested too deeply"),
    ],
)
def test_mistakes_name_line_and_field(text: str, line: int, field: str, words: str) -> None:
    ((found_line, found_field, message),) = faults(text)
    assert (found_line, found_field) == (line, field)
    assert words in message


def test_all_wrong_tests_are_told_at_once() -> None:
    text = f'[\n  {{"call": "f"}},\n  {GOOD},\n  {{"call": "f", "args": 1, "expected": 0}}\n]'
    assert [(line, field) for line, field, _ in faults(text)] == [(2, "1.expected"), (4, "3.args")]
    assert len(read_tests(text)[0]) == 1


def test_a_huge_expected_value_is_refused() -> None:
    big = json.dumps([{"call": "f", "expected": "x" * MAX_TEST_CHARACTERS}, json.loads(GOOD)])
    ((_, field, message),) = faults(big)
    assert field == "1"
    assert "make it smaller" in message


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.lists(inner, max_size=3).map(tuple)
        | st.sets(st.integers(), max_size=3)
        | st.frozensets(st.text(), max_size=3)
        | st.dictionaries(st.text() | st.integers() | st.just("$tuple"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(values)
def test_python_values_come_back_as_they_were(value: Any) -> None:
    back = untag(json.loads(json.dumps(tagged(value))))
    assert repr(back) == repr(value) or back == value
    assert type(back) is type(value)


@pytest.mark.parametrize(
    "value",
    [1 + 2j, Decimal("1.50"), Fraction(1, 3), date(2024, 2, 29), datetime(2024, 2, 29, 12, 30), float("inf")],
)
def test_other_values_have_a_form_too(value: Any) -> None:
    back = untag(json.loads(json.dumps(tagged(value))))
    assert (type(back), back) == (type(value), value)


def test_values_without_a_form_are_refused() -> None:
    with pytest.raises(ValueError, match="of type object"):
        tagged([object()])


def test_written_tests_can_be_read_and_stay_short() -> None:
    tests = [
        {"call": "f", "args": [(1, 2)], "expected": {3}},
        {"stdin": "a\n" * 50, "stdout": "b\n" * 50, "hidden": True},
    ]
    text = write_tests(tests)
    assert text.splitlines()[1].startswith('  {"call": "f", "args": [{"$tuple": [1, 2]}]')
    assert '    "stdin": "a\\n' in text
    found, wrong = read_tests(text)
    assert not wrong
    assert [test.hidden for test in found] == [False, True]
