"""What a model says well is stored like everything else: executed, with where it comes from."""

from __future__ import annotations

from pathlib import Path

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.questions.llm_generator.proposals import prompt_of
from pygrounds_dagster.questions.model import DIFFICULTIES, GAME_TYPES, GameType
from tests.questions.llm_generator.desk import drops, fill, stored, workshop, wrong_ones
from tests.questions.shop import GOODS, PRICES, stored_sources


@pytest.fixture(autouse=True)
def _shop(pool: ConnectionPool, tmp_path: Path) -> None:
    stored_sources(pool, tmp_path)


@pytest.mark.parametrize("game", GAME_TYPES)
def test_questions_of_every_game_type_are_stored_with_their_origin(
    pool: ConnectionPool, game: GameType
) -> None:
    with workshop(pool, "good") as (desk, _fake):
        fill(desk, [game])
    made = stored(pool, "llm")
    assert made, drops(pool)
    assert wrong_ones(pool) == []
    with pool.connection() as conn:
        own = {row[0] for row in conn.execute("SELECT chunk_id FROM chunk WHERE subtopic_key = %s", [GOODS])}
    for question in made:
        assert (question.model, question.run_id) == ("scripted", "run")
        assert question.prompt_version in {prompt_of(game, level).version for level in DIFFICULTIES}
        assert question.chunk_ids
        assert set(question.chunk_ids) <= own
        assert question.verification
        assert question.features
        assert question.seed
        assert question.subtopics[0] == GOODS


def test_placement_questions_name_the_other_topic(pool: ConnectionPool) -> None:
    with workshop(pool, "good") as (desk, _fake):
        fill(desk, ["pre_assessment"])
    assert {tuple(one.subtopics) for one in stored(pool, "llm")} == {(GOODS, PRICES)}
