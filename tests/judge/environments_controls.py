"""The same attacks without a sandbox: what they achieve there shows that they attack something.

Here: the naive runner and the naive grader, as simple systems have them. Not here: the judge. Standard
library only. Nothing here needs privileges; attacks that would harm the machine are not run.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import environments
import environments_corpus as corpus
from environments_corpus import Program
from environments_targets import SECRET, Targets, notice_signals

HANGS_AFTER = 0.5
PATIENCE = 120.0

GRADER = """
import json, sys
tests = json.load(open("tests.json"))
namespace = {"__name__": "program"}
exec(compile(open("program.py").read(), "program.py", "exec"), namespace)
failures = 0
for test in tests:
    expected = test["expected"]
    if not isinstance(expected, type(None)):
        got = namespace["answer"](*test["args"])
        if not isinstance(got, object) or got != expected:
            failures += 1
sys.stdout.write('{"passed": %s}' % ("true" if failures == 0 else "false"))
if failures:
    print(json.dumps({"passed": False}))
sys.exit(1 if failures else 0)
"""
"""Runs tests in the program's own process and reports by exit code, as many systems do."""


def _bounds() -> None:
    """So that a naive run hurts nobody."""
    for kind, bound in (
        (resource.RLIMIT_AS, 4 << 30),
        (resource.RLIMIT_CPU, 15),
        (resource.RLIMIT_FSIZE, 256 << 20),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (bound, bound))
    os.setpgid(0, 0)


def _run(
    command: Sequence[str], facts: str, directory: str, targets: Targets, patience: float
) -> tuple[int | None, str]:
    """Exit code (None: it had to be killed) and output of a naive run."""
    process = subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=directory,
        pass_fds=[targets.descriptor],  # naive runners leave descriptors open
        preexec_fn=_bounds,
    )
    try:
        output, _ = process.communicate(facts.encode() + b"\n", patience)
        code: int | None = process.returncode
    except subprocess.TimeoutExpired:
        code = None
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
    return code, output.decode("utf-8", "replace")


def _attack(program: Program, targets: Targets) -> str:
    """What is missing; empty if the attack achieves what its header says."""
    with tempfile.TemporaryDirectory() as directory:
        Path(directory, "program.py").write_text(program.source)
        if program.control == "fools":
            tests = [test for test in environments.CALLS if "expected" in test]
            Path(directory, "tests.json").write_text(json.dumps(tests))
            Path(directory, "grader.py").write_text(GRADER)
            code, output = _run([sys.executable, "grader.py"], targets.facts(), directory, targets, PATIENCE)
            fooled = code == 0 or '"passed": true' in output
            targets.harm()
            return "" if fooled else f"the naive grader was not fooled: {code} {output[-200:]}"
        patience = HANGS_AFTER if program.control == "hangs" else PATIENCE
        outputs = ""
        code: int | None = 0
        for _time in range(program.runs):
            code, output = _run([sys.executable, "program.py"], targets.facts(), directory, targets, patience)
            outputs += output
    harm = targets.harm()
    if program.control == "hangs":
        return "" if code is None else f"ended by itself: {code} {outputs[-200:]}"
    leaked = SECRET in outputs or any(line.startswith("LEAK") for line in outputs.splitlines())
    return "" if leaked or harm else f"achieved nothing: {code} {outputs[-300:]}"


def run_controls(names: Sequence[str] = ()) -> dict[str, object]:
    """Every attack that has a control; failures by name."""
    notice_signals()
    programs = [
        program
        for program in corpus.attacks()
        if not program.control.startswith("none") and (not names or program.name in names)
    ]
    local = threading.local()
    everything: list[Targets] = []
    failures: dict[str, str] = {}

    def one(program: Program) -> None:
        if not hasattr(local, "targets"):
            local.targets = Targets()
            everything.append(local.targets)
        missing = _attack(program, local.targets)
        if missing:
            failures[program.name] = missing

    with ThreadPoolExecutor(environments.LANES) as pool:
        list(pool.map(one, programs))
    for targets in everything:
        targets.close()
    return {"ran": len(programs), "failures": failures}
