"""A word is admitted if its clue is a sentence that does not give it away; else there is one reason."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.admission.word import REASONS, shares_stem
from pygrounds_dagster.questions.bodies import WordBody
from pygrounds_dagster.questions.grids.wordsearch import rude_words
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop

KEY = "base.first.goods"
CLUE = "A part of a program that is done again and again."


def made(clue: str = CLUE, term: str = "loop", answer: str = "", key: str = KEY) -> Admitted | Drop:
    body = WordBody(clue=clue, term=term, answer=answer or "".join(filter(str.isalpha, term)).upper())
    return admit(Candidate(body, (key,), taught="beginner"))


def reason(**fields: str) -> str:
    found = made(**fields)
    assert isinstance(found, Drop), found
    assert found.reason in REASONS
    assert found.detail
    return found.reason


@pytest.mark.parametrize(
    ("clue", "term"),
    [
        (CLUE, "loop"),
        ("A sum that grows with each new value. (2 words)", "running total"),
        ("The method ____ gives a new object its first values. (without the underscores)", "__init__"),
        ("`break` leaves it at once, and `continue` starts its next turn.", "loop"),
        ("____ ends the loop at once.", "break"),
    ],
)
def test_a_good_clue_is_admitted_at_a_level_and_with_a_key(clue: str, term: str) -> None:
    found = made(clue, term)
    assert isinstance(found, Admitted), found
    assert found.difficulty == "beginner"
    assert found.features["taught"] == 0
    assert len(found.content_key) == 64


@pytest.mark.parametrize("answer", ["ABC", "ABCDEFGHIJKLMN", "loop", "LO OP", "LOOP1"])
def test_answers_of_other_lengths_and_letters_are_no_words_at_all(answer: str) -> None:
    with pytest.raises(ValidationError):
        made(answer=answer)


@pytest.mark.parametrize(
    ("clue", "term", "expected"),
    [
        (CLUE, "while", ""),
        ("Loops are parts that run again and again.", "loop", "clue_has_answer"),
        ("A ____ in a loop is passed over.", "loop", "clue_has_answer"),
        ("What an iterable gives one turn after the other.", "iteration", ""),
        ("What you iterate over gives one of these each turn.", "iteration", "clue_has_answer"),
        ("What makes classes, as a class makes objects.", "metaclass", "clue_has_answer"),
        ("To run it again and again. (2 words)", "running total", "clue_has_answer"),
        ("The method that sets a value.", "setter", "clue_has_answer"),
        ("A short clue.", "loop", ""),
        ("Too short.", "loop", "clue_too_short"),
        (f"It says {'very ' * 40}much.", "loop", "clue_too_long"),
        ("a part that is done again.", "loop", "clue_no_sentence"),
        ("A part that is done again", "loop", "clue_no_sentence"),
        ("A part that\nis done again.", "loop", "clue_no_sentence"),
        ("A part `that is done again.", "loop", "clue_no_sentence"),
        ("The ____ of a ____ is here.", "loop", "several_gaps"),
        ("A sum that grows with each new value.", "running total", "words_not_told"),
        ("A sum that grows with each new value. (3 words)", "running total", "words_not_told"),
        ("A part that is done again. (2 words)", "loop", "words_not_told"),
    ],
)
def test_clues_are_judged_by_what_they_say(clue: str, term: str, expected: str) -> None:
    found = made(clue, term)
    assert (found.reason if isinstance(found, Drop) else "") == expected, found


def test_an_answer_must_be_the_letters_of_its_term() -> None:
    assert reason(answer="LOOK") == "answer_not_term"


def test_rude_words_are_no_answers() -> None:
    rude = next(word for word in rude_words() if 4 <= len(word) <= 13)
    assert reason(term=rude.lower()) == "rude"


def test_one_answer_may_be_asked_for_once_in_a_cell_whatever_the_clue() -> None:
    first, second = made(), made("It goes round and round until it is done.")
    elsewhere = made(key="base.first.other")
    assert isinstance(first, Admitted)
    assert isinstance(second, Admitted)
    assert isinstance(elsewhere, Admitted)
    assert first.content_key == second.content_key != elsewhere.content_key


@pytest.mark.parametrize(
    ("word", "part", "expected"),
    [
        ("loops", "loop", True),
        ("run", "running", True),
        ("running", "run", True),
        ("use", "user", True),
        ("a", "argument", False),
        ("in", "input", False),
        ("the", "theme", False),
        ("at", "attribute", False),
        ("not", "notation", False),
        ("string", "strip", True),
        ("sets", "setter", True),
        ("define", "definition", True),
        ("iterate", "iteration", True),
        ("iterable", "iteration", False),
        ("table", "immutable", True),
    ],
)
def test_stems(word: str, part: str, expected: bool) -> None:
    assert shares_stem(word, part) is expected
