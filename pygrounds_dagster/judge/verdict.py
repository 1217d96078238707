"""Is the program right? Runs each test in a fresh child and compares outside.

Here: ``TestResult``, ``Verdict``, the steps of judging one test. Not here: running (``runner``), the rules
(``compare``).

A pass needs a clean end told by the zygote, exactly the expected frames in order, and equal values. Exit
codes, stderr, and what the program does to its own process count for nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from .cases import Test
from .channel import BadClaimError, Tree
from .compare import difference, show, text_difference
from .driver import Steps
from .jobs import Call, CallResult, Job, RunResult
from .limits import Limits, Mode, Status
from .plain import Opaque, to_value

TestStatus = Status | Literal["passed", "wrong_answer", "checker_error"]

UNJUDGED: frozenset[str] = frozenset({"sandbox_lost", "refused", "checker_error", "input_limit"})
"""Statuses that say nothing about the program."""


@dataclass(frozen=True)
class TestResult:
    """What one test found. ``reason`` may tell the expected value: it is for authors, not for learners."""

    __test__ = False

    name: str
    passed: bool
    status: TestStatus
    reason: str
    run: RunResult
    seed: int = 0
    hidden: bool = False

    def to_json(self) -> dict[str, Any]:
        """Plain data for ``--json``."""
        run = self.run
        raised = run.raised
        return {
            "name": self.name,
            "passed": self.passed,
            "status": self.status,
            "reason": self.reason,
            "seed": self.seed,
            "stdout": run.stdout,
            "stderr": run.stderr,
            "returned": show(run.calls[0].tree) if run.calls and run.calls[0].returned else None,
            "exception": raised
            and {
                "type": raised.type,
                "message": raised.message,
                "line": raised.line,
                "source": raised.source,
            },
            "cpu_seconds": run.cpu,
            "wall_seconds": run.wall,
            "peak_memory_bytes": run.peak_memory,
        }


@dataclass(frozen=True)
class Verdict:
    """Passed only if every test passed; ``status`` is that of the first test that did not."""

    passed: bool
    status: TestStatus
    tests: tuple[TestResult, ...]

    @property
    def judged(self) -> bool:
        """Whether the verdict is about the program at all."""
        return self.status not in UNJUDGED

    def to_json(self) -> dict[str, Any]:
        """``{"passed": bool, "status": str, "tests": [...]}``."""
        return {
            "passed": self.passed,
            "status": self.status,
            "tests": [
                {**test.to_json(), "name": test.name or f"test {number}"}
                for number, test in enumerate(self.tests, 1)
            ],
        }


def verdict_of(results: Sequence[TestResult]) -> Verdict:
    """The verdict over all tests; no test at all is no pass."""
    failed = next((result for result in results if not result.passed), None)
    if failed is not None:
        return Verdict(False, failed.status, tuple(results))
    return Verdict(bool(results), "passed" if results else "refused", tuple(results))


def judge_steps(
    program: str | bytes,
    test: Test,
    *,
    limits: Limits,
    mode: Mode,
    seeds: Sequence[int],
) -> Steps[TestResult]:
    """Judge one test under each hash seed, each in a fresh child; the first failure, else the last pass."""
    result: TestResult | None = None
    for seed in seeds:
        job = job_of(program, test, limits=limits, mode=mode, seed=seed)
        run = yield job
        result = _judged(test, run, seed)
        if result.passed and test.checker is not None:
            result = yield from _checked(test, result, seed)
        if not result.passed:
            break
    assert result is not None, "no seeds"
    return result


def job_of(program: str | bytes, test: Test, *, limits: Limits, mode: Mode, seed: int = 0) -> Job:
    """The run a test needs. Nothing of what the test expects is in it."""
    calls = [test.call] if test.call is not None else []
    calls += [Call.evaluate(name) for name in test.variables]
    return Job(
        program,
        calls,
        test.stdin,
        limits,
        mode,
        seed,
        as_main=test.call is None,
        files=test.files if mode == "files" else {},
        keep_files=bool(test.files_after),
    )


def _judged(test: Test, run: RunResult, seed: int) -> TestResult:
    status, reason = _judge(test, run)
    return TestResult(test.name, status == "passed", status, reason, run, seed, test.hidden)


def _judge(test: Test, run: RunResult) -> tuple[TestStatus, str]:
    """Status and reason by the clean run's answers."""
    if run.status != "ok":
        return run.status, run.message
    answers = list(run.calls)
    call = answers.pop(0) if test.call is not None else None
    checks = [_outcome(test, call)] if call is not None else []
    checks.append(_printed(test, run, call))
    checks += [
        _variable(name, tree, answer, test)
        for (name, tree), answer in zip(test.variables.items(), answers, strict=True)
    ]
    checks += [_file(name, data, run) for name, data in test.files_after.items()]
    return next((check for check in checks if check is not None), ("passed", ""))


