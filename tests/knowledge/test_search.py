"""Search over a small corpus: what is found, what is filtered, when there is no answer."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygrounds_dagster.knowledge import search as search_module
from pygrounds_dagster.knowledge.calibration import Calibration, fit_calibration, load_calibration
from pygrounds_dagster.knowledge.index import build_indexes
from pygrounds_dagster.knowledge.search import (
    DENSE_WEIGHT,
    SECTION_VOICE,
    SUBTOPIC_VOICE,
    Searcher,
    SearchFilters,
    best_rows,
    find,
    fuse,
    min_max,
    vouch,
)

LISTS, DICTS, LOOPS = KEYS = ("basics.collections.lists", "basics.collections.dicts", "basics.control.loops")
FULL_VOICE = 1 + SECTION_VOICE + SUBTOPIC_VOICE
KIND = Calibration(-2.0, 3.0, 3.0, "test")


@pytest.fixture
def searcher(three_subtopics, pool, settings) -> Searcher:
    three_subtopics.subtopic(
        "advanced.functions.generators",
        "A generator yields values one by one in a loop.",
        difficulty="advanced",
    )
    build_indexes(pool, [*KEYS, "advanced.functions.generators"], settings)
    encoder = three_subtopics.encoder
    return Searcher(settings, pool, {"concept": encoder, "code": encoder}, KIND)


def test_the_chunk_that_answers_comes_first_with_everything_to_cite_it(searcher, three_subtopics) -> None:
    result = searcher.search("KeyError: no such key in the dictionary", k=3)
    first = result.hits[0]
    assert len(result.hits) == 3
    assert (first.text, first.subtopic_key) == (three_subtopics.dicts[1], DICTS)
    assert (first.document, first.line_start, first.line_end) == (
        "zones/basics/collections/dicts/subtopic.md",
        11,
        15,
    )
    assert first.heading_path == ["dicts", "Part 1"]
    assert (first.chunk_type, first.kind, first.difficulty, first.page_start) == (
        "Concept",
        "concept",
        "beginner",
        None,
    )
    assert 0 <= first.lexical <= 1 + 1e-6
    assert result.answerable
    assert result.confidence >= first.score


def test_hits_are_ordered_by_the_fusion_of_exact_scores(searcher, three_subtopics) -> None:
    query = "sort the values of a list"
    view = searcher.reader.view()
    vectors = searcher.encode(query)
    found = find(view, query, vectors, 99, SearchFilters(), KIND)
    vector = next(iter(vectors.values()))
    dense = np.concatenate([shard.vectors @ vector for shard in view.shards])
    lexical, _, _ = view.lexical(query)
    fused = DENSE_WEIGHT * min_max(dense) + (1 - DENSE_WEIGHT) * min_max(lexical)
    order = np.argsort(-fused, kind="stable")
    scores = np.empty(view.size)
    scores[order] = vouch(fused[order], view.section[order], view.subtopic[order])
    assert found.rows.tolist() == np.argsort(-scores, kind="stable").tolist()
    np.testing.assert_allclose(found.fused, np.sort(scores)[::-1], atol=1e-6)


def test_a_chunk_is_raised_by_the_best_other_chunk_of_its_section_and_the_best_of_its_subtopic() -> None:
    scores = np.array([0.9, 0.8, 0.6, 0.5, 0.4], np.float32)
    sections = np.array([7, 5, 7, 7, 9], np.uint64)
    subtopics = np.array([0, 1, 0, 0, 1], np.uint32)
    others = np.array([0.6, 0.0, 0.9, 0.9, 0.0])
    best = np.array([0.9, 0.8, 0.9, 0.9, 0.8])
    expected = (scores + SECTION_VOICE * others + SUBTOPIC_VOICE * best) / (
        1 + SECTION_VOICE + SUBTOPIC_VOICE
    )
    np.testing.assert_allclose(vouch(scores, sections, subtopics), expected, atol=1e-6)


@given(st.lists(st.tuples(st.floats(0, 1, width=32), st.integers(0, 3), st.integers(0, 2)), max_size=30))
def test_vouching_keeps_scores_within_0_and_1_and_never_turns_a_section_around(
    rows: list[tuple[float, int, int]],
) -> None:
    rows.sort(reverse=True)
    scores, sections, subtopics = (
        (np.array(column) for column in zip(*rows, strict=True)) if rows else [[]] * 3
    )
    section = np.asarray(subtopics, np.uint64) * 10 + np.asarray(sections, np.uint64)
    vouched = vouch(np.asarray(scores, np.float32), section, np.asarray(subtopics, np.uint32))
    assert ((vouched >= 0) & (vouched <= 1 + 1e-6)).all()
    for name in set(section.tolist()):
        part = vouched[section == name]
        assert (np.diff(part) <= 1e-6).all()


@pytest.mark.parametrize(
    ("filters", "allowed"),
    [
        ({"zones": {"advanced"}}, lambda hit: hit.subtopic_key.startswith("advanced.")),
        ({"topics": {"basics.control"}}, lambda hit: hit.subtopic_key == LOOPS),
        ({"subtopics": {LISTS, LOOPS}}, lambda hit: hit.subtopic_key in {LISTS, LOOPS}),
        ({"types": {"Code"}}, lambda hit: hit.chunk_type == "Code"),
        ({"kinds": {"concept"}}, lambda hit: hit.kind == "concept"),
        ({"difficulties": {"advanced"}}, lambda hit: hit.difficulty == "advanced"),
        (
            {"zones": {"basics"}, "types": {"Code"}},
            lambda hit: hit.kind == "code" and "basics" in hit.subtopic_key,
        ),
        ({"zones": {"nowhere"}}, lambda hit: False),
    ],
)
def test_filters_are_exact_and_leave_everything_else_findable(searcher, filters, allowed) -> None:
    every = searcher.search("values in a loop", k=99).hits
    found = searcher.search(
        "values in a loop", 99, SearchFilters(**{name: frozenset(chosen) for name, chosen in filters.items()})
    )
    assert len(every) == 11
    assert {hit.chunk_id for hit in found.hits} == {hit.chunk_id for hit in every if allowed(hit)}
    assert found.answerable <= bool(found.hits)


def test_filters_apply_before_scores_are_normalised(searcher) -> None:
    code = SearchFilters(kinds=frozenset({"code"}))
    hits = searcher.search("names.append", 99, code).hits
    assert hits[0].fused == pytest.approx((1 + SUBTOPIC_VOICE) / FULL_VOICE)
    assert hits[-1].fused < hits[0].fused


def test_a_question_about_nothing_here_is_not_answerable_but_shows_the_nearest(searcher) -> None:
    result = searcher.search("frobnicate quixotic zebras", k=2)
    assert not result.answerable
    assert len(result.hits) == 2
    assert result.confidence < searcher.settings.abstain_below


def test_the_confidence_does_not_depend_on_k(searcher) -> None:
    assert len({searcher.search("a while loop", k).confidence for k in (1, 3, 9)}) == 1


def test_a_chunk_retired_since_the_build_is_replaced_by_the_next(searcher, pool) -> None:
    before = searcher.search("a dictionary links keys", k=3).hits
    with pool.connection() as conn:
        conn.execute("UPDATE chunk SET retired_at = now() WHERE chunk_id = %s", [before[0].chunk_id])
    after = searcher.search("a dictionary links keys", k=3).hits
    assert [hit.chunk_id for hit in after[:2]] == [hit.chunk_id for hit in before[1:]]
    assert len(after) == 3


def test_a_searcher_follows_the_index_without_a_restart(searcher, three_subtopics, pool, settings) -> None:
    three_subtopics.subtopic(LOOPS, "The walrus operator assigns inside an expression.")
    build_indexes(pool, [LOOPS], settings)
    assert searcher.search("walrus operator", k=1).hits[0].subtopic_key == LOOPS


def test_a_query_is_encoded_once_where_the_kinds_share_a_model(searcher, monkeypatch) -> None:
    asked = []
    encoder = searcher.encoders["concept"]
    monkeypatch.setattr(
        type(encoder), "encode", lambda self, texts: asked.append(texts) or np.ones((1, 48), np.float32)
    )
    searcher.search("loops")
    assert asked == [["loops"]]


def test_each_model_is_normalised_by_itself() -> None:
    dense = np.array([0.9, 0.5, 0.1, 0.03, 0.01], np.float32)
    lexical = np.array([0, 2, 4, 0, 4], np.float32)
    fused = fuse(dense, lexical, np.array([0, 0, 0, 1, 1], np.uint8))
    stretched = np.array([1, 0.5, 0, 1, 0])
    expected = DENSE_WEIGHT * stretched + (1 - DENSE_WEIGHT) * lexical / 4
    np.testing.assert_allclose(fused, expected, atol=1e-6)


def test_each_model_is_scored_by_its_own_vector(searcher) -> None:
    view = searcher.reader.view()
    *rest, last = view.manifest.shards
    manifest = replace(view.manifest, shards=[*rest, replace(last, model_id="other")])
    mixed = replace(view, manifest=manifest)
    vector = next(iter(searcher.encode("values in a loop").values()))
    once = view.dense({last.model_id: vector})
    twice = mixed.dense({last.model_id: vector, "other": 2 * vector})
    border = view.offsets[-2]
    np.testing.assert_allclose(twice[:border], once[:border])
    np.testing.assert_allclose(twice[border:], 2 * once[border:], rtol=1e-5)


@pytest.mark.parametrize(("query", "k"), [("", 5), ("  \n", 5), ("loops", 0)])
def test_blank_queries_and_impossible_k_are_refused(searcher, query, k) -> None:
    with pytest.raises(ValueError, match=r"blank|at least 1"):
        searcher.search(query, k)


def test_without_an_index_search_says_what_to_do(corpus, pool, settings) -> None:
    with pytest.raises(LookupError, match="materialise faiss_index"):
        Searcher(settings, pool, {"concept": corpus.encoder, "code": corpus.encoder}).search("loops")


@given(scores=st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=30), k=st.integers(1, 12))
def test_best_rows_are_those_of_a_full_sort(scores: list[float], k: int) -> None:
    expected = sorted(range(len(scores)), key=lambda row: (-scores[row], row))[:k]
    assert best_rows(np.array(scores, np.float32), k).tolist() == expected


def test_min_max_of_equal_values_is_zero() -> None:
    assert min_max(np.full(3, 0.7, np.float32)).tolist() == [0, 0, 0]
    assert min_max(np.array([-1, 0, 3], np.float32)).tolist() == [0, 0.25, 1]


def test_the_shipped_calibration_is_monotone_and_names_its_source() -> None:
    shipped = load_calibration()
    assert shipped.dense > 0
    assert shipped.lexical > 0
    assert "content/retrieval" in shipped.source
    grid = np.linspace(0, 1, 11, dtype=np.float32)
    for fixed in grid:
        assert (np.diff(shipped.score(grid, np.full(11, fixed))) >= 0).all()
        assert (np.diff(shipped.score(np.full(11, fixed), grid)) >= 0).all()


def test_a_fit_recovers_the_border_between_the_classes() -> None:
    random = np.random.default_rng(0)
    evidence = random.random((400, 2))
    labels = evidence @ [2, 1] > 1.5
    fitted = fit_calibration([tuple(row) for row in evidence.tolist()], labels.tolist(), "test")
    judged = [fitted.confidence([dense], [lexical]) > 0.5 for dense, lexical in evidence.tolist()]
    assert np.mean(np.array(judged) == labels) > 0.95


def test_a_feature_that_would_count_against_answers_is_left_out() -> None:
    evidence = [(0.1 * place, -0.1 * place) for place in range(10)]
    fitted = fit_calibration(evidence, [place > 4 for place in range(10)], "test")
    assert fitted.lexical == 0
    assert fitted.dense > 0


def test_a_fit_needs_both_classes() -> None:
    with pytest.raises(ValueError, match="without one"):
        fit_calibration([(0.1, 0.2)], [True], "test")


def test_no_hits_give_no_confidence() -> None:
    assert json.dumps(KIND.confidence([], [])) == "0.0"
    assert search_module.SPARE_HITS > 0
