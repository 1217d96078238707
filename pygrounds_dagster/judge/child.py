"""From the fork to the program: the part of the lock that each run takes for itself.

Here: descriptors, limits, scratch directory, stage 2. Everything in this file is trusted and runs before the
first byte of the request is read. Not here: the program (``program``).
"""

from __future__ import annotations

import fcntl
import os
import resource
import signal
import sys
from errno import ENOLCK

from . import kernel, landlock, program
from .layers import LANDLOCK, Lock
from .wire import NOT_LOCKED, REQUEST, RESULT, SCRATCH, STATUS, STDERR, STDIN, STDOUT, Order, Report

_ABOVE = 100  # received descriptors move here first, so that none is overwritten on its way to its place


def _place_descriptors(received: list[int]) -> tuple[int, int | None]:
    """Streams to 0-4, everything else closed but the status pipe and the scratch directory."""
    moved = [fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, _ABOVE) for fd in received]
    for target, source in enumerate((STDIN, STDOUT, STDERR, RESULT, REQUEST)):
        os.dup2(moved[source], target, inheritable=True)
    status = os.dup2(moved[STATUS], 5)
    scratch = os.dup2(moved[SCRATCH], 6) if len(moved) > SCRATCH else None
    kernel.close_from(6 if scratch is None else 7)
    return status, scratch


def _limit(kind: int, soft: int, hard: int, ceilings: dict[int, int]) -> None:
    """Lower a limit, never above what this process may have."""
    ceiling = ceilings[kind]
    resource.setrlimit(kind, (min(soft, ceiling), min(hard, ceiling)))


def _set_limits(order: Order, lock: Lock) -> None:
    cap = lock.ceilings
    _limit(resource.RLIMIT_STACK, order.stack, order.stack, cap)
    _limit(resource.RLIMIT_FSIZE, order.file_size, order.file_size, cap)
    _limit(resource.RLIMIT_CPU, order.cpu, order.cpu + 1, cap)
    if order.tasks:
        _limit(resource.RLIMIT_NPROC, order.tasks, order.tasks, cap)
    space = lock.address_space + order.memory
    _limit(resource.RLIMIT_AS, space, space, cap)
    _limit(resource.RLIMIT_NOFILE, order.open_files, order.open_files, cap)


def _enter_scratch(lock: Lock, directory: int) -> None:
    """Make the scratch directory the working directory, root where permitted, and all that is reachable."""
    os.fchdir(directory)
    if lock.child_chroot:
        os.chroot(".")
        kernel.set_capabilities()
    if lock.has(LANDLOCK):
        ruleset = landlock.ruleset(lock.landlock_abi, with_scopes=True)
        landlock.allow_beneath(ruleset, directory, lock.landlock_abi)
        landlock.restrict(ruleset)
    os.close(directory)
    sys.path[:] = [""]


def _reset_process() -> None:
    """Undo what the zygote set up for itself."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def lock_down(order: Order, received: list[int], lock: Lock, parent: int) -> None:
    """Take the run's part of the lock; returns only if all of it holds.

    A failure is reported on the status pipe, which is closed before the program starts and so cannot be
    forged, and ends the process.
    """
    status, scratch = _place_descriptors(received)
    try:
        kernel.die_with_parent(parent)
        _reset_process()
        if scratch is not None:
            _enter_scratch(lock, scratch)
        _set_limits(order, lock)
        lock.lock_child()
    except (OSError, ValueError) as error:
        os.write(status, Report(NOT_LOCKED, errno=getattr(error, "errno", None) or ENOLCK).pack())
        os._exit(1)
    os.close(status)


def run(order: Order, received: list[int], lock: Lock, parent: int) -> None:
    """The whole life of a child; never returns."""
    try:
        lock_down(order, received, lock, parent)
        program.main()
        os._exit(0)
    finally:  # whatever a program does to the way back: it must not come out in the zygote's loop
        os._exit(1)
