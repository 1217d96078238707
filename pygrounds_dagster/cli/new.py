"""``pygrounds new``: files for a zone, topic, subtopic, problem or course, right from the start.

What belongs here: the commands and what they say. What does not: the files (``authoring.scaffold``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pygrounds_dagster.cli.check import shown_path

if TYPE_CHECKING:
    from pygrounds_dagster.authoring.scaffold import Place

app = typer.Typer(no_args_is_help=True, help="Make new content that passes its checks, with places to write.")

Title = Annotated[str | None, typer.Option(help="For people; by default from the id.")]
Into = Annotated[Path | None, typer.Option(help="Content root; by default the first of PYGROUNDS_CONTENT.")]
Difficulty = Annotated[
    str | None, typer.Option(help="beginner, intermediate, advanced or master; by default as around it.")
]
Topics = Annotated[
    list[str], typer.Option("--topic", help="Subtopic zone.topic.subtopic that it trains; repeatable.")
]


@app.command()
def zone(
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id: a-z, 0-9 and _.")],
    title: Title = None,
    into: Into = None,
) -> None:
    """Make a zone: a part of the curriculum with topics in it."""
    from pygrounds_dagster.authoring.scaffold import new_zone

    _say(new_zone(_place(into), name, title), [f"pygrounds new topic {name}.some_topic"])


@app.command()
def topic(
    key: Annotated[str, typer.Argument(metavar="ZONE.TOPIC", help="Its zone and its id.")],
    title: Title = None,
    into: Into = None,
) -> None:
    """Make a topic: what belongs together in a zone."""
    from pygrounds_dagster.authoring.scaffold import new_topic

    _say(new_topic(_place(into), key, title), [f"pygrounds new subtopic {key}.some_subtopic"])


@app.command()
def subtopic(
    key: Annotated[str, typer.Argument(metavar="ZONE.TOPIC.SUBTOPIC", help="Its topic and its id.")],
    title: Title = None,
    prerequisite: Annotated[
        list[str] | None,
        typer.Option(help="Subtopic to know before; repeatable; by default the last one before it."),
    ] = None,
    difficulty: Difficulty = None,
    into: Into = None,
) -> None:
    """Make a subtopic: a page with sections, programs that run, glossary and tasks."""
    from pygrounds_dagster.authoring.scaffold import new_subtopic

    written = new_subtopic(_place(into), key, title, prerequisite or (), difficulty)
    _say(written, [f"pygrounds check {shown_path(written[0])}"])


@app.command()
def problem(
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id, and the function that it asks for.")],
    topics: Topics,
    title: Title = None,
    difficulty: Difficulty = None,
    into: Into = None,
) -> None:
    """Make a programming problem: statement, tests, a right and a wrong program."""
    from pygrounds_dagster.authoring.scaffold import new_problem

    place = _place(into)
    written = new_problem(place, name, topics, title, difficulty)
    _say(written, [f"pygrounds problems check {shown_path(place.root / 'problems' / name)}"])


@app.command()
def course(
    name: Annotated[str, typer.Argument(metavar="ID", help="Its id: a-z, 0-9 and _.")],
    topics: Topics,
    title: Title = None,
    difficulty: Difficulty = None,
    into: Into = None,
) -> None:
    """Make a course: a lesson of two steps with their tests, to go on from."""
    from pygrounds_dagster.authoring.scaffold import new_course

    _say(new_course(_place(into), name, topics, title, difficulty), [])


def _place(into: Path | None) -> Place:
    from pygrounds_dagster.authoring.scaffold import open_place
    from pygrounds_dagster.settings import Settings

    settings = Settings()
    root = (into or settings.content[0]).expanduser().resolve()
    return open_place(root, settings.content_roots if root in settings.content_roots else ())


def _say(written: Sequence[Path], following: Sequence[str]) -> None:
    for path in written:
        typer.echo(f"wrote {shown_path(path)}")
    typer.echo("Put your own words wherever it says WRITE.")
    for command in following:
        typer.echo(f"Then: {command}")
