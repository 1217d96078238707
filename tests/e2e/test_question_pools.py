"""The limits of question making hold over all runs and processes, and survive whatever is killed.

Real services, real generators, real admission; the subtopics are rows in the store, so that the road from
content to chunks need not be walked first.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import psutil
import psycopg
import pytest
from dagster import DagsterInstance
from dagster_services import daemon_command, free_port, kill, running, services, wait_until, webserver_command
from psycopg_pool import ConnectionPool

from pygrounds_dagster.instance.daemon import daemon_is_running
from pygrounds_dagster.instance.worker import WORKER_TAG, parse_worker
from pygrounds_dagster.questions.bank import count_cells, stored_questions
from pygrounds_dagster.questions.sessions import GenerationRequest, follow, start
from pygrounds_dagster.runs.client import ENDED, DagsterClient, DagsterError
from pygrounds_dagster.store.leases import leases_held
from pygrounds_dagster.store.pool import BUDGET
from tests.questions.sums import insert_subtopics

CODING, NON_CODING = 4, 16
TARGET = 6
CODING_ASSETS = ("hangman_questions", "debugging_questions")
NON_CODING_ASSETS = ("output_prediction_questions", "trace_questions", "parsons_questions")
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


@dataclass
class Watch:
    """Looks many times a second at who makes questions, until it is left; keeps the most that it saw."""

    database_url: str
    databases: tuple[str, ...]
    most: dict[str, int] = field(default_factory=lambda: {"coding": 0, "non_coding": 0, "connections": 0})
    both: bool = False
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
        query = "SELECT count(*) FROM pg_stat_activity WHERE datname = ANY(%s)"
        with psycopg.connect(self.database_url, autocommit=True) as conn:
            while not self._stop.wait(0.03):
                held = {name: leases_held(conn, name) for name in ("coding", "non_coding")}
                row = conn.execute(query, [list(self.databases)]).fetchone()
                assert row is not None
                for name, number in {**held, "connections": row[0] - 1}.items():
                    self.most[name] = max(self.most[name], number)
                self.both = self.both or all(held.values())
                self.looks += 1


@pytest.fixture
def keys(instance: DagsterInstance, pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Subtopics with a program each; there is no content root, so that the watchers leave them alone."""
    monkeypatch.setenv("PYGROUNDS_QUESTION_TARGET", str(TARGET))
    added = [f"{topic}.{name}" for topic, names in SUBTOPICS.items() for name in names.split()]
    programs = {key: PROGRAM.format(place=at, factor=at % 7 + 2) for at, key in enumerate(added)}
    insert_subtopics(pool, programs)
    instance.add_dynamic_partitions("subtopic", added)
    return added


@pytest.fixture
def client(keys: list[str], tmp_path: Path, dagster_url: str) -> Iterator[DagsterClient]:
    with services(tmp_path, dagster_url) as opened:
        yield opened


def states(client: DagsterClient, runs: list[str]) -> list[str]:
    return [status.status for status in client.status(runs)]


def launch(client: DagsterClient, keys: list[str], asset: str, parts: int) -> list[str]:
    """Runs over neighbouring subtopics, as a backfill makes them."""
    size = len(keys) // parts
    return [run for at in range(0, len(keys), size) for run in client.launch(keys[at : at + size], [asset])]


def worker_pid(instance: DagsterInstance, run_id: str) -> int:
    run = instance.get_run_by_id(run_id)
    assert run is not None
    return parse_worker(run.tags[WORKER_TAG]).pid


