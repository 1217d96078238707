"""The bank as assets: problems are partitions, proven in the judge, a bad one fails alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import dagster as dg
import pytest

from pygrounds_dagster.definitions import defs as load
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.instance.local_run import execute, failures, tallies
from pygrounds_dagster.runs.ranges import range_tags
from tests.problems.packs import REFERENCE, about, write_problem
from tests.small_content import write_content

KEYS = ["double", "lame", "twice"]
CHECKS = {"references_pass", "wrong_programs_fail", "tests_tell_mutants"}


@pytest.fixture
def bank(installation: Path, tmp_path: Path) -> Path:
    """Three problems; the reference of one is wrong."""
    content = tmp_path / "content"
    (key,) = write_content(content, 1)
    for name in KEYS:
        wrong = {"solutions/reference.py": REFERENCE.replace("2", "3")} if name == "lame" else {}
        write_problem(content / "problems", name, problem_yaml=about(key, name), **wrong)
    return content / "problems"


def prove(instance: dg.DagsterInstance, keys: list[str]) -> dg.DagsterRun:
    registered = execute(instance, ["problems"], {})
    assert registered.is_success, failures(instance, registered.run_id)
    return execute(instance, ["problem_bank"], range_tags(keys))


def checks(instance: dg.DagsterInstance, run: dg.DagsterRun) -> dict[str, bool]:
    entries = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.get_dagster_event().asset_check_evaluation_data for entry in entries]
    return {evaluation.check_name: evaluation.passed for evaluation in found}


def latest(instance: dg.DagsterInstance, key: str) -> dg.AssetMaterialization:
    wanted = dg.AssetRecordsFilter(asset_key=dg.AssetKey("problem_bank"), asset_partitions=[key])
    event = instance.fetch_materializations(wanted, limit=1).records[0].asset_materialization
    assert event is not None
    return event


def test_a_bad_problem_fails_alone_is_told_and_can_be_mended(
    instance: dg.DagsterInstance, bank: Path
) -> None:
    first = prove(instance, KEYS)
    assert instance.get_dynamic_partitions("problem") == KEYS
    assert first.status == dg.DagsterRunStatus.FAILURE
    why = failures(instance, first.run_id)["problem_bank"]
    assert why.keys() == {"lame"}
    assert "solutions/reference.py: fails test 1" in why["lame"]
    assert instance.get_materialized_partitions(dg.AssetKey("problem_bank")) == {"double", "twice"}
    assert checks(instance, first) == dict.fromkeys(CHECKS, False)
    shown = {name: value.value for name, value in latest(instance, "double").metadata.items()}
    assert (shown["tests"], shown["score"], shown["memo"]) == (3, 1, "written")
    assert shown["mutants"] == shown["killed"] > 0
    assert shown["judge_tier"] in ("A", "B", "C")
    survivors = latest(instance, "double").metadata["survivors"]
    assert isinstance(survivors, dg.TableMetadataValue)
    assert not survivors.records
    assert shown["seconds"] > 0

    alone = prove(instance, ["lame"])  # a run in which every partition is bad has its checks, too
    assert checks(instance, alone) == dict.fromkeys(CHECKS, False)

    (bank / "lame" / "solutions" / "reference.py").write_text(REFERENCE, encoding="utf-8")
    mended = prove(instance, KEYS)
    assert mended.is_success, failures(instance, mended.run_id)
    assert tallies(instance, mended.run_id)["problem_bank"] == {"unchanged": 2, "written": 1}
    assert checks(instance, mended) == dict.fromkeys(CHECKS, True)


def watch(instance: dg.DagsterInstance, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    definitions = load()
    context = dg.build_sensor_context(
        instance, cursor=cursor, resources={"platform": Platform()}, definitions=definitions
    )
    result = definitions.resolve_sensor_def("problem_watcher")(context)
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


def tick(instance: dg.DagsterInstance, cursor: str | None) -> dg.SensorResult:
    result = watch(instance, cursor)
    assert isinstance(result, dg.SensorResult)
    for request in result.dynamic_partitions_requests or ():
        if isinstance(request, dg.AddDynamicPartitionsRequest):
            instance.add_dynamic_partitions("problem", request.partition_keys)
        else:
            for key in request.partition_keys:
                instance.delete_dynamic_partition("problem", key)
    return result


def test_the_watcher_asks_for_what_changes_and_for_nothing_at_first(
    instance: dg.DagsterInstance, bank: Path
) -> None:
    start = tick(instance, None)
    assert not start.run_requests
    assert instance.get_dynamic_partitions("problem") == KEYS
    assert isinstance(watch(instance, start.cursor), dg.SkipReason)

    (bank / "twice" / "solutions" / "reference.py").write_text(REFERENCE + "\n", encoding="utf-8")
    (bank / "lame" / "tests.json").write_text("[", encoding="utf-8")
    changed = tick(instance, start.cursor)
    (request,) = changed.run_requests or ()
    assert {**range_tags(["lame", "twice"])}.items() <= request.tags.items()

    shutil.rmtree(bank / "double")
    gone = tick(instance, changed.cursor)
    (request,) = gone.run_requests or ()
    assert request.asset_selection == [dg.AssetKey("problems")]
    assert instance.get_dynamic_partitions("problem") == ["lame", "twice"]
