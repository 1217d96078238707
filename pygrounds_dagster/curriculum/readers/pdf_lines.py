"""The lines of a PDF's pages with what layout needs to know of each.

What belongs here: asking pdfium. What does not: what the lines mean (``pdf``).
"""

from __future__ import annotations

import ctypes
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pygrounds_dagster.curriculum.blocks import SourceError

_MONO = re.compile(
    r"mono|courier|consol|typewriter|cmtt|cmsltt|menlo|inconsolata|[a-z]tt\d|code|fixed|lmtt", re.I
)
_BOLD = re.compile(r"bold|black|heavy|semibold|cmbx|cmssbx|-bd\b|demi", re.I)
_FIXED_PITCH = 1
_LIGATURES = {
    "ﬀ": "ff",
    "ﬁ": "fi",
    "ﬂ": "fl",
    "ﬃ": "ffi",
    "ﬄ": "ffl",
    "\xa0": " ",
    "\xad": "-",
    "\u0002": "-",
}
_TRANSLATE = str.maketrans({**_LIGATURES, "\x00": ""})
# pdfium's sign for a hyphen at a line's end, where it has put the word together itself.
_SOFT_HYPHEN = re.compile("[\u0002\xad\ufffe](?=[a-z])")
_HYPHEN = re.compile("[\u0002\xad\ufffe]")
_FILE_TITLE = re.compile(r"^microsoft word|^untitled|\.(docx?|tex|dvi|indd|pdf|md|rst|odt)$", re.I)
_EDGE = 3  # lines at a page's top and bottom that may be its header and footer
_REPEATS = 3
_MARGIN = 0.12  # part of the page's height
_PASSWORD = 4  # FPDF_ERR_PASSWORD
# pdfium keeps state of its own and is not made for two threads.
_LOCK = threading.Lock()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page.

    Attributes:
        page: from 1.
        text: as shown, ligatures undone.
        left: of the first character, in points.
        top: of the first character, in points from the page's bottom.
        size: of its font, in points.
        mono: whether all of it is in a font of fixed width.
        bold: whether it begins in bold.
        pitch: points from one character to the next, for fixed width.
        outer: whether it stands in the page's top or bottom margin, where headers and footers are.
        bottom: height of its last character; lower than ``top`` where pdfium joined a hyphenated line.
    """

    page: int
    text: str
    left: float
    top: float
    size: float
    mono: bool
    bold: bool
    pitch: float
    outer: bool = False
    bottom: float = 0.0


@dataclass(frozen=True, slots=True)
class Bookmark:
    """An entry of the outline: level from 1, page from 1, and the height it points to (or None)."""

    level: int
    title: str
    page: int
    top: float | None


@dataclass(frozen=True, slots=True)
class Pages:
    """What was read of a PDF."""

    lines: list[Line]
    outline: list[Bookmark]
    title: str
    page_count: int


def read_pages(data: bytes, path: Path, pages: tuple[int, int] | None) -> Pages:
    """Read lines and outline.

    Args:
        data: the file.
        path: for messages.
        pages: first and last page, from 1; None for all. Headers are still recognised by their neighbours.

    Raises:
        SourceError: encrypted, broken, or the pages are not there.
    """
    import pypdfium2

    with _LOCK:
        try:
            document = pypdfium2.PdfDocument(data)
        except pypdfium2.PdfiumError as error:
            if error.err_code == _PASSWORD:
                raise SourceError(
                    "the PDF is encrypted", str(path), "Save a copy without a password"
                ) from error
            raise SourceError(
                f"the PDF is broken: {error}", str(path), "Export or download it again"
            ) from error
        try:
            count = len(document)
            first, last = pages or (1, count)
            if first > count:
                raise SourceError(f"the PDF has only {count} pages", str(path), "Choose pages it has")
            around = range(max(1, first - 8), min(count, last + 8) + 1)
            found = [line for number in around for line in _page_lines(document, number, path)]
            kept = [line for line in _without_furniture(found) if first <= line.page <= last]
            title = " ".join(str(document.get_metadata_value("Title")).split())
            title = "" if _FILE_TITLE.search(title) else title
            return Pages(kept, list(_outline(document)), title, count)
        finally:
            document.close()


def _outline(document: Any) -> Iterator[Bookmark]:
    for entry in document.get_toc():
        target = entry.get_dest()
        index = target.get_index() if target else None
        title = " ".join(entry.get_title().translate(_TRANSLATE).split())
        if index is None or not title:
            continue
        mode, view = target.get_view()
        # Mode 1 is /XYZ: left, top, zoom.
        yield Bookmark(entry.level + 1, title, index + 1, view[1] if mode == 1 and len(view) > 1 else None)


def _page_lines(document: Any, number: int, path: Path) -> Iterator[Line]:
    import pypdfium2

    try:
        page = document[number - 1]
        textpage = page.get_textpage()
    except pypdfium2.PdfiumError as error:
        raise SourceError(
            f"a page is broken: {error}", f"{path}, page {number}", "Export or download it again"
        ) from error
    try:
        height = page.get_height()
        margins = (_MARGIN * height, (1 - _MARGIN) * height)
        position = 0
        for text in textpage.get_text_range().split("\r\n"):
            if text.strip():
                yield _line(textpage.raw, number, text, position, margins)
            position += len(text) + 2
    finally:
        textpage.close()
        page.close()


def _line(raw: Any, page: int, text: str, position: int, margins: tuple[float, float]) -> Line:
    import pypdfium2.raw as pdfium

    shown = text.strip()
    lead = len(text) - len(text.lstrip())
    last = lead + len(shown) - 1
    offsets = sorted({lead, (lead + last) // 2, last})
    chars = [pdfium.FPDFText_GetCharIndexFromTextIndex(raw, position + offset) for offset in offsets]
    fonts = [
        _font(raw, char) for char, offset in zip(chars, offsets, strict=True) if not text[offset].isspace()
    ]
    left, top = _place(raw, chars[0])
    end, bottom = _place(raw, chars[-1])
    mono = all(_MONO.search(name) or flags & _FIXED_PITCH for name, flags in fonts)
    return Line(
        page,
        _HYPHEN.sub("-", _SOFT_HYPHEN.sub("", shown)).translate(_TRANSLATE),
        left,
        top,
        round(pdfium.FPDFText_GetFontSize(raw, chars[0]), 1),
        mono,
        bool(_BOLD.search(fonts[0][0])),
        (end - left) / (last - lead) if last > lead else 0.0,
        not margins[0] < top < margins[1],
        bottom,
    )


def _font(raw: Any, char: int) -> tuple[str, int]:
    import pypdfium2.raw as pdfium

    name, flags = ctypes.create_string_buffer(128), ctypes.c_int()
    pdfium.FPDFText_GetFontInfo(raw, char, name, 128, flags)
    return name.value.decode("utf-8", "replace"), flags.value


def _place(raw: Any, char: int) -> tuple[float, float]:
    """Origin of a character: left and baseline, the same for tall and short letters."""
    import pypdfium2.raw as pdfium

    left, top = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(raw, char, left, top)
    return left.value, top.value


def _without_furniture(lines: list[Line]) -> list[Line]:
    """Drop page numbers, and headers and footers: the same words at one height of several pages."""
    edges: dict[int, set[int]] = {}
    by_page: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        by_page.setdefault(line.page, []).append(index)
    for page, indexes in by_page.items():
        ordered = sorted(indexes, key=lambda index: lines[index].top)
        edges[page] = {i for i in (*ordered[:_EDGE], *ordered[-_EDGE:]) if lines[i].outer}
    counts = Counter(
        key for page, indexes in edges.items() for key in {_furniture_key(lines[index]) for index in indexes}
    )
    return [
        line
        for index, line in enumerate(lines)
        if index not in edges[line.page]
        or not (_is_number(line.text) or (not line.mono and counts[_furniture_key(line)] >= _REPEATS))
    ]


def _furniture_key(line: Line) -> tuple[str, int]:
    return re.sub(r"\d+|\b[ivxlc]+\b", "#", line.text), round(line.top / 4)


def _is_number(text: str) -> bool:
    return bool(
        re.fullmatch(
            r"[-–—\s]*(?:page\s+)?(?:\d{1,4}|[ivxlc]{1,7})(?:\s*(?:/|of)\s*\d+)?[-–—\s]*", text, re.I
        )
    )
