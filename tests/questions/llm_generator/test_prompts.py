"""Prompts and forms: one prompt for each game type and difficulty, and forms that every endpoint enforces."""

from __future__ import annotations

import json

import pytest

from pygrounds_dagster.llm.ladder import schema_of
from pygrounds_dagster.questions.llm_generator.forms import FORMS
from pygrounds_dagster.questions.llm_generator.proposals import prompt_of
from pygrounds_dagster.questions.model import DIFFICULTIES, GAME_TYPES, GameType, asset_name

OUTSIDE_THE_STRICT_SUBSET = {"prefixItems", "minLength", "maxLength", "patternProperties", "allOf", "default"}


@pytest.mark.parametrize("game", GAME_TYPES)
def test_every_difficulty_of_a_game_type_has_a_prompt_of_its_own(game: GameType) -> None:
    prompts = {level: prompt_of(game, level) for level in DIFFICULTIES}
    assert len({prompt.version for prompt in prompts.values()}) == len(DIFFICULTIES)
    for level, prompt in prompts.items():
        system, user = prompt.fill(title="T", objectives="- o", material="M $x").messages
        assert prompt.purpose == asset_name(game)
        assert f"Difficulty: {level}. " in system.content
        assert f"game type: {game}\ndifficulty: {level}\n" in user.content
        assert "M $x" in user.content
        assert "@include" not in system.content + user.content


@pytest.mark.parametrize("game", GAME_TYPES)
def test_forms_are_in_the_subset_that_endpoints_enforce(game: GameType) -> None:
    schema = schema_of(FORMS[game])
    words = set(json.dumps(schema).replace('"', " ").replace(":", " ").split())
    assert not words & OUTSIDE_THE_STRICT_SUBSET
    assert schema["additionalProperties"] is False
    assert set(schema["required"]) == set(schema["properties"]) == set(FORMS[game].model_fields)
