"""A file or folder → the chunks of every document in it, without a database.

What belongs here: walking, reading, chunking, and an error kept with its document. What does not: printing
(``cli``) and rows (``chunk_rows``).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pygrounds_dagster.curriculum.blocks import SourceError
from pygrounds_dagster.curriculum.chunk import Chunk
from pygrounds_dagster.curriculum.chunking import chunk_document
from pygrounds_dagster.curriculum.readers import is_supported, read_source
from pygrounds_dagster.curriculum.tokens import TokenCounter


@dataclass(frozen=True, slots=True)
class ChunkedFile:
    """What became of one file.

    Attributes:
        path: of the file.
        document: its path relative to the folder asked for, with ``/``; the file's name for one file.
        title: of the document; empty if it could not be read.
        format: its reader; empty if it could not be read.
        chunks: in reading order.
        notes: what a person should know, e.g. a fallback encoding.
        error: why it could not be read, and how to mend it.
    """

    path: Path
    document: str
    title: str = ""
    format: str = ""
    chunks: tuple[Chunk, ...] = ()
    notes: tuple[str, ...] = ()
    error: str | None = None


def chunk_path(path: Path, counter: TokenCounter) -> Iterator[ChunkedFile]:
    """Chunk a file, or every file below a folder in sorted order; hidden ones are skipped.

    In a folder, files that no reader takes (pictures, settings) come without chunks but with a note; asked
    for by itself, such a file is an error.

    Args:
        path: a file or folder.
        counter: of the encoder that will see the chunks.

    Raises:
        FileNotFoundError: there is nothing at ``path``.
    """
    if not path.exists():
        raise FileNotFoundError(f"{path}: no such file or folder; check the path")
    if path.is_dir():
        for file in _files(path):
            document = file.relative_to(path).as_posix()
            if is_supported(file):
                yield _chunk(file, document, counter)
            else:
                yield ChunkedFile(file, document, notes=("left out: no reader for such files",))
    else:
        yield _chunk(path, path.name, counter)


def _files(folder: Path) -> Iterator[Path]:
    """Files in sorted order; links to folders are not followed, so that a loop cannot trap the walk."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith((".", "__pycache__")))
        yield from (Path(root, name) for name in sorted(names) if not name.startswith("."))


def _chunk(path: Path, document: str, counter: TokenCounter) -> ChunkedFile:
    try:
        source = read_source(path)
    except SourceError as error:
        return ChunkedFile(path, document, error=str(error))
    except OSError as error:
        why = f"{path}: cannot be read: {error.strerror}. Check that it exists and its permissions."
        return ChunkedFile(path, document, error=why)
    chunks = tuple(chunk_document(source, counter))
    return ChunkedFile(path, document, source.title, source.format, chunks, tuple(source.notes))
