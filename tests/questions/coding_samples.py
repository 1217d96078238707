"""A sound question of each coding game, for tests to spoil."""

from __future__ import annotations

from typing import Any

from pygrounds_dagster.questions.bodies import DebuggingBody, HangmanBody
from pygrounds_dagster.questions.model import Candidate

CLEAN = """\
def count_above(numbers, limit):
    count = 0
    for number in numbers:
        if number > limit:
            count += 1
    return count
"""
FIELDS: dict[str, Any] = {
    "question_text": "Write count_above(numbers, limit), which tells how many numbers are greater.",
    "function_name": "count_above",
    "sample_input": "[3, 8, 5], 4",
    "sample_output": "2",
    "hidden_tests": [
        {"input": "[], 1", "expected_output": "0"},
        {"input": "[7, 2, 9, 4], 4", "expected_output": "2"},
        {"input": "[1, 1, 6], 0", "expected_output": "3"},
    ],
    "clean_solution": CLEAN,
    "explanation": "A loop looks at every number and counts those above the limit.",
}
BUGGY_FIELDS: dict[str, Any] = {
    **FIELDS,
    "code_shown_to_student": CLEAN.replace("+= 1", "+= 2"),
    "code_with_bug_fixed": CLEAN,
    "buggy_question_text": "count_above gives too large a number. Find the mistake.",
    "buggy_explanation": "Every number that is found must be counted once, not twice.",
}


def hangman(**changes: Any) -> Candidate:
    """A candidate that holds, with some fields changed."""
    return Candidate(HangmanBody.model_validate({**FIELDS, **changes}), ("beginner.basics.lists",))


def debugging(**changes: Any) -> Candidate:
    """A candidate that holds, with some fields changed."""
    return Candidate(DebuggingBody.model_validate({**BUGGY_FIELDS, **changes}), ("beginner.basics.lists",))
