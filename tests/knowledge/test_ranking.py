"""The step ``semantic_rankings`` on stored rows."""

from __future__ import annotations

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.knowledge.coverage import Coverage, read_coverage
from pygrounds_dagster.knowledge.ranking import rank, representative_chunks, swap_rankings, top_chunks
from pygrounds_dagster.settings import Settings

LISTS, DICTS, LOOPS = KEYS = ("basics.collections.lists", "basics.collections.dicts", "basics.control.loops")


def stamps(pool: ConnectionPool) -> dict[str, set[str]]:
    """Transaction ids that wrote each subtopic's ranking rows."""
    found: dict[str, set[str]] = {}
    with pool.connection() as conn:
        for key, xmin in conn.execute("SELECT subtopic_key, xmin::text FROM ranking").fetchall():
            found.setdefault(key, set()).add(xmin)
    return found


@pytest.fixture
def ranked(three_subtopics, pool: ConnectionPool, settings: Settings):
    """The three subtopics after a first ranking."""
    assert [outcome.status for outcome in rank(pool, KEYS, settings)] == ["done"] * 3
    return three_subtopics


def test_every_own_chunk_is_ranked_once_and_the_corpus_from_the_nearest(ranked, pool) -> None:
    with pool.connection() as conn:
        own = top_chunks(conn, LISTS, "concept", 10)
        corpus = top_chunks(conn, LISTS, "concept", 10, scope="corpus")
    assert [chunk.rank for chunk in own] == [1, 2]
    assert {chunk.text for chunk in own} == set(ranked.lists[:2])
    assert len(corpus) == 6
    assert corpus[0].subtopic_key == LISTS
    similarities = [chunk.similarity for chunk in corpus]
    assert similarities == sorted(similarities, reverse=True)


def test_similarity_and_centrality_are_those_of_the_vectors(ranked, pool) -> None:
    vectors = ranked.encoder.encode([*ranked.lists[:2], "a list keeps values in order"])
    with pool.connection() as conn:
        own = {chunk.text: chunk for chunk in top_chunks(conn, LISTS, "concept", 10)}
    for place, text in enumerate(ranked.lists[:2]):
        assert own[text].similarity == pytest.approx(float(vectors[place] @ vectors[2]), abs=1e-4)
        assert own[text].centrality == pytest.approx(float(vectors[0] @ vectors[1]), abs=1e-4)


def test_unchanged_subtopics_are_skipped_and_their_rows_left_alone(ranked, pool, settings) -> None:
    before = stamps(pool)
    assert [outcome.status for outcome in rank(pool, KEYS, settings)] == ["unchanged"] * 3
    assert stamps(pool) == before


def test_a_change_elsewhere_rewrites_only_subtopics_whose_rows_differ(
    ranked, pool, settings, monkeypatch
) -> None:
    # What is kept of the corpus is each intent's nearest two: the fillers are in nobody's.
    monkeypatch.setattr("pygrounds_dagster.knowledge.ranking.CORPUS_TOP", 2)
    fillers = ["quixotic zebra", "purple umbrella"]
    ranked.subtopic("other.topic.filler", *fillers)
    keys = [*KEYS, "other.topic.filler"]
    rank(pool, keys, settings)
    before = stamps(pool)
    ranked.subtopic("other.topic.filler", *fillers, "completely unrelated gibberish zzz")
    status = {outcome.key: outcome.status for outcome in rank(pool, keys, settings)}
    assert status == dict.fromkeys(KEYS, "unchanged") | {"other.topic.filler": "done"}
    after = stamps(pool)
    assert {key for key in keys if after[key] != before[key]} == {"other.topic.filler"}
    assert [outcome.status for outcome in rank(pool, keys, settings)] == ["unchanged"] * 4


def test_chunks_are_filtered_by_type_and_difficulty(ranked, pool, settings) -> None:
    ranked.subtopic("basics.control.generators", "A generator yields values.", difficulty="advanced")
    rank(pool, [*KEYS, "basics.control.generators"], settings)
    with pool.connection() as conn:
        assert top_chunks(conn, LISTS, "concept", 10, types=["Example"]) == []
        assert len(top_chunks(conn, LISTS, "code", 10, types=["Code"])) == 2
        hard = top_chunks(conn, LISTS, "concept", 10, difficulty="advanced", scope="corpus")
    assert [chunk.subtopic_key for chunk in hard] == ["basics.control.generators"]


