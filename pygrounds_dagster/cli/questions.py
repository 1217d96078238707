"""``pygrounds questions``: execute questions again and say what is wrong with them.

What belongs here: arguments, tables, exit codes (0 no defects, 1 defects, 2 could not read or run). What does
not: the rules (``questions.admission``, ``questions.foreign_checks``).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pygrounds_dagster.cli import bank

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console

    from pygrounds_dagster.questions.verify import Progress, Report

SOUND, DEFECTIVE, NOT_CHECKED = range(3)
_SHOWN = 20

app = typer.Typer(no_args_is_help=True, help="Look after the bank of questions.")
for _command in bank.COMMANDS:
    app.command()(_command)


@app.command()
def verify(
    file: Annotated[
        Path | None,
        typer.Argument(help="A foreign bank: JSON or JSON Lines with the field names of the docs."),
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every question that our bank serves.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    lenient: Annotated[
        bool,
        typer.Option(help="Foreign: also accept printed forms, close numbers and JSON words as outputs."),
    ] = False,
    withdraw: Annotated[bool, typer.Option(help="With --all: withdraw what does not hold.")] = True,
) -> None:
    """Execute questions again; exit 1 if some do not hold, 2 if they cannot be read or run."""
    from rich.console import Console

    from pygrounds_dagster.judge import JudgeUnavailableError
    from pygrounds_dagster.questions.foreign import UnreadableError

    if (file is None) == (not everything):
        raise _fail("give either a FILE or --all")
    console = Console(stderr=as_json)
    try:
        report = _of_bank(withdraw, console) if file is None else _of_file(file, lenient, console)
    except (UnreadableError, JudgeUnavailableError) as error:
        raise _fail(str(error)) from error
    if as_json:
        typer.echo(json.dumps(report.to_json()))  # escaped: a foreign text may hold what no terminal can show
    else:
        _print(console, report)
    raise typer.Exit(DEFECTIVE if report.defective else SOUND)


def _fail(message: str) -> typer.Exit:
    typer.secho(f"could not verify: {message}", err=True, fg=typer.colors.RED)
    return typer.Exit(NOT_CHECKED)


def _of_file(path: Path, lenient: bool, console: Console) -> Report:
    from pygrounds_dagster.questions.verify import verify_file

    return _shown(console, lambda progress: verify_file(path, lenient=lenient, progress=progress))


def _of_bank(withdraw: bool, console: Console) -> Report:
    from pygrounds_dagster.questions.verify import verify_stored
    from pygrounds_dagster.settings import Settings
    from pygrounds_dagster.store.database import database_urls
    from pygrounds_dagster.store.pool import open_pool

    with open_pool(database_urls(Settings()).pygrounds, max_size=1, name="pygrounds verify") as pool:
        return _shown(console, lambda progress: verify_stored(pool, withdraw=withdraw, progress=progress))


def _shown(console: Console, work: Callable[[Progress], Report]) -> Report:
    """Do something with a progress bar, where a person watches."""
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("executing"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=None)
        return work(lambda done, total: bar.update(task, completed=done, total=total))


def _showable(text: str) -> str:
    """A text without signs that a terminal obeys or cannot show."""
    shown = text.encode("utf-8", "backslashreplace").decode()
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in shown)


def _print(console: Console, report: Report) -> None:
    from rich.table import Table

    if report.defective:
        table = Table(box=None)
        table.add_column("defect")
        table.add_column("questions", justify="right")
        for kind, count in report.by_kind.items():
            table.add_row(kind, str(count))
        console.print(table)
    for one in report.defective[:_SHOWN]:
        first = one.defects[0]
        console.print(
            _showable(f"{one.name} ({one.game_type or 'unknown'}): {first.reason}: {first.detail}"),
            markup=False,
            highlight=False,
            soft_wrap=True,
        )
    left = len(report.defective) - _SHOWN
    if left > 0:
        console.print(f"… and {left} more; --json lists all.", highlight=False)
    share = f" ({len(report.defective) / report.checked:.1%})" if report.checked else ""
    told = f"{report.checked} questions executed, {len(report.defective)} defective{share}."
    console.print(told, highlight=False)
