"""PDF: headings from outline or fonts, code by its font, no running headers, words put together."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument, SourceError
from pygrounds_dagster.curriculum.readers import read_source
from tests.curriculum.readers.tiny_pdf import Text, tiny_pdf

PATH = Path("book.pdf")


def chapter(number: int, name: str) -> list[Text]:
    """A page with running header, heading, two paragraphs around code, and a page number."""
    return [
        Text(72, 760, f"Learning Python {number}", size=9),
        Text(72, 720, name, "bold", 18),
        Text(72, 690, "A loop repeats its body once for every item, and the indenta-"),
        Text(72, 678, "tion says what belongs to it. The name is new each time."),
        Text(72, 650, f"for n in range({number}):", "code", 9),
        Text(72 + 4 * 5.4, 639, "if n % 2:", "code", 9),
        Text(72 + 8 * 5.4, 628, "print(n)", "code", 9),
        Text(72, 606, "done = True", "code", 9),
        Text(72, 580, f"After the loop of chapter {number} the program goes on."),
        Text(300, 30, str(number), size=9),
    ]


def book(tmp_path: Path, **options: object) -> Path:
    file = tmp_path / "book.pdf"
    pages = [
        chapter(1, "First steps"),
        chapter(2, "Going on"),
        chapter(3, "Last things"),
        chapter(4, "The end"),
    ]
    file.write_bytes(tiny_pdf(pages, **options))  # type: ignore[arg-type]
    return file


def of_kind(document: SourceDocument, kind: BlockKind) -> list[Block]:
    return [block for block in document.blocks if block.kind is kind]


OUTLINE = [("First steps", 1, 740), ("Going on", 2, 740), ("Last things", 3, 740), ("The end", 4, 740)]


@pytest.mark.parametrize("outline", [OUTLINE, []])
def test_headings_come_from_the_outline_or_else_from_the_fonts(
    tmp_path: Path, outline: list[tuple[str, int, float]]
) -> None:
    document = read_source(book(tmp_path, outline=outline, title="Learning Python"))
    headings = of_kind(document, BlockKind.HEADING)
    assert [heading.text for heading in headings] == [name for name, _, _ in OUTLINE]
    assert [heading.pages for heading in headings] == [(1,), (2,), (3,), (4,)]
    assert document.title == "Learning Python"


def test_code_has_its_indentation_and_blank_lines(tmp_path: Path) -> None:
    code = of_kind(read_source(book(tmp_path)), BlockKind.CODE)
    assert code[1].text == "for n in range(2):\n    if n % 2:\n        print(n)\n\ndone = True"
    assert set(code[1].pages) == {2}
    for block in code:
        ast.parse(block.text)


def test_words_parted_at_a_line_end_are_put_together(tmp_path: Path) -> None:
    prose = of_kind(read_source(book(tmp_path)), BlockKind.PROSE)
    assert "the indentation" in prose[0].text.replace("\n", " ")


def test_running_headers_and_page_numbers_are_left_out(tmp_path: Path) -> None:
    text = "\n".join(block.text for block in read_source(book(tmp_path)).blocks)
    assert "Learning Python" not in text
    assert not any(line.strip().isdigit() for line in text.split("\n"))


def test_a_section_of_pages_keeps_the_headings_above_it(tmp_path: Path) -> None:
    file = book(tmp_path, outline=[("First steps", 1, 740)])
    document = read_source(file, "pages=2-3")
    assert document.blocks[0].text == "First steps"
    assert {page for block in document.blocks[1:] for page in block.pages} == {2, 3}


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (tiny_pdf([[Text(72, 700, "secret")]], encrypted=True), "encrypted"),
        (b"%PDF-1.4\nnothing of a PDF", "broken"),
        (tiny_pdf([[]]), "no text"),
    ],
)
def test_a_pdf_that_cannot_be_read_says_why(tmp_path: Path, data: bytes, what: str) -> None:
    file = tmp_path / "book.pdf"
    file.write_bytes(data)
    with pytest.raises(SourceError, match=what) as raised:
        read_source(file)
    assert str(file) in str(raised.value)
    assert raised.value.mend


def test_pages_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="only 4 pages"):
        read_source(book(tmp_path), "pages=9-12")
