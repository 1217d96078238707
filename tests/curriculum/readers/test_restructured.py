"""reStructuredText: every line exact, nothing unknown lost; docutils is the judge of headings and code."""

from __future__ import annotations

from pathlib import Path

import docutils.nodes
from docutils.core import publish_doctree

from pygrounds_dagster.curriculum.blocks import Block, BlockKind
from pygrounds_dagster.curriculum.readers.restructured import read

TEXT = """\
.. _target:

=====
Title
=====

Intro with :func:`open` and a link_.

.. _link: https://example.org

Section
=======

Shown like this::

    def f(x):
        return x

    f(1)

- an item
- another item::

      inner = 1

  its end

Term
    Its definition.

Sub
---

>>> 1 + 1
2

>>> 3
3

.. note:: Mind this.

   More of it.

.. code-block:: pycon
   :linenos:

   >>> x
   4

+---+---+
| a | b |
+---+---+

===  ===
x    y
===  ===
1    2
===  ===

.. a comment
   goes on

Another
=======

End.
"""


def blocks(text: str) -> list[Block]:
    return read(text.encode(), Path("doc.rst")).blocks


def test_headings_and_literal_blocks_are_those_of_docutils() -> None:
    text = TEXT.replace(".. code-block:: pycon\n   :linenos:", ".. code:: pycon")
    tree = publish_doctree(text, settings_overrides={"report_level": 5, "doctitle_xform": False})
    titles = [node.astext() for node in tree.findall(docutils.nodes.title)]
    code = [
        node.astext()
        for node in tree.findall(
            lambda n: isinstance(n, (docutils.nodes.literal_block, docutils.nodes.doctest_block))
        )
    ]
    found = blocks(text)
    assert [block.text for block in found if block.kind is BlockKind.HEADING] == titles
    # Sessions with only a blank line between are one block here, two nodes there.
    assert "\n\n".join(b.text for b in found if b.kind is BlockKind.CODE) == "\n\n".join(code)


def test_every_line_of_a_block_is_the_line_it_says() -> None:
    rows = TEXT.split("\n")
    for block in blocks(TEXT):
        for text, number in zip(block.text.split("\n"), block.lines, strict=True):
            assert rows[number - 1].endswith(text)


def test_levels_follow_the_order_of_appearance() -> None:
    levels = {block.text: block.level for block in blocks(TEXT) if block.kind is BlockKind.HEADING}
    assert levels == {"Title": 1, "Section": 2, "Sub": 3, "Another": 2}


def test_targets_and_comments_are_left_out_and_tables_kept() -> None:
    text = "\n".join(block.text for block in blocks(TEXT))
    assert "example.org" not in text
    assert "a comment" not in text
    assert [block.text.split("\n")[0] for block in blocks(TEXT) if block.kind is BlockKind.TABLE] == [
        "+---+---+",
        "===  ===",
    ]


def test_descriptions_give_their_name_to_what_is_said() -> None:
    text = """\
T
=

.. class:: Basket(items=())

   A basket.

   .. method:: add(item)
      :no-index:

      Put in.

      .. versionadded:: 3.1

After.
"""
    found = [(block.context, block.text.strip().split("\n")[0]) for block in blocks(text)]
    assert found == [
        ("", "T"),
        ("Basket", ".. class:: Basket(items=())"),
        ("Basket", "A basket."),
        ("Basket.add", ".. method:: add(item)"),
        ("Basket.add", "Put in."),
        ("Basket.add", ".. versionadded:: 3.1"),
        ("", "After."),
    ]


def test_unknown_directives_and_roles_keep_their_text() -> None:
    text = ".. wonderful:: argument\n   :option: 1\n\n   Body of :unknown:`it`.\n\nEnd.\n"
    shown = "\n".join(block.text for block in blocks(text))
    assert ".. wonderful:: argument" in shown
    assert "Body of :unknown:`it`." in shown


def test_the_default_language_is_the_one_set_last() -> None:
    text = ".. highlight:: bash\n\nRun::\n\n    ls\n"
    assert [block.language for block in blocks(text) if block.kind is BlockKind.CODE] == ["bash"]
