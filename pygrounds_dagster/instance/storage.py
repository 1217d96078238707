"""Dagster's storage on our PostgreSQL: ``storage.custom`` of ``dagster.yaml``.

Over dagster-postgres it adds five things: it starts or finds the server, it shares and keeps connections
(stock: a new one for every statement, twice the price per event), it applies the pool limits declared in
``dagster.yaml`` (which has no field for them), it tags every run with the process that executes it, and in
the daemon it ends runs whose process died where Dagster's run monitoring does not look.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from threading import Event
from typing import Any, Self

import psycopg
import sqlalchemy
from dagster import DagsterEvent, DagsterEventType, DagsterInstance, Field, IntSource, Map
from dagster._config.config_schema import UserConfigSchema
from dagster._core.events.log import EventLogEntry
from dagster._core.storage.event_log import EventLogStorage, SqlEventLogStorageTable
from dagster._core.storage.runs import RunStorage
from dagster._core.storage.schedules import ScheduleStorage
from dagster._serdes import ConfigurableClassData
from dagster_postgres import (
    DagsterPostgresStorage,
    PostgresEventLogStorage,
    PostgresRunStorage,
    PostgresScheduleStorage,
)

from pygrounds_dagster.instance.daemon import LOCK_CLASS, LOCK_SETUP, claim_daemon, is_daemon_process
from pygrounds_dagster.instance.recover import start_sweeping
from pygrounds_dagster.instance.worker import WORKER_TAG, this_worker
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.database import database_urls, sqlalchemy_url

CONNECTIONS = 2
CONNECTIONS_OF_DAEMON = 10
CONNECTIONS_OF_WEBSERVER = 8
"""What each kind of process may hold of Dagster's database; the budget of ``store/pool.py``."""

_EVENT_BATCH = "200"


def _shared_engine(url: str, connections: int, **options: Any) -> sqlalchemy.Engine:
    """Connections that are kept, and tried before use so that a restarted server is no error."""
    kept = min(CONNECTIONS, connections)
    return sqlalchemy.create_engine(
        url,
        isolation_level="AUTOCOMMIT",
        pool_size=kept,
        max_overflow=connections - kept,
        pool_pre_ping=True,
        **options,
    )


@cache
def _webserver_engine(url: str, statement_timeout: int, pool_recycle: int) -> sqlalchemy.Engine:
    return _shared_engine(
        url,
        CONNECTIONS_OF_WEBSERVER,
        pool_recycle=pool_recycle,
        connect_args={"options": f"-c statement_timeout={statement_timeout}"},
    )


@cache
def _dagster_url(home: Path, database_url: str | None, dagster_pg_url: str | None) -> str:  # noqa: ARG001
    """Where Dagster's database is; looked up once per process, though it opens instances all the time.

    The arguments are what the answer depends on.
    """
    return database_urls(Settings()).dagster


@contextmanager
def _alone(url: str) -> Iterator[None]:
    """One process at a time: two that make the same tables or limits at once would fail on each other."""
    with psycopg.connect(url, application_name="pygrounds set-up") as conn:
        conn.execute("SELECT pg_advisory_xact_lock(%s, %s)", (LOCK_CLASS, LOCK_SETUP))
        yield


class _SharesEngine:
    """One engine for the three storages of a process, also in the webserver."""

    postgres_url: str
    _engine: sqlalchemy.Engine

    def optimize_for_webserver(
        self,
        statement_timeout: int,
        pool_recycle: int,
        max_overflow: int,  # noqa: ARG002 - stock: 21 connections for each storage; ours is the budget's
    ) -> None:
        """Called in the webserver: statements get a time limit (milliseconds)."""
        self._engine = _webserver_engine(self.postgres_url, statement_timeout, pool_recycle)


class SharedRunStorage(_SharesEngine, PostgresRunStorage):
    """Run storage that also writes down which process executes a run, and in the daemon ends dead ones.

    The daemon makes its launcher for the first run that it launches; its storage is there from the start.
    """

    _sweeping: Event | None = None

    def register_instance(self, instance: DagsterInstance) -> None:
        """Take up work for an instance."""
        super().register_instance(instance)
        if is_daemon_process():
            self._sweeping = start_sweeping(instance)

    def dispose(self) -> None:
        """Called at the end of the instance."""
        if self._sweeping is not None:
            self._sweeping.set()
        super().dispose()

    def handle_run_event(
        self, run_id: str, event: DagsterEvent, update_timestamp: datetime | None = None
    ) -> None:
        """Store a run's change of state; the process that reports its start is its worker."""
        if event.event_type == DagsterEventType.RUN_START:
            self.add_run_tags(run_id, {WORKER_TAG: str(this_worker())})
        super().handle_run_event(run_id, event, update_timestamp)


