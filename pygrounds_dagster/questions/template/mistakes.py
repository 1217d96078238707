"""Typical mistakes: which mutants a debugging question may show, and words for each.

Here: the table, and the explanation of one mutant. Not here: making mutants (``problems.mutants``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pygrounds_dagster.problems.mutants import Mutant


@dataclass(frozen=True, slots=True)
class Mistake:
    """A kind of slip.

    Attributes:
        told: what it does, in a sentence.
        rarity: smaller for what learners do more often.
    """

    told: str
    rarity: float


MISTAKES: Mapping[str, Mistake] = {
    "boundary": Mistake("A value exactly on the limit falls on the wrong side of this comparison.", 0),
    "comparison": Mistake("The comparison asks for the opposite of what is wanted.", 1),
    "constant": Mistake("The number written there is not the one that the task asks for.", 1),
    "accumulator_start": Mistake("The variable starts from a wrong value, so the result is off from the "
                                 "beginning.", 0),
    "range_bound": Mistake("The range is off by one, so one turn is missing or one is too many.", 0),
    "index": Mistake("The position is off by one, so a neighbour is taken.", 0),
    "slice_bound": Mistake("The slice begins or ends at a wrong place.", 0.5),
    "boolean": Mistake("`and` needs both tests to be true, `or` only one of them; here they are mixed up.",
    0),
    "wrong_variable": Mistake("A different variable is used from the one that is needed.", 1),
    "swapped_arguments": Mistake("Two arguments stand in the wrong order.", 0.5),
    "swapped_items": Mistake("Two parts stand in the wrong order.", 0.5),
    "swapped_operands": Mistake("The two sides of the operator are the wrong way round.", 1),
    "swapped_branches": Mistake("The two answers of the choice are the wrong way round.", 1),
    "early_return": Mistake("The function returns inside the loop, so it stops during the first turn.", 0),
    "arithmetic": Mistake("The arithmetic operator is not the one that is needed here.", 0.5),
    "augmented": Mistake("The variable is changed in the wrong way here.", 0.5),
    "wrong_function": Mistake("The name of a function is mixed up with one that is close to it.", 1),
    "dropped_argument": Mistake("An argument is missing, so the default is used instead.", 1),
    "dropped_call": Mistake("A call that must change the value first has been forgotten.", 1),
    "dropped_filter": Mistake("The test is missing, so everything goes through.", 1),
    "dropped_condition": Mistake("One of the two tests is missing.", 1),
    "loop_exit": Mistake("`continue` goes on with the next turn, `break` ends the loop; here the wrong one "
                         "is used.", 0),
    "negated_condition": Mistake("The condition asks for the opposite of what is wanted.", 1),
    "sign": Mistake("The sign in front of the value is wrong.", 1),
    "wrong_attribute": Mistake("The attribute that is read is not the one that is needed.", 1),
}  # fmt: skip
"""Operators that make mistakes worth looking for; those left out crash, hang or look made up."""


def explained(mutant: Mutant, original: str, seen: str, right: str) -> str:
    """Where the mistake is, why it is one, and what it leads to.

    Args:
        mutant: of ``original``.
        original: the program without the mistake.
        seen, right: what both give for the sample, as they are to be shown.
    """
    wrong_line = mutant.source.splitlines()[mutant.line - 1].strip()
    right_line = original.splitlines()[mutant.line - 1].strip()
    mended = f"Line {mutant.line} says `{wrong_line}`; it must say `{right_line}`."
    if wrong_line == right_line:
        mended = f"Line {mutant.line}, `{right_line}`, must stand further to the left, after the loop."
    return (
        f"{mended} {MISTAKES[mutant.operator].told} That is why the sample gives {seen} instead of {right}."
    )
