"""Content roots → rows of problems: which problems there are.

Here: the banks of all roots as one, comparing them with what is stored, adding, changing, retiring. Not here:
what a folder may hold (``load``), whether a problem holds (``verify``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import class_row
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.problems.load import Fault, load_problems
from pygrounds_dagster.problems.model import Problem
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import fingerprint, forget_step

FOLDER = "problems"
"""Folder of a content root that holds its bank."""

STEP = "problem_bank"

_SQL = load_queries(__package__)
_KEY = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class Shelf:
    """The banks of all content roots as one.

    Attributes:
        problems: id → problem, for those whose files are right.
        roots: id → content root of the same.
        failed: folder → why its files are not right.
        faults: everything that is wrong, by file and line.
        unreadable_roots: configured but not there: nothing of theirs may be taken for deleted.
    """

    problems: Mapping[str, Problem]
    roots: Mapping[str, Path]
    failed: Mapping[Path, str]
    faults: tuple[Fault, ...]
    unreadable_roots: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class ShelfRegistration:
    """What a registration did; all lists sorted.

    Attributes:
        keys: all live problems, right or not: the partitions.
        added: not live before.
        changed: other content than before.
        retired: no folder stands for them any more; their rows stay.
        failed: key → why its files are not right.
    """

    keys: tuple[str, ...]
    added: tuple[str, ...]
    changed: tuple[str, ...]
    retired: tuple[str, ...]
    failed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Row:
    problem_id: str
    path: str
    content_root: str
    content_hash: str | None
    error: str | None
    retired: bool


def load_shelf(roots: Sequence[Path]) -> Shelf:
    """Read the banks of all content roots; links are followed into all of them.

    Never raises for what an author wrote; of two problems with one id, the one of the first root counts.

    Raises:
        OSError: a bank's folder is there and cannot be read.
    """
    content = load_content(roots)
    topics = content.keys
    problems: dict[str, Problem] = {}
    places: dict[str, Path] = {}
    failed: dict[Path, str] = {}
    faults: list[Fault] = []
    for root in content.roots:
        directory = root / FOLDER
        if not directory.is_dir():
            continue
        bank = load_problems(directory, topics)
        faults += bank.faults
        failed |= {directory / name: why for name, why in bank.failed.items()}
        for problem in bank.problems:
            if other := problems.get(problem.id):
                message = f"{problem.id!r} is also {other.path}: change one id"
                fault = Fault(problem.path / "problem.yaml", 0, "id", message, problem.path.name)
                faults.append(fault)
                failed[problem.path] = str(fault)
            else:
                problems[problem.id], places[problem.id] = problem, root
    return Shelf(problems, places, failed, tuple(faults), content.unreadable_roots)


def problem_folder(roots: Iterable[Path], key: str) -> Path | None:
    """The folder of a problem by its id, the first root's first; without checking anything else in it."""
    banks = [root / FOLDER for root in roots if (root / FOLDER).is_dir()]
    for bank in banks:
        if _KEY.fullmatch(key) and (bank / key / "problem.yaml").is_file():
            return bank / key
    found = (problem for bank in banks for problem in load_problems(bank).problems)
    return next((problem.path for problem in found if problem.id == key), None)


def failed_problems(conn: Connection, shelf: Shelf) -> dict[str, str]:
    """Partition key → why its files are not right."""
    failed = _failed_keys(shelf, _stored(conn).values())
    return {key: shelf.failed[folder] for key, folder in failed.items()}


def problem_stamps(pool: ConnectionPool, shelf: Shelf) -> dict[str, str]:
    """For each problem, right or not, a hash of what it is; by partition key."""
    with pool.connection() as conn:
        failed = failed_problems(conn, shelf)
    stamps = {key: problem.content_hash for key, problem in shelf.problems.items()}
    stamps |= {key: fingerprint(why) for key, why in failed.items()}
    return {key: stamps[key] for key in sorted(stamps)}


def register_problems(pool: ConnectionPool, shelf: Shelf) -> ShelfRegistration:
    """Make the stored problems those of the shelf, in one transaction.

    A problem whose files are not right keeps its last good values and gets the error; one whose folder is
    gone is retired, and live again when it comes back. Nothing is retired that lies under a root that cannot
    be read. Nothing is written when nothing changed.
    """
    with pool.connection() as conn:
        conn.execute(_SQL["lock_registration"])
        stored = _stored(conn)
        live = {key for key, row in stored.items() if not row.retired}
        failed = _failed_keys(shelf, stored.values())
        reasons = {key: shelf.failed[folder] for key, folder in failed.items()}
        new = [
            problem_values(problem, shelf.roots[key])
            for key, problem in shelf.problems.items()
            if _differs(problem, shelf.roots[key], stored.get(key))
        ]
        faulty = [
            _fault_values(key, folder, reasons[key])
            for key, folder in failed.items()
            if _is_new_fault(stored.get(key), folder, reasons[key])
        ]
        kept_roots = {str(root) for root in shelf.unreadable_roots}
        present = {*shelf.problems, *failed}
        present |= {key for key in live if stored[key].content_root in kept_roots}
        gone = sorted(live - present)
        cursor = conn.cursor()
        if new:
            cursor.executemany(_SQL["upsert_problem"], new)
        if faulty:
            cursor.executemany(_SQL["upsert_fault"], faulty)
        if gone:
            conn.execute(_SQL["retire_problems"], {"keys": gone})
            forget_step(conn, gone, STEP)
    touched = {str(values["problem_id"]) for values in (*new, *faulty)}
    return ShelfRegistration(
        keys=tuple(sorted(present)),
        added=tuple(sorted(touched - live)),
        changed=tuple(sorted(touched & live)),
        retired=tuple(gone),
        failed=reasons,
    )


def problem_values(problem: Problem, root: Path) -> dict[str, Any]:
    """The row of a problem whose files are right."""
    return {
        "problem_id": problem.id,
        "title": problem.title,
        "difficulty": problem.difficulty,
        "topics": list(problem.topics),
        "path": str(problem.path),
        "content_root": str(root),
        "content_hash": problem.content_hash,
    }


def _stored(conn: Connection) -> dict[str, _Row]:
    with conn.cursor(row_factory=class_row(_Row)) as cursor:
        return {row.problem_id: row for row in cursor.execute(_SQL["select_problems"])}


def _failed_keys(shelf: Shelf, stored: Iterable[_Row]) -> dict[str, Path]:
    """The problem that each bad folder stands for: the one it last was, else the one it is named after.

    A folder whose name is no key, or that of another problem, stands for none; its faults are told all the
    same.
    """
    known = {Path(row.path): row.problem_id for row in stored if not row.retired}
    keys = {known.get(folder, folder.name): folder for folder in shelf.failed}
    return {k: folder for k, folder in keys.items() if k not in shelf.problems and _KEY.fullmatch(k)}


def _differs(problem: Problem, root: Path, row: _Row | None) -> bool:
    if row is None or row.retired:
        return True
    now = (problem.content_hash, str(problem.path), str(root))
    return (row.content_hash, row.path, row.content_root) != now


def _is_new_fault(row: _Row | None, folder: Path, why: str) -> bool:
    if row is None or row.retired or row.content_hash is not None:
        return True
    return (row.path, row.error) != (str(folder), why)


def _fault_values(key: str, folder: Path, why: str) -> dict[str, Any]:
    return {
        "problem_id": key,
        "path": str(folder),
        "content_root": str(folder.parent.parent),
        "error": why,
    }
