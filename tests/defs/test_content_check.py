"""The content check as an asset: a page that shows something false fails alone, and is told in full."""

from __future__ import annotations

from pathlib import Path

import dagster as dg
import pytest

from pygrounds_dagster.defs import curriculum_assets
from pygrounds_dagster.instance.local_run import execute, failures, tallies
from pygrounds_dagster.runs.ranges import range_tags
from tests.authoring.pages import write_page

KEYS = ["play.ball.goals", "play.ball.passes"]
ASSET = dg.AssetKey("content_check")
WRONG = {"print(0 + 0)\n```\n```output\n0": "print(0 + 0)\n```\n```output\n1"}
BROKEN = {"# Passes\n": "# Passes\n\n[nowhere](play.ball.throws)\n"}
PREREQUISITES = "[play.ball.goals]"


@pytest.fixture
def content(installation: Path, tmp_path: Path) -> Path:
    root = tmp_path / "content"
    write_page(root)
    write_page(root, "passes", order=20, prerequisites=PREREQUISITES)
    return root


def check(instance: dg.DagsterInstance) -> dg.DagsterRun:
    registered = execute(instance, ["curriculum"], {})
    assert registered.is_success, failures(instance, registered.run_id)
    return execute(instance, ["content_check"], range_tags(KEYS))


def checks(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dict[str, dg.AssetCheckEvaluation]:
    entries = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.get_dagster_event().asset_check_evaluation_data for entry in entries]
    return {evaluation.check_name: evaluation for evaluation in found}


def records(value: dg.MetadataValue) -> list[dict[str, object]]:
    assert isinstance(value, dg.TableMetadataValue)
    return [dict(record.data) for record in value.records]


def latest(instance: dg.DagsterInstance, key: str) -> dg.AssetMaterialization:
    wanted = dg.AssetRecordsFilter(asset_key=ASSET, asset_partitions=[key])
    event = instance.fetch_materializations(wanted, limit=1).records[0].asset_materialization
    assert event is not None
    return event


def test_good_pages_are_shown_with_their_measures_and_programs(
    instance: dg.DagsterInstance, content: Path
) -> None:
    run = check(instance)
    assert run.is_success, failures(instance, run.run_id)
    shown = latest(instance, KEYS[0]).metadata
    assert (shown["programs"].value, shown["errors"].value, shown["memo"].value) == (7, 0, "written")
    assert shown["nearest_key"].value == KEYS[1]
    assert [record["ended"] for record in records(shown["runs"])][-2:] == ["TypeError", "NameError"]
    assert {record["rule"] for record in records(shown["findings"])} == {"length", "neighbour"}
    found = checks(instance, run)
    assert {name: evaluation.passed for name, evaluation in found.items()} == {
        "programs_do_as_shown": True,
        "pages_are_sound": True,
        "pages_are_complete": False,
    }
    assert found["pages_are_complete"].severity == dg.AssetCheckSeverity.WARN
    assert KEYS[1] in str(found["pages_are_complete"].metadata["measures"].value)
    assert tallies(instance, check(instance).run_id)["content_check"] == {"unchanged": 2}


def curriculum(instance: dg.DagsterInstance) -> dict[str, object]:
    event = instance.get_latest_materialization_event(dg.AssetKey("curriculum"))
    assert event is not None
    assert event.asset_materialization is not None
    return {name: value.value for name, value in event.asset_materialization.metadata.items()}


def test_the_curriculum_shows_what_is_needed_before_what(
    instance: dg.DagsterInstance, content: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert execute(instance, ["curriculum"], {}).is_success
    first = curriculum(instance)
    assert str(first["prerequisites"]).startswith("![2 subtopics in 2 rows")
    assert "data:image/png;base64," in str(first["prerequisites"])

    drawn: list[str] = []
    draw = curriculum_assets.draw
    monkeypatch.setattr(curriculum_assets, "draw", lambda *told: drawn.append("") or draw(*told))
    assert execute(instance, ["curriculum"], {}).is_success
    assert (curriculum(instance)["prerequisites"], drawn) == (first["prerequisites"], [])
    write_page(content, "throws", order=30, prerequisites=PREREQUISITES)
    assert execute(instance, ["curriculum"], {}).is_success
    assert len(drawn) == 1
    assert curriculum(instance)["prerequisites_graph"] != first["prerequisites_graph"]


def test_a_wrong_output_fails_its_page_alone_and_is_told(instance: dg.DagsterInstance, content: Path) -> None:
    write_page(content, changes=WRONG)
    run = check(instance)
    assert run.status == dg.DagsterRunStatus.FAILURE
    why = failures(instance, run.run_id)["content_check"]
    assert why.keys() == {KEYS[0]}
    assert "subtopic.md:" in why[KEYS[0]]
    assert "prints '0' where '1' is shown" in why[KEYS[0]]
    assert instance.get_materialized_partitions(ASSET) == {KEYS[1]}
    evaluation = checks(instance, run)["programs_do_as_shown"]
    assert not evaluation.passed
    assert evaluation.severity == dg.AssetCheckSeverity.ERROR
    assert KEYS[0] in (evaluation.description or "")
    (entry,) = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_OBSERVATION)
    observation = entry.asset_observation
    assert observation is not None
    assert observation.partition == KEYS[0]
    assert "output" in {record["rule"] for record in records(observation.metadata["findings"])}

    write_page(content)
    mended = check(instance)
    assert mended.is_success, failures(instance, mended.run_id)
    assert checks(instance, mended)["programs_do_as_shown"].passed


def test_a_broken_link_is_another_check_than_a_wrong_output(
    instance: dg.DagsterInstance, content: Path
) -> None:
    write_page(content, "passes", order=20, prerequisites=PREREQUISITES, changes=BROKEN)
    run = check(instance)
    assert failures(instance, run.run_id)["content_check"].keys() == {KEYS[1]}
    found = checks(instance, run)
    assert found["programs_do_as_shown"].passed
    assert not found["pages_are_sound"].passed
    assert "play.ball.throws" in (found["pages_are_sound"].description or "")
