"""The embedded server: one for a home, safe to start from anywhere, and to kill at any time."""

from __future__ import annotations

import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import textwrap
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import psycopg
import pytest

from pygrounds_dagster.store import place as places
from pygrounds_dagster.store.embedded import EmbeddedPostgres
from pygrounds_dagster.store.place import EmbeddedServerError
from pygrounds_dagster.store.processes import wait_gone

FAST = {"shared_buffers": "16MB"}  # durability stays on: the kill tests are about it


@pytest.fixture
def home() -> Iterator[Path]:
    """A short path that the server's account can reach."""
    directory = Path(tempfile.mkdtemp(prefix="pygrounds-embedded-"))
    directory.chmod(0o755)
    yield directory
    _server(directory).remove()
    shutil.rmtree(directory)


def _server(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home, home / "postgres.log", FAST)


def _backends(home: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.name() == "postgres" and process.cwd() == str(home / "postgres" / "data"):
                found.append(process)
        except (psutil.NoSuchProcess, psutil.AccessDenied):
            continue
    return [process for process in found if process.status() != psutil.STATUS_ZOMBIE]


def _postmaster(server: EmbeddedPostgres) -> psutil.Process:
    pid = server.status().pid
    assert pid is not None
    return psutil.Process(pid)


def _gone(process: psutil.Process) -> bool:
    return not wait_gone([process], 30)


def test_start_find_stop(home: Path) -> None:
    server = _server(home)
    assert server.status().pid is None
    first = server.ensure_running()
    assert server.ensure_running() == first == server.status()
    with psycopg.connect(server.url("postgres")) as conn:
        assert conn.info.server_version // 10000 == places.POSTGRES_MAJOR
        assert conn.execute("SHOW jit").fetchone() == ("off",)
        assert conn.execute("SHOW listen_addresses").fetchone() == ("",)
    assert server.stop()
    assert not server.stop()
    assert _backends(home) == []
    with pytest.raises(EmbeddedServerError, match="pygrounds up"):
        server.url("postgres")


def test_nobody_else_gets_in(home: Path) -> None:
    server = _server(home)
    root = server.ensure_running().root
    assert root is not None
    for path in (root / "run", root / "data"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o700
        assert path.stat().st_uid == server.status().uid != 0
    if os.geteuid() == 0:
        place = places.find_place(home)
        assert place is not None
        command = [place.program("psql"), "-w", server.url("postgres")]
        stranger = subprocess.run(command, user="nobody", group=65534, extra_groups=[], capture_output=True)
        assert stranger.returncode != 0
        assert b"Permission denied" in stranger.stderr


def test_two_starters_start_one_server(home: Path) -> None:
    with ThreadPoolExecutor(4) as threads:
        pids = set(threads.map(lambda _: _server(home).ensure_running().pid, range(4)))
    assert len(pids) == 1


def test_killed_postmaster_loses_nothing_committed(home: Path) -> None:
    server = _server(home)
    server.ensure_running()
    with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
        conn.execute("CREATE TABLE kept (n int)")
        conn.execute("INSERT INTO kept SELECT generate_series(1, 1000)")
        killed = _postmaster(server)
        killed.kill()
        assert _gone(killed)
    assert server.status().pid is None
    server.ensure_running()
    with psycopg.connect(server.url("postgres")) as conn:
        assert conn.execute("SELECT count(*) FROM kept").fetchone() == (1000,)
    server.stop()
    assert _backends(home) == []


def test_killed_postmaster_with_busy_backend_is_replaced(home: Path) -> None:
    """A computing backend does not notice that its postmaster died; it must not block the next server."""
    server = _server(home)
    server.ensure_running()
    endless = "DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$"
    code = f"import psycopg; psycopg.connect({server.url('postgres')!r}).execute({endless!r})"
    client = subprocess.Popen([sys.executable, "-c", code], stderr=subprocess.DEVNULL)
    try:
        busy = "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND pid <> pg_backend_pid()"
        with psycopg.connect(server.url("postgres"), autocommit=True) as conn:
            while not (row := conn.execute(busy).fetchone()):
                pass
            orphan = psutil.Process(row[0])
            _postmaster(server).kill()
        server.ensure_running()
        assert _gone(orphan)
    finally:
        client.kill()
        client.wait()


def test_killed_client_leaves_no_orphan(home: Path) -> None:
    """The server neither depends on the process that started it nor forgets to stop because of it."""
    start = textwrap.dedent(
        f"""
        import os, pathlib, signal
        from pygrounds_dagster.store.embedded import EmbeddedPostgres
        home = pathlib.Path({str(home)!r})
        EmbeddedPostgres(home, home / "postgres.log", {FAST!r}).ensure_running()
        os.kill(os.getpid(), signal.SIGKILL)
        """
    )
    client = subprocess.run([sys.executable, "-c", start], check=False)
    assert client.returncode == -signal.SIGKILL
    server = _server(home)
    survivor = server.status().pid
    assert survivor is not None
    assert server.ensure_running().pid == survivor
    assert server.stop()
    assert _backends(home) == []


def test_stale_pid_file_of_a_stranger_is_not_believed(home: Path) -> None:
    """After a reboot the number in postmaster.pid may be anybody's: no signal to it, and no obstacle."""
    server = _server(home)
    server.ensure_running()
    pid_file = home / "postgres" / "data" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    server.stop()
    stranger = subprocess.Popen(["sleep", "60"])
    try:
        pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
        (Path(lines[4]) / ".s.PGSQL.5432.lock").write_text(pid_file.read_text())
        assert server.status().pid is None
        assert not server.stop()
        assert server.ensure_running().pid not in {None, stranger.pid}
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_interrupted_first_start_is_made_good(home: Path) -> None:
    half = home / "postgres" / "initdb-interrupted"
    half.mkdir(parents=True)
    (half / "PG_VERSION").write_text("18\n")
    assert _server(home).ensure_running().pid is not None


def test_cluster_of_another_release_is_refused(home: Path) -> None:
    server = _server(home)
    server.ensure_running()
    server.stop()
    (home / "postgres" / "data" / "PG_VERSION").write_text("17\n")
    with pytest.raises(EmbeddedServerError, match="reset --yes"):
        server.ensure_running()


def test_broken_configuration_shows_the_servers_last_words(home: Path) -> None:
    server = EmbeddedPostgres(home, home / "postgres.log", {"shared_buffers": "many"})
    with pytest.raises(EmbeddedServerError, match='invalid value for parameter "shared_buffers"'):
        server.ensure_running()


def test_deep_home_gets_a_short_socket(home: Path) -> None:
    deep = home / ("a" * 60) / ("b" * 60)
    server = EmbeddedPostgres(deep, home / "deep.log", FAST)
    server.ensure_running()
    with psycopg.connect(server.url("postgres")) as conn:
        assert conn.execute("SELECT 1").fetchone() == (1,)
    server.remove()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has homes that the server's account cannot reach")
def test_closed_home_of_root(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A checkout below /root works and keeps its permissions; the cluster lies elsewhere."""
    elsewhere = home / "var-lib"
    monkeypatch.setattr(places, "SHARED_PLACES", elsewhere)
    tmp_path.chmod(0o700)
    closed = tmp_path / "home"
    server = EmbeddedPostgres(closed, closed / "logs" / "postgres.log", FAST)
    status = server.ensure_running()
    assert status.root is not None
    assert status.root.parent == elsewhere
    assert (closed / "postgres" / "location").read_text().strip() == str(status.root)
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o700
    assert server.ensure_running() == status
    server.remove()
    assert not status.root.exists()
    assert not (closed / "postgres").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="an ordinary user reads his own installation")
def test_unreadable_installation_is_copied(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places, "_usable", lambda *_: False)
    server = _server(home)
    server.ensure_running()
    assert _postmaster(server).exe().startswith(str(home / "postgres"))
