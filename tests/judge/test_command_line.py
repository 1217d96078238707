"""``pygrounds judge``: tables for people, JSON for programs, exit codes for scripts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pygrounds_dagster.cli.judge import app
from pygrounds_dagster.judge import sandbox
from tests.problems.packs import write_problem

RUNNER = CliRunner()
TESTS = [
    {"call": "f", "args": [2], "expected": 4},
    {"name": "zero [b]", "call": "f", "args": [0], "expected": 0},
]


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "tests.json").write_text(json.dumps(TESTS))
    (tmp_path / "right.py").write_text("def f(x): return x * 2")
    (tmp_path / "wrong.py").write_text("def f(x):\n    return 4 if x else 1 / 0")
    return tmp_path


def test_a_right_program_exits_with_0(files: Path) -> None:
    done = RUNNER.invoke(app, [str(files / "right.py"), "--tests", str(files / "tests.json")])
    assert done.exit_code == 0, done.output
    assert "2 of 2 tests" in done.output.replace("\n", " ")


def test_a_wrong_program_exits_with_1_and_shows_its_line(files: Path) -> None:
    done = RUNNER.invoke(app, [str(files / "wrong.py"), "--tests", str(files / "tests.json")])
    assert done.exit_code == 1
    assert "zero [b]" in done.output
    assert "line 2: return 4 if x" in done.output


def test_a_problem_brings_its_tests_limits_and_mode(
    files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_problem(tmp_path / "content" / "problems")
    monkeypatch.setenv("PYGROUNDS_CONTENT", str(tmp_path / "content"))
    monkeypatch.setenv("PYGROUNDS_HOME", str(tmp_path / "home"))
    right, wrong = (str(folder / path) for path in ("solutions/reference.py", "wrong/square.py"))
    assert RUNNER.invoke(app, [right, "--problem", "double"]).exit_code == 0
    assert RUNNER.invoke(app, [wrong, "--problem", str(folder)]).exit_code == 1
    nobody = RUNNER.invoke(app, [right, "--problem", "nobody"])
    assert (nobody.exit_code, "no problem 'nobody'" in nobody.output) == (2, True)
    (folder / "tests.json").write_text("[")
    broken = RUNNER.invoke(app, [right, "--problem", "double"])
    assert (broken.exit_code, "tests.json" in broken.output) == (2, True)


def test_json_is_the_verdict(files: Path) -> None:
    done = RUNNER.invoke(
        app, ["run", str(files / "wrong.py"), "--tests", str(files / "tests.json"), "--json"]
    )
    data = json.loads(done.stdout)
    assert (data["passed"], data["status"], len(data["tests"])) == (False, "error", 2)
    assert data["tests"][1]["exception"]["line"] == 2
    assert [test["name"] for test in data["tests"]] == ["test 1", "zero [b]"]


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["right.py"],
        ["missing.py", "--tests", "tests.json"],
        ["right.py", "--tests", "missing.json"],
        ["right.py", "--tests", "right.py"],
        ["right.py", "--tests", "tests.json", "--wall", "-1"],
        ["right.py", "--tests", "tests.json", "--jsonl", "x"],
        ["--jsonl", "missing.jsonl"],
    ],
)
def test_what_cannot_be_judged_exits_with_2(
    files: Path, arguments: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(files)
    assert RUNNER.invoke(app, arguments).exit_code == 2


def test_lines_are_judged_in_order_and_bad_ones_kept_apart(files: Path) -> None:
    lines = [
        json.dumps({"id": "one", "program": "def f(x): return x * 2"}),
        "nonsense",
        "",
        json.dumps({"path": "wrong.py"}),
        json.dumps({"id": "four"}),
        json.dumps({"id": "five", "path": "none.py"}),
    ]
    batch = files / "batch.jsonl"
    batch.write_text("\n".join(lines))
    done = RUNNER.invoke(app, ["--jsonl", str(batch), "--tests", str(files / "tests.json")])
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(answer["id"], answer["passed"], answer["status"]) for answer in answers] == [
        ("one", True, "passed"),
        (2, False, "refused"),
        (4, False, "error"),
        ("four", False, "refused"),
        ("five", False, "refused"),
    ]
    assert "line 2: not JSON: " in answers[1]["error"]
    assert "line 5: field 'program': missing" in answers[3]["error"]
    assert f"line 6: field 'path': {files / 'none.py'}: No such file" in answers[4]["error"]
    assert done.exit_code == 2


def test_lines_may_bring_their_own_tests(files: Path) -> None:
    batch = files / "batch.jsonl"
    lines = [
        {"program": "print(input())", "tests": [{"stdin": "a", "stdout": "a"}]},
        {"program": "", "tests": []},
        {"program": ""},
        [],
    ]
    batch.write_text("\n".join(map(json.dumps, lines)))
    done = RUNNER.invoke(app, ["--jsonl", str(batch)])
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    assert answers[0]["passed"]
    assert "line 2: field 'tests': no tests" in answers[1]["error"]
    assert "line 3: field 'tests': missing" in answers[2]["error"]
    assert "line 4: must be an object with 'program' or 'path'" in answers[3]["error"]


def test_the_doctor_shows_tiers_and_layers() -> None:
    done = RUNNER.invoke(app, ["doctor"])
    assert done.exit_code == 0
    assert "strict runs: tier" in done.output
    assert "seccomp" in done.output


def test_without_a_sandbox_nothing_is_judged(files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says why; the program is not run some other way."""

    def refuse(self: object, mode: str, seed: int) -> None:
        raise sandbox.JudgeUnavailableError("the judge refuses to start: no seccomp")

    monkeypatch.setattr(sandbox.Sandbox, "__init__", refuse)
    monkeypatch.setattr("pygrounds_dagster.judge.runner._default", None)
    done = RUNNER.invoke(app, [str(files / "right.py"), "--tests", str(files / "tests.json")])
    assert done.exit_code == 2
    assert "no seccomp" in done.output
    assert RUNNER.invoke(app, ["doctor"]).exit_code == 2
