"""How far a run's steps are, as they tell the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from psycopg import Connection
from psycopg.rows import class_row

from pygrounds_dagster.store.queries import load_queries

_SQL = load_queries("pygrounds_dagster.store")


@dataclass(frozen=True, slots=True)
class StepProgress:
    """How far a step is.

    Attributes:
        step: name of the asset.
        done: units finished.
        total: units in all; a step says itself what its unit is.
        what: what it is at.
        started_at: its first word.
        updated_at: its last word.
    """

    step: str
    done: int
    total: int
    what: str
    started_at: datetime
    updated_at: datetime


def step_progress(conn: Connection, run_id: str) -> list[StepProgress]:
    """All steps of a run that have said something, in the order in which they began."""
    with conn.cursor(row_factory=class_row(StepProgress)) as cursor:
        return cursor.execute(_SQL["select_progress"], {"run_id": run_id}).fetchall()
