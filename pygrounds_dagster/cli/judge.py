"""``pygrounds judge``: run a program against tests, or say how safely that can be done here.

Here: arguments, tables, exit codes (0 passed, 1 failed, 2 could not judge). Not here: judging.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pygrounds_dagster.judge import Limits, Mode, Test, Verdict
    from pygrounds_dagster.problems.model import Problem

PASSED, FAILED, NOT_JUDGED = range(3)


class _ProgramByDefault(TyperGroup):
    """``judge FILE`` is ``judge run FILE``; a program that is called like a command is given as ./doctor."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in self.commands and args[0] not in ("--help", "-h"):
            args = ["run", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_ProgramByDefault,
    no_args_is_help=True,
    help="Run a program in the sandbox against tests: judge PROGRAM --tests FILE or --problem ID, "
    "judge --jsonl FILE. `pygrounds judge run --help` lists the options and the form of the tests.",
)


def _fail(message: str) -> typer.Exit:
    typer.secho(f"could not judge: {message}", err=True, fg=typer.colors.RED)
    return typer.Exit(NOT_JUDGED)


def _tests(path: Path | None) -> list[Test] | None:
    from pygrounds_dagster.judge import TestError, load_tests

    try:
        return load_tests(path) if path is not None else None
    except TestError as error:
        raise _fail(str(error)) from error


def _problem(name: str) -> Problem:
    """The problem of a content root's bank, by its id, or that of a folder."""
    from pygrounds_dagster.problems.load import load_problem
    from pygrounds_dagster.problems.register import problem_folder
    from pygrounds_dagster.settings import Settings

    folder = problem_folder(Settings().content_roots, name) or Path(name)
    if not (folder / "problem.yaml").is_file():
        raise _fail(f"there is no problem {name!r}: name the id of one in a bank of the content, or a folder")
    problem, faults = load_problem(folder)
    if problem is None:
        raise _fail("\n".join(map(str, faults)))
    return problem


def _limits(base: Limits, cpu: float | None, wall: float | None, memory_mib: int | None) -> Limits:
    given: dict[str, Any] = {"cpu": cpu, "wall": wall, "memory": memory_mib and memory_mib * 1024 * 1024}
    try:
        return replace(base, **{name: value for name, value in given.items() if value is not None})
    except ValueError as error:
        raise _fail(str(error)) from error


