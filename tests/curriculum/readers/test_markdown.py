"""Markdown: CommonMark, tables, front matter and what documentation tools add."""

from __future__ import annotations

from pathlib import Path

import pytest

from pygrounds_dagster.curriculum.blocks import Block, BlockKind
from pygrounds_dagster.curriculum.readers.markdown import read


def blocks(text: str) -> list[Block]:
    return read(text.encode(), Path("doc.md")).blocks


def only(text: str, kind: BlockKind) -> list[Block]:
    return [block for block in blocks(text) if block.kind is kind]


def test_front_matter_is_left_out_but_counted() -> None:
    document = read(b"---\ntitle: A title\nid: x\n---\n\nSome prose.\n", Path("doc.md"))
    assert document.title == "A title"
    assert document.titled
    assert [(block.text, block.lines) for block in document.blocks] == [("Some prose.", range(6, 7))]


def test_headings_are_what_a_reader_sees() -> None:
    text = "# The `print()` *function* {#print}\n\nSetext [link](x.md)\n---\n\n### `a_b` and __init__\n"
    assert [(h.text, h.level, h.lines) for h in only(text, BlockKind.HEADING)] == [
        ("The print() function", 1, (1,)),
        ("Setext link", 2, (3,)),
        ("a_b and init", 3, (6,)),
    ]


def test_a_fence_keeps_its_bytes_and_its_info() -> None:
    [code] = only('```python raises=ValueError stdin="3"\n\n\tx = 1  \n   y\n\n```\n', BlockKind.CODE)
    assert code.text == "\tx = 1  \n   y"
    assert list(code.lines) == [3, 4]
    assert (code.language, code.info) == ("python", 'raises=ValueError stdin="3"')


def test_hash_signs_in_code_are_no_headings() -> None:
    assert only("```\n# no heading\n```\n\n    # nor this\n", BlockKind.HEADING) == []


def test_code_in_lists_and_quotes_is_apart_and_without_their_marks() -> None:
    text = (
        "1. First\n\n   ```py\n   if x:\n       y()\n   ```\n\n   then\n2. Last\n\n"
        "> quoted\n>\n> ```py\n> z\n> ```\n"
    )
    found = [(block.kind.value, block.text, list(block.lines)) for block in blocks(text)]
    assert found == [
        ("list", "1. First", [1]),
        ("code", "if x:\n    y()", [4, 5]),
        ("list", "   then\n2. Last", [8, 9]),
        ("prose", "> quoted\n>", [11, 12]),
        ("code", "z", [14]),
    ]


def test_indented_code_and_a_fence_inside_a_longer_fence() -> None:
    text = "Look:\n\n    for x in y:\n        z()\n\n````md\n```py\na\n```\n````\n"
    assert [code.text for code in only(text, BlockKind.CODE)] == ["for x in y:\n    z()", "```py\na\n```"]


def test_tables_lists_and_comments() -> None:
    text = "| a | b |\n|---|---|\n| 1 | 2 |\n\n<!-- not\n\nfor readers -->\n\n- one\n- two\n\n***\n"
    assert [(block.kind.value, block.text) for block in blocks(text)] == [
        ("table", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("list", "- one\n- two"),
    ]


@pytest.mark.parametrize(
    "text",
    [
        '!!! note "Mind"\n\n    Inside.\n\n    ```python\n    if a:\n        b()\n    ```\n\nAfter.\n',
        ":::{note} Mind\nInside.\n\n```python\nif a:\n    b()\n```\n:::\n\nAfter.\n",
        "````{note} Mind\nInside.\n\n```python\nif a:\n    b()\n```\n````\n\nAfter.\n",
        "??? tip\n\n    Inside.\n\n    ~~~python\n    if a:\n        b()\n    ~~~\n\nAfter.\n",
    ],
)
def test_admonitions_hold_prose_and_code(text: str) -> None:
    [code] = only(text, BlockKind.CODE)
    assert code.text == "if a:\n    b()"
    rows = text.split("\n")
    assert [rows[number - 1].strip() for number in code.lines] == ["if a:", "b()"]
    prose = "\n".join(block.text for block in blocks(text))
    assert "Inside." in prose
    assert "After." in prose


def test_directives_that_hold_code_and_those_that_show_nothing() -> None:
    text = "```{code-block} python\n:linenos:\n\nx = 1\n```\n\n```{toctree}\na\nb\n```\n"
    [code] = blocks(text)
    assert (code.text, code.language, list(code.lines)) == ("x = 1", "python", [4])


def test_output_fences_are_output() -> None:
    assert [block.kind.value for block in blocks("```python\n1\n```\n\n```output\n1\n```\n")] == [
        "code",
        "output",
    ]


def test_an_unfenced_session_is_code() -> None:
    [code] = only(">>> 1 + 1\n2\n", BlockKind.CODE)
    assert (code.text, code.language) == (">>> 1 + 1\n2", "pycon")


def test_line_ends_of_windows_count_like_others() -> None:
    document = read(b"# T\r\n\r\n```python\r\na\r\nb\r\n```\r\n", Path("doc.md"))
    assert [(block.text, list(block.lines)) for block in document.blocks] == [("T", [1]), ("a\nb", [4, 5])]
