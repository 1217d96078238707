"""Rankings: the chunks of the corpus in their order for each subtopic, and what that says of its coverage.

Here: the step ``semantic_rankings`` (what is stale, arrays in, rows out) and reading rankings back.
Not here: the mathematics (``ordering``), what counts as a gap (``coverage``), embedding, indexes.

For every subtopic and kind two rankings are stored: ``own``, all its own chunks spread by maximal marginal
relevance, and ``corpus``, the ``CORPUS_TOP`` most similar chunks of the whole corpus, which shows whether
the subtopic itself is the best place to learn what it is about.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from operator import attrgetter
from typing import Literal

import numpy as np
from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.chunk import KINDS, Kind
from pygrounds_dagster.knowledge.corpus import (
    Intent,
    KindChunks,
    ModelTable,
    SubtopicVersion,
    model_tables,
    read_intent_vectors,
    read_intents,
    read_kind,
    read_versions,
)
from pygrounds_dagster.knowledge.coverage import Coverage, assess
from pygrounds_dagster.knowledge.ordering import Floats, Ordering, Rows, order_groups, representatives, top_k
from pygrounds_dagster.partition import PartitionOutcome, Progress, Status, no_progress
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import StepState, fingerprint, finish_step, finished_steps, unchanged

STEP = "semantic_rankings"
CODE_VERSION = "1"
"""Change it when the same input gives other rows."""
CORPUS_TOP = 20
"""Chunks of the corpus kept for each subtopic and kind."""

_SQL = load_queries(__package__)
_DIGITS = 4  # similarities beyond this are the arithmetic's, not the text's
_COPY_TYPES = ["text", "text", "text", "int4", "text", "text", "float4", "float4", "float4", "text"]
_KEYS_PER_TRANSACTION = 50

Scope = Literal["own", "corpus"]


@dataclass(frozen=True, slots=True)
class RankingRow:
    """A row of table ``ranking``, its columns in the order of the COPY.

    ``score`` is what the chunk is worth by itself: similarity blended with centrality (own scope), or the
    similarity alone (corpus scope). ``rank`` also counts spread, so own scores need not fall with it.
    """

    subtopic_key: str
    kind: Kind
    scope: Scope
    rank: int
    chunk_id: str
    chunk_type: str
    similarity: float
    centrality: float
    score: float
    model_id: str


_row_values = attrgetter(*(field.name for field in fields(RankingRow)))


@dataclass(frozen=True, slots=True)
class RankedChunk:
    """A chunk in its place for a subtopic, as :func:`top_chunks` gives it."""

    rank: int
    chunk_id: str
    chunk_type: str
    similarity: float
    centrality: float
    score: float
    subtopic_key: str
    heading_path: list[str]
    text: str
    expected_output: str | None


@dataclass(frozen=True, slots=True)
class _Corpus:
    """What one call of the step works on."""

    tables: dict[Kind, ModelTable]
    versions: dict[str, SubtopicVersion]
    intents: dict[tuple[str, Kind], Intent]
    states: dict[str, StepState]


@dataclass(frozen=True, slots=True)
class _Ranked:
    """The new rows of one subtopic."""

    state: StepState
    rows: list[RankingRow]
    coverage: list[Coverage]


def rank(
    pool: ConnectionPool, keys: Iterable[str], settings: Settings, progress: Progress = no_progress
) -> list[PartitionOutcome]:
    """Rank the corpus for some subtopics; store what changed.

    A subtopic is skipped while its intents, the models, the threshold and every chunk of the corpus are as
    last time; else it is ranked again (one product of matrices for all), and rewritten only if an order or
    a value differs. A batch of subtopics is swapped in one transaction: readers see old rows or new.

    Args:
        pool: the knowledge base.
        keys: partition keys.
        settings: models in use and the threshold.
        progress: told the number of subtopics ranked.

    Returns:
        One outcome for each distinct key, in the order given. A subtopic without embedded intents or
        without any embedded chunk has failed and says what to materialise.
    """
    wanted = list(dict.fromkeys(keys))
    with pool.connection() as conn:
        try:
            corpus = _read_corpus(conn, settings, wanted)
        except LookupError as error:
            return [PartitionOutcome(key, "failed", error=str(error)) for key in wanted]
    outcomes = {key: PartitionOutcome(key, "failed", error=error) for key, error in _problems(corpus, wanted)}
    prints = _fingerprints(corpus, settings)
    stale = []
    for key in wanted:
        if key in outcomes:
            continue
        state = corpus.states.get(key)
        if state and state.fingerprint == prints[key]:
            outcomes[key] = unchanged(state)
        else:
            stale.append(key)
    if stale:
        ranked = _rank_stale(pool, corpus, stale, prints, settings)
        outcomes |= _store(pool, ranked, corpus.states, progress)
    progress(len(wanted), len(wanted), "subtopics ranked")
    return [outcomes[key] for key in wanted]


def _read_corpus(conn: Connection, settings: Settings, keys: list[str]) -> _Corpus:
    # The versions are read before the vectors: what changes in between is found stale by the next call.
    conn.execute(_SQL["delete_retired_rankings"])
    tables = model_tables(conn, settings)
    versions = {version.subtopic_key: version for version in read_versions(conn, tables)}
    intents = {(intent.subtopic_key, intent.kind): intent for intent in read_intents(conn)}
    return _Corpus(tables, versions, intents, finished_steps(conn, STEP, keys))


def _problems(corpus: _Corpus, keys: list[str]) -> list[tuple[str, str]]:
    """Keys that cannot be ranked, and why."""
    return [(key, f"{key}: {problem}") for key in keys if (problem := _problem(corpus, key))]


def _problem(corpus: _Corpus, key: str) -> str | None:
    version = corpus.versions.get(key)
    if version is None:
        return "no live subtopic of that key; materialise curriculum"
    if version.chunks and not version.embedded:
        return f"none of its {version.chunks} chunks is embedded; materialise chunk_embeddings"
    for kind in KINDS:
        intent, model = corpus.intents.get((key, kind)), corpus.tables[kind].model
        if intent is None or intent.model_id != model.model_id:
            return (
                f"its {kind} intent is not embedded by the model in use ({model.model_id}); "
                "materialise subtopic_intents"
            )
    return None


def _fingerprints(corpus: _Corpus, settings: Settings) -> dict[str, str]:
    """What each rankable subtopic's rows depend on: its intents, and every chunk of the corpus."""
    everything = fingerprint(
        CODE_VERSION,
        str(settings.ranking_threshold),
        *(corpus.tables[kind].model.model_id for kind in KINDS),
        *(f"{version.subtopic_key}={version.version}" for version in corpus.versions.values()),
    )
    return {
        key: fingerprint(everything, *(corpus.intents[key, kind].embedding_hash for kind in KINDS))
        for key in corpus.versions
        if all((key, kind) in corpus.intents for kind in KINDS)
    }


