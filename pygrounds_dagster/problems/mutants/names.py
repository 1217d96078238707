"""Which names a place in a program could have used by mistake.

Here: variables bound before a place, attributes of a class, names that hold whole numbers. It is a reading of
the text, not a type checker: a wrong guess costs a mutant that crashes, never a wrong program text. Not here:
the edits made with these names.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from collections.abc import Iterator
from functools import cached_property

from pygrounds_dagster.problems.mutants.program import Program

Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.Module | ast.ClassDef
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda, ast.Module, ast.ClassDef)
_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class ScopedProgram(Program):
    """A program that knows its names."""

    @cached_property
    def _bound(self) -> dict[ast.AST, list[tuple[int, str]]]:
        """Per scope or comprehension: its variables, each with the offset from which it has its value."""
        found: dict[ast.AST, list[tuple[int, str]]] = defaultdict(list)
        for node in ast.walk(self.tree):
            if isinstance(node, ast.arg):
                found[self.scope(self.parents[node])].append((self.span(node)[0], node.arg))
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                found[self.home(node)].append((self._set_from(node), node.id))
        for names in found.values():
            names.sort()
        return dict(found)

    def _set_from(self, name: ast.Name) -> int:
        """The offset from which a stored name has its value: behind the value, not at the name itself."""
        for outer in self.ancestors(name):
            if isinstance(outer, ast.comprehension):
                return 0  # it stands behind the place where it is used
            if isinstance(outer, ast.For | ast.AsyncFor):
                return self.span(outer.iter)[1]
            if isinstance(outer, ast.stmt):
                simple = isinstance(outer, ast.Assign | ast.AnnAssign | ast.AugAssign)
                return self.span(outer)[1] if simple else self.span(name)[0]
        return 0

    def scope(self, node: ast.AST) -> ast.AST:
        """The function, class or module whose names a node uses."""
        if isinstance(node, _SCOPES):
            return node
        return next(outer for outer in self.ancestors(node) if isinstance(outer, _SCOPES))

    def home(self, name: ast.Name) -> ast.AST:
        """Where a stored name lives: its scope, or the comprehension that it is the loop variable of."""
        child: ast.AST = name
        for outer in self.ancestors(name):
            if isinstance(outer, ast.comprehension):
                return self.parents[outer] if child is outer.target else self.scope(name)
            if isinstance(outer, _SCOPES):
                return outer
            child = outer
        return self.tree

    def alternatives(self, name: ast.Name) -> list[str]:
        """Other variables that have a value at this place, latest binding first."""
        here = self.span(name)[0]
        inner = [b for outer in self._comprehensions(name) for b in self._bound.get(outer, ())]
        local = [b for b in self._bound.get(self.scope(name), ()) if b[0] <= here]
        ordered = dict.fromkeys(text for _, text in [*inner, *reversed(local)])
        return [text for text in ordered if text not in (name.id, "self", "cls", "_")]

    def _comprehensions(self, name: ast.Name) -> Iterator[ast.AST]:
        """Comprehensions whose loop variables have a value here; in their own first source they have none."""
        outers = list(self.ancestors(name))
        for outer in outers:
            if isinstance(outer, _COMPREHENSIONS):
                first = outer.generators[0].iter
                if first is not name and first not in outers:
                    yield outer

    def is_variable(self, name: ast.Name) -> bool:
        """Whether something around binds a name as a variable, not by ``def``, ``class`` or ``import``."""
        if name.id in ("self", "cls"):
            return False
        outers = [o for o in self.ancestors(name) if isinstance(o, (*_SCOPES, *_COMPREHENSIONS))]
        return any(text == name.id for outer in outers for _, text in self._bound.get(outer, ()))

    def bound_once(self, name: ast.Name) -> bool:
        """Whether a scope binds this name at this place only, so that nothing holds it without this line."""
        bindings = [text for _, text in self._bound.get(self.home(name), ()) if text == name.id]
        return len(bindings) == 1

    @cached_property
    def whole_numbers(self) -> set[str]:
        """Names that surely hold whole numbers somewhere: loop counters, lengths, sums with constants."""
        return {target.id for target in self._counters()}

    def _counters(self) -> Iterator[ast.Name]:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.For | ast.comprehension):
                yield from _loop_counter(node.target, node.iter)
            elif isinstance(node, ast.Assign) and _is_whole(node.value):
                yield from (target for target in node.targets if isinstance(target, ast.Name))
            elif isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name):
                yield from [node.target] if _is_int(node.value) else []

    def attributes(self, node: ast.Attribute) -> list[str]:
        """Other data attributes that the class around ``self.name`` assigns, in order of the text."""
        if not (isinstance(node.value, ast.Name) and node.value.id == "self"):
            return []
        outer = next((o for o in self.ancestors(node) if isinstance(o, ast.ClassDef)), None)
        if outer is None:
            return []
        found = [
            (self.span(place)[0], place.attr)
            for place in ast.walk(outer)
            if isinstance(place, ast.Attribute) and isinstance(place.ctx, ast.Store)
            if isinstance(place.value, ast.Name) and place.value.id == "self"
        ]
        names = list(dict.fromkeys(text for _, text in sorted(found)))
        return [text for text in names if text != node.attr] if node.attr in names else []


def _loop_counter(target: ast.expr, iterable: ast.expr) -> Iterator[ast.Name]:
    function = iterable.func if isinstance(iterable, ast.Call) else None
    called = function.id if isinstance(function, ast.Name) else ""
    if called == "range" and isinstance(target, ast.Name):
        yield target
    if called == "enumerate" and isinstance(target, ast.Tuple) and isinstance(target.elts[0], ast.Name):
        yield target.elts[0]


def _is_int(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and type(node.value) is int


def _is_whole(node: ast.expr) -> bool:
    if isinstance(node, ast.Call):
        return isinstance(node.func, ast.Name) and node.func.id == "len"
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Sub | ast.FloorDiv) and (
            _is_whole(node.left) or _is_whole(node.right)
        )
    return _is_int(node)
