"""One daemon for one instance.

Two daemons on one storage compete for the same queue and launch runs twice, so a daemon process holds an
advisory lock of Dagster's database for as long as it lives; the server frees it when the process dies.
"""

from __future__ import annotations

import sys
from pathlib import Path

import psycopg

LOCK_CLASS = 0x7067  # "pg": this project's advisory locks in Dagster's database
LOCK_DAEMON = 1
LOCK_SETUP = 2

_held: list[psycopg.Connection] = []


class SecondDaemonError(RuntimeError):
    """Another daemon serves this instance."""


def is_daemon_process() -> bool:
    """Whether this process is ``dagster-daemon run`` in any of its spellings."""
    program = Path(sys.argv[0])
    return program.name == "dagster-daemon" or program.parts[-2:] == ("_daemon", "__main__.py")


def claim_daemon(dagster_url: str) -> None:
    """Become the instance's daemon for the life of this process.

    Args:
        dagster_url: libpq URL of Dagster's database.

    Raises:
        SecondDaemonError: another process is.
    """
    if _held and not _held[0].closed:
        return
    conn = psycopg.connect(dagster_url, autocommit=True, application_name="pygrounds-daemon-lock")
    row = conn.execute("SELECT pg_try_advisory_lock(%s, %s)", (LOCK_CLASS, LOCK_DAEMON)).fetchone()
    if row is None or not row[0]:
        conn.close()
        raise SecondDaemonError(
            "Another Dagster daemon already serves this instance; two would launch every run twice. "
            "Stop it with 'pygrounds down', or set PYGROUNDS_HOME to start a separate instance."
        )
    _held[:] = [conn]


def daemon_is_running(dagster_url: str) -> bool:
    """Whether some process is the instance's daemon now.

    Args:
        dagster_url: libpq URL of Dagster's database.
    """
    query = (
        "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted "
        "AND classid::bigint = %s AND objid::bigint = %s "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))"
    )
    with psycopg.connect(dagster_url, autocommit=True) as conn:
        row = conn.execute(query, (LOCK_CLASS, LOCK_DAEMON)).fetchone()
    return bool(row and row[0])
