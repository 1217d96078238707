"""What the room keeps in the database: calls, answers, how endpoints take JSON.

Here: short transactions on a pool, to be called from a thread. Not here: deciding what to keep.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from pygrounds_dagster.llm.endpoint import Endpoint
from pygrounds_dagster.llm.ladder import Rung
from pygrounds_dagster.llm.model import Request, Usage
from pygrounds_dagster.store.queries import load_queries

_SQL = load_queries(__package__)


@dataclass(slots=True)
class Call:
    """One answer that is being asked for; its row is written when it has ended, however it ended.

    Attributes:
        request: what is asked.
        prompt_hash: key of the cache.
        started: on the monotonic clock.
        deadline: on the monotonic clock.
        outcome: a word of the table's list.
        attempts: requests sent.
        usage: tokens, when the endpoint said.
        seconds: how long it took.
        detail: what was wrong.
        answer: a whole and valid answer to keep, and the model that gave it.
    """

    request: Request
    prompt_hash: str
    started: float
    deadline: float
    outcome: str = "failed"
    attempts: int = 0
    usage: Usage | None = None
    seconds: float = 0.0
    detail: str = ""
    answer: tuple[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Spending:
    """Calls of one purpose, model and outcome, summed; ``cost_usd`` is None where no price is known."""

    purpose: str
    model: str
    outcome: str
    calls: int
    attempts: int
    input_tokens: int
    output_tokens: int
    cost_usd: Decimal | None
    seconds: float


def write_call(pool: ConnectionPool, endpoint: Endpoint, call: Call) -> None:
    """Add a row to the table of calls, and keep the answer if there is one, in one transaction."""
    price = endpoint.prices.get(endpoint.model)
    usage = call.usage
    row = {
        "purpose": call.request.purpose,
        "endpoint": endpoint.base_url,
        "model": endpoint.model,
        "prompt_version": call.request.prompt_version,
        "prompt_hash": call.prompt_hash,
        "outcome": call.outcome,
        "attempts": call.attempts,
        "input_tokens": usage and usage.input,
        "cached_tokens": usage and usage.cached,
        "output_tokens": usage and usage.output,
        "cost_usd": price.of(usage) if price and usage else None,
        "seconds": call.seconds,
        "detail": call.detail,
    }
    with pool.connection() as conn:
        if call.answer is not None:
            text, model = call.answer
            kept = {"prompt_hash": call.prompt_hash, "answer": text, "answered_by": model}
            conn.execute(_SQL["upsert_answer"], kept)
        conn.execute(_SQL["insert_call"], row)


def find_answer(pool: ConnectionPool, prompt_hash: str) -> tuple[str, str] | None:
    """An earlier answer and the model that gave it."""
    with pool.connection() as conn:
        return conn.execute(_SQL["select_answer"], {"prompt_hash": prompt_hash}).fetchone()


def find_rung(pool: ConnectionPool, endpoint: Endpoint) -> Rung | None:
    """How the endpoint can be asked for JSON, as far as known."""
    with pool.connection() as conn:
        values = {"endpoint": endpoint.base_url, "model": endpoint.model}
        row = conn.execute(_SQL["select_rung"], values).fetchone()
    return None if row is None else row[0]


def keep_rung(pool: ConnectionPool, endpoint: Endpoint, rung: Rung) -> None:
    """Remember how the endpoint can be asked for JSON."""
    with pool.connection() as conn:
        values = {"endpoint": endpoint.base_url, "model": endpoint.model, "rung": rung}
        conn.execute(_SQL["upsert_rung"], values)


def spending(pool: ConnectionPool, since: datetime) -> list[Spending]:
    """What models were asked and what it cost, since a moment."""
    with pool.connection() as conn, conn.cursor(row_factory=class_row(Spending)) as cursor:
        return cursor.execute(_SQL["select_spending"], {"since": since}).fetchall()
