"""Reading and chunking documents against encoding their chunks, both in CPU time of one process.

``python -m benchmarks.chunking [PATH ...]``; without a path the shipped content is taken. A row a path: CPU
milliseconds a chunk for reading, chunking and counting, and for encoding a sample of the chunks with the
bulk encoder of this machine. The promise: at most 5 % of encoding.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path

from benchmarks.report import Row, report
from pygrounds_dagster.curriculum.chunk import Chunk
from pygrounds_dagster.curriculum.chunking.files import chunk_path
from pygrounds_dagster.knowledge.encoders import bulk_encoder, token_counter
from pygrounds_dagster.settings import Settings

SAMPLE = 512
BOUND = 0.05


def measure(path: Path, settings: Settings) -> Row:
    """One file or folder."""
    counter = token_counter(settings)
    start = time.process_time()
    files = list(chunk_path(path, counter))
    spent = time.process_time() - start
    chunks = [chunk for file in files for chunk in file.chunks]
    chunking = spent / len(chunks) * 1000
    encoding = _encoding(chunks, settings)
    ratio = chunking / encoding
    what = f"{path.name}: {len(files)} files, {len(chunks)} chunks, CPU ms a chunk, chunking / encoding"
    return Row(what, chunking, encoding, ratio, f"<= {BOUND}", ratio <= BOUND)


def _encoding(chunks: list[Chunk], settings: Settings) -> float:
    encoder = bulk_encoder(settings, "concept")
    texts = [chunk.embedding_text for chunk in chunks[:: max(1, len(chunks) // SAMPLE)]]
    encoder.encode(texts[:32])  # opened and warm
    start = time.process_time()
    encoder.encode(texts)
    return (time.process_time() - start) / len(texts) * 1000


def main(paths: list[str]) -> bool:
    """Measure every path and report."""
    settings = Settings()
    chosen = [Path(path) for path in paths] or [root / "zones" for root in settings.content]
    return report("chunking", [measure(path, settings) for path in chosen])


if __name__ == "__main__":
    sys.exit(not main(sys.argv[1:]))
