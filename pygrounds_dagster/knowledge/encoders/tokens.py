"""Texts to word pieces: the tokenizer, cutting at the window, and batches of like length.

What belongs here: everything between a text and the numbers a model eats. What does not: models.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pygrounds_dagster.knowledge.models import ModelFiles, write_atomically


def tokenizer_json(files: ModelFiles, models_dir: Path) -> Path:
    """The model's ``tokenizer.json``; where it has only the older vocabulary files, one made from them.

    The conversion is transformers', done once per model and kept under ``models_dir``.
    """
    own = files.directory / "tokenizer.json"
    if own.is_file():
        return own
    converted = models_dir / "tokenizers" / f"{files.model.model_id}-{files.model.revision}.json"
    if not converted.is_file():
        from transformers import AutoTokenizer

        backend = AutoTokenizer.from_pretrained(files.directory).backend_tokenizer
        write_atomically(converted, backend.to_str())
    return converted


@dataclass(frozen=True, slots=True)
class Batch:
    """Texts of like length, padded on the right.

    Attributes:
        rows: (batch,) positions of the texts in the caller's list.
        ids: (batch, length) int64 word pieces; 0 beyond a text's end (masked by ``lengths``).
        lengths: (batch,) int32 word pieces of each text.
    """

    rows: NDArray[np.int64]
    ids: NDArray[np.int64]
    lengths: NDArray[np.int32]


class Pieces:
    """A tokenizer that cuts at a window."""

    def __init__(self, tokenizer_json: Path, window: int) -> None:
        from tokenizers import Tokenizer

        self._tokenizer: Any = Tokenizer.from_file(str(tokenizer_json))
        self._tokenizer.no_padding()
        self._tokenizer.enable_truncation(window)

    def __call__(self, texts: Sequence[str]) -> list[list[int]]:
        """Word pieces of each text, special tokens included, at most ``window``."""
        # one text needs no thread pool; encode_batch_fast skips the offsets nobody asks for
        return [encoding.ids for encoding in self._tokenizer.encode_batch_fast(list(texts))]


def batches(pieces: Sequence[Sequence[int]], budget: int) -> Iterator[Batch]:
    """Sort by length, longest first, and cut where padded size reaches the budget.

    Longest first, so that the greatest memory is asked for at once and not at the end.

    Args:
        pieces: word pieces by text.
        budget: most word pieces of a batch, padding included; a text longer than it is a batch by itself.
    """
    lengths = np.fromiter(map(len, pieces), np.int64, len(pieces))
    order = np.argsort(-lengths, kind="stable")
    start = 0
    while start < len(order):
        longest = max(1, int(lengths[order[start]]))
        rows = order[start : start + max(1, budget // longest)]
        ids = np.zeros((len(rows), longest), np.int64)
        for row, text in enumerate(rows):
            ids[row, : lengths[text]] = pieces[text]
        yield Batch(rows, ids, lengths[rows].astype(np.int32))
        start += len(rows)
