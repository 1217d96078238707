"""A knowledge base of any size for benchmarks: random unit vectors, words after Zipf's law, real PostgreSQL.

What belongs here: making it and removing it. What does not: measuring.
"""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from psycopg import Connection
from psycopg_pool import ConnectionPool

from pygrounds_dagster.knowledge.corpus import model_in_use
from pygrounds_dagster.knowledge.encoder import Vectors
from pygrounds_dagster.knowledge.vectors import ensure_table, write_vectors
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.database import database_urls, embedded_server
from pygrounds_dagster.store.migrate import migrate
from pygrounds_dagster.store.pool import open_pool

VOCABULARY = 20_000
WORDS_PER_CHUNK = 120
_COLUMNS = (
    "chunk_id, document_id, subtopic_key, ordinal, chunk_type, kind, heading_path, line_start, line_end,"
    " text, embedding_text, embedding_hash, tokens"
)
_TYPES = [
    "text", "text", "text", "int4", "text", "text", "text[]", "int4", "int4", "text", "text", "text", "int4",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Base:
    """A throw-away installation."""

    settings: Settings
    pool: ConnectionPool


@contextmanager
def knowledge_base() -> Iterator[Base]:
    """An empty, migrated knowledge base on an embedded server of its own, removed at the end."""
    with tempfile.TemporaryDirectory(prefix="pygrounds-bench-") as directory:
        home = Path(directory)
        home.chmod(0o755)  # the server's account must reach its directory in it
        settings = Settings(home=home, database_url=None, _env_file=None)  # type: ignore[call-arg]
        try:
            url = database_urls(settings).pygrounds
            migrate(url)
            with open_pool(url, max_size=4, name="benchmark") as pool:
                yield Base(settings, pool)
        finally:
            embedded_server(settings).stop()


def unit_rows(rows: int, dimension: int, seed: int) -> Vectors:
    """Random unit vectors in loose clusters of fifty, as texts of one subject are."""
    random = np.random.default_rng(seed)
    centres = random.standard_normal((rows // 50 + 1, dimension), np.float32)
    vectors = centres[np.arange(rows) // 50] + random.standard_normal((rows, dimension), np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def texts(count: int, seed: int, length: int = WORDS_PER_CHUNK, skip: int = 0) -> list[str]:
    """Texts of random words whose frequencies fall as in language, without the ``skip`` most frequent."""
    random = np.random.default_rng(seed)
    weights = (np.arange(VOCABULARY) >= skip) / np.arange(1, VOCABULARY + 1)
    words = np.array(
        ["".join(chr(97 + int(digit)) for digit in f"{number:05d}") for number in range(VOCABULARY)]
    )
    chosen = random.choice(words, (count, length), p=weights / weights.sum())
    return [" ".join(row) for row in chosen]


def add_chunks(base: Base, subtopics: Sequence[str], per_subtopic: int, seed: int) -> None:
    """Subtopics with so many chunks each, embedded, with intents."""
    model = model_in_use(base.settings, "concept")
    count = len(subtopics) * per_subtopic
    words, vectors = texts(count, seed), unit_rows(count, model.dimension, seed)
    hashes = [hashlib.sha256(f"{seed} {number}".encode()).hexdigest()[:32] for number in range(count)]
    intents = [f"{hash_[::-1]}" for hash_ in hashes[: len(subtopics)]]
    with base.pool.connection() as conn:
        for key in subtopics:
            _add_subtopic(conn, key)
        with (
            conn.cursor() as cursor,
            cursor.copy(f"COPY chunk ({_COLUMNS}) FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(_TYPES)
            for number, (text, hash_) in enumerate(zip(words, hashes, strict=True)):
                key, kind = subtopics[number // per_subtopic], "code" if number % 3 == 0 else "concept"
                chunk_type, place = kind.capitalize(), number % per_subtopic
                copy.write_row(
                    [
                        hash_,
                        key,
                        key,
                        place,
                        chunk_type,
                        kind,
                        [key, f"Part {place // 3}"],
                        1,
                        9,
                        text,
                        text,
                        hash_,
                        9,
                    ]
                )
        ensure_table(conn, model)
        write_vectors(
            conn, model, "synthetic", [*hashes, *intents], np.vstack([vectors, vectors[: len(intents)]])
        )
        for key, intent in zip(subtopics, intents, strict=True):
            for kind in ("concept", "code"):
                conn.execute(
                    "INSERT INTO subtopic_intent VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                    [key, kind, intent, model.model_id],
                )
    with base.pool.connection() as conn:
        conn.autocommit = True
        conn.execute("ANALYZE")
        conn.autocommit = False


def _add_subtopic(conn: Connection, key: str) -> None:
    zone, topic, name = key.split(".")
    conn.execute("INSERT INTO zone VALUES (%s, %s, '', 0, '/') ON CONFLICT DO NOTHING", [zone, zone])
    conn.execute(
        "INSERT INTO topic VALUES (%s, %s, %s, '', 0) ON CONFLICT DO NOTHING",
        [f"{zone}.{topic}", zone, topic],
    )
    conn.execute(
        "INSERT INTO subtopic (subtopic_key, topic_key, title, position, difficulty, concept_intent,"
        " code_intent, content_root, source_path, content_hash)"
        " VALUES (%s, %s, %s, 0, 'beginner', '', '', '/', '', '')"
        " ON CONFLICT DO NOTHING",
        [key, f"{zone}.{topic}", name],
    )
    conn.execute(
        "INSERT INTO document (document_id, subtopic_key, path) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING",
        [key, key, f"zones/{zone}/{topic}/{name}.md"],
    )
