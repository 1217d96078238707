"""Parts of an exercise → a problem's folder, proven by the judge before it takes its place.

Here: writing the folder, proving it, saying per exercise what became of it. Not here: reading other people's
folders (``sources``), their tests (``test_code``, ``evaluate``).
"""

from __future__ import annotations

import ast
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import yaml

from pygrounds_dagster.judge import Limits, Test, Verdict, judge, parse_tests
from pygrounds_dagster.problems.check import LEAST_SCORE, SEEDS, check_problem
from pygrounds_dagster.problems.importing.evaluate import Converted, convert
from pygrounds_dagster.problems.importing.sources import (
    Parts,
    SetFormat,
    SourceError,
    find_exercises,
    problem_id,
    read_parts,
)
from pygrounds_dagster.problems.importing.test_code import TestCode, read_test_code
from pygrounds_dagster.problems.load import load_problem
from pygrounds_dagster.problems.samples import sample_section
from pygrounds_dagster.problems.tests_file import MAX_TESTS, write_tests

PUBLIC_TESTS = 3
"""The first tests of a set are shown to learners, the others are hidden."""

State = Literal["added", "changed", "unchanged", "refused"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of one exercise.

    Attributes:
        slug: its name in the set.
        id: of the problem.
        state: ``refused`` ones were not written.
        tests: how many tests were made.
        score: share of mutants that they find; None if refused.
        notes: why it was refused; or what was left out and what is weak.
    """

    slug: str
    id: str
    state: State
    tests: int
    score: float | None
    notes: tuple[str, ...]


def import_problems(
    directory: Path,
    format_: SetFormat,
    destination: Path,
    *,
    topics: Sequence[str] = (),
    difficulty: str = "intermediate",
    progress: Callable[[int, int, str], None] | None = None,
) -> list[Imported]:
    """Turn a set into problems; an exercise that cannot be proven is refused alone.

    Args:
        directory: the set, or a single exercise.
        format_: its shape.
        destination: directory of the bank; created if needed. Problems of the same id are replaced.
        topics: subtopic keys that the problems are linked to; none: no subtopic uses them yet.
        difficulty: where the set names none.
        progress: called as ``progress(done, total, slug)``.

    Raises:
        SourceError: there is no exercise of this format.
        JudgeUnavailable: nothing can be run safely on this machine.
        OSError: the destination cannot be written.
    """
    folders = find_exercises(directory, format_)
    destination.mkdir(parents=True, exist_ok=True)
    done = []
    for number, folder in enumerate(folders):
        if progress is not None:
            progress(number, len(folders), folder.name)
        done.append(_import_one(folder, format_, destination, topics, difficulty))
    return done


def _import_one(
    folder: Path, format_: SetFormat, destination: Path, topics: Sequence[str], difficulty: str
) -> Imported:
    try:
        parts = read_parts(folder, format_)
        code = read_test_code(parts.tests, parts.modules)
        converted = convert(code)
        name = problem_id(parts.slug)
        files = _files(parts, code, converted, name, topics, difficulty)
    except SyntaxError as error:
        return _refused(folder.name, f"the tests are no Python: line {error.lineno}: {error.msg}")
    except SourceError as error:
        return _refused(folder.name, str(error))
    notes = [*converted.left_out]
    if not topics:
        notes.append(
            "linked to no subtopic yet: give --topic, or list some under `topics` in its problem.yaml"
        )
    return _install(folder.name, name, files, destination, len(converted.tests), tuple(notes))


def _refused(slug: str, *notes: str) -> Imported:
    return Imported(slug, problem_id(slug), "refused", 0, None, notes)


def _files(
    parts: Parts, code: TestCode, converted: Converted, name: str, topics: Sequence[str], difficulty: str
) -> dict[str, str]:
    """Path and text of every file of the problem.

    Raises:
        SourceError: no test could be made, or no program passes them.
    """
    if not converted.tests:
        raise SourceError("; ".join(["no test could be made", *converted.left_out]))
    fields = [_shown(test, number) for number, test in enumerate(converted.tests[:MAX_TESTS])]
    tests = parse_tests([{"compare": "python", **test} for test in fields])
    program = _right_program(parts, tests)
    kind, entry = _entry(code, program)
    values: dict[str, Any] = {
        "id": name,
        "title": parts.title,
        "difficulty": parts.difficulty or difficulty,
        "topics": list(topics),
        "kind": kind,
        "entry": entry,
        "compare": "python",
        "source": f"{parts.slug}, {parts.test_file}",
    }
    files = {
        "statement.md": _statement(parts, program, fields),
        "tests.json": write_tests(fields),
        "solutions/reference.py": _ended(program),
    }
    stub = judge(parts.stub, tests) if parts.stub.strip() and parts.stub != program else None
    if stub is not None and not stub.passed and stub.judged:
        fails = next(index for index, test in enumerate(stub.tests, start=1) if not test.passed)
        values["wrong"] = [{"file": "stub.py", "fails": fails, "mistake": "Nothing is written yet."}]
        files["wrong/stub.py"] = _ended(parts.stub)
    return {**files, "problem.yaml": yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=110)}


def _shown(test: dict[str, Any], number: int) -> dict[str, Any]:
    return {**test, "hidden": True} if number >= PUBLIC_TESTS else test


def _ended(text: str) -> str:
    return text.strip("\n") + "\n"


def _right_program(parts: Parts, tests: Sequence[Test]) -> str:
    """The first program that passes every test.

    Raises:
        SourceError: none does; says what the first one fails.
    """
    if not parts.programs:
        raise SourceError("has no right program (.meta/example.py, solution.py): its tests cannot be proven")
    why = ""
    for name, text in parts.programs:
        verdict = judge(text, tests, limits=Limits(), seeds=SEEDS)
        if verdict.passed:
            return text
        why = why or f"{name} {_failure(verdict)}"
    raise SourceError(why)


def _failure(verdict: Verdict) -> str:
    number, test = next((n, test) for n, test in enumerate(verdict.tests, start=1) if not test.passed)
    return f"fails test {number} ({test.status}): {test.reason}"


def _entry(code: TestCode, program: str) -> tuple[str, str]:
    """Kind and name of what the tests ask for.

    Raises:
        SourceError: the tests import nothing that the program defines.
    """
    classes = {node.name for node in ast.walk(ast.parse(program)) if isinstance(node, ast.ClassDef)}
    functions = {
        node.name
        for node in ast.parse(program).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    for name in code.solution_names.values():
        if name in functions:
            return "function", name
        if name in classes:
            return "class", name
    raise SourceError("the tests import no function or class of the solution")


def _statement(parts: Parts, program: str, tests: Sequence[dict[str, Any]]) -> str:
    heading = "" if parts.statement.startswith("# ") else f"# {parts.title}\n\n"
    return f"{heading}{parts.statement}\n\n{sample_section(program, tests[:PUBLIC_TESTS])}"


def _install(
    slug: str, name: str, files: dict[str, str], destination: Path, tests: int, notes: tuple[str, ...]
) -> Imported:
    """Write the files aside, prove them there, and put the folder into its place by one rename."""
    with tempfile.TemporaryDirectory(prefix=".import-", dir=destination) as place:
        made = Path(place) / name
        for path, text in files.items():
            (made / path).parent.mkdir(parents=True, exist_ok=True)
            (made / path).write_text(text, encoding="utf-8")
        problem, faults = load_problem(made)
        if problem is None:
            return Imported(slug, name, "refused", tests, None, tuple(f.message for f in faults))
        report = check_problem(problem)
        score = report.mutation.score if report.mutation else None
        if score is None:
            return Imported(slug, name, "refused", tests, None, tuple(map(str, report.findings)))
        weak = (f"the tests find only {score:.1%} of the mutants",) if score < LEAST_SCORE else ()
        state = _state(made, destination / name)
        if state != "unchanged":
            _replace(made, destination / name)
        return Imported(slug, name, state, tests, score, (*weak, *notes))


def _state(made: Path, target: Path) -> State:
    if not target.exists():
        return "added"
    return "unchanged" if _contents(made) == _contents(target) else "changed"


def _contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def _replace(made: Path, target: Path) -> None:
    if target.exists():
        target.rename(made.with_name(f"{made.name}.old"))
    made.rename(target)
