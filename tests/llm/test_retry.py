"""Retry-After in all its forms."""

from __future__ import annotations

import pytest

from pygrounds_dagster.llm.retry import parse_retry_after

NOON = 1_794_398_400.0  # Wed, 11 Nov 2026 12:00:00 GMT


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        ("Wed, 11 Nov 2026 12:00:30 GMT", 30.0),
        ("Wed, 11 Nov 2026 11:00:00 GMT", 0.0),
        ("soon", None),
        ("nan", None),
        ("", None),
    ],
)
def test_header_gives_seconds(header: str | None, seconds: float | None) -> None:
    assert parse_retry_after(header, NOON) == seconds
