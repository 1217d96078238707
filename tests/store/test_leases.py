"""Leases: never more than the limit, in whatever way their holders go."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import psycopg
import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.store import leases
from pygrounds_dagster.store.leases import LeaseTimeoutError, async_lease, lease, leases_held
from pygrounds_dagster.store.pool import open_pool

HOLDER = """
import sys
from pygrounds_dagster.store import leases
from pygrounds_dagster.store.leases import lease
from pygrounds_dagster.store.pool import open_pool
with open_pool(sys.argv[1], max_size=2) as pool, lease(pool, "work", 1):
    print("held", flush=True)
    sys.stdin.read()
"""
WORKER = """
import sys, time
from concurrent.futures import ThreadPoolExecutor
import psycopg
from pygrounds_dagster.store import leases
from pygrounds_dagster.store.leases import lease
from pygrounds_dagster.store.pool import open_pool

def work(number):
    with lease(pool, "work", 3):
        began = time.clock_gettime(time.CLOCK_MONOTONIC)
        time.sleep(0.02)
        return began, time.clock_gettime(time.CLOCK_MONOTONIC)

with open_pool(sys.argv[1], max_size=2) as pool, ThreadPoolExecutor(6) as threads:
    for began, ended in threads.map(work, range(20)):
        print(began, ended)
