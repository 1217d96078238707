"""Folders of a bank → problems, and every mistake at once with file, line, field and how to mend it.

A problem is a folder with ``problem.yaml``, ``statement.md``, ``tests.json``, ``solutions/*.py`` and, for
every program that ``problem.yaml`` lists under ``wrong``, a file in ``wrong/``. A folder that is not right
fails alone. Here: reading and checking the files. Not here: running anything (``check``).
"""

from __future__ import annotations

import ast
import os
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pygrounds_dagster.curriculum.content_model import Problem as Fault
from pygrounds_dagster.curriculum.content_yaml import (
    Loc,
    UnreadableTextError,
    alias_line,
    line_of,
    read_text,
    validate_yaml,
)
from pygrounds_dagster.judge import Test
from pygrounds_dagster.problems.model import Problem, ProblemFile, Program, WrongProgram, limits_of
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.problems.statement import samples_of
from pygrounds_dagster.problems.tests_file import read_tests
from pygrounds_dagster.store.step import fingerprint

KIB = 1024
MAX_BYTES = {"problem.yaml": 64 * KIB, "statement.md": 256 * KIB, "tests.json": 8 * KIB * KIB}
MAX_PROGRAM_BYTES = 256 * KIB

__all__ = ["Bank", "Fault", "load_problem", "load_problems"]


@dataclass(frozen=True, slots=True)
class Bank:
    """Problems of a directory.

    Attributes:
        problems: the complete ones, by id.
        faults: everything that is wrong, in order of file and line.
        failed: folder name → why, for folders that are no complete problem.
    """

    problems: tuple[Problem, ...]
    faults: tuple[Fault, ...]
    failed: dict[str, str]


@dataclass(slots=True)
class _Draft:
    """A folder while it is read."""

    folder: Path
    faults: list[Fault] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    lines: dict[Loc, int] = field(default_factory=dict)

    def report(self, name: str, message: str, line: int = 0, where: str = "") -> None:
        self.faults.append(Fault(self.folder / name, line, where, message, self.folder.name))

    def report_field(self, loc: Loc, message: str) -> None:
        self.report("problem.yaml", message, line_of(self.lines, loc), ".".join(map(str, loc)))

    def read(self, name: str, limit: int) -> str | None:
        """The text of a file, or a fault."""
        path = self.folder / name
        try:
            self.texts[name] = read_text(path, limit)
        except UnreadableTextError as error:
            self.report(name, str(error), error.line)
        except FileNotFoundError:
            self.report(name, "is missing: every problem needs it")
        except OSError as error:
            self.report(name, f"cannot be read: {error.strerror}; check its permissions")
        return self.texts.get(name)


def load_problems(directory: Path, topics: Collection[str] | None = None) -> Bank:
    """Read all problems of a directory; folders beginning with ``.`` or ``_`` are left alone.

    Never raises for what an author wrote: it is in ``Bank.faults``, and the rest of the bank goes on.

    Args:
        directory: holds one folder for each problem.
        topics: subtopic keys that there are; links to others are faults. None: links are not followed.

    Raises:
        OSError: the directory cannot be read.
    """
    problems: dict[str, Problem] = {}
    faults: list[Fault] = []
    failed: dict[str, str] = {}
    for folder in problem_folders(directory):
        problem, found = load_problem(folder, topics)
        if problem is not None and problem.id in problems:
            other = problems[problem.id].path
            found = [
                Fault(folder / "problem.yaml", 0, "id", f"{problem.id!r} is also {other}: change one id")
            ]
            problem = None
        faults += found
        if problem is None:
            failed[folder.name] = "\n".join(map(str, found))
        else:
            problems[problem.id] = problem
    ordered = tuple(problems[name] for name in sorted(problems))
    return Bank(ordered, tuple(sorted(faults, key=lambda f: (f.path, f.line, f.field))), failed)


def problem_folders(directory: Path) -> list[Path]:
    """Folders of a bank, by name.

    Raises:
        OSError: the directory cannot be read.
    """
    with os.scandir(directory) as entries:
        names = [entry.name for entry in entries if entry.is_dir() and not entry.name.startswith((".", "_"))]
    return [directory / name for name in sorted(names)]


def load_problem(folder: Path, topics: Collection[str] | None = None) -> tuple[Problem | None, list[Fault]]:
    """Read one problem.

    Args:
        folder: the problem's own folder.
        topics: see :func:`load_problems`.

    Returns:
        The problem, or None where something is wrong; everything that is wrong.
    """
    draft = _Draft(folder)
    values = _read_values(draft)
    statement = draft.read("statement.md", MAX_BYTES["statement.md"])
    tests = _read_tests(draft, values)
    solutions = _read_programs(draft, "solutions")
    wrong = _read_programs(draft, "wrong", needed=False)
    if values is None:
        return None, draft.faults
    _check_topics(draft, values, topics)
    _check_tests_fit(draft, values, tests)
    _check_solutions(draft, values, solutions)
    known_wrong = list(_wrong_programs(draft, values, tests, {p.name: p for p in wrong}))
    samples = samples_of(statement or "", values.kind)
    if statement is not None and not samples:
        block = "input" if values.kind == "program" else "python"
        draft.report("statement.md", f"has no sample: add a block ```{block} and below it a block ```output")
    if draft.faults:
        return None, draft.faults
    problem = Problem(
        id=values.id,
        title=values.title,
        difficulty=values.difficulty,
        topics=tuple(values.topics),
        kind=values.kind,
        entry=values.entry,
        mode=values.mode,
        limits=limits_of(values.limits),
        statement=statement or "",
        samples=tuple(samples),
        tests=tuple(tests),
        solutions=tuple(sorted(solutions, key=lambda p: (p.name != "reference.py", p.name))),
        wrong=tuple(known_wrong),
        source=values.source,
        path=folder,
        content_hash=fingerprint(*(part for item in sorted(draft.texts.items()) for part in item)),
    )
    return problem, []


