"""Plain text → blocks: paragraphs, lists, headings by underline, number or capitals, indented code.

What belongs here: text without markup. What does not: reStructuredText in a .txt file (``formats`` sends
it to its own reader).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument
from pygrounds_dagster.curriculum.python_source import parse_lenient
from pygrounds_dagster.curriculum.readers.decoding import decode
from pygrounds_dagster.curriculum.readers.fences import code_block

_UNDERLINE = re.compile(r"^([=\-~*^#+])\1{2,}\s*$")
_LEVELS = {"=": 1, "#": 1, "*": 1, "-": 2, "~": 3, "+": 3, "^": 4}
_NUMBERED = re.compile(
    r"^(?:(?:chapter|part|appendix|section)\s+\w+|(\d+(?:\.\d+)*)\.?)[:.]?\s+[A-Z]", re.IGNORECASE
)
_CAPITALS = re.compile(r"^[A-Z][A-Z0-9 ,:'&/-]{2,58}[A-Z0-9)]$")
_ITEM = re.compile(r"^\s*(?:[-*+•]|\(?(?:\d{1,3}|[a-z])[.)])\s+\S")
_PROMPT = re.compile(r"^\s*(?:>>> ?|\$ |In \[\d+\]: )")
_CODE_SIGN = re.compile(
    r"[=(){}\[\];]|^\s*(?:def|class|import|from|return|for|while|if|print)\b", re.MULTILINE
)
_HEADING_MAX = 80


def read(data: bytes, path: Path) -> SourceDocument:
    """Read plain text.

    Raises:
        SourceError: the bytes are no text.
    """
    text, encoding, notes = decode(data, path)
    lines = text.split("\n")
    blocks = list(plain_blocks(lines))
    top = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
    return SourceDocument(
        path, "text", top or path.stem, blocks, source_lines=lines, encoding=encoding, notes=notes
    )


def plain_blocks(lines: list[str], offset: int = 0, *, headings: bool = True) -> Iterator[Block]:
    """Blocks of plain text.

    Args:
        lines: raw lines.
        offset: source line of the first line, less one.
        headings: whether to look for headings (docstrings have none).
    """
    paragraphs = _paragraphs(lines)
    index = 0
    while index < len(paragraphs):
        span = paragraphs[index]
        end = index + 1
        if _is_code(lines, span):
            # Blank lines inside a piece of code don't end it.
            while end < len(paragraphs) and _continues(lines, span, paragraphs[end]):
                span = range(span.start, paragraphs[end].stop)
                end += 1
            rows = lines[span.start : span.stop]
            indent = min(len(row) - len(row.lstrip()) for row in rows if row.strip())
            numbers = range(offset + span.start + 1, offset + span.stop + 1)
            if block := code_block("\n".join(row[indent:] for row in rows), numbers):
                yield block
        else:
            yield from _paragraph(lines, span, offset, headings=headings)
        index = end


def _paragraphs(lines: list[str]) -> list[range]:
    found: list[range] = []
    start = None
    for row, line in enumerate([*lines, ""]):
        if line.strip() and start is None:
            start = row
        elif not line.strip() and start is not None:
            found.append(range(start, row))
            start = None
    return found


def _indent(line: str) -> int:
    return len(line.expandtabs(4)) - len(line.expandtabs(4).lstrip())


def _is_code(lines: list[str], span: range) -> bool:
    rows = lines[span.start : span.stop]
    if _PROMPT.match(rows[0]):
        return True
    if min(_indent(row) for row in rows) < 4 or _ITEM.match(rows[0]):
        return False
    text = "\n".join(rows)
    return bool(_CODE_SIGN.search(text)) and parse_lenient(text) is not None


def _continues(lines: list[str], code: range, following: range) -> bool:
    prompt, first = _PROMPT.match(lines[code.start]), lines[following.start]
    if prompt:
        return bool(_PROMPT.match(first))
    return _indent(first) >= 4 and not _ITEM.match(first) and _is_code(lines, following)


def _paragraph(lines: list[str], span: range, offset: int, *, headings: bool) -> Iterator[Block]:
    start = span.start
    if headings and (found := _heading(lines, span)):
        text, level, used = found
        yield Block(BlockKind.HEADING, text, (offset + start + 1,), level=level)
        start += used
    if start < span.stop:
        kind = BlockKind.LIST if _ITEM.match(lines[start]) else BlockKind.PROSE
        numbers = range(offset + start + 1, offset + span.stop + 1)
        yield Block(kind, "\n".join(lines[start : span.stop]), numbers)


def _heading(lines: list[str], span: range) -> tuple[str, int, int] | None:
    """Text, level and number of lines of a heading at a paragraph's top."""
    first = lines[span.start].strip()
    rows = len(span)
    if rows >= 3 and _UNDERLINE.match(first) and _UNDERLINE.match(lines[span.start + 2]):
        return lines[span.start + 1].strip(), _LEVELS[first[0]], 3
    if rows >= 2 and len(first) <= _HEADING_MAX and not _UNDERLINE.match(first):
        under = _UNDERLINE.match(lines[span.start + 1])
        if under and len(under[0].strip()) >= 0.6 * len(first):
            return first, _LEVELS[under[1]], 2
    if rows == 1 and len(first) <= _HEADING_MAX and first[-1] not in ".,;:?!":
        numbered = _NUMBERED.match(first)
        if numbered and _indent(lines[span.start]) < 4:
            return first, (numbered[1].count(".") + 2 if numbered[1] else 1), 1
        if _CAPITALS.match(first):
            return first, 2, 1
    return None
