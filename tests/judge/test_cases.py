"""Tests as data: every mistake in a test file is named with its place."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pygrounds_dagster.judge import TestError, load_tests, parse_test, parse_tests
from pygrounds_dagster.judge.cases import untag

MISTAKES: list[tuple[Any, str]] = [
    ({}, "a test needs 'call', 'eval', 'stdin' or 'stdout'"),
    ([], "must be an object, not a list"),
    ({"call": "f"}, "the test expects nothing"),
    ({"call": 3, "expected": 1}, "field 'call': must be text, not a number"),
    ({"call": "f(1)", "expected": 1}, "field 'call': 'f(1)' is not the name of a function"),
    ({"call": "f", "args": 3, "expected": 1}, "field 'args': must be a list, not a number"),
    ({"call": "f", "kwargs": [], "expected": 1}, "field 'kwargs': must be an object, not a list"),
    ({"call": "f", "eval": "f()", "expected": 1}, "field 'eval': a test has either 'call' or 'eval'"),
    ({"call": "f", "expected": 1, "raises": "E"}, "field 'raises': a test has either"),
    ({"call": "f", "raises": {"message": "x"}}, "field 'raises': needs the exception's class name"),
    ({"cal": "f", "args": [1], "expected": 1}, "field 'cal': unknown; a test has"),
    ({"call": "f", "raises": {"type": "E", "match": "x"}}, "field 'raises': has 'type' and 'message', not"),
    ({"call": "f", "raises": {"type": "E", "message": 3}}, "field 'raises': 'message' must be text"),
    ({"args": [1], "stdin": "", "stdout": ""}, "field 'call': missing, but there are arguments"),
    ({"stdin": "", "expected": 1}, "field 'expected': only a call can return something"),
    ({"stdin": 5, "stdout": ""}, "field 'stdin': must be text, not a number"),
    ({"call": "f", "expected": 1, "expect": 2}, "field 'expect': unknown; a test has args, args_after, call"),
    ({"call": "f", "expected": 1, "compare": "fuzzy"}, "field 'compare': 'fuzzy' is none of"),
    ({"call": "f", "expected": 1, "compare": {"types": "x"}}, "field 'compare': 'types' must be one of"),
    ({"call": "f", "expected": 1, "compare": {"tolerance": "x"}}, "field 'compare': "),
    (
        {"call": "f", "expected": 1, "compare": {"slack": 1}},
        "unknown rule 'slack'; there are checker, types",
    ),
    ({"call": "f", "expected": 1, "compare": {"checker": "x"}}, "'checker' must be source code that defines"),
    ({"call": "f", "expected": {"$set": [[1]]}}, "field 'expected': $set: unhashable"),
    ({"call": "f", "args": [{"$bytes": "zz"}], "expected": 1}, "field 'args': $bytes:"),
    ({"call": "f", "expected": list(range(30_000))}, "field 'expected': too large"),
    ({"stdin": "", "files_after": {"a": 3}}, "field 'files_after': 'a' must be text"),
]


@pytest.mark.parametrize(("data", "message"), MISTAKES)
def test_a_mistake_is_named(data: Any, message: str) -> None:
    with pytest.raises(TestError) as caught:
        parse_test(data, "here")
    assert str(caught.value).startswith("here: ")
    assert message in str(caught.value)


def test_tagged_values_are_what_json_cannot_say() -> None:
    tagged = {"$dict": [[{"$tuple": [1]}, {"$set": [2]}], [3, {"$decimal": "1.50"}]]}
    assert untag(tagged) == {(1,): {2}, 3: Decimal("1.50")}
    assert untag({"$unknown": 1}) == {"$unknown": 1}


def test_python_values_pass_as_they_are() -> None:
    test = parse_test({"call": "f", "args": [{1, 2}], "expected": (1, 2)})
    assert test.expected == ["t", [1, 2]]


def test_a_file_names_itself_and_the_test(tmp_path: Path) -> None:
    path = tmp_path / "tests.json"
    path.write_text(json.dumps([{"call": "f", "expected": 1}, {"call": "f"}]))
    with pytest.raises(TestError, match=rf"{path}: test 2: field 'expected'"):
        load_tests(path)
    path.write_text(json.dumps({"tests": [{"call": "f", "expected": 1}]}))
    assert len(load_tests(path)) == 1


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", "3", '"x"', "[" * 100_000])
def test_a_file_that_is_no_list_of_tests_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "tests.json"
    path.write_text(text)
    with pytest.raises(TestError, match=str(path)):
        load_tests(path)


def test_a_missing_or_giant_file_is_refused_unread(tmp_path: Path) -> None:
    with pytest.raises(TestError, match="No such file"):
        load_tests(tmp_path / "none.json")
    giant = tmp_path / "giant.json"
    with giant.open("wb") as file:
        file.truncate(1 << 30)
    with pytest.raises(TestError, match="at most"):
        load_tests(giant)


def test_an_empty_list_is_no_test() -> None:
    with pytest.raises(TestError, match="no tests"):
        parse_tests([])
