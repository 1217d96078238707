"""Programs that pages show, run in the judge, and their output compared with what is shown.

Here: one run for each program, all of them side by side, and the words for what differs. Not here: finding
programs in a page (``page``); the sandbox (``judge``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from pygrounds_dagster.authoring.findings import Finding
from pygrounds_dagster.authoring.page import Program
from pygrounds_dagster.judge import Job, Judge, Limits, RunResult, default_judge
from pygrounds_dagster.judge.driver import Steps

LIMITS = Limits()
"""What a program on a page may use: that of any run."""

_SHOWN = 120
_NOT_RUN = frozenset({"refused", "sandbox_lost"})


class NotRunError(RuntimeError):
    """The judge could not run a program, which says nothing about it."""


@dataclass(frozen=True, slots=True)
class ProgramRun:
    """What became of a program.

    Attributes:
        line: of its fence.
        ended: ``ok``, the class that it raised, or the judge's word for another end, e.g. ``time_limit``;
            ``elsewhere`` for one that was not run.
        as_shown: whether it does what its page says.
    """

    line: int
    ended: str
    as_shown: bool


@dataclass(frozen=True, slots=True)
class _Ending:
    """How a run ended, as a page would show it: its class if it raised, its last line, the judge's words."""

    raised: str
    last_line: str
    trouble: str


def run_programs(
    programs: Sequence[Program], using: Judge | None = None, progress: Callable[[int], None] | None = None
) -> list[RunResult]:
    """Run programs side by side, each by itself in a scratch directory of its own.

    Args:
        programs: any that ``runs``, of any pages.
        using: the judge; the process's own by default.
        progress: told the number of programs run so far.

    Returns:
        One result for each, in order.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
    """
    jobs = (Job(p.code, stdin=p.stdin, limits=LIMITS, mode="files", as_main=True) for p in programs)
    results: dict[int, RunResult] = {}
    for position, result in (using or default_judge()).drive(_single(job) for job in jobs):
        results[position] = result
        if progress is not None:
            progress(len(results))
    return [results[position] for position in range(len(programs))]


def compare(program: Program, result: RunResult) -> tuple[ProgramRun, list[Finding]]:
    """Whether a run did what the page shows.

    Tracebacks are compared by their last line, as everything above it depends on where a program lies.

    Raises:
        NotRunError: the judge could not run it.
    """
    if result.status in _NOT_RUN:
        raise NotRunError(f"the program in line {program.line} was not run: {result.message}")
    ending = _ending(result)
    findings = list(_ending_findings(program, result, ending)) or list(
        _output_findings(program, result, ending)
    )
    ended = ending.raised.rpartition(".")[2] or result.status
    return ProgramRun(program.line, ended, not findings), findings


def elsewhere(program: Program) -> tuple[ProgramRun, list[Finding]]:
    """What can be said of a program that is not run, be it another Python's: it must claim no output."""
    findings = []
    if program.shown is not None:
        what = "output is shown for a program that is not run"
        mend = "remove the output block, or show in ```text what may come of it"
        findings.append(Finding("output", program.shown_line, what, mend))
    return ProgramRun(program.line, "elsewhere", not findings), findings


def _single(job: Job) -> Steps[RunResult]:
    return (yield job)


def _ending(result: RunResult) -> _Ending:
    raised = result.raised
    if raised is None:
        trouble = "" if result.status == "ok" else result.message
        return _Ending("", "", trouble)
    lines = raised.traceback.strip().splitlines()
    return _Ending(raised.type, lines[-1] if lines else raised.type, "")


def _ending_findings(program: Program, result: RunResult, ending: _Ending) -> Iterator[Finding]:
    line = program.line
    if result.status == "time_limit":
        what = f"the program does not end: {result.message}"
        yield Finding(
            "limit", line, what, f"let it end within {LIMITS.cpu:g} s of computing, {LIMITS.wall:g} in all"
        )
    elif result.status not in ("ok", "error"):
        what = f"the program was stopped ({result.status}): {result.message}"
        mend = 'let it take less, or mark it elsewhere="…" with the reason'
        yield Finding("limit", line, what, mend)
    elif ending.trouble:
        yield Finding("failure", line, f"the program fails: {ending.trouble}", "let it end by itself")
    elif program.raises is None and ending.raised:
        line += result.raised.line if result.raised else 0
        mend = f"mend the program, or mark it raises={ending.raised.rpartition('.')[2]}"
        yield Finding("failure", line, f"the program fails: {ending.last_line}", mend)
    elif program.raises is not None and program.raises != ending.raised.rpartition(".")[2]:
        came = ending.last_line or "nothing"
        what = f"the program is to raise {program.raises}, but raises {came}"
        yield Finding("failure", line, what, "mend the program or its raises=…")


def _output_findings(program: Program, result: RunResult, ending: _Ending) -> Iterator[Finding]:
    printed = _closed(result.stdout) + (f"{ending.last_line}\n" if ending.last_line else "")
    if program.shown is None:
        if printed:
            what = f"the program prints {_short(printed)} and no output is shown"
            yield Finding("unshown", program.line, what, "add an ```output block right below it")
    elif printed != program.shown:
        pairs = zip_longest(printed.splitlines(), program.shown.splitlines())
        number, (got, shown) = next(
            ((n, pair) for n, pair in enumerate(pairs, 1) if pair[0] != pair[1]),
            (1, (printed, program.shown)),
        )
        line = program.shown_line + number
        what = f"the program prints {_line(got)} where {_line(shown)} is shown"
        yield Finding("output", line, what, "show what it prints, or mend the program")


def _closed(text: str) -> str:
    return text if not text or text.endswith("\n") else text + "\n"


def _line(text: str | None) -> str:
    return "nothing more" if text is None else _short(text)


def _short(text: str) -> str:
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
