"""Parsons problems are admitted with every order that does the same, and no doubt about the rest."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.admission.parsons import findings
from pygrounds_dagster.questions.attempts import attempts
from pygrounds_dagster.questions.bodies import ParsonsBody
from pygrounds_dagster.questions.model import Admitted, Candidate
from tests.questions.shown_samples import SUBTOPIC, SUM, admitted, dropped, parsons, program

TWO_STARTS = program("""
    price = 4
    count = 3
    total = price * count
    print(total)
""")
BRANCHES = program("""
    for mark in [40, 60]:
        if mark >= 50:
            print(mark, "passed")
        else:
            print(mark, "failed")
""")


def orders(body: ParsonsBody) -> set[tuple[int, ...]]:
    told = admitted(body).body
    assert isinstance(told, ParsonsBody)
    return set(told.orders)


def test_a_program_with_one_order_is_admitted() -> None:
    assert orders(parsons(SUM, "8")) == {(0, 1, 2, 3)}


def test_orders_that_do_the_same_are_found_and_stored_the_given_one_first() -> None:
    told = admitted(parsons(TWO_STARTS, "12")).body
    assert isinstance(told, ParsonsBody)
    assert told.orders == ((0, 1, 2, 3), (1, 0, 2, 3))


def test_functions_may_stand_in_any_order_before_they_are_called() -> None:
    code = program("""
        def one():
            return 1
        def two():
            return one() + 1
        print(two())
    """)
    assert orders(parsons(code, "2")) == {(0, 1, 2, 3, 4), (2, 3, 0, 1, 4)}


def test_an_order_that_is_not_listed_is_a_defect_of_a_stored_question() -> None:
    assert [drop.reason for drop in findings(parsons(TWO_STARTS, "12"))[0]] == ["missing_order"]
    whole = parsons(TWO_STARTS, "12", (0, 1, 2, 3), (1, 0, 2, 3))
    assert findings(whole)[0] == []


def test_a_listed_order_that_does_something_else_is_dropped() -> None:
    assert dropped(parsons(TWO_STARTS, "12", (0, 1, 2, 3), (2, 0, 1, 3))) == "wrong_order"
    assert dropped(parsons(TWO_STARTS, "12", (1, 0, 2, 3), (0, 1, 2, 3))) == "wrong_order"


def test_too_many_orders_are_dropped() -> None:
    code = "".join(f"{name} = {value}\n" for value, name in enumerate("abcde")) + "print(a + b + c + d + e)\n"
    assert dropped(parsons(code, "10")) == "too_many_orders"


def test_a_search_that_does_not_end_is_dropped() -> None:
    code = "".join(f"{name} = {value}\n" for value, name in enumerate("abcdefg")) + "print(a + g)\n"
    assert dropped(parsons(code, "6")) == "search_incomplete"


@pytest.mark.parametrize(
    ("reason", "code", "expected"),
    [
        ("indentation_open", "total = 0\nfor n in [7]:\n    total += n\nprint(total)\n", "7"),
        ("idle_line", "n = 3\nif n > 5:\n    n = 0\nprint(n * 2)\n", "6"),
        ("wrong_output", TWO_STARTS, "13"),
        ("bad_lines", "a = 1\nb = 2\nprint(a + b)\n", "3"),
        ("bad_lines", "a = [\n    1,\n]\nb = 2\nprint(a, b)\n", "[1] 2"),
        ("bad_lines", "# add\na = 1\nb = 2\nprint(a + b)\n", "3"),
        ("crashes", "a = 1\nb = 0\nc = a / b\nprint(c)\n", "1"),
    ],
)
def test_a_question_is_dropped_for(reason: str, code: str, expected: str) -> None:
    assert dropped(parsons(code, expected)) == reason


def test_distractors_that_fit_nowhere_are_admitted() -> None:
    body = parsons(SUM, "8", distractors=("    total -= number", "total = 1"))
    assert admitted(body).verification["distractors"] == 2
    admitted(parsons(BRANCHES, "40 failed\n60 passed", distractors=("    if mark > 60:",)))


@pytest.mark.parametrize(
    ("code", "expected", "distractor"),
    [
        (SUM, "8", "    total = total + number"),
        (BRANCHES, "40 failed\n60 passed", "    if mark > 50:"),
        (SUM, "8", "    total += number"),
        (SUM, "8", "    total +="),
        (TWO_STARTS, "12", "total = count * price"),
    ],
)
def test_a_distractor_that_fits_or_is_no_statement_is_dropped(
    code: str, expected: str, distractor: str
) -> None:
    assert dropped(parsons(code, expected, distractors=(distractor,))) == "bad_distractor"


# --- against trying everything ----------------------------------------------------------------------------

NAMES = ("a", "b", "c")
name = st.sampled_from(NAMES)
number = st.integers(1, 4)
line = st.one_of(
    st.builds("{0} = {1}".format, name, number),
    st.builds("{0} = {1} + {2}".format, name, name, number),
    st.builds("{0} += {1}".format, name, name),
    st.builds("print({0})".format, name),
    st.builds("for {0} in range({1}):\n    {2} = {2} + {0}".format, name, number, name),
    st.builds("if {0} > {1}:\n    {0} = {2}".format, name, number, name),
)


@settings(max_examples=30, deadline=None)
@given(st.lists(line, min_size=2, max_size=3))
def test_no_order_that_does_the_same_is_overlooked(parts: list[str]) -> None:
    code = "\n".join(["a = 1", *parts, "print(a, a * 2)"]) + "\n"
    lines = code.splitlines()
    everything = list(permutations(range(len(lines))))
    tried = attempts(["".join(lines[index] + "\n" for index in order) for order in everything])
    right = tried[0]
    if right.ended != "ok" or not 4 <= len(lines) <= 6:
        return
    same = {
        order
        for order, attempt in zip(everything, tried, strict=True)
        if (attempt.ended, attempt.stdout) == ("ok", right.stdout)
        and {order[number - 1] for number in attempt.lines} == {number - 1 for number in right.lines}
    }
    told = admit(Candidate(parsons(code, right.stdout.rstrip()), (SUBTOPIC,)))
    if isinstance(told, Admitted):
        assert isinstance(told.body, ParsonsBody)
        assert set(told.body.orders) == same
    else:
        assert told.reason in ("indentation_open", "idle_line", "too_many_orders", "search_incomplete")
        assert told.reason != "too_many_orders" or len(same) > 24
