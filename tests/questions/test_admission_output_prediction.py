"""Output questions are admitted if the program prints just that, each time, and does not give it away."""

from __future__ import annotations

import pytest

from pygrounds_dagster.questions.admission.output_prediction import REASONS, findings
from tests.questions.shown_samples import SUM, admitted, dropped, output_prediction, program


def test_a_sound_question_is_admitted_with_its_proof() -> None:
    told = admitted(output_prediction())
    assert told.body == told.candidate.body
    assert told.difficulty == "beginner"
    assert told.verification["seeds"] == [0, 1]
    assert told.verification["executed_lines"] == 7
    assert told.features["steps"] == 7


def test_input_is_read_and_blanks_at_the_beginning_count() -> None:
    admitted(output_prediction("print(input() * 2)\n", "haha", stdin="ha\n"))
    admitted(output_prediction("print(f'{7:>4}')\n", "   7"))
    assert dropped(output_prediction("print(f'{7:>4}')\n", "7")) == "wrong_output"


@pytest.mark.parametrize(
    ("reason", "code", "expected"),
    [
        ("wrong_output", SUM, "9"),
        ("wrong_output", SUM, "8\n8"),
        ("syntax_error", "print(1\n", "1"),
        ("crashes", "print(1)\nprint(1 / 0)\n", "1"),
        ("endless", "n = 1\nwhile n:\n    n += 1\nprint(n)\n", "1"),
        ("not_run", "import sys\nprint(1 + 1)\nprint('x', file=sys.stderr)\n", "2"),
        ("no_output", "x = 1\n", "1"),
        ("not_deterministic", "print({'yam', 'rice', 'gari', 'oil'})\n", "{'yam', 'rice', 'gari', 'oil'}"),
        ("unpredictable", "import random\nprint(random.randint(1, 6))\n", "4"),
        ("unpredictable", "from datetime import date\nprint(date.today())\n", "2024-01-01"),
        ("unpredictable", "import time\nprint(time.time() > 0)\n", "True"),
        ("unpredictable", "print(id(3) > 0)\n", "True"),
        ("copied_output", "print('Hello')\n", "Hello"),
        ("copied_output", "if 3 > 2:\n    print('yes')\nelse:\n    print('no')\n", "yes"),
        ("leaks_answer", "x = 3\nprint(x * 5)  # gives 15\n", "15"),
        ("too_long", "x = 1\n" * 25 + "print(x + 1)\n", "2"),
        ("too_many_steps", "n = 0\nfor i in range(300):\n    n += i\nprint(n)\n", "44850"),
        ("too_much_output", "for i in range(9):\n    print(i)\n", "\n".join(map(str, range(9)))),
    ],
)
def test_a_question_is_dropped_for(reason: str, code: str, expected: str) -> None:
    assert dropped(output_prediction(code, expected)) == reason


def test_texts_must_not_tell_the_answer_and_must_explain_it() -> None:
    code = program("""
        words = ["a", "b"]
        print(" and ".join(words))
    """)
    admitted(output_prediction(code, "a and b"))
    assert dropped(output_prediction(code, "a and b", question_text="Why is it a and b?")) == "leaks_answer"
    assert dropped(output_prediction(code, "a and b", explanation="Obviously.")) == "no_explanation"


def test_every_broken_rule_is_told_to_who_asks_for_all() -> None:
    body = output_prediction("print('Hello')\n", "Hallo", explanation="So.")
    assert {drop.reason for drop in findings(body)[0]} == {"no_explanation", "wrong_output", "copied_output"}
    assert {drop.reason for drop in findings(body)[0]} <= set(REASONS)


def test_the_same_program_under_other_names_is_the_same_question() -> None:
    renamed = SUM.replace("total", "summe").replace("number", "n")
    assert admitted(output_prediction()).content_key == admitted(output_prediction(renamed)).content_key
    other = admitted(output_prediction(SUM.replace("5", "6"), "9"))
    assert other.content_key != admitted(output_prediction()).content_key
