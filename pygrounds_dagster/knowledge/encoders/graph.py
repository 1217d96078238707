"""Writes an encoder as an ONNX graph, straight from its weights and without torch.

What belongs here: the explicit forward pass in ONNX operators and the artefact it is kept in. What does not:
running it. The operators are ONNX Runtime's fused ones (``com.microsoft``: Attention, SkipLayerNormalization,
BiasGelu), so nothing is left for its optimiser to find and a session starts at once. Weights lie beside the
graph as external data, which ONNX Runtime maps into memory: processes share the pages.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from pygrounds_dagster.knowledge.encoders.weights import BertWeights, Layer, Linear, Norm, read_weights
from pygrounds_dagster.knowledge.models import ModelFiles

GRAPH_VERSION = "1"
"""Raise it with every change of the graph: artefacts of other versions are not read."""

_OPSET = 21
_IR_VERSION = 10
_ALIGNMENT = 4096
_MICROSOFT = "com.microsoft"
_ACTIVATION_OPS = {"gelu": "BiasGelu", "gelu_new": "FastGelu", "gelu_pytorch_tanh": "FastGelu"}


def onnx_artefact(files: ModelFiles, models_dir: Path) -> Path:
    """Directory with ``encoder.onnx`` and its weights; written at the first call.

    The directory's name is the model's revision and the graph's version. It appears in one rename: a reader,
    a second writer or a kill at any time sees all of it or nothing.
    """
    target = models_dir / "onnx" / f"{files.model.model_id}-{files.model.revision}-g{GRAPH_VERSION}"
    if target.is_dir():
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(dir=target.parent, prefix=".writing-"))
    try:
        write_graph(read_weights(files), files.model.pooling, work)
        work.rename(target)
    except OSError:
        if not target.is_dir():
            raise
        # another process finished the same artefact first: theirs is as good
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return target


def write_graph(weights: BertWeights, pooling: str, directory: Path) -> None:
    """Write ``encoder.onnx`` and ``encoder.weights``.

    The graph takes ``ids`` (batch, length) int64, padded on the right, and ``lengths`` (batch,) int32; it
    gives ``vectors`` (batch, hidden) float32, rows of unit length.

    Args:
        weights: the encoder.
        pooling: ``mean`` over a text's tokens, or ``cls``, the first token's vector.
        directory: where to.
    """
    with (directory / "encoder.weights").open("wb") as data:
        graph = _Graph(data)
        hidden = _embed(graph, weights)
        for number, layer in enumerate(weights.layers):
            hidden = _block(graph, weights, layer, hidden, f"layer{number}")
        pooled = _mean(graph, hidden) if pooling == "mean" else _first(graph, hidden)
        graph.node("LpNormalization", [pooled], output="vectors", axis=1, p=2)
        data.flush()
        os.fsync(data.fileno())
    graph.save(directory / "encoder.onnx", weights.words.shape[1])


class _Graph:
    """ONNX nodes in order, and initializers written to the weight file as they come."""

    def __init__(self, data: Any) -> None:
        from onnx import helper

        self._helper = helper
        self._data = data
        self._nodes: list[Any] = []
        self._initializers: list[Any] = []

    def node(
        self, op: str, inputs: list[str], domain: str = "", output: str | None = None, **attributes: Any
    ) -> str:
        """Add an operator with one output; gives the output's name."""
        output = output or f"{op}_{len(self._nodes)}"
        self._nodes.append(self._helper.make_node(op, inputs, [output], domain=domain, **attributes))
        return output

    def weight(self, name: str, array: np.ndarray[Any, Any]) -> str:
        """Add a weight, page-aligned in the file so that it can be mapped."""
        from onnx import TensorProto

        raw = np.ascontiguousarray(array).tobytes()
        self._data.write(b"\0" * (-self._data.tell() % _ALIGNMENT))
        tensor = TensorProto(name=name, dims=array.shape, data_location=TensorProto.EXTERNAL)
        tensor.data_type = self._helper.np_dtype_to_tensor_dtype(array.dtype)
        place = {"location": "encoder.weights", "offset": self._data.tell(), "length": len(raw)}
        for key, value in place.items():
            tensor.external_data.add(key=key, value=str(value))
        self._data.write(raw)
        self._initializers.append(tensor)
        return name

    def constant(self, name: str, value: Any, dtype: type[np.generic]) -> str:
        """Add a small constant inside the graph file."""
        from onnx import numpy_helper

        self._initializers.append(numpy_helper.from_array(np.array(value, dtype), name))
        return name

    def save(self, path: Path, hidden: int) -> None:
        """Write the graph file."""
        from onnx import TensorProto, checker

        h = self._helper
        graph = h.make_graph(
            self._nodes,
            "encoder",
            [
                h.make_tensor_value_info("ids", TensorProto.INT64, ["batch", "length"]),
                h.make_tensor_value_info("lengths", TensorProto.INT32, ["batch"]),
            ],
            [h.make_tensor_value_info("vectors", TensorProto.FLOAT, ["batch", hidden])],
            self._initializers,
        )
        opsets = [h.make_opsetid("", _OPSET), h.make_opsetid(_MICROSOFT, 1)]
        model = h.make_model(graph, opset_imports=opsets, ir_version=_IR_VERSION, producer_name="pygrounds")
        path.write_bytes(model.SerializeToString())
        checker.check_model(str(path))


