"""Fill the gaps. Admitted if every token that behaves the same is known, and there are few of them.

Here: trying tokens in each gap, and in two gaps at once. Not here: which tokens (``gaps``), running them
(``attempts``), rules of all shown programs (``shown``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations, product

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.problems.mutants.program import Program
from pygrounds_dagster.questions.admission import shown
from pygrounds_dagster.questions.admission.gaps import (
    Gap,
    beyond,
    fill,
    gaps_of,
    marks,
    other_spelling,
)
from pygrounds_dagster.questions.admission.giveaways import comments_of, lone_texts, tells_token
from pygrounds_dagster.questions.admission.outside import SEEDS
from pygrounds_dagster.questions.attempts import attempts
from pygrounds_dagster.questions.bodies import ClozeBody
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop
from pygrounds_dagster.questions.tracing import Trace

REASONS: Mapping[str, str] = {
    **shown.REASONS,
    "bad_gaps": "not 1 to 3 gaps in order, each a single operator, name, literal, keyword or method",
    "too_few_choices": "a gap that hardly anything else fits into",
    "too_many_answers": "a gap with more right answers than anybody wants to keep, or any number",
    "missing_answer": "a token behaves the same and is not listed",
    "wrong_answer": "a listed token does not behave the same",
    "joint_answers": "two gaps that can be filled together in another way",
    "copied_answer": "a gap whose answer can be read off the output, or stands nowhere else",
}
"""Every reason, and what it means."""

MOST_GAPS = 3
MOST_ANSWERS = 4
LEAST_WRONG = 3
"""Tokens of the same kind that must behave differently."""

_TOGETHER = 10
"""Tokens of a gap that are tried together with those of another gap."""


def findings(body: ClozeBody, *, using: Judge | None = None) -> tuple[list[Drop], Trace | None]:
    """Every broken rule, and what the program did if it could be run.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: a run that says nothing about its programs.
    """
    wrong, seen, _answers = _inspect(body, using)
    return wrong, seen


Answers = tuple[tuple[str, ...], ...]


def _inspect(body: ClozeBody, using: Judge | None) -> tuple[list[Drop], Trace | None, Answers]:
    """Broken rules, the filled program's run, and the right answers of each gap."""
    numbers = marks(body.code)
    if not 1 <= len(numbers) <= MOST_GAPS or numbers != list(range(1, len(body.answers) + 1)):
        told = f"gaps {numbers} and {len(body.answers)} answers"
        return [Drop("bad_gaps", told)], None, ()
    if not all(body.answers):
        return [Drop("bad_gaps", "a gap without an answer")], None, ()
    source = fill(body.code, [answers[0] for answers in body.answers])
    found = list(shown.static_findings(source, body.question_text, body.explanation, body.expected_output))
    gaps = gaps_of(body) if not found else ""
    if isinstance(gaps, str):
        return [*found, Drop("bad_gaps", gaps)][:1], None, ()
    found = list(_gap_findings(body, source, gaps))
    seen, _again, wrong = shown.run_twice(source, using=using)
    found = [*wrong, *(() if wrong else shown.output_findings(body.expected_output, seen)), *found]
    if found:
        return found, seen, ()
    answers = _answers(body.code, gaps, seen.stdout, using)
    found += _answer_findings(body, gaps, answers)
    if not found or {drop.reason for drop in found} == {"missing_answer"}:
        found += _joint_findings(body.code, gaps, answers, seen.stdout, using)
    return found, seen, answers


def _gap_findings(body: ClozeBody, source: str, gaps: Sequence[Gap]) -> Iterator[Drop]:
    """What is wrong with gaps as they stand."""
    words = [token.text for token in Program(source).tokens]
    for number, gap in enumerate(gaps, start=1):
        own = gap.kind in ("name", "attribute", "function") and gap.text not in gap.choices
        asked = sum(other.text == gap.text for other in gaps)
        if gap.kind == "name" and words.count(gap.text) <= asked:
            yield Drop("copied_answer", f"gap {number}: {gap.text!r} stands nowhere else: nobody can know it")
        if gap.kind == "text" and len(gap.text) > 3 and gap.text[1:-1] in body.expected_output:
            yield Drop("copied_answer", f"gap {number}: {gap.text} can be read off the output")
        if own and len(gap.text) > 2 and re.search(rf"\b{re.escape(gap.text)}\b", body.question_text):
            yield Drop("leaks_answer", f"question_text holds {gap.text!r}")
        for text in (body.question_text, *comments_of(source), *lone_texts(source)):
            if tells_token(text, gap.text):
                yield Drop("leaks_answer", f"gap {number}: {gap.text!r} stands in {text[:80]!r}")
    if sum(gap.kind == "number" for gap in gaps) > 1:
        yield Drop("joint_answers", "two numbers that can be moved together")


