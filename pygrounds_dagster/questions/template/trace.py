"""Traces: which values do variables have after each line?

Here: choosing the frame and the variables. Not here: finding programs (``material``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.bodies import TraceBody, TraceStep
from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.material import materials
from pygrounds_dagster.questions.template.programs.model import draw
from pygrounds_dagster.questions.template.telling import listed, told
from pygrounds_dagster.questions.tracing import SeenStep, Trace

LEAST_STEPS, MOST_STEPS = 4, 24
MOST_LETTERS = 36
MOST_CELLS = 60
"""Values that a learner is asked for."""

_LEFT_OUT = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.AsyncFunctionDef)
_ODD = (ast.With, ast.Try, ast.Match, ast.AsyncFor, ast.AsyncWith)


@dataclass(frozen=True, slots=True)
class _Frame:
    """The module, or the only call of a function: its steps without definitions."""

    call: int
    steps: tuple[SeenStep, ...]
    changes: int


def trace_candidates(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Candidates for a subtopic, best first: in each program the frame in which most happens.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``material.materials``.
    """
    for material in materials(source, seed, "trace"):
        body = trace_body(material.code, material.seen, told(material.code, material.seen), seed)
        if body is not None:
            yield Candidate(
                body,
                material.topics[:3],
                chunk_ids=material.chunk_ids,
                claimed_difficulty=material.difficulty,
                seed=seed,
            )


def trace_body(code: str, seen: Trace, explanation: str, seed: int) -> TraceBody | None:
    """The question about the frame of a run in which most happens; None if too little happens anywhere.

    Args:
        code: the program.
        seen: its run; it ended by itself.
        explanation: for after the answer.
        seed: of the choice of variables.
    """
    frames = sorted(_frames(code, seen), key=lambda frame: -frame.changes)
    return _body(code, seen, frames[0], explanation, seed) if frames else None


def _frames(code: str, seen: Trace) -> Iterator[_Frame]:
    tree = parse(code)
    if not seen.complete:
        return
    odd = {line for node in ast.walk(tree) if _is_odd(node) for line in _lines(node)}
    left_out = {node.lineno for node in ast.walk(tree) if isinstance(node, _LEFT_OUT)}
    names = [call.function for call in seen.calls]
    for number, name in enumerate(names):
        if name and names.count(name) > 1:
            continue
        steps = tuple(s for s in seen.steps if s.call == number and s.line not in left_out)
        changes = sum(_changes(steps, variable) for variable in _variables(steps))
        if odd & {step.line for step in steps}:
            continue
        if LEAST_STEPS <= len(steps) <= MOST_STEPS and changes >= 2:
            yield _Frame(number, steps, changes)


def _is_odd(node: ast.AST) -> bool:
    """Whether the lines of a statement do not run as they are read."""
    return isinstance(node, _ODD) or (isinstance(node, ast.While) and isinstance(node.test, ast.Constant))


def _lines(node: ast.AST) -> range:
    return range(getattr(node, "lineno", 0), (getattr(node, "end_lineno", 0) or 0) + 1)


def _variables(steps: tuple[SeenStep, ...]) -> list[str]:
    """Variables whose values are short plain data all the time, in the order in which they appear."""
    names = dict.fromkeys(name for step in steps for name in step.values)
    return [name for name in names if all(_is_short(step, name) for step in steps)]


def _is_short(step: SeenStep, name: str) -> bool:
    text = step.values.get(name, "")
    return text is not None and len(text) <= MOST_LETTERS


def _changes(steps: tuple[SeenStep, ...], name: str) -> int:
    texts = [step.values[name] for step in steps if name in step.values]
    return sum(one != other for one, other in pairwise(texts))


def _body(code: str, seen: Trace, frame: _Frame, explanation: str, seed: int) -> TraceBody | None:
    most = 2 + draw(code, seed) % 3
    names = _variables(frame.steps)
    busiest = sorted(names, key=lambda name: -_changes(frame.steps, name))
    count = max(1, min(most, MOST_CELLS // len(frame.steps)))
    changing = [name for name in busiest if _changes(frame.steps, name)][:count]
    chosen = tuple(name for name in names if name in changing)
    steps = tuple(
        TraceStep(line=s.line, variables={n: s.values[n] or "" for n in chosen if n in s.values})
        for s in frame.steps
    )
    if not any(step.variables for step in steps):
        return None
    return TraceBody(
        question_text=_question(code, seen, frame, chosen),
        code=code,
        variables=chosen,
        steps=steps,
        explanation=explanation,
    )


def _question(code: str, seen: Trace, frame: _Frame, variables: tuple[str, ...]) -> str:
    names = listed([f"`{name}`" for name in variables])
    value, verb = ("value", "does") if len(variables) == 1 else ("values", "do")
    function = seen.calls[frame.call].function
    what = f"the call of `{function}`" if function else "the program"
    tree = parse(code)
    lines = {step.line for step in frame.steps}
    rules = []
    if not function and any(isinstance(node, _LEFT_OUT) for node in tree.body):
        rules.append(" Leave out lines that only import or define something.")
    if any(isinstance(node, ast.For) and node.lineno in lines for node in ast.walk(tree)):
        rules.append(" The line of a `for` loop runs once more when nothing is left.")
    asked = f"Which {value} {verb} {names} have after each line that runs?"
    return f"Follow {what}. {asked}{''.join(rules)}"
