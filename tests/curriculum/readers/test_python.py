"""Python files: the module's docstring, then code by definition, with the sessions in docstrings."""

from __future__ import annotations

import ast
from pathlib import Path

from pygrounds_dagster.curriculum.blocks import BlockKind
from pygrounds_dagster.curriculum.readers.python import read

SOURCE = '''\
#!/usr/bin/env python3
# Copyright of nobody.
"""Baskets.

Put things in.

>>> 1 + 1
2
"""

import os
LIMIT = 3

# The shape of a basket.
@property
def shape(self):
    """The shape.

    >>> shape(1)
    (1,)

    Text between.

    >>> shape(2)
    (2,)
    """
    return os.sep


class Basket:
    """Holds."""

    def add(self):
        pass


print("end")
'''


def test_docstring_definitions_and_sessions() -> None:
    found = read(SOURCE.encode(), Path("basket.py")).blocks
    assert [(b.kind.value, b.text.split("\n")[0], b.lines[0], b.lines[-1]) for b in found] == [
        ("prose", "# Copyright of nobody.", 2, 2),
        ("prose", "Baskets.", 3, 3),
        ("prose", "Put things in.", 5, 5),
        ("code", ">>> 1 + 1", 7, 8),
        ("code", "import os", 11, 12),
        ("code", "# The shape of a basket.", 14, 27),
        ("code", ">>> shape(1)", 19, 20),
        ("code", ">>> shape(2)", 24, 25),
        ("code", "class Basket:", 30, 34),
        ("code", 'print("end")', 37, 37),
    ]


def test_code_is_the_lines_of_the_file_and_parses() -> None:
    rows = SOURCE.split("\n")
    for block in read(SOURCE.encode(), Path("basket.py")).blocks:
        if block.kind is BlockKind.CODE and block.language == "python":
            assert block.text.split("\n") == [rows[number - 1] for number in block.lines]
            ast.parse(block.text)


def test_the_title_is_the_module() -> None:
    assert read(b"x = 1\n", Path("shop/__init__.py")).title == "shop"
    assert read(b"x = 1\n", Path("shop/basket.py")).title == "basket"


def test_code_that_python_refuses_is_kept_with_a_note() -> None:
    document = read(b"print 'old'\n", Path("old.py"))
    assert [block.text for block in document.blocks] == ["print 'old'"]
    assert document.notes


def test_nothing_but_comments() -> None:
    assert [block.text for block in read(b"# a\n# b\n", Path("a.py")).blocks] == ["# a\n# b"]
