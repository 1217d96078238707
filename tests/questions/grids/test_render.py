"""Rendered grids: people read them, students see no answers."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest

from pygrounds_dagster.questions.grids import crossword, wordsearch
from pygrounds_dagster.questions.grids.render import as_json, as_svg, as_text

WORDS = ["stack", "queue", "tuple", "lambda"]
CLUES = {"STACK": "last in, first out"}


def test_text_shows_one_row_a_line() -> None:
    grid = crossword(WORDS, 9)
    lines = as_text(grid).splitlines()
    assert [line.replace(" ", "") for line in lines] == list(grid.letters)
    hidden = as_text(grid, solved=False)
    assert set(hidden) == {"_", ".", " ", "\n"}


def test_json_holds_everything_and_survives_a_round_trip() -> None:
    grid = crossword(WORDS, 9, 2)
    data = json.loads(json.dumps(as_json(grid, clues=CLUES)))
    assert (data["kind"], data["size"], data["seed"]) == ("crossword", 9, 2)
    for entry, placement in zip(data["entries"], grid.placements, strict=True):
        assert (entry["word"], entry["row"], entry["column"], entry["number"]) == (
            placement.word,
            placement.row,
            placement.column,
            placement.number,
        )
    assert "last in, first out" in {entry["clue"] for entry in data["entries"]}


@pytest.mark.parametrize("render", [as_text, as_svg, lambda *args, **how: json.dumps(as_json(*args, **how))])
def test_a_students_crossword_holds_no_letters(render) -> None:
    grid = crossword(WORDS, 9)
    shown = render(grid, solved=False)
    assert not any(placement.word in shown.upper() for placement in grid.placements)
    assert not any(row in shown for row in grid.letters if row.strip("."))


def test_a_students_word_search_says_what_to_find_and_not_where() -> None:
    grid = wordsearch(WORDS, 9)
    data = as_json(grid, solved=False)
    assert sorted(entry["word"] for entry in data["entries"]) == sorted(word.upper() for word in WORDS)
    assert not any({"row", "column", "direction"} & set(entry) for entry in data["entries"])
    assert "<line" not in as_svg(grid, solved=False)
    assert as_svg(grid).count("<line") == len(WORDS)


@pytest.mark.parametrize("make", [crossword, wordsearch])
def test_svg_is_well_formed_and_refers_to_nothing_outside(make) -> None:
    picture = as_svg(make(WORDS, 9))
    root = ElementTree.fromstring(picture)
    assert root.tag.endswith("svg")
    assert "href" not in picture
    assert "script" not in picture
