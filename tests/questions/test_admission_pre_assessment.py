"""A question with four options is admitted if executing it gives the right one, and only that one."""

from __future__ import annotations

from typing import Any

import pytest

from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.admission.pre_assessment import REASONS
from pygrounds_dagster.questions.bodies import PreAssessmentBody
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop

TOPICS = ("base.first.goods", "base.second.prices")
PRINTS = "What does this program print?"
LAST = "Which line does this program print last?"
ERROR = "Which error does this program end with?"
SUM = "total = 0\nfor number in [3, 4, 5]:\n    if number > 3:\n        total += number\nprint(total)\n"
TWICE = "def twice(text, times=2):\n    return text * times\n"
UNSTABLE = "print(list({'ab', 'cd', 'ef', 'gh', 'ij'})[0])\n"
CALL = "What does `twice('a')` return?"
ERRORS = ("NameError", "KeyError", "OSError", "TypeError")
BROKEN = 'price = "4"\nprint(price + 3)\n'


def made(topics: tuple[str, ...] = TOPICS, **fields: Any) -> Admitted | Drop:
    asked = {
        "question_text": PRINTS,
        "code": SUM,
        "options": ("9", "12", "5", "4"),
        "correct_option": 0,
        "explanation": "Only 4 and 5 are greater than 3, and their sum is 9.",
    }
    return admit(Candidate(PreAssessmentBody(**(asked | fields)), topics, taught="intermediate"))


def reason(topics: tuple[str, ...] = TOPICS, **fields: Any) -> str:
    found = made(topics, **fields)
    assert isinstance(found, Drop), found
    assert found.reason in REASONS
    assert found.detail
    return found.reason


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {
            "question_text": LAST,
            "code": "for n in range(3):\n    print(n, n * n)\n",
            "options": ("3 9", "2 4", "1 1", "2 2"),
            "correct_option": 1,
        },
        {
            "question_text": ERROR,
            "code": BROKEN,
            "options": ("NameError", "KeyError", "TypeError", "ValueError"),
            "correct_option": 2,
        },
        {
            "question_text": "What does `twice('ab', times=3)` return?",
            "code": TWICE,
            "options": ("'abab'", "'ab3'", "'aabbb'", "'ababab'"),
            "correct_option": 3,
        },
        {
            "question_text": "Which term means: the place where a shop keeps what it sells?",
            "code": "",
            "options": ("ware", "shelf", "receipt", "bundle"),
            "correct_option": 1,
        },
        {
            "question_text": "What does the term “shelf” mean?",
            "code": "",
            "options": (
                "anything that can be bought by all",
                "a paper",
                "the place of wares in a shop",
                "a box",
            ),
            "correct_option": 2,
        },
    ],
)
def test_what_is_right_when_executed_is_admitted(fields: dict[str, Any]) -> None:
    found = made(**fields)
    assert isinstance(found, Admitted), found
    assert found.body == found.candidate.body
    if found.body.code:
        assert found.verification["runs"] == 2
        assert found.features["steps"] > 0
    else:
        assert found.difficulty == "intermediate"


@pytest.mark.parametrize(
    ("expected", "fields"),
    [
        ("key_wrong", {"correct_option": 1}),
        ("key_wrong", {"question_text": LAST, "code": "print(1)\nprint(2)\n", "options": tuple("1234")}),
        ("key_wrong", {"question_text": ERROR, "code": BROKEN, "options": ERRORS}),
        ("key_wrong", {"question_text": CALL, "code": TWICE, "options": ("aa", "'aa'", "a", "'a'")}),
        ("crashes", {"code": BROKEN, "options": ("43", "7", "4 3", "4+3")}),
        ("no_error", {"question_text": ERROR, "options": ERRORS}),
        ("no_output", {"question_text": LAST}),
        ("endless", {"code": "while True:\n    pass\nprint(9)\n"}),
        ("syntax_error", {"code": "print(9\n"}),
        ("unpredictable", {"code": "import random\nprint(random.choice([9]))\n"}),
        ("not_deterministic", {"code": UNSTABLE, "options": ("ab", "cd", "ef", "gh")}),
        ("copied_output", {"code": "print('nine')\n", "options": ("nine", "ten", "eleven", "twelve")}),
        ("leaks_answer", {"code": SUM.replace("print(total)", "print(total)  # prints the sum")}),
        ("no_explanation", {"explanation": "It is."}),
    ],
)  # fmt: skip
def test_what_executing_does_not_bear_out_is_dropped(expected: str, fields: dict[str, Any]) -> None:
    assert reason(**fields) == expected


