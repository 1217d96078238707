"""How hard a clue is follows the level at which its subject is taught, moved a little by the clue itself."""

from __future__ import annotations

import pytest

from pygrounds_dagster.questions.model import DIFFICULTIES
from pygrounds_dagster.questions.words import GAP, estimate_word, letters_of, parts_of

PLAIN = "A part of a program that is done again and again."


@pytest.mark.parametrize(
    ("term", "letters", "parts"),
    [
        ("loop", "LOOP", 1),
        ("running total", "RUNNINGTOTAL", 2),
        ("`__init__`", "INIT", 1),
        ("is_integer", "ISINTEGER", 2),
    ],
)
def test_a_term_gives_its_letters_alone(term: str, letters: str, parts: int) -> None:
    assert letters_of(term) == letters
    assert len(parts_of(term)) == parts


@pytest.mark.parametrize("taught", DIFFICULTIES)
def test_a_plain_clue_of_a_short_word_is_as_hard_as_where_it_is_taught(taught: str) -> None:
    assert estimate_word(PLAIN, "pattern", taught).difficulty == taught  # type: ignore[arg-type]


def test_each_feature_moves_the_score_as_the_formula_says() -> None:
    def score(clue: str, term: str = "pattern") -> float:
        return estimate_word(clue, term, "advanced").features["score"]

    assert score(f"A {GAP} of a program that is done again.") < score(
        "A part of a program that is done again."
    )
    assert score(PLAIN, "polymorphism") > score(PLAIN)
    assert score(PLAIN, "binary search") > score(PLAIN, "binarysearch")
    assert score("Something extraordinarily complicated happens.") > score("A thing that is odd happens.")
    assert score(f"{PLAIN} It ends when it is done.") < score(PLAIN)


def test_no_clue_leaves_the_four_levels() -> None:
    easy = estimate_word(
        f"The word {GAP} is what you say when you are done with it all for now.", "stop", None
    )
    hard = estimate_word("Extraordinarily complicated dependencies.", "inverse document", "master")
    assert (easy.difficulty, hard.difficulty) == ("beginner", "master")
    assert easy.features["score"] < 0
    assert hard.features["score"] > 3
