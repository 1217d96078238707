"""Hand-written programs with gaps."""

from __future__ import annotations

from collections.abc import Iterator

from pygrounds_dagster.questions.template.programs.model import Program


def sheets(subtopic: str) -> Iterator[Program]:
    """Programs of the sheets that practise a subtopic."""
    yield from ()