_Finding = tuple[TestStatus, str] | None


def _wrong(reason: str | None) -> _Finding:
    return None if reason is None else ("wrong_answer", reason)


def _outcome(test: Test, call: CallResult) -> _Finding:
    """Whether the call ended as expected: raised, returned, changed its arguments."""
    if test.raises is not None:
        return _wrong(_raises(test.raises, test.message, call))
    if call.raised is not None:
        line = f" in line {call.raised.line}" if call.raised.line else ""
        return "error", f"raised {call.raised.type}{line}: {call.raised.message}"
    if call.exit_code is not None:
        return "error", f"left with exit status {call.exit_code} instead of returning"
    if call.too_large is not None:
        return "output_limit", f"the returned value is too large: {call.too_large}"
    if test.has_expected and test.checker is None:
        found = difference(test.expected, call.tree, test.rules)
        if found is not None:
            return "wrong_answer", found
    if test.has_arguments:
        found = difference(test.arguments, call.arguments, test.rules) if call.arguments else "unreadable"
        return _wrong(found and f"arguments afterwards: {found}")
    return None


def _raises(wanted: str, message: str | None, call: CallResult) -> str | None:
    if call.exit_code is not None:
        return None if wanted in ("SystemExit", "BaseException") else f"expected {wanted}, got SystemExit"
    if call.raised is None:
        return f"expected {wanted}, got {show(call.tree)}"
    raised = call.raised
    names = {*raised.bases, *(base.rpartition(".")[2] for base in raised.bases if "." in base)}
    if wanted not in names:
        return f"expected {wanted}, got {raised.type}: {raised.message}"
    if message is not None and message not in raised.message:
        return f"expected {wanted} with {message!r} in its text, got {raised.message!r}"
    return None


def _printed(test: Test, run: RunResult, call: CallResult | None) -> _Finding:
    if test.stdout is None or test.checker is not None:
        return None
    printed = run.stdout if call is None else call.stdout
    found = text_difference(test.stdout, printed, test.rules)
    return _wrong(found and f"output: {found}")


def _variable(name: str, expected: Tree, answer: CallResult, test: Test) -> _Finding:
    if not answer.returned:
        return "wrong_answer", f"variable {name!r} is not there"
    found = difference(expected, answer.tree, test.rules)
    return _wrong(found and f"variable {name!r}: {found}")


def _file(name: str, expected: bytes, run: RunResult) -> _Finding:
    if name not in run.files:
        return "wrong_answer", f"file {name!r} was not written"
    if run.files[name] != expected:
        return "wrong_answer", f"file {name!r} holds {run.files[name][:100]!r}, expected {expected[:100]!r}"
    return None


def _checked(test: Test, result: TestResult, seed: int) -> Steps[TestResult]:
    """Let the test's checker decide, in a child of its own that is given the answer as data."""
    call = result.run.calls[0] if test.call is not None else None
    question = {
        "args": list(test.call.args) if test.call else [],
        "kwargs": dict(test.call.kwargs) if test.call else {},
        "stdin": test.stdin,
        "expected": to_value(test.expected) if test.has_expected else test.stdout,
    }
    try:
        answer = {
            "value": _data(call.tree) if call is not None else None,
            "stdout": call.stdout if call is not None else result.run.stdout,
            "args": _data(call.arguments) if call is not None else None,
        }
    except BadClaimError as error:
        return replace(result, passed=False, status="wrong_answer", reason=f"no possible value: {error}")
    assert test.checker is not None
    run = yield Job(test.checker, [Call("check", [question, answer])], seed=seed)
    if run.status != "ok" or not run.calls[0].returned:
        why = run.message or (f"{run.raised.type}: {run.raised.message}" if run.raised else "no answer")
        return replace(result, passed=False, status="checker_error", reason=f"the checker failed: {why}")
    found = run.calls[0].tree
    if found is True:
        return result
    reason = found if type(found) is str else f"the checker says {show(found)}"
    return replace(result, passed=False, status="wrong_answer", reason=reason)


def _data(tree: Tree) -> Any:
    """A claim as data for a checker; what is no plain data becomes None."""
    value = to_value(tree)
    return None if isinstance(value, Opaque) else value
