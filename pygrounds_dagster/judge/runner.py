"""Runs, waited for: one at a time, many at once, in a thread or on an event loop.

Here: the ``Judge`` with its sandboxes, the slots that bound how many runs are alive, driving step-wise work.
Not here: the sandbox itself (``sandbox``), verdicts (``verdict``).
"""

from __future__ import annotations

import asyncio
import atexit
import os
import select
import threading
import time
from collections import deque
from collections.abc import Generator, Iterable, Iterator
from concurrent.futures import Future
from typing import TypeVar

from .limits import Mode
from .run import Job, Refused, RunResult
from .sandbox import JudgeUnavailable, Pending, Sandbox, SandboxLost, Standing
from .scratch import ScratchFull

T = TypeVar("T")
Steps = Generator[Job, RunResult, T]
"""Work that needs runs: yields jobs, is sent their results, returns what it found."""

MAX_SANDBOXES = 6
SCRATCH_TICK = 0.025
_TIERS = "CBA"


class _Slots:
    """A semaphore that threads and event loops share, first come first served, with a bounded queue."""

    def __init__(self, count: int, queue: int) -> None:
        self._free = count
        self._queue = queue
        self._waiting: deque[Future[None]] = deque()
        self._lock = threading.Lock()

    def try_acquire(self) -> bool:
        """Take a slot if one is free and nobody waits."""
        with self._lock:
            if self._free == 0:
                return False
            self._free -= 1
            return True

    def acquire(self) -> Future[None]:
        """A future that is done when the caller holds a slot.

        Raises:
            Refused: too many wait already.
        """
        future: Future[None] = Future()
        with self._lock:
            if self._free:
                self._free -= 1
                future.set_result(None)
            elif len(self._waiting) >= self._queue:
                raise Refused("refused", f"{self._queue} runs are waiting already; try again later")
            else:
                self._waiting.append(future)
        return future

    def release(self) -> None:
        """Give a slot back, to the first who still waits for one."""
        with self._lock:
            while self._waiting:
                future = self._waiting.popleft()
                if future.set_running_or_notify_cancel():
                    future.set_result(None)
                    return
            self._free += 1


