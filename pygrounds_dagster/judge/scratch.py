"""Scratch directories of files runs: made by the judge, watched, measured, read back, removed.

Here: everything that touches files a program may have made, always by descriptor and without following links.
Not here: confining the program to its directory (``child``).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath

from .jobs import RefusedError
from .limits import Limits

_PREFIX = "pygrounds-judge-"
_MAX_DEPTH = 64
_MAX_STEPS = 10_000  # levels of directories: more than a run can make before it is killed


class ScratchFullError(Exception):
    """A run has more entries or bytes in its directory than it may."""


def _sweep(parent: str) -> None:
    """Remove what judges left behind that were killed: bases of this user that nobody locks any more."""
    with os.scandir(parent) as entries:
        left = [entry.path for entry in entries if entry.name.startswith(_PREFIX)]
    for path in left:
        with contextlib.suppress(OSError):  # not ours, in use, or gone meanwhile
            descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
            try:
                if os.fstat(descriptor).st_uid == os.getuid():
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    shutil.rmtree(path, ignore_errors=True)
            finally:
                os.close(descriptor)


class ScratchBase:
    """The directory that holds one zygote's scratch directories."""

    def __init__(self) -> None:
        parent = tempfile.gettempdir()
        _sweep(parent)
        self.path = tempfile.mkdtemp(prefix=_PREFIX, dir=parent)
        # names inside are unguessable and cannot be listed: runs cannot name each other's directories
        os.chmod(self.path, 0o711)
        self.fd = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        fcntl.flock(self.fd, fcntl.LOCK_EX)  # held as long as the judge or its zygote lives
        self._uid = os.getuid()

    def give_to(self, uid: int) -> None:
        """Scratch directories will belong to ``uid``, the zygote's."""
        self._uid = uid

    def create(self, limits: Limits, files: Mapping[str, bytes]) -> Scratch:
        """A new directory with the given files in it.

        Raises:
            RefusedError: the files are too many, too large, or one's path leaves the directory.
        """
        return Scratch(self, self._uid, limits, files)

    def close(self) -> None:
        """Remove everything."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
            shutil.rmtree(self.path, ignore_errors=True)


class Scratch:
    """One run's directory, and what the zygote notes of files that the run removed from it."""

    def __init__(self, base: ScratchBase, uid: int, limits: Limits, files: Mapping[str, bytes]) -> None:
        _check_given(files, limits)
        self._limits = limits
        self._base = base
        self._name = secrets.token_hex(16)
        os.mkdir(self._name, 0o700, dir_fd=base.fd)
        self.fd = os.open(self._name, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=base.fd)
        self.removed = os.memfd_create("removed", os.MFD_CLOEXEC)
        for name, data in files.items():
            self._put(name, data, uid)
        self._own(self.fd, uid)

    @staticmethod
    def _own(descriptor: int, uid: int) -> None:
        if uid != os.getuid():
            os.fchown(descriptor, uid, uid)

    def _put(self, name: str, data: bytes, uid: int) -> None:
        *parents, last = PurePosixPath(name).parts
        directory = os.dup(self.fd)
        for parent in parents:
            with contextlib.suppress(FileExistsError):
                os.mkdir(parent, 0o700, dir_fd=directory)
            inner = os.open(parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=directory)
            self._own(inner, uid)
            os.close(directory)
            directory = inner
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
        with os.fdopen(os.open(last, flags, 0o600, dir_fd=directory), "wb") as file:
            file.write(data)
            self._own(file.fileno(), uid)
        os.close(directory)

    def _entries(self) -> Iterator[tuple[str, int, str, os.stat_result]]:
        """Directory path, its descriptor, name and status of every entry; links are not followed.

        What its maker may not look into is opened up first: it belongs to this user or this is root.
        """
        for path, directories, files, descriptor in os.fwalk(".", dir_fd=self.fd, follow_symlinks=False):
            if path.count("/") > _MAX_DEPTH:
                raise ScratchFullError(f"directories deeper than {_MAX_DEPTH} levels")
            for name in directories + files:
                with contextlib.suppress(FileNotFoundError):  # it vanished between listing and looking
                    status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
                    if status.st_mode & stat.S_IRWXU != stat.S_IRWXU and not stat.S_ISLNK(status.st_mode):
                        os.chmod(name, stat.S_IRWXU, dir_fd=descriptor)
                    yield path, descriptor, name, status

    def measure(self) -> None:
        """Compare with the quota.

        Raises:
            ScratchFullError: more entries or bytes than allowed.
        """
        size = int.from_bytes(os.pread(self.removed, 8, 0), "little")
        for entries, (_path, _descriptor, _name, status) in enumerate(self._entries(), 1):
            size += max(status.st_size, status.st_blocks * 512) if stat.S_ISREG(status.st_mode) else 0
            if entries > self._limits.scratch_entries:
                raise ScratchFullError(f"more than {self._limits.scratch_entries} files and directories")
            if size > self._limits.scratch_bytes:
                break
        if size > self._limits.scratch_bytes:
            raise ScratchFullError(f"more than {self._limits.scratch_bytes} bytes of files")

    def read_back(self) -> dict[str, bytes]:
        """Regular files by relative path, each up to the stream cap."""
        found: dict[str, bytes] = {}
        for path, descriptor, name, status in self._entries():
            if not stat.S_ISREG(status.st_mode):
                continue
            flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
            with os.fdopen(os.open(name, flags, dir_fd=descriptor), "rb") as file:
                found[str(PurePosixPath(path, name))] = file.read(self._limits.streams)
        return found

    def remove(self) -> None:
        """Remove the directory and close it."""
        if self.fd < 0:
            return
        try:
            _clear(self.fd)
            os.rmdir(self._name, dir_fd=self._base.fd)
        except OSError:  # a run that is only just being killed still makes files: the base goes last
            shutil.rmtree(self._name, ignore_errors=True, dir_fd=self._base.fd)
        finally:
            os.close(self.fd)
            os.close(self.removed)
            self.fd = -1


def _clear(directory: int) -> None:
    """Remove everything beneath an open directory, however deep and whatever its modes.

    Instead of descending, which takes a descriptor a level, the next level is moved up.
    """
    for step in range(_MAX_STEPS):
        names = os.listdir(directory)
        if not names:
            return
        for number, name in enumerate(names):
            if not stat.S_ISDIR(os.stat(name, dir_fd=directory, follow_symlinks=False).st_mode):
                os.unlink(name, dir_fd=directory)
                continue
            os.chmod(name, stat.S_IRWXU, dir_fd=directory)
            inner = os.open(
                name, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=directory
            )
            try:
                for place, deeper in enumerate(os.listdir(inner)):
                    os.chmod(deeper, stat.S_IRWXU, dir_fd=inner)
                    target = f"{secrets.token_hex(8)}.{step}.{number}.{place}"
                    os.rename(deeper, target, src_dir_fd=inner, dst_dir_fd=directory)
            finally:
                os.close(inner)
            os.rmdir(name, dir_fd=directory)


def _check_given(files: Mapping[str, bytes], limits: Limits) -> None:
    if len(files) > limits.scratch_entries or sum(map(len, files.values())) > limits.scratch_bytes:
        raise RefusedError("input_limit", "the given files exceed the scratch directory's limits")
    for name in files:
        parts = PurePosixPath(name).parts
        if not parts or name.startswith("/") or ".." in parts or "\0" in name:
            raise RefusedError("input_limit", f"{name!r} is no path inside the scratch directory")
