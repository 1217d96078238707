"""``pygrounds problems prove``: the proof of now, stored as Dagster's asset stores it."""

from __future__ import annotations

from pathlib import Path

import pytest
from dagster import AssetKey, DagsterInstance
from typer.testing import CliRunner

from pygrounds_dagster.cli.problems import app
from tests.dagster_instance import dagster_template, dagster_url, installation, instance
from tests.problems.packs import REFERENCE, about, write_problem
from tests.small_content import write_content

__all__ = ["dagster_template", "dagster_url", "installation", "instance"]
RUNNER = CliRunner(env={"COLUMNS": "200"})


@pytest.fixture
def bank(installation: Path, tmp_path: Path) -> Path:
    """Two problems; the reference of one is wrong."""
    content = tmp_path / "content"
    (key,) = write_content(content, 1)
    write_problem(content / "problems", "double", problem_yaml=about(key, "double"))
    wrong = {"solutions/reference.py": REFERENCE.replace("2", "3")}
    write_problem(content / "problems", "lame", problem_yaml=about(key, "lame"), **wrong)
    return content / "problems"


def test_a_problem_is_proven_and_stored(bank: Path, instance: DagsterInstance) -> None:
    assert bank.is_dir()
    first = RUNNER.invoke(app, ["prove", "double"])
    assert first.exit_code == 0, first.output
    assert "1 proven, 0 held already, 0 failed" in first.stdout
    assert instance.get_materialized_partitions(AssetKey("problem_bank")) == {"double"}
    again = RUNNER.invoke(app, ["prove", "double"])
    assert "0 proven, 1 held already, 0 failed" in again.stdout
    assert "STEP_START" not in again.output


def test_what_does_not_hold_or_is_not_there_fails_with_its_reason(bank: Path) -> None:
    assert bank.is_dir()
    done = RUNNER.invoke(app, ["prove", "lame", "nobody"])
    assert done.exit_code == 1
    assert "failed: lame: solutions/reference.py: fails test 1" in done.stdout
    assert "failed: nobody: no bank of the content has a problem of this id" in done.stdout
    everything = RUNNER.invoke(app, ["prove"])
    assert everything.exit_code == 1
    assert "1 proven, 0 held already, 1 failed" in everything.stdout
