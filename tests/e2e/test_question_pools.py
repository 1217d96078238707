"""The limits of question making hold over all runs and processes, and survive whatever is killed.

Real services, real backfills, real generators, real admission; the subtopics are rows in the store, so that
the road from content to chunks need not be walked first.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import httpx2
import psutil
import psycopg
import pytest
from dagster import DagsterInstance, RunsFilter
from dagster_services import (
    daemon_command,
    free_port,
    kill,
    running,
    services,
    wait_until,
    webserver_command,
)
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict
from psycopg_pool import ConnectionPool

from pygrounds_dagster.instance.worker import WORKER_TAG, parse_worker
from pygrounds_dagster.questions.bank import count_cells, stored_questions
from pygrounds_dagster.questions.sessions import GenerationRequest, find, follow, resume, start
from pygrounds_dagster.runs.client import ENDED, DagsterClient, DagsterError
from pygrounds_dagster.store.database import with_database
from pygrounds_dagster.store.embedded import EmbeddedPostgres
from pygrounds_dagster.store.leases import leases_held
from pygrounds_dagster.store.pool import BUDGET
from tests.questions.sums import insert_subtopics

CODING, NON_CODING = 4, 16
SERVICES = {"dagster_webserver", "dagster._daemon"}
"""Modules that Dagster's services run; the sandboxes of other tests are children of this process, too."""
TARGET = 6
CODING_ASSETS = ("hangman_questions", "debugging_questions")
NON_CODING_ASSETS = ("output_prediction_questions", "trace_questions", "parsons_questions")
AT_WORK = ("STARTING", "STARTED")
PATIENCE = 400.0  # seconds, on a machine with much other work
_LOG = logging.getLogger(__name__)
SUBTOPICS = {
    # of the curriculum, which the families of programs know
    "beginner.basics": "formatted_output input numbers operators strings variables",
    "beginner.collections": "dictionaries lists nested_data slicing tuples_and_sets",
    "beginner.control_flow": "conditionals for_loops while_loops",
    "intermediate.classes": "classes_and_objects dataclasses enums inheritance special_methods",
    "intermediate.functions": "arguments defining_functions scope",
    "intermediate.working_with_data": "comprehensions sorting",
}
PROGRAM = """def total(prices, limit):
    result = {place}
    for price in prices:
        if price > limit:
            result += price * {factor}
    return result


print(total([1, 5, 7], 3))
"""
ASKED = GenerationRequest(
    game_types=("hangman", "debugging", "trace"),
    counts={"easy": 2},
    subtopics=("beginner.collections.dictionaries", "beginner.collections.lists"),
)
LAUNCH_BACKFILL = """
mutation Launch($params: LaunchBackfillParams!) {
  launchPartitionBackfill(backfillParams: $params) {
    __typename
    ... on LaunchBackfillSuccess { backfillId }
    ... on PythonError { message }
  }
}
"""


@dataclass
class Watch:
    """Looks many times a second at who makes questions, until it is left; keeps the most that it saw."""

    database_url: str
    databases: tuple[str, ...]
    most: dict[str, int] = field(default_factory=lambda: {"coding": 0, "non_coding": 0, "connections": 0})
    both_full: bool = False
    looks: int = 0

    def __enter__(self) -> Self:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._look)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        assert self._thread.is_alive()
        self._stop.set()
        self._thread.join()

    def _look(self) -> None:
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = ANY(%s) AND pid <> pg_backend_pid()"
        with psycopg.connect(self.database_url, autocommit=True) as conn:
            while not self._stop.wait(0.05):
                held = {name: leases_held(conn, name) for name in ("coding", "non_coding")}
                row = conn.execute(query, [list(self.databases)]).fetchone()
                assert row is not None
                for name, number in {**held, "connections": row[0]}.items():
                    self.most[name] = max(self.most[name], number)
                self.both_full |= (held["coding"], held["non_coding"]) == (CODING, NON_CODING)
                self.looks += 1


@pytest.fixture
def database_url(template_url: str) -> Iterator[str]:
    """A database that outlives the death of its server."""
    yield from _copy_of(template_url)


@pytest.fixture
def dagster_url(dagster_template: str) -> Iterator[str]:
    """The same, with Dagster's tables."""
    yield from _copy_of(dagster_template)


