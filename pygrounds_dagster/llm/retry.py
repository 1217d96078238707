"""When to ask again, and after which pause.

Here: which errors pass by themselves, exponential backoff with full jitter (Brooker, "Exponential backoff and
jitter", 2015; its floor of half a step keeps the pauses growing), the endpoint's Retry-After, the deadline
above all. Not here: what is asked.
"""

from __future__ import annotations

import logging
import random
import time
from email.utils import parsedate_to_datetime

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception

from pygrounds_dagster.llm.endpoint import Endpoint
from pygrounds_dagster.llm.errors import CutError, UnavailableError

_LOG = logging.getLogger(__name__)
_LONGEST_PAUSE = 20.0  # seconds between two requests, unless the endpoint asks for more


def retrying(endpoint: Endpoint, deadline: float) -> AsyncRetrying:
    """Attempts at one answer: ``async for attempt in retrying(…): with attempt: …``.

    The last error is raised as it is: when the attempts are used up, and at once when the next pause would
    end after the deadline.

    Args:
        endpoint: how many attempts, and the first pause.
        deadline: on the monotonic clock.
    """

    def pause(state: RetryCallState) -> float:
        error = _error(state)
        asked = error.retry_after if isinstance(error, UnavailableError) else None
        step = min(endpoint.first_pause * 2.0 ** (state.attempt_number - 1), _LONGEST_PAUSE)
        part = random.random() / 2
        return step * (0.5 + part) if asked is None else asked + step * part

    def no_more(state: RetryCallState) -> bool:
        used_up = state.attempt_number >= endpoint.attempts
        return used_up or time.monotonic() + state.upcoming_sleep > deadline

    return AsyncRetrying(
        retry=retry_if_exception(passes),
        wait=pause,
        stop=no_more,
        before_sleep=_tell,
        reraise=True,
    )


def passes(error: BaseException) -> bool:
    """Whether the same request may well succeed a little later."""
    return isinstance(error, UnavailableError) or (isinstance(error, CutError) and not error.reason)


def parse_retry_after(value: str | None, now: float) -> float | None:
    """Seconds to wait, from a Retry-After header: a number or a date (RFC 9110, 10.2.3).

    Args:
        value: of the header.
        now: seconds since the epoch.

    Returns:
        Seconds from now, at least 0; None when there is no header or it says nothing.
    """
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = parsedate_to_datetime(value).timestamp() - now
        except ValueError:
            return None
    return max(seconds, 0.0) if seconds == seconds else None  # nan is a number to float()


def _error(state: RetryCallState) -> BaseException | None:
    return None if state.outcome is None else state.outcome.exception()


def _tell(state: RetryCallState) -> None:
    _LOG.info("attempt %d: %s; again in %.1f s", state.attempt_number, _error(state), state.upcoming_sleep)
