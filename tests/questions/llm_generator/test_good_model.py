"""What a model says well is stored like everything else: executed, with where it comes from."""

from __future__ import annotations

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.questions.llm_generator.proposals import prompt_of
from pygrounds_dagster.questions.model import DIFFICULTIES, GAME_TYPES, GameType
from tests.questions.llm_generator.desk import (
    LISTS,
    LOOPS,
    drops,
    fill,
    store_curriculum,
    stored,
    workshop,
    wrong_ones,
)


@pytest.fixture(autouse=True)
def _curriculum(pool: ConnectionPool) -> None:
    store_curriculum(pool)


@pytest.mark.parametrize("game", GAME_TYPES)
def test_questions_of_every_game_type_are_stored_with_their_origin(
    pool: ConnectionPool, game: GameType
) -> None:
    with workshop(pool, "good") as (desk, _fake):
        fill(pool, desk, [game], ["llm"], easy=1, medium=1, hard=1)
    made = stored(pool, "llm")
    assert made, drops(pool)
    assert wrong_ones(pool) == []
    with pool.connection() as conn:
        own = {row[0] for row in conn.execute("SELECT chunk_id FROM chunk WHERE subtopic_key = %s", [LISTS])}
    for question in made:
        assert (question.model, question.run_id) == ("scripted", "run")
        assert question.prompt_version in {prompt_of(game, level).version for level in DIFFICULTIES}
        assert question.chunk_ids
        assert set(question.chunk_ids) <= own
        assert question.verification
        assert question.features
        assert question.seed
        assert question.subtopics[0] == LISTS


def test_placement_questions_name_the_other_topic(pool: ConnectionPool) -> None:
    with workshop(pool, "good") as (desk, _fake):
        fill(pool, desk, ["pre_assessment"], ["llm"], easy=1)
    assert {tuple(one.subtopics) for one in stored(pool, "llm")} == {(LISTS, LOOPS)}
