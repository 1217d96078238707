"""An encoder on ONNX Runtime: no torch, a quick start, small memory.

What belongs here: the session. What does not: the graph, batching.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from pygrounds_dagster.knowledge.encoder import EncoderModel, Vectors
from pygrounds_dagster.knowledge.encoders.batching import Batch, encode_in_batches, processors
from pygrounds_dagster.knowledge.encoders.graph import onnx_artefact
from pygrounds_dagster.knowledge.encoders.tokens import Pieces, tokenizer_json
from pygrounds_dagster.knowledge.models import ModelFiles

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

_BUDGET = 256
"""Word pieces of a batch: small enough that its activations stay in a processor's own cache (measured)."""


class OnnxEncoder:
    """Many texts run as batches on as many threads as there are processors, a lone text on all of them.

    A batch on one thread needs no barriers inside its operators, so no processor time is spent waiting; and
    a process that forks after encoding many carries no thread of the session that the child would miss. A
    query is one text that somebody waits for: there the operators are shared out. Each of the two sessions
    is opened when it is first needed, so that a process holds the weights once unless it does both.
    """

    runtime = "onnx-fp32"

    def __init__(self, files: ModelFiles, models_dir: Path) -> None:
        """Find a model; the first time ever its graph is written under ``models_dir``."""
        self._graph = onnx_artefact(files, models_dir) / "encoder.onnx"
        self.model: EncoderModel = files.model
        self._pieces = Pieces(tokenizer_json(files, models_dir), files.model.window)

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Encode texts to unit rows, in the order given; see :class:`..encoder.Encoder`."""
        session = self._for_one if len(texts) == 1 else self._for_many

        def run(batch: Batch) -> Vectors:
            vectors: Vectors = session.run(["vectors"], {"ids": batch.ids, "lengths": batch.lengths})[0]
            return vectors

        pieces = self._pieces(texts)
        return encode_in_batches(pieces, self.model.dimension, run, _BUDGET, processors(), progress)

    @cached_property
    def _for_one(self) -> InferenceSession:
        return _open(self._graph, processors())

    @cached_property
    def _for_many(self) -> InferenceSession:
        return _open(self._graph, 1)


def _open(graph: Path, threads: int) -> InferenceSession:
    import onnxruntime as ort

    options = ort.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL  # written fused
    options.enable_mem_pattern = False  # shapes differ from batch to batch
    return ort.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