"""


@pytest.fixture
def other(database_url: str) -> Iterator[psycopg.Connection]:
    """A connection that looks on."""
    with psycopg.connect(database_url, autocommit=True) as conn:
        yield conn


@contextmanager
def holder(database_url: str) -> Iterator[subprocess.Popen[str]]:
    """Another process that holds the only lease until it is told to end."""
    command = [sys.executable, "-c", HOLDER, database_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        try:
            yield process
        finally:
            process.kill()


def session(conn: psycopg.Connection) -> int:
    """The server process that holds the leases of this test."""
    row = conn.execute("SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objsubid = 2").fetchone()
    assert row is not None
    return int(row[0])


def test_slots_differ_and_are_given_back(pool: ConnectionPool, other: psycopg.Connection) -> None:
    with ExitStack() as stack:
        slots = {stack.enter_context(lease(pool, "work", 4)) for _ in range(4)}
        assert slots == {0, 1, 2, 3}
        assert leases_held(other, "work") == 4
    assert leases_held(other, "work") == 0


def test_names_do_not_meet(pool: ConnectionPool, other: psycopg.Connection) -> None:
    with lease(pool, "coding", 1), lease(pool, "non_coding", 1):
        assert (leases_held(other, "coding"), leases_held(other, "non_coding")) == (1, 1)


def test_one_too_many_waits_no_longer_than_asked(pool: ConnectionPool) -> None:
    with (
        lease(pool, "work", 1),
        pytest.raises(LeaseTimeoutError, match=r"none of the 1 leases 'work' became free within 0\.05 s"),
        lease(pool, "work", 1, timeout=0.05),
    ):
        pytest.fail("two hold one slot")


def test_one_behind_another_who_waits_is_timed_out_too(pool: ConnectionPool) -> None:
    def wait(seconds: float) -> type[BaseException] | None:
        try:
            with lease(pool, "work", 1, timeout=seconds):
                return None
        except LeaseTimeoutError as error:
            return type(error)

    with lease(pool, "work", 1), ThreadPoolExecutor(2) as threads:
        assert list(threads.map(wait, [0.2, 0.05])) == [LeaseTimeoutError] * 2


def test_waiter_gets_what_is_given_back(pool: ConnectionPool) -> None:
    waiting, got = threading.Event(), threading.Event()

    def wait() -> None:
        waiting.set()
        with lease(pool, "work", 1, timeout=30):
            got.set()

    with lease(pool, "work", 1):
        thread = threading.Thread(target=wait)
        thread.start()
        waiting.wait()
        assert not got.is_set()
    thread.join()
    assert got.is_set()


def test_all_leases_of_a_process_cost_one_connection(pool: ConnectionPool, other: psycopg.Connection) -> None:
    with ExitStack() as stack:
        for _ in range(16):
            stack.enter_context(lease(pool, "work", 16))
        rows = other.execute("SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'advisory'").fetchall()
        assert len(rows) == 1
        assert pool.get_stats()["pool_size"] == 1
    with pool.connection() as conn:
        assert conn.info.backend_pid == rows[0][0]
        assert not conn.autocommit


def test_no_transaction_is_open_while_one_is_held(pool: ConnectionPool, other: psycopg.Connection) -> None:
    with lease(pool, "work", 1):
        state = other.execute(
            "SELECT state FROM pg_stat_activity WHERE pid = %s", [session(other)]
        ).fetchone()
    assert state == ("idle",)


def test_killed_holder_frees_its_slot(
    database_url: str, pool: ConnectionPool, other: psycopg.Connection
) -> None:
    with holder(database_url) as process:
        with pytest.raises(LeaseTimeoutError), lease(pool, "work", 1, timeout=0.05):
            pytest.fail("two hold one slot")
        process.kill()  # SIGKILL: it can say nothing any more
        with lease(pool, "work", 1, timeout=30):
            assert leases_held(other, "work") == 1


def test_limit_holds_over_processes_and_is_reached(database_url: str) -> None:
    command = [sys.executable, "-c", WORKER, database_url]
    workers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(3)]
    spans = [line.split() for worker in workers for line in worker.communicate()[0].splitlines()]
    assert [worker.returncode for worker in workers] == [0, 0, 0]
    assert len(spans) == 60
    events = sorted((float(at), change) for span in spans for at, change in zip(span, (1, -1), strict=True))
    at_work = [sum(change for _, change in events[: number + 1]) for number in range(len(events))]
    assert max(at_work) == 3


def test_lost_connection_is_replaced_and_its_slots_taken_again(
    pool: ConnectionPool, other: psycopg.Connection
) -> None:
    with lease(pool, "work", 2) as first:
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [session(other)])
        assert leases_held(other, "work") == 0
        with lease(pool, "work", 2) as second:
            assert {first, second} == {0, 1}
            assert leases_held(other, "work") == 2
    assert leases_held(other, "work") == 0


def test_slot_that_another_took_meanwhile_is_told(
    pool: ConnectionPool, other: psycopg.Connection, database_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with lease(pool, "work", 1):
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [session(other)])
        with holder(database_url), lease(pool, "else", 1):
            assert "lost and another process took its slot 0" in caplog.text
            assert leases_held(other, "work") == 1


def test_lease_ends_quietly_when_its_connection_is_lost(
    pool: ConnectionPool, other: psycopg.Connection, caplog: pytest.LogCaptureFixture
) -> None:
    with lease(pool, "work", 1):
        other.execute("SELECT pg_terminate_backend(%s, 5000)", [session(other)])
    assert "the connection that held lease 'work' was lost" in caplog.text
    with lease(pool, "work", 1, timeout=30) as slot:
        assert slot == 0


def test_event_loops_stand_in_the_same_line(pool: ConnectionPool, other: psycopg.Connection) -> None:
    async def work(active: list[int]) -> int:
        async with async_lease(pool, "work", 3):
            active.append(active[-1] + 1)
            await asyncio.sleep(0.01)
            active.append(active[-1] - 1)
        return max(active)

    async def many() -> list[int]:
        active = [0]
        return await asyncio.gather(*(work(active) for _ in range(20)))

    with lease(pool, "work", 3):
        assert max(asyncio.run(many())) == 2
        assert leases_held(other, "work") == 1


def test_cancelled_waiter_leaves_nothing_behind(pool: ConnectionPool, other: psycopg.Connection) -> None:
    async def hold(pause: float) -> None:
        async with async_lease(pool, "work", 2):
            await asyncio.sleep(pause)

    async def cancel_at_any_point() -> None:
        for number in range(40):
            tasks = [asyncio.create_task(hold(0.002)) for _ in range(6)]
            await asyncio.sleep(number * 0.0002)
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    asyncio.run(cancel_at_any_point())
    assert leases_held(other, "work") == 0
    with lease(pool, "work", 2, timeout=30), lease(pool, "work", 2, timeout=30):
        assert leases_held(other, "work") == 2


def test_async_waiter_is_timed_out(pool: ConnectionPool) -> None:
    async def wait() -> None:
        async with async_lease(pool, "work", 1, timeout=0.05):
            pytest.fail("two hold one slot")

    with lease(pool, "work", 1), pytest.raises(LeaseTimeoutError, match=r"within 0\.05 s"):
        asyncio.run(wait())


def test_event_loops_hand_slots_on_while_their_threads_are_busy(pool: ConnectionPool) -> None:
    """Whoever writes to the database in a thread does not hold up those who wait for a slot."""
    at_work, gate = asyncio.Event(), threading.Event()
    done: list[int] = []

    async def work(number: int) -> None:
        async with async_lease(pool, "work", 1):
            at_work.set()
            await asyncio.sleep(0.02)
            done.append(number)

    async def many() -> None:
        loop = asyncio.get_running_loop()
        loop.set_default_executor(ThreadPoolExecutor(1))
        tasks = [asyncio.create_task(work(number)) for number in range(3)]
        await at_work.wait()
        writing = loop.run_in_executor(None, gate.wait)
        try:
            async with asyncio.timeout(60):
                while len(done) < 3:
                    await asyncio.sleep(0.001)
        finally:
            gate.set()
        await asyncio.gather(writing, *tasks)

    asyncio.run(many())
    assert done == [0, 1, 2]


def test_slots_are_handed_on_within_a_process(pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Forty who wait for two slots ask the server but a few times."""
    asked: list[str] = []
    take = leases._Keeper._take_slots

    def counted(keeper: leases._Keeper, name: str, slots: list[int], wanted: int) -> list[int]:
        asked.append(name)
        return take(keeper, name, slots, wanted)

    at_work: list[int] = []

    def work(number: int) -> int:
        with lease(pool, "work", 2) as slot:
            assert slot not in at_work
            at_work.append(slot)
            time.sleep(0.001)
            at_work.remove(slot)
            return number

    with ThreadPoolExecutor(40) as threads, lease(pool, "work", 2), lease(pool, "work", 2):
        waiting = [threads.submit(work, number) for number in range(40)]
        monkeypatch.setattr(leases, "_FIRST_PAUSE", 30)
        monkeypatch.setattr(leases._Keeper, "_take_slots", counted)
        keeper = leases._KEEPERS[pool]
        while len(keeper._tickets) < 42:
            time.sleep(0.001)
    assert [future.result() for future in waiting] == list(range(40))
    assert len(asked) < 10


def test_process_with_a_line_lets_others_in(
    database_url: str, pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leases, "_KEPT_SECONDS", 0.05)
    stop = threading.Event()

    def work() -> None:
        while not stop.is_set():
            with lease(pool, "work", 1):
                stop.wait(0.01)

    with ThreadPoolExecutor(4) as threads:
        workers = [threads.submit(work) for _ in range(4)]
        try:
            with holder(database_url):
                assert not any(worker.done() for worker in workers)
        finally:
            stop.set()


def test_limit_below_one_is_refused(pool: ConnectionPool) -> None:
    with pytest.raises(ValueError, match="at least 1, not 0"), lease(pool, "work", 0):
        pytest.fail("held nothing")


def test_pool_that_the_lease_would_use_up_is_refused(database_url: str) -> None:
    with (
        open_pool(database_url, max_size=1, name="small") as small,
        pytest.raises(ValueError, match=r"'small' has one connection, .* max_size=2"),
        lease(small, "work", 1),
    ):
        pytest.fail("held nothing")
