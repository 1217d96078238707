"""Programs that learners write run as they do anywhere else, in every environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import environments_corpus as corpus
import profiles
import pytest
from environments_corpus import Program

RUNNER = Path(__file__).with_name("environments.py")
PROGRAMS = corpus.honest()


def test_there_are_enough_of_them() -> None:
    assert len(PROGRAMS) >= 30


@pytest.mark.parametrize("environment", [name for name, profile in profiles.PROFILES.items() if profile.tier])
def test_honest_programs_work(environment: str) -> None:
    command = profiles.command(environment, str(RUNNER), "honest")
    if command is None:
        pytest.skip(f"the environment {environment!r} cannot be had here")
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=600)
    assert done.returncode == 0, done.stderr[-3000:]
    found = json.loads(done.stdout)
    assert found["failures"] == {}
    assert found["ran"] >= 25


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.name)
def test_a_bare_interpreter_prints_the_same(program: Program, tmp_path: Path) -> None:
    script, work = tmp_path / "program.py", tmp_path / "work"
    work.mkdir()
    script.write_text(program.source, "utf-8")
    done = subprocess.run(
        [sys.executable, "-X", "utf8", str(script)],
        input=program.stdin,
        capture_output=True,
        text=True,
        cwd=work,
        env={**os.environ, "PYTHONPATH": str(work)},
        timeout=300,
        check=False,
    )
    assert done.stdout == program.prints
    assert (done.returncode == 0) == ("ok" in program.outcomes[program.modes[0]])
