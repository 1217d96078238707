"""Runs programs that nobody trusts, and says whether they are right.

Here: the locked sandbox, running in it, and verdicts that the program cannot forge. Not here: problems and
their packs, Dagster, HTTP.

A run is a forked child of a *zygote*: a helper process that holds the standard library, has locked itself
before it saw anything, and never reads a payload. Expected values stay in the judge's process; the child
answers with plain data that is compared outside.
"""

from __future__ import annotations

from .api import judge, judge_async, judge_many, run, run_async
from .cases import Test, TestError, load_tests, parse_test, parse_tests
from .compare import Rules
from .jobs import Call, CallResult, Job, Raised, RunResult
from .limits import Limits, Mode, Status
from .runner import Judge, default_judge
from .sandbox import JudgeUnavailableError
from .verdict import TestResult, Verdict

__all__ = [
    "Call",
    "CallResult",
    "Job",
    "Judge",
    "JudgeUnavailableError",
    "Limits",
    "Mode",
    "Raised",
    "Rules",
    "RunResult",
    "Status",
    "Test",
    "TestError",
    "TestResult",
    "Verdict",
    "default_judge",
    "judge",
    "judge_async",
    "judge_many",
    "load_tests",
    "parse_test",
    "parse_tests",
    "run",
    "run_async",
]
