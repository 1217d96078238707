"""New files that are right from the start: zones, topics, subtopics, problems, courses.

Here: where they go, their order among the others, the templates filled in. Not here: the templates' words
(``scaffolds/``), whether what an author makes of them is good (``check``).
"""

from __future__ import annotations

import json
import keyword
import os
import re
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from string import Template
from typing import get_args

import yaml

from pygrounds_dagster.curriculum.content import SUBTOPIC_FILE, load_content
from pygrounds_dagster.curriculum.content_model import ID_PATTERN, Content, Difficulty, Subtopic
from pygrounds_dagster.curriculum.content_yaml import UnreadableTextError, read_text

ORDER_STEP = 10
"""Distance between the orders of neighbours, so that another fits between."""

DIFFICULTIES: tuple[str, ...] = get_args(Difficulty)

_SUFFIX = ".template"
_MAX_ID = 64


class ScaffoldError(ValueError):
    """A file that cannot be made; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where new files go: a content root, and all the content that belongs with it."""

    root: Path
    content: Content


def open_place(root: Path, others: Sequence[Path] = ()) -> Place:
    """Look at a content root.

    Args:
        root: where new files go.
        others: content roots whose zones, topics and subtopics are known there, too.

    Raises:
        ScaffoldError: the root is no directory.
    """
    if not root.is_dir():
        raise ScaffoldError(f"{root} is no directory: make it, or name another content root by --into")
    return Place(root, load_content([root, *others]))


def new_zone(place: Place, name: str, title: str | None = None) -> list[Path]:
    """Make a zone; gives the files written.

    Raises:
        ScaffoldError: a bad id, or there is such a zone.
    """
    _check_id(name)
    content = place.content
    if name in {zone.key for zone in content.zones}:
        raise ScaffoldError(f"there is a zone {name!r} already: choose another id")
    values = {"id": name, **_titles(name, title), "order": _next(z.order for z in content.zones)}
    return _write(place.root / "zones" / name, _filled("zone.yaml", values))


def new_topic(place: Place, key: str, title: str | None = None) -> list[Path]:
    """Make a topic ``zone.topic``; gives the files written.

    Raises:
        ScaffoldError: a bad key, an unknown zone, or there is such a topic.
    """
    zone, name = _split(key, "zone.topic")
    content = place.content
    folder = _zone_folder(place, zone)
    if key in {topic.key for topic in content.topics}:
        raise ScaffoldError(f"there is a topic {key!r} already: choose another id")
    order = _next(topic.order for topic in content.topics if topic.zone_key == zone)
    values = {"id": name, **_titles(name, title), "order": order}
    return _write(folder / name, _filled("topic.yaml", values))


def new_subtopic(
    place: Place,
    key: str,
    title: str | None = None,
    prerequisites: Sequence[str] = (),
    difficulty: str | None = None,
) -> list[Path]:
    """Make a subtopic ``zone.topic.subtopic`` with programs that run; gives the files written.

    Args:
        place: content root and what belongs to it.
        key: partition key.
        title: for people; by default from the id.
        prerequisites: keys to know before; by default the last subtopic before this one.
        difficulty: by default that of its neighbours, or its zone's name if that is one.

    Raises:
        ScaffoldError: a bad key, an unknown zone, topic or prerequisite, or there is such a subtopic.
    """
    zone, topic, name = _split(key, "zone.topic.subtopic")
    content = place.content
    above = _zone_folder(place, zone)
    topics = [found.key for found in content.topics if found.zone_key == zone]
    folder = _find(above, "topic.yaml", topic) or (above / topic if f"{zone}.{topic}" in topics else None)
    if folder is None:
        there = ", ".join(topics) or "none"
        mend = f"run pygrounds new topic {zone}.{topic}, or use a topic that is there ({there})"
        raise ScaffoldError(f"there is no topic '{zone}.{topic}': {mend}")
    if key in content.keys:
        raise ScaffoldError(f"there is a subtopic {key!r} already: choose another id")
    _check_known(prerequisites, content, "prerequisite")
    own = [s for s in content.subtopics if s.topic_key == f"{zone}.{topic}"]
    before = [own[-1]] if own else _before(content, zone, topic)
    values = {
        "id": name,
        **_titles(name, title),
        "order": _next(subtopic.order for subtopic in own),
        "difficulty": _difficulty(difficulty, zone, own[-1].difficulty if own else None),
        "prerequisites": ", ".join(prerequisites or [subtopic.key for subtopic in before]),
    }
    return _write(folder / name, _filled(SUBTOPIC_FILE, values))


