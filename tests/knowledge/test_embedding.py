"""Chunks and intents get their vectors: each text once, the good apart from the bad, safe beside others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from psycopg.sql import SQL
from psycopg_pool import ConnectionPool

from pygrounds_dagster.knowledge import encoding
from pygrounds_dagster.knowledge.embedding import embed_and_save, embed_intents, text_hash
from pygrounds_dagster.knowledge.encoder import Vectors
from pygrounds_dagster.knowledge.vectors import (
    ensure_table,
    load_vectors,
    stored_hashes,
    vector_table,
    write_vectors,
)
from tests.knowledge.conftest import DICTS, LISTS, MODEL, BagOfWords, Corpus

LISTS_KEY, DICTS_KEY = "basics.collections.lists", "basics.collections.dicts"


class Counting(BagOfWords):
    """Remembers every text it was given; a text with POISON raises, one with HOLLOW has no finite vector."""

    def __init__(self) -> None:
        self.seen: list[str] = []

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        if any("POISON" in text for text in texts):
            raise ValueError("a text the model chokes on")
        self.seen.extend(texts)
        vectors = super().encode(texts)
        vectors[[row for row, text in enumerate(texts) if "HOLLOW" in text]] = np.nan
        return vectors


@pytest.fixture
def encoder() -> Counting:
    return Counting()


@pytest.fixture
def encoders(encoder: Counting) -> dict[str, Counting]:
    return {"concept": encoder, "code": encoder}


@pytest.fixture
def two(corpus: Corpus) -> Corpus:
    corpus.subtopic(LISTS_KEY, *LISTS, embed=False)
    corpus.subtopic(DICTS_KEY, *DICTS, LISTS[0], embed=False)  # a text that both have
    return corpus


def test_every_live_chunk_gets_the_vector_of_its_text(pool, two, encoders, encoder) -> None:
    told: list[tuple[int, int, str]] = []
    report = embed_and_save(pool, [LISTS_KEY, DICTS_KEY], encoders, lambda *said: told.append(said))
    texts = [*LISTS, *DICTS]
    assert (report.total, report.generated, report.saved) == (7, 7, 7)
    assert (report.skipped, report.failed) == (0, 0)
    assert report.models == (MODEL.model_id,)
    assert [(outcome.key, outcome.status) for outcome in report.outcomes] == [
        (LISTS_KEY, "done"),
        (DICTS_KEY, "done"),
    ]
    assert sorted(encoder.seen) == sorted(texts)  # the shared text once
    with pool.connection() as conn:
        stored = load_vectors(conn, MODEL, [text_hash(text) for text in texts])
    np.testing.assert_array_equal(stored, BagOfWords().encode(texts))
    assert told[-1] == (7, 7, "embedded")


def test_a_second_time_nothing_is_encoded(pool, two, encoders, encoder) -> None:
    embed_and_save(pool, [LISTS_KEY, DICTS_KEY], encoders)
    encoder.seen.clear()
    report = embed_and_save(pool, [LISTS_KEY, DICTS_KEY], encoders)
    assert [outcome.status for outcome in report.outcomes] == ["unchanged", "unchanged"]
    assert (report.total, report.generated, report.skipped) == (7, 0, 7)
    assert encoder.seen == []


def test_a_changed_chunk_costs_its_own_text(pool, two, encoders, encoder) -> None:
    first = embed_and_save(pool, [LISTS_KEY, DICTS_KEY], encoders)
    encoder.seen.clear()
    two.subtopic(LISTS_KEY, *LISTS[:-1], "> names.reverse()", embed=False)
    report = embed_and_save(pool, [LISTS_KEY, DICTS_KEY], encoders)
    assert encoder.seen == ["> names.reverse()"]
    assert [outcome.status for outcome in report.outcomes] == ["done", "unchanged"]
    assert report.outcomes[0].counts == {"chunks": 4, "generated": 1, "failed": 0, "skipped": 3}
    assert report.outcomes[0].data_version != first.outcomes[0].data_version


@pytest.mark.parametrize(
    ("text", "why"), [("a POISON text", "chokes"), ("a HOLLOW text", "not finite or not of unit length")]
)
def test_a_text_that_fails_is_named_and_the_others_are_stored(pool, two, encoders, text, why) -> None:
    bad = two.subtopic(LISTS_KEY, *LISTS, text, embed=False)[-1]
    report = embed_and_save(pool, [LISTS_KEY, DICTS_KEY], encoders)
    lists, dicts = report.outcomes
    assert (lists.status, dicts.status) == ("failed", "done")
    assert bad in lists.error
    assert why in lists.error
    assert (report.generated, report.failed) == (7, 1)
    with pool.connection() as conn:
        keys = [text_hash(each) for each in (*LISTS, *DICTS, text)]
        assert stored_hashes(conn, MODEL, keys) == set(keys[:-1])
    again = embed_and_save(pool, [LISTS_KEY], encoders)
    assert again.outcomes[0].status == "failed"  # not remembered as finished


def test_batches_finished_before_a_kill_stay(pool, two, encoders, encoder, monkeypatch) -> None:
    monkeypatch.setattr(encoding, "BATCH", 3)

    class Killed(BaseException):
        """Like a signal: nothing may catch it."""

    def killed_in_the_second_batch(texts, progress=None):
        if encoder.seen:
            raise Killed
        return Counting.encode(encoder, texts)

    with monkeypatch.context() as patched:
        patched.setattr(encoder, "encode", killed_in_the_second_batch)
        with pytest.raises(Killed):
            embed_and_save(pool, [LISTS_KEY, DICTS_KEY], encoders)
    before = set(encoder.seen)
    assert len(before) == 3
    encoder.seen.clear()
    report = embed_and_save(pool, [LISTS_KEY, DICTS_KEY], encoders)
    assert not before & set(encoder.seen)
    assert (report.generated, report.skipped) == (4, 3)


def test_writers_at_the_same_time_store_each_text_once(pool: ConnectionPool) -> None:
    hashes = [text_hash(str(number)) for number in range(2000)]
    vectors = np.zeros((2000, MODEL.dimension), np.float32)
    vectors[:, 0] = 1

    def write(first: int) -> int:
        with pool.connection() as conn:
            ensure_table(conn, MODEL)
            return write_vectors(conn, MODEL, "numpy", hashes[first:][:1000], vectors[:1000])

    with ThreadPoolExecutor(4) as executor:
        written = sum(executor.map(write, [0, 500, 1000, 250]))
    with pool.connection() as conn:
        count = conn.execute(SQL("SELECT count(*) FROM {}").format(vector_table(MODEL))).fetchone()
    assert written == count[0] == 2000


def test_vectors_are_loaded_in_the_order_asked_for_repeats_included(pool: ConnectionPool) -> None:
    hashes = [text_hash(str(number)) for number in range(50)]
    vectors = np.random.default_rng(1).standard_normal((50, MODEL.dimension)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with pool.connection() as conn:
        ensure_table(conn, MODEL)
        write_vectors(conn, MODEL, "numpy", hashes, vectors)
        wanted = [7, 3, 3, 49, 0]
        np.testing.assert_array_equal(load_vectors(conn, MODEL, [hashes[n] for n in wanted]), vectors[wanted])
        assert load_vectors(conn, MODEL, []).shape == (0, MODEL.dimension)
        with pytest.raises(LookupError, match="1 of 2 texts have no vector"):
            load_vectors(conn, MODEL, [hashes[0], text_hash("never encoded")])


def test_intents_are_stored_beside_the_chunks_and_remembered(pool, two, encoders, encoder) -> None:
    outcomes = embed_intents(pool, [LISTS_KEY, DICTS_KEY], encoders)
    assert [outcome.status for outcome in outcomes] == ["done", "done"]
    with pool.connection() as conn:
        rows = conn.execute("SELECT kind, embedding_hash FROM subtopic_intent ORDER BY 1, 2").fetchall()
        assert len(load_vectors(conn, MODEL, [row[1] for row in rows])) == 4
    encoder.seen.clear()
    assert [outcome.status for outcome in embed_intents(pool, [LISTS_KEY], encoders)] == ["unchanged"]
    with pool.connection() as conn:
        conn.execute(
            "UPDATE subtopic SET code_intent = 'a POISON intent' WHERE subtopic_key = %s", [LISTS_KEY]
        )
        conn.execute("UPDATE subtopic SET code_intent = 'another' WHERE subtopic_key = %s", [DICTS_KEY])
    lists, dicts = embed_intents(pool, [LISTS_KEY, DICTS_KEY], encoders)
    assert (lists.status, dicts.status) == ("failed", "done")
    assert "code_intent" in lists.error
    assert encoder.seen == ["another"]


def test_a_partition_that_is_not_registered_fails_and_says_so(pool, two, encoders) -> None:
    outcome = embed_and_save(pool, ["basics.collections.ghosts"], encoders).outcomes[0]
    assert outcome.status == "failed"
    assert "not registered" in outcome.error
    assert embed_intents(pool, ["basics.collections.ghosts"], encoders)[0].status == "failed"
