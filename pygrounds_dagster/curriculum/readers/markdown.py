"""Markdown → blocks: CommonMark with tables, and what documentation tools add to it.

What belongs here: Markdown. Front matter and indented containers are undone in ``markdown_view``. Prose is
whole raw lines; code is what the fence holds. HTML comments, rules and link definitions are left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument
from pygrounds_dagster.curriculum.readers.decoding import decode
from pygrounds_dagster.curriculum.readers.fences import (
    SILENT_DIRECTIVES,
    code_block,
    directive_language,
    fence_info,
)
from pygrounds_dagster.curriculum.readers.markdown_view import front_matter, view

_PARSER = MarkdownIt("commonmark").enable("table")
_COMMENTS = re.compile(r"\s*(?:<!--.*?-->\s*)*", re.DOTALL)
_HTML_HEADING = re.compile(r"\s*<h([1-6])\b[^>]*>(.*?)</h\1>\s*", re.DOTALL | re.IGNORECASE)
_TAG = re.compile(r"<[^>]*>")
_HEADING_ATTRIBUTES = re.compile(r"\s*(?:\{[#.:][^}]*\}|¶)\s*$")
_OPTION = re.compile(r"^:[\w-]+:")
_SESSION = re.compile(r"^ {0,3}>>> \S")
_SHELL = re.compile(r"^\s*(?:\$|>>>|In \[\d+\]:) ")
_CONTAINERS = {
    "bullet_list_open": BlockKind.LIST,
    "ordered_list_open": BlockKind.LIST,
    "blockquote_open": BlockKind.PROSE,
}
_LEAVES = {"paragraph_open": BlockKind.PROSE, "table_open": BlockKind.TABLE}


def read(data: bytes, path: Path) -> SourceDocument:
    """Read Markdown.

    Raises:
        SourceError: the bytes are no text.
    """
    text, encoding, notes = decode(data, path)
    lines = text.split("\n")
    matter = front_matter(lines)
    blocks = list(markdown_blocks(lines, matter.line_count))
    top = next((block for block in blocks if block.kind is BlockKind.HEADING and block.level == 1), None)
    title = top.text if top else matter.title
    return SourceDocument(
        path,
        "markdown",
        title or path.stem,
        blocks,
        titled=bool(matter.title and not top),
        source_lines=lines,
        encoding=encoding,
        notes=notes,
    )


def markdown_blocks(lines: list[str], skip: int = 0, offset: int = 0) -> Iterator[Block]:
    """Blocks of Markdown lines.

    Args:
        lines: raw lines.
        skip: lines at the top to leave out (front matter).
        offset: source line of the first line, less one.
    """
    seen = view(lines, skip)
    tokens = _PARSER.parse("\n".join(seen))
    reader = _Reader(lines, seen, offset)
    for index, token in enumerate(tokens):
        if token.level == 0 and token.nesting >= 0 and token.map is not None:
            yield from reader.block(tokens, index)


def heading_text(inline: Token) -> str:
    """What a reader sees of a heading: no emphasis, links, images or attributes."""
    parts = [
        " " if child.type in ("softbreak", "hardbreak") else child.content
        for child in inline.children or []
        if child.type in ("text", "code_inline", "softbreak", "hardbreak", "text_special")
    ]
    text = "".join(parts).strip() or " ".join(
        child.content for child in inline.children or [] if child.type == "image"
    )
    return " ".join(_HEADING_ATTRIBUTES.sub("", text).split())


class _Reader:
    """Turns top-level tokens into blocks; holds the lines they point into."""

    def __init__(self, lines: list[str], seen: list[str], offset: int) -> None:
        self.lines = lines
        self.seen = seen
        self.offset = offset

    def block(self, tokens: Sequence[Token], index: int) -> Iterator[Block]:
        """Blocks of the top-level token at ``index``."""
        token = tokens[index]
        start, end = token.map or (0, 0)
        if token.type == "heading_open":
            text = heading_text(tokens[index + 1])
            if text:
                yield Block(BlockKind.HEADING, text, (self.offset + start + 1,), level=int(token.tag[1]))
        elif token.type in ("fence", "code_block"):
            yield from self._code(token)
        elif token.type == "html_block":
            yield from self._html(start, end)
        elif token.type in _LEAVES:
            yield from self._raw(_LEAVES[token.type], start, end)
        elif token.type in _CONTAINERS:
            yield from self._container(tokens, index)

    def _raw(self, kind: BlockKind, start: int, end: int) -> Iterator[Block]:
        """Whole raw lines ``[start, end)`` without blank ones around."""
        while start < end and not self.seen[start].strip():
            start += 1
        while end > start and not self.seen[end - 1].strip():
            end -= 1
        if start < end:
            numbers = range(self.offset + start + 1, self.offset + end + 1)
            yield Block(kind, "\n".join(self.lines[start:end]), numbers)

    def _html(self, start: int, end: int) -> Iterator[Block]:
        raw = "\n".join(self.seen[start:end])
        if _COMMENTS.fullmatch(raw):
            return
        if heading := _HTML_HEADING.fullmatch(raw):
            text = " ".join(_TAG.sub(" ", heading[2]).split())
            if text:
                yield Block(BlockKind.HEADING, text, (self.offset + start + 1,), level=int(heading[1]))
            return
        yield from self._raw(BlockKind.PROSE, start, end)

    def _container(self, tokens: Sequence[Token], index: int) -> Iterator[Block]:
        """A list or quote: its code apart, the rest as raw lines between."""
        token = tokens[index]
        start, end = token.map or (0, 0)
        if token.type == "blockquote_open" and _SESSION.match(self.seen[start]):
            # An unfenced session: CommonMark takes ">>>" for three nested quotes.
            numbers = range(self.offset + start + 1, self.offset + end + 1)
            if session := code_block("\n".join(self.lines[start:end]), numbers, "pycon"):
                yield session
            return
        kind, position = _CONTAINERS[token.type], start
        for inner in tokens[index + 1 :]:
            if inner.level == 0:
                break
            if inner.type in ("fence", "code_block") and inner.map:
                yield from self._raw(kind, position, inner.map[0])
                yield from self._code(inner)
                position = min(inner.map[1], end)
        yield from self._raw(kind, position, end)

    def _code(self, token: Token) -> Iterator[Block]:
        start = (token.map or [0])[0] + (token.type == "fence")
        rows = token.content.removesuffix("\n").split("\n")
        found = fence_info(token.info)
        if found.directive:
            yield from self._directive(found.directive, found.info, rows, start)
            return
        numbers = range(self.offset + start + 1, self.offset + start + 1 + len(rows))
        if block := code_block("\n".join(rows), numbers, found.language, found.info):
            yield block

    def _directive(self, name: str, argument: str, rows: list[str], start: int) -> Iterator[Block]:
        """A fence that is a MyST directive: code, nothing, or more Markdown."""
        if name in SILENT_DIRECTIVES:
            return
        skip = _options(rows)
        first = self.offset + start + 1
        if language := directive_language(name, argument):
            numbers = range(first + skip, first + len(rows))
            if block := code_block("\n".join(rows[skip:]), numbers, language[0], argument):
                yield block
            return
        if rows[skip:] and _SHELL.match(rows[skip]):  # unknown, but its content is typed at a prompt
            if block := code_block("\n".join(rows[skip:]), range(first + skip, first + len(rows)), "console"):
                yield block
            return
        if argument:
            yield Block(BlockKind.PROSE, self.lines[start - 1], (first - 1,))
        yield from markdown_blocks([""] * skip + rows[skip:], offset=self.offset + start)


def _options(rows: list[str]) -> int:
    """How many lines at a directive's top are options (``:name: value`` or a YAML block)."""
    if rows and rows[0].strip() == "---":
        for index, row in enumerate(rows[1:], start=1):
            if row.strip() == "---":
                return index + 1
    return next((index for index, row in enumerate(rows) if not _OPTION.match(row)), len(rows))
