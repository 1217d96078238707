"""Rules for programs that a question shows and a person follows, line by line.

Here: what holds for output prediction, traces, Parsons and cloze alike: short, the same every time, ends by
itself, texts that do not give the answer away. Not here: what each game asks about the program.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pygrounds_dagster.judge import Judge, default_judge
from pygrounds_dagster.judge.driver import Steps
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission.outside import (
    SEEDS,
    seeds_for,
    shows_set_order,
    taken_from_outside,
)
from pygrounds_dagster.questions.bodies import Body
from pygrounds_dagster.questions.difficulty import estimate
from pygrounds_dagster.questions.identity import content_key
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop
from pygrounds_dagster.questions.tracing import Trace, trace_steps

REASONS: Mapping[str, str] = {
    "syntax_error": "the program does not parse",
    "too_long": "more lines than a person follows",
    "too_many_steps": "more executed lines than a person follows",
    "unpredictable": "it uses chance, clocks, addresses or the machine it runs on",
    "not_deterministic": "it does something else under another hash seed",
    "crashes": "it ends with an exception",
    "endless": "it goes on and on",
    "not_run": "it cannot be run to its end: a limit, a call that is not allowed",
    "no_output": "it prints nothing",
    "too_much_output": "it prints more than a person writes down",
    "unreadable_output": "it prints signs that nobody can see",
    "wrong_output": "expected_output is not what it prints",
    "copied_output": "what it prints stands in it word by word",
    "leaks_answer": "the question or a comment tells the answer",
    "no_explanation": "an explanation of less than a sentence",
}
"""Reasons that every game of shown programs has, and what they mean."""

MOST_CODE_LINES = 25
MOST_OUTPUT_LINES = 8
MOST_OUTPUT_LETTERS = 400
MOST_EXECUTED = 400
LEAST_WORDS = 4

_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+|^ *File \"[^\"]+\", line \d+", re.MULTILINE)


def code_lines(source: str) -> list[str]:
    """Lines that are not blank."""
    return [line for line in source.splitlines() if line.strip()]


def static_findings(source: str, question_text: str, explanation: str, output: str) -> Iterator[Drop]:
    """What can be said of a question without running its program."""
    try:
        tree = parse(source)
    except (SyntaxError, ValueError) as error:
        yield Drop("syntax_error", str(error))
        return
    lines = len(code_lines(source))
    if lines > MOST_CODE_LINES:
        yield Drop("too_long", f"{lines} lines, at most {MOST_CODE_LINES}")
    found = taken_from_outside(tree, is_function=False)
    if found:
        yield Drop("unpredictable", f"the program uses {', '.join(found)}")
    if shows_set_order(tree, is_function=False):
        yield Drop("not_deterministic", "the program shows the members of a set in the order of their hashes")
    yield from text_findings(question_text, explanation, output)


def text_findings(question_text: str, explanation: str, output: str) -> Iterator[Drop]:
    """What is wrong with the texts."""
    answer = output.strip()
    if len(answer) >= 4 and answer in question_text:
        yield Drop("leaks_answer", "question_text holds what the program prints")
    if len(explanation.split()) < LEAST_WORDS:
        yield Drop("no_explanation", f"an explanation must be a sentence, not {explanation!r}")


def run_twice(source: str, *, stdin: str = "", using: Judge | None = None) -> tuple[Trace, Trace, list[Drop]]:
    """Run a program under two hash seeds, or more if it has sets, and say what is wrong with what it did.

    Returns:
        The first run, another one (the first that did something else, if one did), and the findings.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: a run that says nothing about the program.
    """
    judge = using or default_judge()
    one, *others = _runs(judge, source, stdin, SEEDS)
    findings = list(_ending_findings(one))
    if not findings and same_behaviour(one, others[0]):
        others += _runs(judge, source, stdin, seeds_for(source)[len(SEEDS) :])
    other = next((run for run in others if not same_behaviour(one, run) or run.steps != one.steps), others[0])
    if not findings and not same_behaviour(one, other):
        told = f"prints {one.stdout[:80]!r}, then {other.stdout[:80]!r} under another hash seed"
        findings.append(Drop("not_deterministic", told))
    return one, other, findings


def _runs(judge: Judge, source: str, stdin: str, seeds: Sequence[int]) -> list[Trace]:
    works: list[Steps[Trace]] = [trace_steps(source, stdin=stdin, seed=seed) for seed in seeds]
    found = dict(judge.drive(works))
    return [found[index] for index in range(len(works))]


def same_behaviour(one: Trace, other: Trace) -> bool:
    """Whether two runs of a program printed and executed the same."""
    return (one.ended, one.stdout, one.stderr, one.lines) == (
        other.ended, other.stdout, other.stderr, other.lines,
    )  # fmt: skip


def _ending_findings(seen: Trace) -> Iterator[Drop]:
    """What is wrong with how a run went; at most one."""
    if seen.ended == "endless":
        yield Drop("endless", seen.error or "too many executed lines")
    elif seen.ended == "raised":
        yield Drop("crashes", seen.error)
    elif seen.ended != "ok" or seen.stderr:
        yield Drop("not_run", f"{seen.ended}: {seen.error or seen.stderr[:200]}")
    elif seen.total > MOST_EXECUTED:
        yield Drop("too_many_steps", f"{seen.total} executed lines, at most {MOST_EXECUTED}")


def output_findings(expected: str, seen: Trace) -> Iterator[Drop]:
    """What is wrong with what a program prints."""
    printed = seen.stdout
    lines = printed.rstrip("\n").split("\n")
    if not printed.strip():
        yield Drop("no_output", "the program must print something")
    elif printed.rstrip("\n") != expected.rstrip("\n"):
        yield Drop("wrong_output", f"expected {expected[:120]!r}, it prints {printed[:120]!r}")
    elif len(lines) > MOST_OUTPUT_LINES or len(printed) > MOST_OUTPUT_LETTERS:
        yield Drop("too_much_output", f"{len(lines)} lines, {len(printed)} letters")
    elif not printed.replace("\n", "").replace("\t", "").isprintable():
        yield Drop("unreadable_output", f"it prints signs that nobody can see: {printed[:80]!r}")
    elif _ADDRESS.search(printed):
        yield Drop("unpredictable", "it prints an address of memory, or where its file lies")


def is_copied(source: str, printed: str) -> bool:
    """Whether each printed line is a text that stands in the program as it is."""
    texts: set[str] = set()
    for node in ast.walk(parse(source)):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            texts |= {line.strip() for line in node.value.splitlines()}
    return all(line.strip() in texts for line in printed.strip().splitlines())


def admitted(
    candidate: Candidate, body: Body, source: str, seen: Trace, proof: Mapping[str, Any], using: Judge | None
) -> Admitted:
    """The candidate with its level, its proof and its key."""
    rated = estimate(source, seen.total)
    verification = {
        "tier": (using or default_judge()).standing().tier,
        "seeds": list(seeds_for(source)),
        "executed_lines": seen.total,
        **proof,
    }
    key = content_key(body, candidate.subtopics[0], rated.difficulty)
    return Admitted(candidate, body, rated.difficulty, rated.features, verification, key)
