"""What the scripted model says to a request.

Here: choosing a reply and making its text. Not here: HTTP.
"""

from __future__ import annotations

import importlib
import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pygrounds_dagster.llm.fake.script import CannedAnswers, Edit, Reply, Script


class NoReplyError(LookupError):
    """The script has nothing to say to this request."""


@dataclass(slots=True)
class Actor:
    """A script and how far it has been played.

    Attributes:
        script: what is played.
        used: how often each reply was given, by its number.
        turns: how often each list of canned answers was used, by its marker.
    """

    script: Script
    used: Counter[int] = field(default_factory=Counter)
    turns: Counter[str] = field(default_factory=Counter)

    def choose(self, body: Mapping[str, Any]) -> tuple[int, Reply]:
        """The first reply that fits, and its number.

        Raises:
            NoReplyError: none does.
        """
        said = _said(body)
        for number, reply in enumerate(self.script.replies):
            left = reply.times is None or self.used[number] < reply.times
            if left and (reply.when is None or reply.when in said):
                self.used[number] += 1
                return number, reply
        raise NoReplyError("no reply of the script fits this request")

    def text(self, reply: Reply, body: Mapping[str, Any]) -> str:
        """The whole text of a reply.

        Raises:
            NoReplyError: no canned answer's marker is in the messages, or the function to call is not there.
        """
        answer = self._source(reply, body)
        if reply.edits:
            value = json.loads(answer)
            for edit in reply.edits:
                value = _edited(value, edit.path.split("."), edit)
            answer = json.dumps(value)
        if reply.around is not None:
            answer = reply.around.replace("{answer}", answer)
        return answer if reply.keep is None else answer[: reply.keep]

    def _source(self, reply: Reply, body: Mapping[str, Any]) -> str:
        if reply.text is not None:
            return reply.text
        if reply.value is not None:
            return json.dumps(reply.value)
        if reply.prompt:
            return _said(body)
        if reply.call is not None:
            return str(_function(reply.call)(body))
        return self._canned(body, reply.repeat)

    def _canned(self, body: Mapping[str, Any], repeat: bool) -> str:
        said = _said(body)
        found: CannedAnswers | None = next((c for c in self.script.answers if c.marker in said), None)
        if found is None:
            markers = ", ".join(repr(canned.marker) for canned in self.script.answers)
            raise NoReplyError(f"no canned answer fits: the messages hold none of {markers}")
        made = _function(found.call)(body) if found.call is not None else None
        if made is not None:
            return made if isinstance(made, str) else json.dumps(made)
        turn = 0 if repeat else self.turns[found.marker] % len(found.answers)
        self.turns[found.marker] += 1
        answer = found.answers[turn]
        return answer if isinstance(answer, str) else json.dumps(answer)


def _said(body: Mapping[str, Any]) -> str:
    return "\n\n".join(str(message.get("content", "")) for message in body.get("messages", ()))


def _function(name: str) -> Any:
    module, _, attribute = name.partition(":")
    try:
        return getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise NoReplyError(f"cannot call {name}: {error}") from error


def _edited(value: Any, path: list[str], edit: Edit) -> Any:
    """The value with an edit made wherever the path leads; where it leads nowhere, as it is."""
    if not path:
        if edit.pattern is None:
            return edit.into
        return re.sub(edit.pattern, edit.into, value) if isinstance(value, str) else value
    head, *rest = path
    if isinstance(value, dict):
        return {k: _edited(v, rest, edit) if head in (k, "*") else v for k, v in value.items()}
    if isinstance(value, list):
        return [_edited(v, rest, edit) if head in (str(i), "*") else v for i, v in enumerate(value)]
    return value
