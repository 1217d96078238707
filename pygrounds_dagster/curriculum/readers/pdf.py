"""PDF → blocks: headings from the outline or the fonts, code from fonts of fixed width, paragraphs.

What belongs here: what lines mean by their place and font. What does not: pdfium (``pdf_lines``).
Words hyphenated at a line's end are joined; running headers, footers and page numbers are left out; the
indentation of code is rebuilt from its place on the page, its typographic quotes are made straight.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from statistics import median

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument, SourceError
from pygrounds_dagster.curriculum.readers.fences import code_block
from pygrounds_dagster.curriculum.readers.pdf_lines import Bookmark, Line, Pages, read_pages

_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "´": "'", "−": "-", "–": "-"})
_NUMBER = re.compile(
    r"^(?:(?:chapter|part|appendix|section)\s+\w+|[\dA-Z](?:\.?\d+)*)[.:]?\s+", re.IGNORECASE
)
_BULLET = re.compile(r"^(?:[•▪◦‣–*-]|\(?\d{1,2}[.)])\s+")
_DOTS = re.compile(r"(?:\. ?){4,}\s*\w*$")
_HEADING_MAX = 120
_LARGER = 1.12
_WORD_MAX = 12  # a shorter single line of fixed width is a word or a table's cell, not code


def read(data: bytes, path: Path, pages: tuple[int, int] | None = None) -> SourceDocument:
    """Read a PDF.

    Args:
        data: the file.
        path: for messages and the fallback title.
        pages: first and last page, from 1; None for all.

    Raises:
        SourceError: encrypted, broken, without the pages, or without text.
    """
    found = read_pages(data, path, pages)
    if not found.lines:
        raise SourceError(
            "the PDF has no text on its pages (a scan?)", str(path), "Run text recognition (OCR) on it first"
        )
    blocks = list(_Layout(found).blocks())
    notes = [] if found.outline else ["no outline: headings are recognised by their fonts"]
    title = found.title or path.stem
    return SourceDocument(path, "pdf", title, blocks, titled=bool(found.title), notes=notes)


class _Layout:
    """Groups lines into blocks."""

    def __init__(self, pages: Pages) -> None:
        self.lines = pages.lines
        prose = Counter[float]()
        for line in pages.lines:
            if not line.mono:
                prose[line.size] += len(line.text)
        self.body = prose.most_common(1)[0][0] if prose else pages.lines[0].size
        self.leading = self._leading()
        first, last = pages.lines[0].page, pages.lines[-1].page
        self.above = _open_at([mark for mark in pages.outline if mark.page < first])
        self.marks = _match_outline(
            [mark for mark in pages.outline if first <= mark.page <= last], self.lines
        )
        if 0 in self.marks:
            self.above = [mark for mark in self.above if mark.level < self.marks[0][0][0].level]
        self.outlined = bool(pages.outline)
        self.sizes = sorted({line.size for line in self.lines if self._is_large(line)}, reverse=True)

    def _leading(self) -> float:
        """Distance of baselines inside a paragraph."""
        gaps = [
            above.top - below.top
            for above, below in zip(self.lines, self.lines[1:], strict=False)
            if above.page == below.page and 0 < above.top - below.top < 4 * max(above.size, 1)
        ]
        return median(gaps) if gaps else self.body * 1.2

    def blocks(self) -> Iterator[Block]:
        """Blocks in reading order."""
        yield from (_heading(mark) for mark in self.above)
        group: list[Line] = []
        skip = 0
        for index, line in enumerate(self.lines):
            marks = self.marks.get(index, [])
            heading = None if marks or skip else self._font_heading(line)
            if group and (marks or heading or skip or not self._joins(group, line)):
                yield from self._block(group)
                group = []
            for mark, used in marks:
                yield _heading(mark)
                skip = max(skip, used)
            if skip:
                skip -= 1
            elif heading:
                yield heading
            else:
                group.append(line)
        if group:
            yield from self._block(group)

    # --- headings -------------------------------------------------------------------------------

    def _is_large(self, line: Line) -> bool:
        return not line.mono and line.size >= _LARGER * self.body and any(c.isalpha() for c in line.text)

    def _font_heading(self, line: Line) -> Block | None:
        """A heading by its font, where there is no outline to say so."""
        if self.outlined or line.mono or len(line.text) > _HEADING_MAX or _DOTS.search(line.text):
            return None
        if self._is_large(line):
            level = min(self.sizes.index(line.size) + 1, 5)
        elif line.bold and line.size >= self.body and _NUMBER.match(line.text) and len(line.text) < 80:
            level = min(len(self.sizes) + 1, 6)
        else:
            return None
        return Block(BlockKind.HEADING, " ".join(line.text.split()), pages=(line.page,), level=level)

    # --- grouping -------------------------------------------------------------------------------

    def _joins(self, group: Sequence[Line], line: Line) -> bool:
        """Whether a line goes on with the block so far."""
        last = group[-1]
        if line.mono != last.mono:
            return False
        gap = last.bottom - line.top
        if line.page != last.page:
            ended = last.text.endswith((".", ":", "!", "?"))
            return line.mono or not (ended or _BULLET.match(line.text))
        if line.mono:
            return -0.5 * line.size < gap < 4 * self.leading
        if gap > 1.45 * self.leading or gap < -2 * self.leading:
            return False
        if _BULLET.match(line.text) and abs(gap) > 0.3 * self.leading:
            return bool(_BULLET.match(group[0].text)) or last.text.endswith(":")
        indented = line.left > last.left + 0.8 * line.size and gap > 0.3 * self.leading
        return not (
            indented and last.text.endswith((".", ":", "?", "!")) and not _BULLET.match(group[0].text)
        )

    def _block(self, group: list[Line]) -> Iterator[Block]:
        if group[0].mono and (len(group) > 1 or len(group[0].text) > _WORD_MAX):
            rows, pages = self._code_rows(group)
            if block := code_block("\n".join(rows), (), pages=pages):
                yield block
            return
        kind = (
            BlockKind.LIST if sum(bool(_BULLET.match(line.text)) for line in group) > 1 else BlockKind.PROSE
        )
        rows = _dehyphenated([line.text for line in group])
        yield Block(kind, "\n".join(rows), pages=[line.page for line in group][: len(rows)])

    def _code_rows(self, group: Sequence[Line]) -> tuple[list[str], list[int]]:
        """Rows with their indentation, and blank rows where the page has them."""
        pitches = [line.pitch for line in group if line.pitch > 0 and len(line.text) > 3]
        pitch = median(pitches) if pitches else group[0].size * 0.6
        margins = {
            page: min(each.left for each in group if each.page == page) for page in {g.page for g in group}
        }
        gaps = [a.top - b.top for a, b in itertools.pairwise(group) if a.page == b.page and a.top > b.top]
        leading = min(gaps, default=self.leading) or self.leading
        rows: list[str] = []
        pages: list[int] = []
        previous: Line | None = None
        for line in group:
            gap = previous.top - line.top if previous and previous.page == line.page else leading
            if rows and abs(gap) < 0.3 * leading:
                rows[-1] += f" {line.text.translate(_QUOTES)}"  # pieces of one line
                previous = line
                continue
            for _ in range(min(3, round(gap / leading) - 1)):
                rows.append("")
                pages.append(line.page)
            indent = round((line.left - margins[line.page]) / pitch) if pitch else 0
            rows.append(" " * indent + line.text.translate(_QUOTES))
            pages.append(line.page)
            previous = line
        return rows, pages


def _heading(mark: Bookmark) -> Block:
    return Block(BlockKind.HEADING, mark.title, pages=(mark.page,), level=mark.level)


def _open_at(outline: Sequence[Bookmark]) -> list[Bookmark]:
    """The outline entries still open after all of these, outermost first."""
    still: list[Bookmark] = []
    for mark in outline:
        still = [*(each for each in still if each.level < mark.level), mark]
    return still


def _dehyphenated(rows: list[str]) -> list[str]:
    """Words parted at a line's end put together on the first line; a hyphen before a capital stays."""
    result = list(rows)
    for index in range(len(result) - 1):
        row, following = result[index], result[index + 1]
        if len(row) > 2 and row.endswith("-") and row[-2].isalpha() and following[:1].islower():
            word, _, rest = following.partition(" ")
            result[index], result[index + 1] = row[:-1] + word, rest
    return [row for row in result if row.strip()] or rows


