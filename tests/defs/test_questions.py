"""Questions as assets: filled, shown, checked, made up for when they are doubted."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import dagster as dg
import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.definitions import defs as load
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.instance.local_run import execute, failures, tallies
from pygrounds_dagster.questions import make
from pygrounds_dagster.questions.bank import change_state, stored_questions
from pygrounds_dagster.questions.model import FAMILY, asset_name
from pygrounds_dagster.questions.sessions import SESSION_TAG, GenerationRequest, create, progress
from pygrounds_dagster.runs.ranges import range_tags
from tests.questions.sums import GAME, add_subtopics, sums

ASSET = asset_name(GAME)


@pytest.fixture
def keys(
    instance: dg.DagsterInstance, pool: ConnectionPool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> list[str]:
    """Two subtopics, and a generator of one game type."""
    monkeypatch.setenv("PYGROUNDS_QUESTION_TARGET", "2")
    monkeypatch.setattr(make, "TEMPLATES", {GAME: sums})
    (tmp_path / "content").mkdir()
    added = add_subtopics(pool, 2)
    instance.add_dynamic_partitions("subtopic", added)
    return added


def run(instance: dg.DagsterInstance, keys: list[str], **tags: str) -> dg.DagsterRun:
    return execute(instance, [ASSET], range_tags(keys) | {f"pygrounds/{k}": v for k, v in tags.items()})


def latest(instance: dg.DagsterInstance, asset: str, key: str | None = None) -> dict[str, object]:
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[key] if key else None)
    event = instance.fetch_materializations(wanted, limit=1).records[0].asset_materialization
    assert event is not None
    return {name: value.value for name, value in event.metadata.items()}


def checks(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dict[str, bool]:
    entries = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.get_dagster_event().asset_check_evaluation_data for entry in entries]
    return {evaluation.check_name: evaluation.passed for evaluation in found}


def test_partitions_are_filled_shown_and_checked(
    instance: dg.DagsterInstance, keys: list[str], installation: Path
) -> None:
    first = run(instance, keys)
    assert first.is_success, failures(instance, first.run_id)
    assert checks(instance, first) == {"stored_questions_hold": True, "no_duplicates": True}
    shown = latest(instance, ASSET, keys[0])
    assert shown["live"] == shown["stored"]
    assert shown["live"] >= 4
    assert "````python" in str(shown["samples"])
    assert "data:image/png;base64," in str(shown["funnel"])

    again = run(instance, keys)
    assert tallies(instance, again.run_id)[ASSET] == {"unchanged": 2}

    reports = execute(instance, ["question_coverage", "question_export"], {})
    assert reports.is_success, failures(instance, reports.run_id)
    covered = latest(instance, "question_coverage")
    assert covered["questions"] == sum(latest(instance, ASSET, key)["live"] for key in keys)
    assert "data:image/png;base64," in str(covered["heat_map"])
    assert "never made" in str(covered["gaps"])
    assert latest(instance, "question_export")["dagster/row_count"] == covered["questions"]
    assert (installation / f"exports/questions/toy/{GAME}.parquet").is_file()


def test_a_run_of_a_session_makes_what_the_session_asks(
    instance: dg.DagsterInstance, keys: list[str], pool: ConnectionPool
) -> None:
    request = GenerationRequest(game_types=(GAME,), counts={"easy": 3}, subtopics=(keys[1],))
    session = create(pool, request)
    done = run(instance, keys, **{SESSION_TAG.partition("/")[2]: str(session)})
    assert done.is_success, failures(instance, done.run_id)
    now = progress(pool, session)
    assert (now.session.state, now.made) == ("done", 3)
    assert latest(instance, ASSET, keys[0])["live"] == 0
    assert latest(instance, ASSET, keys[1])["live"] == 3


def test_a_stored_question_that_does_not_hold_is_withdrawn_and_stops_the_run(
    instance: dg.DagsterInstance, keys: list[str], pool: ConnectionPool
) -> None:
    run(instance, keys)
    with pool.connection() as conn:
        victim = next(stored_questions(conn)).question_id
        conn.execute(
            'UPDATE question SET body = body || \'{"expected_output": "never"}\' WHERE question_id = %s',
            [victim],
        )
    second = run(instance, keys)
    assert second.status == dg.DagsterRunStatus.FAILURE
    assert checks(instance, second) == {"stored_questions_hold": False, "no_duplicates": True}
    with pool.connection() as conn:
        assert [one.question_id for one in stored_questions(conn, states=["withdrawn"])] == [victim]
    third = run(instance, keys)
    assert third.is_success
    assert tallies(instance, third.run_id)[ASSET] == {"unchanged": 1, "written": 1}


def test_doubted_questions_have_their_partition_run_again(
    instance: dg.DagsterInstance, keys: list[str], pool: ConnectionPool
) -> None:
    run(instance, keys)
    nothing = watch(instance, None)
    assert isinstance(nothing, dg.SkipReason)
    with pool.connection() as conn:
        doubted = next(stored_questions(conn, keys=[keys[1]]))
        change_state(conn, doubted.question_id, "flagged", "unclear")
    told = watch(instance, None)
    assert isinstance(told, dg.SensorResult)
    (request,) = told.run_requests or ()
    assert request.asset_selection == [dg.AssetKey(ASSET)]
    assert range_tags([keys[1]]).items() <= request.tags.items()
    assert isinstance(watch(instance, told.cursor), dg.SkipReason)


def watch(instance: dg.DagsterInstance, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    definitions = load()
    context = dg.build_sensor_context(
        instance, cursor=cursor, resources={"platform": Platform()}, definitions=definitions
    )
    result = definitions.resolve_sensor_def("question_watcher")(context)
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


def test_every_night_each_game_type_has_a_run_of_its_own(
    instance: dg.DagsterInstance, keys: list[str]
) -> None:
    schedule = load().resolve_schedule_def("nightly_questions")
    moment = datetime(2030, 1, 1, 5, tzinfo=UTC)
    data = schedule.evaluate_tick(dg.build_schedule_context(instance, moment))
    asked = [request.asset_selection for request in data.run_requests]
    assert asked == [[dg.AssetKey(asset_name(game))] for game in FAMILY]


def test_changed_text_is_followed_only_where_there_are_questions(
    instance: dg.DagsterInstance, keys: list[str]
) -> None:
    def tick(cursor: object) -> dg.EvaluateAutomationConditionsResult:
        selection = dg.AssetSelection.assets(ASSET)
        return dg.evaluate_automation_conditions(load(), instance, asset_selection=selection, cursor=cursor)

    def store(asset: str, key: str, version: str) -> None:
        event = dg.AssetMaterialization(asset, partition=key, tags={"dagster/data_version": version})
        instance.report_runless_asset_event(event)

    for key in keys:
        store("semantic_rankings", key, "1")
    store(ASSET, keys[0], "1")
    seen = tick(None)
    for key in keys:
        store("semantic_rankings", key, "2")
    asked = tick(seen.cursor)
    assert asked.get_requested_partitions(dg.AssetKey(ASSET)) == {keys[0]}
