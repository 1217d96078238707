"""The scripted model behind HTTP: chat completions, whole or as a stream, models, and a log of requests.

Here: the protocol, and running the server in a process or a thread. Not here: what is said (``behaviour``).
The protocol is that of OpenAI's API reference, "Chat completions", as far as clients use it.
"""

from __future__ import annotations

import asyncio
import json
import socket
import threading
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import Any, TextIO

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from pygrounds_dagster.llm.fake.behaviour import Actor, NoReplyError
from pygrounds_dagster.llm.fake.script import Reply, Script

_PIECE = 16  # characters in a piece of a stream
_CHARACTERS_A_TOKEN = 4  # what the scripted model counts as a token
_LONGEST_START = 30.0


@dataclass(slots=True)
class Logged:
    """A request and what came of it.

    Attributes:
        number: from 1.
        body: as sent.
        reply: number of the script's reply; -1: none fitted.
        status: HTTP status of the answer.
        began: seconds since the server started.
        ended: the same, when the answer was sent or the client had gone; None: not yet.
        whole: whether the answer was sent to its end.
    """

    number: int
    body: dict[str, Any]
    reply: int = -1
    status: int = 200
    began: float = 0.0
    ended: float | None = None
    whole: bool = False


@dataclass(slots=True)
class FakeLlm:
    """A running scripted model.

    Attributes:
        actor: what it plays; replace its script at any time.
        log: every request since the start, oldest first.
        file: where each request is also written when it has ended, a line of JSON each; None: nowhere.
        url: base URL, for ``PYGROUNDS_LLM_BASE_URL``; set when the server listens.
        at_work: requests that are being answered now.
        most_at_work: the most there ever were at a time.
    """

    actor: Actor
    log: list[Logged] = field(default_factory=list)
    file: TextIO | None = None
    url: str = ""
    at_work: int = 0
    most_at_work: int = 0
    started: float = field(default_factory=time.monotonic)

    def app(self) -> Starlette:
        """The server as an ASGI application."""
        return Starlette(
            routes=[
                Route("/v1/chat/completions", self._complete, methods=["POST"]),
                Route("/v1/models", self._models),
                Route("/log", self._show_log),
            ]
        )

    async def _models(self, _request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [{"id": "scripted", "object": "model"}]})

    async def _show_log(self, _request: Request) -> Response:
        return JSONResponse({"most_at_work": self.most_at_work, "requests": [asdict(e) for e in self.log]})

    async def _complete(self, request: Request) -> Response:
        if not request.headers.get("authorization", "").startswith("Bearer "):
            return _error(401, "no API key: send any as a bearer token")
        try:
            body = await request.json()
        except json.JSONDecodeError as error:
            return _error(400, f"the body is no JSON: {error}")
        entry = Logged(len(self.log) + 1, body, began=time.monotonic() - self.started)
        self.log.append(entry)
        self.at_work += 1
        self.most_at_work = max(self.most_at_work, self.at_work)
        handed_over = False
        try:
            response = await self._answer(body, entry)
            handed_over = isinstance(response, StreamingResponse)  # which ends the entry itself
            return response
        finally:
            if not handed_over:
                self._end(entry)

    def _end(self, entry: Logged) -> None:
        self.at_work -= 1
        entry.ended = time.monotonic() - self.started
        if self.file is not None:
            self.file.write(json.dumps(asdict(entry)) + "\n")
            self.file.flush()

    async def _answer(self, body: dict[str, Any], entry: Logged) -> Response:
        asked = (body.get("response_format") or {}).get("type")
        if asked in self.actor.script.refuses:
            return _refused(entry, 400, f"response_format {asked!r} is not supported")
        try:
            entry.reply, reply = self.actor.choose(body)
            await asyncio.sleep(reply.delay)
            if reply.status is not None:
                return _refused(entry, reply.status, reply.message, reply.retry_after)
            text = self.actor.text(reply, body)
        except NoReplyError as error:
            return _refused(entry, 422, str(error))
        make = _stream if body.get("stream") else _whole
        return StreamingResponse(
            self._sent(entry, reply, make(reply, text, body)),
            media_type="text/event-stream" if body.get("stream") else "application/json",
        )

    async def _sent(self, entry: Logged, reply: Reply, parts: Iterator[str]) -> AsyncIterator[str]:
        try:
            for part in parts:
                yield part
                await asyncio.sleep(reply.pace)
            if reply.cut_after is not None and reply.cut == "broken":
                raise ConnectionAbortedError("as scripted")  # uvicorn closes without ending the body
            entry.whole = reply.cut_after is None
        finally:
            self._end(entry)


