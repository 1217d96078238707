"""Retrieval questions and the figures drawn from them."""

from __future__ import annotations

from dataclasses import replace
from math import log2
from pathlib import Path

import pytest

from pygrounds_dagster.knowledge import evaluation
from pygrounds_dagster.knowledge.calibration import Calibration
from pygrounds_dagster.knowledge.evaluation import Answer, cross_validate, evaluate, figures
from pygrounds_dagster.knowledge.index import build_indexes
from pygrounds_dagster.knowledge.questions import Question, Section, load_questions
from pygrounds_dagster.knowledge.search import Searcher
from pygrounds_dagster.settings import PROJECT_ROOT

LISTS, DICTS, LOOPS = KEYS = ("basics.collections.lists", "basics.collections.dicts", "basics.control.loops")

GOOD = """\
# a comment
- question: "how do I sort a list?"
  expect:
    - subtopic: basics.collections.lists
      heading: "Part 1"
- question: how long should I boil yam
  expect: []
"""


def write(root: Path, text: str, zone: str = "basics") -> list[Path]:
    (root / "retrieval").mkdir(parents=True, exist_ok=True)
    (root / "retrieval" / f"{zone}.yaml").write_text(text, encoding="utf-8")
    return [root]


def answer(ranks: tuple[int, ...], expected: int, answerable: bool = True, evidence=(0.5, 0.5)) -> Answer:
    sections = tuple(Section(subtopic=LISTS, heading=f"Part {number}") for number in range(expected))
    text = f"{ranks} {expected} {evidence}"
    return Answer(Question("z", text, sections, Path("z.yaml"), 1), ranks, (), answerable, 0.5, evidence)


def test_questions_are_read_with_their_lines(tmp_path) -> None:
    questions, problems = load_questions(write(tmp_path, GOOD))
    assert problems == []
    assert [(one.zone, one.line, len(one.expect)) for one in questions] == [
        ("basics", 2, 1),
        ("basics", 6, 0),
    ]


@pytest.mark.parametrize(
    ("text", "line", "what"),
    [
        (GOOD + "- question: no expectation\n", 8, "expect"),
        (GOOD + "- question: x\n  expect:\n    - {subtopic: Bad Key, heading: y}\n", 8, "expect.0.subtopic"),
        (GOOD + "- question: x\n  expect:\n    - {subtopic: other.a.b, heading: y}\n", 8, "zone basics"),
        (GOOD + "- {question: '', expect: []}\n", 8, "question"),
        (GOOD + "- {question: x, expect: [], expects: 1}\n", 8, "expects"),
        ("question: not a list\n", 1, "must be a list"),
        ("- question: [broken\n", 2, "is not YAML"),
    ],
)
def test_a_bad_question_is_named_by_file_and_line_and_the_others_are_kept(tmp_path, text, line, what) -> None:
    questions, problems = load_questions(write(tmp_path, text))
    assert [problem.line for problem in problems] == [line]
    assert what in str(problems[0])
    assert "basics.yaml" in str(problems[0])
    assert len(questions) == (2 if text.startswith(GOOD) else 0)


def test_the_shipped_questions_are_valid_and_enough() -> None:
    questions, problems = load_questions([PROJECT_ROOT / "content"])
    assert problems == []
    for zone in ("beginner", "intermediate", "advanced", "master"):
        asked = [question for question in questions if question.zone == zone]
        assert len(asked) >= 75, zone
        assert sum(not question.expect for question in asked) >= 15, zone


def test_figures_follow_their_definitions() -> None:
    answers = [
        answer((1,), 1),
        answer((2, 4), 2),
        answer((), 1, answerable=False),
        answer((), 0, answerable=False),
        answer((), 0),
    ]
    found = figures(answers)
    ideal = 1 + 1 / log2(3)
    assert found["recall@1"] == pytest.approx(1 / 3)
    assert found["recall@3"] == pytest.approx((1 + 0.5) / 3)
    assert found["recall@10"] == pytest.approx(2 / 3)
    assert found["mrr"] == pytest.approx((1 + 0.5) / 3)
    assert found["ndcg@10"] == pytest.approx((1 + (1 / log2(3) + 1 / log2(5)) / ideal) / 3)
    assert (found["abstention"], found["false_abstention"]) == (0.5, pytest.approx(1 / 3))
    assert (found["questions"], found["unanswerable"]) == (5, 2)


