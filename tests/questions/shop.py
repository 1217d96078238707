"""A curriculum of two topics: ``base.first.goods``, and ``base.second.prices`` which rests on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.chunk_rows import sync_chunks
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.documents import sync_documents
from pygrounds_dagster.curriculum.register import register_content
from pygrounds_dagster.questions.source import SubtopicSource, load_sources

GOODS, PRICES = "base.first.goods", "base.second.prices"

_HEAD = """---
id: {id}
title: {title}
order: 10
difficulty: {difficulty}
prerequisites: [{needs}]
objectives: [do it]
concept_intent: What goods and prices are in a program, and how to work with them.
code_intent: Lists, loops and functions with goods and prices in them.
---

# {title}
"""

_GOODS = """
## Keeping goods

The function `sorted()` gives back a new list in which the goods stand in order. Then it ends.
A bundle is a box for goods that belong together and are sold as one.

```python
goods = ["rice", "salt", "yam"]
for place, name in enumerate(goods, start=1):
    if len(name) > 3:
        print(place, name)
```

```output
1 rice
2 salt
```

## Glossary

- **bundle**: some things that are sold
  together as one
- **shelf**: the place where a shop keeps what it sells
- **ware**: anything that can be bought
- **opening hours**: the time of day at which people may come in
- **run**: what runs again and again
"""

_PRICES = """
## Adding up prices

The function `total` adds up what stands in the list and gives back the sum of it.

```python
def total(prices):
    result = 0
    for price in prices:
        if price > 2:
            result += price
    return result

print(total([4, 2, 7]))
```

```output
11
```

## A mistake

A text is no number, so Python cannot add the two of them.

```python raises=TypeError
price = "4"
print(price + 3)
```

```output
TypeError: can only concatenate str (not "int") to str
```

## Glossary

- **discount**: a part of the money that the buyer may keep
- **receipt**: a paper that says how much was paid
- **refund**: to give the money back to the buyer
- **currency**: the kind of coin that a land uses
"""


@dataclass(frozen=True)
class Words:
    """Counts words as word pieces."""

    identity: str = "words"
    window: int = 256

    def count(self, texts: Sequence[str]) -> list[int]:
        """Two more than words."""
        return [len(text.split()) + 2 for text in texts]


def write(root: Path) -> None:
    """Write the curriculum as files."""
    _write(root, GOODS, "beginner", "", _GOODS)
    _write(root, PRICES, "intermediate", GOODS, _PRICES)
    (root / "zones" / "base" / "zone.yaml").write_text(
        "id: base\ntitle: Base\norder: 10\ndescription: All.\n"
    )


def _write(root: Path, key: str, difficulty: str, needs: str, text: str) -> None:
    zone, topic, name = key.split(".")
    folder = root / "zones" / zone / topic / name
    folder.mkdir(parents=True)
    head = _HEAD.format(id=name, title=name.title(), difficulty=difficulty, needs=needs)
    (folder / "subtopic.md").write_text(head + text)
    order = 10 if topic == "first" else 20
    about = f"id: {topic}\ntitle: {topic.title()}\norder: {order}\ndescription: It is about {topic}.\n"
    (folder.parent / "topic.yaml").write_text(about)


def stored_sources(pool: ConnectionPool, root: Path) -> dict[str, SubtopicSource]:
    """The curriculum written, stored and read back."""
    write(root)
    content = load_content([root])
    assert not content.problems, content.problems
    register_content(pool, content)
    keys = list(content.keys)
    sync_documents(pool, content, keys)
    sync_chunks(pool, keys, Words())
    with pool.connection() as conn:
        return load_sources(conn, keys, {})
