"""Leases: at most so many at a time, over all processes that share a database.

Here: slots as advisory locks of a PostgreSQL session, so that the server itself frees what a killed process
held. Not here: what is done under a lease, and how many there may be.

A process holds all its leases on **one** connection, borrowed from the caller's pool while a lease is held or
waited for: it counts within the share that the pool has in ``store.pool.BUDGET``. Waiting costs that one
connection too, however many wait: they stand in a line, and only its head asks the server. Who ends hands its
slot to the next of the line, without the server, until the process has had the slot for a while and others
may want it.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import Future
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary, ref

from psycopg import Connection, OperationalError
from psycopg_pool import ConnectionPool

from pygrounds_dagster.store.queries import load_queries

_LOG = logging.getLogger(__name__)
_SQL = load_queries(__package__)
_FIRST_PAUSE, _LAST_PAUSE, _GROWTH = 0.002, 0.04, 1.6  # seconds between two questions to the server
_KEPT_SECONDS = 2.0  # how long a slot is handed on within a process


class LeaseTimeoutError(TimeoutError):
    """No slot became free in time."""


@dataclass(slots=True, eq=False)
class _Ticket:
    """One who waits for a slot, or holds it.

    ``turn`` is done when its owner heads the line or has a slot, ``granted`` when it has one; ``since`` is
    when the process got the slot from the server.
    """

    name: str
    limit: int
    turn: Future[None] = field(default_factory=Future)
    granted: Future[None] = field(default_factory=Future)
    slot: int | None = None
    since: float = 0.0
    gone: bool = False


class _Keeper:
    """The leases of this process on one database; every method is short and takes the same lock."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = ref(pool)  # those who hold leases keep it alive
        self._lock = threading.Lock()
        self._conn: Connection | None = None
        self._tickets: set[_Ticket] = set()
        self._lines: dict[str, deque[_Ticket]] = {}

    def enter(self, name: str, limit: int) -> _Ticket:
        """Join the line of a name."""
        ticket = _Ticket(name, limit)
        with self._lock:
            self._tickets.add(ticket)
            self._lines.setdefault(name, deque()).append(ticket)
            self._call_next(name)
        return ticket

    def take(self, ticket: _Ticket) -> bool:
        """Whether a ticket has a slot; if not, its owner heads the line and asks for those behind it too."""
        with self._lock:
            if ticket.slot is not None or ticket.gone:
                return ticket.slot is not None
            line = self._lines[ticket.name]
            own = {other.slot for other in self._tickets if other.name == ticket.name}
            slots = [
                slot for slot in range(ticket.limit) if slot not in own
            ]  # a session may lock its own twice
            random.shuffle(slots)
            taken = self._take_slots(ticket.name, slots, len(line)) if slots else []
            for slot in taken:
                _grant(line.popleft(), slot, time.monotonic())
            self._call_next(ticket.name)
            return ticket.slot is not None

    def leave(self, ticket: _Ticket) -> None:
        """Give the slot back, or stop waiting; the last one out gives the connection back."""
        with self._lock:
            ticket.gone = True
            self._tickets.discard(ticket)
            try:
                if ticket.slot is None:
                    self._lines[ticket.name].remove(ticket)
                    self._call_next(ticket.name)
                elif self._conn is not None and not self._hand_on(ticket):
                    self._conn.execute(_SQL["free_slot"], {"key": _key(ticket.name), "slot": ticket.slot})
            except OperationalError as error:  # with the session the server freed its locks
                _LOG.warning("the connection that held lease %r was lost: %s", ticket.name, error)
            finally:
                if not self._tickets:
                    self._give_back()

    def hand_on_now(self, ticket: _Ticket) -> bool:
        """Give the slot to the next of this process without waiting for anybody; False: ``leave`` has to.

        An event loop gives slots on this way: a thread for it would stand in line behind those that write.
        """
        if not self._lock.acquire(blocking=False):
            return False
        try:
            if ticket.slot is None or self._conn is None or not self._hand_on(ticket):
                return False
            ticket.gone = True
            self._tickets.discard(ticket)
            return True
        finally:
            self._lock.release()

    def _hand_on(self, ticket: _Ticket) -> bool:
        """Give a slot to the next of this process, if there is one and it is not yet the turn of others."""
        line = self._lines.get(ticket.name)
        assert ticket.slot is not None
        if not line or ticket.slot >= line[0].limit or time.monotonic() - ticket.since > _KEPT_SECONDS:
            return False
        _grant(line.popleft(), ticket.slot, ticket.since)
        self._call_next(ticket.name)
        return True

    def _call_next(self, name: str) -> None:
        line = self._lines[name]
        if line:
            _finish(line[0].turn)
        else:
            del self._lines[name]

    def _take_slots(self, name: str, slots: list[int], wanted: int) -> list[int]:
        """Some of the slots; when the connection turns out to be lost, asked once more on a new one."""
        values = {"key": _key(name), "slots": slots, "wanted": wanted}
        conn = self._connection()
        try:
            rows = conn.execute(_SQL["take_slots"], values).fetchall()
        except OperationalError:
            if not conn.closed:
                raise
            rows = self._connection().execute(_SQL["take_slots"], values).fetchall()
        return [row[0] for row in rows]

    def _connection(self) -> Connection:
        if self._conn is None or self._conn.closed:
            lost = self._conn is not None
            self._give_back()
            self._conn = self._living_pool().getconn()
            self._conn.autocommit = True  # waiting in a transaction would hold back vacuum
            if lost:
                self._take_again(self._conn)
        return self._conn

    def _take_again(self, conn: Connection) -> None:
        """The server freed our slots when it lost the connection: take those that nobody took meanwhile."""
        for ticket in self._tickets:
            if ticket.slot is not None:
                values = {"key": _key(ticket.name), "slots": [ticket.slot], "wanted": 1}
                if conn.execute(_SQL["take_slots"], values).fetchone() is None:
                    _LOG.warning(
                        "the connection that held lease %r was lost and another process took its slot %d: "
                        "one more than the limit is at work until this one ends",
                        ticket.name,
                        ticket.slot,
                    )

    def _give_back(self) -> None:
        conn, self._conn = self._conn, None
        if conn is not None:
            if not conn.closed:
                conn.autocommit = False
            self._living_pool().putconn(conn)  # which drops a closed one

    def _living_pool(self) -> ConnectionPool:
        pool = self._pool()
        assert pool is not None
        return pool


