"""Jobs: the selections that people, schedules and sensors start by name."""

import time
from datetime import UTC, datetime, timedelta

import dagster as dg
import psycopg
from pydantic import Field

from pygrounds_dagster.defs.content_assets import content_check
from pygrounds_dagster.defs.course_assets import courses
from pygrounds_dagster.defs.curriculum_assets import curriculum
from pygrounds_dagster.defs.knowledge_assets import ROAD, faiss_index
from pygrounds_dagster.defs.problem_assets import problem_bank, problems
from pygrounds_dagster.defs.quality_assets import coverage, retrieval_quality
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.store.queries import load_queries

_SQL = load_queries(__package__)
_RUNS_PER_STATEMENT = 200

QUALITY = dg.AssetSelection.assets(coverage, retrieval_quality)

ingest_job = dg.define_asset_job(
    "ingest_job",
    selection=dg.AssetSelection.assets(curriculum) | ROAD | QUALITY,
    description=(
        "The whole road for some subtopics: register the content, then documents, chunks, vectors, rankings, "
        "indexes and their quality. Unchanged subtopics cost milliseconds."
    ),
)

rebuild_indexes_job = dg.define_asset_job(
    "rebuild_indexes_job",
    selection=dg.AssetSelection.assets(faiss_index),
    config={"ops": {"faiss_index": {"config": {"force": True}}}},
    description="Builds the search indexes anew from the stored vectors, e.g. after files were lost.",
)

reconcile_job = dg.define_asset_job(
    "reconcile_job",
    selection=dg.AssetSelection.assets(curriculum, content_check, courses) | ROAD | QUALITY,
    description=(
        "Compares every subtopic's content with what is stored and mends what differs; the net under sensors "
        "and automation conditions. Checks pages and courses that are not checked. Nightly by schedule."
    ),
)

problems_job = dg.define_asset_job(
    "problems_job",
    selection=dg.AssetSelection.assets(problems, problem_bank),
    description=(
        "Proves programming problems in the judge: solutions, known-wrong programs, mutants. Those that held "
        "with this content under this code cost nothing. Nightly by schedule, and when a problem changes."
    ),
)

courses_job = dg.define_asset_job(
    "courses_job",
    selection=dg.AssetSelection.assets(courses),
    description=(
        "Registers the courses and proves their lessons in the judge; those that held with this content "
        "under this code cost nothing. Nightly with reconcile_job, and when a course changes."
    ),
)


class RetentionConfig(dg.Config):
    """What the retention job keeps."""

    keep_days: int = Field(default=30, ge=1, description="Days for which the logs of ended runs are kept.")


@dg.op(description="Deletes log lines and step events of runs that ended long ago.")
def delete_old_logs(context: dg.OpExecutionContext, config: RetentionConfig, platform: Platform) -> None:
    """Materialisations, checks and the runs themselves stay; batches commit by themselves."""
    before = datetime.now(UTC) - timedelta(days=config.keep_days)
    started, deleted = time.monotonic(), 0
    with psycopg.connect(platform.dagster_url, autocommit=True) as conn:
        runs = [row[0] for row in conn.execute(_SQL["select_old_runs"], {"before": before})]
        for start in range(0, len(runs), _RUNS_PER_STATEMENT):
            part = {"run_ids": runs[start : start + _RUNS_PER_STATEMENT]}
            deleted += conn.execute(_SQL["delete_old_events"], part).rowcount
    with platform.pool.connection() as conn:
        progress = conn.execute(_SQL["delete_old_progress"], {"before": before}).rowcount
    context.add_output_metadata(
        {
            "runs": len(runs),
            "events_deleted": deleted,
            "progress_rows_deleted": progress,
            "seconds": time.monotonic() - started,
        }
    )


@dg.job(description="Keeps Dagster's event log from growing without end; weekly by schedule.")
def retention_job() -> None:
    """One step: delete old logs."""
    delete_old_logs()
