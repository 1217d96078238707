"""Thousands of runs with attacks mixed in: what processes, descriptors, files and memory they leave behind.

``python -m benchmarks.judge_soak [--runs 10000]`` runs the whole corpus of the judge's tests, honest and
hostile programs in a fixed random order, and says what there is more of than after the warm-up. It is the
last part of ``python -m benchmarks.judge``.

The runs are made by a process of its own, whose allocator keeps no reserves: every object comes from
``malloc`` and free pages are given back before looking. Otherwise Python's arenas of a megabyte, each held by
one small object, and a heap for each thread that ever read a large output would look like growth.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from itertools import islice
from pathlib import Path

import psutil

from benchmarks.report import Row
from pygrounds_dagster.judge import Call, Job, Judge, Limits
from pygrounds_dagster.judge.limits import Mode
from tests.judge import environments_corpus as corpus

WARM_UP = 1000
BATCH = 250
ATTACKS = 0.25
LOOKS = 20
MIB = 1024 * 1024
MODES: tuple[Mode, ...] = ("strict", "files")
SHORT = Limits(cpu=1, wall=0.15, memory=128 * MIB)
"""For hostile programs, many of which run until they are stopped."""

NOWHERE = "/nonexistent/pygrounds"
TARGETS = json.dumps(
    dict.fromkeys(("secret_file", "directory", "canaries", "existing", "unix", "datagram"), NOWHERE)
    | dict.fromkeys(("shared", "abstract", "marker"), "pygrounds-soak")
    | dict.fromkeys(("tcp", "udp", "postgres"), 9)
    | dict.fromkeys(("sysv", "descriptor", "bystander", "judge"), 2**22 - 1)
)
"""What hostile programs are told to attack: nothing that exists."""

_LIBC = ctypes.CDLL(None)
_M_MMAP_THRESHOLD, _USUAL_THRESHOLD, _M_ARENA_MAX = -3, 128 * 1024, -8  # mallopt(3)


@dataclass(frozen=True)
class State:
    """What could leak, of this process and everything below it: counts, and private MiB."""

    processes: int
    descriptors: int
    files: int
    judge: float
    sandboxes: float

    @property
    def things(self) -> int:
        """Everything that is counted."""
        return self.processes + self.descriptors + self.files


def state_of(directory: Path) -> State:
    """Look at the processes and at the directory that holds the scratch files."""
    own = psutil.Process()
    sandboxes = own.children()
    return State(
        len(own.children(recursive=True)),
        sum(process.num_fds() for process in (own, *sandboxes)),
        sum(1 for _ in directory.rglob("*")),
        own.memory_full_info().uss / MIB,
        sum(sandbox.memory_full_info().uss for sandbox in sandboxes) / MIB,
    )


def settled(directory: Path) -> State:
    """The state with the fewest things in it within a second, free memory given back to the kernel.

    A zygote reports a run to the judge first, and closes that run's descriptors thereafter.
    """
    _LIBC.malloc_trim(0)
    states = []
    for _look in range(LOOKS):
        states.append(state_of(directory))
        time.sleep(1 / LOOKS)
    return min(states, key=lambda state: state.things)


def everything() -> Iterator[Job]:
    """Every program in each of its modes."""
    for program in (*corpus.attacks(), *corpus.honest()):
        yield from (job_of(program, mode) for mode in MODES if mode in program.modes)


def drawn(count: int, draw: random.Random) -> Iterator[Job]:
    """Programs in random order: honest ones, and the share of hostile ones that ``ATTACKS`` says."""
    honest, hostile = corpus.honest(), corpus.attacks()
    for _ in range(count):
        program = draw.choice(hostile if draw.random() < ATTACKS else honest)
        yield job_of(program, draw.choice([mode for mode in MODES if mode in program.modes]))


def job_of(program: corpus.Program, mode: Mode) -> Job:
    """One run of a program; hostile ones have little time."""
    attack = "/" in program.name  # they lie in folders by kind
    return Job(
        program.source,
        [Call("answer", [1])] if program.judged else (),
        TARGETS if attack else program.stdin,
        SHORT if attack else Limits(),
        mode,
        as_main=not program.judged,
    )


@contextmanager
def own_directory() -> Iterator[Path]:
    """A directory that holds the scratch files of this soak and nothing of other judges."""
    before = tempfile.tempdir
    with tempfile.TemporaryDirectory() as name:
        tempfile.tempdir = name
        Path(name).chmod(0o755)
        try:
            yield Path(name)
        finally:
            tempfile.tempdir = before


def soak(count: int) -> tuple[list[State], Counter[str], bool]:
    """States after the warm-up and after ``count`` runs, how runs ended, whether the sandboxes lived on."""
    _LIBC.mallopt(_M_MMAP_THRESHOLD, _USUAL_THRESHOLD)
    _LIBC.mallopt(_M_ARENA_MAX, 1)
    draw = random.Random(0)
    with own_directory() as directory:
        judge = Judge()

        def lane(part: Sequence[Job]) -> Counter[str]:
            return Counter(judge.run(job).status for job in part)

        with ThreadPoolExecutor(judge.parallel) as pool:

            def work(source: Iterator[Job]) -> Counter[str]:
                """In batches, so that the list of what is to do takes no more memory than when warming up."""
                ends: Counter[str] = Counter()
                while batch := list(islice(source, BATCH)):
                    parts = (batch[number :: judge.parallel] for number in range(judge.parallel))
                    ends.update(sum(pool.map(lane, parts), Counter()))
                return ends

            work(everything())
            work(drawn(WARM_UP, draw))
            states, pids = [settled(directory)], judge.sandbox_pids()
            ends = work(drawn(count, draw))
            states.append(settled(directory))
            same = judge.sandbox_pids() == pids
        judge.close()
    return states, ends, same


def measured(count: int) -> list[Row]:
    """The soak's promises: not one thing more than after the warm-up, at most 1 MiB, no sandbox lost."""
    (before, after), ends, same = soak(count)
    print(f"{ends.total()} runs ended: {dict(ends.most_common())}", file=sys.stderr)
    print(f"before {before}\nafter  {after}", file=sys.stderr)
    things = after.things - before.things
    lost = ends["sandbox_lost"] + ends["refused"] + (not same)
    grown = after.judge - before.judge + after.sandboxes - before.sandboxes
    title = f"soak of {count} runs"
    return [
        Row(f"{title}: processes, descriptors, files left", things, 0, things, "0", things <= 0),
        Row(f"{title}: sandboxes lost, runs refused", lost, 0, lost, "0", lost == 0),
        Row(f"{title}: memory grown, MiB", grown, 1, grown, "<= 1 MiB", grown <= 1),
    ]


def rows(count: int) -> list[Row]:
    """What the soak measured, made in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.judge_soak", "--runs", str(count), "--json"]
    done = subprocess.run(
        command, env={**os.environ, "PYTHONMALLOC": "malloc"}, stdout=subprocess.PIPE, check=True
    )
    return [Row(**row) for row in json.loads(done.stdout)]


def main() -> int:
    """Soak; exit status 1 if something is left."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--json", action="store_true", help="in this very process; rows as JSON")
    options = parser.parse_args()
    if options.json:
        print(json.dumps([asdict(row) for row in measured(options.runs)]))
        return 0
    found = rows(options.runs)
    for row in found:
        print(f"{row.what}: {row.measured:.2f} ({row.bound}): {'holds' if row.passed else 'broken'}")
    return 0 if all(row.passed for row in found) else 1


if __name__ == "__main__":
    sys.exit(main())
