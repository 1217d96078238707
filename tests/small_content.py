"""A small content tree for tests and benchmarks that need many partitions."""

from __future__ import annotations

from pathlib import Path

SUBTOPIC = """---
id: {id}
title: {title}
order: {order}
difficulty: beginner
concept_intent: What the number {order} is, how to write it and where it is used.
code_intent: Print the number {order} and compute with it.
---

# {title}

The number {order} is a value that a program can hold in a variable and compute with.
It comes after {before} and before {after}.

## Printing it

Call `print` with the number and it is shown.

```python
value = {order}
print(value + {order})
```

```output
{double}
```
"""


SECTION = """
## Adding {summand}

Adding {summand} to {number} gives {total}; taking {summand} away again gives back {number}. A program that
counts up by {summand} visits {total} after {number}, and never stops between the two.

```python
for value in range({number}, {total}, {summand}):
    print("from", value, "by", {summand})
```
"""


def write_subtopic(root: Path, number: int, topic: str = "numbers", sections: int = 0) -> str:
    """Write one valid subtopic, with further sections of its own; returns its partition key."""
    folder = root / "zones" / "toy" / topic / f"number_{number:03d}"
    folder.mkdir(parents=True, exist_ok=True)
    text = SUBTOPIC.format(
        id=folder.name,
        title=f"Number {number}",
        order=number,
        before=number - 1,
        after=number + 1,
        double=2 * number,
    )
    for summand in range(2, sections + 2):
        text += SECTION.format(summand=summand, number=number, total=number + summand)
    (folder / "subtopic.md").write_text(text, encoding="utf-8")
    return f"toy.{topic}.{folder.name}"


def write_content(root: Path, subtopics: int, topics: int = 1, sections: int = 0) -> list[str]:
    """Write a zone ``toy`` of some subtopics; returns their partition keys, in the curriculum's order."""
    zone = root / "zones" / "toy"
    zone.mkdir(parents=True, exist_ok=True)
    (zone / "zone.yaml").write_text("id: toy\ntitle: Toy\norder: 1\n", encoding="utf-8")
    keys = []
    for position in range(topics):
        topic = "numbers" if topics == 1 else f"numbers_{position}"
        (zone / topic).mkdir(exist_ok=True)
        entry = f"id: {topic}\ntitle: {topic}\norder: {position + 1}\n"
        (zone / topic / "topic.yaml").write_text(entry, encoding="utf-8")
        share = range(position * subtopics // topics, (position + 1) * subtopics // topics)
        keys += [write_subtopic(root, number + 1, topic, sections) for number in share]
    return keys
