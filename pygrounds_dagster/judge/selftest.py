"""The proof at start: a throw-away child under the full lock tries what must fail.

Here: the attempts. A lock that lets one through is no lock, whatever its layers say, and the judge refuses to
start. Not here: the large corpus of attacks, which belongs to the tests.
"""

from __future__ import annotations

import mmap
import os
import signal
import socket
from collections.abc import Callable

from . import kernel, landlock, removed
from .layers import Lock


def _open() -> None:
    os.close(os.open("/proc/self/status", os.O_RDONLY))


def _open_outside() -> None:
    os.close(os.open("/etc/passwd", os.O_RDONLY))


def _fork() -> None:
    if os.fork() == 0:
        os._exit(0)


def _exec() -> None:
    os.execv("/bin/true", ["true"])


def _executable_memory() -> None:
    mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_EXEC).close()


ATTEMPTS: tuple[tuple[str, Callable[[], object]], ...] = (
    ("open a file of the system", _open),
    ("open /etc/passwd", _open_outside),
    ("make a socket", lambda: socket.socket(socket.AF_INET).close()),
    ("fork", _fork),
    ("execute a program", _exec),
    ("signal another process", lambda: os.kill(os.getppid(), 0)),
    ("map executable memory", _executable_memory),
    ("change root", lambda: os.chroot(".")),
)


def _try_all(lock: Lock) -> int:
    """Bit mask of the attempts that went through."""
    lock.lock_child()
    mask = 0
    for bit, (_name, attempt) in enumerate(ATTEMPTS):
        try:
            attempt()
        except OSError:  # refused, as it must be
            continue
        mask |= 1 << bit
    return mask


def _signal_lost(lock: Lock) -> bool:
    """Whether even the fatal calls do not kill: the filter is not there."""
    pid = os.fork()
    if pid == 0:
        lock.lock_child()
        landlock.abi()
        try:
            kernel.call("ptrace", 0, 0, 0, 0)
        finally:
            os._exit(0)
    status = os.waitpid(pid, 0)[1]
    return not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGSYS)


def _hides(files: removed.Files, pid: int, descriptor: int) -> bool:
    """Whether a child's descriptor, which this process has too, is out of the zygote's sight."""
    try:
        return not os.path.samestat(files.status(pid, descriptor), os.fstat(descriptor))
    except OSError:  # refused or not there: a /proc mounted for each user's own eyes
        return True


def leaks(lock: Lock) -> list[str]:
    """Names of the attempts that were not stopped; empty is good."""
    reader, writer = os.pipe()
    gate, opener = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(opener)
            os.write(writer, _try_all(lock).to_bytes(4, "little"))
            os.read(gate, 1)  # stay until the zygote has looked
        finally:
            os._exit(0)
    os.close(writer)
    answer = os.read(reader, 4)
    hidden = lock.removed is not None and _hides(lock.removed, pid, gate)
    for descriptor in (reader, gate, opener):
        os.close(descriptor)
    os.waitpid(pid, 0)
    if len(answer) != 4:
        return ["finish the self-test"]
    mask = int.from_bytes(answer, "little")
    found = [name for bit, (name, _attempt) in enumerate(ATTEMPTS) if mask >> bit & 1]
    found += ["hide removed files that it holds open (/proc shows no descriptors)"] if hidden else []
    return [*found, "trace a process"] if _signal_lost(lock) else found
