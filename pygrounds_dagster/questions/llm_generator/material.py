"""What a model is shown of a subtopic: ranked text, programs, terms, what the bank has already.

Here: choosing and marking it off. Not here: what is asked about it (``prompts/``).

Each request begins at another chunk, so that questions are about different things, and goes on with the best
ranked ones. Everything shown stands between two marks that its own hash is part of: whoever writes a text
cannot write the mark that would end it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from pygrounds_dagster.questions.bodies import (
    Body,
    ClozeBody,
    DebuggingBody,
    HangmanBody,
    ParsonsBody,
    WordBody,
)
from pygrounds_dagster.questions.model import GameType
from pygrounds_dagster.questions.source import CodeChunk, SubtopicSource

T = TypeVar("T")

MOST_TEXT = 5_000
"""Characters of prose that are shown; the first chunk is shown whole."""

MOST_CODE = 3_500
MOST_TERMS = 40
MOST_TAKEN = 20
_ELSEWHERE = 3
_LINE = 100


@dataclass(frozen=True, slots=True)
class Material:
    """What one request shows.

    Attributes:
        text: between its marks.
        chunk_ids: of the subtopic's own chunks in it.
    """

    text: str
    chunk_ids: tuple[str, ...]


def material(source: SubtopicSource, game_type: GameType, taken: Sequence[str], turn: int) -> Material:
    """What a request for a game type shows.

    Args:
        source: what the subtopic offers.
        game_type: words get terms, placement questions programs of other topics too.
        taken: what the bank has, a line each, latest first.
        turn: number of the request.
    """
    shown: dict[str, None] = {}
    parts = list(_prose(source, turn, shown))
    if game_type == "word":
        parts += _terms(source, turn, shown)
    else:
        parts += _programs("Programs", source.code, turn, shown)
    if game_type == "pre_assessment":
        parts += _programs("Programs of other topics", source.elsewhere_code[:_ELSEWHERE], turn, {})
    if taken:
        listed = "\n".join(f"- {line}" for line in taken[:MOST_TAKEN])
        parts.append(f"## Questions that exist already\n{listed}")
    return Material(_marked_off("\n\n".join(parts)), tuple(shown))


def _marked_off(text: str) -> str:
    mark = f"material {hashlib.sha256(text.encode()).hexdigest()[:12]}"
    return f"<{mark}>\n{text}\n</{mark}>"


def _prose(source: SubtopicSource, turn: int, shown: dict[str, None]) -> Iterator[str]:
    room = MOST_TEXT
    for chunk_id, heading, text in _turned(source.concepts, turn):
        if len(text) <= room or room == MOST_TEXT:
            room -= len(text)
            shown[chunk_id] = None
            yield f"## {heading}\n{text}"


def _programs(title: str, chunks: Sequence[CodeChunk], turn: int, shown: dict[str, None]) -> Iterator[str]:
    room = MOST_CODE
    for chunk in _turned(chunks, turn):
        if len(chunk.code) <= room or room == MOST_CODE:
            room -= len(chunk.code)
            shown[chunk.chunk_id] = None
            output = f"\nIt prints:\n{chunk.expected_output}" if chunk.expected_output else ""
            yield f"## {title}: {chunk.heading}\n{chunk.code}{output}"


def _terms(source: SubtopicSource, turn: int, shown: dict[str, None]) -> Iterator[str]:
    terms = _turned(source.terms, turn)[:MOST_TERMS]
    shown.update(dict.fromkeys(term.chunk_id for term in terms))
    if terms:
        yield "## Terms\n" + "\n".join(f"- **{term.term}**: {term.definition}" for term in terms)


def _turned(items: Sequence[T], turn: int) -> list[T]:
    """The items, beginning with the one whose turn it is, then the best ones."""
    if not items:
        return []
    first = turn % len(items)
    return [items[first], *items[:first], *items[first + 1 :]]


def taken_line(body: Body) -> str:
    """A question of the bank in a line, so that a model does not ask it again."""
    match body:
        case HangmanBody() | DebuggingBody():
            line = f"{body.function_name}: {body.question_text}"
        case WordBody():
            line = body.term
        case ParsonsBody():
            line = "; ".join(line.strip() for line in body.lines)
        case ClozeBody():
            line = body.code
        case _:
            line = body.code or body.question_text
    return " ".join(line.split())[:_LINE]
