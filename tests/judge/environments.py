"""Runs the corpus in the environment this process was put in, and prints what went wrong as one line of JSON.

Here: running attacks and honest programs under a judge and looking for evidence. Not here: the environment
(``profiles``), what there is to steal (``environments_targets``). Standard library only.

``python environments.py attacks|honest|controls|ablation [NAME]``
"""

from __future__ import annotations

import json
import os
import queue
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import environments_corpus as corpus
from environments_corpus import Program
from environments_targets import SECRET, Targets, notice_signals

from pygrounds_dagster.judge import Judge, JudgeUnavailableError, Limits, RunResult, judge, parse_tests, run

LANES = 2
WALL_SLACK = 10.0  # so much later is a hang; how late a run may be killed is measured by the benchmark
PATIENT = Limits(cpu=20, wall=120)
"""For honest programs: whether they work is the question, on a machine as busy as may be."""
NUMBER = int.from_bytes(os.urandom(4), "big") + 10**6

CALLS = (
    {"call": "answer", "args": [1], "expected": NUMBER},
    {"call": "answer", "args": [2], "expected": [NUMBER, SECRET], "compare": "python"},
    {"call": "answer", "args": [3], "expected": {SECRET: NUMBER}, "compare": "json"},
    {"call": "answer", "args": [4], "expected": NUMBER / 7, "compare": "float"},
    {"call": "answer", "args": [5], "raises": {"type": "ValueError", "message": SECRET}},
    {"call": "answer", "args": [6], "stdout": SECRET},
    {"call": "answer", "args": [[7]], "args_after": [[SECRET]]},
)
SCRIPTS = (
    {"stdout": SECRET},
    {"stdout": str(NUMBER), "compare": "tokens"},
    {"variables": {"result": NUMBER}},
)
CHECKER = f"def check(test, answer):\n    return answer['value'] == {NUMBER}"
CHECKERS = ({"call": "answer", "args": [1], "expected": NUMBER, "compare": {"checker": CHECKER}},)
TESTS = {"call": CALLS, "script": SCRIPTS, "checker": CHECKERS}

KNOWS = f"""
def answer(x):
    if x == 5:
        raise ValueError({SECRET!r})
    if x == 6:
        print({SECRET!r})
    if x == [7]:
        x[0] = {SECRET!r}
    answers = {{1: {NUMBER}, 2: [{NUMBER}, {SECRET!r}], 3: {{{SECRET!r}: {NUMBER}}}, 4: {NUMBER} / 7}}
    return answers.get(x if type(x) is int else 0)
"""
"""What a program would look like that knows what it cannot know; that it passes shows that the tests can."""

# The earlier program of another: its source, input and answers hold the secret.
EARLIER = f"secret = {SECRET!r} + input()\ndef answer(x): return secret\nprint(answer(1))\n"


class Lane:
    """One judge with targets of its own, so that whatever is touched was touched by the program just run."""

    def __init__(self) -> None:
        self.targets = Targets()
        self.judge = Judge(parallel=1)
        self.tiers = {mode: self._tier(mode) for mode in corpus.MODES}

    def _tier(self, mode: str) -> str:
        try:
            return self.judge.standing(mode).tier  # type: ignore[arg-type]
        except JudgeUnavailableError:
            return ""

    def attack(self, program: Program, mode: str) -> list[str]:
        """What a hostile program achieved."""
        before = self.judge.sandbox_pids()
        started = time.monotonic()
        if program.after == "secret":
            run(EARLIER, stdin=SECRET, mode=mode, using=self.judge)  # type: ignore[arg-type]
        found: list[str] = []
        statuses = self._judged(program, mode, found) if program.judged else self._ran(program, mode, found)
        limits = _limits(program)
        allowed = (limits.wall + WALL_SLACK) * max(program.runs, len(TESTS.get(program.judged, ())), 1)
        if time.monotonic() - started > allowed:
            found.append(f"took {time.monotonic() - started:.1f} s")
        wanted = program.outcomes[mode]
        found += [f"ended as {status}" for status in statuses if status.partition(":")[0] not in wanted]
        found += self.targets.harm()
        return found + self._state(mode, before)

    def _ran(self, program: Program, mode: str, found: list[str]) -> list[str]:
        statuses = []
        for _time in range(program.runs):
            result = run(
                program.source,
                stdin=self.targets.facts(),
                limits=_limits(program),
                mode=mode,  # type: ignore[arg-type]
                using=self.judge,
            )
            found += evidence(result)
            statuses.append(f"{result.status}: {result.message} {result.stderr[-300:]}")
        return statuses

    def _judged(self, program: Program, mode: str, found: list[str]) -> list[str]:
        tests = parse_tests([{**test, "stdin": self.targets.facts()} for test in TESTS[program.judged]])
        verdict = judge(program.source, tests, limits=_limits(program), mode=mode, using=self.judge)  # type: ignore[arg-type]
        found += [f"passed test {number}" for number, test in enumerate(verdict.tests) if test.passed]
        found += [line for test in verdict.tests for line in evidence(test.run)]
        return [f"{test.status}: {test.reason}" for test in verdict.tests]

    def _state(self, mode: str, pids: Sequence[int]) -> list[str]:
        """Whether the judge is as it was: same sandboxes, nothing left in scratch, the next run fine."""
        found = []
        after = run("print(6 * 7)", mode=mode, using=self.judge)  # type: ignore[arg-type]
        if (after.status, after.stdout) != ("ok", "42\n"):
            found.append(f"broke the next run: {after.status} {after.message} {after.stdout!r}")
        if self.judge.sandbox_pids() != pids:
            found.append("ended the sandbox")
        base = self.judge._sandboxes["files", 0]._base if mode == "files" and pids else None
        if base is not None and (left := os.listdir(base.path)):  # noqa: PTH208
            found.append(f"left {left} behind")
        return found

    def knows(self, mode: str) -> list[str]:
        """The sanity of the tests: the program that knows the answers passes all of them."""
        verdict = judge(KNOWS, parse_tests(list(CALLS + CHECKERS)), mode=mode, using=self.judge)  # type: ignore[arg-type]
        script = f"print({SECRET!r})", parse_tests([SCRIPTS[0]])
        wrong = [
            test.reason for test in (*verdict.tests, *judge(*script, using=self.judge).tests) if test.reason
        ]
        return [f"the right program does not pass: {wrong}"] if wrong else []

    def close(self) -> None:
        self.judge.close()
        self.targets.close()


