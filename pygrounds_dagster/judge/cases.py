"""Tests as data: what to do with a program and what must come of it.

Here: ``Test``, reading it from JSON, the tagged forms for what JSON lacks. Not here: judging by it
(``verdict``).

In a test file ``{"$tuple": [...]}``, ``{"$set": [...]}``, ``{"$frozenset": [...]}``, ``{"$dict": [[key,
value], ...]}``, ``{"$bytes": hex}``, ``{"$float": "nan"}``, ``{"$complex": [re, im]}``, ``{"$decimal":
text}``, ``{"$fraction": text}``, ``{"$date": iso}`` and ``{"$datetime": iso}`` stand for the values that JSON
cannot write; Python callers may pass such values as they are.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

from .channel import TooLargeError, Tree, encode, parse
from .compare import Rules
from .jobs import Call

MAX_FILE_BYTES = 64 * 1024 * 1024
_NOTHING: Any = object()
_IN_JSON = {
    dict: "an object",
    list: "a list",
    tuple: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null",
}
"""How a reader of JSON calls what Python calls otherwise."""


class TestError(ValueError):
    """A test that says nothing sensible; the message names file, test and field."""

    __test__ = False


@dataclass(frozen=True)
class Test:
    """One test. Exactly one of ``call`` and a script (``call`` is None) is run.

    ``expected`` is the tree a call must return, ``raises`` the exception class it must raise (with
    ``message`` in its text), ``stdout`` what must be printed, ``arguments`` what the positional arguments
    must have become, ``variables`` values of names after a script, ``files_after`` contents of scratch files.
    ``checker`` is the source of a program with ``check(test, answer)``, which then decides instead of
    ``expected`` and ``stdout``.
    """

    __test__ = False

    name: str
    call: Call | None = None
    stdin: str = ""
    expected: Tree = None
    has_expected: bool = False
    raises: str | None = None
    message: str | None = None
    stdout: str | None = None
    arguments: Tree = None
    has_arguments: bool = False
    variables: Mapping[str, Tree] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    files_after: Mapping[str, bytes] = field(default_factory=dict)
    rules: Rules = field(default_factory=Rules)
    checker: str | None = None
    hidden: bool = False


_TAGS: dict[str, Any] = {
    "$tuple": tuple,
    "$set": set,
    "$frozenset": frozenset,
    "$dict": dict,
    "$bytes": bytes.fromhex,
    "$float": float,
    "$complex": lambda parts: complex(*parts),
    "$decimal": Decimal,
    "$fraction": Fraction,
    "$date": date.fromisoformat,
    "$datetime": datetime.fromisoformat,
}


def untag(value: Any) -> Any:
    """The Python value of a JSON value with tagged forms.

    Raises:
        ValueError: a tag that is unknown or holds something impossible.
    """
    if isinstance(value, list):
        return [untag(item) for item in value]
    if isinstance(value, dict):
        if len(value) == 1 and (tag := next(iter(value))) in _TAGS:
            try:
                return _TAGS[tag](untag(value[tag]))
            except (TypeError, ValueError, ArithmeticError) as error:
                raise ValueError(f"{tag}: {error}") from None
        return {key: untag(item) for key, item in value.items()}
    return value


class _Reader:
    """Reads the fields of one test and remembers where it is, for error messages."""

    def __init__(self, data: Mapping[str, Any], where: str) -> None:
        self.data = dict(data)
        self.where = where

    def fail(self, name: str, why: str) -> TestError:
        return TestError(f"{self.where}: field {name!r}: {why}")

    def take(self, name: str, kind: type | tuple[type, ...], default: Any) -> Any:
        value = self.data.pop(name, _NOTHING)
        if value is _NOTHING:
            return default
        if not isinstance(value, kind):
            kinds = kind if isinstance(kind, tuple) else (kind,)
            wanted = " or ".join(dict.fromkeys(_IN_JSON[one] for one in kinds))
            raise self.fail(name, f"must be {wanted}, not {_in_json(value)}")
        return value

    def tree(self, name: str, value: Any) -> Tree:
        try:
            return parse(encode(untag(value)))
        except TooLargeError as error:
            raise self.fail(name, f"too large: {error}") from None
        except ValueError as error:
            raise self.fail(name, str(error)) from None

    def contents(self, name: str) -> dict[str, bytes]:
        found = self.take(name, dict, {})
        for path, text in found.items():
            if not isinstance(text, str | bytes):
                raise self.fail(name, f"{path!r} must be text")
        return {path: text.encode() if isinstance(text, str) else text for path, text in found.items()}


def _in_json(value: Any) -> str:
    return _IN_JSON.get(type(value), type(value).__name__)


_FIELDS = frozenset(
    [
        *("name", "call", "eval", "setup", "args", "kwargs", "stdin", "files", "hidden", "compare"),
        *("expected", "raises", "stdout", "args_after", "variables", "files_after"),
    ]
)


def parse_test(data: Mapping[str, Any], where: str = "test") -> Test:
    """One test from its JSON object.

    Raises:
        TestError: an unknown or missing field, or a wrong value.
    """
    if not isinstance(data, Mapping):
        raise TestError(f"{where}: a test must be an object, not {_in_json(data)}")
    unknown = sorted(map(str, data.keys() - _FIELDS))
    if unknown:
        raise TestError(f"{where}: field {unknown[0]!r}: unknown; a test has {', '.join(sorted(_FIELDS))}")
    reader = _Reader(data, where)
    call = _call(reader)
    parts: dict[str, Any] = {
        "name": reader.take("name", str, ""),
        "stdin": reader.take("stdin", str, ""),
        "stdout": reader.take("stdout", str, None),
        "files": reader.contents("files"),
        "files_after": reader.contents("files_after"),
        "hidden": reader.take("hidden", bool, False),
        **_expected(reader),
        **_compare(reader),
    }
    test = Test(call=call, **parts)
    _check_sense(test, "stdin" in data, where)
    return test


def _call(reader: _Reader) -> Call | None:
    name, expression = reader.take("call", str, ""), reader.take("eval", str, "")
    args, kwargs = reader.take("args", (list, tuple), []), reader.take("kwargs", dict, {})
    setup = reader.take("setup", str, "")
    if name and expression:
        raise reader.fail("eval", "a test has either 'call' or 'eval'")
    if expression:
        return Call.evaluate(expression, setup)
    if not name:
        if args or kwargs or setup:
            raise reader.fail("call", "missing, but there are arguments")
        return None
    if not all(part.isidentifier() for part in name.split(".")):
        raise reader.fail("call", f"{name!r} is not the name of a function")
    try:
        return Call(name, [untag(value) for value in args], {key: untag(kwargs[key]) for key in kwargs})
    except ValueError as error:
        raise reader.fail("args", str(error)) from None


def _expected(reader: _Reader) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if "expected" in reader.data:
        found |= {"expected": reader.tree("expected", reader.data.pop("expected")), "has_expected": True}
    if "args_after" in reader.data:
        found["arguments"] = reader.tree("args_after", list(reader.take("args_after", (list, tuple), [])))
        found["has_arguments"] = True
    variables = reader.take("variables", dict, {})
    found["variables"] = {name: reader.tree("variables", value) for name, value in variables.items()}
    raises = reader.take("raises", (str, dict), None)
    if isinstance(raises, dict):
        unknown = sorted(raises.keys() - {"type", "message"})
        if unknown:
            raise reader.fail("raises", f"has 'type' and 'message', not {unknown[0]!r}")
        found["message"] = raises.get("message")
        raises = raises.get("type")
        if not isinstance(raises, str):
            raise reader.fail("raises", "needs the exception's class name in 'type'")
        if not isinstance(found["message"], str | None):
            raise reader.fail("raises", "'message' must be text that the exception's message contains")
    found["raises"] = raises
    return found


def _compare(reader: _Reader) -> dict[str, Any]:
    """The rules: a dict of ``Rules`` fields and ``checker``, or one word for the common ones."""
    given = reader.take("compare", (dict, str), {})
    if isinstance(given, str):
        words: dict[str, dict[str, Any]] = {
            "exact": {"types": "exact", "whitespace": "exact"},
            "python": {"types": "python"},
            "json": {"types": "json"},
            "unordered": {"unordered": True},
            "tokens": {"whitespace": "tokens"},
            "trailing": {"whitespace": "trailing"},
            "float": {"tolerance": 1e-9},
        }
        if given not in words:
            raise reader.fail("compare", f"{given!r} is none of {', '.join(words)}")
        given = words[given]
    options = dict(given)
    checker = options.pop("checker", None)
    unknown = options.keys() - {entry.name for entry in fields(Rules)}
    if unknown:
        rules = ", ".join(["checker", *(entry.name for entry in fields(Rules))])
        raise reader.fail("compare", f"unknown rule {sorted(unknown)[0]!r}; there are {rules}")
    if checker is not None and (not isinstance(checker, str) or "def check" not in checker):
        raise reader.fail("compare", "'checker' must be source code that defines check(test, answer)")
    try:
        return {"rules": Rules(**options), "checker": checker}
    except (TypeError, ValueError) as error:
        raise reader.fail("compare", str(error)) from None


def _check_sense(test: Test, has_stdin: bool, where: str) -> None:
    if test.call is None and not (has_stdin or test.stdout is not None or test.variables or test.files_after):
        raise TestError(f"{where}: field 'call': a test needs 'call', 'eval', 'stdin' or 'stdout'")
    if test.call is None and ((test.has_expected and test.checker is None) or test.has_arguments):
        raise TestError(f"{where}: field 'expected': only a call can return something")
    if test.raises is not None and test.has_expected:
        raise TestError(f"{where}: field 'raises': a test has either 'expected' or 'raises'")
    wants = (test.has_expected, test.raises, test.stdout is not None, test.has_arguments)
    if not any((*wants, test.variables, test.files_after, test.checker)):
        raise TestError(f"{where}: field 'expected': the test expects nothing")


def parse_tests(data: Sequence[Any], where: str = "tests") -> list[Test]:
    """Tests from a JSON list.

    Raises:
        TestError: naming the test by its position.
    """
    if not isinstance(data, Sequence) or isinstance(data, str):
        raise TestError(f"{where}: must be a list of tests, not {_in_json(data)}")
    if not data:
        raise TestError(f"{where}: no tests")
    return [parse_test(entry, f"{where}: test {number}") for number, entry in enumerate(data, 1)]


def load_tests(path: Path) -> list[Test]:
    """Tests of a JSON file: a list, or an object with the list in ``tests``.

    Raises:
        TestError: unreadable, not JSON, too large, or a wrong test.
    """
    try:
        size = path.stat().st_size
        if size > MAX_FILE_BYTES:
            raise TestError(f"{path}: {size} bytes, at most {MAX_FILE_BYTES} are read")
        data = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise TestError(f"{path}: {error.strerror or error}") from error
    except TestError:
        raise
    except (ValueError, RecursionError) as error:
        raise TestError(f"{path}: not JSON: {error}") from error
    if isinstance(data, dict):
        if "tests" not in data:
            raise TestError(f"{path}: must be a list of tests, or an object with that list in 'tests'")
        data = data["tests"]
    return parse_tests(data, str(path))