def _whole(reply: Reply, text: str, body: dict[str, Any]) -> Iterator[str]:
    """The answer as one body; the first part of it when the connection is to break."""
    quiet = reply.cut_after is not None and reply.cut == "quiet"
    answer = {
        **_head("chat.completion", body),
        "choices": [
            {
                "index": 0,
                "message": {"role": "assistant", "content": text[: reply.cut_after]},
                "finish_reason": None if quiet else reply.finish_reason,
            }
        ],
        "usage": _usage(text, body),
    }
    sent = json.dumps(answer)
    yield sent[: len(sent) // 2] if reply.cut_after is not None and not quiet else sent


def _stream(reply: Reply, text: str, body: dict[str, Any]) -> Iterator[str]:
    """The answer as server-sent events; without its end when it is cut."""
    head = _head("chat.completion.chunk", body)
    yield _event({**head, "choices": [_delta({"role": "assistant", "content": ""}, None)]})
    sent = text[: reply.cut_after]
    for start in range(0, len(sent), _PIECE):
        yield _event({**head, "choices": [_delta({"content": sent[start : start + _PIECE]}, None)]})
    if reply.cut_after is not None:
        return
    yield _event({**head, "choices": [_delta({}, reply.finish_reason)]})
    if (body.get("stream_options") or {}).get("include_usage"):
        yield _event({**head, "choices": [], "usage": _usage(text, body)})
    yield "data: [DONE]\n\n"


def _head(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    model = body.get("model", "scripted")
    return {"id": "chatcmpl-scripted", "object": kind, "created": int(time.time()), "model": model}


def _delta(delta: dict[str, str], finish_reason: str | None) -> dict[str, Any]:
    return {"index": 0, "delta": delta, "finish_reason": finish_reason}


def _event(chunk: dict[str, Any]) -> str:
    return f"data: {json.dumps(chunk)}\n\n"


def _usage(text: str, body: dict[str, Any]) -> dict[str, int]:
    said = sum(len(str(message.get("content", ""))) for message in body.get("messages", ()))
    asked, answered = said // _CHARACTERS_A_TOKEN, len(text) // _CHARACTERS_A_TOKEN
    return {"prompt_tokens": asked, "completion_tokens": answered, "total_tokens": asked + answered}


def _refused(
    entry: Logged, status: int, message: str, retry_after: int | float | str | None = None
) -> Response:
    entry.status, entry.whole = status, True
    return _error(status, message, retry_after)


def _error(status: int, message: str, retry_after: int | float | str | None = None) -> Response:
    headers = None if retry_after is None else {"Retry-After": str(retry_after)}
    error = {"message": message, "type": "scripted", "code": status}
    return JSONResponse({"error": error}, status, headers)


def _config(fake: FakeLlm) -> uvicorn.Config:
    # What breaks is scripted: the server's own complaints about it would only hide real ones.
    return uvicorn.Config(fake.app(), log_level="critical", timeout_graceful_shutdown=1, lifespan="off")


def listen(port: int, host: str = "127.0.0.1") -> socket.socket:
    """A listening socket; port 0 is any free one.

    Raises:
        OSError: the port is taken.
    """
    return socket.create_server((host, port), backlog=1024)


def serve(script: Script, listener: socket.socket, file: TextIO | None = None) -> None:
    """Answer requests until the process is asked to end by SIGINT or SIGTERM."""
    fake = FakeLlm(Actor(script), file=file)
    uvicorn.Server(_config(fake)).run(sockets=[listener])


@contextmanager
def fake_llm(script: Script) -> Iterator[FakeLlm]:
    """A scripted model on a free port, in a thread, for as long as the body runs.

    Raises:
        RuntimeError: the server did not start.
    """
    fake = FakeLlm(Actor(script))
    server = uvicorn.Server(_config(fake))
    with listen(0) as listener:
        fake.url = f"http://127.0.0.1:{listener.getsockname()[1]}/v1"
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, name="fake llm")
        thread.start()
        try:
            _await_start(server, thread)
            yield fake
        finally:
            server.should_exit = True
            thread.join()


def _await_start(server: uvicorn.Server, thread: threading.Thread) -> None:
    deadline = time.monotonic() + _LONGEST_START
    while not server.started:
        if not thread.is_alive() or time.monotonic() > deadline:
            raise RuntimeError("the scripted model did not start")
        time.sleep(0.005)
