"""The gate: a candidate is executed and either holds, with the proof, or is dropped, with one reason.

Here: which rules each game type has. Not here: the rules (the module of each game), making candidates; this
room shares nothing with the generators.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.questions.admission.coding import admit_debugging, admit_hangman
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop

Admission = Callable[[Candidate, Judge | None], Admitted | Drop]

ADMISSIONS: Mapping[str, Admission] = {
    "hangman": admit_hangman,
    "debugging": admit_debugging,
}
"""The rules of each game type."""


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
