"""What goes into a run and what comes out.

Here: ``Call``, ``Job``, ``RunResult`` and reading the frames of a finished run. Not here: talking to the
sandbox (``sandbox``), comparing (``verdict``).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .channel import BadClaimError, TooLargeError, Tree, check, encode, has_opaque, parse
from .limits import DEFAULT_LIMITS, Limits, Mode, Status
from .plain import to_value


class RefusedError(ValueError):
    """A job that cannot be given to the sandbox; ``status`` says which limit it breaks."""

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(message)
        self.status = status


@dataclass(frozen=True)
class Call:
    """One call of a run: a function of the program by (dotted) name, or an expression over its names.

    ``setup`` is executed before the expression. Arguments are plain data: what JSON has, and tuples, sets,
    bytes, complex, ranges, deques, Decimal, Fraction, dates.
    """

    name: str = ""
    args: Sequence[Any] = ()
    kwargs: Mapping[str, Any] = field(default_factory=dict)
    expression: str = ""
    setup: str = ""

    @classmethod
    def evaluate(cls, expression: str, setup: str = "") -> Call:
        """The value of an expression."""
        return cls(expression=expression, setup=setup)

    def encode(self, max_bytes: int) -> str:
        """The call as the child reads it.

        Raises:
            RefusedError: an argument is too large or not plain data.
        """
        if self.expression:
            return json.dumps(["eval", self.expression, self.setup])
        try:
            args = encode(list(self.args), max_bytes=max_bytes)
            kwargs = encode(dict(self.kwargs), max_bytes=max_bytes)
        except TooLargeError as error:
            raise RefusedError("input_limit", f"arguments of {self.name!r}: {error}") from None
        if has_opaque(parse(args)) or has_opaque(parse(kwargs)):
            raise RefusedError("input_limit", f"arguments of {self.name!r} are not plain data")
        return f'["call",{json.dumps(self.name)},{args},{kwargs}]'


def _bytes(text: str | bytes) -> bytes:
    """Text as UTF-8; lone surrogates pass, so that the program is what fails on them and not the judge."""
    return text.encode("utf-8", "surrogatepass") if isinstance(text, str) else bytes(text)


@dataclass(frozen=True)
class Job:
    """One run: a program, what to do with it, and within which limits."""

    program: str | bytes
    calls: Sequence[Call] = ()
    stdin: str | bytes = ""
    limits: Limits = DEFAULT_LIMITS
    mode: Mode = "strict"
    seed: int = 0
    as_main: bool = False
    """Run as ``__main__`` (a script) instead of as a module whose names are called."""
    files: Mapping[str, bytes] = field(default_factory=dict)
    """Files mode: put into the scratch directory beforehand, by relative path."""
    keep_files: bool = False

    def request(self) -> bytes:
        """The request's bytes as the child reads them.

        Raises:
            RefusedError: source, stdin, arguments or number of calls beyond the limits.
        """
        is_text = isinstance(self.program, str)
        source = _bytes(self.program)
        if len(source) > self.limits.source:
            raise RefusedError(
                "source_limit", f"the program has {len(source)} bytes, {self.limits.source} are allowed"
            )
        if not 0 <= self.seed < 1 << 32:
            raise RefusedError("refused", f"a hash seed is a number from 0 to 2**32 - 1, not {self.seed}")
        if len(self.calls) > self.limits.calls:
            raise RefusedError("input_limit", f"{len(self.calls)} calls, {self.limits.calls} are allowed")
        calls = ",".join(call.encode(self.limits.arguments) for call in self.calls)
        head = f"[{json.dumps(is_text)},{json.dumps(self.as_main)},{self.seed},[{calls}]]".encode()
        return len(head).to_bytes(8, "little") + head + source

    def stdin_bytes(self) -> bytes:
        """Standard input.

        Raises:
            RefusedError: larger than allowed.
        """
        data = _bytes(self.stdin)
        if len(data) > self.limits.stdin:
            raise RefusedError("input_limit", f"stdin has {len(data)} bytes, {self.limits.stdin} are allowed")
        return data


@dataclass(frozen=True)
class Raised:
    """An exception as the program's process claims it.

    ``type`` is the plain name for built-ins, else ``module.Name``; ``bases`` the same for all bases. ``line``
    is a line of the program (0: none of its lines), ``source`` that line's text.
    """

    type: str
    message: str
    line: int
    source: str
    bases: tuple[str, ...]
    traceback: str


@dataclass(frozen=True)
class CallResult:
    """What became of one call, or of the program's top level.

    Exactly one of ``tree`` (returned), ``raised``, ``exit_code``, ``missing`` and ``too_large`` is set.
    """

    tree: Tree = None
    returned: bool = False
    raised: Raised | None = None
    exit_code: int | None = None
    missing: str | None = None
    too_large: str | None = None
    arguments: Tree = None
    stdout: str = ""

    @property
    def value(self) -> Any:
        """The returned value as Python data; objects that are none come as ``plain.Opaque``.

        Raises:
            BadClaimError: the claim describes no possible value.
        """
        return to_value(self.tree)


@dataclass(frozen=True)
class RunResult:
    """A finished run. Everything but ``status`` and the measures is what the program claims.

    ``cpu`` and ``wall`` are seconds, ``peak_memory`` resident bytes including some 10 MB shared with the
    sandbox. ``module`` is the outcome of the top level, ``calls`` that of each call made.
    """

    status: Status
    message: str = ""
    stdout: str = ""
    stderr: str = ""
    module: CallResult | None = None
    calls: tuple[CallResult, ...] = ()
    cpu: float = 0.0
    wall: float = 0.0
    peak_memory: int = 0
    signal: int = 0
    files: Mapping[str, bytes] = field(default_factory=dict)

    @property
    def raised(self) -> Raised | None:
        """The first exception: of the top level, else of a call."""
        outcomes = ((self.module,) if self.module else ()) + self.calls
        return next((outcome.raised for outcome in outcomes if outcome.raised), None)


@dataclass(frozen=True)
class Answers:
    """The frames of a run: complete only if every call was answered and the end was reached."""

    module: CallResult | None
    calls: tuple[CallResult, ...]
    complete: bool


class FrameReader:
    """Reads the result channel of one run strictly: exactly the expected frames, in order, nothing else."""

    def __init__(self, program: str | bytes, stdout: bytes) -> None:
        text = program if isinstance(program, str) else program.decode("utf-8", "replace")
        self._lines = text.splitlines()
        self._stdout = stdout

    def read(self, data: bytes, expected_calls: int) -> Answers:
        """The answers.

        Raises:
            BadClaimError: something other than the sandbox's own frames was written.
        """
        lines = data.split(b"\n")
        if lines.pop() != b"" or len(lines) > expected_calls + 2:
            raise BadClaimError("the answers are cut off or too many")
        module: CallResult | None = None
        calls: list[CallResult] = []
        ended = False
        for line in lines:
            frame = parse(_ascii(line))
            if ended or type(frame) is not list or not frame:
                raise BadClaimError("a frame out of order")
            if module is None and frame[0] == "module" and len(frame) == 2:
                module = self._outcome(frame[1])
            elif module is not None and frame[0] == "call" and frame[1:2] == [len(calls)] and len(frame) == 6:
                calls.append(self._call(frame))
            elif module is not None and frame == ["end"]:
                ended = True
            else:
                raise BadClaimError("a frame out of order")
        return Answers(module, tuple(calls), ended and len(calls) == expected_calls)

    def _call(self, frame: list[Tree]) -> CallResult:
        _tag, _index, outcome, arguments, before, after = frame
        if type(before) is not int or type(after) is not int or not 0 <= before <= after:
            raise BadClaimError("impossible output offsets")
        check(arguments)
        printed = self._stdout[before:after].decode("utf-8", "replace")
        return self._outcome(outcome, arguments, printed)

    def _outcome(self, tree: Tree, arguments: Tree = None, printed: str = "") -> CallResult:
        match tree:
            case ["ok", value]:
                check(value)
                return CallResult(value, returned=True, arguments=arguments, stdout=printed)
            case ["raise", str(kind), list(mro), str(message), int(line), str(trace)] if all(
                type(base) is str for base in mro
            ):
                source = self._lines[line - 1].strip() if 0 < line <= len(self._lines) else ""
                raised = Raised(kind, message, line if source else 0, source, tuple(mro), trace)
                return CallResult(raised=raised, arguments=arguments, stdout=printed)
            case ["exit", int(code)]:
                return CallResult(exit_code=code, arguments=arguments, stdout=printed)
            case ["missing", str(name)]:
                return CallResult(missing=name)
            case ["large", str(why)]:
                return CallResult(too_large=why, stdout=printed)
        raise BadClaimError("an outcome of no known kind")


def _ascii(line: bytes) -> str:
    try:
        return line.decode("ascii")
    except UnicodeDecodeError:
        raise BadClaimError("a frame that is not text") from None