def _embed(graph: _Graph, weights: BertWeights) -> str:
    """Word and position vectors, normalised: (batch, length, hidden)."""
    words = graph.node("Gather", [graph.weight("words", weights.words), "ids"])
    shape = graph.node("Shape", ["ids"])
    length = graph.node("Gather", [shape, graph.constant("one", [1], np.int64)])
    zero = graph.constant("zero", [0], np.int64)
    positions = graph.node("Slice", [graph.weight("positions", weights.positions), zero, length, zero])
    summed = graph.node("Add", [words, positions])
    norm = _norm(graph, weights.embedding_norm, "embedding.norm")
    return graph.node("LayerNormalization", [summed, *norm], axis=-1, epsilon=weights.epsilon)


def _block(graph: _Graph, weights: BertWeights, layer: Layer, hidden: str, name: str) -> str:
    qkv = _linear(graph, layer.qkv, f"{name}.qkv")
    attended = graph.node("Attention", [hidden, *qkv, "lengths"], _MICROSOFT, num_heads=weights.heads)
    hidden = _residual(
        graph, weights, attended, hidden, layer.attention_out, layer.attention_norm, f"{name}.a"
    )
    up = _linear(graph, layer.up, f"{name}.up")
    activated = _activate(graph, weights.activation, graph.node("MatMul", [hidden, up[0]]), up[1])
    return _residual(graph, weights, activated, hidden, layer.down, layer.output_norm, f"{name}.o")


def _activate(graph: _Graph, activation: str, values: str, bias: str) -> str:
    if activation == "relu":
        return graph.node("Relu", [graph.node("Add", [values, bias])])
    return graph.node(_ACTIVATION_OPS[activation], [values, bias], _MICROSOFT)


def _residual(
    graph: _Graph, weights: BertWeights, values: str, skip: str, linear: Linear, norm: Norm, name: str
) -> str:
    weight, bias = _linear(graph, linear, name)
    projected = graph.node("MatMul", [values, weight])
    scale, shift = _norm(graph, norm, f"{name}.norm")
    inputs = [projected, skip, scale, shift, bias]
    return graph.node("SkipLayerNormalization", inputs, _MICROSOFT, epsilon=weights.epsilon)


def _linear(graph: _Graph, linear: Linear, name: str) -> tuple[str, str]:
    return graph.weight(f"{name}.weight", linear.weight), graph.weight(f"{name}.bias", linear.bias)


def _norm(graph: _Graph, norm: Norm, name: str) -> tuple[str, str]:
    return graph.weight(f"{name}.scale", norm.scale), graph.weight(f"{name}.shift", norm.shift)


def _first(graph: _Graph, hidden: str) -> str:
    return graph.node("Gather", [hidden, graph.constant("first", 0, np.int64)], axis=1)


def _mean(graph: _Graph, hidden: str) -> str:
    """Sum over a text's own tokens; normalisation makes the sum and the mean the same vector."""
    from onnx import TensorProto

    length = graph.node("Gather", [graph.node("Shape", ["ids"]), graph.constant("second", 1, np.int64)])
    length = graph.node("Cast", [length], to=TensorProto.INT32)
    start, step = graph.constant("start", 0, np.int32), graph.constant("step", 1, np.int32)
    places = graph.node("Range", [start, length, step])
    axis = graph.constant("axis", [1], np.int64)
    own = graph.node("Less", [places, graph.node("Unsqueeze", ["lengths", axis])])
    share = graph.node("Unsqueeze", [graph.node("Cast", [own], to=TensorProto.FLOAT), axis])
    return graph.node("Squeeze", [graph.node("MatMul", [share, hidden]), axis])
