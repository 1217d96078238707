"""How documents become chunks."""

from __future__ import annotations

import ast
import json
import textwrap
from pathlib import Path

import pytest

from pygrounds_dagster.curriculum.chunk import Chunk, ChunkType
from pygrounds_dagster.curriculum.chunking import chunk_document
from pygrounds_dagster.curriculum.readers.formats import read_bytes
from pygrounds_dagster.store.step import fingerprint
from tests.curriculum.counting import JoiningCounter, minilm


def chunks(text: str, name: str = "doc.md", window: int = 256) -> list[Chunk]:
    return chunk_document(read_bytes(text.encode(), Path(name)), minilm(window))


def shown(text: str, name: str = "doc.md") -> list[tuple[str, tuple[str, ...], str, int, int]]:
    return [
        (chunk.chunk_type.value, chunk.heading_path, chunk.text, chunk.line_start, chunk.line_end)
        for chunk in chunks(text, name)
    ]


def sentences(number: int) -> str:
    return " ".join(f"Sentence number {index} says a little about loops." for index in range(number))


def test_code_is_apart_from_prose_and_neighbouring_prose_together() -> None:
    text = "# T\n\nOne.\n\nTwo:\n\n- a\n- b\n\n```python\nx = 1\n```\n\nThree.\n\n## S\n\nFour.\n"
    assert shown(text) == [
        ("Concept", ("T",), "One.\n\nTwo:\n\n- a\n- b", 3, 8),
        ("Code", ("T",), "x = 1", 11, 11),
        ("Concept", ("T",), "Three.", 14, 14),
        ("Concept", ("T", "S"), "Four.", 18, 18),
    ]


def test_heading_paths_follow_the_levels() -> None:
    text = "# A\n\n1\n\n### C\n\n2\n\n## B\n\n3\n\n# Z\n\n4\n"
    assert [(chunk.text, chunk.heading_path) for chunk in chunks(text)] == [
        ("1", ("A",)),
        ("2", ("A", "C")),
        ("3", ("A", "B")),
        ("4", ("Z",)),
    ]


def test_a_title_in_front_matter_begins_the_path_where_there_is_no_heading_for_it() -> None:
    assert chunks("---\ntitle: T\n---\n\n## S\n\nx\n")[0].heading_path == ("T", "S")
    assert chunks("---\ntitle: T\n---\n\n# Other\n\nx\n")[0].heading_path == ("Other",)


def test_a_heading_with_nothing_below_is_not_lost() -> None:
    assert shown("# T\n\n## Empty `one`\n\n## Next\n\ntext\n") == [
        ("Concept", ("T", "Empty one"), "## Empty `one`", 3, 3),
        ("Concept", ("T", "Next"), "text", 7, 7),
    ]


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Try it", ChunkType.TRY_IT),
        ("Now try it yourself", ChunkType.TRY_IT),
        ("Exercises", ChunkType.EXERCISE),
        ("An example: counting", ChunkType.EXAMPLE),
        ("What happens if it is empty?", ChunkType.EXAMPLE),
        ("The try statement", ChunkType.CONCEPT),
        ("Best practices", ChunkType.CONCEPT),
    ],
)
def test_the_heading_says_what_prose_is_for(heading: str, expected: ChunkType) -> None:
    found = chunks(f"# T\n\n## {heading}\n\n### More\n\nText.\n\n```python\nx = 1\n```\n")
    assert [chunk.chunk_type for chunk in found] == [expected, ChunkType.CODE]


def test_output_belongs_to_the_code_before_it() -> None:
    [prose, code, after] = chunks(
        "Look.\n\n```python\nprint(1)\n```\n\nThis prints:\n\n```output\n1\n```\n\nEnd.\n"
    )[:3]
    assert (code.text, code.expected_output) == ("print(1)", "1")
    assert (prose.text, after.text) == ("Look.", "This prints:")