def test_figures_without_a_question_to_stand_on_are_left_out() -> None:
    assert "abstention" not in figures([answer((1,), 1)])
    assert "mrr" not in figures([answer((), 0)])


def test_cross_validation_judges_by_fits_that_have_not_seen_the_question() -> None:
    good = [answer((1,), 1, evidence=(0.6 + 0.01 * place, 0.6)) for place in range(20)]
    bad = [answer((), 0, evidence=(0.2 + 0.01 * place, 0.1)) for place in range(20)]
    assert cross_validate([*good, *bad], 0.5) == {"abstention": 1.0, "false_abstention": 0.0}
    # With labels that mean nothing, unseen questions cannot all be judged right.
    mixed = [answer((1,), 1, evidence=(0.3 + 0.01 * place, 0.3)) for place in range(20)]
    noise = [answer((), 0, evidence=(0.3 + 0.01 * place, 0.3)) for place in range(20)]
    unseen = cross_validate([*mixed, *noise], 0.5)
    assert unseen["abstention"] - unseen["false_abstention"] < 0.5


@pytest.fixture
def searcher(three_subtopics, pool, settings) -> Searcher:
    build_indexes(pool, KEYS, settings)
    encoders = {"concept": three_subtopics.encoder, "code": three_subtopics.encoder}
    return Searcher(settings, pool, encoders, Calibration(-2.0, 3.0, 3.0, "test"))


def test_questions_are_asked_of_their_zone_and_found_sections_ranked(searcher, tmp_path) -> None:
    quality = evaluate(searcher, *load_questions(write(tmp_path, GOOD)))
    (first, second) = quality.answers
    assert first.ranks == (1,)
    assert first.found[0] == f"{LISTS}: Part 1"
    assert not second.answerable
    assert quality.figures["ndcg@10"] == 1
    assert quality.figures == quality.zones["basics"]
    assert quality.worst == []
    elsewhere = evaluate(searcher, [replace(one.question, zone="nowhere") for one in quality.answers])
    assert elsewhere.answers[0].ranks == ()
    assert elsewhere.worst[0].question.text == "how do I sort a list?"


def test_an_expected_section_that_is_gone_is_a_problem_with_its_line(searcher, tmp_path) -> None:
    text = GOOD + (
        "- question: gone\n  expect:\n    - {subtopic: basics.collections.lists, heading: Part 99}\n"
        "- question: half gone\n  expect:\n    - {subtopic: basics.collections.lists, heading: Part 99}\n"
        "    - {subtopic: basics.collections.lists, heading: Part 0}\n"
    )
    quality = evaluate(searcher, *load_questions(write(tmp_path, text)))
    assert [problem.line for problem in quality.problems] == [8, 11]
    assert "Part 99" in quality.problems[0].message
    assert [one.question.text for one in quality.answers][2:] == ["half gone"]


def test_the_version_changes_with_the_questions_and_the_index(
    searcher, three_subtopics, pool, settings, tmp_path, monkeypatch
) -> None:
    monkeypatch.setattr(evaluation, "model_in_use", lambda settings, kind: three_subtopics.encoder.model)
    roots = settings.model_copy(update={"content": write(tmp_path / "content", GOOD)})
    first = evaluation.evaluation_version(pool, roots)
    assert evaluation.evaluation_version(pool, roots) == first
    write(tmp_path / "content", GOOD.replace("yam", "rice"))
    second = evaluation.evaluation_version(pool, roots)
    three_subtopics.subtopic(LOOPS, "Something new about loops.")
    build_indexes(pool, [LOOPS], settings)
    assert len({first, second, evaluation.evaluation_version(pool, roots)}) == 3
