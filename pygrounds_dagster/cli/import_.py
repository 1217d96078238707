"""``pygrounds import``: a folder of documents, or one big document, becomes a zone that can be searched.

What belongs here: the command and its table. What does not: the import itself (``curriculum.importing``).
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from rich.console import Console

    from pygrounds_dagster.curriculum.importing.tree import ImportReport
    from pygrounds_dagster.settings import Settings

_SHOWN = 40


def import_(
    path: Annotated[Path, typer.Argument(help="Folder of documents, or one document (a book in PDF).")],
    zone: Annotated[str, typer.Option(help="Id of the zone: a-z, 0-9 and _.")],
    title: Annotated[str | None, typer.Option(help="Title of the zone; by default from the name.")] = None,
    materialize: Annotated[
        bool, typer.Option("--materialize/--no-materialize", help="Make it searchable at once.")
    ] = True,
) -> None:
    """Turn documents into a zone: folders become topics, documents or chapters subtopics."""
    from rich.console import Console
    from rich.progress import Progress

    from pygrounds_dagster.curriculum.importing.tree import import_tree
    from pygrounds_dagster.settings import Settings

    settings, console = Settings(), Console()
    _check_zone_is_free(settings, zone)
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("reading")

        def show(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=f"reading {what}")

        report = import_tree(path, zone, settings.imports_dir, title=title, progress=show)
    _print_report(console, report)
    if materialize and not _materialize(Settings(), console, zone):
        raise typer.Exit(1)


def _check_zone_is_free(settings: Settings, zone: str) -> None:
    """Keep an import out of a zone that an author writes.

    Raises:
        ImportRefusedError: one of the configured content roots has it.
    """
    from pygrounds_dagster.curriculum.content import load_content
    from pygrounds_dagster.curriculum.importing.files import ImportRefusedError

    roots = [root for root in settings.content_roots if root != settings.imports_dir]
    for found in load_content(roots).zones:
        if found.key == zone:
            message = f"zone {zone!r} is written by hand in {found.root}: choose another --zone"
            raise ImportRefusedError(message)


def _print_report(console: Console, report: ImportReport) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, expand=True)
    for name, share in (("subtopic", 5), ("title", 4), ("source", 4), ("", 2)):
        table.add_column(name, no_wrap=True, overflow="ellipsis", ratio=share)
    for subtopic in report.subtopics[:_SHOWN]:
        source = f"{subtopic.source} {subtopic.section}".strip()
        table.add_row(*map(Text, (subtopic.key, subtopic.title, source, subtopic.state)))
    console.print(table)
    if len(report.subtopics) > _SHOWN:
        console.print(f"… and {len(report.subtopics) - _SHOWN} more")
    for key in report.removed:
        console.print(f"removed: {key}", markup=False, highlight=False)
    for name, why in list(report.skipped.items())[:_SHOWN]:
        console.print(f"left out: {name}: {why}", markup=False, highlight=False)
    if len(report.skipped) > _SHOWN:
        console.print(f"… and {len(report.skipped) - _SHOWN} more left out")
    states = [subtopic.state for subtopic in report.subtopics]
    counted = ", ".join(f"{states.count(state)} {state}" for state in ("added", "changed", "unchanged"))
    console.print(
        f"{len(states)} subtopics in {report.folder}: {counted}, {len(report.removed)} removed.",
        highlight=False,
        soft_wrap=True,
    )


def _materialize(settings: Settings, console: Console, zone: str) -> bool:
    """Register the content and bring the zone's partitions up to it; False if some failed."""
    import os

    from pygrounds_dagster.cli.environment import settings_environment
    from pygrounds_dagster.cli.materialize import run_materialization
    from pygrounds_dagster.cli.up import migrate_store

    os.environ.update(settings_environment(settings))
    migrate_store(settings, console)
    return run_materialization(settings, console, None, [zone]).is_good
