"""Chunks and intents → stored vectors: a text is encoded once per model, ever.

What belongs here: which texts are missing over all partitions, and what each partition is told. What does
not: the loop that encodes (``encoding``), how an encoder runs (``encoders``), the tables (``vectors``).
"""

from __future__ import annotations

import hashlib
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.chunk import KINDS, Kind
from pygrounds_dagster.knowledge.encoder import Encoder, EncoderModel
from pygrounds_dagster.knowledge.encoding import Encoded, encode_texts
from pygrounds_dagster.knowledge.vectors import ensure_table, stored_hashes, vector_table
from pygrounds_dagster.partition import PartitionOutcome, Progress, no_progress
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import StepState, fingerprint, finish_step, finished_steps, unchanged

CHUNK_STEP = "chunk_embeddings"
INTENT_STEP = "subtopic_intents"

_SQL = load_queries(__package__)
_SHOWN_FAILURES = 5

Encoders = Mapping[Kind, Encoder]


@dataclass(frozen=True, slots=True)
class EmbeddingReport:
    """What :func:`embed_and_save` did, counted in distinct texts per model.

    Attributes:
        total: texts of the live chunks of the partitions.
        generated: encoded now.
        skipped: had their vector.
        failed: could not be encoded; named in the outcomes.
        saved: rows written (less than generated if another writer was first).
        models: model ids used.
        seconds: wall clock.
        outcomes: one for each partition, in the order of the keys.
    """

    total: int
    generated: int
    skipped: int
    failed: int
    saved: int
    models: tuple[str, ...]
    seconds: float
    outcomes: list[PartitionOutcome]


@dataclass(frozen=True, slots=True)
class _Version:
    subtopic_key: str
    chunks: int
    version: str


@dataclass(frozen=True, slots=True)
class _Missing:
    chunk_id: str
    subtopic_key: str
    embedding_hash: str


@dataclass(slots=True)
class _Share:
    """What one partition gets to know."""

    generated: int = 0
    failures: list[str] = field(default_factory=list)


def embed_and_save(
    pool: ConnectionPool, keys: Sequence[str], encoders: Encoders, progress: Progress = no_progress
) -> EmbeddingReport:
    """Give every live chunk of partitions a vector of the model of its kind.

    Texts of all partitions are encoded together, each once; a batch is stored in its own transaction, so
    what is finished when the process is killed stays. A chunk whose text cannot be encoded is named in the
    outcome of its partition, which fails; all others are stored.

    Args:
        pool: connections to the store.
        keys: partitions.
        encoders: by kind; equal models share a table and are run once.
        progress: told after every batch.
    """
    begun = time.perf_counter()
    groups = _by_model(encoders)
    with pool.connection() as conn:
        versions = _versions(conn, keys)
        states = finished_steps(conn, CHUNK_STEP, keys)
    wanted = {key: fingerprint("1", _identity(encoders), found.version) for key, found in versions.items()}
    stale = [key for key in versions if key not in states or states[key].fingerprint != wanted[key]]
    shares: dict[str, _Share] = defaultdict(_Share)
    total, encoded = 0, []
    for encoder, kinds in groups:
        found, missing = _look(pool, encoder.model, kinds, list(versions), stale)
        total += found
        encoded.append(_encode_chunks(pool, encoder, missing, shares, progress))
    outcomes = {key: _outcome(versions[key], shares[key]) for key in stale}
    _finish(pool, CHUNK_STEP, outcomes, wanted)
    generated, failed = sum(len(e.generated) for e in encoded), sum(len(e.errors) for e in encoded)
    progress(total, total, "embedded")
    return EmbeddingReport(
        total=total,
        generated=generated,
        skipped=total - generated - failed,
        failed=failed,
        saved=sum(e.saved for e in encoded),
        models=tuple(encoder.model.model_id for encoder, _ in groups),
        seconds=time.perf_counter() - begun,
        outcomes=[outcomes.get(key) or _not_stale(key, states.get(key)) for key in keys],
    )


def embed_intents(
    pool: ConnectionPool, keys: Sequence[str], encoders: Encoders, progress: Progress = no_progress
) -> list[PartitionOutcome]:
    """Give partitions the vectors of their concept intent and code intent, in the tables of the chunks.

    A partition whose intents cannot be encoded fails and keeps those it had.
    """
    with pool.connection() as conn:
        rows = conn.execute(_SQL["select_intent_texts"], {"keys": list(keys)}).fetchall()
        states = finished_steps(conn, INTENT_STEP, keys)
    intents: dict[str, dict[Kind, str]] = {
        key: {"concept": concept, "code": code} for key, concept, code in rows
    }
    wanted = {
        key: fingerprint("1", _identity(encoders), *(texts[kind] for kind in KINDS))
        for key, texts in intents.items()
    }
    stale = [key for key in intents if key not in states or states[key].fingerprint != wanted[key]]
    errors: dict[tuple[Kind, str], str] = {}
    for encoder, kinds in _by_model(encoders):
        texts = {text_hash(intents[key][kind]): intents[key][kind] for key in stale for kind in kinds}
        failed = _encode_intents(pool, encoder, texts, progress)
        errors |= {(kind, key): why for kind in kinds for key, why in failed.items()}
    outcomes = {key: _intent_outcome(key, intents[key], errors) for key in stale}
    good = [key for key in stale if outcomes[key].status == "done"]
    values = [
        {
            "key": key,
            "kind": kind,
            "hash": text_hash(intents[key][kind]),
            "model_id": encoders[kind].model.model_id,
        }
        for key in good
        for kind in KINDS
    ]
    _finish(pool, INTENT_STEP, outcomes, wanted, values)
    return [outcomes.get(key) or _not_stale(key, states.get(key)) for key in keys]


