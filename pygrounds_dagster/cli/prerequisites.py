"""``pygrounds prerequisites``: what is to be learned before what, as a list or as a picture.

What belongs here: the command and its table. What does not: the graph (``curriculum.prerequisites``), the
picture (``authoring.prerequisite_picture``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from pygrounds_dagster.authoring.prerequisite_picture import Format
    from pygrounds_dagster.curriculum.content_model import Content

_FORMATS: dict[str, Format] = {".svg": "svg", ".png": "png"}


class PictureError(ValueError):
    """A picture that cannot be drawn or written; the message says why."""


def prerequisites(
    picture: Annotated[
        Path | None, typer.Option(help="Draw the graph into this file, .svg or .png, instead of listing it.")
    ] = None,
    root: Annotated[
        list[Path] | None, typer.Option(help="Content root; repeatable; by default the configured ones.")
    ] = None,
) -> None:
    """List the subtopics in an order to learn them, each with what it needs; or draw that graph."""
    from pygrounds_dagster.curriculum.content import load_content
    from pygrounds_dagster.settings import Settings

    content = load_content([path.resolve() for path in root] if root else Settings().content_roots)
    if not content.subtopics:
        raise PictureError(f"{', '.join(map(str, content.roots))}: there are no valid subtopics")
    if picture is not None:
        _write(content, picture)
    else:
        _list(content)


def _write(content: Content, file: Path) -> None:
    from pygrounds_dagster.authoring.prerequisite_picture import caption, draw, prerequisite_graph

    if file.suffix not in _FORMATS:
        raise PictureError(f"{file}: its name must end in {' or '.join(_FORMATS)}")
    graph = prerequisite_graph(content)
    if not graph.subtopics:
        raise PictureError("no subtopic needs another, so there is nothing to draw")
    try:
        file.write_bytes(draw(graph, _FORMATS[file.suffix]))
    except OSError as error:
        raise PictureError(f"{file} cannot be written: {error.strerror}; name another file") from error
    typer.echo(f"{file}: {' '.join(caption(graph))}")


def _list(content: Content) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from pygrounds_dagster.curriculum.prerequisites import prerequisite_order

    needs = {subtopic.key: subtopic.prerequisites for subtopic in content.subtopics}
    table = Table("", "subtopic", "needs", box=None, pad_edge=False)
    for number, key in enumerate(prerequisite_order(content), start=1):
        table.add_row(str(number), key, Text(", ".join(needs[key]) or "–"))
    Console().print(table)
