"""Parts of a program that run by themselves: what some of its statements need, and no more.

Here: which top-level statements belong together, by the names they bind and read. Not here: running the part.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Sequence
from itertools import combinations

from pygrounds_dagster.problems.mutants.program import split_lines

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)


def reads(node: ast.AST) -> set[str]:
    """Names that a statement, or anything in it, reads."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Load)} | {
        name for n in ast.walk(node) if isinstance(n, ast.Global | ast.Nonlocal) for name in n.names
    }


def binds(statement: ast.stmt) -> set[str]:
    """Names that a top-level statement binds at the top level."""
    match statement:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return {name}
        case ast.Import(names=names) | ast.ImportFrom(names=names):
            return {(n.asname or n.name).partition(".")[0] for n in names}
    stored = {n.id for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
    if isinstance(statement, ast.AugAssign) and isinstance(statement.target, ast.Name):
        stored.add(statement.target.id)
    return stored


def needed(body: Sequence[ast.stmt], wanted: Collection[int], changing: bool) -> list[int]:
    """Places of the statements that some statements need, themselves included, in order.

    Args:
        body: top-level statements.
        wanted: places of the statements.
        changing: whether statements that may change a needed value, rather than bind it, are needed too.
    """
    kept = set(wanted)
    names = set().union(*(reads(body[i]) for i in kept)) if kept else set()
    for index in range(max(kept, default=-1), -1, -1):
        statement = body[index]
        if index in kept:
            continue
        touches = binds(statement) & names
        if not touches and changing and not _only_prints(statement):
            plain = not isinstance(statement, _DEFINITIONS)
            touches = names & _changeable(statement) if plain else set()
        if touches:
            kept.add(index)
            names |= reads(statement)
    return sorted(kept)


def _only_prints(statement: ast.stmt) -> bool:
    match statement:
        case ast.Expr(value=ast.Call(func=ast.Name(id="print"))):
            return True
    return False


def _changeable(statement: ast.stmt) -> set[str]:
    """Names that a statement may change: owners of methods called, of items and attributes stored to."""
    found: set[str] = set()
    for node in ast.walk(statement):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=name))):
                found.add(name)
            case ast.Subscript(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Attribute(value=ast.Name(id=name), ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.Call(args=args) if not _only_prints(statement):
                found |= {a.id for a in args if isinstance(a, ast.Name)}
    return found


def prints(node: ast.AST) -> bool:
    """Whether a statement, outside of definitions, calls ``print``."""
    if isinstance(node, _DEFINITIONS):
        return False
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == "print"
        for n in ast.walk(node)
    )


def text_of(source: str, body: Sequence[ast.stmt], places: Sequence[int]) -> str:
    """The program of some of the statements, as they were written, with blank lines around definitions."""
    lines = split_lines(source)
    found: list[str] = []
    for index in places:
        statement = body[index]
        first = min([statement.lineno, *(d.lineno for d in getattr(statement, "decorator_list", ()))])
        text = "".join(lines[first - 1 : statement.end_lineno]).rstrip("\n") + "\n"
        definition = isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef))
        if found and (definition or found[-1].startswith(("def ", "class ", "@", "async def "))):
            text = "\n" + text
        found.append(text)
    return "".join(found)


def slices(source: str, tree: ast.Module) -> list[str]:
    """Smaller programs: each with some of the printing statements and all that these need."""
    places = [index for index, statement in enumerate(tree.body) if prints(statement)]
    groups = [
        group for size in range(len(places) - 1, 0, -1) for group in combinations(places, size) if size <= 3
    ]
    texts = (text_of(source, tree.body, needed(tree.body, group, True)) for group in groups[:12])
    return [text for text in dict.fromkeys(texts) if text.strip() != source.strip()]
