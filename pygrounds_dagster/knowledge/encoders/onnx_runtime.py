"""An encoder on ONNX Runtime: no torch, a quick start, small memory.

What belongs here: the session and how batches are spread over processors. What does not: the graph.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np

from pygrounds_dagster.knowledge.encoder import EncoderModel, Vectors
from pygrounds_dagster.knowledge.encoders.graph import onnx_artefact
from pygrounds_dagster.knowledge.encoders.tokens import Batch, Pieces, batches, tokenizer_json
from pygrounds_dagster.knowledge.models import ModelFiles

BUDGET = 256
"""Word pieces of a batch, padding included: small enough that its activations stay in cache."""


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
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
        options.enable_mem_pattern = False  # shapes differ from batch to batch
        self.model: EncoderModel = files.model
        self._pieces = Pieces(tokenizer_json(files, models_dir), files.model.window)
        self._session = ort.InferenceSession(
            artefact / "encoder.onnx", options, providers=["CPUExecutionProvider"]
        )

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        """Encode texts to unit rows, in the order given; see :class:`..encoder.Encoder`."""
        vectors = np.empty((len(texts), self.model.dimension), np.float32)
        done = 0
        for batch, rows in self._run(list(batches(self._pieces(texts), BUDGET))):
            vectors[batch.rows] = rows
            done += len(batch.rows)
            if progress is not None:
                progress(done)
        return vectors

    def _run(self, work: Sequence[Batch]) -> Iterator[tuple[Batch, Vectors]]:
        threads = min(len(work), processors())
        if threads <= 1:
            yield from ((batch, self._encode_batch(batch)) for batch in work)
            return
        with ThreadPoolExecutor(threads, thread_name_prefix="encode") as executor:
            results: Iterable[Vectors] = executor.map(self._encode_batch, work)
            yield from zip(work, results, strict=True)

    def _encode_batch(self, batch: Batch) -> Vectors:
        vectors: Vectors = self._session.run(["vectors"], {"ids": batch.ids, "lengths": batch.lengths})[0]
        return vectors


def processors() -> int:
    """Processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
