"""The weights of BERT- and RoBERTa-shaped encoders, read once into one plain shape.

What belongs here: reading tensors and giving them the names of the architecture. What does not: arithmetic
on texts. Source: Devlin et al. 2018 (BERT), Liu et al. 2019 (RoBERTa); tensor names as transformers saves.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pygrounds_dagster.knowledge.models import ModelFiles, ModelNotUsableError

Array = NDArray[np.float32]
_BERT = ("bert",)
_ROBERTA = ("roberta", "xlm-roberta", "camembert")
ACTIVATIONS = ("gelu", "relu", "gelu_new", "gelu_pytorch_tanh")


@dataclass(frozen=True, slots=True)
class Linear:
    """``x @ weight + bias``; weight of shape (in, out), bias of shape (out,)."""

    weight: Array
    bias: Array


@dataclass(frozen=True, slots=True)
class Norm:
    """Scale and shift of a layer normalisation, both of shape (hidden,)."""

    scale: Array
    shift: Array


@dataclass(frozen=True, slots=True)
class Layer:
    """One transformer block; ``qkv`` has query, key and value side by side: (hidden, 3 * hidden)."""

    qkv: Linear
    attention_out: Linear
    attention_norm: Norm
    up: Linear
    down: Linear
    output_norm: Norm


@dataclass(frozen=True, slots=True)
class BertWeights:
    """An encoder in float32.

    Attributes:
        words: (vocabulary, hidden).
        positions: (window, hidden), row i for the i-th token, token type 0 already added.
        embedding_norm: after the sum of both.
        layers: blocks in order.
        heads: attention heads.
        activation: one of :data:`ACTIVATIONS`.
        epsilon: of every layer normalisation.
    """

    words: Array
    positions: Array
    embedding_norm: Norm
    layers: tuple[Layer, ...]
    heads: int
    activation: str
    epsilon: float


def is_bert_shaped(files: ModelFiles) -> bool:
    """Whether :func:`read_weights` and the forward passes built on it stand for this model."""
    config = files.config
    return (
        files.plain
        and config.get("model_type") in _BERT + _ROBERTA
        and config.get("hidden_act", "gelu") in ACTIVATIONS
        and config.get("position_embedding_type", "absolute") == "absolute"
        and not config.get("is_decoder", False)
        and config.get("embedding_size", config["hidden_size"]) == config["hidden_size"]
    )


def read_weights(files: ModelFiles) -> BertWeights:
    """Read a BERT- or RoBERTa-shaped model's tensors.

    Raises:
        ModelNotUsableError: a tensor of the architecture is missing from the file.
    """
    tensors = _named_from_embeddings(files, _read_tensors(files))
    config = files.config
    first = int(config.get("pad_token_id", 1)) + 1 if config["model_type"] in _ROBERTA else 0
    positions = tensors["embeddings.position_embeddings.weight"][first : first + files.model.window]
    kind = tensors["embeddings.token_type_embeddings.weight"][0]
    return BertWeights(
        words=tensors["embeddings.word_embeddings.weight"],
        positions=np.ascontiguousarray(positions + kind),
        embedding_norm=_norm(tensors, "embeddings.LayerNorm"),
        layers=tuple(
            _layer(tensors, f"encoder.layer.{number}") for number in range(config["num_hidden_layers"])
        ),
        heads=config["num_attention_heads"],
        activation=config.get("hidden_act", "gelu"),
        epsilon=float(config.get("layer_norm_eps", 1e-12)),
    )


class _Tensors(dict[str, Any]):
    """Tensors by name; a missing one is said with its file."""

    def __init__(self, files: ModelFiles, items: dict[str, Any]) -> None:
        super().__init__(items)
        self._files = files

    def __missing__(self, name: str) -> Any:
        raise ModelNotUsableError(
            f"{self._files.weights}: no tensor {name!r}; is config.json of these weights?"
        )


def _read_tensors(files: ModelFiles) -> dict[str, Any]:
    """Every tensor as float32 numpy; torch is imported only for formats that numpy cannot hold."""
    if files.weights.suffix == ".safetensors":
        from safetensors import safe_open

        with safe_open(files.weights, "np") as opened:
            names = list(opened.keys())
            if all(opened.get_slice(name).get_dtype() in ("F32", "F16", "I64", "I32") for name in names):
                return {name: opened.get_tensor(name).astype(np.float32, copy=False) for name in names}
        from safetensors.torch import load_file

        return {name: tensor.float().numpy() for name, tensor in load_file(files.weights).items()}
    import torch

    loaded = torch.load(files.weights, map_location="cpu", weights_only=True)
    return {name: tensor.float().numpy() for name, tensor in loaded.items()}


def _named_from_embeddings(files: ModelFiles, tensors: dict[str, Any]) -> _Tensors:
    """Drop the prefix (``bert.``, ``roberta.``) under which checkpoints with a head keep their encoder."""
    anchor = "embeddings.word_embeddings.weight"
    prefix = next((name[: -len(anchor)] for name in tensors if name.endswith(anchor)), "")
    renamed = {
        name.removeprefix(prefix).replace("LayerNorm.gamma", "LayerNorm.weight"): tensor
        for name, tensor in tensors.items()
        if name.startswith(prefix)
    }
    return _Tensors(files, {n.replace("LayerNorm.beta", "LayerNorm.bias"): t for n, t in renamed.items()})


def _layer(tensors: _Tensors, name: str) -> Layer:
    parts = [_linear(tensors, f"{name}.attention.self.{part}") for part in ("query", "key", "value")]
    qkv = Linear(
        np.concatenate([part.weight for part in parts], axis=1), np.concatenate([part.bias for part in parts])
    )
    return Layer(
        qkv=qkv,
        attention_out=_linear(tensors, f"{name}.attention.output.dense"),
        attention_norm=_norm(tensors, f"{name}.attention.output.LayerNorm"),
        up=_linear(tensors, f"{name}.intermediate.dense"),
        down=_linear(tensors, f"{name}.output.dense"),
        output_norm=_norm(tensors, f"{name}.output.LayerNorm"),
    )


def _linear(tensors: _Tensors, name: str) -> Linear:
    return Linear(np.ascontiguousarray(tensors[f"{name}.weight"].T), tensors[f"{name}.bias"])


def _norm(tensors: _Tensors, name: str) -> Norm:
    return Norm(tensors[f"{name}.weight"], tensors[f"{name}.bias"])
