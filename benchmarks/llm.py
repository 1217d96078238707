"""Calls to a model at a limit: 64 answers of half a second each, 16 at a time.

The baseline is the ideal, four rounds of half a second. The scripted model runs in a process of its own and
says how many requests it had at a time. Then the same 64 calls by four processes that share the limit.
What a process pays once, importing the openai library and opening connections, is paid by a call before.
``python -m benchmarks.llm``
"""

from __future__ import annotations

import json
import multiprocessing
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing.synchronize import Barrier
from pathlib import Path

import yaml
from pydantic import SecretStr

from benchmarks.report import Row, report
from benchmarks.synthetic import knowledge_base
from pygrounds_dagster.llm import BlockingLlm, Endpoint, Message, Request
from pygrounds_dagster.store.pool import open_pool

CALLS, LIMIT, SECONDS, PROCESSES = 64, 16, 0.5, 4
IDEAL = CALLS / LIMIT * SECONDS
BOUND = 1.25 * IDEAL


def main() -> bool:
    """Measure one process, then four."""
    rows = []
    with knowledge_base() as base:
        url = base.pool.conninfo
        for processes in (1, PROCESSES):
            with scripted_model() as model:
                seconds = _measure(model, url, processes)
                most = _most_at_work(model)
            who = "one process" if processes == 1 else f"{processes} processes"
            what = f"{CALLS} calls of {SECONDS} s at limit {LIMIT}, {who}"
            ratio = seconds / IDEAL
            rows.append(Row(f"{what}, s", seconds, IDEAL, ratio, "<= 1.25 x ideal", seconds <= BOUND))
            rows.append(Row(f"{what}, most at a time", most, LIMIT, most / LIMIT, "= limit", most == LIMIT))
    return report("llm", rows)


def _measure(model: str, url: str, processes: int) -> float:
    spawn = multiprocessing.get_context("spawn")
    ready, begun = spawn.Barrier(processes + 1), spawn.Barrier(processes + 1)
    share = CALLS // processes
    workers = [
        spawn.Process(target=call, args=(model, url, share, number, ready, begun))
        for number in range(processes)
    ]
    for worker in workers:
        worker.start()
    ready.wait()
    start = time.perf_counter()
    begun.wait()
    begun.wait()  # all have all their answers
    seconds = time.perf_counter() - start
    for worker in workers:
        worker.join()
    if any(worker.exitcode for worker in workers):
        raise RuntimeError("a call failed")
    return seconds


def call(model: str, url: str, calls: int, number: int, ready: Barrier, begun: Barrier) -> None:
    """One process: as many threads as calls."""
    endpoint = Endpoint(model, "scripted", SecretStr("any"), concurrency=LIMIT)
    with (
        open_pool(url, max_size=4, name="benchmark") as pool,
        BlockingLlm(endpoint, pool) as llm,
        ThreadPoolExecutor(calls) as threads,
    ):
        asked = [Request((Message("user", f"{number}.{n}"),), "benchmark") for n in range(calls)]
        llm.complete(Request((Message("user", f"{number}: are you there?"),), "benchmark"))
        ready.wait()
        begun.wait()
        answers = list(threads.map(llm.complete, asked))
        begun.wait()
    if len(answers) != calls or any(answer.from_cache for answer in answers):
        raise RuntimeError("not every call was answered by the model")


@contextmanager
def scripted_model() -> Iterator[str]:
    """A scripted model in a process of its own that takes its time; yields its base URL."""
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder) / "script.yaml"
        script.write_text(yaml.safe_dump({"replies": [{"text": "yes", "delay": SECONDS}]}))
        program = "from pygrounds_dagster.cli import app; app()"
        command = [sys.executable, "-c", program, "fake-llm", "--script", str(script), "--port", "0"]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            try:
                process.stdout.readline()
                yield process.stdout.readline().split("PYGROUNDS_LLM_BASE_URL=")[1].split()[0]
            finally:
                process.terminate()


def _most_at_work(model: str) -> int:
    with urllib.request.urlopen(model.replace("/v1", "/log")) as answer:
        return int(json.load(answer)["most_at_work"])


if __name__ == "__main__":
    sys.exit(not main())
