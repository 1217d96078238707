"""Crosswords: words that cross, in which every row of letters is a word of the list.

Here: laying out. Not here: clues, rendering.

Words are laid one by one, each where it crosses most of what lies there, tried in several drawn orders; what
does not fit is tried again after the others. A word may only be laid where it touches nothing beside its
crossings, so every maximal run of two or more letters is an entry, and all entries hang together.
"""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator

from pygrounds_dagster.questions.grids.layout import EMPTY, Direction, Grid, Placement, checked

_ORDERS = 48
"""Drawn orders tried before the best is taken; most lists need one or two."""
_NO_CROSSING = "crosses none of the words in the grid"
_NO_ROOM = "no room is left where it crosses another word"


class _Board:
    """The cells in one list with an empty border, so that neighbours need no test for the edge."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.width = size + 2
        self.cells = [""] * self.width**2
        self.inside = [False] * self.width**2
        for row in range(1, size + 1):
            for column in range(1, size + 1):
                self.inside[row * self.width + column] = True
        self.by_letter: dict[str, list[int]] = {}
        self.laid: list[tuple[str, int, int]] = []
        self.entered: set[tuple[int, int]] = set()

    def lay(self, word: str, start: int, step: int) -> None:
        for place, letter in enumerate(word):
            cell = start + place * step
            if not self.cells[cell]:
                self.cells[cell] = letter
                self.by_letter.setdefault(letter, []).append(cell)
            self.entered.add((cell, step))
        self.laid.append((word, start, step))

    def crossings(self, word: str, start: int, step: int) -> int:
        """Letters shared with what lies there; -1 where the word may not be laid."""
        end = start + (len(word) - 1) * step
        if not (self.inside[start] and self.inside[end]):
            return -1
        if self.cells[start - step] or self.cells[end + step]:
            return -1
        across = self.width + 1 - step
        shared = 0
        for place, letter in enumerate(word):
            cell = start + place * step
            there = self.cells[cell]
            if there:
                # Along an entry of the same direction it would lengthen or repeat that one.
                if there != letter or (cell, step) in self.entered:
                    return -1
                shared += 1
            elif self.cells[cell - across] or self.cells[cell + across]:
                return -1
        return shared

    def places(self, word: str) -> Iterator[tuple[int, int, int]]:
        """(letters shared, start, step) of every place where the word crosses another."""
        seen = set()
        for place, letter in enumerate(word):
            for cell in self.by_letter.get(letter, ()):
                for step in (1, self.width):
                    spot = (cell - place * step, step)
                    if spot not in seen and 0 < spot[0] < len(self.cells):
                        seen.add(spot)
                        shared = self._fits(word, *spot)
                        if shared > 0:
                            yield shared, *spot

    def _fits(self, word: str, start: int, step: int) -> int:
        end = start + (len(word) - 1) * step
        if end >= len(self.cells) or (step == 1 and start // self.width != end // self.width):
            return -1
        return self.crossings(word, start, step)


def crossword(words: Iterable[str], size: int = 15, seed: int = 0) -> Grid:
    """Lay words out as a crossword.

    Args:
        words: letters A to Z in either case; repeats count once.
        size: rows and columns.
        seed: of the choices.

    Returns:
        A grid whose entries are connected; what is not in it stands in ``left_out``.

    Raises:
        ValueError: see ``layout.checked``.
    """
    good, left_out = checked(words, size)
    best = _Board(size)
    for attempt in range(_ORDERS):
        board = _attempt(good, size, random.Random(f"{seed}/{attempt}"))
        if len(board.laid) > len(best.laid):
            best = board
        if len(best.laid) == len(good):
            break
    laid = {word for word, _, _ in best.laid}
    for word in good:
        if word not in laid:
            shares = any(set(word) & set(other) for other in laid)
            left_out[word] = _NO_ROOM if shares else _NO_CROSSING
    return _grid(best, left_out, seed)


def _attempt(words: list[str], size: int, chance: random.Random) -> _Board:
    board = _Board(size)
    # Long words first, they are the hardest to place; the drawn part makes attempts differ.
    waiting = sorted(words, key=lambda word: -len(word) + chance.uniform(0, 2))
    if not waiting:
        return board
    first = waiting.pop(0)
    step = chance.choice((1, board.width))
    middle, lead = (size + 1) // 2, 1 + (size - len(first)) // 2
    row, column = (middle, lead) if step == 1 else (lead, middle)
    board.lay(first, row * board.width + column, step)
    centre = (board.width - 1) / 2
    while waiting:
        later = []
        for word in waiting:
            # Many crossings far from the middle: what is spread out leaves room beside it for the rest.
            found = max(
                board.places(word),
                key=lambda spot: (
                    spot[0] + _distance(spot, len(word), board.width, centre) / 4 + chance.uniform(0, 1.5)
                ),
                default=None,
            )
            if found is None:
                later.append(word)
            else:
                board.lay(word, *found[1:])
        if len(later) == len(waiting):
            break
        waiting = later
    return board


def _distance(spot: tuple[int, int, int], length: int, width: int, centre: float) -> float:
    _, start, step = spot
    middle = start + (length - 1) / 2 * step
    return float(abs(middle // width - centre) + abs(middle % width - centre))


def _grid(board: _Board, left_out: dict[str, str], seed: int) -> Grid:
    width, size = board.width, board.size
    rows = tuple(
        "".join(board.cells[row * width + column] or EMPTY for column in range(1, size + 1))
        for row in range(1, size + 1)
    )
    numbers: dict[int, int] = {}
    for start in sorted({start for _, start, _ in board.laid}):
        numbers[start] = len(numbers) + 1
    placements = [
        Placement(
            word,
            start // width - 1,
            start % width - 1,
            Direction.ACROSS if step == 1 else Direction.DOWN,
            numbers[start],
        )
        for word, start, step in board.laid
    ]
    placements.sort(key=lambda one: (one.number, one.direction.value))
    return Grid(size, rows, tuple(placements), left_out, seed)
