"""The same calls to many small variants of one program, a score of variants in one run.

Here: a harness that runs variants one after the other in one child, each in a namespace of its own. A run
costs milliseconds and a variant far less, so this is what makes testing tests cheap. Variants that share a
child could disturb one another: what is to be stored is proven alone (``probing``), and a variant under which
the child ended is run again alone. Not here: comparing (``sharpening``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from pygrounds_dagster.judge import Call, Job, Judge, RunResult, default_judge
from pygrounds_dagster.judge.channel import Tree
from pygrounds_dagster.judge.driver import Steps
from pygrounds_dagster.judge.verdict import UNJUDGED
from pygrounds_dagster.problems.score import NotJudgedError
from pygrounds_dagster.questions.admission.literals import Arguments
from pygrounds_dagster.questions.admission.probing import STEPPED_LIMITS, Answer, Probe, probe_steps, valued

_TOGETHER = 24
_HARNESS = """
__sources__ = {sources!r}
__calls__ = ({calls},)

def __told__(index):
    namespace = {{"__name__": "program", "__steps__": [0]}}
    try:
        exec(compile(__sources__[index], "program.py", "exec", dont_inherit=True), namespace)
        function = namespace[{function!r}]
    except BaseException as error:
        return type(error).__name__
    told = []
    for call in __calls__:
        namespace["__steps__"][0] = 0
        try:
            value = call(function)
        except BaseException as error:
            told.append(type(error).__name__)
        else:
            told.append((value, namespace["__steps__"][0]))
    return told
"""


def swarm(
    sources: Sequence[str], function: str, calls: Sequence[Arguments], *, using: Judge | None = None
) -> list[tuple[Answer, ...]]:
    """What the calls gave in each variant, in order.

    Args:
        sources: programs that count their steps (``stepping``).
        function: the function that is called.
        calls: the same for all.
        using: the judge; the process's own by default.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: a run that says nothing about its program.
    """
    if not calls:
        return [()] * len(sources)
    groups = [sources[at : at + _TOGETHER] for at in range(0, len(sources), _TOGETHER)]
    work = (_group(group, function, calls) for group in groups)
    found = dict((using or default_judge()).drive(work))
    return [answers for index in range(len(groups)) for answers in found[index]]


def _group(
    sources: Sequence[str], function: str, calls: Sequence[Arguments]
) -> Steps[list[tuple[Answer, ...]]]:
    found: list[tuple[Answer, ...]] = []
    job = _job(sources, function, calls)
    while len(found) < len(sources):
        run: RunResult = yield replace(job, calls=job.calls[len(found) :])
        if run.status in UNJUDGED:
            raise NotJudgedError(f"{function}: {run.status}: {run.message}")
        for result in run.calls:
            index = len(found)
            told = list(_answers(result.tree, len(calls))) if result.returned else []
            if not told:  # alone it may have an answer: together they may have been too much
                told = list((yield from probe_steps(Probe(sources[index], function, calls, stepped=True))))
            found.append(tuple(told))
        if len(found) < len(sources):
            alone = Probe(sources[len(found)], function, calls, stepped=True, restarts=0)
            found.append((yield from probe_steps(alone)))
    return found


def _job(sources: Sequence[str], function: str, calls: Sequence[Arguments]) -> Job:
    written = ", ".join(f"lambda f: f({call.text})" for call in calls)
    program = _HARNESS.format(sources=list(sources), calls=written, function=function)
    asked = [Call.evaluate(f"__told__({index})") for index in range(len(sources))]
    return Job(program, asked, limits=STEPPED_LIMITS)


def _answers(tree: Tree, count: int) -> Iterator[Answer]:
    """What one variant told; nothing if it told nothing sensible."""
    match tree:
        case str(error):
            yield from (Answer("failed", text=error) for _call in range(count))
        case ["l", list(items)] if len(items) == count:
            yield from map(_answer, items)


def _answer(tree: Tree) -> Answer:
    match tree:
        case ["t", [value, int(steps)]]:
            return valued(value, steps)
        case "__StepLimit__":
            return Answer("endless", text="it goes on and on")
        case str(error):
            return Answer("raised", text=error)
    return Answer("failed", text="the program tampered with its own count")
