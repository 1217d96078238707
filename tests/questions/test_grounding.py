"""Questions about words are stored only if their source says what they claim."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.bank import store_question
from pygrounds_dagster.questions.bodies import Body, PreAssessmentBody, WordBody
from pygrounds_dagster.questions.grounding import quoted
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop
from tests.questions.shop import GOODS, PRICES, stored_sources

MEANING = "some things that are sold together as one"


def word(term: str) -> WordBody:
    return WordBody(clue="Something that is found in every shop.", answer=term.upper(), term=term)


def choice(term: str, meaning: str) -> PreAssessmentBody:
    return PreAssessmentBody(
        question_text=f"Which term means: {meaning}?",
        options=(term, "something", "another", "whatever"),
        correct_option=0,
        explanation="The glossary says just that.",
    )


@pytest.fixture
def chunks(pool: ConnectionPool, tmp_path: Path) -> dict[str, str]:
    """Term → chunk of its glossary."""
    sources = stored_sources(pool, tmp_path)
    return {entry.term: entry.chunk_id for source in sources.values() for entry in source.terms}


def store(pool: ConnectionPool, body: Body, *chunk_ids: str) -> str | Drop:
    admitted = admit(Candidate(body, (GOODS, PRICES), chunk_ids=chunk_ids, taught="beginner"))
    assert isinstance(admitted, Admitted), admitted
    with pool.connection() as conn:
        return store_question(conn, admitted)


@pytest.mark.parametrize("body", [word("ware"), choice("bundle", MEANING), choice("Bundle", MEANING.upper())])
def test_what_stands_in_the_source_is_stored(
    pool: ConnectionPool, chunks: dict[str, str], body: Body
) -> None:
    assert isinstance(store(pool, body, chunks["bundle"]), str)


@pytest.mark.parametrize(
    "body",
    [
        word("wares"),
        word("open"),
        choice("shelf", MEANING),
        choice("bundle", "some things that are sold apart"),
        choice("refund", "to give the money back to the buyer"),
    ],
)
def test_what_does_not_is_dropped(pool: ConnectionPool, chunks: dict[str, str], body: Body) -> None:
    told = store(pool, body, chunks["bundle"])
    assert isinstance(told, Drop)
    assert told.reason == "term_not_in_source"


def test_only_the_chunks_that_a_question_names_count(pool: ConnectionPool, chunks: dict[str, str]) -> None:
    assert isinstance(store(pool, word("refund"), chunks["bundle"]), Drop)
    assert isinstance(store(pool, word("refund")), Drop)
    assert isinstance(store(pool, word("refund"), chunks["bundle"], chunks["refund"]), str)


def test_a_chunk_that_is_gone_says_nothing(pool: ConnectionPool, chunks: dict[str, str]) -> None:
    with pool.connection() as conn:
        conn.execute("UPDATE chunk SET retired_at = now() WHERE chunk_id = %s", [chunks["ware"]])
    assert isinstance(store(pool, word("ware"), chunks["ware"]), Drop)


def test_what_was_executed_quotes_nothing() -> None:
    executed = PreAssessmentBody(
        question_text="What does this program print?",
        code="print(2 + 3)",
        options=("5", "6", "23", "7"),
        correct_option=0,
        explanation="The sum of 2 and 3 is 5.",
    )
    assert not quoted(executed)
