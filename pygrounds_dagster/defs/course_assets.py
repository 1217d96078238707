"""Courses: which there are, and the proof that what their lessons claim holds.

There are few, and a proof takes seconds: one asset without partitions, remembered lesson by lesson.
"""

from collections.abc import Sequence

import dagster as dg

from pygrounds_dagster.defs.curriculum_assets import GROUP, OWNERS, curriculum, problem_table
from pygrounds_dagster.defs.problem_checks import listed_result
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.defs.settle import MEMO
from pygrounds_dagster.defs.sources import content_tree
from pygrounds_dagster.defs.tables import table_metadata
from pygrounds_dagster.lessons.courses import load_catalogue
from pygrounds_dagster.lessons.register import StoredLesson, read_lessons, register_courses
from pygrounds_dagster.lessons.verify import verify_lessons
from pygrounds_dagster.partition import PartitionOutcome
from pygrounds_dagster.store.step import fingerprint


@dg.asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[content_tree, curriculum],
    kinds={"json", "postgres"},
    pool="coding",
    code_version="1",
    metadata=table_metadata("lesson"),
)
def courses(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult[None]:
    """Courses and lessons as the content has them, each step's code proven to pass its tests in the judge.

    Everything wrong in their files is listed with file, line and field; such a lesson keeps its last good
    values. Lessons that held with this content under this code are not run again.
    """
    catalogue = load_catalogue(platform.settings.content_roots)
    registration = register_courses(platform.pool, catalogue)
    outcomes = verify_lessons(platform.pool, catalogue, platform.progress(context))
    with platform.pool.connection() as conn:
        stored = read_lessons(conn)
    done = {outcome.key: outcome for outcome in outcomes}
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(stored),
            "courses": len({lesson.course_id for lesson in stored}),
            "steps": sum(lesson.steps for lesson in stored),
            "written": registration.written,
            "retired": registration.retired,
            "proven": sum(outcome.status == "done" for outcome in outcomes),
            "unchanged": sum(outcome.status == "unchanged" for outcome in outcomes),
            "failed": sum(outcome.status == "failed" for outcome in outcomes),
            "lessons": _lesson_table(stored, done),
            "problems": problem_table(catalogue.faults),
        },
        data_version=dg.DataVersion(
            fingerprint(*(f"{lesson.lesson_id}{lesson.content_hash}{lesson.faults}" for lesson in stored))
        ),
    )


@dg.asset_check(asset=courses)
def course_files_are_right(platform: Platform) -> dg.AssetCheckResult:
    """No file of a course has an error."""
    catalogue = load_catalogue(platform.settings.content_roots)
    lines = [str(fault) for fault in catalogue.faults]
    return listed_result(lines, {"faulty": len(catalogue.failed)}, dg.AssetCheckSeverity.WARN)


@dg.asset_check(asset=courses)
def lessons_hold(platform: Platform) -> dg.AssetCheckResult:
    """Every lesson was proven as it is now: each step's code passes, no assignment is solved at the start."""
    with platform.pool.connection() as conn:
        stored = read_lessons(conn)
    lines = [f"{lesson.lesson_id}: {why}" for lesson in stored for why in lesson.faults]
    return listed_result(lines, {"lessons": len(stored), "bad": len(lines)})


def _lesson_table(stored: Sequence[StoredLesson], done: dict[str, PartitionOutcome]) -> dg.TableMetadataValue:
    schema = dg.TableSchema(
        columns=[
            dg.TableColumn("course", "string"),
            dg.TableColumn("lesson", "string"),
            dg.TableColumn("steps", "int"),
            dg.TableColumn("assignments", "int"),
            dg.TableColumn("tests", "int"),
            dg.TableColumn("seconds", "float", description="of its last proof"),
            dg.TableColumn("memo", "string"),
            dg.TableColumn("what does not hold", "string"),
        ]
    )
    return dg.MetadataValue.table([_record(lesson, done.get(lesson.lesson_id)) for lesson in stored], schema)


def _record(lesson: StoredLesson, outcome: PartitionOutcome | None) -> dg.TableRecord:
    report = lesson.report or {}
    status = outcome.status if outcome else "failed"
    failed = outcome.error if outcome and outcome.error else "; ".join(lesson.faults)
    return dg.TableRecord(
        {
            "course": lesson.course_id,
            "lesson": lesson.lesson_id,
            "steps": lesson.steps,
            "assignments": report.get("assignments"),
            "tests": report.get("tests"),
            "seconds": report.get("seconds"),
            "memo": MEMO.get(status, status),
            "what does not hold": failed,
        }
    )
