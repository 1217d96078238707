"""Debugging: find and mend the one mistake of a function.

Here: choosing the mistake and saying what it does. Not here: the functions (``programs``), the words for
mistakes (``mistakes``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from pygrounds_dagster.problems.mutants import Mutant, mutants
from pygrounds_dagster.questions.bodies import DebuggingBody
from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.hangman import (
    Ready,
    candidate,
    hidden_tests,
    question_text,
    ready_programs,
    written,
)
from pygrounds_dagster.questions.template.mistakes import MISTAKES, explained
from pygrounds_dagster.questions.template.programs import Program, draw
from pygrounds_dagster.questions.template.programs.running import Outcome, run_all

_MOST_TOKENS = 3
_BATCH = 12
_ROUND = 3
_ROUNDS = 4
"""Mutants of each program that are tried: a few at a time, the most typical mistakes first."""

_ASKING = re.compile(r"(?<![^\s])Write a function `[^`]+`\. ?")
"""A sentence of a task that only names the function: here it is written already."""

Choice = tuple[Mutant, str]
"""A mutant, and what it gives for the sample."""


def debugging_candidates(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Candidates for a subtopic, best first, the difficulties in turns.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
    """
    ready = ready_programs(source, "debugging", seed)
    number = 0
    used: dict[str, int] = {}
    while batch := list(islice(ready, _BATCH)):
        for (level, program, outcome), choice in zip(batch, _choices(batch, used), strict=True):
            if choice is not None:
                body = _body(program, outcome, *choice)
                yield candidate(body, source, program, number, level, seed)
                number += 1


def _choices(batch: Sequence[Ready], used: dict[str, int]) -> list[Choice | None]:
    """A mutant for each program that gives wrong values and nothing but values; None where there is none."""
    waiting = [_ranked(program, used) for _level, program, _outcome in batch]
    found: list[Choice | None] = [None] * len(batch)
    for _round in range(_ROUNDS):
        tried = [
            (at, mutant)
            for at, mutants_left in enumerate(waiting)
            if found[at] is None
            for mutant in mutants_left[:_ROUND]
        ]
        waiting = [left[_ROUND:] for left in waiting]
        jobs = [(batch[at][1], mutant.source) for at, mutant in tried]
        for (at, mutant), wrong in zip(tried, run_all(jobs), strict=True):
            if found[at] is None and _is_good(batch[at][2], wrong):
                found[at] = (mutant, str(wrong.values[0]))
                used[mutant.operator] = used.get(mutant.operator, 0) + 1
    return found


def _ranked(program: Program, used: dict[str, int]) -> list[Mutant]:
    """Typical single-edit mutants, those of operators that were rarely used first."""
    made = mutants(program.code, operators=MISTAKES.keys())
    lines = program.code.splitlines()
    made = [m for m in made if m.token_distance <= _MOST_TOKENS and not _may_hang(m, lines)]
    made = [m for m in made if m.operator != "constant" or m.before[:1].isdigit()]
    weight = {name: mistake.rarity + used.get(name, 0) / 4 for name, mistake in MISTAKES.items()}
    return sorted(made, key=lambda m: (weight[m.operator], draw("mutant", m.source)))


def _may_hang(mutant: Mutant, lines: Sequence[str]) -> bool:
    """Whether the mutated line drives a while loop: such a mistake mostly goes on for ever."""
    line = lines[mutant.line - 1].strip()
    drives = line.startswith(("while ", "place ", "low ", "high ", "size ", "half ")) or ".pop" in line
    return drives and any(each.strip().startswith("while ") for each in lines)


def _is_good(right: Outcome, wrong: Outcome) -> bool:
    """Values only, of the same kind, wrong for the sample and for a hidden test."""
    if not wrong.is_whole or wrong.tags[0] != right.tags[0] or wrong.values[0] == right.values[0]:
        return False
    return any(a != b for a, b in zip(right.values[1:], wrong.values[1:], strict=True))


def _body(program: Program, outcome: Outcome, mutant: Mutant, seen: str) -> DebuggingBody:
    sample, right = written(program, program.calls[0]), str(outcome.values[0])
    told = (
        f"`{program.name}` has one small mistake. This is what it must do: {_ASKING.sub('', program.task)} "
        f"But for the sample input it returns {_short(seen)}, where {_short(right)} is right. Find the "
        "mistake and mend it."
    )
    return DebuggingBody(
        question_text=question_text(program),
        function_name=program.name,
        sample_input=sample,
        sample_output=right,
        hidden_tests=hidden_tests(program, outcome),
        clean_solution=program.code,
        explanation=program.steps,
        code_shown_to_student=mutant.source,
        code_with_bug_fixed=program.code,
        buggy_question_text=told,
        buggy_explanation=explained(mutant, program.code, _short(seen), _short(right)),
    )


def _short(value: str) -> str:
    return f"`{value}`" if len(value) <= 120 else f"`{value[:117]}…`"
