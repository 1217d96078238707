"""Crosswords: every row of letters is a word, all words hang together, nothing is lost unsaid."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygrounds_dagster.questions.grids import Direction, Grid, crossword
from pygrounds_dagster.questions.grids.layout import EMPTY

WORDS = [
    "variable",
    "integer",
    "string",
    "loop",
    "function",
    "argument",
    "return",
    "tuple",
    "dictionary",
    "list",
    "method",
    "class",
    "object",
    "index",
    "slice",
    "module",
    "import",
    "exception",
    "iterator",
    "generator",
    "decorator",
    "closure",
    "lambda",
    "recursion",
    "stack",
    "queue",
]

lists_of_words = st.lists(st.text("ABCDEINORST", min_size=3, max_size=9), max_size=15)


def letter_at(grid: Grid, row: int, column: int) -> str:
    return grid.letters[row][column]


def runs(grid: Grid) -> list[tuple[str, int, int, Direction]]:
    """Every maximal row or column of two or more letters."""
    found = []
    lines = [
        *((row, range(grid.size), Direction.ACROSS) for row in range(grid.size)),
        *((column, range(grid.size), Direction.DOWN) for column in range(grid.size)),
    ]
    for fixed, along, direction in lines:
        cells = [(fixed, place) if direction is Direction.ACROSS else (place, fixed) for place in along]
        for lettered, group in itertools.groupby(cells, lambda cell: letter_at(grid, *cell) != EMPTY):
            part = list(group)
            if lettered and len(part) > 1:
                found.append(("".join(letter_at(grid, *cell) for cell in part), *part[0], direction))
    return found


def is_connected(grid: Grid) -> bool:
    filled = {(r, c) for r, row in enumerate(grid.letters) for c, cell in enumerate(row) if cell != EMPTY}
    reached, waiting = set(), list(filled)[:1]
    while waiting:
        row, column = waiting.pop()
        if (row, column) in filled - reached:
            reached.add((row, column))
            waiting += [(row + 1, column), (row - 1, column), (row, column + 1), (row, column - 1)]
    return reached == filled


@given(lists_of_words, st.integers(4, 16), st.integers(0, 99))
@settings(max_examples=150, deadline=None)
def test_every_run_of_letters_is_an_entry_and_all_are_connected(
    words: list[str], size: int, seed: int
) -> None:
    grid = crossword(words, size, seed)
    entries = [(one.word, one.row, one.column, one.direction) for one in grid.placements]
    assert sorted(runs(grid), key=repr) == sorted(entries, key=repr)
    assert is_connected(grid)
    assert {one.word for one in grid.placements} | set(grid.left_out) == set(words)
    assert len({one.word for one in grid.placements}) == len(grid.placements)


def test_a_usual_list_is_placed_whole_in_nearly_every_case() -> None:
    asked = placed = 0
    for seed in range(60):
        words = WORDS[seed % 12 :][: 10 + seed % 6]
        asked += len(words)
        placed += len(crossword(words, 15, seed).placements)
    assert placed / asked >= 0.96


def test_the_same_seed_gives_the_same_grid_and_another_seed_another() -> None:
    assert crossword(WORDS[:12], 15, 4) == crossword(WORDS[:12], 15, 4)
    assert crossword(WORDS[:12], 15, 4).letters != crossword(WORDS[:12], 15, 5).letters


def test_numbers_run_from_the_top_left_and_crossing_starts_share_one() -> None:
    grid = crossword(WORDS[:12], 15, 1)
    starts = {(one.row, one.column): one.number for one in grid.placements}
    assert [starts[cell] for cell in sorted(starts)] == list(range(1, len(starts) + 1))


def test_what_is_left_out_says_why() -> None:
    grid = crossword(["alpha", "beta", "xyzzy", "extraordinarily", "q"], 8)
    assert grid.left_out["XYZZY"] == "crosses none of the words in the grid"
    assert grid.left_out["EXTRAORDINARILY"].startswith("longer than the grid: 15 letters")
    assert "shorter" in grid.left_out["Q"]


@pytest.mark.parametrize("words", [["two words"], ["naïve"], ["x1"], [""]])
def test_what_is_no_word_is_refused(words: list[str]) -> None:
    with pytest.raises(ValueError, match="use the letters A to Z"):
        crossword(words)


@pytest.mark.parametrize("size", [0, 3, 41])
def test_an_impossible_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="size must be 4 to 40"):
        crossword(["word"], size)


def test_no_words_give_an_empty_grid() -> None:
    grid = crossword([], 5)
    assert (grid.placements, set(grid.letters)) == ((), {"....."})