def _match_outline(outline: list[Bookmark], lines: Sequence[Line]) -> dict[int, list[tuple[Bookmark, int]]]:
    """Where every outline entry stands: the line it begins at and how many lines its title takes there."""
    by_page: dict[int, list[int]] = {}
    for index, line in enumerate(lines):
        by_page.setdefault(line.page, []).append(index)
    found: dict[int, list[tuple[Bookmark, int]]] = {}
    taken: set[int] = set()
    for mark in outline:
        candidates = [index for index in by_page.get(mark.page, []) if index not in taken]
        at, used = _find_title(mark, candidates, lines)
        if at is None:
            at = next((i for i in candidates if mark.top is not None and lines[i].top <= mark.top), None)
        if at is None:
            at = next((index for index, line in enumerate(lines) if line.page >= mark.page), None)
        if at is not None:
            taken.update(range(at, at + used))
            found.setdefault(at, []).append((mark, used))
    return found


def _find_title(mark: Bookmark, candidates: Sequence[int], lines: Sequence[Line]) -> tuple[int | None, int]:
    """Where the title is printed, and on how many lines; its number may be missing on either side."""
    wanted = _squeezed(mark.title)
    for index in candidates:
        begun = _squeezed(lines[index].text)
        text, used = begun, 1
        while wanted and wanted.startswith(text) and text:
            if text == wanted:
                return index, used
            if index + used >= len(lines) or lines[index + used].page != mark.page:
                break
            text += _letters(lines[index + used].text)
            used += 1
    return None, 0


@lru_cache(maxsize=65_536)
def _squeezed(text: str) -> str:
    """Letters and digits without a number in front."""
    return _letters(_NUMBER.sub("", text))


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text)).lower()
