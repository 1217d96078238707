"""How well this machine can lock up a program, in words.

Here: asking both kinds of sandbox and explaining what is missing. Not here: printing (the command line).
"""

from __future__ import annotations

from dataclasses import dataclass

from . import layers
from .limits import Mode
from .sandbox import JudgeUnavailableError, Sandbox

TIERS = {
    "A": "seccomp, chroot or Landlock, own uid or user namespace",
    "B": "seccomp, Landlock; files runs can learn that a file outside exists, not what is in it",
    "C": "seccomp alone: strict runs hold, since they can name no path; files runs are refused",
    "": "nothing may run",
}
"""What each tier rests on and what it means."""

_ADVICE = {
    layers.SECCOMP: "a kernel with CONFIG_SECCOMP_FILTER, a container profile that allows seccomp and prctl",
    layers.LANDLOCK: "Linux 5.13 with landlock in its lsm list, a container profile that allows landlock_*",
    layers.CHROOT: "root with CAP_SYS_CHROOT, or user namespaces",
    layers.OWN_UID: "root with CAP_SETUID and CAP_SETGID (files runs: also CAP_CHOWN, CAP_DAC_OVERRIDE)",
    layers.USER_NAMESPACE: "only tried without root: kernel.unprivileged_userns_clone=1, no AppArmor ban",
    layers.NO_NETWORK: "CAP_SYS_ADMIN or user namespaces",
    layers.NO_IPC: "CAP_SYS_ADMIN or user namespaces",
    layers.NO_CAPABILITIES: "nothing: capabilities can always be dropped",
}


@dataclass(frozen=True)
class Layer:
    """One layer in one mode: whether it is on, and what it would take."""

    name: str
    on: bool
    takes: str


@dataclass(frozen=True)
class Diagnosis:
    """One mode: its tier (empty: refused, for ``reason``) and its layers."""

    mode: Mode
    tier: str
    meaning: str
    layers: tuple[Layer, ...]
    reason: str = ""


def examine(mode: Mode) -> Diagnosis:
    """Start a sandbox of the mode, look, and end it."""
    try:
        sandbox = Sandbox(mode, 0)
    except JudgeUnavailableError as error:
        return Diagnosis(mode, "", TIERS[""], (), str(error))
    standing = sandbox.standing
    sandbox.close()
    advice = dict(_ADVICE)
    if standing.layers & layers.OWN_UID:
        advice[layers.USER_NAMESPACE] = "not needed: a uid of its own does as much"
    elif standing.layers & layers.USER_NAMESPACE:
        advice[layers.OWN_UID] = "not needed: a user namespace does as much"
    found = tuple(
        Layer(name, bool(standing.layers & layer), advice[layer]) for layer, name in layers.NAMES.items()
    )
    return Diagnosis(mode, standing.tier, TIERS[standing.tier], found)
