"""Checks of the assets; blocking where wrong data would be served.

A check of a partitioned asset looks at the partitions of its run; started by hand without any, at all.
"""

import ast
from collections.abc import Sequence

import dagster as dg

from pygrounds_dagster.curriculum.chunk import KINDS
from pygrounds_dagster.defs.curriculum_assets import curriculum, documents
from pygrounds_dagster.defs.knowledge_assets import (
    chunk_embeddings,
    chunks,
    faiss_index,
    semantic_rankings,
    subtopic_intents,
)
from pygrounds_dagster.defs.partitions import SUBTOPIC
from pygrounds_dagster.defs.quality_assets import coverage, retrieval_quality
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.defs.settle import gate
from pygrounds_dagster.knowledge.corpus import model_tables, read_versions
from pygrounds_dagster.knowledge.index import read_manifest
from pygrounds_dagster.store.queries import load_queries

UNIT_TOLERANCE = 1e-3
"""How far a stored vector's length may be from one."""

LEAST_RECALL = 0.99
"""Least recall@k of an index against exact search."""

QUALITY_MARGIN = 0.03
"""How much a figure of retrieval quality may fall below its last value."""

GUARDED_FIGURES = ("recall@5", "recall@10", "ndcg@10", "mrr", "abstention")

_SQL = load_queries(__package__)
_WARN = dg.AssetCheckSeverity.WARN


def run_keys(context: dg.AssetCheckExecutionContext) -> Sequence[str]:
    """The partitions that the check's run is about."""
    known: Sequence[str] = context.instance.get_dynamic_partitions(SUBTOPIC)
    step = context.get_step_execution_context()
    if not step.has_partitions:
        return known
    # The check itself has no partitions: in a run over a range Dagster would file its result under none.
    ends = step.partition_key_range
    return known[known.index(ends.start) : known.index(ends.end) + 1]


@dg.asset_check(asset=curriculum)
def content_is_valid(platform: Platform) -> dg.AssetCheckResult:
    """No subtopic's file has an error."""
    with platform.pool.connection() as conn:
        rows = conn.execute(_SQL["select_invalid_subtopics"]).fetchall()
    return _result(rows, "invalid", "{0}: {1}", severity=_WARN)


@dg.asset_check(asset=documents)
def documents_are_readable(context: dg.AssetCheckExecutionContext, platform: Platform) -> dg.AssetCheckResult:
    """Every source file can be used."""
    with platform.pool.connection() as conn:
        rows = conn.execute(_SQL["select_broken_documents"], {"keys": list(run_keys(context))}).fetchall()
    return _result(rows, "broken", "{0}: {1} {2}: {3}", severity=_WARN)


@dg.asset_check(asset=chunks, blocking=True)
def chunks_are_well_formed(context: dg.AssetCheckExecutionContext, platform: Platform) -> dg.AssetCheckResult:
    """No chunk is empty, beyond the encoder's window or without a place in its source."""
    values = {"keys": list(run_keys(context)), "window": platform.counter.window}
    with platform.pool.connection() as conn:
        rows = conn.execute(_SQL["select_malformed_chunks"], values).fetchall()
    return gate(context, _result(rows, "malformed", "{1}: chunk {0}"))


@dg.asset_check(asset=chunks, blocking=True)
def python_chunks_parse(context: dg.AssetCheckExecutionContext, platform: Platform) -> dg.AssetCheckResult:
    """Every chunk cut from a Python file parses."""
    with platform.pool.connection() as conn:
        rows = conn.execute(_SQL["select_python_chunks"], {"keys": list(run_keys(context))}).fetchall()
    broken = [(key, path, line) for _, key, text, path, line in rows if not parses(text)]
    return gate(context, _result(broken, "broken", "{0}: {1}, line {2}"))


@dg.asset_check(asset=chunks)
def every_subtopic_has_chunks(
    context: dg.AssetCheckExecutionContext, platform: Platform
) -> dg.AssetCheckResult:
    """No valid subtopic is empty."""
    with platform.pool.connection() as conn:
        rows = conn.execute(_SQL["select_empty_subtopics"], {"keys": list(run_keys(context))}).fetchall()
    return _result(rows, "empty", "{0}")


@dg.asset_check(asset=chunk_embeddings, blocking=True)
def vectors_are_sound(context: dg.AssetCheckExecutionContext, platform: Platform) -> dg.AssetCheckResult:
    """Stored vectors of live chunks are finite and of unit length."""
    rows = _by_kind("select_bad_vectors", context, platform, tolerance=UNIT_TOLERANCE)
    return gate(context, _result(rows, "bad", "{0}: a {2} vector has length {1:.4f}"))


@dg.asset_check(asset=chunk_embeddings)
def no_vector_is_missing(context: dg.AssetCheckExecutionContext, platform: Platform) -> dg.AssetCheckResult:
    """Every live chunk has a vector of the model in use."""
    rows = _by_kind("select_missing_vectors", context, platform)
    return _result(rows, "missing", "{0}: {1} {2} chunks have no vector")


