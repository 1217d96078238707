"""The room's front door: run and judge with plain functions.

Here: the functions other rooms call. Not here: anything they do.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Iterator, Mapping, Sequence

from .cases import Test
from .driver import Steps
from .jobs import Call, Job, RunResult
from .limits import DEFAULT_LIMITS, Limits, Mode
from .runner import Judge, default_judge
from .verdict import TestResult, Verdict, judge_steps, verdict_of


def _job(
    program: str | bytes,
    calls: Sequence[Call] | None,
    stdin: str | bytes,
    limits: Limits,
    mode: Mode,
    seed: int,
    files: Mapping[str, bytes] | None,
) -> Job:
    return Job(
        program,
        calls or (),
        stdin,
        limits,
        mode,
        seed,
        as_main=calls is None,
        files=files or {},
        keep_files=mode == "files",
    )


def run(
    program: str | bytes,
    *,
    calls: Sequence[Call] | None = None,
    stdin: str | bytes = "",
    limits: Limits = DEFAULT_LIMITS,
    mode: Mode = "strict",
    seed: int = 0,
    files: Mapping[str, bytes] | None = None,
    using: Judge | None = None,
) -> RunResult:
    """Run a program once: as a script (``calls`` is None), or as a module whose functions are called.

    ``files`` are put into the scratch directory of a files run; what lies there at the end comes back.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine; the message names the missing layer.
    """
    return (using or default_judge()).run(_job(program, calls, stdin, limits, mode, seed, files))


async def run_async(
    program: str | bytes,
    *,
    calls: Sequence[Call] | None = None,
    stdin: str | bytes = "",
    limits: Limits = DEFAULT_LIMITS,
    mode: Mode = "strict",
    seed: int = 0,
    files: Mapping[str, bytes] | None = None,
    using: Judge | None = None,
) -> RunResult:
    """``run`` on an event loop; cancelling kills the run.

    Raises:
        JudgeUnavailableError: as ``run``.
    """
    return await (using or default_judge()).run_async(_job(program, calls, stdin, limits, mode, seed, files))


def judge(
    program: str | bytes,
    tests: Sequence[Test],
    *,
    limits: Limits = DEFAULT_LIMITS,
    mode: Mode = "strict",
    seeds: Sequence[int] = (0,),
    using: Judge | None = None,
) -> Verdict:
    """Judge a program by its tests, each in a fresh child and under every hash seed of ``seeds``.

    Raises:
        JudgeUnavailableError: as ``run``.
        ValueError: no seeds.
    """
    return next(judge_many([(program, tests)], limits=limits, mode=mode, seeds=seeds, using=using))[1]


def judge_many(
    programs: Iterable[tuple[str | bytes, Sequence[Test]]],
    *,
    limits: Limits = DEFAULT_LIMITS,
    mode: Mode = "strict",
    seeds: Sequence[int] = (0,),
    using: Judge | None = None,
) -> Iterator[tuple[int, Verdict]]:
    """Judge many programs, their tests side by side; yields (position, verdict) as each is complete.

    Raises:
        JudgeUnavailableError: as ``run``.
        ValueError: no seeds.
    """
    if not seeds:
        raise ValueError("judging needs at least one hash seed")
    places: list[tuple[int, int]] = []
    open_tests: dict[int, list[TestResult | None]] = {}
    empty: list[int] = []

    def work() -> Iterator[Steps[TestResult]]:
        for index, (program, tests) in enumerate(programs):
            open_tests[index] = [None] * len(tests)
            if not tests:
                empty.append(index)
            for number, test in enumerate(tests):
                places.append((index, number))
                yield judge_steps(program, test, limits=limits, mode=mode, seeds=seeds)

    for position, result in (using or default_judge()).drive(work()):
        index, number = places[position]
        found = open_tests[index]
        found[number] = result
        if None not in found:
            del open_tests[index]
            yield index, verdict_of([entry for entry in found if entry is not None])
        while empty:
            yield empty.pop(), verdict_of(())
    yield from ((index, verdict_of(())) for index in empty)


async def judge_async(
    program: str | bytes,
    tests: Sequence[Test],
    *,
    limits: Limits = DEFAULT_LIMITS,
    mode: Mode = "strict",
    seeds: Sequence[int] = (0,),
    using: Judge | None = None,
) -> Verdict:
    """``judge`` on an event loop; cancelling kills its runs.

    Raises:
        JudgeUnavailableError: as ``run``.
        ValueError: no seeds.
    """
    if not seeds:
        raise ValueError("judging needs at least one hash seed")
    chosen = using or default_judge()
    steps = [judge_steps(program, test, limits=limits, mode=mode, seeds=seeds) for test in tests]
    return verdict_of(await asyncio.gather(*map(chosen.drive_async, steps)))
