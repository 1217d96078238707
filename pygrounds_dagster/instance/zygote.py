"""A process that has everything imported and forks itself for every run.

Starting Python and importing Dagster and the definitions costs seconds; a fork costs milliseconds. The zygote
is single-threaded, opens no connection and starts no arithmetic library's threads, so that a fork of it is
clean. It is told over its standard input what to run, one JSON object a line, and answers with the child's
pid. When its input closes it goes; the runs it started live on and finish.

Run as ``python -m pygrounds_dagster.instance.zygote`` by :mod:`pygrounds_dagster.instance.launcher` only.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import traceback
from pathlib import Path
from typing import Any, cast

from dagster import DagsterInstance
from dagster._cli.api import _execute_run_command_body  # what dagster-celery's worker calls, too
from dagster._core.code_pointer import CodePointer
from dagster._core.definitions.reconstruct import reconstruct_repository_def_from_pointer
from dagster._core.instance import InstanceRef
from dagster._serdes import deserialize_value
from dagster._utils.interrupts import capture_interrupts

from pygrounds_dagster.instance.worker import WORKER_TAG, this_worker


def preload(pointer: CodePointer) -> None:
    """Load the code location once, so that every child finds it loaded."""
    reconstruct_repository_def_from_pointer(pointer).get_all_jobs()


def _run_in_child(request: dict[str, Any]) -> int:
    """Execute one run in the forked child; returns the exit status."""
    os.setsid()  # a Ctrl-C at the service's terminal is not meant for its runs
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
    null = os.open(os.devnull, os.O_RDONLY)
    for target, source in ((0, null), (1, log), (2, log)):
        os.dup2(source, target)
    sys.stdin = Path(os.devnull).open(encoding="utf-8")  # noqa: SIM115 - for the life of the process
    reference = deserialize_value(request["instance"], InstanceRef)
    with capture_interrupts(), DagsterInstance.from_ref(reference) as instance:
        # The launcher says so too, if it lives to: a run that nobody knows the process of is never missed.
        instance.add_run_tags(request["run_id"], {WORKER_TAG: str(this_worker())})
        return _execute_run_command_body(
            request["run_id"], instance, lambda _event: None, set_exit_code_on_failure=True
        )


def _fork(request: dict[str, Any]) -> int:
    """Fork for a request; returns the child's pid, never returns in the child."""
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        status = _run_in_child(request)
    except BaseException:  # noqa: BLE001 - the child must never return into the zygote's loop; it is reported
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def serve() -> None:
    """Answer requests until the input closes.

    A request is ``{"pointer": …}`` (load the code location) or ``{"run_id", "instance", "log"}``; the answer
    ``{"pid": …}`` or ``{"error": …}``.
    """
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # children are reaped by the kernel
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for line in sys.stdin:
        request = json.loads(line)
        try:
            if "pointer" in request:
                preload(cast("CodePointer", deserialize_value(request["pointer"])))
                answer: dict[str, Any] = {"pid": os.getpid()}
            else:
                answer = {"pid": _fork(request)}
        except Exception as error:  # noqa: BLE001 - told to the launcher, which fails the run with it
            answer = {"error": f"{type(error).__name__}: {error}\n{traceback.format_exc()}"}
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    serve()
