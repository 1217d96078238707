"""The gate: a candidate is executed and either holds, with the proof, or is dropped, with one reason.

Here: which rules each game type has. Not here: the rules (the module of each game), making candidates; this
room shares nothing with the generators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.questions.admission import (
    cloze,
    coding,
    output_prediction,
    parsons,
    pre_assessment,
    trace,
    word,
)
from pygrounds_dagster.questions.admission.cloze import admit_cloze
from pygrounds_dagster.questions.admission.coding import admit_debugging, admit_hangman
from pygrounds_dagster.questions.admission.output_prediction import admit_output_prediction
from pygrounds_dagster.questions.admission.parsons import admit_parsons
from pygrounds_dagster.questions.admission.pre_assessment import admit_pre_assessment
from pygrounds_dagster.questions.admission.trace import admit_trace
from pygrounds_dagster.questions.admission.word import admit_word
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop

Admission = Callable[[Candidate, Judge | None], Admitted | Drop]

ADMISSIONS: Mapping[str, Admission] = {
    "hangman": admit_hangman,
    "debugging": admit_debugging,
    "word": admit_word,
    "pre_assessment": admit_pre_assessment,
    "output_prediction": admit_output_prediction,
    "trace": admit_trace,
    "parsons": admit_parsons,
    "cloze": admit_cloze,
}
"""The rules of each game type."""

REASONS: Mapping[str, Mapping[str, str]] = {
    "hangman": coding.REASONS,
    "debugging": coding.REASONS,
    "word": word.REASONS,
    "pre_assessment": pre_assessment.REASONS,
    "output_prediction": output_prediction.REASONS,
    "trace": trace.REASONS,
    "parsons": parsons.REASONS,
    "cloze": cloze.REASONS,
}
"""Every reason of each game type for which a candidate is dropped, and what it means."""


def admit(candidate: Candidate, *, using: Judge | None = None) -> Admitted | Drop:
    """Execute a candidate and say whether it may be stored. Threads may call this at once.

    Args:
        candidate: of any game type.
        using: the judge; the process's own by default.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: the judge said nothing about the candidate, as when its sandbox was lost.
    """
    return ADMISSIONS[candidate.game_type](candidate, using)
