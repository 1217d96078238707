"""Bulk encoding against sentence-transformers' default ``encode``: processor time per chunk, and nearness.

    python -m benchmarks.encoding

The texts are the chunks of the shipped content, so their lengths are what materialisation meets. Both sides
run in turns in one process, medians of the rounds are compared; once as the machine is, once with oneDNN and
ATen limited to AVX2.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.machine import this_machine
from benchmarks.report import Row, report
from pygrounds_dagster.curriculum.chunking.files import chunk_path
from pygrounds_dagster.knowledge.encoder import Vectors
from pygrounds_dagster.knowledge.encoders import bulk_encoder, token_counter
from pygrounds_dagster.knowledge.encoders.choice import model_files
from pygrounds_dagster.settings import PROJECT_ROOT, Settings

TEXTS = 200
ROUNDS = 3
AVX2 = {"ONEDNN_MAX_CPU_ISA": "AVX2", "DNNL_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2"}


def sample(settings: Settings) -> list[str]:
    """Embedding texts of the shipped content, evenly taken over all of it."""
    counter = token_counter(settings)
    zones = PROJECT_ROOT / "content" / "zones"
    texts = [c.embedding_text for file in chunk_path(zones, counter) for c in file.chunks]
    return texts[:: max(1, len(texts) // TEXTS)][:TEXTS]


def measure(home: Path) -> dict[str, Any]:
    """Both sides in this process: milliseconds of processor time per chunk, and the least cosine."""
    from sentence_transformers import SentenceTransformer

    settings = Settings(home=home, device="cpu")
    texts = sample(settings)
    ours = bulk_encoder(settings, "concept").suited(sys.maxsize)
    theirs = SentenceTransformer(str(model_files(settings, "concept").directory), device="cpu")
    theirs.encode(texts[:2])
    times: dict[str, list[float]] = {"ours": [], "theirs": []}
    for _ in range(ROUNDS):
        reference = _timed(lambda: theirs.encode(texts, normalize_embeddings=True), times["theirs"])
        vectors = _timed(lambda: ours.encode(texts), times["ours"])
    return {
        "runtime": ours.runtime,
        "ours": statistics.median(times["ours"]) / len(texts) * 1000,
        "theirs": statistics.median(times["theirs"]) / len(texts) * 1000,
        "cosine": float(np.min(np.sum(vectors * reference, axis=1))),
        "pieces": statistics.mean(token_counter(settings).count(texts)),
        "texts": len(texts),
    }


def _timed(work: Callable[[], Vectors], times: list[float]) -> Vectors:
    begun = time.process_time()
    result = work()
    times.append(time.process_time() - begun)
    return result


def measured_apart(limits: dict[str, str]) -> dict[str, Any]:
    """The same in a fresh process with a fresh calibration."""
    with tempfile.TemporaryDirectory(prefix="pygrounds-encoding-") as home:
        command = [sys.executable, "-m", "benchmarks.encoding", home]
        done = subprocess.run(command, env=os.environ | limits, check=True, stdout=subprocess.PIPE, text=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def rows(name: str, found: dict[str, Any], amx: bool) -> list[Row]:
    """The promises for one measurement."""
    ratio = found["theirs"] / found["ours"]
    near = found["cosine"]
    what = f"{found['texts']} chunks of {found['pieces']:.0f} word pieces, {name}, {found['runtime']}"
    shared = (found["ours"], found["theirs"], ratio)
    result = [
        Row(f"ms CPU per chunk: {what}", *shared, ">= 0.95 on any CPU", ratio >= 0.95),
        Row(f"least cosine: {what}", near, 1.0, near, ">= 0.999", near >= 0.999),
    ]
    if name == "as it is":
        result.append(
            Row(f"ms CPU per chunk: {what}", *shared, ">= 3.8 with AMX", ratio >= 3.8 if amx else None)
        )
    return result


def main(arguments: Sequence[str]) -> int:
    """Without an argument measure and report; with a directory be one measurement."""
    if arguments:
        print(json.dumps(measure(Path(arguments[0]))))
        return 0
    machine = this_machine()
    found = rows("as it is", measured_apart({}), machine.has_amx)
    found += rows("limited to AVX2", measured_apart(AVX2), amx=False)
    return 0 if report("encoding", found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
