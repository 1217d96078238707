"""The judge holds as root, as a user and under a container's rules, or refuses and says what is missing."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from pygrounds_dagster.judge import layers
from tests.judge.profiles import PROFILES, command

PROBE = str(Path(__file__).with_name("probe.py"))


@pytest.mark.parametrize("name", PROFILES)
def test_the_profile_reaches_its_tier_and_holds(name: str) -> None:
    arguments = command(name, PROBE)
    if arguments is None:
        pytest.skip("needs root, and an interpreter that its user may start")
    done = subprocess.run(arguments, capture_output=True, text=True, cwd="/", check=False)
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    profile = PROFILES[name]
    for mode, tier in (("strict", profile.tier), ("files", profile.files_tier)):
        assert found[mode]["tier"] == tier, found
        if tier:
            assert found[mode]["failed"] == []
            assert found[mode]["leaked"] == []
        else:
            assert "refuses" in found[mode]["refused"]
    assert found["uid"] == profile.uid if os.geteuid() == 0 else True


@pytest.mark.parametrize(
    ("mask", "tier", "strict", "files"),
    [
        (0, "", False, False),
        (layers.LANDLOCK | layers.CHROOT | layers.OWN_UID, "", False, False),
        (layers.SECCOMP, "C", True, False),
        (layers.SECCOMP | layers.CHROOT, "C", True, False),
        (layers.SECCOMP | layers.LANDLOCK, "B", True, True),
        (layers.SECCOMP | layers.CHROOT | layers.OWN_UID, "A", True, True),
        (layers.SECCOMP | layers.LANDLOCK | layers.USER_NAMESPACE, "A", True, True),
    ],
)
def test_layers_add_up_to_tiers(mask: int, tier: str, strict: bool, files: bool) -> None:
    assert layers.tier(mask) == tier
    assert layers.serves(mask, "strict") is strict
    assert layers.serves(mask, "files") is files
