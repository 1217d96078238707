"""Courses as rows: written when they change, kept while their files are broken, proven once."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.judge import Judge, JudgeUnavailableError
from pygrounds_dagster.lessons import verify
from pygrounds_dagster.lessons.courses import load_catalogue
from pygrounds_dagster.lessons.register import (
    CourseRegistration,
    StoredLesson,
    read_lessons,
    register_courses,
)
from tests.lessons.small_courses import COURSE, TWICE, lesson, step, write_course
from tests.small_content import write_content

HEAD = COURSE + "  - change\n"
WRONG = TWICE.replace("2", "3")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A course of two lessons."""
    content = tmp_path / "content"
    (key,) = write_content(content, 1)
    change = lesson(lesson_id="market_change", subtopics=[key])
    write_course(content, head=HEAD, bill=lesson(subtopics=[key]), change=change)
    return content


def edit(root: Path, stem: str, **fields: Any) -> None:
    path = root / "courses" / "market" / f"{stem}.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


def register(pool: ConnectionPool, root: Path) -> CourseRegistration:
    return register_courses(pool, load_catalogue([root]))


def stored(pool: ConnectionPool) -> dict[str, StoredLesson]:
    with pool.connection() as conn:
        return {lesson.lesson_id: lesson for lesson in read_lessons(conn)}


def prove(pool: ConnectionPool, root: Path) -> dict[str, str]:
    register(pool, root)
    return {done.key: done.status for done in verify.verify_lessons(pool, load_catalogue([root]))}


def column(pool: ConnectionPool, table: str, name: str) -> list[Any]:
    with pool.connection() as conn:
        return [row[0] for row in conn.execute(f"SELECT {name} FROM {table} ORDER BY 1")]  # type: ignore[arg-type]


def test_rows_say_what_the_files_say(pool: ConnectionPool, root: Path) -> None:
    assert register(pool, root) == CourseRegistration(written=3, retired=0)
    assert list(stored(pool)) == ["market_bill", "market_change"]
    with pool.connection() as conn:
        query = "SELECT position, title, steps FROM lesson WHERE lesson_id = 'market_change'"
        position, title, steps = conn.execute(query).fetchone() or ()
    assert (position, title, [each["step_number"] for each in steps]) == (2, "The bill", [1, 2])
    assert steps[0] == {**step(1, TWICE, {"call": "twice", "args": [3], "expected": 6}),
                        "assignment": False, "starter_code": "", "mode": "strict"}  # fmt: skip
    assert steps[1]["starter_code"] == TWICE
    assert stored(pool)["market_bill"].faults == ["was not proven since it last changed"]


def test_nothing_is_written_when_nothing_changed_and_only_what_did(pool: ConnectionPool, root: Path) -> None:
    register(pool, root)
    assert register(pool, root) == CourseRegistration(0, 0)
    edit(root, "bill", title="The whole bill")
    assert register(pool, root) == CourseRegistration(1, 0)
    (root / "courses/market/course.yaml").write_text(COURSE + "  - change\n  # in this order\n")
    assert register(pool, root) == CourseRegistration(1, 0)
    assert stored(pool)["market_bill"].title == "The whole bill"


def test_a_broken_file_keeps_its_last_good_values(pool: ConnectionPool, root: Path) -> None:
    register(pool, root)
    path = root / "courses" / "market" / "bill.json"
    good = path.read_text()
    path.write_text("{")
    assert register(pool, root) == CourseRegistration(0, 0)
    (why,) = stored(pool)["market_bill"].faults
    assert "bill.json:1: is not JSON" in why
    assert stored(pool)["market_bill"].steps == 2
    assert stored(pool)["market_change"].error is None
    path.write_text(good)
    assert register(pool, root) == CourseRegistration(1, 0)
    assert stored(pool)["market_bill"].error is None


def test_a_broken_course_keeps_its_lessons_and_says_why(pool: ConnectionPool, root: Path) -> None:
    register(pool, root)
    (root / "courses" / "market" / "course.yaml").write_text("id: market\n")
    assert register(pool, root) == CourseRegistration(0, 0)
    assert all("course.yaml:1: title: is missing" in (each.error or "") for each in stored(pool).values())
    assert len(stored(pool)) == 2


