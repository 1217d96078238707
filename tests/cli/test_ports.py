"""Ports: a taken one is named, with its owner and the way out."""

from __future__ import annotations

import os
import re
import socket

import pytest

from pygrounds_dagster.cli.ports import PortTakenError, check_port, free_port


def test_free_port_passes() -> None:
    check_port(free_port(), "--port", "PORT")


def test_taken_port_is_explained() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PortTakenError) as caught:
            check_port(port, "--dagster-port", "PYGROUNDS_DAGSTER_PORT")
    message = str(caught.value)
    assert f"port {port} is taken by" in message
    assert f"(pid {os.getpid()})" in message
    assert re.search(r"--dagster-port \d+ or PYGROUNDS_DAGSTER_PORT=\d+", message)
