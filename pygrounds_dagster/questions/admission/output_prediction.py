"""What does this program print? Admitted if it prints just that, each time, and does not simply say so.

Here: the rules. Not here: rules of all shown programs (``shown``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.questions.admission import shown
from pygrounds_dagster.questions.admission.giveaways import (
    comments_of,
    holds,
    lone_texts,
    numbers_in_names,
    told_line,
)
from pygrounds_dagster.questions.admission.outside import seeds_for
from pygrounds_dagster.questions.bodies import OutputPredictionBody
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop
from pygrounds_dagster.questions.tracing import Trace

REASONS: Mapping[str, str] = shown.REASONS


def findings(body: OutputPredictionBody, *, using: Judge | None = None) -> tuple[list[Drop], Trace | None]:
    """Every broken rule, the gravest first, and what the program did if it could be run.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``shown.run_twice``.
    """
    found = list(shown.static_findings(body.code, body.question_text, body.explanation, body.expected_output))
    if found and found[0].reason in ("syntax_error", "unpredictable"):
        return found, None
    seen, _again, wrong = shown.run_twice(body.code, stdin=body.stdin, using=using)
    found = wrong + found
    if not wrong:
        found += shown.output_findings(body.expected_output, seen)
        if shown.is_copied(body.code, seen.stdout):
            found.append(Drop("copied_output", f"{seen.stdout[:80]!r} can be read off the program"))
        found += _leaks(body, seen.stdout)
    return found, seen


def admit_output_prediction(candidate: Candidate, using: Judge | None) -> Admitted | Drop:
    """Judge a candidate; see ``admission.admit``."""
    body = candidate.body
    assert isinstance(body, OutputPredictionBody)
    found, seen = findings(body, using=using)
    if found or seen is None:
        return found[0]
    return shown.admitted(candidate, body, body.code, seen, {"runs": len(seeds_for(body.code))}, using)


def _leaks(body: OutputPredictionBody, printed: str) -> Iterator[Drop]:
    """Where the question tells what is printed: its text, a comment, a lone text, a name."""
    lines = [line.strip() for line in printed.splitlines() if line.strip()]
    told = told_line(body.question_text, printed)
    if told:
        yield Drop("leaks_answer", f"question_text holds {told!r}")
    for comment in comments_of(body.code):
        if any(line in comment for line in lines) or "print" in comment.lower():
            yield Drop("leaks_answer", f"the comment {comment!r}")
    for text in lone_texts(body.code):
        if any(holds(text, line) for line in lines):
            yield Drop("leaks_answer", f"the text {text[:80]!r} in the program")
    for number, name in numbers_in_names(body.code).items():
        if number in lines:
            yield Drop("leaks_answer", f"the name {name!r}")
