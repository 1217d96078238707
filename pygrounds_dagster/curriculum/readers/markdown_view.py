"""The lines of a Markdown file as CommonMark should see them, one for one with the raw lines.

What belongs here: front matter, and containers that are written by indentation (``!!! note``,
``??? tip``, ``=== "Tab"``) and would otherwise be taken for indented code. What does not: parsing.
"""

from __future__ import annotations

import re
import tomllib
from typing import NamedTuple

import yaml

_FENCE = re.compile(r"^ *(`{3,}|~{3,})([^`]*)$")
_CONTAINER = re.compile(r"^( *)(?:!!!|\?\?\?\+?|===\+?!?)[ \t]+[\w\"']")
_FRONT_MATTER = {"---": ("---", "..."), "+++": ("+++",)}


class FrontMatter(NamedTuple):
    """How many lines the front matter takes at the top, and the title it gives (or '')."""

    line_count: int
    title: str


def front_matter(lines: list[str]) -> FrontMatter:
    """Find YAML (``---``) or TOML (``+++``) front matter."""
    mark = lines[0].rstrip() if lines else ""
    if mark not in _FRONT_MATTER:
        return FrontMatter(0, "")
    for index, line in enumerate(lines[1:], start=1):
        if line.rstrip() in _FRONT_MATTER[mark]:
            return FrontMatter(index + 1, _title("\n".join(lines[1:index]), toml=mark == "+++"))
    return FrontMatter(0, "")


def _title(text: str, *, toml: bool) -> str:
    # Front matter that is not valid is the content model's to report; here it only has no title.
    try:
        data = tomllib.loads(text) if toml else yaml.safe_load(text)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, ValueError):
        return ""
    title = data.get("title") if isinstance(data, dict) else None
    return " ".join(str(title).split()) if title else ""


def view(lines: list[str], skip: int) -> list[str]:
    """The lines with front matter blanked and the content of indented containers moved out.

    Args:
        lines: raw lines.
        skip: lines of front matter.

    Returns:
        As many lines, each a suffix of its raw line.
    """
    result = [""] * skip
    indents: list[int] = []
    fence = ""
    for line in lines[skip:]:
        blank = not line.strip()
        indent = len(line) - len(line.lstrip(" "))
        while indents and not blank and indent < indents[-1]:
            indents.pop()
            fence = ""
        seen = line[min(4 * len(indents), indent) :]
        result.append(seen)
        if fence:
            fence = "" if _closes(seen, fence) else fence
        elif opening := _FENCE.match(seen):
            fence = opening[1]
        elif container := _CONTAINER.match(seen):
            indents.append(4 * len(indents) + len(container[1]) + 4)
    return result


def _closes(line: str, fence: str) -> bool:
    stripped = line.strip()
    return len(stripped) >= len(fence) and not stripped.strip(fence[0])
