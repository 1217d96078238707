"""Folders of other people's sets → their parts: statement, tests, right programs, stub.

Two shapes are known: an Exercism-style track, and packs of a YAML file, a description, a template and a test
file. Here: finding and reading the parts. Not here: what becomes of them (``install``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import yaml

from pygrounds_dagster.curriculum.content_yaml import UnreadableTextError, read_text

SetFormat = Literal["exercism", "yaml-pack"]

MAX_BYTES = 512 * 1024
"""Of one file; what is larger is no exercise for learners."""

_YAML_FILES = ("problem.yaml", "problem.yml", "*.yaml", "*.yml")
_TEST_FILES = ("test_*.py", "*_test.py", "tests.py", "test.py", "tests/test_*.py", "tests/*_test.py")

_DIFFICULTIES = {
    "beginner": "beginner", "easy": "beginner", "1": "beginner", "2": "beginner", "3": "beginner",
    "intermediate": "intermediate", "medium": "intermediate", "4": "intermediate", "5": "intermediate",
    "6": "intermediate", "advanced": "advanced", "hard": "advanced", "7": "advanced", "8": "advanced",
    "master": "master", "expert": "master", "9": "master", "10": "master",
}  # fmt: skip


class SourceError(ValueError):
    """An exercise lacks a part, or has one that cannot be read; says which and why."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one exercise.

    Attributes:
        slug: its own name.
        title: for people.
        statement: Markdown.
        tests: source of the test file.
        test_file: its name.
        programs: file name and source of what may be a right program, the likeliest first.
        stub: what learners start from; empty if there is none.
        modules: names under which the tests may import the solution.
        difficulty: if the set says so.
    """

    slug: str
    title: str
    statement: str
    tests: str
    test_file: str
    programs: list[tuple[str, str]]
    stub: str = ""
    modules: list[str] = field(default_factory=list)
    difficulty: str | None = None


def find_exercises(directory: Path, format_: SetFormat) -> list[Path]:
    """Folders of exercises, the directory itself if it is one.

    Raises:
        SourceError: there is none.
    """
    marks, beside, _ = FORMATS[format_]
    found = sorted({folder for mark in marks for folder in _with_mark(directory, mark)})
    found = [folder for folder in found if not beside or any(_inside(folder, beside))]
    if not found:
        looked = " or ".join(marks) + (f" beside {' or '.join(beside)}" if beside else "")
        raise SourceError(f"{directory}: no exercise of the format {format_}: none has {looked}")
    return found


def _with_mark(directory: Path, mark: str) -> Iterator[Path]:
    depth = len(Path(mark).parts)
    yield from (path.parents[depth - 1] for path in directory.rglob(mark) if path.is_file())


def read_parts(folder: Path, format_: SetFormat) -> Parts:
    """The parts of one exercise.

    Raises:
        SourceError: a part is missing or cannot be read.
    """
    *_, read = FORMATS[format_]
    return read(folder)


def _read_exercism(folder: Path) -> Parts:
    """``.docs/instructions.md``, ``.meta/example.py`` (or ``exemplar.py``), ``slug.py``, ``slug_test.py``."""
    names = _exercism_names(folder)
    module = folder.name.replace("-", "_")
    docs = ("introduction.md", "instructions.md", "instructions.append.md")
    texts = [_optional(folder / ".docs" / name) for name in docs]
    if not texts[1].strip():
        raise SourceError(".docs/instructions.md is missing or empty")
    test_file = _first(folder, [*names.get("test", []), f"{module}_test.py", f"test_{module}.py"])
    examples = [
        *names.get("example", []),
        *names.get("exemplar", []),
        ".meta/example.py",
        ".meta/exemplar.py",
    ]
    programs = [(Path(n).name, _optional(folder / n)) for n in dict.fromkeys(examples)]
    stubs = [*names.get("solution", []), f"{module}.py"]
    return Parts(
        slug=folder.name,
        title=folder.name.replace("-", " ").capitalize(),
        statement="\n\n".join(text.strip() for text in texts if text.strip()),
        tests=_needed(folder / test_file),
        test_file=test_file,
        programs=[(name, text) for name, text in programs if text.strip()],
        stub=_optional(folder / stubs[0]),
        modules=[Path(name).stem for name in stubs],
    )


def _exercism_names(folder: Path) -> dict[str, list[str]]:
    """File names from ``.meta/config.json``, kept only where they stay in the folder."""
    text = _optional(folder / ".meta" / "config.json")
    try:
        files = json.loads(text).get("files", {}) if text else {}
    except (ValueError, AttributeError) as error:
        raise SourceError(f".meta/config.json is not JSON: {error}") from error
    lists = {kind: names for kind, names in files.items() if isinstance(names, list)}
    return {kind: [n for n in names if isinstance(n, str) and _stays(n)] for kind, names in lists.items()}


def _stays(name: str) -> bool:
    """Whether a file name leads nowhere but into the folder."""
    return not Path(name).is_absolute() and ".." not in Path(name).parts


def _read_yaml_pack(folder: Path) -> Parts:
    """``problem.yaml``, ``description.md``, ``template.py``, ``test_*.py`` and a right program.

    The YAML file and the description may have other names where there is one only.
    """
    values = _yaml_values(folder)
    tests = _inside(folder, _TEST_FILES)
    if not tests:
        raise SourceError("test_*.py is missing")
    named = [_words(values, key) for key in ("solution_file", "reference", "solution")]
    listed = [name for name in named if name.endswith(".py") and "\n" not in name and _stays(name)]
    listed += ["solution.py", "reference.py", "example.py", "solutions/reference.py", "solutions/solution.py"]
    programs = [(Path(name).name, _optional(folder / name)) for name in dict.fromkeys(listed)]
    if "\n" in (inline := _words(values, "solution")):
        programs.append(("solution.py", inline))
    template = _optional(folder / "template.py")
    named = _inside(folder, ("description.md", "statement.md", "instructions.md", "README.md", "*.md"))
    statement = (_optional(folder / named[0]) if named else "") or _words(values, "description")
    if not statement.strip():
        raise SourceError("description.md is missing or empty")
    others = [path.stem for path in sorted(folder.glob("*.py")) if path.name not in tests]
    return Parts(
        slug=_words(values, "id") or _words(values, "slug") or folder.name,
        title=_words(values, "title") or _words(values, "name") or folder.name.replace("_", " ").capitalize(),
        statement=statement.strip(),
        tests=_needed(folder / tests[0]),
        test_file=tests[0],
        programs=[(name, text) for name, text in (*programs, ("template.py", template)) if text.strip()],
        stub=template,
        modules=["template", "solution", "student", "submission", "program", "main", *others],
        difficulty=_DIFFICULTIES.get(_words(values, "difficulty").lower()),
    )


def _yaml_values(folder: Path) -> dict[str, Any]:
    name = _inside(folder, _YAML_FILES)[0]
    try:
        values = yaml.safe_load(_needed(folder / name))
    except yaml.YAMLError as error:
        raise SourceError(f"{name} is not YAML: {' '.join(str(error).split())}") from error
    if not isinstance(values, dict):
        raise SourceError(f"{name} must be a list of fields such as `title: …`")
    return values


def _inside(folder: Path, patterns: Sequence[str]) -> list[str]:
    """Names of the folder's files that match, those of the first pattern first."""
    found = [path for pattern in patterns for path in sorted(folder.glob(pattern)) if path.is_file()]
    return list(dict.fromkeys(str(path.relative_to(folder)) for path in found))


