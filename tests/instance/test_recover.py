"""Runs whose process is gone are ended; the others are left alone."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
from dagster import DagsterInstance, DagsterRunStatus, job, op
from dagster._core.launcher.base import WorkerStatus

from pygrounds_dagster.instance.launcher import run_health
from pygrounds_dagster.instance.recover import sweep
from pygrounds_dagster.instance.worker import WORKER_TAG, Worker, parse_worker, this_worker, worker_of


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
