"""In which ways can the lines of a program be put together?

Here: enumerating arrangements (an order of the lines and the depth of each) that could run, within a bound.
Not here: running them (``parsons``).

An arrangement is left out only if it surely cannot run with every line executed: blocks that do not fit,
lines behind a ``return`` in their block, names that are read before anything can have bound them.
"""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pygrounds_dagster.problems.mutants.program import parse

INDENT = 4
_ENDS = {"return", "break", "continue", "raise"}
_LATER = {"elif": {"if", "elif"}, "else": {"if", "elif", "for", "while", "try", "except"},
          "except": {"try", "except"}, "finally": {"try", "except", "else"}, "case": {"case"}}  # fmt: skip
_BUILTINS = frozenset(dir(builtins)) | {"__name__", "__file__"}
_DELAYED = (
    ast.Lambda, ast.GeneratorExp, ast.ListComp, ast.SetComp, ast.DictComp, ast.BoolOp, ast.IfExp, ast.Compare,
)  # fmt: skip
"""Expressions of which a part may never be evaluated, or later, or in a scope of its own."""

Placed = tuple[tuple[int, int], ...]
"""(line, depth), in order."""


class TooManyError(Exception):
    """There are more arrangements, or dead ends, than anybody is willing to look at."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a program, and what can be read off it.

    Attributes:
        text: without indentation.
        keyword: its first word, if that is a keyword that matters here.
        header: whether a block follows.
        reads: names that it surely reads at once.
        binds: names that it may bind.
        parameters: of a ``def``.
    """

    text: str
    keyword: str
    header: bool
    reads: frozenset[str]
    binds: frozenset[str]
    parameters: frozenset[str]


def line_of(text: str) -> Line:
    """Read one line.

    Raises:
        SyntaxError: it is no whole statement, block header or decorator.
    """
    text = text.strip()
    word = text.removeprefix("async ").split("(")[0].split(":")[0].split(" ")[0]
    word = "@" if text.startswith("@") else word
    header = text.endswith(":")
    tree = parse(_whole(text, word, header))
    nodes = list(ast.walk(tree))
    binds = {n.id for n in nodes if isinstance(n, ast.Name) and not isinstance(n.ctx, ast.Load)}
    for node in nodes:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                binds.add(name)
            case ast.alias(name=name, asname=asname):
                binds.add((asname or name).partition(".")[0])
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                binds.add(name)
            case ast.Global(names=names) | ast.Nonlocal(names=names):
                binds |= set(names)
    parameters = {n.arg for n in nodes if isinstance(n, ast.arg)} if word == "def" else set()
    reads = set(_reads(tree)) - _BUILTINS
    return Line(text, word, header, frozenset(reads), frozenset(binds), frozenset(parameters))


def _whole(text: str, word: str, header: bool) -> str:
    """A program that holds the line and what it needs around it."""
    body = f"{text}\n    pass" if header else text
    if word == "@":
        return f"{text}\ndef __decorated__():\n    pass"
    if word in ("elif", "else"):
        return f"if 0:\n    pass\n{body}"
    if word in ("except", "finally"):
        return f"try:\n    pass\n{body}"
    if word == "try":
        return f"{body}\nfinally:\n    pass"
    if word == "case":
        indented = body.replace("\n", "\n    ")
        return f"match 0:\n    {indented}"
    if word == "match":
        return f"{text}\n    case _:\n        pass"
    return body


def _reads(node: ast.AST) -> Iterator[str]:
    """Names that a statement reads whenever it runs."""
    match node:
        case ast.Name(id=name, ctx=ast.Load()):
            yield name
            return
        case ast.AugAssign(target=ast.Name(id=name)):
            yield name
        case ast.AnnAssign(value=value):  # its annotation may never be evaluated
            if value is not None:
                yield from _reads(value)
            return
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            for early in [*node.decorator_list, *node.args.defaults]:
                yield from _reads(early)
            return
    if isinstance(node, _DELAYED):
        first = _first_part(node)
        if first is not None:
            yield from _reads(first)
        return
    for child in ast.iter_child_nodes(node):
        yield from _reads(child)


