"""A false alarm of the interpreter's parser is no failure; anything else is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pygrounds_dagster.questions.steady import TRIES, steadily, steady

ALARM = "AST constructor recursion depth mismatch (before=18, after=9)"


class Work:
    """Fails so often, then succeeds."""

    def __init__(self, failures: int, message: str = ALARM) -> None:
        self.failures, self.message, self.begun = failures, message, 0

    def once(self) -> str:
        self.begun += 1
        if self.begun <= self.failures:
            raise SystemError(self.message)
        return "done"

    def many(self) -> Iterator[str]:
        yield "first"
        yield self.once()


def test_work_is_repeated_after_a_false_alarm() -> None:
    assert steady(Work(2).once) == "done"
    assert list(steadily(Work(2).many)) == ["first", "first", "first", "done"]


def test_but_not_for_ever() -> None:
    work = Work(TRIES)
    with pytest.raises(SystemError, match="mismatch"):
        steady(work.once)
    assert work.begun == TRIES
    with pytest.raises(SystemError, match="mismatch"):
        list(steadily(Work(TRIES).many))


def test_other_errors_are_told_at_once() -> None:
    for work in (Work(1, "something else"), Work(1, "something else")):
        with pytest.raises(SystemError, match="else"):
            steady(work.once)
        assert work.begun == 1
    with pytest.raises(SystemError, match="else"):
        list(steadily(Work(1, "something else").many))
