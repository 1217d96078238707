"""The filters, decided by an interpreter of the kernel's machine: which calls pass, with which arguments."""

from __future__ import annotations

from errno import EACCES, EAGAIN, ENOTTY, EPERM
from pathlib import Path

import pytest

from pygrounds_dagster.judge.bpf import ALLOW, KILL, Check, Guard, assemble, refuse
from pygrounds_dagster.judge.filters import FORK_FLAGS, THREAD_FLAGS, programs
from pygrounds_dagster.judge.limits import Mode
from pygrounds_dagster.judge.syscalls import MACHINES, Machine
from tests.judge.bpf_interpreter import decide

X86, ARM = MACHINES["x86_64"], MACHINES["aarch64"]
GOLDEN = Path(__file__).with_name("golden")
PID = 4711


def child_allows(machine: Machine, mode: Mode, call: str | int, arguments: tuple[int, ...] = ()) -> bool:
    """Whether a call passes both filters, as a child has them."""
    return all(
        decide(program, machine, call, arguments, pid=PID) == ALLOW for program in programs(machine, mode)
    )


@pytest.mark.parametrize("mode", ["strict", "files"])
@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_a_child_may_make_exactly_the_calls_on_record(machine: Machine, mode: Mode) -> None:
    """With arguments of zero; a change here is a change of what hostile programs can reach."""
    allowed = [name for name in sorted(machine.numbers) if child_allows(machine, mode, name)]
    recorded = (GOLDEN / f"{mode}_child_{machine.name}.txt").read_text().split()
    assert allowed == recorded


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_times_of_files_are_set_only_where_no_path_leads_outside(machine: Machine) -> None:
    """Elsewhere "now" is refused, so that ``touch`` makes the file, and any other time is answered "done"."""
    for call, at in {"utime": 1, "utimes": 1, "futimesat": 2, "utimensat": 2}.items():
        if machine.number(call) is None:
            continue
        now, then = (0,) * 4, tuple(4096 << 32 if place == at else 0 for place in range(4))
        own, _ = programs(machine, "files", own_root=True)
        shared, _ = programs(machine, "files")
        assert decide(own, machine, call, then) == ALLOW
        assert decide(shared, machine, call, then) == refuse(0)
        assert decide(shared, machine, call, now) == refuse(EACCES)


@pytest.mark.parametrize("mode", ["strict", "files"])
def test_numbers_outside_the_table_are_refused(mode: Mode) -> None:
    known = set(X86.numbers.values())
    unknown = [number for number in range(600) if number not in known]
    assert not [number for number in unknown if child_allows(X86, mode, number)]


def test_another_abi_is_fatal_whatever_it_calls() -> None:
    one, two = programs(X86, "strict")
    assert decide(one, X86, X86.numbers["getpid"] | 0x40000000) == KILL
    assert decide(two, X86, "getpid", audit=0x40000003) == KILL  # 32-bit entry


@pytest.mark.parametrize(
    "call",
    ["ptrace", "process_vm_readv", "bpf", "keyctl", "mount", "unshare", "io_uring_setup", "userfaultfd"],
)
def test_calls_that_only_attackers_make_are_fatal(call: str) -> None:
    assert decide(programs(X86, "strict")[0], X86, call) == KILL
    assert decide(programs(ARM, "files")[0], ARM, call) == KILL


