"""Classic BPF as the kernel runs it on ``struct seccomp_data``: the reference that filters are tested on."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from functools import cache

from pygrounds_dagster.judge.bpf import Program
from pygrounds_dagster.judge.syscalls import Machine


@cache
def _code(program: Program, pid: int) -> list[tuple[int, ...]]:
    return list(struct.iter_unpack("<HBBI", program.pack(pid)))


def decide(
    program: Program,
    machine: Machine,
    call: str | int,
    arguments: Sequence[int] = (),
    *,
    pid: int = 0,
    audit: int | None = None,
) -> int:
    """The filter's decision on one call."""
    number = call if isinstance(call, int) else machine.numbers[call]
    padded = [*arguments, *[0] * (6 - len(arguments))]
    data = struct.pack("<IIQ6Q", number, machine.audit if audit is None else audit, 0, *padded)
    code = _code(program, pid)
    position = accumulator = 0
    while True:
        operation, if_true, if_false, constant = code[position]
        position += 1
        match operation:
            case 0x20:
                accumulator = struct.unpack_from("<I", data, constant)[0]
            case 0x05:
                position += constant
            case 0x15:
                position += if_true if accumulator == constant else if_false
            case 0x35:
                position += if_true if accumulator >= constant else if_false
            case 0x45:
                position += if_true if accumulator & constant else if_false
            case 0x06:
                return int(constant)
            case _:
                raise AssertionError(f"instruction {operation:#x} is not known to the interpreter")
