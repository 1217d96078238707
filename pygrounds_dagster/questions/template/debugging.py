"""Debugging: find and mend the one mistake of a function.

Here: choosing the mistake and saying what it does. Not here: the functions (``programs``).
"""

from __future__ import annotations

from collections.abc import Iterator

from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.source import SubtopicSource


def debugging_candidates(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Candidates for a subtopic, best first."""
    yield from ()
