"""What every reader makes of a document: a stream of blocks, each with its place in the source.

What belongs here: the block, the document, the error of a document that cannot be read. What does not:
anything about one format (``readers``) or about chunks (``chunking``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path


class BlockKind(StrEnum):
    """What a block is in its document."""

    HEADING = "heading"
    PROSE = "prose"
    LIST = "list"
    TABLE = "table"
    CODE = "code"
    OUTPUT = "output"


class SourceError(Exception):
    """A document that cannot be read: what is wrong, where, and how to mend it."""

    def __init__(self, what: str, where: str, mend: str) -> None:
        super().__init__(f"{where}: {what.rstrip('.')}. {mend}.")
        self.what = what
        self.where = where
        self.mend = mend


@dataclass(frozen=True, slots=True)
class Block:
    """A heading, a paragraph, a list, a table, a piece of code, or output shown for the code before it.

    Attributes:
        kind: what it is.
        text: its text, lines separated by ``\\n``, no line end after the last. For formats that are text
            each line is a piece of its source line; code is without fence, prompt or the indentation
            that only marks it as code. For a heading: what a reader sees, on one line.
        lines: source line of every line of ``text``, from 1; empty where the format has no lines.
        pages: page of every line of ``text`` (PDF), or its cell (notebook), from 1; else empty.
        level: of a heading, 1 the highest.
        language: of code, lower case, as its source names it; empty if it does not.
        info: further words of the source about the code, e.g. ``raises=ValueError stdin="3"``.
        expected_output: what the source shows the code to print.
        context: what the block describes below its headings, e.g. a function's name; for the encoder.
    """

    kind: BlockKind
    text: str
    lines: Sequence[int] = ()
    pages: Sequence[int] = ()
    level: int = 0
    language: str = ""
    info: str = ""
    expected_output: str | None = None
    context: str = ""

    @property
    def is_code(self) -> bool:
        """Whether it is code or output rather than prose."""
        return self.kind in (BlockKind.CODE, BlockKind.OUTPUT)


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """A document as its reader understood it.

    Attributes:
        path: of the file.
        format: name of the reader, e.g. ``markdown``.
        title: of the document, or the file's stem if it has none.
        blocks: in reading order.
        titled: whether ``title`` comes from the document, so that heading paths begin with it.
        source_lines: the decoded source, line by line without line ends, for formats whose prose blocks
            are whole source lines; prose blocks with only blank lines between them may be joined there
            to one slice of the source. Empty for others.
        cell_lines: the same for notebooks, by cell.
        encoding: how the bytes were decoded, e.g. ``utf-8`` or ``latin-1 (fallback)``.
        notes: what a person should know about the reading, e.g. a fallback encoding.
    """

    path: Path
    format: str
    title: str
    blocks: list[Block]
    titled: bool = False
    source_lines: Sequence[str] = ()
    cell_lines: Sequence[Sequence[str]] = ()
    encoding: str = "utf-8"
    notes: list[str] = field(default_factory=list)

    def lines_of(self, block: Block) -> Sequence[str]:
        """The source lines that a block's line numbers count, or nothing if they are not exact."""
        if self.cell_lines and block.pages:
            return self.cell_lines[block.pages[0] - 1]
        return self.source_lines

    def with_blocks(self, blocks: list[Block]) -> SourceDocument:
        """The same document restricted to some of its blocks."""
        return replace(self, blocks=blocks)


def contiguous(first: int, text: str) -> range:
    """Line numbers of a text whose first line is source line ``first`` and that follows the source."""
    return range(first, first + text.count("\n") + 1)
