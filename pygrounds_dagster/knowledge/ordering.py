"""The mathematics of ranking, on arrays alone: similarity, centrality, spread, representatives.

Here: pure functions over unit vectors. Not here: rows, keys, settings (see ``ranking``).

Rows of every vector array are of unit length, so a dot product is a cosine. Groups (the chunks of one
subtopic and kind) are contiguous: group ``g`` is rows ``starts[g]:starts[g + 1]``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from pygrounds_dagster.knowledge.encoder import Vectors

CENTRALITY_WEIGHT = 0.2
"""Share of centrality in a chunk's score; the rest is similarity to the intent."""
MMR_LAMBDA = 0.7
"""Weight of a chunk's own score against its likeness to chunks picked before it."""
MMR_DEPTH = 32
"""So many best chunks of a group are spread by MMR; the rest follow by score."""

_BLOCK_CELLS = 8_000_000
"""Cells of the similarity matrix held at a time (32 MB)."""

Floats = NDArray[np.float32]
Rows = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Ordering:
    """Chunks of all groups in their order.

    Attributes:
        order: int64 (c,), row numbers; group ``g`` is at ``starts[g]:starts[g + 1]``, best first.
        similarity: float32 (c,), of each row (not reordered) to its group's intent.
        centrality: float32 (c,), of each row: mean similarity to the other rows of its group; 0 if alone.
        score: float32 (c,), of each row: the blend of the two.
    """

    order: Rows
    similarity: Floats
    centrality: Floats
    score: Floats


def group_similarities(intents: Vectors, vectors: Vectors, starts: Rows) -> tuple[Floats, Floats]:
    """Similarity of each row to its group's intent, and its centrality in the group.

    Centrality is the mean similarity to the other rows of the group, 0 for a row alone. The mean of dot
    products is the dot product with the mean, so one small product a group gives both.

    Returns:
        Two float32 arrays of shape ``(len(vectors),)``.
    """
    similarity = np.zeros(len(vectors), np.float32)
    central = np.zeros(len(vectors), np.float32)
    pair = np.empty((2, vectors.shape[1]), np.float32)
    for group, (start, stop) in enumerate(pairwise(starts.tolist())):
        rows = vectors[start:stop]
        pair[0] = intents[group]
        np.sum(rows, axis=0, out=pair[1])
        dots = rows @ pair.T
        similarity[start:stop] = dots[:, 0]
        if stop - start > 1:
            central[start:stop] = (dots[:, 1] - 1) / (stop - start - 1)
    return similarity, central