CONDITIONS: list[tuple[Mode, str, tuple[int, ...], bool]] = [
    ("strict", "mmap", (0, 4096, 3, 0x22), True),
    ("strict", "mmap", (0, 4096, 7, 0x22), False),
    ("strict", "mmap", (0, 4096, 3, 1, 5), True),
    ("files", "mmap", (0, 4096, 3, 1, 5), False),
    ("files", "mmap", (0, 4096, 3, 0x22, 0xFFFFFFFF), True),
    ("files", "mmap", (0, 4096, 3, 0x22, 0xFFFFFFFFFFFFFFFF), True),
    ("files", "mmap", (0, 4096, 7, 0x22, 0xFFFFFFFF), False),
    ("strict", "mprotect", (0, 4096, 5), False),
    ("strict", "clone", (FORK_FLAGS,), False),
    ("strict", "clone", (THREAD_FLAGS,), False),
    ("files", "clone", (THREAD_FLAGS,), True),
    ("files", "clone", (FORK_FLAGS,), False),
    ("files", "clone", (THREAD_FLAGS | 0x10000000,), False),
    ("strict", "kill", (PID, 9), True),
    ("strict", "kill", (PID + 1, 9), False),
    ("strict", "kill", (0xFFFFFFFF, 9), False),
    ("strict", "tgkill", (PID, PID, 6), True),
    ("strict", "tgkill", (1, 1, 6), False),
    ("strict", "prctl", (15,), True),
    ("strict", "prctl", (22, 2), False),
    ("strict", "prlimit64", (0, 7, 0, 0x7FFF0000), True),
    ("strict", "prlimit64", (0, 7, 0x7FFF0000, 0), False),
    ("strict", "prlimit64", (0, 7, 0x7F0000000000, 0), False),
    ("strict", "prlimit64", (1, 7, 0, 0), False),
    ("strict", "fcntl", (0, 3), True),
    ("strict", "fcntl", (0, 8, 1), False),
    ("strict", "fcntl", (0, 4, 0x2000), False),
    ("strict", "fcntl", (0, 1033, 1), False),
    ("strict", "fcntl", (0, 6), False),
    ("files", "fcntl", (0, 6), True),
    ("strict", "ioctl", (0, 0x541B), True),
    ("strict", "ioctl", (0, 0x5412), False),
    ("strict", "socketpair", (1, 1), True),
    ("strict", "socketpair", (1, 2), False),
    ("strict", "sendto", (3, 0, 0, 0, 0), True),
    ("strict", "sendto", (3, 0, 0, 0, 0x7F0000000000), False),
    ("files", "openat", (0xFFFFFF9C, 0, 0x241), True),
    ("files", "openat", (0xFFFFFF9C, 0, 0x410002), False),
    ("strict", "openat", (0xFFFFFF9C, 0, 0), False),
]


@pytest.mark.parametrize(("mode", "call", "arguments", "passes"), CONDITIONS)
@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_arguments_decide(
    machine: Machine, mode: Mode, call: str, arguments: tuple[int, ...], passes: bool
) -> None:
    assert child_allows(machine, mode, call, arguments) is passes


def test_refusals_carry_the_errno_that_programs_expect() -> None:
    one, two = programs(X86, "strict")
    assert decide(one, X86, "openat") == refuse(EACCES)
    assert decide(one, X86, "ioctl", (0, 0x5401)) == refuse(ENOTTY)
    assert decide(one, X86, "swapon") == refuse(EACCES)
    assert decide(one, X86, "settimeofday") == refuse(EPERM)
    assert decide(two, X86, "fork") == refuse(EAGAIN)
    assert decide(programs(X86, "files")[0], X86, "chmod") == refuse(0)


def test_the_zygote_itself_may_fork_but_not_exec_or_thread() -> None:
    one, _two = programs(X86, "strict")
    assert decide(one, X86, "clone", (FORK_FLAGS,)) == ALLOW
    assert decide(one, X86, "clone", (THREAD_FLAGS,)) != ALLOW
    assert decide(one, X86, "execve") != ALLOW


def test_the_search_tree_decides_a_large_table_right() -> None:
    """Subtrees beyond 255 instructions need a long jump."""
    odd = Guard((Check(0, among=tuple(range(1, 90))),), refuse(1))
    table = {name: odd if number % 2 else refuse(2) for name, number in X86.numbers.items()}
    program = assemble(X86, table, KILL)
    for name, number in X86.numbers.items():
        wanted = refuse(2) if number % 2 == 0 else ALLOW
        assert decide(program, X86, name, (89,)) == wanted, name
        if number % 2:
            assert decide(program, X86, name, (90,)) == refuse(1), name
    assert decide(program, X86, 5000) == KILL
