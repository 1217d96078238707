"""Search on 10,000 and 100,000 chunks, encoding left out, against bare FAISS on the same vectors.

Ours is the whole answer: dense and BM25 over every chunk, fusion, calibration, and the hits' rows out of
PostgreSQL. The baseline is ``IndexFlatIP.search(query, 10)``: ids and similarities, nothing else.
``python -m benchmarks.search``
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import faiss
import numpy as np

from benchmarks.report import Row, report
from benchmarks.synthetic import Base, add_chunks, knowledge_base, texts
from pygrounds_dagster.knowledge.corpus import model_in_use
from pygrounds_dagster.knowledge.index import build_indexes
from pygrounds_dagster.knowledge.ordering import Floats
from pygrounds_dagster.knowledge.search import Searcher, SearchFilters, best_rows

TOPICS = {10_000: 10, 100_000: 50}
SUBTOPICS_PER_TOPIC = 10
QUERIES = 40
WORDS_PER_QUERY = 7
STOP_WORDS = 20  # the most frequent words, which questions are freed of


def seconds(call: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> bool:
    """Alternate ours and the baseline over the same queries; medians."""
    rows: list[Row] = []
    for chunks, topics in TOPICS.items():
        with knowledge_base() as base:
            keys = [f"zone.topic{t}.part{s}" for t in range(topics) for s in range(SUBTOPICS_PER_TOPIC)]
            add_chunks(base, keys, chunks // len(keys), seed=chunks)
            build_indexes(base.pool, keys, base.settings)
            rows += measure(base, chunks)
    return report("search", rows)


def measure(base: Base, chunks: int) -> list[Row]:
    """The rows for one size."""
    model_id = model_in_use(base.settings, "concept").model_id
    searcher = Searcher(base.settings, base.pool, {})
    view = searcher.reader.view()
    matrix = np.concatenate([shard.vectors for shard in view.shards])
    bare = faiss.IndexFlatIP(matrix.shape[1])
    bare.add(matrix)
    random = np.random.default_rng(0)
    asked = []
    for words in texts(QUERIES, 1, WORDS_PER_QUERY, STOP_WORDS):
        near = matrix[random.integers(len(matrix))] + random.normal(0, 0.03, matrix.shape[1])
        vector = (near / np.linalg.norm(near)).astype(np.float32)
        asked.append((words, vector))
    times, found = [], []
    for words, vector in [asked[0], *asked]:  # the first warms both
        times.append(
            (
                seconds(lambda w=words, v=vector: searcher.search_encoded(w, {model_id: v}, 10)),  # type: ignore[misc]
                seconds(lambda v=vector: bare.search(v[None], 10)),  # type: ignore[misc]
            )
        )
        found.append(recall(view.dense({model_id: vector}), matrix, vector))
    measured, baseline = (statistics.median(column) * 1e3 for column in zip(*times[1:], strict=True))
    filtered = statistics.median(
        seconds(
            lambda w=w, v=v: searcher.search_encoded(
                w, {model_id: v}, 10, SearchFilters(kinds=frozenset({"code"}))
            )  # type: ignore[misc]
        )
        for w, v in asked
    )
    ratio, size = measured / baseline, f"{chunks:,} chunks"
    return [
        Row(f"search {size}, ms a query", measured, baseline, ratio, "<= 1.5", ratio <= 1.5),
        Row("same, filtered to code, ms", filtered * 1e3, baseline, filtered * 1e3 / baseline, "<= 1.5",
            filtered * 1e3 / baseline <= 1.5),
        Row(f"dense recall@10, {size}", float(np.mean(found)), 1.0, float(np.mean(found)), ">= 0.99",
            float(np.mean(found)) >= 0.99),
    ]  # fmt: skip


def recall(dense: Floats, matrix: Floats, vector: Floats) -> float:
    """Share of the exact ten (float64) that the dense scores put first."""
    exact = np.argsort(-(matrix.astype(np.float64) @ vector))[:10]
    return len(set(best_rows(dense, 10).tolist()) & set(exact.tolist())) / 10


if __name__ == "__main__":
    sys.exit(not main())
