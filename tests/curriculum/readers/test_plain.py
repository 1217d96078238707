"""Plain text: paragraphs, the usual ways to write a heading, indented code."""

from __future__ import annotations

from pathlib import Path

import pytest

from pygrounds_dagster.curriculum.blocks import BlockKind
from pygrounds_dagster.curriculum.readers.plain import read


def shown(text: str) -> list[tuple[str, str, list[int]]]:
    return [(b.kind.value, b.text, list(b.lines)) for b in read(text.encode(), Path("a.txt")).blocks]


def test_paragraphs_lists_and_code() -> None:
    text = (
        "A paragraph\nof two lines.\n\n- one\n- two\n\n"
        "    def f():\n        x = 1\n\n        return x\n\nEnd.\n"
    )
    assert shown(text) == [
        ("prose", "A paragraph\nof two lines.", [1, 2]),
        ("list", "- one\n- two", [4, 5]),
        ("code", "def f():\n    x = 1\n\n    return x", [7, 8, 9, 10]),
        ("prose", "End.", [12]),
    ]


@pytest.mark.parametrize(
    ("text", "heading", "level"),
    [
        ("A title\n=======\n", "A title", 1),
        ("=======\nA title\n=======\n", "A title", 1),
        ("A part\n------\ntext follows at once\n", "A part", 2),
        ("2.1 Numbers of things\n", "2.1 Numbers of things", 3),
        ("Chapter 4: Going on\n", "Chapter 4: Going on", 1),
        ("COMMON MISTAKES\n", "COMMON MISTAKES", 2),
    ],
)
def test_headings(text: str, heading: str, level: int) -> None:
    [found] = [b for b in read(text.encode(), Path("a.txt")).blocks if b.kind is BlockKind.HEADING]
    assert (found.text, found.level) == (heading, level)


def test_an_indented_quotation_is_no_code() -> None:
    assert [kind for kind, _, _ in shown("He said:\n\n    Beware of the dog and the cat.\n")] == [
        "prose",
        "prose",
    ]


def test_a_session_is_code() -> None:
    assert shown(">>> 1 + 1\n2\n\n>>> 3\n3\n") == [("code", ">>> 1 + 1\n2\n\n>>> 3\n3", [1, 2, 3, 4, 5])]
