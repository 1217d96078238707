"""What holds of a word and its clue by definition: the letters of a term, how hard a clue is.

Here: the formula for everything that is asked in words instead of code. Not here: rules (``admission.word``),
where words come from (``template.word``), programs (``difficulty``).

The score starts at the level at which the subject is taught (0 beginner … 3 master) and is shifted::

    score = taught
          - 0.45 * gap             1 if the clue is a sentence with a gap: the words around it help
          + 0.06 * (letters - 7)   of the answer: a long one is harder to recall and to spell
          + 0.20 * (parts - 1)     words of the term
          + 0.80 * (heavy - 0.15)  share of clue words with 8 or more letters
          - 0.02 * (hints - 10)    words of the clue: each one says something

and rounded to a level. Long words for hard reading are the measure of Läsbarhetsindex (Björnsson, 1968) with
a limit of 8 letters, as English terms are shorter than Swedish ones; the weights keep most words at the level
at which they are taught and move a clue by one level at most.
"""

from __future__ import annotations

import re

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.questions.difficulty import Estimate
from pygrounds_dagster.questions.model import DIFFICULTIES

GAP = "____"
"""Stands in a clue for the answer."""

_HEAVY = 8
_LETTERS = re.compile(r"[^\W\d_]+")


def letters_of(term: str) -> str:
    """The letters of a term in upper case: what is written into a grid."""
    return "".join(_LETTERS.findall(term)).upper()


def parts_of(term: str) -> list[str]:
    """The words of a term; ``is_integer`` has two."""
    return _LETTERS.findall(term)


def words_of(text: str) -> list[str]:
    """The words of a text, without digits and signs."""
    return _LETTERS.findall(text)


def estimate_word(clue: str, term: str, taught: Difficulty | None) -> Estimate:
    """The level of a clue.

    Args:
        clue: what is shown.
        term: what is looked for.
        taught: the level of the subtopic; None counts as beginner.
    """
    words = words_of(clue)
    found: dict[str, float] = {
        "taught": DIFFICULTIES.index(taught or "beginner"),
        "gap": GAP in clue,
        "letters": len(letters_of(term)),
        "parts": len(parts_of(term)),
        "heavy": sum(len(word) >= _HEAVY for word in words) / max(1, len(words)),
        "hints": len(words),
    }
    score = (
        found["taught"]
        - 0.45 * found["gap"]
        + 0.06 * (found["letters"] - 7)
        + 0.2 * (found["parts"] - 1)
        + 0.8 * (found["heavy"] - 0.15)
        - 0.02 * (found["hints"] - 10)
    )
    place = min(len(DIFFICULTIES) - 1, max(0, int(score + 0.5) if score > 0 else 0))
    rounded = {name: round(float(value), 3) for name, value in found.items()}
    return Estimate(DIFFICULTIES[place], {**rounded, "score": round(score, 3)})
