"""Reading courses: complete ones, and every mistake at once with file, line and field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pygrounds_dagster.lessons.courses import MAX_LESSON_BYTES, Catalogue, load_catalogue, load_courses
from tests.lessons.small_courses import COURSE, TOPIC, TOTAL, TWICE, lesson, step, write_course

TEST = {"call": "twice", "args": [3], "expected": 6}


def load(folder: Path) -> Catalogue:
    return load_courses([folder], [TOPIC])


def faults(folder: Path) -> list[str]:
    return [str(fault).removeprefix(f"{folder}/") for fault in load(folder).faults]


def told(tmp_path: Path, fields: dict[str, Any]) -> list[str]:
    return faults(write_course(tmp_path, bill=fields))


def line_of(fields: dict[str, Any], text: str, nth: int = 1) -> int:
    """Line of a lesson's file, as ``write_course`` writes it, on which a text stands for the nth time."""
    lines = json.dumps(fields, indent=2).splitlines()
    return [number for number, line in enumerate(lines, start=1) if text in line][nth - 1]


def test_a_complete_course(tmp_path: Path) -> None:
    found = load(write_course(tmp_path))
    assert found.faults == ()
    (course,) = found.courses
    assert (course.id, course.title, course.order, course.difficulty) == (
        "market", "At the market", 10, "beginner",
    )  # fmt: skip
    (bill,) = course.lessons
    assert (bill.id, bill.position, bill.subtopics) == ("market_bill", 1, (TOPIC,))
    first, second = bill.steps
    assert (first.number, first.expected_code, first.assignment, first.mode) == (1, TWICE, False, "strict")
    assert [test.name for test in first.tests] == ["test 1"]
    assert first.tests_data == (TEST,)
    assert (second.assignment, second.line) == (True, line_of(lesson(), "{", 4))


def test_a_step_starts_from_the_code_of_the_step_before_unless_it_has_its_own(tmp_path: Path) -> None:
    steps = [step(1, TWICE, TEST), step(2, TOTAL, TEST), step(3, TOTAL, TEST, starter_code="# yours\n")]
    (course,) = load(write_course(tmp_path, bill=lesson(steps=steps))).courses
    assert [each.starter_code for each in course.lessons[0].steps] == ["", TWICE, "# yours\n"]


def test_a_step_whose_tests_have_files_may_use_files(tmp_path: Path) -> None:
    test = {"stdin": "", "stdout": "5\n", "files": {"price.txt": "5"}}
    steps = [step(1, "print(open('price.txt').read())\n", test)]
    (course,) = load(write_course(tmp_path, bill=lesson(steps=steps))).courses
    assert course.lessons[0].steps[0].mode == "files"


def test_courses_come_in_their_order_and_lessons_in_that_of_the_list(tmp_path: Path) -> None:
    names = {"z": lesson(lesson_id="one"), "a": lesson(lesson_id="two")}
    late = COURSE.replace("bill", "z\n  - a").replace("order: 10", "order: 30")
    early = COURSE.replace("id: market", "id: early")
    folders = [
        write_course(tmp_path, "first_by_name", late, **names),
        write_course(tmp_path, "second", early),
    ]
    found = load_courses(folders)
    assert [course.id for course in found.courses] == ["early", "market"]
    assert [lesson.id for lesson in found.lessons] == ["market_bill", "one", "two"]


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("title: At the market\n", "", "course.yaml:1: title: is missing"),
        ("difficulty: beginner", "difficulty: easy", "course.yaml:4: difficulty: 'easy'"),
        ("title:", "titel:", "course.yaml:2: titel: is not a field: did you mean title?"),
        ("  - bill", "  - bill\n  - bill", "course.yaml:8: lessons.1: 'bill' is listed twice"),
        ("  - bill", "  - ../bill", "course.yaml:7: lessons.0: '../bill' does not look like"),
        ("  - bill", "  - bill\n  - gone", "gone.json: is missing: write it, or remove it from `lessons`"),
        ("  - bill", "  - other", "bill.json: is not listed under `lessons`"),
        ("order: 10", "order: [", "course.yaml:5: is not YAML"),
        ("title: At", "title: &t At\nnote: *t\nx:", "course.yaml:3: uses an alias"),
        ("id: market", 'id: "mark\\0et"', "course.yaml:1: id: holds what no database takes"),
    ],
)
def test_a_mistake_in_course_yaml(tmp_path: Path, before: str, after: str, expected: str) -> None:
    assert before in COURSE
    found = faults(write_course(tmp_path, head=COURSE.replace(before, after)))
    assert any(line.startswith(expected) for line in found), found


