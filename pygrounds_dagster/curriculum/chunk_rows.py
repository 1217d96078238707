"""Documents → chunk rows: only what differs is read, cut and written.

Here: which documents to chunk again, one transaction per partition, reading live chunks back. Not here:
formats (``readers``), cutting (``chunking``), the comparison (``chunk_diff``), vectors.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.blocks import SourceError
from pygrounds_dagster.curriculum.chunk import Chunk, Kind
from pygrounds_dagster.curriculum.chunk_diff import ChunkDiff, StoredChunk, diff_chunks
from pygrounds_dagster.curriculum.chunking import CHUNKER_VERSION, chunk_document
from pygrounds_dagster.curriculum.readers.formats import read_bytes, select
from pygrounds_dagster.curriculum.tokens import TokenCounter
from pygrounds_dagster.partition import PartitionOutcome, Progress, no_progress
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import (
    StepState,
    fingerprint,
    finish_step,
    finished_steps,
    forget_step,
    unchanged,
)

_SQL = load_queries(__package__)

STEP = "chunks"

# What Python calls text and PostgreSQL does not: NUL and surrogates.
_NOT_TEXT = re.compile("[\0\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class ChunkRow:
    """A live chunk as knowledge needs it; see :class:`~pygrounds_dagster.curriculum.chunk.Chunk`.

    ``document`` is the path relative to the content root, ``section`` the part of it, ``difficulty`` that
    of the subtopic.
    """

    chunk_id: str
    subtopic_key: str
    document_id: str
    document: str
    section: str
    ordinal: int
    chunk_type: str
    kind: Kind
    heading_path: list[str]
    line_start: int
    line_end: int
    page_start: int | None
    page_end: int | None
    text: str
    expected_output: str | None
    embedding_text: str
    embedding_hash: str
    tokens: int
    difficulty: str


@dataclass(frozen=True, slots=True)
class _Document:
    document_id: str
    subtopic_key: str
    path: str
    section: str
    content_hash: str
    chunked_hash: str
    error: str | None


@dataclass(frozen=True, slots=True)
class _Chunking:
    """What came of one document: chunks, or the reason why there are none."""

    document: _Document
    chunked_hash: str = ""
    title: str = ""
    chunks: Sequence[Chunk] = ()
    error: str | None = None


def live_chunks(conn: Connection, keys: Iterable[str]) -> list[ChunkRow]:
    """The chunks that partitions serve now, by partition, document and place in it."""
    with conn.cursor(row_factory=class_row(ChunkRow)) as cursor:
        return cursor.execute(_SQL["select_live_chunks"], {"keys": list(keys)}).fetchall()


def sync_chunks(
    pool: ConnectionPool, keys: Sequence[str], counter: TokenCounter, progress: Progress = no_progress
) -> list[PartitionOutcome]:
    """Bring the chunks of partitions to what their documents hold, one transaction each.

    Documents are chunked again when their bytes, the chunker or the tokenizer changed. Chunks that are
    still there keep their rows (moved ones get their new place), chunks that are gone are retired. A
    document that cannot be read keeps its last good chunks and makes its partition ``failed``; the other
    documents of the partition are stored all the same.

    Args:
        pool: connections to the store; none is held while a document is read.
        keys: partitions to look at.
        counter: of the encoder that will see the chunks.
        progress: told before every document that is chunked, and at the end.

    Returns:
        One outcome for every key, in order. Counts: ``documents`` and ``chunks`` of the partition;
        ``written``, ``unchanged`` and ``retired`` chunks of the documents that were chunked; ``failed``
        documents.
    """
    with pool.connection() as conn:
        states = finished_steps(conn, STEP, keys)
        rows = conn.execute(_SQL["select_subtopic_roots"], {"keys": list(keys)}).fetchall()
        documents = _documents(conn, keys)
    roots: dict[str, Path] = {key: Path(root) for key, root in rows}
    version = fingerprint(CHUNKER_VERSION, counter.identity, str(counter.window))
    wanted = {key: _inputs(version, documents[key]) for key in keys}
    stale = [key for key in roots if key not in states or states[key].fingerprint != wanted[key]]
    work = {key: [d for d in documents[key] if _chunked_hash(version, d) != d.chunked_hash] for key in stale}
    total, done = sum(map(len, work.values())), 0
    outcomes: dict[str, PartitionOutcome] = {}
    for key in stale:
        chunkings = []
        for document in work[key]:
            progress(done, total, document.path)
            chunkings.append(_chunk(roots[key], document, version, counter))
            done += 1
        outcomes[key] = _save(pool, key, documents[key], chunkings, wanted[key])
    progress(total, total, "chunked")
    return [outcomes.get(key) or _not_stale(key, states.get(key) if key in roots else None) for key in keys]


def _not_stale(key: str, state: StepState | None) -> PartitionOutcome:
    if state is not None:
        return unchanged(state)
    why = (
        f"{key} is not registered, or its file was never valid: materialise 'curriculum' and see its problems"
    )
    return PartitionOutcome(key, "failed", error=why)


def _documents(conn: Connection, keys: Sequence[str]) -> dict[str, list[_Document]]:
    found: dict[str, list[_Document]] = defaultdict(list)
    with conn.cursor(row_factory=class_row(_Document)) as cursor:
        for document in cursor.execute(_SQL["select_documents"], {"keys": list(keys)}):
            found[document.subtopic_key].append(document)
    return found


def _inputs(version: str, documents: Sequence[_Document]) -> str:
    return fingerprint(version, *(part for d in documents for part in (d.document_id, d.content_hash)))


def _chunked_hash(version: str, document: _Document) -> str:
    return fingerprint(document.content_hash, version)


def _chunk(root: Path, document: _Document, version: str, counter: TokenCounter) -> _Chunking:
    """Read and cut one document; whatever is wrong with it stays with it."""
    if not document.content_hash:
        return _Chunking(document, error=document.error or f"{document.path} cannot be read")
    path = root / document.path
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != document.content_hash:
            raise SourceError(
                "the file changed since its inventory", str(path), "Materialise 'documents' again"
            )
        source = select(read_bytes(data, path, document.section), document.section)
        chunks = chunk_document(source, counter)
        if not chunks:
            raise SourceError(
                "the document has no text", str(path), "Write some or remove it from the sources"
            )
        _check_storable(chunks, path)
    except SourceError as error:
        return _Chunking(document, error=str(error))
    except OSError as error:
        return _Chunking(
            document, error=f"{path}: cannot be read: {error.strerror}; materialise 'documents' again"
        )
    except Exception as error:  # noqa: BLE001 - parsers of foreign formats raise anything; told on the document
        why = f"{path}: its reader failed with {type(error).__name__}: {error}; report this with the file"
        return _Chunking(document, error=why)
    return _Chunking(document, _chunked_hash(version, document), source.title, chunks)


def _check_storable(chunks: Sequence[Chunk], path: Path) -> None:
    """PostgreSQL's text holds every character but NUL and lone surrogates.

    Raises:
        SourceError: a chunk has one of them.
    """
    for chunk in chunks:
        whole = "".join((chunk.text, chunk.expected_output or "", *chunk.heading_path))
        if _NOT_TEXT.search(whole):
            where = f"{path}, line {chunk.line_start}" if chunk.line_start else str(path)
            raise SourceError("the text has NUL or half of a character pair in it", where, "Remove it")


def _save(
    pool: ConnectionPool,
    key: str,
    documents: Sequence[_Document],
    chunkings: Sequence[_Chunking],
    inputs: str,
) -> PartitionOutcome:
    with pool.connection() as conn:
        locked = conn.execute(_SQL["lock_subtopic"], {"key": key}).fetchone()
        now = _documents(conn, [key])[key] if locked else []
        if not locked or [_place(d) for d in now] != [_place(d) for d in documents]:
            why = f"{key} was changed by somebody else meanwhile: materialise it again"
            return PartitionOutcome(key, "failed", error=why)
        diff = _write(conn, key, chunkings)
        ids = conn.execute(_SQL["select_live_ids"], {"key": key}).fetchall()
        data_version = fingerprint(*(part for row in ids for part in row))
        failures = [chunking.error for chunking in chunkings if chunking.error]
        held: dict[str, int | float] = {"documents": len(documents), "chunks": len(ids)}
        if failures or not documents:
            forget_step(conn, [key], STEP)
        else:
            finish_step(conn, STEP, StepState(key, inputs, data_version, held))
    written = {"written": len(diff.insert) + len(diff.update), "unchanged": diff.unchanged}
    counts = held | written | {"retired": len(diff.retire), "failed": len(failures)}
    if not documents:
        failures = [f"{key} has no documents yet: materialise 'documents' first"]
    if failures:
        return PartitionOutcome(key, "failed", "", counts, "\n".join(failures))
    return PartitionOutcome(key, "done", data_version, counts)


def _place(document: _Document) -> tuple[str, str]:
    return document.document_id, document.content_hash


def _write(conn: Connection, key: str, chunkings: Sequence[_Chunking]) -> ChunkDiff:
    good = [chunking for chunking in chunkings if not chunking.error]
    stored: dict[str, list[StoredChunk]] = defaultdict(list)
    with conn.cursor(row_factory=class_row(StoredChunk)) as rows:
        ids = [chunking.document.document_id for chunking in good]
        for row in rows.execute(_SQL["select_stored_chunks"], {"documents": ids}):
            stored[row.document_id].append(row)
    diff = ChunkDiff()
    for chunking in good:
        document_id = chunking.document.document_id
        diff.add(diff_chunks(key, document_id, chunking.chunks, stored[document_id]))
    with conn.pipeline():
        _many(conn, "insert_chunk", diff.insert)
        _many(conn, "update_chunk", diff.update)
        conn.execute(_SQL["retire_chunks"], {"chunk_ids": diff.retire})
        conn.execute(_SQL["retire_chunks_of_retired_documents"], {"key": key})
        _many(conn, "update_document_chunked", [_marks(chunking) for chunking in good])
        _many(conn, "update_document_error", [_marks(chunking) for chunking in chunkings if chunking.error])
    return diff


def _many(conn: Connection, name: str, rows: Sequence[dict[str, Any]]) -> None:
    if rows:
        conn.cursor().executemany(_SQL[name], rows)


def _marks(chunking: _Chunking) -> dict[str, Any]:
    return {
        "document_id": chunking.document.document_id,
        "chunked_hash": chunking.chunked_hash,
        "title": chunking.title,
        "error": chunking.error,
    }
