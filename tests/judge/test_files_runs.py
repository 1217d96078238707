"""Files: a scratch directory with its quotas and threads in one mode, nothing at all in the other."""

from __future__ import annotations

import pytest

from pygrounds_dagster.judge import Limits, run
from pygrounds_dagster.judge.doctor import examine

MIB = 1024 * 1024


def test_a_files_run_is_stopped_when_it_floods_a_stream() -> None:
    result = run("while True: print('x')", mode="files", limits=Limits(cpu=20, wall=20))
    assert (result.status, len(result.stdout)) == ("output_limit", MIB)


def test_files_stay_within_their_quota() -> None:
    many = run("for i in range(10**6): open(f'f{i}', 'w').close()", mode="files")
    assert (many.status, many.message) == ("file_limit", "more than 256 files and directories")
    large = run(
        "for i in range(9):\n    open(f'f{i}', 'wb').write(bytes(2**20))\n",
        mode="files",
        limits=Limits(scratch_bytes=4 * MIB),
    )
    assert large.status == "file_limit"
    one = run("open('f', 'wb').write(bytes(9 * 2**20))", mode="files", limits=Limits(scratch_bytes=4 * MIB))
    assert one.status == "file_limit"  # whether it is told "File too large" first, or is killed


REMOVED = """
import os, time
for _ in range(6):
    file = os.open("x", os.O_CREAT | os.O_WRONLY)
    os.unlink("x")
    os.write(file, bytes(1 << 20))
    if CLOSE:
        os.close(file)
time.sleep(LINGER)
"""


def test_removed_files_count_as_long_as_they_are_open() -> None:
    limits = Limits(scratch_bytes=4 * MIB, wall=60)
    held = run(f"CLOSE, LINGER = False, 50{REMOVED}", mode="files", limits=limits)
    assert (held.status, held.message) == ("file_limit", f"more than {4 * MIB} bytes of files")
    closed = run(f"CLOSE, LINGER = True, 0.2{REMOVED}", mode="files", limits=limits)
    assert (closed.status, closed.message) == ("ok", "")


def test_files_cannot_be_mapped_into_memory() -> None:
    program = "import mmap\nf = open('x', 'wb+')\nf.write(bytes(4096))\nf.flush()\nmmap.mmap(f.fileno(), 0)"
    raised = run(program, mode="files").raised
    assert raised is not None
    assert "No such device" in raised.message
    assert run("import mmap\nprint(len(mmap.mmap(-1, 4096)))", mode="files").stdout == "4096\n"


def test_threads_are_limited() -> None:
    program = (
        "import threading\nstop = threading.Event()\nstarted = 0\n"
        "try:\n    while started < 5000:\n"
        "        threading.Thread(target=stop.wait).start()\n        started += 1\n"
        "except RuntimeError:\n    pass\nstop.set()\nprint(started)"
    )
    result = run(program, mode="files", limits=Limits(threads=20, wall=20))
    assert 1 <= int(result.stdout) <= 40
    assert run(program).stdout == "0\n"


def test_as_many_threads_start_as_are_allowed() -> None:
    program = (
        "import threading\nall_here = threading.Barrier(65)\n"
        "for _ in range(64):\n    threading.Thread(target=all_here.wait).start()\n"
        "all_here.wait()\nprint('met')"
    )
    assert run(program, mode="files", limits=Limits(threads=65, wall=20)).stdout == "met\n"


def test_a_touched_file_is_there() -> None:
    program = "from pathlib import Path\nPath('x').touch()\nprint(Path('x').exists())"
    assert run(program, mode="files").stdout == "True\n"


def test_times_are_set_where_each_run_has_a_root_of_its_own() -> None:
    """Elsewhere the call is answered, so that copying goes on, and nothing is done."""
    program = "import os\nopen('x', 'w').close()\nos.utime('x', (5, 7))\nprint(os.path.getmtime('x') == 7)"
    own_root = any(layer.name == "chroot" and layer.on for layer in examine("files").layers)
    assert run(program, mode="files").stdout == f"{own_root}\n"


def test_given_files_are_there_and_written_ones_come_back() -> None:
    result = run(
        "import os\ntext = open('data/in.txt').read()\n"
        "os.makedirs('out')\nopen('out/a', 'w').write(text[::-1])",
        mode="files",
        files={"data/in.txt": b"abc"},
    )
    assert result.status == "ok", result.message
    assert result.files == {"data/in.txt": b"abc", "out/a": b"cba"}


@pytest.mark.parametrize("name", ["../x", "/x", "a/../../x", "", "a\0b"])
def test_given_files_stay_inside(name: str) -> None:
    assert run("pass", mode="files", files={name: b""}).status == "input_limit"


def test_strict_runs_name_no_path() -> None:
    for attempt in ("open('x', 'w')", "open('x')", "os.listdir('.')", "os.chdir('/')", "os.mkdir('x')"):
        raised = run(f"import os\n{attempt}").raised
        assert raised is not None, attempt
        assert raised.type == "PermissionError", attempt


def test_in_strict_runs_nothing_is_there_and_asking_is_no_error() -> None:
    program = """
import os
from pathlib import Path
print(os.getcwd(), os.getcwdb(), os.path.abspath("a/../b"))
print(os.path.realpath("c"), Path("d").resolve(), Path.cwd())
print(os.path.exists("a"), Path("a").exists(), Path("/etc/passwd").is_file(), os.path.isdir("/"))
"""
    result = run(program)
    assert (result.status, result.stderr) == ("ok", "")
    assert result.stdout == "/ b'/' /b\n/c /d /\nFalse False False False\n"


def test_a_killed_run_leaves_no_directory() -> None:
    result = run("open('a', 'w').close()\nwhile True: pass", mode="files", limits=Limits(wall=0.3))
    assert result.status == "time_limit"
    again = run("import os\nprint(os.listdir('.'))", mode="files")
    assert again.stdout == "[]\n"
