"""What a locked child does: compile the program, run it, make the calls, answer with frames.

Here: the untrusted part of a run, from reading the request to the last flush. It runs in the same process as
the program and may be subverted by it: nothing it says is more than a claim. Not here: locking (``child``).

Request (descriptor 4): 8 bytes length, that many bytes of JSON ``[is_text, is_main, seed, calls]``, source.
A call is ``["call", name, args, kwargs]`` or ``["eval", expression, setup]``; values are channel trees.
Frames (descriptor 3), one JSON line each: ``["module", outcome]``, one ``["call", index, outcome, arguments
afterwards or null, stdout offset before, after]`` a call, ``["end"]``. An outcome is ``["ok", tree]``,
``["raise", type, mro, message, line, traceback]``, ``["exit", code]``, ``["missing", name]`` or
``["large", why]``.
"""

from __future__ import annotations

import builtins
import json
import mmap
import os
import sys
import types
from contextlib import suppress
from typing import Any

from .channel import TooLargeError, encode, isinstance_of, type_name
from .plain import to_value

FILENAME = "program.py"
MAX_MESSAGE = 2000
MAX_TRACEBACK = 8000
_MAX_FRAME = 900_000

# Given back when the program fails: one that has filled its memory leaves none to say so. Address space is
# what is limited, so the pages are never touched and cost neither the zygote nor its forks anything.
_reserve = [mmap.mmap(-1, 8 << 20, mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)]
_stdout, _stderr = sys.stdout, sys.stderr
_dumps, _write, _lseek = json.dumps, os.write, os.lseek


def _read_request() -> tuple[list[Any], bytes]:
    size = _lseek(4, 0, 2)
    data = b""
    while len(data) < size:
        data += os.pread(4, size - len(data), len(data))
    os.close(4)
    length = int.from_bytes(data[:8], "little")
    return json.loads(data[8 : 8 + length]), data[8 + length :]


def _send(frame: str) -> None:
    data = frame.encode("ascii") + b"\n"
    while data:
        data = data[_write(3, data) :]


def _slot(error: BaseException, kind: type[BaseException], name: str) -> Any:
    """An exception's built-in attribute, whatever its own class answers when asked for it."""
    return kind.__dict__[name].__get__(error)


def _line(error: BaseException) -> int:
    """Line of the program where the error came from: the innermost of its own frames, or of its syntax."""
    line = 0
    trace = _slot(error, BaseException, "__traceback__")
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == FILENAME:
            line = trace.tb_lineno or 0
        trace = trace.tb_next
    if not line and isinstance_of(error, SyntaxError):
        number = _slot(error, SyntaxError, "lineno")
        line = number if type(number) is int else 0
    return line


def _message(error: BaseException) -> str:
    try:
        text = str(error)
        if isinstance_of(error, SyntaxError) and type(_slot(error, SyntaxError, "msg")) is str:
            text = _slot(error, SyntaxError, "msg")  # without the place, which has its own field
        return text[:MAX_MESSAGE] if type(text) is str else ""
    except BaseException as nested:  # noqa: BLE001 - the program's __str__ may raise anything
        return f"<message raised {type_name(type(nested))}>"


def _traceback(error: BaseException) -> str:
    """The text a terminal would show, without the judge's own frames."""
    from traceback import TracebackException

    try:
        trace = _slot(error, BaseException, "__traceback__")
        while trace is not None and trace.tb_frame.f_code.co_filename != FILENAME:
            trace = trace.tb_next
        report = TracebackException(type(error), error, trace, limit=-20, compact=True)
        text = "".join(report.format())
    except BaseException as nested:  # noqa: BLE001 - formatting calls the program's __str__ and properties
        text = f"{type_name(type(error))} (no traceback: {type_name(type(nested))})\n"
    return text if len(text) <= MAX_TRACEBACK else text[:MAX_TRACEBACK] + "…\n"


def _raised(error: BaseException, trace: str) -> str:
    """Outcome of an exception."""
    kind = type(error)
    if isinstance_of(error, SystemExit):
        code = _slot(error, SystemExit, "code")
        number = 0 if code is None else int(code) & 0xFF if type(code) in (int, bool) else 1
        return f'["exit",{number}]'
    mro = [type_name(base) for base in type.__dict__["__mro__"].__get__(kind)][:20]
    return _dumps(["raise", type_name(kind), mro, _message(error), _line(error), trace])


def _flush() -> None:
    """Push out what the program printed; its own replacements of the streams may be broken or closed."""
    for stream in (sys.stdout, sys.stderr, _stdout, _stderr):
        with suppress(BaseException):  # a closed or full stream loses its rest, as in a shell
            stream.flush()


