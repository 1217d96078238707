"""The problems that ship: complete, linked, spread, and what they claim holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.problems.check import LEAST_SCORE, check_problem
from pygrounds_dagster.problems.load import load_problems

CONTENT = Path(__file__).parents[2] / "content"
TOPICS = load_content([CONTENT]).keys
BANK = load_problems(CONTENT / "problems", TOPICS)
LEAST_LINKED = {"beginner": 1.0, "intermediate": 0.6, "advanced": 0.5}
"""Share of a zone's subtopics that have a problem: modules and packages, say, take no single program."""
MUTANTS = 8
"""Drawn of each problem, to keep this quick; ``pygrounds problems check`` runs all of them."""


def test_every_problem_is_complete() -> None:
    assert not BANK.faults, "\n".join(map(str, BANK.faults))
    assert len(BANK.problems) >= 40


def test_problems_are_spread_over_topics_difficulties_and_kinds() -> None:
    linked = Counter(topic for problem in BANK.problems for topic in problem.topics)
    for zone, least in LEAST_LINKED.items():
        keys = [key for key in TOPICS if key.startswith(f"{zone}.")]
        assert sum(key in linked for key in keys) >= least * len(keys), set(keys) - linked.keys()
    assert min(Counter(problem.difficulty for problem in BANK.problems).values()) >= 8
    assert {problem.kind for problem in BANK.problems} == {"function", "class", "program"}
    assert {problem.mode for problem in BANK.problems} == {"strict", "files"}


@pytest.mark.parametrize("problem", BANK.problems, ids=lambda problem: problem.id)
def test_a_problem_holds(problem) -> None:  # type: ignore[no-untyped-def]
    assert problem.path.name == problem.id
    assert len(problem.public_tests) >= 3
    assert len(problem.hidden_tests) >= 6
    assert len(problem.wrong) >= 2
    assert problem.statement.startswith(f"# {problem.title}\n")
    report = check_problem(problem, sample=MUTANTS)
    drawn = report.mutation
    assert drawn is not None, "\n".join(map(str, report.findings))
    blunt = (
        drawn.score < LEAST_SCORE
    )  # one survivor among few says little: the whole score is proven elsewhere
    assert [f for f in report.findings if not (blunt and f.file == "tests.json")] == []
    assert drawn.killed >= drawn.mutants - 2
