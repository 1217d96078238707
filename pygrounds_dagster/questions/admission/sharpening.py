"""Tests sharp enough to tell a solution from its single-edit mutants.

Here: which mutants the given tests find, and further tests for those that they miss. What a new test expects
is what the reference gives. Not here: making mutants (``problems.mutants``), varying inputs (``fuzzing``).
"""

from __future__ import annotations

import ast
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from pygrounds_dagster.judge import Judge, Rules
from pygrounds_dagster.judge.compare import difference
from pygrounds_dagster.problems.mutants import Mutant, mutants
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission.fuzzing import edges, variations
from pygrounds_dagster.questions.admission.literals import Arguments
from pygrounds_dagster.questions.admission.probing import Answer, Probe, probe
from pygrounds_dagster.questions.admission.stepping import Stepped
from pygrounds_dagster.questions.admission.swarming import swarm

LEAST_SCORE = 0.85
"""Share of the mutants that the tests of every question must find."""

MOST_MUTANTS = 120
MOST_TESTS = 12
_VARIATIONS = 40
_ROUNDS = 2

Test = tuple[Arguments, Answer]
Filter = Callable[[Sequence[Arguments]], list[bool]]


@dataclass(frozen=True, slots=True)
class Sharpness:
    """What became of the mutants.

    Attributes:
        added: further calls and what the reference gives for them.
        mutants: how many were made.
        survivors: those that no test finds; they may well be equivalent to the solution.
    """

    added: tuple[Test, ...]
    mutants: int
    survivors: tuple[Mutant, ...]

    @property
    def score(self) -> float:
        """Share of mutants found; 1 where there are none."""
        return 1.0 - len(self.survivors) / self.mutants if self.mutants else 1.0


def sharpness(source: str, function: str, tests: Sequence[Test], *, using: Judge | None = None) -> Sharpness:
    """How many single-edit mutants some tests find, without adding any.

    Args:
        source: a solution that passes the tests.
        function: the function that is called.
        tests: calls, and what the solution gives, with counted steps.
        using: the judge.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``probing.answers``.
    """
    made = _mutants(source, function)
    return Sharpness((), len(made), tuple(_survivors(source, made, function, tests, using)))


def sharpen(
    source: str,
    function: str,
    tests: Sequence[Test],
    *,
    seed: int,
    like: Sequence[Arguments] = (),
    keep: Filter | None = None,
    using: Judge | None = None,
) -> Sharpness:
    """Find mutants by some tests, and add tests for those that these miss.

    Args:
        source, function, tests, using: as ``sharpness``.
        seed: of the varied inputs.
        like: further calls to vary, as the sample; no test repeats one.
        keep: says of further calls which may be used; all if None.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``probing.answers``.
    """
    found = sharpness(source, function, tests, using=using)
    left, added = list(found.survivors), list[Test]()
    given = [*like, *(call for call, _answer in tests)]
    for turn in range(_ROUNDS):
        room = MOST_TESTS - len(tests) - len(added)
        if not left or room <= 0:
            break
        pool = variations(given, source, seed + turn, _VARIATIONS, bold=turn > 0)
        pool += edges(given) if turn > 0 else []
        new = _valued(source, function, pool, _most_steps(tests), keep, using)
        chosen, left = _choose(source, left, function, new, room, using)
        added += chosen
    return Sharpness(tuple(added), found.mutants, tuple(left))


def more_tests(
    source: str,
    function: str,
    tests: Sequence[Test],
    count: int,
    *,
    seed: int,
    keep: Filter | None = None,
    using: Judge | None = None,
) -> list[Test]:
    """At most ``count`` further tests with inputs like the given ones, for a question that has too few.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``probing.answers``.
    """
    pool = variations([call for call, _answer in tests], source, seed, 4 * count)
    return _valued(source, function, pool, _most_steps(tests), keep, using)[:count]


