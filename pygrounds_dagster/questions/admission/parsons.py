"""Put lines in order. Admitted if every order that behaves the same is known, and there are few of them.

Here: finding those orders by running them, proving that indentation is determined and that distractors fit
nowhere. Not here: enumerating arrangements (``arrangements``), running them (``attempts``), rules of all
shown programs (``shown``).

Two programs behave the same if they end by themselves, print the same, and execute every line that the
question holds, each line at least once. Lines keep their indentation; that nothing else could be meant with
another one is proven for every stored order.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.questions.admission import shown
from pygrounds_dagster.questions.admission.arrangements import (
    INDENT,
    Line,
    Placed,
    TooManyError,
    arrangements,
    line_of,
)
from pygrounds_dagster.questions.admission.giveaways import told_lines, told_order
from pygrounds_dagster.questions.admission.outside import SEEDS
from pygrounds_dagster.questions.attempts import Attempt, attempts, need_runs_of_their_own
from pygrounds_dagster.questions.bodies import ParsonsBody
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop
from pygrounds_dagster.questions.tracing import Trace

REASONS: Mapping[str, str] = {
    **shown.REASONS,
    "bad_lines": "not 4 to 12 whole lines, indented by fours",
    "idle_line": "a line that is not executed",
    "too_many_orders": "more orders behave the same than anybody wants to keep",
    "search_incomplete": "too many orders to try them all",
    "missing_order": "an order behaves the same and is not listed",
    "wrong_order": "a listed order does not behave the same",
    "indentation_open": "another indentation behaves the same",
    "bad_distractor": "a distractor fits, is no statement, or is a line of the program",
}
"""Every reason, and what it means."""

LEAST_LINES, MOST_LINES = 4, 12
MOST_ORDERS = 24
MOST_DISTRACTORS = 2
MOST_TRIED = 240
"""Arrangements that are run for one question and each of its distractors."""

MOST_TRIED_ALONE = 40
"""The same for a program whose variants need runs of their own."""

MOST_PLACED = 8_000
_NOT_EXECUTED = {"else", "finally", "global", "nonlocal", "try", "@"}
"""Lines that the interpreter does not stop at."""


@dataclass(frozen=True, slots=True)
class _Puzzle:
    """The lines, their depths, what the program does, and how many arrangements may be tried."""

    lines: tuple[Line, ...]
    depths: tuple[int, ...]
    stdout: str
    executed: frozenset[int]
    most: int

    def source(self, placed: Placed) -> str:
        """The program of an arrangement."""
        return "".join(f"{' ' * INDENT * depth}{self.lines[index].text}\n" for index, depth in placed)

    def is_executed(self, index: int) -> bool:
        """Whether the program executes a line, or the interpreter does not stop at such lines."""
        return index in self.executed or self.lines[index].keyword in _NOT_EXECUTED

    def is_same(self, placed: Placed, attempt: Attempt) -> bool:
        """Whether an arrangement behaves as the program does."""
        executed = {placed[line - 1][0] for line in attempt.lines if line <= len(placed)}
        return attempt.ended == "ok" and attempt.stdout == self.stdout and executed >= self.executed


def findings(body: ParsonsBody, *, using: Judge | None = None) -> tuple[list[Drop], Trace | None]:
    """Every broken rule, and what the program did if it could be run.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: a run that says nothing about its programs.
    """
    wrong, seen, _orders = _inspect(body, using)
    return wrong, seen


def _inspect(
    body: ParsonsBody, using: Judge | None
) -> tuple[list[Drop], Trace | None, tuple[tuple[int, ...], ...]]:
    """Broken rules, the program's run, and all orders that behave the same."""
    source = "\n".join(body.lines) + "\n"
    found = list(shown.static_findings(source, body.question_text, body.explanation, body.expected_output))
    found = found or [*_line_findings(body), *_leaks(body)]
    if found:
        return found, None, ()
    seen, _again, found = shown.run_twice(source, using=using)
    found += shown.output_findings(body.expected_output, seen) if not found else ()
    if found:
        return found, seen, ()
    puzzle = _puzzle(body, seen, using)
    idle = [line.text for i, line in enumerate(puzzle.lines) if not puzzle.is_executed(i)]
    if idle:
        return [Drop("idle_line", f"never executed: {idle[0]!r}")], seen, ()
    try:
        orders = _orders(puzzle, using)
        found += _order_findings(body, orders)
        if len(orders) <= MOST_ORDERS:
            found += _indentation_findings(puzzle, orders, using)
            found += _distractor_findings(body, puzzle, orders, using)
    except TooManyError as error:
        return [*found, Drop("search_incomplete", str(error))], seen, ()
    return found, seen, orders


def _puzzle(body: ParsonsBody, seen: Trace, using: Judge | None) -> _Puzzle:
    """The lines and what they do in the order given, as ``attempts`` sees it."""
    source = "\n".join(body.lines) + "\n"
    executed = frozenset(number - 1 for number in attempts([source], using=using)[0].lines)
    most = MOST_TRIED_ALONE if need_runs_of_their_own(source) else MOST_TRIED
    lines, depths = tuple(map(line_of, body.lines)), tuple(map(_depth, body.lines))
    return _Puzzle(lines, depths, seen.stdout, executed, most)


def _depth(line: str) -> int:
    return (len(line) - len(line.lstrip())) // INDENT


