"""What holds in the environment this runs in, as a line of JSON. Standard library only; see ``profiles``."""

from __future__ import annotations

import json
import os
import sys
import threading
from pathlib import Path

from pygrounds_dagster.judge import Call, Judge, JudgeUnavailableError, Limits, run

WORKS = {
    "arithmetic": ("print(6 * 7)", "42\n"),
    "modules": (
        "import json, decimal, sqlite3, asyncio, csv, random\nprint(asyncio.run(asyncio.sleep(0, 3)))",
        "3\n",
    ),
    "input": ("print(input()[::-1])", "cba\n"),
}
WORKS_ON_FILES = {
    "scratch": ("open('a', 'w').write('x')\nimport os\nprint(os.listdir('.'))", "['a']\n"),
    "threads": (
        "import threading\nt = threading.Thread(target=print, args=('t',))\nt.start()\nt.join()",
        "t\n",
    ),
}
# Each prints LEAK if it gets through.
ATTACKS = {
    "read": "open('/etc/passwd').read()",
    "read environment": "open('/proc/self/environ').read()",
    "list root": "import os\nassert set(os.listdir('/')) & {'etc', 'usr'}",
    "read the judge": "import os\nopen(f'/proc/{os.getppid()}/cmdline').read()",
    "write": f"open('{Path.home()}/leak', 'w')",
    "write tmp": "open('/tmp/pygrounds-leak', 'w')",
    "socket": "import socket\nsocket.socket()",
    "unix socket": "import socket\nsocket.socket(socket.AF_UNIX)",
    "fork": "import os\nos.fork()",
    "exec": "import os\nos.execv('/bin/sh', ['sh', '-c', 'echo LEAK'])",
    "kill the zygote": "import os\nos.kill(os.getppid(), 9)",
    "executable memory": "import mmap\nmmap.mmap(-1, 4096, prot=mmap.PROT_EXEC | mmap.PROT_READ)",
    "raise limits": "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (3, 3))",
    "chroot": "import os\nos.chroot('.')",
    "symlink": "import os\nos.symlink('/etc/passwd', 'x')\nopen('x').read()",
}


def _check(judge: Judge, mode: str) -> dict[str, list[str]]:
    failed, leaked = [], []
    honest = WORKS | (WORKS_ON_FILES if mode == "files" else {})
    for name, (program, output) in honest.items():
        result = run(program, stdin="abc", mode=mode, using=judge)  # type: ignore[arg-type]
        if result.stdout != output:
            failed.append(f"{name}: {result.status} {result.message} {result.stdout!r}")
    for name, program in ATTACKS.items():
        result = run(program + "\nprint('LEAK')", mode=mode, using=judge)  # type: ignore[arg-type]
        if "LEAK" in result.stdout:
            leaked.append(name)
    loop = run("while True: pass", limits=Limits(cpu=1, wall=0.3), mode=mode, using=judge)  # type: ignore[arg-type]
    if loop.status != "time_limit":
        failed.append(f"time limit: {loop.status}")
    answer = run("def f(x): return x + 1", calls=[Call("f", [1])], mode=mode, using=judge)  # type: ignore[arg-type]
    if answer.status != "ok" or answer.calls[0].value != 2:
        failed.append(f"call: {answer.status} {answer.message}")
    return {"failed": failed, "leaked": leaked}


def main() -> None:
    """Print the findings of both modes."""
    judge = Judge(parallel=2)
    found: dict[str, object] = {"uid": os.getuid(), "threads": threading.active_count()}
    for mode in ("strict", "files"):
        try:
            standing = judge.standing(mode)  # type: ignore[arg-type]
            found[mode] = {"tier": standing.tier, "layers": standing.layers, **_check(judge, mode)}
        except JudgeUnavailableError as error:
            found[mode] = {"tier": "", "refused": str(error)}
    judge.close()
    json.dump(found, sys.stdout)


if __name__ == "__main__":
    main()
