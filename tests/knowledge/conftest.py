"""A small corpus written straight into the store, so that ranking, index and search are tested alone."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest
from psycopg.sql import SQL, Identifier
from psycopg_pool import ConnectionPool

from pygrounds_dagster.knowledge import corpus as corpus_module
from pygrounds_dagster.knowledge.encoder import EncoderModel, Vectors
from pygrounds_dagster.knowledge.lexical import term_counts
from pygrounds_dagster.settings import Settings

DIMENSION = 48
MODEL = EncoderModel("bag-of-words-1", "bag-of-words", "1", DIMENSION, 256, "mean")


class BagOfWords:
    """An encoder whose vectors can be reasoned about: every term adds its own fixed random direction."""

    model = MODEL
    runtime = "numpy"

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        vectors = np.array([self._one(text) for text in texts], np.float32).reshape(-1, DIMENSION)
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)

    @staticmethod
    def _one(text: str) -> np.ndarray:
        total = np.full(DIMENSION, 1e-3)
        for term, times in term_counts(text).items():
            total += times * np.random.default_rng(zlib.crc32(term.encode())).standard_normal(DIMENSION)
        return total


def digest(*parts: str) -> str:
    """32 hex digits."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]


LISTS = (
    "A list keeps many values in order. Append puts one more value at the end of the list.",
    "Sorting a list puts its values in order; sort changes the list itself.",
    "> names = []\n> names.append('Ama')",
    "> names.sort()",
)
DICTS = (
    "A dictionary links keys to values; look a value up by its key.",
    "A KeyError says that the dictionary has no such key.",
    "> ages = {'Ama': 12}\n> ages['Kofi']",
)
LOOPS = (
    "A for loop repeats its body for each value of a list.",
    "A while loop repeats its body until its condition is false. Break leaves a loop early.",
    "> for name in names:\n>     print(name)",
)


@dataclass
class Corpus:
    """Writes subtopics and chunks as the steps before would."""

    pool: ConnectionPool
    settings: Settings
    encoder: BagOfWords = field(default_factory=BagOfWords)
    lists: tuple[str, ...] = LISTS
    dicts: tuple[str, ...] = DICTS
    loops: tuple[str, ...] = LOOPS

    def subtopic(
        self,
        key: str,
        *texts: str,
        concept_intent: str | None = None,
        code_intent: str | None = None,
        difficulty: str = "beginner",
        embed: bool = True,
    ) -> list[str]:
        """A live subtopic whose chunks are exactly these; texts that begin with ``>`` are code."""
        zone, topic, name = key.split(".")
        title = name.replace("_", " ")
        with self.pool.connection() as conn:
            conn.execute(
                "INSERT INTO zone VALUES (%s, %s, '', 0, '/content') ON CONFLICT DO NOTHING", [zone, zone]
            )
            conn.execute(
                "INSERT INTO topic VALUES (%s, %s, %s, '', 0) ON CONFLICT DO NOTHING",
                [f"{zone}.{topic}", zone, topic],
            )
            conn.execute(
                "INSERT INTO subtopic (subtopic_key, topic_key, title, position, difficulty, concept_intent,"
                " code_intent, content_root, source_path, content_hash)"
                " VALUES (%s, %s, %s, 0, %s, %s, %s, '/content', 's.md', '')"
                " ON CONFLICT (subtopic_key) DO UPDATE"
                " SET difficulty = excluded.difficulty, retired_at = NULL",
                [key, f"{zone}.{topic}", title, difficulty, concept_intent or title, code_intent or title],
            )
            conn.execute(
                "INSERT INTO document (document_id, subtopic_key, path, section)"
                " VALUES (%s, %s, %s, '') ON CONFLICT DO NOTHING",
                [digest(key), key, f"zones/{zone}/{topic}/{name}/subtopic.md"],
            )
            conn.execute("UPDATE chunk SET retired_at = now() WHERE subtopic_key = %s", [key])
            ids = [self._chunk(conn, key, title, place, text) for place, text in enumerate(texts)]
        if embed:
            self.embed([key])
        return ids

    def _chunk(self, conn, key: str, title: str, place: int, text: str) -> str:
        kind = "code" if text.startswith(">") else "concept"
        chunk_id = digest(key, text)
        conn.execute(
            "INSERT INTO chunk (chunk_id, document_id, subtopic_key, ordinal, chunk_type, kind, heading_path,"
            " line_start, line_end, text, embedding_text, embedding_hash, tokens)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, 9)"
            " ON CONFLICT (chunk_id) DO UPDATE SET ordinal = excluded.ordinal, retired_at = NULL",
            [
                chunk_id,
                digest(key),
                key,
                place,
                "Code" if kind == "code" else "Concept",
                kind,
                [title, f"Part {place}"],
                place * 10 + 1,
                place * 10 + 5,
                text,
                text,
                digest(text),
            ],
        )
        return chunk_id

    def embed(self, keys: Iterable[str]) -> None:
        """Vectors of the chunks and intents of some subtopics."""
        with self.pool.connection() as conn:
            table = f"embedding_{MODEL.model_id}"
            conn.execute(
                "INSERT INTO embedding_model VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING",
                [MODEL.model_id, MODEL.name, MODEL.revision, DIMENSION, MODEL.pooling, table],
            )
            conn.execute(
                SQL(
                    "CREATE TABLE IF NOT EXISTS {} (embedding_hash text PRIMARY KEY, runtime text NOT NULL,"
                    " vector vector(48) NOT NULL)"
                ).format(Identifier(table))
            )
            texts: dict[str, str] = {}
            for key in keys:
                rows = conn.execute(
                    "SELECT text FROM chunk WHERE subtopic_key = %s AND retired_at IS NULL", [key]
                ).fetchall()
                texts |= {digest(text): text for (text,) in rows}
                intents = conn.execute(
                    "SELECT concept_intent, code_intent FROM subtopic WHERE subtopic_key = %s", [key]
                ).fetchone()
                for kind, intent in zip(("concept", "code"), intents, strict=True):
                    texts[digest(intent)] = intent
                    conn.execute(
                        "INSERT INTO subtopic_intent VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING",
                        [key, kind, digest(intent), MODEL.model_id],
                    )
            for hash_, vector in zip(texts, self.encoder.encode(list(texts.values())), strict=True):
                conn.execute(
                    SQL("INSERT INTO {} VALUES (%s, 'numpy', %s) ON CONFLICT DO NOTHING").format(
                        Identifier(table)
                    ),
                    [hash_, vector],
                )

    def retire(self, key: str) -> None:
        """As registration does when the subtopic's file is gone."""
        with self.pool.connection() as conn:
            conn.execute("UPDATE subtopic SET retired_at = now() WHERE subtopic_key = %s", [key])
            conn.execute("UPDATE chunk SET retired_at = now() WHERE subtopic_key = %s", [key])


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation of its own whose encoder is the bag of words."""
    monkeypatch.setattr(corpus_module, "model_in_use", lambda settings, kind: MODEL)
    return Settings(home=tmp_path, _env_file=None)


@pytest.fixture
def corpus(pool: ConnectionPool, settings: Settings) -> Corpus:
    """An empty corpus."""
    return Corpus(pool, settings)


@pytest.fixture
def three_subtopics(corpus: Corpus) -> Corpus:
    """Two topics in one zone, embedded."""
    corpus.subtopic("basics.collections.lists", *LISTS, concept_intent="a list keeps values in order")
    corpus.subtopic("basics.collections.dicts", *DICTS, concept_intent="a dictionary links keys to values")
    corpus.subtopic("basics.control.loops", *LOOPS, concept_intent="repeat a body in a loop")
    return corpus
