"""Group ``quality``: what the knowledge base is worth, as numbers over time."""

from collections.abc import Mapping, Sequence

import dagster as dg

from pygrounds_dagster.defs.automation import changed_upstream
from pygrounds_dagster.defs.curriculum_assets import problem_table
from pygrounds_dagster.defs.knowledge_assets import faiss_index, semantic_rankings
from pygrounds_dagster.defs.plots import coverage_heat_map
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.defs.sources import retrieval_questions
from pygrounds_dagster.defs.tables import table_metadata
from pygrounds_dagster.knowledge.coverage import Coverage, read_coverage
from pygrounds_dagster.knowledge.evaluation import Answer, evaluate_content, evaluation_version
from pygrounds_dagster.store.step import fingerprint

GROUP = "quality"
OWNERS = ["team:knowledge"]


@dg.asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[semantic_rankings],
    kinds={"postgres"},
    code_version="1",
    automation_condition=changed_upstream,
    metadata=table_metadata("coverage"),
)
def coverage(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult[None]:
    """Whether each subtopic's chunks say what it is about, for prose and for code, and where gaps are."""
    with platform.pool.connection() as conn:
        rows = read_coverage(conn)
    version = fingerprint(*(repr(row) for row in rows))
    if known := _last_result(context, version):
        return known
    gaps = [row for row in rows if row.gaps]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(rows),
            "subtopics": len({row.subtopic_key for row in rows}),
            "with_gaps": len({row.subtopic_key for row in gaps}),
            "gaps": dg.MetadataValue.md(_gap_table(gaps)),
            "heat_map": coverage_heat_map(_shares(rows), ["concept", "code"]),
            "memo": "written",
        },
        data_version=dg.DataVersion(version),
    )


@dg.asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[faiss_index, retrieval_questions],
    kinds={"python", "faiss"},
    code_version="1",
    automation_condition=changed_upstream,
)
def retrieval_quality(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult[None]:
    """How well search answers the content's questions, and how often it rightly says it has no answer."""
    version = evaluation_version(platform.pool, platform.settings)
    if known := _last_result(context, version):
        return known
    quality = evaluate_content(platform.pool, platform.settings)
    return dg.MaterializeResult(
        metadata={
            **quality.figures,
            "zones": dg.MetadataValue.md(_zone_table(quality.zones)),
            "worst": dg.MetadataValue.md(_answer_table(quality.worst)),
            "problems": problem_table(quality.problems),
            "memo": "written",
        },
        data_version=dg.DataVersion(version),
    )


def _last_result(context: dg.AssetExecutionContext, version: str) -> dg.MaterializeResult[None] | None:
    """The last result again, marked as unchanged, if it had this data version."""
    last = context.instance.get_latest_materialization_event(context.asset_key)
    event = last.asset_materialization if last else None
    if event is None or (event.tags or {}).get("dagster/data_version") != version:
        return None
    shown = {**event.metadata, "memo": "unchanged"}
    return dg.MaterializeResult(metadata=shown, data_version=dg.DataVersion(version))


def _zone_table(zones: Mapping[str, Mapping[str, float]]) -> str:
    names = list(dict.fromkeys(name for figures in zones.values() for name in figures))
    rows = [
        f"| {zone} | " + " | ".join(f"{figures[n]:.3g}" if n in figures else "–" for n in names) + " |"
        for zone, figures in zones.items()
    ]
    return "\n".join([f"| zone | {' | '.join(names)} |", "|---" * (len(names) + 1) + "|", *rows])


def _answer_table(answers: Sequence[Answer]) -> str:
    head = "| question | expected | found first | confidence |\n|---|---|---|---|\n"
    return head + "\n".join(
        f"| {answer.question.text} "
        f"| {'; '.join(f'{one.subtopic}: {one.heading}' for one in answer.question.expect) or 'no answer'} "
        f"| {answer.found[0] if answer.found else '–'} | {answer.confidence:.2f} |"
        for answer in answers
    )


def _shares(rows: list[Coverage]) -> dict[str, dict[str, float]]:
    shares: dict[str, dict[str, float]] = {}
    for row in rows:
        share = row.above_threshold / row.chunks if row.chunks else float("nan")
        shares.setdefault(row.subtopic_key, {})[row.kind] = share
    return shares


def _gap_table(rows: list[Coverage]) -> str:
    head = "| subtopic | kind | above threshold | missing |\n|---|---|---|---|\n"
    return head + "\n".join(
        f"| {row.subtopic_key} | {row.kind} | {row.above_threshold} of {row.chunks} | {'; '.join(row.gaps)} |"
        for row in rows
    )
