"""What does this program print? Admitted if it prints just that, each time, and does not simply say so.

Here: the rules. Not here: rules of all shown programs (``shown``).
"""

from __future__ import annotations

import io
import tokenize
from collections.abc import Mapping

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.questions.admission import shown
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
        found += [Drop("leaks_answer", f"the comment {c!r}") for c in _telling(body.code, seen.stdout)]
    return found, seen


def admit_output_prediction(candidate: Candidate, using: Judge | None) -> Admitted | Drop:
    """Judge a candidate; see ``admission.admit``."""
    body = candidate.body
    assert isinstance(body, OutputPredictionBody)
    found, seen = findings(body, using=using)
    if found or seen is None:
        return found[0]
    return shown.admitted(candidate, body, body.code, seen, {"runs": len(shown.SEEDS)}, using)


def _telling(source: str, printed: str) -> list[str]:
    """Comments that hold a line of the output, or say what is printed."""
    lines = {line.strip() for line in printed.splitlines() if line.strip()}
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    comments = [token.string for token in tokens if token.type == tokenize.COMMENT]
    return [c for c in comments if any(line in c for line in lines) or "print" in c.lower()]
