"""Trace questions are admitted if executing the program gives just their steps."""

from __future__ import annotations

import pytest

from tests.questions.shown_samples import SUM, admitted, dropped, program, trace

SUM_STEPS = [(1, "0 -"), (2, "0 3"), (3, "3 3"), (2, "3 5"), (3, "8 5"), (2, "8 5"), (4, "8 5")]
CALLED = program("""
    def double_all(numbers):
        result = []
        for number in numbers:
            result.append(number * 2)
        return result

    print(double_all([1, 2]))
""")
CALLED_STEPS = [
    (2, "[]"), (3, "[]"), (4, "[2]"), (3, "[2]"), (4, "[2,_4]"), (3, "[2,_4]"), (5, "[2,_4]"),
]  # fmt: skip


def body_of_call(code: str = CALLED, **fields: str):  # type: ignore[no-untyped-def]
    body = trace(code, ("result",), CALLED_STEPS, **fields)
    steps = tuple(
        step.model_copy(update={"variables": {k: v.replace("_", " ") for k, v in step.variables.items()}})
        for step in body.steps
    )
    return body.model_copy(update={"steps": steps})


def test_steps_of_the_module_are_admitted() -> None:
    told = admitted(trace(SUM, ("total", "number"), SUM_STEPS))
    assert told.verification["steps"] == 7
    assert told.verification["runs"] == 3


def test_steps_inside_the_only_call_of_a_function_are_admitted() -> None:
    admitted(body_of_call())


def test_a_function_that_is_called_twice_has_no_one_trace() -> None:
    assert dropped(body_of_call(CALLED + "print(double_all([3]))\n")) == "no_such_call"


def test_lines_that_only_define_or_import_are_no_steps() -> None:
    code = "from math import sqrt\n\ndef f(x):\n    return sqrt(x)\n\na = f(9)\na = a + 1\na = a * 2\n"
    admitted(trace(code, ("a",), [(6, "3.0"), (7, "4.0"), (8, "8.0")]))


@pytest.mark.parametrize(
    ("reason", "code", "variables", "steps"),
    [
        ("wrong_steps", SUM, ("total", "number"), [*SUM_STEPS[:-1], (4, "9 5")]),
        ("wrong_steps", SUM, ("total", "number"), SUM_STEPS[:-1]),
        ("wrong_steps", SUM, ("total", "number"), [*SUM_STEPS[:1], *SUM_STEPS[2:]]),
        ("wrong_steps", SUM, ("total", "number"), [(1, "0 0"), *SUM_STEPS[1:]]),
        ("crashes", "a = 1\na = 2\na = a / 0\n", ("a",), [(1, "1"), (2, "2"), (3, "2")]),
        ("nothing_changes", "a = 1\nprint(a)\nprint(a + 1)\n", ("a",), [(1, "1"), (2, "1"), (3, "1")]),
        ("bad_variables", "a = 'x' * 45\na = 1\na = 2\n", ("a",), [(1, repr("x" * 45)), (2, "1"), (3, "2")]),
        ("steps_out_of_bounds", "a = 1\na = 2\n", ("a",), [(1, "1"), (2, "2")]),
        ("not_traceable", "a = 1; b = 2\na = 3\na = 4\n", ("a",), [(1, "1"), (2, "3"), (3, "4")]),
        ("not_traceable", "a = 3\nwhile True:\n    a -= 1\n    if a == 0:\n        break\n", ("a",),
         [(1, "3"), (2, "3"), (3, "2")]),
        ("not_deterministic", "a = list({'x', 'y', 'z', 'w'})[0]\nb = 1\nb = 2\n", ("a", "b"),
         [(1, "'x' -"), (2, "'x' 1"), (3, "'x' 2")]),
    ],
)  # fmt: skip
def test_a_question_is_dropped_for(
    reason: str, code: str, variables: tuple[str, ...], steps: list[tuple[int, str]]
) -> None:
    assert dropped(trace(code, variables, steps)) == reason


def test_the_question_must_say_which_variables() -> None:
    body = trace(SUM, ("total", "number"), SUM_STEPS, question_text="What happens?")
    assert dropped(body) == "bad_variables"


def test_a_program_that_behaves_when_watched_is_found_out() -> None:
    code = program("""
        import sys
        a = 1
        a = 2 if sys.gettrace() else 3
        a = a + 1
    """)
    assert dropped(trace(code, ("a",), [(2, "1"), (3, "2"), (4, "3")])) == "watched_differs"


def test_what_stands_in_other_frames_does_not_matter() -> None:
    code = program("""
        class Shape:
            def area(self): ...

        def safe(n):
            try:
                return 10 // n
            except ZeroDivisionError:
                return 0

        a = safe(5)
        a = a + safe(0)
        a = a * 3
    """)
    admitted(trace(code, ("a",), [(10, "2"), (11, "2"), (12, "6")]))
