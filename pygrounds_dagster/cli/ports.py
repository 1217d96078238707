"""Ports: whether one is free, and who has it."""

from __future__ import annotations

import errno
import socket

LOOPBACK = "127.0.0.1"


class PortTakenError(RuntimeError):
    """A port that is needed is taken; the text says by whom, if known, and how to choose another."""


def check_port(port: int, option: str, variable: str) -> None:
    """Make sure that a port of this machine can be listened on.

    Args:
        port: the port.
        option: command-line option that changes it.
        variable: environment variable that changes it.

    Raises:
        PortTakenError: it cannot.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except PermissionError:
            raise PortTakenError(
                f"port {port} may be used by root only: choose one above 1023 with {option} or {variable}."
            ) from None
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
            raise PortTakenError(
                f"port {port} is taken{_owner(port)}: stop that, or choose another one, "
                f"e.g. {option} {free_port()} or {variable}={free_port()}."
            ) from None


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def _owner(port: int) -> str:
    import psutil

    try:
        for found in psutil.net_connections("tcp"):
            address = found.laddr
            if found.status == psutil.CONN_LISTEN and found.pid and address and address.port == port:
                return f" by {psutil.Process(found.pid).name()} (pid {found.pid})"
    except psutil.Error:
        pass  # only root may ask about other people's processes on some systems
    return ""
