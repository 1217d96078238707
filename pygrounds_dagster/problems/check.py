"""Does a problem hold? Its solutions pass, its wrong programs fail as declared, its tests are sharp.

Here: the proof of one problem, by running everything in the judge. Not here: whether its files are complete
(``load``), counting mutants (``score``).
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from pygrounds_dagster.judge import Judge, Verdict, judge_many, parse_test
from pygrounds_dagster.problems.model import Problem, Program, Sample, WrongProgram
from pygrounds_dagster.problems.mutants import mutants
from pygrounds_dagster.problems.score import MutationScore, NotJudgedError, judged, mutation_score

SEEDS = (0, 1)
"""Hash seeds under which a solution must pass: the order of a set must not decide."""

LEAST_SCORE = 0.97
"""Share of the reference's mutants that the tests must tell from it."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that does not hold: the file it is about, and what to mend."""

    file: str
    message: str

    def __str__(self) -> str:
        return f"{self.file}: {self.message}"


@dataclass(frozen=True, slots=True)
class ProblemReport:
    """What a check found.

    Attributes:
        id: the problem's.
        findings: what does not hold; empty for a sound problem.
        solutions, wrong, samples, tests: how many were run.
        mutation: what became of the reference's mutants; None where the reference itself fails.
        seconds: the whole check took.
    """

    id: str
    findings: tuple[Finding, ...]
    solutions: int
    wrong: int
    samples: int
    tests: int
    mutation: MutationScore | None
    seconds: float

    @property
    def is_sound(self) -> bool:
        """Whether everything holds."""
        return not self.findings


def check_problem(
    problem: Problem, *, sample: int | None = None, seed: int = 0, using: Judge | None = None
) -> ProblemReport:
    """Run everything a problem claims.

    Args:
        problem: a complete one.
        sample: at most so many mutants, drawn by ``seed``; all of them if None.
        seed: of the sample.
        using: the judge; the process's own by default.

    Raises:
        JudgeUnavailable: nothing can be run safely on this machine.
    """
    start = time.perf_counter()
    mutation = None
    try:
        findings = [*_check_solutions(problem, using), *_check_samples(problem, using)]
        if not findings:
            findings = list(_check_wrong(problem, using))
            mutation = _score(problem, sample, seed, using)
            findings += _check_score(mutation)
    except NotJudgedError as error:
        findings = [Finding("tests.json", f"could not be judged: {error}")]
    return ProblemReport(
        problem.id,
        tuple(findings),
        len(problem.solutions),
        len(problem.wrong),
        len(problem.samples),
        len(problem.tests),
        mutation,
        time.perf_counter() - start,
    )


def _check_solutions(problem: Problem, using: Judge | None) -> Iterator[Finding]:
    programs = [(program.source, problem.tests) for program in problem.solutions]
    found = judge_many(programs, limits=problem.limits, mode=problem.mode, seeds=SEEDS, using=using)
    verdicts = {index: judged(verdict) for index, verdict in found}
    for index, program in enumerate(problem.solutions):
        for test in verdicts[index].tests:
            if not test.passed:
                under = f" under hash seed {test.seed}" if test.seed != SEEDS[0] else ""
                message = f"fails {test.name}{under} ({test.status}): {test.reason}"
                yield Finding(f"solutions/{program.name}", f"{message}; mend the solution or the test")


def _check_samples(problem: Problem, using: Judge | None) -> Iterator[Finding]:
    """Each sample prints, after the reference, what the statement says; files are those of the first test."""
    programs = []
    for sample in problem.samples:
        fields = {"stdin": sample.stdin, "stdout": sample.output, "files": dict(problem.tests[0].files)}
        programs.append((_sample_program(problem.reference, sample), [parse_test(fields, "sample")]))
    found = judge_many(programs, limits=problem.limits, mode=problem.mode, using=using)
    verdicts = {index: judged(verdict) for index, verdict in found}
    for index, sample in enumerate(problem.samples):
        if not verdicts[index].passed:
            test = verdicts[index].tests[0]
            run = test.run
            why = run.raised.type + ": " + run.raised.message if run.raised else test.reason
            message = f"the sample in line {sample.line} does not print its output: {why}"
            yield Finding("statement.md", f"{message}; mend the sample")


def _sample_program(reference: Program, sample: Sample) -> str:
    return f"{reference.source}\n\n{sample.code}" if sample.code else reference.source


def _check_wrong(problem: Problem, using: Judge | None) -> Iterator[Finding]:
    programs = [(program.source, problem.tests) for program in problem.wrong]
    found = judge_many(programs, limits=problem.limits, mode=problem.mode, using=using)
    verdicts = {index: judged(verdict) for index, verdict in found}
    for index, program in enumerate(problem.wrong):
        message = _why_not_wrong(program, verdicts[index])
        if message:
            yield Finding(f"wrong/{program.name}", message)


def _why_not_wrong(program: WrongProgram, verdict: Verdict) -> str:
    """Why a wrong program does not fail as declared; empty if it does."""
    declared = verdict.tests[program.fails]
    failed = [test.name for test in verdict.tests if not test.passed]
    if not declared.passed:
        return ""
    if not failed:
        return "passes every test: add one that it fails, or remove it"
    return f"passes {declared.name}, which it must fail: it fails {', '.join(failed)}; correct `fails`"


def _score(problem: Problem, sample: int | None, seed: int, using: Judge | None) -> MutationScore:
    made = mutants(problem.reference.source, sample=sample, seed=seed)
    return mutation_score(made, problem.tests, limits=problem.limits, mode=problem.mode, using=using)


def _check_score(mutation: MutationScore) -> Iterator[Finding]:
    if mutation.score < LEAST_SCORE:
        listed = "; ".join(map(str, mutation.survivors))
        counted = f"{mutation.killed} of {mutation.mutants} mutants ({mutation.score:.1%})"
        message = f"tell only {counted} from the reference, at least {LEAST_SCORE:.0%} are needed"
        yield Finding("tests.json", f"{message}: add tests that these fail: {listed}")
