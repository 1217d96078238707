"""Which way of running a model is the fastest on this machine: tried once, then remembered.

What belongs here: the trial, its record under ``models_dir`` and the reading of it. What does not: the ways
themselves. The trial runs in a process of its own, so that a process which then encodes on ONNX Runtime has
never loaded torch, and a candidate that this processor cannot run takes nothing down with it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import platform
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from importlib import metadata
from pathlib import Path

import numpy as np

from pygrounds_dagster.knowledge.encoder import Encoder, Vectors
from pygrounds_dagster.knowledge.encoders.batching import processors
from pygrounds_dagster.knowledge.encoders.graph import GRAPH_VERSION
from pygrounds_dagster.knowledge.encoders.onnx_runtime import OnnxEncoder
from pygrounds_dagster.knowledge.encoders.torch_runtime import TorchEncoder
from pygrounds_dagster.knowledge.models import ModelFiles, resolve_model, write_atomically

LEAST_COSINE = 0.999
"""A candidate whose vectors differ more than this from float32 is not taken, however fast."""

_WORTH = 0.9  # a candidate must cost less than this share of ONNX Runtime's to be preferred to it
_ROUNDS = 2
_BF16_FLAGS = {"amx_bf16", "avx512_bf16", "bf16"}
_LIMITS = ("ONEDNN_MAX_CPU_ISA", "DNNL_MAX_CPU_ISA", "ATEN_CPU_CAPABILITY", "MKL_ENABLE_INSTRUCTIONS")
_LENGTHS = (60, 90, 140, 200, 300, 450, 700, 1100)  # characters of the sample's texts
_SAMPLE = 48
_LOG = logging.getLogger(__name__)

OPENERS: dict[str, Callable[[ModelFiles, Path], Encoder]] = {
    "onnx-fp32": OnnxEncoder,
    "torch-fp32": lambda files, models_dir: TorchEncoder(files, models_dir, "fp32"),
    "torch-bf16": lambda files, models_dir: TorchEncoder(files, models_dir, "bf16"),
}


@dataclass(frozen=True, slots=True)
class Trial:
    """How a candidate did.

    Attributes:
        open_seconds: processor seconds until its first vector, imports included.
        text_seconds: processor seconds per text of the sample.
        cosine: least cosine with the float32 vectors of ONNX Runtime.
        error: why it cannot run here, else empty.
    """

    open_seconds: float = 0.0
    text_seconds: float = 0.0
    cosine: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True)
class Calibration:
    """The outcome of a machine's trial.

    Attributes:
        runtime: the fastest for many texts.
        worth_from: number of texts from which it pays its slower start; below, ``onnx-fp32`` is used.
    """

    runtime: str
    worth_from: int


def calibration(files: ModelFiles, models_dir: Path) -> Calibration:
    """What this machine's trial found; the first call on a machine makes it (some seconds).

    A trial that cannot be made (its process died) is logged and leaves ``onnx-fp32``, which needs none.
    """
    record = models_dir / "calibration" / f"{files.model.model_id}-{_machine()}.json"
    if not record.is_file():
        command = [sys.executable, "-m", __name__, files.model.name, str(models_dir), str(record)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode != 0 or not record.is_file():
            _LOG.warning("calibration of %s ended with %s; encoding on onnx-fp32. %s",
                         files.model.name, made.returncode, made.stderr[-2000:])  # fmt: skip
            return Calibration("onnx-fp32", 0)
    trials = {name: Trial(**trial) for name, trial in json.loads(record.read_text())["trials"].items()}
    return choose(trials)


def choose(trials: dict[str, Trial]) -> Calibration:
    """The cheapest candidate that ran and is near enough to float32, and from how many texts on."""
    base = trials["onnx-fp32"]
    fit = {
        name: trial
        for name, trial in trials.items()
        if not trial.error
        and trial.cosine >= LEAST_COSINE
        and trial.text_seconds < _WORTH * base.text_seconds
    }
    if not fit:
        return Calibration("onnx-fp32", 0)
    name = min(fit, key=lambda name: fit[name].text_seconds)
    later = fit[name].open_seconds - base.open_seconds
    saved = base.text_seconds - fit[name].text_seconds
    return Calibration(name, max(0, round(later / saved)))


def try_all(files: ModelFiles, models_dir: Path) -> dict[str, Trial]:
    """Try every candidate that this processor could run, the base first."""
    import_seconds = _import_torch()
    base = OPENERS["onnx-fp32"](files, models_dir)
    reference = base.encode(sample_texts())
    names = ["onnx-fp32", "torch-fp32"] + (["torch-bf16"] if _BF16_FLAGS & set(_cpu_flags()) else [])
    return {
        name: _try(name, files, models_dir, reference, import_seconds if name.startswith("torch") else 0.0)
        for name in names
    }


def sample_texts() -> list[str]:
    """Prose with code of realistic lengths: pieces of Python's own reference, the same everywhere."""
    from pydoc_data.topics import topics

    whole = "\n".join(topics[name] for name in sorted(topics))
    starts = (number * 3000 for number in range(_SAMPLE))
    return [whole[start : start + _LENGTHS[number % len(_LENGTHS)]] for number, start in enumerate(starts)]


def _import_torch() -> float:
    """Processor seconds of the import, which every candidate on torch will have to pay."""
    begun = time.process_time()
    import torch  # noqa: F401

    return time.process_time() - begun


def _try(name: str, files: ModelFiles, models_dir: Path, reference: Vectors, before: float) -> Trial:
    texts = sample_texts()
    begun = time.process_time() - before
    try:
        encoder = OPENERS[name](files, models_dir)
        encoder.encode(texts[:1])
        opened = time.process_time() - begun
        vectors = encoder.encode(texts)
    except (RuntimeError, NotImplementedError, AttributeError) as error:
        # torch's words for "this processor or build has no such operation"; recorded with the trial
        return Trial(error=f"{type(error).__name__}: {error}"[:500])
    rounds = []
    for _ in range(_ROUNDS):
        begun = time.process_time()
        encoder.encode(texts)
        rounds.append((time.process_time() - begun) / len(texts))
    return Trial(opened, min(rounds), float(np.min(np.sum(vectors * reference, axis=1))))


def _machine() -> str:
    """Hash of everything the outcome depends on beside the model."""
    versions = [metadata.version(name) for name in ("torch", "onnxruntime", "tokenizers", "numpy")]
    limits = [f"{name}={os.environ.get(name, '')}" for name in _LIMITS]
    parts = [platform.machine(), *_cpu_flags(), str(processors()), GRAPH_VERSION, *versions, *limits]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:12]


def _cpu_flags() -> list[str]:
    """Instruction sets the kernel names, sorted; empty where it names none."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return []  # not Linux: versions and architecture still key the record
    flags = next((line for line in lines if line.startswith(("flags", "Features"))), "")
    return sorted(flags.partition(":")[2].split())


def main(name: str, models_dir: str, record: str) -> None:
    """Make the trial and write its record."""
    files = resolve_model(name, Path(models_dir))
    trials = {key: asdict(trial) for key, trial in try_all(files, Path(models_dir)).items()}
    write_atomically(Path(record), json.dumps({"model": files.model.model_id, "trials": trials}, indent=1))


if __name__ == "__main__":
    main(*sys.argv[1:])
