"""What starts work at questions: topping up every night, executing all again every week, flags at once."""

from collections.abc import Iterator
from datetime import UTC, datetime

import dagster as dg

from pygrounds_dagster.defs.partitions import SUBTOPIC
from pygrounds_dagster.defs.question_assets import ASSETS
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.questions.verify import verify_stored
from pygrounds_dagster.runs.ranges import contiguous_ranges, range_tags
from pygrounds_dagster.store.queries import load_queries

_SQL = load_queries("pygrounds_dagster.questions")
_BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)

question_top_up_job = dg.define_asset_job(
    "question_top_up_job",
    selection=dg.AssetSelection.assets(*ASSETS.values()),
    description=(
        "Brings every subtopic, game type and difficulty to its target of live questions. Full cells cost "
        "milliseconds. Nightly by schedule, one run for each game type."
    ),
)


@dg.schedule(
    job=question_top_up_job,
    cron_schedule="0 5 * * *",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="At 05:00 every cell of the bank is brought to its target; on from the start.",
)
def nightly_questions(context: dg.ScheduleEvaluationContext) -> Iterator[dg.RunRequest | dg.SkipReason]:
    """At 05:00 every cell of the bank is brought to its target; each game type in a run of its own pool."""
    keys = context.instance.get_dynamic_partitions(SUBTOPIC)
    if not keys:
        yield dg.SkipReason("there are no subtopics yet: materialise 'curriculum'")
        return
    moment = context.scheduled_execution_time.isoformat()
    for game_type, asset in ASSETS.items():
        yield dg.RunRequest(
            run_key=f"{moment}:{game_type}", asset_selection=[asset.key], tags=range_tags(keys)
        )


@dg.op(
    description="Executes every question that is served again; withdraws what does not hold.",
    pool="non_coding",
)
def execute_bank_again(context: dg.OpExecutionContext, platform: Platform) -> None:
    """The watcher of flags then has the cells made up for."""
    report = verify_stored(platform.pool, run_id=context.run_id)
    listed = "\n".join(
        f"- {one.game_type} {one.name}: {'; '.join(f'{d.reason}: {d.detail}' for d in one.defects)}"
        for one in report.defective
    )
    context.add_output_metadata(
        {
            "checked": report.checked,
            "withdrawn": len(report.defective),
            "by_kind": dg.MetadataValue.json(report.by_kind),
            **({"defects": dg.MetadataValue.md(listed)} if listed else {}),
        }
    )


@dg.job(description="Executes the whole bank again and withdraws what does not hold; weekly by schedule.")
def verify_questions_job() -> None:
    """One step: execute the bank again."""
    execute_bank_again()


weekly_verification = dg.ScheduleDefinition(
    name="weekly_verification",
    job=verify_questions_job,
    cron_schedule="30 1 * * 0",
    execution_timezone="UTC",
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Sundays at 01:30 every stored question is executed again; on from the start.",
)


@dg.sensor(
    job=question_top_up_job,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Partitions whose questions were flagged or withdrawn run again and make up for them.",
)
def question_watcher(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.SensorResult | dg.SkipReason:
    """Flagged and withdrawn questions: their partitions run again; the questions stay, with their history.

    The cursor is the time of the last flag seen; the first tick asks for all there are.
    """
    after = datetime.fromisoformat(context.cursor) if context.cursor else _BEGINNING
    with platform.pool.connection() as conn:
        rows = conn.execute(_SQL["select_doubted_cells"], {"after": after}).fetchall()
    if not rows:
        return dg.SkipReason("no question was flagged or withdrawn")
    last = max(moment for _, _, moment in rows).isoformat()
    known = context.instance.get_dynamic_partitions(SUBTOPIC)
    requests = []
    for game_type, asset in ASSETS.items():
        keys = {key for game, key, _ in rows if game == game_type and key in known}
        for stretch in contiguous_ranges(keys, known):
            run_key = f"{last}:{game_type}:{stretch[0]}"
            requests.append(
                dg.RunRequest(run_key=run_key, asset_selection=[asset.key], tags=range_tags(stretch))
            )
    return dg.SensorResult(run_requests=requests, cursor=last)
