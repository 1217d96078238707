"""The check of written content: one partition for each subtopic, and what all of them come to."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import dagster as dg

from pygrounds_dagster.authoring.record import Bench, check_content, read_checks
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.defs.automation import changed_upstream
from pygrounds_dagster.defs.curriculum_assets import documents
from pygrounds_dagster.defs.partitions import subtopic_asset
from pygrounds_dagster.defs.problem_checks import listed_result
from pygrounds_dagster.defs.quality_assets import GROUP
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.defs.settle import Settled, settle
from pygrounds_dagster.defs.sources import encoder_weights
from pygrounds_dagster.defs.tables import table_metadata

OWNERS = ["team:curriculum"]
PROGRAM_RULES = frozenset({"output", "failure", "limit", "unshown"})
"""Findings that come of running a program."""

Row = Mapping[str, Any]


@subtopic_asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[documents, encoder_weights],
    kinds={"python", "postgres"},
    pool="coding",
    code_version="1",
    automation_condition=changed_upstream,
    metadata=table_metadata("content_check"),
)
def content_check(context: dg.AssetExecutionContext, platform: Platform) -> Settled:
    """Each page's programs run in the judge and compared with what is shown; its form, links and measures.

    A page that shows something false fails alone. What was found is kept and shown with its partition.
    """
    bench = Bench(platform.pool, platform.encoders["concept"], platform.counter)
    content = load_content(platform.settings.content_roots)
    keys = context.partition_keys
    outcomes = check_content(bench, content, keys, platform.progress(context))
    with platform.pool.connection() as conn:
        rows = read_checks(conn, keys)
    shown = {key: check_metadata(row) for key, row in rows.items()}
    yield from _observations(
        context, [o.key for o in outcomes if o.status == "failed" and o.key in shown], shown
    )
    yield from settle(context, outcomes, partition_metadata=shown, check_bad=True)


@dg.asset_check(asset=content_check)
def programs_do_as_shown(platform: Platform) -> dg.AssetCheckResult:
    """Every program on every page does exactly what its page shows."""
    rows = _rows(platform)
    return _over(rows, lambda f: f["rule"] in PROGRAM_RULES, {"programs": _sum(rows, "programs")})


@dg.asset_check(asset=content_check)
def pages_are_sound(platform: Platform) -> dg.AssetCheckResult:
    """No page has a link that leads nowhere, a heading twice, or a block that says nothing about itself."""
    rows = _rows(platform)
    broken = {"links": _sum(rows, "links")}
    return _over(rows, lambda f: f["level"] == "error" and f["rule"] not in PROGRAM_RULES, broken)


@dg.asset_check(asset=content_check)
def pages_are_complete(platform: Platform) -> dg.AssetCheckResult:
    """Every page has its parts and measures: length, reading grade, glossary, objectives shown by code."""
    rows = _rows(platform)
    numbers = {"words": _sum(rows, "words"), "measures": dg.MetadataValue.md(_measure_table(rows))}
    return _over(rows, lambda f: f["level"] == "warning", numbers, dg.AssetCheckSeverity.WARN)


def check_metadata(row: Row) -> dict[str, Any]:
    """What a page's check shows beyond its counts: findings, and what became of each program."""
    return {
        "findings": _table(
            row["findings"],
            {"level": "string", "rule": "string", "line": "int", "what": "string", "mend": "string"},
        ),
        "runs": _table(row["runs"], {"line": "int", "ended": "string", "as_shown": "bool"}),
        "nearest_key": row["nearest_key"] or "none",
    }


def _table(records: Sequence[Mapping[str, Any]], columns: Mapping[str, str]) -> dg.TableMetadataValue:
    schema = dg.TableSchema(columns=[dg.TableColumn(name, kind) for name, kind in columns.items()])
    chosen = [dg.TableRecord({name: record[name] for name in columns}) for record in records]
    return dg.MetadataValue.table(chosen, schema)


def _observations(
    context: dg.AssetExecutionContext, keys: Sequence[str], shown: Mapping[str, Mapping[str, Any]]
) -> Iterator[dg.DagsterEvent]:
    """What was found of pages that fail, which get no materialisation."""
    step = context.get_step_execution_context()
    for key in keys:
        event = dg.AssetObservation(asset_key=context.asset_key, partition=key, metadata=shown[key])
        yield dg.DagsterEvent.asset_observation(step, event)


def _rows(platform: Platform) -> dict[str, dict[str, Any]]:
    """The checks of all live pages, not of the run's alone: what is wrong stays in sight until mended."""
    with platform.pool.connection() as conn:
        return read_checks(conn)


def _sum(rows: Mapping[str, Row], column: str) -> int:
    return sum(row[column] for row in rows.values())


def _over(
    rows: Mapping[str, Row],
    is_meant: Callable[[Mapping[str, Any]], bool],
    numbers: Mapping[str, Any],
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    lines = [
        f"{key}, line {finding['line']}: {finding['what']}: {finding['mend']}"
        for key, row in rows.items()
        for finding in row["findings"]
        if is_meant(finding)
    ]
    return listed_result(lines, {"pages": len(rows), "found": len(lines), **numbers}, severity)


def _measure_table(rows: Mapping[str, Row]) -> str:
    columns = (
        "words",
        "reading_grade",
        "programs",
        "terms",
        "objectives_covered",
        "nearest_key",
        "nearest_similarity",
    )
    head = f"| subtopic | {' | '.join(columns)} |\n|---{'|---' * len(columns)}|\n"
    return head + "\n".join(
        f"| {key} | {' | '.join(_cell(row[column]) for column in columns)} |" for key, row in rows.items()
    )


def _cell(value: object) -> str:
    return "–" if value is None else f"{value:.2f}" if isinstance(value, float) else str(value)
