"""Inputs and outputs as other banks write them.

Here: from a JSON value or a text to the calls that it may mean, and whether an answer is what was expected,
strictly or leniently. Nothing is executed. Not here: making the calls (``foreign_checks``).
"""

from __future__ import annotations

import ast
import builtins
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Any

from pygrounds_dagster.judge import Rules
from pygrounds_dagster.judge.channel import BadClaimError, Tree
from pygrounds_dagster.judge.compare import difference
from pygrounds_dagster.questions.admission.literals import (
    Arguments,
    NotLiteralError,
    read_arguments,
    read_value,
    tree_of,
    write_value,
)
from pygrounds_dagster.questions.admission.probing import Answer

TOLERANCE = 1e-6
_STRICT = Rules()
_JSON = Rules(types="json")
_LENIENT = Rules(types="python", tolerance=TOLERANCE)
_BUILTINS = frozenset(dir(builtins))
_LABEL = re.compile(r"^\s*(?:sample |expected )?(?:input|output)s?\s*:\s*", re.IGNORECASE)
_ERROR = re.compile(r"(?:raises?\s+)?(\w+(?:Error|Exception|Iteration|Exit))\b.*", re.DOTALL)


# --- inputs -----------------------------------------------------------------------------------------------


def readings(given: Any, function: str, parameters: Sequence[str], *, lenient: bool) -> list[str]:
    """What may stand between the brackets of the call, the likeliest first; empty: nothing sensible.

    ``"5, 3"``, ``"(5, 3)"``, ``"add(5, 3)"``, ``"a = 5, b = 3"``, ``[5, 3]`` and ``{"a": 5, "b": 3}`` all
    mean ``5, 3`` for a function of two parameters; for one parameter some of them mean a single argument.

    Args:
        given: the input as the file has it.
        function: its name.
        parameters: names of its parameters.
        lenient: whether a text without quotes may be a text.
    """
    if isinstance(given, str):
        text = _without_label(given) if lenient else given
        return list(dict.fromkeys(_of_text(text.strip(), function, parameters, lenient)))
    return list(dict.fromkeys(_of_value(given, parameters)))


def _of_value(given: Any, parameters: Sequence[str]) -> Iterator[str]:
    """A JSON value: the only argument, or all of them."""
    whole = Arguments((given,)).text
    if isinstance(given, dict):
        named = given and given.keys() <= set(parameters)
        yield from (Arguments((), given).text, whole) if named else (whole,)
    elif isinstance(given, list | tuple):
        spread = Arguments(tuple(given)).text
        yield from (spread, whole) if len(parameters) != 1 or len(given) == 1 else (whole, spread)
    else:
        yield whole


def _of_text(text: str, function: str, parameters: Sequence[str], lenient: bool) -> Iterator[str]:
    inner = _inside_call(text, function)
    if inner is not None:
        yield inner
        return
    for candidate in (text, text.replace("\r\n", "\n").replace("\n", ", "), text.replace(";", ",")):
        written = list(_as_arguments(candidate, parameters))
        if written:
            yield from written
            break
    else:
        if _is_expression(text):
            yield text
    with suppress(ValueError, RecursionError):  # it may be no JSON either
        yield from _of_value(json.loads(text), parameters)
    if lenient and text and not (text[0] in "[({\"'" and _is_expression(text)):
        yield from _unquoted(text)


def _inside_call(text: str, function: str) -> str | None:
    """The arguments of ``function(...)``, also within ``print(...)``; None if the text is no such call."""
    try:
        node = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None
    if isinstance(node, ast.Call) and _called(node) == "print" and len(node.args) == 1:
        node = node.args[0]
    if not isinstance(node, ast.Call) or _called(node) != function:
        return None
    named = (f"{word.arg}={ast.unparse(word.value)}" if word.arg else f"**{ast.unparse(word.value)}"
             for word in node.keywords)  # fmt: skip
    return ", ".join([*map(ast.unparse, node.args), *named])


def _called(node: ast.Call) -> str:
    return node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")


def _as_arguments(text: str, parameters: Sequence[str]) -> Iterator[str]:
    """Literals between brackets; names that the function does not know count by their place."""
    try:
        found = read_arguments(text.strip().rstrip(","))
    except NotLiteralError:
        return
    if found.kwargs and not found.kwargs.keys() <= set(parameters):
        found = Arguments((*found.args, *found.kwargs.values()))
    if len(found.args) == 1 and not found.kwargs and isinstance(found.args[0], tuple):
        spread = Arguments(found.args[0]).text
        single = len(parameters) == 1 and len(found.args[0]) != 1
        yield from (found.text, spread) if single else (spread, found.text)
    elif len(found.args) == 1 and isinstance(found.args[0], list) and len(parameters) > 1:
        yield from (found.text, Arguments(tuple(found.args[0])).text)
    elif len(found.args) > 1 and not found.kwargs and len(parameters) == 1:
        yield from (found.text, Arguments((found.args,)).text, Arguments((list(found.args),)).text)
    else:
        yield found.text