def _first_part(node: ast.AST) -> ast.AST | None:
    """The part of a delayed expression that is evaluated at once."""
    match node:
        case ast.BoolOp(values=[first, *_]) | ast.Compare(left=first) | ast.IfExp(test=first):
            return first
        case ast.ListComp() | ast.SetComp() | ast.DictComp() | ast.GeneratorExp():
            return node.generators[0].iter
    return None


# --- enumerating ------------------------------------------------------------------------------------------


def arrangements(
    lines: Sequence[Line],
    *,
    depths: Sequence[int] | None = None,
    order: Sequence[int] | None = None,
    most: int,
    effort: int,
) -> list[Placed]:
    """All arrangements of all lines that could run.

    Args:
        lines: the lines.
        depths: depth of each line; None: any.
        order: of the lines; None: any.
        most: arrangements that may be found.
        effort: lines that may be placed on the way.

    Raises:
        TooManyError: a bound is exceeded.
    """
    search = _Search(lines, depths, order, most, effort)
    search.extend([], frozenset(range(len(lines))))
    return search.found


@dataclass
class _Search:
    """Depth-first search over what comes next, and how deep."""

    lines: Sequence[Line]
    depths: Sequence[int] | None
    order: Sequence[int] | None
    most: int
    effort: int
    found: list[Placed] = field(default_factory=list)

    def extend(self, placed: list[tuple[int, int]], left: frozenset[int]) -> None:
        """Find everything that begins with ``placed``."""
        if not left:
            if self._is_whole(placed):
                self.found.append(tuple(placed))
                if len(self.found) > self.most:
                    raise TooManyError(f"more than {self.most} arrangements could run")
            return
        for index in [self.order[len(placed)]] if self.order else sorted(left):
            for depth in self._possible_depths(placed, index):
                if self._fits(placed, index, depth) and self._can_read(placed, index, depth, left - {index}):
                    self._place(placed, index, depth, left)

    def _place(self, placed: list[tuple[int, int]], index: int, depth: int, left: frozenset[int]) -> None:
        self.effort -= 1
        if self.effort < 0:
            raise TooManyError("too many ways to put the lines together")
        placed.append((index, depth))
        self.extend(placed, left - {index})
        placed.pop()

    def _is_whole(self, placed: list[tuple[int, int]]) -> bool:
        last = self.lines[placed[-1][0]]
        closed = self._closed_functions_can_read(placed, 0, frozenset())
        return not last.header and last.keyword != "@" and not self._open_tries(placed, 0) and closed

    def _possible_depths(self, placed: list[tuple[int, int]], index: int) -> Sequence[int]:
        possible = range(1)
        if placed:
            line, depth = self.lines[placed[-1][0]], placed[-1][1]
            ends = line.keyword in _ENDS
            possible = range(depth + 1, depth + 2) if line.header else range(depth + (not ends))
            possible = range(depth, depth + 1) if line.keyword == "@" else possible
        if self.depths is None:
            return possible
        return [self.depths[index]] if self.depths[index] in possible else []

    # --- blocks ---

    def _fits(self, placed: list[tuple[int, int]], index: int, depth: int) -> bool:
        word = self.lines[index].keyword
        kinds = [self.lines[i].keyword for i in self._around(placed, depth)]
        before = self._sibling(placed, depth)
        if word in _LATER and not (word == "case" and before is None) and before not in self._firsts(word):
            return False
        if (word == "case") != (kinds[-1:] == ["match"]):
            return False
        open_tries = self._open_tries(placed, depth)
        if open_tries and not (open_tries == [depth] and word in ("except", "finally")):
            return False
        if placed and self.lines[placed[-1][0]].keyword == "@" and word not in ("def", "class", "@"):
            return False
        inner = kinds[len(kinds) - kinds[::-1].index("def") :] if "def" in kinds else kinds
        needs_loop = word in ("break", "continue") and not {"for", "while"} & set(inner)
        return not needs_loop and not (word in ("return", "nonlocal", "global") and "def" not in kinds)

    def _firsts(self, word: str) -> set[int]:
        return {i for i, line in enumerate(self.lines) if line.keyword in _LATER[word]}

    def _around(self, placed: Sequence[tuple[int, int]], depth: int) -> list[int]:
        """Headers of the blocks that a line at ``depth`` would stand in, outermost first."""
        found: list[int] = []
        for index, level in reversed(placed):
            if level == depth - 1 - len(found):
                found.append(index)
        return found[::-1]

    def _sibling(self, placed: list[tuple[int, int]], depth: int) -> int | None:
        """The line before at the same depth in the same block."""
        for index, level in reversed(placed):
            if level <= depth:
                return index if level == depth else None
        return None

    def _open_tries(self, placed: list[tuple[int, int]], depth: int) -> list[int]:
        """Depths of ``try`` lines, from ``depth`` on, that wait for ``except`` or ``finally``."""
        found = []
        lowest = len(self.lines)
        for index, level in reversed(placed):
            if level < depth:
                break
            if level < lowest and self.lines[index].keyword == "try":
                found.append(level)
            lowest = min(lowest, level)
        return found

    # --- names ---

    def _can_read(self, placed: list[tuple[int, int]], index: int, depth: int, left: frozenset[int]) -> bool:
        """Whether something can have bound the names that the line surely reads when it runs first."""
        line, around = self.lines[index], self._around(placed, depth)
        kinds = {self.lines[i].keyword for i in around}
        names = {name for i, _ in placed for name in self.lines[i].binds}
        missing = line.reads - names - {name for i in around for name in self.lines[i].parameters}
        if missing and kinds & {"def", "for", "while"}:
            missing -= {name for i in left for name in self.lines[i].binds}
        return not missing and self._closed_functions_can_read(placed, depth, left | {index})

    def _closed_functions_can_read(
        self, placed: list[tuple[int, int]], depth: int, left: frozenset[int]
    ) -> bool:
        """Whether the lines of functions that end here have their names: nothing can be added to them."""
        lowest = len(self.lines)
        for place in range(len(placed) - 1, -1, -1):
            index, level = placed[place]
            if level < depth:
                break
            ends = level < lowest and self.lines[index].keyword == "def"
            if ends and not self._function_can_read(placed, place, left):
                return False
            lowest = min(lowest, level)
        return True

    def _function_can_read(self, placed: list[tuple[int, int]], place: int, left: frozenset[int]) -> bool:
        """Whether each name that a line of the function at ``place`` surely reads can have a value."""
        level = placed[place][1]
        end = next((p for p in range(place + 1, len(placed)) if placed[p][1] <= level), len(placed))
        inside = range(place + 1, end)
        outside = {n for i, _ in placed[: place + 1] + placed[end:] for n in self.lines[i].binds}
        outside |= {n for i in left for n in self.lines[i].binds}
        words = {self._word(placed, p) for p in inside}
        for here in inside:
            around = self._around(placed[:here], placed[here][1])
            given = {name for i in around for name in self.lines[i].parameters}
            looped = bool({"for", "while"} & {self.lines[i].keyword for i in around})
            for name in self.lines[placed[here][0]].reads - given:
                binding = [p for p in inside if name in self.lines[placed[p][0]].binds]
                early = any(p < here or (looped and p != here) for p in binding)
                may_be_outer = not binding or bool(words & {"def", "global", "nonlocal"})
                if not early and not (may_be_outer and name in outside):
                    return False
        return True

    def _word(self, placed: list[tuple[int, int]], place: int) -> str:
        return self.lines[placed[place][0]].keyword
