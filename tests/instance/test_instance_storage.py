"""Dagster's storage on our PostgreSQL."""

from __future__ import annotations

import sys

import pytest
from dagster import DagsterInstance

from pygrounds_dagster.instance import daemon
from pygrounds_dagster.instance.daemon import SecondDaemonError, claim_daemon, daemon_is_running
from pygrounds_dagster.instance.storage import CONNECTIONS, PygroundsStorage


def limits(instance: DagsterInstance) -> dict[str, int]:
    return {pool.name: pool.limit for pool in instance.event_log_storage.get_pool_limits()}


def test_declared_pool_limits_are_applied_when_the_instance_starts(instance: DagsterInstance) -> None:
    assert limits(instance) == {"embedding": 1, "coding": 4, "non_coding": 16}


def test_declared_limits_win_over_those_set_by_hand(instance: DagsterInstance, dagster_url: str) -> None:
    instance.event_log_storage.set_concurrency_slots("embedding", 9)
    PygroundsStorage(dagster_url, {"embedding": 2}).run_storage._engine.dispose()
    assert limits(instance)["embedding"] == 2


def test_a_pool_counts_runs_not_steps(instance: DagsterInstance) -> None:
    assert instance.get_concurrency_config().pool_config.pool_granularity.value == "run"


def test_state_stays_out_of_the_repository(instance: DagsterInstance, installation: object) -> None:
    assert instance.root_directory.startswith(str(installation))
    assert instance.compute_log_manager._base_dir.startswith(str(installation))


def test_a_second_daemon_is_refused(
    instance: DagsterInstance, dagster_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not daemon_is_running(dagster_url)
    claim_daemon(dagster_url)
    first = daemon._held.pop()
    try:
        assert daemon_is_running(dagster_url)
        monkeypatch.setattr(sys, "argv", ["/usr/bin/dagster-daemon", "run"])
        with pytest.raises(SecondDaemonError, match="pygrounds down"):
            PygroundsStorage(dagster_url, {})
    finally:
        first.close()


def test_a_new_daemon_follows_a_dead_one(instance: DagsterInstance, dagster_url: str) -> None:
    claim_daemon(dagster_url)
    daemon._held.pop().close()
    claim_daemon(dagster_url)
    daemon._held.pop().close()


@pytest.mark.parametrize(
    "program", ["/venv/bin/dagster-daemon", "/venv/lib/site-packages/dagster/_daemon/__main__.py"]
)
def test_a_daemon_knows_itself(program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [program, "run"])
    assert daemon.is_daemon_process()


def test_the_webserver_stays_in_its_budget(instance: DagsterInstance, dagster_url: str) -> None:
    storage = PygroundsStorage(dagster_url, {})
    assert storage.run_storage._engine is storage.event_log_storage._engine
    assert storage.run_storage._engine.pool.size() == CONNECTIONS
    for part in (storage.run_storage, storage.event_log_storage):
        part.optimize_for_webserver(statement_timeout=5_000, pool_recycle=-1, max_overflow=20)
    engine = storage.run_storage._engine
    assert engine is storage.event_log_storage._engine
    assert engine.pool.size() + engine.pool._max_overflow == 8
    with engine.connect() as conn:
        assert conn.exec_driver_sql("SHOW statement_timeout").scalar() == "5s"
    engine.dispose()
