"""``statement.md``: the samples that stand in it.

A sample is a block tagged ``python`` (for functions and classes) or ``input`` (for programs), followed by a
block tagged ``output``. Here: reading them. Not here: running them (``check``).
"""

from __future__ import annotations

from itertools import pairwise

from markdown_it import MarkdownIt
from markdown_it.token import Token

from pygrounds_dagster.problems.model import Kind, Sample

_MARKDOWN = MarkdownIt("commonmark")


def samples_of(statement: str, kind: Kind) -> list[Sample]:
    """The samples of a statement, in order; blocks that no ``output`` follows are none."""
    fences = [token for token in _MARKDOWN.parse(statement) if token.type == "fence"]
    wanted = "input" if kind == "program" else "python"
    return [
        _sample(given, printed.content, kind)
        for given, printed in pairwise(fences)
        if _tag(given) == wanted and _tag(printed) == "output"
    ]


def _tag(fence: Token) -> str:
    return fence.info.split()[0] if fence.info.split() else ""


def _sample(given: Token, output: str, kind: Kind) -> Sample:
    line = given.map[0] + 1 if given.map else 0
    if kind == "program":
        return Sample("", given.content, output, line)
    return Sample(given.content, "", output, line)