def test_coverage_says_what_is_missing_in_words(ranked, pool) -> None:
    ranked.subtopic("basics.control.empty", concept_intent="a list keeps values in order")
    rank(pool, ["basics.control.empty"], ranked.settings)
    with pool.connection() as conn:
        coverage = {(row.subtopic_key, row.kind): row for row in read_coverage(conn)}
    assert coverage[LISTS, "concept"].own_first
    assert coverage[LISTS, "concept"].gaps == ["only 2 of 2 concept chunks ≥ 0.35; 5 wanted"]
    assert coverage["basics.control.empty", "concept"].gaps == [
        "no concept chunks; 5 wanted",
        f"the concept chunk closest to its intent is in {LISTS}",
    ]


def test_keys_that_cannot_be_ranked_fail_alone_and_say_what_to_do(ranked, pool, settings) -> None:
    ranked.subtopic("basics.control.raw", "Not embedded.", embed=False)
    outcomes = {
        outcome.key: outcome for outcome in rank(pool, [LISTS, "no.such.key", "basics.control.raw"], settings)
    }
    assert outcomes[LISTS].status == "unchanged"
    assert "materialise curriculum" in outcomes["no.such.key"].error
    assert "materialise chunk_embeddings" in outcomes["basics.control.raw"].error


def test_nothing_embedded_at_all_is_said_for_every_key(corpus, pool, settings) -> None:
    corpus.subtopic(LISTS, "text", embed=False)
    (outcome,) = rank(pool, [LISTS], settings)
    assert outcome.status == "failed"
    assert "materialise chunk_embeddings" in outcome.error


def test_a_chunk_embedded_later_is_ranked_then(corpus, pool, settings) -> None:
    corpus.subtopic(LISTS, "A list.")
    corpus.subtopic(LISTS, "A list.", "Append to it.", embed=False)
    (outcome,) = rank(pool, [LISTS], settings)
    assert (outcome.counts["unembedded"], outcome.counts["own_ranked"]) == (1, 1)
    corpus.embed([LISTS])
    (outcome,) = rank(pool, [LISTS], settings)
    assert (outcome.status, outcome.counts["own_ranked"]) == ("done", 2)


def test_a_retired_subtopic_leaves_rankings_and_coverage(ranked, pool, settings) -> None:
    ranked.retire(DICTS)
    rank(pool, [LISTS, LOOPS], settings)
    with pool.connection() as conn:
        assert DICTS not in {row.subtopic_key for row in read_coverage(conn)}
        assert top_chunks(conn, DICTS, "concept", 5) == []
        assert {chunk.subtopic_key for chunk in top_chunks(conn, LISTS, "concept", 9, scope="corpus")} == {
            LISTS,
            LOOPS,
        }


def test_the_threshold_is_part_of_what_is_remembered(ranked, pool, settings) -> None:
    lower = settings.model_copy(update={"ranking_threshold": 0.01})
    (outcome,) = rank(pool, [LISTS], lower)
    assert outcome.status == "done"
    with pool.connection() as conn:
        coverage = {(row.subtopic_key, row.kind): row for row in read_coverage(conn)}
    assert coverage[LISTS, "concept"].above_threshold == 2


def test_a_reader_sees_the_old_rows_until_the_swap_is_committed(ranked, pool) -> None:
    with pool.connection() as writer, pool.connection() as reader:
        swap_rankings(writer, [], [Coverage(LISTS, "concept", 0, 0, 0.35, False)])
        assert len(top_chunks(reader, LISTS, "concept", 9)) == 2
        writer.rollback()
        assert len(top_chunks(writer, LISTS, "concept", 9)) == 2


def test_a_second_writer_waits_for_the_first(ranked, pool) -> None:
    with pool.connection() as writer, pool.connection() as other:
        swap_rankings(writer, [], [Coverage(LISTS, "concept", 0, 0, 0.35, False)])
        free = other.execute("SELECT pg_try_advisory_xact_lock(hashtext('pygrounds.ranking'))").fetchone()
        assert free == (False,)
        writer.rollback()


def test_representatives_are_chunks_of_the_subtopic(ranked, pool, settings) -> None:
    with pool.connection() as conn:
        found = representative_chunks(conn, settings, LISTS, "concept", 2)
        own = {chunk.chunk_id for chunk in top_chunks(conn, LISTS, "concept", 9)}
        assert set(found) == own
        with pytest.raises(LookupError, match="materialise subtopic_intents"):
            representative_chunks(conn, settings, "no.such.key", "concept", 2)
