"""A small sound problem and other people's sets, written into a directory for a test."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

REFERENCE = """def double(number):
    return 2 * number
"""
PROBLEM = """id: double
title: Twice as much
difficulty: beginner
topics: [beginner.basics.numbers]
kind: function
entry: double
wrong:
  - file: square.py
    fails: 2
    mistake: Multiplies the number by itself.
"""
STATEMENT = """# Twice as much

Write `double(number)`.

```python
print(double(4))
```
```output
8
```
"""
TESTS: list[dict[str, Any]] = [
    {"call": "double", "args": [2], "expected": 4},
    {"call": "double", "args": [5], "expected": 10},
    {"call": "double", "args": [-1], "expected": -2, "hidden": True},
]


def write_problem(bank: Path, name: str = "double", **files: str | None) -> Path:
    """A sound problem, some of its files replaced (``tests_json="…"``) or left out (None)."""
    texts: dict[str, str | None] = {
        "problem.yaml": PROBLEM.replace("id: double", f"id: {name}"),
        "statement.md": STATEMENT,
        "tests.json": json.dumps(TESTS),
        "solutions/reference.py": REFERENCE,
        "wrong/square.py": "def double(number):\n    return number * number\n",
        **{path.replace("_json", ".json").replace("_yaml", ".yaml"): text for path, text in files.items()},
    }
    return write_files(bank / name, texts)


def about(topic: str, name: str) -> str:
    """``problem.yaml`` of a problem linked to a subtopic."""
    return PROBLEM.replace("beginner.basics.numbers", topic).replace("id: double", f"id: {name}")


def write_files(folder: Path, texts: dict[str, str | None]) -> Path:
    for path, text in texts.items():
        if text is not None:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text, encoding="utf-8")
    return folder


def exercism(track: Path, slug: str, example: str, tests: str, stub: str = "") -> Path:
    """One exercise of an Exercism-style track."""
    module = slug.replace("-", "_")
    return write_files(
        track / "exercises" / "practice" / slug,
        {
            ".docs/instructions.md": f"# Instructions\n\nWrite {slug}.\n",
            ".meta/example.py": example,
            f"{module}.py": stub or None,
            f"{module}_test.py": tests,
        },
    )
