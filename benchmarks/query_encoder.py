"""The query encoder against sentence-transformers: cold start, memory, one query.

    python -m benchmarks.query_encoder

Each side is a fresh process: from its start to its first vector (wall clock), its proportional set size
afterwards, and the median time of a query. The sides take turns; medians of the rounds are compared.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.report import Row, report

ROUNDS = 3
QUERIES = (
    "how do I sort a list?",
    "what does KeyError mean",
    "difference between a tuple and a list",
    "read a file line by line and count the words in it",
)
OURS = """
import sys
from pathlib import Path
from pygrounds_dagster.knowledge.encoders import query_encoder
from pygrounds_dagster.settings import Settings
encode = query_encoder(Settings(home=Path(sys.argv[1])), "concept").encode
"""
THEIRS = """
import sys
from sentence_transformers import SentenceTransformer
transformer = SentenceTransformer(sys.argv[2], device="cpu")
def encode(texts):
    return transformer.encode(texts, normalize_embeddings=True)
"""
MEASURE = """
import json, statistics, time, psutil
queries = json.loads(sys.argv[3])
encode(queries[:1])
ready = time.time()
times = []
for number in range(100):
    begun = time.perf_counter()
    encode([queries[number % len(queries)]])
    times.append(time.perf_counter() - begun)
memory = psutil.Process().memory_full_info()
print(json.dumps({"ready": ready, "query": statistics.median(times) * 1000, "memory": memory.pss / 2**20}))
"""


def measure(script: str, home: str, model: str) -> dict[str, float]:
    """One fresh process."""
    begun = time.time()
    command = [sys.executable, "-c", script + MEASURE, home, model, json.dumps(QUERIES)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    found = json.loads(done.stdout.splitlines()[-1])
    return {"start": found["ready"] - begun, "query": found["query"], "memory": found["memory"]}


def medians(found: Sequence[dict[str, float]]) -> dict[str, float]:
    """Of each figure."""
    return {name: statistics.median(each[name] for each in found) for name in found[0]}


def main() -> int:
    """Measure and report."""
    from pygrounds_dagster.knowledge.encoders.choice import model_files
    from pygrounds_dagster.settings import Settings

    with tempfile.TemporaryDirectory(prefix="pygrounds-query-") as home:
        model = str(model_files(Settings(home=Path(home)), "concept").directory)
        first = measure(OURS, home, model)["start"]  # writes the graph
        pairs = [(measure(OURS, home, model), measure(THEIRS, home, model)) for _ in range(ROUNDS)]
    ours, theirs = (medians(side) for side in zip(*pairs, strict=True))
    print(f"first start ever, the graph written: {first:.2f} s")
    rows = [
        Row(what, ours[name], theirs[name], ours[name] / theirs[name], f"<= {bound:.3g}",
            ours[name] / theirs[name] <= bound)
        for what, name, bound in (
            ("cold start to the first vector, s", "start", 1 / 8),
            ("memory (PSS), MiB", "memory", 1 / 2),
            ("one query, ms", "query", 1 / 3),
        )
    ]  # fmt: skip
    return 0 if report("query_encoder", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