def test_what_is_deleted_is_retired_and_comes_back(pool: ConnectionPool, root: Path, tmp_path: Path) -> None:
    register(pool, root)
    folder, kept = root / "courses" / "market", tmp_path / "kept"
    shutil.copytree(folder, kept)
    (folder / "change.json").unlink()
    (folder / "course.yaml").write_text(COURSE)
    assert register(pool, root).retired == 1
    assert list(stored(pool)) == ["market_bill"]
    shutil.rmtree(folder)
    assert register(pool, root).retired == 2
    assert stored(pool) == {}
    assert column(pool, "lesson", "lesson_id") == ["market_bill", "market_change"]  # rows stay
    shutil.copytree(kept, folder)
    assert register(pool, root) == CourseRegistration(3, 0)
    assert len(stored(pool)) == 2


def test_nothing_is_retired_while_a_root_cannot_be_read(pool: ConnectionPool, root: Path) -> None:
    register(pool, root)
    root.rename(root.with_name("away"))
    assert register(pool, root) == CourseRegistration(0, 0)
    assert len(stored(pool)) == 2


def test_a_lesson_may_move_to_another_course(pool: ConnectionPool, root: Path) -> None:
    register(pool, root)
    fields = json.loads((root / "courses/market/change.json").read_text())
    (root / "courses/market/change.json").unlink()
    (root / "courses/market/course.yaml").write_text(COURSE)
    write_course(root, "second", COURSE.replace("market", "second").replace("bill", "change"), change=fields)
    assert register(pool, root).retired == 0
    assert stored(pool)["market_change"].course_id == "second"


def test_a_bad_lesson_fails_alone_and_both_reports_are_stored(pool: ConnectionPool, root: Path) -> None:
    edit(root, "bill", steps=[step(1, WRONG, {"call": "twice", "args": [3], "expected": 6})])
    assert prove(pool, root) == {"market_bill": "failed", "market_change": "done"}
    (why,) = stored(pool)["market_bill"].faults
    assert why.startswith("steps.0.expected_code: fails test 1")
    assert stored(pool)["market_change"].faults == []
    report = stored(pool)["market_change"].report or {}
    assert (report["steps"], report["assignments"], report["tests"]) == (2, 1, 2)


def test_what_held_is_not_proven_again_and_what_did_not_is(
    pool: ConnectionPool, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    edit(root, "bill", steps=[step(1, WRONG, {"call": "twice", "args": [3], "expected": 6})])
    prove(pool, root)
    assert prove(pool, root) == {"market_bill": "failed", "market_change": "unchanged"}
    edit(root, "bill", steps=[step(1, TWICE, {"call": "twice", "args": [3], "expected": 6})])
    assert prove(pool, root) == {"market_bill": "done", "market_change": "unchanged"}
    monkeypatch.setattr(verify, "lesson_proof_version", lambda: "another judge")
    assert prove(pool, root) == {"market_bill": "done", "market_change": "done"}


def test_a_changed_lesson_counts_as_not_proven(pool: ConnectionPool, root: Path) -> None:
    prove(pool, root)
    edit(root, "bill", title="Another")
    register(pool, root)
    assert stored(pool)["market_bill"].faults == ["was not proven since it last changed"]


def test_progress_is_told_after_every_lesson(pool: ConnectionPool, root: Path) -> None:
    register(pool, root)
    seen: list[tuple[int, int, str]] = []
    verify.verify_lessons(pool, load_catalogue([root]), lambda *told: seen.append(told))
    assert seen == [(1, 2, "market_bill"), (2, 2, "market_change")]


def test_a_machine_that_cannot_judge_says_nothing_about_a_lesson(
    pool: ConnectionPool, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove(pool, root)

    class NoJudge(Judge):
        def drive(self, work: Any) -> Any:
            raise JudgeUnavailableError("seccomp is missing")

    monkeypatch.setattr(verify, "lesson_proof_version", lambda: "another judge")
    found = verify.verify_lessons(pool, load_catalogue([root]), using=NoJudge())
    assert {(done.status, done.error) for done in found} == {
        ("failed", "cannot be run safely here: seccomp is missing")
    }
    assert stored(pool)["market_bill"].faults == []
