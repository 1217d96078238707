"""Files that a run has removed and still holds open: on the disk, and in no directory.

Here: the zygote's look at the descriptors of its children, which alone shows such files. Not here: what lies
in the scratch directory, and the quota over both (``scratch``).

The zygote looks by number and learns numbers: no name that a program chose comes into its memory. Nothing but
a descriptor can keep a removed file: a run may map no file into memory, nor pass a descriptor on
(``filters``).
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

_BLOCK = 512  # the unit of st_blocks, whatever the file system


class Files:
    """Sight of /proc for a process that will not be able to name it any more."""

    def __init__(self, base: int) -> None:
        """Open /proc; ``base`` is a directory of the file system that the runs write to.

        Raises:
            OSError: there is no /proc.
        """
        self._processes = os.open("/proc", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._device = os.fstat(base).st_dev

    def held(self, pid: int, descriptors: int) -> int:
        """Bytes of removed files behind a child's descriptors below ``descriptors``, each file once."""
        sizes: dict[int, int] = {}
        for number in range(descriptors):
            with suppress(OSError):  # closed, or the child is just ending: it holds nothing then
                found = self.status(pid, number)
                if not found.st_nlink and found.st_dev == self._device and stat.S_ISREG(found.st_mode):
                    sizes[found.st_ino] = max(found.st_size, found.st_blocks * _BLOCK)
        return sum(sizes.values())

    def status(self, pid: int, descriptor: int) -> os.stat_result:
        """What an open descriptor of a child stands for.

        Raises:
            OSError: it is not open, or out of this process' sight.
        """
        return os.stat(f"{pid}/fd/{descriptor}", dir_fd=self._processes)
