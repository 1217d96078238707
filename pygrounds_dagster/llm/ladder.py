"""Structured answers from endpoints that can do different things.

Here: three ways to ask for JSON, strictest first; how JSON is found in what comes back; what is told to a
model whose answer does not fit. Not here: asking.

``json_schema`` (OpenAI, Gemini, Ollama, vLLM) binds the model to the schema; ``json_object`` (DeepSeek) only
to JSON, so that the schema is part of the prompt; ``fenced`` is plain text with a code block, which every
model can write.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Literal, TypeVar, cast, get_args

from pydantic import BaseModel, ValidationError

from pygrounds_dagster.llm.model import Message, Request

Rung = Literal["json_schema", "json_object", "fenced"]
RUNGS: tuple[Rung, ...] = get_args(Rung)

Shape = TypeVar("Shape", bound=BaseModel)

_FENCE = re.compile(r"```(?:json)?[ \t]*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_THINKING = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)  # reasoning models behind plain servers
_TOLD_FAULTS = 12
_FORM = {
    "json_object": "Answer with one JSON object and nothing else.",
    "fenced": "Answer with one JSON object in a code block that begins with ```json, and nothing else.",
}


def schema_of(shape: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema of a model, in the strict subset that endpoints enforce: all fields required, no others."""
    from openai import pydantic_function_tool

    return cast(dict[str, Any], pydantic_function_tool(shape)["function"]["parameters"])


def put(
    request: Request, rung: Rung, name: str, schema: Mapping[str, Any]
) -> tuple[Request, dict[str, Any] | None]:
    """A request as it is put on one rung.

    Args:
        request: as the caller asks.
        rung: which way.
        name: of the answer's form.
        schema: of the answer.

    Returns:
        The request, with the schema in its messages where the endpoint does not take it otherwise, and the
        ``response_format`` to send.
    """
    if rung == "json_schema":
        form = {"name": name, "schema": dict(schema), "strict": True}
        return request, {"type": "json_schema", "json_schema": form}
    told = f"{_FORM[rung]} It must be valid against this JSON Schema:\n{json.dumps(schema)}"
    messages = (Message("system", told), *request.messages)
    if request.messages and request.messages[0].role == "system":  # some endpoints take only one
        first, *rest = request.messages
        messages = (Message("system", f"{first.content}\n\n{told}"), *rest)
    return replace(request, messages=messages), {"type": "json_object"} if rung == "json_object" else None


def read(text: str, shape: type[Shape]) -> Shape | str:
    """What an answer holds.

    Returns:
        The value, or what is wrong with the answer, in words for the model that gave it.
    """
    complaint = "It contains no JSON object."
    for candidate in _candidates(_THINKING.sub("", text)):
        try:
            json.loads(candidate)
        except ValueError as error:
            if candidate.startswith("{"):
                complaint = f"It is not valid JSON: {error}."
            continue
        try:
            return shape.model_validate_json(candidate)
        except ValidationError as error:
            return _faults(error)
    return complaint


def repair(request: Request, answer: str, complaint: str) -> Request:
    """The request once more, with the answer and what is wrong with it."""
    told = f"That answer cannot be used. {complaint}\nAnswer again, whole and corrected, in the same form."
    turns = (Message("assistant", answer), Message("user", told))
    return replace(request, messages=(*request.messages, *turns))


def _candidates(text: str) -> Iterator[str]:
    """Where JSON may be: everything, each code block, from the first brace to the last."""
    yield text.strip()
    for block in _FENCE.findall(text):
        yield block.strip()
    begin, end = text.find("{"), text.rfind("}")
    if 0 <= begin < end:
        yield text[begin : end + 1]


def _faults(error: ValidationError) -> str:
    faults = [f"{'.'.join(map(str, entry['loc'])) or 'it'}: {entry['msg']}" for entry in error.errors()]
    more = f"; and {len(faults) - _TOLD_FAULTS} more" if len(faults) > _TOLD_FAULTS else ""
    return f"Its fields are wrong: {'; '.join(faults[:_TOLD_FAULTS])}{more}."
