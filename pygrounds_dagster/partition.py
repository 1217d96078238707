"""The vocabulary of partitioned work: what one step says about one subtopic.

Every step of the road (documents, chunks, embeddings, rankings, indexes) takes many partition keys at
once and returns one :class:`PartitionOutcome` for each, so that a bad subtopic never hides a good one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["done", "unchanged", "failed"]

Progress = Callable[[int, int, str], None]
"""Called as ``progress(done, total, what)``; must be cheap and must not raise."""


def no_progress(done: int, total: int, what: str) -> None:
    """Progress listener that listens to nothing."""


@dataclass(frozen=True, slots=True)
class PartitionOutcome:
    """What a step did with one partition.

    Attributes:
        key: partition key ``zone.topic.subtopic``.
        status: ``done`` (work was written), ``unchanged`` (memoised: inputs and code are as last time)
            or ``failed``.
        data_version: content hash of what is stored now; empty when failed.
        counts: numbers a person wants to see, e.g. ``{"chunks": 41, "written": 2}``.
        error: what, where and how to mend it; only when failed.
    """

    key: str
    status: Status
    data_version: str = ""
    counts: dict[str, int | float] = field(default_factory=dict)
    error: str | None = None
