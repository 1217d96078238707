"""Small content trees, written as an author would."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

Author = Callable[..., Path]

BODY = "# {title}\n\nA paragraph about {title}.\n"


def subtopic_text(name: str, body: str | None = None, **fields: object) -> str:
    """A valid subtopic file; ``fields`` replace or add front matter, None leaves one out."""
    values: dict[str, object] = {
        "id": name,
        "title": f"Title of {name}",
        "order": 10,
        "difficulty": "beginner",
        "concept_intent": f"What {name} means.",
        "code_intent": f"How {name} is written.",
    } | fields
    front = "\n".join(f"{key}: {value}" for key, value in values.items() if value is not None)
    text = BODY.format(title=values["title"]) if body is None else body
    return f"---\n{front}\n---\n\n{text}"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """An empty content root."""
    (tmp_path / "content" / "zones").mkdir(parents=True)
    return tmp_path / "content"


@pytest.fixture
def author(root: Path) -> Author:
    """Writes a subtopic ``zone.topic.name`` with the files above it; returns its folder."""

    def write(key: str, body: str | None = None, base: Path = root, **fields: object) -> Path:
        zone, topic, name = key.split(".")
        folder = base / "zones" / zone / topic / name
        folder.mkdir(parents=True, exist_ok=True)
        for level, identifier in (
            (folder.parents[1] / "zone.yaml", zone),
            (folder.parent / "topic.yaml", topic),
        ):
            if not level.exists():
                level.write_text(f"id: {identifier}\ntitle: Title of {identifier}\norder: 10\n")
        (folder / "subtopic.md").write_text(subtopic_text(name, body, **fields))
        return folder

    return write
