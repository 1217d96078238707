"""Cutting prose, lists and tables that are too long: at items and rows, sentences, then words.

What belongs here: where text may be cut. What does not: budgets.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

from pygrounds_dagster.curriculum.blocks import BlockKind

Spans = list[tuple[int, int]]
_ITEM = re.compile(r"^[ \t>]*(?:[-*+•–]|\(?(?:\d+|[a-zA-Z#])[.)])[ \t]+", re.MULTILINE)
_INDENT = re.compile(r"^[ \t>]*")
# A sentence ends at . ! ? (with closing quotes) before a space and something that can begin one. The space
# belongs to it, but not the next line's indentation.
_SENTENCE_END = re.compile(r"([.!?][\"'”’)\]*_`]*)(?:[ \t]*\n|[ \t]+)(?=[ \t]*[\"'“‘(\[*_`]*[A-Z0-9`])")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|vs|cf|etc|al|Mr|Mrs|Ms|Dr|No|Fig|Sec|Eq|approx|resp)|\b[A-Z])\.$"
)
_WORD = re.compile(r"\S+\s*")


def sentences(text: str) -> Spans:
    """Sentences with the space after them."""
    found = _SENTENCE_END.finditer(text)
    return _spans(
        text, [m.end() for m in found if not _ABBREVIATION.search(text, max(0, m.end(1) - 12), m.end(1))]
    )


def items(text: str) -> Spans:
    """Items of a list with the least indentation; what stands before the first belongs to it."""
    found = list(_ITEM.finditer(text))
    if not found:
        return _spans(text, [])
    indents = [_width(text, item.start()) for item in found]
    least = min(indents)
    return _spans(
        text, [item.start() for item, indent in zip(found, indents, strict=True) if indent == least]
    )


def nested_items(text: str) -> Spans:
    """Items of a list at any indentation."""
    return _spans(text, [item.start() for item in _ITEM.finditer(text)])


def rows(text: str) -> Spans:
    """Lines."""
    return _spans(text, [found.end() for found in re.finditer(r"\n", text)])


def words(text: str) -> Spans:
    """Words with the space after them."""
    return _spans(text, [found.end() for found in _WORD.finditer(text)])


CUTS: dict[BlockKind, tuple[Callable[[str], Spans], ...]] = {
    BlockKind.LIST: (items, nested_items, sentences, rows, words),
    BlockKind.TABLE: (rows, words),
    BlockKind.PROSE: (sentences, rows, words),
}
"""Ways to cut a block, the best first."""


def _width(text: str, start: int) -> int:
    indent = _INDENT.match(text, start)
    return len(indent[0].expandtabs(4)) if indent else 0


def _spans(text: str, cuts: list[int]) -> Spans:
    borders = [0, *(cut for cut in cuts if 0 < cut < len(text)), len(text)]
    return list(pairwise(borders))
