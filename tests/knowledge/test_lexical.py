"""Terms, and BM25 against the formula written out naively."""

from __future__ import annotations

import math

import numpy as np
import pytest

from pygrounds_dagster.knowledge.lexical import K1, B, bm25, build_postings, look_up, term_counts

TEXTS = [
    "A list keeps values in order. Lists can be sorted.",
    "for loops repeat; looping over a list",
    "TypeError: can only concatenate str to str",
    "x = 7 % 2  # the remainder",
    "",
    "class Dog:\n    def __init__(self): self.list = []",
]


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("looping Loops looped", {"loop": 3}),
        ("dictionaries dictionary", {"dictionary": 2}),
        ("class classes", {"class": 2}),
        ("status this is", {"status": 1, "is": 1}),
        ("read_csv()", {"read_csv": 1, "read": 1, "csv": 1}),
        ("TypeError", {"typeerror": 1, "type": 1, "error": 1}),
        ("__init__", {"__init__": 1, "init": 1}),
        ("7 % 2 == 1", {"7": 1, "%": 1, "2": 1, "==": 1, "1": 1}),
        ("x **= 2.5", {"x": 1, "**=": 1, "2.5": 1}),
        ("What does the", {}),
        ("naïve Straße", {"naïv": 1, "straß": 1}),
    ],
)
def test_terms_of_python_text(text: str, terms: dict[str, int]) -> None:
    assert term_counts(text) == terms


def naive_bm25(query: str, texts: list[str]) -> list[float]:
    documents = [term_counts(text) for text in texts]
    mean = sum(sum(one.values()) for one in documents) / len(documents)
    scores = []
    for document in documents:
        score = 0.0
        for term in term_counts(query):
            frequency = sum(term in one for one in documents)
            idf = math.log(1 + (len(documents) - frequency + 0.5) / (frequency + 0.5))
            times = document.get(term, 0)
            norm = times + K1 * (1 - B + B * sum(document.values()) / mean)
            score += idf * times * (K1 + 1) / norm if times else 0.0
        scores.append(score)
    return scores


@pytest.mark.parametrize("query", ["sort a list", "TypeError in __init__", "remainder %", "nothing known zz"])
@pytest.mark.parametrize("cut", [0, 2, 6])
def test_bm25_is_the_formula_over_however_many_shards(query: str, cut: int) -> None:
    counts = [term_counts(text) for text in TEXTS]
    shards = [build_postings(counts[:cut]), build_postings(counts[cut:])]
    mean = sum(float(shard.lengths.sum()) for shard in shards) / len(TEXTS)
    scores, overlap = bm25(look_up(query, shards), shards, mean)
    np.testing.assert_allclose(scores, naive_bm25(query, TEXTS), rtol=1e-5)
    assert ((overlap >= 0) & (overlap <= 1 + 1e-6)).all()
    assert ((overlap > 0) == (scores > 0)).all()


def test_overlap_is_one_exactly_where_all_terms_are() -> None:
    shards = [build_postings([term_counts(text) for text in TEXTS])]
    _, overlap = bm25(look_up("loop list", shards), shards, 5.0)
    assert overlap[1] == pytest.approx(1)
    assert 0 < overlap[0] < 1


def test_an_unknown_term_weighs_most() -> None:
    shards = [build_postings([term_counts(text) for text in TEXTS])]
    idf = look_up("list frobnicate", shards).idf
    assert idf[1] > idf[0]


def test_blank_and_stopped_queries_score_nothing() -> None:
    shards = [build_postings([term_counts(text) for text in TEXTS])]
    scores, overlap = bm25(look_up("what is the", shards), shards, 5.0)
    assert not scores.any()
    assert not overlap.any()
