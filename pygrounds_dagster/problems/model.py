"""What a problem is: the fields of ``problem.yaml``, and the problem as the rest of the project sees it.

Here: models and plain values. Not here: finding and reading files (``load``), tests as data (``tests_file``),
whether a problem holds (``check``).
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from dataclasses import fields as dataclass_fields
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    ValidationInfo,
    field_validator,
    model_validator,
)

from pygrounds_dagster.curriculum.content_model import Difficulty, Identifier, PartitionKey, Text
from pygrounds_dagster.judge import Limits, Mode, Test

Kind = Literal["function", "class", "program"]
"""What is asked for: a function or class of a given name, or a program that reads and prints."""

EntryName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=64)]
_LIMITS = {entry.name: entry.type for entry in dataclass_fields(Limits)}


class WrongEntry(BaseModel):
    """One known-wrong program: its file under ``wrong/``, the test it must fail, and the mistake in words."""

    model_config = ConfigDict(frozen=True)

    file: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]+\.py$")]
    fails: Annotated[int, Field(strict=True, ge=1)] | Text
    mistake: Text

    @model_validator(mode="before")
    @classmethod
    def _known_fields(cls, value: Any) -> Any:
        return _only(value, cls.model_fields, "field")


class ProblemFile(BaseModel):
    """``problem.yaml``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: Identifier
    title: Text
    difficulty: Difficulty
    topics: list[PartitionKey]
    kind: Kind
    entry: Annotated[EntryName | None, Field(validate_default=True)] = None
    mode: Mode = "strict"
    limits: dict[str, float] = {}
    compare: str | dict[str, Any] | None = None
    wrong: list[WrongEntry] = []
    source: Text | None = None

    @field_validator("limits", mode="before")
    @classmethod
    def _known_limits(cls, value: Any) -> Any:
        return _only(value, _LIMITS, "limit")

    @field_validator("limits")
    @classmethod
    def _sensible_limits(cls, value: dict[str, float]) -> dict[str, float]:
        limits_of(value)
        return value

    @field_validator("entry")
    @classmethod
    def _entry_fits(cls, value: str | None, info: ValidationInfo) -> str | None:
        kind = info.data.get("kind")
        if kind == "program" and value:
            raise ValueError("a program has no `entry`: remove it, or say `kind: function`")
        if kind in ("function", "class") and not value:
            raise ValueError(f"a {kind} needs `entry: …`, the name that the tests call")
        return value


def _only(value: Any, known: Any, what: str) -> Any:
    """The mapping, if it has none but known keys."""
    for name in value if isinstance(value, dict) else ():
        if name not in known:
            near = difflib.get_close_matches(str(name), list(known), 1)
            hint = f"did you mean {near[0]}?" if near else f"known are {', '.join(known)}"
            raise ValueError(f"{name!r} is no {what}: {hint}")
    return value


def limits_of(values: dict[str, float]) -> Limits:
    """The judge's limits with some of them changed.

    Raises:
        ValueError: a limit that is not positive, or not whole where it counts bytes or things.
    """
    whole = {name for name, kind in _LIMITS.items() if kind in (int, "int")}
    given = {n: int(v) if n in whole and float(v).is_integer() else v for n, v in values.items()}
    return Limits(**given)  # type: ignore[arg-type]  # Limits itself refuses what is not whole


@dataclass(frozen=True, slots=True)
class Program:
    """A program that belongs to a problem; ``name`` is its file name."""

    name: str
    source: str


@dataclass(frozen=True, slots=True)
class WrongProgram:
    """A program with a typical mistake.

    Attributes:
        name: its file name.
        source: the program.
        fails: index of the test that it must fail.
        mistake: what is wrong, in a sentence.
    """

    name: str
    source: str
    fails: int
    mistake: str


@dataclass(frozen=True, slots=True)
class Sample:
    """An example of the statement.

    Attributes:
        code: what is run after the solution; empty for programs.
        stdin: what is typed in; empty for functions and classes.
        output: what must be printed.
        line: line of the statement, from 1.
    """

    code: str
    stdin: str
    output: str
    line: int


@dataclass(frozen=True, slots=True)
class Problem:
    """A programming problem that is complete; whether it is right is for ``check`` to say.

    Attributes:
        id: its own name, unique in a bank.
        title: for people.
        difficulty: beginner, intermediate, advanced or master.
        topics: subtopic keys, the most important first.
        kind: function, class or program.
        entry: name of the function or class; None for a program.
        mode: what the judge allows, ``strict`` or ``files``.
        limits: of each run.
        statement: Markdown with samples.
        samples: the statement's examples.
        tests: public and hidden ones (``Test.hidden``), each with a name.
        solutions: right programs, the reference first.
        wrong: programs with typical mistakes.
        source: where the problem is from, if it is not ours.
        path: its folder.
        content_hash: of all its files.
    """

    id: str
    title: str
    difficulty: Difficulty
    topics: tuple[str, ...]
    kind: Kind
    entry: str | None
    mode: Mode
    limits: Limits
    statement: str
    samples: tuple[Sample, ...]
    tests: tuple[Test, ...]
    solutions: tuple[Program, ...]
    wrong: tuple[WrongProgram, ...]
    source: str | None
    path: Path
    content_hash: str

    @property
    def reference(self) -> Program:
        """The solution that mutants are made from: ``reference.py``, else the first by name."""
        return self.solutions[0]

    @property
    def public_tests(self) -> tuple[Test, ...]:
        """Tests that a learner may see."""
        return tuple(test for test in self.tests if not test.hidden)

    @property
    def hidden_tests(self) -> tuple[Test, ...]:
        """Tests that a learner never sees."""
        return tuple(test for test in self.tests if test.hidden)
