"""Lessons → proofs that are stored, once for each content and code that proves.

Here: memoisation, one transaction for each lesson, the report as plain data. Not here: the proof itself
(``check``), which lessons there are (``register``).
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from pygrounds_dagster.judge import Judge, JudgeUnavailableError
from pygrounds_dagster.lessons.check import LessonReport, check_lesson
from pygrounds_dagster.lessons.courses import Catalogue
from pygrounds_dagster.lessons.model import Lesson
from pygrounds_dagster.lessons.register import STEP
from pygrounds_dagster.partition import PartitionOutcome, Progress, no_progress
from pygrounds_dagster.problems.verify import proof_version
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


@cache
def lesson_proof_version() -> str:
    """Hash of the code that a proof rests on: the judge and the checks of problems and lessons."""
    check = Path(__file__).with_name("check.py").read_text(encoding="utf-8")
    return fingerprint(proof_version(), check)


def verify_lessons(
    pool: ConnectionPool,
    catalogue: Catalogue,
    progress: Progress = no_progress,
    using: Judge | None = None,
) -> list[PartitionOutcome]:
    """Prove the registered lessons in the judge and store what was found, one transaction each.

    A lesson is left alone if it held with this content under this code; one that did not hold is proven
    again. No connection is held while programs run.

    Args:
        pool: connections to the store.
        catalogue: what ``load_catalogue`` found and ``register_courses`` stored.
        progress: told after every lesson.
        using: the judge; the process's own by default.

    Returns:
        One outcome for every lesson whose file is right, by its id, in order; failed: it does not hold, or
        it cannot be run safely on this machine. Counts: ``steps``, ``assignments``, ``tests``, ``seconds``.
    """
    lessons = catalogue.lessons
    with pool.connection() as conn:
        states = finished_steps(conn, STEP, [lesson.id for lesson in lessons])
    outcomes = []
    for number, lesson in enumerate(lessons, start=1):
        outcomes.append(_verify(pool, lesson, states.get(lesson.id), using))
        progress(number, len(lessons), lesson.id)
    return outcomes


def report_values(report: LessonReport) -> dict[str, Any]:
    """A report as plain data, as it is stored."""
    return {
        "findings": [
            {"line": finding.line, "field": finding.field, "message": finding.message}
            for finding in report.findings
        ],
        "steps": report.steps,
        "assignments": report.assignments,
        "tests": report.tests,
        "seconds": round(report.seconds, 3),
    }


def _verify(
    pool: ConnectionPool, lesson: Lesson, state: StepState | None, using: Judge | None
) -> PartitionOutcome:
    mark = fingerprint(lesson_proof_version(), lesson.content_hash)
    if state is not None and state.fingerprint == mark:
        return unchanged(state)
    try:
        report = check_lesson(lesson, using=using)
    except JudgeUnavailableError as error:  # says nothing about the lesson: what was proven stays
        return PartitionOutcome(lesson.id, "failed", error=f"cannot be run safely here: {error}")
    return _store(pool, lesson, report, mark)


def _store(pool: ConnectionPool, lesson: Lesson, report: LessonReport, mark: str) -> PartitionOutcome:
    """Write what a proof found; only one that the lesson stood is remembered."""
    values = report_values(report)
    counts = {name: value for name, value in values.items() if isinstance(value, int | float)}
    stored = {"lesson_id": lesson.id, "report": Jsonb(values), "content_hash": lesson.content_hash}
    with pool.connection() as conn:
        conn.execute(_SQL["update_report"], stored)
        if report.is_sound:
            finish_step(conn, STEP, StepState(lesson.id, mark, lesson.content_hash, counts))
        else:
            forget_step(conn, [lesson.id], STEP)
    if not report.is_sound:
        return PartitionOutcome(lesson.id, "failed", error="; ".join(map(str, report.findings)))
    return PartitionOutcome(lesson.id, "done", lesson.content_hash, counts)
