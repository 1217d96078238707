"""Other people's sets: taken apart, proven, or refused with a reason; never run beside the solution."""

# ruff: noqa: E501 - one form a line

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pygrounds_dagster.problems.check import check_problem
from pygrounds_dagster.problems.importing import Imported, SourceError, import_problems
from pygrounds_dagster.problems.importing.evaluate import convert
from pygrounds_dagster.problems.importing.test_code import read_test_code
from pygrounds_dagster.problems.load import load_problem
from tests.problems.packs import exercism, write_files

TOPICS = ["beginner.basics.numbers"]


def converted(body: str, before: str = "") -> tuple[list[dict[str, Any]], list[str]]:
    """Tests and leftovers of a unittest method with this body."""
    lines = "\n".join("        " + line for line in body.splitlines())
    head = f"import unittest\nimport math\nfrom thing import f, Thing\n{before}\n"
    done = convert(
        read_test_code(
            f"{head}class ThingTest(unittest.TestCase):\n    def test_it(self):\n{lines}\n", ["thing"]
        )
    )
    return done.tests, done.left_out


@pytest.mark.parametrize(
    ("body", "test"),
    [
        ("self.assertEqual(f(1, x='a'), [2])", {"call": "f", "args": [1], "kwargs": {"x": "a"}, "expected": [2]}),
        ("self.assertEqual(7, f(1))", {"call": "f", "args": [1], "expected": 7}),
        ("self.assertEqual(f(math.gcd(4, 6)), 2 ** 10)", {"call": "f", "args": [2], "expected": 1024}),
        ("x = [1]\nx.append(2)\nself.assertEqual(f(x), x)", {"call": "f", "args": [[1, 2]], "expected": [1, 2]}),
        ("self.assertEqual(f((1, 2)), {3})",
         {"call": "f", "args": [{"$tuple": [1, 2]}], "expected": {"$set": [3]}}),
        ("self.assertIs(f(1), True)", {"call": "f", "args": [1], "expected": True, "compare": "exact"}),
        ("self.assertIsNone(f())", {"call": "f", "args": [], "expected": None, "compare": "exact"}),
        ("self.assertTrue(f(1))", {"eval": "bool(f(1))", "expected": True}),
        ("self.assertTrue(f(1) == 5)", {"call": "f", "args": [1], "expected": 5}),
        ("self.assertFalse(f(1))", {"eval": "bool(f(1))", "expected": False}),
        ("self.assertIn(f(1), [2])", {"eval": "f(1) in [2]", "expected": True}),
        ("self.assertAlmostEqual(f(1), 0.5, places=2)",
         {"call": "f", "args": [1], "expected": 0.5, "compare": {"tolerance": 0.005}}),
        ("self.assertCountEqual(f(1), [2, 1])",
         {"call": "f", "args": [1], "expected": [2, 1], "compare": {"types": "python", "unordered": True}}),
        ("with self.assertRaises(ValueError):\n    f(0)", {"call": "f", "args": [0], "raises": "ValueError"}),
        ("with self.assertRaises(ValueError) as e:\n    f(0)\nself.assertEqual(e.exception.args[0], 'no')",
         {"call": "f", "args": [0], "raises": {"type": "ValueError", "message": "no"}}),
        ("self.assertRaises(KeyError, f, 3)", {"call": "f", "args": [3], "raises": "KeyError"}),
        ("t = Thing(1)\nt.add(2)\nself.assertEqual(t.total, 3)",
         {"eval": "t.total", "setup": "t = Thing(1)\nt.add(2)", "expected": 3}),
        ("self.assertEqual(Thing(1), Thing(1))", {"eval": "Thing(1) == Thing(1)", "expected": True}),
        ("assert f(1) == 2", {"call": "f", "args": [1], "expected": 2}),
        ("assert not f(1)", {"eval": "bool(f(1))", "expected": False}),
    ],
)  # fmt: skip
def test_a_form_becomes_a_test(body: str, test: dict[str, Any]) -> None:
    assert converted(body) == ([test], [])


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("self.assertFoo(f(1))", "line 7: test_it: self.assertFoo is not understood"),
        ("self.assertEqual(f(1), object())", "a value of type Opaque"),
        ("self.assertEqual(f(1), 1 / 0)", "ZeroDivisionError"),
        ("self.assertEqual(1 + 1, 2)", "does not ask anything of the solution"),
        ("if f(1):\n    self.assertEqual(f(1), 1)", "an assertion within `if`"),
        ("for x in range(3):\n    self.assertEqual(f(x), x)", "values that are not written out"),
        ("f(1)", "asserts nothing"),
    ],
)
def test_what_is_not_understood_is_said(body: str, why: str) -> None:
    tests, left_out = converted(body)
    assert tests == []
    assert why in left_out[0]


