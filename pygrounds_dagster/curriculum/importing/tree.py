"""A foreign tree of documents, or one big document → a zone of the content model.

Folders become topics and documents subtopics; a document with chapters becomes a topic of its own and its
chapters subtopics. The originals are copied below the zone's directory, so the zone stands by itself.

Here: which file becomes what, ids, the text of the zone's files. Not here: parts of a document
(``outline``), writing (``import_files``), rows.
"""

from __future__ import annotations

import hashlib
import os
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import yaml

from pygrounds_dagster.curriculum.blocks import SourceError
from pygrounds_dagster.curriculum.content_model import ID_PATTERN, Difficulty
from pygrounds_dagster.curriculum.documents import file_hash
from pygrounds_dagster.curriculum.importing.files import (
    Applied,
    ImportRefusedError,
    Wanted,
    apply_files,
    importing,
    read_manifest,
)
from pygrounds_dagster.curriculum.importing.outline import OUTLINE_VERSION, Outline, Part, outline_document
from pygrounds_dagster.curriculum.readers.formats import is_supported
from pygrounds_dagster.partition import Progress, no_progress

SOURCES = "_sources"
_LEFT_ALONE = {"__pycache__", "node_modules", "venv"}
_DIGITS = re.compile(r"(\d+)")
_NO_ID = re.compile(r"[^a-z0-9]+")

State = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class ImportedSubtopic:
    """What a document, or a part of it, became; ``source`` is relative to the imported path."""

    key: str
    title: str
    source: str
    section: str
    state: State


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        zone: its id.
        folder: the zone's directory.
        subtopics: all of them, in order.
        removed: keys that the tree has no document for any more.
        skipped: file → why it was left out.
        files_written: files written or replaced; 0 if nothing changed.
        files_removed: files deleted.
    """

    zone: str
    folder: Path
    subtopics: tuple[ImportedSubtopic, ...]
    removed: tuple[str, ...]
    skipped: Mapping[str, str]
    files_written: int
    files_removed: int


@dataclass(frozen=True, slots=True)
class _Found:
    """A readable document: its relative name, hash and outline."""

    name: str
    path: Path
    content_hash: str
    outline: Outline


@dataclass(frozen=True, slots=True)
class _Placed:
    """A part of a document with the ids it got."""

    topic: str
    id: str
    document: _Found
    part: Part


def import_tree(
    path: Path,
    zone: str,
    destination: Path,
    *,
    title: str | None = None,
    difficulty: Difficulty = "intermediate",
    progress: Progress = no_progress,
) -> ImportReport:
    """Make a zone out of a folder of documents or of a single document.

    Idempotent: an unchanged tree changes no byte, a changed document only its own files, a document that is
    gone loses its files. Ids stay what they were as long as a document keeps its path and its part its
    title. An import that was interrupted is finished by the next.

    Args:
        path: folder or file; hidden folders and files are left alone.
        zone: id of the zone.
        destination: content root to write into; created if missing.
        title: of the zone; by default that of the single document, or the folder's name.
        difficulty: of every subtopic.
        progress: told before every document that is read.

    Raises:
        ImportRefusedError: the path is missing or holds nothing readable, the zone is not a valid id or is
            an author's, or another import is writing there.
    """
    source = path.expanduser().resolve()
    if not re.match(ID_PATTERN, zone):
        raise ImportRefusedError(f"zone {zone!r} is no id: use a-z, 0-9 and _, beginning with a letter")
    if not source.exists():
        raise ImportRefusedError(f"{source} is not there: name a folder or a document")
    destination = destination.expanduser().resolve()
    if source.is_dir() and destination.is_relative_to(source):
        raise ImportRefusedError(
            f"{source} holds the imports themselves: import a folder without {destination}"
        )
    with importing(destination, zone) as folder:
        before = read_manifest(folder)
        found, skipped = _read(source, before.get("documents", {}), progress)
        if not found:
            reasons = "; ".join(list(skipped.values())[:3])
            raise ImportRefusedError(
                f"{source} holds no document that can be read{': ' + reasons if reasons else ''}"
            )
        placed = _place(found, before.get("documents", {}), zone)
        head = title or (found[0].outline.title if source.is_file() else _words(source.name))
        wanted = _files(zone, head, placed, difficulty, len(found) == 1 and source.is_file())
        applied = apply_files(folder, wanted, _manifest(source, found, placed))
    return _report(zone, folder, placed, before, skipped, applied)


def _documents(source: Path) -> Iterator[tuple[str, Path]]:
    """Relative name and path of every file, in the order people count (2 before 10)."""
    if source.is_file():
        yield source.name, source
        return
    for folder, folders, files in os.walk(source):
        folders[:] = sorted((f for f in folders if f[0] not in "._" and f not in _LEFT_ALONE), key=_natural)
        for name in sorted((f for f in files if not f.startswith(".")), key=_natural):
            path = Path(folder, name)
            if path.is_file():
                yield path.relative_to(source).as_posix(), path


def _natural(name: str) -> list[str | int]:
    parts: list[str | int] = []
    for index, part in enumerate(_DIGITS.split(name.casefold())):
        parts.append(int(part) if index % 2 else part)
    return parts


def _read(source: Path, known: Mapping[str, Any], progress: Progress) -> tuple[list[_Found], dict[str, str]]:
    """Outlines of all documents; those that did not change since the manifest are not read again."""
    documents = list(_documents(source))
    found: list[_Found] = []
    skipped: dict[str, str] = {}
    for number, (name, path) in enumerate(documents):
        progress(number, len(documents), name)
        if not is_supported(path):
            skipped[name] = f"{path}: no reader for this format"
            continue
        try:
            content_hash = file_hash(path)[0]
            found.append(_Found(name, path, content_hash, _outline(path, content_hash, known.get(name, {}))))
        except SourceError as error:
            skipped[name] = str(error)
        except OSError as error:
            skipped[name] = f"{path}: cannot be read: {error.strerror}"
        except Exception as error:  # noqa: BLE001 - parsers of foreign formats raise anything; told per file
            skipped[name] = f"{path}: its reader failed with {type(error).__name__}: {error}"
    progress(len(documents), len(documents), "read")
    return found, skipped


def _outline(path: Path, content_hash: str, known: Mapping[str, Any]) -> Outline:
    if known.get("hash") == content_hash and known.get("outline_version") == OUTLINE_VERSION:
        parts = (Part(p["title"], p["section"], p["concept"], p["code"]) for p in known["parts"])
        return Outline(known["title"], tuple(parts))
    return outline_document(path)


def _place(found: list[_Found], known: Mapping[str, Any], zone: str) -> list[_Placed]:
    """Give every part its ids: those of the last import first, then new ones that are free."""
    topics: dict[str, str] = {}
    old: dict[tuple[str, str, int], tuple[str, str]] = {}
    for name, entry in known.items():
        for title_key, part in _numbered([part["title"] for part in entry["parts"]], entry["parts"]):
            old[(name, *title_key)] = (part["topic"], part["id"])
            topics[_home(name, entry["parts"])] = part["topic"]
    used: dict[str, set[str]] = defaultdict(set)
    for topic, identifier in old.values():
        used[topic].add(identifier)
    placed: list[_Placed] = []
    for document in found:
        parts = document.outline.parts
        home = _home(document.name, parts)
        if home not in topics:
            wish = _slug(home.removesuffix(document.path.suffix) if len(parts) > 1 else home)
            topics[home] = _free(wish or zone, set(topics.values()))
        for title_key, part in _numbered([part.title for part in parts], parts):
            place = old.get((document.name, *title_key))
            if place is None or place[0] != topics[home]:
                wish = _slug(part.title if len(parts) > 1 else PurePosixPath(document.name).stem)
                place = (topics[home], _free(wish, used[topics[home]]))
                used[topics[home]].add(place[1])
            placed.append(_Placed(*place, document, part))
    return placed


def _numbered(titles: list[str], parts: Any) -> Iterator[tuple[tuple[str, int], Any]]:
    """Each part with its title and how often that came before; a document in one piece needs no title."""
    seen: dict[str, int] = {}
    for title, part in zip(titles if len(titles) > 1 else [""], parts, strict=True):
        number = seen.get(title, 0)
        seen[title] = number + 1
        yield (title, number), part


def _home(name: str, parts: Any) -> str:
    """What stands for the topic: the folder, or the document itself if it has parts."""
    return name if len(parts) > 1 else PurePosixPath(name).parent.as_posix()


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    slug = _NO_ID.sub("_", plain.lower()).strip("_")[:48].strip("_")
    if slug and not slug[0].isalpha():
        slug = f"n{slug}"
    if not slug and text not in ("", "."):  # a title without a single Latin letter
        slug = f"x{hashlib.sha256(text.encode()).hexdigest()[:8]}"
    return slug


def _free(wish: str, used: set[str]) -> str:
    number, candidate = 2, wish
    while candidate in used:
        candidate, number = f"{wish}_{number}", number + 1
    return candidate


def _words(name: str) -> str:
    """A file or folder name as a title."""
    words = re.sub(r"[-_\s]+", " ", name).strip()
    return words[:1].upper() + words[1:] if words else name


def _files(
    zone: str, title: str, placed: list[_Placed], difficulty: Difficulty, single: bool
) -> dict[str, Wanted]:
    """Every file of the zone: copies first, so that nothing ever names a file that is not there yet."""
    wanted: dict[str, Wanted] = {}
    for entry in placed:
        document = entry.document
        copy = Wanted(copy_of=document.path, content_hash=document.content_hash)
        wanted[f"{SOURCES}/{document.name}"] = copy
    wanted["zone.yaml"] = _yaml({"id": zone, "title": title, "order": 1000})
    topics = list(dict.fromkeys(entry.topic for entry in placed))
    orders: dict[str, int] = dict.fromkeys(topics, 0)
    for number, topic in enumerate(topics, start=1):
        first = next(entry for entry in placed if entry.topic == topic)
        name = title if single else _topic_title(first, title)
        wanted[f"{topic}/topic.yaml"] = _yaml({"id": topic, "title": name, "order": 10 * number})
    for entry in placed:
        orders[entry.topic] += 10
        wanted[f"{entry.topic}/{entry.id}/subtopic.md"] = _subtopic(entry, orders[entry.topic], difficulty)
    return wanted


def _topic_title(first: _Placed, zone_title: str) -> str:
    if len(first.document.outline.parts) > 1:
        return first.document.outline.title
    folder = PurePosixPath(first.document.name).parent
    return " / ".join(_words(part) for part in folder.parts) or zone_title


def _subtopic(entry: _Placed, order: int, difficulty: Difficulty) -> Wanted:
    path = f"../../{SOURCES}/{entry.document.name}"
    source: object = {"path": path, "section": entry.part.section} if entry.part.section else path
    front = {
        "id": entry.id,
        "title": entry.part.title,
        "order": order,
        "difficulty": difficulty,
        "concept_intent": entry.part.concept_intent,
        "code_intent": entry.part.code_intent,
        "sources": [source],
    }
    data = _yaml(front).data or b""
    return Wanted(b"---\n" + data + b"---\n")


def _yaml(values: dict[str, Any]) -> Wanted:
    return Wanted(yaml.safe_dump(values, allow_unicode=True, sort_keys=False, width=100).encode())


def _manifest(source: Path, found: list[_Found], placed: list[_Placed]) -> dict[str, Any]:
    documents: dict[str, Any] = {
        document.name: {
            "hash": document.content_hash,
            "outline_version": OUTLINE_VERSION,
            "title": document.outline.title,
            "parts": [],
        }
        for document in found
    }
    for entry in placed:
        part = {
            "topic": entry.topic,
            "id": entry.id,
            "title": entry.part.title,
            "section": entry.part.section,
            "concept": entry.part.concept_intent,
            "code": entry.part.code_intent,
        }
        documents[entry.document.name]["parts"].append(part)
    return {"imported_from": str(source), "documents": documents}


def _report(
    zone: str,
    folder: Path,
    placed: list[_Placed],
    before: Mapping[str, Any],
    skipped: Mapping[str, str],
    applied: Applied,
) -> ImportReport:
    known = {
        f"{zone}.{part['topic']}.{part['id']}"
        for entry in before.get("documents", {}).values()
        for part in entry["parts"]
    }
    written = set(applied.written)
    subtopics = []
    for entry in placed:
        key = f"{zone}.{entry.topic}.{entry.id}"
        own = {f"{entry.topic}/{entry.id}/subtopic.md", f"{SOURCES}/{entry.document.name}"}
        state: State = "added" if key not in known else "changed" if own & written else "unchanged"
        name, section = entry.document.name, entry.part.section
        subtopics.append(ImportedSubtopic(key, entry.part.title, name, section, state))
    removed = known - {subtopic.key for subtopic in subtopics}
    return ImportReport(
        zone,
        folder,
        tuple(subtopics),
        tuple(sorted(removed)),
        dict(skipped),
        len(applied.written),
        len(applied.removed),
    )
