"""Executes a shown program and notes what it does: lines, values of variables after each, calls.

Here: the trace function and its notes, in the judge's child. Not here: reading the notes (``tracing``,
``attempts``). Only exact built-in types are noted, so that no ``__repr__`` of the program runs for it, and no
object lives longer for being watched.
"""

from __future__ import annotations

import io
import json
import linecache
import random
import sys
import types
from collections.abc import Callable
from typing import Any

SHOWN = "shown.py"
"""File name of the shown program's frames."""

_PLAIN = (int, float, bool, str, type(None), complex, bytes, range)
_HIDDEN = {"<listcomp>", "<setcomp>", "<dictcomp>", "<genexpr>", "<lambda>"}
_NO_VARIABLES = (types.ModuleType, types.FunctionType, types.BuiltinFunctionType, type)
_OPTIMIZED = 0x1  # functions have it, class bodies and modules do not
_GENERATOR = 0x20 | 0x80 | 0x200  # generators, coroutines, and both at once


class TooLongError(BaseException):
    """Ends a program that has executed too many lines; no ``except Exception`` of it catches this."""


def perform(source: str, stdin: str, watch: Callable[[Any, str, Any], Any]) -> tuple[str, str]:
    """Execute a program as a script; how it ended and, of an exception, its type and message."""
    module = types.ModuleType("__main__")
    module.__file__ = SHOWN
    linecache.cache[SHOWN] = (len(source), None, source.splitlines(True), SHOWN)
    before = (sys.modules.get("__main__"), sys.stdin)
    sys.modules["__main__"], sys.stdin = module, io.StringIO(stdin)
    random.seed(0)
    try:
        code = compile(source, SHOWN, "exec", dont_inherit=True)
        sys.settrace(watch)
        try:
            exec(code, module.__dict__)
        finally:
            sys.settrace(None)
    except TooLongError:
        return "endless", ""
    except SystemExit:
        return "exit", ""
    except BaseException as error:  # noqa: BLE001 - whatever the program raises is how it ended
        return "raised", f"{type(error).__name__}: {error}"[:300]
    finally:
        sys.modules["__main__"], sys.stdin = before[0] or module, before[1]
    return "ok", ""


def attempt(source: str, stdin: str, most_lines: int) -> str:
    """Execute a program; as JSON: how it ended, the error, the lines that were executed."""
    seen: set[int] = set()
    total = [0]

    def watch(frame: types.FrameType, event: str, _arg: Any) -> Any:
        if frame.f_code.co_filename != SHOWN:
            return None
        if event == "line":
            seen.add(frame.f_lineno)
            total[0] += 1
            if total[0] > most_lines:
                raise TooLongError
        return watch

    ended, error = perform(source, stdin, watch)
    return json.dumps([ended, error, sorted(seen)])


def record(source: str, stdin: str, starts: dict[int, int], limits: tuple[int, int, int, int]) -> str:
    """Execute a program and give its ``Notes`` as JSON."""
    notes = Notes(starts, limits)
    ended, error = perform(source, stdin, notes.enter)
    return json.dumps(
        {
            "ended": ended,
            "error": error,
            "lines": notes.lines,
            "calls": notes.calls,
            "steps": notes.steps,
            "total": notes.total,
            "complete": notes.complete,
        }
    )


