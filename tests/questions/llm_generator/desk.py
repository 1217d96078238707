"""A shipped subtopic, a scripted model over real HTTP, and a workshop that asks it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.chunk_rows import sync_chunks
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.documents import sync_documents
from pygrounds_dagster.curriculum.register import register_content
from pygrounds_dagster.llm import BlockingLlm
from pygrounds_dagster.llm.fake import FakeLlm, Script, fake_llm, load_script
from pygrounds_dagster.questions.bank import StoredQuestion, stored_questions
from pygrounds_dagster.questions.generate import Author, Workshop
from pygrounds_dagster.questions.make import make_questions
from pygrounds_dagster.questions.model import GameType, Generator
from pygrounds_dagster.questions.sessions import GenerationRequest, SessionProgress, create, progress
from pygrounds_dagster.questions.verify import verify_stored
from pygrounds_dagster.settings import PROJECT_ROOT
from tests.llm.playing import endpoint_of
from tests.questions.shop import Words

LISTS, LOOPS = "beginner.collections.lists", "beginner.control_flow.for_loops"
LIMITS = {"coding": 4, "non_coding": 16}


def store_curriculum(pool: ConnectionPool) -> None:
    """The shipped curriculum, with the text of two subtopics: lists rest on loops, which is another topic."""
    content = load_content([PROJECT_ROOT / "content"])
    register_content(pool, content)
    sync_documents(pool, content, [LISTS, LOOPS])
    sync_chunks(pool, [LISTS, LOOPS], Words())


@contextmanager
def workshop(
    pool: ConnectionPool, script: str | Script, share: float = 1.0, **endpoint: Any
) -> Iterator[tuple[Workshop, FakeLlm]]:
    """A workshop whose model plays a script."""
    played = load_script(script) if isinstance(script, str) else script
    with fake_llm(played) as fake, BlockingLlm(endpoint_of(fake, **endpoint), pool) as llm:
        yield Workshop(pool, LIMITS, author=Author(lambda: llm, "scripted", share), run_id="run"), fake


def fill(
    pool: ConnectionPool,
    workshop: Workshop,
    games: Sequence[GameType],
    generators: Sequence[Generator] = (),
    **counts: int,
) -> SessionProgress:
    """Ask for so many questions of some game types about lists, and make them; returns what became of it."""
    asked = {"game_types": games, "generators": generators, "counts": counts, "subtopics": [LISTS]}
    session = create(pool, GenerationRequest.model_validate(asked))
    for game in games:
        (outcome,) = make_questions(replace(workshop, session_id=session), game, [LISTS], {}, 0).outcomes
        assert outcome.status == "done", outcome.error
    return progress(pool, session)


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
