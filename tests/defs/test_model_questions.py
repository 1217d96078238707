"""A run whose settings name a model stores what it says, with the few connections that a run has."""

from __future__ import annotations

from itertools import islice
from pathlib import Path

import dagster as dg
import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.instance.local_run import execute, failures
from pygrounds_dagster.llm.fake import fake_llm, load_script
from pygrounds_dagster.questions import make
from pygrounds_dagster.questions.bank import stored_questions
from pygrounds_dagster.questions.model import asset_name
from pygrounds_dagster.runs.ranges import range_tags
from tests.questions.sums import GAME, add_subtopics, sums

ASSET = asset_name(GAME)


@pytest.fixture
def keys(
    instance: dg.DagsterInstance, pool: ConnectionPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Two subtopics, a template of one game type, and a target of one question."""
    monkeypatch.setenv("PYGROUNDS_QUESTION_TARGET", "1")
    monkeypatch.setattr(make, "TEMPLATES", {GAME: sums})
    (tmp_path / "content").mkdir()
    added = add_subtopics(pool, 2)
    instance.add_dynamic_partitions("subtopic", added)
    return added


def gaps(instance: dg.DagsterInstance, key: str) -> str:
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(ASSET), asset_partitions=[key])
    event = instance.fetch_materializations(wanted, limit=1).records[0].asset_materialization
    assert event is not None
    return str(event.metadata["gaps"].value) if "gaps" in event.metadata else ""


def test_the_model_of_the_settings_writes_questions_in_a_run(
    instance: dg.DagsterInstance, keys: list[str], pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fake_llm(load_script("good")) as fake:
        monkeypatch.setenv("PYGROUNDS_LLM_BASE_URL", fake.url)
        monkeypatch.setenv("PYGROUNDS_LLM_MODEL", "scripted")
        monkeypatch.setenv("PYGROUNDS_LLM_API_KEY", "any")
        done = execute(instance, [ASSET], range_tags(keys))
    assert done.is_success, failures(instance, done.run_id)
    with pool.connection() as conn:
        made = [one for one in stored_questions(conn) if one.generator == "llm"]
        purposes = conn.execute("SELECT DISTINCT purpose, outcome FROM llm_call").fetchall()
    assert made
    assert {(one.model, one.run_id) for one in made} == {("scripted", done.run_id)}
    assert (ASSET, "answered") in purposes


def test_half_a_configuration_is_told_and_templates_go_on(
    instance: dg.DagsterInstance, keys: list[str], pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYGROUNDS_LLM_MODEL", "scripted")
    monkeypatch.setattr(make, "TEMPLATES", {GAME: lambda source, seed: islice(sums(source, seed), 1)})
    done = execute(instance, [ASSET], range_tags(keys[:1]))
    assert done.is_success, failures(instance, done.run_id)
    assert "set PYGROUNDS_LLM_BASE_URL and PYGROUNDS_LLM_API_KEY" in gaps(instance, keys[0])
    with pool.connection() as conn:
        assert [one.generator for one in stored_questions(conn)][:1] == ["template"]
