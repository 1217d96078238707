"""No program of the corpus gets anything, in any environment; and a layer that is taken away is missed."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path
from typing import Any

import environments_ablations as ablations
import environments_corpus as corpus
import profiles
import pytest

PATIENCE = 1200  # seconds, on a machine with much else to do; half a minute is usual
RUNNER = Path(__file__).with_name("environments.py")
ENVIRONMENTS = (
    "root",
    "user",
    "container-root",
    "container-user",
    "old-container-root",
    "old-container-user",
)
CATEGORIES = (
    "reading writing network processes signals resources escape forging wedging poisoning".split()  # noqa: SIM905
)


def answer_of(environment: str, *arguments: str) -> dict[str, Any]:
    """What the corpus' runner says in an environment."""
    command = profiles.command(environment, str(RUNNER), *arguments)
    if command is None:
        pytest.skip(f"the environment {environment!r} cannot be had here")
    done = subprocess.run(command, capture_output=True, text=True, cwd="/", timeout=PATIENCE)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_corpus_covers_every_kind_of_attack() -> None:
    attacks = corpus.attacks()
    kinds = Counter(attack.category for attack in attacks)
    assert set(kinds) == set(CATEGORIES)
    assert min(kinds.values()) >= 5
    assert len(attacks) >= 80


@pytest.mark.parametrize("environment", ENVIRONMENTS)
def test_every_attack_is_held(environment: str) -> None:
    found = answer_of(environment, "attacks")
    profile = profiles.PROFILES[environment]
    assert found["tiers"] == {"strict": profile.tier, "files": profile.files_tier}
    assert found["insane"] == []
    assert found["failures"] == {}
    assert found["ran"] >= 80


def test_without_a_sandbox_the_attacks_succeed() -> None:
    """On a bare interpreter each attack gets what it wants: none is held merely because it is broken."""
    command = profiles.command("user", str(RUNNER), "controls")
    found = answer_of("root" if command is None else "user", "controls")
    assert found["failures"] == {}
    assert found["ran"] >= 80


@pytest.mark.parametrize("name", ablations.ABLATIONS)
def test_a_missing_layer_is_missed(name: str) -> None:
    ablation = ablations.ABLATIONS[name]
    if not all(profiles.HAS[thing]() for thing in ablation.needs):
        pytest.skip(f"this machine has not all of: {', '.join(ablation.needs)}")
    found = answer_of(ablation.profile, "ablation", name)
    if ablation.keep_self_test:
        assert "self-test" in found["refused"]
        return
    assert found["refused"] == ""
    expected = set() if ablation.held else set(ablation.bites)
    assert set(found["through"]) == expected, found["through"]
