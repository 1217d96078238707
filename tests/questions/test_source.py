"""What generators are given of a subtopic is what its text says, and what lies near it."""

from __future__ import annotations

from pathlib import Path

from psycopg_pool import ConnectionPool

from pygrounds_dagster.questions.source import load_sources
from tests.questions.shop import GOODS, PRICES, stored_sources


def test_glossaries_are_terms_with_whole_definitions(pool: ConnectionPool, tmp_path: Path) -> None:
    goods = stored_sources(pool, tmp_path)[GOODS]
    assert [entry.term for entry in goods.terms] == ["bundle", "shelf", "ware", "opening hours", "run"]
    assert goods.terms[0].definition == "some things that are sold together as one"
    assert {entry.subtopic_key for entry in goods.terms} == {GOODS}


def test_programs_come_with_the_output_that_the_text_shows(pool: ConnectionPool, tmp_path: Path) -> None:
    prices = stored_sources(pool, tmp_path)[PRICES]
    shown = {chunk.code.split("\n", 1)[0]: chunk.expected_output for chunk in prices.code}
    assert shown["def total(prices):"] == "11"
    assert shown['price = "4"'].startswith("TypeError:")


def test_elsewhere_is_what_a_subtopic_rests_on_in_other_topics(pool: ConnectionPool, tmp_path: Path) -> None:
    sources = stored_sources(pool, tmp_path)
    assert sources[PRICES].elsewhere == (GOODS,)
    assert {entry.term for entry in sources[PRICES].elsewhere_terms} >= {"bundle", "shelf"}
    assert all(chunk.subtopic_key == GOODS for chunk in sources[PRICES].elsewhere_code)


def test_what_rests_on_nothing_is_given_topics_of_its_zone(pool: ConnectionPool, tmp_path: Path) -> None:
    goods = stored_sources(pool, tmp_path)[GOODS]
    assert goods.related == ()
    assert goods.elsewhere == (PRICES,)


def test_keys_that_are_not_live_are_left_out(pool: ConnectionPool, tmp_path: Path) -> None:
    stored_sources(pool, tmp_path)
    with pool.connection() as conn:
        assert list(load_sources(conn, [GOODS, "base.first.none"], {})) == [GOODS]
