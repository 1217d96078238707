"""Swapping one re-materialised partition of 100 chunks: its ranking rows and its topic's FAISS shard.

Measured from arrays in memory to visible for every reader: one transaction, one new shard, one rename. A
reader in another process opens every version meanwhile and counts what it sees; half a swap breaks the run.
``python -m benchmarks.swap``
"""

from __future__ import annotations

import multiprocessing
import statistics
import sys
import time
from dataclasses import replace
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path

import numpy as np

from benchmarks.report import Row, report
from benchmarks.synthetic import Base, add_chunks, knowledge_base
from pygrounds_dagster.curriculum.chunk import KINDS
from pygrounds_dagster.knowledge import index
from pygrounds_dagster.knowledge.corpus import model_tables
from pygrounds_dagster.knowledge.coverage import Coverage
from pygrounds_dagster.knowledge.index_reader import IndexReader
from pygrounds_dagster.knowledge.ranking import RankingRow, rank, swap_rankings
from pygrounds_dagster.knowledge.shard import write_shard

KEY, TOPIC = "zone.topic0.part0", "zone.topic0"
OTHERS = [f"zone.topic{number}.part0" for number in range(1, 20)]
CHUNKS, ROUNDS, BOUND = 100, 30, 10.0


def main() -> bool:
    """Alternate between two versions of the partition."""
    with knowledge_base() as base:
        add_chunks(base, [KEY, *OTHERS], CHUNKS, seed=1)
        rank(base.pool, [KEY, *OTHERS], base.settings)
        index.build_indexes(base.pool, [KEY, *OTHERS], base.settings)
        times, seen, wrong = _swap_under_a_reader(base)
    median = statistics.median(times)
    print(f"the reader saw {len(seen)} versions, {len(wrong)} of them wrong")
    row = Row("swap of 100 chunks, ms", median, BOUND, median / BOUND, "<= 10 ms, never half", None)
    return report("swap", [replace(row, passed=median <= BOUND and not wrong)])


def _swap_under_a_reader(base: Base) -> tuple[list[float], set[int], list[int]]:
    index_dir = base.settings.index_dir
    with base.pool.connection() as conn:
        tables = model_tables(conn, base.settings)
        model_id = tables["concept"].model.model_id
        whole, subtopics = index._read_content(conn, TOPIC, model_id, tables)
        fields = (
            "subtopic_key, kind, scope, rank, chunk_id, chunk_type, similarity, centrality, score, model_id"
        )
        found = conn.execute(f"SELECT {fields} FROM ranking WHERE subtopic_key = %s", [KEY]).fetchall()
    rows = [RankingRow(*row) for row in found]
    coverage = [Coverage(KEY, kind, CHUNKS // 2, 1, 0.35, True) for kind in KINDS]
    rest = CHUNKS * len(OTHERS)
    spawn = multiprocessing.get_context("spawn")
    stop, answer = spawn.Event(), spawn.Queue()
    process = spawn.Process(target=read_until, args=(index_dir, rest, stop, answer))
    process.start()
    answer.get()  # it has read for the first time
    times, parts = [], []
    for number in range(ROUNDS):
        start = time.perf_counter()
        with base.pool.connection() as conn:
            swap_rankings(conn, rows, coverage)
        middle = time.perf_counter()
        with index._one_builder(index_dir):
            before = index.read_manifest(index_dir)
            kept = [entry for entry in before.shards if entry.topic_key != TOPIC]
            entry = index.ShardEntry(f"swap-{number}", f"{number}", TOPIC, model_id, CHUNKS, 1.0, subtopics)
            entry = replace(entry, recall=write_shard(index.shard_path(index_dir, entry), whole))
            after = replace(before, shards=[entry, *kept], number=before.number + 1)
            index._swap(index_dir, before, after)
        parts.append((middle - start, time.perf_counter() - middle))
        times.append((time.perf_counter() - start) * 1e3)
    shares = [f"{statistics.median(part) * 1e3:.1f} ms" for part in zip(*parts, strict=True)]
    print("rows and shard: " + ", ".join(shares))
    stop.set()
    seen, wrong = answer.get()
    process.join()
    return times, seen, wrong


def read_until(index_dir: Path, rest: int, stop: Event, answer: Queue) -> None:  # type: ignore[type-arg]
    """The reader, a process of its own: open every version and count what it holds of the partition."""
    reader, seen, wrong = IndexReader(index_dir), set(), []
    while True:
        view = reader.view()
        own = view.size - rest
        if own != CHUNKS or len(set(view.chunk_ids(np.arange(view.size)))) != view.size:
            wrong.append(own)
        if not seen:
            answer.put("ready")
        seen.add(view.manifest.number)
        if stop.is_set():
            answer.put((seen, wrong))
            return
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(not main())
