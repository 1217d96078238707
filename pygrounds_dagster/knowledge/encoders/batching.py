"""Word pieces in batches of like length, and the batches spread over processors.

What belongs here: the arithmetic of batching, the same for every runtime. What does not: models, tokenizers.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pygrounds_dagster.knowledge.encoder import Vectors


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of like length, padded on the right.

    Attributes:
        rows: (batch,) positions of the texts in the caller's list.
        ids: (batch, length) int64 word pieces; 0 beyond a text's end (masked by ``lengths``).
        lengths: (batch,) int32 word pieces of each text.
    """

    rows: NDArray[np.int64]
    ids: NDArray[np.int64]
    lengths: NDArray[np.int32]


def batches(pieces: Sequence[Sequence[int]], budget: int) -> Iterator[Batch]:
    """Sort by length, longest first, and cut where padded size reaches the budget.

    Longest first, so that the greatest memory is asked for at once and not at the end.

    Args:
        pieces: word pieces by text.
        budget: most word pieces of a batch, padding included; a text longer than it is a batch by itself.
    """
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = max(1, int(lengths[order[start]]))
        rows = order[start : start + max(1, budget // longest)]
        ids = np.zeros((len(rows), longest), np.int64)
        for row, text in enumerate(rows):
            ids[row, : lengths[text]] = pieces[text]
        yield Batch(rows, ids, lengths[rows].astype(np.int32))
        start += len(rows)


def encode_in_batches(
    pieces: Sequence[Sequence[int]],
    dimension: int,
    encode: Callable[[Batch], Vectors],
    budget: int,
    threads: int,
    progress: Callable[[int], None] | None,
) -> Vectors:
    """Vectors of tokenised texts in the caller's order: (len(pieces), dimension) float32.

    Args:
        pieces: word pieces by text.
        dimension: length of a vector.
        encode: runs one batch; called from ``threads`` threads at once.
        budget: see :func:`batches`.
        threads: batches at a time; with one, no thread is started.
        progress: called with the number of texts finished so far.
    """
    vectors = np.empty((len(pieces), dimension), np.float32)
    done = 0
    for batch, rows in _run(list(batches(pieces, budget)), encode, threads):
        vectors[batch.rows] = rows
        done += len(batch.rows)
        if progress is not None:
            progress(done)
    return vectors


def _run(
    work: Sequence[Batch], encode: Callable[[Batch], Vectors], threads: int
) -> Iterator[tuple[Batch, Vectors]]:
    threads = min(len(work), threads)
    if threads <= 1:
        yield from ((batch, encode(batch)) for batch in work)
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="encode") as executor:
        yield from zip(work, executor.map(encode, work), strict=True)


def processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
