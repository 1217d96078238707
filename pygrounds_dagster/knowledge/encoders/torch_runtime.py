"""An encoder on torch with its own small forward pass: for processors with bf16 units (AMX, AVX512-BF16),
where oneDNN's matrix products are several times those in float32, and for GPUs.

What belongs here: the forward pass. What does not: batching, and deciding whether it is worth it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pygrounds_dagster.knowledge.encoder import EncoderModel, Vectors
from pygrounds_dagster.knowledge.encoders.batching import Batch, encode_in_batches, processors
from pygrounds_dagster.knowledge.encoders.tokens import Pieces, tokenizer_json
from pygrounds_dagster.knowledge.encoders.weights import BertWeights, Layer, Linear, Norm, read_weights
from pygrounds_dagster.knowledge.models import ModelFiles

if TYPE_CHECKING:
    import torch

Precision = Literal["fp32", "bf16"]
_CPU_BUDGET = 1024
_GPU_BUDGET = 65_536
_APPROXIMATION = {"gelu": "none", "gelu_new": "tanh", "gelu_pytorch_tanh": "tanh"}


class TorchEncoder:
    """Runs batches on as many threads as there are processors, or one after the other on a GPU."""

    def __init__(
        self, files: ModelFiles, models_dir: Path, precision: Precision, device: str = "cpu"
    ) -> None:
        """Load a BERT-shaped model.

        Raises:
            RuntimeError: this processor (or the limit set on oneDNN) has no such precision.
        """
        self.model: EncoderModel = files.model
        self.runtime = f"torch-{precision}" if device == "cpu" else f"torch-{device}-{precision}"
        self._pieces = Pieces(tokenizer_json(files, models_dir), files.model.window)
        self._forward = Forward(read_weights(files), files.model.pooling, precision, device)
        self._budget, self._threads = (_CPU_BUDGET, processors()) if device == "cpu" else (_GPU_BUDGET, 1)

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Encode texts to unit rows, in the order given; see :class:`..encoder.Encoder`."""
        return encode_in_batches(
            self._pieces(texts), self.model.dimension, self._run, self._budget, self._threads, progress
        )

    def _run(self, batch: Batch) -> Vectors:
        import torch

        if self._budget == _CPU_BUDGET and torch.get_num_threads() != 1:
            torch.set_num_threads(1)  # of this thread: batches, not operators, are spread over processors
        with torch.inference_mode():
            return self._forward(batch)


class Forward:
    """BERT's forward pass on padded batches; padding is masked in attention and left out of pooling.

    Layer normalisation and products run in the chosen precision (accumulating in float32), pooling in
    float32.
    """

    def __init__(self, weights: BertWeights, pooling: str, precision: Precision, device: str) -> None:
        """Put the weights into the device's own layout."""
        import torch

        self._device = torch.device(device)
        self._dtype = {"fp32": torch.float32, "bf16": torch.bfloat16}[precision]
        self._heads, self._epsilon, self._pooling = weights.heads, weights.epsilon, pooling
        self._words = self._tensor(weights.words)
        self._positions = self._tensor(weights.positions)
        self._norm = self._scale(weights.embedding_norm)
        self._layers = [self._layer(layer, weights.activation) for layer in weights.layers]

    def __call__(self, batch: Batch) -> Vectors:
        """Unit vectors of a batch."""
        import torch
        from torch.nn.functional import layer_norm, normalize, scaled_dot_product_attention

        ids = torch.from_numpy(batch.ids).to(self._device)
        lengths = torch.from_numpy(batch.lengths).to(self._device)
        texts, length = ids.shape
        own = torch.arange(length, device=self._device) < lengths[:, None]
        mask = None if batch.lengths.min() == length else own[:, None, None, :]
        width = self._words.shape[1]
        shape = (texts, length, 3, self._heads, width // self._heads)

        def normal(values: torch.Tensor, norm: tuple[torch.Tensor, torch.Tensor]) -> torch.Tensor:
            return layer_norm(values, (width,), *norm, eps=self._epsilon)

        hidden = normal(self._words[ids] + self._positions[:length], self._norm).view(-1, width)
        for qkv, attention_out, attention_norm, up, down, output_norm in self._layers:
            query, key, value = qkv(hidden).view(shape).permute(2, 0, 3, 1, 4)
            attended = scaled_dot_product_attention(query, key, value, attn_mask=mask)
            attended = attended.transpose(1, 2).reshape(-1, width)
            hidden = normal(attention_out(attended) + hidden, attention_norm)
            hidden = normal(down(up(hidden)) + hidden, output_norm)
        hidden = hidden.view(texts, length, width).float()
        pooled = hidden[:, 0] if self._pooling == "cls" else (hidden * own[..., None]).sum(1)
        vectors: Vectors = normalize(pooled, dim=1).cpu().numpy()
        return vectors

    def _layer(
        self, layer: Layer, activation: str
    ) -> tuple[Product, Product, Scale, Product, Product, Scale]:
        return (
            self._product(layer.qkv),
            self._product(layer.attention_out),
            self._scale(layer.attention_norm),
            self._product(layer.up, activation),
            self._product(layer.down),
            self._scale(layer.output_norm),
        )

    def _product(self, linear: Linear, activation: str | None = None) -> Product:
        """``x @ weight + bias`` and the activation: on a CPU as one oneDNN call on reordered weights."""
        import torch
        from torch.nn.functional import gelu, relu
        from torch.nn.functional import linear as multiply

        weight = self._tensor(linear.weight.T.copy())
        bias = self._tensor(linear.bias)
        if self._device.type == "cpu" and torch.backends.mkldnn.is_available():  # type: ignore[no-untyped-call]
            packed = torch.ops.mkldnn._reorder_linear_weight(weight, None)
            fused = torch.ops.mkldnn._linear_pointwise
            post = "none" if activation is None else "relu" if activation == "relu" else "gelu"
            how = _APPROXIMATION.get(activation or "", "")
            return lambda values: fused(values, packed, bias, post, [], how)
        if activation is None:
            return lambda values: multiply(values, weight, bias)
        if activation == "relu":
            return lambda values: relu(multiply(values, weight, bias))
        return lambda values: gelu(multiply(values, weight, bias), approximate=_APPROXIMATION[activation])

    def _scale(self, norm: Norm) -> Scale:
        return self._tensor(norm.scale), self._tensor(norm.shift)

    def _tensor(self, array: object) -> torch.Tensor:
        import torch

        return torch.as_tensor(array).to(self._device, self._dtype)


if TYPE_CHECKING:
    Product = Callable[[torch.Tensor], torch.Tensor]
    Scale = tuple[torch.Tensor, torch.Tensor]
    LayerParts = tuple[Product, Product, Scale, Product, Product, Scale]
