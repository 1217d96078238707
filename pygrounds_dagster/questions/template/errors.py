"""Errors as options: which ones a program makes one think of, and what each means.

Here: the table and the choice. Not here: which error a program ends with (it is executed).
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Mapping

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.template.options import Wrong

MEANINGS: Mapping[str, str] = {
    "TypeError": "means that a value has the wrong type for what is done with it",
    "ValueError": "means that a value has the right type, but cannot be used",
    "NameError": "means that a name has no value",
    "IndexError": "means that a position lies outside the list or text",
    "KeyError": "means that a key is not in the dictionary or the set",
    "AttributeError": "means that an object has no attribute or method of that name",
    "ZeroDivisionError": "means that something is divided by zero",
    "UnboundLocalError": "means that a function reads its own variable before it has a value",
    "RecursionError": "means that a function has called itself too many times",
    "StopIteration": "means that an iterator has no more items",
    "AssertionError": "means that the condition of an `assert` is false",
    "FileNotFoundError": "means that there is no file of that name",
    "ModuleNotFoundError": "means that there is no module of that name",
    "ImportError": "means that a module has no such name to import",
    "NotImplementedError": "means that a method is still to be written in a child class",
    "OverflowError": "means that a number is too large for the sum",
    "RuntimeError": "means that something went wrong that no other error describes",
    "UnicodeDecodeError": "means that bytes cannot be read as text",
    "KeyboardInterrupt": "means that the user has stopped the program",
    "PermissionError": "means that the program may not do that with a file",
}
"""What each error says, after its name."""


def name_of(error: str) -> str:
    """The class of an error's text, if it is one of ``MEANINGS``; else nothing."""
    name = error.partition(":")[0].strip()
    return name if name in MEANINGS else ""


def meaning_of(name: str) -> str:
    """What an error says, as the end of a sentence.

    Raises:
        KeyError: an error that is not in ``MEANINGS``.
    """
    return MEANINGS[name]


def error_options(code: str, key: str) -> Iterator[Wrong]:
    """Errors other than the right one, none of them its base class; those the code suggests come first."""
    suggested = set(_suggested(parse(code)))
    for name, meaning in MEANINGS.items():
        if not _related(name, key):
            yield Wrong(name, meaning, 0 if name in suggested else 1 if name in _COMMON else 2)


_COMMON = {"TypeError", "ValueError", "NameError", "AttributeError", "IndexError", "KeyError"}


def _related(one: str, other: str) -> bool:
    left, right = getattr(builtins, one), getattr(builtins, other)
    return issubclass(left, right) or issubclass(right, left)


def _suggested(tree: ast.AST) -> Iterator[str]:
    """Errors that programs with such parts may end with."""
    for node in ast.walk(tree):
        yield from _OF_NODE.get(type(node), ())
        match node:
            case ast.Subscript(slice=slice):
                yield "KeyError" if isinstance(slice, ast.Constant | ast.Name) else "IndexError"
            case ast.BinOp(op=ast.Div() | ast.FloorDiv() | ast.Mod()):
                yield "ZeroDivisionError"
            case ast.Call(func=ast.Name(id=name)):
                yield _OF_CALL.get(name, "TypeError")


_OF_NODE: Mapping[type[ast.AST], tuple[str, ...]] = {
    ast.List: ("IndexError",),
    ast.Dict: ("KeyError",),
    ast.Attribute: ("AttributeError",),
    ast.BinOp: ("TypeError",),
    ast.FunctionDef: ("UnboundLocalError",),
    ast.Import: ("ModuleNotFoundError",),
    ast.ImportFrom: ("ModuleNotFoundError",),
    ast.Assert: ("AssertionError",),
    ast.Name: ("NameError",),
}
_OF_CALL: Mapping[str, str] = {"int": "ValueError", "float": "ValueError", "next": "StopIteration"}
