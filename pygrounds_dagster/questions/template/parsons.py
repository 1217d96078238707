"""Parsons problems: put the lines of a program in order.

Here: which programs, and which wrong lines are mixed in. Not here: finding programs (``material``), which
other orders do the same (``admission``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from pygrounds_dagster.problems.mutants import mutants
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.bodies import ParsonsBody
from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.material import Material, materials
from pygrounds_dagster.questions.template.programs.model import draw, shuffled
from pygrounds_dagster.questions.template.telling import told

LEAST_LINES, MOST_LINES = 4, 12
MOST_LETTERS = 90

_SLIPS = (
    "arithmetic", "augmented", "boolean", "boundary", "comparison", "accumulator_start", "wrong_variable",
    "wrong_attribute", "swapped_operands", "dropped_call",
)  # fmt: skip
"""Kinds of mistakes whose lines look as likely as the right ones."""


def parsons_candidates(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Candidates for a subtopic, best first.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``material.materials``.
    """
    for material in materials(source, seed, "parsons"):
        lines = tuple(line for line in material.code.splitlines() if line.strip())
        short = LEAST_LINES <= len(lines) <= MOST_LINES and max(map(len, lines)) <= MOST_LETTERS
        if short and _runs_whole(material):
            yield _candidate(material, lines, seed)


def _runs_whole(material: Material) -> bool:
    """Whether each statement takes one line, and was executed."""
    statements = [node for node in ast.walk(parse(material.code)) if isinstance(node, ast.stmt)]
    executed = material.seen.lines or {}
    silent = (ast.Global, ast.Nonlocal, ast.Try)
    simple = (node for node in statements if not hasattr(node, "body"))
    return all(node.lineno == node.end_lineno for node in simple) and all(
        node.lineno in executed or isinstance(node, silent) for node in statements
    )


def _candidate(material: Material, lines: tuple[str, ...], seed: int) -> Candidate:
    count = draw(material.code, "distractors", seed) % 3
    distractors = _distractors(lines, count, seed)
    body = ParsonsBody(
        question_text=_question(len(distractors)),
        lines=lines,
        distractors=distractors,
        orders=(tuple(range(len(lines))),),
        expected_output=material.seen.stdout.rstrip("\n"),
        explanation=_explanation(material, lines),
    )
    return Candidate(
        body,
        material.topics[:3],
        chunk_ids=material.chunk_ids,
        claimed_difficulty=material.difficulty,
        seed=seed,
    )


def _distractors(lines: tuple[str, ...], count: int, seed: int) -> tuple[str, ...]:
    """Lines with one mistake each, of different lines of the program."""
    code = "\n".join(lines) + "\n"
    found: dict[int, str] = {}
    for mutant in shuffled(mutants(code, operators=_SLIPS), code, seed) if count else ():
        changed = mutant.source.splitlines()
        if mutant.line == mutant.end_line and len(changed) == len(lines) and mutant.line not in found:
            line = changed[mutant.line - 1]
            if line.strip() not in {known.strip() for known in (*lines, *found.values())}:
                found[mutant.line] = line
        if len(found) == count:
            break
    return tuple(found.values())


def _question(distractors: int) -> str:
    extra = {0: "", 1: " One line does not belong.", 2: " Two lines do not belong."}[distractors]
    return (
        "Put the lines in order, so that the program prints the output shown. Each line keeps its "
        f"indentation, and each line of the program runs at least once.{extra}"
    )


def _explanation(material: Material, lines: tuple[str, ...]) -> str:
    """What the program does, with its lines counted as they are shown: without blank ones."""
    kept = [number for number, line in enumerate(material.code.splitlines(), start=1) if line.strip()]
    new = {old: number for number, old in enumerate(kept, start=1)}
    seen = replace(
        material.seen,
        lines={new[line]: count for line, count in (material.seen.lines or {}).items()},
        steps=tuple(replace(step, line=new[step.line]) for step in material.seen.steps),
    )
    return told("\n".join(lines) + "\n", seen)
