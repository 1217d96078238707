"""Code from parts: indentation, bodies of loops, state that moves into an object.

Here: what all styles share. Not here: the styles.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from pygrounds_dagster.questions.template.programs.plans import Plan


def indented(lines: Iterable[str], depth: int = 1) -> list[str]:
    """The lines, some levels further in; empty lines stay empty."""
    return ["    " * depth + line if line else line for line in lines]


def returned(outcome: Sequence[str]) -> list[str]:
    """The closing lines, with ``return`` before the last."""
    return [*outcome[:-1], f"return {outcome[-1]}"]


def started(plan: Plan) -> list[str]:
    """The lines that give the state its first values."""
    return [f"{name} = {value}" for name, value in plan.result.start]


def body(plan: Plan, step: Sequence[str] | None = None, otherwise: Sequence[str] | None = None) -> list[str]:
    """What happens to one record: names, test, step."""
    step = plan.step if step is None else step
    otherwise = plan.otherwise if otherwise is None else otherwise
    if not plan.condition:
        return [*plan.before, *step]
    closing = ["else:", *indented(otherwise)] if otherwise else []
    return [*plan.before, f"if {plan.condition}:", *indented(step), *closing]


def body_of_function(plan: Plan) -> list[str]:
    """The same in a function that is called for each record: it returns where a loop would continue."""
    return [re.sub(r"^( *)continue$", r"\1return", line) for line in body(plan)]


def looped(plan: Plan, lines: Sequence[str]) -> list[str]:
    """The lines inside the loops of the form."""
    for target, source in reversed(plan.loops):
        lines = [f"for {target} in {source}:", *indented(lines)]
    return list(lines)


def heading(plan: Plan, name: str = "", returns: str = "") -> str:
    """The ``def`` line of the function with its types."""
    limit = f", limit: int = {plan.limit}" if plan.limit else ""
    given = f"{plan.parameter}: {plan.shape.annotation}{limit}"
    return f"def {name or plan.name}({given}) -> {returns or plan.result.returns}:"


def function(plan: Plan, lines: Iterable[str], above: Iterable[str] = ()) -> str:
    """The whole program: imports, what stands above, the function with its lines."""
    upper = list(above)
    lines = [*(line.format_map(plan.nouns) for line in plan.shape.preface), *lines]
    imports = sorted({*plan.shape.imports, *(line for line in upper if re.match(r"(import|from) ", line))})
    rest = [line for line in upper if line not in imports]
    blocks = [imports, rest, [heading(plan), *indented(lines)]]
    return "\n\n\n".join("\n".join(block).strip("\n") for block in blocks if block) + "\n"


def moved(lines: Sequence[str], plan: Plan, owner: str) -> list[str]:
    """The lines with every state variable as an attribute of ``owner``."""
    names = "|".join(re.escape(name) for name, _value in plan.result.start)
    pattern = re.compile(rf"(?<![\w.\"'])({names})\b")
    return [pattern.sub(rf"{owner}.\1", line) for line in lines]


def target(plan: Plan) -> str:
    """What the innermost loop binds: ``price``, or ``product, price``."""
    return plan.loops[-1][0]


def needed(plan: Plan, *codes: str | Sequence[str]) -> tuple[str, str]:
    """Parameters with types, and names, of those parts of a record that some code uses (or all)."""
    code = " ".join(each if isinstance(each, str) else " ".join(each) for each in codes)
    names = target(plan).split(", ")
    used = [name for name in names if re.search(rf"\b{name}\b", code)] or names
    types = {plan.nouns["value"]: "int", plan.nouns["record"]: "dict", "row": "dict"}
    return ", ".join(f"{name}: {types.get(name, 'str')}" for name in used), ", ".join(used)


def grouped(condition: str) -> str:
    """The test, in brackets if it needs them beside ``not`` and ``and``."""
    return f"({condition})" if re.search(r" (and|or) |[<>=!]=?|%| in ", condition) else condition
