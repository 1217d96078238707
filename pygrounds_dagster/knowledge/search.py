"""Search: a question in, the chunks that answer it out, and whether anything does.

Here: filters, fusing dense and lexical scores, hits. Not here: the indexes (``index_reader``), BM25
(``lexical``), how sure a score is (``calibration``), HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg.rows import dict_row
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.chunk import KINDS, Kind
from pygrounds_dagster.knowledge.calibration import Calibration, load_calibration
from pygrounds_dagster.knowledge.corpus import model_in_use
from pygrounds_dagster.knowledge.encoder import Encoder
from pygrounds_dagster.knowledge.index_reader import IndexReader, IndexView
from pygrounds_dagster.knowledge.ordering import Floats, Rows
from pygrounds_dagster.knowledge.shard import DIFFICULTIES, TYPES
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.queries import load_queries

DENSE_WEIGHT = 0.7
"""Share of the dense score in a fused one; the rest is BM25. Both are min-max normalised."""
VOUCHED = 256
"""So many best rows may vouch for one another."""
SECTION_VOICE = 0.3
"""How much the best other chunk of its section adds to a chunk's score."""
SUBTOPIC_VOICE = 0.3
"""How much the best chunk of its subtopic adds to a chunk's score."""
EVIDENCE_HITS = 5
"""The confidence of a result looks at so many first hits."""
SPARE_HITS = 5
"""Found beyond k, to stand in for chunks retired since the index was built."""

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class SearchFilters:
    """What hits may be; an empty set leaves that open. Values of one field are alternatives.

    Attributes:
        zones: zone keys.
        topics: topic keys ``zone.topic``.
        subtopics: partition keys.
        types: chunk types, e.g. ``Example``.
        difficulties: of the chunk's subtopic, e.g. ``beginner``.
        kinds: ``concept`` or ``code``.
    """

    zones: frozenset[str] = frozenset()
    topics: frozenset[str] = frozenset()
    subtopics: frozenset[str] = frozenset()
    types: frozenset[str] = frozenset()
    difficulties: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()

    @property
    def empty(self) -> bool:
        """Nothing is ruled out."""
        return not any(getattr(self, part.name) for part in fields(self))


@dataclass(frozen=True, slots=True)
class Hit:
    """A chunk found.

    Attributes:
        score: calibrated, 0–1: how likely a chunk like this one answers the question.
        dense: cosine of question and chunk.
        lexical: share of the question's words, weighed by rarity, that the chunk has; 0–1.
        fused: what hits are ordered by, 0–1, comparable within one search only.
        document: its path in the content root.
        page_start: first page, for PDF.
    """

    chunk_id: str
    document_id: str
    document: str
    subtopic_key: str
    heading_path: list[str]
    line_start: int
    line_end: int
    page_start: int | None
    page_end: int | None
    chunk_type: str
    kind: Kind
    difficulty: str
    text: str
    expected_output: str | None
    score: float
    dense: float
    lexical: float
    fused: float


@dataclass(frozen=True, slots=True)
class SearchResult:
    """Hits, best first, and whether they answer the question.

    Attributes:
        hits: at most k; given also when nothing answers, as the nearest there is.
        answerable: the confidence reaches ``settings.abstain_below``.
        confidence: calibrated, 0–1: how likely these hits answer the question; see ``Calibration``. It does
            not depend on k and is at least the first hits' scores.
    """

    hits: list[Hit]
    answerable: bool
    confidence: float


@dataclass(frozen=True, slots=True)
class Candidates:
    """Rows of a view in the order found, with their scores."""

    rows: Rows
    fused: Floats
    dense: Floats
    lexical: Floats
    score: Floats


