"""Coverage: whether a subtopic's own chunks say enough about what it means to teach, and what is missing.

Here: the rule and its words, reading it back. Not here: computing similarities (``ranking``).
"""

from __future__ import annotations

from dataclasses import dataclass, field

from psycopg import Connection
from psycopg.rows import class_row

from pygrounds_dagster.curriculum.chunk import Kind
from pygrounds_dagster.knowledge.ordering import Floats
from pygrounds_dagster.store.queries import load_queries

WANTED: dict[Kind, int] = {"concept": 5, "code": 4}
"""Chunks of each kind at or above the threshold that a subtopic should have of its own."""

_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What a subtopic has of one kind.

    Attributes:
        chunks: its own embedded chunks of the kind.
        above_threshold: those at least ``threshold`` similar to its intent.
        own_first: the chunk of the corpus most similar to its intent is its own.
        gaps: what is missing, one sentence each; empty if nothing is.
    """

    subtopic_key: str
    kind: Kind
    chunks: int
    above_threshold: int
    threshold: float
    own_first: bool
    gaps: list[str] = field(default_factory=list)


def assess(key: str, kind: Kind, similarity: Floats, threshold: float, nearest: str | None) -> Coverage:
    """Judge one kind of one subtopic.

    Args:
        key: the subtopic.
        kind: which chunks.
        similarity: of its own chunks to its intent.
        threshold: from which a chunk counts.
        nearest: the subtopic of the corpus's most similar chunk; None if the corpus has none.
    """
    above = int((similarity >= threshold).sum())
    wanted = WANTED[kind]
    gaps = []
    if not len(similarity):
        gaps.append(f"no {kind} chunks; {wanted} wanted")
    elif above < wanted:
        gaps.append(f"only {above} of {len(similarity)} {kind} chunks ≥ {threshold:g}; {wanted} wanted")
    if nearest is not None and nearest != key:
        gaps.append(f"the {kind} chunk closest to its intent is in {nearest}")
    return Coverage(key, kind, len(similarity), above, threshold, nearest == key, gaps)


def read_coverage(conn: Connection) -> list[Coverage]:
    """Coverage of all live, ranked subtopics, in the curriculum's order."""
    with conn.cursor(row_factory=class_row(Coverage)) as cursor:
        return cursor.execute(_SQL["select_coverage"]).fetchall()
