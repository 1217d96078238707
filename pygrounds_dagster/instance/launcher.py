"""The run launcher of ``dagster.yaml``: runs start warm, and dead ones are noticed.

A run is a fork of a process that has the code location loaded (see :mod:`.zygote`), tagged with pid and
start time, so that a run whose process is gone is failed within seconds, also after a power cut: by Dagster's
run monitoring when it had begun, by a thread of the daemon when it had not. Where the platform cannot fork,
Dagster's default launcher takes over and says so.
"""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping
from typing import IO, Any, Self, cast

from dagster import DagsterInstance, DefaultRunLauncher
from dagster._config.config_schema import UserConfigSchema
from dagster._core.errors import DagsterLaunchFailedError
from dagster._core.launcher.base import CheckRunHealthResult, LaunchRunContext
from dagster._core.storage.dagster_run import DagsterRun
from dagster._serdes import ConfigurableClassData, serialize_value
from dagster_shared.serdes.serdes import PackableValue

from pygrounds_dagster.instance.code import code_stamp
from pygrounds_dagster.instance.daemon import is_daemon_process
from pygrounds_dagster.instance.recover import run_health
from pygrounds_dagster.instance.worker import WORKER_TAG, parse_worker, worker_of
from pygrounds_dagster.settings import Settings

_log = logging.getLogger("dagster.pygrounds.launcher")


def _refusal(message: str) -> DagsterLaunchFailedError:
    return DagsterLaunchFailedError(message)  # type: ignore[no-untyped-call]


class Zygote:
    """The launcher's end of the zygote: started on demand, and anew when the code has changed."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._stamp = 0
        self._pointer = ""
        self._lock = threading.Lock()

    def fork(self, pointer: str, run_id: str, instance: str) -> int:
        """Start a run.

        Args:
            pointer: the code location's code pointer, serialised.
            run_id: the run.
            instance: the instance's reference, serialised.

        Returns:
            Pid of the process that executes it.

        Raises:
            DagsterLaunchFailedError: the zygote died or could not load the code location.
        """
        directory = Settings().log_dir / "runs"
        directory.mkdir(parents=True, exist_ok=True)
        with self._lock:
            self._ensure(pointer)
            return self._ask(
                {"run_id": run_id, "instance": instance, "log": str(directory / f"{run_id}.log")}
            )

    def start(self) -> None:
        """Start the process; it imports while the caller goes on."""
        with self._lock:
            self._start()

    def stop(self) -> None:
        """End the process; runs that it forked go on."""
        with self._lock:
            self._stop()

    def _ensure(self, pointer: str) -> None:
        stale = self._stamp != code_stamp() or pointer != self._pointer
        alive = self._process is not None and self._process.poll() is None
        if alive and not stale:
            return
        if not alive or self._pointer:  # a process that has loaded nothing yet can take any code location
            self._stop()
            self._start()
        self._ask({"pointer": pointer})
        self._pointer = pointer

    def _start(self) -> None:
        self._stamp, self._pointer = code_stamp(), ""
        self._process = subprocess.Popen(
            [sys.executable, "-m", f"{__package__}.zygote"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )

    def _stop(self) -> None:
        if self._process is None:
            return
        cast("IO[str]", self._process.stdin).close()
        self._process.wait()
        cast("IO[str]", self._process.stdout).close()
        self._process = None

    def _ask(self, request: Mapping[str, str]) -> int:
        process = self._process
        if process is None or process.stdin is None or process.stdout is None:
            raise _refusal("the warm run process was stopped while a run was being launched")
        try:
            process.stdin.write(json.dumps(request) + "\n")
            process.stdin.flush()
            line = process.stdout.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise _refusal(
                f"the warm run process died (exit status {process.wait()}); its messages are in the log of "
                "the process that launches runs (the daemon). Launch the run again."
            )
        answer = json.loads(line)
        if "error" in answer:
            raise _refusal(f"the code location cannot be run: {answer['error']}")
        return int(answer["pid"])


class WarmRunLauncher(DefaultRunLauncher):
    """Launches runs as forks of a warm process.

    In the daemon the process is started at once, elsewhere with the first run.
    """

    def __init__(self, inst_data: ConfigurableClassData | None = None) -> None:
        super().__init__(inst_data=inst_data)
        self._zygote = Zygote()
        self._can_fork = hasattr(os, "fork") and sys.platform != "darwin"  # macOS frameworks break after fork
        if not self._can_fork:
            _log.warning("this platform cannot fork safely: runs start cold, seconds slower each")

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """No configuration."""
        return {}

    @classmethod
    def from_config_value(cls, inst_data: ConfigurableClassData, config_value: Mapping[str, Any]) -> Self:  # noqa: ARG003
        """Build from ``dagster.yaml``."""
        return cls(inst_data=inst_data)

    def register_instance(self, instance: DagsterInstance) -> None:
        """Take up work for an instance."""
        super().register_instance(instance)
        if self._can_fork and is_daemon_process():
            self._zygote.start()

    def launch_run(self, context: LaunchRunContext) -> None:
        """Start a queued run.

        Raises:
            DagsterLaunchFailedError: its process cannot be started.
        """
        run = context.dagster_run
        if not self._can_fork or run.job_code_origin is None:
            super().launch_run(context)
            return
        pid = self._zygote.fork(
            serialize_value(cast("PackableValue", run.job_code_origin.repository_origin.code_pointer)),
            run.run_id,
            serialize_value(self._instance.get_ref()),
        )
        worker = worker_of(pid)
        self._instance.add_run_tags(run.run_id, {WORKER_TAG: str(worker)})
        self._run_ids.add(run.run_id)

    def terminate(self, run_id: str) -> bool:
        """Interrupt a run's process; it reports the cancellation itself.

        Returns:
            Whether there was a living process to interrupt.
        """
        run = self._instance.get_run_by_id(run_id)
        if run is None or run.is_finished:
            return False
        tag = run.tags.get(WORKER_TAG)
        if tag is None:
            return bool(super().terminate(run_id))  # type: ignore[no-untyped-call]
        worker = parse_worker(tag)
        self._instance.report_run_canceling(run)
        if not worker.is_alive():
            self._instance.report_run_canceled(run, message=f"its process ({worker}) is gone")
            return False
        os.kill(worker.pid, signal.SIGINT)
        return True

    @property
    def supports_check_run_worker_health(self) -> bool:
        """Yes: every run carries its process."""
        return True

    def check_run_worker_health(self, run: DagsterRun) -> CheckRunHealthResult:
        """Whether the process of a run lives; asked by run monitoring every few seconds."""
        return run_health(run)

    def dispose(self) -> None:
        """End the warm process with the instance; runs go on."""
        self._zygote.stop()
