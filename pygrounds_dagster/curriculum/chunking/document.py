"""Blocks → chunks: the pieces of a document that are cited, encoded and searched.

What belongs here: how blocks become chunks. What does not: formats (``readers``), where text and code may
be cut (``prose_split``, ``code_split``), what the encoder sees (``embedding_text``).

The shape: code apart from prose; neighbouring prose of one section together up to the target; lists and
tables whole where they fit; nothing overlaps; the heading path goes with every chunk.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument
from pygrounds_dagster.curriculum.chunk import Chunk, ChunkType
from pygrounds_dagster.curriculum.chunking.budget import Budget, Words, total
from pygrounds_dagster.curriculum.chunking.code_split import CodeCutter, enclosing
from pygrounds_dagster.curriculum.chunking.embedding_text import code_words, prose_words
from pygrounds_dagster.curriculum.chunking.packing import pack
from pygrounds_dagster.curriculum.chunking.prose_run import ProseRun, prose_units
from pygrounds_dagster.curriculum.chunking.prose_split import sentences
from pygrounds_dagster.curriculum.chunking.sessions import Example, examples, is_session
from pygrounds_dagster.curriculum.chunking.types import prose_type
from pygrounds_dagster.curriculum.tokens import TokenCounter
from pygrounds_dagster.store.step import fingerprint

CHUNKER_VERSION = "1"
"""Takes part in fingerprints: raise it whenever chunks of an unchanged document would change."""

# A line or two between code and its output ("This prints:") does not part them.
_OUTPUT_LEAD = 100


def chunk_document(source: SourceDocument, counter: TokenCounter) -> list[Chunk]:
    """Cut a document into chunks, in reading order, deterministically.

    Args:
        source: the document as its reader understood it.
        counter: of the encoder that will see the chunks; its window bounds every embedding text.
    """
    return _Chunker(source, counter).chunks()


@dataclass(slots=True)
class _Draft:
    """A chunk before it is numbered."""

    chunk_type: ChunkType
    path: tuple[str, ...]
    text: str
    lines: Sequence[int]
    pages: Sequence[int]
    words: tuple[Words, ...]
    expected_output: str | None = None

    def finish(self, ordinal: int, budget: Budget) -> Chunk:
        words = self.words
        if self.expected_output:
            # What it prints finds code: learners quote errors and results.
            shown = budget.count([code_words(self.expected_output)])[0]
            left = budget.window - sum(each.pieces for each in words)
            words = (*words, budget.cut(shown, min(left, budget.lead_limit)))
        embedding_text, tokens = budget.assemble(*words)
        return Chunk(
            ordinal,
            self.chunk_type,
            self.path,
            min(self.lines, default=0),
            max(self.lines, default=0),
            min(self.pages) if self.pages else None,
            max(self.pages) if self.pages else None,
            self.text,
            self.expected_output,
            embedding_text,
            fingerprint(embedding_text),
            tokens,
        )


class _Chunker:
    """Walks the blocks of one document with the headings above them."""

    def __init__(self, source: SourceDocument, counter: TokenCounter) -> None:
        self.source = source
        self.budget = Budget(counter)
        self.headings: list[Block] = []
        self.path: tuple[str, ...] = ()
        self.heading = Words("", 0)
        self.context = ""
        self.run = ProseRun(source)
        self.lead = ""
        self.drafts: list[_Draft] = []
        self.code: _Draft | None = None  # the section's latest code: where output belongs
        self.bare = False  # whether the innermost heading has nothing below it so far
        self._enter([])

    def chunks(self) -> list[Chunk]:
        """All chunks of the document."""
        self._learn()
        for block in self.source.blocks:
            if block.context != self.context and block.kind is not BlockKind.HEADING:
                self._flush()
                self._describe(block.context)
            if block.kind is BlockKind.HEADING:
                self._heading(block)
            elif block.is_code:
                self._code(block)
            else:
                self._prose(block)
        self._flush()
        self._bare_heading()
        return [draft.finish(ordinal, self.budget) for ordinal, draft in enumerate(self.drafts)]

    def _learn(self) -> None:
        """Tokenise the document's words in one batch, so that all later counts are look-ups."""
        blocks = self.source.blocks
        self.budget.count(
            [code_words(block.text) if block.is_code else prose_words(block.text) for block in blocks]
        )

    def _enter(self, headings: list[Block]) -> None:
        self.headings = headings
        path = tuple(heading.text for heading in headings)
        title = self.source.title
        self.path = (title, *path) if self.source.titled and path[:1] != (title,) else path
        self._describe("")

    def _describe(self, context: str) -> None:
        """What the encoder sees in front: the headings, then what the blocks describe."""
        self.context = context
        self.heading = self.budget.heading((*self.path, context) if context else self.path)

    def _heading(self, block: Block) -> None:
        self._flush()
        if self.headings and block.level <= self.headings[-1].level:
            self._bare_heading()
        self._enter([*(above for above in self.headings if above.level < block.level), block])
        self.bare, self.code, self.lead = True, None, ""

    def _bare_heading(self) -> None:
        """A heading with nothing below it is a chunk of its own: its words are found nowhere else."""
        if not self.bare:
            return
        block = self.headings[-1]
        lines = self.source.lines_of(block)
        text = lines[block.lines[0] - 1] if lines and block.lines else block.text
        self._add(_Draft(prose_type(self.path), self.path, text, block.lines, block.pages, (self.heading,)))

    def _add(self, draft: _Draft) -> None:
        self.drafts.append(draft)
        self.bare = False

    def _prose(self, block: Block) -> None:
        if not self.run.takes(block):
            self._flush()
        self.run.add(block)

    def _flush(self) -> None:
        """Make chunks of the prose gathered so far."""
        run, self.run = self.run, ProseRun(self.source)
        if not run.blocks:
            return
        room = self.budget.room(self.heading)
        units = prose_units(run, self.budget, room)
        costs = [unit.cost for unit in units]
        for group in pack(costs, room, {index for index, unit in enumerate(units) if unit.glued}):
            words = self.budget.cut(total(unit.words for unit in units[group.start : group.stop]), room)
            if words.text:
                text, lines, pages = run.piece(units[group.start].start, units[group.stop - 1].end)
                kind = prose_type(self.path)
                self._add(_Draft(kind, self.path, text, lines, pages, (self.heading, words)))
        last = units[-1]
        tail = run.text[last.start : last.end]
        start = sentences(tail)[-1][0]
        self.lead = prose_words(tail[start:])

    def _code(self, block: Block) -> None:
        if block.kind is BlockKind.OUTPUT and self.code and len(self.run.text) <= _OUTPUT_LEAD:
            shown = self.code.expected_output
            self.code.expected_output = block.text if shown is None else f"{shown}\n{block.text}"
            return
        self._flush()
        lead = self.budget.lead(self.lead)
        self.lead = ""
        if is_session(block):
            self._session(block, lead)
        else:
            self._cut_code(block, block.text, range(block.text.count("\n") + 1), lead, block.expected_output)

    def _cut_code(
        self, block: Block, text: str, numbers: Sequence[int], lead: Words, output: str | None
    ) -> None:
        """Chunks of code; ``numbers`` are the rows of the block that the lines of ``text`` stand in."""
        rows = text.split("\n")
        words = self.budget.count([code_words(row) for row in rows])
        room = self.budget.room(self.heading, lead)
        if sum(each.pieces for each in words) > room:
            # Pieces from inside a class or function are led in by its header instead.
            room = min(room, self.budget.room(self.heading) - self.budget.lead_limit)
        pieces = CodeCutter(text, [each.pieces for each in words], max(1, room), block.language).cut()
        for piece in pieces:
            kept = [row for row in piece if rows[row].strip()]
            if not kept:
                continue
            start, end = kept[0], kept[-1] + 1
            lead = self.budget.lead(code_words(enclosing(rows, start))) if start else lead
            body = self.budget.cut(total(words[start:end]), self.budget.room(self.heading, lead))
            draft = _Draft(
                ChunkType.CODE,
                self.path,
                "\n".join(rows[start:end]),
                _pick(block.lines, numbers[start:end]),
                _pick(block.pages, numbers[start:end]),
                (self.heading, lead, body),
            )
            self._add(draft)
            self.code = draft
        if self.code and output:
            self.code.expected_output = output

    def _session(self, block: Block, lead: Words) -> None:
        """Chunks of an interactive session, cut between what was typed; each with its own output."""
        typed = examples(block.text)
        room = self.budget.room(self.heading, lead)
        costs = [w.pieces for w in self.budget.count([code_words("\n".join(each.code)) for each in typed])]
        for group in pack(costs, room):
            chosen = typed[group.start : group.stop]
            code = "\n".join(line for each in chosen for line in each.code)
            numbers = [row for each in chosen for row in each.rows]
            self._cut_code(block, code, numbers, lead, _output(chosen))


def _output(chosen: Sequence[Example]) -> str | None:
    shown = [line for each in chosen for line in each.output]
    return "\n".join(shown) if shown else None


def _pick(places: Sequence[int], rows: Sequence[int]) -> list[int]:
    return [places[row] for row in rows] if places else []
