"""Drafts → the fields of tests: expected values and arguments are worked out by a run without the solution.

Here: expressions → values, in the judge. Not here: reading test code (``test_code``).
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from pygrounds_dagster.judge import Call, CallResult, run
from pygrounds_dagster.problems.importing.test_code import Draft, TestCode, needed, tainted
from pygrounds_dagster.problems.tests_file import tagged

_BATCH = 50
"""Expressions of one run; the judge takes at most 64 calls."""


class NoValueError(ValueError):
    """An expression has no value that can be written down; says why."""


@dataclass(slots=True)
class Converted:
    """Tests of a test file, and what could not be turned into one."""

    tests: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def convert(code: TestCode) -> Converted:
    """Turn drafts into tests for the judge.

    Raises:
        JudgeUnavailable: nothing can be run safely on this machine.
    """
    done = Converted(left_out=list(code.left_out))
    values = _Values(code)
    for draft in code.drafts:
        values.ask(draft)
    values.run()
    for draft in code.drafts:
        try:
            fields = _fields(draft, code, values)
        except NoValueError as error:
            done.left_out.append(f"line {draft.line}: {draft.name}: {error}")
            continue
        if fields not in done.tests:
            done.tests.append(fields)
    return done


def _touches(draft: Draft, code: TestCode, node: ast.expr) -> bool:
    """Whether an expression depends on the solution."""
    names = {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)}
    return bool(names & tainted([*code.imports, *draft.setup], code.solution_names))


class _Values:
    """Values of expressions that do not touch the solution."""

    def __init__(self, code: TestCode) -> None:
        self._code = code
        self._asked: dict[tuple[str, str], CallResult | None] = {}
        self._problem = ""

    def ask(self, draft: Draft) -> None:
        """Note every expression of a draft that may be needed."""
        for node in (*_arguments(draft.actual), draft.expected, draft.message):
            if node is not None and not isinstance(node, ast.Constant) and self.is_pure(draft, node):
                self._asked[self._key(draft, node)] = None

    def is_pure(self, draft: Draft, node: ast.expr) -> bool:
        """Whether an expression can be worked out without the solution."""
        return not _touches(draft, self._code, node)

    def _key(self, draft: Draft, node: ast.expr) -> tuple[str, str]:
        return setup_text(needed([*self._code.imports, *draft.setup], node)), ast.unparse(node)

    def run(self) -> None:
        """Work out everything that was asked for."""
        keys = list(self._asked)
        for start in range(0, len(keys), _BATCH):
            batch = keys[start : start + _BATCH]
            result = run("", calls=[Call.evaluate(expression, setup) for setup, expression in batch])
            self._problem = result.message
            self._asked |= dict(zip(batch, result.calls, strict=False))

    def of(self, draft: Draft, node: ast.expr) -> Any:
        """The value of an expression, in the form that a tests file holds.

        Raises:
            NoValueError: it depends on the solution, raises, or is no plain data.
        """
        if isinstance(node, ast.Constant):
            return tagged(node.value)
        text = ast.unparse(node)
        shown = text if len(text) <= 60 else text[:57] + "…"
        if not self.is_pure(draft, node):
            raise NoValueError(f"the expected value `{shown}` is made by the solution")
        call = self._asked.get(self._key(draft, node))
        if call is None or not call.returned:
            why = f"{call.raised.type}: {call.raised.message}" if call and call.raised else self._problem
            raise NoValueError(f"`{shown}` has no value: {why or 'it could not be worked out'}")
        try:
            return tagged(call.value)
        except ValueError as error:
            raise NoValueError(f"`{shown}`: {error}") from error


def _fields(draft: Draft, code: TestCode, values: _Values) -> dict[str, Any]:
    if draft.expected is not None and draft.compare == "python" and _touches(draft, code, draft.expected):
        # Both sides are the solution's: there is no value to compare with, but the comparison is one.
        both = ast.Compare(draft.actual, [ast.Eq()], [draft.expected])
        return {**_expression_fields(replace(draft, actual=both), code), "expected": True}
    fields = _call_fields(draft, code, values) or _expression_fields(draft, code)
    if draft.raises is not None:
        fields["raises"] = draft.raises
        if draft.message is not None:
            fields["raises"] = {"type": draft.raises, "message": values.of(draft, draft.message)}
        return fields
    if draft.expected is None:  # a draft either raises or expects; this keeps the type checker's peace
        raise NoValueError("expects nothing")
    fields["expected"] = values.of(draft, draft.expected)
    if draft.compare != "python":
        fields["compare"] = draft.compare
    return fields


def _arguments(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
        return [*node.args, *(keyword.value for keyword in node.keywords)]
    return []


def _call_fields(draft: Draft, code: TestCode, values: _Values) -> dict[str, Any] | None:
    """``call``, ``args`` and ``kwargs``, where the solution is simply called; else None."""
    node = draft.actual
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Name)):
        return None
    plain = not any(isinstance(a, ast.Starred) for a in node.args) and all(k.arg for k in node.keywords)
    if node.func.id not in code.solution_names or not plain:
        return None
    try:
        args = [values.of(draft, argument) for argument in node.args]
        kwargs = {str(keyword.arg): values.of(draft, keyword.value) for keyword in node.keywords}
    except NoValueError:
        return None  # an argument that is itself made by the solution: as an expression
    fields: dict[str, Any] = {"call": code.solution_names[node.func.id], "args": args}
    return {**fields, "kwargs": kwargs} if kwargs else fields


def _expression_fields(draft: Draft, code: TestCode) -> dict[str, Any]:
    """``eval`` and ``setup``, for everything else.

    Raises:
        NoValueError: the solution has no part in it.
    """
    if not _touches(draft, code, draft.actual):
        raise NoValueError("does not ask anything of the solution")
    setup = needed([*_aliases(code), *code.imports, *draft.setup], draft.actual)
    fields: dict[str, Any] = {"eval": ast.unparse(draft.actual)}
    return {**fields, "setup": setup_text(setup)} if setup else fields


def _aliases(code: TestCode) -> list[ast.stmt]:
    """``short = long``, where the tests import the solution under other names."""
    renamed = {short: name for short, name in code.solution_names.items() if short != name}
    return [ast.parse(f"{short} = {name}").body[0] for short, name in renamed.items()]


def setup_text(statements: Sequence[ast.stmt]) -> str:
    """The source of some statements."""
    return "\n".join(ast.unparse(ast.fix_missing_locations(statement)) for statement in statements)
