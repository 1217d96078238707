"""Stored vectors: one table per model, written and read in bulk.

What belongs here: the tables ``embedding_<model>``, binary COPY in and out. What does not:
which texts are to be encoded, and encoding.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from psycopg import Connection
from psycopg.sql import Identifier

from pygrounds_dagster.knowledge.encoder import EncoderModel, Vectors
from pygrounds_dagster.store.queries import load_queries

UNIT_TOLERANCE = 1e-3
"""How far from 1 the length of a stored vector may be."""

_SQL = load_queries(__package__)
_HEADER = b"PGCOPY\n\xff\r\n\0" + bytes(8)  # signature, flags, length of the extension
_TRAILER = b"\xff\xff"
_HASH_LENGTH = 32


def vector_table(model: EncoderModel) -> Identifier:
    """The table of a model's vectors."""
    return Identifier(_table_name(model))


def ensure_table(conn: Connection, model: EncoderModel) -> None:
    """Create and register a model's table unless it is there; other writers wait until the commit."""
    if conn.execute(_SQL["select_model_table"], {"model_id": model.model_id}).fetchone() is not None:
        return
    conn.execute(_SQL["lock_vectors"], {"table": _table_name(model)})
    create = _SQL["create_vector_table"].format(table=vector_table(model), dimension=model.dimension)
    conn.execute(create)
    conn.execute(
        _SQL["insert_model"],
        {
            "model_id": model.model_id,
            "name": model.name,
            "revision": model.revision,
            "dimension": model.dimension,
            "pooling": model.pooling,
            "table_name": _table_name(model),
        },
    )


def write_vectors(
    conn: Connection, model: EncoderModel, runtime: str, hashes: Sequence[str], vectors: Vectors
) -> int:
    """Store vectors that are not there yet, by binary COPY; the caller's transaction makes them last.

    Writers of one model take turns until their transaction ends, so what is missing stays missing between
    looking and copying.

    Args:
        conn: in a transaction.
        model: whose table, which :func:`ensure_table` has made.
        runtime: how they were computed.
        hashes: distinct keys of the texts, 32 characters each.
        vectors: (len(hashes), dimension), finite rows of unit length.

    Returns:
        How many were stored; the others another writer had stored first.
    """
    conn.execute(_SQL["commit_without_waiting"])
    conn.execute(_SQL["lock_vectors"], {"table": _table_name(model)})
    there = stored_hashes(conn, model, hashes)
    # in the order of the index, whose pages are then touched once a batch
    rows = sorted((r for r, key in enumerate(hashes) if key not in there), key=hashes.__getitem__)
    if not rows:
        return 0
    data = copy_records([hashes[row] for row in rows], runtime, vectors[rows])
    query = _SQL["copy_vectors_in"].format(table=vector_table(model))
    with conn.cursor() as cursor, cursor.copy(query) as copy:
        copy.write(_HEADER)
        copy.write(data)
        copy.write(_TRAILER)
    return len(rows)


def stored_hashes(conn: Connection, model: EncoderModel, hashes: Sequence[str]) -> set[str]:
    """Those of the hashes that have a vector."""
    query = _SQL["select_stored_hashes"].format(table=vector_table(model))
    return {key for (key,) in conn.execute(query, {"hashes": list(hashes)})}


def load_vectors(conn: Connection, model: EncoderModel, hashes: Sequence[str]) -> Vectors:
    """Vectors of texts, in the order of their hashes (repeats allowed): (len(hashes), dimension) float32.

    Raises:
        LookupError: some have no vector; names one.
    """
    layout = np.dtype(
        [("fields", ">i2"), ("place_size", ">i4"), ("place", ">i8"), *_vector_fields(model.dimension)]
    )
    query = _SQL["copy_vectors_out"].format(table=vector_table(model))
    with conn.cursor() as cursor, cursor.copy(query, {"hashes": list(hashes)}) as copy:
        data = b"".join(copy)
    count = (len(data) - len(_HEADER) - len(_TRAILER)) // layout.itemsize
    if count != len(hashes):
        missing = set(hashes) - stored_hashes(conn, model, hashes)
        raise LookupError(
            f"{len(missing)} of {len(set(hashes))} texts have no vector of {model.model_id}, e.g. "
            f"{min(missing)}: materialise chunk_embeddings and subtopic_intents"
        )
    records = np.frombuffer(data, layout, count, len(_HEADER))
    vectors = np.empty((count, model.dimension), np.float32)
    vectors[records["place"] - 1] = records["cells"]
    return vectors


def copy_records(hashes: Sequence[str], runtime: str, vectors: Vectors) -> bytes:
    """Rows (hash, runtime, vector) in PostgreSQL's binary COPY format, laid out by numpy at once."""
    if any(len(key) != _HASH_LENGTH for key in hashes):
        raise ValueError(f"an embedding hash has {_HASH_LENGTH} characters")
    name, dimension = runtime.encode(), vectors.shape[1]
    records = np.zeros(
        len(hashes),
        np.dtype(
            [
                ("fields", ">i2"),
                ("hash_size", ">i4"),
                ("hash", f"S{_HASH_LENGTH}"),
                ("runtime_size", ">i4"),
                ("runtime", f"S{len(name)}"),
                *_vector_fields(dimension),
            ]
        ),
    )
    records["fields"], records["hash_size"], records["runtime_size"] = 3, _HASH_LENGTH, len(name)
    records["hash"], records["runtime"] = hashes, name
    records["vector_size"], records["dimension"] = 4 + 4 * dimension, dimension
    records["cells"] = vectors
    return records.tobytes()


def _vector_fields(dimension: int) -> list[tuple[Any, ...]]:
    """pgvector's wire format as a column of a row: size, dimension, a spare, big-endian cells."""
    return [("vector_size", ">i4"), ("dimension", ">i2"), ("spare", ">i2"), ("cells", ">f4", (dimension,))]


def is_unit(vectors: Vectors) -> NDArray[np.bool_]:
    """Which rows are finite and of unit length."""
    with np.errstate(invalid="ignore", over="ignore"):
        lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors))
        good: NDArray[np.bool_] = np.abs(lengths - 1) <= UNIT_TOLERANCE
    return good


def _table_name(model: EncoderModel) -> str:
    return f"embedding_{model.model_id.replace('-', '_')}"
