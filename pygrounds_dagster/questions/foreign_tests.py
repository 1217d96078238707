"""Hidden tests as other banks write them: pairs, objects, columns, assertions, text that holds any of these.

Here: from a field to pairs of input and expected output. Not here: what these mean (``foreign_values``).
"""

from __future__ import annotations

import ast
import json
from collections.abc import Mapping, Sequence
from typing import Any

_INPUTS = ("input", "inputs", "args", "arguments", "test_input", "stdin")
_OUTPUTS = (
    "expected_output", "expected", "output", "outputs", "result", "expectedOutput", "expected_result",
    "stdout",
)  # fmt: skip

Pair = tuple[Any, Any]
"""Input and expected output."""


def test_pairs(tests: Any) -> list[Pair]:
    """Input and expected output of hidden tests, whatever they are written as.

    Raises:
        ValueError: they are not to be recognised; says which.
    """
    if isinstance(tests, str):
        tests = _parsed(tests)
    if isinstance(tests, dict):
        tests = _of_object(tests)
    if not isinstance(tests, list | tuple):
        raise ValueError(f"hidden_tests must be a list, not {tests!r:.60}")
    return [_pair(number, test) for number, test in enumerate(tests, start=1)]


test_pairs.__test__ = False  # type: ignore[attr-defined]  # a function of ours, not a test of pytest's


def _of_object(tests: Mapping[str, Any]) -> Any:
    """Tests below a name, one column of inputs and one of outputs, one test, or outputs by input."""
    inner = next((tests[name] for name in ("tests", "cases", "test_cases") if name in tests), None)
    if inner is not None:
        return inner
    given, wanted = _first(tests, _INPUTS), _first(tests, _OUTPUTS)
    if given is None or wanted is None:
        return [list(pair) for pair in tests.items()]
    columns = [tests[given], tests[wanted]]
    if given.endswith("s") and all(isinstance(column, list) for column in columns):
        if len(columns[0]) != len(columns[1]):
            raise ValueError(f"hidden_tests has {len(columns[0])} inputs and {len(columns[1])} outputs")
        return [list(pair) for pair in zip(*columns, strict=True)]
    return [tests]


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        try:
            return ast.literal_eval(text)
        except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError):
            asserted = [line for line in text.splitlines() if line.strip().startswith("assert ")]
            if asserted:
                return asserted
            raise ValueError(f"hidden_tests is text that holds no list: {text!r:.60}") from None


def _first(test: Mapping[str, Any], names: Sequence[str]) -> str | None:
    return next((name for name in names if name in test), None)


def _pair(number: int, test: Any) -> Pair:
    if isinstance(test, dict):
        given, wanted = _first(test, _INPUTS), _first(test, _OUTPUTS)
        if given is not None and wanted is not None:
            return test[given], test[wanted]
        raise ValueError(f"hidden test {number} has no {'input' if given is None else 'expected_output'}")
    if isinstance(test, list | tuple) and len(test) == 2:
        return test[0], test[1]
    asserted = _asserted(test) if isinstance(test, str) else None
    if asserted is None:
        raise ValueError(f"hidden test {number} is no pair of input and expected output: {test!r:.60}")
    return asserted


def _asserted(text: str) -> Pair | None:
    """The call and the value of ``assert add(1, 2) == 3``, also without ``assert``."""
    try:
        (statement,) = ast.parse(text.strip()).body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    tested = statement.test if isinstance(statement, ast.Assert) else getattr(statement, "value", None)
    match tested:
        case ast.Compare(left=ast.Call() as call, ops=[ast.Eq() | ast.Is()], comparators=[value]):
            return ast.unparse(call), ast.unparse(value)
        case ast.UnaryOp(op=ast.Not(), operand=ast.Call() as call):
            return ast.unparse(call), "False"
        case ast.Call() as call if isinstance(statement, ast.Assert):
            return ast.unparse(call), "True"
    return None
