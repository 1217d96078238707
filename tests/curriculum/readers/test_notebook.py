"""Notebooks of every version: cells in order, lines within the cell, outputs as text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pygrounds_dagster.curriculum.blocks import BlockKind, SourceError
from pygrounds_dagster.curriculum.readers.notebook import read

PATH = Path("lesson.ipynb")
STREAM = {"output_type": "stream", "name": "stdout", "text": ["1\n", "2\n"]}
WARNING = {"output_type": "stream", "name": "stderr", "text": "careful"}
RESULT = {"output_type": "execute_result", "metadata": {}, "execution_count": 1, "data": {"text/plain": "3"}}
PICTURE = {"output_type": "display_data", "metadata": {}, "data": {"text/plain": "<Figure size 1x1>"}}
ERROR = {"output_type": "error", "ename": "KeyError", "evalue": "'a'", "traceback": ["..."]}


def code(source: str, *outputs: dict[str, Any]) -> dict[str, Any]:
    return {
        "cell_type": "code",
        "source": source.splitlines(keepends=True),
        "outputs": list(outputs),
        "metadata": {},
        "execution_count": None,
    }


def notebook(*cells: dict[str, Any]) -> bytes:
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells}).encode()


def test_cells_in_order_with_lines_of_the_cell() -> None:
    text = {"cell_type": "markdown", "source": "# Title\n\nProse.", "metadata": {}}
    document = read(notebook(text, code("\nx = 1\nprint(x)", STREAM)), PATH)
    assert document.title == "Title"
    assert [(b.kind.value, b.text, list(b.lines), list(b.pages)) for b in document.blocks] == [
        ("heading", "Title", [1], [1]),
        ("prose", "Prose.", [3], [1]),
        ("code", "x = 1\nprint(x)", [2, 3], [2, 2]),
    ]


def test_outputs_are_what_a_person_sees_as_text() -> None:
    [block] = read(notebook(code("x", WARNING, STREAM, PICTURE, RESULT, ERROR)), PATH).blocks
    assert block.expected_output == "1\n2\n3\nKeyError: 'a'"


def test_a_cell_of_another_language_says_so() -> None:
    found = read(notebook(code("%%bash\nls"), code("%timeit x")), PATH).blocks
    assert [block.language for block in found] == ["bash", "python"]


def test_version_3_is_read_as_well() -> None:
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": "old"},
        "worksheets": [
            {
                "cells": [
                    {"cell_type": "heading", "level": 1, "source": "Old", "metadata": {}},
                    {
                        "cell_type": "code",
                        "input": "print(1)",
                        "language": "python",
                        "outputs": [{"output_type": "stream", "stream": "stdout", "text": "1\n"}],
                        "collapsed": False,
                        "metadata": {},
                        "prompt_number": 1,
                    },
                ],
                "metadata": {},
            }
        ],
    }
    found = read(json.dumps(old).encode(), PATH).blocks
    assert [(b.kind, b.text) for b in found] == [(BlockKind.HEADING, "Old"), (BlockKind.CODE, "print(1)")]
    assert found[1].expected_output == "1"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b'{"cells": [', "no JSON"),
        (b'{"a": 1}', "no cells"),
        (b"[1]", "no cells"),
        (b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": 3}', "broken"),
    ],
)
def test_a_broken_notebook_says_why(data: bytes, what: str) -> None:
    with pytest.raises(SourceError, match=what):
        read(data, PATH)
