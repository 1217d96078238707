"""``pygrounds generate``: ask for questions, see them being made, stop that, go on.

What belongs here: arguments, the live display, tables. What does not: sessions (``questions.sessions``),
making questions (``questions.make``, in Dagster's runs).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer

if TYPE_CHECKING:
    from psycopg_pool import ConnectionPool
    from rich.console import Console
    from rich.table import Table

    from pygrounds_dagster.questions.sessions import CellProgress, SessionProgress
    from pygrounds_dagster.runs.client import DagsterClient

_STYLES = {"done": "green", "short": "yellow", "failed": "red", "running": "cyan"}
_MOST_ROWS = 40

app = typer.Typer(
    help="Make questions: so many of a game type for a zone, topic or subtopic; or all that the bank lacks.",
    invoke_without_command=True,
    no_args_is_help=True,
)

Zones = Annotated[list[str] | None, typer.Option("--zone", help="All subtopics of a zone; repeatable.")]
Topics = Annotated[list[str] | None, typer.Option("--topic", help="All subtopics of zone.topic.")]
Subtopics = Annotated[list[str] | None, typer.Option("--subtopic", help="A zone.topic.subtopic.")]
Count = Annotated[int, typer.Option(min=0, help="New questions for each subtopic.")]
Who = Annotated[
    list[str] | None,
    typer.Option("--generator", help="Only by this one, template or llm; repeatable. None: any."),
]
Waits = Annotated[bool, typer.Option("--wait/--no-wait", help="Show the progress until the end.")]
SessionId = Annotated[UUID, typer.Argument(help="Id of a generation session.", show_default=False)]


@app.callback()
def generate(
    context: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Bring every cell of the bank to its target, as every night.")
    ] = False,
    wait: Waits = True,
) -> None:
    """Make questions by runs of Dagster, which must be up."""
    if context.invoked_subcommand is None:
        if not everything:
            raise typer.BadParameter("name a game type, a command, or --all")
        _top_up(wait)


def _command(game_type: str) -> None:
    """Add the command of a game type."""

    def ask(
        zone: Zones = None,
        topic: Topics = None,
        subtopic: Subtopics = None,
        easy: Count = 0,
        medium: Count = 0,
        hard: Count = 0,
        expert: Count = 0,
        generator: Who = None,
        wait: Waits = True,
    ) -> None:
        counts = {"easy": easy, "medium": medium, "hard": hard, "expert": expert}
        chosen = {"zones": zone, "topics": topic, "subtopics": subtopic, "generators": _known(generator)}
        _start(game_type, counts, chosen, wait)

    app.command(game_type, help=f"Make {game_type} questions; nothing chosen: for every subtopic.")(ask)


# The model module is light, but imports pydantic: the names are checked by a test instead.
GAME_TYPE_COMMANDS = (
    "hangman",
    "debugging",
    "word",
    "pre_assessment",
    "output_prediction",
    "trace",
    "parsons",
    "cloze",
)
for _name in GAME_TYPE_COMMANDS:
    _command(_name)


@app.command()
def status(
    session: Annotated[UUID | None, typer.Argument(help="Id of a session; none: the latest ones.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Follow it until the end.")] = False,
) -> None:
    """Show how far a session is, or list the latest sessions."""
    from rich.console import Console

    from pygrounds_dagster.questions.sessions import latest, progress, reconcile
    from pygrounds_dagster.runs.client import DagsterError

    with _connections() as (pool, client):
        if session is None:
            _list(Console(), [progress(pool, one.session_id) for one in latest(pool)], as_json)
            return
        if wait:
            _follow(pool, client, session)
            return
        try:
            reconcile(pool, client, session)
        except DagsterError as error:
            typer.secho(f"As stored; Dagster was not asked: {error}", err=True, fg=typer.colors.YELLOW)
        now = progress(pool, session)
    if as_json:
        typer.echo(json.dumps(progress_json(now), ensure_ascii=False, indent=2))
    else:
        show_progress(Console(), now)


@app.command()
def cancel(session: SessionId) -> None:
    """Stop a session: the questions in the making are the last ones."""
    from pygrounds_dagster.questions.sessions import cancel as stop

    with _connections() as (pool, client):
        if stop(pool, session, client):
            typer.echo(f"Session {session} stops; 'pygrounds generate retry {session}' goes on.")
        else:
            typer.echo(f"Session {session} had ended.")


@app.command()
def retry(session: SessionId, wait: Waits = True) -> None:
    """Go on with a session that was cancelled, failed or came out short: only what is missing is made."""
    from pygrounds_dagster.questions.sessions import resume

    with _connections() as (pool, client):
        runs = resume(pool, client, session)
        typer.echo(f"Session {session}: {len(runs)} runs launched." if runs else "Nothing to launch.")
        if wait:
            _follow(pool, client, session)


def _start(game_type: str, counts: dict[str, int], chosen: dict[str, list[str] | None], wait: bool) -> None:
    from pydantic import ValidationError

    from pygrounds_dagster.questions.sessions import GenerationRequest, start

    selection = {name: tuple(values or ()) for name, values in chosen.items()}
    try:
        request = GenerationRequest.model_validate({"game_types": [game_type], "counts": counts, **selection})
    except ValidationError as error:
        raise typer.BadParameter("ask for some: --easy N, --medium N, --hard N, --expert N") from error
    with _connections() as (pool, client):
        session = start(pool, client, request)
        typer.echo(f"Session {session}")
        if wait:
            _follow(pool, client, session)


def _known(generators: list[str] | None) -> list[str] | None:
    """The generators chosen, if they are there to be asked."""
    from typing import get_args

    from pygrounds_dagster.llm import Endpoint
    from pygrounds_dagster.questions.model import Generator
    from pygrounds_dagster.settings import Settings

    for name in generators or ():
        if name not in get_args(Generator):
            raise typer.BadParameter(f"{name} is not {' or '.join(get_args(Generator))}")
    if "llm" in (generators or ()):
        Endpoint.of(Settings())  # says which settings are missing
    return generators


def _follow(pool: ConnectionPool, client: DagsterClient, session: UUID) -> None:
    """Show a session until it has ended; Ctrl-C stops showing it, not the session."""
    from rich.console import Console
    from rich.live import Live

    from pygrounds_dagster.questions.sessions import follow
    from pygrounds_dagster.runs.client import DagsterError

    console = Console()
    try:
        if console.is_terminal:
            with Live(console=console, refresh_per_second=4, transient=True) as live:
                for now in follow(pool, client, session):
                    live.update(progress_table(now, _at_work(now)))
        else:
            *_, now = follow(pool, client, session)
    except KeyboardInterrupt:
        console.print(f"The session goes on: 'pygrounds generate status {session}'.", soft_wrap=True)
        raise typer.Exit(130) from None
    except DagsterError as error:
        console.print(
            f"{error}\nThe session stays as it is stored: 'pygrounds generate status --wait {session}' shows "
            f"it again, 'pygrounds generate retry {session}' goes on with what is missing.",
            markup=False,
            soft_wrap=True,
        )
        raise typer.Exit(1) from error
    show_progress(console, now)
    if now.session.state == "failed":
        raise typer.Exit(1)


def _at_work(now: SessionProgress) -> list[CellProgress]:
    """Cells worth a row of the live display: those at work, then those that wait."""
    order = {"running": 0, "queued": 1}
    return sorted(now.cells, key=lambda cell: order.get(cell.state, 2))


def progress_table(now: SessionProgress, cells: list[CellProgress]) -> Table:
    """A session's cells, at most so many, and its sums.

    Args:
        now: how far the session is.
        cells: of it, in the order in which they are shown.
    """
    from rich.table import Table

    common = _common_place(sorted({cell.subtopic_key for cell in now.cells}))
    head = f"Session {now.session.session_id}: {now.session.state}, {now.made} of {now.asked} made"
    several = len({cell.game_type for cell in now.cells}) > 1
    table = Table(title=f"{head}{f', in {common}' if common else ''}", title_justify="left", box=None)
    table.pad_edge = False
    table.add_column("subtopic", overflow="ellipsis")  # what is too long for the terminal is cut here
    for name, width in (("game", 9), ("difficulty", 12)) if several else (("difficulty", 12),):
        table.add_column(name, no_wrap=True, min_width=width)
    table.add_column("state", min_width=len("running"))
    for name in ("made", "dropped", "failed", "seconds"):
        table.add_column(name, justify="right", min_width=len(name), no_wrap=True)
    for cell in cells[:_MOST_ROWS]:
        style = _STYLES.get(cell.state, "")
        names = (cell.game_type, cell.difficulty) if several else (cell.difficulty,)
        state = f"[{style}]{cell.state}[/]" if style else cell.state
        numbers = (f"{cell.made}/{cell.asked}", str(cell.dropped), str(cell.failed), f"{cell.seconds:.1f}")
        table.add_row(cell.subtopic_key.removeprefix(f"{common}."), *names, state, *numbers)
    if len(cells) > _MOST_ROWS:
        table.caption = f"and {len(cells) - _MOST_ROWS} more cells; status --json shows all"
    return table


def _common_place(keys: list[str]) -> str:
    """The zone or topic that sorted partition keys have in common; empty: none."""
    if not keys:
        return ""
    first, last = keys[0].split("."), keys[-1].split(".")
    shared = [one for one, other in zip(first[:-1], last[:-1], strict=True) if one == other]
    return ".".join(shared) if first[: len(shared)] == shared else ""


def show_progress(console: Console, now: SessionProgress) -> None:
    """Print a session's cells, and below why some are short or failed."""
    console.print(progress_table(now, list(now.cells)))
    for cell in now.cells:
        if cell.reason:
            where = f"{cell.subtopic_key} {cell.game_type} {cell.difficulty}"
            console.print(
                f"{where}, {cell.asked - cell.made} missing: {cell.reason}",
                markup=False,
                highlight=False,
                soft_wrap=True,
            )


