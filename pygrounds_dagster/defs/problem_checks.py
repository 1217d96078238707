"""Checks of the problem bank.

Each looks at all live problems, not at those of its run alone: a problem that does not hold stays in sight
until it is mended. Problems that were not proven since they last changed are counted, not judged.
"""

from collections.abc import Callable, Iterator
from typing import Any

import dagster as dg

from pygrounds_dagster.defs.problem_assets import problem_bank, problems
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.problems.check import LEAST_SCORE
from pygrounds_dagster.store.queries import load_queries

_SQL = load_queries(__package__)
_SHOWN = 20

Report = dict[str, Any]


@dg.asset_check(asset=problems)
def problem_files_are_right(platform: Platform) -> dg.AssetCheckResult:
    """No problem's folder has an error."""
    with platform.pool.connection() as conn:
        rows = conn.execute(_SQL["select_faulty_problems"]).fetchall()
    lines = [f"{key}: {error}" for key, error in rows]
    return listed_result(lines, {"faulty": len(lines)}, dg.AssetCheckSeverity.WARN)


@dg.asset_check(asset=problem_bank)
def references_pass(platform: Platform) -> dg.AssetCheckResult:
    """Every solution passes every test under two hash seeds, and every sample prints what it shows."""
    return _over_bank(platform, _broken_reference)


@dg.asset_check(asset=problem_bank)
def wrong_programs_fail(platform: Platform) -> dg.AssetCheckResult:
    """Every known-wrong program fails the test that it is said to fail."""
    return _over_bank(platform, _broken_wrong)


@dg.asset_check(asset=problem_bank)
def tests_tell_mutants(platform: Platform) -> dg.AssetCheckResult:
    """The tests of every problem find at least 97 % of the reference's single-edit mutants."""
    return _over_bank(platform, _blunt)


def _broken_reference(report: Report) -> Iterator[str]:
    """A report without a mutation score stopped here: nothing else was looked at."""
    if report["score"] is None:
        yield from (f"{finding['file']}: {finding['message']}" for finding in report["findings"])


def _broken_wrong(report: Report) -> Iterator[str]:
    if report["score"] is None:
        yield "not looked at, because its solutions do not hold"
    for finding in report["findings"]:
        if finding["file"].startswith("wrong/"):
            yield f"{finding['file']}: {finding['message']}"


def _blunt(report: Report) -> Iterator[str]:
    if report["score"] is None:
        yield "not looked at, because its solutions do not hold"
    elif report["score"] < LEAST_SCORE:
        yield f"{report['killed']} of {report['mutants']} mutants found ({report['score']:.1%})"


def _over_bank(platform: Platform, find: Callable[[Report], Iterator[str]]) -> dg.AssetCheckResult:
    with platform.pool.connection() as conn:
        reports: dict[str, Report] = dict(conn.execute(_SQL["select_proofs"]).fetchall())
    lines = [f"{key}: {line}" for key, report in reports.items() for line in find(report)]
    made = sum(report["mutants"] or 0 for report in reports.values())
    killed = sum(report["killed"] or 0 for report in reports.values())
    numbers: dict[str, Any] = {"proven": len(reports), "bad": len(lines), "mutants": made, "killed": killed}
    return listed_result(lines, numbers)


def listed_result(
    lines: list[str],
    numbers: dict[str, Any],
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    """Passed if there are no lines; else the first of them as text, and the numbers in any case."""
    found = dg.MetadataValue.md("\n".join(f"- {line}" for line in lines[:_SHOWN]))
    return dg.AssetCheckResult(
        passed=not lines,
        severity=severity,
        metadata={**numbers, **({"found": found} if lines else {})},
        description="; ".join(lines[:3]) or None,
    )
