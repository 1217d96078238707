"""Hangman: write a function from scratch, by its description and examples.

Here: candidates from a subtopic's programs, problems and families. Not here: the families (``programs``).
"""

from __future__ import annotations

from collections.abc import Iterator

from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.source import SubtopicSource


def hangman_candidates(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Candidates for a subtopic, best first."""
    yield from ()