class SharedEventLogStorage(_SharesEngine, PostgresEventLogStorage):
    """Event storage on the shared engine, which also stores the plan of a run at once.

    A run over many partitions begins with one event for each partition and asset that it plans to
    materialise. dagster-postgres stores those one by one: more than the rest of an unchanged run costs.
    """

    def store_event_batch(self, events: Sequence[EventLogEntry]) -> None:
        """Store events of one kind in one statement, as the parent class does for materialisations."""
        kinds = {event.get_dagster_event().event_type for event in events}
        if kinds != {DagsterEventType.ASSET_MATERIALIZATION_PLANNED}:
            super().store_event_batch(events)
            return
        statement = self.prepare_insert_event_batch(events)
        with self._connect() as conn:
            rows = conn.execute(statement.returning(SqlEventLogStorageTable.c.id)).fetchall()
        ids = [int(row[0]) for row in rows]
        last = {event.get_dagster_event().asset_key: place for place, event in enumerate(events)}
        with self.index_transaction() as conn:
            self._store_asset_event_tags(conn, events, ids)
            for place in last.values():
                self._store_asset_event(conn, events[place], ids[place])


class SharedScheduleStorage(_SharesEngine, PostgresScheduleStorage):
    """Schedule and sensor storage on the shared engine."""


class PygroundsStorage(DagsterPostgresStorage):
    """Run, event and schedule storage on the settings' server.

    Configuration: ``pool_limits``, the number of runs that may hold each pool at a time; those of the
    question pools are settings. Declared limits win over what was set by hand, whenever a process of the
    instance starts.

    Raises:
        SecondDaemonError: this process is a daemon and not the first of the instance.
    """

    def __init__(
        self, libpq_url: str, pool_limits: Mapping[str, int], inst_data: ConfigurableClassData | None = None
    ) -> None:
        # Materialisations of many partitions become one INSERT; Dagster reads this at every write.
        os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", _EVENT_BATCH)
        daemon = is_daemon_process()
        if daemon:
            claim_daemon(libpq_url)
        self.pool_limits = dict(pool_limits)
        with _alone(libpq_url):
            # The parent class makes the tables if there are none; its storages are then replaced.
            super().__init__(sqlalchemy_url(libpq_url, "psycopg2"), inst_data=inst_data)
            engine = _shared_engine(self.postgres_url, CONNECTIONS_OF_DAEMON if daemon else CONNECTIONS)
            self._run_storage = SharedRunStorage(self.postgres_url, should_autocreate_tables=False)
            self._event_log_storage = SharedEventLogStorage(self.postgres_url, should_autocreate_tables=False)
            self._schedule_storage = SharedScheduleStorage(self.postgres_url, should_autocreate_tables=False)
            for storage in (self._run_storage, self._event_log_storage, self._schedule_storage):
                storage._engine = engine
            self.apply_pool_limits()

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """Schema of the ``config`` block."""
        limits = Field(
            Map(str, IntSource),  # type: ignore[no-untyped-call]
            is_required=False,
            default_value={},
            description="Runs at a time, by pool.",
        )
        return {"pool_limits": limits}

    @classmethod
    def from_config_value(
        cls, inst_data: ConfigurableClassData | None, config_value: Mapping[str, Any]
    ) -> Self:
        """Build from ``dagster.yaml``, starting the embedded server where the settings name no other."""
        settings = Settings()
        url = _dagster_url(settings.home, settings.database_url, settings.dagster_pg_url)
        limits = {"coding": settings.coding_limit, "non_coding": settings.non_coding_limit}
        return cls(url, config_value.get("pool_limits", {}) | limits, inst_data)

    def apply_pool_limits(self) -> None:
        """Write the declared limits where they differ from the stored ones."""
        pools = self._event_log_storage.get_pool_limits()
        stored = {pool.name: pool.limit for pool in pools if not pool.from_default}
        for name, limit in self.pool_limits.items():
            if stored.get(name) != limit:
                self._event_log_storage.set_concurrency_slots(name, limit)

    @property
    def event_log_storage(self) -> EventLogStorage[Any]:
        """Events."""
        return self._event_log_storage

    @property
    def run_storage(self) -> RunStorage[Any]:
        """Runs."""
        return self._run_storage

    @property
    def schedule_storage(self) -> ScheduleStorage[Any]:
        """Schedules and sensors."""
        return self._schedule_storage
