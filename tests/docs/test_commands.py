"""Every command in the README and in docs/ is run, in order, on one installation of its own.

A fence tagged ``bash`` is executed; anything that is only shown is tagged otherwise. What stands for the
reader's own things, a model or a server, is replaced by a real one: see :func:`stand_ins`.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pygrounds_dagster.cli.ports import free_port
from pygrounds_dagster.knowledge.models import resolve_model
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.database import ensure_database
from pygrounds_dagster.store.embedded import EmbeddedPostgres

ROOT = Path(__file__).parents[2]
FENCE = re.compile(r"^```bash\n(.*?)^```$", re.MULTILINE | re.DOTALL)
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
WITH_COMMANDS = [path for path in DOCUMENTS if FENCE.search(path.read_text(encoding="utf-8"))]


def shell(script: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run a script as a reader would: in the project's directory, stopping at the first error."""
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=1200,
        check=False,
    )


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Environment of a running installation with its own home and ports, stopped and deleted afterwards."""
    home = tmp_path_factory.mktemp("installation")
    home.chmod(0o755)
    foreign = ("PYGROUNDS_", "DAGSTER_", "MAKE", "MFLAGS")  # of another installation, or of the make above us
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
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
        gone = shell("pygrounds reset --yes", environment)
    assert gone.returncode == 0, gone.stdout


@pytest.fixture(scope="module")
def stand_ins(test_server: EmbeddedPostgres) -> dict[str, str]:
    """Real things for the names that the documents use: another server, a model's directory."""
    for name in ("pygrounds", "dagster"):
        ensure_database(test_server.url("postgres"), name)
    server = "postgresql://user:password@host:5432"
    return {
        f"{server}/pygrounds": f"'{test_server.url('pygrounds')}'",
        f"{server}/dagster": f"'{test_server.url('dagster')}'",
        "/path/to/model": str(resolve_model(Settings().concept_model, Settings().models_dir).directory),
    }


@pytest.mark.timeout(900)  # the first one waits for the installation
@pytest.mark.parametrize("document", WITH_COMMANDS, ids=lambda path: str(path.relative_to(ROOT)))
def test_commands_run(document: Path, installation: dict[str, str], stand_ins: dict[str, str]) -> None:
    script = "\n".join(FENCE.findall(document.read_text(encoding="utf-8")))
    for shown, real in stand_ins.items():
        script = script.replace(shown, real)
    result = shell(script, installation)
    assert result.returncode == 0, result.stdout
