"""One run, many partitions: each gets its own truth."""

import os

import dagster as dg
import pytest
from dagster._core.definitions.job_base import InMemoryJob
from dagster._core.execution.api import execute_run

from pygrounds_dagster.defs.partitions import subtopic_asset
from pygrounds_dagster.defs.settle import gate, settle
from pygrounds_dagster.partition import PartitionOutcome

PARTITIONS = dg.DynamicPartitionsDefinition(name="toy")
KEYS = ["a", "b", "c"]


def road(upper: dict[str, str], passes: bool = True) -> dg.Definitions:
    """Two assets and a blocking check between them; `upper` maps bad keys of the first to reasons."""

    def outcomes(bad: dict[str, str], version: str) -> list[PartitionOutcome]:
        return [
            PartitionOutcome(k, "failed", error=bad[k])
            if k in bad
            else PartitionOutcome(k, "done", f"{version}-{k}", {"rows": len(k)})
            for k in KEYS
        ]

    @subtopic_asset(PARTITIONS, code_version="1")
    def first(context: dg.AssetExecutionContext):
        yield from settle(context, outcomes(upper, "first"))

    @subtopic_asset(PARTITIONS, deps=[first])
    def second(context: dg.AssetExecutionContext):
        yield from settle(context, outcomes({}, "second"))

    @dg.asset_check(asset=first, blocking=True)
    def sound(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
        return gate(context, dg.AssetCheckResult(passed=passes, description="wrong rows"))

    executor = dg.in_process_executor.configured(
        {"step_dependency_config": {"require_upstream_step_success": False}}, name="in_process"
    )
    return dg.Definitions(
        assets=[first, second],
        asset_checks=[sound],
        jobs=[dg.define_asset_job("toy", executor_def=executor)],
    )


def run(instance: dg.DagsterInstance, defs: dg.Definitions) -> dg.DagsterRun:
    job = defs.resolve_job_def("toy")
    created = instance.create_run_for_job(
        job,
        tags={"dagster/asset_partition_range_start": "a", "dagster/asset_partition_range_end": "c"},
    )
    execute_run(InMemoryJob(job), created, instance, raise_on_error=False)
    finished = instance.get_run_by_id(created.run_id)
    assert finished is not None
    return finished


@pytest.fixture
def keyed(instance: dg.DagsterInstance) -> dg.DagsterInstance:
    instance.add_dynamic_partitions("toy", KEYS)
    return instance


def materialised(instance: dg.DagsterInstance, key: str) -> set[str]:
    return set(instance.get_materialized_partitions(dg.AssetKey(key)))


def test_every_good_partition_has_its_own_data_version(keyed: dg.DagsterInstance) -> None:
    finished = run(keyed, road({}))
    assert finished.status == dg.DagsterRunStatus.SUCCESS
    for key in KEYS:
        record = keyed.get_latest_data_version_record(dg.AssetKey("second"), partition_key=key)
        event = record.asset_materialization
        assert event.tags["dagster/data_version"] == f"second-{key}"
        assert event.tags["dagster/input_data_version/first"] == f"first-{key}"
        assert event.metadata["rows"].value == 1
        assert event.metadata["memo"].value == "written"


def test_one_materialisation_for_each_partition(keyed: dg.DagsterInstance) -> None:
    run(keyed, road({}))
    records = keyed.fetch_materializations(dg.AssetKey("first"), limit=100).records
    assert sorted(record.partition_key for record in records) == KEYS


def test_a_bad_partition_fails_alone_and_the_road_goes_on(keyed: dg.DagsterInstance) -> None:
    finished = run(keyed, road({"b": "file x: broken"}))
    assert finished.status == dg.DagsterRunStatus.FAILURE
    assert materialised(keyed, "first") == {"a", "c"}
    assert materialised(keyed, "second") == {"a", "b", "c"}
    (failure,) = keyed.all_logs(finished.run_id, of_type=dg.DagsterEventType.STEP_FAILURE)
    data = failure.dagster_event.step_failure_data.user_failure_data
    assert data.metadata["failed"].value == {"b": "file x: broken"}
    assert "1 of 3 partitions failed" in data.description
    assert "b: file x: broken" in data.description


def test_nothing_is_built_on_a_step_where_all_failed(keyed: dg.DagsterInstance) -> None:
    run(keyed, road(dict.fromkeys(KEYS, "broken")))
    assert materialised(keyed, "first") == set()
    assert materialised(keyed, "second") == set()


def test_nothing_is_built_on_wrong_data(keyed: dg.DagsterInstance) -> None:
    finished = run(keyed, road({}, passes=False))
    assert finished.status == dg.DagsterRunStatus.FAILURE
    assert materialised(keyed, "first") == set(KEYS)
    assert materialised(keyed, "second") == set()
    (record,) = keyed.event_log_storage.get_asset_check_execution_history(
        dg.AssetCheckKey(dg.AssetKey("first"), "sound"), limit=10
    )
    assert record.event.dagster_event.asset_check_evaluation_data.passed is False


def test_the_run_names_its_process(keyed: dg.DagsterInstance) -> None:
    finished = run(keyed, road({}))
    assert f"/{os.getpid()}/" in finished.tags["pygrounds/worker"]


def test_checks_of_a_run_over_a_range_count(keyed: dg.DagsterInstance) -> None:
    run(keyed, road({}))
    key = dg.AssetCheckKey(dg.AssetKey("first"), "sound")
    record = keyed.event_log_storage.get_latest_asset_check_execution_by_key([key])[key]
    assert record.status.value == "SUCCEEDED"
