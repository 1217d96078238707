"""After a crash: runs whose process is gone are ended, so that they hold no pool and confuse nobody.

Here: which runs are dead, ending them. Not here: how a run gets its process (:mod:`.launcher`).
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from datetime import UTC, datetime

import psutil
from dagster import DagsterInstance, DagsterRun, DagsterRunStatus, RunsFilter
from dagster._core.launcher.base import CheckRunHealthResult, WorkerStatus

from pygrounds_dagster.instance.worker import WORKER_TAG, parse_worker

_UNFINISHED = (DagsterRunStatus.STARTING, DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING)
_UNMONITORED = (DagsterRunStatus.STARTING, DagsterRunStatus.CANCELING)
_SWEEP_SECONDS = 3.0
_log = logging.getLogger("dagster.pygrounds.recover")


def run_health(run: DagsterRun) -> CheckRunHealthResult:
    """What the tag of a run says about its process."""
    tag = run.tags.get(WORKER_TAG)
    if tag is None:
        return CheckRunHealthResult(WorkerStatus.RUNNING, msg="not yet tagged with its process")
    worker = parse_worker(tag)
    if not worker.was_on_this_host:
        return CheckRunHealthResult(WorkerStatus.RUNNING, msg=f"runs on another machine ({worker})")
    if worker.is_alive():
        return CheckRunHealthResult(WorkerStatus.RUNNING, run_worker_id=str(worker))
    return CheckRunHealthResult(
        WorkerStatus.FAILED, msg=f"its process is gone: pid {worker.pid} of {worker.machine}"
    )


def sweep(instance: DagsterInstance, statuses: Sequence[DagsterRunStatus] = _UNFINISHED) -> list[str]:
    """End the runs of dead processes: cancelled if that was asked for, else failed.

    It needs no daemon. What the runs had committed stays, and materialising again takes up from there.

    Args:
        instance: whose runs.
        statuses: which of them are looked at.

    Returns:
        Ids of the runs that were ended.
    """
    ended = []
    for run in instance.get_runs(RunsFilter(statuses=list(statuses))):
        health = run_health(run)
        if health.status == WorkerStatus.FAILED:
            _end(instance, run, str(health.msg))
            ended.append(run.run_id)
    return ended


def sweep_unlaunched(instance: DagsterInstance, before: datetime) -> list[str]:
    """Fail runs that were being launched by a daemon that is gone, and never got a process.

    Args:
        instance: whose runs.
        before: start of the daemon that there is now; it launches all runs itself.

    Returns:
        Ids of the runs that were ended.
    """
    starting = RunsFilter(statuses=[DagsterRunStatus.STARTING], updated_before=before)
    dead = [run for run in instance.get_runs(starting) if WORKER_TAG not in run.tags]
    for run in dead:
        _end(instance, run, "the daemon that was launching it is gone")
    return [run.run_id for run in dead]


def start_sweeping(instance: DagsterInstance) -> threading.Event:
    """Begin :func:`keep_sweeping` in a thread; returns what ends it."""
    stop = threading.Event()
    threading.Thread(target=keep_sweeping, args=(instance, stop), name="sweeper", daemon=True).start()
    return stop


def keep_sweeping(instance: DagsterInstance, stop: threading.Event) -> None:
    """Every few seconds end the dead runs that Dagster's run monitoring leaves to a timeout of minutes.

    Those are runs whose process died before they began, and runs that died while they were being cancelled.
    For the daemon, in a thread of its own, until told to stop. The database may go away and come back.
    """
    started = datetime.fromtimestamp(psutil.Process().create_time(), UTC)
    while not stop.wait(_SWEEP_SECONDS):
        try:
            ended = [*sweep_unlaunched(instance, started), *sweep(instance, _UNMONITORED)]
        except Exception:  # noqa: BLE001 - the daemon must go on; the next look may succeed
            _log.exception("cannot look for dead runs now")
        else:
            if ended:
                _log.warning("ended dead runs: %s", ", ".join(ended))


def sweep_current_instance() -> list[str]:
    """:func:`sweep` on the instance of ``DAGSTER_HOME``.

    Returns:
        Ids of the runs that were ended.
    """
    with DagsterInstance.get() as instance:
        return sweep(instance)


def _end(instance: DagsterInstance, run: DagsterRun, why: str) -> None:
    if run.status == DagsterRunStatus.CANCELING:
        instance.report_run_canceled(run, message=f"Cancelled: {why}.")
    else:
        instance.report_run_failed(run, message=f"Failed: {why}. Materialise its partitions again.")
