"""``pygrounds chunk``: the chunks of any folder, and the files that are none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pygrounds_dagster.cli import app


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "docs" / "sub").mkdir(parents=True)
    (tmp_path / "docs" / "b.md").write_text(
        "# B\n\nText of b.\n\n```python\nprint(1)\n```\n\n```output\n1\n```\n"
    )
    (tmp_path / "docs" / "sub" / "a.txt").write_text("Text of a.\n")
    (tmp_path / "docs" / ".hidden.md").write_text("# Hidden\n")
    return tmp_path / "docs"


def test_jsonl_has_a_line_for_every_chunk(folder: Path) -> None:
    result = CliRunner().invoke(app, ["chunk", str(folder), "--jsonl"])
    assert result.exit_code == 0, result.output
    rows = [json.loads(line) for line in result.stdout.splitlines()]
    assert [(row["document"], row["type"], row["line_start"], row["text"]) for row in rows] == [
        ("b.md", "Concept", 3, "Text of b."),
        ("b.md", "Code", 6, "print(1)"),
        ("sub/a.txt", "Concept", 1, "Text of a."),
    ]
    assert rows[1]["expected_output"] == "1"
    assert rows[1]["heading_path"] == ["B"]


def test_a_file_that_cannot_be_read_is_named_and_the_others_are_printed(folder: Path) -> None:
    (folder / "c.pdf").write_bytes(b"%PDF-1.4 broken")
    result = CliRunner().invoke(app, ["chunk", str(folder), "--jsonl"])
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 3
    assert "c.pdf" in result.stderr


def test_other_files_of_a_folder_are_noted_but_by_themselves_an_error(folder: Path) -> None:
    (folder / "d.xyz").write_text("x")
    result = CliRunner().invoke(app, ["chunk", str(folder), "--jsonl"])
    assert result.exit_code == 0
    assert "d.xyz: left out" in result.stderr
    alone = CliRunner().invoke(app, ["chunk", str(folder / "d.xyz")])
    assert alone.exit_code == 1
    assert "no reader for '.xyz'" in alone.stderr


def test_people_get_a_table(folder: Path) -> None:
    result = CliRunner().invoke(app, ["chunk", str(folder / "b.md")])
    assert result.exit_code == 0
    assert "Text of b." in result.stdout
    assert "lines 6-6" in " ".join(result.stdout.split())


def test_a_path_that_is_not_there(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["chunk", str(tmp_path / "none")])
    assert result.exit_code == 1
    assert "no such file" in result.stderr
