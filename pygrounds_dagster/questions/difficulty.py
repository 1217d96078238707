"""How hard is a program to read and write? Four levels from its syntax tree and one traced run.

Here: the features, the formula, the levels. Not here: counting executed steps (``admission.stepping``), the
difficulty of words (their admission).

The score is a weighted sum::

    score = 1.0 * nesting            depth of blocks within blocks; 0 for straight-line code
          + 0.5 * branches           if, elif, conditional expressions, match cases, and, or, filters
          + 0.6 * loops              for, while, comprehensions
          + 0.8 * loop_depth         loops within loops
          + 0.15 * calls             different functions and methods that are called
          + 0.4 * structures         kinds of data: list, dict, set, tuple, slice, deque, heap, …
          + 2.0 * recursion          1 if a function calls itself
          + 0.5 * functions          functions, lambdas and classes beyond the first
          + 0.08 * statements
          + 1.0 * concepts           weights of the different concepts used (``CONCEPTS``)
          + 0.35 * log2(1 + steps)   statements executed for the sample

Depth and branching are the cognitive-complexity family of measures (Campbell, "Cognitive Complexity", 2018);
concepts follow the order in which courses teach them. ``LEVELS`` was chosen on labelled programs
(``tests/questions/labelled``) to put most of them where their label does.
"""

from __future__ import annotations

import ast
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.problems.mutants.program import parse

WEIGHTS: Mapping[str, float] = {
    "nesting": 1.0,
    "branches": 0.5,
    "loops": 0.6,
    "loop_depth": 0.8,
    "calls": 0.15,
    "structures": 0.4,
    "recursion": 2.0,
    "functions": 0.5,
    "statements": 0.08,
    "concepts": 1.0,
    "log_steps": 0.35,
}
"""Weight of each feature in the score."""

LEVELS: tuple[tuple[float, Difficulty], ...] = (
    (3.6, "beginner"),
    (6.2, "intermediate"),
    (12.4, "advanced"),
    (math.inf, "master"),
)
"""Level of a score: the first whose limit is above it."""

CONCEPTS: Mapping[str, float] = {
    "f-string": 0.1,
    "slice": 0.3,
    "unpacking": 0.3,
    "nested data": 0.8,
    "comprehension": 0.9,
    "conditional expression": 0.3,
    "default argument": 0.3,
    "keyword call": 0.2,
    "star arguments": 0.9,
    "loop else": 1.0,
    "break or continue": 0.2,
    "lambda": 1.4,
    "exception": 1.4,
    "raise": 0.8,
    "class": 1.5,
    "inheritance": 1.2,
    "special method": 1.0,
    "decorator": 2.2,
    "closure": 1.8,
    "generator": 2.0,
    "generator expression": 0.6,
    "context manager": 1.0,
    "match": 1.2,
    "walrus": 1.0,
    "bit operator": 1.0,
    "nonlocal": 1.5,
    "async": 3.0,
    "library": 0.6,
    "advanced library": 2.0,
    "memo": 1.5,
    "table": 1.5,
}
"""Weight of each concept; counted once however often it is used."""

