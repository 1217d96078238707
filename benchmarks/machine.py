"""The machine a benchmark ran on, so that its numbers mean something.

What belongs here: naming the hardware. What does not: measuring it.
"""

from __future__ import annotations

import os
import platform
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

# The instruction sets that decide how fast an encoder can be.
_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx_vnni", "avx512_bf16", "amx_bf16", "amx_int8")


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine.

    Attributes:
        cpu: model name.
        cores: cores that this process may use.
        memory_gib: memory in GiB.
        flags: instruction sets of :data:`_FLAGS` that it has.
        gpu: name of the first CUDA device; empty where there is none or torch was not loaded.
        python: version of the interpreter.
        system: operating system.
    """

    cpu: str
    cores: int
    memory_gib: float
    flags: tuple[str, ...]
    gpu: str
    python: str
    system: str

    @property
    def has_amx(self) -> bool:
        """Whether the CPU multiplies bf16 tiles (Intel Sapphire Rapids and later)."""
        return "amx_bf16" in self.flags

    def __str__(self) -> str:
        parts = [self.cpu, f"{self.cores} cores", f"{self.memory_gib:.0f} GiB", " ".join(self.flags)]
        return ", ".join([*parts, *([self.gpu] if self.gpu else []), f"Python {self.python}", self.system])

    def as_dict(self) -> dict[str, object]:
        """Plain values for a JSON file."""
        return asdict(self)


def this_machine(*, gpu: bool = False) -> Machine:
    """Describe the machine; ``gpu`` loads torch to name the device."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    model, flags = _cpu()
    return Machine(
        cpu=model,
        cores=cores,
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        flags=tuple(flag for flag in _FLAGS if flag in flags),
        gpu=_gpu() if gpu else "",
        python=platform.python_version(),
        system=platform.system(),
    )


def _cpu() -> tuple[str, set[str]]:
    path = Path("/proc/cpuinfo")
    if not path.exists():
        return platform.processor() or platform.machine(), set()
    entries: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        name, separator, value = line.partition(":")
        if separator:
            entries[name.strip()] = value.strip()
    flags = entries.get("flags", entries.get("Features", ""))
    return entries.get("model name", platform.machine()), set(flags.split())


def _gpu() -> str:
    import torch

    return torch.cuda.get_device_name(0) if torch.cuda.is_available() else ""