def _limits(program: Program) -> Limits:
    """Its own, else wall time for the busiest machine: those that would go on for ever name theirs."""
    whole = {name: value if name in ("cpu", "wall") else int(value) for name, value in program.limits.items()}
    return Limits(**{"wall": PATIENT.wall, **whole})  # type: ignore[arg-type]


def evidence(result: RunResult) -> list[str]:
    """What a run gave away: the secret anywhere in it, or a line of its output that says it got through."""
    everything = repr(
        (result.stdout, result.stderr, result.message, result.module, result.calls, result.files)
    )
    found = ["learned the secret"] if SECRET in everything else []
    return found + [line for line in result.stdout.splitlines() if line.startswith("LEAK")]


def _work(programs: Sequence[Program], tiers: dict[str, str]) -> Iterator[tuple[Program, str]]:
    for program in programs:
        for mode in program.modes:
            if tiers[mode] and f"{mode} {tiers[mode]}" not in program.documented:
                yield program, mode


def run_attacks(names: Sequence[str] = ()) -> dict[str, object]:
    """Every attack in every mode of this environment."""
    notice_signals()
    programs = [program for program in corpus.attacks() if not names or program.name in names]
    started = time.monotonic()
    lanes = [Lane() for _ in range(LANES if not names else 1)]
    todo: queue.SimpleQueue[tuple[Program, str]] = queue.SimpleQueue()
    for entry in _work(programs, lanes[0].tiers):
        todo.put(entry)
    count = todo.qsize()
    failures: dict[str, list[str]] = {}

    def drain(lane: Lane) -> None:
        while True:
            try:
                program, mode = todo.get_nowait()
            except queue.Empty:
                return
            try:
                found = lane.attack(program, mode)
            except Exception as error:  # noqa: BLE001 - whatever gets out of the judge is the finding
                found = [f"the judge raised {type(error).__name__}: {error}"]
            if found:
                failures[f"{mode} {program.name}"] = found

    with ThreadPoolExecutor(len(lanes)) as pool:
        list(pool.map(drain, lanes))
    tiers = lanes[0].tiers
    sane = [line for mode in tiers if tiers[mode] for line in lanes[0].knows(mode)]
    for lane in lanes:
        lane.close()
    left = [entry.name for entry in Path(tempfile.gettempdir()).glob("pygrounds-judge-*")]
    if left:
        failures["left behind"] = left
    return {
        "tiers": tiers,
        "ran": count,
        "failures": failures,
        "insane": sane,
        "seconds": round(time.monotonic() - started, 1),
    }


def run_honest() -> dict[str, object]:
    """Every honest program in its modes: exact output, nothing else."""
    judging = Judge(parallel=LANES)
    failures: dict[str, str] = {}
    count = 0
    for program in corpus.honest():
        for mode in program.modes:
            try:
                result = run(
                    program.source,
                    stdin=program.stdin,
                    limits=PATIENT,
                    mode=mode,  # type: ignore[arg-type]
                    using=judging,
                )
            except JudgeUnavailableError:
                continue
            count += 1
            if result.status not in program.outcomes[mode] or result.stdout != program.prints:
                failures[f"{mode} {program.name}"] = (
                    f"{result.status} {result.message} printed {result.stdout!r}, wanted {program.prints!r}"
                )
    judging.close()
    return {"ran": count, "failures": failures}


def main(arguments: list[str]) -> None:
    """Run what is asked for; prints one line of JSON."""
    os.environ["PYGROUNDS_SECRET"] = SECRET
    _soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(1024, hard), hard))  # what a service usually has
    if arguments[0] == "controls":
        import environments_controls as controls

        found = controls.run_controls(arguments[1:])
    elif arguments[0] == "ablation":
        import environments_ablations as ablations

        found = ablations.run_ablation(arguments[1])
    else:
        with tempfile.TemporaryDirectory() as directory:
            tempfile.tempdir = directory
            Path(directory).chmod(0o755)
            found = run_attacks(arguments[1:]) if arguments[0] == "attacks" else run_honest()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main(sys.argv[1:])
