"""Rules for the texts of coding questions: they name the function and do not give the answer away.

Here: what can be said of a text without running anything. Not here: rules about code (``coding``).
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission.giveaways import holds, points_at, squeeze
from pygrounds_dagster.questions.bodies import DebuggingBody, HangmanBody
from pygrounds_dagster.questions.model import Drop

LEAST_WORDS = 4
"""Words of an explanation."""

_SHORT_LINE = 7
_TELLING_LINE = 12
"""Characters, blanks not counted, from which a line of code stands in a text only because it was copied."""


def text_findings(body: HangmanBody | DebuggingBody) -> Iterator[Drop]:
    """What is wrong with the texts; the codes must parse.

    Raises:
        SyntaxError: they do not.
    """
    texts = {"question_text": body.question_text}
    explanations = {"explanation": body.explanation}
    if isinstance(body, DebuggingBody):
        texts["buggy_question_text"] = body.buggy_question_text
        explanations["buggy_explanation"] = body.buggy_explanation
    for name, text in texts.items():
        if not re.search(rf"(?<!\w){re.escape(body.function_name)}(?!\w)", text):
            yield Drop("name_not_mentioned", f"{name} must name the function {body.function_name}")
        leaked = leaked_line(text, body.clean_solution)
        if leaked:
            yield Drop("leaks_solution", f"{name} holds a line of the solution: {leaked!r}")
        if isinstance(body, DebuggingBody):
            place = points_at(text, body.clean_solution, body.code_shown_to_student)
            if place:
                yield Drop("reveals_bug", f"{name} points at the mistake: {place!r}")
    for name, text in explanations.items():
        if len(text.split()) < LEAST_WORDS:
            yield Drop("no_explanation", f"{name} must be a sentence, not {text!r}")


def leaked_line(text: str, source: str) -> str:
    """A line of a program's statements that a text holds, blanks not counted; empty if there is none."""
    squeezed = squeeze(text)
    lines = source.splitlines()
    for node in ast.walk(parse(source)):
        documentation = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        if not isinstance(node, ast.stmt) or isinstance(node, ast.FunctionDef) or documentation:
            continue
        line = lines[node.lineno - 1].strip()
        if len(squeeze(line)) >= _TELLING_LINE and squeeze(line) in squeezed:
            return line
        if _works_out(node) and len(squeeze(line)) >= _SHORT_LINE and holds(" ".join(text.split()), line):
            return line
    return ""


def _works_out(node: ast.stmt) -> bool:
    """Whether a statement computes something: ``return a + b`` is short, but nobody says so by chance."""
    given = node.value if isinstance(node, ast.Return | ast.Assign | ast.AugAssign) else None
    return given is not None and any(
        isinstance(n, ast.BinOp | ast.Compare | ast.BoolOp | ast.Call) for n in ast.walk(given)
    )
