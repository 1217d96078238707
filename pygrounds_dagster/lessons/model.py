"""What courses, lessons and steps are: the fields of their files, and what the rest of the project sees.

Here: models and plain values. Not here: finding and reading files (``courses``), whether a lesson holds
(``check``).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from pygrounds_dagster.curriculum.content_model import Difficulty, Identifier, Order, PartitionKey, Text
from pygrounds_dagster.judge import Mode, Test

Stem = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$", max_length=64)]
Code = Annotated[str, StringConstraints(min_length=1)]
Flag = Annotated[bool, Field(strict=True)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class CourseFile(_File):
    """``course.yaml``; ``lessons`` are names of files beside it, without ``.json``, in order."""

    id: Identifier
    title: Text
    order: Order
    difficulty: Difficulty
    description: Text
    lessons: Annotated[list[Stem], Field(min_length=1)]


class StepFile(_File):
    """One step of a lesson's file; ``tests`` are in the judge's form, ``tests_file`` reads them."""

    step_number: Annotated[int, Field(strict=True, ge=1)]
    description: Text
    expected_code: Code
    notes: str = ""
    assignment: Flag = False
    starter_code: str = ""
    tests: list[Any]


class LessonFile(_File):
    """``<lesson>.json``."""

    lesson_id: Identifier
    title: Text
    description: Text
    subtopics: Annotated[list[PartitionKey], Field(min_length=1)]
    steps: Annotated[list[StepFile], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a lesson.

    Attributes:
        number: from 1.
        description: what to do, Markdown.
        expected_code: a whole program that does it; never for those who have not passed.
        notes: what is worth knowing about it, Markdown.
        assignment: the learner writes it alone: no guidance that gives it away.
        starter_code: the program that the learner starts from; if the file names none, the expected code of
            the step before, and nothing in the first step.
        tests: what a right program passes, each with a name.
        tests_data: the same as they stand in the file.
        mode: what the judge allows; ``files`` if a test has files.
        line: of the lesson's file where the step begins.
    """

    number: int
    description: str
    expected_code: str
    notes: str
    assignment: bool
    starter_code: str
    tests: tuple[Test, ...]
    tests_data: tuple[Any, ...]
    mode: Mode
    line: int


@dataclass(frozen=True, slots=True)
class Lesson:
    """A lesson whose file is right; whether it holds is for ``check`` to say.

    Attributes:
        id: unique among all courses.
        position: place in its course, from 1.
        title: for people.
        description: what will be built, Markdown.
        subtopics: keys of what it practises, the most important first.
        steps: in order.
        path: its file.
        content_hash: of the file.
    """

    id: str
    position: int
    title: str
    description: str
    subtopics: tuple[str, ...]
    steps: tuple[Step, ...]
    path: Path
    content_hash: str


@dataclass(frozen=True, slots=True)
class Course:
    """A course whose ``course.yaml`` is right, with those of its lessons that are.

    Attributes:
        id: unique.
        title: for people.
        order: place among the courses.
        difficulty: beginner, intermediate, advanced or master.
        description: what one learns in it, Markdown.
        lessons: in order; a lesson whose file is not right is missing.
        path: its folder.
        content_hash: of ``course.yaml``.
    """

    id: str
    title: str
    order: int
    difficulty: Difficulty
    description: str
    lessons: tuple[Lesson, ...]
    path: Path
    content_hash: str
