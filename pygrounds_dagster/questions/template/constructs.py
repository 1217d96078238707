"""What a program is built of, and which other topic teaches some of that.

Here: names for constructs (loops, operators, functions, methods, modules) and the topic that fits a program.
Not here: how hard a construct is (``difficulty``).
"""

from __future__ import annotations

import ast
import math
from collections import defaultdict
from collections.abc import Iterable, Mapping

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.source import CodeChunk, SubtopicSource

_NAMED = (
    ast.For, ast.While, ast.If, ast.IfExp, ast.ListComp, ast.DictComp, ast.SetComp, ast.GeneratorExp,
    ast.FunctionDef, ast.Return, ast.ClassDef, ast.Try, ast.Raise, ast.With, ast.Dict, ast.List, ast.Tuple,
    ast.Set, ast.Subscript, ast.Slice, ast.JoinedStr, ast.Lambda, ast.BoolOp, ast.Not, ast.AugAssign, ast.In,
    ast.NotIn, ast.Compare, ast.Yield, ast.Await, ast.Starred, ast.Break, ast.Continue, ast.Match, ast.Mod,
    ast.FloorDiv, ast.Div, ast.Pow, ast.Mult, ast.Sub, ast.Global, ast.Nonlocal, ast.Assert, ast.NamedExpr,
    ast.BinOp, ast.FormattedValue, ast.Assign,
)  # fmt: skip


def constructs(tree: ast.AST) -> frozenset[str]:
    """Names of the constructs of a program: kinds of nodes, called names, methods, modules."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name)):
                found.add(f"{name}()")
            case ast.Call(func=ast.Attribute(attr=name)):
                found.add(f".{name}()")
            case ast.Import(names=names):
                found |= {f"import {name.name}" for name in names}
            case ast.ImportFrom(module=str(module)):
                found.add(f"import {module}")
        if isinstance(node, _NAMED):
            found.add(type(node).__name__)
    return frozenset(found - {"print()"})


class Neighbours:
    """The subtopics of other topics that a source names, by what their programs are built of.

    A construct counts the more, the fewer of them use it.
    """

    def __init__(self, source: SubtopicSource) -> None:
        self._built: Mapping[str, frozenset[str]] = _built(source.elsewhere, source.elsewhere_code)
        users: dict[str, int] = defaultdict(int)
        for built in self._built.values():
            for name in built:
                users[name] += 1
        self._weight = {name: math.log((1 + len(self._built)) / count) for name, count in users.items()}

    def nearest(self, tree: ast.AST) -> str | None:
        """The subtopic that shares most with a program; None if none shares anything."""
        return next(iter(self.ranked(tree)), None)

    def ranked(self, tree: ast.AST) -> list[str]:
        """The subtopics that share something with a program, the one that shares most first."""
        mine = constructs(tree)
        shared = {key: sum(self._weight[name] for name in mine & built) for key, built in self._built.items()}
        return sorted((key for key in shared if shared[key] > 0), key=lambda key: -shared[key])


def _built(keys: Iterable[str], chunks: Iterable[CodeChunk]) -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {key: frozenset() for key in keys}
    for chunk in chunks:
        try:
            tree = parse(chunk.code)
        except SyntaxError:  # a program that shows a syntax error
            continue
        found[chunk.subtopic_key] = found.get(chunk.subtopic_key, frozenset()) | constructs(tree)
    return found