@dataclass(slots=True)
class Searcher:
    """Search over the current indexes; safe to share between threads if the encoders are.

    Attributes:
        settings: where the indexes are, when to abstain.
        pool: the knowledge base, for what hits show.
        encoders: query encoder of each kind; the same object twice where the models are equal.
        calibration: raw scores to certainty.
    """

    settings: Settings
    pool: ConnectionPool
    encoders: Mapping[Kind, Encoder]
    calibration: Calibration = field(default_factory=load_calibration)
    reader: IndexReader = field(init=False)

    def __post_init__(self) -> None:
        self.reader = IndexReader(self.settings.index_dir)

    def search(self, query: str, k: int = 5, filters: SearchFilters | None = None) -> SearchResult:
        """Find the chunks that answer a question.

        Args:
            query: as the person put it.
            k: hits wanted, at least 1.
            filters: applied before scoring.

        Raises:
            ValueError: the query is blank or k is less than 1.
            LookupError: nothing has been indexed yet.
        """
        if not query.strip():
            raise ValueError("the query is blank")
        return self.search_encoded(query, self.encode(query), k, filters)

    def encode(self, query: str) -> dict[str, Floats]:
        """Vector of a query by model id; encoded once where the kinds share a model."""
        models = {encoder.model.model_id: encoder for encoder in self.encoders.values()}
        return {model_id: encoder.encode([query])[0] for model_id, encoder in models.items()}

    def search_encoded(
        self, query: str, vectors: Mapping[str, Floats], k: int = 5, filters: SearchFilters | None = None
    ) -> SearchResult:
        """:meth:`search` for a query whose vectors are at hand."""
        if k < 1:
            raise ValueError(f"k must be at least 1, not {k}")
        view = self.reader.view()
        found = find(
            view,
            query,
            vectors,
            max(k, EVIDENCE_HITS) + SPARE_HITS,
            filters or SearchFilters(),
            self.calibration,
        )
        hits = self._hits(view, found)
        confidence = self.calibration.confidence(
            [hit.dense for hit in hits[:EVIDENCE_HITS]], [hit.lexical for hit in hits[:EVIDENCE_HITS]]
        )
        hits = hits[:k]
        return SearchResult(hits, bool(hits) and confidence >= self.settings.abstain_below, confidence)

    def _hits(self, view: IndexView, found: Candidates) -> list[Hit]:
        chunk_ids = view.chunk_ids(found.rows)
        with self.pool.connection() as conn, conn.cursor(row_factory=dict_row) as cursor:
            rows: list[dict[str, Any]] = cursor.execute(
                _SQL["select_hits"], {"chunk_ids": chunk_ids}
            ).fetchall()
        shown = {row["chunk_id"]: row for row in rows}
        columns = (found.score, found.dense, found.lexical, found.fused)
        scores = zip(*(column.tolist() for column in columns), strict=True)
        return [
            Hit(**shown[chunk_id], score=score, dense=dense, lexical=lexical, fused=fused)
            for chunk_id, (score, dense, lexical, fused) in zip(chunk_ids, scores, strict=True)
            if chunk_id in shown
        ]


def open_searcher(settings: Settings, pool: ConnectionPool) -> Searcher:
    """A searcher with the query encoders that the settings name."""
    from pygrounds_dagster.knowledge.encoders import query_encoder

    concept = query_encoder(settings, "concept")
    shared = model_in_use(settings, "code").model_id == concept.model.model_id
    code = concept if shared else query_encoder(settings, "code")
    return Searcher(settings, pool, {"concept": concept, "code": code})


def find(
    view: IndexView,
    query: str,
    vectors: Mapping[str, Floats],
    k: int,
    filters: SearchFilters,
    calibration: Calibration,
) -> Candidates:
    """The k best rows of a view for a query: filters, both scores over all rows left, fusion, top k.

    Both scores are exact over every row that passes the filters; nothing is cut before fusion.
    """
    wanted, rows = _filtered(view, filters)
    dense = view.dense(vectors, wanted)
    lexical, overlap, _ = view.lexical(query)
    models = view.model
    if rows is not None:
        dense, lexical, overlap, models = dense[rows], lexical[rows], overlap[rows], models[rows]
    fused = fuse(dense, lexical, models)
    first = best_rows(fused, max(k, VOUCHED))
    known = first if rows is None else rows[first]
    vouched = vouch(fused[first], view.section[known], view.subtopic[known])
    order = np.lexsort((first, -vouched))[:k]
    best = first[order]
    return Candidates(
        best if rows is None else rows[best],
        vouched[order],
        dense[best],
        overlap[best],
        calibration.score(dense[best], overlap[best]),
    )


