"""The bank: proven questions, each once, with their history.

Here: storing, likeness to what is stored, states, counts. Not here: proving (``admission``), how many are
wanted (``generate``). A question is written in one transaction or not at all, so a killed writer leaves
nothing half done, and a repeated one finds its question there.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.rows import class_row
from psycopg.types.json import Jsonb

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.questions.bodies import Body, body_of
from pygrounds_dagster.questions.grounding import quoted
from pygrounds_dagster.questions.identity import Known, bands, near_duplicate, signature
from pygrounds_dagster.questions.model import Admitted, Drop, Funnel, GameType, Generator
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import fingerprint

State = Literal["live", "flagged", "withdrawn", "retired"]
Cell = tuple[str, GameType, Difficulty]

SERVED: tuple[State, ...] = ("live", "flagged")
_FROM: Mapping[State, tuple[State, ...]] = {
    "live": ("flagged",),
    "flagged": ("live",),
    "withdrawn": ("live", "flagged"),
    "retired": ("live", "flagged"),
}
_PAGE = 500
_SQL = load_queries(__package__)


class UnknownQuestionError(LookupError):
    """No question of that id is in a state that allows what is asked."""


@dataclass(frozen=True, slots=True)
class StoredQuestion:
    """A row of the bank; ``body`` holds the fields of its game type as plain data."""

    question_id: str
    game_type: GameType
    subtopic_key: str
    subtopics: list[str]
    difficulty: Difficulty
    features: dict[str, float]
    body: dict[str, Any]
    generator: str
    model: str
    prompt_version: str
    chunk_ids: list[str]
    problem_id: str | None
    seed: int
    verification: dict[str, Any]
    content_key: str
    state: State
    state_reason: str
    run_id: str
    created_at: datetime
    verified_at: datetime

    def fields(self) -> Body:
        """``body`` as a value of its game type."""
        return body_of(self.game_type, self.body)


def store_question(
    conn: Connection,
    admitted: Admitted,
    *,
    meaning: NDArray[np.float32] | None = None,
    session_id: UUID | None = None,
    run_id: str = "",
) -> str | Drop:
    """Store a proven question unless the bank has it, or one too much like it.

    Writers of one game type follow one another, so that of two alike only one is stored.

    Args:
        conn: its transaction is this function's.
        admitted: what admission let through.
        meaning: unit vector of ``identity.meaning_text``, shape (d,); None: wording is not compared.
        session_id: generation session that asked for it.
        run_id: Dagster run that made it.

    Returns:
        The new question's id, or why it was not stored.
    """
    game_type = admitted.candidate.game_type
    words = quoted(admitted.body)
    if words and not stands_in(conn, words, admitted.candidate.chunk_ids):
        return Drop("term_not_in_source", f"{words!r} does not stand in its chunks")
    minhash = signature(admitted.body)
    numbers, buckets = (list(column) for column in zip(*bands(minhash), strict=True))
    with conn.transaction():
        conn.execute(_SQL["lock_game_type"], {"game_type": game_type})
        keys = {"game_type": game_type, "bands": numbers, "buckets": buckets}
        rows = conn.execute(_SQL["select_suspects"], {**keys, "meaning": meaning}).fetchall()
        known = [Known(row[0], body_of(game_type, row[1]), _vector(row[2])) for row in rows]
        likeness = near_duplicate(admitted.body, known, vector=meaning)
        if likeness is not None:
            return Drop(f"near_duplicate_{likeness.by}", f"{likeness.value:.2f} like {likeness.question_id}")
        values = _values(admitted) | {"signature": list(minhash), "meaning": meaning}
        values |= {"session_id": session_id, "run_id": run_id}
        row = conn.execute(_SQL["insert_question"], values).fetchone()
        if row is None:
            return Drop("duplicate", "the same but for names and formatting")
        question_id = str(row[0])
        conn.execute(_SQL["insert_bands"], {**keys, "question_id": question_id})
        _event(conn, question_id, "made", "", run_id)
    return question_id


def stands_in(conn: Connection, words: str, chunk_ids: Sequence[str]) -> bool:
    """Whether one of some chunks holds words in this order, capitals and signs not counted."""
    values = {"words": words, "chunk_ids": list(chunk_ids)}
    row = conn.execute(_SQL["select_stands_in"], values).fetchone()
    return row is not None and bool(row[0])


def _vector(value: Any) -> NDArray[np.float32] | None:
    return None if value is None else np.asarray(value.to_numpy(), np.float32)


def _values(admitted: Admitted) -> dict[str, Any]:
    candidate = admitted.candidate
    return {
        "game_type": candidate.game_type,
        "subtopic_key": candidate.subtopics[0],
        "subtopics": list(candidate.subtopics),
        "difficulty": admitted.difficulty,
        "features": Jsonb(dict(admitted.features)),
        "body": Jsonb(admitted.body.model_dump(mode="json")),
        "generator": candidate.generator,
        "model": candidate.model,
        "prompt_version": candidate.prompt_version,
        "chunk_ids": list(candidate.chunk_ids),
        "problem_id": candidate.problem_id,
        "seed": candidate.seed,
        "verification": Jsonb(dict(admitted.verification)),
        "content_key": admitted.content_key,
    }


def change_state(conn: Connection, question_id: str, state: State, reason: str, run_id: str = "") -> Cell:
    """Flag, withdraw, retire or restore a question, and remember it.

    Returns:
        The cell that it is in.

    Raises:
        UnknownQuestionError: no such question, or it is not in a state from which this may be.
        ValueError: no reason is given.
    """
    if not reason.strip():
        raise ValueError("give a reason: it is what the author reads")
    values = {"question_id": question_id, "state": state, "reason": reason, "allowed": list(_FROM[state])}
    with conn.transaction():
        row = conn.execute(_SQL["update_state"], values).fetchone()
        if row is None:
            allowed = " or ".join(_FROM[state])
            raise UnknownQuestionError(f"there is no {allowed} question {question_id}")
        _event(conn, question_id, state, reason, run_id)
    return row[0], row[1], row[2]


def retire_changed(conn: Connection, key: str, game_type: GameType, run_id: str = "") -> int:
    """Retire a partition's questions whose source text is gone; returns how many."""
    with conn.transaction():
        rows = conn.execute(_SQL["retire_changed"], {"key": key, "game_type": game_type}).fetchall()
        for (question_id,) in rows:
            _event(conn, str(question_id), "retired", "the text it was made from has changed", run_id)
    return len(rows)