class Judge:
    """Runs programs in sandboxes of its own, at most ``parallel`` at once. Threads and loops may share it.

    Sandboxes start on first use, one for each mode and hash seed, and again if they die.
    """

    def __init__(
        self, *, parallel: int | None = None, queue: int = 1024, require_tier: str = "C"
    ) -> None:
        """``require_tier``: refuse to work in a lower tier than this (``A`` in production).

        Raises:
            ValueError: a nonsensical argument.
        """
        if require_tier not in _TIERS:
            raise ValueError(f"require_tier must be A, B or C, not {require_tier!r}")
        self.parallel = parallel or len(os.sched_getaffinity(0))
        self._require = require_tier
        self._slots = _Slots(self.parallel, queue)
        self._sandboxes: dict[tuple[Mode, int], Sandbox] = {}
        self._in_use: dict[int, int] = {}
        self._lock = threading.Lock()

    def standing(self, mode: Mode = "strict") -> Standing:
        """Layers and tier of the sandbox for ``mode``, started if need be.

        Raises:
            JudgeUnavailable: it cannot be had.
        """
        return self._sandbox(mode, 0).standing

    def sandbox_pids(self) -> list[int]:
        """Process ids of the sandboxes alive."""
        with self._lock:
            return [sandbox.pid for sandbox in self._sandboxes.values() if sandbox.alive()]

    def _sandbox(self, mode: Mode, seed: int) -> Sandbox:
        with self._lock:
            found = self._sandboxes.get((mode, seed))
            if found is not None and not found.alive():
                del self._sandboxes[mode, seed]
                found.close()
                found = None
            if found is None:
                self._retire()
                found = self._sandboxes[mode, seed] = self._started(mode, seed)
            return found

    def _started(self, mode: Mode, seed: int) -> Sandbox:
        sandbox = Sandbox(mode, seed)
        if _TIERS.index(sandbox.standing.tier) < _TIERS.index(self._require):
            sandbox.close()
            raise JudgeUnavailable(
                f"tier {self._require} is required and this machine gives tier {sandbox.standing.tier}; "
                "`pygrounds judge doctor` names the missing layers"
            )
        return sandbox

    def _retire(self) -> None:
        """Make room: end the oldest idle sandbox when too many seeds are in use."""
        if len(self._sandboxes) < MAX_SANDBOXES:
            return
        for key, sandbox in self._sandboxes.items():
            if not self._in_use.get(id(sandbox)):
                del self._sandboxes[key]
                sandbox.close()
                return

    def close(self) -> None:
        """End all sandboxes and what runs in them; the judge may be used again."""
        with self._lock:
            for sandbox in self._sandboxes.values():
                sandbox.close()
            self._sandboxes.clear()

    def _forget(self) -> None:
        """In a forked process: the sandboxes belong to the parent."""
        self.__init__(parallel=self.parallel, require_tier=self._require)  # type: ignore[misc]

    # --- one run ------------------------------------------------------------------------------------------

    def _submit(self, job: Job) -> Pending | RunResult:
        """Start a run in a live sandbox; what cannot even start comes as its result."""
        try:
            for attempt in (1, 2):
                try:
                    return self._sandbox(job.mode, job.seed).submit(job)
                except SandboxLost:
                    if attempt == 2:
                        raise
        except Refused as error:
            return RunResult(error.status, str(error))
        except SandboxLost as error:
            return RunResult("sandbox_lost", str(error))
        raise AssertionError("unreachable")

    def run(self, job: Job) -> RunResult:
        """Run one job and wait for it.

        Raises:
            JudgeUnavailable: nothing can be run safely here.
        """
        return next(self.drive([_single(job)]))[1]

    async def run_async(self, job: Job) -> RunResult:
        """``run`` for an event loop. Cancelling kills the run.

        Raises:
            JudgeUnavailable: nothing can be run safely here.
        """
        try:
            ticket = self._slots.acquire()
        except Refused as error:
            return RunResult(error.status, str(error))
        await asyncio.wrap_future(ticket)
        try:
            for _attempt in (1, 2):
                pending = await self._submit_async(job)
                if isinstance(pending, RunResult):
                    return pending
                try:
                    await _readable(pending)
                    return pending.finish()
                except SandboxLost as error:
                    lost = RunResult("sandbox_lost", str(error))
                finally:
                    pending.release()
            return lost
        finally:
            self._slots.release()

    async def _submit_async(self, job: Job) -> Pending | RunResult:
        with self._lock:
            sandbox = self._sandboxes.get((job.mode, job.seed))
        if sandbox is None or not sandbox.alive():  # starting takes a third of a second: not on the loop
            return await asyncio.to_thread(self._submit, job)
        return self._submit(job)

    # --- many ---------------------------------------------------------------------------------------------

    def drive(self, work: Iterable[Steps[T]]) -> Iterator[tuple[int, T]]:
        """Advance many step-wise works at once; yields (position, what it returned) as each is done.

        Raises:
            JudgeUnavailable: nothing can be run safely here.
        """
        driver = _Driver(self, enumerate(work))
        try:
            yield from driver.results()
        finally:
            driver.abandon()

    async def drive_async(self, steps: Steps[T]) -> T:
        """Advance one step-wise work on an event loop; gather several for many.

        Raises:
            JudgeUnavailable: nothing can be run safely here.
        """
        try:
            job = next(steps)
            while True:
                job = steps.send(await self.run_async(job))
        except StopIteration as done:
            result: T = done.value
            return result


def _single(job: Job) -> Steps[RunResult]:
    return (yield job)


