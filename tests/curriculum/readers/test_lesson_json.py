"""Curriculum JSON: lessons and steps, each text with its line in the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pygrounds_dagster.curriculum.blocks import SourceError
from pygrounds_dagster.curriculum.readers.lesson_json import read

LESSON: dict[str, Any] = {
    "lesson_id": "l1",
    "title": 'Loops "for" all',
    "description": "What a loop is.\n\n```python\nfor x in y: pass\n```",
    "steps": [
        {
            "step_number": 1,
            "description": "Write a loop.",
            "expected_code": "for n in range(3):\n    print(n)\n",
            "notes": "Mind the colon.",
        }
    ],
}


def test_a_lesson_is_headings_prose_and_code() -> None:
    text = json.dumps(LESSON, indent=1)
    document = read(text.encode(), Path("l.json"))
    assert [(b.kind.value, b.text) for b in document.blocks] == [
        ("heading", 'Loops "for" all'),
        ("prose", "What a loop is."),
        ("code", "for x in y: pass"),
        ("heading", "Step 1"),
        ("prose", "Write a loop."),
        ("code", "for n in range(3):\n    print(n)"),
        ("prose", "Mind the colon."),
    ]
    rows = text.split("\n")
    for block in document.blocks:
        encoded = json.dumps(block.text)[1:-1]
        assert all(encoded.removeprefix("Step 1") in rows[number - 1] for number in block.lines)


@pytest.mark.parametrize(
    "wrap", [lambda lesson: [lesson, lesson], lambda lesson: {"lessons": [lesson, lesson]}]
)
def test_several_lessons(wrap: Any) -> None:
    blocks = read(json.dumps(wrap(LESSON)).encode(), Path("l.json")).blocks
    assert [block.text for block in blocks if block.level == 1] == ['Loops "for" all'] * 2


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ('{"title": ', "no JSON"),
        ('{"steps": []}', "no title"),
        ("[1]", "no title"),
        ('{"title": "x", "steps": {"a": 1}}', "no list"),
        ('{"title": "x", "steps": ["a"]}', "no list"),
    ],
)
def test_another_form_says_what_is_wrong(text: str, what: str) -> None:
    with pytest.raises(SourceError, match=what):
        read(text.encode(), Path("l.json"))
