"""What an encoder is, whatever runs it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Vectors = NDArray[np.float32]
"""Array of shape (n, dimension), float32, rows of unit length."""


@dataclass(frozen=True, slots=True)
class EncoderModel:
    """The identity of a set of weights: two encoders with equal models give interchangeable vectors.

    Attributes:
        model_id: stable id, ``<slug>-<first 8 hex of the revision>``; [a-z0-9-] only.
        name: the setting that chose it, for people.
        revision: SHA-256 of weights, tokenizer, window and pooling, 16 hex digits.
        dimension: length of a vector.
        window: word pieces that the encoder sees of a text, special tokens included.
        pooling: ``mean``, ``cls``, or ``other`` (the model's own pipeline).
    """

    model_id: str
    name: str
    revision: str
    dimension: int
    window: int
    pooling: str


class Encoder(Protocol):
    """Texts to unit vectors."""

    @property
    def model(self) -> EncoderModel:
        """Which weights these are."""

    @property
    def runtime(self) -> str:
        """How they are run, e.g. ``torch-bf16`` or ``onnx-fp32``; recorded with every vector."""

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Encode texts to unit rows, in the order given.

        Args:
            texts: any number; longer than the window is cut by the tokenizer.
            progress: called with the number of texts finished so far.

        Returns:
            float32 of shape ``(len(texts), model.dimension)``.
        """
