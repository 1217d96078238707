"""What a check of written content may find: every rule with its level, and a finding's words.

Here: the table of rules. Not here: looking for anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning"]

RULES: dict[str, Level] = {
    # what is shown is not true, or the page is broken
    "output": "error",  # a program prints something other than what is shown
    "failure": "error",  # a program fails, or does not fail as it says
    "limit": "error",  # a program never ends, or takes too much
    "unshown": "error",  # a program prints, and no output is shown
    "fence": "error",  # a code block that says nothing sensible about itself
    "heading": "error",  # headings that cannot be told apart, or are missing
    "glossary": "error",  # an entry without its form, or one that explains a word by itself
    "link": "error",  # a link that leads nowhere
    "file": "error",  # the content model refuses the file
    # what a good page has and this one lacks
    "sections": "warning",
    "length": "warning",
    "grade": "warning",
    "programs": "warning",
    "terms": "warning",
    "variations": "warning",
    "tasks": "warning",
    "mistakes": "warning",
    "prerequisites": "warning",
    "objectives": "warning",
    "neighbour": "warning",
    "placeholder": "warning",
}
"""Rule → level: an error is something false or broken, a warning is something that a page should have."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that an author should look at.

    Attributes:
        rule: a key of ``RULES``.
        line: of the subtopic's own file, from 1.
        what: what is wrong, with the words it is about.
        mend: what to do about it.
    """

    rule: str
    line: int
    what: str
    mend: str

    @property
    def level(self) -> Level:
        """How bad it is."""
        return RULES[self.rule]

    def __str__(self) -> str:
        return f"{self.what}: {self.mend}"
