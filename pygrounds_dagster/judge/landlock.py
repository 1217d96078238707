"""Landlock: the kernel's own file and network sandbox for processes without privileges.

Here: the three calls and what each ABI version handles. Not here: when to use them (``layers``, ``child``).
Source: Linux ``Documentation/userspace-api/landlock.rst``, ABI 1 to 7.
"""

from __future__ import annotations

import os
import struct

from .kernel import call

_VERSION_FLAG = 1
_RULE_PATH_BENEATH = 1

_EXECUTE, _WRITE, _READ, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE = (1 << bit for bit in range(6))
_MAKE_DIR, _MAKE_REG = 1 << 7, 1 << 8
_REFER, _TRUNCATE = 1 << 13, 1 << 14

# accesses that an ABI version knows; a ruleset denies all it handles
_FILE_BITS = {1: 13, 2: 14, 3: 15, 4: 15, 5: 16}
_NET_BITS = 0b11  # bind and connect of TCP, ABI 4
_SCOPES = 0b11  # abstract unix sockets and signals to processes outside, ABI 6

_SCRATCH = (
    _WRITE | _READ | _READ_DIR | _REMOVE_DIR | _REMOVE_FILE | _MAKE_DIR | _MAKE_REG | _REFER | _TRUNCATE
)


def abi() -> int:
    """Version the kernel offers, 0 for none (not built in, switched off, or hidden by a filter)."""
    try:
        return call("landlock_create_ruleset", None, 0, _VERSION_FLAG)
    except OSError:
        return 0


def ruleset(version: int, *, with_scopes: bool) -> int:
    """A ruleset that denies everything ABI ``version`` can deny; returns its descriptor.

    ``with_scopes`` denies signals to processes outside: right for the zygote, which only signals its own.
    """
    files = (1 << _FILE_BITS[min(version, 5)]) - 1
    fields = [files]
    if version >= 4:
        fields.append(_NET_BITS)
    if version >= 6:
        fields.append(_SCOPES if with_scopes else 0)
    packed = struct.pack(f"{len(fields)}Q", *fields)
    return call("landlock_create_ruleset", packed, len(packed), 0)


def allow_beneath(ruleset_fd: int, directory_fd: int, version: int) -> None:
    """Grant plain files and directories beneath an open directory: no devices, sockets, links, no execute."""
    known = (1 << _FILE_BITS[min(version, 5)]) - 1
    call(
        "landlock_add_rule",
        ruleset_fd,
        _RULE_PATH_BENEATH,
        struct.pack("=Qi", _SCRATCH & known, directory_fd),
        0,
    )


def restrict(ruleset_fd: int) -> None:
    """Put the ruleset on this process and its descendants for good, and close it."""
    call("landlock_restrict_self", ruleset_fd, 0)
    os.close(ruleset_fd)
