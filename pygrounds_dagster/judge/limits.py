"""What one run may use, and the words for how it ended.

Here: limits with their defaults, modes, statuses. Not here: enforcing (``zygote``, ``child``, ``runner``).
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Literal

Mode = Literal["strict", "files"]
"""strict: no file is there and none can be opened. files: a scratch directory of its own, and threads; files
cannot be mapped into memory (``mmap``, the write-ahead log of SQLite)."""

Status = Literal[
    "ok",  # ran to its end and answered every call
    "error",  # the program itself raised, does not compile, or lacks what was called
    "no_answer",  # the process ended by itself before the last answer was given
    "time_limit",
    "memory_limit",
    "output_limit",  # a stream or the answers grew beyond their cap
    "file_limit",  # scratch directory: too many entries or bytes
    "source_limit",
    "input_limit",  # stdin or arguments larger than allowed, too many calls
    "crash",  # ended by a signal of its own making (segmentation fault, abort)
    "violation",  # made a system call that no honest program makes
    "sandbox_lost",  # the sandbox died under the run, twice
    "refused",  # the judge could not run it: no tier for this mode, queue full
]

MIB = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Limits of one run. Sizes are bytes, times seconds.

    ``memory`` is address space beyond what the interpreter itself maps. ``streams`` caps stdout, stderr and
    the answers each. ``scratch_*`` and ``threads`` apply to the files mode.
    """

    cpu: float = 2.0
    wall: float = 5.0
    memory: int = 512 * MIB
    stack: int = 8 * MIB
    open_files: int = 32
    streams: int = MIB
    source: int = 256 * 1024
    stdin: int = MIB
    arguments: int = MIB
    calls: int = 64
    scratch_bytes: int = 32 * MIB
    scratch_entries: int = 256
    threads: int = 64

    def __post_init__(self) -> None:
        for entry in fields(self):
            value = getattr(self, entry.name)
            if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
                raise ValueError(f"limit {entry.name!r} must be a positive number, not {value!r}")
            if entry.type == "int" and not isinstance(value, int):
                raise ValueError(f"limit {entry.name!r} must be a whole number, not {value!r}")
        if self.open_files < 8:
            raise ValueError("limit 'open_files' below 8 leaves no room for the streams")


DEFAULT_LIMITS = Limits()