def new_problem(
    place: Place,
    name: str,
    topics: Sequence[str],
    title: str | None = None,
    difficulty: str | None = None,
) -> list[Path]:
    """Make a problem that is proven as it is; gives the files written.

    Args:
        place: content root and what belongs to it.
        name: its id, which is also the name of the function that is asked for.
        topics: subtopics that it trains, the most important first.
        title: for people; by default from the id.
        difficulty: by default that of the first subtopic.

    Raises:
        ScaffoldError: a bad id, a word of Python, no topic, an unknown one, or there is such a problem.
    """
    _check_id(name)
    if keyword.iskeyword(name):
        raise ScaffoldError(f"{name!r} is a word of Python, so no function can have it: choose another id")
    content = place.content
    hardness = _trained(topics, content, difficulty)
    values = {
        "id": name,
        **_titles(name, title),
        "difficulty": hardness,
        "topics": ", ".join(topics),
    }
    return _write(place.root / "problems" / name, _filled("problem", values))


def new_course(
    place: Place,
    name: str,
    topics: Sequence[str],
    title: str | None = None,
    difficulty: str | None = None,
) -> list[Path]:
    """Make a course of one lesson whose steps pass their tests; gives the files written.

    Args:
        place: content root and what belongs to it.
        name: its id.
        topics: subtopics that its lesson practises, the most important first.
        title: for people; by default from the id.
        difficulty: by default that of the first subtopic.

    Raises:
        ScaffoldError: a bad id, no topic, an unknown one, or there is such a course.
    """
    _check_id(name)
    content = place.content
    values = {
        "id": name,
        **_titles(name, title),
        "order": _next(_orders(place.root / "courses", "course.yaml")),
        "difficulty": _trained(topics, content, difficulty),
        "quoted_topics": ", ".join(f'"{topic}"' for topic in topics),
    }
    return _write(place.root / "courses" / name, _filled("course", values))


def _check_id(name: str) -> None:
    if not re.match(ID_PATTERN, name) or len(name) > _MAX_ID:
        near = re.sub(r"[^a-z0-9]+", "_", name.lower()).strip("_0123456789")[:_MAX_ID]
        hint = f", such as {near!r}" if near else ""
        rule = f"use a-z, 0-9 and _, beginning with a letter, at most {_MAX_ID} signs"
        raise ScaffoldError(f"{name!r} is no id: {rule}{hint}")


def _split(key: str, shape: str) -> list[str]:
    parts = key.split(".")
    if len(parts) != len(shape.split(".")):
        raise ScaffoldError(f"{key!r} does not look like {shape}: give all its ids with dots between")
    for part in parts:
        _check_id(part)
    return parts


def _check_known(keys: Iterable[str], content: Content, what: str) -> None:
    for key in keys:
        if key not in content.keys:
            raise ScaffoldError(f"{what} {key!r}: there is no such subtopic; mend the key or make it first")


def _trained(topics: Sequence[str], content: Content, difficulty: str | None) -> str:
    """The difficulty of something that trains subtopics, which must be there."""
    if not topics:
        raise ScaffoldError("no subtopic is named: say by --topic what it trains")
    _check_known(topics, content, "topic")
    first = next((s.difficulty for s in content.subtopics if s.key == topics[0]), None)
    return _difficulty(difficulty, topics[0].partition(".")[0], first)