def _rank_stale(
    pool: ConnectionPool, corpus: _Corpus, stale: list[str], prints: dict[str, str], settings: Settings
) -> list[_Ranked]:
    """Rows and coverage of some subtopics over the whole corpus."""
    rows: dict[str, list[RankingRow]] = {key: [] for key in stale}
    coverage: dict[str, list[Coverage]] = {key: [] for key in stale}
    for kind in KINDS:
        for ranked in _rank_kind(pool, corpus.tables[kind], kind, stale):
            rows[ranked.key] += ranked.rows()
            coverage[ranked.key].append(ranked.assess(settings.ranking_threshold))
    return [
        _Ranked(_state(corpus.versions[key], prints[key], rows[key], coverage[key]), rows[key], coverage[key])
        for key in stale
    ]


@dataclass(frozen=True, slots=True)
class _KindRanking:
    """One subtopic and kind: row numbers into the corpus's chunks of the kind, best first.

    Attributes:
        own: rows of its own chunks.
        corpus: rows of the chunks of the corpus most similar to its intent.
        similarity: of ``corpus`` to the intent.
    """

    key: str
    kind: Kind
    model_id: str
    chunks: KindChunks
    ordering: Ordering
    own: Rows
    corpus: Rows
    similarity: Floats

    def rows(self) -> list[RankingRow]:
        """The rows to store."""
        own = self.ordering.similarity[self.own], self.ordering.score[self.own]
        return [
            *self._scope("own", self.own, *own),
            *self._scope("corpus", self.corpus, self.similarity, self.similarity),
        ]

    def _scope(self, scope: Scope, members: Rows, similarity: Floats, score: Floats) -> list[RankingRow]:
        columns = (similarity, self.ordering.centrality[members], score)
        values = np.round(np.stack(columns, axis=1).astype(float), _DIGITS).tolist()
        ids, types, model = self.chunks.chunk_ids, self.chunks.types, self.model_id
        return [
            RankingRow(self.key, self.kind, scope, place, ids[row], types[row], near, central, worth, model)
            for place, (row, (near, central, worth)) in enumerate(
                zip(members.tolist(), values, strict=True), start=1
            )
        ]

    def assess(self, threshold: float) -> Coverage:
        """What the subtopic has of the kind, and lacks."""
        nearest = self.chunks.subtopic_of(int(self.corpus[0])) if len(self.corpus) else None
        return assess(self.key, self.kind, self.ordering.similarity[self.own], threshold, nearest)


def _rank_kind(
    pool: ConnectionPool, table: ModelTable, kind: Kind, stale: list[str]
) -> Iterator[_KindRanking]:
    with pool.connection() as conn:
        chunks = read_kind(conn, table, kind)
        intents = read_intent_vectors(conn, table, kind)
    dimension = table.model.dimension
    absent = np.zeros(dimension, np.float32)  # groups without an intent are there for their centrality
    own = [intents.get(key, absent) for key in chunks.subtopic_keys]
    ordering = order_groups(np.array(own, np.float32).reshape(-1, dimension), chunks.vectors, chunks.starts)
    asked = np.array([intents[key] for key in stale], np.float32)
    best, similarity = top_k(asked, chunks.vectors, CORPUS_TOP)
    groups = {key: group for group, key in enumerate(chunks.subtopic_keys)}
    for place, key in enumerate(stale):
        group = groups.get(key)
        start, stop = (0, 0) if group is None else chunks.starts[group : group + 2].tolist()
        yield _KindRanking(
            key,
            kind,
            table.model.model_id,
            chunks,
            ordering,
            ordering.order[start:stop],
            best[place],
            similarity[place],
        )


