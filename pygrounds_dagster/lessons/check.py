"""Does a lesson hold? Every step's code passes its tests, and no assignment is solved before it is begun.

Here: the proof of one lesson, by running everything in the judge. Not here: whether its file is right
(``courses``), what is stored of a proof (``verify``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import get_args

from pygrounds_dagster.curriculum.content_model import Problem as Finding
from pygrounds_dagster.judge import Judge, Mode, Verdict, judge_many
from pygrounds_dagster.lessons.model import Lesson, Step
from pygrounds_dagster.problems.check import SEEDS
from pygrounds_dagster.problems.score import NotJudgedError, judged


@dataclass(frozen=True, slots=True)
class LessonReport:
    """What a check found.

    Attributes:
        id: the lesson's.
        findings: what does not hold, with file, line and field; empty for a sound lesson.
        steps, assignments, tests: how many there are.
        seconds: the whole check took.
    """

    id: str
    findings: tuple[Finding, ...]
    steps: int
    assignments: int
    tests: int
    seconds: float

    @property
    def is_sound(self) -> bool:
        """Whether everything holds."""
        return not self.findings


def check_lesson(lesson: Lesson, using: Judge | None = None) -> LessonReport:
    """Run everything a lesson claims: expected code under two hash seeds, starters of assignments once.

    Args:
        lesson: one whose file is right.
        using: the judge; the process's own by default.

    Raises:
        JudgeUnavailable: nothing can be run safely on this machine.
    """
    start = time.perf_counter()
    try:
        findings = [*_check_expected(lesson, using), *_check_starters(lesson, using)]
    except NotJudgedError as error:
        findings = [Finding(lesson.path, 0, "", f"could not be judged: {error}")]
    return LessonReport(
        lesson.id,
        tuple(sorted(findings, key=lambda finding: (finding.line, finding.field))),
        len(lesson.steps),
        sum(step.assignment for step in lesson.steps),
        sum(len(step.tests) for step in lesson.steps),
        time.perf_counter() - start,
    )


def _check_expected(lesson: Lesson, using: Judge | None) -> Iterator[Finding]:
    programs = [(step, step.expected_code) for step in lesson.steps]
    for step, verdict in _judged(programs, SEEDS, using):
        for test in verdict.tests:
            if not test.passed:
                under = f" under hash seed {test.seed}" if test.seed != SEEDS[0] else ""
                message = f"fails {test.name}{under} ({test.status}): {test.reason}"
                yield _finding(lesson, step, "expected_code", f"{message}; mend the code or the test")


def _check_starters(lesson: Lesson, using: Judge | None) -> Iterator[Finding]:
    programs = [(step, step.starter_code) for step in lesson.steps if step.assignment]
    for step, verdict in _judged(programs, SEEDS[:1], using):
        if verdict.passed:
            message = "the program that the learner starts from passes every test: add one that it fails"
            yield _finding(lesson, step, "starter_code", message)


def _judged(
    programs: Sequence[tuple[Step, str]], seeds: Sequence[int], using: Judge | None
) -> Iterator[tuple[Step, Verdict]]:
    """The verdict of each step's program, side by side as far as they have the same mode."""
    for mode in get_args(Mode):
        alike = [(step, program) for step, program in programs if step.mode == mode]
        tested = ((program, step.tests) for step, program in alike)
        for index, verdict in judge_many(tested, mode=mode, seeds=seeds, using=using):
            yield alike[index][0], judged(verdict)


def _finding(lesson: Lesson, step: Step, name: str, message: str) -> Finding:
    return Finding(lesson.path, step.line, f"steps.{step.number - 1}.{name}", message)
