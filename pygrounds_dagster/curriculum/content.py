"""Content roots → :class:`Content`: what is there, what is valid, and every problem at once.

A root holds ``zones/<zone>/<topic>/<subtopic>/`` with ``zone.yaml``, ``topic.yaml`` and ``subtopic.md``.
Folder names carry no meaning (ids come from the files), folders beginning with ``.`` or ``_`` are left
alone. A zone or topic may be spread over several roots; its file is needed in one of them.

Here: finding files, resolving ids, keys and sources, checks across files. Not here: what a single file may
say (``content_model``), rows (``register``).
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from pygrounds_dagster.curriculum.content_model import (
    KEY_PATTERN,
    Content,
    Problem,
    Source,
    Subtopic,
    SubtopicFile,
    Topic,
    TopicFile,
    Zone,
    ZoneFile,
)
from pygrounds_dagster.curriculum.content_yaml import (
    Loc,
    UnreadableTextError,
    Validated,
    line_of,
    read_text,
    split_front_matter,
    validate_yaml,
)
from pygrounds_dagster.curriculum.prerequisites import find_cycles
from pygrounds_dagster.curriculum.readers.formats import SUFFIXES, is_supported
from pygrounds_dagster.store.step import fingerprint

Model = TypeVar("Model", bound=ZoneFile | SubtopicFile)

SUBTOPIC_FILE = "subtopic.md"


@dataclass(slots=True)
class _Entry(Generic[Model]):
    """One zone, topic or subtopic folder as it was found; ``above`` are the problems of its parents."""

    root: Path
    folder: Path
    file: Path
    parent: str | None
    model: Model | None = None
    raw_id: str | None = None
    missing: bool = False
    has_body: bool = False
    problems: list[Problem] = field(default_factory=list)
    above: list[Problem] = field(default_factory=list)
    lines: dict[Loc, int] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """The id of the file; where that cannot be read, the folder's name stands in."""
        return self.model.id if self.model else self.raw_id or self.folder.name

    @property
    def key(self) -> str:
        """The id with those above it: ``zone``, ``zone.topic`` or ``zone.topic.subtopic``."""
        return f"{self.parent}.{self.id}" if self.parent else self.id

    def report(self, name: str, message: str, loc: Loc = ()) -> None:
        line = line_of(self.lines, loc) if loc else 0
        self.problems.append(Problem(self.file, line, name, message))


def load_content(roots: Sequence[Path]) -> Content:
    """Read all content roots.

    Never raises for what an author wrote: everything wrong is in ``Content.problems``, and a subtopic that
    is not valid is in ``Content.failed`` while the others are there to be used.

    Args:
        roots: directories that hold ``zones/``; the first one to name a zone gives its title.
    """
    absolute = tuple(dict.fromkeys(Path(os.path.abspath(root)) for root in roots))  # noqa: PTH100 - no symlinks
    lost = [root for root in absolute if not (root / "zones").is_dir()]
    problems = [
        Problem(root, 0, "", "has no directory 'zones': create it, or name another root in PYGROUNDS_CONTENT")
        for root in lost
    ]
    zones = [
        _read_entry(root, folder, "zone.yaml", ZoneFile, None)
        for root in absolute
        if root not in lost
        for folder in _folders(root / "zones")
    ]
    _settle(zones, "zone")
    topics = _read_below(zones, "topic.yaml", TopicFile)
    _settle(topics, "topic")
    subtopics = _read_below(topics, SUBTOPIC_FILE, SubtopicFile)
    _check_subtopics(subtopics)
    return _collect(absolute, tuple(lost), problems, zones, topics, subtopics)


def _folders(path: Path) -> list[Path]:
    with os.scandir(path) as entries:
        return sorted(Path(e.path) for e in entries if e.is_dir() and not e.name.startswith((".", "_")))


def _read_below(parents: Sequence[_Entry[Any]], filename: str, model: type[Model]) -> list[_Entry[Model]]:
    entries: list[_Entry[Model]] = []
    for parent in parents:
        for folder in _folders(parent.folder):
            entry: _Entry[Model] = _read_entry(parent.root, folder, filename, model, parent.key)
            entry.above = [*parent.above, *parent.problems]
            entries.append(entry)
    return entries


