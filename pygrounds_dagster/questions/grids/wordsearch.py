"""Word searches: words hidden in a full square of letters, each to be found exactly once.

Here: laying out and filling up. Not here: rendering.

Free cells are drawn, then read in all eight directions: where a word of the list appears a second time, or a
rude one by accident, one of the drawn letters in it is drawn again. A palindrome reads the same both ways
and counts once.
"""

from __future__ import annotations

import codecs
import random
import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import resources

from pygrounds_dagster.questions.grids.layout import Direction, Grid, Placement, checked

FORWARD = (Direction.ACROSS, Direction.DOWN, Direction.DOWN_RIGHT, Direction.UP_RIGHT)
"""Directions that read from left to right or down: for beginners."""
ALL = tuple(Direction)

_ORDERS = 12
_SPOTS = 400
"""Drawn places that a word may refuse before the order of words is given up."""
_REDRAWS = 1_000
_LETTERS = "AABCDEEEFGHIIKLLMNNOOPPRRSSTTUUVWY"
_NO_ROOM = "no room is left for it"
_TWICE = "appears a second time wherever the words are put"

_Spot = tuple[int, int]
_Line = tuple[_Spot, ...]
_Cells = dict[_Spot, str]


@cache
def rude_words() -> tuple[str, ...]:
    """Words that must not appear by accident; kept in ROT13, so that nobody has to read them."""
    text = resources.files(__package__).joinpath("rude.rot13").read_text(encoding="ascii")
    lines = (line for line in text.splitlines() if line and not line.startswith("#"))
    return tuple(codecs.decode(line.strip(), "rot13").upper() for line in lines)


def wordsearch(
    words: Iterable[str], size: int = 15, seed: int = 0, directions: Sequence[Direction] = ALL
) -> Grid:
    """Hide words in a square of letters.

    Args:
        words: letters A to Z in either case; repeats count once.
        size: rows and columns.
        seed: of the choices.
        directions: ways in which words may run.

    Returns:
        A full grid in which each placed word occurs exactly once; what is not in it stands in ``left_out``.

    Raises:
        ValueError: see ``layout.checked``; or no directions are given.
    """
    if not directions:
        raise ValueError("a word search needs at least one direction")
    good, left_out = checked(words, size)
    good, inside = _without_parts(good)
    left_out |= inside
    while (found := _best_of(good, size, seed, directions)) is None:
        # So short or so alike that they cannot but appear again: the shortest goes.
        left_out[min(good, key=len)] = _TWICE
        good.remove(min(good, key=len))
    placements, cells = found
    placed = {one.word for one in placements}
    left_out |= {word: _NO_ROOM for word in good if word not in placed}
    rows = tuple("".join(cells[row, column] for column in range(size)) for row in range(size))
    return Grid(size, rows, tuple(sorted(placements, key=lambda one: one.word)), left_out, seed)


def _best_of(
    words: list[str], size: int, seed: int, directions: Sequence[Direction]
) -> tuple[list[Placement], _Cells] | None:
    best: tuple[list[Placement], _Cells] | None = None
    for attempt in range(_ORDERS):
        chance = random.Random(f"{seed}/{attempt}")
        placements, fixed = _lay(words, size, directions, chance)
        if best is not None and len(placements) <= len(best[0]):
            continue
        full = _fill(placements, fixed, words, size, chance)
        if full is not None:
            best = placements, full
        if best is not None and len(best[0]) == len(words):
            break
    return best


def _without_parts(words: list[str]) -> tuple[list[str], dict[str, str]]:
    """Words that no other word contains, read either way: such a one could be found twice."""
    left_out = {}
    for word in words:
        for other in words:
            if word != other and other not in left_out and (word in other or word[::-1] in other):
                left_out[word] = f"is part of {other}"
                break
    return [word for word in words if word not in left_out], left_out


def _lay(
    words: list[str], size: int, directions: Sequence[Direction], chance: random.Random
) -> tuple[list[Placement], _Cells]:
    cells: _Cells = {}
    placements = []
    for word in sorted(words, key=lambda word: -len(word) + chance.random()):
        for _ in range(_SPOTS):
            direction = chance.choice(directions)
            down, right = direction.value
            row = chance.randrange(*_range(size, len(word), down))
            column = chance.randrange(*_range(size, len(word), right))
            placement = Placement(word, row, column, direction)
            spots = list(placement.cells())
            if all(cells.get(spot, letter) == letter for spot, letter in zip(spots, word, strict=True)):
                cells |= dict(zip(spots, word, strict=True))
                placements.append(placement)
                break
    return placements, cells


def _range(size: int, length: int, step: int) -> tuple[int, int]:
    """Where a word's first letter may be on an axis along which it moves by ``step``."""
    if step > 0:
        return 0, size - length + 1
    return (length - 1, size) if step < 0 else (0, size)


def _fill(
    placements: list[Placement], fixed: _Cells, words: list[str], size: int, chance: random.Random
) -> _Cells | None:
    """All cells, so that each word is found once and nothing rude; None if that takes too long."""
    cells = {
        (row, column): fixed.get((row, column)) or chance.choice(_LETTERS)
        for row in range(size)
        for column in range(size)
    }
    own = [frozenset(placement.cells()) for placement in placements]
    listed, rude = _pattern(words), _pattern(rude_words())
    through = _lines_through(size)
    unread = list(_lines(size))
    for _ in range(_REDRAWS):
        while unread and (clash := _clash(unread[-1], cells, own, listed, rude)) is None:
            unread.pop()
        if not unread:
            return cells
        assert clash is not None
        free = sorted(spot for spot in clash if spot not in fixed)
        if not free:
            return None
        spot = chance.choice(free)
        cells[spot] = chance.choice(_LETTERS)
        unread += through[spot]
    return None


def _pattern(words: Iterable[str]) -> re.Pattern[str]:
    """Finds words at every place, also where they overlap."""
    return re.compile(f"(?=({'|'.join(words) or '(?!)'}))")


def _clash(
    line: _Line, cells: _Cells, own: list[frozenset[_Spot]], listed: re.Pattern[str], rude: re.Pattern[str]
) -> frozenset[_Spot] | None:
    """Cells of a line that show a word where none was put; a rude part of a placed word is not ours."""
    text = "".join(cells[spot] for spot in line)
    for letters, spots in ((text, line), (text[::-1], line[::-1])):
        for pattern in (listed, rude):
            for match in pattern.finditer(letters):
                shown = frozenset(spots[match.start() : match.start() + len(match[1])])
                allowed = shown in own if pattern is listed else any(shown <= word for word in own)
                if not allowed:
                    return shown
    return None


@cache
def _lines_through(size: int) -> dict[_Spot, list[_Line]]:
    found: dict[_Spot, list[_Line]] = {}
    for line in _lines(size):
        for spot in line:
            found.setdefault(spot, []).append(line)
    return found


@cache
def _lines(size: int) -> tuple[_Line, ...]:
    """Every row, column and diagonal, in one of its two directions."""
    rows = [tuple((row, column) for column in range(size)) for row in range(size)]
    columns = [tuple((row, column) for row in range(size)) for column in range(size)]
    falling = [
        tuple((row, row - shift) for row in range(max(0, shift), min(size, size + shift)))
        for shift in range(1 - size, size)
    ]
    rising = [tuple((row, size - 1 - column) for row, column in line) for line in falling]
    return (*rows, *columns, *falling, *rising)