def _grant(ticket: _Ticket, slot: int, since: float) -> None:
    ticket.slot, ticket.since = slot, since
    _finish(ticket.turn)
    _finish(ticket.granted)


def _finish(future: Future[None]) -> None:
    if not future.done() and future.set_running_or_notify_cancel():  # False: its owner gives up
        future.set_result(None)


_KEEPERS: WeakKeyDictionary[ConnectionPool, _Keeper] = WeakKeyDictionary()
_KEEPERS_LOCK = threading.Lock()


@contextmanager
def lease(pool: ConnectionPool, name: str, limit: int, timeout: float | None = None) -> Iterator[int]:
    """Hold one of ``limit`` slots while the body runs; wait until one is free.

    Waiters of one process are served in their order. Between processes chance decides, and a process with a
    line keeps a slot for some two seconds at most before others may get it. Call it without
    holding a connection of the pool. When the process dies, the server frees the slot.

    Args:
        pool: of the database that all processes share; one of its connections is borrowed (see above).
        name: what is counted, e.g. ``coding``; its own namespace in each database.
        limit: how many slots there are. Processes with another limit share the slots below both.
        timeout: seconds to wait; None: for ever.

    Yields:
        The number of the slot, 0 to ``limit - 1``.

    Raises:
        LeaseTimeoutError: none became free in time.
        ValueError: ``limit`` is less than 1, or the pool has no connection left beside the one of the leases.
        psycopg.OperationalError: the server is gone.
    """
    keeper = _keeper(pool, limit)
    deadline = None if timeout is None else time.monotonic() + timeout
    ticket = keeper.enter(name, limit)
    try:
        try:
            ticket.turn.result(timeout)
        except TimeoutError as error:
            raise _timed_out(name, limit, timeout) from error
        for pause in _pauses():
            if keeper.take(ticket):
                break
            if deadline is not None and time.monotonic() + pause > deadline:
                raise _timed_out(name, limit, timeout)
            with suppress(TimeoutError):
                ticket.granted.result(pause)
        assert ticket.slot is not None
        yield ticket.slot
    finally:
        keeper.leave(ticket)


@asynccontextmanager
async def async_lease(
    pool: ConnectionPool, name: str, limit: int, timeout: float | None = None
) -> AsyncIterator[int]:
    """:func:`lease` for an event loop, in one line with the threads of the process."""
    keeper = _keeper(pool, limit)
    loop = asyncio.get_running_loop()
    ticket = keeper.enter(name, limit)
    granted = asyncio.wrap_future(ticket.granted)
    try:
        try:
            async with asyncio.timeout(timeout):
                await asyncio.wrap_future(ticket.turn)
                for pause in _pauses():
                    if granted.done() or await _taken(keeper, ticket, granted):
                        break
                    await asyncio.wait({granted}, timeout=pause)
        except TimeoutError as error:
            raise _timed_out(name, limit, timeout) from error
        assert ticket.slot is not None
        yield ticket.slot
    finally:
        if not keeper.hand_on_now(ticket):
            # Not a task: a loop that ends cancels its tasks, but waits for what its threads still do.
            await asyncio.shield(loop.run_in_executor(None, keeper.leave, ticket))


async def _taken(keeper: _Keeper, ticket: _Ticket, granted: asyncio.Future[None]) -> bool:
    """Ask for a slot in a thread; others of the process may hand one on before the thread gets its turn."""
    asked = asyncio.get_running_loop().run_in_executor(None, keeper.take, ticket)
    asked.add_done_callback(
        lambda late: late.cancelled() or late.exception()
    )  # nobody may wait for it any more
    either: set[asyncio.Future[Any]] = {granted, asked}
    await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
    return granted.done() or asked.result()


def leases_held(conn: Connection, name: str) -> int:
    """How many leases of a name are held now, by all processes."""
    row = conn.execute(_SQL["count_slots"], {"key": _key(name)}).fetchone()
    assert row is not None
    return int(row[0])


def _keeper(pool: ConnectionPool, limit: int) -> _Keeper:
    if limit < 1:
        raise ValueError(f"a lease needs a limit of at least 1, not {limit}")
    if pool.max_size < 2:
        raise ValueError(
            f"pool {pool.name!r} has one connection, which leases would keep: open it with max_size=2 or more"
        )
    with _KEEPERS_LOCK:
        return _KEEPERS.setdefault(pool, _Keeper(pool))


def _key(name: str) -> int:
    """31 bits of the name's hash: the class of its advisory locks."""
    return int.from_bytes(hashlib.sha256(f"pygrounds.lease.{name}".encode()).digest()[:4], "big") >> 1


def _pauses() -> Iterator[float]:
    """Growing pauses, spread so that processes do not ask in step."""
    pause = _FIRST_PAUSE
    while True:
        yield pause * random.uniform(0.5, 1.5)
        pause = min(pause * _GROWTH, _LAST_PAUSE)


def _timed_out(name: str, limit: int, timeout: float | None) -> LeaseTimeoutError:
    return LeaseTimeoutError(f"none of the {limit} leases {name!r} became free within {timeout:g} s")