class Notes:
    """What was seen of one execution.

    Attributes:
        lines: first line of a statement → how often it was executed, over all frames.
        calls: name, line of the definition, arguments, result and whether it raised, of each call of a
            function; the module is number 0. A value is its ``repr``, or None if it is no short plain data.
        steps: (frame, line, new values, names that are gone) after each executed line of the module or of a
            function. Generators, class bodies and lambdas are counted in ``lines`` only.
        total: executed lines.
        complete: whether everything found room.
        long: first lines of statements that have more than one.
    """

    def __init__(self, starts: dict[int, int], limits: tuple[int, int, int, int]) -> None:
        """``starts``: line → first line of its statement; ``limits``: most lines, steps, calls, letters."""
        self.lines: dict[int, int] = {}
        self.calls: list[list[Any]] = [["", 0, {}, None, False]]
        self.steps: list[list[Any]] = []
        self.total = 0
        self.complete = True
        self.long = {start for line, start in starts.items() if line != start}
        self._starts = starts
        self._most_lines, self._most_steps, self._most_calls, self._letters = limits

    def enter(self, frame: types.FrameType, _event: str, _arg: Any) -> Any:
        """The global trace function: how a new frame is watched."""
        code = frame.f_code
        if code.co_filename != SHOWN or code.co_name in _HIDDEN:
            return None
        if code.co_name == "<module>":
            return _Watch(self, 0)
        if not code.co_flags & _OPTIMIZED or code.co_flags & _GENERATOR:
            return self._count
        if len(self.calls) >= self._most_calls:
            self.complete = False
            return self._count
        names = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
        given = {name: short(frame.f_locals.get(name), self._letters) for name in names}
        self.calls.append([code.co_name, code.co_firstlineno, given, None, False])
        return _Watch(self, len(self.calls) - 1)

    def _count(self, frame: types.FrameType, event: str, _arg: Any) -> Any:
        if event == "line":
            self.count(self.start_of(frame.f_lineno))
        return self._count

    def count(self, line: int) -> None:
        """Note that a statement is about to be executed."""
        self.total += 1
        if self.total > self._most_lines:
            raise TooLongError
        self.lines[line] = self.lines.get(line, 0) + 1

    def start_of(self, line: int) -> int:
        """First line of the statement that a line belongs to."""
        return self._starts.get(line, line)

    def step(self, number: int, line: int, names: dict[str, Any], known: dict[str, str | None]) -> None:
        """Note the values after a line; ``known`` holds those that were noted before, and is brought up."""
        if len(self.steps) >= self._most_steps:
            self.complete = False
            return
        now = {
            name: short(value, self._letters)
            for name, value in names.items()
            if not name.startswith("__") and not isinstance(value, _NO_VARIABLES)
        }
        new = {name: text for name, text in now.items() if name not in known or known[name] != text}
        self.steps.append([number, line, new, [name for name in known if name not in now]])
        known.clear()
        known.update(now)


class _Watch:
    """The local trace function of one frame."""

    def __init__(self, notes: Notes, number: int) -> None:
        self._notes, self._number = notes, number
        self._pending = 0
        self._known: dict[str, str | None] = {}
        self._raising = False

    def __call__(self, frame: types.FrameType, event: str, arg: Any) -> Any:
        if event == "line":
            self._raising = False
            line = self._notes.start_of(frame.f_lineno)
            if line == self._pending and line in self._notes.long:
                return self  # a further line of the same statement
            self._finish(frame)
            self._notes.count(line)
            self._pending = line
        elif event == "exception":
            self._raising = True
        elif event == "return":
            self._finish(frame)
            if self._number:
                call = self._notes.calls[self._number]
                call[3] = None if self._raising else short(arg, self._notes._letters)
                call[4] = self._raising
        return self

    def _finish(self, frame: types.FrameType) -> None:
        if self._pending:
            self._notes.step(self._number, self._pending, frame.f_locals, self._known)
            self._pending = 0


def short(value: Any, limit: int) -> str | None:
    """The ``repr`` of plain data of at most ``limit`` characters; None of anything else."""
    if not _is_plain(value, 4, [limit]):
        return None
    text = repr(value)
    return text if len(text) <= limit else None


def _is_plain(value: Any, depth: int, room: list[int]) -> bool:
    kind = type(value)
    room[0] -= 1
    if room[0] < 0:
        return False
    if kind is int:
        return bool(-(10**18) < value < 10**18)
    if kind in _PLAIN:
        return kind is not str or len(value) <= 200
    if depth and kind in (list, tuple, set, frozenset):
        return all(_is_plain(item, depth - 1, room) for item in value)
    if depth and kind is dict:
        return all(_is_plain(k, 0, room) and _is_plain(v, depth - 1, room) for k, v in value.items())
    return False
