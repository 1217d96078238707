"""HTML → blocks: what a reader of the page sees, entities decoded, page furniture left out.

What belongs here: HTML, broken or not (the standard library's permissive parser). Text keeps the line
structure of the source with blanks collapsed, so lines are exact; ``<pre>`` keeps every blank.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument
from pygrounds_dagster.curriculum.readers.decoding import decode
from pygrounds_dagster.curriculum.readers.fences import code_block

_VOID = frozenset(
    {
        "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source",
        "track", "wbr",
    }
)  # fmt: skip
_SILENT = frozenset(
    {
        "script", "style", "nav", "noscript", "template", "svg", "footer", "aside", "form", "button",
        "select", "iframe", "object", "head",
    }
)  # fmt: skip
_SILENT_ROLES = frozenset({"navigation", "search", "banner", "contentinfo"})
_SILENT_CLASSES = frozenset(
    {
        "headerlink", "sphinxsidebar", "related", "linenos", "sidebar", "navbar", "toc", "toctree-wrapper",
        "breadcrumbs", "wy-nav-side", "prev-next-area", "skip-link", "navheader", "navfooter", "lineno",
        "gutter", "copybutton",
    }
)  # fmt: skip
_MAIN_CLASSES = frozenset({"body", "document", "rst-content", "markdown-body"})
_BLOCK_TAGS = frozenset(
    {
        "p", "div", "section", "article", "main", "header", "blockquote", "figure", "figcaption", "dl", "dt",
        "dd", "details", "summary", "address", "ul", "ol", "table", "caption", "body", "hr", "fieldset",
        "center",
    }
)  # fmt: skip
_LIST_TAGS = frozenset({"ul", "ol"})
_CELLS = frozenset({"td", "th"})
_LANGUAGE = re.compile(r"\b(?:language|lang|highlight(?:-source)?|brush:)[-\s]+([\w+#-]+)")
_BLANKS = re.compile(r"[ \t\f\r\xa0]+")
_UNNAMED = frozenset({"default", "none", "text", "notranslate"})


def read(data: bytes, path: Path) -> SourceDocument:
    """Read HTML.

    Raises:
        SourceError: the bytes are no text.
    """
    text, encoding, notes = decode(data, path)
    parser = _Page()
    parser.feed(text)
    parser.close()
    parser.flush()
    main = [block for block, inside in parser.found if inside]
    blocks = main or [block for block, _ in parser.found]
    top = next((block.text for block in blocks if block.kind is BlockKind.HEADING and block.level == 1), "")
    own = " ".join(parser.title.split())
    return SourceDocument(
        path,
        "html",
        top or own or path.stem,
        blocks,
        titled=bool(own and not top),
        encoding=encoding,
        notes=notes,
    )


class _Page(HTMLParser):
    """Collects blocks, each with whether it stands in the page's main part."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[Block, bool]] = []
        self.title = ""
        self.stack: list[str] = []
        self.silent_from = 0  # depth of the outermost silent element, 0 for none
        self.main_from = 0
        self.languages: list[tuple[int, str]] = []
        self.contexts: list[tuple[int, str]] = []
        self.rows: list[str] = [""]  # text gathered, by source line
        self.numbers: list[int] = []

    # --- events ---------------------------------------------------------------------------------

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            if tag == "br" and not self.silent_from:
                self._text("\n", self.getpos()[0], breaks=True)
            elif tag == "hr":
                self._border(tag)
            return
        if tag in ("p", "li", "dt", "dd", "tr", *_CELLS):
            self._close_implied(tag)
        self.stack.append(tag)
        depth = len(self.stack)
        values = {name: value or "" for name, value in attrs}
        classes = set(values.get("class", "").split())
        if not self.silent_from and _is_silent(tag, values, classes):
            self.silent_from = depth
        if self.silent_from:
            return
        if not self.main_from and (tag == "main" or values.get("role") == "main" or classes & _MAIN_CLASSES):
            self.flush()
            self.main_from = depth
        if language := _LANGUAGE.search(values.get("class", "")):
            self.languages.append((depth, language[1].lower()))
        self._border(tag)
        if tag == "dt" and values.get("id"):
            self.contexts = [each for each in self.contexts if each[0] < depth - 1]
            self.contexts.append((depth - 1, values["id"]))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or tag not in self.stack:
            return
        while self.stack:
            closed = self.stack[-1]
            if not self.silent_from:
                self._end(closed)
            self.stack.pop()
            self._leave(len(self.stack))
            if closed == tag:
                break

    def handle_data(self, data: str) -> None:
        if self.stack and self.stack[-1] == "title" and "svg" not in self.stack:
            self.title += data
        elif not self.silent_from:
            self._text(data, self.getpos()[0])

    # --- elements -------------------------------------------------------------------------------

    def parse_marked_section(self, i: int, report: bool = True) -> int:
        """``<![`` begins a comment up to the next ``>``, as the HTML standard has it; never an error."""
        return self.parse_bogus_comment(i, report)

    def _leave(self, depth: int) -> None:
        if self.silent_from > depth:
            self.silent_from = 0
        if self.main_from > depth:
            self.flush()
            self.main_from = 0
        while self.languages and self.languages[-1][0] > depth:
            self.languages.pop()
        while self.contexts and self.contexts[-1][0] > depth:
            self.flush()
            self.contexts.pop()

    def _close_implied(self, tag: str) -> None:
        """End tags that authors leave out: a <p> ends at the next <p>, an <li> at the next <li>."""
        stop = {"li": _LIST_TAGS, "dt": {"dl"}, "dd": {"dl"}, "p": {"li", "td", "th", "dd", "div", "section"}}
        same = {"dt", "dd"} if tag in ("dt", "dd") else _CELLS if tag in _CELLS else {tag}
        for open_tag in reversed(self.stack):
            if open_tag in same:
                self.handle_endtag(open_tag)
                return
            if open_tag in stop.get(tag, {"table", "tr"} if tag in _CELLS else {"table"}):
                return

    def _border(self, tag: str) -> None:
        """The start of an element that is not part of the running text."""
        if tag == "pre" or _heading_level(tag):
            self.flush()
        elif tag in ("li", "tr") or (tag in _BLOCK_TAGS and self._holder()):
            # Inside a list or table a paragraph is a new line, not a new block.
            if self._holder() == tag:
                self.flush()
            self._text("\n", self.getpos()[0], breaks=True)
        elif tag in _CELLS:
            self._text("\t", self.getpos()[0])
        elif tag in _BLOCK_TAGS:
            self.flush()

    def _end(self, tag: str) -> None:
        if level := _heading_level(tag):
            self._heading(level)
        elif tag == "pre":
            self._pre()
        elif tag in ("ul", "ol", "table"):
            if self._holder(below=1) is None:
                self.flush()
        elif tag in _BLOCK_TAGS and not self._holder():
            self.flush()

    def _holder(self, below: int = 0) -> str | None:
        """The outermost list or table that the current element stands in."""
        scope = self.stack[: len(self.stack) - below]
        return next((tag for tag in scope if tag in ("ul", "ol", "table")), None)

    # --- text -----------------------------------------------------------------------------------

    def _text(self, data: str, line: int, *, breaks: bool = False) -> None:
        pieces = data.split("\n")
        if not self.numbers:
            self.rows, self.numbers = [""], [line]
        self.rows[-1] += pieces[0]
        for piece in pieces[1:]:
            line += not breaks
            self.rows.append(piece)
            self.numbers.append(line)

    def _take(self) -> tuple[list[str], list[int]]:
        rows, numbers = self.rows, self.numbers
        self.rows, self.numbers = [""], []
        return rows, numbers

    def _add(self, block: Block) -> None:
        self.found.append((block, bool(self.main_from)))

    def _context(self) -> str:
        return self.contexts[-1][1] if self.contexts else ""

    def flush(self) -> None:
        """End the running text."""
        rows, numbers = self._take()
        kept = [
            (text, number)
            for row, number in zip(rows, numbers, strict=False)
            if (text := _BLANKS.sub(" ", row.replace("\t", " \t")).strip())
        ]
        if not kept:
            return
        kinds = {"ul": BlockKind.LIST, "ol": BlockKind.LIST, "table": BlockKind.TABLE}
        kind = kinds.get(self._holder() or "", BlockKind.PROSE)
        lines = [number for _, number in kept]
        self._add(Block(kind, "\n".join(text for text, _ in kept), lines, context=self._context()))

    def _heading(self, level: int) -> None:
        rows, numbers = self._take()
        text = " ".join(" ".join(rows).replace("¶", "").split())
        if text:
            self._add(Block(BlockKind.HEADING, text, numbers[:1], level=level))

    def _pre(self) -> None:
        rows, numbers = self._take()
        language = self.languages[-1][1] if self.languages else ""
        name = "" if language in _UNNAMED else language
        if block := code_block("\n".join(rows), _lines(numbers, len(rows)), name):
            self._add(
                Block(block.kind, block.text, block.lines, language=block.language, context=self._context())
            )


def _lines(numbers: Sequence[int], count: int) -> Sequence[int]:
    return numbers if len(numbers) == count else ()


def _is_silent(tag: str, values: dict[str, str], classes: set[str]) -> bool:
    return (
        tag in _SILENT
        or values.get("role") in _SILENT_ROLES
        or "hidden" in values
        or bool(classes & _SILENT_CLASSES)
    )


def _heading_level(tag: str) -> int:
    return int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456" else 0
