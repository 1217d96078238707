"""Hangman: write a function from scratch, by its description and examples.

Here: candidates of programs, and what both coding games share. Not here: the programs (``programs``,
``taken``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from itertools import islice

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.questions.bodies import Body, HangmanBody, HiddenTest
from pygrounds_dagster.questions.model import Candidate, GameType
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.programs import Call, Program, draw, programs_for
from pygrounds_dagster.questions.template.programs.running import Outcome, run_all
from pygrounds_dagster.questions.template.taken import taken_programs

BATCH = 24
"""Programs that are run together."""

_LEAST_TESTS = 4

Ready = tuple[Difficulty, Program, Outcome]
"""A program that gave a value for every call, and the values."""


def hangman_candidates(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Candidates for a subtopic, best first, the difficulties in turns.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
    """
    for number, (level, program, outcome) in enumerate(ready_programs(source, "hangman", seed)):
        body = HangmanBody(
            question_text=question_text(program),
            function_name=program.name,
            sample_input=written(program, program.calls[0]),
            sample_output=str(outcome.values[0]),
            hidden_tests=hidden_tests(program, outcome),
            clean_solution=program.code,
            explanation=program.steps,
        )
        yield candidate(body, source, program, number, level, seed)


def ready_programs(source: SubtopicSource, game: GameType, seed: int) -> Iterator[Ready]:
    """Programs for a game with what they give; each game begins with those that the other leaves for last.

    Programs of difficulties that are not wanted, when their turn comes, are not run.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
    """
    made = [*taken_programs(source), *programs_for(source.key, source.later, source.ahead)]
    half = (game == "debugging") ^ (seed % 2 == 1)
    first = [item for item in made if draw("game", item[1].code) % 2 == half]
    later = [item for item in made if draw("game", item[1].code) % 2 != half]
    queue = (item for item in (*first, *later) if item[0] in source.wanted)
    while batch := list(islice(queue, BATCH)):
        outcomes = run_all([(program, program.code) for _level, program in batch])
        for (level, program), outcome in zip(batch, outcomes, strict=True):
            if is_useful(outcome):
                yield level, program, outcome


def is_useful(outcome: Outcome) -> bool:
    """Whether every call gave a plain value, and not always the same one."""
    return outcome.is_whole and len(outcome.values) > _LEAST_TESTS and len(set(outcome.values)) > 1


def question_text(program: Program) -> str:
    """What to write, for people."""
    head = program.code[program.code.index(f"def {program.name}(") :]
    if "function `" in program.task:  # it says so itself
        return program.task
    return f"Write a function `{program.name}({_parameters(head)})`. {program.task}"


def _parameters(head: str) -> str:
    """The parameters of a ``def`` line, with stars and defaults, without types."""
    node = ast.parse(head.split("\n", 1)[0] + " ...").body[0]
    assert isinstance(node, ast.FunctionDef)
    for argument in ast.walk(node.args):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return ast.unparse(node.args)


def written(program: Program, call: Call) -> str:
    """Arguments as they stand in the call."""
    given, named = program.split(call)
    return ", ".join([*map(repr, given), *(f"{name}={value!r}" for name, value in named.items())])


def hidden_tests(program: Program, outcome: Outcome) -> tuple[HiddenTest, ...]:
    """Every call but the sample, each once, with what it gives."""
    found: dict[str, HiddenTest] = {}
    for call, value in zip(program.calls[1:], outcome.values[1:], strict=True):
        text = written(program, call)
        found.setdefault(text, HiddenTest(input=text, expected_output=str(value)))
    return tuple(found.values())


def candidate(
    body: Body, source: SubtopicSource, program: Program, number: int, level: Difficulty, seed: int
) -> Candidate:
    """A candidate with one to three subtopics in turns: the source's, then others that it practises."""
    others = [key for key in program.topics if key != source.key and key not in source.later]
    near = [key for key in others if key in source.related]
    chosen = list(dict.fromkeys([*near, *others]))[: number % 3]
    return Candidate(
        body,
        (source.key, *chosen),
        chunk_ids=program.chunk_ids,
        problem_id=program.problem_id,
        claimed_difficulty=level,
        seed=seed,
    )