def test_a_session_is_code_with_its_output() -> None:
    text = "```pycon\n>>> for n in range(2):\n...     print(n)\n...\n0\n1\n>>> 'a'\n'a'\n```\n"
    [code] = chunks(text)
    assert code.text == "for n in range(2):\n    print(n)\n'a'"
    assert code.expected_output == "0\n1\n'a'"
    assert (code.line_start, code.line_end) == (2, 7)


def test_an_ipython_session_is_code_with_its_output() -> None:
    [code] = chunks("```\nIn [1]: def f():\n   ...:     return 1\n   ...: \n\nIn [2]: f()\nOut[2]: 1\n```\n")
    assert (code.text, code.expected_output) == ("def f():\n    return 1\nf()", "1")


def test_long_sessions_are_cut_between_examples_each_with_its_output() -> None:
    session = "\n".join(f">>> compute_something_long({n}, mode='fast')\n{n * n}" for n in range(60))
    found = chunks(f"```pycon\n{session}\n```\n")
    assert len(found) > 1
    for chunk in found:
        numbers = [int(line.split("(")[1].split(",")[0]) for line in chunk.text.split("\n")]
        assert chunk.expected_output == "\n".join(str(n * n) for n in numbers)


def test_long_prose_is_cut_at_sentences_evenly() -> None:
    found = chunks(f"# T\n\n{sentences(60)}\n")
    assert all(chunk.text.endswith(".") for chunk in found)
    assert " ".join(chunk.text for chunk in found) == sentences(60)
    sizes = [chunk.tokens for chunk in found]
    assert max(sizes) <= 256
    assert min(sizes) > max(sizes) / 2


def test_lists_and_tables_stay_whole_where_they_fit_and_are_cut_at_items_else() -> None:
    fitting = "\n".join(f"- item {n} has some words" for n in range(10))
    assert [chunk.text for chunk in chunks(f"{sentences(15)}\n\n{fitting}\n")][-1].endswith(fitting)
    long = "\n".join(f"- item {n} has some words\n  and goes on" for n in range(60))
    pieces = chunks(f"{long}\n")
    assert len(pieces) > 1
    assert all(chunk.text.startswith("- item") for chunk in pieces)
    table = "| a | b |\n|---|---|\n" + "\n".join(f"| row {n} | words in it |" for n in range(80))
    assert all(line in table.split("\n") for chunk in chunks(table) for line in chunk.text.split("\n"))


def test_a_lead_in_stays_with_its_list() -> None:
    items = "\n".join(f"- item {n} has some words in it" for n in range(18))
    found = chunks(f"{sentences(12)}\n\nThe items are:\n\n{items}\n")
    assert found[1].text.startswith("The items are:")


def test_long_code_is_cut_between_statements_and_every_piece_parses() -> None:
    functions = [
        f"# number {n}\n@decorate\ndef function_{n}(first, second):\n    return [first * {n}, second]\n"
        for n in range(30)
    ]
    code = "\n\n".join(functions).rstrip("\n")
    found = chunks(f"```python\n{code}\n```\n")
    assert len(found) > 1
    for chunk in found:
        ast.parse(chunk.text)
        assert chunk.text in code
        assert chunk.text.startswith("# number")


def test_a_long_class_is_cut_between_its_methods_and_they_know_their_class() -> None:
    methods = [
        f"    def method_{n}(self, value):\n        return self.total + value * {n}\n" for n in range(40)
    ]
    code = 'class ShoppingBasket(Base):\n    """Holds things."""\n\n' + "\n".join(methods)
    found = chunks(f"```python\n{code}```\n")
    assert len(found) > 1
    assert found[0].text.startswith("class ShoppingBasket(Base):")
    for chunk in found[1:]:
        ast.parse(textwrap.dedent(chunk.text))
        assert chunk.text.startswith("    def method_")
        assert "class Shopping Basket(Base):" in chunk.embedding_text


