"""Counting word pieces: how much of a text an encoder sees.

What belongs here: the counter a chunker needs, a counter from a ``tokenizers`` file, and the word-wise
memo that makes counting cheap. What does not: encoding, models, downloads.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from tokenizers import Tokenizer

_MEMO_LIMIT = 200_000
# Mixed on purpose: words, joined punctuation, accents, numbers, code. A tokenizer whose count of this is
# the sum of its words' counts never joins pieces across a space.
_PROBE = (
    "Naïve users can't re-read f(x[0], *args) == 3.14159; don't parse_json_file <b>it</b> e.g. at 10:30 "
    "— see §2."
)


class TokenCounter(Protocol):
    """Counts word pieces the way one encoder's tokenizer does."""

    @property
    def identity(self) -> str:
        """Stable name of the tokenizer; counters of equal identity give equal counts."""

    @property
    def window(self) -> int:
        """Word pieces that the encoder sees of a text, special tokens included."""

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of every text, special tokens included, nothing cut."""


@dataclass(frozen=True, slots=True)
class FileCounter:
    """A counter over a ``tokenizer.json``; build it with :func:`file_counter`."""

    identity: str
    window: int
    tokenizer: Tokenizer

    def count(self, texts: Sequence[str]) -> list[int]:
        """Word pieces of every text, special tokens included, nothing cut."""
        return [len(encoding) for encoding in self.tokenizer.encode_batch_fast(list(texts))]


def file_counter(tokenizer_json: Path, window: int) -> FileCounter:
    """A counter from a ``tokenizers`` file.

    Args:
        tokenizer_json: the model's ``tokenizer.json``; truncation and padding set in it are ignored.
        window: word pieces the encoder sees, special tokens included.

    Raises:
        FileNotFoundError: there is no such file.
    """
    data = tokenizer_json.read_bytes()
    tokenizer = Tokenizer.from_str(data.decode())
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return FileCounter(f"tokenizer-{hashlib.sha256(data).hexdigest()[:16]}", window, tokenizer)


@dataclass(slots=True)
class WordMemo:
    """Counts texts as sums over their whitespace-separated words, each word tokenised once.

    For tokenizers that never join pieces across a space (BERT's word pieces, SentencePiece) the sum is
    the exact count; ``exact`` says whether this one does, by a probe. Where it does not, sums are
    estimates and the caller counts its final texts with ``counter``.

    Counted texts should separate words by single spaces, as embedding texts do.
    """

    counter: TokenCounter
    special: int = 0
    exact: bool = False
    _known: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Measure the special tokens and probe for exactness."""
        empty, probe = self.counter.count(["", _PROBE])
        self.special = empty
        self.exact = self.pieces([_PROBE])[0] == probe - empty

    def pieces(self, texts: Iterable[str]) -> list[int]:
        """Word pieces of every text without special tokens; new words are tokenised in one batch."""
        words = [text.split() for text in texts]
        known = self._learn({word for each in words for word in each})
        return [sum([known[word] for word in each]) for each in words]

    def _learn(self, words: set[str]) -> dict[str, int]:
        """A memo that has all the words; a full one is replaced, never emptied under a reader's hands."""
        known = self._known if len(self._known) < _MEMO_LIMIT else {}
        new = [word for word in words if word not in known]
        if not new:
            return known
        # The space in front gives byte-level tokenizers the word as it stands inside a sentence.
        counts = self.counter.count([f" {word}" for word in new])
        known.update(zip(new, (count - self.special for count in counts), strict=True))
        self._known = known
        return known


_MEMOS: dict[str, WordMemo] = {}


def word_memo(counter: TokenCounter) -> WordMemo:
    """The process's memo of a counter, shared by all documents (keyed by the counter's identity)."""
    memo = _MEMOS.get(counter.identity)
    if memo is None:
        memo = _MEMOS.setdefault(counter.identity, WordMemo(counter))
    return memo
