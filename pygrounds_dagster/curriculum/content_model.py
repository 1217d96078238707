"""The content model: what a zone, topic and subtopic file may say, and what they become.

Here: the pydantic models of the files and the plain values the rest of the room works with. Not here:
finding and reading the files (``content``), rows (``register``, ``documents``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, field_validator

Difficulty = Literal["beginner", "intermediate", "advanced", "master"]

ID_PATTERN = r"^[a-z][a-z0-9_]*$"
KEY_PATTERN = r"^[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*$"
_SECTION = re.compile(r"^(pages|lines)=([1-9][0-9]*)-([1-9][0-9]*)$")

Identifier = Annotated[str, StringConstraints(pattern=ID_PATTERN, max_length=64)]
PartitionKey = Annotated[str, StringConstraints(pattern=KEY_PATTERN)]
Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Order = Annotated[int, Field(strict=True, ge=0, le=1_000_000)]


class _File(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ZoneFile(_File):
    """``zone.yaml``."""

    id: Identifier
    title: Text
    order: Order
    description: Annotated[str, StringConstraints(strip_whitespace=True)] = ""


class TopicFile(ZoneFile):
    """``topic.yaml``: the same fields as a zone."""


class SourceEntry(_File):
    """One entry of ``sources``: a file, or a part of one.

    ``path`` is relative to the subtopic's own file; ``section`` is ``pages=A-B`` or ``lines=A-B``, from 1,
    both ends included.
    """

    path: Text
    section: str = ""

    @field_validator("section")
    @classmethod
    def _known_section(cls, value: str) -> str:
        found = _SECTION.match(value)
        if value and found is None:
            raise ValueError("write it like pages=12-40 or lines=1-200")
        if found and int(found[2]) > int(found[3]):
            raise ValueError(f"ends before it begins: write {found[1]}={found[3]}-{found[2]}")
        return value


class SubtopicFile(_File):
    """The front matter of ``subtopic.md``."""

    id: Identifier
    title: Text
    order: Order
    difficulty: Difficulty
    prerequisites: list[PartitionKey] = []
    objectives: list[Text] = []
    concept_intent: Text
    code_intent: Text
    sources: list[SourceEntry] = []

    @field_validator("sources", mode="before")
    @classmethod
    def _plain_paths(cls, value: object) -> object:
        if not isinstance(value, list):
            return value
        return [{"path": entry} if isinstance(entry, str) else entry for entry in value]


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the content that a person has to mend.

    Attributes:
        path: the file (or directory) where it is.
        line: line in that file, from 1; 0 where the file as a whole is meant.
        field: dotted field name, e.g. ``sources.0.section``; empty where no field is meant.
        message: what is wrong and how to mend it.
        key: partition it belongs to, if one can be told.
        blocking: whether it keeps that partition from being built; a missing source does not.
    """

    path: Path
    line: int
    field: str
    message: str
    key: str | None = None
    blocking: bool = True

    def __str__(self) -> str:
        where = f"{self.path}:{self.line}" if self.line else str(self.path)
        return f"{where}: {self.field}: {self.message}" if self.field else f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Zone:
    """A zone; ``root`` is the content root whose ``zone.yaml`` gave the values."""

    key: str
    title: str
    description: str
    order: int
    root: Path


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic; its key is ``zone.topic``."""

    key: str
    zone_key: str
    title: str
    description: str
    order: int


@dataclass(frozen=True, slots=True)
class Source:
    """One document of a subtopic: a file or a part of it.

    Attributes:
        path: absolute path of the file; it need not exist.
        name: path relative to the content root, with slashes; absolute for files outside of it.
        section: ``pages=A-B``, ``lines=A-B`` or empty for all of it.
    """

    path: Path
    name: str
    section: str = ""


@dataclass(frozen=True, slots=True)
class Subtopic:
    """A valid subtopic; ``key`` is the partition key ``zone.topic.subtopic``, ``path`` its own file."""

    key: str
    topic_key: str
    title: str
    order: int
    difficulty: Difficulty
    prerequisites: tuple[str, ...]
    objectives: tuple[str, ...]
    concept_intent: str
    code_intent: str
    path: Path
    root: Path
    sources: tuple[Source, ...]
    content_hash: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that the content roots say.

    Attributes:
        roots: the roots that were read, absolute.
        unreadable_roots: roots that are configured but not there: nothing of theirs is known, so nothing
            of theirs may be taken for deleted.
        zones: in order.
        topics: in order.
        subtopics: the valid ones, in order of zone, topic, subtopic.
        problems: all of them, in order of file and line.
        failed: partition key → why it cannot be built, for subtopics that exist but are not valid.
        failed_paths: own file → why, for the same subtopics: a file whose id cannot be read still stands
            for the partition that it was when it was last valid.
    """

    roots: tuple[Path, ...]
    unreadable_roots: tuple[Path, ...]
    zones: tuple[Zone, ...]
    topics: tuple[Topic, ...]
    subtopics: tuple[Subtopic, ...]
    problems: tuple[Problem, ...]
    failed: Mapping[str, str]
    failed_paths: Mapping[Path, str]

    @property
    def keys(self) -> list[str]:
        """Every partition key that the files name: the valid ones in order, then the failed ones."""
        return [*(subtopic.key for subtopic in self.subtopics), *sorted(self.failed)]