@pytest.mark.parametrize("base", ["LookupError", "Exception"])
def test_a_base_class_of_the_error_would_be_right_too(base: str) -> None:
    options = ("KeyError", base, "NameError", "TypeError")
    assert reason(question_text=ERROR, code="print({}['a'])\n", options=options) in (
        "two_right",
        "key_longest",
    )
    longer = ("KeyError", base, "ZeroDivisionError", "TypeError")
    assert reason(question_text=ERROR, code="print({}['a'])\n", options=longer) == "two_right"


@pytest.mark.parametrize(
    ("expected", "options"),
    [
        ("options_alike", ("9", "12", " 9 ", "4")),
        ("options_alike", ("9", "True", "true", "4")),
        ("all_or_none", ("9", "12", "5", "None of the above")),
        ("all_or_none", ("9", "12", "5", "all of these")),
        ("all_or_none", ("9", "12", "5", "both of them")),
        ("all_or_none", ("9", "12", "5", "option a")),
        ("option_too_long", ("9", "12", "5", "1\n2\n3\n4")),
    ],
)
def test_options_are_four_different_answers(expected: str, options: tuple[str, ...]) -> None:
    assert reason(options=options) == expected


def test_the_output_none_is_an_answer_and_no_word_about_options() -> None:
    assert isinstance(made(options=("9", "12", "None", "4")), Admitted)


def test_the_right_option_may_be_the_longest_by_one_character_only() -> None:
    code = "print(4 * 250)\n"
    assert isinstance(made(code=code, options=("1000", "999", "250", "100")), Admitted)
    assert reason(code=code, options=("1000", "99", "25", "10")) == "key_longest"


@pytest.mark.parametrize(
    "question",
    [
        "What happens?",
        "What does this program do?",
        "Is it 9?",
        "Which term means: a sum?",
        f"{PRINTS} Choose.",
    ],
)
def test_questions_that_nobody_can_prove_are_dropped(question: str) -> None:
    assert reason(question_text=question) == "unknown_form"


def test_a_question_about_a_program_needs_one() -> None:
    assert reason(code="") == "unknown_form"


def test_a_single_topic_is_not_enough() -> None:
    assert reason(topics=("base.first.goods",)) == "one_topic"
    assert reason(topics=("base.first.goods", "base.first.other")) == "one_topic"


@pytest.mark.parametrize(
    ("question", "key"),
    [
        ("Which term means: shelves are where wares lie?", "shelf board"),
        ("Which term means: what a loop does?", "loop"),
        ("What does the term “loop” mean?", "what loops do"),
    ],
)
def test_the_right_option_must_not_be_told_by_the_question(question: str, key: str) -> None:
    others = ("a longer receipt", "a longer bundle", "a longer ware")
    told = reason(question_text=question.replace("shelves", "boards"), code="", options=(key, *others))
    assert told == "key_in_question"


def test_a_program_that_redefines_what_shows_its_value_is_not_believed() -> None:
    code = f"repr = len\n{TWICE}"
    asked = {
        "question_text": "What does `twice('ab')` return?",
        "code": code,
        "options": ("4", "5", "6", "7"),
    }
    assert reason(**asked) == "not_run"


def test_difficulty_of_programs_comes_from_the_program() -> None:
    easy = made(code="print(3 + 6)\n")
    hard = made(
        code="def f(n):\n    return 1 if n < 2 else f(n - 1) + f(n - 2)\n\n\n"
        "values = [f(n) for n in range(6) if n % 2 == 0 or n > 3]\n"
        "for i, a in enumerate(values):\n    for b in values[i:]:\n        if a > b:\n            a -= b\n"
        "print(sum(values) - 7)\n",
        options=("9", "8", "7", "6"),
    )
    assert isinstance(easy, Admitted)
    assert isinstance(hard, Admitted), hard
    assert easy.difficulty == "beginner"
    assert hard.difficulty in ("advanced", "master")
