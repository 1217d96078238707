"""Sameness: renaming and layout hide no duplicate, and near duplicates are found by their tokens."""

from __future__ import annotations

import random
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from pygrounds_dagster.questions.bodies import (
    Body,
    ClozeBody,
    HangmanBody,
    OutputPredictionBody,
    ParsonsBody,
    PreAssessmentBody,
    WordBody,
)
from pygrounds_dagster.questions.identity import (
    BANDS,
    LEAST_COSINE,
    PERMUTATIONS,
    ROWS,
    Known,
    bands,
    content_key,
    jaccard,
    meaning_text,
    near_duplicate,
    shingles,
    signature,
)
from pygrounds_dagster.questions.renaming import normal_form
from tests.questions.coding_samples import CLEAN, FIELDS, debugging, hangman

RENAMED = '''\
def tally(values: list[int], bound: int) -> int:
    """Count."""
    total: int = 0

    for v in values:  # every one
        if v > bound:
            total += 1
    return total
'''


def key(body: Body) -> str:
    return content_key(body, "beginner.basics.lists", "beginner")


def test_renamed_functions_are_the_same_question() -> None:
    other = hangman(clean_solution=RENAMED, function_name="tally", question_text="Write tally.")
    assert key(other.body) == key(hangman().body)
    assert key(debugging().body) != key(hangman().body)  # each game may have it once
    another = debugging(code_shown_to_student=CLEAN.replace("> limit", "< limit"))
    assert key(another.body) == key(debugging().body)  # one solution, whatever its mistake


@pytest.mark.parametrize(
    "other",
    [
        CLEAN.replace("> limit", ">= limit"),
        CLEAN.replace("count += 1", "count += 2"),
        CLEAN.replace("numbers, limit", "limit, numbers"),
        CLEAN.replace("in numbers", "in sorted(numbers)"),
        CLEAN.replace("> limit", "> count"),
        CLEAN.replace("count = 0", "count = 0.0"),
        CLEAN.replace("count = 0", "count = False"),
    ],
)
def test_another_behaviour_is_another_question(other: str) -> None:
    assert key(hangman(clean_solution=other).body) != key(hangman().body)


def test_only_names_that_the_program_chooses_are_renamed() -> None:
    assert normal_form("x = len(y)") != normal_form("x = sum(y)")
    assert normal_form("f(key=1)\nkey = 2") != normal_form("f(default=1)\ndefault = 2")
    assert normal_form("def f(key): pass\nf(key=1)") == normal_form("def g(k): pass\ng(k=1)")
    assert normal_form("a.append(1)") != normal_form("a.extend(1)")
    one = "class A:\n    def put(self, x):\n        self.items = x\nA().put(1)"
    assert normal_form(one) == normal_form(one.replace("put", "add").replace("items", "all"))
    assert normal_form("import math as m\nm.pi") == normal_form("import math as mm\nmm.pi")
    assert normal_form("match a:\n    case [b, *c]: b") == normal_form("match a:\n    case [x, *y]: x")


def test_words_are_the_same_by_answer_place_and_level() -> None:
    word = WordBody(clue="It repeats", answer="LOOP", term="loop")
    other = word.model_copy(update={"clue": "Goes round and round"})
    assert content_key(word, "a.b.c", "beginner") == content_key(other, "a.b.c", "beginner")
    assert content_key(word, "a.b.c", "beginner") != content_key(word, "a.b.c", "master")
    assert content_key(word, "a.b.c", "beginner") != content_key(word, "a.b.d", "beginner")


def test_other_games_are_the_same_by_their_program() -> None:
    shown = {"question_text": "What is printed?", "explanation": "It is so.", "expected_output": "1"}
    one = OutputPredictionBody(code="a = 1\nprint(a)", **shown)
    assert key(one) == key(one.model_copy(update={"code": "b = 1  # one\nprint(b)"}))
    assert key(one) != key(one.model_copy(update={"code": "b = 1\nprint(-b)"}))
    parsons = ParsonsBody(lines=("a = 1", "print(a)"), orders=((0, 1),), **shown)
    assert key(parsons) == key(parsons.model_copy(update={"lines": ("x = 1", "print(x)")}))
    cloze = ClozeBody(code="a = {{1}}\nprint(a)", answers=(("1",),), **shown)
    assert key(cloze) == key(cloze.model_copy(update={"code": "{{1}} = 1\nprint(a)", "answers": (("a",),)}))
    options = ("a", "b", "c", "d")
    choice = PreAssessmentBody(question_text="Which?", options=options, correct_option=0, explanation="So.")
    assert key(choice) == key(choice.model_copy(update={"options": ("a", "x", "y", "z")}))
    assert key(choice) != key(choice.model_copy(update={"correct_option": 1}))


# --- near duplicates --------------------------------------------------------------------------------------


def in_words(words: list[str]) -> HangmanBody:
    return HangmanBody.model_validate({**FIELDS, "question_text": " ".join(words)})


