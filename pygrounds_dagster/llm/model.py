"""The vocabulary of the room: what is asked of a model and what comes back.

Here: plain values. Not here: asking.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Role = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a conversation."""

    role: Role
    content: str


@dataclass(frozen=True, slots=True)
class Request:
    """What a model is asked.

    Attributes:
        messages: the conversation; the last one is usually the user's.
        purpose: what it is for, in the table of calls: ``debugging_questions``.
        prompt_version: content hash of the prompt that it was made from.
        temperature: of sampling; None: the endpoint's own.
        max_tokens: most tokens of the answer; None: the endpoint's own. A longer one is a ``CutError``.
        sample: number of this answer among several to the same messages; each has its own place in the cache.
        deadline: seconds for everything; None: that of the settings.
        cache: whether an earlier answer may be given.
    """

    messages: tuple[Message, ...]
    purpose: str
    prompt_version: str = ""
    temperature: float | None = None
    max_tokens: int | None = None
    sample: int = 0
    deadline: float | None = None
    cache: bool = True

    def key(self, endpoint: str, model: str, schema: Mapping[str, Any] | None = None) -> str:
        """Hash of all that the answer depends on: the key of the cache.

        Args:
            endpoint: base URL.
            model: name of the model.
            schema: JSON Schema of the answer, if it has one.
        """
        asked = {
            "endpoint": endpoint,
            "model": model,
            "messages": [[message.role, message.content] for message in self.messages],
            "temperature": self.temperature,
            "max_tokens": self.max_tokens,
            "sample": self.sample,
            "schema": schema,
        }
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one answer, as the endpoint counts them.

    Attributes:
        input: tokens of the messages.
        output: tokens of the answer.
        cached: those of the input that the endpoint had in its own cache and charges less for.
    """

    input: int
    output: int
    cached: int = 0


@dataclass(frozen=True, slots=True)
class Completion:
    """A whole answer.

    Attributes:
        text: what the model said.
        model: what the endpoint says that answered.
        usage: tokens; None where the endpoint does not say, or the answer is from the cache.
        from_cache: whether it had been given before.
        seconds: from asking to the end of the answer.
    """

    text: str
    model: str
    usage: Usage | None
    from_cache: bool
    seconds: float
