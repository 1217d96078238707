"""What a new chunking of a document changes in the chunks that are stored.

Here: chunk ids and the comparison, pure. Not here: SQL and files (``chunk_rows``).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from pygrounds_dagster.curriculum.chunk import Chunk
from pygrounds_dagster.store.step import fingerprint


@dataclass(frozen=True, slots=True)
class StoredChunk:
    """The part of a stored chunk that may change while its id stays."""

    chunk_id: str
    document_id: str
    ordinal: int
    heading_path: list[str]
    line_start: int
    line_end: int
    page_start: int | None
    page_end: int | None
    tokens: int
    retired: bool


@dataclass(slots=True)
class ChunkDiff:
    """Rows to insert and update as query parameters, ids to retire, and how many stay untouched."""

    insert: list[dict[str, Any]] = field(default_factory=list)
    update: list[dict[str, Any]] = field(default_factory=list)
    retire: list[str] = field(default_factory=list)
    unchanged: int = 0

    def add(self, other: ChunkDiff) -> None:
        """Take in the differences of another document."""
        self.insert += other.insert
        self.update += other.update
        self.retire += other.retire
        self.unchanged += other.unchanged


def chunk_ids(document_id: str, chunks: Iterable[Chunk]) -> list[str]:
    """Content-derived ids, one for each chunk, in order; 32 hex digits.

    An id says what a chunk holds and not where: text that moves keeps its id. The same text again in one
    document is told apart by how many times it came before.
    """
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for chunk in chunks:
        output = "" if chunk.expected_output is None else f"={chunk.expected_output}"
        what = fingerprint(document_id, chunk.chunk_type, chunk.text, output, chunk.embedding_text)
        ids.append(fingerprint(what, str(seen[what])) if seen[what] else what)
        seen[what] += 1
    return ids


def diff_chunks(
    subtopic_key: str, document_id: str, chunks: Sequence[Chunk], stored: Iterable[StoredChunk]
) -> ChunkDiff:
    """Compare a document's new chunks with all that were ever stored of it."""
    known = {row.chunk_id: row for row in stored}
    ids = chunk_ids(document_id, chunks)
    held = set(ids)
    diff = ChunkDiff(retire=sorted(k for k, row in known.items() if not row.retired and k not in held))
    for chunk_id, chunk in zip(ids, chunks, strict=True):
        row = known.get(chunk_id)
        if row is None:
            diff.insert.append(_values(chunk_id, subtopic_key, document_id, chunk))
        elif row != _as_stored(chunk_id, document_id, chunk):
            diff.update.append(_values(chunk_id, subtopic_key, document_id, chunk))
        else:
            diff.unchanged += 1
    return diff


def _as_stored(chunk_id: str, document_id: str, chunk: Chunk) -> StoredChunk:
    return StoredChunk(
        chunk_id,
        document_id,
        chunk.ordinal,
        list(chunk.heading_path),
        chunk.line_start,
        chunk.line_end,
        chunk.page_start,
        chunk.page_end,
        chunk.tokens,
        retired=False,
    )


def _values(chunk_id: str, subtopic_key: str, document_id: str, chunk: Chunk) -> dict[str, Any]:
    return {
        "chunk_id": chunk_id,
        "document_id": document_id,
        "subtopic_key": subtopic_key,
        "ordinal": chunk.ordinal,
        "chunk_type": chunk.chunk_type.value,
        "kind": chunk.chunk_type.kind,
        "heading_path": list(chunk.heading_path),
        "line_start": chunk.line_start,
        "line_end": chunk.line_end,
        "page_start": chunk.page_start,
        "page_end": chunk.page_end,
        "text": chunk.text,
        "expected_output": chunk.expected_output,
        "embedding_text": chunk.embedding_text,
        "embedding_hash": chunk.embedding_hash,
        "tokens": chunk.tokens,
    }