def top_k(intents: Vectors, vectors: Vectors, k: int) -> tuple[Rows, Floats]:
    """The k most similar rows to each intent, best first: one matmul, blocked to bound memory.

    Returns:
        Row numbers and similarities, both of shape ``(len(intents), min(k, len(vectors)))``.
    """
    k = min(k, len(vectors))
    rows = np.empty((len(intents), k), np.int64)
    values = np.empty((len(intents), k), np.float32)
    if not k:
        return rows, values
    step = max(1, _BLOCK_CELLS // len(vectors))
    for start in range(0, len(intents), step):
        block = slice(start, start + step)
        similarity = intents[block] @ vectors.T
        best = np.argpartition(similarity, len(vectors) - k, axis=1)[:, -k:]
        found = np.take_along_axis(similarity, best, axis=1)
        order = np.lexsort((best, -found), axis=1)
        rows[block] = np.take_along_axis(best, order, axis=1)
        values[block] = np.take_along_axis(found, order, axis=1)
    return rows, values


def order_groups(intents: Vectors, vectors: Vectors, starts: Rows) -> Ordering:
    """Order each group's rows for its intent.

    Score is ``(1 - CENTRALITY_WEIGHT) * similarity + CENTRALITY_WEIGHT * centrality``. The best
    ``MMR_DEPTH`` rows are spread by maximal marginal relevance (Carbonell and Goldstein, 1998); the rest
    follow by score.

    Args:
        intents: (g, d), the intent of each group.
        vectors: (c, d), rows of all groups.
        starts: int64 (g + 1,), borders of the groups.
    """
    sizes = np.diff(starts)
    group = np.repeat(np.arange(len(sizes)), sizes)
    similarity, central = group_similarities(intents, vectors, starts)
    score = (1 - CENTRALITY_WEIGHT) * similarity + CENTRALITY_WEIGHT * central
    order = np.lexsort((np.arange(len(vectors)), -score, group)).astype(np.int64)
    # Groups of like depth are spread together: one batched product instead of a Python loop a group.
    depth = np.minimum(sizes, MMR_DEPTH)
    for width in (4, 8, 16, MMR_DEPTH):
        chosen = np.flatnonzero((depth > max(1, width // 2 if width > 4 else 1)) & (depth <= width))
        for part in np.array_split(chosen, max(1, len(chosen) // 256)):
            if len(part):
                _spread(vectors, score, order, starts[part], depth[part], width)
    return Ordering(order, similarity, central, score)


def _spread(vectors: Vectors, score: Floats, order: Rows, first: Rows, depth: Rows, width: int) -> None:
    """Reorder in place the first ``depth`` entries of some groups by maximal marginal relevance."""
    real = np.arange(width) < depth[:, None]
    rows = order[np.where(real, first[:, None] + np.arange(width), first[:, None])]
    found = vectors[rows]
    alike = found @ found.transpose(0, 2, 1)
    picks = mmr(np.where(real, score[rows], -np.inf).astype(np.float32), alike)
    spread = np.take_along_axis(rows, picks, axis=1)
    order[(first[:, None] + np.arange(width))[real]] = spread[real]


def mmr(score: Floats, alike: Floats, weight: float = MMR_LAMBDA) -> Rows:
    """Maximal marginal relevance over many lists at once.

    At each step the row with the largest ``weight * score - (1 - weight) * likeness`` is picked, where
    likeness is the largest similarity to the rows picked before; the first pick is the best score.

    Args:
        score: (g, m); ``-inf`` marks padding, which comes last.
        alike: (g, m, m), similarities among each list's rows.
        weight: 1 orders by score alone.

    Returns:
        int64 (g, m), positions in picking order; ties go to the lower position.
    """
    lists, width = score.shape
    every = np.arange(lists)
    # Padding is -1e30, taken rows are -inf: padding is picked last but never before a row, nor twice.
    own = np.where(np.isneginf(score), np.float32(-1e30), weight * score)
    alike = (1 - weight) * alike
    likeness = np.zeros_like(score)
    picks = np.empty((lists, width), np.int64)
    for step in range(width):
        best = np.argmax(own - likeness, axis=1)
        picks[:, step] = best
        own[every, best] = -np.inf
        seen = alike[every, :, best]
        likeness = seen.copy() if step == 0 else np.maximum(likeness, seen, out=likeness)
    return picks


def representatives(intent: Floats, vectors: Vectors, k: int, intent_weight: float = 0.5) -> Rows:
    """The k rows that together stand best for all rows: facility location plus likeness to the intent.

    Greedy maximisation of ``mean over rows of their best similarity to a chosen row`` plus
    ``intent_weight * mean similarity of the chosen rows to the intent``; greedy is within 1 - 1/e of the
    best for facility location (Nemhauser, Wolsey and Fisher, 1978).

    Returns:
        int64 (min(k, n),), in the order chosen.
    """
    alike = np.maximum(vectors @ vectors.T, 0)
    worth = intent_weight * (vectors @ intent) / max(1, k)
    covered = np.zeros(len(vectors), np.float32)
    chosen: list[int] = []
    for _ in range(min(k, len(vectors))):
        gain = np.maximum(alike, covered).mean(axis=1) - covered.mean() + worth
        gain[chosen] = -np.inf
        best = int(np.argmax(gain))
        chosen.append(best)
        np.maximum(covered, alike[best], out=covered)
    return np.array(chosen, np.int64)