def _answers(code: str, gaps: Sequence[Gap], stdout: str, using: Judge | None) -> Answers:
    """For each gap every token that behaves the same while the others are right, the original first."""
    right = [gap.text for gap in gaps]
    places = [(index, choice) for index, gap in enumerate(gaps) for choice in (*gap.choices, *beyond(gap))]
    ways = [[*right[:index], choice, *right[index + 1 :]] for index, choice in places]
    same = _same(code, ways, stdout, using)
    found: list[list[str]] = [[gap.text] for gap in gaps]
    for (index, choice), is_same in zip(places, same, strict=True):
        if is_same:
            found[index].append(choice)
    for gap, answers in zip(gaps, found, strict=True):
        if gap.kind == "text":
            spelled = [other_spelling(answer) for answer in answers]
            answers += [text for text in spelled if text and text not in answers]
    return tuple(map(tuple, found))


def _same(code: str, ways: Sequence[Sequence[str]], stdout: str, using: Judge | None) -> list[bool]:
    """Which ways to fill all gaps end and print the same under both hash seeds."""
    programs = [fill(code, way) for way in ways]
    same = [True] * len(programs)
    for seed in SEEDS:
        left = [index for index, is_same in enumerate(same) if is_same]
        tried = attempts([programs[index] for index in left], seed=seed, using=using) if left else []
        for index, attempt in zip(left, tried, strict=True):
            same[index] = attempt.ended == "ok" and attempt.stdout == stdout
    return same


def _answer_findings(body: ClozeBody, gaps: Sequence[Gap], answers: Answers) -> Iterator[Drop]:
    for number, (gap, right, listed) in enumerate(zip(gaps, answers, body.answers, strict=True), start=1):
        others, far = set(gap.choices) & set(right), set(beyond(gap)) & set(right)
        any_would_do = (gap.kind == "number" and (others or len(far) > 1)) or (gap.kind == "text" and far)
        if len(right) > MOST_ANSWERS or any_would_do:
            yield Drop("too_many_answers", f"gap {number}: {', '.join(right[:8])} all do the same")
        if len(gap.choices) - len(others) < LEAST_WRONG:
            yield Drop("too_few_choices", f"gap {number}: hardly anything else fits {gap.text!r}")
        wrong = [text for text in listed if text not in right]
        if wrong:
            yield Drop("wrong_answer", f"gap {number}: {wrong[0]!r} does not do the same")
        missing = [text for text in right if text not in listed]
        if missing:
            yield Drop("missing_answer", f"gap {number}: {missing[0]!r} does the same")


def _joint_findings(
    code: str, gaps: Sequence[Gap], answers: Answers, stdout: str, using: Judge | None
) -> Iterator[Drop]:
    """Whether right answers go together, and no wrong ones are right together."""
    right = [gap.text for gap in gaps]
    listed = [list(way) for way in product(*answers)]
    together = _same(code, listed, stdout, using) if len(gaps) > 1 else [True] * len(listed)
    if not all(together):
        way = listed[together.index(False)]
        yield Drop("joint_answers", f"{way} are right one by one, but not together")
        return
    ways = []
    for one, other in combinations(range(len(gaps)), 2):
        for first, second in product(gaps[one].choices[:_TOGETHER], gaps[other].choices[:_TOGETHER]):
            if first not in answers[one] or second not in answers[other]:
                way = list(right)
                way[one], way[other] = first, second
                ways.append(way)
    for way, is_same in zip(ways, _same(code, ways, stdout, using), strict=True):
        if is_same:
            yield Drop("joint_answers", f"{way} together do the same")
            return


def admit_cloze(candidate: Candidate, using: Judge | None) -> Admitted | Drop:
    """Judge a candidate, and list every token that does the same; see ``admission.admit``."""
    body = candidate.body
    assert isinstance(body, ClozeBody)
    found, seen, answers = _inspect(body, using)
    grave = [drop for drop in found if drop.reason != "missing_answer"]
    if grave or seen is None:
        return grave[0]
    stored = body.model_copy(update={"answers": answers})
    proof = {"gaps": len(answers), "answers": sum(map(len, answers))}
    source = fill(body.code, [texts[0] for texts in answers])
    return shown.admitted(candidate, stored, source, seen, proof, using)
