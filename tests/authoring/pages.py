"""Pages for tests: one that has everything, and ways to spoil it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

HEAD = """---
id: {id}
title: {title}
order: {order}
difficulty: beginner
prerequisites: {prerequisites}
objectives:
  - Count goals with a number
  - Show a result with print
  - Add two numbers of goals
concept_intent: >-
  How goals of a football match are counted, shown and added up by a program.
code_intent: >-
  Numbers, print and the plus sign.
sources: []
---
"""

FILLER = (
    "A football match has many goals. A program can count them one by one, and it never gets tired. "
    "You write down what you know, and Python does the rest for you. Use this when you must be sure "
    "of a result, for example at the end of a school match. Read the lines from the top to the bottom."
)

EXPLAINING = ["Counting goals with a number", "Showing a result", "Adding goals", "Taking goals away"]

SECTION = """
## {heading}

{filler}

```python
goals = {number}
print(goals)
```
```output
{number}
```
"""

CLOSING = """
## What happens if

### There are no goals

The program still works, as zero is a number like any other.

```python
print(0 + 0)
```
```output
0
```

### A goal is a word

Python cannot add a word to a number.

```python raises=TypeError
print("goals")
print(1 + "one")
```
```output
goals
TypeError: unsupported operand type(s) for +: 'int' and 'str'
```

## Common mistakes

Many write a name in two ways. Python says `NameError: name 'total' is not defined`.

```python raises=NameError
goals = 1
print(total)
```
```output
NameError: name 'total' is not defined
```

## Glossary

- **goal**: a point in football
- **match**: a game between two teams
- **number**: a value that you can count with
- **print**: to show a value on the screen
- **program**: a text that a computer can follow
- **result**: what comes out at the end

## Try it

1. Count the goals of your own team.
2. Add the goals of two matches.
3. Show the sum with a kind word.
"""


def good_page(title: str = "Goals") -> str:
    """A page without front matter that breaks no rule but that of length."""
    sections = (
        SECTION.format(heading=heading, filler=FILLER, number=number)
        for number, heading in enumerate(EXPLAINING, start=1)
    )
    return f"\n# {title}\n{''.join(sections)}{CLOSING}"


def write_page(
    root: Path,
    name: str = "goals",
    body: str | None = None,
    *,
    order: int = 10,
    prerequisites: str = "[]",
    changes: Mapping[str, str] | None = None,
) -> str:
    """Write a subtopic ``play.ball.<name>``; returns its partition key.

    Args:
        root: content root, made if need be.
        name: its id.
        body: its text; a good page by default.
        order: its place.
        prerequisites: as YAML.
        changes: text → replacement, each of which must be there.
    """
    topic = root / "zones" / "play" / "ball"
    (topic / name).mkdir(parents=True, exist_ok=True)
    (topic.parent / "zone.yaml").write_text("id: play\ntitle: Play\norder: 1\n", encoding="utf-8")
    (topic / "topic.yaml").write_text("id: ball\ntitle: Ball\norder: 1\n", encoding="utf-8")
    title = name.replace("_", " ").capitalize()
    text = HEAD.format(id=name, title=title, order=order, prerequisites=prerequisites)
    text += good_page(title) if body is None else body
    for old, new in (changes or {}).items():
        assert old in text, old
        text = text.replace(old, new)
    (topic / name / "subtopic.md").write_text(text, encoding="utf-8")
    return f"play.ball.{name}"
