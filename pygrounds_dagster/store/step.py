"""Steps remember what they finished (memoisation) and say how far they are (progress).

A step is skipped for a partition whose fingerprint (code version and inputs) is the one last finished.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from pygrounds_dagster.partition import PartitionOutcome, Progress
from pygrounds_dagster.store.queries import load_queries

_SQL = load_queries(__package__)
_PROGRESS_INTERVAL = 0.25


def fingerprint(*parts: str) -> str:
    """Hash of strings that cannot be confused by their borders; 32 hex digits."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return digest.hexdigest()[:32]


@dataclass(frozen=True, slots=True)
class StepState:
    """What a step last finished for a partition."""

    subtopic_key: str
    fingerprint: str
    data_version: str
    counts: dict[str, int | float]


def finished_steps(conn: Connection, step: str, keys: Iterable[str]) -> dict[str, StepState]:
    """The last finished states of a step, by partition key; keys never finished are missing."""
    with conn.cursor(row_factory=class_row(StepState)) as cursor:
        rows = cursor.execute(_SQL["select_step_states"], {"step": step, "keys": list(keys)}).fetchall()
    return {row.subtopic_key: row for row in rows}


def finish_step(conn: Connection, step: str, state: StepState) -> None:
    """Remember that a step finished; call it in the transaction that writes the step's rows."""
    conn.execute(
        _SQL["upsert_step_state"],
        {
            "step": step,
            "key": state.subtopic_key,
            "fingerprint": state.fingerprint,
            "data_version": state.data_version,
            "counts": Jsonb(state.counts),
        },
    )


def forget_step(conn: Connection, keys: Iterable[str], step: str | None = None) -> None:
    """Make a step (None: every step) run again for partitions; call it where their rows are changed.

    A failed partition needs this too: its rows may be half of the new and half of the old input, and going
    back to the old input must not look finished.
    """
    name = "delete_step_states" if step is None else "delete_step_state"
    conn.execute(_SQL[name], {"step": step, "keys": list(keys)})


def unchanged(state: StepState) -> PartitionOutcome:
    """The outcome of a partition whose fingerprint is the one last finished."""
    return PartitionOutcome(state.subtopic_key, "unchanged", state.data_version, dict(state.counts))


def progress_writer(pool: ConnectionPool, run_id: str, step: str) -> Progress:
    """A listener that writes a step's progress to the store, at most four times a second.

    Make it when the step begins: its time counts from here.
    """
    last = 0.0
    started_at = datetime.now(UTC)

    def write(done: int, total: int, what: str) -> None:
        nonlocal last
        now = time.monotonic()
        if done < total and now - last < _PROGRESS_INTERVAL:
            return
        last = now
        values: Mapping[str, object] = {
            "run_id": run_id,
            "step": step,
            "done": done,
            "total": total,
            "what": what,
            "started_at": started_at,
        }
        with pool.connection() as conn:
            conn.execute(_SQL["upsert_progress"], values)

    return write