def test_gaps_in_the_numbers_of_steps(tmp_path: Path) -> None:
    fields = lesson(steps=[step(1, TWICE, TEST), step(3, TOTAL, TEST)])
    line = line_of(fields, '"step_number"', 2)
    where = f"bill.json:{line}: steps.1.step_number"
    assert told(tmp_path, fields) == [f"{where}: is 3, but this is step 2: number the steps 1, 2, 3 …"]


def test_an_unknown_subtopic(tmp_path: Path) -> None:
    fields = lesson(subtopics=[TOPIC, "beginner.basics.nowhere"])
    line = line_of(fields, "nowhere")
    assert told(tmp_path, fields) == [
        f"bill.json:{line}: subtopics.1: there is no subtopic 'beginner.basics.nowhere': mend or remove it"
    ]
    assert load_courses([tmp_path / "courses" / "market"]).faults == ()  # links are not followed


def test_broken_json_says_the_line(tmp_path: Path) -> None:
    text = json.dumps(lesson(), indent=2).replace('"notes": "It adds."', '"notes": "It adds.', 1)
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each.endswith('"It adds.,'))
    (found,) = faults(write_course(tmp_path, bill=text))
    assert found.startswith(f"bill.json:{line}: is not JSON: invalid control character")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[1]", "bill.json:1: must be one object"),
        ("", "bill.json: is empty"),
        ('{"a": ' + "[" * 100_000, "bill.json:1: is nested too deeply"),
        ('{"a": ' + "1" * 5000 + "}", "bill.json:1: cannot be read"),
        ('{\n"title": "x",\n"title": "y"}', "bill.json:3: title: is written twice"),
        ('{"title":\n"\\ud800"}', "bill.json:1: title: holds what no database takes"),
    ],
)
def test_a_file_that_is_no_lesson(tmp_path: Path, text: str, expected: str) -> None:
    found = faults(write_course(tmp_path, bill=text))
    assert any(line.startswith(expected) for line in found), found


@pytest.mark.parametrize(
    ("fields", "field", "message"),
    [
        ({"lesson_id": "The Bill"}, "lesson_id", "'The Bill' does not look like a_small_name"),
        ({"steps": []}, "steps", "[]: list should have at least 1 item"),
        ({"steps": {"1": 2}}, "steps", "input should be a valid list"),
        ({"subtopics": ["numbers"]}, "subtopics.0", "does not look like zone.topic.subtopic"),
        ({"author": "me"}, "author", "is not a field"),
        ({"steps": [step(1, TWICE)]}, "steps.0.tests", "holds no tests"),
        ({"steps": [step(1, "", TEST)]}, "steps.0.expected_code", "is empty"),
        ({"steps": [step(1, TWICE, TEST, assignment="yes")]}, "steps.0.assignment", "valid boolean"),
        ({"steps": [step(1, TWICE, TEST, starter="x")]}, "steps.0.starter", "did you mean starter_code?"),
        ({"steps": [step(1, TWICE, {"call": "f"})]}, "steps.0.tests.0.expected", "expects nothing"),
        ({"steps": [step(1, TWICE, TEST, {"cal": "f"})]}, "steps.0.tests.1.cal", "a test has args"),
        ({"steps": [step(1, TWICE, {**TEST, "arg": 1})]}, "steps.0.tests.0.arg", "a test has args"),
    ],
)
def test_a_mistake_in_a_lesson(tmp_path: Path, fields: dict[str, Any], field: str, message: str) -> None:
    found = told(tmp_path, lesson(**fields))
    assert any(f": {field}: " in line and message in line for line in found), found


