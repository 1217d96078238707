"""Scripts, endpoints and requests for tests, each in a line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import SecretStr

from pygrounds_dagster.llm import BlockingLlm, Endpoint, Message, Request
from pygrounds_dagster.llm.fake import FakeLlm, Script

Play = Callable[..., tuple[BlockingLlm, FakeLlm]]
"""Starts a script, by name or as it is, with fields of the endpoint: a client of it, and the model."""

Calls = Callable[[], list[dict[str, Any]]]
"""Reads the rows of the table of calls, oldest first."""


def script_of(*replies: dict[str, Any], **fields: Any) -> Script:
    """A script from its replies."""
    return Script.model_validate({"replies": replies, **fields})


def endpoint_of(fake: FakeLlm, **fields: Any) -> Endpoint:
    """The scripted model's endpoint, with pauses that suit a test."""
    patience: dict[str, Any] = {"timeout": 30, "deadline": 60, "first_pause": 0.01}
    return Endpoint(fake.url, "scripted", SecretStr("any"), **patience | fields)


def asking(text: str = "hello", **fields: Any) -> Request:
    """A request of one message."""
    return Request((Message("user", text),), "test", **fields)
