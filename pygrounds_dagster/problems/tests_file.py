"""``tests.json``: the judge's tests with the line of each one, read within bounds and written to be read.

Here: JSON text ↔ tests. Not here: what the fields of a test mean (the judge), which files a problem has
(``load``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pygrounds_dagster.judge import Test, TestError, parse_test

MAX_TESTS = 500
MAX_TEST_CHARACTERS = 1024 * 1024
"""Characters of one test; the judge compares values of at most this size."""

_WIDTH = 110
_BLANK = re.compile(r"[ \t\r\n]*")


@dataclass(frozen=True, slots=True)
class TestFault:
    """Something wrong in a tests file; ``field`` names the test, e.g. ``3`` or ``3.args``."""

    line: int
    field: str
    message: str

    __test__ = False


def read_tests(
    text: str, compare: str | Mapping[str, Any] | None = None
) -> tuple[list[Test], list[TestFault]]:
    """Tests of a JSON list, and everything that is wrong with it.

    Args:
        text: the file.
        compare: the rules of tests that name none.

    Returns:
        The tests that can be used, in order, each with a name (``test 3`` if it has none of its own); faults.
    """
    tests: list[Test] = []
    faults: list[TestFault] = []
    number = 0
    try:
        for number, (line, size, data) in enumerate(_items(text), start=1):
            if size > MAX_TEST_CHARACTERS:
                message = f"has {size} characters, at most {MAX_TEST_CHARACTERS} are allowed: make it smaller"
                faults.append(TestFault(line, str(number), message))
                continue
            try:
                tests.append(_test(data, number, compare))
            except TestError as error:
                faults.append(TestFault(line, *_place(number, str(error))))
    except _NotJSONError as error:
        faults.append(TestFault(error.line, str(number + 1) if number else "", str(error)))
    if not tests and not faults:
        faults.append(TestFault(1, "", "holds no tests: write at least one"))
    if number > MAX_TESTS:
        faults.append(TestFault(1, "", f"holds {number} tests, at most {MAX_TESTS} are allowed"))
    return tests, faults


def _test(data: Any, number: int, compare: str | Mapping[str, Any] | None) -> Test:
    if isinstance(data, dict) and compare is not None:
        data = {"compare": compare, **data}
    test = parse_test(data, "")
    return test if test.name else replace(test, name=f"test {number}")


def _place(number: int, message: str) -> tuple[str, str]:
    """Field and words of the judge's message ``: field 'args': must be list``."""
    words = message.lstrip(": ")
    found = re.match(r"field '([^']*)': ", words)
    return (f"{number}.{found[1]}", words[found.end() :]) if found else (str(number), words)


class _NotJSONError(ValueError):
    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


def _items(text: str) -> Iterator[tuple[int, int, Any]]:
    """Line, length and value of every item of a JSON list.

    Raises:
        _NotJSONError: at the place where the text stops being a list of JSON values.
    """
    decoder = json.JSONDecoder(object_pairs_hook=_unique_keys)
    place = _skip(text, 0)
    if text[place : place + 1] != "[":
        raise _NotJSONError(_line(text, place), 'must be a list of tests: [{"call": …}, …]')
    place = _skip(text, place + 1)
    while text[place : place + 1] != "]":
        try:
            value, end = decoder.raw_decode(text, place)
        except json.JSONDecodeError as error:
            raise _NotJSONError(error.lineno, f"is not JSON: {error.msg.lower()}") from error
        except RecursionError as error:
            raise _NotJSONError(_line(text, place), "is nested too deeply") from error
        except ValueError as error:
            raise _NotJSONError(_line(text, place), str(error)) from error
        yield _line(text, place), end - place, value
        place = _skip(text, end)
        if text[place : place + 1] == ",":
            place = _skip(text, place + 1)
        elif text[place : place + 1] != "]":
            raise _NotJSONError(_line(text, place), "is not JSON: a comma or the closing ] is missing")
    place = _skip(text, place + 1)
    if place < len(text):
        raise _NotJSONError(_line(text, place), "has text after the closing ]: remove it")


def _unique_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        twice = next(key for index, (key, _) in enumerate(pairs) if key in dict(pairs[:index]))
        raise ValueError(f"has the key {twice!r} twice: keep one of them")
    return found


def _skip(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place


def _line(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def write_tests(tests: Sequence[Mapping[str, Any]]) -> str:
    """The text of a tests file: one test a line where it fits, else one field a line.

    Args:
        tests: fields as the judge reads them; values may be Python's own (tuples, sets, bytes …).

    Raises:
        ValueError: a value that has no form in JSON.
    """
    return "[\n" + ",\n".join(_written(test) for test in tests) + "\n]\n"


def _written(test: Mapping[str, Any]) -> str:
    parts = [f"{json.dumps(name)}: {_json(tagged(value))}" for name, value in test.items()]
    line = "  {" + ", ".join(parts) + "}"
    return line if len(line) < _WIDTH else "  {\n    " + ",\n    ".join(parts) + "\n  }"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False)


def tagged(value: Any) -> Any:
    """A Python value in the form that a tests file can hold: ``(1, 2)`` becomes ``{"$tuple": [1, 2]}``.

    Raises:
        ValueError: a value that has no such form.
    """
    if value is None or type(value) in (bool, int, str):
        return value
    if type(value) is float:
        finite = value == value and abs(value) != float("inf")
        return value if finite else {"$float": repr(value)}
    if type(value) is list:
        return [tagged(item) for item in value]
    if type(value) is dict:
        plain = all(type(key) is str for key in value) and not any(key.startswith("$") for key in value)
        if plain:
            return {key: tagged(item) for key, item in value.items()}
        return {"$dict": [[tagged(key), tagged(item)] for key, item in value.items()]}
    for kind, tag, form in _FORMS:
        if type(value) is kind:
            return {tag: form(value)}
    raise ValueError(f"a value of type {type(value).__name__} cannot be written into a tests file")


def _sorted_items(value: set[Any] | frozenset[Any]) -> list[Any]:
    return [tagged(item) for item in sorted(value, key=repr)]


_FORMS: list[tuple[type, str, Any]] = [
    (tuple, "$tuple", lambda value: [tagged(item) for item in value]),
    (set, "$set", _sorted_items),
    (frozenset, "$frozenset", _sorted_items),
    (bytes, "$bytes", lambda value: value.hex()),
    (complex, "$complex", lambda value: [value.real, value.imag]),
    (Decimal, "$decimal", str),
    (Fraction, "$fraction", str),
    (datetime, "$datetime", datetime.isoformat),
    (date, "$date", date.isoformat),
]
