"""Ranking S subtopics × C chunks, against one numpy matmul with top-k of that size.

Ours is everything that becomes rows of one kind: similarity and centrality of every chunk in its subtopic,
the order by maximal marginal relevance, and the corpus's top 20 for every subtopic.
``python -m benchmarks.ranking``
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np

from benchmarks.report import Row, report
from pygrounds_dagster.knowledge.encoder import Vectors
from pygrounds_dagster.knowledge.ordering import order_groups, top_k
from pygrounds_dagster.knowledge.ranking import CORPUS_TOP

SIZES = ((100, 5_000), (200, 10_000), (1_000, 50_000))
DIMENSION = 384
ROUNDS = 9


def unit_rows(rows: int, seed: int) -> Vectors:
    """Random unit vectors."""
    vectors = np.random.default_rng(seed).standard_normal((rows, DIMENSION), np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def matmul_top_k(intents: Vectors, vectors: Vectors) -> None:
    """The baseline: similarities of all pairs, the best for each intent, sorted."""
    similarity = intents @ vectors.T
    best = np.argpartition(similarity, -CORPUS_TOP, axis=1)[:, -CORPUS_TOP:]
    found = np.take_along_axis(similarity, best, axis=1)
    np.take_along_axis(best, np.argsort(-found, axis=1), axis=1)


def seconds(call: Callable[[], object]) -> float:
    """Wall time of one call."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def main() -> bool:
    """Alternate ours and the baseline; medians."""
    rows = []
    for subtopics, chunks in SIZES:
        intents, vectors = unit_rows(subtopics, 1), unit_rows(chunks, 2)
        starts = np.linspace(0, chunks, subtopics + 1).astype(np.int64)

        def ours(intents: Vectors = intents, vectors: Vectors = vectors, starts=starts) -> None:  # type: ignore[no-untyped-def]
            order_groups(intents, vectors, starts)
            top_k(intents, vectors, CORPUS_TOP)

        times = [
            (seconds(ours), seconds(lambda i=intents, v=vectors: matmul_top_k(i, v))) for _ in range(ROUNDS)
        ]  # type: ignore[misc]
        measured, baseline = (statistics.median(column) * 1e3 for column in zip(*times, strict=True))
        ratio = measured / baseline
        rows.append(Row(f"rank {subtopics} × {chunks}, ms", measured, baseline, ratio, "<= 3", ratio <= 3))
    return report("ranking", rows)


if __name__ == "__main__":
    sys.exit(not main())
