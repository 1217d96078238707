"""Whether content has changed, by names, sizes and times of files: cheap enough to ask every few seconds.

Here: stamps. Not here: what to do about a change; hashes of what files hold (``documents``).
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pygrounds_dagster.curriculum.content_model import Content
from pygrounds_dagster.store.step import fingerprint

_STAMP_LENGTH = 12


def tree_stamp(roots: Sequence[Path]) -> str:
    """Hash of names, sizes and times of all files below the roots; reads no file."""
    parts = [_stat(path) for root in roots for path in sorted(root.rglob("*"))]
    return fingerprint(*parts)[:_STAMP_LENGTH]


def subtopic_stamps(content: Content) -> dict[str, str]:
    """For each partition a hash of what its rows are made from, by file times and sizes."""
    stamps = {
        subtopic.key: fingerprint(subtopic.content_hash, *(_stat(s.path) for s in subtopic.sources))
        for subtopic in content.subtopics
    }
    stamps |= {key: fingerprint(why) for key, why in content.failed.items()}
    return {key: stamp[:_STAMP_LENGTH] for key, stamp in stamps.items()}


def _stat(path: Path) -> str:
    try:
        stat = path.stat()
    except FileNotFoundError:
        return f"{path} is missing"
    return f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}"
