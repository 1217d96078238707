"""The layers around a zygote: which can be had here, taking them, and what they add up to.

Here: each layer's own attempt, the order of the lock, tiers. Not here: the filters' content (``filters``),
the per-run part (``child``).

Every layer proves itself by being taken; one that is refused is simply missing, and the tier says what then
may run. There is no way to ask for less.
"""

from __future__ import annotations

import contextlib
import os
import resource
import socket
import sys
from dataclasses import dataclass, field

from . import kernel, landlock, removed
from .filters import programs
from .limits import Mode
from .syscalls import this_machine

SECCOMP, LANDLOCK, CHROOT, OWN_UID, USER_NAMESPACE, NO_NETWORK, NO_IPC, NO_CAPABILITIES = (
    1 << bit for bit in range(8)
)
NAMES = {
    SECCOMP: "seccomp",
    LANDLOCK: "landlock",
    CHROOT: "chroot",
    OWN_UID: "own uid",
    USER_NAMESPACE: "user namespace",
    NO_NETWORK: "network namespace",
    NO_IPC: "ipc namespace",
    NO_CAPABILITIES: "no capabilities",
}

_FILE_CAPABILITIES = 0b11  # CAP_CHOWN, CAP_DAC_OVERRIDE
_FIRST_UID, _UIDS = 61184, 4096  # below 65536: containers often map no more


@dataclass
class Lock:
    """What a zygote has taken so far."""

    mode: Mode
    layers: int = 0
    landlock_abi: int = 0
    child_chroot: bool = False
    """Files mode: each run also makes its scratch directory its root."""
    stage_two: kernel.Filter | None = None
    """The filter each child adds."""

    ceilings: dict[int, int] = field(default_factory=dict)
    """Hard resource limits of the zygote, by kind."""
    address_space: int = 0
    """Bytes the zygote itself has mapped."""
    removed: removed.Files | None = None
    """Files mode: sight of the files that runs remove and go on holding."""

    def lock_child(self) -> None:
        """Install stage 2 on this process."""
        assert self.stage_two is not None, "the lock was not taken"
        self.stage_two.install()

    def has(self, layer: int) -> bool:
        """Whether the layer is on."""
        return bool(self.layers & layer)


def tier(layers: int) -> str:
    """``A``, ``B``, ``C`` or ``""``: what the layers add up to.

    A: seccomp, (chroot or Landlock), (own uid or user namespace). B: seccomp, Landlock. C: seccomp alone,
    which holds strict runs, since those can name no path, but no files run. "": nothing may run.
    """
    if not layers & SECCOMP:
        return ""
    if layers & (CHROOT | LANDLOCK) and layers & (OWN_UID | USER_NAMESPACE):
        return "A"
    return "B" if layers & LANDLOCK else "C"


def serves(layers: int, mode: Mode) -> bool:
    """Whether these layers are enough for the mode."""
    return tier(layers) in (("A", "B", "C") if mode == "strict" else ("A", "B"))


def names(layers: int) -> list[str]:
    """Names of the layers in a mask."""
    return [name for layer, name in NAMES.items() if layers & layer]


def _try(step: object, *arguments: object) -> bool:
    """Whether a step of the lock was permitted."""
    try:
        step(*arguments)  # type: ignore[operator]
    except (OSError, ValueError):  # refused here: this layer is missing, which the tier accounts for
        return False
    return True


def _in_fork(step: object) -> bool:
    """Whether ``step`` succeeds in a throw-away child: for steps that would leave this process half-way."""
    pid = os.fork()
    if pid == 0:
        os._exit(0 if _try(step) else 1)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0


def _enter_user_namespace() -> None:
    """A user namespace of its own in which this uid maps to itself."""
    uid, gid = os.getuid(), os.getgid()
    kernel.unshare(kernel.CLONE_NEWUSER | kernel.CLONE_NEWNET | kernel.CLONE_NEWIPC | kernel.CLONE_NEWUTS)
    for path, text in (
        ("/proc/self/setgroups", "deny"),
        ("/proc/self/uid_map", f"{uid} {uid} 1"),
        ("/proc/self/gid_map", f"{gid} {gid} 1"),
    ):
        with open(path, "w") as control:
            control.write(text)
    if not kernel.capabilities() >> kernel.CAP_SYS_CHROOT & 1:
        raise PermissionError("the user namespace gives no capabilities")