def _mutants(source: str, function: str) -> list[Mutant]:
    """Mutants of what a call can reach: the function, what it names, the top of the module."""
    tree = parse(source)
    definitions = {n.name: n for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)}
    reached, waiting = {""}, [function]
    while waiting:
        name = waiting.pop()
        if name in definitions and name not in reached:
            reached.add(name)
            waiting += [n.id for n in ast.walk(definitions[name]) if isinstance(n, ast.Name)]
    made = [mutant for mutant in mutants(source) if mutant.function.partition(".")[0] in reached]
    if len(made) <= MOST_MUTANTS:
        return made
    return [made[index] for index in sorted(random.Random(0).sample(range(len(made)), MOST_MUTANTS))]


def _most_steps(tests: Sequence[Test]) -> int:
    """Steps after which a program is taken to go on for ever: many times what the solution needs."""
    return 2_000 + 20 * min(20_000, max((answer.steps for _call, answer in tests), default=0))


def _survivors(
    source: str, made: Sequence[Mutant], function: str, tests: Sequence[Test], using: Judge | None
) -> list[Mutant]:
    given = _answers(source, made, function, tests, using)
    wanted = [answer for _call, answer in tests]
    return [m for m, got in zip(made, given, strict=True) if not any(map(differ, wanted, got))]


def _answers(
    source: str,
    made: Sequence[Mutant],
    function: str,
    tests: Sequence[Test],
    using: Judge | None,
) -> list[tuple[Answer, ...]]:
    """What each mutant gives for the calls of some tests."""
    calls, stepped = [call for call, _answer in tests], Stepped(source, _most_steps(tests))
    sources = [stepped.mutant(mutant) or mutant.source for mutant in made]
    return swarm(sources, function, calls, using=using)


def differ(wanted: Answer, got: Answer) -> bool:
    """Whether a call gave another value than wanted, or none."""
    return got.status != "value" or difference(wanted.tree, got.tree, Rules()) is not None


def _valued(
    source: str,
    function: str,
    pool: Sequence[Arguments],
    limit: int,
    keep: Filter | None,
    using: Judge | None,
) -> list[Test]:
    """Calls of a pool for which the solution gives a plain, stable value."""
    if not pool:
        return []
    told = probe(Probe(Stepped(source, limit).source, function, pool, stepped=True), using=using)
    found = [(call, answer) for call, answer in zip(pool, told, strict=True) if is_plain(answer)]
    if keep is None or not found:
        return found
    allowed = keep([call for call, _answer in found])
    return [test for test, good in zip(found, allowed, strict=True) if good]


def is_plain(answer: Answer) -> bool:
    """Whether an answer is a value that one text describes: plain literals, no set of several members."""
    return answer.status == "value" and len(answer.text) <= 200 and _is_plain(answer.tree)


def _is_plain(tree: object) -> bool:
    match tree:
        case None | bool() | int() | str():
            return True
        case ["f", str(text)]:
            return "inf" not in text and "nan" not in text
        case ["i" | "b", _]:
            return True
        case ["l" | "t", list(items)]:
            return all(map(_is_plain, items))
        case ["d", list(items)]:
            return all(_is_plain(part) for pair in items for part in pair)
        case ["S" | "F", list(items)]:
            return len(items) == 1 and tree[0] == "S" and _is_plain(items[0])
    return False


def _choose(
    source: str, left: list[Mutant], function: str, tests: Sequence[Test], room: int, using: Judge | None
) -> tuple[list[Test], list[Mutant]]:
    """Greedily the tests that find most of the mutants, shorter ones first; and the mutants left."""
    calls = [call for call, _answer in tests]
    given = _answers(source, left, function, tests, using)
    finds = [
        {
            row
            for row, got in enumerate(given)
            if got[column].status != "unasked" and differ(answer, got[column])
        }
        for column, (_call, answer) in enumerate(tests)
    ]
    chosen: list[int] = []
    open_rows = set(range(len(left)))
    while open_rows and len(chosen) < room and tests:
        best = max(range(len(tests)), key=lambda at: (len(finds[at] & open_rows), -len(calls[at].text)))
        if not finds[best] & open_rows:
            break
        chosen.append(best)
        open_rows -= finds[best]
    return [tests[at] for at in chosen], [left[row] for row in sorted(open_rows)]
