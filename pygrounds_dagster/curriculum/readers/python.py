"""Python files → blocks: the module's docstring as prose, then code by top-level definition.

What belongs here: .py files. Code is whole source lines, comments included; sessions shown in docstrings
follow the definition they belong to, as code with its output.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument
from pygrounds_dagster.curriculum.python_source import parse, spans
from pygrounds_dagster.curriculum.readers.decoding import decode
from pygrounds_dagster.curriculum.readers.fences import code_block
from pygrounds_dagster.curriculum.readers.plain import plain_blocks

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PROMPT = re.compile(r"^\s*>>> ")
_QUOTES = re.compile(r"^\s*[rRuU]?(\"\"\"|'''|\"|')")


def read(data: bytes, path: Path) -> SourceDocument:
    """Read a Python file; one that Python does not accept is one block of code, with a note.

    Raises:
        SourceError: the bytes are no text.
    """
    text, encoding, notes = decode(data, path)
    lines = text.split("\n")
    title = path.parent.name if path.stem in ("__init__", "__main__") else path.stem
    tree = parse(text)
    if tree is None:
        whole = code_block(text, range(1, len(lines) + 1), "python")
        notes = [*notes, "not valid Python for this interpreter; its code is cut at blank lines"]
        blocks = [whole] if whole else []
    else:
        blocks = list(_module(tree, lines))
    return SourceDocument(
        path,
        "python",
        title,
        blocks,
        titled=True,
        source_lines=lines,
        encoding=encoding,
        notes=notes,
    )


def _module(tree: ast.Module, lines: list[str]) -> Iterator[Block]:
    body = tree.body
    start = 0
    if ast.get_docstring(tree, clean=False) is not None:
        docstring = body[0]
        yield from _comments(lines, 0, docstring.lineno - 1)
        yield from _docstring(docstring, lines)
        start, body = docstring.end_lineno or docstring.lineno, body[1:]
    if not body:
        yield from _comments(lines, start, len(lines))
        return
    by_row = {node.lineno - 1: node for node in body}
    waiting = start
    for piece in spans(body, start, len(lines)):
        defined = [by_row[row] for row in piece if isinstance(by_row.get(row), _DEFINITIONS)]
        if not defined:
            continue
        yield from _code(lines, waiting, piece.start)
        yield from _code(lines, piece.start, piece.stop)
        for node in defined:
            yield from _sessions(node, lines)
        waiting = piece.stop
    yield from _code(lines, waiting, len(lines))


def _code(lines: list[str], start: int, end: int) -> Iterator[Block]:
    if block := code_block("\n".join(lines[start:end]), range(start + 1, end + 1), "python"):
        yield block


def _comments(lines: list[str], start: int, end: int) -> Iterator[Block]:
    """Comments that stand alone: prose, without the lines for machines."""
    rows = [row for row in range(start, end) if lines[row].strip()]
    if rows and lines[rows[0]].startswith("#!"):
        rows.pop(0)
    if rows:
        numbers = range(rows[0] + 1, rows[-1] + 2)
        yield Block(BlockKind.PROSE, "\n".join(lines[rows[0] : rows[-1] + 1]), numbers)


def _docstring(node: ast.stmt, lines: list[str]) -> Iterator[Block]:
    """The module's docstring as plain text; the quotes are left out."""
    first, last = node.lineno - 1, node.end_lineno or node.lineno
    rows = lines[first:last]
    quotes = _QUOTES.match(rows[0])
    if quotes is None:  # pieces of string joined by brackets or backslashes
        yield Block(BlockKind.PROSE, "\n".join(rows), range(first + 1, last + 1))
        return
    rows[0] = rows[0][quotes.end() :]
    rows[-1] = rows[-1].rstrip().removesuffix(quotes[1])
    yield from plain_blocks(rows, first, headings=True)


def _sessions(definition: ast.stmt, lines: list[str]) -> Iterator[Block]:
    """Interactive sessions in the docstrings of a definition and all inside it."""
    for node in ast.walk(definition):
        if not isinstance(node, _DEFINITIONS) or ast.get_docstring(node, clean=False) is None:
            continue
        docstring = node.body[0]
        first, last = docstring.lineno - 1, (docstring.end_lineno or docstring.lineno) - 1
        for span in _session_spans(lines, first, last):
            rows = lines[span.start : span.stop]
            indent = min(len(row) - len(row.lstrip()) for row in rows if row.strip())
            text = "\n".join(row[indent:] for row in rows)
            if block := code_block(text, range(span.start + 1, span.stop + 1), "pycon"):
                yield replace(block, context=node.name)


def _session_spans(lines: Sequence[str], first: int, last: int) -> Iterator[range]:
    """Rows of the sessions in a docstring; sessions with only blank lines between are one."""
    start = end = -1
    for row in range(first, last):
        if start < 0:
            start, end = (row, row + 1) if _PROMPT.match(lines[row]) else (-1, -1)
        elif lines[row].strip() and (end == row or _PROMPT.match(lines[row])):
            end = row + 1
        elif lines[row].strip():
            yield range(start, end)
            start = end = -1
    if start >= 0:
        yield range(start, end)
