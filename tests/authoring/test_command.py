"""``pygrounds check`` from outside."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pygrounds_dagster.cli import app
from tests.authoring.pages import write_page

WRONG = {"print(0 + 0)\n```\n```output\n0": "print(0 + 0)\n```\n```output\n1"}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_page(tmp_path)
    write_page(tmp_path, "passes", order=20, prerequisites="[play.ball.goals]")
    return tmp_path


def test_good_content_is_measured_and_exits_0(root: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(root), "--quick"])
    assert result.exit_code == 0, result.output
    assert "play.ball" in result.output
    assert "2 subtopics, 14 programs run, 0 errors, 2 warnings." in result.output
    assert CliRunner().invoke(app, ["check", str(root), "--quick", "--strict"]).exit_code == 1


def test_a_wrong_output_is_told_with_file_and_line_and_exits_1(root: Path) -> None:
    write_page(root, changes=WRONG)
    result = CliRunner().invoke(app, ["check", str(root), "--quick"])
    assert result.exit_code == 1
    path = root / "zones/play/ball/goals/subtopic.md"
    line = path.read_text(encoding="utf-8").split("\n").index("print(0 + 0)") + 4
    assert f"{path}:{line}: error (output): the program prints '0' where '1' is shown" in result.output
    assert "1 error," in result.output
    assert CliRunner().invoke(app, ["check", str(root / "zones/play/ball/passes"), "--quick"]).exit_code == 0


def test_json_has_the_columns_of_the_table_and_the_neighbour(root: Path) -> None:
    result = CliRunner().invoke(app, ["check", str(root), "--json"])
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["good"] is True
    goals, passes = told["subtopics"]
    assert (goals["subtopic_key"], goals["nearest_key"]) == ("play.ball.goals", "play.ball.passes")
    assert passes["objectives_covered"] == passes["objectives"] == 3
    assert all(run["as_shown"] for run in goals["runs"])


def test_a_file_that_is_not_valid_is_told_beside_the_others(root: Path) -> None:
    write_page(root, changes={"order: 10": "order: ten"})
    result = CliRunner().invoke(app, ["check", str(root), "--quick"])
    assert result.exit_code == 1
    assert "goals/subtopic.md:4: order: " in result.output
    assert "1 subtopic, 7 programs run" in result.output


@pytest.mark.parametrize("path", ["nowhere", "."])
def test_what_is_no_content_is_explained(tmp_path: Path, path: str) -> None:
    result = CliRunner().invoke(app, ["check", str(tmp_path / path)])
    assert result.exit_code == 1
    assert "check the path" in result.output or "lies in no content root" in result.output


def test_a_zone_without_pages_is_explained(root: Path) -> None:
    empty = root / "zones" / "empty"
    empty.mkdir()
    (empty / "zone.yaml").write_text("id: empty\ntitle: Empty\norder: 2\n", encoding="utf-8")
    result = CliRunner().invoke(app, ["check", str(empty)])
    assert result.exit_code == 1
    assert "holds no subtopic.md with text" in result.output
