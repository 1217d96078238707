"""Every command in the README and in docs/ is run, in order, on one installation of its own.

A fence tagged ``bash`` is executed; anything that is only shown is tagged otherwise. Names that stand for
the reader's own things are replaced by real ones in :data:`STAND_INS`.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_COMMANDS = [path for path in DOCUMENTS if FENCE.search(path.read_text(encoding="utf-8"))]


def free_port() -> int:
    """A port nobody listens on right now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def shell(script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as a reader would: in the project's directory, stopping at the first error."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=280,
        check=False,
    )


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment of a running installation with its own home and ports, stopped afterwards."""
    home = tmp_path_factory.mktemp("installation")
    home.chmod(0o755)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYGROUNDS_", "DAGSTER_"))
    }
    environment |= {
        "PATH": f"{Path(sys.executable).parent}:{environment['PATH']}",
        "PYGROUNDS_HOME": str(home),
        "PYGROUNDS_DAGSTER_PORT": str(free_port()),
        "PYGROUNDS_API_PORT": str(free_port()),
    }
    up = shell("pygrounds up", environment)
    try:
        assert up.returncode == 0, up.stdout
        yield environment
    finally:
        down = shell("pygrounds down", environment)
    assert down.returncode == 0, down.stdout


@pytest.mark.xdist_group("installation")
@pytest.mark.parametrize("document", WITH_COMMANDS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_run(document: Path, installation: dict[str, str]) -> None:
    script = "\n".join(FENCE.findall(document.read_text(encoding="utf-8")))
    result = shell(script, installation)
    assert result.returncode == 0, result.stdout
