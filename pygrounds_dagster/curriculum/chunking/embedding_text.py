"""What the encoder sees of a chunk: its headings and its words, without markup.

What belongs here: turning text and code into words for an encoder. What does not: the chunk's own text,
which is never changed, and counting. All texts made here separate words by single spaces.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

_COMMENT = re.compile(r"<!--.*?(?:-->|$)", re.DOTALL)
_IMAGE = re.compile(r"!\[([^\]]*)\](?:\([^)\s]*(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])")
_LINK = re.compile(r"\[([^\[\]]+)\](?:\([^()\s]*(?:\([^()]*\)[^()\s]*)?(?:\s+\"[^\"]*\")?\)|\[[^\]]*\])")
_ROLE = re.compile(r"(?<!\w)\{?:?[a-zA-Z][\w:+.-]*[:}]`[~!]?([^`<]*?)\s*(?:<([^`>]*)>)?`")
_RST_LINK = re.compile(r"`([^`<]+?)\s*<[^`>]+>`__?")
_TAG = re.compile(r"</?[a-zA-Z][^<>]*>")
_URL = re.compile(r"<?\bhttps?://(?:www\.)?([^\s/<>)\]]+)[^\s<>)\]]*>?")
_DIRECTIVE_LINE = re.compile(r"^[ \t]*(?::{3,}[ \t]*\{?|`{3,}\{|\.\. )([\w-]*)[}:]*", re.MULTILINE)
_TABLE_RULE = re.compile(r"^[ \t|:+=-]+$", re.MULTILINE)
_OUTER_UNDERSCORE = re.compile(r"(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)")
_MARK = re.compile(r"\||^[ \t]*(?:[#>]+|!!!|\?\?\?\+?|[-+=~^\"]{3,}$)", re.MULTILINE)
_LOWER_UPPER = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_INNER_UNDERSCORE = re.compile(r"_+")


@lru_cache(maxsize=4096)
def prose_words(text: str) -> str:
    """Prose as a reader sees it: no tags, link targets, emphasis, rules; words by single spaces."""
    if "<" in text:
        text = _COMMENT.sub(" ", text)
    if "](" in text or "][" in text:
        text = _LINK.sub(r"\1", _IMAGE.sub(r"\1", text))
    if "`" in text:
        text = _RST_LINK.sub(r"\1", _ROLE.sub(r"\1", text))
    if "://" in text:
        text = _URL.sub(r"\1", text)
    if "<" in text:
        text = _TAG.sub(" ", text)
    if "::" in text or "```{" in text or ".. " in text:
        text = _DIRECTIVE_LINE.sub(r"\1", text)
    text = _MARK.sub(" ", _TABLE_RULE.sub(" ", text)).replace("*", "").replace("`", "")
    if "_" in text:
        text = _OUTER_UNDERSCORE.sub("", text)
    return " ".join(text.split())


def code_words(text: str) -> str:
    """Code with its identifiers split (``snake_case``, ``camelCase``); words by single spaces."""
    return " ".join(_LOWER_UPPER.sub(" ", _INNER_UNDERSCORE.sub(" ", text)).split())


def heading_words(heading_path: Sequence[str]) -> str:
    """The heading path as the beginning of an embedding text."""
    return " ".join(f"{' '.join(heading.split())}:" for heading in heading_path)


def joined(*parts: str) -> str:
    """Parts that are not empty, by single spaces."""
    return " ".join(part for part in parts if part)
