"""Mistakes in statements: a line forgotten, a condition inverted, a return too early, a wrong start.

Here: one function an operator, from a node to its edits. Not here: what happens inside an expression
(``expressions``, ``calls``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from pygrounds_dagster.problems.mutants.names import ScopedProgram
from pygrounds_dagster.problems.mutants.program import Edit
from pygrounds_dagster.problems.mutants.tables import EXCEPTIONS, SILENT_DECORATORS

_DROPPED = (ast.Expr, ast.Assign, ast.AugAssign, ast.Return, ast.Raise, ast.Delete, ast.Assert)
_LOOPS = (ast.For, ast.AsyncFor, ast.While)
_TURNED = {
    "+=": ("-=", "="),
    "-=": ("+=", "="),
    "*=": ("+=", "="),
    "/=": ("//=", "*="),
    "//=": ("/=", "="),
}


def dropped_statement(program: ScopedProgram, node: ast.stmt) -> Iterator[Edit]:
    """A simple statement left out, or ``pass`` in its place where it is alone in its block or on its line.

    Left alone: what is no simple statement, docstrings, the last ``return`` of a function (see
    ``return_value``), and the only binding of a name, without which the program merely crashes.
    """
    block = block_of(program, node)
    last = bool(block) and block[-1] is node and isinstance(program.parents[node], ast.FunctionDef)
    if not isinstance(node, _DROPPED) or not block or _is_only_binding(program, node):
        return
    if isinstance(node, ast.Return) and last:
        return
    start, end = program.span(node)
    first = start - program.place(start)[1]
    line_end = program.text.find("\n", end)
    rest = program.text[end : line_end if line_end >= 0 else len(program.text)]
    whole_lines = not program.text[first:start].strip() and not rest.split("#")[0].strip()
    if len(block) > 1 and whole_lines:
        yield Edit(first, line_end + 1 if line_end >= 0 else len(program.text), "")
    else:
        yield Edit(start, end, "pass")


def block_of(program: ScopedProgram, node: ast.stmt) -> list[ast.stmt]:
    """The list of statements that a statement stands in."""
    parent = program.parents[node]
    for name in ("body", "orelse", "finalbody"):
        block = getattr(parent, name, None)
        if isinstance(block, list) and any(item is node for item in block):
            return block
    return []


def _is_only_binding(program: ScopedProgram, node: ast.stmt) -> bool:
    targets: Sequence[ast.expr] = node.targets if isinstance(node, ast.Assign) else ()
    flat = [item for target in targets for item in ast.walk(target) if isinstance(item, ast.Name)]
    stored = [name for name in flat if isinstance(name.ctx, ast.Store)]
    return bool(stored) and all(program.bound_once(name) for name in stored)


def negated_condition(program: ScopedProgram, node: ast.If | ast.IfExp) -> Iterator[Edit]:
    """``if ok:`` → ``if not ok:``; comparisons and ``not`` have operators of their own."""
    if not isinstance(node.test, ast.Compare | ast.UnaryOp | ast.BoolOp) and not _is_main_guard(node.test):
        yield Edit(*program.span(node.test), f"not {program.operand(node.test)}")


def forced_condition(program: ScopedProgram, node: ast.If) -> Iterator[Edit]:
    """``if a < b:`` → ``if True:``, ``if False:``: a case that is never told apart."""
    if not _is_main_guard(node.test):
        for text in ("True", "False"):
            yield Edit(*program.span(node.test), text)


def _is_main_guard(test: ast.expr) -> bool:
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == "__name__"


def augmented(program: ScopedProgram, node: ast.AugAssign) -> Iterator[Edit]:
    """``+=`` → ``-=``, → ``=``."""
    words = program.between(program.span(node.target)[1], program.span(node.value)[0])
    sign = next(t for t in words if t.text.endswith("="))
    for text in _TURNED.get(sign.text, ("=",)):
        yield Edit(sign.start, sign.end, text)


def accumulator_start(program: ScopedProgram, node: ast.Assign) -> Iterator[Edit]:
    """The value a loop starts from: ``best = numbers[0]`` → ``best = 0``, ``total = 0`` → ``total = 1``."""
    target = node.targets[0]
    if not isinstance(target, ast.Name) or not _changes_in_loop(program, node, target.id):
        return
    value = node.value
    start, end = program.span(value)
    if isinstance(value, ast.Constant) and type(value.value) is int:
        yield Edit(start, end, "0" if value.value else "1")
    elif isinstance(value, ast.Subscript | ast.Call | ast.UnaryOp):
        yield Edit(start, end, "0")


def _changes_in_loop(program: ScopedProgram, node: ast.Assign, name: str) -> bool:
    block = block_of(program, node)
    place = next((i for i, item in enumerate(block) if item is node), len(block))
    loops = [item for item in block[place + 1 :] if isinstance(item, _LOOPS)]
    stored = (n for loop in loops for n in ast.walk(loop) if isinstance(n, ast.Name) and n.id == name)
    return any(isinstance(n.ctx, ast.Store) for n in stored)


def loop_exit(program: ScopedProgram, node: ast.Break | ast.Continue) -> Iterator[Edit]:
    """``break`` ↔ ``continue``, and neither."""
    start, end = program.span(node)
    yield Edit(start, end, "continue" if isinstance(node, ast.Break) else "break")
    yield Edit(start, end, "pass")


def return_value(program: ScopedProgram, node: ast.Return) -> Iterator[Edit]:
    """``return x`` → ``return None``."""
    if node.value is not None and not (isinstance(node.value, ast.Constant) and node.value.value is None):
        yield Edit(*program.span(node.value), "None")


def early_return(program: ScopedProgram, node: ast.Return) -> Iterator[Edit]:
    """A ``return`` after a loop moved into it: four blanks too many."""
    block = block_of(program, node)
    place = next((i for i, item in enumerate(block) if item is node), 0)
    before = block[place - 1] if place else None
    start, end = program.span(node)
    column = program.place(start)[1]
    if isinstance(before, _LOOPS) and not before.orelse and program.place(start)[0] == program.place(end)[0]:
        inner = program.place(program.span(before.body[-1])[0])[1]
        line = program.text[start - column : start]
        if inner > column and not line.strip():
            yield Edit(start, start, " " * (inner - column))


def wrong_exception(program: ScopedProgram, node: ast.Name) -> Iterator[Edit]:
    """``raise ValueError`` → ``raise TypeError``, and the same in ``except``."""
    parent = program.parents[node]
    called = isinstance(parent, ast.Call) and isinstance(program.parents[parent], ast.Raise)
    if node.id in EXCEPTIONS and (called or isinstance(parent, ast.Raise | ast.ExceptHandler)):
        yield Edit(*program.span(node), EXCEPTIONS[node.id])


def dropped_decorator(program: ScopedProgram, node: ast.FunctionDef | ast.ClassDef) -> Iterator[Edit]:
    """``@property`` and the like left out."""
    for decorator in node.decorator_list:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
        start, end = program.span(decorator)
        first = start - program.place(start)[1]
        line_end = program.text.find("\n", end)
        if name not in SILENT_DECORATORS and program.text[first:start].strip() == "@":
            yield Edit(first, line_end + 1, "")
