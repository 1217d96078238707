"""The cells of a session as those see them who work for it: what they still miss, and how work at them went.

Here: short transactions that a run makes between its partitions. Not here: asking, following and cancelling
(``sessions``), the work (``make``).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from uuid import UUID

from psycopg import Connection
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.questions.model import DIFFICULTIES, GameType, Generator
from pygrounds_dagster.store.queries import load_queries

_POLL_SECONDS = 0.3
_SQL = load_queries(__package__)


def wanted_by(
    conn: Connection, session_id: UUID, game_type: GameType, keys: Sequence[str]
) -> dict[str, dict[Difficulty, int]]:
    """What a session still misses, by subtopic and difficulty; counted now."""
    values = {"session_id": session_id, "game_type": game_type, "keys": list(keys)}
    wanted: dict[str, dict[Difficulty, int]] = {}
    for key, difficulty, missing in conn.execute(_SQL["select_session_wants"], values):
        wanted.setdefault(key, {})[difficulty] = max(0, missing)
    return {
        key: {level: cells[level] for level in DIFFICULTIES if level in cells}
        for key, cells in wanted.items()
    }


def chosen_generators(conn: Connection, session_id: UUID) -> tuple[Generator, ...]:
    """The generators that a session asked for; none: any."""
    row = conn.execute(_SQL["select_session_generators"], {"session_id": session_id}).fetchone()
    return tuple(row[0] or ()) if row is not None else ()


def begin_cells(conn: Connection, session_id: UUID, game_type: GameType, key: str) -> None:
    """Work at a partition begins."""
    conn.execute(_SQL["begin_cells"], {"session_id": session_id, "game_type": game_type, "key": key})


def end_cells(
    conn: Connection,
    session_id: UUID,
    game_type: GameType,
    key: str,
    ended: Mapping[Difficulty, tuple[str, str]],
) -> None:
    """Work at a partition ended; and with its last one the session.

    Args:
        conn: its transaction is the caller's.
        session_id: the session.
        game_type: of the cells.
        key: partition key.
        ended: difficulty → state and reason.
    """
    for level, (state, reason) in ended.items():
        values = {"session_id": session_id, "game_type": game_type, "key": key, "difficulty": level}
        conn.execute(_SQL["end_cell"], {**values, "state": state, "reason": reason})
    conn.execute(_SQL["settle_session"], {"session_id": session_id})


def cancelled_watch(pool: ConnectionPool, session_id: UUID) -> Callable[[], bool]:
    """Whether a session was asked to stop, looked up a few times a second at most; threads may share it."""
    lock = threading.Lock()
    seen = (0.0, False)

    def look() -> bool:
        nonlocal seen
        if seen[1] or time.monotonic() - seen[0] < _POLL_SECONDS or not lock.acquire(blocking=False):
            return seen[1]
        try:
            with pool.connection() as conn:
                row = conn.execute(_SQL["select_session_cancelled"], {"session_id": session_id}).fetchone()
            seen = (time.monotonic(), row is None or bool(row[0]))
            return seen[1]
        finally:
            lock.release()

    return look
