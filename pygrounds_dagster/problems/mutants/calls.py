"""Mistakes in calls, ranges, slices, indices and comprehensions.

Here: one function an operator, from a node to its edits. Not here: plain expressions (``expressions``),
statements (``statements``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import pairwise

from pygrounds_dagster.problems.mutants.names import ScopedProgram
from pygrounds_dagster.problems.mutants.program import Edit
from pygrounds_dagster.problems.mutants.tables import (
    COMMUTATIVE,
    DROPPED_FUNCTIONS,
    DROPPED_METHODS,
    FUNCTIONS,
    METHODS,
    OPTIONAL_LAST,
    SILENT_KEYWORDS,
)


def called_name(node: ast.AST) -> str:
    """The last name of what is called: ``append`` for ``rows.append(…)``; empty if there is none."""
    if not isinstance(node, ast.Call):
        return ""
    if isinstance(node.func, ast.Name):
        return node.func.id
    return node.func.attr if isinstance(node.func, ast.Attribute) else ""


def swapped_arguments(program: ScopedProgram, node: ast.Call) -> Iterator[Edit]:
    """``f(a, b)`` → ``f(b, a)``, neighbours only."""
    if called_name(node) in COMMUTATIVE:
        return
    for left, right in pairwise(node.args):
        yield from swap(program, left, right)


def swap(program: ScopedProgram, left: ast.expr, right: ast.expr) -> Iterator[Edit]:
    """The edit that exchanges two expressions of one list, if they differ."""
    (start, middle), (second, end) = program.span(left), program.span(right)
    if program.segment(left) != program.segment(right) and not isinstance(left, ast.Starred):
        yield Edit(start, end, program.segment(right) + program.text[middle:second] + program.segment(left))


def swapped_items(program: ScopedProgram, node: ast.Tuple) -> Iterator[Edit]:
    """``return a, b`` → ``return b, a``; only where the order says something."""
    parent = program.parents[node]
    asked = isinstance(parent, ast.Compare | ast.Subscript) or called_name(parent) == "isinstance"
    if isinstance(node.ctx, ast.Load) and not asked:
        for left, right in pairwise(node.elts):
            yield from swap(program, left, right)


def wrong_function(program: ScopedProgram, node: ast.Call) -> Iterator[Edit]:
    """``min(x)`` → ``max(x)``; ``rows.append(x)`` → ``rows.extend(x)``."""
    table = FUNCTIONS if isinstance(node.func, ast.Name) else METHODS
    name = called_name(node)
    end = program.span(node.func)[1]
    for other in table.get(name, ()):
        yield Edit(end - len(name), end, other)


def dropped_call(program: ScopedProgram, node: ast.Call) -> Iterator[Edit]:
    """``sorted(x)`` → ``x``; ``line.strip()`` → ``line``."""
    start, end = program.span(node)
    if isinstance(node.func, ast.Name) and node.func.id in DROPPED_FUNCTIONS and len(node.args) == 1:
        if not isinstance(node.args[0], ast.Starred):
            yield Edit(start, end, program.operand(node.args[0]))
    elif isinstance(node.func, ast.Attribute) and node.func.attr in DROPPED_METHODS and not node.args:
        # From the receiver's end, so that parentheses around it stay.
        dot = next(t for t in program.between(program.span(node.func.value)[1], end) if t.text == ".")
        yield Edit(dot.start, end, "")


def dropped_argument(program: ScopedProgram, node: ast.Call) -> Iterator[Edit]:
    """``sorted(x, reverse=True)`` → ``sorted(x)``; ``range(a, b, step)`` → ``range(a, b)``."""
    listed: list[ast.expr | ast.keyword] = [*node.args, *node.keywords]
    for before, item in pairwise(sorted(listed, key=program.span)):
        if isinstance(item, ast.keyword):
            dropped = item.arg is not None and item.arg not in SILENT_KEYWORDS
        else:
            dropped = item is node.args[-1] and called_name(node) in OPTIONAL_LAST
        if dropped:
            end = program.span(item)[1]
            comma = next(t for t in program.between(program.span(before)[1], end) if t.text == ",")
            yield Edit(comma.start, end, "")


def range_bound(program: ScopedProgram, node: ast.Call) -> Iterator[Edit]:
    """``range(n)`` → ``range(n + 1)``, ``range(n - 1)``, ``range(1, n)``; for constants see ``constant``."""
    if called_name(node) != "range" or not isinstance(node.func, ast.Name):
        return
    for bound in node.args[:2]:
        yield from off_by_one(program, bound)
    if len(node.args) == 1:
        start, _ = program.span(node.args[0])
        yield Edit(start, start, "1, ")


def off_by_one(program: ScopedProgram, bound: ast.expr | None) -> Iterator[Edit]:
    """A bound that is no constant, one more and one less; ``n + 1`` becomes ``n``."""
    if bound is None or isinstance(bound, ast.Constant | ast.Starred | ast.GeneratorExp):
        return
    start, end = program.span(bound)
    if isinstance(bound, ast.UnaryOp) and isinstance(bound.operand, ast.Constant):
        return
    if isinstance(bound, ast.BinOp) and isinstance(bound.op, ast.Add | ast.Sub):
        if isinstance(bound.right, ast.Constant) and bound.right.value == 1:
            yield Edit(*_second_half(program, bound), "")
        return
    text = program.segment(bound) if isinstance(bound, ast.BinOp) else program.operand(bound)
    yield Edit(start, end, f"{text} + 1")
    yield Edit(start, end, f"{text} - 1")


def _second_half(program: ScopedProgram, node: ast.BinOp) -> tuple[int, int]:
    """The operator and the right side, with the blanks before them."""
    start, _ = program.operator_between(node.left, node.right)
    before = program.text[:start]
    return len(before.rstrip()), program.span(node)[1]


def slice_bound(program: ScopedProgram, node: ast.Slice) -> Iterator[Edit]:
    """``x[a:b]`` → ``x[a:b + 1]``, ``x[a:]``; a bound that says nothing is not dropped."""
    for bound in (node.lower, node.upper):
        yield from off_by_one(program, bound)
    if node.lower is not None and not _is_zero(node.lower):
        yield Edit(*program.span(node.lower), "")
    if node.upper is not None:
        yield Edit(*program.span(node.upper), "")
    if node.step is not None:
        words = program.between(program.span(node)[0], program.span(node.step)[0])
        colon = [t for t in words if t.text == ":"]
        yield Edit(colon[-1].start, program.span(node.step)[1], "")


def _is_zero(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0


def index(program: ScopedProgram, node: ast.Subscript) -> Iterator[Edit]:
    """``x[i]`` → ``x[i + 1]``, ``x[i - 1]``, where ``i`` counts."""
    counting = {n.id for n in ast.walk(node.slice) if isinstance(n, ast.Name)} & program.whole_numbers
    if isinstance(node.slice, ast.BinOp) or (isinstance(node.slice, ast.Name) and counting):
        yield from off_by_one(program, node.slice)


def dropped_filter(program: ScopedProgram, node: ast.comprehension) -> Iterator[Edit]:
    """``[x for x in xs if x > 0]`` → ``[x for x in xs]``."""
    for test in node.ifs:
        words = program.between(program.span(node.iter)[1], program.span(test)[0])
        start = [t for t in words if t.text == "if"][-1].start
        closing = program.between(*program.span(test))[-1].end
        depth = sum(t.text == "(" for t in words if t.start > start)
        after = program.between(closing, len(program.text))
        end = after[depth - 1].end if depth else closing
        yield Edit(start, end, "")
