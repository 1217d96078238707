"""Source files of subtopics → document rows: what is there, by hash.

Here: the inventory (bytes, hash, size, format, missing files) and its memoisation. Not here: reading a
format or cutting it into chunks (``readers``, ``chunk_rows``).
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from psycopg import Connection
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.content_model import Content, Source, Subtopic
from pygrounds_dagster.curriculum.readers.formats import SUFFIXES, is_supported
from pygrounds_dagster.partition import PartitionOutcome, Progress, no_progress
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import StepState, fingerprint, finish_step, finished_steps, unchanged

_SQL = load_queries(__package__)

STEP = "documents"
INVENTORY_VERSION = "1"


@dataclass(frozen=True, slots=True)
class InventoryRow:
    """One source as it lies on disk now.

    Attributes:
        document_id: hash of subtopic, path and section.
        subtopic_key: partition key.
        path: relative to the content root, or absolute outside of it.
        section: part of the file; empty for all of it.
        format: suffix without the dot, e.g. ``md``.
        byte_size: of the whole file.
        content_hash: SHA-256 of the whole file's bytes, 64 hex digits; empty if it cannot be read.
        error: why it cannot be used.
    """

    document_id: str
    subtopic_key: str
    path: str
    section: str
    format: str
    byte_size: int
    content_hash: str
    error: str | None


def file_hash(path: Path) -> tuple[str, int]:
    """SHA-256 of a file's bytes in hex, and how many they are.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256")
        return digest.hexdigest(), file.tell()


def sync_documents(
    pool: ConnectionPool, content: Content, keys: Sequence[str], progress: Progress = no_progress
) -> list[PartitionOutcome]:
    """Bring the document rows of partitions to what lies on disk, one transaction each.

    Every file's bytes are hashed (a file used by several subtopics once); a partition whose inventory is
    the one last stored is left alone. A missing or unknown file is an error on that document only.

    Args:
        pool: connections to the store.
        content: what ``load_content`` found.
        keys: partitions to look at.
        progress: told after every partition.

    Returns:
        One outcome for every key, in order. Counts: ``documents``, ``bytes``, ``broken``.
    """
    subtopics = {subtopic.key: subtopic for subtopic in content.subtopics}
    with pool.connection() as conn:
        states = finished_steps(conn, STEP, keys)
    hashes: dict[Path, tuple[str, int, str | None]] = {}
    outcomes: list[PartitionOutcome] = []
    for number, key in enumerate(keys, start=1):
        subtopic = subtopics.get(key)
        if subtopic is None:
            why = content.failed.get(key, f"no content file defines {key}: it was deleted or renamed")
            outcomes.append(PartitionOutcome(key, "failed", error=why))
        else:
            outcomes.append(_sync_subtopic(pool, subtopic, states.get(key), hashes))
        progress(number, len(keys), key)
    return outcomes


def _sync_subtopic(
    pool: ConnectionPool,
    subtopic: Subtopic,
    state: StepState | None,
    hashes: dict[Path, tuple[str, int, str | None]],
) -> PartitionOutcome:
    rows = [_inventory(subtopic.key, source, hashes) for source in subtopic.sources]
    found = fingerprint(INVENTORY_VERSION, *(part for row in rows for part in _identity(row)))
    if state and state.fingerprint == found:
        return unchanged(state)
    counts: dict[str, int | float] = {
        "documents": len(rows),
        "bytes": sum(row.byte_size for row in rows),
        "broken": sum(row.error is not None for row in rows),
    }
    with pool.connection() as conn:
        if not _store(conn, subtopic.key, rows, StepState(subtopic.key, found, found, counts)):
            why = f"{subtopic.key} is not registered: materialise the asset 'curriculum' first"
            return PartitionOutcome(subtopic.key, "failed", error=why)
    return PartitionOutcome(subtopic.key, "done", found, counts)


def _store(conn: Connection, key: str, rows: list[InventoryRow], state: StepState) -> bool:
    """Write an inventory; False if there is no such live subtopic."""
    if conn.execute(_SQL["lock_subtopic"], {"key": key}).fetchone() is None:
        return False
    conn.cursor().executemany(_SQL["upsert_document"], [asdict(row) for row in rows])
    kept = [row.document_id for row in rows]
    conn.execute(_SQL["retire_other_documents"], {"key": key, "kept": kept})
    finish_step(conn, STEP, state)
    return True


def _inventory(key: str, source: Source, hashes: dict[Path, tuple[str, int, str | None]]) -> InventoryRow:
    if source.path not in hashes:
        hashes[source.path] = _examine(source.path)
    content_hash, size, error = hashes[source.path]
    return InventoryRow(
        document_id=fingerprint(key, source.name, source.section),
        subtopic_key=key,
        path=source.name,
        section=source.section,
        format=source.path.suffix.lower().lstrip("."),
        byte_size=size,
        content_hash=content_hash,
        error=error,
    )


def _examine(path: Path) -> tuple[str, int, str | None]:
    try:
        content_hash, size = file_hash(path)
    except FileNotFoundError:
        return "", 0, f"{path} is not there: restore it or remove it from 'sources'"
    except OSError as error:
        return "", 0, f"{path} cannot be read: {error.strerror}; check what it is and its permissions"
    if not is_supported(path):
        known = ", ".join(sorted(filter(None, SUFFIXES)))
        return content_hash, size, f"{path} is of no known format: use one of {known}"
    return content_hash, size, None


def _identity(row: InventoryRow) -> tuple[str, ...]:
    return (row.document_id, row.content_hash, str(row.byte_size), row.error or "")
