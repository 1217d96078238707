"""What a program does, seen from outside: lines it executed, values after each, calls and their results.

Here: running a program under the recorder of ``inside`` in the judge, reading its notes as data. Not here:
questions about them. The notes are what the program's process claims: a program that tampers with its
recorder gets notes that its plain run does not bear out.
"""

from __future__ import annotations

import ast
import importlib.util
import marshal
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from pygrounds_dagster.judge import Call, Job, Judge, Limits, Mode, RunResult, default_judge
from pygrounds_dagster.judge.driver import Steps
from pygrounds_dagster.judge.verdict import UNJUDGED
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.problems.score import NotJudgedError

MOST_LINES = 5_000
"""Executed lines after which a program counts as endless: a question is followed by a person."""

MOST_STEPS = 600
MOST_CALLS = 200
MOST_LETTERS = 60
"""Of a value's ``repr`` that is noted."""

LIMITS = Limits(cpu=1.0, wall=2.0, memory=128 << 20, source=1 << 20, calls=512)
"""Lines bound what loops do; these bound a single expression that goes on and on."""

_NEEDS_FILES = {"pathlib", "threading", "concurrent", "shutil", "tempfile", "queue", "glob", "os", "shelve"}


@dataclass(frozen=True, slots=True)
class SeenCall:
    """One call of a function of the program.

    Attributes:
        function: its name.
        line: of its definition (of the first decorator, if it has one).
        arguments: parameter → ``repr``; None for a value that is no short plain data.
        result: ``repr``; None likewise, or if it raised.
        raised: whether an exception left it.
    """

    function: str
    line: int
    arguments: Mapping[str, str | None]
    result: str | None
    raised: bool


@dataclass(frozen=True, slots=True)
class SeenStep:
    """The variables of a frame after one of its lines was executed.

    Attributes:
        call: place in ``Trace.calls``; 0 for the module.
        line: first line of the statement.
        values: every variable of the frame → ``repr``, None for what is no short plain data. Names of
            functions, classes and modules are left out.
    """

    call: int
    line: int
    values: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Trace:
    """One watched execution.

    Attributes:
        ended: ``ok``, ``raised``, ``exit``, ``endless`` (too many lines, too long) or ``failed`` (a limit,
            a crash, notes that cannot be read).
        error: of an exception, its type and message; of a failure, what happened.
        stdout, stderr: what it printed.
        lines: first line of a statement → how often it was executed.
        calls: calls in order; the first stands for the module.
        steps: in order, over all frames; generators, class bodies and lambdas are left out.
        total: executed lines.
        complete: whether all calls and steps were noted.
    """

    ended: str
    error: str = ""
    stdout: str = ""
    stderr: str = ""
    lines: Mapping[int, int] | None = None
    calls: tuple[SeenCall, ...] = ()
    steps: tuple[SeenStep, ...] = ()
    total: int = 0
    complete: bool = True


def trace(source: str, *, stdin: str = "", seed: int = 0, using: Judge | None = None) -> Trace:
    """Run a program as a script and say what it did.

    Args:
        source: the program.
        stdin: what it reads.
        seed: hash seed.
        using: the judge; the process's own by default.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: the run says nothing about the program.
    """
    return next((using or default_judge()).drive([trace_steps(source, stdin=stdin, seed=seed)]))[1]


def trace_steps(source: str, *, stdin: str = "", seed: int = 0) -> Steps[Trace]:
    """``trace`` as work for ``Judge.drive``, to run several at once.

    Raises:
        NotJudgedError: as ``trace``.
    """
    try:
        tree = parse(source)
    except (SyntaxError, ValueError) as error:
        return Trace("raised", f"SyntaxError: {error}")
    limits = (MOST_LINES, MOST_STEPS, MOST_CALLS, MOST_LETTERS)
    call = Call("record", [source, stdin, statement_starts(tree), limits])
    run = yield Job(watcher(), [call], limits=LIMITS, mode=mode_of(tree), seed=seed)
    return _read(judged(run))


