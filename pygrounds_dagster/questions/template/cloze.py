"""Cloze: fill the gaps of a program.

Here: where the gaps are: at what the subtopic is about, told by what its programs use and others don't. Not
here: finding programs (``material``), which other tokens do the same (``admission``).
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pygrounds_dagster.problems.mutants.program import Program
from pygrounds_dagster.questions.bodies import ClozeBody
from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.source import CodeChunk, SubtopicSource
from pygrounds_dagster.questions.template.material import Material, materials
from pygrounds_dagster.questions.template.programs.model import draw
from pygrounds_dagster.questions.template.telling import told
from pygrounds_dagster.questions.template.variants import replaced

MOST_LINES = 20

_KEYWORDS = {"return", "yield", "break", "continue", "not", "raise", "while", "if", "elif", "for", "global",
             "nonlocal", "await", "lambda", "with", "except", "del"}  # fmt: skip
_BASE: Mapping[str, float] = {
    "method": 1.2, "operator": 1.1, "function": 0.9, "keyword": 0.7, "name": 0.5, "number": 0.4,
}  # fmt: skip
"""How much a gap of a kind teaches, before what the subtopic is about is counted."""

_COUNTING = (ast.Subscript, ast.Slice, ast.BinOp, ast.Call, ast.UnaryOp)
"""Where a number is worth asking for."""

_GIVEN = {"print", "__init__", "self", "super", "range"}
_OPENERS = {"for", "if", "while", "with", "elif", "except"}
"""Words that the rest of their line gives away."""

_NEAR = 0.6
"""Share of the score that chance may add, so that programs of one kind get different gaps."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A token that could be a gap."""

    start: int
    end: int
    line: int
    kind: str
    text: str


def cloze_candidates(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Candidates for a subtopic, best first.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``material.materials``.
    """
    telling = _telling(source)
    for material in materials(source, seed, "cloze"):
        if sum(1 for line in material.code.splitlines() if line.strip()) <= MOST_LINES:
            gaps = _chosen(material, telling, seed)
            if gaps:
                yield _candidate(material, gaps, seed)


def _telling(source: SubtopicSource) -> Mapping[str, float]:
    """Token → how much it belongs to the subtopic, from 0 to 1: its share of own programs, less elsewhere."""
    own, others = _shares(source.code), _shares((*source.related_code, *source.elsewhere_code))
    return {text: max(0.0, share - 0.7 * others.get(text, 0.0)) for text, share in own.items()}


def _shares(chunks: Iterable[CodeChunk]) -> Mapping[str, float]:
    """Token → share of the programs that use it."""
    counts: Counter[str] = Counter()
    total = 0
    for chunk in chunks:
        try:
            places = list(_places(Program(chunk.code)))
        except (SyntaxError, ValueError):  # shown because it is wrong
            continue
        total += 1
        counts.update({place.text for place in places})
    return {text: count / total for text, count in counts.items()}


# --- places -----------------------------------------------------------------------------------------------


def _places(program: Program) -> Iterator[_Place]:
    """Tokens that could be gaps, outside of texts."""
    words = Counter(token.text for token in program.tokens)
    for node in ast.walk(program.tree):
        if any(isinstance(outer, ast.JoinedStr) for outer in (node, *program.ancestors(node))):
            continue  # up to Python 3.11 what stands in an f-string has no right place
        for start, end, kind in _of_node(program, node, words):
            yield _Place(start, end, program.place(start)[0], kind, program.text[start:end])
    for token in program.tokens:
        if token.text in _KEYWORDS:
            yield _Place(token.start, token.end, program.place(token.start)[0], "keyword", token.text)


def _of_node(program: Program, node: ast.AST, words: Mapping[str, int]) -> Iterator[tuple[int, int, str]]:
    """Start, end and kind of the gaps that a node could have."""
    sides = _sides(node)
    if sides:
        yield (*program.operator_between(*sides), "operator")
        return
    match node:
        case ast.Call(func=ast.Attribute(attr=name) as function) if name not in _GIVEN:
            end = program.span(function)[1]
            yield end - len(name), end, "method"
        case ast.Call(func=ast.Name(id=name) as function) if name not in _GIVEN:
            known = hasattr(builtins, name) or words[name] > 2
            yield from [(*program.span(function), "function")] if known else []
        case ast.Name(id=name, ctx=ast.Load()) if words[name] > 2 and name not in _GIVEN:
            parent = program.parents[node]
            if not isinstance(parent, ast.Call) or parent.func is not node:
                yield (*program.span(node), "name")
        case ast.Constant(value=int()) if not isinstance(node.value, bool):
            if isinstance(program.parents[node], _COUNTING):
                yield (*program.span(node), "number")


def _sides(node: ast.AST) -> tuple[ast.expr, ast.expr] | None:
    """What stands left and right of a node's only operator."""
    match node:
        case ast.BinOp(left=left, right=right) | ast.Compare(left=left, comparators=[right]):
            return left, right
        case ast.BoolOp(values=[left, right]) | ast.AugAssign(target=left, value=right):
            return left, right
    return None


def _chosen(material: Material, telling: Mapping[str, float], seed: int) -> list[_Place]:
    """The gaps of a program: at most one in a line, at most one number, in order."""
    program = Program(material.code)
    executed = material.seen.lines or {}
    places = {place.start: place for place in _places(program) if place.line in executed}
    ranked = sorted(places.values(), key=lambda place: -_score(place, telling, material.code, seed))
    count = 1 + draw(material.code, "gaps", seed) % 3
    found: list[_Place] = []
    for place in ranked:
        lines, texts = {gap.line for gap in found}, {gap.text for gap in found}
        second_number = place.kind == "number" and any(gap.kind == "number" for gap in found)
        if place.line not in lines and place.text not in texts and not second_number:
            found.append(place)
        if len(found) == count:
            break
    return sorted(found, key=lambda place: place.start)


def _score(place: _Place, telling: Mapping[str, float], code: str, seed: int) -> float:
    chance = draw(place.start, code, seed) / 2**64
    base = _BASE[place.kind] / (2 if place.text in _OPENERS else 1)
    return base + telling.get(place.text, 0.0) + _NEAR * chance


def _candidate(material: Material, gaps: list[_Place], seed: int) -> Candidate:
    edits = [(gap.start, gap.end, f"{{{{{number}}}}}") for number, gap in enumerate(gaps, start=1)]
    count = {1: "the gap", 2: "the two gaps", 3: "the three gaps"}[len(gaps)]
    body = ClozeBody(
        question_text=f"Fill {count}, so that the program prints the output shown.",
        code=replaced(material.code, edits),
        answers=tuple((gap.text,) for gap in gaps),
        expected_output=material.seen.stdout.rstrip("\n"),
        explanation=told(material.code, material.seen),
    )
    return Candidate(
        body,
        material.topics[:3],
        chunk_ids=material.chunk_ids,
        claimed_difficulty=material.difficulty,
        seed=seed,
    )
