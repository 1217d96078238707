"""Running codes of foreign items: a function on many calls, a program on many inputs.

Here: both ways as the same thing, a runner. Not here: what the answers are worth (``foreign_coding``).
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pygrounds_dagster.judge import Job, Judge, Limits, RunResult, default_judge
from pygrounds_dagster.judge.driver import Steps
from pygrounds_dagster.judge.verdict import UNJUDGED
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.problems.score import NotJudgedError
from pygrounds_dagster.questions.admission.probing import Answer, Probe, answers
from pygrounds_dagster.questions.admission.stepping import Stepped

MOST_STEPS = 300_000
"""Steps after which a counted call is taken to be endless."""

_LIMITS = Limits(cpu=1.0, wall=3.0)


@dataclass(frozen=True, slots=True)
class Run:
    """A code, what to call in it, the calls or inputs in order, and the hash seed."""

    source: str
    function: str
    calls: Sequence[str] = ()
    seed: int = 0

    def on(self, calls: Sequence[str], seed: int = 0) -> Run:
        """The same code on other calls."""
        return replace(self, calls=calls, seed=seed)


Runner = Callable[[Sequence[Run]], list[tuple[Answer, ...]]]
"""What each call of each run gave.

Raises JudgeUnavailableError, NotJudgedError as ``probing.answers``."""


def calls_of(using: Judge | None, *, counted: bool = True) -> Runner:
    """A runner of functions; ``counted``: a call is endless after ``MOST_STEPS``, else after a second."""

    def run(runs: Sequence[Run]) -> list[tuple[Answer, ...]]:
        return answers([_probe(one, counted) for one in runs], using=using)

    return run


def _probe(run: Run, counted: bool) -> Probe:
    source = Stepped(run.source, MOST_STEPS).source if counted else run.source
    return Probe(source, run.function, run.calls, run.seed, stepped=counted, restarts=0)


def programs_of(using: Judge | None) -> Runner:
    """A runner of programs: each call is what is typed, each answer what is printed."""

    def run(runs: Sequence[Run]) -> list[tuple[Answer, ...]]:
        works: list[Steps[tuple[Answer, ...]]] = [_inputs(one) for one in runs]
        found = dict((using or default_judge()).drive(works))
        return [found[index] for index in range(len(works))]

    return run


def _inputs(run: Run) -> Steps[tuple[Answer, ...]]:
    source = run.source
    if run.function and not _is_called(source, run.function):
        source = f"{source}\n\n{run.function}()\n"
    found: list[Answer] = []
    for text in run.calls:
        if found and found[-1].status == "endless":
            found.append(Answer("unasked", text=found[-1].text))
            continue
        typed = text if text.endswith("\n") else f"{text}\n"
        job = Job(source, stdin=typed, limits=_LIMITS, seed=run.seed, as_main=True)
        found.append(_printed((yield job)))
    return tuple(found)


def _printed(run: RunResult) -> Answer:
    if run.status in UNJUDGED:
        raise NotJudgedError(f"a program: {run.status}: {run.message}")
    left = run.module is not None and run.module.exit_code == 0
    if run.status == "ok" or left:
        return Answer("value", text=run.stdout, printed=run.stdout)
    if run.status == "time_limit":
        return Answer("endless", text="it goes on and on")
    raised = run.module.raised if run.module is not None else None
    if raised is not None:
        return Answer("raised", text=f"{raised.type}: {raised.message}"[:300], printed=run.stdout)
    return Answer("failed", text=f"{run.status}: {run.message}"[:300], printed=run.stdout)


def _is_called(source: str, function: str) -> bool:
    """Whether a program calls its function itself."""
    return any(
        isinstance(node, ast.Call) and ast.unparse(node.func) == function for node in ast.walk(parse(source))
    )
