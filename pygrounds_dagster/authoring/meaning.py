"""What a page is about, by its vectors: which section shows an objective, which other page says the same.

Here: the texts to encode and what their vectors tell, pure. Not here: encoding and storing (``encoded``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pygrounds_dagster.authoring.findings import Finding
from pygrounds_dagster.authoring.form import Outline
from pygrounds_dagster.curriculum.chunking import chunk_document
from pygrounds_dagster.curriculum.content_model import Subtopic
from pygrounds_dagster.curriculum.readers import read_source
from pygrounds_dagster.curriculum.tokens import TokenCounter
from pygrounds_dagster.knowledge.embedding import text_hash

Vector = NDArray[np.float32]

TOO_NEAR = 0.87
"""Similarity of two subtopics from which one of them says little that is its own.

Halfway between what was measured on the shipped pages with the default encoder: different subtopics reach
0.80 (generics and type hints), the two halves of one page have 0.93 and more.
"""

UNTOLD = 0.28
"""Similarity below which no section is about an objective.

Measured there: objectives have 0.30 and more to the best section of their own page, 0.20 (median) to that of
another.
"""


@dataclass(frozen=True, slots=True)
class PageTexts:
    """What of a page is encoded, by hash of the text.

    Attributes:
        texts: hash → text.
        intent: hash of the concept intent.
        objectives: hash of each objective.
        chunks: heading and hash of each piece of its prose, in order.
    """

    texts: Mapping[str, str]
    intent: str
    objectives: tuple[str, ...]
    chunks: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Neighbour:
    """The other subtopic that is most like one, and how like, as a cosine."""

    key: str
    similarity: float


def page_texts(subtopic: Subtopic, counter: TokenCounter) -> PageTexts:
    """The texts of a page that its meaning is made of; its chunks are those that search has.

    Raises:
        SourceError: its file is no text.
        OSError: it cannot be read.
    """
    chunks = [
        c for c in chunk_document(read_source(subtopic.path), counter) if c.chunk_type.kind == "concept"
    ]
    own = {text_hash(text): text for text in (subtopic.concept_intent, *subtopic.objectives)}
    return PageTexts(
        texts=own | {chunk.embedding_hash: chunk.embedding_text for chunk in chunks},
        intent=text_hash(subtopic.concept_intent),
        objectives=tuple(map(text_hash, subtopic.objectives)),
        chunks=tuple((c.heading_path[-1] if c.heading_path else "", c.embedding_hash) for c in chunks),
    )


def neighbours(pages: Mapping[str, PageTexts], vectors: Mapping[str, Vector]) -> dict[str, Neighbour]:
    """For each page the one that is most like it: the cosine of intent plus mean of own chunks.

    Args:
        pages: by partition key.
        vectors: unit vector of every text.

    Returns:
        By partition key; nothing where there is but one page.
    """
    if len(pages) < 2:
        return {}
    keys = list(pages)
    matrix = np.stack([_centre(page, vectors) for page in pages.values()])
    similarity = matrix @ matrix.T
    np.fill_diagonal(similarity, -np.inf)
    best = similarity.argmax(axis=1)
    return {
        key: Neighbour(keys[best[row]], round(float(similarity[row, best[row]]), 3))
        for row, key in enumerate(keys)
    }


def neighbour_findings(neighbour: Neighbour | None) -> Iterator[Finding]:
    """Whether a page has a reason to be one of its own."""
    if neighbour is not None and neighbour.similarity >= TOO_NEAR:
        like = f"similarity {neighbour.similarity:.2f}, {TOO_NEAR:g} is too near"
        what = f"it is very like {neighbour.key} ({like})"
        yield Finding("neighbour", 1, what, "merge the two, or sharpen concept_intent and text of both")


def objective_findings(
    subtopic: Subtopic, parts: Outline, texts: PageTexts, vectors: Mapping[str, Vector], source: str
) -> list[Finding]:
    """Objectives that no code shows: the section most like an objective has none, or none is like it.

    Args:
        subtopic: whose objectives.
        parts: of its page.
        texts: of its page.
        vectors: unit vector of every text.
        source: of the file, for line numbers.
    """
    sections = {section.heading: section for section in parts.teaching}
    pieces = [(heading, key) for heading, key in texts.chunks if heading in sections]
    findings = []
    for objective, key in zip(subtopic.objectives, texts.objectives, strict=True):
        line = _line_of(source, objective)
        scores = [float(vectors[key] @ vectors[piece]) for _, piece in pieces]
        best = int(np.argmax(scores)) if scores else -1
        if best < 0 or scores[best] < UNTOLD:
            mend = "write that section, or say the objective in its words"
            findings.append(
                Finding("objectives", line, f"no section is about the objective {objective!r}", mend)
            )
        elif not sections[pieces[best][0]].blocks:
            what = f"the objective {objective!r} is nearest to {pieces[best][0]!r}, which has no code"
            findings.append(Finding("objectives", line, what, "show it there by a block of code"))
    return findings


def _centre(page: PageTexts, vectors: Mapping[str, Vector]) -> Vector:
    """Unit vector: the intent plus the direction of the mean of the page's chunks."""
    own: Sequence[Vector] = [vectors[key] for _, key in page.chunks] or [vectors[page.intent]]
    mean = np.mean(own, axis=0)
    both = vectors[page.intent] + mean / max(float(np.linalg.norm(mean)), 1e-9)
    return np.asarray(both / max(float(np.linalg.norm(both)), 1e-9), np.float32)


def _line_of(source: str, text: str) -> int:
    """The line where a text of the front matter begins; 1 if it is written in another way."""
    start = text[:30]
    return next((number for number, line in enumerate(source.split("\n"), 1) if start in line), 1)
