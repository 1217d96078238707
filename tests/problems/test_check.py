"""Proving a problem: what holds is sound, and each thing that does not hold is found."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pygrounds_dagster.judge import parse_tests
from pygrounds_dagster.problems.check import ProblemReport, check_problem
from pygrounds_dagster.problems.load import load_problem
from pygrounds_dagster.problems.mutants import mutants
from pygrounds_dagster.problems.score import mutation_score
from tests.problems.packs import PROBLEM, REFERENCE, STATEMENT, TESTS, write_problem


def report(folder: Path) -> ProblemReport:
    problem, found = load_problem(folder)
    assert problem is not None, list(map(str, found))
    return check_problem(problem)


def findings(folder: Path) -> list[str]:
    return [str(finding) for finding in report(folder).findings]


def test_a_sound_problem(tmp_path: Path) -> None:
    done = report(write_problem(tmp_path))
    assert done.is_sound
    assert (done.solutions, done.wrong, done.samples, done.tests) == (1, 1, 1, 3)
    assert done.mutation is not None
    assert done.mutation.score == 1
    assert done.mutation.mutants == len(mutants(REFERENCE)) == sum(done.mutation.kills)


@pytest.mark.parametrize(
    ("files", "told"),
    [
        (
            {"solutions/other.py": "def double(number):\n    return number + number if number > 0 else 0\n"},
            "solutions/other.py: fails test 3 (wrong_answer): expected -2, got 0",
        ),
        (
            {"solutions/other.py": "def double(number):\n    while True:\n        pass\n"},
            "solutions/other.py: fails test 1 (time_limit)",
        ),
        ({"statement.md": STATEMENT.replace("8", "9")}, "statement.md: the sample in line 5 does not print"),
        ({"wrong/square.py": REFERENCE}, "wrong/square.py: passes every test: add one that it fails"),
        (
            {"problem_yaml": PROBLEM.replace("fails: 2", "fails: 1")},
            "wrong/square.py: passes test 1, which it must fail: it fails test 2, test 3",
        ),
        ({"tests_json": json.dumps([TESTS[0], TESTS[0]])}, "wrong/square.py: passes every test"),
    ],
)
def test_what_does_not_hold_is_found(tmp_path: Path, files: dict[str, str], told: str) -> None:
    limits = {"problem_yaml": PROBLEM + "limits: {cpu: 1, wall: 0.5}\n"}
    assert told in findings(write_problem(tmp_path, **{**limits, **files}))[0]


def test_blunt_tests_are_found_with_the_mutants_that_they_miss(tmp_path: Path) -> None:
    tests = json.dumps([TESTS[0], {**TESTS[0], "args": [0], "expected": 0}])
    reference = (
        "def double(number):\n    if number > 100:\n        return 0 - number\n    return 2 * number\n"
    )
    yaml = PROBLEM[: PROBLEM.index("wrong:")]
    (told,) = findings(
        write_problem(
            tmp_path,
            tests_json=tests,
            problem_yaml=yaml,
            **{"solutions/reference.py": reference, "wrong/square.py": None},
        )
    )
    assert "tests.json: tell only" in told
    assert "line 2, boundary: > → >=" in told


def test_a_set_s_order_must_not_decide(tmp_path: Path) -> None:
    reference = "def double(number):\n    return list({'a', 'b', 'c', 'd'})\n"
    (told, *_) = findings(write_problem(tmp_path, **{"solutions/reference.py": reference}))
    assert "fails test 1" in told
    tests = parse_tests([{"call": "double", "args": [1], "expected": ["a"], "compare": {"unordered": True}}])
    assert mutation_score([], tests).score == 1


def test_a_broken_checker_is_not_the_program_s_fault(tmp_path: Path) -> None:
    checker = {"checker": "def check(test, answer):\n    return 1 / 0\n"}
    (told,) = findings(write_problem(tmp_path, tests_json=json.dumps([{**TESTS[0], "compare": checker}] * 2)))
    assert "tests.json: could not be judged: test 1: checker_error" in told


def test_mutants_that_hang_count_as_found() -> None:
    source = "def f(n):\n    i = 0\n    while i < n:\n        i += 1\n    return i\n"
    hanging = [m for m in mutants(source) if m.after == "-="]
    done = mutation_score(hanging, parse_tests([{"call": "f", "args": [3], "expected": 3}]))
    assert (done.mutants, done.killed) == (1, 1)
