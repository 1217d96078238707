"""What readers have met: the constructs that the programs of the texts use, in the curriculum's order.

Here: constructs that only later texts show, so that no question needs what has not been taught. Not here:
reading the texts (``source``), choosing programs (``template``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

from pygrounds_dagster.problems.mutants.program import parse

_KINDS: tuple[type[ast.AST], ...] = (
    ast.For, ast.While, ast.If, ast.IfExp, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp,
    ast.ClassDef, ast.Try, ast.Raise, ast.With, ast.Dict, ast.List, ast.Tuple, ast.Set, ast.Subscript,
    ast.Slice, ast.JoinedStr, ast.Lambda, ast.BoolOp, ast.Not, ast.AugAssign, ast.In, ast.NotIn, ast.Yield,
    ast.AsyncFunctionDef, ast.Starred, ast.Break, ast.Continue, ast.Match, ast.Mod, ast.FloorDiv, ast.Pow,
    ast.Global, ast.Nonlocal, ast.Assert, ast.NamedExpr,
)  # fmt: skip
"""Kinds of nodes that are taught. Not among them: plain arithmetic, and functions, since every question that
asks for a function gives its first line away."""


@lru_cache(maxsize=8192)
def constructs(code: str) -> frozenset[str]:
    """Names of the taught constructs of a program: kinds of nodes, decorators, modules.

    Args:
        code: a program; one that does not parse has none.
    """
    try:
        tree = parse(code)
    except (SyntaxError, ValueError):  # shown because it is wrong
        return frozenset()
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Import(names=names):
                found |= {f"import {name.name.partition('.')[0]}" for name in names}
            case ast.ImportFrom(module=str(module)):
                found.add(f"import {module.partition('.')[0]}")
        if isinstance(node, _KINDS):
            found.add(type(node).__name__)
        if getattr(node, "decorator_list", None):
            found.add("decorator")
    return frozenset(found)


def ahead(order: Sequence[str], programs: Mapping[str, Iterable[str]]) -> dict[str, frozenset[str]]:
    """For each subtopic the constructs that the texts show after it, and not up to it.

    Args:
        order: keys of all subtopics, in the order in which they are read.
        programs: key → programs of its text.
    """
    shown = [frozenset[str]().union(*map(constructs, programs.get(key, ()))) for key in order]
    every = frozenset[str]().union(*shown)
    known: frozenset[str] = frozenset()
    found = {}
    for key, own in zip(order, shown, strict=True):
        known |= own
        found[key] = every - known
    return found
