"""What a grid is: words, where each lies, and what could not be laid out.

Here: the values that both puzzles share, and the check of the words given. Not here: laying out, rendering.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum

EMPTY = "."
MIN_SIZE = 4
MAX_SIZE = 40
MIN_LETTERS = 3


class Direction(Enum):
    """How a word runs from its first letter: the change of row and of column from letter to letter."""

    ACROSS = (0, 1)
    DOWN = (1, 0)
    DOWN_RIGHT = (1, 1)
    UP_RIGHT = (-1, 1)
    BACK = (0, -1)
    UP = (-1, 0)
    UP_LEFT = (-1, -1)
    DOWN_LEFT = (1, -1)


@dataclass(frozen=True, slots=True)
class Placement:
    """A word in a grid; rows and columns count from 0 at the top left.

    ``number`` is what a crossword prints in the first cell; 0 in a word search.
    """

    word: str
    row: int
    column: int
    direction: Direction
    number: int = 0

    def cells(self) -> Iterator[tuple[int, int]]:
        """(row, column) of each letter, in order."""
        down, right = self.direction.value
        return ((self.row + i * down, self.column + i * right) for i in range(len(self.word)))


@dataclass(frozen=True, slots=True)
class Grid:
    """A finished puzzle.

    Attributes:
        size: rows and columns.
        letters: ``size`` strings of ``size`` letters; ``EMPTY`` where a crossword is black.
        placements: by number, or by word in a word search.
        left_out: word → why it is not in the grid.
        seed: what the choices were drawn from; the same arguments give the same grid.
    """

    size: int
    letters: tuple[str, ...]
    placements: tuple[Placement, ...]
    left_out: Mapping[str, str]
    seed: int


def checked(words: Iterable[str], size: int) -> tuple[list[str], dict[str, str]]:
    """The words that could be laid out, upper case and each once, and why others could not.

    Raises:
        ValueError: ``size`` is out of range, or a word is not made of the letters A to Z.
    """
    if not MIN_SIZE <= size <= MAX_SIZE:
        raise ValueError(f"size must be {MIN_SIZE} to {MAX_SIZE}, not {size}")
    good: dict[str, None] = {}
    left_out: dict[str, str] = {}
    for given in words:
        word = given.upper()
        if not (word.isascii() and word.isalpha()):
            raise ValueError(f"{given!r} is no word: use the letters A to Z alone")
        if len(word) < MIN_LETTERS:
            left_out[word] = f"shorter than {MIN_LETTERS} letters"
        elif len(word) > size:
            left_out[word] = f"longer than the grid: {len(word)} letters, {size} cells"
        else:
            good[word] = None
    return list(good), left_out
