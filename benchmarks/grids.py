"""Crosswords and word searches of 10 to 15 words in 15 × 15: legal, whole, quick.

Words are the terms of the shipped glossaries, drawn from all of them, so long and unlike ones come together.
Legality is checked here, letter by letter, and not by the code that laid the words.
``python -m benchmarks.grids``
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from benchmarks.report import Row, report
from pygrounds_dagster.questions.grids import Grid, crossword, wordsearch
from pygrounds_dagster.questions.grids.layout import EMPTY
from pygrounds_dagster.questions.words import letters_of

CONTENT = Path(__file__).parents[1] / "content" / "zones"
LISTS, SIZE = 300, 15
LEAST_PLACED, MOST_MS = 0.96, 100.0

_TERM = re.compile(r"^- \*\*(.+?)\*\*:", re.MULTILINE)


def main() -> bool:
    """Lay out all lists both ways."""
    words = _words()
    chance = random.Random(15)
    lists = [chance.sample(words, chance.randint(10, 15)) for _ in range(LISTS)]
    print(f"{LISTS} lists from {len(words)} terms")
    rows: list[Row] = []
    kinds: Sequence[tuple[str, Callable[[list[str], int, int], Grid], Callable[[Grid], int]]] = (
        ("crossword", crossword, _illegal_runs),
        ("word search", wordsearch, _not_once),
    )
    for name, lay, wrong in kinds:
        times, grids = [], []
        for number, chosen in enumerate(lists):
            start = time.process_time()
            grids.append(lay(chosen, SIZE, number))
            times.append((time.process_time() - start) * 1e3)
        asked, placed = sum(map(len, lists)), sum(len(grid.placements) for grid in grids)
        faults, slowest, share = sum(map(wrong, grids)), max(times), placed / asked
        print(f"{name}: {placed} of {asked} words, mean {sum(times) / len(times):.1f} ms")
        of = f"{name}, of {LISTS} lists"
        enough, quick = share >= LEAST_PLACED, slowest <= MOST_MS
        rows += [
            Row(f"{of}: words placed", share, LEAST_PLACED, share / LEAST_PLACED, ">= 96 %", enough),
            Row(f"{of}: faults", faults, 0, faults, "0", faults == 0),
            Row(f"{of}: slowest, ms CPU", slowest, MOST_MS, slowest / MOST_MS, "<= 100 ms", quick),
        ]
    return report("grids", rows)


def _words() -> list[str]:
    """Terms of 4 to 13 letters, each once."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(CONTENT.rglob("subtopic.md")))
    found = {letters_of(term) for text in texts for term in _TERM.findall(text)}
    return sorted(word for word in found if 4 <= len(word) <= 13 and word.isascii())


def _illegal_runs(grid: Grid) -> int:
    """Maximal runs of two letters or more that are no entry, entries that are no run, and loose parts."""
    rows = list(grid.letters)
    columns = ["".join(column) for column in zip(*rows, strict=True)]
    runs = Counter(run for line in (*rows, *columns) for run in _runs(line))
    entries = Counter(placement.word for placement in grid.placements)
    return (runs - entries).total() + (entries - runs).total() + (_parts(rows) - 1)


def _runs(line: str) -> Iterator[str]:
    return (run for run in line.split(EMPTY) if len(run) > 1)


def _parts(rows: Sequence[str]) -> int:
    """Groups of letters that hang together."""
    left = {(r, c) for r, row in enumerate(rows) for c, letter in enumerate(row) if letter != EMPTY}
    count = 0
    while left:
        count += 1
        waiting = [left.pop()]
        while waiting:
            r, c = waiting.pop()
            near = {(r + 1, c), (r - 1, c), (r, c + 1), (r, c - 1)} & left
            left -= near
            waiting += near
    return count


def _not_once(grid: Grid) -> int:
    """Words that can be found more or less often than once, in any of eight directions."""
    return sum(_found(grid.letters, placement.word) != 1 for placement in grid.placements)


def _found(rows: Sequence[str], word: str) -> int:
    """Sets of cells that spell a word: a palindrome read backwards is the same one."""
    size, spelled = len(rows), set()
    steps = [(a, b) for a in (-1, 0, 1) for b in (-1, 0, 1) if a or b]
    for r in range(size):
        for c in range(size):
            for down, right in steps:
                cells = [(r + i * down, c + i * right) for i in range(len(word))]
                if all(0 <= a < size and 0 <= b < size for a, b in (cells[0], cells[-1])) and all(
                    rows[a][b] == letter for (a, b), letter in zip(cells, word, strict=True)
                ):
                    spelled.add(frozenset(cells))
    return len(spelled)


if __name__ == "__main__":
    sys.exit(not main())
