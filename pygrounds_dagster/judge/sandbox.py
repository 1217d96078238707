"""The judge's end of a zygote: start it, learn how well it is locked, give it orders.

Here: one process of one mode and hash seed. Not here: a run once it is started (``pending``), queueing and
waiting (``runner``).
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path

from . import layers
from .jobs import Job
from .limits import Mode
from .pending import Pending, SandboxLostError, contents, memory_file
from .scratch import ScratchBase
from .wire import Order

BOOT = Path(__file__).with_name("boot.py")
START_SECONDS = 60.0
END_SECONDS = 10.0
_OWN_TASKS = 16  # the zygote and the runs beside this one


class JudgeUnavailableError(RuntimeError):
    """The judge cannot run programs safely here; the message names the missing layer and how to mend it."""


@dataclass(frozen=True)
class Standing:
    """What a zygote reported at start."""

    layers: int
    uid: int
    landlock_abi: int
    leaks: tuple[str, ...]

    @property
    def tier(self) -> str:
        """``A``, ``B``, ``C`` or ``""``."""
        return "" if self.leaks else layers.tier(self.layers)


class Sandbox:
    """A running zygote of one mode and one hash seed. Safe to use from several threads."""

    def __init__(self, mode: Mode, seed: int) -> None:
        """Start it and wait until it is locked.

        Raises:
            JudgeUnavailableError: it cannot be locked well enough for ``mode``.
        """
        self.mode: Mode = mode
        self._base = ScratchBase() if mode == "files" else None
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._errors = memory_file("errors")
        self._closing = threading.Lock()
        self._counting = threading.Lock()
        self.runs = 0
        self._lost = False
        inherited = [theirs.fileno()] + ([self._base.fd] if self._base else [])
        command = [
            sys.executable,
            "-s",
            "-S",
            "-P",
            "-B",
            "-X",
            "utf8",
            str(BOOT),
            mode,
            *map(str, inherited),
        ]
        environment = {"PYTHONHASHSEED": str(seed), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
        with theirs:
            self._process = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=self._errors,
                pass_fds=inherited,
                env=environment,
                cwd="/",
            )
        try:
            self.standing = self._greet()
            if self._base is not None:
                self._base.give_to(self.standing.uid)
        except BaseException:
            self.close()
            raise

    @property
    def pid(self) -> int:
        """Process id of the zygote."""
        return self._process.pid

    def _greet(self) -> Standing:
        self._control.settimeout(START_SECONDS)
        try:
            message = self._control.recv(65536)
        except TimeoutError:
            message = b""
        self._control.settimeout(None)
        if not message:
            raise JudgeUnavailableError(
                f"the sandbox did not start: {self._last_words() or 'no reason given'}"
            )
        report = json.loads(message)
        standing = Standing(report["layers"], report["uid"], report["abi"], tuple(report["leaks"]))
        if not layers.serves(standing.layers, self.mode):
            raise JudgeUnavailableError(_missing(standing, self.mode))
        if standing.leaks:
            could = ", ".join(standing.leaks)
            raise JudgeUnavailableError(f"the sandbox's self-test could {could}; it must not")
        return standing

    def _last_words(self) -> str:
        self._process.poll()
        data, _ = contents(self._errors, 100_000)
        return data.decode("utf-8", "replace").strip()[-2000:]

    def submit(self, job: Job) -> Pending:
        """Start a run.

        Raises:
            RefusedError: the job breaks a limit by itself.
            SandboxLostError: the zygote is gone.
        """
        request, stdin, order = job.request(), job.stdin_bytes(), self._order(job).pack()
        scratch = self._base.create(job.limits, job.files) if self._base is not None else None
        ours, theirs = socket.socketpair()
        outputs = [memory_file(name) for name in ("stdout", "stderr", "result")]
        given = [theirs.detach(), memory_file("request", request), memory_file("stdin", stdin)]
        pending = Pending(job, list(outputs), ours, scratch, self.end, self._landed)
        with self._counting:
            self.runs += 1
        descriptors = given + outputs + ([scratch.fd, scratch.removed] if scratch is not None else [])
        try:
            socket.send_fds(self._control, [order], descriptors)
        except OSError as error:
            pending.release()
            self.end()
            raise SandboxLostError(f"the sandbox is gone: {error}") from error
        finally:
            for descriptor in given:
                os.close(descriptor)
        return pending

    def _order(self, job: Job) -> Order:
        limits = job.limits
        files = job.mode == "files"
        return Order(
            cpu=math.ceil(limits.cpu),
            wall_ms=math.ceil(limits.wall * 1000),
            memory=limits.memory,
            stack=limits.stack,
            open_files=limits.open_files,
            file_size=(limits.scratch_bytes if files else limits.streams) + 1,
            tasks=self._other_tasks() + limits.threads if files else 0,
        )

    def _other_tasks(self) -> int:
        """Tasks that count against the same limit as a run's threads: those of its uid."""
        if self.standing.layers & (layers.OWN_UID | layers.USER_NAMESPACE):
            return _OWN_TASKS
        uid, count = self.standing.uid, _OWN_TASKS
        with os.scandir("/proc") as processes:
            for process in processes:
                with contextlib.suppress(OSError):  # it ended while being counted
                    if process.name.isdigit() and process.stat().st_uid == uid:
                        count += len(os.listdir(f"/proc/{process.name}/task"))
        return count

    def _landed(self) -> None:
        with self._counting:
            self.runs -= 1

    def alive(self) -> bool:
        """Whether the zygote still runs."""
        return not self._lost and self._process.poll() is None

    def end(self) -> None:
        """Make the zygote end, without waiting for it."""
        self._lost = True
        with contextlib.suppress(OSError):  # it is gone already
            self._control.shutdown(socket.SHUT_RDWR)
        with contextlib.suppress(PermissionError):  # root without CAP_KILL: the hang-up must do
            self._process.kill()

    def close(self) -> None:
        """End the zygote and every run under it.

        Raises:
            JudgeUnavailableError: it does not end; only possible for a root that may not kill other users.
        """
        with self._closing:
            self.end()
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                raise JudgeUnavailableError(f"the sandbox, process {self.pid}, does not end") from None
            self._control.close()
            if self._errors >= 0:
                os.close(self._errors)
                self._errors = -1
            if self._base is not None:
                self._base.close()


def _missing(standing: Standing, mode: Mode) -> str:
    has = ", ".join(layers.names(standing.layers)) or "nothing"
    if not standing.layers & layers.SECCOMP:
        return (
            f"the judge refuses to start: the kernel gives no seccomp filter (it gives {has}). "
            "Run on Linux 4.14 or later, in a container whose profile allows the calls seccomp and prctl."
        )
    return (
        f"the judge refuses {mode} runs: they need Landlock (Linux 5.13, allowed by the container's profile) "
        f"or a chroot with a uid of its own (root with CAP_SYS_CHROOT and CAP_SETUID, or user namespaces); "
        f"there is {has}. Strict runs need less."
    )
