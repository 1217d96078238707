"""One request to the endpoint, by the ``openai`` library, and what its answer means.

Here: the only place that knows that library; its errors become ours, an answer that is not whole becomes an
error. Not here: retries, the cache, what to do about an error.
"""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping
from contextlib import aclosing, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

import httpx2

from pygrounds_dagster.llm.endpoint import Endpoint
from pygrounds_dagster.llm.errors import CutError, EndpointError, UnavailableError
from pygrounds_dagster.llm.model import Message, Request, Usage
from pygrounds_dagster.llm.retry import parse_retry_after

if TYPE_CHECKING:
    from openai import APIStatusError, AsyncOpenAI

_CONNECT_SECONDS = 10.0
_BUSY = frozenset({408, 425, 429})
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # neither UTF-8 nor PostgreSQL can hold them
_MENDING = {
    401: "check PYGROUNDS_LLM_API_KEY",
    403: "check PYGROUNDS_LLM_API_KEY and what it may use",
    404: "check PYGROUNDS_LLM_BASE_URL and PYGROUNDS_LLM_MODEL",
}


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole answer of the endpoint.

    Attributes:
        text: what was said; may be empty.
        model: who the endpoint says answered.
        usage: tokens, or None.
    """

    text: str
    model: str
    usage: Usage | None


def connect(endpoint: Endpoint) -> AsyncOpenAI:
    """A client of the endpoint for one event loop; close it with ``await client.close()``."""
    from openai import AsyncOpenAI

    client = AsyncOpenAI(
        base_url=endpoint.base_url,
        api_key=endpoint.api_key.get_secret_value(),
        max_retries=0,  # ours know the deadline
        timeout=httpx2.Timeout(endpoint.timeout, connect=min(_CONNECT_SECONDS, endpoint.timeout)),
    )
    _ = client.chat.completions  # imported on first use: now, not in the first request
    return client


async def ask(
    client: AsyncOpenAI,
    endpoint: Endpoint,
    request: Request,
    response_format: Mapping[str, Any] | None = None,
) -> Reply:
    """Send a request once and return its whole answer.

    Raises:
        UnavailableError: not reached, busy, or no answer within the endpoint's timeout.
        EndpointError: refused.
        CutError: the answer is not whole.
    """
    from openai.types.chat import ChatCompletion

    arguments = _arguments(endpoint, request, response_format)
    with _our_errors(endpoint):
        async with asyncio.timeout(endpoint.timeout):
            answer = await cast(Any, client.chat.completions).create(**arguments)
    if not isinstance(answer, ChatCompletion):  # the library returns text that is not JSON as it is
        raise EndpointError(
            f"{endpoint.base_url} answers something that is no chat completion, beginning "
            f"{str(answer)[:80]!r}: check PYGROUNDS_LLM_BASE_URL",
            200,
        )
    if not answer.choices:
        raise CutError(f"{_who(endpoint)} answered without a choice")
    choice = answer.choices[0]
    _check_whole(endpoint, choice.finish_reason, choice.message.refusal)
    return Reply(_clean(choice.message.content), answer.model or endpoint.model, _usage(answer.usage))


@asynccontextmanager
async def open_stream(
    client: AsyncOpenAI, endpoint: Endpoint, request: Request
) -> AsyncIterator[AsyncIterator[str | Reply]]:
    """Send a request once; yields pieces of text as they come and at the end the whole :class:`Reply`.

    The iterator raises what :func:`ask` raises; a stream that merely ends is a :class:`CutError`.
    """
    async with aclosing(_pieces(client, endpoint, request)) as pieces:
        yield pieces


async def _pieces(client: AsyncOpenAI, endpoint: Endpoint, request: Request) -> AsyncGenerator[str | Reply]:
    text, model, usage, finish, refusal = "", endpoint.model, None, None, None
    arguments = _arguments(endpoint, request, None) | {
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    with _our_errors(endpoint):
        stream = await cast(Any, client.chat.completions).create(**arguments)
    with _our_errors(endpoint, begun=True):
        async with stream:
            async for chunk in stream:
                model, usage = chunk.model or model, _usage(chunk.usage) or usage
                for choice in chunk.choices or ():
                    finish, refusal = choice.finish_reason or finish, choice.delta.refusal or refusal
                    if piece := _clean(choice.delta.content):
                        text += piece
                        yield piece
    _check_whole(endpoint, finish, refusal)
    yield Reply(text, model, usage)


def _arguments(
    endpoint: Endpoint, request: Request, response_format: Mapping[str, Any] | None
) -> dict[str, Any]:
    optional = {
        "temperature": request.temperature,
        "max_tokens": request.max_tokens,
        "response_format": response_format,
    }
    given = {name: value for name, value in optional.items() if value is not None}
    return {"model": endpoint.model, "messages": [_plain(m) for m in request.messages], **given}


def _plain(message: Message) -> dict[str, str]:
    return {"role": message.role, "content": message.content}


def _clean(text: str | None) -> str:
    return _UNSTORABLE.sub("\ufffd", text or "")


def _usage(usage: Any) -> Usage | None:
    if usage is None or usage.prompt_tokens is None or usage.completion_tokens is None:
        return None
    details = usage.prompt_tokens_details
    return Usage(usage.prompt_tokens, usage.completion_tokens, (details and details.cached_tokens) or 0)


def _check_whole(endpoint: Endpoint, finish_reason: str | None, refusal: str | None) -> None:
    if refusal:
        raise CutError(f"{_who(endpoint)} declines: {_clean(refusal)[:200]}", "refusal")
    if finish_reason == "stop":
        return
    if finish_reason is None:
        raise CutError(f"the answer of {_who(endpoint)} ends without a finish_reason: it was cut off")
    mending = "; allow more tokens or ask for less" if finish_reason == "length" else ""
    raise CutError(f"the answer of {_who(endpoint)} is not whole: {finish_reason}{mending}", finish_reason)


@contextmanager
def _our_errors(endpoint: Endpoint, *, begun: bool = False) -> Iterator[None]:
    """Errors of the library and of the connection as ours; once an answer has begun, they cut it."""
    from openai import APIConnectionError, APIError, APIStatusError, APITimeoutError

    try:
        yield
    except (APITimeoutError, TimeoutError, httpx2.TimeoutException) as error:
        said = f"{_who(endpoint)} said nothing for {endpoint.timeout:g} s (PYGROUNDS_LLM_TIMEOUT)"
        raise (CutError(said) if begun else UnavailableError(said)) from error
    except APIConnectionError as error:
        if begun:
            raise _broken(endpoint, error.__cause__ or error) from error
        raise UnavailableError(
            f"{endpoint.base_url} cannot be reached: {error.__cause__ or error}; "
            "check PYGROUNDS_LLM_BASE_URL and the network"
        ) from error
    except APIStatusError as error:
        raise _status_error(endpoint, error) from error
    except APIError as error:  # told within a stream that had begun
        raise UnavailableError(f"{_who(endpoint)} gave up: {error.message}") from error
    except (httpx2.TransportError, json.JSONDecodeError, UnicodeDecodeError) as error:
        raise _broken(endpoint, error) from error


def _broken(endpoint: Endpoint, error: BaseException) -> CutError:
    return CutError(f"the connection to {endpoint.base_url} broke within the answer: {error}")


def _status_error(endpoint: Endpoint, error: APIStatusError) -> UnavailableError | EndpointError:
    status = error.status_code
    said = f"{_who(endpoint)} answers {status}: {_clean(error.message)[:500]}"
    if status in _BUSY or status >= 500:
        wait = parse_retry_after(error.response.headers.get("retry-after"), time.time())
        return UnavailableError(said, status, wait)
    mending = _MENDING.get(status)
    return EndpointError(f"{said}; {mending}" if mending else said, status)


def _who(endpoint: Endpoint) -> str:
    return f"model {endpoint.model!r} at {endpoint.base_url}"
