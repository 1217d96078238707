"""How hard a text is to read."""

from __future__ import annotations

import pytest

from pygrounds_dagster.authoring.grade import reading_grade, syllables

SPOKEN = {
    1: "the takes makes changed called used lines names times loops file files raise class slice one school "
    "does goes whole rule asked worked tried learned",
    2: "value boxes needed table middle people useful somewhere something create being number function "
    "program error message market football cedis village teacher station special social quiet doing saying "
    "handled settled statement careful money science classes",
    3: "idea argument decorate radio video area period various previous condition exception inherit "
    "recursive memory library tomatoes example possible initial familiar",
    4: "variable iterator generator inheritance dictionary usually complexity temperature algorithm "
    "comparison",
}


def test_syllables_of_common_words_are_right_in_all_but_a_few() -> None:
    spoken = {word: count for count, words in SPOKEN.items() for word in words.split()}
    wrong = {word for word, count in spoken.items() if syllables(word) != count}
    assert len(spoken) > 80
    assert len(wrong) <= 2, wrong


@pytest.mark.parametrize("word", ["", "—", "x", "the", "rhythm"])
def test_every_word_has_a_syllable(word: str) -> None:
    assert syllables(word) >= 1


def test_the_grade_is_that_of_the_formula() -> None:
    # 6 words, 1 sentence, 6 syllables; 12 words, 2 sentences, 16 syllables
    assert reading_grade(["The cat sat on the mat."]) == pytest.approx(0.39 * 6 + 11.8 - 15.59)
    text = ["The cat sat on the mat.", "Dictionaries use memory for a value"]
    assert reading_grade(text) == pytest.approx(0.39 * 6 + 11.8 * 18 / 12 - 15.59)


def test_long_words_and_long_sentences_are_harder() -> None:
    plain = reading_grade(["We count the goals. Then we show them."])
    hard = reading_grade(["Computational enumeration facilitates comprehensive presentation of information"])
    joined = reading_grade(["We count the goals then we show them and then we go home to eat and rest"])
    assert plain is not None
    assert hard is not None
    assert joined is not None
    assert plain < joined < hard


def test_a_paragraph_ends_a_sentence_and_so_do_colon_and_semicolon() -> None:
    assert reading_grade(["one two", "one two"]) == reading_grade(["one two. one two"])
    assert reading_grade(["one two: one two; one two"]) == reading_grade(["one two. one two. one two."])


def test_a_text_without_words_has_no_grade() -> None:
    assert reading_grade([]) is None
    assert reading_grade(["123 …"]) is None
