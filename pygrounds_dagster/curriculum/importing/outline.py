"""A foreign document → the parts that become subtopics, with a title and intents for each.

Here: chapters of a PDF, top headings of a long text, and what a part is about in words. Not here: files of
a zone (``importer``), reading a format (``readers``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument, SourceError
from pygrounds_dagster.curriculum.readers.formats import SUFFIXES, read_source

OUTLINE_VERSION = "1"

LONG_TEXT = 60_000
"""Characters above which a text is cut at its top headings."""

CHAPTER_PAGES = 40
"""A PDF's outline is followed down to the level where chapters have fewer pages than this on average."""

PAGE_GROUP = 15
"""Pages of a part where a long PDF has no outline."""

Bookmark = tuple[int, str, int]
"""Level from 0, title, page from 1."""

_SPLITTABLE = {"markdown", "restructured", "plain"}
_MARKUP = ("..", ":", "|", "<", "[!", "![")
"""Beginnings of paragraphs that say nothing about the document."""

_SENTENCE_END = re.compile(r"(?<=[.!?])\s")
_IDENTIFIER = re.compile(r"\b(?:def|class|import|from)\s+([A-Za-z_][\w.]*)|\b([A-Za-z_][\w.]*)\s*\(")
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a document that becomes a subtopic.

    Attributes:
        title: heading or chapter title.
        section: as in ``sources``; empty for the whole document.
        concept_intent: what it is about, in words.
        code_intent: which code it is about, in words and identifiers.
    """

    title: str
    section: str
    concept_intent: str
    code_intent: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A document's title and its parts, at least one; a single part has no section."""

    title: str
    parts: tuple[Part, ...]


def outline_document(path: Path) -> Outline:
    """Find the parts of a document.

    Args:
        path: any supported file.

    Raises:
        SourceError: it cannot be read, or has no text.
        OSError: the file cannot be opened.
    """
    if path.suffix.lower() == ".pdf":
        return _pdf_outline(path)
    source = read_source(path, "")
    if not source.blocks:
        raise SourceError("the document has no text", str(path), "Write some or leave it out")
    title = _clean(source.title) or path.stem
    cuts = _cuts(source) if SUFFIXES.get(path.suffix.lower()) in _SPLITTABLE else []
    if not cuts:
        return Outline(title, (_part(title, "", source.blocks),))
    last = max((max(block.lines) for block in source.blocks if block.lines), default=0)
    starts = [1, *(heading.lines[0] for heading in cuts[1:]), last + 1]
    parts = []
    for heading, (start, stop) in zip(cuts, pairwise(starts), strict=True):
        blocks = [block for block in source.blocks if block.lines and start <= block.lines[0] < stop]
        parts.append(_part(_clean(heading.text), f"lines={start}-{stop - 1}", blocks))
    return Outline(title, tuple(parts))


def _cuts(source: SourceDocument) -> list[Block]:
    """The headings where a long text is cut: the highest level that occurs more than once."""
    if sum(len(block.text) for block in source.blocks) <= LONG_TEXT:
        return []
    headings = [b for b in source.blocks if b.kind is BlockKind.HEADING and b.lines and _clean(b.text)]
    for level in sorted({heading.level for heading in headings}):
        found = [heading for heading in headings if heading.level <= level]
        if len(found) > 1 and sum(heading.level == level for heading in found) > 1:
            # A lone title above the first chapter goes with it.
            return found[1:] if found[0].level < level and found[1].level == level else found
    return []


def _part(title: str, section: str, blocks: Sequence[Block]) -> Part:
    headings = [_clean(block.text) for block in blocks if block.kind is BlockKind.HEADING]
    prose = next((b.text for b in blocks if b.kind is BlockKind.PROSE and not b.text.startswith(_MARKUP)), "")
    names = _identifiers(block.text for block in blocks if block.kind is BlockKind.CODE)
    return Part(title, section, concept_intent(title, headings, prose), code_intent(title, names, headings))


def concept_intent(title: str, headings: Iterable[str], prose: str) -> str:
    """Title, headings and first sentences, short enough for an encoder's window."""
    others = [heading for heading in dict.fromkeys(headings) if heading and heading != title][:12]
    lead = " ".join(_SENTENCE_END.split(_clean(prose), maxsplit=2)[:2])[:300]
    sentences = [title, "; ".join(others)[:400], lead]
    return ". ".join(part.rstrip(".") for part in sentences if part) + "."


