"""Cutting code that is too long, at statements, so that every piece still parses.

What belongs here: choosing the cuts. What does not: reading syntax (``python_source``), building chunks.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from itertools import accumulate

from pygrounds_dagster.curriculum.chunking.packing import pack
from pygrounds_dagster.curriculum.python_source import inner_body, parse_lenient, spans

PYTHON = frozenset(
    {"", "python", "py", "python3", "py3", "python2", "ipython", "ipython3", "pycon", "doctest", "sage"}
)

_HEADER = re.compile(r"\s*(?:async\s+def|def|class)\b")


class CodeCutter:
    """Cuts one piece of code into ranges of rows.

    Args:
        text: the code.
        costs: cost of every row.
        budget: most that a piece should cost.
        language: as the source names it.
    """

    def __init__(self, text: str, costs: Sequence[int], budget: int, language: str) -> None:
        self.rows = text.split("\n")
        self.sums = list(accumulate(costs, initial=0))
        self.costs = costs
        self.budget = budget
        self.language = language

    def cut(self) -> list[range]:
        """Ranges of rows covering the code, none with a statement torn apart.

        Code that Python accepts is cut between its top-level statements; a long class, function or loop
        between the statements of its body (the header stays with the first; later pieces parse once
        dedented). A statement that cannot be cut stays whole even above the budget. Other languages and
        broken code are cut at blank lines, then between lines.
        """
        whole = range(len(self.rows))
        if self._cost(whole) <= self.budget:
            return [whole]
        tree = parse_lenient("\n".join(self.rows)) if self.language in PYTHON else None
        if tree is None:
            return self._cut_lines(whole)
        return self._cut_body(tree.body, whole, whole.start) if tree.body else self._cut_lines(whole)

    def _cost(self, span: range) -> int:
        return self.sums[span.stop] - self.sums[span.start]

    def _join(self, pieces: Sequence[range]) -> list[range]:
        groups = pack([self._cost(piece) for piece in pieces], self.budget)
        return [range(pieces[group.start].start, pieces[group.stop - 1].stop) for group in groups]

    def _cut_body(self, body: Sequence[ast.stmt], span: range, header: int) -> list[range]:
        """Cut between the statements of a body; rows from ``header`` on stay with the first statement."""
        pieces = spans(body, header, span.stop)
        result: list[range] = []
        waiting: list[range] = []
        by_row = {_row(node, pieces): node for node in body}
        for index, piece in enumerate(pieces):
            inner = self._cut_inner(by_row.get(index), piece) if self._cost(piece) > self.budget else []
            if len(inner) > 1:
                result += self._join(waiting) if waiting else []
                result += inner
                waiting = []
            else:
                waiting.append(piece)
        return result + (self._join(waiting) if waiting else [])

    def _cut_inner(self, node: ast.stmt | None, piece: range) -> list[range]:
        """Cut a compound statement inside its body, if every piece then parses by itself."""
        body = inner_body(node) if node is not None else []
        if not body or body[0].lineno == getattr(node, "lineno", 0):
            return []
        cut = self._cut_body(body, piece, piece.start)
        texts = ["\n".join(self.rows[part.start : part.stop]) for part in cut]
        return cut if all(parse_lenient(text) is not None for text in texts) else []

    def _cut_lines(self, span: range) -> list[range]:
        """Cut at blank lines, and paragraphs that are too long between lines."""
        paragraphs: list[range] = []
        start = span.start
        for row in span:
            if row > start and self.rows[row].strip() and not self.rows[row - 1].strip():
                paragraphs.append(range(start, row))
                start = row
        paragraphs.append(range(start, span.stop))
        pieces: list[range] = []
        for paragraph in paragraphs:
            fits = self._cost(paragraph) <= self.budget
            pieces += [paragraph] if fits else [range(row, row + 1) for row in paragraph]
        return self._join(pieces)


def _row(node: ast.stmt, pieces: Sequence[range]) -> int:
    return next((index for index, piece in enumerate(pieces) if node.lineno - 1 in piece), -1)


def enclosing(rows: Sequence[str], start: int) -> str:
    """The class and function headers that row ``start`` stands inside of, outermost first."""
    indent = _indent(rows[start])
    headers: list[str] = []
    for row in reversed(rows[:start]):
        if indent == 0:
            break
        if row.strip() and _indent(row) < indent:
            indent = _indent(row)
            if _HEADER.match(row):
                headers.insert(0, row.strip())
    return " ".join(headers)


def _indent(row: str) -> int:
    return len(row) - len(row.lstrip())
