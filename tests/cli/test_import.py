"""``pygrounds import`` says what became what."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pygrounds_dagster.cli import app


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PYGROUNDS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("COLUMNS", "200")
    return tmp_path / "home"


def run(*arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["import", *arguments, "--no-materialize"])
    return result.exit_code, result.output


def test_the_table_shows_sources_keys_and_what_was_left_out(home: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "start.md").write_text("# Start [here]\n\nText.\n")
    (docs / "data.bin").write_text("x")
    code, output = run(str(docs), "--zone", "lib", "--title", "A library")
    assert code == 0
    assert "lib.lib.start" in output
    assert "Start [here]" in output
    assert "left out: data.bin" in output
    assert "1 subtopics" in output
    assert "1 added, 0 changed, 0 unchanged, 0 removed" in output
    assert "title: A library" in (home / "imports/zones/lib/zone.yaml").read_text()


def test_a_zone_written_by_hand_is_refused(home: Path, tmp_path: Path) -> None:
    (tmp_path / "book.md").write_text("# Book\n")
    code, output = run(str(tmp_path / "book.md"), "--zone", "beginner")
    assert code == 1
    assert "is written by hand" in output
    assert not home.exists()


def test_a_path_that_is_not_there_is_explained(home: Path, tmp_path: Path) -> None:
    code, output = run(str(tmp_path / "gone"), "--zone", "lib")
    assert code == 1
    assert "is not there" in output