def test_a_statement_that_cannot_be_cut_stays_whole_and_its_embedding_text_is_cut() -> None:
    code = "numbers = [\n" + "".join(f"    {n}, {n * 7919},\n" for n in range(200)) + "]"
    [chunk] = chunks(f"```python\n{code}\n```\n")
    assert chunk.text == code
    assert chunk.tokens <= 256


def test_code_with_notebook_magic_is_cut_at_statements() -> None:
    cell = "%matplotlib inline\n!pip install x\n" + "\n".join(
        f"for n in range({n}):\n    do_the_work_of(n)\n    and_more(n)" for n in range(40)
    )
    for chunk in chunks(json.dumps(_notebook(cell)), "a.ipynb"):
        assert "    and_more" not in chunk.text.split("\n")[0]


def test_other_languages_are_cut_at_blank_lines() -> None:
    paragraphs = [f"echo number {n} of the script\nls -l /tmp/{n}" for n in range(40)]
    found = chunks("```bash\n" + "\n\n".join(paragraphs) + "\n```\n")
    assert len(found) > 1
    assert [part for chunk in found for part in chunk.text.split("\n\n")] == paragraphs


def test_the_encoder_sees_headings_words_and_the_sentence_before_code() -> None:
    prose, code = chunks(
        "# Files\n\n## Reading\n\nSee [the *docs*](https://x.org) <b>now</b>. Open it with `open`:\n\n"
        "```python\nread_all(myFileName)\n```\n"
    )
    assert prose.embedding_text == "Files: Reading: See the docs now . Open it with open:"
    assert code.embedding_text == "Files: Reading: Open it with open: read all(my File Name)"
    assert code.embedding_hash == fingerprint(code.embedding_text)


def test_the_encoder_sees_what_code_prints_as_far_as_it_fits() -> None:
    [code] = chunks("```python\nprint(a)\n```\n\n```output\nNameError: my_name\n```\n")
    assert code.embedding_text == "print(a) Name Error: my name"
    [long] = chunks("```python\nprint(a)\n```\n\n```output\n" + "word " * 900 + "\n```\n")
    assert 20 < long.tokens < 80


def test_what_shows_a_reader_nothing_is_no_chunk() -> None:
    assert chunks("# T\n\nText.\n\n```python\nx\n```\n\n</details>\n\n![](badge.svg)\n")[-1].text == "x"


def test_chunks_are_numbered_and_the_same_every_time() -> None:
    text = f"# T\n\n{sentences(50)}\n\n```python\nx = 1\n```\n"
    assert [chunk.ordinal for chunk in chunks(text)] == list(range(len(chunks(text))))
    assert chunks(text) == chunks(text)


def test_a_tokenizer_that_joins_words_is_counted_exactly_and_stays_in_its_window() -> None:
    counter = JoiningCounter(window=64)
    text = f"# A title\n\n{sentences(40)}\n\n```python\n{'call_it(1); ' * 40}\n```\n"
    for chunk in chunk_document(read_bytes(text.encode(), Path("a.md")), counter):
        assert chunk.tokens == counter.count([chunk.embedding_text])[0] <= 64


def test_notebook_chunks_have_their_cell_and_never_cross_it() -> None:
    document = _notebook("x = 1")
    document["cells"] = [
        {"cell_type": "markdown", "source": text, "metadata": {}}
        for text in ("# T\n\nOne.", "Two.\n \nThree.")
    ]
    found = chunks(json.dumps(document), "a.ipynb")
    assert [(c.text, c.page_start, c.line_start, c.line_end) for c in found] == [
        ("One.", 1, 3, 3),
        ("Two.\n \nThree.", 2, 1, 3),
    ]


def _notebook(source: str) -> dict[str, object]:
    cell = {"cell_type": "code", "source": source, "outputs": [], "metadata": {}, "execution_count": None}
    return {"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [cell]}