def _isolate(lock: Lock) -> None:
    """Namespaces: directly where permitted, else inside a user namespace."""
    if os.geteuid() != 0 and _in_fork(_enter_user_namespace):
        _enter_user_namespace()
        lock.layers |= USER_NAMESPACE | NO_NETWORK | NO_IPC
        _try(socket.sethostname, "judge")
        return
    if _try(kernel.unshare, kernel.CLONE_NEWNET):
        lock.layers |= NO_NETWORK
    if _try(kernel.unshare, kernel.CLONE_NEWIPC):
        lock.layers |= NO_IPC
    if _try(kernel.unshare, kernel.CLONE_NEWUTS):
        _try(socket.sethostname, "judge")


def _enter_nowhere() -> None:
    """Make the working directory one that is removed already, where a place to make it is found."""
    for parent in ("/tmp", "/var/tmp", "/dev/shm"):
        directory = f"{parent}/pygrounds-nowhere-{os.urandom(8).hex()}"
        with contextlib.suppress(OSError):  # not there, or read-only: the next may do
            os.mkdir(directory, 0o700)
            os.chdir(directory)
            os.rmdir(directory)
            return
    raise OSError("no directory to be made in /tmp, /var/tmp or /dev/shm")


def _change_root(lock: Lock, base: int | None) -> None:
    """Root becomes the scratch base, or a directory that exists no more and so stays empty for ever."""
    if _try(_enter_nowhere if base is None else lambda: os.fchdir(base)) and _try(os.chroot, "."):
        lock.layers |= CHROOT
        lock.child_chroot = base is not None
    else:
        os.chdir("/")


def _may_give_files_away() -> bool:
    """Whether the judge, which has the same rights, can make directories for another uid and clear them."""
    return kernel.capabilities() & _FILE_CAPABILITIES == _FILE_CAPABILITIES


def _drop_user(lock: Lock) -> None:
    """From root to a uid nobody else has; no capability survives but the one a files zygote needs per run."""
    keep = (kernel.CAP_SYS_CHROOT,) if lock.child_chroot else ()
    uid = _FIRST_UID + os.getpid() % _UIDS
    if os.geteuid() == 0 and (lock.mode == "strict" or _may_give_files_away()):
        with contextlib.suppress(OSError):  # without CAP_SETGID the groups stay; the uid may still change
            os.setgroups([])
            os.setresgid(uid, uid, uid)
        if keep:
            kernel.keep_capabilities_over_setuid()
        if _try(os.setresuid, uid, uid, uid):
            lock.layers |= OWN_UID
    if _try(kernel.set_capabilities, *keep):
        lock.layers |= NO_CAPABILITIES


def _restrict_files(lock: Lock, base: int | None) -> None:
    """Landlock: nothing at all, or the scratch base; no TCP, no signal to the outside."""
    version = landlock.abi()
    if version == 0:
        return
    ruleset = landlock.ruleset(version, with_scopes=True)
    if base is not None:
        landlock.allow_beneath(ruleset, base, version)
    if _try(landlock.restrict, ruleset):
        lock.layers |= LANDLOCK
        lock.landlock_abi = version


def _filter(lock: Lock) -> None:
    stage_one, stage_two = programs(this_machine(), lock.mode, own_root=lock.child_chroot)
    lock.stage_two = kernel.Filter(stage_two)
    if _try(kernel.Filter(stage_one).install):
        lock.layers |= SECCOMP


_LIMITS_OFF = ("RLIMIT_CORE", "RLIMIT_MEMLOCK", "RLIMIT_MSGQUEUE", "RLIMIT_RTPRIO", "RLIMIT_NICE")
_LIMITS_PER_RUN = ("RLIMIT_STACK", "RLIMIT_FSIZE", "RLIMIT_CPU", "RLIMIT_NPROC", "RLIMIT_AS", "RLIMIT_NOFILE")


def _limit_resources(lock: Lock) -> None:
    """Switch off what no run gets, and note how far the rest may go at most."""
    for name in _LIMITS_OFF:
        _try(resource.setrlimit, getattr(resource, name), (0, 0))  # some sandboxed kernels keep MSGQUEUE
    for name in _LIMITS_PER_RUN:
        kind = getattr(resource, name)
        hard = resource.getrlimit(kind)[1]
        lock.ceilings[kind] = sys.maxsize if hard == resource.RLIM_INFINITY else hard
    with open("/proc/self/statm") as statm:
        lock.address_space = int(statm.read().split()[0]) * resource.getpagesize()


def take(mode: Mode, base: int | None) -> Lock:
    """Lock this process with every layer to be had; ``base`` is the open scratch base of a files zygote."""
    lock = Lock(mode)
    _limit_resources(lock)
    _isolate(lock)
    if base is not None:
        lock.removed = removed.Files(base)
    _change_root(lock, base)
    _drop_user(lock)
    if base is not None:
        kernel.show_to_own_user()
    kernel.no_new_privileges()
    _restrict_files(lock, base)
    _filter(lock)
    return lock
