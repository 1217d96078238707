"""Texts to word pieces: the tokenizer, and cutting at the window.

What belongs here: everything between a text and the numbers a model eats. What does not: models.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

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
