"""Short programs that ran to their end: what the questions about shown programs are made from.

Here: finding them for a subtopic: its own programs, parts of these, the same with other data, its functions
with other inputs, programs put together from parts; running each; keeping those that differ enough. Not here:
the questions.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations, islice, zip_longest
from typing import Any

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.bodies import OutputPredictionBody
from pygrounds_dagster.questions.difficulty import estimate
from pygrounds_dagster.questions.identity import LEAST_JACCARD, jaccard, shingles
from pygrounds_dagster.questions.model import DIFFICULTIES, Wanted
from pygrounds_dagster.questions.source import CodeChunk, SubtopicSource
from pygrounds_dagster.questions.teaching import constructs
from pygrounds_dagster.questions.template.drivers import inlined, used_functions, with_new_uses
from pygrounds_dagster.questions.template.programs import programs_for
from pygrounds_dagster.questions.template.programs.model import Program as Composed
from pygrounds_dagster.questions.template.programs.model import draw, shuffled
from pygrounds_dagster.questions.template.slices import binds, slices
from pygrounds_dagster.questions.template.variants import bare, variant
from pygrounds_dagster.questions.tracing import Trace, trace

MOST_LINES = 25
MOST_OUTPUT = 8
MOST_EXECUTED = 300

_ROUNDS = 4
_LONGEST_CALL = 90
_SHORT = 7
_LEAST_ITEMS = 2
_WIDE = 78
_MANY_DECIMALS = re.compile(r"\d\.\d{5}")
"""Results that nobody works out by head."""

_WHOLE = {"trace", "parsons", "pre_assessment"}
"""Games for which a program must be one whole: what stands before must matter for what comes after."""

_NOTHING = {"[]", "{}", "0", "0.0", "()", "set()", "''", "", "None", "False"}
_ALIKE = LEAST_JACCARD - 0.04
"""Programs more alike than this, names and question apart, are not both used."""


@dataclass(frozen=True, slots=True)
class Material:
    """A program and what it did.

    Attributes:
        code: as it is shown.
        seen: its run.
        shown_before: whether the text shows it, with its output.
        chunk_ids: chunks that it comes from.
        topics: subtopics, the one it was made for first.
        difficulty: estimated from the program and its run.
    """

    code: str
    seen: Trace
    shown_before: bool
    chunk_ids: tuple[str, ...]
    topics: tuple[str, ...]
    difficulty: Difficulty


@dataclass(frozen=True, slots=True)
class _Draft:
    """A program that was not run yet."""

    code: str
    shown_before: bool
    chunk_ids: tuple[str, ...]
    topics: tuple[str, ...]


def materials(source: SubtopicSource, seed: int, purpose: str) -> Iterator[Material]:
    """Programs for a subtopic, best first, lazily; no two of them are much alike.

    What can be of no wanted difficulty is not run.

    Args:
        source: what the subtopic offers.
        seed: of the choices.
        purpose: the game they are for; another one gets others first.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: a run that says nothing about its program.
    """
    known: list[frozenset[str]] = []
    for draft in _drafts(source, seed, purpose):
        if not source.wanted:
            return
        is_long = sum(1 for line in draft.code.splitlines() if line.strip()) > MOST_LINES
        if is_long or source.ahead & constructs(draft.code) or not _may_be(draft.code, source.wanted):
            continue
        mine = shingles(
            OutputPredictionBody(question_text="?", code=draft.code, expected_output="?", explanation="?")
        )
        if any(jaccard(mine, other) >= _ALIKE for other in known):
            continue
        seen = trace(draft.code)
        if is_usable(seen):
            known.append(mine)
            level = estimate(draft.code, seen.total).difficulty
            yield Material(draft.code, seen, draft.shown_before, draft.chunk_ids, draft.topics, level)


def _may_be(code: str, wanted: Wanted) -> bool:
    """Whether a program can be of a wanted difficulty, however many of its lines are executed."""
    try:
        ends = [DIFFICULTIES.index(estimate(code, steps).difficulty) for steps in (0, MOST_EXECUTED)]
    except SyntaxError:  # running it will tell
        return True
    return any(level in wanted for level in DIFFICULTIES[min(ends) : max(ends) + 1])


def is_usable(seen: Trace) -> bool:
    """Whether a person can follow a run and write down what it printed."""
    lines = seen.stdout.rstrip("\n").split("\n")
    ended = seen.ended == "ok" and not seen.stderr and not set(lines) <= _NOTHING
    ended = ended and not _MANY_DECIMALS.search(seen.stdout)
    return ended and len(lines) <= MOST_OUTPUT and len(seen.stdout) <= 300 and seen.total <= MOST_EXECUTED


def _drafts(source: SubtopicSource, seed: int, purpose: str) -> Iterator[_Draft]:
    """Own programs and composed ones take turns; two in one come last, where both parts are asked for."""
    parts = (source.key, seed, purpose)
    own = _of_chunks(source.code, source.key, parts)
    programs = programs_for(source.key, source.later, source.ahead)
    composed = (_composed(program, source, parts) for _level, program in programs)
    for row in zip_longest(own, composed):
        yield from (draft for draft in row if draft is not None)
    if purpose not in _WHOLE:
        yield from _joined(source, parts)


def _of_chunks(chunks: tuple[CodeChunk, ...], key: str, parts: tuple[object, ...]) -> Iterator[_Draft]:
    """One draft of each program, then the next of each, and so on."""
    columns = [_of_chunk(chunk, key, parts) for chunk in chunks]
    while columns:
        left = []
        for column in columns:
            draft = next(column, None)
            if draft is not None:
                left.append(column)
                yield draft
        columns = left


def _of_chunk(chunk: CodeChunk, key: str, parts: tuple[object, ...]) -> Iterator[_Draft]:
    """Everything that can be made of one program, the plainest first; nothing if it does not run."""
    try:
        code = bare(chunk.code)
        tree = parse(code)
    except (SyntaxError, ValueError, IndentationError):  # shown because it is wrong
        return
    topics = tuple(dict.fromkeys((key, chunk.subtopic_key)))
    seen = _seen(code)
    if seen.ended != "ok":
        return
    texts = list(islice(_texts(code, tree, seen, chunk.chunk_id, parts), 60))
    for text in texts:
        yield _Draft(text, text.strip() == chunk.code.strip(), (chunk.chunk_id,), topics)


@lru_cache(maxsize=256)
def _seen(code: str) -> Trace:
    """The run of a program of the text, which every game and seed begins with."""
    return trace(code)


def _texts(
    code: str, tree: ast.Module, seen: Trace, chunk_id: str, parts: tuple[object, ...]
) -> Iterator[str]:
    functions = used_functions(code, tree, seen)
    pieces = slices(code, tree)
    for number in range(_ROUNDS):
        ways = [
            [variant(code, chunk_id, number, *parts)],
            [variant(piece, chunk_id, number, *parts) for piece in pieces[number::_ROUNDS]],
            *(list(with_new_uses(used, chunk_id, number, *parts)) for used in functions),
        ]
        for row in zip_longest(*ways):
            yield from (text for text in row if text is not None)
        if number == 0:
            yield code


def _joined(source: SubtopicSource, parts: tuple[object, ...]) -> Iterator[_Draft]:
    """Two short programs, one after the other, that share no names."""
    short: list[tuple[CodeChunk, str, set[str]]] = []
    for chunk in source.code:
        try:
            code = bare(chunk.code)
            names = set().union(*(binds(statement) for statement in parse(code).body))
        except (SyntaxError, ValueError):  # shown because it is wrong
            continue
        if code.count("\n") <= _SHORT and not chunk.expected_output.rstrip().endswith(("Error", "Warning")):
            short.append((chunk, code, names))
    for number, (one, other) in enumerate(shuffled(list(combinations(short, 2)), *parts)):
        if not one[2] & other[2]:
            text = variant(f"{one[1]}\n{other[1]}", "joined", number, *parts)
            yield _Draft(text, False, (one[0].chunk_id, other[0].chunk_id), (source.key,))


def _composed(program: Composed, source: SubtopicSource, parts: tuple[object, ...]) -> _Draft | None:
    """A composed function with a call or two of short data."""
    calls = [repr(call) for call in map(_shortened, program.calls) if not any(map(_is_little, call))]
    calls = sorted({call for call in calls if 8 <= len(call) <= _LONGEST_CALL}, key=len)[-4:]
    if not calls:
        return None
    chosen = shuffled(calls, program.code, *parts)
    code = bare(program.code)
    way = draw(program.code, "way", *parts) % 4
    script = inlined(code, ast.literal_eval(chosen[0])) if way < 2 else ""
    written = [f"{program.name}({call[1:-1].rstrip(',')})" for call in chosen]
    lines = [f"result = {written[0]}", "print(result)"]
    if way == 2 or len(written[0]) > _WIDE:
        lines = [f"print({text})" for text in written[:2]]
    named = dict.fromkeys((source.key, *program.topics))
    topics = tuple(key for key in named if key not in source.later)[:3]
    text = script or code.rstrip("\n") + "\n\n" + "\n".join(lines) + "\n"
    return _Draft(text, False, program.chunk_ids, topics)


def _shortened(call: tuple[Any, ...]) -> tuple[Any, ...]:
    """The arguments with at most a few items in each collection."""
    return tuple(_few(value) for value in call)


def _is_little(value: Any) -> bool:
    """Whether there is so little data that nothing much happens."""
    return isinstance(value, list | dict) and len(value) < _LEAST_ITEMS


def _few(value: Any) -> Any:
    if isinstance(value, list):
        return [_few(item) for item in value[: 3 if value and isinstance(value[0], dict) else 5]]
    if isinstance(value, dict):
        return dict(list(value.items())[:4])
    return value
