"""A small sound course, written into a directory for a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TOPIC = "beginner.basics.numbers"
COURSE = """id: market
title: At the market
order: 10
difficulty: beginner
description: Small sums with prices.
lessons:
  - bill
"""
TWICE = "def twice(price):\n    return 2 * price\n"
TOTAL = TWICE + "\n\ndef total(prices):\n    return sum(prices)\n"


def lesson(**fields: Any) -> dict[str, Any]:
    """A lesson of two steps, the second an assignment; some of its fields replaced."""
    return {
        "lesson_id": "market_bill",
        "title": "The bill",
        "description": "Add up a bill.",
        "subtopics": [TOPIC],
        "steps": [
            step(1, TWICE, {"call": "twice", "args": [3], "expected": 6}),
            step(2, TOTAL, {"call": "total", "args": [[3, 4]], "expected": 7}, assignment=True),
        ],
        **fields,
    }


def step(number: int, code: str, *tests: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "step_number": number,
        "description": f"Write part {number}.",
        "expected_code": code,
        "notes": "It adds.",
        "tests": list(tests),
        **fields,
    }


def write_course(
    root: Path, name: str = "market", head: str | None = COURSE, **lessons: dict[str, Any] | str
) -> Path:
    """A course with the given lessons, by stem, as fields or as text; without any, the sound one."""
    folder = root / "courses" / name
    folder.mkdir(parents=True, exist_ok=True)
    if head is not None:
        (folder / "course.yaml").write_text(head, encoding="utf-8")
    for stem, fields in (lessons or {"bill": lesson()}).items():
        text = fields if isinstance(fields, str) else json.dumps(fields, indent=2)
        (folder / f"{stem}.json").write_text(text, encoding="utf-8")
    return folder
