"""The encoder's window, shared out between headings, lead-in and body.

What belongs here: counting words against the window and cutting what is over it. What does not: which
text is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pygrounds_dagster.curriculum.chunking.embedding_text import heading_words, joined
from pygrounds_dagster.curriculum.tokens import TokenCounter, WordMemo, word_memo

_HEADING_SHARE = 3
_LEAD_SHARE = 6


@dataclass(frozen=True, slots=True)
class Words:
    """Words for the encoder and how many pieces they make, special tokens left out."""

    text: str
    pieces: int


class Budget:
    """Counts for one document's chunks.

    Args:
        counter: of the encoder; its memo is shared by all documents of the process.
    """

    def __init__(self, counter: TokenCounter) -> None:
        self.counter = counter
        self.memo: WordMemo = word_memo(counter)
        # Pieces for all words of a chunk, and the most that a lead-in or shown output may take of them.
        self.window = counter.window - self.memo.special
        self.lead_limit = self.window // _LEAD_SHARE

    def count(self, texts: Sequence[str]) -> list[Words]:
        """Texts with their pieces."""
        return [Words(text, n) for text, n in zip(texts, self.memo.pieces(texts), strict=True)]

    def heading(self, path: Sequence[str]) -> Words:
        """The heading path in at most a third of the window: middle headings go first, then last words."""
        shown = list(path)
        words = self.count([heading_words(shown)])[0]
        while words.pieces > self.window // _HEADING_SHARE and len(shown) > 1:
            del shown[1 if len(shown) > 2 else 0]
            words = self.count([heading_words(shown)])[0]
        return self.cut(words, self.window // _HEADING_SHARE)

    def lead(self, text: str) -> Words:
        """The sentence before a piece of code, in at most a sixth of the window, its end kept."""
        words = self.count([text])[0]
        limit = self.lead_limit
        if words.pieces <= limit:
            return words
        backwards = self.cut(Words(" ".join(reversed(text.split())), words.pieces), limit)
        return Words(" ".join(reversed(backwards.text.split())), backwards.pieces)

    def room(self, *taken: Words) -> int:
        """Pieces left for the body."""
        return max(1, self.window - sum(words.pieces for words in taken))

    def cut(self, words: Words, limit: int) -> Words:
        """The first words that fit into ``limit`` pieces; a single word that does not is shortened."""
        if words.pieces <= limit:
            return words
        kept: list[str] = []
        used = 0
        parts = words.text.split()
        for part, pieces in zip(parts, self.memo.pieces(parts), strict=True):
            if used + pieces > limit:
                break
            kept.append(part)
            used += pieces
        if not kept and parts and limit > 0:
            start = parts[0][: 4 * limit]
            while start and (used := self.memo.pieces([start])[0]) > limit:
                start = start[: len(start) // 2]
            kept = [start] if start else []
        return Words(" ".join(kept), used if kept else 0)

    def assemble(self, *parts: Words) -> tuple[str, int]:
        """The embedding text and its pieces, special tokens included, never above the window."""
        text = joined(*(part.text for part in parts))
        if self.memo.exact:
            return text, sum(part.pieces for part in parts) + self.memo.special
        count = self.counter.count([text])[0]
        while count > self.counter.window:
            words = text.split()
            text = " ".join(words[: max(0, len(words) - max(1, count - self.counter.window))])
            count = self.counter.count([text])[0]
        return text, count


def total(words: Iterable[Words]) -> Words:
    """Words one after the other."""
    parts = list(words)
    return Words(joined(*(part.text for part in parts)), sum(part.pieces for part in parts))