def fuse(dense: Floats, lexical: Floats, models: NDArray[np.uint8]) -> Floats:
    """Weighted sum of both scores of some rows, 0–1, each stretched to 0–1 before.

    Models differ in how alike they find any two texts: the rows of each (``models``) are stretched by
    themselves.
    """
    fused = (1 - DENSE_WEIGHT) * min_max(lexical)
    for code in np.unique(models):
        part = models == code
        fused[part] += DENSE_WEIGHT * min_max(dense[part])
    return fused


def vouch(scores: Floats, sections: NDArray[np.uint64], subtopics: NDArray[np.uint32]) -> Floats:
    """Scores raised by their neighbours: a chunk counts for more where the text around it matches too.

    A passage is scored together with what it stands in, as in Callan, "Passage-level evidence in document
    retrieval" (1994), here on two levels: the best other chunk of the section (an explanation and its code
    are two chunks) and the best of the subtopic. Both weights lie in the middle of a wide flat top.

    Args:
        scores: (n,), 0–1, in descending order.
        sections: (n,), equal for chunks of one section.
        subtopics: (n,), equal for chunks of one subtopic.

    Returns:
        (n,), 0–1.
    """
    if not len(scores):
        return scores.copy()
    # In descending order the first of a group is its best, and the second the best other of the first.
    _, first, group = np.unique(sections, return_index=True, return_inverse=True)
    rest = np.ones(len(scores), bool)
    rest[first] = False
    places = np.flatnonzero(rest)
    groups, second = np.unique(group[places], return_index=True)
    runner_up = np.zeros(len(first), scores.dtype)
    runner_up[groups] = scores[places[second]]
    other = np.where(rest, scores[first][group], runner_up[group])
    _, best, subtopic = np.unique(subtopics, return_index=True, return_inverse=True)
    total = scores + SECTION_VOICE * other + SUBTOPIC_VOICE * scores[best][subtopic]
    return (total / (1 + SECTION_VOICE + SUBTOPIC_VOICE)).astype(np.float32)


def _filtered(view: IndexView, filters: SearchFilters) -> tuple[list[bool] | None, Rows | None]:
    """Which shards may hold hits and which rows may be hits; None stands for all."""
    if filters.empty:
        return None, None
    allowed = np.array([_allowed(key, filters) for key in view.subtopics], bool)
    mask = allowed[view.subtopic] if len(allowed) else np.zeros(0, bool)
    for codes, names, chosen in (
        (view.types, TYPES, filters.types),
        (view.difficulties, DIFFICULTIES, filters.difficulties),
        (view.kinds, KINDS, filters.kinds),
    ):
        if chosen:
            mask &= np.array([name in chosen for name in names], bool)[codes]
    rows = np.flatnonzero(mask)
    counts = np.diff(np.searchsorted(rows, view.offsets))
    return (counts > 0).tolist(), rows


def _allowed(subtopic_key: str, filters: SearchFilters) -> bool:
    topic = subtopic_key.rpartition(".")[0]
    zone = topic.rpartition(".")[0]
    return (
        (not filters.zones or zone in filters.zones)
        and (not filters.topics or topic in filters.topics)
        and (not filters.subtopics or subtopic_key in filters.subtopics)
    )


def min_max(values: Floats) -> Floats:
    """Values stretched to 0–1; all 0 where they do not differ."""
    if not len(values):
        return values.copy()
    least = values.min()
    span = float(values.max() - least)
    return (values - least) / np.float32(span) if span else np.zeros_like(values)


def best_rows(scores: Floats, k: int) -> Rows:
    """The k rows with the largest scores, best first; ties go to the lower row."""
    k = min(k, len(scores))
    if not k:
        return np.empty(0, np.int64)
    # All that reach the k-th score, so that ties at the border do not depend on the partition.
    chosen = np.flatnonzero(scores >= np.partition(scores, len(scores) - k)[len(scores) - k])
    return chosen[np.lexsort((chosen, -scores[chosen]))][:k]
