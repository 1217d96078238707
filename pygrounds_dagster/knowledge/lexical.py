"""Words: how text becomes terms, the inverted index of a shard, and BM25 over several shards.

Here: terms, postings as flat arrays that can be memory-mapped, term statistics and BM25 scores.
Not here: vectors, fusing the two scores, files of a shard (see ``shard``).
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
"""BM25: how fast repeating a term stops helping."""
B = 0.75
"""BM25: how much a long chunk is held back."""

COMMON_SHARE = 0.5
COMMON_FROM = 1_000
"""A term that more than this share of a corpus of at least so many rows has is not read: it tells hardly any
rows apart (Robertson's idf is negative there) and would cost the most."""

POSTING = np.dtype([("row", "<u4"), ("frequency", "<u4")])
"""One occurrence record: which row of the shard, how often the term stands in it."""

_TERM = re.compile(
    r"[^\W\d]\w*"  # words and identifiers, dunders included
    r"|\d+(?:\.\d+)?"
    r"|\*\*=?|//=?|:=|->|[=!<>]=|<<|>>|[-+*/%@&|^~]=?"  # operators people ask about
)
_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_]+")

# Words that carry a question's grammar, not its subject. Python's keywords stay: `is`, `in`, `not`, `for`
# are subjects of a Python course, and their weight is small anyway where every chunk has them.
_STOPPED = """
    a an the this that these those it its i me my we our you your he she they them their
    do does did done doing am are was were be been being have has had having can could should would will
    shall may might must how what why when where which who whom whose there here than then so such
    of to at by on about into over under again too very just also any some something anything
    dont doesnt didnt cant isnt wont im ive whats thats t s re ve ll don doesn didn isn won
    please help want need get gets got getting make makes use using used way ways like
"""
STOP_WORDS = frozenset(_STOPPED.split())


@lru_cache(maxsize=200_000)
def _terms_of_word(word: str) -> tuple[str, ...]:
    """Terms of one matched word: the stem of a plain word, an identifier whole and in its parts."""
    lower = word.lower()
    if lower in STOP_WORDS:
        return ()
    if not (word[0].isalpha() or word[0] == "_"):
        return (lower,)
    if word.isalpha() and word in (lower, word.capitalize(), word.upper()):
        return (_stem(lower),)
    parts = [part.lower() for part in _PARTS.findall(word)]
    stems = (_stem(part) for part in parts if part not in STOP_WORDS)
    return tuple(dict.fromkeys((lower, *stems)))


def _stem(word: str) -> str:
    """Cut plural, -ing and -ed, so that "loops", "looping" and "looped" meet at "loop".

    A light stemmer in the manner of Harman's S-stemmer ("How effective is suffixing?", 1991) with the two
    verb endings most common in questions; it never leaves fewer than three letters.
    """
    if len(word) > 4 and word.endswith("ies"):
        return word[:-3] + "y"
    if len(word) > 3 and word.endswith("s") and not word.endswith(("ss", "us", "is")):
        word = word[:-2] if word.endswith(("sses", "xes", "ches", "shes")) else word[:-1]
    for ending in ("ing", "ed"):
        root = word[: -len(ending)]
        if word.endswith(ending) and len(root) >= 3 and re.search("[aeiouy]", root):
            undoubled = root[-1] == root[-2] and root[-1] not in "lsz"
            word = root[:-1] if undoubled else root
            break
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


def term_counts(text: str) -> dict[str, int]:
    """Terms of a text with how often each occurs, in order of first occurrence.

    Words are lower-cased and lightly stemmed; ``read_csv`` and ``TypeError`` count whole and in parts;
    numbers and operators are terms of their own; words without a subject ("how", "the") are left out.
    """
    counts: dict[str, int] = {}
    for word, times in Counter(_TERM.findall(text)).items():
        for term in _terms_of_word(word):
            counts[term] = counts.get(term, 0) + times
    return counts


@lru_cache(maxsize=200_000)
def term_id(term: str) -> int:
    """64-bit id of a term, the same on every machine (BLAKE2b)."""
    return int.from_bytes(hashlib.blake2b(term.encode(), digest_size=8).digest(), "little")


@dataclass(frozen=True, slots=True)
class Postings:
    """The inverted index of one shard, as flat arrays.

    Attributes:
        terms: uint64 (t,), ids of the terms, ascending.
        starts: int64 (t + 1,), where each term's postings begin.
        postings: ``POSTING`` (p,), by term, then by row.
        lengths: float32 (rows,), terms of each row, repeats counted.
    """

    terms: NDArray[np.uint64]
    starts: NDArray[np.int64]
    postings: NDArray[np.void]
    lengths: NDArray[np.float32]


