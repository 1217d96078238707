"""How many runs may be alive at once, shared by threads and event loops.

Here: the slots. Not here: what is run in one (``runner``, ``driver``).
"""

from __future__ import annotations

import threading
from collections import deque
from concurrent.futures import Future

from .jobs import RefusedError


class Slots:
    """A semaphore that threads and event loops share, first come first served, with a bounded queue."""

    def __init__(self, count: int, queue: int) -> None:
        self._free = count
        self._queue = queue
        self._waiting: deque[Future[None]] = deque()
        self._lock = threading.Lock()
        self._held = threading.local()

    def try_acquire(self) -> bool:
        """Take a slot if one is free."""
        with self._lock:
            if self._free <= 0:
                return False
            self._free -= 1
        self._count(1)
        return True

    def acquire(self) -> None:
        """Wait for a slot.

        A thread that holds slots already, in a batch whose results it is just reading, gets one more at once:
        waiting for itself it would wait for ever.

        Raises:
            RefusedError: too many wait already.
        """
        if getattr(self._held, "count", 0):
            with self._lock:
                self._free -= 1
        else:
            self.ticket().result()
        self._count(1)

    def ticket(self) -> Future[None]:
        """A future that is done when its owner holds a slot.

        Raises:
            RefusedError: too many wait already.
        """
        future: Future[None] = Future()
        with self._lock:
            if self._free > 0:
                self._free -= 1
                future.set_result(None)
            elif len(self._waiting) >= self._queue:
                raise RefusedError("refused", f"{self._queue} runs are waiting already; try again later")
            else:
                self._waiting.append(future)
        return future

    def release(self) -> None:
        """Give back a slot that this thread acquired."""
        self._count(-1)
        self.return_ticket()

    def return_ticket(self) -> None:
        """Give a ticket's slot back, to the first who still waits for one."""
        with self._lock:
            while self._free >= 0 and self._waiting:
                future = self._waiting.popleft()
                if future.set_running_or_notify_cancel():
                    future.set_result(None)
                    return
            self._free += 1

    def _count(self, change: int) -> None:
        self._held.count = getattr(self._held, "count", 0) + change
