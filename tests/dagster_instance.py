"""A real Dagster instance for tests: the repository's ``dagster.yaml`` on fresh databases."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from dagster import DagsterInstance
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from pygrounds_dagster.instance.storage import PygroundsStorage
from pygrounds_dagster.settings import PROJECT_ROOT
from pygrounds_dagster.store.database import with_database
from pygrounds_dagster.store.embedded import EmbeddedPostgres


@pytest.fixture(scope="session")
def dagster_template(test_server: EmbeddedPostgres) -> str:
    """URL of a database with Dagster's tables that tests only copy; one for each directory of tests."""
    admin = test_server.url("postgres")
    name = f"dagster_template_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    url = with_database(admin, name)
    PygroundsStorage(url, {}).run_storage._engine.dispose()
    return url


@pytest.fixture
def dagster_url(dagster_template: str) -> Iterator[str]:
    """URL of a fresh database with Dagster's tables."""
    admin, template = (
        with_database(dagster_template, "postgres"),
        conninfo_to_dict(dagster_template)["dbname"],
    )
    name = f"dagster_{os.getpid()}_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(admin, autocommit=True) as conn:
        create = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY wal_log")
        conn.execute(create.format(sql.Identifier(name), sql.Identifier(str(template))))
        yield with_database(admin, name)
        conn.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def installation(
    database_url: str, dagster_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Path]:
    """Environment of an installation of its own; its ``PYGROUNDS_HOME``."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("DAGSTER_HOME", str(PROJECT_ROOT))
    monkeypatch.setenv("PYGROUNDS_HOME", str(home))
    monkeypatch.setenv("PYGROUNDS_CONTENT", str(tmp_path / "content"))
    monkeypatch.setenv("PYGROUNDS_DATABASE_URL", database_url)
    monkeypatch.setenv("PYGROUNDS_DAGSTER_PG_URL", dagster_url)
    yield home
    # Child processes of services read the environment; nothing of it may reach the next test.
    from pygrounds_dagster.defs.resources import forget

    forget()


@pytest.fixture
def instance(installation: Path) -> Iterator[DagsterInstance]:
    """The instance of that installation, configured by the repository's ``dagster.yaml``."""
    with DagsterInstance.from_config(str(PROJECT_ROOT)) as opened:
        yield opened
        opened.run_storage._engine.dispose()