def mode_of(tree: ast.Module) -> Mode:
    """The judge's mode that a program needs: ``files`` for files and threads, else ``strict``."""
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names) if any(n.name.partition(".")[0] in _NEEDS_FILES for n in names):
                return "files"
            case ast.ImportFrom(module="pathlib", names=names) if all(
                n.name.startswith("Pure") for n in names
            ):
                pass  # these only compute with names
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] in _NEEDS_FILES:
                return "files"
            case ast.Call(func=ast.Name(id="open")) | ast.Attribute(attr="to_thread"):
                return "files"
    return "strict"


def statement_starts(tree: ast.Module) -> dict[int, int]:
    """Line → first line of the innermost statement whose own lines (not its block's) hold it."""
    found: dict[int, int] = {}
    for node in ast.walk(tree):  # from outside in, so the innermost wins
        if isinstance(node, ast.stmt):
            block = getattr(node, "body", None) or getattr(node, "cases", None)
            first = min([node.lineno, *(d.lineno for d in getattr(node, "decorator_list", ()))])
            last = _first_line(block[0]) - 1 if block else node.end_lineno or node.lineno
            found.update(dict.fromkeys(range(first, last + 1), node.lineno))
    return found


def _first_line(node: ast.AST) -> int:
    lines = [d.lineno for d in getattr(node, "decorator_list", ())]
    own = node.pattern.lineno if isinstance(node, ast.match_case) else getattr(node, "lineno", 1)
    return int(min([own, *lines]))


def judged(run: RunResult) -> RunResult:
    """The run, if it says something about the program.

    Raises:
        NotJudgedError: it does not.
    """
    if run.status in UNJUDGED:
        raise NotJudgedError(f"watching a program: {run.status}: {run.message}")
    return run


@cache
def watcher() -> str:
    """The program that holds ``inside.watcher``: as byte code, which a child need not compile again."""
    path = Path(__file__).with_name("inside") / "watcher.py"
    spec = importlib.util.spec_from_file_location("watcher", path)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(f"{path} is missing: install the package again")
    code = spec.loader.get_code("watcher")  # type: ignore[attr-defined]
    return f"import marshal\nexec(marshal.loads({marshal.dumps(code)!r}), globals())\n"


# --- reading the notes ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Notes:
    """The recorder's JSON."""

    ended: str
    error: str
    lines: dict[int, int]
    calls: list[tuple[str, int, dict[str, str | None], str | None, bool]]
    steps: list[tuple[int, int, dict[str, str | None], list[str]]]
    total: int
    complete: bool


@cache
def _form() -> TypeAdapter[Any]:
    return TypeAdapter(_Notes)


def _read(run: RunResult) -> Trace:
    failed = failure(run)
    if failed is not None:
        return Trace(*failed, stdout=run.stdout, stderr=run.stderr)
    try:
        notes: _Notes = _form().validate_json(run.calls[0].value)
        steps = _steps(notes)
    except (ValidationError, IndexError) as error:
        return Trace("failed", f"notes that cannot be read: {error}"[:300])
    calls = tuple(SeenCall(*call) for call in notes.calls)
    return Trace(
        notes.ended, notes.error, run.stdout, run.stderr, notes.lines, calls, steps, notes.total,
        notes.complete,
    )  # fmt: skip


def failure(run: RunResult) -> tuple[str, str] | None:
    """How a run ended, and why, that did not get as far as answering its one call; None if it did."""
    if run.status == "time_limit":
        return "endless", run.message
    if run.status != "ok" or len(run.calls) != 1 or type(run.calls[0].tree) is not str:
        told = run.raised.message if run.raised else run.message
        return "failed", f"{run.status}: {told}"[:300]
    return None


def _steps(notes: _Notes) -> tuple[SeenStep, ...]:
    """Steps with all values of their frame, from what changed."""
    known: list[dict[str, str | None]] = [{} for _ in notes.calls]
    found = []
    for call, line, new, gone in notes.steps:
        values = {name: text for name, text in known[call].items() if name not in gone} | new
        known[call] = values
        found.append(SeenStep(call, line, values))
    return tuple(found)
