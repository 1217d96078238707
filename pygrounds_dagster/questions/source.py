"""What a subtopic offers to those who make questions of it: code, terms, problems, neighbours.

Here: the values and reading them from the store. Not here: making questions (``template``).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from psycopg import Connection
from psycopg.rows import class_row

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.problems.model import Problem
from pygrounds_dagster.questions.model import DIFFICULTIES, Wanted
from pygrounds_dagster.questions.teaching import ahead
from pygrounds_dagster.store.queries import load_queries

_SQL = load_queries(__package__)
_GLOSSARY = "Glossary"
_TERM = re.compile(r"^[-*] \*\*(?P<term>.+?)\*\*: (?P<definition>.+?)(?=^[-*] |\Z)", re.MULTILINE | re.DOTALL)
_RELATED = 6
_ELSEWHERE = 10


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
        related: keys of prerequisites and of other subtopics of the topic, for pairs and triples.
        related_terms: their glossaries, for wrong options.
        related_code: their programs.
        elsewhere: keys of other topics that it rests on, nearest first; where it rests on none, of the other
            topics of its zone.
        elsewhere_terms: their glossaries.
        elsewhere_code: their programs.
        later: keys of the subtopics of all topics that come after its own, in the curriculum's order.
        ahead: constructs that only later texts show (``teaching``); no question may need one of them.
        wanted: difficulties of which questions are missing; it may shrink while generators look at it.
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
    elsewhere: tuple[str, ...] = ()
    elsewhere_terms: tuple[Term, ...] = ()
    elsewhere_code: tuple[CodeChunk, ...] = ()
    later: frozenset[str] = frozenset()
    ahead: frozenset[str] = frozenset()
    wanted: Wanted = field(default=DIFFICULTIES, compare=False)


@dataclass(frozen=True, slots=True)
class _Subtopic:
    subtopic_key: str
    title: str
    difficulty: Difficulty
    objectives: list[str]
    prerequisites: list[str]
    topic_key: str


@dataclass(frozen=True, slots=True)
class _Chunk:
    subtopic_key: str
    chunk_id: str
    kind: str
    heading_path: list[str]
    text: str
    expected_output: str


def load_sources(
    conn: Connection, keys: Iterable[str], problems: Mapping[str, Problem]
) -> dict[str, SubtopicSource]:
    """What some subtopics offer, in two queries however many they are.

    All texts are read: what a question may use depends on what the texts before and after show.

    Args:
        conn: of the knowledge base.
        keys: partition keys; those that are not live are left out.
        problems: id → problem, as the content has them (``problems.register.Shelf.problems``).
    """
    with conn.cursor(row_factory=class_row(_Subtopic)) as cursor:
        live = {one.subtopic_key: one for one in cursor.execute(_SQL["select_source_subtopics"])}
    wanted = [key for key in dict.fromkeys(keys) if key in live]
    related = {key: _related(live[key], live) for key in wanted}
    elsewhere = {key: _elsewhere(live[key], live) for key in wanted}
    chunks: dict[str, list[_Chunk]] = defaultdict(list)
    with conn.cursor(row_factory=class_row(_Chunk)) as cursor:
        for chunk in cursor.execute(_SQL["select_source_chunks"], {"keys": sorted(live)}):
            chunks[chunk.subtopic_key].append(chunk)
    codes = {key: [one.text for one in found if one.kind == "code"] for key, found in chunks.items()}
    not_yet = ahead(list(live), codes)
    return {
        key: replace(
            _source(live[key], related[key], elsewhere[key], chunks, problems),
            later=_later(live[key], live),
            ahead=not_yet[key],
        )
        for key in wanted
    }


def _later(subtopic: _Subtopic, live: Mapping[str, _Subtopic]) -> frozenset[str]:
    """Subtopics of the topics that come after its own."""
    topics = list(dict.fromkeys(one.topic_key for one in live.values()))
    after = set(topics[topics.index(subtopic.topic_key) + 1 :])
    return frozenset(key for key, one in live.items() if one.topic_key in after)


def _related(subtopic: _Subtopic, live: Mapping[str, _Subtopic]) -> tuple[str, ...]:
    same_topic = [key for key, other in live.items() if other.topic_key == subtopic.topic_key]
    found = dict.fromkeys([*subtopic.prerequisites, *same_topic])
    return tuple(key for key in found if key in live and key != subtopic.subtopic_key)[:_RELATED]


def _elsewhere(subtopic: _Subtopic, live: Mapping[str, _Subtopic]) -> tuple[str, ...]:
    """Subtopics of other topics that it rests on; where there are none, those of its zone."""
    found = [key for key in _ground(subtopic, live) if live[key].topic_key != subtopic.topic_key]
    if not found:
        zone = f"{subtopic.subtopic_key.partition('.')[0]}."
        same_zone = (key for key in live if key.startswith(zone))
        found = [key for key in same_zone if live[key].topic_key != subtopic.topic_key]
    return tuple(found[:_ELSEWHERE])


def _ground(subtopic: _Subtopic, live: Mapping[str, _Subtopic]) -> list[str]:
    """Prerequisites, their prerequisites and so on, nearest first."""
    found: dict[str, None] = {}
    layer = [key for key in subtopic.prerequisites if key in live]
    while layer:
        found.update(dict.fromkeys(layer))
        below = (below for key in layer for below in live[key].prerequisites)
        layer = [key for key in dict.fromkeys(below) if key in live and key not in found]
    return list(found)


def _source(
    subtopic: _Subtopic,
    related: tuple[str, ...],
    elsewhere: tuple[str, ...],
    chunks: Mapping[str, Sequence[_Chunk]],
    problems: Mapping[str, Problem],
) -> SubtopicSource:
    key = subtopic.subtopic_key
    own = chunks.get(key, ())
    others = [chunk for other in related for chunk in chunks.get(other, ())]
    far = [chunk for other in elsewhere for chunk in chunks.get(other, ())]
    return SubtopicSource(
        key=key,
        title=subtopic.title,
        difficulty=subtopic.difficulty,
        objectives=tuple(subtopic.objectives),
        concepts=tuple(
            (one.chunk_id, one.heading_path[-1], one.text) for one in own if one.kind == "concept"
        ),
        code=_programs(own),
        terms=_terms(own),
        problems=tuple(problem for problem in problems.values() if key in problem.topics),
        related=related,
        related_terms=_terms(others),
        related_code=_programs(others),
        elsewhere=elsewhere,
        elsewhere_terms=_terms(far),
        elsewhere_code=_programs(far),
    )


def _programs(chunks: Sequence[_Chunk]) -> tuple[CodeChunk, ...]:
    return tuple(
        CodeChunk(one.chunk_id, one.subtopic_key, one.heading_path[-1], one.text, one.expected_output)
        for one in chunks
        if one.kind == "code"
    )


def _terms(chunks: Sequence[_Chunk]) -> tuple[Term, ...]:
    return tuple(
        Term(found["term"], " ".join(found["definition"].split()), one.chunk_id, one.subtopic_key)
        for one in chunks
        if one.heading_path[-1] == _GLOSSARY
        for found in _TERM.finditer(one.text)
    )
