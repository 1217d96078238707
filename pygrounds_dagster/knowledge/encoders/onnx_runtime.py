"""An encoder on ONNX Runtime: no torch, a quick start, small memory.

What belongs here: the session. What does not: the graph, batching.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pygrounds_dagster.knowledge.encoder import EncoderModel, Vectors
from pygrounds_dagster.knowledge.encoders.batching import Batch, encode_in_batches, processors
from pygrounds_dagster.knowledge.encoders.graph import onnx_artefact
from pygrounds_dagster.knowledge.encoders.tokens import Pieces, tokenizer_json
from pygrounds_dagster.knowledge.models import ModelFiles

_BUDGET = 256
"""Word pieces of a batch: small enough that its activations stay in a processor's own cache (measured)."""


class OnnxEncoder:
    """Runs one session from as many threads as there are processors, each batch on one thread.

    A batch on one thread needs no barriers inside its operators, so no processor time is spent waiting; and
    a process that forks after encoding carries no thread of the session that the child would miss.
    """

    runtime = "onnx-fp32"

    def __init__(self, files: ModelFiles, models_dir: Path) -> None:
        """Open a model; the first time ever its graph is written under ``models_dir``."""
        import onnxruntime as ort

        artefact = onnx_artefact(files, models_dir)
        options = ort.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL  # written fused
        options.enable_mem_pattern = False  # shapes differ from batch to batch
        self.model: EncoderModel = files.model
        self._pieces = Pieces(tokenizer_json(files, models_dir), files.model.window)
        self._session = ort.InferenceSession(
            artefact / "encoder.onnx", options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Encode texts to unit rows, in the order given; see :class:`..encoder.Encoder`."""
        return encode_in_batches(
            self._pieces(texts), self.model.dimension, self._run, _BUDGET, processors(), progress
        )

    def _run(self, batch: Batch) -> Vectors:
        vectors: Vectors = self._session.run(["vectors"], {"ids": batch.ids, "lengths": batch.lengths})[0]
        return vectors
