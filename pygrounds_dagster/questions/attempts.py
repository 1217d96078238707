"""Many small programs in one run of the judge: how each ended and what it printed.

Here: batches, and going on after a program that took its whole run down. Not here: which programs are tried.

Programs of one run share its process. Those that leave something behind outside their own names (files,
changed modules) get a run each.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from pydantic import TypeAdapter, ValidationError

from pygrounds_dagster.judge import Call, CallResult, Job, Judge, Mode, RunResult, default_judge
from pygrounds_dagster.judge.driver import Steps
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.tracing import LIMITS, MOST_LINES, judged, mode_of, watcher

BATCH = 256
"""Programs of one run."""

RESTARTS = 3
"""How often a run is begun anew, with the next program, after a program that took it down."""

_LIMITS = replace(LIMITS, wall=4.0)
_QUIET_MODULES = {
    "math", "string", "collections", "itertools", "functools", "operator", "dataclasses", "enum", "typing",
    "re", "json", "abc", "contextlib", "heapq", "bisect", "statistics", "fractions", "datetime", "textwrap",
    "copy", "inspect", "types", "numbers", "calendar", "pathlib", "sqlite3", "csv", "io",
    "tomllib", "pickle", "weakref", "graphlib", "pprint", "asyncio", "time", "argparse", "__future__",
}  # fmt: skip
"""Modules that a small program cannot change for the next one by using them as they are meant."""

_ANSWER: TypeAdapter[tuple[str, str, list[int]]] = TypeAdapter(tuple[str, str, list[int]])


@dataclass(frozen=True, slots=True)
class Attempt:
    """What became of one program.

    Attributes:
        ended: ``ok``, ``raised``, ``exit``, ``endless``, ``failed`` (it took its run down), or ``untried``
            (too many programs before it took theirs down).
        error: type and message of an exception.
        stdout: what it printed.
        lines: lines that were executed.
    """

    ended: str
    error: str = ""
    stdout: str = ""
    lines: frozenset[int] = frozenset()


def attempts(
    programs: Sequence[str],
    *,
    stdin: str = "",
    seed: int = 0,
    most_lines: int = MOST_LINES,
    using: Judge | None = None,
) -> list[Attempt]:
    """Execute programs as scripts, in order.

    Args:
        programs: variants of one program; equal ones are executed once.
        stdin: what each reads, from its beginning.
        seed: hash seed.
        most_lines: executed lines after which a program is ``endless``.
        using: the judge; the process's own by default.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: a run that says nothing about its programs.
    """
    different = list(dict.fromkeys(programs))
    mode, alone = _way(different)
    size = 1 if alone else BATCH
    batches = [different[at : at + size] for at in range(0, len(different), size)]
    works = (_batch(batch, stdin, seed, most_lines, mode) for batch in batches)
    given = dict((using or default_judge()).drive(works))
    found = {
        program: attempt
        for index, batch in enumerate(batches)
        for program, attempt in zip(batch, given[index], strict=True)
    }
    return [found[program] for program in programs]


def need_runs_of_their_own(program: str) -> bool:
    """Whether the variants of a program cannot share a run, so that each costs a hundred times as much."""
    return _way([program])[1]


def _way(programs: Iterable[str]) -> tuple[Mode, bool]:
    """Mode of the runs, and whether each program needs one of its own; told by the first that parses."""
    for program in programs:
        try:
            tree = parse(program)
        except (SyntaxError, ValueError):  # its run will say so
            continue
        mode = mode_of(tree)
        return mode, mode == "files" or not modules(tree) <= _QUIET_MODULES
    return "strict", False


def modules(tree: ast.Module) -> set[str]:
    """Top-level names of the modules that a program imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {name.name.partition(".")[0] for name in names}
            case ast.ImportFrom(module=module):
                found.add((module or ".").partition(".")[0])
    return found


def _batch(
    programs: Sequence[str], stdin: str, seed: int, most_lines: int, mode: Mode
) -> Steps[list[Attempt]]:
    found: list[Attempt] = []
    for _run in range(1 + RESTARTS):
        calls = [Call("attempt", [program, stdin, most_lines]) for program in programs[len(found) :]]
        run = judged((yield Job(watcher(), calls, limits=_LIMITS, mode=mode, seed=seed)))
        found += map(_attempt, run.calls)
        if len(found) < len(programs) and run.calls:  # alone it may have time enough
            job = Job(watcher(), calls[len(run.calls) :][:1], limits=_LIMITS, mode=mode, seed=seed)
            run = judged((yield job))
            found += map(_attempt, run.calls)
        if len(found) < len(programs) and not run.calls:
            found.append(_ended(run))
        if len(found) == len(programs):
            return found
    return found + [Attempt("untried")] * (len(programs) - len(found))


def _attempt(call: CallResult) -> Attempt:
    try:
        ended, error, lines = _ANSWER.validate_json(call.value if call.returned else "")
    except ValidationError as wrong:
        return Attempt("failed", f"an answer that cannot be read: {wrong}"[:200])
    return Attempt(ended, error, call.stdout, frozenset(lines))


def _ended(run: RunResult) -> Attempt:
    """What is said of the program under which a run ended."""
    ended = "endless" if run.status == "time_limit" else "failed"
    return Attempt(ended, f"{run.status}: {run.message}"[:200])