_ADVANCED_LIBRARIES = {
    "heapq", "bisect", "functools", "itertools", "contextlib", "abc", "asyncio", "threading", "operator",
    "typing", "weakref", "concurrent",
}  # fmt: skip
_LOOPS = (ast.For, ast.While, ast.AsyncFor)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_BLOCKS = (*_LOOPS, ast.If, ast.With, ast.Try, ast.Match, ast.AsyncWith)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)
_BITS = (ast.BitAnd, ast.BitOr, ast.BitXor, ast.LShift, ast.RShift, ast.Invert)
_STRUCTURES: Mapping[type[ast.AST], str] = {
    ast.List: "list", ast.ListComp: "list", ast.Dict: "dict", ast.DictComp: "dict", ast.Set: "set",
    ast.SetComp: "set", ast.Tuple: "tuple", ast.JoinedStr: "text",
}  # fmt: skip
_MAKERS = {
    "list", "dict", "set", "tuple", "frozenset", "deque", "Counter", "defaultdict", "OrderedDict", "zip",
    "enumerate", "heappush", "namedtuple", "str",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Estimate:
    """A level and what it rests on: the features of ``WEIGHTS``, ``steps`` and ``score``."""

    difficulty: Difficulty
    features: Mapping[str, float]


def estimate(source: str, steps: int = 0) -> Estimate:
    """The level of a program.

    Args:
        source: a function or a script.
        steps: statements executed for the sample, or by the whole script; 0 where nobody counted.

    Raises:
        SyntaxError: the program does not parse.
        ValueError: it holds a NUL character.
    """
    found = {**_features(source), "log_steps": math.log2(1 + max(0, steps))}
    score = sum(WEIGHTS[name] * value for name, value in found.items())
    rounded = {name: round(float(value), 3) for name, value in found.items()}
    return Estimate(level(score), {**rounded, "steps": float(steps), "score": round(score, 3)})


@lru_cache(maxsize=8192)
def _features(source: str) -> Mapping[str, float]:
    """What the program itself says; programs are looked at again for every game and seed."""
    tree = parse(source)
    nodes = tuple(ast.walk(tree))
    return {
        "nesting": _depth(tree, _BLOCKS),
        "branches": _branches(nodes),
        "loops": _count(nodes, *_LOOPS, ast.comprehension),
        "loop_depth": max(0, _depth(tree, (*_LOOPS, *_COMPREHENSIONS)) - 1),
        "calls": len(_called(nodes)),
        "structures": len(_structures(nodes)),
        "recursion": float(_is_recursive(nodes)),
        "functions": max(0, _count(nodes, *_FUNCTIONS, ast.ClassDef) - 1),
        "statements": _count(nodes, ast.stmt),
        "concepts": sum(CONCEPTS[name] for name in concepts(tree)),
    }


def level(score: float) -> Difficulty:
    """The level of a score."""
    return next(name for limit, name in LEVELS if score < limit)


def _count(nodes: Sequence[ast.AST], *kinds: type[ast.AST]) -> int:
    return sum(isinstance(node, kinds) for node in nodes)


def _depth(node: ast.AST, kinds: tuple[type[ast.AST], ...]) -> int:
    """Most nodes of some kinds on one way down; an ``elif`` is no level of its own."""
    below = 0
    for name, value in ast.iter_fields(node):
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                chained = name == "orelse" and isinstance(node, ast.If) and node.orelse == [child]
                elif_ = chained and isinstance(child, ast.If) and ast.If in kinds
                below = max(below, _depth(child, kinds) - elif_)
    return below + isinstance(node, kinds)


def _branches(nodes: Sequence[ast.AST]) -> int:
    filters = sum(len(n.ifs) for n in nodes if isinstance(n, ast.comprehension))
    words = sum(len(n.values) - 1 for n in nodes if isinstance(n, ast.BoolOp))
    return _count(nodes, ast.If, ast.IfExp, ast.match_case, ast.ExceptHandler) + filters + words


def _called(nodes: Iterable[ast.AST]) -> set[str]:
    names = (_name(node.func) for node in nodes if isinstance(node, ast.Call))
    return {name for name in names if name}


def _name(node: ast.AST) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _structures(nodes: Sequence[ast.AST]) -> set[str]:
    kinds = {_STRUCTURES[type(node)] for node in nodes if type(node) in _STRUCTURES}
    return kinds | (_called(nodes) & _MAKERS) | ({"slice"} if _count(nodes, ast.Slice) else set())


def _is_recursive(nodes: Sequence[ast.AST]) -> bool:
    functions = [n for n in nodes if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)]
    return any(function.name in _called(ast.walk(function)) for function in functions)


# --- concepts ---------------------------------------------------------------------------------------------


