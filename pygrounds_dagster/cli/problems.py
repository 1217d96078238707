"""``pygrounds problems``: prove problems of a bank or of the content, or turn another set into problems.

What belongs here: the commands and their tables. What does not: proving (``problems.check``), importing
(``problems.importing``).
"""

from __future__ import annotations

import json
import os
from contextlib import redirect_stderr
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagster import DagsterInstance
    from rich.console import Console

    from pygrounds_dagster.problems.check import ProblemReport
    from pygrounds_dagster.problems.importing import Imported
    from pygrounds_dagster.problems.load import Bank

PROBLEMS, PROBLEM_BANK = "problems", "problem_bank"
"""The assets: which problems there are, and the proof of each."""

app = typer.Typer(no_args_is_help=True, help="Prove programming problems, and import other people's.")


@app.command()
def check(
    directory: Annotated[Path, typer.Argument(help="A bank, or the folder of one problem.")],
    mutants: Annotated[
        int | None, typer.Option(min=1, help="At most so many mutants a problem; all of them by default.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the drawn mutants.")] = 0,
    survivors: Annotated[bool, typer.Option(help="List the mutants that pass every test.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Run every solution, sample, wrong program and mutant; exit 1 if something does not hold."""
    from rich.console import Console
    from rich.progress import track

    from pygrounds_dagster.problems.check import check_problem

    bank = _bank(directory)
    console = Console(stderr=as_json)
    listed = track(bank.problems, "proving", console=console, transient=True, disable=as_json)
    reports = [check_problem(problem, sample=mutants, seed=seed) for problem in listed]
    if as_json:
        typer.echo(json.dumps(_report_json(bank, reports), ensure_ascii=False, indent=2))
    else:
        _print_reports(console, bank, reports, survivors)
    if bank.faults or not reports or not all(report.is_sound for report in reports):
        raise typer.Exit(1)


@app.command()
def prove(
    ids: Annotated[list[str] | None, typer.Argument(help="Problems by their ids; none: all.")] = None,
) -> None:
    """Prove problems of the content now and store what was found, as the asset `problem_bank` does.

    What held with its files of now costs nothing; exit 1 if one does not hold.
    """
    from dagster import DagsterInstance
    from rich.console import Console

    from pygrounds_dagster.cli.environment import settings_environment
    from pygrounds_dagster.cli.up import migrate_store
    from pygrounds_dagster.settings import Settings

    settings, console = Settings(), Console()
    os.environ.update(settings_environment(settings))
    migrate_store(settings, console)
    log = settings.log_dir / "problems.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with (
        log.open("a", encoding="utf-8") as errors,
        redirect_stderr(errors),  # Dagster tells every event there
        DagsterInstance.get() as instance,
        console.status("proving"),
    ):
        failed, counts = _proven(instance, ids or [])
    for key, reason in failed.items():
        console.print(f"[red]failed:[/red] {key}: ", end="", highlight=False)
        console.print(reason, markup=False, highlight=False, soft_wrap=True)
    proven, held = counts.get("written", 0), counts.get("unchanged", 0)
    console.print(f"{proven} proven, {held} held already, {len(failed)} failed.", highlight=False)
    if failed:
        raise typer.Exit(1)


def _proven(instance: DagsterInstance, ids: Sequence[str]) -> tuple[dict[str, str], dict[str, int]]:
    """Register the problems and materialise the partitions chosen: reasons by problem, and counts."""
    from pygrounds_dagster.defs.partitions import PROBLEM
    from pygrounds_dagster.instance.local_run import execute, failures, tallies
    from pygrounds_dagster.runs.ranges import contiguous_ranges, range_tags

    failed: dict[str, str] = {}
    counts: dict[str, int] = {}

    def run(asset: str, tags: dict[str, str]) -> None:
        ended = execute(instance, [asset], tags)
        reasons = [found for step in failures(instance, ended.run_id).values() for found in step.items()]
        failed.update({key or asset: reason for key, reason in reasons})
        if not ended.is_success and not reasons:
            failed[asset] = f"run {ended.run_id} ended as {ended.status.value}"
        for word, count in tallies(instance, ended.run_id).get(PROBLEM_BANK, {}).items():
            counts[word] = counts.get(word, 0) + count

    run(PROBLEMS, {})
    known = list(instance.get_dynamic_partitions(PROBLEM))
    failed |= {key: "no bank of the content has a problem of this id" for key in ids if key not in known}
    for stretch in contiguous_ranges(set(ids or known).intersection(known), known):
        run(PROBLEM_BANK, range_tags(stretch))
    return failed, counts


def _bank(directory: Path) -> Bank:
    from pygrounds_dagster.problems.load import Bank, load_problem, load_problems

    if not directory.is_dir():
        raise typer.BadParameter(f"{directory} is not a directory: name a bank or the folder of a problem")
    single = (directory / "problem.yaml").is_file()
    topics = _topics(directory.absolute().parent.parent if single else directory.absolute().parent)
    if not single:
        return load_problems(directory, topics)
    problem, faults = load_problem(directory, topics)
    failed = {} if problem else {directory.name: "\n".join(map(str, faults))}
    return Bank((problem,) if problem else (), tuple(faults), failed)


def _topics(root: Path) -> list[str] | None:
    """Subtopics beside a bank; None where it stands alone, so that its links cannot be followed."""
    from pygrounds_dagster.curriculum.content import load_content

    return load_content([root]).keys if (root / "zones").is_dir() else None


def _report_json(bank: Bank, reports: Sequence[ProblemReport]) -> dict[str, Any]:
    return {
        "sound": not bank.faults and all(report.is_sound for report in reports),
        "faults": [str(fault) for fault in bank.faults],
        "problems": [
            {
                "id": report.id,
                "sound": report.is_sound,
                "findings": [str(finding) for finding in report.findings],
                "solutions": report.solutions,
                "wrong": report.wrong,
                "samples": report.samples,
                "tests": report.tests,
                "mutants": report.mutation and report.mutation.mutants,
                "killed": report.mutation and report.mutation.killed,
                "score": report.mutation and round(report.mutation.score, 4),
                "survivors": [str(mutant) for mutant in report.mutation.survivors] if report.mutation else [],
                "seconds": round(report.seconds, 3),
            }
            for report in reports
        ],
    }


def _print_reports(console: Console, bank: Bank, reports: Sequence[ProblemReport], survivors: bool) -> None:
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None)
    for title in ("problem", "solutions", "wrong", "tests", "mutants", "found", "seconds", ""):
        table.add_column(title, no_wrap=True)
    for report in reports:
        made = report.mutation
        counts = (report.solutions, report.wrong, report.tests, made.mutants if made else "")
        score = f"{made.score:.1%}" if made else ""
        state = Text("sound", "green") if report.is_sound else Text("does not hold", "red")
        table.add_row(report.id, *map(str, counts), score, f"{report.seconds:.1f}", state)
    if reports:
        console.print(table)
    elif not bank.faults:
        console.print("No folder in it has a problem.yaml.", highlight=False)
    lines = [str(fault) for fault in bank.faults]
    lines += [f"{report.id}/{finding}" for report in reports for finding in report.findings]
    if survivors:
        found = [(report, m) for report in reports if report.mutation for m in report.mutation.survivors]
        lines += [f"{report.id}: survives: {mutant}" for report, mutant in found]
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    _print_sum(console, bank, reports)


def _print_sum(console: Console, bank: Bank, reports: Sequence[ProblemReport]) -> None:
    scores = [report.mutation for report in reports if report.mutation]
    made, killed = sum(score.mutants for score in scores), sum(score.killed for score in scores)
    sound = sum(report.is_sound for report in reports)
    share = f", {killed} of {made} mutants found ({killed / made:.1%})" if made else ""
    seconds = sum(report.seconds for report in reports)
    total = len(reports) + len(bank.failed)
    tests = sum(report.tests for report in reports)
    console.print(
        f"{sound} of {total} problems sound, {tests} tests{share}, {seconds:.1f} s.",
        highlight=False,
        soft_wrap=True,
    )


@app.command("import")
def import_(
    directory: Annotated[Path, typer.Argument(help="A set of exercises, or one exercise.")],
    set_format: Annotated[Literal["exercism", "yaml-pack"], typer.Option("--format", help="Its shape.")],
    topic: Annotated[
        list[str] | None, typer.Option(help="Subtopic that the problems are linked to; repeatable.")
    ] = None,
    to: Annotated[Path | None, typer.Option(help="The bank; by default among the imports.")] = None,
    difficulty: Annotated[
        Literal["beginner", "intermediate", "advanced", "master"],
        typer.Option(help="Where the set names none."),
    ] = "intermediate",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Turn exercises into problems and prove each; exit 1 if not a single one could be taken."""
    from rich.console import Console
    from rich.progress import Progress

    from pygrounds_dagster.problems.importing import import_problems
    from pygrounds_dagster.settings import Settings

    destination = to or Settings().imports_dir / "problems"
    console = Console(stderr=as_json)
    with Progress(console=console, transient=True, disable=as_json) as bar:
        task = bar.add_task("reading")

        def show(done: int, total: int, what: str) -> None:
            bar.update(task, completed=done, total=total, description=f"proving {what}")

        found = import_problems(
            directory, set_format, destination, topics=topic or (), difficulty=difficulty, progress=show
        )
    if as_json:
        typer.echo(json.dumps([_imported_json(item) for item in found], ensure_ascii=False, indent=2))
    else:
        _print_imported(console, found, destination)
    if all(item.state == "refused" for item in found):
        raise typer.Exit(1)


def _imported_json(item: Imported) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__slots__}


def _print_imported(console: Console, found: Sequence[Imported], destination: Path) -> None:
    from rich.table import Table

    table = Table("exercise", "problem", "tests", "found", "")
    for item in found:
        score = "" if item.score is None else f"{item.score:.1%}"
        table.add_row(item.slug, item.id, str(item.tests), score, item.state)
    console.print(table)
    for item in found:
        for note in item.notes:
            console.print(f"{item.slug}: {note}", markup=False, highlight=False, soft_wrap=True)
    states = [item.state for item in found]
    counts = ", ".join(f"{states.count(s)} {s}" for s in ("added", "changed", "unchanged", "refused"))
    console.print(f"{len(found)} exercises: {counts}; bank {destination}", highlight=False, soft_wrap=True)
