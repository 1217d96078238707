"""``pygrounds courses``: list the courses, and prove what their lessons claim.

What belongs here: the commands and their tables. What does not: reading (``lessons.courses``), proving
(``lessons.check``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.console import Console

    from pygrounds_dagster.lessons.check import LessonReport
    from pygrounds_dagster.lessons.courses import Catalogue

app = typer.Typer(help="List the courses, and prove that what their lessons claim holds.")


@app.callback(invoke_without_command=True)
def list_(
    context: typer.Context,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show the courses of the configured content with their lessons."""
    if context.invoked_subcommand is not None:
        return
    from rich.console import Console

    catalogue = _catalogue(None)
    if as_json:
        typer.echo(json.dumps(_listed(catalogue), ensure_ascii=False, indent=2))
        return
    console = Console()
    for course in catalogue.courses:
        console.print(f"{course.id}: {course.title} ({course.difficulty})", markup=False, highlight=False)
        for lesson in course.lessons:
            tasks = sum(step.assignment for step in lesson.steps)
            steps = f"{len(lesson.steps)} steps, {tasks} to solve alone"
            line = f"  {lesson.position:>2}. {lesson.title}: {steps}"
            console.print(line, markup=False, highlight=False, soft_wrap=True)
    console.print(f"{len(catalogue.courses)} courses, {len(catalogue.lessons)} lessons.", highlight=False)
    if catalogue.failed:
        told = f"{len(catalogue.failed)} files are not right: see pygrounds courses check"
        console.print(told, highlight=False)


@app.command()
def check(
    directory: Annotated[
        Path | None,
        typer.Argument(help="Folder of courses, or of one course; none: all configured content."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Run the code of every step against its tests; exit 1 if something does not hold."""
    from rich.console import Console
    from rich.progress import track

    from pygrounds_dagster.lessons.check import check_lesson

    catalogue = _catalogue(directory)
    console = Console(stderr=as_json)
    listed = track(catalogue.lessons, "proving", console=console, transient=True, disable=as_json)
    reports = [check_lesson(lesson) for lesson in listed]
    if as_json:
        typer.echo(json.dumps(_checked(catalogue, reports), ensure_ascii=False, indent=2))
    else:
        _print_reports(console, catalogue, reports)
    if catalogue.faults or not reports or not all(report.is_sound for report in reports):
        raise typer.Exit(1)


def _catalogue(directory: Path | None) -> Catalogue:
    from pygrounds_dagster.curriculum.content import load_content
    from pygrounds_dagster.lessons.courses import COURSE_FILE, load_catalogue, load_courses
    from pygrounds_dagster.problems.load import problem_folders
    from pygrounds_dagster.settings import Settings

    if directory is None:
        return load_catalogue(Settings().content_roots)
    if not directory.is_dir():
        raise typer.BadParameter(f"{directory} is not a directory: name a folder of courses, or of one")
    single = (directory / COURSE_FILE).is_file()
    root = directory.absolute().parent.parent if single else directory.absolute().parent
    topics = load_content([root]).keys if (root / "zones").is_dir() else None
    return load_courses([directory] if single else problem_folders(directory), topics)


def _listed(catalogue: Catalogue) -> list[dict[str, Any]]:
    return [
        {
            "id": course.id,
            "title": course.title,
            "difficulty": course.difficulty,
            "description": course.description,
            "lessons": [
                {
                    "lesson_id": lesson.id,
                    "position": lesson.position,
                    "title": lesson.title,
                    "subtopics": lesson.subtopics,
                    "steps": len(lesson.steps),
                    "assignments": sum(step.assignment for step in lesson.steps),
                }
                for lesson in course.lessons
            ],
        }
        for course in catalogue.courses
    ]


def _checked(catalogue: Catalogue, reports: Sequence[LessonReport]) -> dict[str, Any]:
    from pygrounds_dagster.lessons.verify import report_values

    return {
        "sound": not catalogue.faults and all(report.is_sound for report in reports),
        "faults": [str(fault) for fault in catalogue.faults],
        "lessons": [
            {"lesson_id": report.id, "sound": report.is_sound, **report_values(report)} for report in reports
        ],
    }


def _print_reports(console: Console, catalogue: Catalogue, reports: Sequence[LessonReport]) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None)
    for title in ("lesson", "steps", "alone", "tests", "seconds", ""):
        table.add_column(title, no_wrap=True)
    for report in reports:
        counts = (report.steps, report.assignments, report.tests)
        state = Text("sound", "green") if report.is_sound else Text("does not hold", "red")
        table.add_row(report.id, *map(str, counts), f"{report.seconds:.1f}", state)
    if reports:
        console.print(table)
    for fault in (*catalogue.faults, *(finding for report in reports for finding in report.findings)):
        console.print(str(fault), markup=False, highlight=False, soft_wrap=True)
    sound = sum(report.is_sound for report in reports)
    steps, tests = sum(report.steps for report in reports), sum(report.tests for report in reports)
    seconds = sum(report.seconds for report in reports)
    told = f"{sound} of {len(reports)} lessons sound, {steps} steps, {tests} tests, {seconds:.1f} s"
    console.print(f"{told}; {len(catalogue.failed)} files are not right.", highlight=False, soft_wrap=True)
