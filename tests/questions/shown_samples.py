"""Candidates about shown programs for the tests: sound ones, of which a test breaks one thing."""

from __future__ import annotations

import textwrap
from typing import Any

from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.bodies import (
    Body,
    ClozeBody,
    OutputPredictionBody,
    ParsonsBody,
    TraceBody,
    TraceStep,
)
from pygrounds_dagster.questions.model import Admitted, Candidate

SUBTOPIC = "beginner.control_flow.for_loops"
WHY = "The loop adds the numbers one after the other."


def program(text: str) -> str:
    """A program written indented."""
    return textwrap.dedent(text).lstrip("\n")


SUM = program("""
    total = 0
    for number in [3, 5]:
        total += number
    print(total)
""")


def output_prediction(code: str = SUM, expected: str = "8", **fields: Any) -> OutputPredictionBody:
    """What does it print?"""
    told = {"question_text": "What does this program print?", "explanation": WHY} | fields
    return OutputPredictionBody(code=code, expected_output=expected, **told)


def trace(code: str, variables: tuple[str, ...], steps: list[tuple[int, str]], **fields: Any) -> TraceBody:
    """Steps as (line, values written ``3 5``; a dash where a variable has none yet)."""
    told = {"question_text": f"Which values do {', '.join(variables)} have?", "explanation": WHY} | fields
    cells = [
        TraceStep(
            line=line,
            variables={n: v for n, v in zip(variables, values.split(), strict=True) if v != "-"},
        )
        for line, values in steps
    ]
    return TraceBody(code=code, variables=variables, steps=tuple(cells), **told)


def parsons(code: str, expected: str, *orders: tuple[int, ...], **fields: Any) -> ParsonsBody:
    """Lines of a program; its own order is listed unless others are."""
    lines = tuple(line for line in code.splitlines() if line.strip())
    told = {"question_text": "Put the lines in order.", "explanation": WHY} | fields
    return ParsonsBody(
        lines=lines, orders=orders or (tuple(range(len(lines))),), expected_output=expected, **told
    )


def cloze(code: str, expected: str, *answers: tuple[str, ...], **fields: Any) -> ClozeBody:
    """A program with gaps."""
    told = {"question_text": "Fill the gaps.", "explanation": WHY} | fields
    return ClozeBody(code=code, answers=answers, expected_output=expected, **told)


def admitted(body: Body) -> Admitted:
    """The proof of a body that must hold."""
    told = admit(Candidate(body, (SUBTOPIC,)))
    assert isinstance(told, Admitted), told
    return told


def dropped(body: Body) -> str:
    """The reason for which a body that must not hold is dropped."""
    told = admit(Candidate(body, (SUBTOPIC,)))
    assert not isinstance(told, Admitted), "it was admitted"
    return told.reason
