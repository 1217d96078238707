"""Background services: started once, found again, and only our own are ever stopped."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from pygrounds_dagster.cli.services import (
    Service,
    find_service,
    last_words,
    log_file,
    start_service,
    stop_service,
)
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.processes import is_gone, wait_gone

NAME = "sleeper"
SLEEP = [sys.executable, "-c", "import time; print('up', flush=True); time.sleep(600)"]


@pytest.fixture
def settings(tmp_path: Path) -> Iterator[Settings]:
    made = Settings(home=tmp_path)
    yield made
    stop_service(made, NAME)


def _start(settings: Settings, command: list[str] = SLEEP) -> Service:
    return start_service(settings, NAME, command, {"PYGROUNDS_HOME": str(settings.home)})


def _wait_for_log(settings: Settings, text: str) -> None:
    deadline = time.monotonic() + 30
    while text not in last_words(settings, NAME):
        assert time.monotonic() < deadline, last_words(settings, NAME)
        time.sleep(0.02)


def test_starts_once_and_is_found(settings: Settings) -> None:
    assert find_service(settings, NAME) is None
    service = _start(settings)
    assert _start(settings) == service == find_service(settings, NAME)
    _wait_for_log(settings, "up")


def test_stops_and_forgets(settings: Settings) -> None:
    service = _start(settings)
    process = psutil.Process(service.pid)
    assert stop_service(settings, NAME) == service
    assert is_gone(process)
    assert stop_service(settings, NAME) is None


def test_killed_service_is_started_anew(settings: Settings) -> None:
    service = _start(settings)
    process = psutil.Process(service.pid)
    process.kill()
    assert not wait_gone([process], 30)
    assert find_service(settings, NAME) is None
    assert _start(settings).pid != service.pid


def test_changed_code_or_settings_restart_it(settings: Settings) -> None:
    first = _start(settings)
    process = psutil.Process(first.pid)
    second = start_service(settings, NAME, SLEEP, {"PYGROUNDS_HOME": str(settings.home)}, code="new")
    assert second.pid != first.pid
    assert is_gone(process)
    third = start_service(settings, NAME, SLEEP, {"PYGROUNDS_HOME": "elsewhere"}, code="new")
    assert third.pid != second.pid


def test_recycled_process_id_is_left_alone(settings: Settings) -> None:
    """The record's number now belongs to a stranger, who started at another time."""
    stranger = subprocess.Popen(["sleep", "600"])
    try:
        record = settings.home / "services" / f"{NAME}.json"
        record.parent.mkdir()
        stale = Service(NAME, stranger.pid, psutil.Process(stranger.pid).create_time() - 100, None, "")
        record.write_text(json.dumps({name: getattr(stale, name) for name in stale.__slots__}))
        assert find_service(settings, NAME) is None
        assert stop_service(settings, NAME) is None
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_descendants_go_with_it(settings: Settings) -> None:
    """A run worker in a session of its own is told, too."""
    child = "import time; time.sleep(600)"
    code = (
        "import subprocess, sys, time; "
        f"subprocess.Popen([sys.executable, '-c', {child!r}], start_new_session=True); "
        "print('up', flush=True); time.sleep(600)"
    )
    service = _start(settings, [sys.executable, "-c", code])
    _wait_for_log(settings, "up")
    children = psutil.Process(service.pid).children(recursive=True)
    assert len(children) == 1
    stop_service(settings, NAME)
    assert all(is_gone(child) for child in children)


def test_large_log_is_rotated(settings: Settings) -> None:
    log = log_file(settings, NAME)
    log.parent.mkdir()
    with log.open("wb") as handle:
        handle.truncate(10_000_001)
    _start(settings)
    assert log.with_suffix(".1.log").stat().st_size == 10_000_001
    assert log.stat().st_size < 1000


def test_homes_are_apart(settings: Settings, tmp_path: Path) -> None:
    _start(settings)
    assert find_service(Settings(home=tmp_path / "other"), NAME) is None
