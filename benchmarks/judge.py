"""The judge against a bare interpreter (``python -I -c pass``), both measured in turns in the same run.

``python -m benchmarks.judge [--soak RUNS]``. Rows: latency, CPU and throughput of trivial runs; a thousand
programs of five tests; memory of the zygote and of a run; how late a killed run ends, idle and at load 10;
what is left when the judge is killed; a soak with hostile programs, after which nothing may have grown.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psutil

from benchmarks import judge_soak
from benchmarks.report import Row, report
from pygrounds_dagster.judge import Job, Judge, Limits, Verdict, judge_many, parse_tests

BARE = [sys.executable, "-I", "-c", "pass"]
TRIVIAL = Job("pass")
LIBRARY = Job("import json, re, collections, random\nprint(json.dumps(collections.Counter('abca')))")
ROUNDS, PER_ROUND = 12, 25
PROGRAMS, TESTS = 1000, 5
LOAD = 10
MIB = 1024 * 1024


def percentile(values: list[float], share: float) -> float:
    """The value below which ``share`` of the values lie."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def timed(action: Callable[[], object]) -> float:
    """Milliseconds of one call."""
    start = time.perf_counter()
    action()
    return (time.perf_counter() - start) * 1000


def cpu_ms(pids: list[int]) -> float:
    """CPU milliseconds used so far by processes and the children they have waited for."""
    used = 0.0
    for pid in pids:
        times = psutil.Process(pid).cpu_times()
        used += times.user + times.system + times.children_user + times.children_system
    return used * 1000


def latency(judge: Judge) -> list[Row]:
    """Trivial and library runs one after another, in rounds that alternate with the bare interpreter."""
    bare: list[float] = []
    trivial: list[float] = []
    library: list[float] = []
    for _ in range(ROUNDS):
        bare += [timed(lambda: subprocess.run(BARE, check=True)) for _ in range(PER_ROUND)]
        trivial += [timed(lambda: judge.run(TRIVIAL)) for _ in range(PER_ROUND)]
        library += [timed(lambda: judge.run(LIBRARY)) for _ in range(PER_ROUND)]
    rows = []
    for what, values, share, bound in (
        ("trivial run, p50 ms", trivial, 0.5, 0.30),
        ("trivial run, p95 ms", trivial, 0.95, 0.5),
        ("run importing json, re, collections, random, p50 ms", library, 0.5, 0.30),
    ):
        ours, theirs = percentile(values, share), percentile(bare, share)
        rows.append(Row(what, ours, theirs, ours / theirs, f"<= {bound}", ours / theirs <= bound))
    return rows


def cpu_and_throughput(judge: Judge) -> list[Row]:
    """CPU per run, and runs a second with every core busy, against bare interpreters started the same way."""
    count = ROUNDS * PER_ROUND
    me = [os.getpid()]
    everyone = [*me, *judge.sandbox_pids()]
    before = cpu_ms(everyone)
    ours_seconds = timed(lambda: _many(judge, count * 2)) / 1000
    ours_cpu = (cpu_ms(everyone) - before) / (count * 2)
    before = cpu_ms(me)
    with ThreadPoolExecutor(judge.parallel) as pool:
        theirs_seconds = (
            timed(lambda: list(pool.map(lambda _: subprocess.run(BARE, check=True), range(count)))) / 1000
        )
    theirs_cpu = (cpu_ms(me) - before) / count
    rate, bare_rate = count * 2 / ours_seconds, count / theirs_seconds
    share = ours_cpu / theirs_cpu
    return [
        Row("CPU of a trivial run, ms", ours_cpu, theirs_cpu, share, "<= 0.30", share <= 0.30),
        Row("runs a second, all cores", rate, bare_rate, rate / bare_rate, ">= 2.5", rate >= 2.5 * bare_rate),
    ]


def _many(judge: Judge, count: int) -> None:
    tests = parse_tests([{"stdin": "", "stdout": ""}])
    for _index, verdict in judge_many((("pass", tests) for _ in range(count)), using=judge):
        assert verdict.passed