def build_postings(counts: Sequence[Mapping[str, int]]) -> Postings:
    """Invert the term counts of a shard's rows."""
    sizes = np.fromiter((len(row) for row in counts), np.int64, len(counts))
    total = int(sizes.sum())
    ids = np.fromiter((term_id(term) for row in counts for term in row), np.uint64, total)
    records = np.empty(total, POSTING)
    records["row"] = np.repeat(np.arange(len(counts)), sizes)
    records["frequency"] = np.fromiter((times for row in counts for times in row.values()), np.uint32, total)
    order = np.argsort(ids, kind="stable")
    terms, first = np.unique(ids[order], return_index=True)
    lengths = np.fromiter((sum(row.values()) for row in counts), np.float32, len(counts))
    return Postings(terms, np.append(first, total).astype(np.int64), records[order], lengths)


@dataclass(frozen=True, slots=True)
class QueryTerms:
    """A query's terms as the corpus knows them.

    Attributes:
        ids: uint64 (q,), distinct terms.
        idf: float32 (q,), weight of each; a term that no chunk has weighs most.
        found: postings of each term per shard: ``[shard][term] -> (start, stop)`` as int64 (shards, q, 2).
    """

    ids: NDArray[np.uint64]
    idf: NDArray[np.float32]
    found: NDArray[np.int64]


def look_up(query: str, shards: Sequence[Postings]) -> QueryTerms:
    """Find a query's terms in all shards and weigh them by their rarity in the whole corpus.

    The weight is BM25's probabilistic idf in the form that is never negative:
    ``ln(1 + (n - df + 0.5) / (df + 0.5))``.
    """
    terms = list(term_counts(query))
    ids = np.array([term_id(term) for term in terms], np.uint64)
    found = np.zeros((len(shards), len(ids), 2), np.int64)
    for number, shard in enumerate(shards):
        if not len(ids) or not len(shard.terms):
            continue
        place = np.minimum(np.searchsorted(shard.terms, ids), len(shard.terms) - 1)
        known = shard.terms[place] == ids
        found[number, known, 0] = shard.starts[place[known]]
        found[number, known, 1] = shard.starts[place[known] + 1]
    frequency = (found[:, :, 1] - found[:, :, 0]).sum(axis=0)
    rows = sum(len(shard.lengths) for shard in shards)
    if rows >= COMMON_FROM:
        kept = frequency <= COMMON_SHARE * rows
        ids, found, frequency = ids[kept], found[:, kept], frequency[kept]
    idf = np.log1p((rows - frequency + 0.5) / (frequency + 0.5)).astype(np.float32)
    return QueryTerms(ids, idf, found)


def bm25(
    query: QueryTerms, shards: Sequence[Postings], mean_length: float
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Score every row of the shards against a query.

    Robertson and Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009), with ``K1``
    and ``B``; only the postings of the query's terms are read.

    Args:
        query: from :func:`look_up` over the same shards.
        shards: in the order of the rows wanted.
        mean_length: terms of an average row of the corpus.

    Returns:
        BM25 (rows,), and the overlap (rows,): the share of the query that each row contains, 0–1, a term
        counting with the square of its idf as in the cosine of tf-idf vectors.
    """
    offsets = np.cumsum([0, *(len(shard.lengths) for shard in shards)])
    # All postings in one array first: the arithmetic then costs a few calls, however many shards there are.
    places = np.argwhere(query.found[:, :, 1] > query.found[:, :, 0])
    if not len(places):
        return np.zeros(offsets[-1], np.float32), np.zeros(offsets[-1], np.float32)
    spans = query.found[places[:, 0], places[:, 1]]
    read = [
        shards[shard].postings[start:stop]
        for shard, (start, stop) in zip(places[:, 0].tolist(), spans.tolist(), strict=True)
    ]
    hits, sizes = np.concatenate(read), spans[:, 1] - spans[:, 0]
    rows = hits["row"] + np.repeat(offsets[places[:, 0]], sizes)
    frequency = hits["frequency"].astype(np.float32)
    lengths = np.concatenate([shard.lengths for shard in shards])[rows]
    norm = K1 * (1 - B + B * lengths / mean_length)
    gain = np.repeat(query.idf[places[:, 1]], sizes) * (K1 + 1) * frequency / (frequency + norm)
    weights = query.idf**2 / (float((query.idf**2).sum()) or 1.0)
    share = np.repeat(weights[places[:, 1]], sizes)
    scores, overlap = (np.bincount(rows, values, offsets[-1]) for values in (gain, share))
    return scores.astype(np.float32), overlap.astype(np.float32)
