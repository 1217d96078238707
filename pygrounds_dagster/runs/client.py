"""A client of the Dagster webserver: launch, follow, end.

Runs are launched directly over a range of partitions, not as backfills: a backfill waits up to half a minute
for its daemon's next tick, a run starts within a second.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

import httpx2

from pygrounds_dagster.runs import queries
from pygrounds_dagster.runs.ranges import contiguous_ranges, range_tags

LOCATION = "pygrounds"
REPOSITORY = "__repository__"
ANY_ASSETS = "__ASSET_JOB"
"""The job that can run any selection of assets."""

ROAD = (
    "documents",
    "chunks",
    "chunk_embeddings",
    "subtopic_intents",
    "semantic_rankings",
    "faiss_index",
)
"""The partitioned assets from a document to search."""

QUALITY = ("coverage", "retrieval_quality")

DELETED = "DELETED"
"""Status of a run that Dagster does not know, or not any more; our word, not Dagster's."""

ENDED = frozenset({"SUCCESS", "FAILURE", "CANCELED", DELETED})


class DagsterError(RuntimeError):
    """The webserver cannot be reached, or refused."""


@dataclass(frozen=True, slots=True)
class RunStatus:
    """Where a run is.

    Attributes:
        run_id: the run.
        status: Dagster's word: QUEUED, STARTING, STARTED, SUCCESS, FAILURE, CANCELING, CANCELED, …; or
            :data:`DELETED`.
        started: seconds since the epoch, or None.
        ended: seconds since the epoch, or None.
    """

    run_id: str
    status: str
    started: float | None
    ended: float | None

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen."""
        return self.status in ENDED


@dataclass(frozen=True, slots=True)
class RunResult:
    """What a run did, so far.

    Attributes:
        materialized: partition keys by asset; unpartitioned assets have the key ``""``.
        failed: by asset, partition key → reason.
        errors: step → message, for steps that failed as a whole; the run's own failure under ``""``.
    """

    materialized: dict[str, list[str]] = field(default_factory=dict)
    failed: dict[str, dict[str, str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)


class DagsterClient:
    """A webserver's GraphQL API; use as a context manager or close it.

    Args:
        base_url: e.g. ``http://127.0.0.1:3000``.
        timeout: seconds that one call may take.
    """

    def __init__(self, base_url: str, timeout: float = 30.0) -> None:
        self._base_url = base_url.rstrip("/")
        self._http = httpx2.Client(base_url=self._base_url, timeout=timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def partition_keys(self) -> list[str]:
        """All subtopics, in the order in which Dagster keeps them."""
        data = self._call(queries.PARTITIONS, {"key": {"path": [ROAD[0]]}})
        return list(data["assetNodeOrError"]["partitionKeys"])

    def launch(
        self,
        keys: Collection[str] | None,
        assets: Sequence[str] = ROAD,
        tags: Mapping[str, str] | None = None,
        config: Mapping[str, Any] | None = None,
    ) -> list[str]:
        """Launch runs that materialise assets for some partitions.

        Args:
            keys: any set of partition keys; one run for each stretch of neighbours. None: one run without
                partitions, for unpartitioned assets.
            assets: asset names.
            tags: further run tags.
            config: run config.

        Returns:
            Ids of the runs, in the order of the keys.

        Raises:
            KeyError: a key is no partition.
            DagsterError: Dagster refuses, with its reason.
        """
        if keys is None:
            return [self._launch(assets, tags or {}, config or {})]
        ranges = contiguous_ranges(keys, self.partition_keys())
        return [self._launch(assets, {**(tags or {}), **range_tags(r)}, config or {}) for r in ranges]

    def _launch(self, assets: Sequence[str], tags: Mapping[str, str], config: Mapping[str, Any]) -> str:
        selector = {
            "repositoryLocationName": LOCATION,
            "repositoryName": REPOSITORY,
            "pipelineName": ANY_ASSETS,
            "assetSelection": [{"path": [asset]} for asset in assets],
        }
        params = {
            "selector": selector,
            "runConfigData": json.dumps(config),
            "executionMetadata": {"tags": [{"key": k, "value": v} for k, v in tags.items()]},
        }
        launched = self._call(queries.LAUNCH, {"params": params})["launchRun"]
        return str(launched["run"]["runId"])

    def status(self, run_ids: Sequence[str]) -> list[RunStatus]:
        """Where runs are, in the order asked."""
        data = self._call(queries.STATUS, {"runIds": list(run_ids)})["runsOrError"]
        gone = {"status": DELETED, "startTime": None, "endTime": None}
        found = {run["runId"]: run for run in data["results"]}
        runs = [(run_id, found.get(run_id, gone)) for run_id in run_ids]
        return [RunStatus(run_id, run["status"], run["startTime"], run["endTime"]) for run_id, run in runs]

    def follow(
        self, run_ids: Sequence[str], timeout: float, interval: float = 0.25
    ) -> Iterator[list[RunStatus]]:
        """Yield the runs' statuses until all have ended.

        Args:
            run_ids: the runs.
            timeout: seconds after which to give up.
            interval: seconds between two looks.

        Raises:
            DagsterError: a run has not ended in time; it is left running.
        """
        deadline = time.monotonic() + timeout
        while True:
            statuses = self.status(run_ids)
            yield statuses
            waiting = [status for status in statuses if not status.has_ended]
            if not waiting:
                return
            if time.monotonic() > deadline:
                listed = ", ".join(f"{status.run_id} is {status.status}" for status in waiting)
                raise DagsterError(f"not ended after {timeout:g} s: {listed}; is the daemon running?")
            time.sleep(interval)

    def result(self, run_id: str) -> RunResult:
        """What a run materialised and what failed, read from its events."""
        result = RunResult()
        for event in self._events(run_id):
            _take(result, event)
        return result

    def _events(self, run_id: str) -> Iterator[dict[str, Any]]:
        cursor = None
        while True:
            page = self._call(queries.EVENTS, {"runId": run_id, "cursor": cursor})["logsForRun"]
            yield from page["events"]
            if not page["hasMore"]:
                return
            cursor = page["cursor"]

    def terminate(self, run_id: str) -> None:
        """Ask a run to stop; what it has committed stays.

        Raises:
            DagsterError: it has ended already, or is unknown.
        """
        self._call(queries.TERMINATE, {"runId": run_id})

    def _call(self, query: str, variables: Mapping[str, Any]) -> dict[str, Any]:
        try:
            response = self._http.post("/graphql", json={"query": query, "variables": dict(variables)})
            response.raise_for_status()
        except httpx2.HTTPError as error:
            raise DagsterError(
                f"Dagster's webserver at {self._base_url} does not answer: {error}. "
                "Start it with 'pygrounds up'."
            ) from error
        body = response.json()
        if body.get("errors"):
            raise DagsterError("; ".join(error["message"] for error in body["errors"]))
        data: dict[str, Any] = body["data"]
        for answer in data.values():
            name = answer["__typename"]
            if name.endswith(("Error", "Invalid", "Failure", "Conflict")):
                reasons = [e["message"] for e in answer.get("errors", [])] or [answer.get("message", "")]
                raise DagsterError(f"{name}: {'; '.join(reasons)}")
        return data


def _take(result: RunResult, event: Mapping[str, Any]) -> None:
    kind = event["__typename"]
    if kind == "MaterializationEvent":
        asset = "/".join(event["assetKey"]["path"])
        result.materialized.setdefault(asset, []).append(event["partition"] or "")
    elif kind == "ExecutionStepFailureEvent":
        entries = (event["failureMetadata"] or {}).get("metadataEntries", [])
        failed = [json.loads(entry["jsonString"]) for entry in entries if entry["label"] == "failed"]
        if failed:
            result.failed[event["stepKey"]] = failed[0]
        else:
            result.errors[event["stepKey"]] = (event["error"] or {}).get("message", "")
    elif kind == "RunFailureEvent":
        result.errors[""] = event["message"]