def remember_verified(conn: Connection, question_ids: Sequence[str]) -> None:
    """Note that questions held when they were executed again."""
    conn.execute(_SQL["update_verified"], {"question_ids": list(question_ids)})


def stored_questions(
    conn: Connection,
    *,
    states: Collection[State] = SERVED,
    keys: Collection[str] | None = None,
    game_types: Collection[str] | None = None,
) -> Iterator[StoredQuestion]:
    """Questions in the order in which they were made, read page by page."""
    after: str | None = None
    while True:
        values = {
            "states": list(states),
            "after": after,
            "keys": None if keys is None else list(keys),
            "game_types": None if game_types is None else list(game_types),
            "limit": _PAGE,
        }
        with conn.cursor(row_factory=class_row(StoredQuestion)) as cursor:
            page = cursor.execute(_SQL["select_stored"], values).fetchall()
        yield from page
        if len(page) < _PAGE:
            return
        after = page[-1].question_id


@dataclass(frozen=True, slots=True)
class Event:
    """One line of a question's history: made, flagged, live again, withdrawn or retired, and why."""

    happened_at: datetime
    event: str
    reason: str
    run_id: str


def find_question(conn: Connection, question_id: str) -> StoredQuestion:
    """A question, whatever became of it.

    Raises:
        UnknownQuestionError: there is none of this id.
    """
    with conn.cursor(row_factory=class_row(StoredQuestion)) as cursor:
        found = cursor.execute(_SQL["select_question"], {"question_id": question_id}).fetchone()
    if found is None:
        raise UnknownQuestionError(f"there is no question {question_id}")
    return found


def history(conn: Connection, question_id: str) -> list[Event]:
    """What happened to a question, in order."""
    with conn.cursor(row_factory=class_row(Event)) as cursor:
        return cursor.execute(_SQL["select_history"], {"question_id": question_id}).fetchall()


def count_cells(conn: Connection, keys: Collection[str] | None = None) -> dict[Cell, int]:
    """How many questions are served of each subtopic × game type × difficulty; empty cells are missing."""
    values = {"keys": None if keys is None else list(keys)}
    return {(row[0], row[1], row[2]): row[3] for row in conn.execute(_SQL["count_cells"], values)}


def known_keys(conn: Connection, game_type: GameType) -> frozenset[str]:
    """Content keys that need not be made again: of what is served, and of what was withdrawn as wrong."""
    rows = conn.execute(_SQL["select_known_keys"], {"game_type": game_type}).fetchall()
    return frozenset(row[0] for row in rows)


def bank_versions(conn: Connection, keys: Collection[str], game_type: GameType) -> dict[str, str]:
    """What is served of a game type, as one hash a subtopic: the data version of its partition."""
    values = {"keys": list(keys), "game_type": game_type}
    found: dict[str, list[str]] = {key: [] for key in keys}
    for key, content in conn.execute(_SQL["select_bank_contents"], values):
        found[key].append(content)
    return {key: fingerprint(*contents) for key, contents in found.items()}


def remember_work(
    conn: Connection,
    drops: Mapping[tuple[Generator, Difficulty | None], Funnel],
    seconds: Mapping[Difficulty, float],
    *,
    key: str,
    game_type: GameType,
    run_id: str,
    session_id: UUID | None = None,
) -> None:
    """Write drops, one row for each reason, and the seconds that a session's cells took, on top of others.

    Args:
        conn: its transaction is this function's.
        drops: by generator and the difficulty that it meant.
        seconds: of work, by difficulty.
        key: partition key.
        game_type: of the candidates.
        run_id: Dagster run.
        session_id: generation session that asked.
    """
    common = {"run_id": run_id, "session_id": session_id, "game_type": game_type, "subtopic_key": key}
    with conn.transaction():
        for (generator, level), funnel in drops.items():
            for reason, count in funnel.dropped.items():
                example = funnel.examples.get(reason, "")
                values = {"generator": generator, "difficulty": level or "", "reason": reason}
                conn.execute(_SQL["insert_drop"], {**common, **values, "count": count, "example": example})
        for level, spent in seconds.items() if session_id is not None else ():
            conn.execute(_SQL["add_cell_seconds"], {**common, "difficulty": level, "seconds": spent})


def drops_by_reason(conn: Connection, game_type: GameType | None = None) -> dict[str, int]:
    """Dropped candidates of all runs, most frequent reason first."""
    rows = conn.execute(_SQL["select_drops"], {"game_type": game_type}).fetchall()
    return {reason: count for reason, count, _ in rows}


def _event(conn: Connection, question_id: str, event: str, reason: str, run_id: str) -> None:
    values = {"question_id": question_id, "event": event, "reason": reason, "run_id": run_id}
    conn.execute(_SQL["insert_event"], values)
