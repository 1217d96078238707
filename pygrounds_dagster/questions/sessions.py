"""Generation sessions: somebody asks for questions, follows them being made, stops that, goes on.

Here: what was asked, how far it is, and the runs that work for it. Not here: making questions (``make``, in
those runs), what those runs tell of it (``session_cells``).

A session is rows of the store: it outlives every process. What it made is counted from the questions
themselves and never added up, so a run that was killed and repeated adds what is missing, and no more.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool
from pydantic import BaseModel, ConfigDict, Field, PositiveInt, field_validator

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.questions.model import GameType, Generator, asset_name
from pygrounds_dagster.runs.client import DagsterClient, DagsterError, RunStatus
from pygrounds_dagster.store.queries import load_queries

SESSION_TAG = "pygrounds/session"
"""Tag of the runs that work for a session; its value is the session's id."""

ALIASES: Mapping[str, Difficulty] = {
    "easy": "beginner",
    "medium": "intermediate",
    "hard": "advanced",
    "expert": "master",
}
"""Other words for difficulties, as people and older apps say them."""

FAILURES = (
    "not_judged", "model_unavailable", "model_late", "model_cut", "model_refused", "model_failed",
    "model_left",
)  # fmt: skip
"""Reasons for which a candidate counts as failed: nothing was learned about it. All others are drops."""

_ENDED = frozenset({"done", "cancelled", "failed"})
_LOOK_SECONDS = 0.5
_LAUNCH_SECONDS = 60.0  # within which a session that was stored has its first run
_SQL = load_queries(__package__)


class UnknownSessionError(LookupError):
    """There is no session of that id."""


class SelectionError(ValueError):
    """What is asked for does not exist in the curriculum."""