def progress_json(now: SessionProgress) -> dict[str, Any]:
    """A session and its cells as plain data."""
    from dataclasses import asdict

    return {
        "session_id": str(now.session.session_id),
        "state": now.session.state,
        "request": now.session.request,
        "run_ids": now.session.run_ids,
        "created_at": now.session.created_at.isoformat(),
        "asked": now.asked,
        "made": now.made,
        "cells": [asdict(cell) for cell in now.cells],
    }


def _list(console: Console, sessions: list[SessionProgress], as_json: bool) -> None:
    from rich.table import Table

    if as_json:
        typer.echo(json.dumps([progress_json(one) for one in sessions], ensure_ascii=False, indent=2))
        return
    if not sessions:
        console.print("No sessions yet: 'pygrounds generate word --easy 1' begins one.", soft_wrap=True)
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("session", no_wrap=True, min_width=36)  # whole: it is what other commands are given
    for name in ("begun", "state", "made"):
        table.add_column(name, no_wrap=True)
    table.add_column("games", overflow="fold")
    for one in sessions:
        begun = one.session.created_at.astimezone().strftime("%d %b %H:%M")
        made = f"{one.made}/{one.asked}"
        games = ", ".join(one.session.request["game_types"])
        table.add_row(str(one.session.session_id), begun, one.session.state, made, games)
    console.print(table)


