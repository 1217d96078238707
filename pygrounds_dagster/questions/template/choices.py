"""Questions about programs: what one prints, how it ends, what a function of it returns.

Here: what is asked about a program, and what single slips would make of it: the wrong options. Everything is
executed in the judge. Not here: finding programs (``material``), choosing three wrong options (``options``),
errors and what they mean (``errors``), terms (``meanings``).
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from typing import TypeGuard

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.problems.mutants import Mutant, mutants
from pygrounds_dagster.problems.mutants.program import Program, parse
from pygrounds_dagster.questions.attempts import Attempt, attempts
from pygrounds_dagster.questions.difficulty import estimate
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.constructs import Neighbours
from pygrounds_dagster.questions.template.drivers import Used, new_inputs, used_functions
from pygrounds_dagster.questions.template.errors import error_options, meaning_of, name_of
from pygrounds_dagster.questions.template.material import Material, materials
from pygrounds_dagster.questions.template.meanings import Asked
from pygrounds_dagster.questions.template.options import Wrong, choose
from pygrounds_dagster.questions.template.programs.model import draw, shuffled
from pygrounds_dagster.questions.template.variants import bare
from pygrounds_dagster.questions.tracing import Trace, trace

MUTANTS = 12
"""Single slips tried for a program."""

_MOST_LINES = 3
_MOST_WIDTH = 48
_MOST_CODE = 22
_ERRORS = 2
"""Questions about errors from one program's slips."""

_COUNTING = {"range", "round", "enumerate", "islice"}
"""Calls whose numbers are read wrongly."""

_MOST_CALL = 60
_CALLS = 4
"""New calls of a function that are tried until one gives something new."""


@dataclass(frozen=True, slots=True)
class _Program:
    """A program that is asked about.

    Attributes:
        code: as it is shown.
        chunk_ids: what it was made from.
        elsewhere: subtopic of another topic whose constructs it uses.
        seed: of the choices.
    """

    code: str
    chunk_ids: tuple[str, ...]
    elsewhere: str
    seed: int


def asked_about_programs(source: SubtopicSource, seed: int) -> Iterator[Asked]:
    """Questions about a subtopic's programs: those that show an error in turn with those that do not.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``tracing.trace``.
    """
    neighbours = Neighbours(source)
    errors: Counter[str] = Counter()
    broken = _broken(source, neighbours, errors, seed)
    sound = _sound(source, neighbours, errors, seed)
    yield from (one for one in chain.from_iterable(zip_longest(sound, broken)) if one is not None)


def _broken(
    source: SubtopicSource, neighbours: Neighbours, errors: Counter[str], seed: int
) -> Iterator[Asked]:
    """The text's own programs with an error."""
    for chunk in source.code:
        if not name_of(chunk.expected_output.rpartition("\n")[2]):
            continue
        try:
            program = _program(bare(chunk.code), (chunk.chunk_id,), neighbours, seed)
        except SyntaxError:  # it shows a syntax error
            continue
        seen = trace(program.code) if program is not None else None
        if program is not None and seen is not None and seen.ended == "raised":
            errors[name_of(seen.error)] += 1
            level = estimate(program.code, seen.total).difficulty
            yield from _about_error(program, program.code, seen.error, level)


def _sound(
    source: SubtopicSource, neighbours: Neighbours, errors: Counter[str], seed: int
) -> Iterator[Asked]:
    called: set[str] = set()
    for one in materials(source, seed, "pre_assessment"):
        program = _program(one.code, one.chunk_ids, neighbours, seed)
        if program is None:
            continue
        slips = _slips(program.code, program.seed)
        ends = attempts([slip.source for slip in slips])
        yield from _about_output(program, one.seen, slips, ends)
        yield from _about_slips(program, slips, ends, errors)
        for used in _asked_functions(one):
            if used.text not in called:
                called.add(used.text)
                yield from _about_call(program, used)


