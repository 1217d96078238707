"""One thread's loop over many works: fill the slots, wait on all status sockets, pass results on.

Here: the driver behind ``Judge.drive``. Not here: the event loop's way (``runner``), sandboxes (``sandbox``).
"""

from __future__ import annotations

import select
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from .jobs import Job, RefusedError, RunResult
from .pending import Pending, SandboxLostError
from .slots import Slots
from .wire import SCRATCH_TICK

T = TypeVar("T")
Steps = Generator[Job, RunResult, T]
"""Work that needs runs: yields jobs, is sent their results, returns what it found."""


@dataclass
class _Work(Generic[T]):
    """A step-wise work that wants its next run, or waits for it."""

    index: int
    steps: Steps[T]
    job: Job
    retried: bool = False


@dataclass
class _Flight(Generic[T]):
    """A run in the air."""

    work: _Work[T]
    pending: Pending


class Driver(Generic[T]):
    """Advances the works of ``source``, at most ``parallel`` runs of them at once."""

    def __init__(
        self,
        source: Iterator[tuple[int, Steps[T]]],
        submit: Callable[[Job], Pending | RunResult],
        slots: Slots,
        parallel: int,
    ) -> None:
        self._source = source
        self._submit = submit
        self._slots = slots
        self._parallel = parallel
        self._more = True
        self._ready: deque[_Work[T]] = deque()
        self._done: deque[tuple[int, T]] = deque()
        self._flights: dict[int, _Flight[T]] = {}
        self._poller = select.poll()

    def results(self) -> Iterator[tuple[int, T]]:
        """Position and return value of each work, as it is done."""
        while self._more or self._ready or self._flights or self._done:
            while self._done:
                yield self._done.popleft()
            self._take_work()
            self._launch()
            if self._flights:
                self._wait()

    def abandon(self) -> None:
        """Kill what is still in the air."""
        for flight in self._flights.values():
            flight.pending.release()
            self._slots.release()
        self._flights.clear()

    def _take_work(self) -> None:
        while self._more and len(self._ready) < self._parallel:
            entry = next(self._source, None)
            if entry is None:
                self._more = False
            else:
                self._advance(entry[0], entry[1], None)

    def _advance(self, index: int, steps: Steps[T], result: RunResult | None) -> None:
        try:
            job = next(steps) if result is None else steps.send(result)
            self._ready.append(_Work(index, steps, job))
        except StopIteration as done:
            self._done.append((index, done.value))

    def _launch(self) -> None:
        """Start what is ready, as far as there are slots; waits for one only if nothing is in the air."""
        while self._ready:
            if not self._slots.try_acquire():
                if self._flights:
                    return
                try:
                    self._slots.acquire()
                except RefusedError as error:
                    work = self._ready.popleft()
                    self._advance(work.index, work.steps, RunResult(error.status, str(error)))
                    continue
            self._start(self._ready.popleft())

    def _start(self, work: _Work[T]) -> None:
        try:
            pending = self._submit(work.job)
        except BaseException:
            self._slots.release()
            raise
        if isinstance(pending, RunResult):
            self._slots.release()
            self._advance(work.index, work.steps, pending)
            return
        self._flights[pending.fileno()] = _Flight(work, pending)
        self._poller.register(pending.fileno(), select.POLLIN)

    def _wait(self) -> None:
        """Wait until a run has ended, a scratch directory wants a look, or patience is over."""
        watched = [flight for flight in self._flights.values() if flight.pending.scratch is not None]
        patience = min(flight.pending.give_up_at for flight in self._flights.values()) - time.monotonic()
        pause = min(patience, SCRATCH_TICK) if watched else patience
        ended = [descriptor for descriptor, _event in self._poller.poll(max(0.0, pause * 1000 + 0.5))]
        for descriptor in ended:
            self._land(self._flights[descriptor])
        for flight in watched:
            if flight.pending.fileno() in self._flights:
                flight.pending.watch()
        now = time.monotonic()
        for flight in [flight for flight in self._flights.values() if now > flight.pending.give_up_at]:
            self._land(flight)

    def _land(self, flight: _Flight[T]) -> None:
        work, descriptor = flight.work, flight.pending.fileno()
        self._poller.unregister(descriptor)
        del self._flights[descriptor]
        try:
            result = flight.pending.finish()
        except SandboxLostError as error:
            if not work.retried:
                work.retried = True
                self._ready.appendleft(work)
                return
            result = RunResult("sandbox_lost", str(error))
        finally:
            self._slots.release()
        self._advance(work.index, work.steps, result)
