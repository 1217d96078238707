"""What ranking and index read from the store: versions of subtopics, chunks with their vectors, intents.

Here: reading, in bulk, into arrays. Not here: computing anything with them, writing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection, Cursor
from psycopg.rows import class_row
from psycopg.sql import SQL, Composed, Identifier, Literal

from pygrounds_dagster.curriculum.chunk import KINDS, Kind
from pygrounds_dagster.knowledge.encoder import EncoderModel, Vectors
from pygrounds_dagster.knowledge.models import resolve_model
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.queries import load_queries

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class ModelTable:
    """A model in use and the table of its vectors."""

    model: EncoderModel
    table: Identifier


@dataclass(frozen=True, slots=True)
class SubtopicVersion:
    """A live subtopic as ranking and index see it.

    Attributes:
        subtopic_key: the partition.
        topic_key: its topic.
        chunks: live chunks.
        embedded: those with a vector of the model in use.
        version: hash of the embedded chunks' ids, types and texts, and of the difficulty.
    """

    subtopic_key: str
    topic_key: str
    chunks: int
    embedded: int
    version: str


@dataclass(frozen=True, slots=True)
class KindChunks:
    """Live embedded chunks of one kind, by subtopic.

    Attributes:
        chunk_ids: n ids.
        subtopic_keys: the distinct subtopics; group ``g`` is rows ``starts[g]:starts[g + 1]``.
        starts: int64 (groups + 1,).
        types: n chunk types.
        vectors: float32 (n, d).
    """

    chunk_ids: list[str]
    subtopic_keys: list[str]
    starts: NDArray[np.int64]
    types: list[str]
    vectors: Vectors

    def subtopic_of(self, row: int) -> str:
        """Which subtopic a row belongs to."""
        return self.subtopic_keys[int(np.searchsorted(self.starts, row, "right")) - 1]


@dataclass(frozen=True, slots=True)
class Intent:
    """An embedded intent: which text, by which model."""

    subtopic_key: str
    kind: Kind
    embedding_hash: str
    model_id: str


def model_in_use(settings: Settings, kind: Kind) -> EncoderModel:
    """Identity of the encoder that the settings name for a kind."""
    name = settings.concept_model if kind == "concept" else settings.code_model
    return resolve_model(name, settings.models_dir).model


def model_tables(conn: Connection, settings: Settings) -> dict[Kind, ModelTable]:
    """The models in use with their tables.

    Raises:
        LookupError: a model has encoded nothing yet.
    """
    tables: dict[Kind, ModelTable] = {}
    for kind in KINDS:
        model = model_in_use(settings, kind)
        row = conn.execute(_SQL["select_model_table"], {"model_id": model.model_id}).fetchone()
        if row is None:
            raise LookupError(
                f"no vector of the {kind} model {model.name} ({model.model_id}) is stored: "
                "materialise chunk_embeddings first"
            )
        tables[kind] = ModelTable(model, Identifier(row[0]))
    return tables


def read_versions(conn: Connection, tables: dict[Kind, ModelTable]) -> list[SubtopicVersion]:
    """All live subtopics with the version of what they hold, by key."""
    query = _SQL["select_corpus_versions"].format(
        concept_table=tables["concept"].table, code_table=tables["code"].table
    )
    with conn.cursor(row_factory=class_row(SubtopicVersion)) as cursor:
        return cursor.execute(query).fetchall()


def read_kind(conn: Connection, table: ModelTable, kind: Kind, key: str | None = None) -> KindChunks:
    """Live embedded chunks of a kind with their vectors, of one subtopic or (None) of all."""
    query = _SQL["copy_corpus_kind"].format(table=table.table, kind=Literal(kind), key=Literal(key))
    chunk_ids: list[str] = []
    subtopics: list[str] = []
    types: list[str] = []
    raw: list[bytes] = []
    for chunk_id, subtopic, chunk_type, vector in copy_rows(conn, query, ["text", "text", "text"]):
        chunk_ids.append(chunk_id)
        subtopics.append(subtopic)
        types.append(chunk_type)
        raw.append(vector)
    sizes = Counter(subtopics)  # counted in the order of rows, in which each subtopic's are together
    starts = np.cumsum([0, *sizes.values()], dtype=np.int64)
    return KindChunks(chunk_ids, list(sizes), starts, types, decode_vectors(raw, table.model.dimension))


def read_intents(conn: Connection) -> list[Intent]:
    """All embedded intents of live subtopics."""
    with conn.cursor(row_factory=class_row(Intent)) as cursor:
        return cursor.execute(_SQL["select_intents"]).fetchall()


def read_intent_vectors(conn: Connection, table: ModelTable, kind: Kind) -> dict[str, NDArray[np.float32]]:
    """Vector of each subtopic's intent of a kind, as far as the model in use has encoded it."""
    query = _SQL["copy_intent_vectors"].format(
        table=table.table, kind=Literal(kind), model_id=Literal(table.model.model_id)
    )
    rows = list(copy_rows(conn, query, ["text"]))
    vectors = decode_vectors([row[1] for row in rows], table.model.dimension)
    return {row[0]: vector for row, vector in zip(rows, vectors, strict=True)}


def copy_rows(conn: Connection, query: SQL | Composed, types: list[str]) -> Iterator[tuple[Any, ...]]:
    """Rows of a binary COPY; the types name all columns but the last, a vector, which comes as bytes."""
    cursor: Cursor = conn.cursor()
    with cursor, cursor.copy(query) as copy:
        copy.set_types([*types, "bytea"])
        yield from copy.rows()


def decode_vectors(raw: Sequence[bytes], dimension: int) -> Vectors:
    """pgvector's wire format (int16 dimension, int16 unused, then big-endian float32) to an array."""
    if not raw:
        return np.empty((0, dimension), np.float32)
    cells = np.frombuffer(b"".join(raw), ">f4").reshape(len(raw), dimension + 1)
    return np.ascontiguousarray(cells[:, 1:], np.float32)
