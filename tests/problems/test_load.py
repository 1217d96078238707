"""Reading a bank: complete problems, and every mistake at once with file, line and field."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pygrounds_dagster.problems.load import MAX_BYTES, load_problem, load_problems
from tests.problems.packs import PROBLEM, REFERENCE, STATEMENT, TESTS, write_problem


def faults(folder: Path) -> list[str]:
    problem, found = load_problem(folder, ["beginner.basics.numbers"])
    assert (problem is None) == bool(found)
    return [str(fault).removeprefix(f"{folder}/") for fault in found]


def test_a_complete_problem(tmp_path: Path) -> None:
    problem, found = load_problem(write_problem(tmp_path))
    assert not found
    assert problem is not None
    assert (problem.id, problem.kind, problem.entry, problem.mode) == (
        "double",
        "function",
        "double",
        "strict",
    )
    assert [test.name for test in problem.public_tests] == ["test 1", "test 2"]
    assert [test.name for test in problem.hidden_tests] == ["test 3"]
    assert problem.reference.source == REFERENCE
    assert [(wrong.name, wrong.fails) for wrong in problem.wrong] == [("square.py", 1)]
    assert [(sample.code, sample.output, sample.line) for sample in problem.samples] == [
        ("print(double(4))\n", "8\n", 5)
    ]


def test_the_hash_follows_every_file(tmp_path: Path) -> None:
    folder = write_problem(tmp_path)
    hashes = set()
    for path in ("tests.json", "statement.md", "solutions/reference.py", "wrong/square.py", "problem.yaml"):
        (folder / path).write_text((folder / path).read_text() + "\n")
        problem, _ = load_problem(folder)
        assert problem is not None
        hashes.add(problem.content_hash)
    assert len(hashes) == 5


def test_a_limit_can_be_set(tmp_path: Path) -> None:
    problem, _ = load_problem(
        write_problem(tmp_path, problem_yaml=PROBLEM + "limits: {cpu: 1, memory: 1000000}\n")
    )
    assert problem is not None
    assert (problem.limits.cpu, problem.limits.memory, problem.limits.wall) == (1, 1_000_000, 5.0)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("difficulty: beginner\n", "", "problem.yaml:1: difficulty: is missing"),
        ("difficulty: beginner", "difficulty: simple", "problem.yaml:3: difficulty: 'simple'"),
        ("[beginner.basics.numbers]", "numbers", "problem.yaml:4: topics"),
        ("basics.numbers", "basics.nowhere", "problem.yaml:4: topics.0: there is no subtopic"),
        ("entry: double\n", "", "problem.yaml:1: entry: None: a function needs `entry: …`"),
        ("entry: double", "entry: triple", "solutions/reference.py: does not define 'triple'"),
        ("fails: 2", "fails: 9", "problem.yaml:9: wrong.0.fails: there is no test 9"),
        ("fails: 2", "fails: big one", "problem.yaml:9: wrong.0.fails: there is no test 'big one'"),
        ("file: square.py", "file: cube.py", "problem.yaml:8: wrong.0.file: there is no wrong/cube.py"),
        ("fails: 2", "fails: 2\n    hint: no", "'hint' is no field"),
        ("kind: function", "kind: function\nlimits: {cpus: 1}", "did you mean cpu?"),
        ("kind: function", "kind: function\nlimits: {cpu: -1}", "must be a positive number"),
        ("kind: function", "kind: function\nlimits: {stack: 1.5}", "must be a whole number"),
        ("kind: function\nentry: double", "kind: program", "does not fit `kind: program`"),
        ("title: Twice", "title: &a Twice\nsource: *a", "problem.yaml:3: uses an alias"),
        ("title: ", "titel: ", "titel: is not a field: did you mean title?"),
    ],
)
def test_a_mistake_in_the_yaml(tmp_path: Path, before: str, after: str, told: str) -> None:
    assert before in PROBLEM
    found = faults(write_problem(tmp_path, problem_yaml=PROBLEM.replace(before, after)))
    assert any(told in line for line in found), found


def test_what_is_missing_is_told_at_once(tmp_path: Path) -> None:
    files = {
        "statement.md": None,
        "tests_json": None,
        "solutions/reference.py": None,
        "wrong/square.py": None,
    }
    found = faults(write_problem(tmp_path, **files))
    assert [line.split(":")[0] for line in found] == [
        "statement.md", "tests.json", "solutions", "problem.yaml"
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("files", "told"),
    [
        ({"statement.md": "# Twice\n"}, "statement.md: has no sample: add a block ```python"),
        ({"statement.md": STATEMENT.replace("```output", "```text")}, "has no sample"),
        ({"tests_json": "[]"}, "tests.json:1: holds no tests"),
        ({"tests_json": json.dumps([{**t, "hidden": True} for t in TESTS])}, "hides every test"),
        (
            {"tests_json": json.dumps([{**t, "name": "same"} for t in TESTS])},
            "2.name: the name 'same' is taken",
        ),
        (
            {"tests_json": json.dumps([*TESTS, {**TESTS[0], "files": {"a": "b"}}])},
            "4: has files: say `mode: files`",
        ),
        ({"tests_json": json.dumps([*TESTS, {"stdin": "", "stdout": ""}])}, "does not fit `kind: function`"),
        ({"solutions/reference.py": "def double(:\n"}, "solutions/reference.py:1: is not Python"),
        ({"solutions/other.py": "twice = 2\n"}, "solutions/other.py: does not define 'double'"),
        ({"wrong/more.py": "x = 1\n"}, "wrong/more.py: is not listed under `wrong`"),
        ({"problem_yaml": "- 1\n"}, "problem.yaml"),
        ({"problem_yaml": "id: [\n"}, "problem.yaml:2: is not YAML"),
    ],
)
def test_a_mistake_in_another_file(tmp_path: Path, files: dict[str, str], told: str) -> None:
    found = faults(write_problem(tmp_path, **files))
    assert any(told in line for line in found), found


@pytest.mark.parametrize("name", ["tests.json", "problem.yaml", "statement.md"])
def test_a_file_beyond_its_limit_is_not_even_read(tmp_path: Path, name: str) -> None:
    folder = write_problem(tmp_path)
    with (folder / name).open("r+b") as file:
        file.truncate(1_000_000_000)  # sparse: takes no room
    assert any(
        f"{name}: has 1000000000 bytes, at most {MAX_BYTES[name]} are read" in f for f in faults(folder)
    )


def test_a_bad_problem_fails_alone(tmp_path: Path) -> None:
    write_problem(tmp_path)
    write_problem(tmp_path, "broken", tests_json="[")
    write_problem(tmp_path, "second", problem_yaml=PROBLEM)
    (tmp_path / "_draft").mkdir()
    bank = load_problems(tmp_path)
    assert [problem.id for problem in bank.problems] == ["double"]
    assert bank.failed.keys() == {"broken", "second"}
    assert "is also" in bank.failed["second"]
    assert [fault.path.name for fault in bank.faults] == ["tests.json", "problem.yaml"]
