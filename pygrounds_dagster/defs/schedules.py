"""What happens by the clock. Times are UTC."""

from collections.abc import Iterator

import dagster as dg

from pygrounds_dagster.defs.jobs import problems_job, reconcile_job, retention_job
from pygrounds_dagster.defs.partitions import PROBLEM, SUBTOPIC
from pygrounds_dagster.runs.ranges import contiguous_ranges, range_tags


@dg.schedule(
    job=reconcile_job,
    cron_schedule="0 3 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="At 03:00 every subtopic is compared with its content; on from the start.",
)
def nightly_reconcile(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """At 03:00 every subtopic is compared with its content; on from the start."""
    keys = context.instance.get_dynamic_partitions(SUBTOPIC)
    if not keys:
        yield dg.SkipReason("there are no subtopics yet: materialise 'curriculum'")
        return
    for stretch in contiguous_ranges(keys, keys):
        yield dg.RunRequest(tags=range_tags(stretch))


@dg.schedule(
    job=problems_job,
    cron_schedule="0 4 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="At 04:00 every problem that is not proven is; on from the start.",
)
def nightly_problems(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """At 04:00 every problem that is not proven, with its content and the code of now, is."""
    keys = context.instance.get_dynamic_partitions(PROBLEM)
    if not keys:
        yield dg.SkipReason("there are no problems yet: materialise 'problems'")
        return
    for stretch in contiguous_ranges(keys, keys):
        yield dg.RunRequest(tags=range_tags(stretch))


weekly_retention = dg.ScheduleDefinition(
    name="weekly_retention",
    job=retention_job,
    cron_schedule="30 3 * * 0",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Sundays at 03:30 old run logs are deleted; on from the start.",
)