def _top_up(wait: bool) -> None:
    """Launch a run of every game type over all subtopics, and show how far their steps are."""
    from rich.console import Console

    from pygrounds_dagster.questions.model import GAME_TYPES, asset_name

    with _connections() as (pool, client):
        keys = client.partition_keys()
        runs = [run for game in GAME_TYPES for run in client.launch(keys, [asset_name(game)])]
        typer.echo(f"{len(runs)} runs launched over {len(keys)} subtopics.")
        if wait:
            _follow_runs(Console(), pool, client, runs)


def _follow_runs(console: Console, pool: ConnectionPool, client: DagsterClient, runs: list[str]) -> None:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    from pygrounds_dagster.runs.progress import step_progress

    columns = (TextColumn("{task.description:<28}"), BarColumn(bar_width=24), MofNCompleteColumn())
    with Progress(*columns, TextColumn("[dim]{task.fields[what]}"), console=console) as bars:
        tasks: dict[tuple[str, str], Any] = {}
        for _ in client.follow(runs, timeout=24 * 3600, interval=0.5):
            for run in runs:
                with pool.connection() as conn:
                    steps = step_progress(conn, run)
                for step in steps:
                    place = (run, step.step)
                    if place not in tasks:
                        tasks[place] = bars.add_task(step.step, total=step.total, what="")
                    bars.update(tasks[place], completed=step.done, total=step.total, what=step.what)
    bad = [status for status in client.status(runs) if status.status != "SUCCESS"]
    for status in bad:
        console.print(f"Run {status.run_id} ended as {status.status}; see the web interface.")
    if bad:
        raise typer.Exit(1)


@contextmanager
def _connections() -> Iterator[tuple[ConnectionPool, DagsterClient]]:
    """The store and the webserver of this installation."""
    from pygrounds_dagster.cli import services
    from pygrounds_dagster.runs.client import DagsterClient
    from pygrounds_dagster.settings import Settings
    from pygrounds_dagster.store.database import database_urls
    from pygrounds_dagster.store.pool import open_pool

    settings = Settings()
    found = services.find_service(settings, services.WEBSERVER)
    port = found.port if found is not None and found.port is not None else settings.dagster_port
    with (
        open_pool(database_urls(settings).pygrounds, max_size=2, name="pygrounds generate") as pool,
        DagsterClient(f"http://127.0.0.1:{port}") as client,
    ):
        yield pool, client
