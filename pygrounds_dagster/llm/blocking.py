"""The client for threads.

Here: an event loop in a thread of its own, which all calling threads share. Not here: what it does, which is
``client``.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Coroutine, Iterator
from types import TracebackType
from typing import Any, Self, TypeVar

from psycopg_pool import ConnectionPool
from pydantic import BaseModel

from pygrounds_dagster.llm.client import Check, Llm
from pygrounds_dagster.llm.endpoint import Endpoint
from pygrounds_dagster.llm.model import Completion, Request

Shape = TypeVar("Shape", bound=BaseModel)
Result = TypeVar("Result")


class BlockingLlm:
    """:class:`Llm` for any number of threads: ``with BlockingLlm(endpoint, pool) as llm``.

    Args:
        endpoint: where; ``Endpoint.of(settings)``.
        pool: of the knowledge base, with two connections or more.
    """

    def __init__(self, endpoint: Endpoint, pool: ConnectionPool) -> None:
        self.endpoint = endpoint
        self._llm = Llm(endpoint, pool)

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="llm", daemon=True)
        self._thread.start()
        try:
            self._run(self._llm.__aenter__())
        except BaseException:
            self._end_loop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            self._run(self._llm.__aexit__(kind, error, trace))
        finally:
            self._end_loop()

    def complete(self, request: Request) -> Completion:
        """:meth:`Llm.complete`."""
        return self._run(self._llm.complete(request))

    def structured(self, request: Request, shape: type[Shape], check: Check[Shape] | None = None) -> Shape:
        """:meth:`Llm.structured`."""
        return self._run(self._llm.structured(request, shape, check))

    def stream(self, request: Request) -> Iterator[str]:
        """:meth:`Llm.stream`; close the iterator to stop the model."""
        pieces = self._llm.stream(request)
        try:
            while (piece := self._run(_next(pieces))) is not None:
                yield piece
        finally:
            self._run(pieces.aclose())

    def _run(self, work: Coroutine[Any, Any, Result]) -> Result:
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result()
        except BaseException:
            future.cancel()  # a thread that is interrupted leaves nothing running; else it has ended anyway
            raise

    def _end_loop(self) -> None:
        self._run(self._loop.shutdown_asyncgens())
        self._run(self._loop.shutdown_default_executor())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()


async def _next(pieces: Any) -> str | None:
    return await anext(pieces, None)
