"""Courses as an asset: lessons are proven, a bad one is told and can be mended, the watcher asks once."""

from __future__ import annotations

import json
from pathlib import Path

import dagster as dg
import pytest

from pygrounds_dagster.definitions import defs as load
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.instance.local_run import execute, failures
from tests.lessons.small_courses import COURSE, TWICE, lesson, step, write_course
from tests.small_content import write_content


@pytest.fixture
def course(installation: Path, tmp_path: Path) -> Path:
    """A course of two lessons, of which one does not hold."""
    content = tmp_path / "content"
    (key,) = write_content(content, 1)
    wrong = [step(1, TWICE, {"call": "twice", "args": [3], "expected": 7})]
    return write_course(
        content,
        head=COURSE + "  - lame\n",
        bill=lesson(subtopics=[key]),
        lame=lesson(lesson_id="lame", subtopics=[key], steps=wrong),
    )


def prove(instance: dg.DagsterInstance) -> tuple[dict[str, object], dict[str, bool]]:
    """Metadata of the asset and what its checks say."""
    run = execute(instance, ["courses"], {})
    assert run.is_success, failures(instance, run.run_id)
    event = instance.get_latest_materialization_event(dg.AssetKey("courses"))
    assert event is not None
    assert event.asset_materialization is not None
    entries = instance.all_logs(run.run_id, of_type=dg.DagsterEventType.ASSET_CHECK_EVALUATION)
    found = [entry.get_dagster_event().asset_check_evaluation_data for entry in entries]
    checks = {evaluation.check_name: evaluation.passed for evaluation in found}
    shown = event.asset_materialization.metadata
    return {
        name: value.records if isinstance(value, dg.TableMetadataValue) else value.value
        for name, value in shown.items()
    }, checks


def test_a_bad_lesson_is_told_and_can_be_mended(instance: dg.DagsterInstance, course: Path) -> None:
    shown, checks = prove(instance)
    assert (shown["courses"], shown["dagster/row_count"], shown["proven"], shown["failed"]) == (1, 2, 1, 1)
    assert checks == {"course_files_are_right": True, "lessons_hold": False}
    good, lame = shown["lessons"]  # type: ignore[misc]  # the records of a table
    assert (good.data["lesson"], good.data["memo"], good.data["what does not hold"]) == (
        "market_bill", "written", "",
    )  # fmt: skip
    assert "fails test 1 (wrong_answer)" in lame.data["what does not hold"]

    path = course / "lame.json"
    path.write_text(path.read_text().replace("7", "6"))
    shown, checks = prove(instance)
    assert (shown["unchanged"], shown["proven"], shown["failed"]) == (1, 1, 0)
    assert checks == {"course_files_are_right": True, "lessons_hold": True}


def test_a_file_that_is_not_right_is_told_with_its_line(instance: dg.DagsterInstance, course: Path) -> None:
    (course / "lame.json").write_text(json.dumps(lesson(subtopics=["a.b.c"]), indent=1))
    shown, checks = prove(instance)
    records = shown["problems"]
    assert [(record.data["line"], record.data["field"]) for record in records] == [  # type: ignore[attr-defined]
        (2, "lesson_id"),
        (6, "subtopics.0"),
    ]
    assert checks == {"course_files_are_right": False, "lessons_hold": True}


def watch(instance: dg.DagsterInstance, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    definitions = load()
    context = dg.build_sensor_context(
        instance, cursor=cursor, resources={"platform": Platform()}, definitions=definitions
    )
    result = definitions.resolve_sensor_def("course_watcher")(context)
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


def test_the_watcher_asks_for_what_is_new_and_what_changes(
    instance: dg.DagsterInstance, course: Path
) -> None:
    first = watch(instance, None)
    assert isinstance(first, dg.SensorResult)
    assert len(first.run_requests or ()) == 1
    assert isinstance(watch(instance, first.cursor), dg.SkipReason)
    prove(instance)
    assert isinstance(watch(instance, None), dg.SkipReason)  # a cursor was lost, the courses are there
    (course / "bill.json").unlink()
    changed = watch(instance, first.cursor)
    assert isinstance(changed, dg.SensorResult)
    assert changed.cursor != first.cursor


def test_without_courses_the_watcher_asks_for_nothing(
    instance: dg.DagsterInstance, installation: Path, tmp_path: Path
) -> None:
    write_content(tmp_path / "content", 1)
    assert isinstance(watch(instance, None), dg.SkipReason)