def test_loops_and_parametrize_are_unrolled() -> None:
    loop = "for x, y in [(1, 2), (3, 4)]:\n    with self.subTest(x=x):\n        self.assertEqual(f(x), y)"
    tests, _ = converted(loop)
    assert [(test["args"], test["expected"]) for test in tests] == [([1], 2), ([3], 4)]
    source = (
        "import pytest\nimport thing as t\n"
        "@pytest.mark.parametrize('x, y', [(1, 2), pytest.param(3, 4)])\n"
        "def test_it(x, y):\n    assert t.f(x) == pytest.approx(y, abs=0.1)\n"
        "def test_error():\n    with pytest.raises(ValueError, match='too small'):\n        t.f(0)\n"
    )
    done = convert(read_test_code(source, ["thing"])).tests
    assert [test.get("expected") for test in done] == [2, 4, None]
    assert done[2]["raises"] == {"type": "ValueError", "message": "too small"}


def test_expected_values_never_stand_in_a_set_up() -> None:
    before = "CASES = [('SECRET-1', 1), ('SECRET-2', 2)]"
    body = (
        "expected = 'SECRET-3'\nt = Thing(3)\nself.assertEqual(t.show(), expected)\n"
        "for answer, given in CASES:\n    t = Thing(given)\n    self.assertEqual(t.show(), answer)"
    )
    tests, left_out = converted(body, before)
    assert not left_out
    assert [test["expected"] for test in tests] == ["SECRET-3", "SECRET-1", "SECRET-2"]
    assert "SECRET" not in "".join(test["setup"] + test["eval"] for test in tests)


EXAMPLE = "def two_fer(name='you'):\n    return f'One for {name}, one for me.'\n"
UNITTEST = """import unittest
from two_fer import two_fer

class TwoFerTest(unittest.TestCase):
    def test_no_name(self):
        self.assertEqual(two_fer(), "One for you, one for me.")

    def test_name(self):
        self.assertEqual(two_fer("Ama"), "One for Ama, one for me.")
"""


def test_an_exercism_track(tmp_path: Path) -> None:
    exercism(tmp_path / "track", "two-fer", EXAMPLE, UNITTEST, "def two_fer(name):\n    pass\n")
    exercism(
        tmp_path / "track",
        "wrong-one",
        EXAMPLE.replace("me", "us"),
        UNITTEST.replace("two_fer ", "wrong_one "),
    )
    exercism(tmp_path / "track", "no-python", EXAMPLE, "def (:\n")
    found = import_problems(tmp_path / "track", "exercism", tmp_path / "bank", topics=TOPICS)
    assert [(item.slug, item.id, item.state) for item in found] == [
        ("no-python", "no_python", "refused"),
        ("two-fer", "two_fer", "added"),
        ("wrong-one", "wrong_one", "refused"),
    ]
    assert "the tests are no Python: line 1" in found[0].notes[0]
    assert "example.py fails test 1 (wrong_answer)" in found[2].notes[0]
    problem, faults = load_problem(tmp_path / "bank" / "two_fer")
    assert problem is not None, faults
    assert (problem.kind, problem.entry, problem.title) == ("function", "two_fer", "Two fer")
    assert check_problem(problem).is_sound
    assert [path.name for path in (tmp_path / "bank").iterdir()] == ["two_fer"]


def test_importing_again_changes_nothing_until_the_set_changes(tmp_path: Path) -> None:
    exercise = exercism(tmp_path / "track", "two-fer", EXAMPLE, UNITTEST)

    def state() -> str:
        (item,) = import_problems(tmp_path / "track", "exercism", tmp_path / "bank", topics=TOPICS)
        return item.state

    assert [state(), state()] == ["added", "unchanged"]
    (exercise / ".docs" / "instructions.md").write_text("Say it otherwise.\n")
    assert state() == "changed"
    assert "otherwise" in (tmp_path / "bank" / "two_fer" / "statement.md").read_text()


