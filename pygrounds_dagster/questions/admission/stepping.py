"""A program that counts its own steps, and stops itself after too many.

Here: rewriting a program so, and its mutants with little work. A counted stop is the same on a fast machine,
a slow one and a busy one, and costs milliseconds where a time limit costs half a second. Not here: running it
(``probing``).

A step is an executed simple statement, a look at the condition of a ``while``, or an item of a ``for``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from pygrounds_dagster.problems.mutants import Mutant
from pygrounds_dagster.problems.mutants.program import Program, parse

STOPPED = "program.__StepLimit__"
"""Type of the exception that ends a call after too many steps, as the judge names it."""

_PRELUDE = """
class __StepLimit__(BaseException):
    pass

__steps__ = [0]

def __step__():
    __steps__[0] += 1
    if __steps__[0] > {limit}:
        raise __StepLimit__
    return True

def __items__(items):
    for item in items:
        __step__()
        yield item

def __counted__(function, /, *args, **kwargs):
    __steps__[0] = 0
    return function(*args, **kwargs), __steps__[0]

"""
_COMPOUND = (
    ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.If, ast.For, ast.AsyncFor, ast.While, ast.With,
    ast.AsyncWith, ast.Try, ast.TryStar, ast.Match,
)  # fmt: skip
_Insertion = tuple[int, str]


class Stepped:
    """A program with counted steps; ``__counted__(function, ...)`` gives (result, steps) of a call.

    Args:
        source: a program that parses.
        limit: steps after which a call, or the top level, is stopped by ``STOPPED``.

    Raises:
        SyntaxError: it does not parse.
        ValueError: it holds a NUL character.
    """

    def __init__(self, source: str, limit: int) -> None:
        self._program = Program(source)
        head = _head(self._program.tree.body)
        prelude = (self._line_start(head), _PRELUDE.format(limit=limit))
        self._insertions = sorted([prelude, *self._steps(self._program.tree)], key=lambda one: one[0])

    @property
    def source(self) -> str:
        """The program itself."""
        end = len(self._program.text)
        return self._edited(end, end, "")

    def mutant(self, mutant: Mutant) -> str | None:
        """A mutant of the program, with the same counts; None if it cannot be put together so."""
        text = self._edited(mutant.start, mutant.end, mutant.after)
        try:
            parse(text)
        except SyntaxError:  # the edit cuts through an insertion
            return None
        return text

    def _edited(self, start: int, end: int, after: str) -> str:
        """The text with all insertions but those within the replaced part."""
        parts, at = [], 0
        text = self._program.text
        indents = start == end and after.isspace()  # belongs before the step of the statement it indents
        before = [one for one in self._insertions if one[0] < start or (one[0] == start and not indents)]
        behind = [one for one in self._insertions if one[0] >= end and (one[0] > start or indents)]
        for offset, inserted in before:
            parts += [text[at:offset], inserted]
            at = offset
        parts += [text[at:start], after]
        at = end
        for offset, inserted in behind:
            parts += [text[at:offset], inserted]
            at = offset
        return "".join([*parts, text[at:]])

    def _line_start(self, statement: ast.stmt | None) -> int:
        if statement is None:
            return len(self._program.text)
        decorators = getattr(statement, "decorator_list", [])
        return self._program.offset(min([statement.lineno, *(d.lineno for d in decorators)]), 0)

    def _steps(self, node: ast.AST) -> Iterator[_Insertion]:
        """Where to insert what, below a node."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.JoinedStr):  # up to Python 3.11 what stands in it has no right place
                continue
            if isinstance(child, ast.stmt) and not isinstance(child, _COMPOUND) and not _is_fixed(child):
                yield self._program.span(child)[0], "__step__(); "
            if isinstance(child, ast.While):
                yield from self._around(child.test, "__step__() and (", ")")
            if isinstance(child, ast.For | ast.comprehension):
                yield from self._around(child.iter, "__items__((", "))")
            yield from self._steps(child)

    def _around(self, node: ast.expr, before: str, after: str) -> Iterator[_Insertion]:
        start, end = self._program.span(node)
        yield start, before
        yield end, after


def _head(body: list[ast.stmt]) -> ast.stmt | None:
    """The first statement that need not stay first, as docstrings and imports from the future must."""
    return next((statement for statement in body if not _is_fixed(statement)), None)


def _is_fixed(statement: ast.stmt) -> bool:
    text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return text or (isinstance(statement, ast.ImportFrom) and statement.module == "__future__")
