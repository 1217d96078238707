"""Bytes to text: encodings, line ends, and the files that are no text.

What belongs here: what holds for every text format. What does not: the formats themselves.
"""

from __future__ import annotations

import codecs
import re
from pathlib import Path
from typing import NamedTuple

from pygrounds_dagster.curriculum.blocks import SourceError

MAX_BYTES = 64 * 1024 * 1024
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A cookie counts in the first two lines: PEP 263 (# ... coding: x) or Emacs (-*- coding: x -*-).
_COOKIE = re.compile(rb"^(?:[ \t\f]*#|[^\n]*-\*-)[^\n]*?coding[:=][ \t]*([-\w.]+)")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1a\x1c-\x1f]")


class DecodedText(NamedTuple):
    """Text with ``\\n`` line ends, the encoding it came in, and a note if that was a guess."""

    text: str
    encoding: str
    notes: list[str]


def check_bytes(data: bytes, path: Path) -> None:
    """Refuse files that no reader can use.

    Raises:
        SourceError: empty or too large.
    """
    if not data.strip():
        raise SourceError("the file is empty", str(path), "Write its text or remove it from the sources")
    if len(data) > MAX_BYTES:
        size = f"{len(data) / 2**20:.0f} MiB"
        raise SourceError(
            f"the file has {size}, more than {MAX_BYTES // 2**20} MiB", str(path), "Split it into parts"
        )


def decode(data: bytes, path: Path) -> DecodedText:
    """Decode text: byte order mark, coding cookie, UTF-8, then Latin-1 as a stated fallback.

    Line ends become ``\\n``, as in Python's text mode; nothing else is changed.

    Raises:
        SourceError: the bytes are no text (NUL or mostly control characters), or the cookie names an
            encoding that does not exist or does not fit.
    """
    text, encoding, notes = _decode(data, path)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    controls = len(_CONTROL.findall(text))
    if "\x00" in text or controls > 0.02 * len(text):
        where = text.find("\x00")
        what = (
            f"the file is binary: NUL in line {text.count(chr(10), 0, where) + 1}"
            if where >= 0
            else "the file is binary: control characters"
        )
        raise SourceError(what, str(path), "Remove it from the sources, or save it as UTF-8 text")
    return DecodedText(text, encoding, notes)


def _decode(data: bytes, path: Path) -> tuple[str, str, list[str]]:
    bom = next((name for mark, name in _BOMS if data.startswith(mark)), None)
    if bom:
        try:
            return data.decode(bom), bom, []
        except UnicodeDecodeError as error:
            raise SourceError(
                f"the file begins as {bom}, but byte {error.start} is not", str(path), "Save it as UTF-8"
            ) from error
    named = next((found[1] for line in data.split(b"\n", 2)[:2] if (found := _COOKIE.match(line))), None)
    notes = []
    if named:
        encoding = named.decode("ascii", "replace")
        try:
            return data.decode(encoding), encoding, []
        except (UnicodeDecodeError, LookupError):
            notes = [f"it declares the encoding {encoding}, which does not fit its bytes"]
    try:
        return data.decode("utf-8"), "utf-8", notes
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        note = f"not UTF-8 (line {line}); read as Latin-1: accents may be wrong, save it as UTF-8"
        return data.decode("latin-1"), "latin-1 (fallback)", [*notes, note]
