"""Ranking's mathematics against the definitions, written out naively."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygrounds_dagster.knowledge.ordering import (
    CENTRALITY_WEIGHT,
    MMR_DEPTH,
    MMR_LAMBDA,
    group_similarities,
    mmr,
    order_groups,
    representatives,
    top_k,
)


def unit_rows(seed: int, rows: int, dimension: int = 8) -> np.ndarray:
    vectors = np.random.default_rng(seed).standard_normal((rows, dimension)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def naive_mmr(score: np.ndarray, alike: np.ndarray, weight: float) -> list[int]:
    left, picked = list(range(len(score))), []
    while left:
        worth = {
            row: weight * score[row] - (1 - weight) * max((alike[row, one] for one in picked), default=0)
            for row in left
        }
        best = max(left, key=lambda row: (worth[row], -row))
        picked.append(best)
        left.remove(best)
    return picked


@given(seed=st.integers(0, 10_000), rows=st.integers(1, 20))
def test_mmr_picks_as_the_definition_says(seed: int, rows: int) -> None:
    vectors = unit_rows(seed, rows)
    score = np.random.default_rng(seed).random(rows).astype(np.float32)
    alike = vectors @ vectors.T
    assert mmr(score[None], alike[None])[0].tolist() == naive_mmr(score, alike, MMR_LAMBDA)


def test_mmr_puts_a_copy_of_the_best_row_behind_something_new() -> None:
    vectors = np.array([[1, 0], [1, 0], [0, 1]], np.float32)
    score = np.array([0.9, 0.89, 0.6], np.float32)
    assert mmr(score[None], (vectors @ vectors.T)[None])[0].tolist() == [0, 2, 1]


def test_mmr_leaves_padding_for_last() -> None:
    score = np.array([[0.1, -np.inf, 0.5, -np.inf]], np.float32)
    picks = mmr(score, np.ones((1, 4, 4), np.float32))[0].tolist()
    assert picks[:2] == [2, 0]
    assert sorted(picks) == [0, 1, 2, 3]


@given(seed=st.integers(0, 1000), sizes=st.lists(st.integers(0, 6), min_size=1, max_size=6))
def test_centrality_is_the_mean_similarity_to_the_others_of_the_group(seed: int, sizes: list[int]) -> None:
    starts = np.cumsum([0, *sizes])
    vectors, intents = unit_rows(seed, sum(sizes)), unit_rows(seed + 1, len(sizes))
    similarity, central = group_similarities(intents, vectors, starts)
    for group, (start, stop) in enumerate(pairwise(starts)):
        for row in range(start, stop):
            others = [float(vectors[row] @ vectors[one]) for one in range(start, stop) if one != row]
            assert central[row] == pytest.approx(np.mean(others) if others else 0, abs=1e-5)
            assert similarity[row] == pytest.approx(float(vectors[row] @ intents[group]), abs=1e-5)


@pytest.mark.parametrize("sizes", [[1, 0, 3], [5, 9, 17], [MMR_DEPTH, MMR_DEPTH + 30, 2]])
def test_groups_are_ordered_by_mmr_and_beyond_its_depth_by_score(sizes: list[int]) -> None:
    starts = np.cumsum([0, *sizes])
    vectors, intents = unit_rows(3, sum(sizes)), unit_rows(4, len(sizes))
    found = order_groups(intents, vectors, starts)
    blend = (1 - CENTRALITY_WEIGHT) * found.similarity + CENTRALITY_WEIGHT * found.centrality
    np.testing.assert_allclose(found.score, blend, atol=1e-6)
    for start, stop in pairwise(starts):
        by_score = start + np.argsort(-found.score[start:stop], kind="stable")
        top = by_score[:MMR_DEPTH]
        spread = naive_mmr(found.score[top], vectors[top] @ vectors[top].T, MMR_LAMBDA)
        assert found.order[start:stop].tolist() == [*top[spread], *by_score[MMR_DEPTH:]]


def test_top_k_is_exact_and_sorted_in_blocks_too(monkeypatch: pytest.MonkeyPatch) -> None:
    intents, vectors = unit_rows(1, 7), unit_rows(2, 100)
    monkeypatch.setattr("pygrounds_dagster.knowledge.ordering._BLOCK_CELLS", 250)
    rows, values = top_k(intents, vectors, 5)
    exact = intents @ vectors.T
    assert rows.tolist() == np.argsort(-exact, axis=1)[:, :5].tolist()
    np.testing.assert_allclose(values, -np.sort(-exact, axis=1)[:, :5], atol=1e-6)


@pytest.mark.parametrize("rows", [0, 3])
def test_top_k_of_fewer_rows_than_k_gives_them_all(rows: int) -> None:
    found, values = top_k(unit_rows(1, 2), unit_rows(2, rows), 5)
    assert found.shape == values.shape == (2, rows)


def test_representatives_cover_every_cluster_before_repeating_one() -> None:
    clusters = np.repeat(np.eye(3, dtype=np.float32), [6, 3, 2], axis=0)
    noise = np.random.default_rng(0).normal(0, 0.02, clusters.shape).astype(np.float32)
    vectors = (clusters + noise) / np.linalg.norm(clusters + noise, axis=1, keepdims=True)
    chosen = representatives(np.array([0.6, 0.6, 0.5], np.float32), vectors, 3)
    assert sorted(clusters[chosen].argmax(axis=1).tolist()) == [0, 1, 2]


def test_representatives_of_a_small_set_are_the_whole_set() -> None:
    assert sorted(representatives(unit_rows(0, 1)[0], unit_rows(1, 4), 9).tolist()) == [0, 1, 2, 3]
