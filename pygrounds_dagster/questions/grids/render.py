"""Grids for people and machines: text, SVG and JSON.

Here: rendering. Not here: laying out. A student's view (``solved=False``) shows a crossword without letters
and a word search without its answers.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from pygrounds_dagster.questions.grids.layout import EMPTY, Grid

_CELL = 30
_CSS = "text{font-family:sans-serif;text-anchor:middle}.n{font-size:9px;text-anchor:start}.l{font-size:18px}"


def as_text(grid: Grid, *, solved: bool = True) -> str:
    """Rows of letters with spaces between; ``_`` for a hidden letter, ``.`` for a black cell."""
    hide = not solved and _is_crossword(grid)
    rows = ("".join("_" if hide and cell != EMPTY else cell for cell in row) for row in grid.letters)
    return "\n".join(" ".join(row) for row in rows)


def as_json(grid: Grid, *, solved: bool = True, clues: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The grid as plain data: ``size``, ``seed``, ``letters``, ``entries``, ``left_out``.

    Args:
        grid: to be shown.
        solved: with letters and answers. Without, an entry of a crossword has its place, length and clue, and
            one of a word search its word (what is to be found) but no place.
        clues: word → clue.
    """
    crossword = _is_crossword(grid)
    entries = []
    for placement in grid.placements:
        entry: dict[str, Any] = {"length": len(placement.word)}
        if placement.number:
            entry["number"] = placement.number
        if clues is not None:
            entry["clue"] = clues.get(placement.word, "")
        if solved or not crossword:
            entry["word"] = placement.word
        if solved or crossword:
            entry |= {
                "row": placement.row,
                "column": placement.column,
                "direction": placement.direction.name.lower(),
            }
        entries.append(entry)
    hide = crossword and not solved
    letters = ["".join("_" if hide and cell != EMPTY else cell for cell in row) for row in grid.letters]
    return {
        "kind": "crossword" if crossword else "wordsearch",
        "size": grid.size,
        "seed": grid.seed,
        "letters": letters,
        "entries": entries,
        "left_out": dict(grid.left_out) if solved else {},
    }


def as_svg(grid: Grid, *, solved: bool = True) -> str:
    """A picture of the grid, without script or outside references."""
    side = grid.size * _CELL + 2
    crossword = _is_crossword(grid)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" width="{side}">',
        f"<style>{_CSS}</style>",
        f'<rect width="{side}" height="{side}" fill="{"#222" if crossword else "#fff"}"/>',
    ]
    if solved and not crossword:
        parts += [_stroke(list(placement.cells())) for placement in grid.placements]
    for row, letters in enumerate(grid.letters):
        for column, letter in enumerate(letters):
            x, y = column * _CELL + 1, row * _CELL + 1
            if crossword and letter != EMPTY:
                parts.append(
                    f'<rect x="{x}" y="{y}" width="{_CELL}" height="{_CELL}" fill="#fff" stroke="#222"/>'
                )
            if letter != EMPTY and (solved or not crossword):
                parts.append(
                    f'<text class="l" x="{x + _CELL / 2:g}" y="{y + _CELL * 0.7:g}">{escape(letter)}</text>'
                )
    for row, column, number in sorted({(p.row, p.column, p.number) for p in grid.placements if p.number}):
        parts.append(f'<text class="n" x="{column * _CELL + 3}" y="{row * _CELL + 10}">{number}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _stroke(cells: list[tuple[int, int]]) -> str:
    (top, left), (bottom, right) = cells[0], cells[-1]
    x1, y1, x2, y2 = ((place + 0.5) * _CELL + 1 for place in (left, top, right, bottom))
    return (
        f'<line x1="{x1:g}" y1="{y1:g}" x2="{x2:g}" y2="{y2:g}" '
        f'stroke="#ffd166" stroke-width="{_CELL * 0.7:g}" stroke-linecap="round"/>'
    )


def _is_crossword(grid: Grid) -> bool:
    return any(EMPTY in row for row in grid.letters) or any(one.number for one in grid.placements)
