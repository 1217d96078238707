"""Whatever a model says, nothing wrong is stored, no partition fails, and templates fill the cells."""

from __future__ import annotations

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.questions.model import GameType
from tests.questions.llm_generator.desk import (
    drops,
    fill,
    store_curriculum,
    stored,
    workshop,
    wrong_ones,
)

GAMES: tuple[GameType, ...] = ("hangman", "word", "output_prediction")

BAD = {
    "malformed": {"model_invalid"},
    "wrong_code": {"sample_wrong", "wrong_output", "not_in_material"},
    "wrong_tests": {"sample_wrong", "wrong_output", "clue_not_in_quote"},
    "flattery": {"flattery"},
    "leak": {"model_invalid"},
    "leak_in_fields": {"prompt_leak"},
    "hostile": {"not_deterministic", "unpredictable", "not_in_material"},
    "cut": {"model_cut"},
    "broken": {"model_unavailable"},
    "too_long": {"model_cut"},
    "storm": {"model_unavailable"},
}
"""Script → reasons for which its answers are dropped; none of it is ever stored."""


@pytest.fixture(autouse=True)
def _curriculum(pool: ConnectionPool) -> None:
    store_curriculum(pool)


@pytest.mark.parametrize("script", BAD)
def test_nothing_of_a_bad_model_is_stored_and_templates_fill_the_cells(
    pool: ConnectionPool, script: str
) -> None:
    with workshop(pool, script, attempts=2) as (desk, _fake):
        done = fill(pool, desk, GAMES, easy=1)
    assert [(cell.made, cell.state) for cell in done.cells] == [(1, "done")] * len(GAMES)
    assert BAD[script] <= drops(pool).keys() <= BAD[script] | {"model_left"}
    assert {one.generator for one in stored(pool)} == {"template"}
    assert wrong_ones(pool) == []


@pytest.mark.parametrize("script", ["malformed_once", "slow", "rate_limited", "passing_storm"])
def test_what_is_right_of_a_difficult_model_is_stored(pool: ConnectionPool, script: str) -> None:
    with workshop(pool, script) as (desk, _fake):
        done = fill(pool, desk, GAMES, easy=1)
    assert done.made == len(GAMES)
    assert {one.game_type for one in stored(pool, "llm")} == set(GAMES)
    assert wrong_ones(pool) == []


def test_a_model_that_repeats_itself_is_stored_once(pool: ConnectionPool) -> None:
    with workshop(pool, "duplicates") as (desk, _fake):
        fill(pool, desk, ["hangman"], ["llm"], easy=2, medium=2)
    assert len(stored(pool, "llm")) == 1
    assert drops(pool)["duplicate"] > 0