@pytest.mark.timeout(900)
def test_limits_hold_and_killed_work_is_given_back(
    client: DagsterClient,
    keys: list[str],
    pool: ConnectionPool,
    instance: DagsterInstance,
    tmp_path: Path,
    database_url: str,
    dagster_url: str,
) -> None:
    """One story, because starting the services takes longer than most of it."""
    # A session makes what it asks through a run of its own.
    request = GenerationRequest(game_types=("hangman",), counts={"easy": 1}, subtopics=tuple(keys[:2]))
    *_, last = follow(pool, client, start(pool, client, request))
    assert (last.session.state, last.made) == ("done", 2), last

    # Both families at once, over all subtopics, with more coding runs than the pool lets in.
    databases = tuple(psycopg.conninfo.conninfo_to_dict(url)["dbname"] for url in (database_url, dagster_url))
    with Watch(database_url, databases) as seen:
        light = [run for asset in NON_CODING_ASSETS for run in launch(client, keys, asset, 6)]
        heavy = [run for asset in CODING_ASSETS for run in launch(client, keys, asset, 3)]
        wait_until(
            lambda: seen.most["coding"] >= CODING and seen.most["non_coding"] >= NON_CODING and seen.both,
            f"the limits were not reached: {seen.most}",
            tmp_path,
            seconds=300,
        )
        at_work = [states(client, heavy).count(word) for word in ("STARTED", "QUEUED")]
        assert at_work == [CODING, len(heavy) - CODING]

        # A run killed -9 gives its slot to one that waits, and its leases at once.
        victim = next(run for run in heavy if states(client, [run]) == ["STARTED"])
        waiting = [run for run in heavy if states(client, [run]) == ["QUEUED"]]
        kill(worker_pid(instance, victim))
        killed = time.monotonic()
        wait_until(lambda: states(client, [victim]) == ["FAILURE"], "the killed run goes on", tmp_path)
        wait_until(
            lambda: any(state != "QUEUED" for state in states(client, waiting)),
            "its slot is not given to the next",
            tmp_path,
        )
        _LOG.info("the slot of a killed run was taken again after %.1f s", time.monotonic() - killed)
        time.sleep(1)  # with the next run at work
    assert seen.most["coding"] == CODING
    assert seen.most["non_coding"] == NON_CODING
    assert seen.most["connections"] <= sum(share.processes * share.connections for share in BUDGET)
    _LOG.info("most at a time, in %d looks: %s", seen.looks, seen.most)

    # Power loss: everything at once; then the services start again.
    before = [run for run in [*light, *heavy] if states(client, [run])[0] not in ENDED]
    _kill_everything()
    wait_until(lambda: _leases(pool) == (0, 0), "a lease outlived its process", tmp_path)
    port = free_port()
    with (
        running(webserver_command(port), tmp_path / "webserver.log"),
        running(daemon_command(), tmp_path / "daemon.log"),
        DagsterClient(f"http://127.0.0.1:{port}") as again,
    ):
        wait_until(lambda: _answers(again), "the webserver has not come back", tmp_path)
        wait_until(lambda: daemon_is_running(dagster_url), "the daemon has not come back", tmp_path)
        for run in before:
            if states(again, [run]) == ["QUEUED"]:
                again.terminate(run)
        wait_until(
            lambda: all(state in ENDED for state in states(again, before)), "a run stays STARTED", tmp_path
        )
        assert _leases(pool) == (0, 0)

        # What was stored is whole and there once; the same partitions again add what is missing.
        with pool.connection() as conn:
            stored = [one.content_key for one in stored_questions(conn)]
        assert stored
        assert len(set(stored)) == len(stored)
        (run,) = again.launch(keys[:1], ["output_prediction_questions"])
        *_, [ended] = again.follow([run], timeout=200)
        assert ended.status == "SUCCESS", again.result(run)
    with pool.connection() as conn:
        counts = [n for (_, game, _), n in count_cells(conn, keys[:1]).items() if game == "output_prediction"]
    assert counts
    assert max(counts) <= TARGET


def _leases(pool: ConnectionPool) -> tuple[int, int]:
    with pool.connection() as conn:
        return leases_held(conn, "coding"), leases_held(conn, "non_coding")


def _kill_everything() -> None:
    """Webserver, daemon, code servers, the zygote and the runs that it forked; not PostgreSQL."""
    children = psutil.Process().children()
    services = [child for child in children if any("dagster" in word for word in child.cmdline())]
    assert len(services) == 2
    family = [*services, *(child for one in services for child in one.children(recursive=True))]
    for process in family:
        with suppress(psutil.NoSuchProcess):  # it went with its parent
            process.kill()
    psutil.wait_procs(family, timeout=30)


def _answers(client: DagsterClient) -> bool:
    try:
        return bool(client.partition_keys())
    except DagsterError:
        return False
