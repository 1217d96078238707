"""Models whose shape we do not run ourselves, on the libraries that know them.

What belongs here: sentence-transformers for its own models, transformers' AutoModel with the [CLS] vector for
plain checkpoints such as CodeBERT. What does not: anything faster.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from pygrounds_dagster.knowledge.encoder import EncoderModel, Vectors
from pygrounds_dagster.knowledge.models import ModelFiles

_BATCH = 32


class SentenceTransformerEncoder:
    """Any sentence-transformers model, its whole pipeline as its authors set it."""

    def __init__(self, files: ModelFiles, device: str = "cpu") -> None:
        """Load the model."""
        from sentence_transformers import SentenceTransformer

        self.model: EncoderModel = files.model
        self.runtime = _name("sentence-transformers", device)
        self._transformer = SentenceTransformer(str(files.directory), device=device)

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Encode texts to unit rows, in the order given; see :class:`..encoder.Encoder`."""
        vectors = np.empty((len(texts), self.model.dimension), np.float32)
        done = 0
        for rows in _like_lengths(texts):
            vectors[rows] = self._transformer.encode([texts[row] for row in rows], normalize_embeddings=True)
            done += len(rows)
            if progress is not None:
                progress(done)
        return vectors


class ClsEncoder:
    """A plain transformer checkpoint (CodeBERT, RoBERTa, …): the last layer's first vector, normalised."""

    def __init__(self, files: ModelFiles, device: str = "cpu") -> None:
        """Load model and tokenizer."""
        from transformers import AutoModel, AutoTokenizer

        self.model: EncoderModel = files.model
        self.runtime = _name("transformers-cls", device)
        self._device = device
        self._tokenizer = AutoTokenizer.from_pretrained(files.directory)
        self._transformer = AutoModel.from_pretrained(files.directory).to(device).eval()

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Encode texts to unit rows, in the order given; see :class:`..encoder.Encoder`."""
        import torch
        from torch.nn.functional import normalize

        vectors = np.empty((len(texts), self.model.dimension), np.float32)
        done = 0
        for rows in _like_lengths(texts):
            tokens = self._tokenizer(
                [texts[row] for row in rows],
                padding=True,
                truncation=True,
                max_length=self.model.window,
                return_tensors="pt",
            ).to(self._device)
            with torch.inference_mode():
                first = self._transformer(**tokens).last_hidden_state[:, 0].float()
            vectors[rows] = normalize(first, dim=1).cpu().numpy()
            done += len(rows)
            if progress is not None:
                progress(done)
        return vectors


def _like_lengths(texts: Sequence[str]) -> list[list[int]]:
    """Row numbers in batches of texts of like length, longest first."""
    order = sorted(range(len(texts)), key=lambda row: -len(texts[row]))
    return [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)]


def _name(library: str, device: str) -> str:
    return f"{library}-fp32" if device == "cpu" else f"{library}-{device}-fp32"