@app.command("run")
def run(
    program: Annotated[Path | None, typer.Argument(help="The program, a Python file.")] = None,
    tests: Annotated[Path | None, typer.Option(help="Tests as JSON: a list of calls or inputs.")] = None,
    problem: Annotated[
        str | None, typer.Option(help="Tests, limits and mode of this problem: its id, or its folder.")
    ] = None,
    jsonl: Annotated[
        Path | None,
        typer.Option(help="Judge many: an object a line with program or path, tests, id; prints JSON lines."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")] = False,
    files: Annotated[
        bool, typer.Option("--files", help="Give runs a scratch directory and threads.")
    ] = False,
    seed: Annotated[list[int] | None, typer.Option(help="Hash seed; repeat for several.")] = None,
    cpu: Annotated[float | None, typer.Option(help="CPU seconds a run.")] = None,
    wall: Annotated[float | None, typer.Option(help="Wall seconds a run.")] = None,
    memory: Annotated[int | None, typer.Option(help="Memory a run, MiB.")] = None,
) -> None:
    """Judge a program by its tests (the default: `judge PROGRAM --tests FILE`).

    A tests file is a JSON list: {"call": "f", "args": [1], "expected": 2}, {"call": "f", "args": [-1],
    "raises": "ValueError"} or {"stdin": "1", "stdout": "2"}, each with an optional "compare":
    "float", "unordered", "tokens", "python", "json", "exact", or an object of rules.

    Exit code: 0 passed, 1 failed, 2 could not judge.
    """
    from pygrounds_dagster.judge import JudgeUnavailableError, Limits

    if (program is None) == (jsonl is None):
        raise _fail("give either a PROGRAM or --jsonl FILE")
    if tests is not None and problem is not None:
        raise _fail("give either --tests FILE or --problem ID")
    found = _problem(problem) if problem is not None else None
    asked = list(found.tests) if found else _tests(tests)
    limits, seeds = _limits(found.limits if found else Limits(), cpu, wall, memory), tuple(seed or (0,))
    mode: Mode = "files" if files or (found and found.mode == "files") else "strict"
    try:
        if jsonl is not None:
            code = _judge_lines(jsonl, asked, limits, mode, seeds)
        else:
            assert program is not None
            code = _judge_one(program, asked, limits, mode, seeds, as_json)
    except JudgeUnavailableError as error:
        raise _fail(str(error)) from error
    raise typer.Exit(code)


def _judge_one(
    program: Path, tests: list[Test] | None, limits: Limits, mode: Mode, seeds: Sequence[int], as_json: bool
) -> int:
    from pygrounds_dagster.judge import judge

    if tests is None:
        raise _fail("--tests FILE or --problem ID is missing")
    try:
        source = program.read_bytes()
    except OSError as error:
        raise _fail(f"{program}: {error.strerror or error}") from error
    verdict = judge(source, tests, limits=limits, mode=mode, seeds=seeds)
    if as_json:
        typer.echo(json.dumps(verdict.to_json()))
    else:
        _print_table(program, verdict)
    return _exit_code(verdict)


def _judge_lines(
    path: Path, tests: list[Test] | None, limits: Limits, mode: Mode, seeds: Sequence[int]
) -> int:
    from pygrounds_dagster.judge.batch import judge_lines

    worst = PASSED
    try:
        for name, found in judge_lines(path, tests, limits=limits, mode=mode, seeds=seeds):
            if isinstance(found, str):
                answer: dict[str, Any] = {"id": name, "passed": False, "status": "refused", "error": found}
                code = NOT_JUDGED
            else:
                answer, code = {"id": name, **found.to_json()}, _exit_code(found)
            typer.echo(json.dumps(answer))
            worst = max(worst, code)
    except (OSError, UnicodeDecodeError) as error:
        raise _fail(f"{path}: {error}") from error
    return worst


def _exit_code(verdict: Verdict) -> int:
    if verdict.passed:
        return PASSED
    return FAILED if verdict.judged else NOT_JUDGED


def _print_table(program: Path, verdict: Verdict) -> None:
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table("test", "result", "why", "CPU s", "MiB")
    for number, result in enumerate(verdict.tests, 1):
        raised = result.run.raised
        why = result.reason
        if raised is not None and raised.source and not result.passed:
            why += f"\n  line {raised.line}: {raised.source}"
        table.add_row(
            Text(result.name or f"test {number}"),
            Text(result.status, style="green" if result.passed else "red"),
            Text(why),
            f"{result.run.cpu:.3f}",
            f"{result.run.peak_memory / 1024**2:.0f}",
        )
    console = Console()
    console.print(table)
    good = sum(result.passed for result in verdict.tests)
    word = "passed" if verdict.passed else f"not passed: {verdict.status}"
    console.print(Text(f"{program}: {word}, {good} of {len(verdict.tests)} tests"))


@app.command()
def doctor() -> None:
    """Show which layers lock a program up on this machine, and the tier they add up to."""
    from rich.console import Console
    from rich.table import Table

    from pygrounds_dagster.judge.doctor import examine

    found = [examine("strict"), examine("files")]
    console = Console()
    for diagnosis in found:
        console.print(f"{diagnosis.mode} runs: tier {diagnosis.tier or 'none'} — {diagnosis.meaning}")
        if diagnosis.reason:
            console.print(f"  {diagnosis.reason}", markup=False)
            continue
        table = Table("layer", "on", "what it takes")
        for layer in diagnosis.layers:
            table.add_row(layer.name, "yes" if layer.on else "no", "" if layer.on else layer.takes)
        console.print(table)
    if not found[0].tier:
        raise typer.Exit(NOT_JUDGED)
