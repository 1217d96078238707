"""The command line from outside: what people see, and what they never see (a traceback)."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from typer.testing import CliRunner

from pygrounds_dagster.cli import app
from pygrounds_dagster.cli.status import STEPS
from pygrounds_dagster.settings import PROJECT_ROOT, Settings
from pygrounds_dagster.store.database import embedded_server
from pygrounds_dagster.store.migrate import head


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An installation of this test's own."""
    directory = Path(tempfile.mkdtemp(prefix="pygrounds-cli-"))
    directory.chmod(0o755)
    monkeypatch.setenv("PYGROUNDS_HOME", str(directory))
    yield directory
    embedded_server(Settings()).remove()
    shutil.rmtree(directory)


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from pygrounds_dagster.cli import app; app()", *arguments]
    return subprocess.run(command, env=os.environ | environment, text=True, capture_output=True, check=False)


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from typer.testing import CliRunner; from pygrounds_dagster.cli import app; "
        "result = CliRunner().invoke(app, ['--help']); assert 'status' in result.output, result.output; "
        "heavy = {'dagster', 'torch', 'numpy', 'psycopg', 'sqlalchemy', 'fastapi'} & sys.modules.keys(); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_status_of_nothing_starts_nothing(home: Path) -> None:
    result = CliRunner().invoke(app, ["status"])
    assert result.exit_code == 0, result.output
    assert "does not run: pygrounds up" in result.output
    assert not (home / "postgres").exists()


def test_status_tells_what_is_there_and_what_is_stale(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    subtopic = (
        "INSERT INTO subtopic (subtopic_key, topic_key, title, position, difficulty, concept_intent, "
        "code_intent, content_root, source_path, content_hash) "
        "VALUES (%s, 'z.t', 'S', 1, 'beginner', 'a', 'b', '/', '/s.md', 'h')"
    )
    state = "INSERT INTO step_state VALUES (%s, %s, 'f', 'v', '{}')"
    with psycopg.connect(database_url) as conn:
        conn.execute("INSERT INTO zone (zone_key, title, position, content_root) VALUES ('z', 'Z', 1, '/')")
        conn.execute("INSERT INTO topic (topic_key, zone_key, title, position) VALUES ('z.t', 'z', 'T', 1)")
        for key in ("z.t.new", "z.t.good", "z.t.behind"):
            conn.execute(subtopic, (key,))
        for step in STEPS:
            conn.execute(state, (step, "z.t.good"))
            if step != "semantic_rankings":
                conn.execute(state, (step, "z.t.behind"))
    monkeypatch.setenv("PYGROUNDS_DATABASE_URL", database_url)
    facts = json.loads(CliRunner().invoke(app, ["status", "--json"]).output)
    assert facts["migrations"] == {"current": head(), "head": head()}
    assert facts["counts"]["partitions"] == 3
    assert facts["stale"] == {"z.t.new": list(STEPS), "z.t.behind": ["semantic_rankings"]}
    assert facts["up_to_date"] is False


def test_env_lets_other_processes_find_the_databases(home: Path) -> None:
    result = _run("env")
    assert result.returncode == 0, result.stderr
    shown = subprocess.run(
        ["/bin/sh", "-c", f"{result.stdout}\nenv"], env={}, text=True, capture_output=True, check=True
    ).stdout
    exported = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
    assert exported["PYGROUNDS_HOME"] == str(home)
    assert exported["DAGSTER_HOME"] == str(PROJECT_ROOT)
    assert exported["PYGROUNDS_DAGSTER_STORAGE_URL"].startswith("postgresql+psycopg2://")
    with psycopg.connect(exported["PYGROUNDS_KNOWLEDGE_URL"]) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)


def test_reset_asks_first_and_then_leaves_content_alone(home: Path) -> None:
    assert _run("env").returncode == 0
    (home / "imports").mkdir()
    refused = _run("reset")
    assert refused.returncode == 1
    assert "reset --yes" in refused.stdout
    assert embedded_server(Settings()).status().pid is not None
    assert _run("reset", "--yes").returncode == 0
    assert embedded_server(Settings()).status().root is None
    assert (home / "imports").is_dir()


def test_down_of_nothing_is_fine(home: Path) -> None:
    result = _run("down")
    assert result.returncode == 0, result.stderr
    assert "did not run" in result.stdout


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({"PYGROUNDS_DAGSTER_PORT": "99999"}, "PYGROUNDS_DAGSTER_PORT: Input should be less than"),
        ({"PYGROUNDS_DEVICE": "abacus"}, "PYGROUNDS_DEVICE: Input should be 'auto', 'cpu' or 'cuda'"),
        ({"PYGROUNDS_DATABASE_URL": "mysql://x/y"}, "not a PostgreSQL URL"),
        ({"PYGROUNDS_DATABASE_URL": "postgresql://127.0.0.1:1/x"}, "'pygrounds status' shows what runs"),
    ],
)
def test_mistakes_are_explained_without_traceback(environment: dict[str, str], said: str) -> None:
    result = _run("status", **environment)
    assert result.returncode == 1
    assert "Traceback" not in result.stderr
    assert said in result.stderr


def test_busy_port_is_refused_before_anything_starts(home: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        result = _run("up", "--dagster-port", str(taken.getsockname()[1]))
    assert result.returncode == 1
    assert "--dagster-port" in result.stderr
    assert not (home / "postgres").exists()


@pytest.mark.parametrize(
    ("variable", "value", "said"),
    [
        ("PYGROUNDS_HOME", "/dev/null/home", "/dev/null/home cannot be made (Not a directory)"),
        ("PYGROUNDS_CONTENT", "/no/such/content", "content root /no/such/content is no directory"),
    ],
)
def test_unusable_directory_is_named(home: Path, variable: str, value: str, said: str) -> None:
    result = _run("up", **{variable: value})
    assert result.returncode == 1
    assert said in result.stderr
    assert f"set {variable} to" in result.stderr
    assert "Traceback" not in result.stderr
