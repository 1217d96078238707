"""``pygrounds check``: whether written content is true and in form, without a database.

What belongs here: the command and its tables. What does not: checking (``authoring``).
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import Console
    from rich.text import Text

    from pygrounds_dagster.authoring.check import PageReport
    from pygrounds_dagster.authoring.offline import Checked

_COLUMNS = ("subtopic", "words", "grade", "programs", "terms", "objectives", "")
_WIDE = 110


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Content roots, zones, topics or subtopics; none: all configured content."),
    ] = None,
    quick: Annotated[
        bool, typer.Option("--quick", help="Do not look at what pages mean: objectives, neighbours.")
    ] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 for warnings, too.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Run every program that pages show and look at their form; exit 1 if something is false or broken."""
    from rich.console import Console
    from rich.progress import Progress

    from pygrounds_dagster.authoring.offline import check_paths
    from pygrounds_dagster.settings import Settings

    console = Console(stderr=as_json)
    with Progress(console=console, transient=True, disable=as_json) as bar:
        task = bar.add_task("reading")

        def watch(what: str, done: int, total: int) -> None:
            bar.update(task, description=what, completed=done, total=total)

        checked = check_paths(paths or [], Settings(), meaning=not quick, watch=watch)
    if as_json:
        typer.echo(json.dumps(checked_json(checked), ensure_ascii=False, indent=2))
    else:
        _print_measures(console, checked)
        _print_findings(console, checked)
    if not checked.is_good or (strict and any(report.findings for report in checked.reports)):
        raise typer.Exit(1)


def checked_json(checked: Checked) -> dict[str, Any]:
    """A check for a machine: the columns of table ``content_check``, by subtopic, with its path."""
    from pygrounds_dagster.authoring.record import report_values

    return {
        "good": checked.is_good,
        "problems": [str(problem) for problem in checked.problems],
        "subtopics": [{**report_values(report), "path": str(report.path)} for report in checked.reports],
    }


def shown_path(path: Path) -> str:
    """A path as people type it: from here, if it lies below."""
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def _print_measures(console: Console, checked: Checked) -> None:
    """One line a page below its topic, narrow enough for 80 columns; its neighbour where there is room."""
    from rich.table import Table
    from rich.text import Text

    if not checked.reports:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0))
    for name in _COLUMNS:
        table.add_column(name, justify="left" if name in ("subtopic", "") else "right", no_wrap=True)
    wide = console.width >= _WIDE
    if wide:
        table.add_column("most like")  # the one column that may shrink
    topic = ""
    for report in checked.reports:
        above, _, name = report.key.rpartition(".")
        if above != topic:
            table.add_row(Text(above, "bold"))
            topic = above
        near = report.neighbour
        told = f"{near.similarity:.2f} {near.key}" if near else "–"
        like = Text(told, no_wrap=True, overflow="ellipsis")
        table.add_row(f"  {name}", *_figures(report), _state(report), *([like] if wide else []))
    console.print(table)


def _figures(report: PageReport) -> list[str]:
    found = report.measures
    return [
        str(found.words),
        "–" if found.grade is None else f"{found.grade:.1f}",
        f"{found.programs}+{found.elsewhere}" if found.elsewhere else str(found.programs),
        str(found.terms),
        "–" if report.covered is None else f"{report.covered}/{found.objectives}",
    ]


def _state(report: PageReport) -> Text:
    from rich.text import Text

    if report.errors:
        return Text(_counted(len(report.errors), "error"), "red")
    if report.warnings:
        return Text(_counted(len(report.warnings), "warning"), "yellow")
    return Text("good", "green")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def _print_findings(console: Console, checked: Checked) -> None:
    here = f"{Path.cwd()}{os.sep}"
    lines = [str(problem).removeprefix(here) for problem in checked.problems]
    for report in checked.reports:
        place = shown_path(report.path)
        lines += [
            f"{place}:{finding.line}: {finding.level} ({finding.rule}): {finding}"
            for finding in report.findings
        ]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    reports = checked.reports
    errors = len(checked.problems) + sum(len(report.errors) for report in reports)
    warnings = sum(len(report.warnings) for report in reports)
    runs = sum(report.measures.programs for report in reports)
    told = [_counted(len(reports), "subtopic"), f"{_counted(runs, 'program')} run"]
    told += [_counted(errors, "error"), _counted(warnings, "warning")]
    console.print(f"{', '.join(told)}.", highlight=False)
