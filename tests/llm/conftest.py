"""A scripted model over real HTTP, and clients of it. No test of this project asks a real model."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from pygrounds_dagster.llm import BlockingLlm
from pygrounds_dagster.llm.fake import FakeLlm, Script, fake_llm, load_script
from tests.llm.playing import Calls, Play, endpoint_of


@pytest.fixture
def play(pool: ConnectionPool) -> Iterator[Play]:
    """Start a script, by name or as it is, and a client of it; both end with the test."""
    with ExitStack() as stack:

        def start(script: str | Script, **fields: Any) -> tuple[BlockingLlm, FakeLlm]:
            played = load_script(script) if isinstance(script, str) else script
            fake = stack.enter_context(fake_llm(played))
            return stack.enter_context(BlockingLlm(endpoint_of(fake, **fields), pool)), fake

        yield start


@pytest.fixture
def calls(pool: ConnectionPool) -> Calls:
    """The rows of the table of calls, oldest first."""

    def read() -> list[dict[str, Any]]:
        with pool.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
            return cursor.execute("SELECT * FROM llm_call ORDER BY happened_at, call_id").fetchall()

    return read
