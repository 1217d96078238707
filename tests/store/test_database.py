"""The two databases: found or made, embedded or external, and how their URLs are spelt."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.database import (
    DatabaseUnavailableError,
    database_urls,
    ensure_database,
    libpq_url,
    sqlalchemy_url,
    with_database,
)
from pygrounds_dagster.store.embedded import EmbeddedPostgres


@pytest.fixture
def dropped_afterwards(test_server: EmbeddedPostgres) -> Iterator[str]:
    """The name of a database that does not exist, and will not."""
    yield "made_by_test"
    with psycopg.connect(test_server.url("postgres"), autocommit=True) as conn:
        conn.execute("DROP DATABASE IF EXISTS made_by_test WITH (FORCE)")
        conn.execute("DROP DATABASE IF EXISTS dagster WITH (FORCE)")


def _settings(tmp_path: Path, **values: str) -> Settings:
    return Settings(home=tmp_path, _env_file=None, **values)  # type: ignore[arg-type]


def test_external_server_gets_its_second_database(
    test_server: EmbeddedPostgres, dropped_afterwards: str, tmp_path: Path
) -> None:
    ensure_database(test_server.url("postgres"), dropped_afterwards)
    external = test_server.url(dropped_afterwards).replace("postgresql://", "postgresql+psycopg2://")
    urls = database_urls(_settings(tmp_path, database_url=external))
    assert database_urls(_settings(tmp_path, database_url=external)) == urls
    with psycopg.connect(urls.pygrounds) as knowledge, psycopg.connect(urls.dagster) as dagster:
        assert knowledge.info.dbname == dropped_afterwards
        assert dagster.info.dbname == "dagster"


def test_dagster_database_may_be_elsewhere(test_server: EmbeddedPostgres, tmp_path: Path) -> None:
    knowledge = test_server.url("postgres")
    settings = _settings(tmp_path, database_url=knowledge, dagster_pg_url="postgres://other/runs")
    assert database_urls(settings).dagster == "postgresql://other/runs"


def test_plain_name_of_the_dagster_url_is_understood(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DAGSTER_PG_URL", "postgresql://plain/runs")
    assert Settings().dagster_pg_url == "postgresql://plain/runs"
    monkeypatch.setenv("PYGROUNDS_DAGSTER_PG_URL", "postgresql://own/runs")
    assert Settings().dagster_pg_url == "postgresql://own/runs"


def test_unreachable_server_says_what_to_check(tmp_path: Path) -> None:
    settings = _settings(tmp_path, database_url="postgresql://127.0.0.1:1/none")
    with pytest.raises(DatabaseUnavailableError, match=r"(?s)127\.0\.0\.1:1 cannot .*PYGROUNDS_DATA"):
        database_urls(settings)


def test_user_without_the_right_to_create_is_told_so(test_server: EmbeddedPostgres) -> None:
    admin = test_server.url("postgres")
    with psycopg.connect(admin, autocommit=True) as conn:
        conn.execute("CREATE ROLE modest LOGIN")
        try:
            url = f"{admin}&options=-c%20role%3Dmodest"
            with pytest.raises(DatabaseUnavailableError, match="CREATE DATABASE forbidden"):
                ensure_database(url, "forbidden")
        finally:
            conn.execute("DROP ROLE modest")


def test_name_is_quoted(test_server: EmbeddedPostgres) -> None:
    name = 'odd "name"; --'
    admin = test_server.url("postgres")
    ensure_database(admin, name)
    with psycopg.connect(admin, autocommit=True) as conn:
        assert conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)).fetchone() == (1,)
        conn.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))


@pytest.mark.parametrize(
    "url",
    ["postgres://u@h/d", "postgresql://u@h/d", "postgresql+psycopg2://u@h/d", "postgresql+psycopg://u@h/d"],
)
def test_every_spelling_becomes_libpq(url: str) -> None:
    assert libpq_url(url) == "postgresql://u@h/d"
    assert sqlalchemy_url(url, "psycopg2") == "postgresql+psycopg2://u@h/d"


@pytest.mark.parametrize("url", ["mysql://u@h/d", "host=h dbname=d", "postgresqlx://h/d"])
def test_anything_else_is_refused(url: str) -> None:
    with pytest.raises(DatabaseUnavailableError, match="not a PostgreSQL URL"):
        libpq_url(url)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("postgresql://u:p@h:1/old", "postgresql://u:p@h:1/new"),
        ("postgresql://u@/old?host=%2Frun%2Fpg&port=5432", "postgresql://u@/new?host=%2Frun%2Fpg&port=5432"),
        ("postgresql://h", "postgresql://h/new"),
    ],
)
def test_other_database_of_the_same_server(url: str, expected: str) -> None:
    assert with_database(url, "new") == expected
