"""Which sections are examples, exercises or things to try: patterns over headings, as data.

What belongs here: the table and its lookup. What does not: code, which is Code wherever it stands.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from pygrounds_dagster.curriculum.chunk import ChunkType

_TABLE: tuple[tuple[ChunkType, tuple[str, ...]], ...] = (
    (
        ChunkType.TRY_IT,
        (r"\btry (it|this|these|that|yourself)\b", r"\byour turn\b", r"\bnow you try\b", r"^try$"),
    ),
    (
        ChunkType.EXERCISE,
        (
            r"\bexercises?\b",
            r"\bchallenges?$",
            r"\bhomework\b",
            r"\bassignments?$",
            r"\bquiz(zes)?\b",
            r"^practice\b",
            r"\bpractice (problems|tasks|questions)\b",
            r"\bcheck (yourself|your understanding)\b",
            r"\breview questions\b",
            r"^(problems|solutions?|answers?|questions)$",
        ),
    ),
    (
        ChunkType.EXAMPLE,
        (
            r"\bexamples?\b",
            r"\bwhat happens (if|when)\b",
            r"\bcase stud(y|ies)\b",
            r"\bdemo(nstration)?\b",
            r"\bin action\b",
            r"\bwalk-?through\b",
            r"^(recipes?|cookbook)$",
        ),
    ),
)
_PATTERNS = [(re.compile("|".join(patterns), re.IGNORECASE), kind) for kind, patterns in _TABLE]


def prose_type(heading_path: Sequence[str]) -> ChunkType:
    """The type of prose under these headings: the deepest heading that says one decides."""
    for heading in reversed(heading_path):
        if found := _heading_type(heading):
            return found
    return ChunkType.CONCEPT


@lru_cache(maxsize=4096)
def _heading_type(heading: str) -> ChunkType | None:
    return next((kind for pattern, kind in _PATTERNS if pattern.search(heading)), None)
