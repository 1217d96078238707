"""Cloze questions are admitted with every token that does the same, and no other way to fill the gaps."""

from __future__ import annotations

import pytest

from pygrounds_dagster.questions.admission.cloze import findings
from pygrounds_dagster.questions.admission.gaps import fill, gaps_of, marks
from pygrounds_dagster.questions.bodies import ClozeBody
from tests.questions.shown_samples import SUM, admitted, cloze, dropped, program

PASSED = program("""
    for mark in [40, 50, 60]:
        if mark {{1}} 50:
            print(mark, "passed")
        else:
            print(mark, "failed")
""")
TWO_MARKS = "for mark in [-40, 60]:\n    if mark {{1}} 50:\n        print(mark)\n"
PASSED_OUTPUT = "40 failed\n50 passed\n60 passed"


def answers(body: ClozeBody) -> tuple[tuple[str, ...], ...]:
    told = admitted(body).body
    assert isinstance(told, ClozeBody)
    return told.answers


@pytest.mark.parametrize(
    ("code", "expected", "answer"),
    [
        (PASSED, PASSED_OUTPUT, ">="),
        (SUM.replace("+=", "{{1}}"), "8", "+="),
        (SUM.replace("for", "{{1}}"), "8", "for"),
        (SUM.replace("total +=", "{{1}} +="), "8", "total"),
        (SUM.replace(" in ", " {{1}} "), "8", "in"),
        ("x = [3, 1]\nx.{{1}}(2)\nprint(x)\n", "[3, 1, 2]", "append"),
        ("x = [3, 1]\nprint({{1}}(x), x)\n", "2 [3, 1]", "len"),
        ("x = [3, 1, 4, 1]\nprint(x[{{1}}])\n", "4", "2"),
        ("def f(n):\n    {{1}} n * 2\n\nprint(f(3))\n", "6", "return"),
        ("names = []\nprint(names {{1}} 5 - 2)\n", "3", "or"),
    ],
)
def test_a_gap_with_one_answer_is_admitted(code: str, expected: str, answer: str) -> None:
    assert answers(cloze(code, expected, (answer,)))[0][0] == answer


def test_tokens_that_do_the_same_are_found_and_stored_the_original_first() -> None:
    assert answers(cloze(TWO_MARKS, "60", (">",))) == ((">", ">="),)


def test_texts_may_be_written_in_other_quotes() -> None:
    code = 'word = "yam"\nprint(word.find({{1}}), word + "rice", "m")\n'
    assert answers(cloze(code, "1 yamrice m", ('"a"',))) == (('"a"', "'a'"),)


def test_a_token_that_is_not_listed_is_a_defect_of_a_stored_question() -> None:
    assert [drop.reason for drop in findings(cloze(TWO_MARKS, "60", (">",)))[0]] == ["missing_answer"]
    assert findings(cloze(TWO_MARKS, "60", (">", ">=")))[0] == []


def test_a_listed_token_that_does_something_else_is_dropped() -> None:
    assert dropped(cloze(PASSED, PASSED_OUTPUT, (">=", ">"))) == "wrong_answer"


@pytest.mark.parametrize(
    ("reason", "code", "expected", "given"),
    [
        ("wrong_output", PASSED, "40 failed", [(">=",)]),
        ("too_many_answers", "marks = [40, 60]\nprint([m for m in marks if m > {{1}}])\n", "[60]", [("50",)]),
        ("too_many_answers", "x = 1\nif False:\n    x {{1}} 2\nprint(x + 1)\n", "2", [("+=",)]),
        ("copied_answer", "word = {{1}}\nprint(word, len(word))\n", "yam 3", [('"yam"',)]),
        ("copied_answer", "{{1}} = 3\nprint(3 + 1)\n", "4", [("total",)]),
        ("joint_answers", "print([{{1}}, {{2}}][0] + [1, 2][1])\n", "3", [("1",), ("2",)]),
        ("bad_gaps", "x = {{1}}\nprint(x + 1)\n", "3", [("1 + 1",)]),
        ("bad_gaps", "x = 2\nprint(x + 1)\n", "3", [("2",)]),
        ("bad_gaps", "x = 2\nprint(x {{2}} {{1}})\n", "3", [("1",), ("+",)]),
        ("bad_gaps", "x = (2{{1}}\nprint(x + 1)\n", "3", [(")",)]),
        ("syntax_error", "x = {{1}}\nprint(x\n", "3", [("1",)]),
        ("leaks_answer", "x = [1]\nx.{{1}}(2)\nprint(x)\n", "[1, 2]", [("append",)]),
    ],
)
def test_a_question_is_dropped_for(
    reason: str, code: str, expected: str, given: list[tuple[str, ...]]
) -> None:
    asked = "Which method is append here?" if reason == "leaks_answer" else "Fill the gaps."
    assert dropped(cloze(code, expected, *given, question_text=asked)) == reason


def test_two_gaps_that_can_be_filled_together_in_another_way_are_dropped() -> None:
    code = "a = 6\nb = 2\nprint((a {{1}} b) {{2}} b, a, b)\n"
    assert dropped(cloze(code, "6 6 2", ("+",), ("-",))) == "joint_answers"
    other = "a = 7\nb = 2\nprint(a {{1}} b, a {{2}} b)\n"
    assert answers(cloze(other, "14 3", ("*",), ("//",))) == (("*",), ("//",))


def test_gaps_are_filled_by_their_number_and_known_by_their_kind() -> None:
    body = cloze(
        "for n {{1}} x:\n    if n {{2}} 3:\n        n.{{3}}()\n", "?", ("in",), ("not in",), ("pop",)
    )
    assert marks(body.code) == [1, 2, 3]
    assert fill(body.code, ["in", "==", "pop"]).startswith("for n in x:\n    if n == 3:")
    gaps = gaps_of(body)
    assert not isinstance(gaps, str)
    assert [gap.kind for gap in gaps] == ["keyword", "operator", "attribute"]
    assert all(gap.text not in gap.choices for gap in gaps)
