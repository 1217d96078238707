"""Runs whose process is gone are ended; the others are left alone."""

from __future__ import annotations

import subprocess
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from dagster import DagsterInstance, DagsterRunStatus, job, op
from dagster._core.launcher.base import WorkerStatus
from dagster_services import wait_until

from pygrounds_dagster.instance import daemon, recover
from pygrounds_dagster.instance.recover import keep_sweeping, run_health, sweep, sweep_unlaunched
from pygrounds_dagster.instance.worker import WORKER_TAG, Worker, parse_worker, this_worker, worker_of
from pygrounds_dagster.settings import PROJECT_ROOT


@op
def nothing() -> None:
    """No work."""


@job
def idle() -> None:
    """A job to have runs of."""
    nothing()


def started(instance: DagsterInstance, worker: Worker | None, status: str = "STARTED") -> str:
    tags = {WORKER_TAG: str(worker)} if worker else {}
    return instance.create_run_for_job(idle, status=DagsterRunStatus[status], tags=tags).run_id


@pytest.fixture
def dead() -> Worker:
    process = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    worker = worker_of(process.pid)
    process.kill()
    process.communicate()
    return worker


def status(instance: DagsterInstance, run_id: str) -> DagsterRunStatus:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return run.status


def test_a_worker_survives_its_tag() -> None:
    worker = this_worker()
    read = parse_worker(str(worker))
    assert (read.machine, read.pid) == (worker.machine, worker.pid)
    assert read.is_alive()


def test_another_process_with_the_same_pid_is_not_the_worker() -> None:
    assert not replace(this_worker(), started=1.0).is_alive()


def test_a_process_from_before_a_reboot_is_dead() -> None:
    host = this_worker().machine.split("/")[0]
    assert not Worker(f"{host}/00000000", this_worker().pid, this_worker().started).is_alive()


@pytest.mark.parametrize("state", ["STARTING", "STARTED"])
def test_a_run_of_a_dead_process_is_failed(instance: DagsterInstance, dead: Worker, state: str) -> None:
    run_id = started(instance, dead, state)
    assert sweep(instance) == [run_id]
    assert status(instance, run_id) == DagsterRunStatus.FAILURE


def test_a_run_that_was_being_cancelled_is_cancelled(instance: DagsterInstance, dead: Worker) -> None:
    run_id = started(instance, dead, "CANCELING")
    sweep(instance)
    assert status(instance, run_id) == DagsterRunStatus.CANCELED


def test_a_launch_that_its_daemon_did_not_live_to_end_is_failed(instance: DagsterInstance) -> None:
    lost = started(instance, None, "STARTING")
    known = started(instance, this_worker(), "STARTING")
    assert sweep_unlaunched(instance, datetime.now(UTC) - timedelta(hours=1)) == []
    assert sweep_unlaunched(instance, datetime.now(UTC) + timedelta(seconds=1)) == [lost]
    assert status(instance, lost) == DagsterRunStatus.FAILURE
    assert status(instance, known) == DagsterRunStatus.STARTING


def test_the_daemon_ends_what_run_monitoring_leaves(
    instance: DagsterInstance, dead: Worker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(recover, "_SWEEP_SECONDS", 0.01)
    starting, canceling = (started(instance, dead, state) for state in ("STARTING", "CANCELING"))
    begun, living = started(instance, dead), started(instance, this_worker(), "STARTING")
    stop = threading.Event()
    looks = []

    def look(*arguments: object) -> list[str]:
        looks.append(arguments)
        if len(looks) == 1:
            raise ConnectionError("the server is away")
        if len(looks) > 2:
            stop.set()
        return []

    monkeypatch.setattr(recover, "sweep_unlaunched", look)
    keep_sweeping(instance, stop)
    assert status(instance, starting) == DagsterRunStatus.FAILURE
    assert status(instance, canceling) == DagsterRunStatus.CANCELED
    assert status(instance, begun) == DagsterRunStatus.STARTED  # run monitoring will fail it
    assert status(instance, living) == DagsterRunStatus.STARTING
    assert "the server is away" in caplog.text


def test_a_daemon_looks_for_dead_runs_before_it_has_launched_any(
    instance: DagsterInstance, dead: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(recover, "_SWEEP_SECONDS", 0.01)
    monkeypatch.setattr(sys, "argv", ["/usr/bin/dagster-daemon", "run"])
    run_id = started(instance, dead, "STARTING")
    try:
        with DagsterInstance.from_config(str(PROJECT_ROOT)):
            wait_until(lambda: status(instance, run_id) == DagsterRunStatus.FAILURE, "it stays STARTING")
    finally:
        daemon._held.pop().close()


def test_living_and_foreign_runs_are_left_alone(instance: DagsterInstance) -> None:
    mine = started(instance, this_worker())
    elsewhere = started(instance, Worker("another-host/abcd1234", 1, 1.0))
    untagged = started(instance, None)
    assert sweep(instance) == []
    for run_id in (mine, elsewhere, untagged):
        assert status(instance, run_id) == DagsterRunStatus.STARTED


def test_run_monitoring_is_told_of_a_dead_worker(instance: DagsterInstance, dead: Worker) -> None:
    run = instance.get_run_by_id(started(instance, dead))
    assert run is not None
    assert run_health(run).status == WorkerStatus.FAILED
    assert str(dead.pid) in str(run_health(run).msg)
