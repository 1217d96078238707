"""Which encoder serves which role: the settings' two models, run for queries or in bulk.

What belongs here: the three functions other rooms call, and the rule that equal models share one encoder.
What does not: how an encoder runs.
"""

from __future__ import annotations

import hashlib
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import metadata
from pathlib import Path

from pygrounds_dagster.curriculum.chunk import KINDS, Kind
from pygrounds_dagster.curriculum.tokens import TokenCounter, file_counter
from pygrounds_dagster.knowledge.encoder import Encoder, EncoderModel, Vectors
from pygrounds_dagster.knowledge.encoders.calibration import OPENERS, calibration
from pygrounds_dagster.knowledge.encoders.library_runtime import ClsEncoder, SentenceTransformerEncoder
from pygrounds_dagster.knowledge.encoders.onnx_runtime import OnnxEncoder
from pygrounds_dagster.knowledge.encoders.tokens import tokenizer_json
from pygrounds_dagster.knowledge.encoders.torch_runtime import TorchEncoder
from pygrounds_dagster.knowledge.encoders.weights import is_bert_shaped
from pygrounds_dagster.knowledge.models import ModelFiles, resolve_model
from pygrounds_dagster.settings import Device, Settings

_ALWAYS_SMALL = 1024  # texts: encoding fewer costs less than the trial that finds the fastest runtime
_OPENING = threading.Lock()


def query_encoder(settings: Settings, kind: Kind) -> Encoder:
    """The encoder of single queries and small increments: no torch where the model's shape allows it.

    Opened once per process; kinds with equal models get the same instance. Safe to call from many threads.

    Raises:
        ModelNotFoundError, ModelNotUsableError: the settings name no usable model.
    """
    return _query(model_files(settings, kind), settings.models_dir)


def bulk_encoder(settings: Settings, kind: Kind) -> BulkEncoder:
    """The encoder of many texts: whatever is fastest here, found by :mod:`.calibration` and remembered.

    Opened when first used, once per process; kinds with equal models get the same instance.

    Raises:
        ModelNotFoundError, ModelNotUsableError: the settings name no usable model.
    """
    return _bulk(model_files(settings, kind), settings.models_dir, settings.device)


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


class BulkEncoder:
    """Encodes any number of texts, on the runtime that suits the number.

    A fast runtime with a slow start (torch takes seconds to import) is opened only for as many texts as pay
    for it; fewer run on the query encoder, whose vectors are the same to a cosine of 0.999.
    """

    def __init__(self, files: ModelFiles, models_dir: Path, device: Device) -> None:
        """Nothing is loaded yet."""
        self.model: EncoderModel = files.model
        self._files, self._models_dir, self._device = files, models_dir, device
        self._fast: Encoder | None = None

    @property
    def runtime(self) -> str:
        """How a great number of texts is run."""
        return self.suited(sys.maxsize).runtime

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Encode texts to unit rows, in the order given; see :class:`..encoder.Encoder`."""
        return self.suited(len(texts)).encode(texts, progress)

    def suited(self, texts: int) -> Encoder:
        """The encoder to use for so many texts in all; ask once, then encode in pieces of any size.

        Raises:
            RuntimeError: the settings demand a GPU and there is none.
        """
        if self._fast is not None:
            return self._fast
        if gpu := _gpu(self._device):
            self._fast = _open_on_gpu(self._files, self._models_dir, gpu)
            return self._fast
        if texts <= _ALWAYS_SMALL or not is_bert_shaped(self._files):
            return _query(self._files, self._models_dir)
        found = calibration(self._files, self._models_dir)
        if texts < found.worth_from or found.runtime == OnnxEncoder.runtime:
            return _query(self._files, self._models_dir)
        self._fast = OPENERS[found.runtime](self._files, self._models_dir)
        return self._fast


def suited(encoder: Encoder, texts: int) -> Encoder:
    """What ``encoder`` would use for so many texts: itself, unless it chooses by number."""
    return encoder.suited(texts) if isinstance(encoder, BulkEncoder) else encoder


_resolve = cache(resolve_model)


@cache
def _query_by_revision(key: _Key) -> Encoder:
    files, models_dir = key.files, key.models_dir
    if is_bert_shaped(files):
        return OnnxEncoder(files, models_dir)
    return SentenceTransformerEncoder(files) if files.sentence_transformer else ClsEncoder(files)


@cache
def _bulk_by_revision(key: _Key, device: Device) -> BulkEncoder:
    return BulkEncoder(key.files, key.models_dir, device)


def _query(files: ModelFiles, models_dir: Path) -> Encoder:
    with _OPENING:
        return _query_by_revision(_Key(files.model.model_id, models_dir, files))


def _bulk(files: ModelFiles, models_dir: Path, device: Device) -> BulkEncoder:
    return _bulk_by_revision(_Key(files.model.model_id, models_dir, files), device)


@dataclass(frozen=True, slots=True)
class _Key:
    """What makes two encoders the same: the weights' identity, not where they were found."""

    model_id: str
    models_dir: Path
    files: ModelFiles = field(compare=False)


def _gpu(device: Device) -> str | None:
    """``cuda`` if it is to be used. A CPU build of torch answers without being imported."""
    if device == "cpu" or (device == "auto" and metadata.version("torch").endswith("+cpu")):
        return None
    import torch

    if torch.cuda.is_available():
        return "cuda"
    if device == "cuda":
        raise RuntimeError(
            f"PYGROUNDS_DEVICE=cuda, but torch {torch.__version__} finds no GPU; use auto or cpu, or install "
            "a CUDA build of torch and its driver"
        )
    return None


def _open_on_gpu(files: ModelFiles, models_dir: Path, device: str) -> Encoder:
    if is_bert_shaped(files):
        return TorchEncoder(files, models_dir, "bf16", device)
    if files.sentence_transformer:
        return SentenceTransformerEncoder(files, device)
    return ClsEncoder(files, device)
