"""The courses that ship: complete, linked, in plain words, and what they claim holds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pygrounds_dagster.authoring.grade import reading_grade
from pygrounds_dagster.lessons.check import check_lesson
from pygrounds_dagster.lessons.courses import load_catalogue
from pygrounds_dagster.lessons.model import Lesson, Step

CATALOGUE = load_catalogue([Path(__file__).parents[2] / "content"])
HIGHEST_GRADE = 9


def names(program: str) -> set[str]:
    return {node.id for node in ast.walk(ast.parse(program)) if isinstance(node, ast.Name)}


def test_every_file_is_right() -> None:
    assert not CATALOGUE.faults, "\n".join(map(str, CATALOGUE.faults))
    assert len(CATALOGUE.courses) >= 2
    assert [len(course.lessons) >= 8 for course in CATALOGUE.courses] == [True] * len(CATALOGUE.courses)


@pytest.mark.parametrize("lesson", CATALOGUE.lessons, ids=lambda lesson: lesson.id)
def test_a_lesson_holds(lesson: Lesson) -> None:
    report = check_lesson(lesson)
    assert report.is_sound, "\n".join(map(str, report.findings))
    assert report.steps >= 5
    assert report.assignments >= 1


@pytest.mark.parametrize("lesson", CATALOGUE.lessons, ids=lambda lesson: lesson.id)
def test_a_lesson_can_be_read_and_its_steps_be_told_apart(lesson: Lesson) -> None:
    for step in lesson.steps:
        grade = reading_grade([step.description, step.notes])
        assert grade is not None
        assert grade <= HIGHEST_GRADE, (step.number, grade)
        assert len(step.tests) >= 2, step.number
        assert all(name.isascii() for name in names(step.expected_code)), step.number
    assert len({step.expected_code for step in lesson.steps}) == len(lesson.steps)


def grows(before: Step, step: Step) -> bool:
    return bool(set(before.expected_code.splitlines()) & set(step.expected_code.splitlines()))


@pytest.mark.parametrize("lesson", CATALOGUE.lessons, ids=lambda lesson: lesson.id)
def test_each_step_builds_on_the_one_before(lesson: Lesson) -> None:
    pairs = zip(lesson.steps, lesson.steps[1:], strict=False)
    assert [(before.number, step.number) for before, step in pairs if not grows(before, step)] == []