def thousand_programs(judge: Judge) -> Row:
    """Many small programs, every test in a fresh child."""
    tests = parse_tests([{"call": "f", "args": [n], "expected": n * n} for n in range(TESTS)])
    programs = ((f"def f(x):\n    return x * x  # {number}", tests) for number in range(PROGRAMS))
    passed: list[Verdict] = []
    seconds = timed(
        lambda: passed.extend(verdict for _, verdict in judge_many(programs, using=judge) if verdict.passed)
    )
    assert len(passed) == PROGRAMS
    return Row(
        f"{PROGRAMS} programs of {TESTS} tests, s",
        seconds / 1000,
        15,
        seconds / 15000,
        "<= 15 s",
        seconds <= 15000,
    )


def memory(judge: Judge) -> list[Row]:
    """Resident memory of the zygote; what a run that does nothing keeps for itself alone."""
    (zygote,) = (psutil.Process(pid) for pid in judge.sandbox_pids())
    resident = zygote.memory_info().rss / MIB
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(judge.run, Job("import time\ntime.sleep(0.5)"))
        while not (children := zygote.children()):
            time.sleep(0.005)
        time.sleep(0.1)
        private = _private_bytes(children[0].pid) / MIB
        future.result()
    return [
        Row("zygote, resident MiB", resident, 40, resident / 40, "<= 40 MiB", resident <= 40),
        Row("a run, private MiB", private, 3, private / 3, "<= 3 MiB", private <= 3),
    ]


def _private_bytes(pid: int) -> int:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(size) for size in re.findall(r"Private_\w+:\s+(\d+) kB", text)) * 1024


@contextmanager
def busy_cores(count: int) -> Iterator[None]:
    """That many endless loops beside us."""
    loops = [subprocess.Popen([sys.executable, "-I", "-c", "while True: pass"]) for _ in range(count)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def lateness(judge: Judge) -> list[Row]:
    """Seconds beyond its wall limit until a loop's result is there, worst of some."""
    loop = Job("while True: pass", limits=Limits(cpu=10, wall=0.5))

    def worst(repeats: int) -> float:
        return max(timed(lambda: judge.run(loop)) / 1000 - 0.5 for _ in range(repeats))

    idle = worst(8)
    with busy_cores(LOAD):
        loaded = worst(6)
    return [
        Row("loop killed late, idle, s", idle, 0.1, idle / 0.1, "<= 0.1 s", idle <= 0.1),
        Row(
            f"loop killed late, {LOAD} busy neighbours, s",
            loaded,
            0.5,
            loaded / 0.5,
            "<= 0.5 s",
            loaded <= 0.5,
        ),
    ]


def after_a_kill() -> Row:
    """Seconds until zygote and run are gone after the judge was killed by SIGKILL."""
    program = (
        "from pygrounds_dagster.judge import *\nj = Judge()\nj.run(Job('pass'))\n"
        "print(j.sandbox_pids()[0], flush=True)\n"
        "j.run(Job('while True: pass', limits=Limits(cpu=60, wall=60)))"
    )
    judge = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert judge.stdout is not None
    zygote = psutil.Process(int(judge.stdout.readline()))
    while not (children := zygote.children()):
        time.sleep(0.005)
    judge.kill()
    judge.wait()
    start = time.perf_counter()
    while any(_alive(process) for process in (zygote, *children)) and time.perf_counter() - start < 10:
        time.sleep(0.001)
    gone = time.perf_counter() - start
    return Row("all gone after the judge is killed, s", gone, 1, gone, "<= 1 s", gone <= 1)


def _alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def main() -> int:
    """Measure everything; exit status 1 if a promise is broken."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", type=int, default=10_000, help="runs of the soak")
    arguments = parser.parse_args()
    judge = Judge()
    judge.run(TRIVIAL)
    rows = [*latency(judge), *cpu_and_throughput(judge), thousand_programs(judge), *memory(judge)]
    rows += [*lateness(judge), after_a_kill()]
    judge.close()
    rows += judge_soak.rows(arguments.soak)
    return 0 if report("judge", rows) else 1


if __name__ == "__main__":
    sys.exit(main())
