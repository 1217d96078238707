"""When to leave an endpoint alone: after some failures in a row nobody asks it again for a while.

Here: counting. Not here: asking; what is done instead, which is the caller's business. The idea is the
circuit breaker of Nygard, "Release It!" (2007), without its half-open state: a circuit lives as long as one
piece of work, and the next one tries anew.
"""

from __future__ import annotations

import threading

from pygrounds_dagster.llm.errors import CutError, EndpointError, InvalidAnswerError, LlmError

FAILURES = 3
"""Failures in a row after which an endpoint is left; each has been retried already."""

_HOPELESS = frozenset({401, 402, 403, 404})  # a wrong key or model stays wrong


class Circuit:
    """What became of the latest requests of one piece of work; any number of threads may tell.

    Args:
        failures: in a row, after which it opens.
    """

    def __init__(self, failures: int = FAILURES) -> None:
        self._failures = failures
        self._lock = threading.Lock()
        self._row = 0
        self._why = ""

    @property
    def why_open(self) -> str:
        """Why the endpoint is not asked any more, for people; empty while it is asked."""
        return self._why

    def answered(self) -> None:
        """The endpoint answered, whatever the answer is worth."""
        with self._lock:
            self._row = 0

    def failed(self, error: LlmError) -> None:
        """Something came of a request that is no answer that can be used.

        An answer of a wrong form, or one that the model ended itself, shows that the endpoint works.
        """
        if isinstance(error, InvalidAnswerError) or (isinstance(error, CutError) and error.reason):
            self.answered()
            return
        with self._lock:
            self._row += 1
            if isinstance(error, EndpointError) and error.status in _HOPELESS:
                self._why = str(error)
            elif self._row >= self._failures:
                self._why = f"{self._row} requests in a row failed, the last because {error}"
