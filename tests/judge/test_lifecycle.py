"""Sandboxes start, die, are replaced and leave nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from pygrounds_dagster.judge import Job, Judge, JudgeUnavailableError, Limits, run, run_async
from pygrounds_dagster.judge.slots import Slots

LOOP = Job("while True: pass", limits=Limits(cpu=300, wall=300))


@pytest.fixture
def judge() -> Iterator[Judge]:
    judge = Judge(parallel=2)
    yield judge
    judge.close()


def wait_until(condition: object, seconds: float = 120.0) -> None:
    """A hang is what takes that long: nothing here depends on how busy the machine is."""
    deadline = time.monotonic() + seconds
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < deadline, "did not happen in time"
        time.sleep(0.005)


def children_of(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children()


def ended(process: psutil.Process) -> bool:
    """Gone, or dead and waiting for somebody to notice."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def descriptors(pids: list[int]) -> list[int]:
    """Open descriptors of this process and of others."""
    return [psutil.Process(pid).num_fds() for pid in (os.getpid(), *pids)]


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory for scratch files that no other judge of this machine uses, here and in child processes."""
    tmp_path.chmod(0o755)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    return tmp_path


def scratch_directories(temporary: Path) -> set[str]:
    return {entry.name for entry in temporary.glob("pygrounds-judge-*")}


def test_a_dead_sandbox_is_replaced(judge: Judge) -> None:
    assert judge.run(Job("print(1)")).stdout == "1\n"
    (pid,) = judge.sandbox_pids()
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not judge.sandbox_pids())
    assert judge.run(Job("print(2)")).stdout == "2\n"
    assert judge.sandbox_pids() != [pid]


def test_a_run_whose_sandbox_dies_is_run_again_once(judge: Judge) -> None:
    judge.run(Job("pass"))
    (pid,) = judge.sandbox_pids()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(judge.run, Job("import time\ntime.sleep(0.5)\nprint('again')"))
        wait_until(lambda: bool(children_of(pid)))
        os.kill(pid, signal.SIGKILL)
        assert future.result().stdout == "again\n"


def test_a_run_that_loses_two_sandboxes_says_so(judge: Judge) -> None:
    judge.run(Job("pass"))
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(judge.run, LOOP)
        killed: set[int] = set()
        while len(killed) < 2:
            wait_until(lambda: any(pid not in killed and children_of(pid) for pid in judge.sandbox_pids()))
            (pid,) = judge.sandbox_pids()
            os.kill(pid, signal.SIGKILL)
            killed.add(pid)
        assert future.result().status == "sandbox_lost"


def test_runs_die_with_their_sandbox(judge: Judge) -> None:
    judge.run(Job("pass"))
    (pid,) = judge.sandbox_pids()
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(judge.run, Job(LOOP.program, limits=Limits(cpu=5, wall=5)))
        wait_until(lambda: bool(children_of(pid)))
        (child,) = children_of(pid)
        os.kill(pid, signal.SIGKILL)
        wait_until(lambda: ended(child))
        future.result()


def test_nothing_outlives_a_killed_judge() -> None:
    program = (
        "from pygrounds_dagster.judge import *\nj = Judge()\nj.run(Job('pass'))\n"
        "print(j.sandbox_pids()[0], flush=True)\n"
        "j.run(Job('while True: pass', limits=Limits(cpu=300, wall=300)))"
    )
    judge = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert judge.stdout is not None
    zygote = psutil.Process(int(judge.stdout.readline()))
    wait_until(lambda: bool(zygote.children()))
    (child,) = zygote.children()
    judge.kill()
    judge.wait()
    judge.stdout.close()
    wait_until(lambda: ended(zygote) and ended(child))


def test_a_killed_judges_scratch_directories_are_swept_by_the_next(temporary: Path) -> None:
    program = (
        "import os\nfrom pygrounds_dagster.judge import *\nj = Judge()\n"
        "j.run(Job('pass', mode='files'))\nos.kill(os.getpid(), 9)"
    )
    subprocess.run([sys.executable, "-c", program], check=False)
    left = scratch_directories(temporary)
    assert len(left) == 1

    def swept() -> bool:
        judge = Judge()
        judge.run(Job("pass", mode="files"))
        judge.close()
        return not left & scratch_directories(temporary)

    wait_until(swept)  # the zygote holds its directory until it has noticed


def test_closing_ends_everything(temporary: Path) -> None:
    judge = Judge()
    judge.run(Job("pass"))
    judge.run(Job("pass", mode="files"))
    pids = judge.sandbox_pids()
    assert len(pids) == 2
    judge.close()
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert scratch_directories(temporary) == set()


def test_no_descriptor_is_lost(judge: Judge) -> None:
    programs = ["pass", "while True: print('x')", "1/0", "import os\nos._exit(1)", "#" * 10**6]

    def batch() -> None:
        for program in programs:
            judge.run(Job(program))
            judge.run(Job(program, mode="files"))

    batch()
    pids = judge.sandbox_pids()
    before = descriptors(pids)  # a zygote may still hold those of a run that it has just reported
    for _ in range(5):
        batch()
    wait_until(lambda: all(now <= then for now, then in zip(descriptors(pids), before, strict=True)))


def test_threads_share_a_judge(judge: Judge) -> None:
    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(lambda n: judge.run(Job(f"print({n})")).stdout, range(60)))
    assert results == [f"{n}\n" for n in range(60)]


def test_no_more_runs_live_at_once_than_allowed(judge: Judge) -> None:
    judge.run(Job("pass"))
    (pid,) = judge.sandbox_pids()
    most = 0
    with ThreadPoolExecutor(6) as pool:
        futures = [pool.submit(judge.run, Job("import time\ntime.sleep(0.3)")) for _ in range(8)]
        while not all(future.done() for future in futures):
            most = max(most, len(children_of(pid)))
    assert most == 2


def test_a_full_queue_refuses() -> None:
    judge = Judge(parallel=1, queue=1)
    running, waiting = judge._slots.ticket(), judge._slots.ticket()
    assert (running.done(), waiting.done()) == (True, False)
    refused = judge.run(Job("pass"))
    assert refused.status == "refused"
    assert "1 runs are waiting already" in refused.message
    for ticket in (running, waiting):
        ticket.result(timeout=10)
        judge._slots.return_ticket()
    assert judge.run(Job("pass")).status == "ok"
    judge.close()


def test_a_cancelled_run_is_killed(judge: Judge) -> None:
    async def cancel() -> None:
        await judge.run_async(Job("pass"))
        (pid,) = judge.sandbox_pids()
        task = asyncio.create_task(judge.run_async(LOOP))
        while not children_of(pid):
            await asyncio.sleep(0.005)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        while children_of(pid):
            await asyncio.sleep(0.005)
        assert (await judge.run_async(Job("print(1)"))).stdout == "1\n"

    asyncio.run(asyncio.wait_for(cancel(), 120))


def test_an_abandoned_batch_is_killed(judge: Judge) -> None:
    from pygrounds_dagster.judge.runner import _single

    results = judge.drive([_single(Job("pass")), _single(LOOP), _single(LOOP)])
    assert next(results)[1].status == "ok"
    (pid,) = judge.sandbox_pids()
    results.close()  # type: ignore[attr-defined]
    wait_until(lambda: not children_of(pid))
    assert judge.run(Job("print(1)")).stdout == "1\n"


def test_a_loop_watches_scratch_directories(judge: Judge) -> None:
    program = "i = 0\nwhile True:\n    open(f'f{i}', 'w').close()\n    i += 1"
    result = asyncio.run(judge.run_async(Job(program, mode="files", limits=Limits(cpu=60, wall=300))))
    assert result.status == "file_limit"
    assert result.cpu < 50


def test_many_at_once_on_a_loop() -> None:
    async def all_of_them() -> list[str]:
        results = await asyncio.gather(*(run_async(f"print({n})") for n in range(40)))
        return [result.stdout for result in results]

    assert asyncio.run(all_of_them()) == [f"{n}\n" for n in range(40)]


def test_a_forked_process_starts_its_own_sandbox() -> None:
    run("pass")
    reader, writer = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.write(writer, run("print('mine')").stdout.encode())
        finally:
            from pygrounds_dagster.judge import default_judge

            default_judge().close()
            os._exit(0)
    os.close(writer)
    assert os.read(reader, 100) == b"mine\n"
    os.close(reader)
    os.waitpid(pid, 0)
    assert run("print('still here')").stdout == "still here\n"


def test_few_seeds_keep_a_sandbox(judge: Judge) -> None:
    for seed in range(9):
        assert judge.run(Job("pass", seed=seed)).status == "ok"
    assert len(judge.sandbox_pids()) <= 6


def test_a_required_tier_is_insisted_on(monkeypatch: pytest.MonkeyPatch) -> None:
    from pygrounds_dagster.judge import layers

    judge = Judge(require_tier="A")
    monkeypatch.setattr(layers, "tier", lambda _layers: "B")
    with pytest.raises(JudgeUnavailableError, match="tier A is required"):
        judge.run(Job("pass"))
    with pytest.raises(ValueError, match="require_tier"):
        Judge(require_tier="D")


def test_slots_pass_over_those_who_gave_up() -> None:
    slots = Slots(1, 10)
    slots.acquire()
    given_up, patient = slots.ticket(), slots.ticket()
    given_up.cancel()
    slots.release()
    assert patient.result(timeout=10) is None
    slots.return_ticket()
    assert slots.try_acquire()
    taken = threading.Thread(target=lambda: None)
    taken.start()
    taken.join()
    slots.release()