class GenerationRequest(BaseModel):
    """So many new questions of each game type and difficulty for each subtopic chosen.

    Attributes:
        game_types: at least one.
        counts: difficulty → new questions of each game type for each subtopic.
        zones: all subtopics of these.
        topics: all subtopics of these, ``zone.topic``.
        subtopics: these, ``zone.topic.subtopic``. Nothing chosen at all: every live subtopic.
        generators: only these; none: any, a model for its share and templates.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    game_types: tuple[GameType, ...] = Field(min_length=1)
    counts: dict[Difficulty, PositiveInt] = Field(min_length=1)
    zones: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    subtopics: tuple[str, ...] = ()
    generators: tuple[Generator, ...] = ()

    @field_validator("counts", mode="before")
    @classmethod
    def _own_words(cls, value: object) -> object:
        """Other words for difficulties, and without those of which none is wanted."""
        if not isinstance(value, Mapping):
            return value
        counts: dict[str, Any] = {}
        for word, count in value.items():
            name = ALIASES.get(word, word)
            if name in counts:
                raise ValueError(f"{name!r} is asked for twice, once as {word!r}")
            counts[name] = count
        return {name: count for name, count in counts.items() if count != 0}

    @field_validator("game_types", "zones", "topics", "subtopics", "generators", mode="after")
    @classmethod
    def _once(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(value))


@dataclass(frozen=True, slots=True)
class Session:
    """A session as it is stored.

    Attributes:
        state: ``queued``, ``running``, ``done``, ``cancelled`` or ``failed``.
        cancelled: was asked to stop.
        run_ids: Dagster runs since it was last started.
    """

    session_id: UUID
    request: dict[str, Any]
    state: str
    cancelled: bool
    run_ids: list[str]
    created_at: datetime
    updated_at: datetime

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state in _ENDED


@dataclass(frozen=True, slots=True)
class CellProgress:
    """How far a session is with one game type, subtopic and difficulty.

    Attributes:
        asked: questions wanted.
        made: questions of the session that are served.
        dropped: candidates meant for it that did not hold.
        failed: candidates of which nothing was learned, as when a model did not answer.
        seconds: of work at it, summed over candidates made side by side.
        state: ``queued``, ``running``, ``done``, ``short`` or ``failed``.
        reason: why it is short or failed.
    """

    game_type: GameType
    subtopic_key: str
    difficulty: Difficulty
    asked: int
    made: int
    dropped: int
    failed: int
    seconds: float
    state: str
    reason: str


@dataclass(frozen=True, slots=True)
class SessionProgress:
    """A session and its cells, in the order of game type, subtopic, difficulty."""

    session: Session
    cells: list[CellProgress]

    @property
    def asked(self) -> int:
        """Questions wanted."""
        return sum(cell.asked for cell in self.cells)

    @property
    def made(self) -> int:
        """Questions made and served."""
        return sum(cell.made for cell in self.cells)


def start(pool: ConnectionPool, client: DagsterClient, request: GenerationRequest) -> UUID:
    """Remember a request and launch the runs that work for it.

    Returns:
        The session's id.

    Raises:
        SelectionError: a zone, topic or subtopic does not exist.
        DagsterError: the runs cannot be launched; the session is stored and can be resumed.
    """
    session_id = create(pool, request)
    launch(pool, client, session_id)
    return session_id


def create(pool: ConnectionPool, request: GenerationRequest) -> UUID:
    """Remember a request, in one transaction; nothing is launched.

    Raises:
        SelectionError: a zone, topic or subtopic does not exist.
    """
    with pool.connection() as conn:
        keys = select_keys(conn, request)
        values = {"request": Jsonb(request.model_dump(mode="json"))}
        row = conn.execute(_SQL["insert_session"], values).fetchone()
        assert row is not None
        cells = {
            "session_id": row[0],
            "game_types": list(request.game_types),
            "keys": keys,
            "difficulties": list(request.counts),
            "counts": list(request.counts.values()),
        }
        conn.execute(_SQL["insert_cells"], cells)
    session_id: UUID = row[0]
    return session_id


def select_keys(conn: Connection, request: GenerationRequest) -> list[str]:
    """Partition keys that a request chooses, in the curriculum's order.

    Raises:
        SelectionError: a zone, topic or subtopic does not exist.
    """
    live = [row[0] for row in conn.execute(_SQL["select_live_subtopics"])]
    chosen = [*request.zones, *request.topics, *request.subtopics]
    names = [{key.split(".")[0], key.rpartition(".")[0], key} for key in live]
    unknown = [name for name in chosen if not any(name in of for of in names)]
    if unknown:
        raise SelectionError(f"the curriculum has no {', '.join(unknown)}: name zones, topics or subtopics")
    keys = [key for key, of in zip(live, names, strict=True) if not chosen or of.intersection(chosen)]
    if not keys:
        raise SelectionError("the curriculum has no subtopic yet: run 'pygrounds up'")
    return keys


def launch(pool: ConnectionPool, client: DagsterClient, session_id: UUID) -> list[str]:
    """Launch a run for each game type and stretch of subtopics that a session still waits for.

    Returns:
        Ids of the runs; they are remembered one by one, as soon as each is launched.
    """
    waiting: dict[GameType, list[str]] = {}
    for cell in progress(pool, session_id).cells:
        if cell.state != "done":
            waiting.setdefault(cell.game_type, []).append(cell.subtopic_key)
    launched = []
    for game_type, keys in waiting.items():
        for run_id in client.launch(keys, [asset_name(game_type)], {SESSION_TAG: str(session_id)}):
            with pool.connection() as conn:
                conn.execute(_SQL["add_session_run"], {"session_id": session_id, "run_id": run_id})
            launched.append(run_id)
    return launched


def find(pool: ConnectionPool, session_id: UUID) -> Session:
    """A session.

    Raises:
        UnknownSessionError: there is none of this id.
    """
    with pool.connection() as conn, conn.cursor(row_factory=class_row(Session)) as cursor:
        session = cursor.execute(_SQL["select_session"], {"session_id": session_id}).fetchone()
    if session is None:
        raise UnknownSessionError(f"there is no generation session {session_id}")
    return session


def latest(pool: ConnectionPool, limit: int = 20) -> list[Session]:
    """The latest sessions, the newest first."""
    with pool.connection() as conn, conn.cursor(row_factory=class_row(Session)) as cursor:
        return cursor.execute(_SQL["select_sessions"], {"limit": limit}).fetchall()


def progress(pool: ConnectionPool, session_id: UUID) -> SessionProgress:
    """How far a session is, by what is stored.

    Raises:
        UnknownSessionError: there is none of this id.
    """
    session = find(pool, session_id)
    values = {"session_id": session_id, "failures": list(FAILURES)}
    with pool.connection() as conn, conn.cursor(row_factory=class_row(CellProgress)) as cursor:
        return SessionProgress(session, cursor.execute(_SQL["select_session_cells"], values).fetchall())


def follow(
    pool: ConnectionPool, client: DagsterClient, session_id: UUID, interval: float = _LOOK_SECONDS
) -> Iterator[SessionProgress]:
    """Yield how far a session is until it has ended; one whose runs are gone ends as failed.

    Args:
        pool: of the store.
        client: asked about the runs.
        session_id: the session.
        interval: seconds between two looks.

    Raises:
        UnknownSessionError: there is none of this id.
        DagsterError: the webserver does not answer; the session goes on.
    """
    while True:
        reconcile(pool, client, session_id)
        now = progress(pool, session_id)
        yield now
        if now.session.has_ended and not _active(client, now.session):
            return
        time.sleep(interval)


def reconcile(pool: ConnectionPool, client: DagsterClient, session_id: UUID) -> None:
    """End a session whose runs have all ended before its work did, as after a crash; it can be resumed."""
    session = find(pool, session_id)
    if session.has_ended or _active(client, session):
        return
    session = find(pool, session_id)  # the last run may have ended the session before it ended itself
    age = (datetime.now(UTC) - session.updated_at).total_seconds()
    if not session.has_ended and (session.run_ids or age > _LAUNCH_SECONDS):
        reason = "its run ended before it was done: 'pygrounds generate retry' goes on"
        with pool.connection() as conn:
            conn.execute(_SQL["abandon_cells"], {"session_id": session_id, "reason": reason})
            conn.execute(_SQL["settle_session"], {"session_id": session_id})


def _active(client: DagsterClient, session: Session) -> list[RunStatus]:
    return [run for run in client.status(session.run_ids) if not run.has_ended] if session.run_ids else []


def cancel(pool: ConnectionPool, session_id: UUID, client: DagsterClient | None = None) -> bool:
    """Ask a session to stop: what is being made is finished or left, nothing more is begun.

    Args:
        pool: of the store.
        session_id: the session.
        client: ends runs that wait in the queue at once; without it they begin, and end without work.

    Returns:
        Whether it was still at work.

    Raises:
        UnknownSessionError: there is none of this id.
    """
    session = find(pool, session_id)
    with pool.connection() as conn:
        asked = conn.execute(_SQL["cancel_session"], {"session_id": session_id}).fetchone() is not None
    if asked and client is not None:
        _take_from_queue(client, session)
    return asked


def _take_from_queue(client: DagsterClient, session: Session) -> None:
    """End runs that wait, where that can be done: those that begin see for themselves that the session
    is cancelled, and end without work."""
    waiting: list[RunStatus] = []
    with suppress(DagsterError):  # there is no webserver now
        waiting = [run for run in _active(client, session) if run.status == "QUEUED"]
    for run in waiting:
        with suppress(DagsterError):  # it has just left the queue
            client.terminate(run.run_id)


def resume(pool: ConnectionPool, client: DagsterClient, session_id: UUID) -> list[str]:
    """Go on with a session: only what its cells still miss is made, whatever became of earlier runs.

    Returns:
        Ids of the runs launched; none if every cell is full, or if its runs are at work and none was lost.
        Those at work do no harm beside them: who comes second to a partition makes what is then missing.

    Raises:
        UnknownSessionError: there is none of this id.
        DagsterError: the runs cannot be launched.
    """
    session = find(pool, session_id)
    runs = client.status(session.run_ids) if session.run_ids else []
    is_lost = session.cancelled or any(run.has_ended and run.status != "SUCCESS" for run in runs)
    if not is_lost and not all(run.has_ended for run in runs):
        return []
    with pool.connection() as conn:
        conn.execute(_SQL["reopen_session"], {"session_id": session_id})
        conn.execute(_SQL["reopen_cells"], {"session_id": session_id})
        conn.execute(_SQL["settle_session"], {"session_id": session_id})
    return launch(pool, client, session_id)
