"""The chunk: the smallest citable piece of a document."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Kind = Literal["concept", "code"]
KINDS: tuple[Kind, ...] = ("concept", "code")


class ChunkType(StrEnum):
    """What a chunk is for a learner."""

    CONCEPT = "Concept"
    CODE = "Code"
    EXAMPLE = "Example"
    EXERCISE = "Exercise"
    TRY_IT = "Try_It"

    @property
    def kind(self) -> Kind:
        """The encoder role and ranking a chunk of this type belongs to."""
        return "code" if self is ChunkType.CODE else "concept"


@dataclass(frozen=True, slots=True)
class Chunk:
    """A piece of one document, byte-exact.

    Attributes:
        ordinal: position in the document, from 0.
        chunk_type: what it is for a learner.
        heading_path: headings from the document's title down to the chunk.
        line_start: first line of the span in the source, from 1 (in the raw file for text formats; within
            the cell's source for notebooks; 0 where the format has no lines).
        line_end: last line, inclusive.
        page_start: first page for PDF, from 1, else None.
        page_end: last page for PDF, else None.
        text: text of the source, byte for byte (for code: without the fence, indentation as in the source).
        expected_output: what the code is shown to print, if the source shows it.
        embedding_text: what the encoder sees: heading path and text, code identifier-split.
        embedding_hash: SHA-256 of ``embedding_text``, 32 hex digits: the key under which it is encoded once.
        tokens: word pieces of ``embedding_text``; never above the encoder's window.
    """

    ordinal: int
    chunk_type: ChunkType
    heading_path: tuple[str, ...]
    line_start: int
    line_end: int
    page_start: int | None
    page_end: int | None
    text: str
    expected_output: str | None
    embedding_text: str
    embedding_hash: str
    tokens: int