def _state(
    version: SubtopicVersion, print_: str, rows: list[RankingRow], coverage: list[Coverage]
) -> StepState:
    counts: dict[str, int | float] = {
        "chunks": version.chunks,
        "unembedded": version.chunks - version.embedded,
        "own_ranked": sum(row.scope == "own" for row in rows),
        "corpus_ranked": sum(row.scope == "corpus" for row in rows),
        "gaps": sum(len(part.gaps) for part in coverage),
    }
    data_version = fingerprint(*map(repr, rows), *map(repr, coverage))
    return StepState(version.subtopic_key, print_, data_version, counts)


def _store(
    pool: ConnectionPool, ranked: list[_Ranked], before: dict[str, StepState], progress: Progress
) -> dict[str, PartitionOutcome]:
    """Write the rows that differ, and remember for all that they are up to date."""
    outcomes = {}
    for start in range(0, len(ranked), _KEYS_PER_TRANSACTION):
        batch = ranked[start : start + _KEYS_PER_TRANSACTION]
        known = {key: state.data_version for key, state in before.items()}
        changed = [one for one in batch if known.get(one.state.subtopic_key) != one.state.data_version]
        with pool.connection() as conn:
            swap_rankings(
                conn,
                [row for one in changed for row in one.rows],
                [c for one in changed for c in one.coverage],
            )
            with conn.pipeline():
                for one in batch:
                    finish_step(conn, STEP, one.state)
        written = {one.state.subtopic_key for one in changed}
        for state in (one.state for one in batch):
            status: Status = "done" if state.subtopic_key in written else "unchanged"
            outcomes[state.subtopic_key] = PartitionOutcome(
                state.subtopic_key, status, state.data_version, dict(state.counts)
            )
        progress(start + len(batch), len(ranked), "subtopics ranked")
    return outcomes


def swap_rankings(conn: Connection, rows: Iterable[RankingRow], coverage: list[Coverage]) -> None:
    """Replace all ranking rows and the coverage of the subtopics that ``coverage`` names.

    In the caller's transaction: nobody sees the subtopic without its rows, or with half of them.
    """
    if not coverage:
        return
    conn.execute(_SQL["lock_rankings"])
    conn.execute(_SQL["delete_rankings"], {"keys": list({part.subtopic_key for part in coverage})})
    with conn.cursor() as cursor, cursor.copy(_SQL["copy_rankings"]) as copy:
        copy.set_types(_COPY_TYPES)
        for row in rows:
            copy.write_row(_row_values(row))
    with conn.cursor() as cursor:
        cursor.executemany(_SQL["upsert_coverage"], [asdict(part) for part in coverage])


def top_chunks(
    conn: Connection,
    subtopic_key: str,
    kind: Kind,
    k: int,
    types: Sequence[str] | None = None,
    difficulty: str | None = None,
    scope: Scope = "own",
) -> list[RankedChunk]:
    """The first k live chunks of a subtopic's ranking.

    Args:
        conn: the knowledge base.
        subtopic_key: whose ranking.
        kind: ``concept`` or ``code``.
        k: how many at most.
        types: only chunks of these types, e.g. ``["Example"]``.
        difficulty: only chunks of subtopics of this difficulty (of use with ``corpus``).
        scope: ``own`` chunks, spread; or of the whole ``corpus``, by similarity.

    Returns:
        At most k, best first; empty for a subtopic that has not been ranked.
    """
    values = {
        "key": subtopic_key,
        "kind": kind,
        "scope": scope,
        "types": None if types is None else [str(one) for one in types],
        "difficulty": difficulty,
        "k": k,
    }
    with conn.cursor(row_factory=class_row(RankedChunk)) as cursor:
        return cursor.execute(_SQL["select_top_chunks"], values).fetchall()


def representative_chunks(
    conn: Connection, settings: Settings, subtopic_key: str, kind: Kind, k: int
) -> list[str]:
    """Ids of the k chunks that together stand best for a subtopic: see ``ordering.representatives``.

    Raises:
        LookupError: the model in use has encoded nothing, or not this subtopic's intent.
    """
    table = model_tables(conn, settings)[kind]
    intent = read_intent_vectors(conn, table, kind).get(subtopic_key)
    if intent is None:
        raise LookupError(f"{subtopic_key}: its {kind} intent is not embedded; materialise subtopic_intents")
    chunks = read_kind(conn, table, kind, subtopic_key)
    return [chunks.chunk_ids[row] for row in representatives(intent, chunks.vectors, k)]
