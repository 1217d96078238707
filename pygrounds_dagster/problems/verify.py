"""Keys of problems → proofs that are stored, once for each content and code that proves.

Here: memoisation, one transaction for each problem, the report as plain data. Not here: the proof itself
(``check``), which problems there are (``register``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from pygrounds_dagster import judge
from pygrounds_dagster.judge import Judge, JudgeUnavailableError, default_judge
from pygrounds_dagster.partition import PartitionOutcome, Progress, no_progress
from pygrounds_dagster.problems.check import SEEDS, ProblemReport, check_problem
from pygrounds_dagster.problems.model import Problem
from pygrounds_dagster.problems.register import STEP, Shelf, failed_problems, problem_values
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import (
    StepState,
    fingerprint,
    finish_step,
    finished_steps,
    forget_step,
    unchanged,
)

_SQL = load_queries(__package__)
_HERE = Path(__file__).parent
_SHOWN_FINDINGS = 5


@cache
def proof_version() -> str:
    """Hash of the code that a proof rests on: the judge, the mutation engine, the checks, and Python."""
    sources = [
        *sorted(Path(judge.__file__).parent.glob("*.py")),
        *sorted((_HERE / "mutants").glob("*.py")),
        _HERE / "check.py",
        _HERE / "score.py",
    ]
    return fingerprint(repr(sys.version_info[:2]), *(path.read_text(encoding="utf-8") for path in sources))


def verify_problems(
    pool: ConnectionPool,
    shelf: Shelf,
    keys: Sequence[str],
    progress: Progress = no_progress,
    using: Judge | None = None,
) -> list[PartitionOutcome]:
    """Prove problems in the judge and store what was found, one transaction each.

    A problem is left alone if it held with this content under this code (``proof_version``); one that did not
    hold is proven again. No connection is held while programs run.

    Args:
        pool: connections to the store.
        shelf: what ``load_shelf`` found.
        keys: problems to look at.
        progress: told after every problem.
        using: the judge; the process's own by default.

    Returns:
        One outcome for every key, in order; failed: its files are not right, it does not hold, or it cannot
        be run safely on this machine. Counts: ``solutions``, ``wrong``, ``samples``, ``tests``, ``mutants``,
        ``killed``, ``score``, ``seconds``.
    """
    with pool.connection() as conn:
        states = finished_steps(conn, STEP, keys)
        why = failed_problems(conn, shelf)
    outcomes = []
    for number, key in enumerate(keys, start=1):
        problem = shelf.problems.get(key)
        if problem is None:
            gone = f"no folder of a bank defines {key}: it was deleted or renamed, or its id cannot be read"
            outcomes.append(PartitionOutcome(key, "failed", error=why.get(key, gone)))
        else:
            outcomes.append(_verify(pool, problem, shelf.roots[key], states.get(key), using))
        progress(number, len(keys), key)
    return outcomes


def read_reports(conn: Connection, keys: Iterable[str]) -> dict[str, dict[str, Any]]:
    """Stored reports about the content of now, by problem; those never proven are missing."""
    return dict(conn.execute(_SQL["select_reports"], {"keys": list(keys)}).fetchall())


def report_values(report: ProblemReport, tier: str) -> dict[str, Any]:
    """A report as plain data, as it is stored.

    Args:
        report: of one problem.
        tier: of the sandbox that it was proven in.
    """
    made = report.mutation
    survivors = made.survivors if made else ()
    return {
        "findings": [{"file": finding.file, "message": finding.message} for finding in report.findings],
        "solutions": report.solutions,
        "wrong": report.wrong,
        "samples": report.samples,
        "tests": report.tests,
        "hash_seeds": list(SEEDS),
        "mutants": made and made.mutants,
        "killed": made and made.killed,
        "score": made and made.score,
        "survivors": [
            {
                "line": m.line,
                "function": m.function,
                "operator": m.operator,
                "before": m.before,
                "after": m.after,
            }
            for m in survivors
        ],
        "tier": tier,
        "seconds": round(report.seconds, 3),
    }


def _verify(
    pool: ConnectionPool, problem: Problem, root: Path, state: StepState | None, using: Judge | None
) -> PartitionOutcome:
    mark = fingerprint(proof_version(), problem.content_hash)
    if state is not None and state.fingerprint == mark:
        return unchanged(state)
    try:
        tier = (using or default_judge()).standing(problem.mode).tier
        report = check_problem(problem, using=using)
    except JudgeUnavailableError as error:  # says nothing about the problem: what was proven stays
        return PartitionOutcome(problem.id, "failed", error=f"cannot be run safely here: {error}")
    return _store(pool, problem, root, report, tier, mark)


def _store(
    pool: ConnectionPool, problem: Problem, root: Path, report: ProblemReport, tier: str, mark: str
) -> PartitionOutcome:
    """Write what a proof found; only one that the problem stood is remembered."""
    values = report_values(report, tier)
    counts = {name: value for name, value in values.items() if isinstance(value, int | float)}
    lasting = {name: value for name, value in values.items() if name != "seconds"}
    version = fingerprint(problem.content_hash, repr(lasting))
    error = None if report.is_sound else _told(report)
    with pool.connection() as conn:
        conn.execute(_SQL["upsert_problem"], problem_values(problem, root))
        conn.execute(
            _SQL["update_report"],
            {
                "problem_id": problem.id,
                "report": Jsonb(values),
                "content_hash": problem.content_hash,
                "error": error,
            },
        )
        if error is None:
            finish_step(conn, STEP, StepState(problem.id, mark, version, counts))
        else:
            forget_step(conn, [problem.id], STEP)
    if error is not None:
        return PartitionOutcome(problem.id, "failed", error=error)
    return PartitionOutcome(problem.id, "done", version, counts)


def _told(report: ProblemReport) -> str:
    lines = [str(finding) for finding in report.findings]
    if len(lines) > _SHOWN_FINDINGS:
        lines[_SHOWN_FINDINGS:] = [f"… and {len(lines) - _SHOWN_FINDINGS} more"]
    return "; ".join(lines)
