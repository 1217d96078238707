"""Per-partition truth inside one run.

A step works on many partitions at once and some may be bad. Dagster by itself knows one result per step: all
partitions good, with one data version, or all bad. Here each good partition gets a materialisation event with
its own data version and metadata, the step's output is announced so that later steps go on with the good
ones, and if any partition is bad the step then fails with their names and reasons.

The same holds for blocking checks: one that finds wrong data announces no output, so nothing is built on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import uuid4

import dagster as dg
from dagster._core.definitions.data_version import (
    CODE_VERSION_TAG,
    DATA_VERSION_IS_USER_PROVIDED_TAG,
    DATA_VERSION_TAG,
    DEFAULT_DATA_VERSION,
    NULL_EVENT_POINTER,
    extract_data_version_from_entry,
    get_input_data_version_tag,
    get_input_event_pointer_tag,
)
from dagster._core.events import DagsterEventBatchMetadata
from dagster._core.execution.context.system import StepExecutionContext
from dagster._core.execution.plan.outputs import StepOutputData, StepOutputHandle

from pygrounds_dagster.partition import PartitionOutcome

Settled = Iterator[dg.DagsterEvent]
"""What a partitioned asset function yields."""

MEMO = {"done": "written", "unchanged": "unchanged"}
WORK_COUNTS = frozenset({"written", "generated", "skipped", "retired", "saved", "built"})
"""Counts of what a step did, as against what there is: nothing, for a partition it left alone."""

_SHOWN_FAILURES = 5


def settle(
    context: dg.AssetExecutionContext,
    outcomes: Sequence[PartitionOutcome],
    metadata: Mapping[str, Any] | None = None,
    partition_metadata: Mapping[str, Mapping[str, Any]] | None = None,
    *,
    check_bad: bool = False,
) -> Settled:
    """Tell Dagster what a step did with each of the run's partitions.

    Args:
        context: of an asset declared with ``output_required=False``.
        outcomes: one for each partition key of the run.
        metadata: shown with every partition.
        partition_metadata: shown with one partition, by its key.
        check_bad: announce the output even if all are bad, because the asset's checks tell more about them.

    Yields:
        One materialisation for each good partition, then the step's output, by default unless all are bad.

    Raises:
        dagster.Failure: a partition is bad; the others are materialised all the same.
    """
    good = [outcome for outcome in outcomes if outcome.status != "failed"]
    bad = {o.key: o.error or "no reason given" for o in outcomes if o.status == "failed"}
    silent = set(context.partition_keys) - {outcome.key for outcome in outcomes}
    bad |= dict.fromkeys(silent, "the step said nothing about it; this is a defect of the step")
    step = context.get_step_execution_context()
    tags = _provenance(context, [outcome.key for outcome in good])
    batch = uuid4().hex
    for position, outcome in enumerate(good, start=1):
        event = dg.AssetMaterialization(
            asset_key=context.asset_key,
            partition=outcome.key,
            metadata={
                **(metadata or {}),
                **(partition_metadata or {}).get(outcome.key, {}),
                **_counts(outcome),
                "memo": MEMO[outcome.status],
            },
            tags={**tags[outcome.key], DATA_VERSION_TAG: outcome.data_version},
        )
        last = position == len(good)
        yield dg.DagsterEvent.asset_materialization(step, event, DagsterEventBatchMetadata(batch, last))
    if good or check_bad:
        yield _output(step)
    if bad:
        raise _failure(bad, len(good))


def gate(context: dg.AssetCheckExecutionContext, result: dg.AssetCheckResult) -> dg.AssetCheckResult:
    """Report a blocking check; if it found wrong data, nothing is built on the asset in this run.

    Dagster's own ``blocking`` announces the check's output before it fails, which would let later steps start
    here, where a step that failed for one partition does not hold up the others.

    Raises:
        dagster.Failure: the check did not pass.
    """
    if result.passed:
        return result
    step = context.get_step_execution_context()
    evaluation = result.to_asset_check_evaluation(step)
    dg.DagsterEvent.asset_check_evaluation(step, evaluation)  # making a step's event records it
    raise dg.Failure(
        description=f"{evaluation.check_name}: {result.description}",
        metadata=evaluation.metadata,
        allow_retries=False,
    )


def _counts(outcome: PartitionOutcome) -> dict[str, int | float]:
    """What is shown as numbers; a step remembers the counts of when it last worked."""
    if outcome.status == "done":
        return outcome.counts
    return {name: 0 if name in WORK_COUNTS else number for name, number in outcome.counts.items()}


def _output(step: StepExecutionContext) -> dg.DagsterEvent:
    """The announcement that the step's output exists, without Dagster's own materialisation of it."""
    (output,) = step.step.step_outputs
    data = StepOutputData(step_output_handle=StepOutputHandle(step.step.key, output.name))
    return dg.DagsterEvent.step_output_event(step, data)


def _failure(bad: Mapping[str, str], good: int) -> dg.Failure:
    lines = [f"{key}: {error}" for key, error in bad.items()]
    if len(lines) > _SHOWN_FAILURES:
        lines[_SHOWN_FAILURES:] = [f"… and {len(lines) - _SHOWN_FAILURES} more, see metadata 'failed'"]
    listed = "\n".join(lines)
    return dg.Failure(
        description=f"{len(bad)} of {len(bad) + good} partitions failed, the others are stored:\n{listed}",
        metadata={"failed": dg.MetadataValue.json(dict(bad)), "failed_partitions": len(bad)},
        allow_retries=False,
    )


def _provenance(context: dg.AssetExecutionContext, keys: Sequence[str]) -> dict[str, dict[str, str]]:
    """Version tags that Dagster writes by itself for single materialisations: code, and inputs used."""
    code_version = context.assets_def.code_versions_by_key[context.asset_key] or context.run.run_id
    common = {CODE_VERSION_TAG: code_version, DATA_VERSION_IS_USER_PROVIDED_TAG: "true"}
    tags = {key: dict(common) for key in keys}
    kind = dg.DagsterEventType.ASSET_MATERIALIZATION
    events = context.instance.event_log_storage
    graph = context.get_step_execution_context().job_def.asset_layer
    for parent in graph.get(context.asset_key).parent_keys:
        if not graph.has(parent) or graph.get(parent).partitions_def is None:
            version = _whole_version(context.instance, parent)
            for key in keys:
                tags[key][get_input_data_version_tag(parent)] = version
                tags[key][get_input_event_pointer_tag(parent)] = NULL_EVENT_POINTER
            continue
        versions = events.get_latest_tags_by_partition(parent, kind, [DATA_VERSION_TAG], list(keys))
        pointers = events.get_latest_storage_id_by_partition(parent, kind, set(keys))
        for key in keys:
            found = versions.get(key, {}).get(DATA_VERSION_TAG)
            if found is not None:
                tags[key][get_input_data_version_tag(parent)] = found
                tags[key][get_input_event_pointer_tag(parent)] = str(pointers.get(key, NULL_EVENT_POINTER))
    return tags


def _whole_version(instance: dg.DagsterInstance, parent: dg.AssetKey) -> str:
    """Data version of an asset without partitions; one that nobody observes has the default."""
    record = instance.get_latest_data_version_record(parent)
    version = extract_data_version_from_entry(record.event_log_entry) if record else None
    return (version or DEFAULT_DATA_VERSION).value
