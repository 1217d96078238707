"""``pygrounds problems``: what a person sees, what a program reads, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

from typer.testing import CliRunner

from pygrounds_dagster.cli.problems import app
from tests.problems.packs import REFERENCE, exercism, write_problem

RUNNER = CliRunner(env={"COLUMNS": "200"})
TESTS = "from two import double\n\n\ndef test_it():\n    assert double(2) == 4\n    assert double(-3) == -6\n"


def test_a_sound_bank(tmp_path: Path) -> None:
    write_problem(tmp_path)
    result = RUNNER.invoke(app, ["check", str(tmp_path), "--survivors"])
    assert result.exit_code == 0, result.output
    assert "1 of 1 problems sound, 3 tests" in result.output
    assert "sound" in result.output


def test_one_problem_of_a_bank(tmp_path: Path) -> None:
    folder = write_problem(tmp_path)
    write_problem(tmp_path, "broken", tests_json="[")
    result = RUNNER.invoke(app, ["check", str(folder), "--json"])
    assert result.exit_code == 0
    found = json.loads(result.stdout)
    assert found["sound"]
    assert [(problem["id"], problem["score"]) for problem in found["problems"]] == [("double", 1.0)]


def test_a_broken_problem_is_named_and_the_others_go_on(tmp_path: Path) -> None:
    write_problem(tmp_path)
    write_problem(tmp_path, "broken", tests_json="[")
    write_problem(tmp_path, "untrue", **{"wrong/square.py": REFERENCE})
    result = RUNNER.invoke(app, ["check", str(tmp_path)])
    assert result.exit_code == 1
    assert "broken/tests.json:1: is not JSON" in result.output
    assert "untrue/wrong/square.py: passes every test" in result.output
    assert "1 of 3 problems sound" in result.output


def test_links_are_followed_where_the_bank_lies_beside_zones(tmp_path: Path) -> None:
    (tmp_path / "zones").mkdir()
    write_problem(tmp_path / "problems")
    result = RUNNER.invoke(app, ["check", str(tmp_path / "problems")])
    assert result.exit_code == 1
    assert "there is no subtopic 'beginner.basics.numbers'" in result.output


def test_an_import_says_what_became_of_each_exercise(tmp_path: Path) -> None:
    exercism(tmp_path / "track", "two", REFERENCE, TESTS)
    exercism(tmp_path / "track", "odd", "def double(number):\n    return 3\n", TESTS.replace("two ", "odd "))
    command = ["import", str(tmp_path / "track"), "--format", "exercism", "--topic", "a.b.c", "--to"]
    result = RUNNER.invoke(app, [*command, str(tmp_path / "bank")])
    assert result.exit_code == 0, result.output
    assert "odd: example.py fails test 1 (wrong_answer): expected 4, got 3" in result.output
    assert "2 exercises: 1 added, 0 changed, 0 unchanged, 1 refused" in result.output
    result = RUNNER.invoke(app, [*command, str(tmp_path / "bank"), "--json"])
    assert {item["slug"]: item["state"] for item in json.loads(result.stdout)} == {
        "odd": "refused",
        "two": "unchanged",
    }


def test_an_import_without_a_single_problem_fails(tmp_path: Path) -> None:
    exercism(tmp_path / "track", "odd", "", TESTS)
    command = ["import", str(tmp_path / "track"), "--format", "exercism", "--topic", "a.b.c", "--to"]
    assert RUNNER.invoke(app, [*command, str(tmp_path / "bank")]).exit_code == 1
