"""``pygrounds questions show|flag|withdraw|restore|export``: single questions, and the bank as files.

What belongs here: arguments and what is printed. What does not: states and history (``questions.bank``),
files (``questions.export``).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

if TYPE_CHECKING:
    from psycopg import Connection

    from pygrounds_dagster.questions.bank import State, StoredQuestion

_SHOWN_CHUNKS = 3

QuestionId = Annotated[UUID, typer.Argument(help="Id of a question.", show_default=False)]
Reason = Annotated[str, typer.Option(help="Why; kept in the question's history.")]


def show(
    question: QuestionId,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Print a question with its answer, its proof and what happened to it."""
    from dataclasses import asdict

    from rich.console import Console
    from rich.markdown import Markdown

    from pygrounds_dagster.questions.bank import find_question, history
    from pygrounds_dagster.questions.show import question_markdown

    with _connection() as conn:
        found, events = find_question(conn, str(question)), history(conn, str(question))
    if as_json:
        lines = [{**asdict(event), "happened_at": event.happened_at.isoformat()} for event in events]
        typer.echo(json.dumps({**asdict(found), "history": lines}, default=str, ensure_ascii=False, indent=2))
        return
    console = Console()
    about = f"{found.game_type}, {found.difficulty}, {found.state}; {', '.join(found.subtopics)}"
    console.print(about, highlight=False, soft_wrap=True)
    console.print(Markdown(question_markdown(found.fields())))
    console.print(f"Made by {_author(found)}", markup=False, highlight=False, soft_wrap=True)
    console.print(f"Proof: {json.dumps(found.verification)}", markup=False, highlight=False, soft_wrap=True)
    for event in events:
        moment = event.happened_at.isoformat(sep=" ", timespec="seconds")
        reason = f": {event.reason}" if event.reason else ""
        console.print(f"{moment} {event.event}{reason}", markup=False, highlight=False, soft_wrap=True)


def _author(found: StoredQuestion) -> str:
    """Who made a question of what."""
    prompt = f" {found.model}, prompt {found.prompt_version}," if found.model else ""
    origin = [f"problem {found.problem_id}"] if found.problem_id else []
    if found.chunk_ids:
        shown = [*found.chunk_ids[:_SHOWN_CHUNKS], *(["…"] if found.chunk_ids[_SHOWN_CHUNKS:] else [])]
        origin.append(f"{len(found.chunk_ids)} chunks ({', '.join(shown)})")
    return f"{found.generator}{prompt} from {' and '.join(origin) or 'parts that fit the subtopic'}"


def flag(question: QuestionId, reason: Reason) -> None:
    """Doubt a question: it is executed again and made up for; its history keeps the reason."""
    _change(question, "flagged", reason)


def withdraw(question: QuestionId, reason: Reason) -> None:
    """Take a question out of service for good; another one takes its place."""
    _change(question, "withdrawn", reason)


def restore(question: QuestionId, reason: Reason) -> None:
    """Take back a flag."""
    _change(question, "live", reason)


def _change(question: UUID, state: State, reason: str) -> None:
    from pygrounds_dagster.questions.bank import change_state

    if not reason.strip():
        raise typer.BadParameter("give a reason: it is what the author reads", param_hint="--reason")
    with _connection() as conn:
        key, game_type, difficulty = change_state(conn, str(question), state, reason)
    typer.echo(f"{question} is {state} ({game_type}, {difficulty}, {key}).")


def export(
    directory: Annotated[
        Path | None, typer.Argument(help="Where to; by default exports/questions of the home.")
    ] = None,
) -> None:
    """Write all live questions as JSON Lines, CSV and Parquet, by zone and game type."""
    from pygrounds_dagster.questions.bank import stored_questions
    from pygrounds_dagster.questions.export import export_questions
    from pygrounds_dagster.settings import Settings

    target = directory or Settings().export_dir
    with _connection() as conn:
        live = list(stored_questions(conn, states=["live"]))
    files = export_questions(live, target)
    questions = sum(file.rows for file in files if file.path.endswith(".jsonl"))
    written = sum(file.written for file in files)
    typer.echo(f"{questions} questions in {len(files)} files below {target}, {written} of them written.")


@contextmanager
def _connection() -> Iterator[Connection]:
    from pygrounds_dagster.settings import Settings
    from pygrounds_dagster.store.database import database_urls
    from pygrounds_dagster.store.pool import open_pool

    urls = database_urls(Settings())
    with (
        open_pool(urls.pygrounds, max_size=1, name="pygrounds questions") as pool,
        pool.connection() as conn,
    ):
        yield conn


COMMANDS = (show, flag, withdraw, restore, export)
"""Added to ``pygrounds questions``, which verifies (``cli/questions.py``)."""
