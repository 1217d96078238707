"""Pools: what a connection is like, and that the budget fits the server."""

from __future__ import annotations

import numpy as np
import psycopg
import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.store.embedded import MAX_CONNECTIONS
from pygrounds_dagster.store.pool import BUDGET, RESERVED, open_pool


def test_connection_knows_vectors(pool: ConnectionPool) -> None:
    with pool.connection() as conn:
        row = conn.execute("SELECT %s::vector", (np.array([1.0, 2.0], dtype=np.float32),)).fetchone()
    assert row is not None
    assert row[0].to_list() == [1.0, 2.0]


def test_connection_begins_transactions(pool: ConnectionPool) -> None:
    with pool.connection() as conn:
        assert not conn.autocommit
        conn.execute("INSERT INTO zone (zone_key, title, position, content_root) VALUES ('z', 'Z', 1, '/')")
        conn.rollback()
        assert conn.execute("SELECT count(*) FROM zone").fetchone() == (0,)


def test_killed_connection_is_replaced(pool: ConnectionPool, database_url: str) -> None:
    with pool.connection() as conn:
        victim = conn.info.backend_pid
    with psycopg.connect(database_url) as other:
        other.execute("SELECT pg_terminate_backend(%s, 1000)", (victim,))
    with pool.connection() as conn:
        assert conn.info.backend_pid != victim
        assert conn.execute("SELECT 1").fetchone() == (1,)


def test_name_is_visible_on_the_server(database_url: str) -> None:
    with open_pool(database_url, max_size=1, name="somebody") as pool, pool.connection() as conn:
        assert conn.execute("SHOW application_name").fetchone() == ("somebody",)


def test_budget_fits_the_server() -> None:
    assert sum(share.processes * share.connections for share in BUDGET) <= MAX_CONNECTIONS - RESERVED


@pytest.mark.parametrize("size", [0, MAX_CONNECTIONS])
def test_size_outside_the_server_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="max_size"):
        open_pool("postgresql://nowhere/none", max_size=size, name="greedy")


def test_each_test_gets_an_empty_database(pool: ConnectionPool) -> None:
    with pool.connection() as conn:
        tables = ["zone", "subtopic", "chunk", "ranking"]
        assert [conn.execute(f"SELECT count(*) FROM {table}").fetchone() for table in tables] == [(0,)] * 4
