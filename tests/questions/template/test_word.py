"""Words come from the glossary and from sentences that stand by themselves."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.bodies import WordBody
from pygrounds_dagster.questions.model import Admitted, Candidate
from pygrounds_dagster.questions.source import CodeChunk, SubtopicSource, Term
from pygrounds_dagster.questions.template import TEMPLATES
from pygrounds_dagster.questions.words import GAP

KEY = "base.first.goods"
SOURCE = SubtopicSource(
    key=KEY,
    title="Goods",
    difficulty="intermediate",
    objectives=(),
    concepts=(),
    code=(CodeChunk("code", KEY, "Goods", "total = sum([1, 2])\nprint(total)\n", "3"),),
    terms=(),
    problems=(),
    related=(),
    related_terms=(),
    related_code=(),
)


def candidates(source: SubtopicSource) -> list[Candidate]:
    return list(TEMPLATES["word"](source, 1))


def words(source: SubtopicSource) -> list[tuple[str, str]]:
    bodies = [one.body for one in candidates(source)]
    return [(body.clue, body.answer) for body in bodies if isinstance(body, WordBody)]


def term(name: str, definition: str) -> SubtopicSource:
    return replace(SOURCE, terms=(Term(name, definition, "glossary", KEY),))


def text(sentence: str) -> SubtopicSource:
    return replace(SOURCE, concepts=(("concept", "Goods", sentence),))


@pytest.mark.parametrize(
    ("name", "definition", "clue", "answer"),
    [
        ("loop", "a part that runs again", "A part that runs again.", "LOOP"),
        ("running total", "a sum that grows", "A sum that grows. (2 words)", "RUNNINGTOTAL"),
        ("`is_odd`", "it says so", "It says so. (2 words, without the underscore)", "ISODD"),
    ],
)  # fmt: skip
def test_a_definition_becomes_a_sentence(name: str, definition: str, clue: str, answer: str) -> None:
    assert words(term(name, definition)) == [(clue, answer)]


@pytest.mark.parametrize("name", ["key", "KeyboardInterrupt", "utf8 code", "größe"])
def test_terms_that_fit_no_grid_are_left_out(name: str) -> None:
    assert words(term(name, "a part that runs again")) == []


def test_a_definition_for_one_page_only_is_no_clue() -> None:
    assert words(term("basket", "here, an object that holds things")) == []


@pytest.mark.parametrize(
    ("sentence", "answer"),
    [
        ("The function `sorted()` gives back a new list in which all the items stand in order.", "SORTED"),
        (
            "The method `reverse` turns a list around without making another list.",
            "REVERSE",
        ),
        ("A key that is not there raises `KeyError`, unless you say what to give instead.", "KEYERROR"),
    ],
)
def test_a_name_of_python_can_be_left_out(sentence: str, answer: str) -> None:
    ((clue, found),) = words(text(sentence))
    assert found == answer
    assert clue.count(GAP) == 1
    assert "`" not in clue


@pytest.mark.parametrize(
    "sentence",
    [
        "This function `sorted()` gives back a new list in which all the items stand in order.",
        "It calls `sorted()` and gives back a new list in which all the items stand in order.",
        "The function `sorted()` in the code below gives back a new list in order for all items.",
        "The function `sorted()` sorts.",
        "The function `sorted()` and the function `sorted()` give back a new list of all the items.",
        "The variable `total` holds what was added up so far, and the next price is added to it.",
        "The function `sorted()` gives back what stands in `total`, as a new list of all the items.",
        "Call `len()` to find out how many items there are in the list that you have been given.",
        "- The function `sorted()` gives back a new list in which all the items stand in order.",
    ],
)
def test_sentences_that_cannot_be_answered_alone_are_left_out(sentence: str) -> None:
    assert words(text(sentence)) == []


def test_gaps_for_terms_come_after_the_definitions() -> None:
    source = replace(
        text("A node with no children is a leaf, and a tree may have any number of such nodes at its ends."),
        terms=(Term("leaf", "a part at the very end", "glossary", KEY),),
    )
    source = replace(source, concepts=(("concept", "Trees", "A node with no children is a leaf."),))
    assert words(source) == [
        ("A part at the very end.", "LEAF"),
        (f"A node with no children is a {GAP}.", "LEAF"),
    ]
    assert [one.chunk_ids for one in candidates(source)] == [("glossary",), ("concept",)]
    assert [one.claimed_difficulty for one in candidates(source)] == ["intermediate", "beginner"]


def test_the_generator_expects_the_level_that_admission_finds() -> None:
    source = replace(
        text("The function `sorted()` gives back a new list in which all the items stand in order."),
        terms=(
            Term("loop", "a part that runs again", "glossary", KEY),
            Term("ware", "a thing for sale", "g", KEY),
        ),
    )
    found = [admit(one) for one in candidates(source)]
    assert len(found) == 3
    for one in found:
        assert isinstance(one, Admitted), one
        assert one.difficulty == one.candidate.claimed_difficulty


def test_the_same_source_and_seed_give_the_same_words() -> None:
    source = term("loop", "a part that runs again")
    assert candidates(source) == candidates(source)
