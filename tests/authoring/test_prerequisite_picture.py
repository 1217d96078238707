"""The prerequisites as a picture: what it shows, and that the documents' one is of the content of now."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pygrounds_dagster.authoring.prerequisite_picture import (
    PrerequisiteGraph,
    caption,
    draw,
    prerequisite_graph,
    stamp_of,
)
from pygrounds_dagster.cli import app
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.settings import PROJECT_ROOT
from tests.authoring.pages import write_page

DOCUMENTED = PROJECT_ROOT / "docs" / "images" / "prerequisites.svg"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_page(tmp_path)
    write_page(tmp_path, "passes", order=20, prerequisites="[play.ball.goals]")
    write_page(tmp_path, "throws", order=30, prerequisites="[play.ball.goals, play.ball.passes]")
    write_page(tmp_path, "alone", order=40)
    return tmp_path


def graph(root: Path) -> PrerequisiteGraph:
    return prerequisite_graph(load_content([root]))


def test_what_is_drawn_is_what_needs_or_is_needed(root: Path) -> None:
    found = graph(root)
    assert found.needs == {
        "play.ball.goals": [],
        "play.ball.passes": ["play.ball.goals"],
        "play.ball.throws": ["play.ball.passes"],
    }
    assert found.zones == {"play": "Play"}
    told = " ".join(caption(found))
    assert "3 subtopics in 3 rows" in told
    assert "2 lines" in told
    assert "1 subtopics are left out" in told


def test_the_stamp_changes_with_what_is_seen(root: Path) -> None:
    before = graph(root).stamp
    write_page(root, changes={"Show the sum": "Print the sum"})
    assert graph(root).stamp == before
    write_page(root, changes={"title: Goals": "title: Many goals"})
    renamed = graph(root).stamp
    assert renamed != before
    write_page(root, "throws", order=30, prerequisites="[play.ball.goals]")
    assert graph(root).stamp not in (before, renamed)


@pytest.mark.parametrize(("form", "begins"), [("svg", b"<?xml"), ("png", b"\x89PNG")])
def test_a_picture_is_the_same_every_time_and_says_of_which_graph_it_is(
    root: Path, form: str, begins: bytes
) -> None:
    found = graph(root)
    picture = draw(found, form)  # type: ignore[arg-type]
    assert picture.startswith(begins)
    assert draw(found, form) == picture  # type: ignore[arg-type]
    assert stamp_of(picture) == found.stamp
    assert stamp_of(b"another picture") is None


def test_the_documents_show_the_graph_of_now() -> None:
    mend = "run: pygrounds prerequisites --root content --picture docs/images/prerequisites.svg"
    assert stamp_of(DOCUMENTED.read_bytes()) == graph(PROJECT_ROOT / "content").stamp, mend


def test_the_command_draws_and_lists(root: Path, tmp_path: Path) -> None:
    file = tmp_path / "graph.png"
    result = CliRunner().invoke(app, ["prerequisites", "--root", str(root), "--picture", str(file)])
    assert result.exit_code == 0, result.output
    assert "3 subtopics in 3 rows" in result.output
    assert stamp_of(file.read_bytes()) == graph(root).stamp
    listed = CliRunner().invoke(app, ["prerequisites", "--root", str(root)])
    assert listed.exit_code == 0, listed.output
    order = [listed.output.index(f"play.ball.{name} ") for name in ("goals", "passes", "throws")]
    assert order == sorted(order)


@pytest.mark.parametrize(
    ("file", "said"),
    [("graph.gif", "its name must end in .svg or .png"), ("nowhere/graph.svg", "cannot be written: No such")],
)
def test_a_picture_that_cannot_be_written_is_explained(root: Path, file: str, said: str) -> None:
    asked = ["prerequisites", "--root", str(root), "--picture", str(root / file)]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 1
    assert said in result.output


def test_nothing_to_draw_is_explained(tmp_path: Path) -> None:
    write_page(tmp_path)
    asked = ["prerequisites", "--root", str(tmp_path), "--picture", str(tmp_path / "graph.svg")]
    result = CliRunner().invoke(app, asked)
    assert result.exit_code == 1
    assert "nothing to draw" in result.output