def _program(code: str, chunk_ids: tuple[str, ...], neighbours: Neighbours, seed: int) -> _Program | None:
    """The program, if it is short and another topic has something in it; else None."""
    lines = [line for line in code.splitlines() if line.strip()]
    elsewhere = neighbours.nearest(parse(code))
    if len(lines) > _MOST_CODE or elsewhere is None:
        return None
    return _Program(code, chunk_ids, elsewhere, draw(seed, code))


def _slips(code: str, seed: int) -> list[Mutant]:
    """Some single slips that a reader could make, too: none in what is merely copied from the data."""
    program = Program(code)
    data = {program.span(node)[0] for node in ast.walk(program.tree) if _is_data(node, program)}
    found = [slip for slip in mutants(code) if slip.start not in data and slip.before != "print"]
    return sorted(shuffled(found, seed)[:MUTANTS], key=lambda slip: (slip.start, slip.end, slip.after))


def _is_data(node: ast.AST, program: Program) -> TypeGuard[ast.Constant]:
    """Texts, and numbers that stand in collections, at the top in assignments, or in calls made there."""
    if not isinstance(node, ast.Constant):
        return False
    match program.parents[node]:
        case ast.List() | ast.Tuple() | ast.Set() | ast.Dict():
            return True
        case ast.Assign() | ast.Call() | ast.keyword() | ast.UnaryOp():
            called = isinstance(parent := program.parents[node], ast.Call) and _name(parent) in _COUNTING
            return isinstance(node.value, str) or not (called or program.function_of(node))
    return isinstance(node.value, str)


