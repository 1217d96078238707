"""Who executes a run: a process named so that a reused pid is never taken for it.

Every run carries the tag :data:`WORKER_TAG`, whatever started it. The value holds host, boot id, pid and the
process's start time; after a crash or a reboot it tells a dead worker from a living one.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psutil

WORKER_TAG = "pygrounds/worker"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
_START_TOLERANCE = 0.05


@cache
def _machine() -> str:
    """Host and boot: a pid means nothing on another machine or after a reboot."""
    boot = _BOOT_ID.read_text().strip()[:8] if _BOOT_ID.exists() else str(int(psutil.boot_time()))
    return f"{socket.gethostname()}/{boot}"


@dataclass(frozen=True, slots=True)
class Worker:
    """A process that executes a run.

    Attributes:
        machine: host name and boot id.
        pid: process id there.
        started: start time of the process, seconds since the epoch as the kernel counts them.
    """

    machine: str
    pid: int
    started: float

    def __str__(self) -> str:
        return f"{self.machine}/{self.pid}/{self.started:.2f}"

    @property
    def is_local(self) -> bool:
        """Whether this machine, in this boot, can know the process."""
        return self.machine == _machine()

    @property
    def was_on_this_host(self) -> bool:
        """Whether it ran on this host, perhaps before a reboot."""
        return self.machine.split("/")[0] == _machine().split("/")[0]

    def is_alive(self) -> bool:
        """Whether the process still runs; a zombie or another process with its pid does not count."""
        if not self.is_local:
            return False
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) <= _START_TOLERANCE
            return same and process.status() != psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return False


def worker_of(pid: int) -> Worker:
    """The worker that a process of this machine is.

    Raises:
        psutil.NoSuchProcess: there is none with this pid.
    """
    return Worker(_machine(), pid, psutil.Process(pid).create_time())


def this_worker() -> Worker:
    """The worker that the calling process is."""
    return worker_of(os.getpid())


def parse_worker(tag: str) -> Worker:
    """Read a tag written by ``str(worker)``.

    Raises:
        ValueError: the text is not one.
    """
    host, boot, pid, started = tag.rsplit("/", 3)
    return Worker(f"{host}/{boot}", int(pid), float(started))