def _line_findings(body: ParsonsBody) -> Iterator[Drop]:
    if not LEAST_LINES <= len(body.lines) <= MOST_LINES:
        yield Drop("bad_lines", f"{len(body.lines)} lines, {LEAST_LINES} to {MOST_LINES} are asked for")
    if len(body.distractors) > MOST_DISTRACTORS:
        yield Drop("bad_distractor", f"{len(body.distractors)} of them, at most {MOST_DISTRACTORS}")
    for line in body.lines:
        blanks = len(line) - len(line.lstrip())
        if not line.strip() or blanks % INDENT or "\n" in line or line.lstrip().startswith("#"):
            yield Drop("bad_lines", f"{line!r} is no line of code indented by fours")
        elif not _is_statement(line):
            yield Drop("bad_lines", f"{line!r} is no whole statement")
    known = {line.strip() for line in body.lines}
    for line in body.distractors:
        if line.strip() in known or not _is_statement(line):
            yield Drop("bad_distractor", f"{line!r} is a line of the program, or no statement")


def _leaks(body: ParsonsBody) -> Iterator[Drop]:
    """Comments and texts that tell the order."""
    remark = told_order("\n".join(body.lines))
    if remark:
        yield Drop("leaks_answer", f"the comment {remark!r} says where its line belongs")
    told = told_lines(body.question_text, body.lines)
    if len(told) > 1:
        yield Drop("leaks_answer", f"question_text holds lines of the program: {told[0]!r}")


def _is_statement(text: str) -> bool:
    try:
        line_of(text)
    except (SyntaxError, ValueError, IndexError):
        return False
    return True


def _orders(puzzle: _Puzzle, using: Judge | None) -> tuple[tuple[int, ...], ...]:
    """All orders that behave the same under both hash seeds, the given one first."""
    possible = arrangements(puzzle.lines, depths=puzzle.depths, most=puzzle.most, effort=MOST_PLACED)
    same = _same(puzzle, possible, using)
    given = tuple(range(len(puzzle.lines)))
    orders = [tuple(index for index, _depth in placed) for placed in same]
    return (given, *(order for order in orders if order != given))


def _same(puzzle: _Puzzle, possible: Sequence[Placed], using: Judge | None) -> list[Placed]:
    """Arrangements that behave the same under both hash seeds."""
    for seed in SEEDS:
        tried = attempts(list(map(puzzle.source, possible)), seed=seed, using=using) if possible else []
        possible = [p for p, attempt in zip(possible, tried, strict=True) if puzzle.is_same(p, attempt)]
    return list(possible)


def _order_findings(body: ParsonsBody, orders: Sequence[tuple[int, ...]]) -> Iterator[Drop]:
    if len(orders) > MOST_ORDERS:
        yield Drop("too_many_orders", f"{len(orders)} orders behave the same, at most {MOST_ORDERS}")
        return
    listed, right = set(body.orders), set(orders)
    if body.orders[:1] != orders[:1]:
        yield Drop("wrong_order", "the first order must be that of the lines")
    for order in sorted(listed - right)[:1]:
        yield Drop("wrong_order", f"order {order} does not behave as the program does")
    missing = sorted(right - listed)
    if missing:
        yield Drop("missing_order", f"{len(missing)} orders behave the same and are not listed: {missing[0]}")


def _indentation_findings(
    puzzle: _Puzzle, orders: Sequence[tuple[int, ...]], using: Judge | None
) -> Iterator[Drop]:
    """Whether some listed order could be indented in another way."""
    possible: list[Placed] = []
    for order in orders:
        ways = arrangements(puzzle.lines, order=order, most=puzzle.most, effort=MOST_PLACED)
        right = tuple((index, puzzle.depths[index]) for index in order)
        possible += [placed for placed in ways if placed != right]
        if len(possible) > puzzle.most:
            raise TooManyError("too many ways to indent the lines")
    for placed in _same(puzzle, possible, using)[:1]:
        yield Drop("indentation_open", puzzle.source(placed))


def _distractor_findings(
    body: ParsonsBody, puzzle: _Puzzle, orders: Sequence[tuple[int, ...]], using: Judge | None
) -> Iterator[Drop]:
    """Whether a distractor could stand somewhere instead of a line."""
    for text in body.distractors:
        distractor, depth = line_of(text), _depth(text)
        for index, line in enumerate(puzzle.lines):
            if (distractor.header, depth) != (line.header, puzzle.depths[index]):
                continue
            swapped = (*puzzle.lines[:index], distractor, *puzzle.lines[index + 1 :])
            other = replace(puzzle, lines=swapped)
            possible: list[Placed] = [tuple((i, puzzle.depths[i]) for i in order) for order in orders]
            if _is_variant(distractor.text, line.text):
                possible = arrangements(swapped, depths=puzzle.depths, most=puzzle.most, effort=MOST_PLACED)
            for placed in _same(other, possible, using)[:1]:
                yield Drop("bad_distractor", f"{text.strip()!r} can replace a line: {other.source(placed)}")
                return


def _is_variant(one: str, other: str) -> bool:
    """Whether two lines differ in one stretch only, and share more than half."""
    shorter = min(len(one), len(other))
    head = next((i for i in range(shorter) if one[i] != other[i]), shorter)
    room = shorter - head
    tail = next((i for i in range(room) if one[-1 - i] != other[-1 - i]), room)
    return 2 * (head + tail) > max(len(one), len(other))


def admit_parsons(candidate: Candidate, using: Judge | None) -> Admitted | Drop:
    """Judge a candidate, and list every order that behaves the same; see ``admission.admit``."""
    body = candidate.body
    assert isinstance(body, ParsonsBody)
    found, seen, orders = _inspect(body, using)
    grave = [drop for drop in found if drop.reason != "missing_order"]
    if grave or seen is None:
        return grave[0]
    stored = body.model_copy(update={"orders": orders})
    proof = {"orders": len(orders), "distractors": len(body.distractors)}
    return shown.admitted(candidate, stored, "\n".join(body.lines), seen, proof, using)
