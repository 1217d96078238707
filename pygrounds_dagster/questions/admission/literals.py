"""Calls and values as text: how hidden tests are written down.

Here: reading arguments and values that are plain literals, and writing them. Nothing is evaluated. Not here:
making the calls (``probing``).
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pygrounds_dagster.judge.channel import TooLargeError, Tree, encode, parse


class NotLiteralError(ValueError):
    """A text that is no plain literal; says which text and what is wrong."""


@dataclass(frozen=True)
class Arguments:
    """The arguments of one call.

    Attributes:
        args: positional ones, plain values.
        kwargs: by name.
        text: as written in the call, in the spelling of ``repr``.
    """

    args: tuple[Any, ...]
    kwargs: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def text(self) -> str:
        """As written in a call: ``[1, 2], key=3``."""
        named = (f"{name}={write_value(value)}" for name, value in self.kwargs.items())
        return ", ".join([*map(write_value, self.args), *named])


def read_arguments(text: str) -> Arguments:
    """The arguments that stand between the brackets of a call.

    Raises:
        NotLiteralError: not the arguments of a call, or not plain literals.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            call = ast.parse(f"f({text}\n)", mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotLiteralError(
            f"{_shown(text)} cannot stand between the brackets of a call: {error}"
        ) from None
    if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name):
        raise NotLiteralError(f"{_shown(text)} cannot stand between the brackets of a call")
    if any(keyword.arg is None for keyword in call.keywords):
        raise NotLiteralError(f"{_shown(text)}: ** is no plain literal")
    args = tuple(_value(node, text) for node in call.args)
    return Arguments(args, {str(k.arg): _value(k.value, text) for k in call.keywords})


def read_value(text: str) -> Any:
    """The value of a literal.

    Raises:
        NotLiteralError: it is none.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            node = ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise NotLiteralError(f"{_shown(text)} is no plain literal: {error}") from None
    return _value(node, text)


def write_value(value: Any) -> str:
    """A plain value as ``repr`` writes it, with the members of sets in a fixed order."""
    match value:
        case set() | frozenset() if value:
            members = "{" + ", ".join(sorted(map(write_value, value))) + "}"
            return members if isinstance(value, set) else f"frozenset({members})"
        case list():
            return f"[{', '.join(map(write_value, value))}]"
        case tuple():
            return f"({', '.join(map(write_value, value))}{',' if len(value) == 1 else ''})"
        case dict():
            return "{" + ", ".join(f"{write_value(k)}: {write_value(v)}" for k, v in value.items()) + "}"
    return repr(value)


def tree_of(value: Any) -> Tree:
    """A plain value as the judge compares it.

    Raises:
        NotLiteralError: too large.
    """
    try:
        return parse(encode(value))
    except TooLargeError as error:
        raise NotLiteralError(f"the value is too large: {error}") from None


def _value(node: ast.expr, text: str) -> Any:
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, RecursionError, MemoryError) as error:
        raise NotLiteralError(f"{_shown(text)} is no plain literal: {error}") from None


def _shown(text: str) -> str:
    return repr(text if len(text) <= 80 else text[:79] + "…")