def _words(values: dict[str, Any], key: str) -> str:
    """A field as text; empty where it is missing or no plain value."""
    value = values.get(key)
    return str(value) if isinstance(value, str | int) else ""


def _first(folder: Path, names: list[str]) -> str:
    for name in names:
        if (folder / name).is_file():
            return name
    raise SourceError(f"{names[0]} is missing: there are no tests")


def _needed(path: Path) -> str:
    text = _optional(path)
    if not text.strip():
        raise SourceError(f"{path.name} is missing or empty")
    return text


def _optional(path: Path) -> str:
    """The text of a file; empty if it is not there.

    Raises:
        SourceError: it is a link, too large, or no text.
    """
    if path.is_symlink():
        raise SourceError(f"{path.name} is a link: put the file itself there")
    try:
        size = path.stat().st_size
        if size > MAX_BYTES:
            raise SourceError(f"{path.name} has {size} bytes, at most {MAX_BYTES} are read")
        return read_text(path) if size else ""
    except FileNotFoundError:
        return ""
    except UnreadableTextError as error:
        raise SourceError(f"{path.name}: {error}") from error
    except OSError as error:
        raise SourceError(f"{path.name} cannot be read: {error.strerror}") from error


def problem_id(slug: str) -> str:
    """The id of a problem made from another set's name: ``two-fer`` → ``two_fer``."""
    name = re.sub(r"[^a-z0-9]+", "_", slug.lower()).strip("_")[:60]
    return name if name[:1].isalpha() else f"p_{name}".rstrip("_")


FORMATS: dict[SetFormat, tuple[tuple[str, ...], tuple[str, ...], Callable[[Path], Parts]]] = {
    "exercism": ((".meta/example.py", ".meta/exemplar.py", ".docs/instructions.md"), (), _read_exercism),
    "yaml-pack": (_YAML_FILES, (*_TEST_FILES, "template.py", "description.md"), _read_yaml_pack),
}
"""By format: files that tell an exercise, others of which one must stand beside them, how parts are read."""
