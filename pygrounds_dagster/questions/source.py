"""What a subtopic offers to those who make questions of it: code, terms, problems, neighbours.

Here: the values and reading them from the store. Not here: making questions (``template``).
"""

from __future__ import annotations

from dataclasses import dataclass

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.problems.model import Problem


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry and the chunk that it stands in."""

    term: str
    definition: str
    chunk_id: str
    subtopic_key: str


@dataclass(frozen=True, slots=True)
class CodeChunk:
    """A program of the text: as written, with the output that the text shows (empty: none)."""

    chunk_id: str
    subtopic_key: str
    heading: str
    code: str
    expected_output: str


@dataclass(frozen=True, slots=True)
class SubtopicSource:
    """Everything that generators may use for one subtopic.

    Attributes:
        key: partition key.
        title: of the subtopic.
        difficulty: the zone's level, for choosing; questions are rated by themselves.
        objectives: what a learner can do afterwards.
        concepts: (chunk id, heading, text), best ranked first.
        code: its programs, best ranked first.
        terms: its glossary.
        problems: proven problems whose topics name it.
        related: keys of prerequisites and nearest subtopics, for pairs and triples.
        related_terms: their glossaries, for wrong options.
        related_code: their programs.
    """

    key: str
    title: str
    difficulty: Difficulty
    objectives: tuple[str, ...]
    concepts: tuple[tuple[str, str, str], ...]
    code: tuple[CodeChunk, ...]
    terms: tuple[Term, ...]
    problems: tuple[Problem, ...]
    related: tuple[str, ...]
    related_terms: tuple[Term, ...]
    related_code: tuple[CodeChunk, ...]
