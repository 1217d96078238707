"""The few kernel services that Python's library does not offer, called through libc by ctypes.

Here: one function a service, errors as OSError. Not here: in which order they lock a process (``layers``).
"""

from __future__ import annotations

import ctypes
import os
import struct
import threading

from .bpf import Program
from .syscalls import this_machine

_LIBC = ctypes.CDLL(None, use_errno=True)
_MACHINE = this_machine()

CLONE_NEWNS, CLONE_NEWUTS, CLONE_NEWIPC = 0x00020000, 0x04000000, 0x08000000
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
CAP_SYS_CHROOT = 18

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_KEEPCAPS, _PR_SET_NO_NEW_PRIVS = 1, 4, 8, 38
_PR_CAP_AMBIENT, _PR_CAP_AMBIENT_CLEAR_ALL = 47, 4
_SECCOMP_SET_MODE_FILTER = 1
_CAPABILITY_VERSION_3 = 0x20080522
_M_ARENA_MAX = -8  # mallopt(3)


def call(name: str, *arguments: int | bytes | ctypes.Array[ctypes.c_char] | None) -> int:
    """The system call ``name``; integers are passed as 64 bits, bytes by address.

    Raises:
        OSError: with the kernel's errno and the call's name, or ENOSYS where the machine has no such call.
    """
    number = _MACHINE.number(name)
    if number is None:
        raise OSError(38, f"{name}: no such call on {_MACHINE.name}")
    converted = [ctypes.c_long(value) if isinstance(value, int) else value for value in arguments]
    result = int(_LIBC.syscall(ctypes.c_long(number), *converted))
    if result == -1:
        errno = ctypes.get_errno()
        raise OSError(errno, f"{name}: {os.strerror(errno)}")
    return result


def die_with_parent(parent: int) -> None:
    """SIGKILL this process when its parent dies; ends it at once if that has happened already."""
    call("prctl", _PR_SET_PDEATHSIG, 9, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def show_to_own_user() -> None:
    """Let processes of the same uid look at this one in /proc; a change of uid has taken that away."""
    call("prctl", _PR_SET_DUMPABLE, 1, 0, 0, 0)


def no_new_privileges() -> None:
    """Set-uid programs and file capabilities give nothing from now on; unprivileged filters need it."""
    call("prctl", _PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)


class Filter:
    """A filter laid out in memory ahead of time; ``install`` only fills in the pid.

    A child has no time to assemble, and every page it touches anew is copied.
    """

    def __init__(self, program: Program) -> None:
        packed = program.pack()
        self._code = ctypes.create_string_buffer(packed, len(packed))
        address = ctypes.addressof(self._code)
        self._slots = [ctypes.c_uint32.from_address(address + 8 * slot + 4) for slot in program.pid_slots]
        self._header = struct.pack("HxxxxxxP", len(packed) // 8, address)

    def install(self) -> None:
        """Put the filter on this (single-threaded) process for good, with its pid."""
        pid = os.getpid()
        for slot in self._slots:
            slot.value = pid
        call("seccomp", _SECCOMP_SET_MODE_FILTER, 0, self._header)


def keep_capabilities_over_setuid() -> None:
    """Permitted capabilities survive the coming change of uid (the effective ones do not)."""
    call("prctl", _PR_SET_KEEPCAPS, 1, 0, 0, 0)


def set_capabilities(*capabilities: int) -> None:
    """Keep exactly these capabilities, permitted and effective; none is inheritable or ambient."""
    mask = sum(1 << capability for capability in capabilities)
    low, high = mask & 0xFFFFFFFF, mask >> 32
    header = struct.pack("Ii", _CAPABILITY_VERSION_3, 0)
    call("capset", header, struct.pack("6I", low, low, 0, high, high, 0))


def capabilities() -> int:
    """Bit mask of the effective capabilities."""
    data = ctypes.create_string_buffer(24)
    call("capget", struct.pack("Ii", _CAPABILITY_VERSION_3, 0), data)
    words = struct.unpack("6I", data.raw)
    return int(words[0]) | int(words[3]) << 32


def unshare(flags: int) -> None:
    """Move into new namespaces."""
    call("unshare", flags)


def share_heap(threads_stack: int) -> None:
    """Let the threads of this process and its children take little address space each.

    One heap for all of them, where glibc would reserve 64 MiB each, and stacks of this many bytes.
    """
    threading.stack_size(threads_stack)
    if hasattr(_LIBC, "mallopt"):  # glibc's; others have one heap anyway
        _LIBC.mallopt(_M_ARENA_MAX, 1)


def close_from(first: int) -> None:
    """Close every descriptor from ``first`` on."""
    try:
        call("close_range", first, 0xFFFFFFFF, 0)
    except OSError:  # kernels before 5.9
        os.closerange(first, 4096)
