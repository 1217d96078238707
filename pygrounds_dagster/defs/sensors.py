"""What happens when something else does: content changes, a run fails."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

import dagster as dg

from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.stamps import subtopic_stamps, tree_stamp
from pygrounds_dagster.defs.course_assets import courses
from pygrounds_dagster.defs.curriculum_assets import documents
from pygrounds_dagster.defs.jobs import courses_job, ingest_job, problems_job
from pygrounds_dagster.defs.partitions import PROBLEM, SUBTOPIC, problem_ids, subtopics
from pygrounds_dagster.defs.problem_assets import problems
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.lessons.courses import FOLDER as COURSES
from pygrounds_dagster.problems.register import FOLDER, load_shelf, problem_stamps
from pygrounds_dagster.runs.ranges import contiguous_ranges, range_tags


@dg.sensor(
    job=ingest_job,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="New subtopics become partitions, changed ones are ingested, deleted ones are retired.",
)
def content_watcher(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.SensorResult | dg.SkipReason:
    """Watches the content: new subtopics become partitions, changed ones are ingested, deleted ones go.

    The cursor holds a stamp of the tree and one for each subtopic. Without a cursor, subtopics whose
    documents were never materialised count as changed.
    """
    roots = platform.settings.content_roots
    tree = tree_stamp(roots)
    seen = json.loads(context.cursor) if context.cursor else None
    if seen and seen["tree"] == tree:
        return dg.SkipReason("the content is as it was")
    content = load_content(roots)
    stamps = subtopic_stamps(content)
    before = seen["subtopics"] if seen else _materialised(context.instance, stamps)
    cursor = json.dumps({"tree": tree, "subtopics": stamps})
    known = context.instance.get_dynamic_partitions(SUBTOPIC)
    added = [key for key in stamps if key not in known]
    gone = [] if content.unreadable_roots else [key for key in known if key not in stamps]
    changed = [key for key, stamp in stamps.items() if before.get(key) != stamp]
    return dg.SensorResult(
        run_requests=list(_requests(changed, [*known, *added], bool(gone), tree)),
        dynamic_partitions_requests=[
            request
            for request in (subtopics.build_add_request(added), subtopics.build_delete_request(gone))
            if request.partition_keys
        ],
        cursor=cursor,
    )


@dg.sensor(
    job=problems_job,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="New problems become partitions; what changes is proven in the judge, what is deleted goes.",
)
def problem_watcher(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.SensorResult | dg.SkipReason:
    """Watches the banks: new problems become partitions, changed ones are proven, deleted ones go.

    Without a cursor nothing counts as changed: a whole bank takes minutes of every core, which nobody has
    asked for who has just started the daemon. The nightly run proves what is left.
    """
    roots = platform.settings.content_roots
    tree = tree_stamp([root / FOLDER for root in roots])
    seen = json.loads(context.cursor) if context.cursor else None
    if seen and seen["tree"] == tree:
        return dg.SkipReason("the problems are as they were")
    shelf = load_shelf(roots)
    stamps = problem_stamps(platform.pool, shelf)
    known = context.instance.get_dynamic_partitions(PROBLEM)
    added = [key for key in stamps if key not in known]
    gone = [] if shelf.unreadable_roots else [key for key in known if key not in stamps]
    before = seen["problems"] if seen else stamps
    changed = [key for key, stamp in stamps.items() if before.get(key) != stamp]
    ordered = [*known, *added]
    requests = [
        dg.RunRequest(run_key=f"{tree}:{stretch[0]}", tags=range_tags(stretch))
        for stretch in contiguous_ranges(changed, ordered)
    ]
    if gone and not changed:
        requests = [dg.RunRequest(run_key=f"{tree}:retired", asset_selection=[problems.key])]
    return dg.SensorResult(
        run_requests=requests,
        dynamic_partitions_requests=[
            request
            for request in (problem_ids.build_add_request(added), problem_ids.build_delete_request(gone))
            if request.partition_keys
        ],
        cursor=json.dumps({"tree": tree, "problems": stamps}),
    )


@dg.sensor(
    job=courses_job,
    minimum_interval_seconds=15,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Courses that are new or changed are registered and their lessons proven in the judge.",
)
def course_watcher(
    context: dg.SensorEvaluationContext, platform: Platform
) -> dg.SensorResult | dg.SkipReason:
    """Watches the courses; the cursor is a stamp of their files.

    Without a cursor, courses count as changed if they were never materialised.
    """
    folders = [root / COURSES for root in platform.settings.content_roots]
    stamp = tree_stamp(folders)
    if context.cursor is None:
        is_new = context.instance.get_latest_materialization_event(courses.key) is None
        is_changed = is_new and any(folder.is_dir() for folder in folders)
    else:
        is_changed = context.cursor != stamp
    if not is_changed:
        context.update_cursor(stamp)
        return dg.SkipReason("the courses are as they were")
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=stamp)], cursor=stamp)


@dg.run_failure_sensor(
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=15,
    description="Appends every failed run, with the partitions at fault, to logs/failures.jsonl.",
)
def failure_notifier(context: dg.RunFailureSensorContext, platform: Platform) -> None:
    """Appends every failed run to ``PYGROUNDS_HOME/logs/failures.jsonl``, with the partitions at fault."""
    record = {
        "time": datetime.now(UTC).isoformat(timespec="seconds"),
        "run_id": context.dagster_run.run_id,
        "job": context.dagster_run.job_name,
        "message": context.failure_event.message,
        "failed": _failed_partitions(context),
    }
    path = platform.settings.log_dir / "failures.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(json.dumps(record, ensure_ascii=False) + "\n")
    context.log.warning("run %s failed: %s", record["run_id"], record["failed"] or record["message"])


def _failed_partitions(context: dg.RunFailureSensorContext) -> dict[str, object]:
    """Partition → reason, by step, as ``settle`` reported them."""
    found: dict[str, object] = {}
    for event in context.get_step_failure_events():
        data = event.step_failure_data.user_failure_data
        entry = data.metadata.get("failed") if data else None
        found[event.step_key or "?"] = entry.value if entry else event.message
    return found


def _requests(changed: list[str], ordered: list[str], gone: bool, tree: str) -> Iterator[dg.RunRequest]:
    for stretch in contiguous_ranges(changed, ordered):
        yield dg.RunRequest(run_key=f"{tree}:{stretch[0]}", tags=range_tags(stretch))
    if gone and not changed:
        yield dg.RunRequest(
            run_key=f"{tree}:retired", asset_selection=[dg.AssetKey("curriculum"), dg.AssetKey("coverage")]
        )


def _materialised(instance: dg.DagsterInstance, stamps: Mapping[str, str]) -> dict[str, str]:
    done = instance.get_materialized_partitions(documents.key)
    return {key: stamp for key, stamp in stamps.items() if key in done}
