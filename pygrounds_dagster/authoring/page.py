"""A subtopic's own file → the page that a learner reads: sections, programs, links, with their lines.

Here: Markdown as an author writes it, front matter left out. Not here: whether any of it is good (``form``)
or true (``programs``); chunks (``curriculum.chunking``), which are cut for search.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pygrounds_dagster.authoring.findings import Finding
from pygrounds_dagster.curriculum.readers.fences import OUTPUT_LANGUAGES
from pygrounds_dagster.curriculum.readers.markdown import heading_text
from pygrounds_dagster.curriculum.readers.markdown_view import front_matter

PYTHON, OUTPUT = "python", "output"
NO_PROGRAM = "code"
"""What stands for code inside a sentence when its words are counted: one short word."""

_PARSER = MarkdownIt("commonmark").enable("table")
_ATTRIBUTE = re.compile(r'(\w+)=("(?:[^"\\]|\\.)*"|[^\s"]+)(?:\s+|$)')
_ATTRIBUTES = ("raises", "stdin", "elsewhere")
_NEAR_PYTHON = frozenset({"python", "py", "python3", "py3", "pycon"})
_KNOWN_ATTRIBUTES = 'raises=ValueError, stdin="two\\nlines" or elsewhere="why it cannot run here"'
_TARGETS = {"link_open": "href", "image": "src"}
# "[words][name]" that the parser left as text; "grid[0][1]" outside of code is not meant.
_REFERENCE = re.compile(r"(?<!\w)\[[^\]\[]+\]\[[^\]\[]*\]")


@dataclass(frozen=True, slots=True)
class Program:
    """A ``python`` block with what its page says about it.

    Attributes:
        line: of its fence.
        code: what it holds, line ends included.
        shown: the ``output`` block right below it; None if there is none.
        shown_line: of that block's fence; 0 without one.
        raises: class of the error that ends it on purpose.
        stdin: what is typed in, line ends included.
        elsewhere: why it cannot be run in the judge; None for all that can.
    """

    line: int
    code: str
    shown: str | None = None
    shown_line: int = 0
    raises: str | None = None
    stdin: str = ""
    elsewhere: str | None = None

    @property
    def runs(self) -> bool:
        """Whether the judge runs it."""
        return self.elsewhere is None


@dataclass(frozen=True, slots=True)
class Item:
    """A list item: its line, its first paragraph as written, and whether its list is numbered."""

    line: int
    text: str
    numbered: bool


@dataclass(frozen=True, slots=True)
class Link:
    """What a link or a picture leads to, or what a code span says, as written."""

    line: int
    target: str


@dataclass(slots=True)
class Section:
    """What stands below one heading, up to the next.

    Attributes:
        heading: what a reader sees of it; empty for text above the first one.
        level: 1–6; 0 for text above the first heading.
        line: of the heading.
        paragraphs: its sentences as a reader speaks them, code inside a sentence as one word.
        items: its list items.
        programs: its Python blocks.
        blocks: how many blocks of code it has, of any language; output is none.
        codes: its code spans, as places that may name a partition.
        characters: of its prose, as written.
    """

    heading: str
    level: int
    line: int
    paragraphs: list[str] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)
    programs: list[Program] = field(default_factory=list)
    blocks: int = 0
    codes: list[Link] = field(default_factory=list)
    characters: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """A subtopic's own text.

    Attributes:
        sections: in order; the title's own section is the first with level 1.
        links: in order.
        faults: what is wrong with its code blocks.
        text: without the front matter, as many lines as the file has up to there left blank.
    """

    sections: tuple[Section, ...]
    links: tuple[Link, ...]
    faults: tuple[Finding, ...]
    text: str

    @property
    def programs(self) -> list[Program]:
        """All Python blocks, in order."""
        return [program for section in self.sections for program in section.programs]

    @property
    def words(self) -> int:
        """Everything between blanks, code and output counted, fences not."""
        lines = (line for line in self.text.split("\n") if not line.startswith(("```", "~~~")))
        return sum(len(line.split()) for line in lines)

    @property
    def prose(self) -> list[str]:
        """Every paragraph and list item, headings and blocks of code left out."""
        return [paragraph for section in self.sections for paragraph in section.paragraphs]

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing but front matter: the text of the subtopic is in other sources."""
        return not self.text.strip()


def read_page(source: str) -> Page:
    """Read a subtopic's own file."""
    lines = source.split("\n")
    skipped = front_matter(lines).line_count
    text = "\n".join([""] * skipped + lines[skipped:])
    reader = _Reader(_PARSER.parse(text))
    return Page(tuple(reader.read()), tuple(reader.links), tuple(reader.faults), text)