def code_intent(title: str, names: Sequence[str], headings: Iterable[str]) -> str:
    """The identifiers that the code uses most, or the headings where there is no code."""
    if names:
        return f"Code about {title}: {', '.join(names)}."
    others = [heading for heading in dict.fromkeys(headings) if heading and heading != title][:12]
    return f"Code about {'; '.join([title, *others])[:400]}."


def _identifiers(codes: Iterable[str]) -> list[str]:
    counted = Counter(one or other for code in codes for one, other in _IDENTIFIER.findall(code))
    return [name for name, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))[:20]]


def _clean(text: str) -> str:
    """One line without control characters; PDF outlines hold both."""
    return _SPACE.sub(" ", "".join(c if c.isprintable() else " " for c in text)).strip()[:200]


def _pdf_outline(path: Path) -> Outline:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(path)
    except pypdfium2.PdfiumError as error:
        mend = "Open it in a viewer and save it anew, without a password"
        raise SourceError(f"the PDF cannot be opened ({error})", str(path), mend) from error
    try:
        pages = len(document)
        meta = _clean(document.get_metadata_value("Title"))
        title = meta or path.stem
        starts = chapters(_bookmarks(document), pages)
        if len(starts) < 2:
            return Outline(title, (_pdf_part(document, title, "", 1, [title]),))
        parts = []
        for (name, first, inner), (_, following, _) in pairwise([*starts, ("", pages + 1, [])]):
            last = max(first, following - 1)
            parts.append(_pdf_part(document, name, f"pages={first}-{last}", first, inner))
        return Outline(title, tuple(parts))
    finally:
        document.close()


def chapters(entries: list[Bookmark], pages: int) -> list[tuple[str, int, list[str]]]:
    """The chapters of a PDF.

    Args:
        entries: its outline in page order; may be empty.
        pages: how many it has.

    Returns:
        Title, first page from 1, and the titles inside, in page order; empty if it is best left whole.
    """
    for level in sorted({level for level, _, _ in entries}):
        tops = [entry for entry in entries if entry[0] <= level]
        if len(tops) > 1 and (pages / len(tops) <= CHAPTER_PAGES or level == max(e[0] for e in entries)):
            return _with_inner(tops, entries)
    if pages <= CHAPTER_PAGES:
        return []
    firsts = range(1, pages + 1, PAGE_GROUP)
    return [(f"Pages {first} to {min(first + PAGE_GROUP - 1, pages)}", first, []) for first in firsts]


def _with_inner(tops: list[Bookmark], entries: list[Bookmark]) -> list[tuple[str, int, list[str]]]:
    found: list[tuple[str, int, list[str]]] = []
    if tops[0][2] > 1:
        found.append(("Opening pages", 1, []))
    edges = [*(first for _, _, first in tops[1:]), 10**9]
    for (_, name, first), stop in zip(tops, edges, strict=True):
        inner = [title for _, title, page in entries if first <= page < stop]
        if found and found[-1][1] == first:  # a part and its first chapter on one page are one
            found[-1] = (found[-1][0], first, [*found[-1][2], name, *inner])
        else:
            found.append((name, first, inner))
    return found


def _bookmarks(document: object) -> list[Bookmark]:
    """Level, title and page from 1 of the outline entries that lead to a page, in page order."""
    entries: list[Bookmark] = []
    for item in document.get_toc():  # type: ignore[attr-defined]
        target = item.get_dest()
        index = target.get_index() if target else None
        name = _clean(item.get_title())
        if index is not None and index >= 0 and name:
            entries.append((item.level, name, index + 1))
    return sorted(entries, key=lambda entry: entry[2])


def _pdf_part(document: object, title: str, section: str, first: int, inner: list[str]) -> Part:
    page = document[first - 1]  # type: ignore[index]
    text = page.get_textpage()
    try:
        lead = text.get_text_bounded()
    finally:
        text.close()
        page.close()
    lead = _clean(lead[:1000]).removeprefix(title)
    return Part(title, section, concept_intent(title, inner, lead), code_intent(title, [], inner))
