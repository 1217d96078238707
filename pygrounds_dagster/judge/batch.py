"""Many programs from lines of JSON, judged in one process.

Here: reading the lines, keeping bad ones apart, answers in the order of the lines. Not here: judging.

A line is an object with ``program`` (source) or ``path`` (a file, relative to the batch file), ``tests``
unless tests are given for all, and optionally ``id``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .api import judge_many
from .cases import Test, TestError, parse_tests
from .limits import DEFAULT_LIMITS, Limits, Mode
from .verdict import Verdict


@dataclass
class _Lines:
    """What has been read of a batch file so far."""

    path: Path
    tests: Sequence[Test] | None
    names: list[Any] = field(default_factory=list)
    errors: dict[int, str] = field(default_factory=dict)

    def programs(self) -> Iterator[tuple[str | bytes, Sequence[Test]]]:
        """Program and tests of each line; a line that has none is noted and left out with no tests."""
        with self.path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    self.names.append(number)
                    yield self._read(number, line)

    def _read(self, number: int, line: str) -> tuple[str | bytes, Sequence[Test]]:
        position = len(self.names) - 1
        try:
            data = _object(line)
            self.names[position] = data.get("id", number)
            return self._program(data), self.tests if self.tests is not None else _tests(data)
        except TestError as error:
            self.errors[position] = f"{self.path}: line {number}: {error}"
            return "", ()

    def _program(self, data: dict[str, Any]) -> str | bytes:
        if isinstance(data.get("program"), str):
            return str(data["program"])
        if isinstance(data.get("path"), str):
            path = self.path.parent / str(data["path"])
            try:
                return path.read_bytes()
            except (OSError, ValueError) as error:  # ValueError: a NUL in the path
                why = error.strerror if isinstance(error, OSError) else str(error)
                raise TestError(f"field 'path': {path}: {why}") from None
        raise TestError("field 'program': missing (source text), nor is there a 'path'")


def _object(line: str) -> dict[str, Any]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TestError(f"not JSON: {error}") from None
    if not isinstance(data, dict):
        raise TestError("must be an object with 'program' or 'path'")
    return data


def _tests(data: dict[str, Any]) -> Sequence[Test]:
    if "tests" not in data:
        raise TestError("field 'tests': missing, and no tests are given for all lines")
    return parse_tests(data["tests"], "field 'tests'")


def judge_lines(
    path: Path,
    tests: Sequence[Test] | None,
    *,
    limits: Limits = DEFAULT_LIMITS,
    mode: Mode = "strict",
    seeds: Sequence[int] = (0,),
) -> Iterator[tuple[Any, Verdict | str]]:
    """Id (or line number) and verdict of each line, in order; text instead of a verdict for a bad line.

    Raises:
        JudgeUnavailableError: nothing can be run safely here.
        OSError: the file cannot be read.
    """
    lines = _Lines(path, tests)
    ready: dict[int, Verdict] = {}
    following = 0
    for index, verdict in judge_many(lines.programs(), limits=limits, mode=mode, seeds=seeds):
        ready[index] = verdict
        while following in ready:
            done = ready.pop(following)
            yield lines.names[following], lines.errors.get(following, done)
            following += 1
