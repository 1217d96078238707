"""Language models: one client for every OpenAI-compatible endpoint.

Here: requests and answers, structured or as a stream; retries, deadlines, the cache, what was spent; prompts
from files; a scripted server that stands for a model. Not here: what is asked and whether an answer is true,
which is the business of the room that asks.
"""

from __future__ import annotations

from pygrounds_dagster.llm.blocking import BlockingLlm
from pygrounds_dagster.llm.client import Llm
from pygrounds_dagster.llm.endpoint import Endpoint
from pygrounds_dagster.llm.errors import (
    CutError,
    DeadlineError,
    EndpointError,
    InvalidAnswerError,
    LlmError,
    NoModelError,
    UnavailableError,
)
from pygrounds_dagster.llm.model import Completion, Message, Request, Usage
from pygrounds_dagster.llm.prompts import Prompt, PromptError, load_prompt

__all__ = [
    "BlockingLlm",
    "Completion",
    "CutError",
    "DeadlineError",
    "Endpoint",
    "EndpointError",
    "InvalidAnswerError",
    "Llm",
    "LlmError",
    "Message",
    "NoModelError",
    "Prompt",
    "PromptError",
    "Request",
    "UnavailableError",
    "Usage",
    "load_prompt",
]
