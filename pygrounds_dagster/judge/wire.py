"""The fixed-size messages between the judge and its zygote.

Here: struct layouts. Numbers and descriptors only: no byte of a program or of its input passes through the
zygote, or one student's data could be read in the next one's memory.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

# Descriptors that travel with an order, in this sequence; files runs add the scratch directory, and a memory
# file in which the zygote notes how many bytes of removed files the run holds open (8 bytes, little-endian).
STATUS, REQUEST, STDIN, STDOUT, STDERR, RESULT, SCRATCH, REMOVED = range(8)

SCRATCH_TICK = 0.025
"""Seconds between two looks at what a files run keeps on disk."""

_ORDER = struct.Struct("<8Q")
_REPORT = struct.Struct("<I5Q")
REPORT_SIZE = _REPORT.size

FINISHED, TIMED_OUT, NOT_STARTED, NOT_LOCKED = range(4)


@dataclass(frozen=True)
class Order:
    """One run: seconds of CPU (rounded up), wall milliseconds, bytes and counts."""

    cpu: int
    wall_ms: int
    memory: int
    stack: int
    open_files: int
    file_size: int
    tasks: int
    """RLIMIT_NPROC, 0 for leaving it alone."""
    reserved: int = 0

    def pack(self) -> bytes:
        """The message."""
        return _ORDER.pack(*vars(self).values())


@dataclass(frozen=True)
class Report:
    """How a run ended: ``kind``, then wait status, CPU and wall microseconds, peak resident KiB, errno."""

    kind: int
    wait_status: int = 0
    cpu_us: int = 0
    wall_us: int = 0
    peak_kib: int = 0
    errno: int = 0

    def pack(self) -> bytes:
        """The message."""
        return _REPORT.pack(*vars(self).values())


def unpack_order(data: bytes) -> Order:
    """The order in a message of exactly its size."""
    return Order(*_ORDER.unpack(data))


def unpack_report(data: bytes) -> Report:
    """The report in a message of exactly its size."""
    return Report(*_REPORT.unpack(data))
