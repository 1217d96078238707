"""Every program in the shipped content prints what the page shows."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from markdown_it import MarkdownIt

from pygrounds_dagster.settings import PROJECT_ROOT

LESSONS = sorted((PROJECT_ROOT / "content").glob("zones/*/*/*/*.md"))
TIMEOUT = 20


@dataclass(frozen=True)
class Program:
    """A ``python`` fence with what its page says about running it."""

    where: str
    code: str
    raises: str | None
    stdin: str
    output: str | None


def words(info: str) -> dict[str, str]:
    """``raises=ValueError stdin="a\\nb"`` as a mapping."""
    call = ast.parse(f"f({', '.join(_quoted(info))})", mode="eval").body
    assert isinstance(call, ast.Call)
    return {word.arg or "": str(ast.literal_eval(word.value)) for word in call.keywords}


def _quoted(info: str) -> list[str]:
    """Bare words in quotes; a value already in quotes may hold spaces."""
    found: list[str] = []
    rest = info.strip()
    while rest:
        name, _, value = rest.partition("=")
        if value.startswith('"'):
            end = value.index('"', 1)
            found.append(f"{name}={value[: end + 1]}")
            rest = value[end + 1 :].strip()
        else:
            word, _, rest = value.partition(" ")
            found.append(f"{name}={word!r}")
    return found


def programs(path: Path) -> list[Program]:
    text = path.read_text(encoding="utf-8")
    tokens = [token for token in MarkdownIt().parse(text) if token.type == "fence"]
    found = []
    for token, following in zip(tokens, [*tokens[1:], None], strict=True):
        language, _, info = token.info.partition(" ")
        if language != "python":
            continue
        told = words(info)
        shown = following.content if following is not None and following.info == "output" else None
        where = f"{path.relative_to(PROJECT_ROOT)}:{(token.map or [0])[0] + 1}"
        found.append(Program(where, token.content, told.get("raises"), told.get("stdin", ""), shown))
    return found


PROGRAMS = [program for path in LESSONS for program in programs(path)]


def run(program: Program, folder: Path) -> str:
    """What is wrong with a program; empty if it does what its page says."""
    folder.mkdir()
    result = subprocess.run(
        [sys.executable, "-I", "-c", program.code],
        input=program.stdin,
        capture_output=True,
        text=True,
        cwd=folder,
        env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
        timeout=TIMEOUT,
        check=False,
    )
    last = (result.stderr.strip().splitlines() or [""])[-1]
    if program.raises is None and result.returncode:
        return f"{program.where}: fails with {last}"
    if program.raises and last.split(":")[0].rpartition(".")[2] != program.raises:
        return f"{program.where}: should raise {program.raises}, but: {last or 'nothing'}"
    if program.output is None:
        return ""
    printed = result.stdout.rstrip("\n")
    shown = program.output.rstrip("\n")
    expected = "\n".join(part for part in (printed, last if program.raises else "") if part)
    return "" if shown in (expected, printed) else f"{program.where}: prints\n{expected}\nand shows\n{shown}"


@pytest.fixture(scope="module")
def faults(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    base = tmp_path_factory.mktemp("programs")
    with ThreadPoolExecutor(os.cpu_count()) as executor:
        folders = [base / str(number) for number in range(len(PROGRAMS))]
        return [fault for fault in executor.map(run, PROGRAMS, folders) if fault]


def test_the_pages_hold_programs_and_outputs() -> None:
    assert len(PROGRAMS) > 100
    assert sum(program.output is not None for program in PROGRAMS) > 100


def test_every_program_does_what_its_page_says(faults: list[str]) -> None:
    assert faults == []


@pytest.mark.parametrize(
    ("program", "fault"),
    [
        (Program("p", "print(1)", None, "", "1\n"), ""),
        (Program("p", "print(1)", None, "", "2\n"), "prints\n1\nand shows\n2"),
        (
            Program(
                "p", "print(1)\n1/0", "ZeroDivisionError", "", "1\nZeroDivisionError: division by zero\n"
            ),
            "",
        ),
        (Program("p", "print(1)", "ValueError", "", None), "should raise ValueError, but: nothing"),
        (Program("p", "1/0", None, "", None), "fails with ZeroDivisionError"),
        (Program("p", "print(input() + input())", None, "a\nb", "ab"), ""),
    ],
)
def test_the_check_tells_right_from_wrong(program: Program, fault: str, tmp_path: Path) -> None:
    told = run(program, tmp_path / "empty")
    assert told == "" if not fault else fault in told
