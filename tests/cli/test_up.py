"""``pygrounds up`` for real: everything starts, is found again, and survives being killed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest

from pygrounds_dagster.cli.ports import free_port
from pygrounds_dagster.settings import PROJECT_ROOT
from pygrounds_dagster.store.processes import is_gone, wait_gone

TOPIC = Path("zones") / "beginner" / "basics"


@pytest.fixture
def environment() -> Iterator[dict[str, str]]:
    """An installation with one topic of the shipped content; stopped and deleted afterwards."""
    base = Path(tempfile.mkdtemp(prefix="pygrounds-up-"))
    base.chmod(0o755)
    shutil.copytree(PROJECT_ROOT / "content" / TOPIC, base / "content" / TOPIC)
    zone = TOPIC.parent / "zone.yaml"
    shutil.copy(PROJECT_ROOT / "content" / zone, base / "content" / zone)
    own = {
        "PYGROUNDS_HOME": str(base / "home"),
        "PYGROUNDS_CONTENT": str(base / "content"),
        "PYGROUNDS_DAGSTER_PORT": str(free_port()),
    }
    yield own
    _pygrounds(own, "reset", "--yes")
    shutil.rmtree(base)


def _pygrounds(environment: dict[str, str], *arguments: str) -> str:
    command = [sys.executable, "-c", "from pygrounds_dagster.cli import app; app()", *arguments]
    result = subprocess.run(
        command, env=os.environ | environment, text=True, capture_output=True, timeout=600, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr
    return result.stdout


def _status(environment: dict[str, str]) -> dict[str, Any]:
    facts: dict[str, Any] = json.loads(_pygrounds(environment, "status", "--json"))
    return facts


def _processes(facts: dict[str, Any]) -> dict[str, psutil.Process]:
    pids = {name: service["pid"] for name, service in facts["services"].items()}
    return {name: psutil.Process(pid) for name, pid in (pids | {"server": facts["server"]["pid"]}).items()}


@pytest.mark.timeout(1200)  # five starts of Python programs that load Dagster
def test_up_again_killed_and_down(environment: dict[str, str]) -> None:
    first = _pygrounds(environment, "up")
    assert f"http://127.0.0.1:{environment['PYGROUNDS_DAGSTER_PORT']}" in first
    ready = _status(environment)
    subtopics = len(list((Path(environment["PYGROUNDS_CONTENT"]) / TOPIC).glob("*/subtopic.md")))
    assert ready["counts"]["partitions"] == subtopics
    assert ready["counts"]["chunks"] > subtopics
    assert ready["stale"] == {}

    assert "nothing to materialise" in _pygrounds(environment, "up")
    again = _status(environment)
    assert _processes(again) == _processes(ready)

    killed = [_processes(again)[name] for name in ("server", "daemon")]
    for process in killed:
        process.kill()
    assert not wait_gone(killed, 30)
    _pygrounds(environment, "up")
    recovered = _status(environment)
    assert recovered["counts"] == ready["counts"]
    assert recovered["embeddings"] == ready["embeddings"]

    running = list(_processes(recovered).values())
    tree = [child for process in running for child in process.children(recursive=True)]
    _pygrounds(environment, "down")
    assert not wait_gone([*running, *tree], 30)
    assert all(is_gone(process) for process in running)
