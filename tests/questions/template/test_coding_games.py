"""Hangman and debugging without a model: what is proposed, and what the gate says of it."""

from __future__ import annotations

import ast
from itertools import islice
from pathlib import Path

import pytest

from pygrounds_dagster.judge import Limits, Test
from pygrounds_dagster.judge.cases import parse_test
from pygrounds_dagster.problems.model import Problem, Program
from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.bodies import DebuggingBody, HangmanBody
from pygrounds_dagster.questions.model import Admitted, Candidate
from pygrounds_dagster.questions.source import CodeChunk, SubtopicSource
from pygrounds_dagster.questions.template import TEMPLATES
from pygrounds_dagster.questions.template.taken import taken_programs

STATEMENT = "Write a function `doubled(number)` that gives twice the number."
TWICE = """
def twice(word):
    \"""{told}\"""
    return {what}


{last}
"""
LOOPS, SCOPE = "beginner.control_flow.for_loops", "intermediate.functions.scope"


def source(
    key: str, *, code: str = "", problems: tuple[Problem, ...] = (), related: tuple[str, ...] = ()
) -> SubtopicSource:
    """A subtopic with at most one program."""
    chunks = (CodeChunk("c1", key, "A section", code, ""),) if code else ()
    return SubtopicSource(
        key=key, title=key, difficulty="beginner", objectives=(), concepts=(), code=chunks, terms=(),
        problems=problems, related=related, related_terms=(), related_code=(),
    )  # fmt: skip


def problem(**changes: object) -> Problem:
    """A small problem with plain tests."""
    tests: tuple[Test, ...] = tuple(
        parse_test({"name": str(n), "call": "doubled", "args": [n], "expected": 2 * n}) for n in range(6)
    )
    fields: dict[str, object] = {
        "id": "doubled", "title": "Doubled", "difficulty": "beginner", "topics": (LOOPS, SCOPE),
        "kind": "function", "entry": "doubled", "mode": "strict", "limits": Limits(),
        "statement": f"# Doubled\n\n{STATEMENT}\n\n## Example\n",
        "samples": (), "tests": tests,
        "solutions": (Program("reference.py", "def doubled(number):\n    return number * 2\n"),),
        "wrong": (), "source": None, "path": Path(), "content_hash": "",
    }  # fmt: skip
    return Problem(**{**fields, **changes})  # type: ignore[arg-type]


def candidates(game: str, key: str, count: int, seed: int = 0) -> list[Candidate]:
    """The first candidates of a game."""
    return list(islice(TEMPLATES[game](source(key), seed), count))  # type: ignore[index]


@pytest.mark.parametrize("game", ["hangman", "debugging"])
def test_the_gate_lets_most_candidates_through(game: str) -> None:
    keys = (LOOPS, SCOPE, "intermediate.classes.classes_and_objects", "beginner.basics.strings")
    found = [candidate for key in keys for candidate in candidates(game, key, 5)]
    judged = [admit(candidate) for candidate in found]
    assert len(found) == 20
    assert sum(isinstance(verdict, Admitted) for verdict in judged) >= 17, judged


def test_candidates_are_the_same_for_the_same_seed() -> None:
    assert candidates("debugging", SCOPE, 6) == candidates("debugging", SCOPE, 6)
    assert candidates("hangman", SCOPE, 6) != candidates("hangman", SCOPE, 6, seed=1)


def test_the_two_games_begin_with_different_programs() -> None:
    asked = {candidate.body.clean_solution for candidate in candidates("hangman", LOOPS, 12)}  # type: ignore[union-attr]
    mended = {candidate.body.clean_solution for candidate in candidates("debugging", LOOPS, 12)}  # type: ignore[union-attr]
    assert not asked & mended


def test_a_hangman_question_has_a_sample_and_many_different_tests() -> None:
    for candidate in candidates("hangman", LOOPS, 8):
        body = candidate.body
        assert isinstance(body, HangmanBody)
        assert f"`{body.function_name}(" in body.question_text
        inputs = [test.input for test in body.hidden_tests]
        assert len(set(inputs)) == len(inputs) >= 4
        for test in body.hidden_tests:
            ast.literal_eval(test.expected_output)


def test_a_debugging_question_tells_what_was_seen_and_explains_its_line() -> None:
    for candidate in candidates("debugging", LOOPS, 8):
        body = candidate.body
        assert isinstance(body, DebuggingBody)
        shown, right = body.code_shown_to_student.splitlines(), body.clean_solution.splitlines()
        assert body.code_with_bug_fixed == body.clean_solution != body.code_shown_to_student
        assert body.sample_output[:60] in body.buggy_question_text
        changed = [(n, a) for n, (a, b) in enumerate(zip(shown, right, strict=False), 1) if a != b]
        number, wrong = changed[0]
        assert f"Line {number}" in body.buggy_explanation
        assert wrong.strip() in body.buggy_explanation


def test_mistakes_differ_within_a_subtopic() -> None:
    told = [candidate.body.buggy_explanation for candidate in candidates("debugging", LOOPS, 16)]  # type: ignore[union-attr]
    kinds = {text.split(" That is why")[0].split("`. ")[-1] for text in told}
    assert len(kinds) >= 5


def test_one_two_and_three_subtopics_take_turns() -> None:
    sizes = [len(candidate.subtopics) for candidate in candidates("hangman", LOOPS, 9)]
    assert set(sizes) == {1, 2, 3}
    assert all(candidate.subtopics[0] == LOOPS for candidate in candidates("hangman", LOOPS, 9))


def test_a_documented_function_of_a_program_is_taken_with_more_inputs() -> None:
    code = TWICE.format(
        told="Return the word written two times.", what="word + word", last='print(twice("ab"))'
    )
    ((_level, program),) = taken_programs(source(LOOPS, code=code))
    assert program.name == "twice"
    assert '"""' not in program.code
    assert program.calls[0] == ("ab",)
    assert len(program.calls) >= 4
    assert program.chunk_ids == ("c1",)


@pytest.mark.parametrize(
    "code",
    [
        "def twice(word):\n    return word + word\n\ntwice('a')\n",
        TWICE.format(told="Return the word two times.", what="word + END", last='END = "!"\ntwice("a")'),
        TWICE.format(told="Print the word two times.", what="print(word + word)", last='twice("a")'),
        TWICE.format(told="Return the word two times.", what="word + word", last=""),
        "def broken(:\n",
    ],
    ids=["undocumented", "not on its own", "prints", "never called", "no program"],
)
def test_other_functions_are_left_alone(code: str) -> None:
    assert taken_programs(source(LOOPS, code=code)) == []


def test_a_problem_is_asked_for_in_its_first_subtopic() -> None:
    ((_level, program),) = taken_programs(source(LOOPS, problems=(problem(),)))
    assert program.problem_id == "doubled"
    assert program.task == STATEMENT
    assert taken_programs(source(SCOPE, problems=(problem(),))) == []
    assert taken_programs(source(LOOPS, problems=(problem(kind="class"),))) == []


def test_a_problem_comes_first_and_holds() -> None:
    first = next(iter(TEMPLATES["hangman"](source(LOOPS, problems=(problem(),)), 0)))
    other = next(iter(TEMPLATES["debugging"](source(LOOPS, problems=(problem(),)), 0)))
    assert "doubled" in (first.problem_id, other.problem_id)
    assert isinstance(admit(first), Admitted)
