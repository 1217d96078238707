"""What programs give for their calls, found in the judge, many at a time.

Here: running references and variants. Not here: believing them (``admission`` runs everything again).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pygrounds_dagster.judge import Call as JudgeCall
from pygrounds_dagster.judge import Job, Limits, RunResult, default_judge
from pygrounds_dagster.judge.compare import show
from pygrounds_dagster.judge.driver import Steps
from pygrounds_dagster.questions.template.programs.model import Program

LIMITS = Limits(cpu=0.5, wall=1.0, memory=128 << 20)
"""A question's program is done in milliseconds; a wrong variant may go on and on, and pays with this."""

_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a program gave.

    Attributes:
        values: the text of each call's value, as ``repr``; None where a call gave no plain value.
        tags: kind of each value: ``int``, ``list`` …; empty where there is none.
    """

    values: tuple[str | None, ...]
    tags: tuple[str, ...]

    @property
    def is_whole(self) -> bool:
        """Whether every call gave a value."""
        return bool(self.values) and None not in self.values


def run_all(wanted: Iterable[tuple[Program, str]]) -> list[Outcome]:
    """The outcome of each program's calls for each code, its own or a variant, in order.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
    """
    steps = [_steps(program, code) for program, code in wanted]
    found = dict(default_judge().drive(steps))
    return [found[at] for at in range(len(steps))]


def _steps(program: Program, code: str) -> Steps[Outcome]:
    calls = [JudgeCall(program.name, *program.split(call)) for call in program.calls]
    run = yield Job(code, calls, limits=LIMITS)
    return _outcome(run, len(calls))


def _outcome(run: RunResult, count: int) -> Outcome:
    values: list[str | None] = []
    tags: list[str] = []
    for call in run.calls:
        text = show(call.tree, 10 * _LONGEST) if call.returned and not call.stdout else None
        plain = text is not None and len(text) <= _LONGEST and _is_plain(call.tree)
        values.append(text if plain else None)
        tags.append(_tag(call.tree) if plain else "")
    missing = count - len(values)
    return Outcome((*values, *[None] * missing), (*tags, *[""] * missing))


def _tag(tree: object) -> str:
    return str(tree[0]) if isinstance(tree, list) else type(tree).__name__


def _is_plain(tree: object) -> bool:
    """Numbers, texts, lists, tuples and dictionaries: one text says what they are."""
    match tree:
        case None | bool() | int() | str():
            return True
        case ["f", str(text)]:
            return "inf" not in text and "nan" not in text
        case ["l" | "t", list(items)]:
            return all(map(_is_plain, items))
        case ["d", list(pairs)]:
            return all(_is_plain(part) for pair in pairs for part in pair)
    return False
