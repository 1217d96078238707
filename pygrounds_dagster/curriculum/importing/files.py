"""The files of an imported zone: written so that the directory is right after any interruption.

Here: comparing wanted files with those on disk, atomic writes, the manifest, one importer at a time. Not
here: what the files say (``importer``).
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pygrounds_dagster.curriculum.documents import file_hash

MANIFEST = "_import.json"
_UNFINISHED = ".unfinished"


class ImportRefusedError(Exception):
    """An import that would harm something, or has nothing to read; says how to mend it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of the zone: either its bytes, or the file that it is a copy of and that file's SHA-256."""

    data: bytes | None = None
    copy_of: Path | None = None
    content_hash: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """Paths relative to the zone's directory, sorted, manifest left out."""

    written: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int


@contextmanager
def importing(destination: Path, zone: str) -> Iterator[Path]:
    """Hold the destination for one import; yields the zone's directory, which may not exist yet.

    Raises:
        ImportRefusedError: another import is writing there, or the zone's directory is an author's.
    """
    (destination / "zones").mkdir(parents=True, exist_ok=True)
    with (destination / ".import.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = f"another import is writing {destination}: wait until it is done"
            raise ImportRefusedError(message) from error
        folder = destination / "zones" / zone
        own = (folder / MANIFEST).exists() or (folder / f"{MANIFEST}{_UNFINISHED}").exists()
        if folder.is_dir() and not own and any(folder.iterdir()):
            message = f"{folder} was not written by an import: choose another --zone, or move it away"
            raise ImportRefusedError(message)
        yield folder


def read_manifest(folder: Path) -> dict[str, Any]:
    """What the last import wrote, or the one that was interrupted; empty if there is none.

    Raises:
        ImportRefusedError: the manifest is not JSON any more.
    """
    for path in (folder / f"{MANIFEST}{_UNFINISHED}", folder / MANIFEST):
        if path.exists():
            try:
                manifest: dict[str, Any] = json.loads(path.read_text("utf-8"))
            except ValueError as error:
                message = f"{path} is damaged ({error}): delete {folder} and import again"
                raise ImportRefusedError(message) from error
            return manifest
    return {}


def apply_files(folder: Path, wanted: Mapping[str, Wanted], manifest: Mapping[str, Any]) -> Applied:
    """Make a directory hold exactly the wanted files; touch none that is right already.

    The manifest is written first under another name and renamed last, so an import that was killed is
    known as one and the next finishes it. Every file is replaced atomically.

    Args:
        folder: the zone's directory.
        wanted: by path relative to it, in the order of writing.
        manifest: what to remember.
    """
    folder.mkdir(parents=True, exist_ok=True)
    text = (json.dumps(manifest, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    differing = [
        name for name, file in wanted.items() if name not in present or not _holds(folder / name, file)
    ]
    surplus = sorted(present - wanted.keys() - {MANIFEST, f"{MANIFEST}{_UNFINISHED}"})
    final, unfinished = folder / MANIFEST, folder / f"{MANIFEST}{_UNFINISHED}"
    same = final.exists() and final.read_bytes() == text and not unfinished.exists()
    if not (differing or surplus or not same):
        return Applied((), (), len(wanted))
    _write(unfinished, Wanted(text))
    for name in differing:
        _write(folder / name, wanted[name])
    for name in surplus:
        (folder / name).unlink()
    _drop_empty(folder)
    unfinished.replace(final)
    return Applied(tuple(sorted(differing)), tuple(surplus), len(wanted) - len(differing))


def _holds(path: Path, file: Wanted) -> bool:
    if file.data is not None:
        return path.stat().st_size == len(file.data) and path.read_bytes() == file.data
    return file_hash(path)[0] == file.content_hash


def _write(path: Path, file: Wanted) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    building = path.with_name(f".{path.name}.new")
    if file.data is not None:
        building.write_bytes(file.data)
    elif file.copy_of is not None:
        shutil.copyfile(file.copy_of, building)
    building.replace(path)


def _drop_empty(folder: Path) -> None:
    for inner, _, _ in os.walk(folder, topdown=False):
        if Path(inner) != folder and not any(Path(inner).iterdir()):
            Path(inner).rmdir()
