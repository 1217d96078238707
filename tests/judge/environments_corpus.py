"""The programs of the corpus: what their headers say.

Here: reading headers. Not here: what there is to steal, running (``environments``).
Standard library only.

A program opens with comments: what it tries, then fields. ``outcome``: the statuses it may end with, ``|``
between alternatives; where modes differ, ``strict ok, files file_limit``. ``modes``: strict, files or both.
``limits``: of the run. ``judged``: judge it (``call``, ``script``, ``checker``) instead of running it.
``runs``: how often in a row. ``after``: ``secret`` runs another's program with the secret first.
``documented``: tiers in which it succeeds, as the tiers' description says (``files B``). ``control``: what it
achieves without a sandbox (default ``evidence``; ``hangs``, ``fools`` a grader in the same process), or
``none``, and why. ``stdin`` and ``prints``: of honest programs.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

HERE = Path(__file__).resolve().parent
MODES = ("strict", "files")
_FIELDS = {
    "outcome",
    "modes",
    "limits",
    "judged",
    "runs",
    "after",
    "documented",
    "control",
    "stdin",
    "prints",
}


@dataclass(frozen=True)
class Program:
    """One file of the corpus."""

    name: str
    source: str
    about: str
    outcomes: dict[str, frozenset[str]]
    modes: tuple[str, ...]
    limits: dict[str, float] = field(default_factory=dict)
    judged: str = ""
    runs: int = 1
    after: str = ""
    documented: tuple[str, ...] = ()
    control: str = "evidence"
    stdin: str = ""
    prints: str = ""

    @property
    def category(self) -> str:
        return self.name.partition("/")[0]


def _header(source: str) -> tuple[str, dict[str, str]]:
    """The comment block: what it is about, and its fields."""
    about: list[str] = []
    found: dict[str, str] = {}
    last = ""
    for line in source.splitlines():
        if not line.startswith("#"):
            break
        text = line[1:].removeprefix(" ")
        match = re.match(r"([a-z]+):(?: (.*))?$", text)
        if match and match[1] in _FIELDS:
            last = match[1]
            found[last] = match[2] or ""
        elif last and text.startswith("  "):
            found[last] += ("\n" if found[last] else "") + text[2:]
        else:
            about.append(text)
    return " ".join(about), found


def _outcomes(text: str, modes: tuple[str, ...]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for part in text.split(","):
        *mode, statuses = part.split()
        found.update(dict.fromkeys(mode or modes, frozenset(statuses.split("|"))))
    if found.keys() != set(modes):
        raise ValueError(f"outcome {text!r} does not cover the modes {modes}")
    return found


def read(path: Path, root: Path) -> Program:
    """The program in a file."""
    source = path.read_text("utf-8")
    about, fields = _header(source)
    name = path.relative_to(root).with_suffix("").as_posix()
    modes = tuple(fields.get("modes", " ".join(MODES)).split())
    if not about or not modes or set(modes) - set(MODES):
        raise ValueError(f"{name}: needs a sentence about it and modes that exist")
    return Program(
        name,
        source,
        about,
        _outcomes(fields.get("outcome", "ok"), modes),
        modes,
        {key: float(value) for key, value in (pair.split("=") for pair in fields.get("limits", "").split())},
        fields.get("judged", ""),
        int(fields.get("runs", "1")),
        fields.get("after", ""),
        tuple(part.strip() for part in fields.get("documented", "").split(",") if part),
        fields.get("control", "evidence"),
        fields.get("stdin", ""),
        fields.get("prints", "") + "\n" if fields.get("prints") else "",
    )


def attacks() -> list[Program]:
    """Every hostile program."""
    root = HERE / "attacks"
    return [read(path, root) for path in sorted(root.glob("*/*.py"))]


def honest() -> list[Program]:
    """Every program that must simply work."""
    root = HERE / "honest"
    return [read(path, root) for path in sorted(root.glob("*.py"))]