def _copy_of(template: str) -> Iterator[str]:
    """Made and dropped on connections of their own, since the server dies in between; commits are kept."""
    admin, name = with_database(template, "postgres"), f"pools_{os.getpid()}_{time.monotonic_ns()}"
    names = sql.Identifier(name), sql.Identifier(str(conninfo_to_dict(template)["dbname"]))
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(*names))
        conn.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = on").format(names[0]))
    yield with_database(admin, name)
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(names[0]))


@pytest.fixture
def keys(instance: DagsterInstance, pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Subtopics with a program each; there is no content root, so that the watchers leave them alone."""
    monkeypatch.setenv("PYGROUNDS_QUESTION_TARGET", str(TARGET))
    added = [f"{topic}.{name}" for topic, names in SUBTOPICS.items() for name in names.split()]
    programs = {key: PROGRAM.format(place=at, factor=at % 7 + 2) for at, key in enumerate(added)}
    insert_subtopics(pool, programs)
    instance.add_dynamic_partitions("subtopic", added)
    return added


@contextmanager
def webserver(logs: Path) -> Iterator[tuple[str, DagsterClient]]:
    """The webserver alone: what is launched waits for the daemon."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    with running(webserver_command(port), logs / "webserver.log"), DagsterClient(url) as client:
        wait_until(lambda: _answers(client), "the webserver has not loaded the code location", logs)
        yield url, client


def _answers(client: DagsterClient) -> bool:
    try:
        return bool(client.partition_keys())
    except DagsterError:
        return False


def backfill(url: str, keys: Sequence[str], asset: str) -> str:
    """A backfill, launched as the web interface launches it; its id."""
    params = {"assetSelection": [{"path": [asset]}], "partitionNames": list(keys), "tags": []}
    answer = httpx2.post(
        f"{url}/graphql", json={"query": LAUNCH_BACKFILL, "variables": {"params": params}}, timeout=60
    )
    launched = answer.raise_for_status().json()["data"]["launchPartitionBackfill"]
    assert launched["__typename"] == "LaunchBackfillSuccess", launched
    return str(launched["backfillId"])


def runs_of(instance: DagsterInstance, backfills: Sequence[str]) -> list[str]:
    """Runs of some backfills."""
    filters = RunsFilter(tags={"dagster/backfill": list(backfills)})
    return [run.run_id for run in instance.get_runs(filters)]


def states(instance: DagsterInstance, runs: Sequence[str]) -> dict[str, str]:
    """Run → its status."""
    return {run.run_id: run.status.value for run in instance.get_runs(RunsFilter(run_ids=list(runs)))}


def worker_pid(instance: DagsterInstance, run_id: str) -> int:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return parse_worker(run.tags[WORKER_TAG]).pid


@pytest.mark.timeout(900)
def test_limits_hold_and_killed_work_is_given_back(
    keys: list[str],
    pool: ConnectionPool,
    instance: DagsterInstance,
    test_server: EmbeddedPostgres,
    tmp_path: Path,
    database_url: str,
    dagster_url: str,
) -> None:
    """One story, because starting the services takes longer than most of it."""
    databases = tuple(str(conninfo_to_dict(url)["dbname"]) for url in (database_url, dagster_url))
    with webserver(tmp_path) as (url, client):
        # Launched before the daemon comes, whose first tick then takes the backfills.
        backfills = {asset: backfill(url, keys, asset) for asset in (*CODING_ASSETS, *NON_CODING_ASSETS)}
        with running(daemon_command(), tmp_path / "daemon.log"):
            # Both families over all subtopics, and more coding runs than the pool lets in.
            wait_until(
                lambda: len(runs_of(instance, [*backfills.values()])) == 2 * len(backfills),
                "the backfills have not become runs",
                tmp_path,
                PATIENCE,
            )
            session = start(pool, client, ASKED)
            coding = runs_of(instance, [backfills[asset] for asset in CODING_ASSETS])
            coding += find(pool, session).run_ids[:2]
            with Watch(database_url, databases) as seen:
                _until_full(seen, instance, coding, tmp_path)
                _a_killed_run_gives_way(instance, coding, tmp_path)
            _LOG.info("most at a time, in %d looks: %s", seen.looks, seen.most)
            assert seen.most["coding"] == CODING
            assert seen.most["non_coding"] == NON_CODING
            assert seen.most["connections"] <= sum(share.processes * share.connections for share in BUDGET)
            wait_until(lambda: _stored(pool), "nothing is stored", tmp_path, PATIENCE)
            _kill_everything(test_server)

    test_server.ensure_running()
    assert _leases(pool) == (0, 0)
    before = states(instance, [*runs_of(instance, [*backfills.values()]), *find(pool, session).run_ids])
    lost = [run for run, state in before.items() if state in AT_WORK]
    assert lost
    with services(tmp_path, dagster_url) as client:
        wait_until(
            lambda: set(states(instance, lost).values()) == {"FAILURE"}, "a dead run stays STARTED", tmp_path
        )
        # The session goes on with what it misses; the rest is of no interest any more.
        rest = runs_of(instance, [*backfills.values()])
        wait_until(lambda: _are_cancelled(client, instance, rest), "runs cannot be cancelled", tmp_path)
        resume(pool, client, session)
        *_, last = follow(pool, client, session)
        assert (last.session.state, last.made) == ("done", last.asked), last
    assert max(_stored(pool).values()) == 1
    with pool.connection() as conn:
        assert max(count_cells(conn).values()) <= TARGET + max(ASKED.counts.values())


def _until_full(seen: Watch, instance: DagsterInstance, coding: Sequence[str], logs: Path) -> None:
    """Wait until all slots of both families are in use, and all of the coding runs' pool."""

    def is_full() -> bool:
        count = Counter(states(instance, coding).values())
        busy = sum(count[state] for state in AT_WORK)
        assert busy <= CODING
        return seen.both_full and busy == CODING and count["STARTED"] > 0 and count["QUEUED"] > 0

    wait_until(is_full, f"the limits were not reached: {seen.most}", logs, PATIENCE)


def _a_killed_run_gives_way(instance: DagsterInstance, coding: Sequence[str], logs: Path) -> None:
    """Kill -9 a coding run while others wait: one of them takes its place."""
    before = states(instance, coding)
    queued = [run for run, state in before.items() if state == "QUEUED"]
    victim = next(run for run, state in before.items() if state == "STARTED")
    assert queued
    kill(worker_pid(instance, victim))
    killed = time.monotonic()
    wait_until(lambda: states(instance, [victim])[victim] == "FAILURE", "the killed run goes on", logs)
    wait_until(
        lambda: set(states(instance, queued).values()) != {"QUEUED"}, "its place is not given away", logs
    )
    _LOG.info("the place of a killed run was taken again after %.1f s", time.monotonic() - killed)
    assert sum(state in AT_WORK for state in states(instance, coding).values()) <= CODING


def _words(process: psutil.Process) -> list[str]:
    """Its command line; none of one that has ended, as children of other tests may have."""
    try:
        return process.cmdline()
    except psutil.NoSuchProcess:
        return []


def _kill_everything(server: EmbeddedPostgres) -> None:
    """Power loss: webserver, daemon, code servers, the zygote, the runs that it forked, and PostgreSQL."""
    children = psutil.Process().children()
    parents = [child for child in children if SERVICES & set(_words(child))]
    assert len(parents) == 2
    family: set[psutil.Process] = set()
    while born := {*parents, *(child for one in parents for child in one.children(recursive=True))} - family:
        family |= born  # the power fails for all at once: what is stopped forks no other
        for process in born:
            with suppress(psutil.NoSuchProcess):
                process.suspend()
    postmaster = server.status().pid
    assert postmaster is not None
    kill(postmaster)
    for process in family:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(family, timeout=30)


def _are_cancelled(client: DagsterClient, instance: DagsterInstance, runs: Sequence[str]) -> bool:
    """Whether all of some runs have ended; those that have not are asked to."""
    left = [run for run, state in states(instance, runs).items() if state not in ENDED]
    for run in left:
        with suppress(DagsterError):  # it ended, or is just being launched
            client.terminate(run)
    return not left


def _stored(pool: ConnectionPool) -> Counter[tuple[str, str]]:
    """What is in the bank, by game type and content."""
    with pool.connection() as conn:
        return Counter((one.game_type, one.content_key) for one in stored_questions(conn))


def _leases(pool: ConnectionPool) -> tuple[int, int]:
    with pool.connection() as conn:
        return leases_held(conn, "coding"), leases_held(conn, "non_coding")
