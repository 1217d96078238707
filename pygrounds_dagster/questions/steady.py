"""Work that parses programs in several threads at once, repeated when the interpreter gives a false alarm.

Some releases of CPython 3.11 and 3.12 keep one recursion depth for all threads that make syntax trees.
When a collection of garbage lets another thread in between, ``ast.parse`` fails with a ``SystemError`` that
says nothing about the program (https://github.com/python/cpython/issues/106905). Here: trying again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeVar

T = TypeVar("T")

TRIES = 5
_FALSE_ALARM = "AST constructor recursion depth mismatch"


def steady(work: Callable[[], T]) -> T:
    """The result of some work that may be repeated as a whole."""
    for _ in range(TRIES - 1):
        try:
            return work()
        except SystemError as error:
            if _FALSE_ALARM not in str(error):
                raise
    return work()


def steadily(begin: Callable[[], Iterator[T]]) -> Iterator[T]:
    """What an iterator yields; begun anew after a false alarm, so that some may come twice."""
    for _ in range(TRIES - 1):
        try:
            yield from begin()
        except SystemError as error:
            if _FALSE_ALARM not in str(error):
                raise
        else:
            return
    yield from begin()
