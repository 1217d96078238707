"""All operators over a whole program: which edits are mutants, in which order, each one once.

Here: the table of operators, the walk, the proof that an edit is a mutant (it compiles, to other code than
the original and than every mutant before it). Not here: what an operator does (the operator modules).
"""

from __future__ import annotations

import ast
import random
import warnings
from collections.abc import Callable, Collection, Hashable, Iterator
from dataclasses import dataclass
from types import CodeType
from typing import Any

from pygrounds_dagster.problems.mutants import calls, expressions, statements
from pygrounds_dagster.problems.mutants.names import ScopedProgram
from pygrounds_dagster.problems.mutants.program import Edit
from pygrounds_dagster.problems.mutants.tables import EXCEPTIONS, SILENT_KEYWORDS

Code = tuple[Hashable, ...]
Rule = Callable[[ScopedProgram, Any], Iterator[Edit]]

OPERATORS: dict[str, tuple[tuple[type[ast.AST], ...], Rule]] = {
    "accumulator_start": ((ast.Assign,), statements.accumulator_start),
    "arithmetic": ((ast.BinOp,), expressions.arithmetic),
    "augmented": ((ast.AugAssign,), statements.augmented),
    "boolean": ((ast.BoolOp,), expressions.boolean),
    "boundary": ((ast.Compare,), expressions.boundary),
    "comparison": ((ast.Compare,), expressions.comparison),
    "constant": ((ast.Constant,), expressions.constant),
    "dropped_argument": ((ast.Call,), calls.dropped_argument),
    "dropped_call": ((ast.Call,), calls.dropped_call),
    "dropped_condition": ((ast.BoolOp,), expressions.dropped_condition),
    "dropped_decorator": ((ast.FunctionDef, ast.ClassDef), statements.dropped_decorator),
    "dropped_filter": ((ast.comprehension,), calls.dropped_filter),
    "dropped_statement": ((ast.stmt,), statements.dropped_statement),
    "early_return": ((ast.Return,), statements.early_return),
    "forced_condition": ((ast.If,), statements.forced_condition),
    "index": ((ast.Subscript,), calls.index),
    "loop_exit": ((ast.Break, ast.Continue), statements.loop_exit),
    "negated_condition": ((ast.If, ast.IfExp), statements.negated_condition),
    "range_bound": ((ast.Call,), calls.range_bound),
    "return_value": ((ast.Return,), statements.return_value),
    "sign": ((ast.UnaryOp,), expressions.sign),
    "slice_bound": ((ast.Slice,), calls.slice_bound),
    "swapped_arguments": ((ast.Call,), calls.swapped_arguments),
    "swapped_branches": ((ast.IfExp,), expressions.swapped_branches),
    "swapped_items": ((ast.Tuple,), calls.swapped_items),
    "swapped_operands": ((ast.BinOp,), expressions.swapped_operands),
    "wrong_attribute": ((ast.Attribute,), expressions.wrong_attribute),
    "wrong_exception": ((ast.Name,), statements.wrong_exception),
    "wrong_function": ((ast.Call,), calls.wrong_function),
    "wrong_variable": ((ast.Name,), expressions.wrong_variable),
}
"""Name of every operator, the nodes it looks at, and its rule."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A program that differs from its original by one edit.

    Attributes:
        operator: name of the operator, a key of :data:`OPERATORS`.
        start, end: the characters ``original[start:end]`` were replaced.
        before: the replaced text.
        after: the text in its place.
        source: the mutated program.
        line, column: place of ``start`` in the original; line from 1, column from 0, in characters.
        end_line, end_column: place of ``end``.
        function: qualified name of the function or class it is in; empty at the top of the module.
        token_distance: tokens inserted, deleted or replaced; comments and line breaks don't count, a changed
            indentation counts as one.
    """

    operator: str
    start: int
    end: int
    before: str
    after: str
    source: str
    line: int
    column: int
    end_line: int
    end_column: int
    function: str
    token_distance: int

    def __str__(self) -> str:
        before, after = (" ".join(text.split()) or "nothing" for text in (self.before, self.after))
        return f"line {self.line}, {self.operator}: {before} → {after}"


