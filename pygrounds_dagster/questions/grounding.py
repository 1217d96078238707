"""What a question about words claims to have from the text that it was made from.

Here: which words must stand there. Not here: looking for them (``bank``, in SQL).
"""

from __future__ import annotations

from pygrounds_dagster.questions.admission.pre_assessment import form_of
from pygrounds_dagster.questions.bodies import Body, PreAssessmentBody, WordBody


def quoted(body: Body) -> str:
    """Words that must stand in a source chunk, in this order; empty for questions that were executed.

    Words: the term. Placement questions about terms: the term followed by its meaning, as glossaries write
    it, which is what makes their right option right.
    """
    match body:
        case WordBody():
            return body.term
        case PreAssessmentBody(code=""):
            form = form_of(body)
            key = body.options[body.correct_option]
            if form is None:
                return key
            asked = form[1].groupdict()
            return f"{asked.get('term', key)}: {asked.get('meaning', key)}"
    return ""