def test_bands_find_more_than_99_percent_of_pairs_at_the_limit() -> None:
    assert BANDS * ROWS <= PERMUTATIONS
    assert 1 - (1 - 0.8**ROWS) ** BANDS > 0.99
    chance = random.Random(5)
    found = pairs = 0
    while pairs < 150:
        words = [f"word{chance.randrange(10_000)}" for _ in range(60)]
        other = list(words)
        other[chance.randrange(60)] = "changed"
        other[chance.randrange(60)] = "too"
        one, two = in_words(words), in_words(other)
        if not 0.8 <= jaccard(shingles(one), shingles(two)) < 0.9:
            continue
        pairs += 1
        found += bool(set(bands(signature(one))) & set(bands(signature(two))))
    assert found >= 0.98 * pairs  # 99.8 % and more are expected


def test_signatures_estimate_the_shared_part_and_fit_the_store() -> None:
    chance = random.Random(1)
    words = [f"word{chance.randrange(10_000)}" for _ in range(80)]
    one, two = in_words(words), in_words([*words[:60], *(f"other{n}" for n in range(20))])
    left, right = signature(one), signature(two)
    equal = sum(a == b for a, b in zip(left, right, strict=True)) / PERMUTATIONS
    assert equal == pytest.approx(jaccard(shingles(one), shingles(two)), abs=0.15)
    assert signature(one) == left  # the same in every process: no hash of Python's
    assert all(0 <= value < 2**32 for value in left)
    assert all(-(2**63) <= bucket < 2**63 for _band, bucket in bands(left))


def test_a_signature_never_changes_since_it_is_stored() -> None:
    assert signature(in_words(["one", "two", "three"]))[:3] == (91577730, 438923035, 23538269)


def test_renamed_text_and_code_are_alike() -> None:
    other = hangman(
        clean_solution=RENAMED.replace("count = 0", "total = 0"),
        function_name="tally",
        question_text=FIELDS["question_text"].replace("count_above", "tally").replace("limit", "limit"),
    )
    found = near_duplicate(other.body, [Known("q", hangman().body)])
    assert found is not None
    assert (found.question_id, found.by) == ("q", "tokens")


def test_unlike_questions_and_other_games_are_left_alone() -> None:
    other = "def longest(words):\n    return max(words, key=len)\n"
    text = "Write longest(words). It gives back the word that has most letters."
    unlike = hangman(clean_solution=other, function_name="longest", question_text=text)
    assert near_duplicate(unlike.body, [Known("q", hangman().body)]) is None
    assert near_duplicate(debugging().body, [Known("q", hangman().body)]) is None


def test_vectors_find_what_tokens_do_not() -> None:
    text = "Write longest(words). It gives back the word that has most letters."
    other = hangman(clean_solution="def longest(words):\n    return max(words)\n", question_text=text)
    near: Any = np.array([1.0, 0.0], np.float32)
    turned = np.array([LEAST_COSINE + 0.01, (1 - (LEAST_COSINE + 0.01) ** 2) ** 0.5], np.float32)
    known = Known("q", hangman().body, near)
    found = near_duplicate(other.body, [known], vector=turned)
    assert found is not None
    assert found.by == "meaning"
    away = np.array([0.0, 1.0], np.float32)
    assert near_duplicate(other.body, [known], vector=away) is None
    assert near_duplicate(other.body, [replace(known, vector=None)], vector=near) is None


SAME = [
    (
        "Write larger(a, b), which returns the larger of two numbers.",
        "Write larger(a, b), which returns the larger one of two numbers.",
    ),
]
OPPOSITE = [
    (
        "Write smallest(numbers), which returns the smallest number of a list.",
        "Write largest(numbers), which returns the largest number of a list.",
    ),
    (
        "Write sum_even(numbers), which returns the sum of the even numbers in a list.",
        "Write sum_odd(numbers), which returns the sum of the odd numbers in a list.",
    ),
    (
        "Write celsius(f), which turns degrees Fahrenheit into Celsius.",
        "Write fahrenheit(c), which turns degrees Celsius into Fahrenheit.",
    ),
]


def test_the_limit_of_meaning_parts_repeated_questions_from_opposite_ones() -> None:
    from pygrounds_dagster.knowledge.encoders import query_encoder
    from pygrounds_dagster.settings import Settings

    encoder = query_encoder(Settings(), "concept")

    def cosine(pair: tuple[str, str]) -> float:
        left, right = encoder.encode(list(pair))
        return float(left @ right)

    assert min(map(cosine, SAME)) >= LEAST_COSINE
    assert max(map(cosine, OPPOSITE)) < LEAST_COSINE


def test_only_questions_in_words_have_a_meaning_to_compare() -> None:
    assert meaning_text(hangman().body) == FIELDS["question_text"]
    program = OutputPredictionBody(
        question_text="What is printed?", code="print(1)", expected_output="1", explanation="So."
    )
    assert meaning_text(program) == ""
