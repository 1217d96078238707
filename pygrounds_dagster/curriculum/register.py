"""Content → rows of zones, topics and subtopics: which partitions there are.

Here: comparing content with what is stored, adding, changing, retiring. Not here: documents and chunks of a
live subtopic (``documents``, ``chunk_rows``).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from psycopg import Connection
from psycopg.rows import class_row
from psycopg.sql import SQL
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.content_model import Content, Problem, Subtopic
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import forget_step

_SQL = load_queries(__package__)
Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class Registration:
    """What a registration did with the partitions; every list in the curriculum's order or sorted.

    Attributes:
        added: keys that were not live before (new, or back again).
        kept: keys that are as they were.
        changed: keys whose values changed, whose file became invalid or valid again, or says another error.
        retired: keys that no file names any more; their rows stay, out of search.
        failed: keys that no valid file stands for now; those that were valid once keep their last values.
        written: rows written, of zones, topics and subtopics.
        problems: everything wrong in the content.
    """

    added: tuple[str, ...]
    kept: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]
    failed: tuple[str, ...]
    written: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _ZoneRow:
    zone_key: str
    title: str
    description: str
    position: int
    content_root: str
    retired: bool = False


@dataclass(frozen=True, slots=True)
class _TopicRow:
    topic_key: str
    zone_key: str
    title: str
    description: str
    position: int
    retired: bool = False


@dataclass(frozen=True, slots=True)
class _SubtopicRow:
    subtopic_key: str
    content_root: str
    source_path: str
    content_hash: str
    error: str | None
    retired: bool


def register_content(pool: ConnectionPool, content: Content) -> Registration:
    """Make the stored zones, topics and subtopics those of the content, in one transaction.

    A subtopic whose file is invalid keeps its last good values and gets the error; one whose file is gone
    is retired with its documents and chunks, and leaves all rankings; one that comes back is live again.
    Nothing is retired that lies under a root that cannot be read. Nothing is written when nothing changed.

    Args:
        pool: connections to the store.
        content: what ``load_content`` found.
    """
    with pool.connection() as conn:
        conn.execute(_SQL["lock_registration"])
        stored = {row.subtopic_key: row for row in _rows(conn, "select_subtopics", _SubtopicRow)}
        errors = _errors(stored.values(), content)
        kept_roots = {str(root) for root in content.unreadable_roots}
        gone = sorted(_gone(stored.values(), content, errors, kept_roots))
        staying = {key for key, row in stored.items() if not row.retired} - set(gone)
        written = _write_parents(conn, content, staying, kept_roots)
        changed = [s for s in content.subtopics if _differs(s, stored.get(s.key))]
        _many(conn, "upsert_subtopic", [_subtopic_values(subtopic) for subtopic in changed])
        new_errors = {key: why for key, why in errors.items() if stored[key].error != why}
        _many(conn, "update_subtopic_error", [{"key": k, "error": why} for k, why in new_errors.items()])
        if gone:
            _retire(conn, gone)
    live = {key for key, row in stored.items() if not row.retired}
    touched = {s.key for s in changed} | set(new_errors)
    valid = [s.key for s in content.subtopics]
    present = [*valid, *sorted(staying.difference(valid))]
    return Registration(
        added=tuple(s.key for s in changed if s.key not in live),
        kept=tuple(key for key in present if key not in touched),
        changed=tuple(key for key in present if key in touched and key in live),
        retired=tuple(gone),
        failed=tuple(sorted({*content.failed, *errors})),
        written=written + len(changed) + len(new_errors) + len(gone),
        problems=content.problems,
    )


def _rows(conn: Connection, query: str, row: type[Row]) -> list[Row]:
    with conn.cursor(row_factory=class_row(row)) as cursor:
        return cursor.execute(_SQL[query]).fetchall()


def _errors(stored: Iterable[_SubtopicRow], content: Content) -> dict[str, str]:
    """Why live partitions are not valid now: by their key, or by the file they last came from."""
    valid = {subtopic.key for subtopic in content.subtopics}
    found: dict[str, str] = {}
    for row in stored:
        key = row.subtopic_key
        why = content.failed.get(key) or content.failed_paths.get(Path(row.source_path))
        if why and key not in valid and not row.retired:
            found[key] = why
    return found


def _gone(
    stored: Iterable[_SubtopicRow], content: Content, errors: dict[str, str], kept_roots: set[str]
) -> set[str]:
    present = {subtopic.key for subtopic in content.subtopics} | set(errors)
    return {
        row.subtopic_key
        for row in stored
        if not row.retired and row.subtopic_key not in present and row.content_root not in kept_roots
    }


def _differs(subtopic: Subtopic, row: _SubtopicRow | None) -> bool:
    if row is None or row.retired or row.error is not None:
        return True
    return (row.content_hash, row.content_root) != (subtopic.content_hash, str(subtopic.root))


def _subtopic_values(subtopic: Subtopic) -> dict[str, Any]:
    return {
        "subtopic_key": subtopic.key,
        "topic_key": subtopic.topic_key,
        "title": subtopic.title,
        "position": subtopic.order,
        "difficulty": subtopic.difficulty,
        "prerequisites": list(subtopic.prerequisites),
        "objectives": list(subtopic.objectives),
        "concept_intent": subtopic.concept_intent,
        "code_intent": subtopic.code_intent,
        "content_root": str(subtopic.root),
        "source_path": str(subtopic.path),
        "content_hash": subtopic.content_hash,
    }


def _write_parents(conn: Connection, content: Content, staying: set[str], kept_roots: set[str]) -> int:
    """Zones and topics: those of the content, and the last good ones of subtopics that stay invalid."""
    zones = {row.zone_key: row for row in _rows(conn, "select_zones", _ZoneRow)}
    topics = {row.topic_key: row for row in _rows(conn, "select_topics", _TopicRow)}
    new_zones = [_ZoneRow(z.key, z.title, z.description, z.order, str(z.root)) for z in content.zones]
    new_topics = [_TopicRow(t.key, t.zone_key, t.title, t.description, t.order) for t in content.topics]
    zone_changes = [row for row in new_zones if zones.get(row.zone_key) != row]
    topic_changes = [row for row in new_topics if topics.get(row.topic_key) != row]
    _many(conn, "upsert_zone", [asdict(row) for row in zone_changes])
    _many(conn, "upsert_topic", [asdict(row) for row in topic_changes])
    used_topics = {row.topic_key for row in new_topics} | {key.rpartition(".")[0] for key in staying}
    used_zones = {row.zone_key for row in new_zones} | {key.partition(".")[0] for key in staying}
    used_zones |= {row.zone_key for row in zones.values() if row.content_root in kept_roots}
    old_topics = [k for k, row in topics.items() if not row.retired and k not in used_topics]
    old_zones = [k for k, row in zones.items() if not row.retired and k not in used_zones]
    _if_any(conn, _SQL["retire_topics"], old_topics)
    _if_any(conn, _SQL["retire_zones"], old_zones)
    return len(zone_changes) + len(topic_changes) + len(old_topics) + len(old_zones)


def _many(conn: Connection, name: str, rows: list[dict[str, Any]]) -> None:
    if rows:
        conn.cursor().executemany(_SQL[name], rows)


def _if_any(conn: Connection, query: SQL, keys: list[str]) -> None:
    if keys:
        conn.execute(query, {"keys": keys})


def _retire(conn: Connection, keys: list[str]) -> None:
    """Take partitions out of serving; what they were stays in the rows."""
    for name in (
        "retire_subtopics",
        "retire_documents_of_subtopics",
        "retire_chunks_of_subtopics",
        "delete_rankings_of_subtopics",
        "delete_coverage_of_subtopics",
    ):
        conn.execute(_SQL[name], {"keys": keys})
    forget_step(conn, keys)