def concepts(tree: ast.AST) -> set[str]:
    """The concepts of ``CONCEPTS`` that a program uses."""
    found = {name for node in ast.walk(tree) for name in _KINDS.get(type(node), ())}
    for node in ast.walk(tree):
        found |= _of_node(node)
    return found


_KINDS: Mapping[type[ast.AST], tuple[str, ...]] = {
    ast.JoinedStr: ("f-string",),
    ast.Slice: ("slice",),
    ast.ListComp: ("comprehension",),
    ast.SetComp: ("comprehension",),
    ast.DictComp: ("comprehension",),
    ast.GeneratorExp: ("generator expression",),
    ast.IfExp: ("conditional expression",),
    ast.Break: ("break or continue",),
    ast.Continue: ("break or continue",),
    ast.Lambda: ("lambda",),
    ast.Try: ("exception",),
    ast.Raise: ("raise",),
    ast.ClassDef: ("class",),
    ast.Yield: ("generator",),
    ast.YieldFrom: ("generator",),
    ast.With: ("context manager",),
    ast.Match: ("match",),
    ast.NamedExpr: ("walrus",),
    ast.Nonlocal: ("nonlocal",),
    ast.Starred: ("star arguments",),
    ast.AsyncFunctionDef: ("async",),
    ast.Await: ("async",),
}


def _of_node(node: ast.AST) -> set[str]:
    """Concepts that need more than the kind of a node."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            return _of_function(node)
        case ast.Import(names=names):
            return {_library(name.name) for name in names}
        case ast.ImportFrom(module=module):
            return {_library(module or "")}
        case ast.Assign(targets=[target]) | ast.For(target=target) | ast.comprehension(target=target):
            looped = {"loop else"} if isinstance(node, ast.For) and node.orelse else set()
            return {"unpacking"} | looped if isinstance(target, ast.Tuple) else looped
        case ast.Subscript():
            return _of_subscript(node)
    return {name for name, found in _CLUES if found(node)}


_CLUES: tuple[tuple[str, Callable[[Any], bool]], ...] = (
    ("loop else", lambda n: isinstance(n, ast.While) and bool(n.orelse)),
    ("inheritance", lambda n: isinstance(n, ast.ClassDef) and bool(n.bases)),
    ("bit operator", lambda n: isinstance(getattr(n, "op", None), _BITS)),
    ("keyword call", lambda n: isinstance(n, ast.Call) and bool(n.keywords)),
    ("memo", lambda n: isinstance(n, ast.Compare) and any(map(_is_memo, n.comparators))),
)


def _is_memo(node: ast.AST) -> bool:
    return _name(node) in {"memo", "cache", "known", "seen_results"}


def _of_subscript(node: ast.Subscript) -> set[str]:
    """Data within data; cells that are filled from other cells (dynamic programming)."""
    nested = isinstance(node.value, ast.Subscript)
    stored = isinstance(node.ctx, ast.Store) and (nested or isinstance(node.slice, ast.BinOp))
    return {name for name, found in (("nested data", nested), ("table", stored)) if found}


def _library(module: str) -> str:
    return "advanced library" if module.partition(".")[0] in _ADVANCED_LIBRARIES else "library"


def _of_function(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    found: set[str] = set()
    arguments: Any = node.args
    if arguments.defaults or any(arguments.kw_defaults):
        found.add("default argument")
    if arguments.vararg or arguments.kwarg:
        found.add("star arguments")
    if node.decorator_list:
        names = {_name(d.func if isinstance(d, ast.Call) else d) for d in node.decorator_list}
        found.add("memo" if names & {"cache", "lru_cache"} else "decorator")
    if node.name.startswith("__") and node.name != "__init__":
        found.add("special method")
    inner = {child for child in ast.walk(node) if isinstance(child, (*_FUNCTIONS,)) and child is not node}
    if any(isinstance(child, ast.FunctionDef) for child in inner):
        found.add("closure")
    return found
