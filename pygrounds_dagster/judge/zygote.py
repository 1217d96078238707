"""The zygote: loads the library, locks itself, then forks one child per order and reports how it ended.

Here: start-up and the loop. It sees numbers and descriptors (``wire``), never a payload. Not here: the
judge's end of the socket (``sandbox``).
"""

from __future__ import annotations

import gc
import json
import os
import resource
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass

from . import child, kernel, layers, preload, selftest
from .limits import Mode
from .wire import (
    FINISHED,
    NOT_STARTED,
    REMOVED,
    SCRATCH_TICK,
    STATUS,
    TIMED_OUT,
    Order,
    Report,
    unpack_order,
)

_MESSAGE = 4096
_MAX_FDS = 8
_THREAD_STACK = 4 * 1024 * 1024  # as many as a run may start fit into half of its memory


@dataclass
class _Run:
    """A living child."""

    pid: int
    status: int
    started: float
    deadline: float
    order: Order
    removed: int | None = None
    """Where to note the removed files that it holds; of files runs."""
    timed_out: bool = False


class _Loop:
    """Orders in, children forked, reports out, until the judge's end of the socket closes."""

    def __init__(self, control: socket.socket, wake: int, lock: layers.Lock) -> None:
        self._control = control
        self._lock = lock
        self._runs: dict[int, _Run] = {}
        self._by_status: dict[int, _Run] = {}
        self._poller = select.poll()
        self._pid = os.getpid()
        self._open = True
        self._wake = wake
        self._next_look = 0.0
        self._poller.register(wake, select.POLLIN)
        self._poller.register(control, select.POLLIN)

    def serve(self) -> None:
        while self._open:
            for descriptor, event in self._poller.poll(self._timeout()):
                if descriptor == self._wake:
                    os.read(self._wake, 4096)
                elif descriptor == self._control.fileno():
                    self._accept()
                elif event:
                    os.kill(self._by_status[descriptor].pid, signal.SIGKILL)  # the judge gave the run up
                    self._poller.unregister(self._by_status.pop(descriptor).status)
            self._reap()
            self._expire()
            self._note_removed_files()
        for run in self._runs.values():
            os.kill(run.pid, signal.SIGKILL)

    def _timeout(self) -> float | None:
        waiting = [run.deadline for run in self._runs.values() if not run.timed_out]
        if any(run.removed is not None for run in self._runs.values()):
            waiting.append(self._next_look)
        return max(0.0, (min(waiting) - time.monotonic()) * 1000 + 0.5) if waiting else None

    def _accept(self) -> None:
        message, received, _flags, _address = socket.recv_fds(self._control, _MESSAGE, _MAX_FDS)
        if not message:
            self._open = False
            return
        try:
            self._start(message, received)
        finally:
            for descriptor in received:
                os.close(descriptor)

    def _start(self, message: bytes, received: list[int]) -> None:
        order = unpack_order(message)
        started = time.monotonic()
        try:
            pid = os.fork()
        except OSError as error:
            _tell(received[STATUS], Report(NOT_STARTED, errno=error.errno or 0))
            return
        if pid == 0:
            child.run(order, received, self._lock, self._pid)
        run = _Run(pid, os.dup(received[STATUS]), started, started + order.wall_ms / 1000, order)
        if len(received) > REMOVED:
            run.removed = os.dup(received[REMOVED])
        self._runs[pid] = self._by_status[run.status] = run
        self._poller.register(run.status, select.POLLRDHUP)

    def _reap(self) -> None:
        while self._runs:
            pid, status, usage = os.wait4(-1, os.WNOHANG)
            if pid == 0:
                return
            self._finish(self._runs.pop(pid), status, usage)

    def _finish(self, run: _Run, status: int, usage: resource.struct_rusage) -> None:
        report = Report(
            TIMED_OUT if run.timed_out else FINISHED,
            wait_status=status,
            cpu_us=round((usage.ru_utime + usage.ru_stime) * 1e6),
            wall_us=round((time.monotonic() - run.started) * 1e6),
            peak_kib=usage.ru_maxrss,
        )
        if self._by_status.pop(run.status, None) is not None:
            self._poller.unregister(run.status)
        _tell(run.status, report)
        os.close(run.status)
        if run.removed is not None:
            os.close(run.removed)

    def _expire(self) -> None:
        now = time.monotonic()
        for run in self._runs.values():
            if now >= run.deadline and not run.timed_out:
                run.timed_out = True
                os.kill(run.pid, signal.SIGKILL)

    def _note_removed_files(self) -> None:
        """Tell the judge, which knows the rest of a run's scratch directory and the quota."""
        now = time.monotonic()
        if now < self._next_look or self._lock.removed is None:
            return
        for run in self._runs.values():
            if run.removed is not None:
                held = self._lock.removed.held(run.pid, run.order.open_files)
                os.pwrite(run.removed, held.to_bytes(8, "little"), 0)
        self._next_look = now + SCRATCH_TICK


def _watch_children() -> int:
    """A pipe that becomes readable with every SIGCHLD; made before the lock, which stops fstat."""
    reader, writer = os.pipe()
    for end in (reader, writer):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, _ignore)
    return reader


def _ignore(_signal: int, _frame: object) -> None:
    """SIGCHLD's work is done by the wake-up pipe."""


def _tell(status: int, report: Report) -> None:
    try:
        os.write(status, report.pack())
    except (BrokenPipeError, ConnectionResetError):  # the judge gave the run up meanwhile
        return


def _add_site_names() -> None:
    """What an interpreter with ``site`` has among its built-in names, and programs end themselves with."""
    import _sitebuiltins
    import builtins

    builtins.exit = _sitebuiltins.Quitter("exit", "Ctrl-D (i.e. EOF)")
    builtins.quit = _sitebuiltins.Quitter("quit", "Ctrl-D (i.e. EOF)")
    builtins.help = _sitebuiltins._Helper()


def _prepare_process() -> None:
    """Settings that children inherit."""
    _add_site_names()
    with open("/proc/self/oom_score_adj", "w") as score:
        score.write("900")  # short of memory, the kernel should take a run, not the judge
    os.umask(0o077)
    os.environ.clear()
    os.environ.update(HOME="/", LANG="C.UTF-8", TZ="UTC")
    time.tzset()


def _stand_at_root() -> None:
    """What a strict run hears of its working directory.

    It has one without a name, if any: to resolve a relative path is no reason for a program to fail.
    """
    os.getcwd = lambda: "/"
    os.getcwdb = lambda: b"/"


def main(mode: Mode, control_fd: int, base: int | None) -> None:
    """Become a zygote; returns when the judge hangs up.

    The first message to the judge is JSON: layers, uid, pid and the findings of the self-test. If those are
    not enough for ``mode`` the process ends after it.
    """
    control = socket.socket(fileno=control_fd)
    finder = preload.load()
    _prepare_process()
    wake = _watch_children()
    lock = layers.take(mode, base)
    sys.meta_path.insert(2, finder)
    del sys.meta_path[3:]
    if mode == "files":
        from importlib.machinery import PathFinder

        sys.meta_path.append(PathFinder)
        kernel.share_heap(_THREAD_STACK)
    else:
        _stand_at_root()
    sys.path[:] = []
    enough = layers.serves(lock.layers, mode)
    leaks = selftest.leaks(lock) if enough else []
    gc.collect()
    gc.freeze()
    control.send(
        json.dumps(
            {"layers": lock.layers, "uid": os.getuid(), "abi": lock.landlock_abi, "leaks": leaks}
        ).encode()
    )
    if enough and not leaks:
        _Loop(control, wake, lock).serve()