def test_a_mistake_in_a_test_has_the_line_of_that_test(tmp_path: Path) -> None:
    fields = lesson(steps=[step(1, TWICE, TEST), step(2, TOTAL, TEST, {"call": "total", "args": 5})])
    (found,) = told(tmp_path, fields)
    line = line_of(fields, "{", 6)  # of the second test of the second step
    assert found.startswith(f"bill.json:{line}: steps.1.tests.1.args: must be a list")


def test_everything_that_is_wrong_is_told_at_once(tmp_path: Path) -> None:
    steps = [step(2, TWICE, {"call": "f"}), step(2, "", TEST)]
    head = COURSE.replace("order: 10\n", "")
    fields = lesson(title="", subtopics=["a.b.c"], steps=steps)
    found = faults(write_course(tmp_path, head=head, bill=fields))
    assert len(found) == 4, found  # order; title, tests and code: what builds on them cannot be said yet


def test_a_bad_lesson_fails_alone_and_so_does_a_bad_course(tmp_path: Path) -> None:
    head = COURSE.replace("  - bill", "  - torn\n  - bill")
    good = write_course(tmp_path, head=head, torn="{", bill=lesson())
    bad = write_course(tmp_path, "bad", "id: bad\n", bill=lesson(lesson_id="other"))
    found = load_courses([good, bad])
    assert [course.id for course in found.courses] == ["market"]
    assert [(lesson.id, lesson.position) for lesson in found.lessons] == [("market_bill", 2)]
    assert found.failed.keys() == {good / "torn.json", bad / "course.yaml"}


def test_ids_are_unique_and_the_first_counts(tmp_path: Path) -> None:
    first = write_course(tmp_path)
    same_lesson = write_course(tmp_path, "second", COURSE.replace("id: market", "id: second"))
    same_course = write_course(tmp_path, "third", COURSE, bill=lesson(lesson_id="third_bill"))
    found = load_courses([first, same_lesson, same_course])
    assert [(course.id, len(course.lessons)) for course in found.courses] == [("market", 1), ("second", 0)]
    told = [str(fault) for fault in found.faults]
    assert told == [
        f"{same_lesson}/bill.json:2: lesson_id: 'market_bill' is also {first}/bill.json: change one of them",
        f"{same_course}/course.yaml:1: id: 'market' is also {first}/course.yaml: change one of them",
    ]


def test_a_file_beyond_its_limit_is_not_even_read(tmp_path: Path) -> None:
    folder = write_course(tmp_path)
    with (folder / "bill.json").open("r+b") as file:
        file.truncate(1_000_000_000)  # sparse: takes no room
    assert faults(folder) == [
        f"bill.json: has 1000000000 bytes, at most {MAX_LESSON_BYTES} are read: make it smaller"
    ]


def test_the_courses_of_all_roots(tmp_path: Path) -> None:
    one, two, gone = (tmp_path / name for name in ("one", "two", "gone"))
    for root in (one, two):
        (root / "zones").mkdir(parents=True)
    write_course(one, bill=lesson(subtopics=["a.b.c"]))
    write_course(two, head=COURSE.replace("id: market", "id: again"))
    (two / "courses" / "_draft").mkdir()
    found = load_catalogue([one, two, gone])
    assert found.roots == {"market": one, "again": two}
    assert found.unreadable_roots == (gone,)
    assert [fault.field for fault in found.faults] == ["subtopics.0", "lesson_id", "subtopics.0"]
