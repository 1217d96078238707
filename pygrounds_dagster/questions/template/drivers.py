"""New uses of a program's functions: other calls, printed one by one, kept in variables, made in a loop.

Here: inputs like those that were seen, and the lines that use them. Not here: running the result.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.template.programs.model import draw, pick
from pygrounds_dagster.questions.template.slices import needed, text_of
from pygrounds_dagster.questions.template.variants import other_number, other_word
from pygrounds_dagster.questions.tracing import SeenCall, Trace

Values = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Used:
    """A function and how it was called.

    Attributes:
        name: of the function.
        text: everything it needs, itself included.
        parameters: names, in order.
        inputs: argument values of calls that gave a value.
        result: type name of what it gives.
    """

    name: str
    text: str
    parameters: tuple[str, ...]
    inputs: tuple[Values, ...]
    result: str


def used_functions(source: str, tree: ast.Module, seen: Trace) -> list[Used]:
    """Top-level functions of a program that were called with plain data and gave plain data."""
    found = []
    for place, node in enumerate(tree.body):
        if (
            not isinstance(node, ast.FunctionDef)
            or node.args.vararg
            or node.args.kwarg
            or node.args.kwonlyargs
        ):
            continue
        calls = [call for call in seen.calls if call.function == node.name]
        good = [call for call in calls if _is_plain(call)]
        if not good or len(good) < len(calls):
            continue
        inputs = tuple(
            dict.fromkeys(tuple((call.arguments[a.arg] or "") for a in node.args.args) for call in good)
        )
        kinds = {type(ast.literal_eval(call.result or "")).__name__ for call in good}
        places = needed(tree.body, [place], False)
        callees = {i for i in places if i > place}
        text = text_of(source, tree.body, sorted({*places, *callees}))
        values = tuple(tuple(map(ast.literal_eval, row)) for row in inputs)
        names = tuple(argument.arg for argument in node.args.args)
        found.append(Used(node.name, text, names, values, kinds.pop() if len(kinds) == 1 else ""))
    return found


def _is_plain(call: SeenCall) -> bool:
    texts = [*call.arguments.values(), call.result]
    return not call.raised and call.result != "None" and all(t is not None and _is_literal(t) for t in texts)


def _is_literal(text: str) -> bool:
    try:
        ast.literal_eval(text)
    except (ValueError, SyntaxError):  # as range(3), or set()
        return False
    return True


def with_new_uses(used: Used, *parts: object) -> Iterator[str]:
    """Programs that use a function in other ways, each way once."""
    for number in (100, 200):
        for values in new_inputs(used, 1, number, *parts):
            script = inlined(used.text, values)
            if script:
                yield script
    for number, way in enumerate(_WAYS):
        calls = new_inputs(used, 3, number, *parts)
        lines = way(used, calls, draw(number, used.name, *parts)) if calls else []
        if lines:
            yield f"{used.text}\n" + "\n".join(lines) + "\n"


# --- inputs -----------------------------------------------------------------------------------------------


def new_inputs(used: Used, count: int, *parts: object) -> list[Values]:
    """Up to ``count`` different inputs, near those seen and none of them."""
    found: list[Values] = []
    for attempt in range(4 * count):
        base = pick(used.inputs, attempt, *parts)
        new = tuple(other_value(value, attempt, place, *parts) for place, value in enumerate(base))
        if new not in found and new not in used.inputs and _same_types(new, base):
            found.append(new)
        if len(found) == count:
            break
    return found


def _same_types(one: Values, other: Values) -> bool:
    return [type(value) for value in one] == [type(value) for value in other]


def other_value(value: Any, *parts: object) -> Any:
    """A value like another one: a number near it, another word, a collection with other items."""
    match value:
        case bool() | None:
            return value
        case int():
            step = pick((-3, -2, -1, 1, 2, 3, 4), repr(value), *parts)
            written = other_number(str(abs(value)), *parts)
            near = value + step if -10 < value < 12 else int(written) * (1 if value > 0 else -1)
            return near if value < 0 or near >= 0 else value + 1
        case float():
            return round(float(other_number(repr(abs(value)), *parts)) * (1 if value >= 0 else -1), 4)
        case str():
            return re.sub(r"[A-Za-z]+", lambda word: other_word(word.group(), *parts), value)
        case list() | tuple():
            items = [other_value(item, index, *parts) for index, item in enumerate(value)]
            if isinstance(value, list) and len(items) > 2 and draw("length", *parts) % 3 == 0:
                items = items[:-1]
            return type(value)(items)
        case dict():
            return {key: other_value(item, key, *parts) for key, item in value.items()}
    return value


def inlined(source: str, values: Values) -> str:
    """The body of a program's only function as a script, with the arguments in variables; empty if it has
    more than one way out, or more than plain parameters.

    Raises:
        SyntaxError: the program does not parse.
    """
    tree = parse(source)
    *before, function = tree.body
    plain = isinstance(function, ast.FunctionDef) and not function.decorator_list
    if not plain or any(not isinstance(node, ast.Import | ast.ImportFrom) for node in before):
        return ""
    assert isinstance(function, ast.FunctionDef)
    inner = [node for statement in function.body for node in ast.walk(statement)]
    returns = [node for node in inner if isinstance(node, ast.Return)]
    last = function.body[-1]
    names = [argument.arg for argument in function.args.args]
    nested = any(isinstance(n, ast.FunctionDef | ast.ClassDef | ast.Yield | ast.YieldFrom) for n in inner)
    recursive = any(isinstance(n, ast.Name) and n.id == function.name for n in inner)
    if nested or recursive or returns != [last] or returns[0].value is None or len(names) != len(values):
        return ""
    lines = source.splitlines()
    body = [line.removeprefix("    ") for line in lines[function.body[0].lineno - 1 : last.lineno - 1]]
    given = [f"{name} = {value!r}" for name, value in zip(names, values, strict=True)]
    imports = [*lines[: function.lineno - 1]]
    return "\n".join([*imports, *given, *body, f"print({ast.unparse(returns[0].value)})"]).strip("\n") + "\n"


# --- lines ------------------------------------------------------------------------------------------------


def _call(used: Used, values: Values) -> str:
    return f"{used.name}({', '.join(map(repr, values))})"


def _printed(used: Used, calls: Sequence[Values], _draw: int) -> list[str]:
    return [f"print({_call(used, values)})" for values in calls[:2]]


def _kept(used: Used, calls: Sequence[Values], number: int) -> list[str]:
    """Results in variables, and what can be done with two of them."""
    if len(calls) < 2 or {"first", "second"} & set(re.findall(r"\w+", used.text)):
        return []
    ending = pick(_ENDINGS.get(used.result, ("print(first, second)",)), number)
    return [f"first = {_call(used, calls[0])}", f"second = {_call(used, calls[1])}", *ending.split("\n")]


_ENDINGS = {
    "int": ("print(first + second)", "print(max(first, second) - min(first, second))",
            "print(first > second)",
            "if first > second:\n    print(\"first\", first)\nelse:\n    print(\"second\", second)"),
    "float": ("print(first > second)", "print(round(first + second, 1))", "print(max(first, second))"),
    "str": ("print(first + \"/\" + second)", "print(len(first), second)", "print(first == second, second)"),
    "bool": ("print(first and second, first or second)", "print(first, not second)"),
    "list": ("print(first + second)", "print(len(first), second)", "print(first == second, len(second))"),
    "dict": ("print(len(first), second)", "print(first == second)\nprint(first)"),
    "tuple": ("print(first[0], second)", "print(first == second, second)"),
}  # fmt: skip


def _looped(used: Used, calls: Sequence[Values], _draw: int) -> list[str]:
    name = used.parameters[0] if used.parameters else ""
    if len(calls) < 2 or len(used.parameters) != 1 or len(repr(calls)) > 80:
        return []
    if re.search(rf"^{name}\b", used.text, re.MULTILINE):
        return []
    items = ", ".join(repr(values[0]) for values in calls)
    return [f"for {name} in [{items}]:", f"    print({name}, {used.name}({name}))"]


def _summed(used: Used, calls: Sequence[Values], _draw: int) -> list[str]:
    """A running total over several calls."""
    name = used.parameters[0] if used.parameters else ""
    if used.result != "int" or len(calls) < 2 or len(used.parameters) != 1 or len(repr(calls)) > 80:
        return []
    if {"total", name} & set(re.findall(r"^(\w+) =", used.text, re.MULTILINE)) or "def total" in used.text:
        return []
    items = ", ".join(repr(values[0]) for values in calls)
    return ["total = 0", f"for {name} in [{items}]:", f"    total += {used.name}({name})", "print(total)"]


def _collected(used: Used, calls: Sequence[Values], _draw: int) -> list[str]:
    name = used.parameters[0] if used.parameters else ""
    if len(calls) < 2 or len(used.parameters) != 1 or len(repr(calls)) > 60:
        return []
    items = ", ".join(repr(values[0]) for values in calls)
    return [f"results = [{used.name}({name}) for {name} in [{items}]]", "print(results[-1], results)"]


def _once(used: Used, calls: Sequence[Values], _draw: int) -> list[str]:
    return [f"result = {_call(used, calls[0])}", "print(result)"]


_WAYS: tuple[Callable[[Used, Sequence[Values], int], list[str]], ...] = (
    _once, _kept, _looped, _printed, _summed, _collected,
)  # fmt: skip
