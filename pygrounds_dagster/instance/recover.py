"""After a crash: runs whose process is gone are ended, so that they hold no pool and confuse nobody."""

from __future__ import annotations

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter
from dagster._core.launcher.base import WorkerStatus

from pygrounds_dagster.instance.launcher import run_health
from pygrounds_dagster.instance.worker import WORKER_TAG

_UNFINISHED = [DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]


def sweep(instance: DagsterInstance) -> list[str]:
    """End the runs of dead processes: cancelled if that was asked for, else failed.

    Run monitoring does the same while a daemon runs; this needs none. What the runs had committed stays, and
    materialising again takes up from there.

    Returns:
        Ids of the runs that were ended.
    """
    ended = []
    for run in instance.get_runs(RunsFilter(statuses=_UNFINISHED)):
        health = run_health(run)
        if health.status != WorkerStatus.FAILED or WORKER_TAG not in run.tags:
            continue
        if run.status == DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run, message=f"Cancelled: {health.msg}.")
        else:
            instance.report_run_failed(
                run, message=f"Failed: {health.msg}. Materialise its partitions again."
            )
        ended.append(run.run_id)
    return ended


def sweep_current_instance() -> list[str]:
    """:func:`sweep` on the instance of ``DAGSTER_HOME``.

    Returns:
        Ids of the runs that were ended.
    """
    with DagsterInstance.get() as instance:
        return sweep(instance)
