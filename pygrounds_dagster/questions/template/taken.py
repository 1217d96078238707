"""Functions that a subtopic brings along: of its programs, and of problems that name it.

Here: which of them can be asked for, with what words and inputs. Not here: running them (``hangman``).

A function of a program is taken if its docstring says what it does, it stands on its own, and the program
calls it with plain values; further inputs are made from those.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from itertools import product
from typing import Any

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.problems.model import Problem
from pygrounds_dagster.questions.difficulty import estimate
from pygrounds_dagster.questions.source import CodeChunk, SubtopicSource
from pygrounds_dagster.questions.template.programs import Call, Program

_STEPS = 30
_MOST_CALLS = 9
_MOST_TEXT = 700
"""Characters of a statement that fits a card."""

_LEAST_WORDS = 4


def taken_programs(source: SubtopicSource) -> list[tuple[Difficulty, Program]]:
    """Functions of the source's programs and problems, as programs to ask for."""
    found: dict[str, Program] = {}
    for problem in source.problems:
        for program in _of_problem(problem, source.key):
            found.setdefault(program.code, program)
    for chunk in source.code:
        for program in _of_chunk(chunk, source.key):
            found.setdefault(program.code, program)
    return [(estimate(program.code, _STEPS).difficulty, program) for program in found.values()]


# --- problems ---------------------------------------------------------------------------------------------


def _of_problem(problem: Problem, subtopic: str) -> Iterator[Program]:
    """The reference of a problem whose tests are plain calls; a problem belongs to its first subtopic."""
    if problem.kind != "function" or problem.topics[0] != subtopic or not problem.entry:
        return
    calls = list(
        dict.fromkeys(repr(call) for test in problem.tests if (call := _plain_call(test, problem.entry)))
    )
    task = _statement(problem.statement)
    if len(calls) < _MOST_CALLS // 2 or not task or len(task) > _MOST_TEXT:
        return
    chosen = sorted(calls[1:], key=len)[: 2 * _MOST_CALLS]
    given = tuple(ast.literal_eval(text) for text in [calls[0], *chosen])
    yield Program(
        f"problem {problem.id}",
        problem.entry,
        problem.reference.source,
        task,
        _docstring(problem.reference.source, problem.entry)
        or f"The solution follows the task: {_first(task)}",
        given,
        tuple(dict.fromkeys((subtopic, *problem.topics))),
        problem_id=problem.id,
    )


def _plain_call(test: Any, entry: str) -> Call | None:
    call = test.call
    if call is None or call.name != entry or call.kwargs or not test.has_expected:
        return None
    try:
        ast.literal_eval(repr(tuple(call.args)))
    except (ValueError, SyntaxError):  # a value that cannot be written down
        return None
    return tuple(call.args)


def _statement(markdown: str) -> str:
    """The paragraphs of a statement before its first heading below the title and its first sample."""
    lines: list[str] = []
    for line in markdown.splitlines():
        if line.startswith("# "):
            continue
        if line.startswith(("#", "```", "|")):
            break
        lines.append(line.strip())
    text = " ".join(" ".join(lines).split())
    return "" if text.endswith(":") else text


# --- programs of the text ---------------------------------------------------------------------------------


def _of_chunk(chunk: CodeChunk, subtopic: str) -> Iterator[Program]:
    if chunk.subtopic_key != subtopic:
        return
    try:
        tree = ast.parse(chunk.code)
    except SyntaxError:  # a program that shows an error
        return
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _stands_alone(node, tree):
            calls = _calls_of(node, tree)
            told = ast.get_docstring(node) or ""
            if calls and len(told.split()) >= _LEAST_WORDS:
                yield _chunk_program(chunk, subtopic, node, calls, told)


def _chunk_program(
    chunk: CodeChunk, subtopic: str, node: ast.FunctionDef, calls: list[Call], told: str
) -> Program:
    node.body = node.body[1:] if len(node.body) > 1 else node.body
    task = " ".join(told.split())
    task += "" if task.endswith(".") else "."
    return Program(
        f"chunk {chunk.chunk_id}",
        node.name,
        ast.unparse(node) + "\n",
        f"It does this: {task[0].lower()}{task[1:]}",
        f"The solution is the one of the section “{chunk.heading}”. {task}",
        tuple(_more(calls)),
        (subtopic,),
        chunk_ids=(chunk.chunk_id,),
    )


def _stands_alone(node: ast.FunctionDef, tree: ast.Module) -> bool:
    """Whether a function returns something and uses no other name of its module."""
    own = {each.id for each in ast.walk(node) if isinstance(each, ast.Name)} - {
        argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)
    }
    others = {name for other in tree.body if other is not node for name in _bound(other)}
    printed = any(
        isinstance(each, ast.Name) and each.id in ("print", "input", "open") for each in ast.walk(node)
    )
    returned = any(isinstance(each, ast.Return) and each.value is not None for each in ast.walk(node))
    return returned and not printed and not own & others and not node.decorator_list


def _bound(statement: ast.stmt) -> Iterator[str]:
    for node in ast.walk(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.FunctionDef | ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name


def _calls_of(node: ast.FunctionDef, tree: ast.Module) -> list[Call]:
    """Arguments of the program's own calls of a function that are plain values, given by position."""
    found: list[Call] = []
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Name) or call.func.id != node.name:
            continue
        try:
            given = tuple(ast.literal_eval(argument) for argument in call.args)
        except (ValueError, TypeError, SyntaxError):  # not plain
            continue
        if given and not call.keywords and given not in found:
            found.append(given)
    return found


def _more(calls: Sequence[Call]) -> list[Call]:
    """The calls, and others with values near theirs, one argument at a time and in new pairs."""
    found = {repr(call): call for call in calls}
    for call in calls:
        for place, value in enumerate(call):
            for other in _near(value):
                new = (*call[:place], other, *call[place + 1 :])
                found.setdefault(repr(new), new)
    for call in product(*zip(*[c for c in calls if len(c) == len(calls[0])], strict=True)):
        found.setdefault(repr(call), call)
    return list(found.values())[:_MOST_CALLS]


def _near(value: Any) -> list[Any]:
    match value:
        case bool() | None:
            return [not value]
        case int():
            return [value + 1, value * 2 + 3, max(0, value - 2)]
        case float():
            return [value + 0.5, value * 3]
        case str():
            return [value[::-1], value + value[:2], value[1:] or value]
        case list() if value:
            return [value[::-1], value[1:] or value, [*value, value[0]], [*_near(value[0])[:1], *value[1:]]]
        case dict() if value:
            items = list(value.items())
            return [dict(items[::-1]), dict([*items[1:], items[0]])]
    return []


def _docstring(code: str, entry: str) -> str:
    for node in ast.parse(code).body:
        if isinstance(node, ast.FunctionDef) and node.name == entry:
            return " ".join((ast.get_docstring(node) or "").split())
    return ""


def _first(text: str) -> str:
    head, stop, _rest = text.partition(". ")
    return head + "." if stop else text
