"""Mistakes inside an expression: operators, comparisons, conditions, constants, variables.

Here: one function an operator, from a node to its edits. Not here: calls and subscripts (``calls``),
statements (``statements``), which edits make a valid and different program (``engine``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from pygrounds_dagster.problems.mutants.calls import called_name
from pygrounds_dagster.problems.mutants.names import ScopedProgram
from pygrounds_dagster.problems.mutants.program import Edit
from pygrounds_dagster.problems.mutants.tables import ARITHMETIC, BOUNDARY, COMPARISON

MAX_VARIABLES = 4
"""Other variables that are tried in place of one: the nearest ones, which learners confuse most."""


def arithmetic(program: ScopedProgram, node: ast.BinOp) -> Iterator[Edit]:
    """``a + b`` → ``a - b``; not where both mean the same (``x * 1`` and ``x / 1`` and the like)."""
    start, end = program.operator_between(node.left, node.right)
    for text in ARITHMETIC.get(type(node.op), ()):
        if not _same_with_neutral(node.op, text, node.right):
            yield Edit(start, end, text)


def _same_with_neutral(op: ast.operator, text: str, right: ast.expr) -> bool:
    value = right.value if isinstance(right, ast.Constant) else None
    if value == 1:
        return isinstance(op, ast.Mult | ast.Div | ast.FloorDiv | ast.Pow) and text in ("*", "/", "//", "**")
    if value == 0:
        return isinstance(op, ast.Add | ast.Sub) and text in ("+", "-")
    return False


def swapped_operands(program: ScopedProgram, node: ast.BinOp) -> Iterator[Edit]:
    """``a - b`` → ``b - a``, where the order matters and both sides stand alone."""
    ordered = isinstance(node.op, ast.Sub | ast.Div | ast.FloorDiv | ast.Mod | ast.Pow)
    joined = isinstance(node.op, ast.Add) and (_is_sequence(node.left) or _is_sequence(node.right))
    left, right = program.segment(node.left), program.segment(node.right)
    distance = isinstance(program.parents[node], ast.Call) and called_name(program.parents[node]) == "abs"
    formats = isinstance(node.op, ast.Mod) and _is_text(node.left)
    if not (ordered or joined) or formats or distance or left == right:
        return
    if program.operand(node.left) == left and program.operand(node.right) == right:
        start, end = program.span(node.left)[0], program.span(node.right)[1]
        middle = program.text[program.span(node.left)[1] : program.span(node.right)[0]]
        if not set("()") & set(middle):
            yield Edit(start, end, right + middle + left)


def _is_text(node: ast.expr) -> bool:
    """Whether a node is certainly text."""
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def _is_sequence(node: ast.expr) -> bool:
    return isinstance(node, ast.List | ast.Tuple) or _is_text(node)


def sign(program: ScopedProgram, node: ast.UnaryOp) -> Iterator[Edit]:
    """``-x`` → ``x`` and ``not x`` → ``x``."""
    start, _ = program.span(node)
    operand = node.operand
    if isinstance(node.op, ast.USub | ast.Not):
        words = program.between(start, program.span(operand)[0])
        yield Edit(start, words[1].start if len(words) > 1 else program.span(operand)[0], "")


def boundary(program: ScopedProgram, node: ast.Compare) -> Iterator[Edit]:
    """``<`` → ``<=``; not where a tie makes no difference (``if x > best: best = x``)."""
    if len(node.ops) == 1 and _picks_the_better(program, node):
        return
    for left, op, right in _comparisons(node):
        if type(op) in BOUNDARY:
            yield Edit(*program.operator_between(left, right), BOUNDARY[type(op)])


def comparison(program: ScopedProgram, node: ast.Compare) -> Iterator[Edit]:
    """``<`` → ``>``, ``==`` → ``!=``, ``in`` → ``not in``."""
    tie = len(node.ops) == 1 and _picks_the_better(program, node)
    for left, op, right in _comparisons(node):
        turned = COMPARISON.get(type(op), ())
        for text in turned[:1] if tie else turned:
            yield Edit(*program.operator_between(left, right), text)


def _comparisons(node: ast.Compare) -> Iterator[tuple[ast.expr, ast.cmpop, ast.expr]]:
    yield from zip([node.left, *node.comparators[:-1]], node.ops, node.comparators, strict=True)


def _picks_the_better(program: ScopedProgram, node: ast.Compare) -> bool:
    """Whether the comparison only decides which of two equal values is kept."""
    sides = {program.segment(node.left), program.segment(node.comparators[0])}
    parent = program.parents[node]
    if isinstance(parent, ast.IfExp) and parent.test is node:
        return {program.segment(parent.body), program.segment(parent.orelse)} == sides
    if isinstance(parent, ast.If) and parent.test is node and len(parent.body) == 1 and not parent.orelse:
        only = parent.body[0]
        if isinstance(only, ast.Assign) and len(only.targets) == 1:
            return {program.segment(only.targets[0]), program.segment(only.value)} == sides
    return False


def boolean(program: ScopedProgram, node: ast.BoolOp) -> Iterator[Edit]:
    """``and`` → ``or`` and back."""
    other = "or" if isinstance(node.op, ast.And) else "and"
    for left, right in pairwise(node.values):
        yield Edit(*program.operator_between(left, right), other)


def dropped_condition(program: ScopedProgram, node: ast.BoolOp) -> Iterator[Edit]:
    """``a and b`` → ``a``, → ``b``."""
    start, end = program.span(node)
    for kept in node.values if len(node.values) == 2 else ():
        yield Edit(start, end, program.segment(kept))


def swapped_branches(program: ScopedProgram, node: ast.IfExp) -> Iterator[Edit]:
    """``a if c else b`` → ``b if c else a``."""
    (first, end_first), (second, end_second) = program.span(node.body), program.span(node.orelse)
    if program.segment(node.body) != program.segment(node.orelse):
        middle = program.text[end_first:second]
        yield Edit(first, end_second, program.operand(node.orelse) + middle + program.operand(node.body))


def constant(program: ScopedProgram, node: ast.Constant) -> Iterator[Edit]:
    """A number one off, a truth value turned, a text emptied or shortened."""
    start, end = program.span(node)
    value, parent = node.value, program.parents[node]
    if isinstance(value, bool):
        yield Edit(start, end, str(not value))
    elif isinstance(value, int):
        shifted = isinstance(parent, ast.BinOp) and isinstance(parent.op, ast.Add | ast.Sub)
        for text in (value + 1, value - 1):
            if not (shifted and text == 0):  # "x + 0" is the business of off_by_one
                yield Edit(start, end, str(text))
    elif isinstance(value, float):
        yield Edit(start, end, repr(value + 1.0))
    elif isinstance(value, str):
        yield Edit(start, end, _other_text(program.text[start:end], value))


def _other_text(literal: str, value: str) -> str:
    """A literal for a text that differs: a blank for nothing, nothing for blanks, else one letter less."""
    changed = " " if not value else "" if not value.strip() else value[:-1] or " "
    quote = literal[-1]
    plain = literal.startswith(quote) and not literal.startswith(quote * 3) and "\\" not in literal
    return quote + changed + quote if plain and quote not in changed else repr(changed)


def wrong_variable(program: ScopedProgram, node: ast.Name) -> Iterator[Edit]:
    """A variable replaced by another one that has a value here."""
    parent = program.parents[node]
    called = isinstance(parent, ast.Call) and parent.func is node
    counted = isinstance(parent, ast.AugAssign) and parent.target is node
    if (isinstance(node.ctx, ast.Load) and not called) or counted:
        for other in program.alternatives(node)[:MAX_VARIABLES] if program.is_variable(node) else ():
            yield Edit(*program.span(node), other)


def wrong_attribute(program: ScopedProgram, node: ast.Attribute) -> Iterator[Edit]:
    """``self.price`` → ``self.count``, where the class has both."""
    counted = isinstance(program.parents[node], ast.AugAssign)
    if isinstance(node.ctx, ast.Load) or counted:
        _, end = program.span(node)
        for other in program.attributes(node)[:MAX_VARIABLES]:
            yield Edit(end - len(node.attr), end, other)
