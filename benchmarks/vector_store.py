"""Storing vectors: our write path against bare binary COPY and executemany into the same-shaped table.

    python -m benchmarks.vector_store

Our path is what materialisation does: batches, each its own transaction under the model's lock, looking up
what is there already. The baselines are psycopg's ``copy.write_row`` in binary format in one transaction, and
``executemany`` in one transaction. All write the same vectors into a table with the same primary key, in
turns; medians of the rounds are compared.
"""

from __future__ import annotations

import hashlib
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from pgvector import Vector
from psycopg.sql import SQL
from psycopg_pool import ConnectionPool

from benchmarks.report import Row, report
from pygrounds_dagster.knowledge.encoder import EncoderModel, Vectors
from pygrounds_dagster.knowledge.encoding import BATCH
from pygrounds_dagster.knowledge.vectors import ensure_table, load_vectors, vector_table, write_vectors
from pygrounds_dagster.store.database import ensure_database
from pygrounds_dagster.store.embedded import EmbeddedPostgres
from pygrounds_dagster.store.migrate import migrate
from pygrounds_dagster.store.pool import open_pool

COUNT = 100_000
ROUNDS = 3
MODEL = EncoderModel("benchmark-1", "benchmark", "1", 384, 256, "mean")


def ours(pool: ConnectionPool, hashes: list[str], vectors: Vectors) -> None:
    """As ``encoding.encode_texts`` stores."""
    for start in range(0, len(hashes), BATCH):
        rows = slice(start, start + BATCH)
        with pool.connection() as conn:
            write_vectors(conn, MODEL, "onnx-fp32", hashes[rows], vectors[rows])


def bare_copy(pool: ConnectionPool, hashes: list[str], vectors: Vectors) -> None:
    """psycopg's binary COPY, row by row."""
    query = SQL("COPY {} FROM STDIN (FORMAT BINARY)").format(vector_table(MODEL))
    with pool.connection() as conn, conn.cursor() as cursor, cursor.copy(query) as copy:
        copy.set_types(["text", "text", "vector"])
        for key, vector in zip(hashes, vectors, strict=True):
            copy.write_row((key, "onnx-fp32", Vector(vector)))


def executemany(pool: ConnectionPool, hashes: list[str], vectors: Vectors) -> None:
    """psycopg's executemany, which pipelines."""
    query = SQL("INSERT INTO {} VALUES (%s, %s, %s)").format(vector_table(MODEL))
    rows = [(key, "onnx-fp32", Vector(vector)) for key, vector in zip(hashes, vectors, strict=True)]
    with pool.connection() as conn, conn.cursor() as cursor:
        cursor.executemany(query, rows)


def measure(pool: ConnectionPool) -> list[Row]:
    """All three in turns on an empty table."""
    vectors = np.random.default_rng(1).standard_normal((COUNT, MODEL.dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    hashes = [hashlib.sha256(str(number).encode()).hexdigest()[:32] for number in range(COUNT)]
    with pool.connection() as conn:
        ensure_table(conn, MODEL)
    ways: tuple[Callable[[ConnectionPool, list[str], Vectors], None], ...] = (ours, bare_copy, executemany)
    times: dict[str, list[float]] = {way.__name__: [] for way in ways}
    for _ in range(ROUNDS):
        for way in ways:
            with pool.connection() as conn:
                conn.execute(SQL("TRUNCATE {}").format(vector_table(MODEL)))
            begun = time.perf_counter()
            way(pool, hashes, vectors)
            times[way.__name__].append(time.perf_counter() - begun)
    begun = time.perf_counter()
    with pool.connection() as conn:
        loaded = load_vectors(conn, MODEL, hashes)
    seconds = time.perf_counter() - begun
    assert np.array_equal(loaded, vectors)
    print(f"loading {COUNT:,} vectors back into one array: {seconds:.2f} s")
    rates = {name: COUNT / statistics.median(each) for name, each in times.items()}
    return [
        Row(
            f"storing {COUNT:,} vectors, a second, against {name}",
            rates["ours"], rates[name], rates["ours"] / rates[name], f">= {bound}",
            rates["ours"] / rates[name] >= bound,
        )
        for name, bound in (("bare_copy", 0.7), ("executemany", 1.4))
    ]  # fmt: skip


def main() -> int:
    """Measure on a server of its own."""
    home = Path(tempfile.mkdtemp(prefix="pygrounds-vectors-"))
    home.chmod(0o755)  # the server's account must reach its own, closed directory
    server = EmbeddedPostgres(home, home / "postgres.log")
    try:
        server.ensure_running()
        ensure_database(server.url("postgres"), "vectors")
        migrate(server.url("vectors"))
        with open_pool(server.url("vectors"), max_size=2, name="vectors") as pool:
            rows = measure(pool)
    finally:
        server.remove()
        shutil.rmtree(home, ignore_errors=True)
    return 0 if report("vector_store", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
