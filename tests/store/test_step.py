"""Steps remember what they finished, and say how far they are and since when."""

from __future__ import annotations

from datetime import UTC, datetime

from psycopg_pool import ConnectionPool

from pygrounds_dagster.runs.progress import step_progress
from pygrounds_dagster.store.step import (
    StepState,
    fingerprint,
    finish_step,
    finished_steps,
    progress_writer,
    unchanged,
)


def test_parts_of_a_fingerprint_are_not_confused_by_their_borders() -> None:
    assert fingerprint("ab", "c") != fingerprint("a", "bc")
    assert fingerprint("ab", "c") == fingerprint("ab", "c")


def test_a_finished_step_is_remembered_with_its_counts(pool: ConnectionPool) -> None:
    state = StepState("zone.topic.part", "print", "version", {"chunks": 3})
    with pool.connection() as conn:
        finish_step(conn, "chunks", state)
    with pool.connection() as conn:
        assert finished_steps(conn, "chunks", ["zone.topic.part", "zone.topic.other"]) == {
            "zone.topic.part": state
        }
        assert finished_steps(conn, "documents", ["zone.topic.part"]) == {}
    assert unchanged(state).counts == {"chunks": 3}


def test_what_a_rolled_back_step_finished_is_forgotten(pool: ConnectionPool) -> None:
    with pool.connection() as conn:
        finish_step(conn, "chunks", StepState("zone.topic.part", "print", "version", {}))
        conn.rollback()
        assert finished_steps(conn, "chunks", ["zone.topic.part"]) == {}


def test_the_time_of_a_step_counts_from_its_beginning(pool: ConnectionPool) -> None:
    write = progress_writer(pool, "run", "chunks")
    begun = datetime.now(UTC)
    write(0, 2, "reading")
    write(2, 2, "read")
    with pool.connection() as conn:
        (step,) = step_progress(conn, "run")
    assert (step.done, step.total, step.what) == (2, 2, "read")
    assert step.started_at <= begun < step.updated_at
