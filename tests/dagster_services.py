"""Webserver and daemon of an installation as real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from pygrounds_dagster.instance.daemon import daemon_is_running
from pygrounds_dagster.runs.client import DagsterClient, DagsterError
from pygrounds_dagster.settings import PROJECT_ROOT

START_SECONDS = 240


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(command: list[str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A process in a session of its own; ended, with all it started, at the end."""
    with log.open("ab") as output:
        process = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
    try:
        yield process
    finally:
        try:
            family = psutil.Process(process.pid).children(recursive=True)
        except psutil.NoSuchProcess:
            family = []
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        for child in family:
            if child.is_running():
                child.send_signal(signal.SIGKILL)


def webserver_command(port: int) -> list[str]:
    """The webserver on a port."""
    workspace = str(PROJECT_ROOT / "workspace.yaml")
    return [sys.executable, "-m", "dagster_webserver", "-w", workspace, "-h", "127.0.0.1", "-p", str(port)]


def daemon_command() -> list[str]:
    """The daemon."""
    return [sys.executable, "-m", "dagster._daemon", "run", "-w", str(PROJECT_ROOT / "workspace.yaml")]


@contextmanager
def services(logs: Path, dagster_url: str) -> Iterator[DagsterClient]:
    """Webserver and daemon of the installation in the environment, ready to launch runs."""
    port = free_port()
    with (
        running(webserver_command(port), logs / "webserver.log"),
        running(daemon_command(), logs / "daemon.log"),
        DagsterClient(f"http://127.0.0.1:{port}") as client,
    ):
        wait_until(lambda: _answers(client), "the webserver has not loaded the code location", logs)
        wait_until(lambda: daemon_is_running(dagster_url), "the daemon has not started", logs)
        yield client


def _answers(client: DagsterClient) -> bool:
    try:
        client.partition_keys()
    except DagsterError:
        return False
    return True


def wait_until(
    condition: object, complaint: str, logs: Path | None = None, seconds: float = START_SECONDS
) -> None:
    """Look ten times a second until a condition holds."""
    assert callable(condition)
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            tails = [p.read_text(errors="replace")[-2000:] for p in logs.glob("*.log")] if logs else []
            raise AssertionError("\n".join([f"{complaint} after {seconds:g} s", *tails]))
        time.sleep(0.1)


def kill(pid: int) -> None:
    """Kill -9."""
    os.kill(pid, signal.SIGKILL)