def text_hash(text: str) -> str:
    """The key under which a text is encoded once: SHA-256, 32 hex digits."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _by_model(encoders: Encoders) -> list[tuple[Encoder, list[Kind]]]:
    """Each model once, with the kinds it serves."""
    groups: dict[str, tuple[Encoder, list[Kind]]] = {}
    for kind in KINDS:
        groups.setdefault(encoders[kind].model.model_id, (encoders[kind], []))[1].append(kind)
    return list(groups.values())


def _identity(encoders: Encoders) -> str:
    return " ".join(f"{kind}={encoders[kind].model.model_id}" for kind in KINDS)


def _versions(conn: Connection, keys: Sequence[str]) -> dict[str, _Version]:
    with conn.cursor(row_factory=class_row(_Version)) as cursor:
        found = cursor.execute(_SQL["select_chunk_versions"], {"keys": list(keys)}).fetchall()
    return {version.subtopic_key: version for version in found}


def _look(
    pool: ConnectionPool, model: EncoderModel, kinds: list[Kind], keys: list[str], stale: list[str]
) -> tuple[int, list[_Missing]]:
    """How many texts there are in all partitions, and the chunks of stale ones that have no vector."""
    with pool.connection() as conn:
        ensure_table(conn, model)
        row = conn.execute(_SQL["count_texts"], {"keys": keys, "kinds": kinds}).fetchone()
        query = _SQL["select_missing_chunks"].format(table=vector_table(model))
        with conn.cursor(row_factory=class_row(_Missing)) as cursor:
            missing = cursor.execute(query, {"keys": stale, "kinds": kinds}).fetchall()
    return (row[0] if row else 0), missing


def _encode_chunks(
    pool: ConnectionPool,
    encoder: Encoder,
    missing: Sequence[_Missing],
    shares: dict[str, _Share],
    progress: Progress,
) -> Encoded:
    hashes = list(dict.fromkeys(chunk.embedding_hash for chunk in missing))

    def told(done: int) -> None:
        progress(done, len(hashes), f"encoding with {encoder.model.name}")

    encoded = encode_texts(pool, encoder, hashes, _chunk_texts, told)
    generated = set(encoded.generated)
    for chunk in missing:
        share = shares[chunk.subtopic_key]
        share.generated += chunk.embedding_hash in generated
        if why := encoded.errors.get(chunk.embedding_hash):
            share.failures.append(f"chunk {chunk.chunk_id}: {why}")
    return encoded


def _chunk_texts(conn: Connection, hashes: Sequence[str]) -> dict[str, str]:
    return dict(conn.execute(_SQL["select_embedding_texts"], {"hashes": list(hashes)}).fetchall())


def _encode_intents(
    pool: ConnectionPool, encoder: Encoder, texts: dict[str, str], progress: Progress
) -> dict[str, str]:
    """Encode what is missing; gives the reasons of failed texts by hash."""
    with pool.connection() as conn:
        ensure_table(conn, encoder.model)
        there = stored_hashes(conn, encoder.model, list(texts))
    hashes = sorted(texts.keys() - there, key=lambda key: -len(texts[key]))

    def told(done: int) -> None:
        progress(done, len(hashes), f"encoding intents with {encoder.model.name}")

    return encode_texts(pool, encoder, hashes, lambda _, keys: {k: texts[k] for k in keys}, told).errors


def _outcome(version: _Version, share: _Share) -> PartitionOutcome:
    counts: dict[str, int | float] = {
        "chunks": version.chunks,
        "generated": share.generated,
        "failed": len(share.failures),
        "skipped": version.chunks - share.generated - len(share.failures),
    }
    if not share.failures:
        return PartitionOutcome(version.subtopic_key, "done", version.version, counts)
    shown = "; ".join(share.failures[:_SHOWN_FAILURES])
    error = (
        f"{len(share.failures)} of {version.chunks} chunks could not be encoded, the others are stored: "
        f"{shown}. Mend the text or the model and materialise again."
    )
    return PartitionOutcome(version.subtopic_key, "failed", counts=counts, error=error)


def _intent_outcome(
    key: str, texts: dict[Kind, str], errors: dict[tuple[Kind, str], str]
) -> PartitionOutcome:
    found = {kind: errors.get((kind, text_hash(texts[kind]))) for kind in KINDS}
    said = "; ".join(f"{kind}_intent: {why}" for kind, why in found.items() if why)
    if said:
        return PartitionOutcome(key, "failed", error=f"{key} could not be encoded: {said}")
    return PartitionOutcome(
        key, "done", fingerprint(*(texts[kind] for kind in KINDS)), {"intents": len(KINDS)}
    )


def _finish(
    pool: ConnectionPool,
    step: str,
    outcomes: Mapping[str, PartitionOutcome],
    wanted: Mapping[str, str],
    intents: Sequence[Mapping[str, object]] = (),
) -> None:
    """Remember the partitions that are done, with the rows that belong to it, in one transaction."""
    done = [outcome for outcome in outcomes.values() if outcome.status == "done"]
    if not done:
        return
    with pool.connection() as conn:
        if intents:
            conn.cursor().executemany(_SQL["upsert_intent"], intents)
        for outcome in done:
            state = StepState(outcome.key, wanted[outcome.key], outcome.data_version, outcome.counts)
            finish_step(conn, step, state)


def _not_stale(key: str, state: StepState | None) -> PartitionOutcome:
    if state is not None:
        return unchanged(state)
    return PartitionOutcome(
        key, "failed", error=f"{key} is not registered: materialise 'curriculum' and see its problems"
    )
