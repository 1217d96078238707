"""Where Python code can be cut: statements and their lines.

What belongs here: reading code with ``ast`` for its borders. What does not: budgets and chunks.
"""

from __future__ import annotations

import ast
import re
import textwrap
import warnings
from collections.abc import Sequence
from itertools import pairwise

_MAGIC = re.compile(r"^(\s*)(?:[%!]|[\w.]+\s*\?{1,2}\s*$|\?)")
_ASSIGNED_MAGIC = re.compile(r"^(\s*)([\w, ]+=\s*)[%!]\S")
_CELL_MAGIC = re.compile(r"^\s*%%")


def parse(code: str) -> ast.Module | None:
    """The syntax tree, or None where Python does not accept the code."""
    try:
        with warnings.catch_warnings():
            # Invalid escapes in a book's example are the book's matter.
            warnings.simplefilter("ignore", SyntaxWarning)
            warnings.simplefilter("ignore", DeprecationWarning)
            return ast.parse(code)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def parse_lenient(code: str) -> ast.Module | None:
    """Like :func:`parse`, with common indentation and notebook magics overlooked; lines stay the same."""
    tree = parse(code)
    if tree is None and code[:1].isspace():
        code = textwrap.dedent(code)
        tree = parse(code)
    if tree is None and ("%" in code or "!" in code or "?" in code):
        tree = parse("\n".join(_without_magic(code.split("\n"))))
    return tree


def _without_magic(rows: list[str]) -> list[str]:
    result = []
    for row in rows:
        if _CELL_MAGIC.match(row):
            row = ""
        elif magic := _MAGIC.match(row):
            row = f"{magic[1]}pass"
        elif assigned := _ASSIGNED_MAGIC.match(row):
            row = f"{assigned[1]}{assigned[2]}None"
        result.append(row)
    return result


def spans(body: Sequence[ast.stmt], start: int, end: int) -> list[range]:
    """Rows of every statement of a body, with the comments and blank lines before it; rows from 0.

    Statements that share a line make one span. The spans cover ``[start, end)``.
    """
    rows = [(_first_row(node), node.end_lineno or node.lineno) for node in body]
    cuts = [start]
    for (_, last), (first, _) in pairwise(rows):
        # ``last`` counts from 1, so as a row from 0 it is the one after the statement.
        if first >= last > cuts[-1]:
            cuts.append(last)
    cuts.append(end)
    return [range(a, b) for a, b in pairwise(cuts)]


def inner_body(node: ast.stmt) -> list[ast.stmt]:
    """The body of a statement that has just one block of code below its header, else nothing."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.With, ast.AsyncWith)):
        return node.body
    if isinstance(node, (ast.For, ast.AsyncFor, ast.While, ast.If)) and not node.orelse:
        return node.body
    return []


def _first_row(node: ast.stmt) -> int:
    decorators = getattr(node, "decorator_list", [])
    return int(min([node.lineno, *(decorator.lineno for decorator in decorators)])) - 1
