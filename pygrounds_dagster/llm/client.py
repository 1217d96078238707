"""The client: requests in, whole answers out.

Here: how cache, leases, retries, the ladder and the records work together, for an event loop. Not here: each
of them; threads, which have ``blocking``.

No connection of the pool is held while the model works, but the one that carries all leases of the process.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from functools import partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, TypeVar

from psycopg_pool import ConnectionPool
from pydantic import BaseModel

from pygrounds_dagster.llm import ladder, records, transport
from pygrounds_dagster.llm.endpoint import Endpoint
from pygrounds_dagster.llm.errors import DeadlineError, EndpointError, InvalidAnswerError, LlmError
from pygrounds_dagster.llm.model import Completion, Request
from pygrounds_dagster.llm.records import Call
from pygrounds_dagster.llm.retry import retrying
from pygrounds_dagster.store.leases import async_lease

if TYPE_CHECKING:
    from openai import AsyncOpenAI

LEASE = "llm"
"""Name of the leases that bound the requests of all processes to the model."""

Shape = TypeVar("Shape", bound=BaseModel)
Result = TypeVar("Result")
Check = Callable[[Shape], str | None]
"""Looks at a value and returns what is wrong with it, in words for the model; runs in a thread."""

_REFUSES_FORM = frozenset({400, 415, 422})  # what endpoints say to a response_format they do not know


class Llm:
    """A model behind an endpoint, for one event loop: ``async with Llm(endpoint, pool) as llm``.

    Args:
        endpoint: where; ``Endpoint.of(settings)``.
        pool: of the knowledge base, with two connections or more.
    """

    def __init__(self, endpoint: Endpoint, pool: ConnectionPool) -> None:
        self.endpoint = endpoint
        self._pool = pool
        self._stack = AsyncExitStack()
        self._rung: ladder.Rung | None = None

    async def __aenter__(self) -> Self:
        # The library takes most of a second to import: not in the loop's thread.
        self._client: AsyncOpenAI = await asyncio.to_thread(transport.connect, self.endpoint)
        self._stack.push_async_callback(self._client.close)
        self._checks = ThreadPoolExecutor(self.endpoint.concurrency, "llm check")
        self._stack.callback(self._checks.shutdown, wait=False)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._stack.aclose()

    async def complete(self, request: Request) -> Completion:
        """Ask and return the whole answer.

        Raises:
            UnavailableError: the endpoint was not reached or was busy at every attempt.
            EndpointError: it refuses the request.
            CutError: the answer is not whole.
            DeadlineError: it was not there in time.
        """
        async with self._recorded(request, request.key(self.endpoint.base_url, self.endpoint.model)) as call:
            found = await self._find(call)
            if found is not None:
                return Completion(*found, None, True, time.monotonic() - call.started)
            reply = await self._attempts(call, partial(self._ask, call, request))
            _keep(call, reply.text, reply.model)
            return Completion(reply.text, reply.model, reply.usage, False, time.monotonic() - call.started)

    async def structured(
        self, request: Request, shape: type[Shape], check: Check[Shape] | None = None
    ) -> Shape:
        """Ask for a value of a form; an answer that does not fit gets one turn to be repaired.

        Args:
            request: what is asked; the form need not be described in it.
            shape: pydantic model of the answer; its docstring and field descriptions reach the model.
            check: what else must hold, e.g. that code runs; None: nothing.

        Returns:
            A value that is valid and passed the check.

        Raises:
            InvalidAnswerError: neither the answer nor the repaired one is what was asked for.
            LlmError: as for :meth:`complete`.
        """
        schema = await asyncio.to_thread(ladder.schema_of, shape)  # the first time imports the library
        key = request.key(self.endpoint.base_url, self.endpoint.model, schema)
        deadline = self._deadline(request)
        complaint = answer = ""
        for turn in range(2):
            asked = ladder.repair(request, answer, complaint) if turn else request
            async with self._recorded(asked, key, deadline) as call:
                found = await self._find(call) if not turn else None
                if found is not None:
                    value = await self._examine(found[0], shape, check)
                    if not isinstance(value, str):
                        return value
                    call.outcome = "failed"  # kept by an earlier check that was milder: ask again
                reply = await self._climb(call, asked, shape.__name__, schema)
                value = await self._examine(reply.text, shape, check)
                if not isinstance(value, str):
                    _keep(call, reply.text, reply.model)
                    return value
                call.outcome, call.detail = "invalid", value
                complaint, answer = value, reply.text
        raise InvalidAnswerError(
            f"model {self.endpoint.model!r} gave no valid {shape.__name__} in two turns: {complaint}",
            complaint,
            answer,
        )

    async def stream(self, request: Request) -> AsyncGenerator[str]:
        """Ask and yield the answer piece by piece as it comes; close the iterator to stop the model.

        The deadline includes the time that the caller takes between two pieces. Retries end with the first
        piece, for nobody could take it back.

        Raises:
            CutError: what was yielded is not the whole answer.
            LlmError: as for :meth:`complete`.
        """
        async with self._recorded(request, request.key(self.endpoint.base_url, self.endpoint.model)) as call:
            found = await self._find(call)
            if found is not None:
                yield found[0]
                return
            async with AsyncExitStack() as stack:
                first, pieces = await self._attempts(call, partial(self._first_piece, call, request, stack))
                piece: str | transport.Reply = first
                while isinstance(piece, str):
                    yield piece
                    async with self._in_time(call):
                        piece = await anext(pieces)
            call.usage = piece.usage
            _keep(call, piece.text, piece.model)

    async def _first_piece(
        self, call: Call, request: Request, stack: AsyncExitStack
    ) -> tuple[str | transport.Reply, AsyncIterator[str | transport.Reply]]:
        async with AsyncExitStack() as opening:
            await opening.enter_async_context(self._lease())
            call.attempts += 1
            pieces = await opening.enter_async_context(
                transport.open_stream(self._client, self.endpoint, request)
            )
            first = await anext(pieces)
            stack.push_async_exit(opening.pop_all())
            return first, pieces

    async def _ask(
        self, call: Call, request: Request, response_format: dict[str, Any] | None = None
    ) -> transport.Reply:
        async with self._lease():
            call.attempts += 1
            reply = await transport.ask(self._client, self.endpoint, request, response_format)
        call.usage = reply.usage
        return reply

    async def _climb(
        self, call: Call, request: Request, name: str, schema: dict[str, Any]
    ) -> transport.Reply:
        """Ask for JSON, one rung down each time that the endpoint refuses the way it was asked."""
        start = self._rung or await asyncio.to_thread(records.find_rung, self._pool, self.endpoint)
        rungs = ladder.RUNGS[ladder.RUNGS.index(start) if start else 0 :]
        for rung in rungs:
            put, response_format = ladder.put(request, rung, name, schema)
            try:
                reply = await self._attempts(call, partial(self._ask, call, put, response_format))
            except EndpointError as error:
                if error.status not in _REFUSES_FORM or rung == rungs[-1]:
                    raise
                continue
            if rung != self._rung:
                self._rung = rung
                await asyncio.to_thread(records.keep_rung, self._pool, self.endpoint, rung)
            return reply
        raise AssertionError("the last rung returns or raises")

    async def _attempts(self, call: Call, attempt_once: Callable[[], Awaitable[Result]]) -> Result:
        async with self._in_time(call):
            async for attempt in retrying(self.endpoint, call.deadline):
                with attempt:
                    return await attempt_once()
        raise AssertionError("the last attempt returns or raises")

    async def _examine(self, text: str, shape: type[Shape], check: Check[Shape] | None) -> Shape | str:
        value = ladder.read(text, shape)
        if isinstance(value, str) or check is None:
            return value
        complaint = await asyncio.get_running_loop().run_in_executor(self._checks, check, value)
        return value if complaint is None else complaint

    async def _find(self, call: Call) -> tuple[str, str] | None:
        if not call.request.cache:
            return None
        found = await asyncio.to_thread(records.find_answer, self._pool, call.prompt_hash)
        if found is not None:
            call.outcome = "cached"
        return found

    def _deadline(self, request: Request) -> float:
        return time.monotonic() + (self.endpoint.deadline if request.deadline is None else request.deadline)

    def _lease(self) -> AbstractAsyncContextManager[int]:
        return async_lease(self._pool, LEASE, self.endpoint.concurrency)

    @asynccontextmanager
    async def _in_time(self, call: Call) -> AsyncIterator[None]:
        try:
            async with asyncio.timeout(call.deadline - time.monotonic()):
                yield
        except TimeoutError as error:
            raise DeadlineError(
                f"model {self.endpoint.model!r} at {self.endpoint.base_url} gave no whole answer in time, in "
                f"{call.attempts} requests (PYGROUNDS_LLM_DEADLINE, PYGROUNDS_LLM_CONCURRENCY)"
            ) from error

    @asynccontextmanager
    async def _recorded(
        self, request: Request, prompt_hash: str, deadline: float | None = None
    ) -> AsyncIterator[Call]:
        """Write the row of a call when it has ended, in whatever way."""
        deadline = self._deadline(request) if deadline is None else deadline
        call = Call(request, prompt_hash, time.monotonic(), deadline)
        try:
            yield call
        except LlmError as error:
            call.outcome, call.detail = error.outcome, str(error)
            raise
        except (asyncio.CancelledError, GeneratorExit):
            call.outcome = "cancelled"
            raise
        finally:
            call.seconds = time.monotonic() - call.started
            loop = asyncio.get_running_loop()
            await asyncio.shield(
                loop.run_in_executor(None, records.write_call, self._pool, self.endpoint, call)
            )


def _keep(call: Call, text: str, model: str) -> None:
    """Note that an answer is whole and valid; it is kept when the row of the call is written."""
    call.outcome = "answered"
    if call.request.cache:
        call.answer = text, model
