"""Assembler for seccomp filters: a table of decisions becomes a classic BPF program.

Here: instructions, the search tree over call numbers, argument checks, the packed form the kernel takes.
Not here: which call gets which decision (``filters``), installing (``kernel``).

The kernel runs a new filter once for every call number to learn which are decided by the number alone, so a
program's length is paid per process; the tree keeps every path at some ten instructions.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from .syscalls import Machine

ALLOW = 0x7FFF0000
KILL = 0x80000000

_LD, _JA, _JEQ, _JGE, _JSET, _RET = 0x20, 0x05, 0x15, 0x35, 0x45, 0x06
_NR, _ARCH, _ARGS = (
    0,
    4,
    16,
)  # offsets in struct seccomp_data (linux/seccomp.h); both machines are little-endian

Instruction = tuple[int, int, int, int]


def refuse(errno: int) -> int:
    """The decision "the call fails with this errno"; 0 answers success without doing anything."""
    return 0x00050000 | errno


@dataclass(frozen=True)
class Check:
    """One condition on one argument: all bits of ``without`` clear, or the value one of ``among``.

    ``own_pid`` compares with the process that installs the filter; ``wide`` looks at all 64 bits.
    """

    argument: int
    among: tuple[int, ...] = ()
    without: int = 0
    own_pid: bool = False
    wide: bool = False


@dataclass(frozen=True)
class Guard:
    """Decide ``then`` if every check holds, else ``otherwise``."""

    checks: tuple[Check, ...]
    otherwise: int
    then: int = ALLOW


Decision = int | Guard


@dataclass(frozen=True)
class Program:
    """An assembled filter. ``pid_slots`` are the instructions whose constant is the installer's pid."""

    instructions: tuple[Instruction, ...]
    pid_slots: tuple[int, ...] = field(default=())

    def pack(self, pid: int = 0) -> bytes:
        """The array of ``struct sock_filter`` with the pid filled in."""
        slots = set(self.pid_slots)
        return b"".join(
            struct.pack("<HBBI", code, jt, jf, pid if index in slots else k)
            for index, (code, jt, jf, k) in enumerate(self.instructions)
        )


class _Assembly:
    """Instructions of a subtree with the places that need the pid."""

    def __init__(self) -> None:
        self.code: list[Instruction] = []
        self.slots: list[int] = []

    def add(self, other: _Assembly) -> None:
        self.slots += [len(self.code) + slot for slot in other.slots]
        self.code += other.code


def _guard(guard: Guard) -> _Assembly:
    """Checks one after another; the last two instructions are "then" and "otherwise"."""
    steps: list[tuple[int, int, bool]] = []  # code, constant, whether it is the pid; negative: jump to fix
    for check in guard.checks:
        low = _ARGS + 8 * check.argument
        if check.wide:
            steps += [(_LD, low + 4, False), (_JEQ, 0, False)]
        steps.append((_LD, low, False))
        if check.without:
            steps.append((_JSET, check.without, False))
        elif check.own_pid:
            steps.append((_JEQ, 0, True))
        else:
            steps += [(-_JEQ, value, False) for value in check.among[:-1]]
            steps.append((_JEQ, check.among[-1], False))
    return _resolve(steps, guard)


def _resolve(steps: Sequence[tuple[int, int, bool]], guard: Guard) -> _Assembly:
    """Jump offsets: a failed test goes to the end, an early match past its remaining alternatives."""
    result = _Assembly()
    fail = len(steps) + 1
    for index, (code, constant, is_pid) in enumerate(steps):
        to_fail = fail - index - 1
        if is_pid:
            result.slots.append(index)
        if code == _LD:
            result.code.append((_LD, 0, 0, constant))
        elif code == _JSET:
            result.code.append((_JSET, to_fail, 0, constant))
        elif code == -_JEQ:
            last = next(later for later in range(index, len(steps)) if steps[later][0] == _JEQ)
            result.code.append((_JEQ, last - index, 0, constant))
        else:
            result.code.append((_JEQ, 0, to_fail, constant))
    result.code += [(_RET, 0, 0, guard.then), (_RET, 0, 0, guard.otherwise)]
    return result


def _tree(intervals: Sequence[tuple[int, Decision]]) -> _Assembly:
    """Binary search over the intervals' first numbers."""
    if len(intervals) == 1:
        decision = intervals[0][1]
        if isinstance(decision, Guard):
            return _guard(decision)
        leaf = _Assembly()
        leaf.code.append((_RET, 0, 0, decision))
        return leaf
    middle = len(intervals) // 2
    left, right = _tree(intervals[:middle]), _tree(intervals[middle:])
    pivot, distance = intervals[middle][0], len(left.code)
    result = _Assembly()
    if distance <= 255:
        result.code.append((_JGE, distance, 0, pivot))
    else:  # a conditional jump reaches 255 instructions, an unconditional one any
        result.code += [(_JGE, 0, 1, pivot), (_JA, 0, 0, distance)]
    result.add(left)
    result.add(right)
    return result


def _intervals(
    machine: Machine, table: Mapping[str, Decision], default: Decision
) -> list[tuple[int, Decision]]:
    """Decisions by number, neighbours of one decision merged."""
    by_number = {
        number: decision for name, decision in table.items() if (number := machine.number(name)) is not None
    }
    result: list[tuple[int, Decision]] = []
    for number in range(max(by_number) + 2):
        decision = by_number.get(number, default)
        if not result or isinstance(decision, Guard) or decision != result[-1][1]:
            result.append((number, decision))
    return result


def assemble(machine: Machine, table: Mapping[str, Decision], default: Decision) -> Program:
    """The filter that decides each call of ``table`` as told and every other call by ``default``.

    Calls made through another ABI (32-bit entry, x32) kill the process whatever they are. Names unknown to
    the machine are skipped.
    """
    result = _Assembly()
    result.code += [(_LD, 0, 0, _ARCH), (_JEQ, 1, 0, machine.audit), (_RET, 0, 0, KILL), (_LD, 0, 0, _NR)]
    if machine.foreign is not None:
        result.code += [(_JGE, 0, 1, machine.foreign), (_RET, 0, 0, KILL)]
    result.add(_tree(_intervals(machine, table, default)))
    return Program(tuple(result.code), tuple(result.slots))
