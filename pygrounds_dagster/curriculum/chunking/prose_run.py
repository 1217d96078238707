"""Neighbouring prose of one section as one text with the place of every line.

What belongs here: joining blocks without changing a byte of the source between them, and measuring the
units that chunks are packed from. What does not: packing, headings, code.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument
from pygrounds_dagster.curriculum.chunking.budget import Budget, Words
from pygrounds_dagster.curriculum.chunking.embedding_text import prose_words
from pygrounds_dagster.curriculum.chunking.prose_split import CUTS, Spans

TARGET_CHARACTERS = 1500


@dataclass(slots=True)
class ProseRun:
    """Blocks of prose, lists and tables that follow each other.

    Attributes:
        source: the document.
    """

    source: SourceDocument
    blocks: list[Block] = field(default_factory=list)
    spans: Spans = field(default_factory=list)
    text: str = ""
    lines: list[int] = field(default_factory=list)
    pages: list[int] = field(default_factory=list)

    def takes(self, block: Block) -> bool:
        """Whether the block can be joined: same subject and cell, only blank source lines between."""
        if not self.blocks:
            return True
        last = self.blocks[-1]
        if block.context != last.context:
            return False
        if self.source.cell_lines and block.pages[:1] != last.pages[:1]:
            return False
        source_lines = self.source.lines_of(block)
        if not source_lines:
            return True
        between = source_lines[self.lines[-1] : block.lines[0] - 1]
        whole = source_lines[block.lines[0] - 1].startswith(block.text.split("\n", 1)[0])
        return whole and block.lines[0] > self.lines[-1] and not any(line.strip() for line in between)

    def add(self, block: Block) -> None:
        """Join a block, with what the source has between (a blank line where it has no lines)."""
        if self.blocks:
            source_lines = self.source.lines_of(block)
            if source_lines:
                numbers = range(self.lines[-1] + 1, block.lines[0])
                between = [source_lines[number - 1] for number in numbers]
            else:
                numbers = range(self.lines[-1], self.lines[-1] + 1) if self.lines else range(0)
                between = [""]
            self.text += "\n".join(["", *between, ""])
            self.lines += numbers
            self.pages += [self.pages[-1]] * len(between) if self.pages else []
        self.spans.append((len(self.text), len(self.text) + len(block.text)))
        self.text += block.text
        self.lines += block.lines
        self.pages += block.pages
        self.blocks.append(block)

    def piece(self, start: int, end: int) -> tuple[str, Sequence[int], Sequence[int]]:
        """Text, lines and pages of a span, without blank lines around it."""
        text = self.text[start:end]
        start += len(text) - len(text.lstrip("\n"))
        text = text.strip("\n").rstrip()
        first = self.text.count("\n", 0, start)
        rows = slice(first, first + text.count("\n") + 1)
        return text, self.lines[rows], self.pages[rows]


@dataclass(frozen=True, slots=True)
class Unit:
    """A piece of a run that is not cut further.

    Attributes:
        start: offset in the run's text.
        end: offset behind it.
        words: for the encoder.
        cost: what it takes of the budget.
        glued: whether it belongs to the next unit, e.g. a sentence that introduces a list.
    """

    start: int
    end: int
    words: Words
    cost: int
    glued: bool = False


def prose_units(run: ProseRun, budget: Budget, room: int) -> list[Unit]:
    """The units of a run: whole blocks where they fit into ``room`` pieces, else parts of them."""
    counted = budget.count([prose_words(block.text) for block in run.blocks])
    units: list[Unit] = []
    for index, (block, span, words) in enumerate(zip(run.blocks, run.spans, counted, strict=True)):
        glued = index + 1 < len(run.blocks) and _introduces(block, words)
        unit = _unit(block.kind, span, words, room, glued=glued)
        units += [unit] if unit.cost <= room else _cut(run.text, block.kind, unit, 0, budget, room)
    return units


def _introduces(block: Block, words: Words) -> bool:
    """Whether a block only makes sense with the next: a lead-in or the line of a directive."""
    return words.text.endswith(":") or block.text.lstrip().startswith((".. ", "!!! ", "??? ", ":::"))


def _unit(kind: BlockKind, span: tuple[int, int], words: Words, room: int, *, glued: bool = False) -> Unit:
    # Tables are wide by their padding, so only their words count.
    size = 0 if kind is BlockKind.TABLE else (span[1] - span[0]) * room // TARGET_CHARACTERS
    return Unit(*span, words, max(words.pieces, size), glued)


def _cut(text: str, kind: BlockKind, whole: Unit, level: int, budget: Budget, room: int) -> list[Unit]:
    """Units of a block that is too long, by the best cut that makes them fit."""
    cuts = CUTS[kind]
    if level == len(cuts):
        return [whole]
    spans = [(whole.start + a, whole.start + b) for a, b in cuts[level](text[whole.start : whole.end])]
    if len(spans) == 1:
        return _cut(text, kind, whole, level + 1, budget, room)
    units: list[Unit] = []
    for span, words in zip(spans, budget.count([prose_words(text[a:b]) for a, b in spans]), strict=True):
        unit = _unit(kind, span, words, room)
        units += [unit] if unit.cost <= room else _cut(text, kind, unit, level + 1, budget, room)
    return units
