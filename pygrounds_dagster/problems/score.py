"""How sharp are tests? The share of a program's single-edit mutants that they tell from the program.

Here: running mutants against tests, as few runs as needed. Not here: making mutants (``mutants``), what else
a problem must hold (``check``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pygrounds_dagster.judge import Judge, Limits, Mode, Test, Verdict, judge_many
from pygrounds_dagster.problems.mutants import Mutant

MUTANT_WALL = 0.5
"""Seconds of a mutant's run. It hangs more often than it is slow, and a hang counts as found anyway."""

_DEFAULT_LIMITS = Limits()


class NotJudgedError(RuntimeError):
    """The judge gave no verdict about a program; says why."""


@dataclass(frozen=True, slots=True)
class MutationScore:
    """What became of some mutants.

    Attributes:
        mutants: how many were run.
        survivors: those that passed every test.
        kills: per test, how many mutants it was the first to find, in the order of the tests.
    """

    mutants: int
    survivors: tuple[Mutant, ...]
    kills: tuple[int, ...]

    @property
    def killed(self) -> int:
        """Mutants that some test found."""
        return self.mutants - len(self.survivors)

    @property
    def score(self) -> float:
        """Share of killed mutants; 1 where there are none."""
        return self.killed / self.mutants if self.mutants else 1.0


def mutation_score(
    mutants: Sequence[Mutant],
    tests: Sequence[Test],
    *,
    limits: Limits = _DEFAULT_LIMITS,
    mode: Mode = "strict",
    using: Judge | None = None,
) -> MutationScore:
    """Run mutants against tests until each is found or has passed them all.

    Only mutants that passed one test meet the next, so that most need a single run. A mutant that exceeds a
    limit counts as found.

    Args:
        mutants: of one program that passes the tests.
        tests: in the order in which they are tried.
        limits: of each run; the wall limit is cut to ``MUTANT_WALL``.
        mode: the judge's.
        using: the judge; the process's own by default.

    Raises:
        JudgeUnavailable: nothing can be run safely on this machine.
        NotJudgedError: a run that says nothing about the mutant.
    """
    short = replace(limits, wall=min(limits.wall, MUTANT_WALL), cpu=min(limits.cpu, MUTANT_WALL))
    left = list(mutants)
    kills = []
    for test in tests:
        programs = ((mutant.source, [test]) for mutant in left)
        passed = {
            index
            for index, verdict in judge_many(programs, limits=short, mode=mode, using=using)
            if judged(verdict).passed
        }
        kills.append(len(left) - len(passed))
        left = [mutant for index, mutant in enumerate(left) if index in passed]
    return MutationScore(len(mutants), tuple(left), tuple(kills))


def judged(verdict: Verdict) -> Verdict:
    """The verdict, if it is one about the program.

    Raises:
        NotJudgedError: it is none: the checker broke, the sandbox was lost, the input is too large.
    """
    if not verdict.judged:
        test = next(test for test in verdict.tests if not test.passed)
        raise NotJudgedError(f"{test.name}: {test.status}: {test.reason}")
    return verdict
