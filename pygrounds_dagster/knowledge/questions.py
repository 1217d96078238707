"""Retrieval questions: what learners ask, and the sections of the content that answer it.

Here: reading and validating ``content/retrieval/<zone>.yaml``. Not here: searching (``evaluation``).

A file is a list of ``{question, expect: [{subtopic, heading}]}``, asked of its zone and answered there; an
empty ``expect`` says that the zone has no answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pygrounds_dagster.curriculum.content_model import Problem

DIRECTORY = "retrieval"


class Section(BaseModel):
    """A part of a subtopic: what stands under a heading."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subtopic: str = Field(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){2}$")
    heading: str = Field(min_length=1)


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid")

    question: str = Field(min_length=1)
    expect: list[Section]


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        zone: the zone it is asked of.
        text: in the learner's words.
        expect: sections that answer it, each by itself; none: the zone has no answer.
        path: its file.
        line: where it stands there.
    """

    zone: str
    text: str
    expect: tuple[Section, ...]
    path: Path
    line: int


def question_files(roots: Iterable[Path]) -> list[Path]:
    """The question files of some content roots."""
    return [path for root in roots for path in sorted((root / DIRECTORY).glob("*.yaml"))]


def load_questions(roots: Iterable[Path]) -> tuple[list[Question], list[Problem]]:
    """All valid questions of some content roots, and what is wrong with the others."""
    questions: list[Question] = []
    problems: list[Problem] = []
    for path in question_files(roots):
        try:
            text = path.read_text(encoding="utf-8")
            node = yaml.compose(text, yaml.SafeLoader)
        except UnicodeDecodeError as error:
            problems.append(Problem(path, 0, "", f"is not UTF-8 ({error}): save the file as UTF-8"))
            continue
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 0
            problems.append(Problem(path, line, "", f"is not YAML: {error.problem}; mend the syntax"))
            continue
        if not isinstance(node, yaml.SequenceNode):
            problems.append(Problem(path, 1, "", "must be a list of `- question: …` with `expect: […]`"))
            continue
        lines = [item.start_mark.line + 1 for item in node.value]
        for line, entry in zip(lines, yaml.safe_load(text), strict=True):
            try:
                checked = _Entry.model_validate(entry)
            except ValidationError as error:
                problems += [
                    Problem(path, line, ".".join(map(str, detail["loc"])), detail["msg"])
                    for detail in error.errors()
                ]
                continue
            # Only the zone is searched, so a section elsewhere could never be found.
            abroad = [one for one in checked.expect if one.subtopic.split(".")[0] != path.stem]
            problems += [
                Problem(path, line, "expect", f"{one.subtopic} is not in the zone {path.stem}: leave it out")
                for one in abroad
            ]
            if not abroad:
                questions.append(Question(path.stem, checked.question, tuple(checked.expect), path, line))
    return questions, problems
