"""A new file passes its checks before anything is written into it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pygrounds_dagster.authoring.offline import check_paths
from pygrounds_dagster.authoring.scaffold import (
    Place,
    ScaffoldError,
    new_course,
    new_problem,
    new_subtopic,
    new_topic,
    new_zone,
    open_place,
)
from pygrounds_dagster.cli import app
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.lessons.check import check_lesson
from pygrounds_dagster.lessons.courses import load_catalogue
from pygrounds_dagster.problems.check import check_problem
from pygrounds_dagster.problems.load import load_problems
from pygrounds_dagster.settings import Settings


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A zone with two topics, the first with two subtopics."""
    new_zone(open_place(tmp_path), "first")
    new_topic(open_place(tmp_path), "first.basics")
    new_topic(open_place(tmp_path), "first.loops", title="Loops: again & again")
    new_subtopic(open_place(tmp_path), "first.basics.names")
    new_subtopic(open_place(tmp_path), "first.basics.numbers", title="Numbers: 1, 2 # 3", difficulty="master")
    return tmp_path


def place(root: Path) -> Place:
    return open_place(root)


def test_new_files_are_valid_and_stand_behind_those_before(root: Path) -> None:
    new_zone(place(root), "second")
    new_subtopic(place(root), "first.loops.counting")
    content = load_content([root])
    assert content.problems == ()
    assert [(zone.key, zone.order) for zone in content.zones] == [("first", 10), ("second", 20)]
    assert [topic.title for topic in content.topics] == ["Basics", "Loops: again & again"]
    found = {s.key: (s.title, s.order, s.difficulty, s.prerequisites) for s in content.subtopics}
    assert found == {
        "first.basics.names": ("Names", 10, "beginner", ()),
        "first.basics.numbers": ("Numbers: 1, 2 # 3", 20, "master", ("first.basics.names",)),
        "first.loops.counting": ("Counting", 10, "beginner", ("first.basics.numbers",)),
    }


def test_a_new_subtopic_has_no_error_and_its_warnings_are_about_its_words(root: Path) -> None:
    checked = check_paths([root], Settings())
    assert checked.is_good
    for report in checked.reports:
        assert all(run.as_shown for run in report.runs)
        assert len(report.runs) == 7
        assert {finding.rule for finding in report.warnings} <= {"placeholder", "length", "neighbour"}
        assert report.measures.terms == 6


def test_a_new_problem_is_sound(root: Path) -> None:
    new_problem(place(root), "dear_ones", ["first.basics.numbers"])
    bank = load_problems(root / "problems", ["first.basics.numbers"])
    assert bank.faults == ()
    (problem,) = bank.problems
    assert problem.difficulty == "master"
    report = check_problem(problem)
    assert report.findings == ()
    assert report.mutation is not None
    assert report.mutation.score == 1


def test_a_new_course_passes_its_own_tests(root: Path) -> None:
    new_course(place(root), "shop", ["first.basics.names"])
    new_course(place(root), "farm", ["first.basics.names"])
    catalogue = load_catalogue([root])
    assert catalogue.faults == ()
    assert [(course.id, course.order) for course in catalogue.courses] == [("shop", 10), ("farm", 20)]
    for lesson in catalogue.lessons:
        assert len(lesson.steps) == 2
        assert check_lesson(lesson).findings == ()


def test_ids_need_not_be_folder_names(root: Path) -> None:
    (root / "zones" / "first").rename(root / "zones" / "01-first")
    (root / "zones" / "01-first" / "loops").rename(root / "zones" / "01-first" / "02-loops")
    (written,) = new_subtopic(place(root), "first.loops.counting")
    assert written == root / "zones" / "01-first" / "02-loops" / "counting" / "subtopic.md"


def test_a_zone_may_go_on_in_another_root(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    mine = tmp_path_factory.mktemp("mine")
    new_subtopic(open_place(mine, [root]), "first.loops.counting", prerequisites=["first.basics.names"])
    content = load_content([root, mine])
    assert content.problems == ()
    assert content.subtopics[-1].key == "first.loops.counting"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["zone", "First Steps"], "'First Steps' is no id: use a-z, 0-9 and _, beginning with a letter"),
        (["zone", "First Steps"], "such as 'first_steps'"),
        (["zone", "first"], "there is a zone 'first' already"),
        (["topic", "first"], "'first' does not look like zone.topic"),
        (["topic", "third.x"], "there is no zone 'third': run pygrounds new zone third"),
        (["topic", "first.loops"], "there is a topic 'first.loops' already"),
        (["subtopic", "first.loops"], "does not look like zone.topic.subtopic"),
        (["subtopic", "first.Loops.x"], "'Loops' is no id"),
        (["subtopic", "third.x.y"], "there is no zone 'third'"),
        (["subtopic", "first.sets.x"], "there is no topic 'first.sets': run pygrounds new topic first.sets"),
        (["subtopic", "first.sets.x"], "(first.basics, first.loops)"),
        (["subtopic", "first.basics.names"], "there is a subtopic 'first.basics.names' already"),
        (
            ["subtopic", "first.loops.x", "--prerequisite", "first.a.b"],
            "'first.a.b': there is no such subtopic",
        ),
        (
            ["subtopic", "first.loops.x", "--difficulty", "hard"],
            "'hard' is no difficulty: use one of beginner",
        ),
        (["problem", "x", "--topic", "first.a.b"], "topic 'first.a.b': there is no such subtopic"),
        (["problem", "while", "--topic", "first.basics.names"], "'while' is a word of Python"),
        (["course", "x", "--topic", "first.a.b"], "topic 'first.a.b': there is no such subtopic"),
    ],
)
def test_mistakes_are_explained_and_leave_nothing_behind(root: Path, arguments: list[str], said: str) -> None:
    before = sorted(root.rglob("*"))
    result = CliRunner().invoke(app, ["new", *arguments, "--into", str(root)])
    assert result.exit_code == 1
    assert said in result.output
    assert sorted(root.rglob("*")) == before


def test_what_is_there_is_never_overwritten(root: Path) -> None:
    taken = root / "problems" / "dear_ones"
    taken.mkdir(parents=True)
    with pytest.raises(ScaffoldError, match="dear_ones is there already"):
        new_problem(place(root), "dear_ones", ["first.basics.names"])
    assert list(taken.iterdir()) == []
    with pytest.raises(ScaffoldError, match="is no directory: make it, or name another content root"):
        open_place(root / "nowhere")


def test_the_command_says_what_it_wrote_and_what_to_do_next(root: Path) -> None:
    result = CliRunner().invoke(app, ["new", "subtopic", "first.loops.counting", "--into", str(root)])
    assert result.exit_code == 0, result.output
    written = root / "zones" / "first" / "loops" / "counting" / "subtopic.md"
    assert f"wrote {written}" in result.output
    assert f"Then: pygrounds check {written}" in result.output
    checked = CliRunner().invoke(app, ["check", str(written), "--json", "--quick"])
    assert checked.exit_code == 0, checked.output
    assert json.loads(checked.stdout)["subtopics"][0]["programs"] == 7
