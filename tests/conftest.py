"""What every test may use: a real PostgreSQL, and a fresh database of it.

One server for each pytest process (so one for each xdist worker), started by the first test that asks for a
database. A watchdog process ends the server and deletes its files when the pytest process is gone, in
whatever way it went.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import psycopg
import pytest
from psycopg import sql
from psycopg_pool import ConnectionPool

from pygrounds_dagster.store.database import with_database
from pygrounds_dagster.store.embedded import EmbeddedPostgres
from pygrounds_dagster.store.migrate import migrate
from pygrounds_dagster.store.pool import open_pool

# How long an example takes says more about the machine's other work than about the code.
hypothesis.settings.register_profile("untimed", deadline=None)
hypothesis.settings.load_profile("untimed")

TEMPLATE = "migrated_template"
# Nothing here must survive a power cut, and small test databases need little memory.
TEST_SERVER = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "shared_buffers": "64MB",
    "autovacuum": "off",
}
# Reads until the last writer of the pipe is gone; the pytest process is the only one. A server without its
# data directory ends by itself; the signal only makes it quick.
WATCHDOG = """
cat >/dev/null
read -r pid <"$0/postgres/data/postmaster.pid" && kill -QUIT "$pid"
rm -rf "$0"
"""


@pytest.fixture(scope="session")
def test_server() -> Iterator[EmbeddedPostgres]:
    """An empty embedded server of this pytest process."""
    home = Path(tempfile.mkdtemp(prefix="pygrounds-test-"))
    home.chmod(0o755)  # the server's account must reach its directory in it, which is closed itself
    watchdog = subprocess.Popen(
        ["/bin/sh", "-c", WATCHDOG, str(home)], stdin=subprocess.PIPE, start_new_session=True
    )
    assert watchdog.stdin is not None
    server = EmbeddedPostgres(home, home / "postgres.log", TEST_SERVER)
    try:
        server.ensure_running()
        yield server
    finally:
        watchdog.stdin.close()
        watchdog.wait(timeout=30)


@pytest.fixture(scope="session")
def template_url(test_server: EmbeddedPostgres) -> str:
    """URL of a migrated, empty database that tests only copy."""
    admin = test_server.url("postgres")
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(TEMPLATE)))
    url = with_database(admin, TEMPLATE)
    migrate(url)
    return url


@pytest.fixture
def empty_database_url(test_server: EmbeddedPostgres) -> Iterator[str]:
    """URL of a database without any table, dropped after the test."""
    yield from _database(test_server.url("postgres"), "template0")


@pytest.fixture
def database_url(template_url: str) -> Iterator[str]:
    """URL of a fresh, migrated, empty database, dropped after the test."""
    yield from _database(with_database(template_url, "postgres"), TEMPLATE)


@pytest.fixture
def pool(database_url: str) -> Iterator[ConnectionPool]:
    """A pool on a fresh, migrated, empty database."""
    with open_pool(database_url, max_size=8, name="test") as opened:
        yield opened


def _database(admin: str, template: str) -> Iterator[str]:
    name = f"test_{os.getpid()}_{uuid.uuid4().hex[:12]}"
    create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log").format(
        sql.Identifier(name), sql.Identifier(template)
    )
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(create)
        yield with_database(admin, name)
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
