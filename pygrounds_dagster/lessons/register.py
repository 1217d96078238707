"""Courses → rows: which courses and lessons there are, and which of them hold.

Here: making the rows those of the files, in one transaction; reading them with their proofs. Not here: what
the files may say (``courses``), proving (``verify``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from pygrounds_dagster.lessons.courses import COURSE_FILE, Catalogue
from pygrounds_dagster.lessons.model import Course, Lesson, Step
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import forget_step

STEP = "courses"

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class CourseRegistration:
    """What a registration did.

    Attributes:
        written: courses and lessons that are new, changed or back.
        retired: courses and lessons that are gone; their rows stay.
    """

    written: int
    retired: int


@dataclass(frozen=True, slots=True)
class StoredLesson:
    """A live lesson as it is stored.

    Attributes:
        course_id: its course.
        lesson_id: its own id.
        title: for people.
        steps: how many.
        content_hash: of the last file that was right.
        error: why its file, or that of its course, is not right now.
        report: what the last proof found; None if that was about other content.
    """

    course_id: str
    lesson_id: str
    title: str
    steps: int
    content_hash: str
    error: str | None
    report: dict[str, Any] | None

    @property
    def faults(self) -> list[str]:
        """Why it cannot be taught from as it is now; empty if it can."""
        if self.error:
            return [self.error]
        if self.report is None:
            return ["was not proven since it last changed"]
        return [f"{found['field']}: {found['message']}" for found in self.report["findings"]]


@dataclass(frozen=True, slots=True)
class _Live:
    what: str
    id: str
    path: str
    content_root: str


def register_courses(pool: ConnectionPool, catalogue: Catalogue) -> CourseRegistration:
    """Make the stored courses and lessons those of the files, in one transaction.

    One whose file is not right keeps its last good values and gets the error; one that is gone is retired,
    and live again when it comes back. Nothing is retired that lies under a root that cannot be read, or that
    belongs to a course whose own file is not right. Nothing is written when nothing changed.
    """
    with pool.connection() as conn:
        conn.execute(_SQL["lock_registration"])
        cursor = conn.cursor()
        written = 0
        for course in catalogue.courses:
            written += cursor.execute(_SQL["upsert_course"], _course_values(course, catalogue)).rowcount
            for lesson in course.lessons:
                written += cursor.execute(_SQL["upsert_lesson"], _lesson_values(lesson, course)).rowcount
        for path, why in catalogue.failed.items():
            what = "course" if path.name == COURSE_FILE else "lesson"
            cursor.execute(_SQL[f"update_{what}_error"], {"path": str(path), "error": why})
        known = {("course", course.id) for course in catalogue.courses}
        known |= {("lesson", lesson.id) for lesson in catalogue.lessons}
        with conn.cursor(row_factory=class_row(_Live)) as rows:
            left = [row for row in rows.execute(_SQL["select_live"]) if (row.what, row.id) not in known]
        gone = [row for row in left if _is_gone(row, catalogue)]
        _retire(conn, gone)
    return CourseRegistration(written, len(gone))


def read_lessons(conn: Connection) -> list[StoredLesson]:
    """Live lessons, in order of the courses."""
    with conn.cursor(row_factory=class_row(StoredLesson)) as cursor:
        return cursor.execute(_SQL["select_lessons"]).fetchall()


def _retire(conn: Connection, gone: Sequence[_Live]) -> None:
    lessons = [row.id for row in gone if row.what == "lesson"]
    conn.execute(_SQL["retire_courses"], {"ids": [row.id for row in gone if row.what == "course"]})
    conn.execute(_SQL["retire_lessons"], {"ids": lessons})
    forget_step(conn, lessons, STEP)


def _is_gone(row: _Live, catalogue: Catalogue) -> bool:
    """Whether no file stands any more for a row that no file defines, as far as that can be told."""
    if Path(row.content_root) in catalogue.unreadable_roots:
        return False
    path = Path(row.path)
    is_broken = path in catalogue.failed or path.with_name(COURSE_FILE) in catalogue.failed
    return not (is_broken and path.exists())


def _course_values(course: Course, catalogue: Catalogue) -> dict[str, Any]:
    return {
        "course_id": course.id,
        "title": course.title,
        "position": course.order,
        "difficulty": course.difficulty,
        "description": course.description,
        "path": str(course.path / COURSE_FILE),
        "content_root": str(catalogue.roots[course.id]),
        "content_hash": course.content_hash,
    }


def _lesson_values(lesson: Lesson, course: Course) -> dict[str, Any]:
    return {
        "lesson_id": lesson.id,
        "course_id": course.id,
        "position": lesson.position,
        "title": lesson.title,
        "description": lesson.description,
        "subtopics": list(lesson.subtopics),
        "steps": Jsonb([_step_values(step) for step in lesson.steps]),
        "path": str(lesson.path),
        "content_hash": lesson.content_hash,
    }


def _step_values(step: Step) -> dict[str, Any]:
    return {
        "step_number": step.number,
        "description": step.description,
        "expected_code": step.expected_code,
        "notes": step.notes,
        "assignment": step.assignment,
        "starter_code": step.starter_code,
        "mode": step.mode,
        "tests": list(step.tests_data),
    }
