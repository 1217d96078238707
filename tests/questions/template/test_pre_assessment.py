"""Placement questions are made of executed programs and of glossaries; only knowledge tells the key."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice, pairwise

import pytest

from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.admission.pre_assessment import form_of
from pygrounds_dagster.questions.bodies import PreAssessmentBody
from pygrounds_dagster.questions.model import Admitted, Candidate
from pygrounds_dagster.questions.source import CodeChunk, SubtopicSource, Term
from pygrounds_dagster.questions.template import TEMPLATES
from pygrounds_dagster.questions.template.meanings import asked_about_terms
from pygrounds_dagster.questions.template.options import Wrong, choose, placed

KEY, OTHER = "base.second.prices", "base.first.goods"
TOTAL = """def total(prices):
    result = 0
    for price in prices:
        if price > 2:
            result += price
    return result

print(total([4, 2, 7]))
print(total([1, 3, 3, 9]))
"""
BROKEN = 'prices = {"rice": 4}\nfor name in ["rice", "salt"]:\n    print(prices[name])\n'
LOOP = (
    'goods = ["rice", "salt"]\nfor place, name in enumerate(goods):\n    if place > 0:\n        print(name)\n'
)


def terms(key: str, *pairs: tuple[str, str]) -> tuple[Term, ...]:
    return tuple(Term(name, definition, f"glossary {key}", key) for name, definition in pairs)


OWN = terms(
    KEY,
    ("discount", "a part of the money that the buyer may keep"),
    ("receipt", "a paper that says how much was paid"),
    ("currency", "the kind of coin that a land uses"),
    ("refund", "to hand back what somebody gave"),
)
FAR = terms(
    OTHER,
    ("shelf", "a board on which goods lie in a shop window"),
    ("bundle", "some things that are sold together as one"),
    ("parcel", "a box that is sent by post to another town"),
)
SOURCE = SubtopicSource(
    key=KEY,
    title="Prices",
    difficulty="intermediate",
    objectives=(),
    concepts=(),
    code=(
        CodeChunk("total", KEY, "Adding up", TOTAL, "11\n15"),
        CodeChunk("broken", KEY, "A mistake", BROKEN, "4\nKeyError: 'salt'"),
    ),
    terms=OWN,
    problems=(),
    related=(),
    related_terms=(),
    related_code=(),
    elsewhere=(OTHER,),
    elsewhere_terms=FAR,
    elsewhere_code=(CodeChunk("loop", OTHER, "Goods", LOOP, "salt"),),
)


@pytest.fixture(scope="module")
def candidates() -> list[Candidate]:
    return list(islice(TEMPLATES["pre_assessment"](SOURCE, 1), 24))


def bodies(candidates: Sequence[Candidate]) -> list[PreAssessmentBody]:
    return [one.body for one in candidates if isinstance(one.body, PreAssessmentBody)]


def forms(candidates: Sequence[Candidate]) -> Counter[str]:
    found = [form_of(body) for body in bodies(candidates)]
    return Counter(form[0] for form in found if form is not None)


def test_all_kinds_of_questions_are_made(candidates: list[Candidate]) -> None:
    assert {"prints", "error", "returns", "term", "meaning"} <= set(forms(candidates))
    assert forms(candidates).total() == len(candidates)


def test_nearly_all_hold_when_they_are_executed_again(candidates: list[Candidate]) -> None:
    held = [admit(one) for one in candidates]
    assert sum(isinstance(one, Admitted) for one in held) >= 0.9 * len(held), held


def test_each_asks_about_two_topics(candidates: list[Candidate]) -> None:
    assert {one.subtopics for one in candidates} == {(KEY, OTHER)}


def test_the_right_option_takes_all_places_in_turn(candidates: list[Candidate]) -> None:
    by_level: dict[str | None, list[int]] = {}
    for one, body in zip(candidates, bodies(candidates), strict=True):
        by_level.setdefault(one.claimed_difficulty, []).append(body.correct_option)
    for places in by_level.values():
        steps = {(after - before) % 4 for before, after in pairwise(places)}
        assert steps <= {1}


def test_the_shown_error_is_asked_about_with_its_meaning(candidates: list[Candidate]) -> None:
    shown = [body for body in bodies(candidates) if body.code.strip() == BROKEN.strip()]
    assert [body.options[body.correct_option] for body in shown] == ["KeyError"]
    assert "KeyError: 'salt'" in shown[0].explanation
    assert all(f"`{option}` means" in shown[0].explanation for option in shown[0].options)


def test_wrong_outputs_are_explained_by_the_slip_that_gives_them(candidates: list[Candidate]) -> None:
    asked = [body for body in bodies(candidates) if body.question_text == "What does this program print?"]
    assert asked
    for body in asked:
        assert body.explanation.count("would be right") == 3


def test_numbers_of_the_data_are_not_what_is_misread(candidates: list[Candidate]) -> None:
    for body in bodies(candidates):
        assert "instead of `4` in line 8" not in body.explanation


def test_calls_have_inputs_that_the_text_does_not_use(candidates: list[Candidate]) -> None:
    calls = [body.question_text for body in bodies(candidates) if " return?" in body.question_text]
    assert calls
    assert not {"What does `total([4, 2, 7])` return?", "What does `total([1, 3, 3, 9])` return?"} & set(
        calls
    )


def test_the_same_source_and_seed_give_the_same_questions(candidates: list[Candidate]) -> None:
    assert list(islice(TEMPLATES["pre_assessment"](SOURCE, 1), len(candidates))) == candidates


def test_a_source_without_another_topic_gives_nothing() -> None:
    alone = replace(SOURCE, elsewhere=(), elsewhere_terms=(), elsewhere_code=())
    assert list(TEMPLATES["pre_assessment"](alone, 1)) == []


# --- terms ------------------------------------------------------------------------------------------------


def test_synonyms_do_not_stand_beside_each_other() -> None:
    twin = terms(KEY, ("rebate", "a part of the money which the buyer may keep"))
    asked = list(asked_about_terms(replace(SOURCE, terms=OWN + twin), 1))
    about = [one for one in asked if one.key in ("discount", "rebate")]
    assert about
    for one in about:
        assert not {"discount", "rebate"} <= {one.key, *(wrong.text for wrong in one.wrong)}


def test_terms_have_one_option_of_another_topic_and_say_what_all_mean() -> None:
    for one in asked_about_terms(SOURCE, 1):
        texts = [one.key, *(wrong.text for wrong in one.wrong)]
        far = {entry.term for entry in FAR} | {entry.definition for entry in FAR}
        assert len(far & set(texts)) == 1
        assert one.elsewhere == OTHER
        assert all(text in one.explanation for text in texts)


# --- options ----------------------------------------------------------------------------------------------


def test_three_different_wrong_options_are_chosen_or_none() -> None:
    some = [Wrong("12", ""), Wrong("13", ""), Wrong(" 12 ", ""), Wrong("9", "")]
    assert choose("9", some, 1) is None
    found = choose("9", [*some, Wrong("7", "")], 1)
    assert found is not None
    assert {one.text.strip() for one in found} == {"12", "13", "7"}


def test_preferred_and_alike_options_come_first() -> None:
    some = [
        Wrong("None", "", 1),
        Wrong("1000000000", ""),
        *(Wrong(text, "") for text in ("[1]", "[2]", "[3]")),
    ]
    found = choose("[4]", some, 1)
    assert found is not None
    assert {one.text for one in found} == {"[1]", "[2]", "[3]"}


def test_one_option_is_as_long_as_the_right_one_if_there_is_any() -> None:
    some = [Wrong(text, "") for text in ("1234", "2345", "3456", "a much longer one")]
    found = choose("12345678", some, 1)
    assert found is not None
    assert max(len(one.text) for one in found) >= 8


def test_the_right_option_stands_where_it_is_told_to() -> None:
    wrong = [Wrong(text, "") for text in "abc"]
    for place in range(4):
        options = placed("key", wrong, place, 1)
        assert options[place] == "key"
        assert sorted(options) == ["a", "b", "c", "key"]
