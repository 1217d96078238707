"""What a family makes: a function that can be asked for, with everything a question needs but its outputs.

Here: plain values, and choices by hash. Not here: making them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

T = TypeVar("T")

Call = tuple[Any, ...]
"""Positional arguments of one call, plain literals."""


@dataclass(frozen=True, slots=True)
class Program:
    """A function to ask for.

    Attributes:
        family: what it was made by; questions of one family take turns.
        name: of the function.
        code: the reference solution; parses, defines ``name`` once.
        task: what it must do, in whole sentences, without naming the function.
        steps: how the solution goes about it, 2 to 4 sentences.
        calls: the sample's arguments, then the hidden tests'.
        topics: subtopics whose constructs it practises, the chief one first.
        chunk_ids: chunks that it was taken from.
        problem_id: problem that it was taken from.
        by_name: names of the last arguments, for those that are given by name.
    """

    family: str
    name: str
    code: str
    task: str
    steps: str
    calls: tuple[Call, ...]
    topics: tuple[str, ...]
    chunk_ids: tuple[str, ...] = ()
    problem_id: str | None = None
    by_name: tuple[str, ...] = ()

    def split(self, call: Call) -> tuple[Call, dict[str, Any]]:
        """Arguments of a call by position and by name."""
        place = len(call) - len(self.by_name)
        return call[:place], dict(zip(self.by_name, call[place:], strict=True))


def draw(*parts: object) -> int:
    """A number of 64 bits that depends on nothing but ``parts``."""
    text = "\x1f".join(map(str, parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest())


def pick(options: Sequence[T], *parts: object) -> T:
    """One of the options, by hash.

    Raises:
        ZeroDivisionError: there are none.
    """
    return options[draw(*parts) % len(options)]


def shuffled(options: Sequence[T], *parts: object) -> list[T]:
    """The options in an order that depends on nothing but ``parts``."""
    return [options[at] for at in sorted(range(len(options)), key=lambda at: draw(at, *parts))]
