"""Any supported file → its blocks: picks the reader, and keeps the part that was asked for.

What belongs here: the table of formats, telling formats apart by name and first bytes, sections
(``lines=100-300``, ``pages=12-40``). What does not: reading a format (``readers``).
"""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from pathlib import Path

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument, SourceError
from pygrounds_dagster.curriculum.readers.decoding import check_bytes

Reader = Callable[[bytes, Path], SourceDocument]

SUFFIXES: dict[str, str] = {
    ".md": "markdown", ".markdown": "markdown", ".mdown": "markdown", ".mkd": "markdown",
    ".mdx": "markdown", ".qmd": "markdown", ".rmd": "markdown",
    ".ipynb": "notebook",
    ".html": "html", ".htm": "html", ".xhtml": "html",
    ".rst": "restructured", ".rest": "restructured",
    ".txt": "plain", ".text": "plain", "": "plain",
    ".py": "python", ".pyi": "python", ".pyw": "python",
    ".pdf": "pdf",
    ".json": "lesson_json",
}  # fmt: skip
"""Reader module by lower-case suffix."""

_SECTION = re.compile(r"^(lines|pages)=(\d+)-(\d+)$")
_RST_SIGNS = re.compile(
    r"^\.\. [\w:-]+::|^\.\. _[^:\n]+:\s*$|(?<!\w):[a-z:+-]+:`[^`\n]+`|::\n\n[ \t]+\S", re.MULTILINE
)


def is_supported(path: Path) -> bool:
    """Whether a file's name is one that a reader takes; extensionless files are not (except README)."""
    suffix = path.suffix.lower()
    return suffix in SUFFIXES and (suffix != "" or path.name.upper().startswith("README"))


def read_source(path: Path, section: str = "") -> SourceDocument:
    """Read a file, or a part of it.

    Args:
        path: of the file.
        section: ``lines=FIRST-LAST`` or ``pages=FIRST-LAST``, from 1 and inclusive; empty for all.

    Raises:
        SourceError: unknown format, or a file that is empty, too large, binary, encrypted or broken.
        OSError: the file cannot be opened.
    """
    data = path.read_bytes()
    return select(read_bytes(data, path, section), section)


def read_bytes(data: bytes, path: Path, section: str = "") -> SourceDocument:
    """Read a document from its bytes; ``section`` only lets a PDF skip pages that are not asked for.

    Raises:
        SourceError: as :func:`read_source`.
    """
    name = _format(data, path)
    check_bytes(data, path)
    module = importlib.import_module(f"pygrounds_dagster.curriculum.readers.{name}")
    if name == "pdf":
        what, first, last = _parse_section(section, path) if section else ("", 0, 0)
        document: SourceDocument = (
            module.read(data, path, (first, last)) if what == "pages" else module.read(data, path)
        )
    else:
        reader: Reader = module.read
        document = reader(data, path)
    if not document.blocks:
        raise SourceError(
            "the file has no text that a reader would see", str(path), "Remove it from the sources"
        )
    return document


def _format(data: bytes, path: Path) -> str:
    if data.startswith(b"%PDF-"):
        return "pdf"
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        known = ", ".join(sorted(suffix for suffix in SUFFIXES if suffix))
        raise SourceError(
            f"no reader for {suffix!r}", str(path), f"Convert it to one of {known}, or remove it"
        )
    name = SUFFIXES[suffix]
    if name == "plain":
        return _sniff(data)
    return name


def _sniff(data: bytes) -> str:
    """Plain text that is reStructuredText (Django and others name it .txt) or HTML."""
    head = data[:20_000].decode("latin-1").replace("\r\n", "\n")
    if head.lstrip()[:15].lower().startswith(("<!doctype html", "<html")):
        return "html"
    return "restructured" if len(_RST_SIGNS.findall(head)) >= 2 else "plain"


def _parse_section(section: str, path: Path) -> tuple[str, int, int]:
    found = _SECTION.match(section)
    if not found or int(found[2]) > int(found[3]) or int(found[2]) < 1:
        raise SourceError(
            f"section {section!r} is not understood", str(path), "Write lines=100-300 or pages=12-40"
        )
    return found[1], int(found[2]), int(found[3])


def select(document: SourceDocument, section: str) -> SourceDocument:
    """The part of a document that a section names; blocks across its border are kept whole if they begin
    inside.

    Raises:
        SourceError: the section is not understood, or nothing is there.
    """
    if not section:
        return document
    what, first, last = _parse_section(section, document.path)

    if what == "pages" and document.format == "pdf":
        return document  # its reader has read just these pages, with the headings above them

    def inside(block: Block) -> bool:
        places = block.lines if what == "lines" else block.pages
        return bool(places) and first <= places[0] <= last

    chosen = [index for index, block in enumerate(document.blocks) if inside(block)]
    if not chosen:
        raise SourceError(
            f"section {section!r} holds nothing", str(document.path), "Choose lines or pages it has"
        )
    blocks = [document.blocks[index] for index in chosen]
    return document.with_blocks([*_headings_above(document.blocks, chosen[0]), *blocks])


def _headings_above(blocks: list[Block], index: int) -> list[Block]:
    """The headings that the block at ``index`` stands under, outermost first."""
    above: list[Block] = []
    level = blocks[index].level or 7
    for block in reversed(blocks[:index]):
        if block.kind is BlockKind.HEADING and block.level < level:
            above.insert(0, block)
            level = block.level
    return above