@dg.asset_check(asset=subtopic_intents)
def every_intent_has_a_vector(
    context: dg.AssetCheckExecutionContext, platform: Platform
) -> dg.AssetCheckResult:
    """Every valid subtopic's concept and code intent is embedded."""
    with platform.pool.connection() as conn:
        rows = conn.execute(_SQL["select_missing_intents"], {"keys": list(run_keys(context))}).fetchall()
    return _result(rows, "missing", "{0}: {1} intent")


@dg.asset_check(asset=semantic_rankings)
def rankings_lead_to_live_chunks(
    context: dg.AssetCheckExecutionContext, platform: Platform
) -> dg.AssetCheckResult:
    """No ranking names a chunk that was retired."""
    with platform.pool.connection() as conn:
        rows = conn.execute(_SQL["select_dead_rankings"], {"keys": list(run_keys(context))}).fetchall()
    return _result(rows, "dead", "{0}: {1} entries")


@dg.asset_check(asset=faiss_index, blocking=True)
def index_equals_exact_search(
    context: dg.AssetCheckExecutionContext, platform: Platform
) -> dg.AssetCheckResult:
    """The indexes hold what the database holds and find what exact search finds."""
    manifest = read_manifest(platform.settings.index_dir)
    with platform.pool.connection() as conn:
        stored = read_versions(conn, model_tables(conn, platform.settings))
    keys = set(run_keys(context))
    problems = [
        f"{version.subtopic_key} is not indexed as it is stored: materialise faiss_index"
        for version in stored
        if version.subtopic_key in keys and manifest.versions.get(version.subtopic_key) != version.version
    ]
    recall = min((shard.recall for shard in manifest.shards), default=1.0)
    if recall < LEAST_RECALL:
        problems.append(f"recall {recall:.3f} against exact search is below {LEAST_RECALL}")
    rows = sum(shard.rows for shard in manifest.shards)
    metadata = {"recall": recall, "shards": len(manifest.shards), "rows": rows, "problems": len(problems)}
    description = "; ".join(problems[:3]) or f"recall {recall:.3f} over {rows} chunks"
    return gate(context, dg.AssetCheckResult(passed=not problems, metadata=metadata, description=description))


@dg.asset_check(asset=coverage)
def every_subtopic_is_covered(platform: Platform) -> dg.AssetCheckResult:
    """Every valid subtopic has prose and code close to what it is about."""
    with platform.pool.connection() as conn:
        rows = conn.execute(_SQL["select_uncovered"]).fetchall()
    return _result(rows, "gaps", "{0} {1}: {2}", severity=_WARN)


@dg.asset_check(asset=retrieval_quality)
def retrieval_has_not_become_worse(context: dg.AssetCheckExecutionContext) -> dg.AssetCheckResult:
    """No figure of retrieval quality fell by more than the margin below its last value."""
    records = context.instance.fetch_materializations(retrieval_quality.key, limit=2).records
    figures = [_figures(record.asset_materialization) for record in records]
    if len(figures) < 2:
        return dg.AssetCheckResult(passed=True, description="the first measurement; nothing to compare with")
    now, before = figures
    fallen = [
        (name, before[name], now[name])
        for name in GUARDED_FIGURES
        if name in before and name in now and now[name] < before[name] - QUALITY_MARGIN
    ]
    return _result(fallen, "worse", "{0} fell from {1:.3f} to {2:.3f}")


def parses(code: str) -> bool:
    """Whether a text is Python."""
    try:
        ast.parse(code)
    except (SyntaxError, ValueError):  # ValueError: a null byte
        return False
    return True


def _by_kind(
    query: str, context: dg.AssetCheckExecutionContext, platform: Platform, **values: float
) -> list[tuple[str, float, str]]:
    """Rows (partition, number, kind) of a query over the vectors of each kind's model."""
    keys = list(run_keys(context))
    with platform.pool.connection() as conn:
        tables = model_tables(conn, platform.settings)
        return [
            (key, number, kind)
            for kind in KINDS
            for key, number in conn.execute(
                _SQL[query].format(table=tables[kind].table), {"keys": keys, "kind": kind, **values}
            )
        ]


def _figures(event: dg.AssetMaterialization | None) -> dict[str, float]:
    values = {name: entry.value for name, entry in (event.metadata if event else {}).items()}
    return {name: float(value) for name, value in values.items() if isinstance(value, int | float)}


def _result(
    rows: Sequence[Sequence[object]],
    what: str,
    template: str,
    severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.ERROR,
) -> dg.AssetCheckResult:
    """Passed if there are no rows; else the first of them as text."""
    lines = [template.format(*row) for row in rows[:20]]
    return dg.AssetCheckResult(
        passed=not rows,
        severity=severity,
        metadata={
            what: len(rows),
            **({"found": dg.MetadataValue.md("\n".join(f"- {x}" for x in lines))} if rows else {}),
        },
        description="; ".join(lines[:3]) or None,
    )