def mutants(
    source: str,
    functions: Collection[str] | None = None,
    *,
    operators: Collection[str] | None = None,
    sample: int | None = None,
    seed: int = 0,
) -> list[Mutant]:
    """Every single-edit mutant of a program that compiles, and to code that no other one has.

    Args:
        source: the program.
        functions: only within these functions or classes, by qualified name (``Basket`` takes in
            ``Basket.add``); everything if None.
        operators: only by these operators; all of them if None.
        sample: at most so many, drawn by ``seed``; all of them if None.
        seed: of the sample; the same seed gives the same sample.

    Returns:
        Mutants in order of the text, then of the operator's name.

    Raises:
        SyntaxError: the program does not compile.
        ValueError: an unknown operator, or a NUL character in the program.
    """
    unknown = set(operators or ()) - OPERATORS.keys()
    if unknown:
        raise ValueError(f"unknown operators {sorted(unknown)}: known are {', '.join(OPERATORS)}")
    program = ScopedProgram(source)
    edits = _edits(program, functions, OPERATORS.keys() if operators is None else operators)
    found = list(_distinct(program, edits))
    if sample is None or sample >= len(found):
        return found
    chosen = sorted(random.Random(seed).sample(range(len(found)), sample))
    return [found[index] for index in chosen]


def _edits(
    program: ScopedProgram, functions: Collection[str] | None, operators: Collection[str]
) -> list[tuple[Edit, str, str]]:
    """Edit, operator and function, in order."""
    rules = [(name, *OPERATORS[name]) for name in sorted(operators)]
    found = []
    for node in _visible(program.tree):
        function = program.function_of(node)
        if functions is not None and not _is_within(function, functions):
            continue
        for name, types, rule in rules:
            if isinstance(node, types):
                found += [(edit, name, function) for edit in rule(program, node)]
    return sorted(found, key=lambda item: (item[0].start, item[0].end, item[1], item[0].text))


def _is_within(function: str, wanted: Collection[str]) -> bool:
    return any(function == name or function.startswith(f"{name}.") for name in wanted)


def _visible(tree: ast.Module) -> Iterator[ast.AST]:
    """Nodes that a mutant may change: what the program does, not what it says to its readers."""
    stack: list[ast.AST] = [tree]
    while stack:
        node = stack.pop()
        yield node
        hidden = _hidden_fields(node)
        for name, value in ast.iter_fields(node):
            if name not in hidden:
                children = value if isinstance(value, list) else [value]
                stack += [child for child in children if isinstance(child, ast.AST) and not _is_hidden(child)]


def _hidden_fields(node: ast.AST) -> tuple[str, ...]:
    """Annotations, words of an error, arguments that no test can see."""
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in EXCEPTIONS:
        return ("args", "keywords")
    if isinstance(node, ast.Assert):
        return ("msg",)
    if isinstance(node, ast.keyword) and node.arg in SILENT_KEYWORDS:
        return ("value",)
    return ("annotation", "returns", "decorator_list", "type_params")


def _is_hidden(node: ast.AST) -> bool:
    """Docstrings, and f-strings: up to Python 3.11 the parser misplaces what stands in them."""
    text_alone = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return text_alone or isinstance(node, ast.JoinedStr)


def _distinct(program: ScopedProgram, edits: list[tuple[Edit, str, str]]) -> Iterator[Mutant]:
    seen = {_meaning(program.text)}
    for edit, operator, function in edits:
        source = program.text[: edit.start] + edit.text + program.text[edit.end :]
        try:
            meaning = _meaning(source)
        except SyntaxError:  # not every edit fits its place
            continue
        if meaning in seen:
            continue
        seen.add(meaning)
        yield Mutant(
            operator, edit.start, edit.end, program.text[edit.start : edit.end], edit.text, source,
            *program.place(edit.start), *program.place(edit.end), function, program.distance(edit),
        )  # fmt: skip


def _meaning(source: str) -> Code:
    """What a program compiles to, without its lines.

    Two programs with the same code behave the same, even where their syntax trees differ.

    Raises:
        SyntaxError: the program does not compile.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return _code(compile(source, "<mutant>", "exec", dont_inherit=True))


def _code(code: CodeType) -> Code:
    # 1, 1.0 and True are equal but not the same constant: their text tells them apart.
    constants = tuple(_code(c) if isinstance(c, CodeType) else repr(c) for c in code.co_consts)
    names = (code.co_name, code.co_names, code.co_varnames, code.co_freevars, code.co_cellvars)
    counts = (code.co_argcount, code.co_posonlyargcount, code.co_kwonlyargcount, code.co_flags)
    return code.co_code, code.co_exceptiontable, constants, names, counts
