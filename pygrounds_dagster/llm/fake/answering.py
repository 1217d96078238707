"""Answers that depend on what is asked: terms that stand in the messages, with the meaning given there.

Here: reading a request as a model would read it, with plain string matching. Not here: answers that are
always the same, which are data (``scripts/answers.yaml``).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

_TERM = re.compile(r"^- \*\*(?P<term>[A-Za-z][A-Za-z ]*)\*\*: (?P<meaning>.+)$", re.MULTILINE)
_TAKEN = re.compile(r"^- (?P<term>[A-Za-z][A-Za-z ]*)$", re.MULTILINE)
_LEAST, _MOST = 4, 13
_STEM = 4


def word(body: Mapping[str, Any]) -> dict[str, str] | None:
    """A term of the first message that lists some, with its meaning as the clue; None if there is none.

    The answers that the conversation has already are not given again.
    """
    messages = body.get("messages", ())
    said = "\n".join(str(message.get("content", "")) for message in messages)
    turn = sum(message.get("role") == "assistant" for message in messages)
    taken = {found["term"].lower() for found in _TAKEN.finditer(said)}
    fitting = [found for found in _TERM.finditer(said) if _fits(**found.groupdict())]
    left = [found for found in fitting if found["term"].lower() not in taken]
    if len(left) <= turn:
        return None
    term, meaning = left[turn]["term"], left[turn]["meaning"].strip().rstrip(".")
    clue = f"{meaning[0].upper()}{meaning[1:]}."
    return {
        "clue": clue,
        "answer": term.replace(" ", "").upper(),
        "term": term,
        "quote": f"{term}: {meaning}",
    }


def _fits(term: str, meaning: str) -> bool:
    """Whether a grid has room for a term and its meaning does not tell it."""
    stems = {part[:_STEM].lower() for part in term.split()}
    told = any(other.lower().startswith(tuple(stems)) for other in re.findall(r"\w+", meaning))
    return _LEAST <= len(term.replace(" ", "")) <= _MOST and not told and len(meaning.split()) >= _STEM