def _offset() -> int:
    try:
        return _lseek(1, 0, 1)
    except OSError:  # the program closed its output
        return 0


def _compile(source: bytes, is_text: bool) -> types.CodeType:
    text = source.decode("utf-8", "surrogatepass") if is_text else source
    try:
        return compile(text, FILENAME, "exec", dont_inherit=True)
    except (MemoryError, RecursionError):  # what the parser says of its own stack, whatever memory there is
        raise SyntaxError("the program is nested too deeply to be compiled") from None


def _remember_lines(source: bytes) -> None:
    """Let tracebacks and ``inspect`` show the program's lines."""
    import linecache

    text = source.decode("utf-8", "replace")
    linecache.cache[FILENAME] = (lambda: text,)  # the module's own lazy entry


def _run_module(source: bytes, is_text: bool, module: types.ModuleType) -> str:
    """Compile and execute the program's top level; the outcome."""
    try:
        exec(_compile(source, is_text), module.__dict__)
    except BaseException as error:  # noqa: BLE001 - whatever the program raises is its outcome
        _reserve.clear()
        if isinstance_of(error, SystemExit):
            return _raised(error, "")
        trace = _traceback(error)
        _print_error(trace)
        return _raised(error, trace)
    return '["ok",null]'


def _print_error(trace: str) -> None:
    try:
        _flush()
        os.write(2, trace.encode("utf-8", "backslashreplace"))
    except OSError:  # stderr closed or full
        return


def _evaluate(expression: str, setup: str, namespace: dict[str, Any]) -> Any:
    if setup:
        exec(compile(setup, "<setup>", "exec", dont_inherit=True), namespace)
    return eval(compile(expression, "<test>", "eval", dont_inherit=True), namespace)


def _target(name: str, namespace: dict[str, Any]) -> Any:
    first, *rest = name.split(".")
    found = namespace[first]
    for attribute in rest:
        found = getattr(found, attribute)
    return found


def _call(call: list[Any], arguments: tuple[Any, Any] | None, namespace: dict[str, Any]) -> str:
    """Make one call; its outcome."""
    try:
        if arguments is None:
            result = _evaluate(call[1], call[2], namespace)
        else:
            try:
                target = _target(call[1], namespace)
            except (KeyError, AttributeError):
                return _dumps(["missing", call[1]])
            result = target(*arguments[0], **arguments[1])
    except BaseException as error:  # noqa: BLE001 - whatever the program raises is its outcome
        _reserve.clear()
        return _raised(error, "" if isinstance_of(error, SystemExit) else _traceback(error))
    try:
        return f'["ok",{encode(result, max_bytes=_MAX_FRAME)}]'
    except (TooLargeError, RecursionError) as error:
        return _dumps(["large", str(error)])
    except BaseException as error:  # noqa: BLE001 - reading a hostile object may raise anything
        return _raised(error, "")


def _afterwards(arguments: tuple[Any, Any] | None) -> str:
    """The positional arguments as the call left them."""
    if arguments is None:
        return "null"
    try:
        return encode(arguments[0], max_bytes=_MAX_FRAME)
    except BaseException:  # noqa: BLE001 - too large or hostile: not comparable
        return "null"


def _finish_script() -> None:
    """What the interpreter does at the end of a script: wait for threads, call the exit functions."""
    try:
        threading = sys.modules.get("threading")
        if threading is not None:
            threading._shutdown()
        atexit = sys.modules.get("atexit")
        if atexit is not None:
            atexit._run_exitfuncs()
    except BaseException as error:  # noqa: BLE001 - an exit function of the program raised
        _print_error(_traceback(error))


def main() -> None:
    """Serve the one request of this process."""
    (is_text, is_main, seed, calls), source = _read_request()
    prepared = [(to_value(call[2]), to_value(call[3])) if call[0] == "call" else None for call in calls]
    _remember_lines(source)
    sys.modules["random"].seed(seed)
    name = "__main__" if is_main else "program"
    module = types.ModuleType(name)
    module.__file__ = FILENAME
    # the true built-in names, which a program may patch for itself; this module has a copy of its own
    module.__dict__["__builtins__"] = builtins if is_main else vars(builtins)
    sys.modules[name] = module
    sys.argv[:] = [FILENAME]
    outcome = _run_module(source, is_text, module)
    _flush()
    _send(f'["module",{outcome}]')
    if outcome.startswith('["ok"') or is_main:
        for index, (call, arguments) in enumerate(zip(calls, prepared, strict=True)):
            before = _offset()
            outcome = _call(call, arguments, module.__dict__)
            _flush()
            _send(f'["call",{index},{outcome},{_afterwards(arguments)},{before},{_offset()}]')
    _finish_script()
    _flush()
    _send('["end"]')
