"""A run under way: what to wait on, and what its end meant.

Here: the judge's descriptors of one run, the run's status from the zygote's report and the program's frames.
Not here: starting it (``sandbox``), waiting (``driver``, ``runner``).
"""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import time
from collections.abc import Callable
from dataclasses import replace

from .channel import BadClaimError
from .jobs import Answers, FrameReader, Job, RunResult
from .limits import Status
from .scratch import Scratch, ScratchFullError
from .wire import FINISHED, NOT_LOCKED, REPORT_SIZE, TIMED_OUT, Report, unpack_report

WALL_SLACK = 2.0
"""Seconds beyond its wall limit after which the zygote itself is taken for dead."""

_SEALS = fcntl.F_SEAL_WRITE | fcntl.F_SEAL_GROW | fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_SEAL


class SandboxLostError(RuntimeError):
    """The zygote died under a run."""


def memory_file(name: str, data: bytes | None = None) -> int:
    """A memory file; with data, sealed and rewound."""
    descriptor = os.memfd_create(name, os.MFD_CLOEXEC | os.MFD_ALLOW_SEALING)
    if data is not None:
        written = 0
        while written < len(data):
            written += os.pwrite(descriptor, data[written:], written)
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, _SEALS)
    return descriptor


def contents(descriptor: int, cap: int) -> tuple[bytes, bool]:
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
        released: Callable[[], None],
    ) -> None:
        self._job = job
        self._give_up = give_up
        self._released: Callable[[], None] | None = released
        self._outputs = outputs
        self._status = status
        self.scratch = scratch
        self.overfull: ScratchFullError | None = None
        self._killed = False
        self.give_up_at = time.monotonic() + job.limits.wall + WALL_SLACK

    def fileno(self) -> int:
        """Descriptor to wait on."""
        return self._status.fileno()

    def watch(self) -> None:
        """Kill a files run that has outgrown its scratch directory's quota or a stream's cap.

        The kernel's limit on file sizes caps the streams of strict runs; here it must allow for larger files.
        """
        if self.scratch is None or self._killed:
            return
        try:
            self.scratch.measure()
        except ScratchFullError as error:
            self.overfull = error
        cap = self._job.limits.streams
        if self.overfull is not None or any(os.fstat(output).st_size > cap for output in self._outputs):
            self._killed = True
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
                self._give_up()
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
        if self._released is not None:
            self._released()
            self._released = None

    def _result_of(self, report: Report) -> RunResult:
        limits = self._job.limits
        streams = [contents(descriptor, limits.streams) for descriptor in self._outputs]
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
