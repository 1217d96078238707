"""The judge's end of a zygote: start it, give it orders, read what came of them.

Here: one process per mode and hash seed, the descriptors of a run, its end. Not here: queueing and waiting
(``runner``), what the answers mean (``verdict``).
"""

from __future__ import annotations

import fcntl
import json
import math
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from . import layers
from .channel import BadClaimError
from .jobs import Answers, FrameReader, Job, RunResult
from .limits import Mode, Status
from .scratch import Scratch, ScratchBase, ScratchFullError
from .wire import FINISHED, NOT_LOCKED, REPORT_SIZE, TIMED_OUT, Order, Report, unpack_report

BOOT = Path(__file__).with_name("boot.py")
START_SECONDS = 60.0
WALL_SLACK = 2.0
_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


class JudgeUnavailableError(RuntimeError):
    """The judge cannot run programs safely here; the message names the missing layer and how to mend it."""


class SandboxLostError(RuntimeError):
    """The zygote died under a run."""


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


def _memory_file(name: str, data: bytes | None = None) -> int:
    """A memory file; with data, sealed and rewound."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    if data is not None:
        written = 0
        while written < len(data):
            written += os.pwrite(descriptor, data[written:], written)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    return descriptor


def _contents(descriptor: int, cap: int) -> tuple[bytes, bool]:
    """Up to ``cap`` bytes of a finished stream, and whether there was more."""
    size = os.fstat(descriptor).st_size
    data = os.pread(descriptor, min(size, cap), 0)
    return data, size > cap


class Pending:
    """A run under way. ``fileno()`` becomes readable when it has ended; then ``finish()``."""

    def __init__(
        self,
        job: Job,
        outputs: list[int],
        status: socket.socket,
        scratch: Scratch | None,
        give_up: Callable[[], None],
    ) -> None:
        self._job = job
        self._give_up = give_up
        self._outputs = outputs
        self._status = status
        self.scratch = scratch
        self.overfull: ScratchFullError | None = None
        self.give_up_at = time.monotonic() + job.limits.wall + WALL_SLACK

    def fileno(self) -> int:
        """Descriptor to wait on."""
        return self._status.fileno()

    def watch(self) -> None:
        """Kill a files run whose scratch directory has outgrown its quota."""
        if self.scratch is None or self.overfull is not None:
            return
        try:
            self.scratch.measure()
        except ScratchFullError as error:
            self.overfull = error
            self._status.shutdown(socket.SHUT_WR)  # the zygote kills the run, and still reports

    def finish(self) -> RunResult:
        """Read the report and what the run left, and release everything.

        Raises:
            SandboxLostError: the zygote died before it could report.
        """
        try:
            try:
                data = self._status.recv(REPORT_SIZE, socket.MSG_DONTWAIT)
            except BlockingIOError:  # it should have ended the run long ago
                self._give_up()
                raise SandboxLostError("the sandbox did not end the run in time") from None
            except ConnectionResetError:
                data = b""
            if len(data) != REPORT_SIZE:
                raise SandboxLostError("the sandbox ended before the run did")
            return self._result_of(unpack_report(data))
        finally:
            self.release()

    def release(self) -> None:
        """Close everything; a run still alive is killed by that."""
        self._status.close()
        while self._outputs:
            os.close(self._outputs.pop())
        if self.scratch is not None:
            self.scratch.remove()

    def _result_of(self, report: Report) -> RunResult:
        limits = self._job.limits
        streams = [_contents(descriptor, limits.streams) for descriptor in self._outputs]
        (stdout, _), (stderr, _), (claims, _) = streams
        status, message, number = _how_it_ended(report, limits.cpu)
        answers = Answers(None, (), False)
        try:
            answers = FrameReader(self._job.program, stdout).read(claims, len(self._job.calls))
        except BadClaimError as error:
            if status == "ok":
                status, message = "no_answer", str(error)
        if any(more for _data, more in streams):
            status, message = "output_limit", f"more than {limits.streams} bytes of output"
        elif status == "ok":
            status, message = _what_it_said(answers)
        result = RunResult(
            status,
            message,
            stdout.decode("utf-8", "replace"),
            stderr.decode("utf-8", "replace"),
            answers.module,
            answers.calls,
            report.cpu_us / 1e6,
            report.wall_us / 1e6,
            report.peak_kib * 1024,
            number,
        )
        return self._with_files(result)

    def _with_files(self, result: RunResult) -> RunResult:
        if self.scratch is None:
            return result
        try:
            if self.overfull is not None:
                raise self.overfull
            self.scratch.measure()
            files = self.scratch.read_back() if self._job.keep_files else {}
            return replace(result, files=files)
        except ScratchFullError as error:
            return replace(result, status="file_limit", message=str(error))


def _how_it_ended(report: Report, cpu_limit: float) -> tuple[Status, str, int]:
    """Status by what the zygote saw; time is judged by who killed, since usage may read a little low."""
    if report.kind == TIMED_OUT:
        return "time_limit", "the wall time is used up", 0
    if report.kind != FINISHED:
        step = "lock itself" if report.kind == NOT_LOCKED else "start"
        return "refused", f"the run could not {step}: {os.strerror(report.errno)}", 0
    if not os.WIFSIGNALED(report.wait_status):
        code = os.waitstatus_to_exitcode(report.wait_status)
        if report.cpu_us / 1e6 > cpu_limit:
            return "time_limit", "the CPU time is used up", 0
        return (
            ("ok", "", 0) if code == 0 else ("no_answer", f"the process ended itself with status {code}", 0)
        )
    number = os.WTERMSIG(report.wait_status)
    killed_by_limit = number == signal.SIGKILL and report.cpu_us / 1e6 > cpu_limit / 2
    if number == signal.SIGXCPU or killed_by_limit:
        return "time_limit", "the CPU time is used up", number
    if number == signal.SIGSYS:
        return "violation", "the program made a forbidden system call", number
    return "crash", f"the process was ended by {signal.Signals(number).name}", number


def _what_it_said(answers: Answers) -> tuple[Status, str]:
    """Status of a process that ended well, by its frames."""
    outcomes = ((answers.module,) if answers.module else ()) + answers.calls
    if any(outcome.raised and "MemoryError" in outcome.raised.bases for outcome in outcomes):
        return "memory_limit", "the memory is used up"
    module = answers.module
    if module is not None and module.raised is not None:
        line = f" in line {module.raised.line}" if module.raised.line else ""
        return "error", f"{module.raised.type}{line}: {module.raised.message}"
    missing = next((outcome.missing for outcome in answers.calls if outcome.missing), None)
    if missing is not None:
        return "error", f"the program does not define {missing!r}"
    if not answers.complete:
        if module is not None and module.exit_code is not None:
            return "error", f"the program left with exit status {module.exit_code} before it was called"
        return "no_answer", "the process ended before it had answered"
    if module is not None and module.exit_code:
        return "error", f"the program left with exit status {module.exit_code}"
    return "ok", ""


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
        self._errors = _memory_file("errors")
        self._closing = threading.Lock()
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
        if standing.leaks:
            raise JudgeUnavailableError(
                f"the sandbox's self-test could {', '.join(standing.leaks)}; it must not"
            )
        if not layers.serves(standing.layers, self.mode):
            raise JudgeUnavailableError(_missing(standing, self.mode))
        return standing

    def _last_words(self) -> str:
        self._process.poll()
        data, _ = _contents(self._errors, 100_000)
        return data.decode("utf-8", "replace").strip()[-2000:]

    def submit(self, job: Job) -> Pending:
        """Start a run.

        Raises:
            RefusedError: the job breaks a limit by itself.
            SandboxLostError: the zygote is gone.
        """
        request, stdin = job.request(), job.stdin_bytes()
        scratch = self._base.create(job.limits, job.files) if self._base is not None else None
        ours, theirs = socket.socketpair()
        outputs = [_memory_file(name) for name in ("stdout", "stderr", "result")]
        given = [theirs.detach(), _memory_file("request", request), _memory_file("stdin", stdin)]
        pending = Pending(job, list(outputs), ours, scratch, self._process.kill)
        descriptors = given + outputs + ([scratch.fd] if scratch is not None else [])
        try:
            socket.send_fds(self._control, [self._order(job).pack()], descriptors)
        except OSError as error:
            pending.release()
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
            tasks=limits.threads + 16 if files and self._private_uid else 0,
        )

    @property
    def _private_uid(self) -> bool:
        return bool(self.standing.layers & (layers.OWN_UID | layers.USER_NAMESPACE))

    def alive(self) -> bool:
        """Whether the zygote still runs."""
        return self._process.poll() is None

    def close(self) -> None:
        """End the zygote and every run under it."""
        with self._closing:
            self._control.close()
            if self._process.poll() is None:
                self._process.kill()
            self._process.wait()
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
