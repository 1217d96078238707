"""Options of a question: three wrong ones that could be right, and where the right one stands.

Here: choosing among wrong answers so that neither length nor place tells. Not here: finding wrong answers.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pygrounds_dagster.questions.template.programs.model import draw

_WRONG = 3


@dataclass(frozen=True, slots=True)
class Wrong:
    """A wrong answer, and what it would take to be right; ``rank``: lower ones are preferred."""

    text: str
    why: str
    rank: int = 0


def choose(key: str, wrong: Iterable[Wrong], *seed: object) -> list[Wrong] | None:
    """Three different wrong answers, like the right one in rank, lines and length; None if there are fewer.

    One of them is as long as the right answer wherever there is such a one.
    """
    seen = {_normal(key)}
    different: list[Wrong] = []
    for one in wrong:
        if one.text.strip() and _normal(one.text) not in seen:
            seen.add(_normal(one.text))
            different.append(one)

    def unlike(one: Wrong) -> tuple[int, int, int, int]:
        lines = abs(one.text.count("\n") - key.count("\n"))
        return one.rank, lines, abs(len(one.text) - len(key)) // 3, draw(*seed, one.text)

    different.sort(key=unlike)
    chosen = different[:_WRONG]
    if len(chosen) < _WRONG:
        return None
    if all(len(one.text) < len(key) for one in chosen):
        longer = [one for one in different[_WRONG:] if len(one.text) >= len(key)]
        chosen[-1:] = longer[:1] or chosen[-1:]
    return chosen


def placed(key: str, chosen: Iterable[Wrong], place: int, *seed: object) -> tuple[str, str, str, str]:
    """The options in an order by hash, with the right one at a place."""
    others = sorted((one.text for one in chosen), key=lambda text: draw(*seed, "order", text))
    others.insert(place, key)
    first, second, third, fourth = others
    return first, second, third, fourth


def _normal(text: str) -> str:
    return " ".join(text.split()).casefold()