def _read_values(draft: _Draft) -> ProblemFile | None:
    text = draft.read("problem.yaml", MAX_BYTES["problem.yaml"])
    if text is None:
        return None
    alias = alias_line(text)
    if alias:
        draft.report("problem.yaml", "uses an alias (*): write the value out", alias)
        return None
    checked = validate_yaml(draft.folder / "problem.yaml", text, ProblemFile)
    draft.lines = checked.lines
    draft.faults += checked.problems
    return checked.model


def _read_tests(draft: _Draft, values: ProblemFile | None) -> list[Test]:
    text = draft.read("tests.json", MAX_BYTES["tests.json"])
    if text is None:
        return []
    tests, faults = read_tests(text, values.compare if values else None)
    for fault in faults:
        draft.report("tests.json", fault.message, fault.line, fault.field)
    return tests


def _read_programs(draft: _Draft, directory: str, needed: bool = True) -> list[Program]:
    place = draft.folder / directory
    names = sorted(path.name for path in place.glob("*.py")) if place.is_dir() else []
    if needed and not names:
        draft.report(directory, "is missing: put at least one right program into it, such as reference.py")
    texts = [(name, draft.read(f"{directory}/{name}", MAX_PROGRAM_BYTES)) for name in names]
    return [Program(name, text) for name, text in texts if text is not None]


def _check_topics(draft: _Draft, values: ProblemFile, topics: Collection[str] | None) -> None:
    for index, topic in enumerate(values.topics):
        if topics is not None and topic not in topics:
            draft.report_field(("topics", index), f"there is no subtopic {topic!r}: mend or remove it")


def _check_tests_fit(draft: _Draft, values: ProblemFile, tests: list[Test]) -> None:
    names = [test.name for test in tests]
    for number, test in enumerate(tests, start=1):
        where = f"{number}"
        if (test.call is None) != (values.kind == "program"):
            asked = "give it `stdin` and `stdout`" if values.kind == "program" else "give it `call` or `eval`"
            draft.report("tests.json", f"does not fit `kind: {values.kind}`: {asked}", where=where)
        if (test.files or test.files_after) and values.mode != "files":
            draft.report("tests.json", "has files: say `mode: files` in problem.yaml", where=where)
        if names.index(test.name) != number - 1:
            draft.report("tests.json", f"the name {test.name!r} is taken: change one", where=f"{where}.name")
    if tests and all(test.hidden for test in tests):
        draft.report("tests.json", 'hides every test: remove `"hidden": true` from at least one')


def _check_solutions(draft: _Draft, values: ProblemFile, solutions: list[Program]) -> None:
    for program in solutions:
        name = f"solutions/{program.name}"
        try:
            tree = parse(program.source)
        except (SyntaxError, ValueError) as error:
            line = getattr(error, "lineno", None) or 0
            draft.report(name, f"is not Python: {getattr(error, 'msg', error)}; a solution must run", line)
            continue
        if values.entry and values.entry not in _top_names(tree):
            message = f"does not define {values.entry!r}, the `entry` of problem.yaml"
            draft.report(name, f"{message}: rename one of them")


def _top_names(tree: ast.Module) -> set[str]:
    named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
    found = {node.name for node in tree.body if isinstance(node, named)}
    stored = (n for node in tree.body for n in ast.walk(node) if isinstance(n, ast.Name))
    return found | {name.id for name in stored if isinstance(name.ctx, ast.Store)}


def _wrong_programs(
    draft: _Draft, values: ProblemFile, tests: list[Test], programs: dict[str, Program]
) -> Iterator[WrongProgram]:
    """The listed programs that are there and name a test; faults for the others."""
    numbers = {test.name: index for index, test in enumerate(tests)}
    listed: set[str] = set()
    for index, entry in enumerate(values.wrong):
        fails = entry.fails - 1 if isinstance(entry.fails, int) else numbers.get(entry.fails, -1)
        if entry.file in listed:
            draft.report_field(("wrong", index, "file"), f"{entry.file!r} is listed twice: keep one")
        elif entry.file not in programs:
            message = f"there is no wrong/{entry.file}: write it or remove this entry"
            draft.report_field(("wrong", index, "file"), message)
        elif tests and not 0 <= fails < len(tests):
            message = f"there is no test {entry.fails!r}: name one, or give its number from 1 to {len(tests)}"
            draft.report_field(("wrong", index, "fails"), message)
        else:
            yield WrongProgram(entry.file, programs[entry.file].source, fails, entry.mistake)
        listed.add(entry.file)
    for name in sorted(programs.keys() - listed):
        draft.report(f"wrong/{name}", "is not listed under `wrong` in problem.yaml: say which test it fails")
