"""Background processes of an installation: started once, found again, stopped by us alone.

What belongs here: starting, recording and stopping a process. A record (``<home>/services/<name>.json``)
holds the process id and the process's start time, so that a recycled id is never taken for the service.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import psutil

from pygrounds_dagster.settings import PROJECT_ROOT, Settings
from pygrounds_dagster.store.processes import is_gone, wait_gone
from pygrounds_dagster.store.step import fingerprint

WEBSERVER = "webserver"
DAEMON = "daemon"
_LOG_BYTES = 10_000_000
_CLOCK_SECONDS = 2.0  # the kernel's boot time, and with it a start time, moves when the clock is set
_STOP_SECONDS = 15.0

_started: list[subprocess.Popen[bytes]] = []  # they outlive us on purpose: kept, not waited for


class ServiceError(RuntimeError):
    """A service did not start or stop; the text names its log."""


@dataclass(frozen=True, slots=True)
class Service:
    """A process that runs in the background.

    Attributes:
        name: names its record and its log.
        pid: process id.
        started_at: start of the process, seconds since the epoch.
        port: where it listens; None when it does not.
        version: fingerprint of its command, environment and code.
    """

    name: str
    pid: int
    started_at: float
    port: int | None
    version: str


def webserver_command(port: int) -> list[str]:
    """The Dagster webserver, on the loopback interface."""
    where = ["-h", "127.0.0.1", "-p", str(port)]
    return [sys.executable, "-m", "dagster_webserver", "-w", str(PROJECT_ROOT / "workspace.yaml"), *where]


def daemon_command() -> list[str]:
    """The Dagster daemon."""
    return [sys.executable, "-m", "dagster._daemon", "run", "-w", str(PROJECT_ROOT / "workspace.yaml")]


def log_file(settings: Settings, name: str) -> Path:
    """Where a service writes its log."""
    return settings.log_dir / f"{name}.log"


def find_service(settings: Settings, name: str) -> Service | None:
    """The service if it runs."""
    try:
        record = json.loads(_record(settings, name).read_text(encoding="utf-8"))
        # Another release may have written it: what is missing makes it differ, what is unknown is left out.
        service = Service(**{entry.name: record.get(entry.name, "") for entry in fields(Service)})
        process = psutil.Process(service.pid)
        same = abs(process.create_time() - service.started_at) < _CLOCK_SECONDS
        return service if same and not is_gone(process) else None
    except (FileNotFoundError, psutil.NoSuchProcess):
        return None


def start_service(
    settings: Settings,
    name: str,
    command: Sequence[str],
    environment: Mapping[str, str],
    port: int | None = None,
    code: str = "",
) -> Service:
    """Start a service in a session of its own, unless it runs; restart one that runs other code or settings.

    Args:
        settings: the installation.
        name: names record and log.
        command: what to run.
        environment: variables on top of this process's own.
        port: where it is told to listen; only recorded.
        code: changes when the code does that the service would load.

    Returns:
        The service, running, perhaps since long.

    Raises:
        ServiceError: the old one belongs to another user.
    """
    version = fingerprint(code, *command, *(f"{key}={value}" for key, value in sorted(environment.items())))
    with _lock(settings):
        found = find_service(settings, name)
        if found is not None and found.version == version:
            return found
        if found is not None:
            _end_tree(found, log_file(settings, name))
        process = _launch(settings, name, command, environment)
        started_at = psutil.Process(process.pid).create_time()
        service = Service(name, process.pid, started_at, port, version)
        _write(_record(settings, name), service)
        return service


def stop_service(settings: Settings, name: str) -> Service | None:
    """Stop a service and what it started, politely first.

    Returns:
        The service that was stopped, or None when it did not run.

    Raises:
        ServiceError: it belongs to another user.
    """
    with _lock(settings):
        service = find_service(settings, name)
        if service is not None:
            _end_tree(service, log_file(settings, name))
        _record(settings, name).unlink(missing_ok=True)
        return service


def last_words(settings: Settings, name: str, lines: int = 8) -> str:
    """The end of a service's log."""
    text = log_file(settings, name).read_text(encoding="utf-8", errors="replace")
    return "\n".join(text.splitlines()[-lines:])


def _launch(
    settings: Settings, name: str, command: Sequence[str], environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    log = log_file(settings, name)
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists() and log.stat().st_size > _LOG_BYTES:
        log.rename(log.with_suffix(".1.log"))
    with log.open("ab") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | dict(environment),
            start_new_session=True,
        )
    _started.append(process)
    return process


def _end_tree(service: Service, log: Path) -> None:
    """End the process; then ask its descendants, and after a while insist.

    Descendants are code servers, which follow by themselves, and runs, which need the signal to record that
    they were interrupted.
    """
    try:
        process = psutil.Process(service.pid)
        tree = process.children(recursive=True)
        process.terminate()
        wait_gone([process], _STOP_SECONDS)
        _signal(tree, signal.SIGTERM)
        alive = wait_gone([process, *tree], _STOP_SECONDS)
        _signal(alive, signal.SIGKILL)
        wait_gone(alive, _STOP_SECONDS)
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied as error:
        raise ServiceError(
            f"the {service.name} (pid {service.pid}) belongs to another user: stop it as that user. "
            f"Its log is {log}."
        ) from error


def _signal(processes: Sequence[psutil.Process], number: signal.Signals) -> None:
    for process in processes:
        if process.is_running():  # compares start times: never a stranger
            try:
                process.send_signal(number)
            except psutil.NoSuchProcess:
                continue  # it went by itself in between


def _record(settings: Settings, name: str) -> Path:
    return settings.home / "services" / f"{name}.json"


def _write(path: Path, service: Service) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_suffix(".new")
    aside.write_text(json.dumps(asdict(service)) + "\n", encoding="utf-8")
    aside.replace(path)


@contextmanager
def _lock(settings: Settings) -> Iterator[None]:
    settings.home.mkdir(parents=True, exist_ok=True)
    with (settings.home / "services.lock").open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