class _Reader:
    """Walks the tokens of a page once and sorts them into sections."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self.tokens = tokens
        self.links: list[Link] = []
        self.faults: list[Finding] = []
        self._lists: list[bool] = []
        self._item_line = 0

    def read(self) -> Iterator[Section]:
        section = Section("", 0, 1)
        for index, token in enumerate(self.tokens):
            if token.type == "heading_open":
                if section.level or section.paragraphs or section.programs:
                    yield section
                heading = heading_text(self.tokens[index + 1])
                section = Section(heading, int(token.tag[1]), _line(token))
            elif token.type == "inline":
                self._inline(section, index)
            elif token.type == "fence":
                self._fence(section, index)
            else:
                self._list(token)
        yield section

    def _list(self, token: Token) -> None:
        if token.type in ("bullet_list_open", "ordered_list_open"):
            self._lists.append(token.type == "ordered_list_open")
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            self._lists.pop()
        elif token.type == "list_item_open":
            self._item_line = _line(token)

    def _inline(self, section: Section, index: int) -> None:
        token = self.tokens[index]
        for line, child in _with_lines(token):
            if child.type in _TARGETS:
                self.links.append(Link(line, str(child.attrGet(_TARGETS[child.type]) or "")))
            elif child.type == "code_inline":
                section.codes.append(Link(line, child.content))
            elif child.type == "text" and (lost := _REFERENCE.search(child.content)):
                what = f"{lost[0]} is a link to an address that is given nowhere"
                mend = "write [words](address), or the address below as [name]: address"
                self.faults.append(Finding("link", line, what, mend))
        if self.tokens[index - 1].type == "heading_open":
            return
        section.paragraphs.append(_spoken(token.children or []))
        section.characters += len(token.content)
        if self._lists and self._item_line:
            written = " ".join(token.content.split())
            section.items.append(Item(self._item_line, written, self._lists[-1]))
            self._item_line = 0

    def _fence(self, section: Section, index: int) -> None:
        token = self.tokens[index]
        tag = _tag(token)
        section.blocks += tag != OUTPUT
        if tag == PYTHON:
            following = self.tokens[index + 1] if index + 1 < len(self.tokens) else None
            section.programs.append(self._program(token, following))
        elif tag == OUTPUT:
            if not index or _tag(self.tokens[index - 1]) != PYTHON:
                what = "an output block does not stand right below a program"
                self._fault(token, what, "put it below its ```python block, with nothing between")
        elif tag in OUTPUT_LANGUAGES:
            self._fault(token, f"a block is tagged {tag!r}", "tag what a program prints as ```output")
        elif not tag or tag.lower() in _NEAR_PYTHON:
            said = f"is tagged {tag!r}" if tag else "has no tag"
            mend = "tag a whole program as ```python and anything else as ```text"
            self._fault(token, f"a code block {said}, so nobody knows whether to run it", mend)

    def _program(self, token: Token, following: Token | None) -> Program:
        values = self._attributes(token, token.info.strip()[len(PYTHON) :].strip())
        output = following if following is not None and _tag(following) == OUTPUT else None
        stdin = values.get("stdin", "")
        return Program(
            line=_line(token),
            code=token.content,
            shown=None if output is None else output.content,
            shown_line=0 if output is None else _line(output),
            raises=values.get("raises"),
            stdin=stdin if not stdin or stdin.endswith("\n") else stdin + "\n",
            elsewhere=values.get("elsewhere"),
        )

    def _attributes(self, token: Token, info: str) -> dict[str, str]:
        """``raises=ValueError stdin="a\\nb"`` as a mapping; whatever else stands there is a fault."""
        values: dict[str, str] = {}
        place = 0
        while place < len(info):
            found = _ATTRIBUTE.match(info, place)
            value = _value(found[2]) if found else None
            if found is None or value is None or found[1] not in _ATTRIBUTES:
                what = f"{info[place:]!r} says nothing that is known about a program"
                self._fault(token, what, f"use {_KNOWN_ATTRIBUTES}")
                break
            values[found[1]] = value
            place = found.end()
        if "elsewhere" in values and not values["elsewhere"].strip():
            self._fault(token, 'elsewhere="" gives no reason', 'write it, e.g. elsewhere="starts processes"')
        return values

    def _fault(self, token: Token, what: str, mend: str) -> None:
        self.faults.append(Finding("fence", _line(token), what, mend))


def _line(token: Token) -> int:
    return token.map[0] + 1 if token.map else 0


def _tag(token: Token) -> str:
    """The first word of a fence; empty for a fence without one, and for anything else."""
    return (token.info.split() or [""])[0] if token.type == "fence" else ""


def _value(written: str) -> str | None:
    """An attribute's value; None for a quoted one with an escape that means nothing."""
    if not written.startswith('"'):
        return written
    try:
        return str(ast.literal_eval(written))
    except (SyntaxError, ValueError):
        return None


def _with_lines(inline: Token) -> Iterator[tuple[int, Token]]:
    line = _line(inline)
    for child in inline.children or []:
        yield line, child
        line += child.type in ("softbreak", "hardbreak")


def _spoken(children: Sequence[Token]) -> str:
    """The words of a paragraph; code inside a sentence is one word, marks and addresses are none."""
    words = {"code_inline": NO_PROGRAM, "softbreak": " ", "hardbreak": " "}
    parts = [words.get(c.type, c.content if c.type in ("text", "text_special") else "") for c in children]
    return " ".join("".join(parts).split())
