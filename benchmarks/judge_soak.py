"""Ten thousand runs with attacks mixed in: what is left of them in processes, descriptors, files and memory.

``python benchmarks/judge_soak.py [--runs 10000] [--seconds 600]`` runs the whole corpus of the tests, hostile
and honest programs, in a fixed random order. It prints the state of the judge and its sandboxes at the start,
on the way and at the end, and exits with 1 if anything has grown. It stops early when the time is used up,
and says how many runs were made.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from itertools import repeat
from pathlib import Path

import psutil

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests" / "judge"))

import environments_corpus as corpus

from pygrounds_dagster.judge import Call, Job, Judge, Limits
from pygrounds_dagster.judge.limits import Mode

WARM_UP = 300
NOWHERE = "/nonexistent/pygrounds"
TARGETS = json.dumps(
    dict.fromkeys(("secret_file", "directory", "canaries", "existing", "unix", "datagram"), NOWHERE)
    | dict.fromkeys(("shared", "abstract", "marker"), "pygrounds-soak")
    | dict.fromkeys(("tcp", "udp", "postgres"), 9)
    | dict.fromkeys(("sysv", "descriptor", "bystander", "judge"), 2**22 - 1)
)
"""What hostile programs are told to attack: nothing that exists."""
ALLOWED = {"judge_rss": 1 << 20, "sandbox_rss": 1 << 20}
MODES: tuple[Mode, ...] = ("strict", "files")


@dataclass(frozen=True)
class State:
    """What could leak; sizes in bytes. ``sandbox_rss`` is the private memory of all sandboxes."""

    judge_rss: int
    judge_descriptors: int
    sandbox_rss: int
    sandbox_descriptors: int
    processes: int
    files: int


def state_of(directory: Path) -> State:
    """Look at this process, everything below it, and the directory of the scratch files."""
    own = psutil.Process()
    children = own.children(recursive=True)
    sandboxes = [child for child in children if child.ppid() == own.pid]
    return State(
        own.memory_full_info().uss,
        own.num_fds(),
        sum(sandbox.memory_full_info().uss for sandbox in sandboxes),
        sum(sandbox.num_fds() for sandbox in sandboxes),
        len(children),
        sum(1 for _ in directory.rglob("*")),
    )


def jobs(count: int, share: float) -> Iterator[Job]:
    """Programs in a fixed random order: honest ones, and ``share`` of hostile ones, cut short."""
    draw = random.Random(0)
    honest, hostile = corpus.honest(), corpus.attacks()
    short = Limits(cpu=1, wall=0.15, memory=128 << 20)
    for _ in range(count):
        attack = draw.random() < share
        program = draw.choice(hostile if attack else honest)
        yield Job(
            program.source,
            [Call("answer", [1])] if program.judged else (),
            TARGETS if attack else program.stdin,
            short if attack else Limits(),
            draw.choice([mode for mode in MODES if mode in program.modes]),
            as_main=not program.judged,
        )


def soak(judging: Judge, count: int, share: float, until: float) -> Counter[str]:
    """Run them; how they ended."""
    ends: Counter[str] = Counter()

    def one(job: Job) -> None:
        if time.monotonic() < until:
            ends[judging.run(job).status] += 1

    with ThreadPoolExecutor(judging.parallel) as pool:
        for _ in pool.map(one, jobs(count, share)):
            pass
    return ends


def differences(states: list[State]) -> dict[str, int]:
    """What has grown by more than is allowed: counts since the start, memory over the second half.

    The first half fills the queue and the allocator's reserves; a leak goes on growing.
    """
    grown = {}
    for field in fields(State):
        first = states[len(states) // 2] if field.name in ALLOWED else states[0]
        grown[field.name] = getattr(states[-1], field.name) - getattr(first, field.name)
    return {name: change for name, change in grown.items() if change > ALLOWED.get(name, 0)}


def main() -> int:
    """Warm up, soak in four parts, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=10_000)
    parser.add_argument("--seconds", type=float, default=600.0)
    parser.add_argument("--attacks", type=float, default=0.25, help="share of hostile programs")
    options = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        directory, tempfile.tempdir = Path(name), name
        directory.chmod(0o755)
        judging = Judge()
        soak(judging, WARM_UP, options.attacks, started + options.seconds)
        states = [state_of(directory)]
        print("warm", json.dumps(vars(states[0])))
        total: Counter[str] = Counter()
        pids = judging.sandbox_pids()
        for _part in repeat(None, 4):
            total += soak(judging, options.runs // 4, options.attacks, started + options.seconds)
            states.append(state_of(directory))
            print(total.total(), json.dumps(vars(states[-1])), flush=True)
        same = judging.sandbox_pids() == pids
        judging.close()
        left = [entry.name for entry in directory.iterdir()]
        alive = [child.pid for child in psutil.Process().children(recursive=True)]
    grown = differences(states)
    seconds = time.monotonic() - started
    print(f"{total.total()} runs in {seconds:.0f} s; ends: {dict(total)}; same sandboxes: {same}")
    print(f"grown: {grown or 'nothing'}; left after closing: files {left}, processes {alive}")
    return 1 if grown or left or alive or total["sandbox_lost"] else 0


if __name__ == "__main__":
    sys.exit(main())