def _read_entry(
    root: Path, folder: Path, filename: str, model: type[Model], parent: str | None
) -> _Entry[Model]:
    entry: _Entry[Model] = _Entry(root, folder, folder / filename, parent)
    try:
        text = read_text(entry.file)
        if filename == SUBTOPIC_FILE:
            matter = split_front_matter(text)
            checked = validate_yaml(entry.file, matter.yaml_text, model, first_line=2)
            entry.has_body = matter.has_body
        else:
            checked = validate_yaml(entry.file, text, model)
    except UnreadableTextError as error:
        entry.problems.append(Problem(entry.file, error.line, "", str(error)))
    except FileNotFoundError:
        entry.missing = True
    except OSError as error:
        entry.report("", f"cannot be read: {error.strerror}; check its permissions")
    else:
        _take(entry, checked)
    return entry


def _take(entry: _Entry[Model], checked: Validated[Model]) -> None:
    entry.model, entry.raw_id, entry.lines = checked.model, checked.raw_id, checked.lines
    entry.problems += checked.problems


def _settle(entries: list[_Entry[Model]], what: str) -> None:
    """Give a folder without a file the one of another root, and report ids that two folders claim."""
    first: dict[str, _Entry[Model]] = {}
    in_root: dict[tuple[Path, str], _Entry[Model]] = {}
    for entry in entries:
        if entry.model is None:
            continue
        first.setdefault(entry.key, entry)
        other = in_root.setdefault((entry.root, entry.key), entry)
        if other is not entry:
            entry.report("id", f"{what} {entry.key!r} is also {other.file}: change one id", ("id",))
    for entry in entries:
        if not entry.missing:
            continue
        if entry.key in first:
            entry.model = first[entry.key].model
        elif _folders(entry.folder):
            entry.report("", f"is missing: create it with id, title and order, so that the {what} has a name")


def _check_subtopics(entries: list[_Entry[SubtopicFile]]) -> None:
    for entry in entries:
        if entry.missing and _files(entry.folder):
            entry.report("", f"is missing: every folder of a topic needs a {SUBTOPIC_FILE} with front matter")
    claimed: dict[str, list[_Entry[SubtopicFile]]] = defaultdict(list)
    for entry in entries:
        if entry.model or entry.raw_id:
            claimed[entry.key].append(entry)
    for key, group in claimed.items():
        for entry in group if len(group) > 1 else []:
            others = ", ".join(str(other.file) for other in group if other is not entry)
            entry.report("id", f"subtopic {key!r} is also {others}: change one id", ("id",))
    _check_prerequisites([e for e in entries if e.model], {e.key for e in entries if not e.missing})


def _check_prerequisites(entries: list[_Entry[SubtopicFile]], known: set[str]) -> None:
    by_key = {entry.key: entry for entry in entries}
    graph = {entry.key: _needs(entry) for entry in entries}
    for entry in entries:
        for index, need in enumerate(_needs(entry)):
            if need not in known:
                loc = ("prerequisites", index)
                entry.report(
                    f"prerequisites.{index}", f"there is no subtopic {need!r}: mend or remove it", loc
                )
    for cycle in find_cycles(graph):
        path = " → ".join(cycle)
        for key in cycle[:-1]:
            message = f"subtopics need one another in a circle ({path}): remove one of these prerequisites"
            by_key[key].report("prerequisites", message, ("prerequisites",))


def _needs(entry: _Entry[SubtopicFile]) -> list[str]:
    return entry.model.prerequisites if entry.model else []


def _sources(entry: _Entry[SubtopicFile], key: str) -> Iterator[Source | Problem]:
    """The documents of a subtopic in reading order, and what is wrong with its list of sources."""
    listed: dict[Source, int] = {}
    for index, source in enumerate(entry.model.sources if entry.model else []):
        path = Path(os.path.normpath(entry.folder / source.path))
        found = Source(path, _name(path, entry.root), source.section)
        line, name = line_of(entry.lines, ("sources", index)), f"sources.{index}"
        if found in listed:
            yield Problem(entry.file, line, name, f"{source.path!r} is listed twice: keep one", key)
        elif not path.is_file():
            message = f"{source.path!r} is not there: paths begin at the folder of this file"
            yield Problem(entry.file, line, name, message, key, blocking=False)
        elif not is_supported(path):
            known = ", ".join(sorted(filter(None, SUFFIXES)))
            message = f"{source.path!r} is of no known format: use one of {known}"
            yield Problem(entry.file, line, name, message, key, blocking=False)
        listed.setdefault(found, index)
    if entry.has_body:
        yield Source(entry.file, _name(entry.file, entry.root))
    yield from listed
    taken = {source.path for source in listed} | {entry.file}
    lying = [path for path in _files(entry.folder) if path not in taken]
    yield from (Source(path, _name(path, entry.root)) for path in lying)
    if not (entry.has_body or listed or lying):
        yield Problem(entry.file, 0, "", "has neither text nor sources: write below the front matter", key)


