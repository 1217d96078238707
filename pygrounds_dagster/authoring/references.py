"""Where the links of a page lead: files, headings, other subtopics.

Here: resolving targets offline. Not here: whether an address on the web answers, which changes by the hour.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pygrounds_dagster.authoring.findings import Finding
from pygrounds_dagster.authoring.page import Link, Page, Section, read_page
from pygrounds_dagster.curriculum.content_model import KEY_PATTERN, Content, Subtopic
from pygrounds_dagster.curriculum.content_yaml import UnreadableTextError, read_text

_SCHEME = re.compile(r"^[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_NO_ANCHOR = re.compile(r"[^\w\- ]")


@dataclass(slots=True)
class References:
    """What links may lead to; headings of other files are read once."""

    keys: Collection[str]
    _anchors: dict[Path, set[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, content: Content) -> References:
        """The partitions of the content, valid or not."""
        return cls(frozenset(content.keys))

    @property
    def zones(self) -> set[str]:
        """Zones that have a subtopic."""
        return {key.partition(".")[0] for key in self.keys}

    def findings(self, subtopic: Subtopic, page: Page) -> Iterator[Finding]:
        """Links that lead nowhere, and keys in the text that no subtopic has."""
        for link in page.links:
            if why := self._broken(link.target, subtopic.path, page):
                yield Finding(
                    "link", link.line, f"the link to {link.target!r} leads nowhere: {why[0]}", why[1]
                )
        codes = [code for section in page.sections for code in section.codes]
        for code in codes:
            if self._is_lost_key(code):
                what = f"`{code.target}` looks like a subtopic, and there is none of that name"
                yield Finding("link", code.line, what, "mend the key")

    def _is_lost_key(self, code: Link) -> bool:
        known = re.match(KEY_PATTERN, code.target) and code.target.partition(".")[0] in self.zones
        return bool(known) and code.target not in self.keys

    def _broken(self, target: str, source: Path, page: Page) -> tuple[str, str] | None:
        """Why a target cannot be reached and how to mend it; None if it can."""
        if _SCHEME.match(target):
            return _broken_address(target)
        path, _, anchor = target.partition("#")
        if not path and not anchor:
            return "it has no address", "write one between the brackets"
        if re.match(KEY_PATTERN, path):
            missing = path not in self.keys
            return ("there is no subtopic of that name", "mend the key") if missing else None
        file = source if not path else source.parent / unquote(path)
        if not file.exists():
            return f"there is no {file.name} there", "paths begin at the folder of this page"
        if anchor and file.suffix == ".md" and unquote(anchor) not in self._anchors_of(file, source, page):
            return (
                f"{file.name} has no heading with the anchor #{anchor}",
                "use the heading in small letters, with -",
            )
        return None

    def _anchors_of(self, file: Path, source: Path, page: Page) -> set[str]:
        if file == source:
            return anchors(page)
        if file not in self._anchors:
            try:
                self._anchors[file] = anchors(read_page(read_text(file)))
            except (UnreadableTextError, OSError):  # reported where that file is itself a source
                self._anchors[file] = set()
        return self._anchors[file]


def anchors(page: Page) -> set[str]:
    """What can be linked to in a page, as GitHub makes it of headings; a repeated one gets a number."""
    found: dict[str, int] = {}
    result = set()
    for section in page.sections:
        name = _anchor(section)
        count = found.get(name, 0)
        found[name] = count + 1
        result.add(f"{name}-{count}" if count else name)
    return result


def _anchor(section: Section) -> str:
    return _NO_ANCHOR.sub("", section.heading.lower()).replace(" ", "-")


def _broken_address(target: str) -> tuple[str, str] | None:
    parts = urlsplit(target)
    if parts.scheme in ("http", "https") and not parts.hostname:
        return "it names no host", "write it as https://host/path"
    if parts.scheme not in ("http", "https", "mailto"):
        return f"{parts.scheme}: is no address that learners can open", "use https://, a path or a key"
    return None
