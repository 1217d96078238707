"""Waiting for processes that are not our children.

What belongs here: that. A zombie counts as gone: it waits for a parent that may never ask (process 1 of many
containers does not), holds nothing and runs nothing.
"""

from __future__ import annotations

import time
from collections.abc import Iterable

import psutil

_POLL_SECONDS = 0.02


def is_gone(process: psutil.Process) -> bool:
    """Whether a process has ended; another one with its recycled id does not hide that."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def wait_gone(processes: Iterable[psutil.Process], timeout: float) -> list[psutil.Process]:
    """Wait until processes have ended.

    Args:
        processes: of any parent.
        timeout: seconds.

    Returns:
        Those that still run after it.
    """
    deadline = time.monotonic() + timeout
    alive = list(processes)
    while alive := [process for process in alive if not is_gone(process)]:
        if time.monotonic() > deadline:
            break
        time.sleep(_POLL_SECONDS)
    return alive