def yaml_pack(tmp_path: Path, **files: str) -> Imported:
    folder = write_files(
        tmp_path / "packs" / "sum_up",
        {
            "problem.yaml": "title: Sum up\ndifficulty: easy\n",
            "description.md": "Add the numbers.\n",
            "template.py": "def sum_up(numbers):\n    pass\n",
            "solution.py": "def sum_up(numbers):\n    return sum(numbers)\n",
            "test_sum_up.py": "from template import sum_up\n\n\ndef test_sum():\n"
            "    assert sum_up([1, 2]) == 3\n    assert sum_up([]) == 0\n",
            **{name.replace("_py", ".py").replace("_yaml", ".yaml"): text for name, text in files.items()},
        },
    )
    (item,) = import_problems(folder.parent, "yaml-pack", tmp_path / "bank", topics=TOPICS)
    return item


def test_a_yaml_pack(tmp_path: Path) -> None:
    item = yaml_pack(tmp_path)
    assert (item.id, item.state, item.tests) == ("sum_up", "added", 2)
    problem, _ = load_problem(tmp_path / "bank" / "sum_up")
    assert problem is not None
    assert (problem.title, problem.difficulty) == ("Sum up", "beginner")
    assert [wrong.name for wrong in problem.wrong] == ["stub.py"]


def test_a_pack_with_files_of_other_names_and_no_link(tmp_path: Path) -> None:
    yaml_pack(tmp_path)
    folder = tmp_path / "packs" / "sum_up"
    for old, new in (
        ("problem.yaml", "exercise.yml"),
        ("description.md", "task.md"),
        ("test_sum_up.py", "tests.py"),
    ):
        (folder / old).rename(folder / new)
    write_files(tmp_path / "packs", {"index.yaml": "a: 1\n"})
    (item,) = import_problems(tmp_path / "packs", "yaml-pack", tmp_path / "other")
    assert item.state == "added", item.notes
    assert "linked to no subtopic" in item.notes[-1]
    problem, faults = load_problem(tmp_path / "other" / "sum_up")
    assert problem is not None, faults
    assert problem.topics == ()


@pytest.mark.parametrize(
    ("files", "why"),
    [
        ({"problem_yaml": "- 1\n"}, "problem.yaml must be a list of fields"),
        ({"problem_yaml": "a: [\n"}, "problem.yaml is not YAML"),
        ({"solution_py": "def sum_up(numbers):\n    return max(numbers)\n"}, "solution.py fails test 1"),
        ({"solution_py": "import os\nos._exit(0)\n"}, "solution.py fails test 1 (no_answer)"),
        ({"test_sum_up.py": "from template import sum_up\n"}, "no test could be made"),
        (
            {"test_sum_up.py": "import numpy\n\n\ndef test_it():\n    assert numpy.one == 1\n"},
            "numpy is not in the",
        ),
    ],
)
def test_a_pack_that_cannot_be_proven_is_refused(tmp_path: Path, files: dict[str, str], why: str) -> None:
    item = yaml_pack(tmp_path, **files)
    assert item.state == "refused"
    assert why in item.notes[0]
    assert not list((tmp_path / "bank").iterdir())


def test_files_outside_of_an_exercise_are_not_taken(tmp_path: Path) -> None:
    (tmp_path / "secret.py").write_text(EXAMPLE)
    listed = json.dumps({"files": {"example": ["../../../../secret.py", str(tmp_path / "secret.py")]}})
    exercise = exercism(tmp_path / "track", "two-fer", "", UNITTEST)
    write_files(exercise, {".meta/config.json": listed})
    (item,) = import_problems(tmp_path / "track", "exercism", tmp_path / "bank", topics=TOPICS)
    assert item.notes == ("has no right program (.meta/example.py, solution.py): its tests cannot be proven",)
    (exercise / ".meta" / "example.py").unlink()
    (exercise / ".meta" / "example.py").symlink_to(tmp_path / "secret.py")
    (item,) = import_problems(tmp_path / "track", "exercism", tmp_path / "bank", topics=TOPICS)
    assert item.notes == ("example.py is a link: put the file itself there",)


def test_a_directory_without_exercises(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no exercise of the format exercism"):
        import_problems(tmp_path, "exercism", tmp_path / "bank", topics=TOPICS)


def test_tests_of_a_set_are_never_run_beside_the_solution(tmp_path: Path) -> None:
    """A solution that patches comparison gains nothing: its values are compared elsewhere."""
    cheat = "class Any:\n    def __eq__(self, other):\n        return True\n\n\ndef two_fer(name=''):\n    return Any()\n"
    exercism(tmp_path / "track", "two-fer", cheat, UNITTEST)
    (item,) = import_problems(tmp_path / "track", "exercism", tmp_path / "bank", topics=TOPICS)
    assert item.state == "refused"
    assert json.dumps(item.notes)
