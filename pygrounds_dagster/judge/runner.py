"""Runs, waited for: one at a time, many at once, in a thread or on an event loop.

Here: the ``Judge`` with its sandboxes, the slots that bound how many runs are alive, driving step-wise work.
Not here: the sandbox itself (``sandbox``), verdicts (``verdict``).
"""

from __future__ import annotations

import asyncio
import atexit
import os
import threading
import time
import weakref
from collections.abc import Iterable, Iterator
from typing import TypeVar

from .driver import Driver, Steps
from .jobs import Job, RefusedError, RunResult
from .limits import Mode
from .pending import Pending, SandboxLostError
from .sandbox import JudgeUnavailableError, Sandbox, Standing
from .slots import Slots
from .wire import SCRATCH_TICK

T = TypeVar("T")

MAX_SANDBOXES = 6
_TIERS = "CBA"


class Judge:
    """Runs programs in sandboxes of its own, at most ``parallel`` at once. Threads and loops may share it.

    Sandboxes start on first use, one for each mode and hash seed, and again if they die.
    """

    def __init__(self, *, parallel: int | None = None, queue: int = 1024, require_tier: str = "C") -> None:
        """``require_tier``: refuse to work in a lower tier than this (``A`` in production).

        Raises:
            ValueError: a nonsensical argument.
        """
        if require_tier not in _TIERS:
            raise ValueError(f"require_tier must be A, B or C, not {require_tier!r}")
        self.parallel = parallel or len(os.sched_getaffinity(0))
        self._require = require_tier
        self._queue = queue
        self._slots = Slots(self.parallel, queue)
        self._sandboxes: dict[tuple[Mode, int], Sandbox] = {}
        self._lock = threading.Lock()
        _judges.add(self)

    def standing(self, mode: Mode = "strict") -> Standing:
        """Layers and tier of the sandbox for ``mode``, started if need be.

        Raises:
            JudgeUnavailableError: it cannot be had.
        """
        return self._sandbox(mode, 0).standing

    def sandbox_pids(self) -> list[int]:
        """Process ids of the sandboxes alive."""
        with self._lock:
            return [sandbox.pid for sandbox in self._sandboxes.values() if sandbox.alive()]

    def _sandbox(self, mode: Mode, seed: int) -> Sandbox:
        found = self._sandboxes.get((mode, seed))
        if found is not None and found.alive():  # the common case waits for nobody who starts another
            return found
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
            raise JudgeUnavailableError(
                f"tier {self._require} is required and this machine gives tier {sandbox.standing.tier}; "
                "`pygrounds judge doctor` names the missing layers"
            )
        return sandbox

    def _retire(self) -> None:
        """Make room: end the oldest idle sandbox when too many seeds are in use."""
        if len(self._sandboxes) < MAX_SANDBOXES:
            return
        for key, sandbox in self._sandboxes.items():
            if sandbox.runs == 0:
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
        self.__init__(parallel=self.parallel, queue=self._queue, require_tier=self._require)  # type: ignore[misc]

    # --- one run ------------------------------------------------------------------------------------------

    def _submit(self, job: Job) -> Pending | RunResult:
        """Start a run in a live sandbox; what cannot even start comes as its result."""
        try:
            for attempt in (1, 2):
                try:
                    return self._sandbox(job.mode, job.seed).submit(job)
                except SandboxLostError:
                    if attempt == 2:
                        raise
        except RefusedError as error:
            return RunResult(error.status, str(error))
        except SandboxLostError as error:
            return RunResult("sandbox_lost", str(error))
        raise AssertionError("unreachable")

    def run(self, job: Job) -> RunResult:
        """Run one job and wait for it.

        Raises:
            JudgeUnavailableError: nothing can be run safely here.
        """
        return next(self.drive([_single(job)]))[1]

    async def run_async(self, job: Job) -> RunResult:
        """``run`` for an event loop. Cancelling kills the run.

        Raises:
            JudgeUnavailableError: nothing can be run safely here.
        """
        try:
            ticket = self._slots.ticket()
        except RefusedError as error:
            return RunResult(error.status, str(error))
        await asyncio.wrap_future(ticket)
        try:
            for _attempt in (1, 2):
                pending = await self._submit_async(job)
                if isinstance(pending, RunResult):
                    return pending
                try:
                    await _ended(pending)
                    return pending.finish()
                except SandboxLostError as error:
                    lost = RunResult("sandbox_lost", str(error))
                finally:
                    pending.release()
            return lost
        finally:
            self._slots.return_ticket()

    async def _submit_async(self, job: Job) -> Pending | RunResult:
        sandbox = self._sandboxes.get((job.mode, job.seed))
        if sandbox is None or not sandbox.alive():  # starting takes a third of a second: not on the loop
            return await asyncio.to_thread(self._submit, job)
        return self._submit(job)

    # --- many ---------------------------------------------------------------------------------------------

    def drive(self, work: Iterable[Steps[T]]) -> Iterator[tuple[int, T]]:
        """Advance many step-wise works at once; yields (position, what it returned) as each is done.

        Raises:
            JudgeUnavailableError: nothing can be run safely here.
        """
        driver = Driver(enumerate(work), self._submit, self._slots, self.parallel)
        try:
            yield from driver.results()
        finally:
            driver.abandon()

    async def drive_async(self, steps: Steps[T]) -> T:
        """Advance one step-wise work on an event loop; gather several for many.

        Raises:
            JudgeUnavailableError: nothing can be run safely here.
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


async def _ended(pending: Pending) -> None:
    """Wait until the run has ended or patience is over; look after its scratch directory meanwhile."""
    loop = asyncio.get_running_loop()
    ended = asyncio.Event()
    loop.add_reader(pending.fileno(), ended.set)
    try:
        while not ended.is_set() and (patience := pending.give_up_at - time.monotonic()) > 0:
            pause = min(patience, SCRATCH_TICK) if pending.scratch is not None else patience
            try:
                await asyncio.wait_for(ended.wait(), pause)
            except TimeoutError:
                pending.watch()
    finally:
        loop.remove_reader(pending.fileno())


_judges: weakref.WeakSet[Judge] = weakref.WeakSet()
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
    global _default_lock
    _default_lock = threading.Lock()
    for judge in list(_judges):
        judge._forget()


os.register_at_fork(after_in_child=_after_fork)
