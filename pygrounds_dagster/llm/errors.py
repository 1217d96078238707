"""What can go wrong with a model, each as a type of its own, so that callers can fall back openly.

Here: the errors and the word that each has in the table of calls. Not here: raising them.
"""

from __future__ import annotations

from typing import ClassVar


class LlmError(Exception):
    """The model gave no answer that can be used; the text says what, where and how to mend it."""

    outcome: ClassVar[str] = "failed"


class NoModelError(LlmError):
    """No model is configured: the caller goes on without one, and says so."""


class UnavailableError(LlmError):
    """The endpoint was not reached or is busy, and still so after the last retry.

    Attributes:
        status: HTTP status, or None when there was no answer.
        retry_after: seconds that the endpoint asks to wait, or None.
    """

    outcome = "unavailable"

    def __init__(self, message: str, status: int | None = None, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.retry_after = retry_after


class EndpointError(LlmError):
    """The endpoint refuses the request: a wrong key, an unknown model, an option that it does not know.

    Attributes:
        status: HTTP status.
    """

    outcome = "refused"

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class CutError(LlmError):
    """The answer is not whole.

    Attributes:
        reason: the endpoint's ``finish_reason``: ``length``, ``content_filter``, …; ``""``: the connection
            ended or the endpoint stopped without saying why.
    """

    outcome = "cut"

    def __init__(self, message: str, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason


class DeadlineError(LlmError):
    """The answer was not there in time."""

    outcome = "late"


class InvalidAnswerError(LlmError):
    """The answer is not what was asked for, and neither was the repaired one.

    Attributes:
        complaint: what is wrong with the last answer.
        answer: its text.
    """

    outcome = "invalid"

    def __init__(self, message: str, complaint: str, answer: str) -> None:
        super().__init__(message)
        self.complaint = complaint
        self.answer = answer
