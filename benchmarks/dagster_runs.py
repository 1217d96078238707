"""Partitions launched over GraphQL: from the call to all materialised, on real services.

The work itself is what the steps' own functions take for the same partitions, called directly; what is beyond
it is Dagster's: launch, queue, run, events. Run as ``python -m benchmarks.dagster_runs``.
"""

from __future__ import annotations

import sys
import time

from psycopg import Connection

from benchmarks.installation import installation
from benchmarks.report import Row, report
from pygrounds_dagster.settings import Settings

MANY, FEW, REPEATS = 200, 10, 3
ASSETS = ("documents", "chunks")
PER_PARTITION, FEW_SECONDS = 0.05, 3.0


def work_seconds(keys: list[str]) -> float:
    """Seconds that the steps' own functions take for partitions that were never seen."""
    from pygrounds_dagster.curriculum.chunk_rows import sync_chunks
    from pygrounds_dagster.curriculum.content import load_content
    from pygrounds_dagster.curriculum.documents import sync_documents
    from pygrounds_dagster.knowledge.encoders import token_counter
    from pygrounds_dagster.store.database import database_urls
    from pygrounds_dagster.store.pool import open_pool

    settings = Settings()
    counter = token_counter(settings)
    with open_pool(database_urls(settings).pygrounds, max_size=2) as pool:
        with pool.connection() as conn:
            _forget(conn, keys)
        started = time.perf_counter()
        sync_documents(pool, load_content(settings.content_roots), keys)
        sync_chunks(pool, keys, counter)
        seconds = time.perf_counter() - started
        with pool.connection() as conn:
            _forget(conn, keys)  # the launched run does the same work again
    return seconds


def _forget(conn: Connection, keys: list[str]) -> None:
    from pygrounds_dagster.store.step import forget_step

    conn.execute("UPDATE document SET chunked_hash = '', content_hash = ''")
    forget_step(conn, keys)


def main() -> bool:
    """Measure and report."""
    with installation() as home:
        from dagster import DagsterInstance
        from dagster_services import services
        from small_content import write_content

        from pygrounds_dagster.instance.local_run import execute
        from pygrounds_dagster.runs.ranges import range_tags
        from pygrounds_dagster.store.database import database_urls

        keys = write_content(home / "content", MANY, topics=10)
        with DagsterInstance.get() as instance:
            execute(instance, ["curriculum"], {})
            # Known to Dagster, so that the content watcher starts no runs of its own.
            execute(instance, ["documents"], range_tags(keys))
        work = work_seconds(keys)
        with services(home, database_urls(Settings()).dagster) as client:
            _launch(client, keys[:1])  # the warm process loads the code location once
            many = _launch(client, keys)
            few = min(_launch(client, keys[:FEW]) for _ in range(REPEATS))
    beyond = (many - work) / MANY
    return report(
        "dagster_runs",
        [
            Row(
                f"{MANY} partitions, seconds each beyond the work",
                beyond,
                PER_PARTITION,
                PER_PARTITION / beyond,
                f"<= {PER_PARTITION} s",
                beyond <= PER_PARTITION,
            ),
            Row(
                f"{FEW} partitions, seconds from the call",
                few,
                FEW_SECONDS,
                FEW_SECONDS / few,
                f"<= {FEW_SECONDS} s",
                few <= FEW_SECONDS,
            ),
        ],
    )


def _launch(client: object, keys: list[str]) -> float:
    from pygrounds_dagster.runs.client import DagsterClient

    assert isinstance(client, DagsterClient)
    started = time.perf_counter()
    run_ids = client.launch(keys, assets=ASSETS)
    *_, last = client.follow(run_ids, timeout=300, interval=0.05)
    seconds = time.perf_counter() - started
    bad = [status for status in last if status.status != "SUCCESS"]
    if bad:
        raise RuntimeError(f"{bad}: {client.result(bad[0].run_id)}")
    return seconds


if __name__ == "__main__":
    sys.exit(not main())
