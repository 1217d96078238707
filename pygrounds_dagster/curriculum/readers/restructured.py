"""reStructuredText → blocks, by its indentation, line by line.

What belongs here: docutils' and Sphinx's text. A scanner of its own, because docutils knows lines only
roughly, drops what it does not know, and is more than ten times slower. Nothing is executed or
included; an unknown directive keeps its text. Prose is whole source lines; tests hold its headings and code
against docutils.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument
from pygrounds_dagster.curriculum.chunking.embedding_text import prose_words
from pygrounds_dagster.curriculum.readers.decoding import decode
from pygrounds_dagster.curriculum.readers.fences import code_block, directive_language
from pygrounds_dagster.curriculum.readers.rst_names import DESCRIPTIONS, SILENT, TABLES

_ADORNMENT = re.compile(r"^([!-/:-@\[-`{-~])\1*\s*$")
_DIRECTIVE = re.compile(r"^\s*\.\. +(?:\|[^|]+\| +)?([A-Za-z][\w:.+-]*?) ?:: *(.*)$")
_EXPLICIT = re.compile(r"^\s*(?:\.\.(?:\s|$)|__ )")
_FOOTNOTE = re.compile(r"^\s*\.\. \[[^\]]+\] *\S")
_OPTION = re.compile(r"^\s*:[\w-]+:(?:\s|$)")
_ITEM = re.compile(r"^(\s*)([-*+•]|\(?(?:\d{1,3}|#|[a-zA-Z]|[ivxIVX]+)[.)])( +)(?=\S)")
_PROMPT = re.compile(r"^\s*>>> ?")
_GRID = re.compile(r"^\s*\+[-=+]+\+\s*$")
_SIMPLE = re.compile(r"^\s*=+(?: +=+)+\s*$")
_NAME = re.compile(r"^[\w.:-]*?([\w.-]+(?:\.\w+)*)\s*(?:\(|$|\s|=|:)")


def read(data: bytes, path: Path) -> SourceDocument:
    """Read reStructuredText.

    Raises:
        SourceError: the bytes are no text.
    """
    text, encoding, notes = decode(data, path)
    lines = text.split("\n")
    blocks = list(_Scanner(lines).blocks(0, len(lines), 0))
    top = next((block.text for block in blocks if block.kind is BlockKind.HEADING), "")
    return SourceDocument(
        path, "restructuredtext", top or path.stem, blocks, source_lines=lines, encoding=encoding, notes=notes
    )


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


class _Scanner:
    """Walks the lines; ``seen`` are they with list markers blanked, so that items are indented bodies."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.seen = [line.expandtabs(8) for line in lines]
        self.levels: list[tuple[str, bool]] = []
        self.language = ""
        self.context = ""
        self.kind = BlockKind.PROSE

    def blocks(self, start: int, end: int, indent: int) -> Iterator[Block]:
        """Blocks of rows ``[start, end)``, whose text stands at ``indent`` or deeper."""
        row = start
        while row < end:
            line = self.seen[row]
            if not line.strip():
                row += 1
                continue
            depth = _indent(line)
            if depth > indent:
                stop = self._body(row, end, depth)
                yield from self.blocks(row, stop, depth)
                row = stop
                continue
            if depth == 0 and (title := self._title(row, end)):
                text, level, used = title
                if text:
                    at = row + (used == 3)
                    yield Block(BlockKind.HEADING, text, (at + 1,), level=level)
                row += used
                continue
            found, row = self._block(row, end, depth)
            yield from found

    def _block(self, row: int, end: int, depth: int) -> tuple[list[Block], int]:
        """The block at a row and the row behind it."""
        line = self.seen[row]
        if _DIRECTIVE.match(line):
            return self._directive(row, end, depth)
        if _EXPLICIT.match(line):
            stop = self._body(row + 1, end, depth + 1)
            return (self._raw(BlockKind.PROSE, row, stop) if _FOOTNOTE.match(line) else []), stop
        if _PROMPT.match(line):
            return self._session(row, end)
        if _GRID.match(line):
            stop = self._run(row, end)
            return self._raw(BlockKind.TABLE, row, stop), stop
        if _SIMPLE.match(line):
            stop = self._simple_table(row, end)
            return self._raw(BlockKind.TABLE, row, stop), stop
        if _ITEM.match(line):
            return self._list(row, end, depth)
        return self._paragraph(row, end, depth)

    # --- extents --------------------------------------------------------------------------------

    def _body(self, row: int, end: int, depth: int) -> int:
        """The row behind the rows from ``row`` that are blank or indented by ``depth`` at least."""
        last = row
        while row < end and (not self.seen[row].strip() or _indent(self.seen[row]) >= depth):
            row += 1
            if self.seen[row - 1].strip():
                last = row
        return last

    def _run(self, row: int, end: int) -> int:
        while row < end and self.seen[row].strip():
            row += 1
        return row

    def _simple_table(self, row: int, end: int) -> int:
        """A simple table ends at its third border, or at the second where a blank line follows."""
        borders = 0
        for at in range(row, end):
            if _SIMPLE.match(self.seen[at]) or (_ADORNMENT.match(self.seen[at]) and self.seen[at][:1] == "="):
                borders += 1
                behind = self.seen[at + 1].strip() if at + 1 < end else ""
                if borders == 3 or (borders == 2 and not behind):
                    return at + 1
        return self._run(row, end)

    def _raw(self, kind: BlockKind, start: int, end: int) -> list[Block]:
        while end > start and not self.lines[end - 1].strip():
            end -= 1
        if start == end:
            return []
        text = "\n".join(self.lines[start:end])
        return [Block(kind, text, range(start + 1, end + 1), context=self.context)]

    def _code(self, start: int, end: int, language: str) -> list[Block]:
        rows = self.seen[start:end]
        indent = min((_indent(row) for row in rows if row.strip()), default=0)
        text = "\n".join(row[indent:] for row in rows)
        if any("\t" in row for row in self.lines[start:end]):
            text = textwrap.dedent("\n".join(self.lines[start:end]))  # tabs stay tabs
        block = code_block(text, range(start + 1, end + 1), language)
        return [replace(block, context=self.context)] if block else []

    # --- kinds ----------------------------------------------------------------------------------

    def _title(self, row: int, end: int) -> tuple[str, int, int] | None:
        """Title, level and rows used at a row; an empty title is a transition."""
        over = _ADORNMENT.match(self.seen[row])
        if over:
            below = self.seen[row + 1].strip() if row + 1 < end else ""
            under = _ADORNMENT.match(self.seen[row + 2]) if row + 2 < end else None
            if below and under and under[1] == over[1] and len(self.seen[row].strip()) >= len(below):
                return self._level(below, over[1], over=True), self._depth(over[1], over=True), 3
            return ("", 0, 1) if len(self.seen[row].strip()) >= 4 and not below else None
        under = _ADORNMENT.match(self.seen[row + 1]) if row + 1 < end else None
        title = self.seen[row].strip()
        if not under or len(self.seen[row + 1].strip()) < min(len(title), 4):
            return None
        return self._level(title, under[1], over=False), self._depth(under[1], over=False), 2

    def _level(self, title: str, sign: str, *, over: bool) -> str:
        if (sign, over) not in self.levels:
            self.levels.append((sign, over))
        return prose_words(title) or title

    def _depth(self, sign: str, *, over: bool) -> int:
        return self.levels.index((sign, over)) + 1

    def _directive(self, row: int, end: int, depth: int) -> tuple[list[Block], int]:
        found = _DIRECTIVE.match(self.seen[row])
        assert found is not None
        name, argument = found[1].lower(), found[2].strip()
        stop = self._body(row + 1, end, depth + 1)
        short = name.rsplit(":", 1)[-1]
        if name == "highlight":
            self.language = "" if argument.split()[:1] == ["default"] else (argument.split() or [""])[0]
        if name in SILENT or short in SILENT:
            return [], stop
        body = row + 1
        while body < stop and _OPTION.match(self.seen[body]):
            body += 1
        if language := directive_language(name, argument):
            return self._code(body, stop, language[0] or self.language), stop
        if name in TABLES:
            return self._raw(BlockKind.TABLE, row, stop), stop
        if short in DESCRIPTIONS:
            return self._description(row, body, stop, argument), stop
        inner = list(self.blocks(body, stop, depth + 1))
        return [*self._raw(BlockKind.PROSE, row, body), *inner], stop

    def _description(self, row: int, body: int, stop: int, signature: str) -> list[Block]:
        """A thing described: its signatures, then what is said of it, both under its name."""
        while body < stop and self.seen[body].strip() and not _OPTION.match(self.seen[body]):
            body += 1  # further signatures
        while body < stop and _OPTION.match(self.seen[body]):
            body += 1
        outer = self.context
        name = _NAME.match(signature)
        own = name[1] if name else signature
        self.context = f"{outer}.{own}" if outer and "." not in own else own
        blocks = self._raw(BlockKind.PROSE, row, body)
        blocks += self.blocks(body, stop, _indent(self.seen[row]) + 1)
        self.context = outer
        return blocks

    def _session(self, row: int, end: int) -> tuple[list[Block], int]:
        """An interactive session; further ones with only blank lines between belong to it."""
        stop = self._run(row, end)
        while True:
            following = next((at for at in range(stop, end) if self.seen[at].strip()), end)
            if following >= end or not _PROMPT.match(self.seen[following]):
                return self._code(row, stop, "pycon"), stop
            stop = self._run(following, end)

    def _list(self, row: int, end: int, depth: int) -> tuple[list[Block], int]:
        """A list: one block, or where code stands in it, its parts in order."""
        stop, items = row, []
        while stop < end and (item := _ITEM.match(self.seen[stop])) and len(item[1]) == depth:
            items.append(stop)
            stop = self._body(stop + 1, end, depth + 1)
            following = next((at for at in range(stop, end) if self.seen[at].strip()), end)
            if (
                following < end
                and _ITEM.match(self.seen[following])
                and _indent(self.seen[following]) == depth
            ):
                stop = following
        if not any(_holds_code(self.seen[at]) for at in range(row, stop)):
            return self._raw(BlockKind.LIST, row, stop), stop
        for at in items:
            self.seen[at] = _ITEM.sub(lambda item: " " * len(item[0]), self.seen[at])
        outer, self.kind = self.kind, BlockKind.LIST
        blocks = list(self.blocks(row, stop, depth))
        self.kind = outer
        return blocks, stop

    def _paragraph(self, row: int, end: int, depth: int) -> tuple[list[Block], int]:
        stop = row + 1
        while stop < end and self.seen[stop].strip() and _indent(self.seen[stop]) == depth:
            stop += 1
        literal = self.seen[stop - 1].rstrip().endswith("::")
        if not literal and stop < end and self.seen[stop].strip() and _indent(self.seen[stop]) > depth:
            return self._term(row, stop, end, depth)
        bare = literal and self.seen[stop - 1].strip() == "::"
        blocks = self._raw(self.kind, row, stop - bare)
        if literal:
            inside = self._body(stop, end, depth + 1)
            blocks += self._code(stop, inside, self.language)
            stop = max(stop, inside)
        return blocks, stop

    def _term(self, row: int, stop: int, end: int, depth: int) -> tuple[list[Block], int]:
        """A term with its definition below: one block, unless code stands in the definition."""
        behind = self._body(stop, end, depth + 1)
        if any(_holds_code(self.seen[at]) for at in range(stop, behind)):
            inner = list(self.blocks(stop, behind, depth + 1))
            return [*self._raw(self.kind, row, stop), *inner], behind
        return self._raw(BlockKind.LIST, row, behind), behind


def _holds_code(line: str) -> bool:
    return line.rstrip().endswith("::") or bool(_PROMPT.match(line)) or bool(_DIRECTIVE.match(line))