def _difficulty(asked: str | None, zone: str, neighbour: str | None) -> str:
    if asked is not None and asked not in DIFFICULTIES:
        raise ScaffoldError(f"{asked!r} is no difficulty: use one of {', '.join(DIFFICULTIES)}")
    return asked or neighbour or (zone if zone in DIFFICULTIES else DIFFICULTIES[0])


def _before(content: Content, zone: str, topic: str) -> list[Subtopic]:
    """The last subtopic of what comes before a topic that is empty yet."""
    topics = [found.key for found in content.topics]
    place = topics.index(f"{zone}.{topic}") if f"{zone}.{topic}" in topics else len(topics)
    return [s for s in content.subtopics if s.topic_key in topics[:place]][-1:]


def _zone_folder(place: Place, zone: str) -> Path:
    """Where a zone's topics lie in a root; ids need not be folder names."""
    zones = place.root / "zones"
    known = [each.key for each in place.content.zones]
    found = _find(zones, "zone.yaml", zone) or (zones / zone if zone in known else None)
    if found is None:
        mend = f"run pygrounds new zone {zone}, or use a zone that is there ({', '.join(known) or 'none'})"
        raise ScaffoldError(f"there is no zone {zone!r}: {mend}")
    return found


def _find(parent: Path, file: str, name: str) -> Path | None:
    """The folder below a parent whose file has an id."""
    return next(
        (path.parent for path in sorted(parent.glob(f"*/{file}")) if _field(path, "id") == name), None
    )


def _orders(parent: Path, file: str) -> list[int]:
    found = (_field(path, "order") for path in sorted(parent.glob(f"*/{file}")))
    return [order for order in found if isinstance(order, int)]


def _field(path: Path, name: str) -> object:
    """A field of a YAML file; None where that cannot be read, which ``check`` tells."""
    try:
        data = yaml.safe_load(read_text(path))
    except (yaml.YAMLError, UnreadableTextError, OSError):
        return None
    return data.get(name) if isinstance(data, dict) else None


def _next(orders: Iterable[int]) -> int:
    return max(orders, default=0) + ORDER_STEP


def _titles(name: str, title: str | None) -> dict[str, str]:
    """A title as text, and as a value in a YAML file, in quotes where it needs them."""
    text = " ".join((title or name.replace("_", " ").capitalize()).split())
    plain = re.fullmatch(r"[A-Za-z][A-Za-z0-9 ,.-]*", text) and isinstance(yaml.safe_load(text), str)
    return {"title": text, "yaml_title": text if plain else json.dumps(text, ensure_ascii=False)}


def _filled(name: str, values: Mapping[str, object]) -> dict[str, str]:
    """A template, or every file of a folder of them, filled in: path → text."""
    place = resources.files(__package__) / "scaffolds"
    folder = place / name
    found = _files(folder) if folder.is_dir() else {name: place / f"{name}{_SUFFIX}"}
    return {
        Template(path).substitute(values): Template(file.read_text(encoding="utf-8")).substitute(values)
        for path, file in found.items()
    }


def _files(folder: Traversable, above: str = "") -> dict[str, Traversable]:
    found: dict[str, Traversable] = {}
    for entry in folder.iterdir():
        if entry.is_dir():
            found |= _files(entry, f"{above}{entry.name}/")
        else:
            found[f"{above}{entry.name.removesuffix(_SUFFIX)}"] = entry
    return found


def _write(folder: Path, files: Mapping[str, str]) -> list[Path]:
    """Write a new folder, all of it or nothing.

    Raises:
        ScaffoldError: it is there, or cannot be made.
    """
    if folder.exists():
        raise ScaffoldError(f"{folder} is there already: choose another id, or edit what is there")
    draft = folder.parent / f".new-{folder.name}-{os.getpid()}"  # folders with a dot are no content
    try:
        for name, text in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
        draft.rename(folder)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise ScaffoldError(f"{folder} cannot be made: {error.strerror}; check its permissions") from error
    return [folder / name for name in files]
