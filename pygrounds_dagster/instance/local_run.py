"""Runs in this process, on the instance, with or without its services.

``python -m pygrounds_dagster.instance.local_run`` reads one request from its standard input, JSON
``{"zones": [...] or null, "keys": [...] or null}``, registers the content, materialises everything of the
partitions chosen and writes one JSON object a line: ``{"event": "run", …}`` when a run begins and
``{"event": "ended", …}`` when it has ended. The command line reads them (``cli/materialize.py``), so that it
need not load Dagster and gives its memory back.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import Any, TextIO, cast

from dagster import AssetKey, DagsterEventType, DagsterInstance, DagsterRun
from dagster._core.definitions.reconstruct import ReconstructableRepository
from dagster._core.execution.api import execute_run
from dagster._utils.interrupts import capture_interrupts
from dagster_shared.error import SerializableErrorInfo

from pygrounds_dagster.instance.recover import sweep
from pygrounds_dagster.runs.client import ANY_ASSETS, QUALITY, ROAD
from pygrounds_dagster.runs.ranges import contiguous_ranges, range_tags

DEFINITIONS = "pygrounds_dagster.definitions"
PARTITIONS = "subtopic"
_REGISTER = ("curriculum",)


def execute(
    instance: DagsterInstance, assets: Sequence[str], tags: Mapping[str, str], out: TextIO | None = None
) -> DagsterRun:
    """Materialise assets in this process, as a run of the instance.

    Args:
        instance: where the run is recorded.
        assets: asset names.
        tags: run tags, e.g. of a partition range.
        out: told the run's id before it begins, so that its progress can be followed.

    Returns:
        The run, ended.
    """
    repository = ReconstructableRepository.for_module(DEFINITIONS, "defs")
    job = repository.get_reconstructable_job(ANY_ASSETS)
    keys = frozenset(AssetKey(name) for name in assets)
    created = instance.create_run_for_job(
        job.get_definition().get_subset(asset_selection=keys),
        tags=dict(tags),
        asset_selection=keys,
        job_code_origin=job.get_python_origin(),
    )
    if out is not None:
        tell(out, event="run", run_id=created.run_id, assets=list(assets))
    execute_run(job.get_subset(asset_selection=keys), created, instance, raise_on_error=False)
    ended = instance.get_run_by_id(created.run_id)
    if ended is None:
        raise RuntimeError(f"run {created.run_id} was deleted while it was executed")
    return ended


def failures(instance: DagsterInstance, run_id: str) -> dict[str, dict[str, str]]:
    """By step, partition key → reason; the key is empty where a step failed as a whole."""
    found: dict[str, dict[str, str]] = {}
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.STEP_FAILURE):
        event = entry.get_dagster_event()
        data = event.step_failure_data
        told = data.user_failure_data.metadata.get("failed") if data.user_failure_data else None
        whole = {"": root_cause(data.error)}
        found[event.step_key or "?"] = cast("dict[str, str]", told.value) if told else whole
    return found


def root_cause(error: SerializableErrorInfo | None) -> str:
    """The message of the error at the bottom: what went wrong, without the steps around it."""
    if error is None:
        return "no reason given"
    while error.cause is not None:
        error = error.cause
    return error.message.strip()


def tallies(instance: DagsterInstance, run_id: str) -> dict[str, dict[str, int]]:
    """By asset, how many partitions were ``written`` or ``unchanged``, and texts ``encoded``."""
    found: dict[str, dict[str, int]] = {}
    for entry in instance.all_logs(run_id, of_type=DagsterEventType.ASSET_MATERIALIZATION):
        materialization = entry.asset_materialization
        if materialization is None:
            continue
        values = {name: value.value for name, value in materialization.metadata.items()}
        tally = found.setdefault(materialization.asset_key.to_user_string(), {})
        memo = str(values.get("memo", "written"))
        tally[memo] = tally.get(memo, 0) + 1
        generated = values.get("generated")
        if memo == "written" and isinstance(generated, int | float):
            tally["encoded"] = tally.get("encoded", 0) + int(generated)
    return found


def tell(out: TextIO, **message: Any) -> None:
    """Write one message."""
    out.write(json.dumps(message) + "\n")
    out.flush()


def _report(instance: DagsterInstance, run: DagsterRun, out: TextIO) -> None:
    failed, done = failures(instance, run.run_id), tallies(instance, run.run_id)
    tell(out, event="ended", run_id=run.run_id, status=run.status.value, failed=failed, tallies=done)


def _chosen(instance: DagsterInstance, request: Mapping[str, Any]) -> tuple[list[str], list[str]]:
    """All keys in order, and those asked for."""
    known = list(instance.get_dynamic_partitions(PARTITIONS))
    zones, keys = request.get("zones"), request.get("keys")
    wanted = [key for key in keys if key] if keys else known
    return known, [key for key in wanted if not zones or key.partition(".")[0] in zones]


def serve(request: Mapping[str, Any], out: TextIO) -> None:
    """Carry out one request; see the module."""
    with capture_interrupts(), DagsterInstance.get() as instance:
        for run_id in sweep(instance):
            tell(out, event="swept", run_id=run_id)
        registered = execute(instance, _REGISTER, {}, out)
        _report(instance, registered, out)
        known, keys = _chosen(instance, request)
        unknown = sorted(set(keys) - set(known))
        tell(out, event="chosen", keys=len(keys) - len(unknown), unknown=unknown)
        for stretch in contiguous_ranges(set(keys).intersection(known), known):
            _report(instance, execute(instance, (*ROAD, *QUALITY), range_tags(stretch), out), out)


if __name__ == "__main__":
    serve(json.loads(sys.stdin.read()), sys.stdout)
