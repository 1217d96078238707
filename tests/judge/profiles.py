"""Environments to hold in: a command run as root, as a user, or under a container's rules.

``python profiles.py PROFILE COMMAND...`` drops what the profile lacks and executes the command. No container
is needed: its rules are a seccomp profile and a set of capabilities, put on this process as a runtime does.
Standard library only: the commands run under interpreters that have nothing else.
"""

from __future__ import annotations

import ctypes
import functools
import os
import stat
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from errno import ENOSYS, EPERM
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from pygrounds_dagster.judge import bpf, kernel, landlock, syscalls  # noqa: E402 - the path comes first

# CHOWN DAC_OVERRIDE FOWNER FSETID KILL SETGID SETUID SETPCAP NET_BIND_SERVICE NET_RAW SYS_CHROOT MKNOD
# AUDIT_WRITE SETFCAP: what Docker leaves to a container's root
DOCKER_CAPABILITIES = frozenset({0, 1, 3, 4, 5, 6, 7, 8, 10, 13, 18, 27, 29, 31})
USER = 1000


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


# What Docker's default profile refuses without CAP_SYS_ADMIN (moby/profiles, seccomp/default.json).
_NAMESPACE_FLAGS = 0x7E020000
_REFUSED = _names("""
    unshare setns mount umount2 pivot_root fsopen fsconfig fsmount fspick move_mount open_tree mount_setattr
    bpf perf_event_open lookup_dcookie quotactl sethostname setdomainname syslog keyctl add_key request_key
    kexec_load kexec_file_load init_module finit_module delete_module reboot swapon swapoff acct
    open_by_handle_at userfaultfd io_uring_setup io_uring_enter io_uring_register iopl ioperm
""")
_LANDLOCK = _names("landlock_create_ruleset landlock_add_rule landlock_restrict_self")


@dataclass(frozen=True)
class Profile:
    """``tier`` and ``files_tier`` are what the judge must reach; empty: it must refuse."""

    tier: str
    files_tier: str
    uid: int = 0
    capabilities: frozenset[int] | None = None
    refused: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    """What the machine itself must have for the tiers to be reached, of ``HAS``."""


PROFILES = {
    "root": Profile("A", "A"),
    "root-with-three-capabilities": Profile(
        "A", "B", 0, frozenset({6, 7, 18}), _REFUSED, needs=("landlock",)
    ),
    "user": Profile("A", "A", USER, needs=("user namespaces",)),
    "user-without-namespaces": Profile("B", "B", USER, refused=("unshare", "setns"), needs=("landlock",)),
    "container-root": Profile("A", "A", 0, DOCKER_CAPABILITIES, _REFUSED),
    "container-root-without-capabilities": Profile("B", "B", 0, frozenset(), _REFUSED, needs=("landlock",)),
    "container-user": Profile("B", "B", USER, frozenset(), _REFUSED, needs=("landlock",)),
    "old-container-root": Profile("A", "A", 0, DOCKER_CAPABILITIES, _REFUSED, _LANDLOCK),
    "old-container-user": Profile("C", "", USER, frozenset(), _REFUSED, _LANDLOCK),
    "no-seccomp": Profile("", "", 0, DOCKER_CAPABILITIES, (*_REFUSED, "seccomp")),
}


@functools.cache
def _users_may_have_namespaces() -> bool:
    """Whether a process without privileges gets a user namespace, and capabilities in it."""
    attempt = "from pygrounds_dagster.judge import layers\nlayers._enter_user_namespace()"
    entered = [sys.executable, str(Path(__file__).resolve()), "user"] if os.geteuid() == 0 else []
    done = subprocess.run(
        [*entered, interpreter("user") or sys.executable, "-c", attempt],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


HAS: dict[str, Callable[[], bool]] = {
    "landlock": lambda: landlock.abi() > 0,
    "user namespaces": _users_may_have_namespaces,
    "network namespaces": lambda: bool(kernel.capabilities() >> 21 & 1),  # CAP_SYS_ADMIN
}


def _prepared_filter(profile: Profile) -> kernel.Filter:
    table: dict[str, bpf.Decision] = {
        **dict.fromkeys(profile.refused, bpf.refuse(EPERM)),
        **dict.fromkeys(profile.missing, bpf.refuse(ENOSYS)),
        "clone3": bpf.refuse(ENOSYS),
    }
    if "unshare" in profile.refused:
        table["clone"] = bpf.Guard((bpf.Check(0, without=_NAMESPACE_FLAGS),), bpf.refuse(EPERM))
    program = bpf.assemble(syscalls.this_machine(), table, bpf.ALLOW)
    return kernel.Filter(program)


def _drop(profile: Profile) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if profile.capabilities is not None:
        for capability in range(64):
            if capability not in profile.capabilities:
                libc.prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP; numbers the kernel lacks are refused
    if profile.uid:
        os.setgroups([])
        os.setresgid(profile.uid, profile.uid, profile.uid)
        os.setresuid(profile.uid, profile.uid, profile.uid)


def enter(name: str) -> None:
    """Put the profile on this process for good."""
    profile = PROFILES[name]
    rules = _prepared_filter(profile) if profile.refused or profile.missing else None
    _drop(profile)
    if rules is not None:
        kernel.no_new_privileges()
        rules.install()


def _reachable(path: Path) -> bool:
    """Whether anybody may execute ``path``: every directory on the way is open to others."""
    resolved = path.resolve()
    return all(directory.stat().st_mode & stat.S_IXOTH for directory in (*resolved.parents, resolved))


def interpreter(name: str) -> str | None:
    """An interpreter that the profile's user can start, this one if possible; None if there is none."""
    if PROFILES[name].uid == 0 or os.geteuid() != 0 or _reachable(Path(sys.executable)):
        return sys.executable
    system = Path("/usr/bin/python3")
    if system.exists() and _reachable(system):
        version = system.resolve().name.removeprefix("python")
        if tuple(map(int, version.split("."))) >= (3, 11):
            return str(system)
    return None


def command(name: str, *arguments: str) -> list[str] | None:
    """Command line that runs ``python arguments...`` under the profile; None if it cannot be had here."""
    python = interpreter(name)
    if python is None or (os.geteuid() != 0 and name != "root"):
        return None
    if not all(HAS[thing]() for thing in PROFILES[name].needs):
        return None
    return [sys.executable, str(Path(__file__).resolve()), name, python, *arguments]


if __name__ == "__main__":
    enter(sys.argv[1])
    os.environ.update(PYTHONPATH=str(ROOT), PYTHONDONTWRITEBYTECODE="1")
    os.execv(sys.argv[2], sys.argv[2:])
