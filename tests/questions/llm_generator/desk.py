"""A subtopic with content, a scripted model over real HTTP, and a workshop that asks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg_pool import ConnectionPool

from pygrounds_dagster.llm import BlockingLlm
from pygrounds_dagster.llm.fake import FakeLlm, Script, fake_llm, load_script
from pygrounds_dagster.questions.bank import StoredQuestion, stored_questions
from pygrounds_dagster.questions.generate import Author, Workshop
from pygrounds_dagster.questions.make import Report, make_questions
from pygrounds_dagster.questions.model import GameType
from pygrounds_dagster.questions.verify import verify_stored
from tests.llm.playing import endpoint_of
from tests.questions.shop import GOODS

LIMITS = {"coding": 4, "non_coding": 16}


@contextmanager
def workshop(
    pool: ConnectionPool, script: str | Script, share: float = 1.0, **endpoint: Any
) -> Iterator[tuple[Workshop, FakeLlm]]:
    """A workshop whose model plays a script."""
    played = load_script(script) if isinstance(script, str) else script
    with fake_llm(played) as fake, BlockingLlm(endpoint_of(fake, **endpoint), pool) as llm:
        yield Workshop(pool, LIMITS, author=Author(lambda: llm, "scripted", share), run_id="run"), fake


def fill(workshop: Workshop, games: Sequence[GameType], target: int = 1, key: str = GOODS) -> list[Report]:
    """Bring the cells of some game types of a subtopic to a target."""
    return [make_questions(workshop, game, [key], {}, target) for game in games]


def stored(pool: ConnectionPool, generator: str | None = None) -> list[StoredQuestion]:
    """What is in the bank, of one generator or of all."""
    with pool.connection() as conn:
        found = list(stored_questions(conn))
    return [one for one in found if generator in (None, one.generator)]


def wrong_ones(pool: ConnectionPool) -> list[Any]:
    """What does not hold when it is executed once more."""
    return verify_stored(pool, withdraw=False).defective


def drops(pool: ConnectionPool, generator: str = "llm") -> Counter[str]:
    """Reasons of dropped candidates as they are kept in the database."""
    with pool.connection() as conn:
        rows = conn.execute(
            "SELECT reason, sum(count)::int FROM generation_drop WHERE generator = %s GROUP BY reason",
            [generator],
        ).fetchall()
    return Counter(dict(rows))
