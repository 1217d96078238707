"""What there is to steal, to reach and to break: planted around the judge, and looked after.

Here: secrets, canaries, servers on loopback, a bystander process; ``harm`` says what was touched. Not here:
the programs (``environments_corpus``), running them (``environments``). Standard library only.
"""

from __future__ import annotations

import ctypes
import fcntl
import json
import os
import secrets
import selectors
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

_LIBC = ctypes.CDLL(None, use_errno=True)
_LIBC.shmat.restype = ctypes.c_void_p
_IPC_CREAT, _IPC_RMID = 0o1000, 0
_NOTICED = (signal.SIGUSR1, signal.SIGUSR2, signal.SIGIO, signal.SIGURG, signal.SIGHUP, signal.SIGTERM)

SECRET = "pygrounds-" + secrets.token_hex(12)
"""What no program may learn: in files, in the environment, in memory, behind servers."""

signals: list[int] = []
"""Signals that reached this process."""


def notice_signals() -> None:
    """Count signals instead of dying of them."""
    for number in _NOTICED:
        signal.signal(number, lambda received, _frame: signals.append(received))


class _Servers:
    """Loopback and unix servers that hand out the secret to whoever reaches them, and remember it."""

    def __init__(self, directory: Path) -> None:
        self.seen: list[str] = []
        self._selector = selectors.DefaultSelector()
        self._stop, stopper = socket.socketpair()
        self._stopper = stopper
        self.abstract = f"pygrounds-{secrets.token_hex(8)}"
        self.tcp = self._add("tcp", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        self.postgres = self._add("postgresql", socket.AF_INET, socket.SOCK_STREAM, ("127.0.0.1", 0))
        self.udp = self._add("udp", socket.AF_INET, socket.SOCK_DGRAM, ("127.0.0.1", 0))
        self.unix = self._add("unix", socket.AF_UNIX, socket.SOCK_STREAM, str(directory / "stream"))
        self.datagram = self._add("datagram", socket.AF_UNIX, socket.SOCK_DGRAM, str(directory / "datagram"))
        self._add("abstract", socket.AF_UNIX, socket.SOCK_STREAM, f"\0{self.abstract}")
        self._add("abstract datagram", socket.AF_UNIX, socket.SOCK_DGRAM, f"\0{self.abstract}-datagram")
        self._selector.register(self._stop, selectors.EVENT_READ, "stop")
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _add(self, name: str, family: int, kind: int, address: object) -> object:
        server = socket.socket(family, kind)
        server.bind(address)  # type: ignore[arg-type]
        if kind == socket.SOCK_STREAM:
            server.listen()
        if family == socket.AF_UNIX and str(address)[0] != "\0":
            os.chmod(str(address), 0o777)  # noqa: PTH101
        self._selector.register(server, selectors.EVENT_READ, name)
        bound = server.getsockname()
        return bound[1] if family == socket.AF_INET else bound

    def _serve(self) -> None:
        while True:
            for key, _events in self._selector.select():
                if key.data == "stop":
                    return
                self._answer(key.fileobj, key.data)  # type: ignore[arg-type]

    def _answer(self, server: socket.socket, name: str) -> None:
        self.seen.append(name)
        if server.type == socket.SOCK_DGRAM:
            server.recv(4096)
            return
        connection, _address = server.accept()
        with connection, suppress(OSError):
            authenticated = b"R\0\0\0\x08\0\0\0\0"  # PostgreSQL's AuthenticationOk
            connection.sendall((authenticated if name == "postgresql" else b"") + SECRET.encode())

    def close(self) -> None:
        self._stopper.close()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()  # type: ignore[union-attr]
        self._selector.close()


class Targets:
    """One set of everything; ``facts`` is what an attack is told on its standard input."""

    def __init__(self) -> None:
        self.directory = Path(tempfile.mkdtemp(prefix="pygrounds-targets-"))
        self.directory.chmod(0o777)
        self.canaries = self.directory / "canaries"
        self.canaries.mkdir()
        self.canaries.chmod(0o777)
        self._existing = self.directory / "existing"
        self._secret_file = self.directory / "secret.txt"
        for path in (self._existing, self._secret_file):
            path.write_text(SECRET)
        self._secret_file.chmod(0o644)
        self._shared = Path("/dev/shm") / f"pygrounds-{secrets.token_hex(8)}"
        self._plant_shared()
        self.servers = _Servers(self.directory)
        self._bystander = self._start_bystander()
        self.marker = secrets.token_hex(8)
        self._reset()

    def _plant_shared(self) -> None:
        """The secret in shared memory: a POSIX name, a System V key, and an inheritable descriptor."""
        self.has_shared = os.access("/dev/shm", os.W_OK)
        if self.has_shared:
            self._shared.write_text(SECRET)
            self._shared.chmod(0o666)
        opened = os.open(self._secret_file, os.O_RDONLY)
        self.descriptor = fcntl.fcntl(opened, fcntl.F_DUPFD, 300)
        os.close(opened)
        self.key = 0x50470000 + secrets.randbelow(1 << 16)
        self._segment = _LIBC.shmget(self.key, 4096, _IPC_CREAT | 0o666)
        if self._segment >= 0:
            address = _LIBC.shmat(self._segment, None, 0)
            ctypes.memmove(address, SECRET.encode(), len(SECRET))
            _LIBC.shmdt(ctypes.c_void_p(address))

    @staticmethod
    def _start_bystander() -> subprocess.Popen[bytes]:
        """A process of the same user with the secret in its arguments, which lets itself be traced.

        It ends with its standard input.
        """
        wait = "import ctypes, sys; ctypes.CDLL(None).prctl(0x59616D61, -1, 0, 0, 0); "  # Yama: by anybody
        wait += "sys.stdout.write('.'); sys.stdout.flush(); sys.stdin.read()"
        process = subprocess.Popen(
            [sys.executable, "-I", "-c", wait, SECRET], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.read(1)
        return process

    def _reset(self) -> None:
        """Put back what an attack broke, so that the next one finds it."""
        for entry in self.canaries.iterdir():
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        self._existing.write_text("untouched")
        self._existing.chmod(0o666)
        os.utime(self._existing, (1000, 1000))
        self._secret_file.touch(0o644)
        self.servers.seen.clear()
        signals.clear()
        if self._bystander.poll() is not None or self._stopped():
            self._end_bystander()
            self._bystander = self._start_bystander()

    def facts(self) -> str:
        """One line of JSON."""
        return json.dumps(
            {
                "secret_file": str(self._secret_file),
                "directory": str(self.directory),
                "canaries": str(self.canaries),
                "existing": str(self._existing),
                "shared": self._shared.name,
                "sysv": self.key,
                "descriptor": self.descriptor,
                "tcp": self.servers.tcp,
                "udp": self.servers.udp,
                "postgres": self.servers.postgres,
                "unix": self.servers.unix,
                "datagram": self.servers.datagram,
                "abstract": self.servers.abstract,
                "bystander": self._bystander.pid,
                "judge": os.getpid(),
                "marker": self.marker,
            }
        )

    def _stopped(self) -> bool:
        stat = Path(f"/proc/{self._bystander.pid}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] in "Tt"

    def harm(self) -> list[str]:
        """What was touched since the last time; it is put back."""
        found = [f"reached the {name} server" for name in self.servers.seen]
        found += [f"left {entry.name!r} outside" for entry in self.canaries.iterdir()]
        status = self._existing.stat() if self._existing.exists() else None
        if status is None or self._existing.read_text() != "untouched":
            found.append("changed or removed a file outside")
        elif (status.st_mode & 0o7777, status.st_mtime) != (0o666, 1000):
            found.append("changed mode or times of a file outside")
        found += [f"sent signal {number} to the judge" for number in signals]
        if self._bystander.poll() is not None or self._stopped():
            found.append("killed or stopped a bystander")
        if found:
            self._reset()
        return found

    def _end_bystander(self) -> None:
        self._bystander.kill()
        self._bystander.wait()
        for pipe in (self._bystander.stdin, self._bystander.stdout):
            assert pipe is not None
            pipe.close()

    def close(self) -> None:
        """Remove everything."""
        self._end_bystander()
        self.servers.close()
        if self._segment >= 0:
            _LIBC.shmctl(self._segment, _IPC_RMID, None)
        os.close(self.descriptor)
        if self.has_shared:
            self._shared.unlink(missing_ok=True)
        shutil.rmtree(self.directory)