async def _readable(pending: Pending) -> None:
    """Wait until the run has ended; in files mode look after its scratch directory meanwhile."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(pending.fileno(), ended.set)
    try:
        while not ended.is_set():
            now = time.monotonic()
            if now > pending.give_up_at:
                raise SandboxLost("the sandbox did not end the run in time")
            pause = SCRATCH_TICK if pending.scratch is not None else pending.give_up_at - now
            try:
                await asyncio.wait_for(ended.wait(), pause)
            except TimeoutError:
                pending.watch()
    finally:
        loop.remove_reader(pending.fileno())


class _Flight:
    """A run in the air, with the work that waits for it."""

    def __init__(self, index: int, steps: Steps[T], job: Job, pending: Pending, retried: bool) -> None:
        self.index, self.steps, self.job, self.pending, self.retried = index, steps, job, pending, retried


class _Driver:
    """One thread's loop over many works: fill the slots, wait on all status pipes, pass results on."""

    def __init__(self, judge: Judge, source: Iterator[tuple[int, Steps[T]]]) -> None:
        self._judge = judge
        self._source = source
        self._more = True
        self._ready: deque[tuple[int, Steps[T], Job, bool]] = deque()
        self._done: deque[tuple[int, T]] = deque()
        self._flights: dict[int, _Flight] = {}
        self._poller = select.poll()

    def results(self) -> Iterator[tuple[int, T]]:
        while self._more or self._ready or self._flights or self._done:
            while self._done:
                yield self._done.popleft()
            self._take_work()
            self._launch()
            if self._flights:
                self._wait()

    def _take_work(self) -> None:
        while self._more and len(self._ready) < self._judge.parallel:
            entry = next(self._source, None)
            if entry is None:
                self._more = False
            else:
                self._advance(entry[0], entry[1], None)

    def _advance(self, index: int, steps: Steps[T], result: RunResult | None) -> None:
        try:
            job = next(steps) if result is None else steps.send(result)
            self._ready.append((index, steps, job, False))
        except StopIteration as done:
            self._done.append((index, done.value))

    def _launch(self) -> None:
        while self._ready:
            if not self._judge._slots.try_acquire():
                if self._flights:
                    return
                try:
                    self._judge._slots.acquire().result()
                except Refused as error:
                    index, steps, _job, _retried = self._ready.popleft()
                    self._advance(index, steps, RunResult(error.status, str(error)))
                    continue
            index, steps, job, retried = self._ready.popleft()
            try:
                pending = self._judge._submit(job)
            except BaseException:
                self._judge._slots.release()
                raise
            if isinstance(pending, RunResult):
                self._judge._slots.release()
                self._advance(index, steps, pending)
                continue
            self._flights[pending.fileno()] = _Flight(index, steps, job, pending, retried)
            self._poller.register(pending.fileno(), select.POLLIN)

    def _wait(self) -> None:
        now = time.monotonic()
        watched = [flight for flight in self._flights.values() if flight.pending.scratch is not None]
        patience = min(flight.pending.give_up_at for flight in self._flights.values()) - now
        pause = min(patience, SCRATCH_TICK) if watched else patience
        ended = [descriptor for descriptor, _event in self._poller.poll(max(0.0, pause * 1000 + 0.5))]
        for descriptor in ended:
            self._land(self._flights[descriptor])
        if not ended:
            self._look_after(watched)

    def _look_after(self, watched: list[_Flight]) -> None:
        for flight in watched:
            flight.pending.watch()
        now = time.monotonic()
        for flight in list(self._flights.values()):
            if now > flight.pending.give_up_at:
                self._land(flight)

    def _land(self, flight: _Flight) -> None:
        descriptor = flight.pending.fileno()
        self._poller.unregister(descriptor)
        del self._flights[descriptor]
        try:
            result = flight.pending.finish()
        except SandboxLost as error:
            if not flight.retried:
                self._ready.appendleft((flight.index, flight.steps, flight.job, True))
                return
            result = RunResult("sandbox_lost", str(error))
        finally:
            self._judge._slots.release()
        self._advance(flight.index, flight.steps, result)

    def abandon(self) -> None:
        """Kill what is still in the air."""
        for flight in self._flights.values():
            flight.pending.release()
            self._judge._slots.release()
        self._flights.clear()


_default: Judge | None = None
_default_lock = threading.Lock()


def default_judge() -> Judge:
    """The process's own judge, made on first use and closed at exit."""
    global _default
    with _default_lock:
        if _default is None:
            _default = Judge()
            atexit.register(_default.close)
        return _default


def _after_fork() -> None:
    global _default, _default_lock
    _default_lock = threading.Lock()
    if _default is not None:
        _default._forget()


os.register_at_fork(after_in_child=_after_fork)

__all__ = ["Judge", "Steps", "default_judge", "ScratchFull"]