def _is_expression(text: str) -> bool:
    """Whether Python could evaluate it between brackets; with other names it is a text without quotes."""
    try:
        tree = ast.parse(f"f(f, {text}\n)", mode="eval")
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return False
    names = [node for node in ast.walk(tree) if isinstance(node, ast.Name)]
    bound = {node.id for node in names if isinstance(node.ctx, ast.Store)} | _BUILTINS | {"f"}
    bound |= {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    return bool(text) and all(node.id in bound for node in names)


def _unquoted(text: str) -> Iterator[str]:
    yield Arguments((text,)).text
    parts = [part.strip() for part in re.split(r"[,\n]", text)]
    if len(parts) > 1:
        yield Arguments(tuple(map(_value_or_text, parts))).text


def _value_or_text(text: str) -> Any:
    try:
        return read_value(text)
    except NotLiteralError:
        return text


# --- outputs ----------------------------------------------------------------------------------------------


def is_expected(expected: Any, answer: Answer, *, lenient: bool) -> bool:
    """Whether a call gave what the file expects.

    Strictly: the value that the literal writes, of the same type; a JSON list may mean a tuple. Leniently
    also: numbers that are close, 1 for 1.0, what ``print`` would show of the value or what the call printed,
    JSON's ``true`` and ``null``, the name of the exception that was raised.
    """
    if lenient and isinstance(expected, str):
        expected = _without_label(expected)
    if answer.status != "value":
        return lenient and _is_error(expected, answer)
    trees = list(_meant(expected, lenient))
    if any(difference(tree, answer.tree, rules) is None for tree, rules in trees):
        return True
    return lenient and _is_shown(expected, answer)


def is_printed(expected: Any, answer: Answer, *, lenient: bool) -> bool:
    """Whether a program printed what the file expects: line by line, leniently word by word."""
    if answer.status != "value":
        return lenient and _is_error(expected, answer)
    lines = expected if isinstance(expected, list) else [expected]
    wanted = "\n".join(line if isinstance(line, str) else write_value(line) for line in lines)
    shown = answer.printed
    if lenient:
        return shown.split() == _without_label(wanted).split()
    return _lines(shown) == _lines(wanted)


def _lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip("\n").split("\n")]


def _meant(expected: Any, lenient: bool) -> Iterator[tuple[Tree, Rules]]:
    """Trees that an expectation may mean, and the rules to compare them by."""
    if not isinstance(expected, str):
        yield tree_of(expected), _LENIENT if lenient else _JSON
        if lenient:
            yield tree_of(expected), _JSON
        return
    with suppress(NotLiteralError):  # what is left is the printed form
        yield tree_of(read_value(expected)), _LENIENT if lenient else _STRICT
    if lenient:
        with suppress(ValueError, RecursionError):
            yield tree_of(json.loads(expected)), _LENIENT


def _is_error(expected: Any, answer: Answer) -> bool:
    named = _ERROR.fullmatch(expected.strip()) if isinstance(expected, str) else None
    raised = answer.text.partition(":")[0].rpartition(".")[2] if answer.status == "raised" else ""
    return named is not None and named[1] == raised


def _is_shown(expected: Any, answer: Answer) -> bool:
    """Whether the expectation is what a terminal shows of the value, or what the call printed."""
    wanted = _squeezed(expected if isinstance(expected, str) else write_value(expected))
    try:
        shown = [str(answer.value), answer.text]
    except (BadClaimError, ValueError):  # an integer too long to be written
        shown = [answer.text]
    shown += [answer.printed] if answer.printed.strip() else []
    if any(wanted == _squeezed(text) for text in shown):
        return True
    return type(answer.tree) in (bool, type(None)) and wanted.casefold() == str(answer.tree).casefold()


def _without_label(text: str) -> str:
    """Without ``Input:`` or ``Output:`` in front, and a code fence around."""
    text = _LABEL.sub("", text)
    return text[1:-1] if len(text) > 2 and text[0] == text[-1] == "`" else text


def _squeezed(text: str) -> str:
    """Without blanks around, quotes around the whole, and differences of inner blanks."""
    text = " ".join(text.split())
    if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"":
        text = text[1:-1]
    return text