def _name(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


# --- what it prints ---------------------------------------------------------------------------------------


def _about_output(
    program: _Program, seen: Trace, slips: Sequence[Mutant], ends: Sequence[Attempt]
) -> Iterator[Asked]:
    lines = seen.stdout.rstrip("\n").split("\n")
    whole = len(lines) <= _MOST_LINES and all(len(line) <= _MOST_WIDTH for line in lines)
    key = _shown(seen.stdout, whole)
    wrong = [
        Wrong(text, _slip(program.code, slip))
        for slip, end in zip(slips, ends, strict=True)
        if end.ended == "ok" and _fits(text := _shown(end.stdout, whole), whole)
    ]
    chosen = choose(key, wrong, program.seed) if key.strip() and _fits(key, whole) else None
    if chosen is None:
        return
    told = "It prints" if whole else "Its last line is"
    yield Asked(
        "What does this program print?" if whole else "Which line does this program print last?",
        program.code,
        key,
        tuple(chosen),
        _explained(f"{told} {_quoted(key)}.", chosen),
        program.elsewhere,
        program.chunk_ids,
        estimate(program.code, seen.total).difficulty,
    )


def _shown(stdout: str, whole: bool) -> str:
    """What is compared: all that was printed, or its last line."""
    text = stdout.rstrip()
    return text if whole else text.rpartition("\n")[2]


def _fits(text: str, whole: bool) -> bool:
    lines = text.split("\n")
    return len(lines) <= (_MOST_LINES if whole else 1) and all(len(line) <= _MOST_WIDTH for line in lines)


def _quoted(text: str) -> str:
    return " / ".join(f"`{line.strip()}`" for line in text.splitlines() if line.strip())


def _explained(first: str, chosen: Sequence[Wrong]) -> str:
    return " ".join([first, *(f"{_quoted(one.text)} would be right {one.why}." for one in chosen)])


def _slip(code: str, slip: Mutant) -> str:
    """What a single slip is, as the end of a sentence."""
    before, after = slip.before.strip(), slip.after.strip()
    short = max(len(before), len(after)) <= 24 and "\n" not in before + after and "`" not in before + after
    if short and before and after and before not in after and after not in before:
        return f"with `{after}` instead of `{before}` in line {slip.line}"
    line = slip.source.split("\n")[slip.line - 1 : slip.line]
    fewer = slip.source.count("\n") < code.count("\n")
    if fewer or not line or not line[0].strip() or line[0].strip() == "pass":
        return f"without line {slip.line}"
    return f"if line {slip.line} were `{line[0].strip()}`"


# --- how it ends ------------------------------------------------------------------------------------------


def _about_error(program: _Program, code: str, error: str, level: Difficulty) -> Iterator[Asked]:
    name = name_of(error)
    chosen = choose(name, error_options(code, name), program.seed, code) if name else None
    if chosen is None:
        return
    others = " ".join(f"`{one.text}` {one.why}." for one in chosen)
    yield Asked(
        "Which error does this program end with?",
        code,
        name,
        tuple(chosen),
        f"It ends with `{error.strip().rstrip('.')}`. `{name}` {meaning_of(name)}. {others}",
        program.elsewhere,
        program.chunk_ids,
        level,
    )


def _about_slips(
    program: _Program, slips: Sequence[Mutant], ends: Sequence[Attempt], errors: Counter[str]
) -> Iterator[Asked]:
    """Programs that one slip makes end with an error: with two different ones, least asked about first."""
    first: dict[str, tuple[Mutant, Attempt]] = {}
    for slip, end in zip(slips, ends, strict=True):
        name = name_of(end.error) if end.ended == "raised" and " at 0x" not in end.error else ""
        if name and slip.source.strip() and slip.operator != "dropped_statement":
            first.setdefault(name, (slip, end))
    # No error may be right so often that it is a good guess.
    limit = 2 + sum(errors.values()) // 4
    rare = sorted(first, key=lambda name: (errors[name], draw(program.seed, name)))
    for name in [name for name in rare if errors[name] < limit][:_ERRORS]:
        slip, end = first[name]
        errors[name] += 1
        level = estimate(slip.source, len(end.lines)).difficulty
        yield from _about_error(program, slip.source, end.error, level)


# --- what a call returns ----------------------------------------------------------------------------------


def _asked_functions(one: Material) -> list[Used]:
    """Functions that return something and print nothing."""
    tree = parse(one.code)
    return [used for used in used_functions(one.code, tree, one.seen) if "print(" not in used.text]


def _about_call(program: _Program, used: Used) -> Iterator[Asked]:
    """A call that the text does not make, of a function of the program."""
    inputs = new_inputs(used, _CALLS, program.seed)
    calls = [f"{used.name}({', '.join(map(repr, values))})" for values in inputs]
    calls = [call for call in calls if len(call) <= _MOST_CALL]
    given = attempts([_asking(used.text, call) for call in calls])
    found = [
        (call, end) for call, end in zip(calls, given, strict=True) if _one_line(end) not in ("", "None")
    ]
    if not found:
        return
    call, end = found[0]
    key = _one_line(end)
    slips = _slips(used.text, draw(program.seed, call))
    ends = attempts([_asking(slip.source, call) for slip in slips])
    texts = ((slip, _one_line(end)) for slip, end in zip(slips, ends, strict=True))
    wrong = [Wrong(text, _slip(used.text, slip), int(text == "None")) for slip, text in texts if text]
    chosen = choose(key, wrong, program.seed, call)
    if chosen is None:
        return
    yield Asked(
        f"What does `{call}` return?",
        used.text,
        key,
        tuple(chosen),
        _explained(f"`{call}` returns `{key}`.", chosen),
        program.elsewhere,
        program.chunk_ids,
        estimate(used.text, len(end.lines)).difficulty,
    )


def _asking(code: str, call: str) -> str:
    return f"{code}\nprint(repr({call}))\n"


def _one_line(end: Attempt) -> str:
    """What was printed, if it ended well with one short line; else nothing."""
    text = end.stdout.rstrip("\n")
    return text if end.ended == "ok" and "\n" not in text and len(text) <= _MOST_WIDTH else ""
