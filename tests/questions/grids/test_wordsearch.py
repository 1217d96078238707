"""Word searches: every word can be found, once, and nothing stands there that nobody should read."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygrounds_dagster.questions.grids import Direction, Grid, wordsearch
from pygrounds_dagster.questions.grids.wordsearch import FORWARD, rude_words

Cells = frozenset[tuple[int, int]]


def occurrences(grid: Grid, word: str) -> set[Cells]:
    """Where a word can be read, walking from every cell in every direction."""
    found = set()
    for row in range(grid.size):
        for column in range(grid.size):
            for down, right in (direction.value for direction in Direction):
                cells = [(row + i * down, column + i * right) for i in range(len(word))]
                if all(0 <= r < grid.size and 0 <= c < grid.size for r, c in cells) and all(
                    grid.letters[r][c] == letter for (r, c), letter in zip(cells, word, strict=True)
                ):
                    found.add(frozenset(cells))
    return found


@given(
    st.lists(st.text("ABEILNORST", min_size=3, max_size=8), max_size=10),
    st.integers(8, 15),
    st.integers(0, 99),
)
@settings(max_examples=60, deadline=None)
def test_every_placed_word_is_found_exactly_once(words: list[str], size: int, seed: int) -> None:
    grid = wordsearch(words, size, seed)
    assert {one.word for one in grid.placements} | set(grid.left_out) == set(words)
    for placement in grid.placements:
        assert occurrences(grid, placement.word) == {frozenset(placement.cells())}
    assert all(len(row) == size and row.isalpha() for row in grid.letters)


def test_no_rude_word_appears_by_accident() -> None:
    for seed in range(8):
        grid = wordsearch(["class", "assert", "variable"], 12, seed)
        own = [frozenset(placement.cells()) for placement in grid.placements]
        for word in rude_words():
            for cells in occurrences(grid, word):
                assert any(cells <= placed for placed in own), (seed, word)


def test_the_list_of_rude_words_is_there() -> None:
    assert len(rude_words()) > 50
    assert all(word.isupper() and word.isalpha() for word in rude_words())


def test_a_word_inside_another_would_be_found_twice_and_is_left_out() -> None:
    grid = wordsearch(["list", "listen", "netsil"], 10)
    assert grid.left_out["LIST"] == "is part of LISTEN"
    assert len(grid.placements) == 1


def test_a_palindrome_counts_once() -> None:
    grid = wordsearch(["level"], 8, 3)
    assert occurrences(grid, "LEVEL") == {frozenset(grid.placements[0].cells())}


def test_words_run_only_in_the_directions_asked_for() -> None:
    words = ["stack", "queue", "graph", "tuple"]
    for seed in range(10):
        for placement in wordsearch(words, 10, seed, FORWARD).placements:
            assert placement.direction in FORWARD


def test_the_same_seed_gives_the_same_grid() -> None:
    words = ["stack", "queue", "graph"]
    assert wordsearch(words, 10, 7) == wordsearch(words, 10, 7)
    assert wordsearch(words, 10, 7).letters != wordsearch(words, 10, 8).letters


def test_words_that_cannot_but_appear_twice_are_left_out() -> None:
    grid = wordsearch(["aaaaa", "bab"], 6)
    assert {one.word for one in grid.placements} | set(grid.left_out) == {"AAAAA", "BAB"}
    for placement in grid.placements:
        assert len(occurrences(grid, placement.word)) == 1


def test_without_directions_nothing_can_be_placed() -> None:
    with pytest.raises(ValueError, match="at least one direction"):
        wordsearch(["word"], 8, 0, [])
