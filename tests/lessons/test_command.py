"""``pygrounds courses``: what a person sees, what a program reads, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pygrounds_dagster.cli.courses import app
from tests.lessons.small_courses import COURSE, TWICE, lesson, step, write_course

RUNNER = CliRunner(env={"COLUMNS": "200"})


def test_a_sound_course(tmp_path: Path) -> None:
    write_course(tmp_path)
    result = RUNNER.invoke(app, ["check", str(tmp_path / "courses")])
    assert result.exit_code == 0, result.output
    assert "1 of 1 lessons sound, 2 steps, 2 tests" in result.output


def test_one_course_of_a_folder(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    write_course(tmp_path, "broken", "id: [")
    result = RUNNER.invoke(app, ["check", str(folder), "--json"])
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    assert found["sound"]
    assert [(each["lesson_id"], each["steps"], each["findings"]) for each in found["lessons"]] == [
        ("market_bill", 2, [])
    ]


def test_what_does_not_hold_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    wrong = lesson(steps=[step(1, TWICE, {"call": "twice", "args": [3], "expected": 7})])
    write_course(tmp_path, head=COURSE + "  - good\n", bill=wrong, good=lesson(lesson_id="good"))
    write_course(tmp_path, "broken", "id: broken\n", bill="{")
    result = RUNNER.invoke(app, ["check", str(tmp_path / "courses")])
    assert result.exit_code == 1
    assert "broken/course.yaml:1: title: is missing" in result.output
    assert "broken/bill.json:1: is not JSON" in result.output
    assert "market/bill.json:9: steps.0.expected_code: fails test 1 (wrong_answer)" in result.output
    assert "1 of 2 lessons sound" in result.output
    assert "2 files are not right" in result.output


def test_subtopics_are_followed_where_zones_lie_beside(tmp_path: Path) -> None:
    (tmp_path / "zones").mkdir()
    folder = write_course(tmp_path)
    for named in (folder, folder.parent):
        result = RUNNER.invoke(app, ["check", str(named)])
        assert result.exit_code == 1
        assert "there is no subtopic 'beginner.basics.numbers'" in result.output


@pytest.mark.parametrize("name", ["nowhere", ""])
def test_a_folder_without_courses_is_no_success(tmp_path: Path, name: str) -> None:
    result = RUNNER.invoke(app, ["check", str(tmp_path / name)])
    assert result.exit_code == (2 if name else 1)


def test_the_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "zones").mkdir()
    write_course(tmp_path, bill=lesson(subtopics=["a.b.c"]))
    monkeypatch.setenv("PYGROUNDS_CONTENT", str(tmp_path))
    monkeypatch.setenv("PYGROUNDS_HOME", str(tmp_path / "home"))
    result = RUNNER.invoke(app, [])
    assert result.exit_code == 0, result.output
    assert "market: At the market (beginner)" in result.output
    assert "1 files are not right: see pygrounds courses check" in result.output
    assert RUNNER.invoke(app, ["check"]).exit_code == 1
    found = json.loads(RUNNER.invoke(app, ["--json"]).stdout)
    assert [(course["id"], course["lessons"]) for course in found] == [("market", [])]
