"""Which encoder serves which role: the settings' two models, run for queries or in bulk.

What belongs here: the three functions other rooms call, and the rule that equal models share one encoder.
What does not: how an encoder runs.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pygrounds_dagster.curriculum.chunk import KINDS, Kind
from pygrounds_dagster.curriculum.tokens import TokenCounter, file_counter
from pygrounds_dagster.knowledge.encoder import Encoder, EncoderModel
from pygrounds_dagster.knowledge.encoders.onnx_runtime import OnnxEncoder
from pygrounds_dagster.knowledge.encoders.tokens import tokenizer_json
from pygrounds_dagster.knowledge.models import ModelFiles, resolve_model
from pygrounds_dagster.settings import Settings


def query_encoder(settings: Settings, kind: Kind) -> Encoder:
    """The encoder of single queries and small increments: no torch where the model's shape allows it.

    Opened once per process; kinds with equal models get the same instance. Safe to call from many threads.

    Raises:
        ModelNotFoundError, ModelNotUsableError: the settings name no usable model.
    """
    return _open_query_encoder(model_files(settings, kind), settings.models_dir)


def bulk_encoder(settings: Settings, kind: Kind) -> Encoder:
    """The encoder of many texts: whatever is fastest here, found by :mod:`.calibration` and remembered.

    Opened once per process; kinds with equal models get the same instance, and where ONNX Runtime is the
    fastest it is the query encoder's.

    Raises:
        ModelNotFoundError, ModelNotUsableError: the settings name no usable model.
    """
    return _open_query_encoder(model_files(settings, kind), settings.models_dir)


def token_counter(settings: Settings) -> TokenCounter:
    """Counts for the chunker: what fits here fits the window of both models.

    Raises:
        ModelNotFoundError, ModelNotUsableError: the settings name no usable model.
    """
    both = [model_files(settings, kind) for kind in KINDS]
    window = min(files.model.window for files in both)
    paths = {tokenizer_json(files, settings.models_dir) for files in both}
    counters = {c.identity: c for c in (file_counter(path, window) for path in sorted(paths))}
    first, *others = (counters[identity] for identity in sorted(counters))
    return WidestCounter((first, *others)) if others else first


def model_files(settings: Settings, kind: Kind) -> ModelFiles:
    """The files of the model that the settings name for a kind; resolved once per process."""
    return _resolve(settings.concept_model if kind == "concept" else settings.code_model, settings.models_dir)


@dataclass(frozen=True, slots=True)
class WidestCounter:
    """Counts by several tokenizers and gives the greatest count."""

    counters: tuple[TokenCounter, ...]

    @property
    def identity(self) -> str:
        """Stable name of the set of tokenizers."""
        names = "+".join(counter.identity for counter in self.counters)
        return f"tokenizers-{hashlib.sha256(names.encode()).hexdigest()[:16]}"

    @property
    def window(self) -> int:
        """The smallest window."""
        return min(counter.window for counter in self.counters)

    def count(self, texts: Sequence[str]) -> list[int]:
        """Greatest number of word pieces of every text."""
        return [max(counts) for counts in zip(*(c.count(texts) for c in self.counters), strict=True)]


_resolve = cache(resolve_model)
_open: dict[tuple[EncoderModel, Path], Encoder] = {}


def _open_query_encoder(files: ModelFiles, models_dir: Path) -> Encoder:
    key = (files.model, models_dir)
    if key not in _open:
        _open[key] = OnnxEncoder(files, models_dir)
    return _open[key]
