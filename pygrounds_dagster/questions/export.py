"""The bank as files: JSON Lines, CSV and Parquet for each zone and game type.

Here: rows to files, each written beside its place and renamed, and a manifest of what there is. The same bank
gives the same bytes, and files of what is gone are removed. Not here: reading rows (``bank``).

Layout: ``<directory>/<zone>/<game_type>.jsonl|.csv|.parquet`` and ``<directory>/manifest.json``. The manifest
lists a file before it is written, so that an export that is killed leaves none that the next would not know.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pygrounds_dagster.questions.bank import StoredQuestion

if TYPE_CHECKING:
    import pandas as pd

MANIFEST = "manifest.json"
_ABANDONED_SECONDS = 3600.0  # after which a file beside its place is no export's that still works

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file of the export.

    Attributes:
        path: relative to the directory.
        zone: of its questions.
        game_type: of its questions.
        rows: questions in it.
        sha256: of its bytes.
        written: it was not there with these bytes.
    """

    path: str
    zone: str
    game_type: str
    rows: int
    sha256: str
    written: bool


def export_questions(questions: Iterable[StoredQuestion], directory: Path) -> list[ExportedFile]:
    """Write questions; files that are as they should be are left alone.

    Args:
        questions: all of the export, in any order.
        directory: made if it is not there.

    Returns:
        Every file of the export, by path.

    Raises:
        OSError: the directory cannot be written.
    """
    rows = [_row(question) for question in questions]
    rows.sort(key=lambda row: (row["zone"], row["game_type"], row["subtopic"], row["question_id"]))
    by_place = groupby(rows, key=lambda row: (row["zone"], row["game_type"]))
    groups = [(Path(zone) / game_type, list(group)) for (zone, game_type), group in by_place]
    _announce(directory, [_path(place, suffix) for place, _ in groups for suffix in FORMATS])
    files = [
        _write(directory, _path(place, suffix), encode(some), len(some))
        for place, some in groups
        for suffix, encode in FORMATS.items()
    ]
    _remove_others(directory, {file.path for file in files})
    _list(directory, {file.path: {"rows": file.rows, "sha256": file.sha256} for file in files})
    return files


def _path(place: Path, suffix: str) -> str:
    return f"{place.as_posix()}.{suffix}"


def _row(question: StoredQuestion) -> Row:
    """A question with its fields beside what is known of it."""
    return {
        "question_id": question.question_id,
        "game_type": question.game_type,
        "zone": question.subtopic_key.partition(".")[0],
        "subtopic": question.subtopic_key,
        "subtopics": question.subtopics,
        "difficulty": question.difficulty,
        **question.body,
        "generator": question.generator,
        "model": question.model,
        "prompt_version": question.prompt_version,
        "chunk_ids": question.chunk_ids,
        "problem_id": question.problem_id or "",
        "features": question.features,
        "verification": question.verification,
        "run_id": question.run_id,
        "created_at": question.created_at.isoformat(),
    }


def _json_lines(rows: Sequence[Row]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _csv(rows: Sequence[Row]) -> bytes:
    return _frame(rows).to_csv(index=False, lineterminator="\n").encode()


def _parquet(rows: Sequence[Row]) -> bytes:
    buffer = io.BytesIO()
    _frame(rows).to_parquet(buffer, engine="pyarrow", compression="zstd", index=False)
    return buffer.getvalue()


def _frame(rows: Sequence[Row]) -> pd.DataFrame:
    """A table of flat columns: lists and mappings are JSON text, in every row alike."""
    import pandas as pd

    return pd.DataFrame([{name: _flat(value) for name, value in row.items()} for row in rows])


def _flat(value: Any) -> Any:
    return json.dumps(value, ensure_ascii=False) if isinstance(value, list | dict) else value


FORMATS: Mapping[str, Callable[[Sequence[Row]], bytes]] = {
    "jsonl": _json_lines,
    "csv": _csv,
    "parquet": _parquet,
}
"""How each kind of file is made, by suffix."""


def _write(directory: Path, path: str, data: bytes, rows: int) -> ExportedFile:
    target = directory / path
    is_new = not target.is_file() or target.read_bytes() != data
    if is_new:
        _replace(target, data)
    zone, game_type = target.parent.name, target.stem
    return ExportedFile(path, zone, game_type, rows, hashlib.sha256(data).hexdigest(), is_new)


def _replace(target: Path, data: bytes) -> None:
    """Write a file so that a reader sees the old one or the new one, also after a crash."""
    target.parent.mkdir(parents=True, exist_ok=True)
    aside = target.with_name(f".{target.name}.{os.getpid()}")
    with aside.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(target)


def _remove_others(directory: Path, kept: set[str]) -> None:
    """Remove files that are no part of the export any more, what killed exports left beside their places, and
    folders left empty."""
    listed = _listed(directory)
    for path in (*listed, MANIFEST):
        target = directory / path
        for aside in target.parent.glob(f".{target.name}.*"):
            if time.time() - aside.stat().st_mtime > _ABANDONED_SECONDS:
                aside.unlink(missing_ok=True)
    for path in listed:
        target = directory / path
        if path not in kept and target.is_file():
            target.unlink()
            if not any(target.parent.iterdir()):
                target.parent.rmdir()


def _listed(directory: Path) -> dict[str, Any]:
    """What the manifest lists: our files, and nothing that somebody else put there."""
    manifest = directory / MANIFEST
    listed: dict[str, Any] = json.loads(manifest.read_text("utf-8")) if manifest.is_file() else {}
    return listed


def _announce(directory: Path, paths: Sequence[str]) -> None:
    """List what is to be written beside what there is."""
    listed = _listed(directory)
    unknown = [path for path in paths if path not in listed]
    if unknown:
        _list(directory, listed | {path: {"rows": 0, "sha256": ""} for path in unknown})


def _list(directory: Path, files: Mapping[str, Any]) -> None:
    _replace(directory / MANIFEST, (json.dumps(files, indent=1) + "\n").encode())
