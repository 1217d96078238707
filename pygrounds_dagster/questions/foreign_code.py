"""Code as other banks write it: fenced, escaped, as a list of lines; as a function, a method, a program.

Here: from a field to the source, and to what a test calls in it. Nothing is executed. Not here: inputs and
outputs (``foreign_values``), running (``foreign_coding``).
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission.edits import signature_of

_FENCE = re.compile(r"```[\w+-]*[ \t]*\r?\n(.*?)\r?\n?[ \t]*```", re.DOTALL)
_NAMED = re.compile(r"[A-Za-z_][\w.]*")


@dataclass(frozen=True, slots=True)
class Callee:
    """What a test calls.

    Attributes:
        expression: as Python reads it: ``add``, ``Solution().add``.
        signature: its parameters as text; empty if it is no plain function.
        parameters: their names, without ``self``.
    """

    expression: str
    signature: str
    parameters: tuple[str, ...]


def source_of(value: Any, *, lenient: bool) -> str:
    """The source that a field holds.

    Args:
        value: the field.
        lenient: it may also be a list of lines, stand in a Markdown fence, be indented as a whole, or have
            its line breaks written as backslash and n.

    Raises:
        ValueError: it is no text.
    """
    if lenient and isinstance(value, list) and all(isinstance(line, str) for line in value):
        value = "\n".join(line.rstrip("\r\n") for line in value)
    if not isinstance(value, str):
        raise ValueError(f"code must be a text, not {value!r:.60}")
    if not lenient:
        return value
    fenced = _FENCE.search(value)
    text = fenced[1] if fenced else value
    if "\n" not in text.strip() and "\\n" in text:
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')
    return textwrap.dedent(text.replace("\r\n", "\n"))


def function_name(value: Any) -> str:
    """A function's name without what stands around it: ``def add(a, b):``, ``add()``, ``add``."""
    text = str(value or "").strip().removeprefix("def ").strip("`'\" :")
    found = _NAMED.match(text)
    return found[0] if found and text[found.end() :].lstrip()[:1] in ("", "(") else text


def only_function(code: str, *, lenient: bool) -> str:
    """The name that tests must mean when none is given: of the first function, leniently of a method.

    Raises:
        SyntaxError, ValueError: the code does not parse.
    """
    body = parse(code).body
    functions = [node.name for node in body if isinstance(node, ast.FunctionDef)]
    if functions or not lenient:
        return functions[0] if functions else ""
    return next((name for _class, name in _methods(body)), "")


def callee(code: str, name: str, *, lenient: bool) -> Callee | None:
    """What a name means in a program; None if the program does not define it at its top level.

    Args:
        code: the program.
        name: of a function; leniently also of a method of a class that is made without arguments.
        lenient: see there.

    Raises:
        SyntaxError, ValueError: it does not parse.
    """
    body = parse(code).body
    signature = signature_of(code, name)
    if signature is not None:
        return Callee(name, signature, _names(next(f for f in _functions(body) if f.name == name).args))
    for node in _top(body):
        match node:
            case ast.FunctionDef(args=arguments) if node.name == name:
                return Callee(name, "", _names(arguments))
            case ast.Assign(targets=[ast.Name(id=bound)], value=ast.Lambda(args=arguments)) if bound == name:
                return Callee(name, ast.unparse(arguments), _names(arguments))
            case ast.Assign(targets=[ast.Name(id=bound)]) if bound == name:
                return Callee(name, "", ())
            case ast.ClassDef() if node.name == name:
                return Callee(name, "", ())
            case ast.Import(names=names) | ast.ImportFrom(names=names) if name in {
                alias.asname or alias.name for alias in names
            }:
                return Callee(name, "", ())
    return _method(body, name) if lenient else None


def _top(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of the top level, those within conditions and attempts too."""
    for node in body:
        yield node
        if isinstance(node, ast.If | ast.Try | ast.With):
            for block in ("body", "orelse", "finalbody"):
                yield from _top(getattr(node, block, []))


def _functions(body: list[ast.stmt]) -> Iterator[ast.FunctionDef]:
    yield from (node for node in body if isinstance(node, ast.FunctionDef))


def _methods(body: list[ast.stmt]) -> Iterator[tuple[ast.ClassDef, str]]:
    for node in body:
        if isinstance(node, ast.ClassDef):
            yield from ((node, f.name) for f in _functions(node.body) if not f.name.startswith("_"))


def _method(body: list[ast.stmt], name: str) -> Callee | None:
    """A method ``add`` or ``Class.add`` of a class whose objects need no arguments."""
    wanted, _, method = name.rpartition(".")
    for owner, found in _methods(body):
        if found != method or wanted not in ("", owner.name):
            continue
        function = next(f for f in _functions(owner.body) if f.name == found)
        bare = any(ast.unparse(d) == "staticmethod" for d in function.decorator_list)
        parameters = _names(function.args)[0 if bare else 1 :]
        return Callee(f"{owner.name}().{found}", ast.unparse(function.args), parameters)
    return None


def _names(arguments: ast.arguments) -> tuple[str, ...]:
    found = (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)
    return tuple(one.arg for one in found)


def reads_input(code: str) -> bool:
    """Whether a program reads what is typed.

    Raises:
        SyntaxError, ValueError: it does not parse.
    """
    for node in ast.walk(parse(code)):
        match node:
            case ast.Call(func=ast.Name(id="input")) | ast.Attribute(value=ast.Name(id="sys"), attr="stdin"):
                return True
    return False
