"""Calls a function of a program in the judge and says what each call gave.

Here: many calls in one run, many programs side by side. Calls of one run share the program's state: who needs
to know that this makes no difference asks for them in another order too. Not here: whether what they gave is
right (``coding``).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pygrounds_dagster.judge import Call, CallResult, Job, Judge, Limits, RunResult, default_judge
from pygrounds_dagster.judge.channel import BadClaimError, Tree
from pygrounds_dagster.judge.driver import Steps
from pygrounds_dagster.judge.plain import to_value
from pygrounds_dagster.judge.verdict import UNJUDGED
from pygrounds_dagster.problems.score import NotJudgedError
from pygrounds_dagster.questions.admission.literals import Arguments, write_value
from pygrounds_dagster.questions.admission.stepping import STOPPED

REFERENCE_STEPS = 100_000
"""Steps that a right solution may take for one call: a question is no benchmark."""

PLAIN_LIMITS = Limits(cpu=1.0, wall=3.0, memory=128 << 20, calls=512)
STEPPED_LIMITS = Limits(cpu=0.5, wall=1.5, memory=64 << 20, calls=512)
"""Steps bound what loops do; these bound a single expression that goes on and on."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one call gave.

    Attributes:
        status: ``value``; ``raised``; ``endless`` (too many steps, too long); ``failed`` (exit, crash,
            memory, output, a value too large); ``unasked`` (the run had ended before).
        tree: the value, as the judge compares it.
        text: the value as a literal, or what happened.
        steps: executed steps, where they were counted.
        printed: what the call printed.
    """

    status: str
    tree: Tree = None
    text: str = ""
    steps: int = 0
    printed: str = ""

    @property
    def value(self) -> Any:
        """The value as Python data.

        Raises:
            BadClaimError: no possible value.
        """
        return to_value(self.tree)


@dataclass(frozen=True, slots=True)
class Probe:
    """A program, one of its functions, and the calls to make.

    Attributes:
        source: the program; with ``stepped``, one made by ``stepping``.
        function: the function's name.
        calls: in order; a text is put between the brackets as it is, and need not be a literal.
        seed: hash seed.
        stepped: whether the program counts its steps.
        restarts: how often a run is begun anew, with the next call, after a call that ended it.
    """

    source: str
    function: str
    calls: Sequence[Arguments | str]
    seed: int = 0
    stepped: bool = False
    restarts: int = 2


def answers(probes: Iterable[Probe], *, using: Judge | None = None) -> list[tuple[Answer, ...]]:
    """What the calls of each probe gave, in order.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: a run that says nothing about its program.
    """
    found: dict[int, tuple[Answer, ...]] = dict((using or default_judge()).drive(map(probe_steps, probes)))
    return [found[index] for index in range(len(found))]


def probe(one: Probe, *, using: Judge | None = None) -> tuple[Answer, ...]:
    """``answers`` of a single probe.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``answers``.
    """
    return answers([one], using=using)[0]


def probe_steps(one: Probe) -> Steps[tuple[Answer, ...]]:
    """Run a probe, as work for a judge to drive.

    After a call that ends its run the others are made in a new one, ``restarts`` times.

    Raises:
        NotJudgedError: a run that says nothing about its program.
    """
    found: list[Answer] = []
    job = _job(one)
    for _run in range(1 + one.restarts):
        run = yield replace(job, calls=job.calls[len(found) :])
        if run.status in UNJUDGED:
            raise NotJudgedError(f"{one.function}: {run.status}: {run.message}")
        found += [_answer(result, one.stepped) for result in run.calls]
        if len(found) < len(one.calls):
            found.append(_ended(run))
        if len(found) == len(one.calls) or run.module is None or not run.module.returned:
            break
    unasked = Answer("unasked", text=found[-1].text if found else "")
    return tuple(found + [unasked] * (len(one.calls) - len(found)))


def _job(one: Probe) -> Job:
    limits = STEPPED_LIMITS if one.stepped else PLAIN_LIMITS
    return Job(one.source, [_call(one, call) for call in one.calls], limits=limits, seed=one.seed)


def _call(one: Probe, call: Arguments | str) -> Call:
    text = call if isinstance(call, str) else call.text
    if one.stepped:
        return Call.evaluate(f"__counted__({', '.join(filter(None, (one.function, text)))}\n)")
    if isinstance(call, str):
        return Call.evaluate(f"{one.function}({text}\n)")
    return Call(one.function, call.args, dict(call.kwargs))


def _answer(result: CallResult, counted: bool) -> Answer:
    if result.raised is not None:
        if result.raised.type == STOPPED:
            return Answer("endless", text="it goes on and on")
        return Answer("raised", text=f"{result.raised.type}: {result.raised.message}"[:300])
    if not result.returned:
        what = result.too_large or result.missing or f"exit status {result.exit_code}"
        return Answer("failed", text=f"no value: {what}")
    tree, steps = result.tree, 0
    if counted:
        match tree:
            case ["t", [value, int(number)]]:
                tree, steps = value, number
            case _:
                return Answer("failed", text="the program tampered with its own count")
    return valued(tree, steps, result.stdout)


def valued(tree: Tree, steps: int, printed: str = "") -> Answer:
    """The answer of a call that returned a value."""
    try:
        return Answer("value", tree, write_value(to_value(tree)), steps, printed)
    except (BadClaimError, ValueError) as error:  # no possible value, or an integer too long to be written
        return Answer("failed", text=f"no value: {error}")


def _ended(run: RunResult) -> Answer:
    """The answer of the call under which a run ended."""
    endless = run.status == "time_limit"
    return Answer("endless" if endless else "failed", text=f"{run.status}: {run.message}")
