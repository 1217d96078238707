"""Connection pools, and the budget they share.

What belongs here: how connections are opened and how many there may be. What does not: SQL.
"""

from __future__ import annotations

from dataclasses import dataclass

from pgvector.psycopg import register_vector
from psycopg import Connection
from psycopg_pool import ConnectionPool

from pygrounds_dagster.store.embedded import MAX_CONNECTIONS

RESERVED = 3  # PostgreSQL keeps these for its superuser (superuser_reserved_connections)


@dataclass(frozen=True, slots=True)
class Share:
    """How many connections one kind of process may hold.

    Attributes:
        holder: the kind of process.
        processes: how many of them there are at most at a time.
        connections: how many each holds at most.
    """

    holder: str
    processes: int
    connections: int


BUDGET = (
    Share("dagster webserver", 1, 8),
    Share("dagster daemon", 1, 11),  # its storage, and the lock that says there is one daemon
    Share("code server: Dagster's storage", 2, 2),  # the webserver's and the daemon's
    Share("code server: knowledge base", 2, 4),
    Share("run worker: Dagster's storage", 22, 2),  # as many as max_concurrent_runs in dagster.yaml
    Share("run worker: knowledge base", 22, 4),
    Share("API", 1, 14),
    Share("command line", 4, 4),
)
"""Who may hold how many connections. An external server needs ``max_connections`` of the sum and some.

All leases of a process (``store.leases``) are held on one connection of its pool, within its share.
"""


def open_pool(database_url: str, *, max_size: int = 4, name: str = "pygrounds") -> ConnectionPool:
    """Open a pool on the knowledge base.

    Connections are made on demand, know the ``vector`` type, start transactions by themselves (autocommit is
    off) and are checked when taken, so that a restarted server costs a reconnection and not an error.

    Args:
        database_url: libpq URL of a migrated database.
        max_size: how many connections there may be; the holder's share of :data:`BUDGET`.
        name: shown by the server as ``application_name``, and the name of the pool's threads.

    Returns:
        An open pool; close it, or use it in a ``with`` statement.

    Raises:
        ValueError: ``max_size`` is more than the server has.
    """
    if not 0 < max_size <= MAX_CONNECTIONS - RESERVED:
        raise ValueError(f"max_size must be 1 to {MAX_CONNECTIONS - RESERVED}, not {max_size}")
    return ConnectionPool(
        database_url,
        kwargs={"application_name": name},
        min_size=0,
        max_size=max_size,
        open=True,
        name=name,
        timeout=30,
        configure=_configure,
        check=ConnectionPool.check_connection,
        num_workers=1,
    )


def _configure(conn: Connection) -> None:
    register_vector(conn)
    conn.commit()  # the look-up of the type began a transaction