def _files(folder: Path) -> list[Path]:
    with os.scandir(folder) as entries:
        names = sorted(e.name for e in entries if e.is_file() and not e.name.startswith((".", "_")))
    return [path for name in names if is_supported(path := folder / name)]


def _name(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _subtopic(entry: _Entry[SubtopicFile], model: SubtopicFile, sources: tuple[Source, ...]) -> Subtopic:
    listed = "\n".join(f"{source.name}\t{source.section}" for source in sources)
    return Subtopic(
        key=entry.key,
        topic_key=entry.parent or "",
        title=model.title,
        order=model.order,
        difficulty=model.difficulty,
        prerequisites=tuple(model.prerequisites),
        objectives=tuple(model.objectives),
        concept_intent=model.concept_intent,
        code_intent=model.code_intent,
        path=entry.file,
        root=entry.root,
        sources=sources,
        content_hash=fingerprint(model.model_dump_json(), str(entry.file), listed),
    )


def _collect(
    roots: tuple[Path, ...],
    lost: tuple[Path, ...],
    problems: list[Problem],
    zone_entries: list[_Entry[ZoneFile]],
    topic_entries: list[_Entry[TopicFile]],
    entries: list[_Entry[SubtopicFile]],
) -> Content:
    zones: dict[str, Zone] = {}
    for zone in zone_entries:
        problems += zone.problems
        if zone.model and not zone.problems:
            values = zone.model
            zones.setdefault(
                zone.key, Zone(zone.key, values.title, values.description, values.order, zone.root)
            )
    topics: dict[str, Topic] = {}
    for topic in topic_entries:
        problems += topic.problems
        if topic.model and not topic.problems and topic.parent in zones:
            head = topic.model
            made = Topic(topic.key, topic.parent, head.title, head.description, head.order)
            topics.setdefault(topic.key, made)
    valid, failed, failed_paths = _split(entries, problems)
    order = {key: (zones[t.zone_key].order, t.zone_key, t.order, key) for key, t in topics.items()}
    return Content(
        roots=roots,
        unreadable_roots=lost,
        zones=tuple(sorted(zones.values(), key=lambda zone: (zone.order, zone.key))),
        topics=tuple(sorted(topics.values(), key=lambda topic: order[topic.key])),
        subtopics=tuple(sorted(valid, key=lambda s: (*order[s.topic_key], s.order, s.key))),
        problems=tuple(sorted(problems, key=lambda p: (p.path, p.line, p.field))),
        failed=failed,
        failed_paths=failed_paths,
    )


def _split(
    entries: list[_Entry[SubtopicFile]], problems: list[Problem]
) -> tuple[list[Subtopic], dict[str, str], dict[Path, str]]:
    """Valid subtopics, and why the others fail, by key and by own file; problems are added to the list."""
    valid: dict[str, Subtopic] = {}
    broken: list[tuple[_Entry[SubtopicFile], list[Problem]]] = []
    for entry in entries:
        parts = list(_sources(entry, entry.key)) if entry.model else []
        found = [part for part in parts if isinstance(part, Problem)]
        own = [_with_key(problem, entry.key) for problem in entry.problems] + found
        problems += own
        blocking = [*entry.above, *(problem for problem in own if problem.blocking)]
        if entry.model and not blocking:
            sources = tuple(part for part in parts if isinstance(part, Source))
            valid[entry.key] = _subtopic(entry, entry.model, sources)
        elif not entry.missing:  # a subtopic without its own file is deleted, not broken
            broken.append((entry, blocking))
    failed: dict[str, str] = {}
    failed_paths: dict[Path, str] = {}
    for entry, blocking in broken:
        why = "\n".join(map(str, blocking))
        failed_paths[entry.file] = why
        # A folder's name that stands in for an unreadable id must not fail somebody else's partition.
        if entry.key not in valid and re.match(KEY_PATTERN, entry.key):
            failed[entry.key] = f"{failed[entry.key]}\n{why}" if entry.key in failed else why
    return list(valid.values()), failed, failed_paths


def _with_key(problem: Problem, key: str) -> Problem:
    return Problem(problem.path, problem.line, problem.field, problem.message, key, problem.blocking)
