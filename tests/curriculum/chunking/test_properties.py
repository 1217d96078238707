"""What holds for the chunks of any document, whatever is in it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pygrounds_dagster.curriculum.blocks import BlockKind, SourceError
from pygrounds_dagster.curriculum.chunk import Chunk, ChunkType
from pygrounds_dagster.curriculum.chunking import chunk_document
from pygrounds_dagster.curriculum.chunking.packing import pack
from pygrounds_dagster.curriculum.python_source import parse
from pygrounds_dagster.curriculum.readers.formats import read_bytes
from tests.curriculum.counting import minilm

WORDS = st.sampled_from(
    [
        "loop",
        "list",
        "the",
        "a",
        "of",
        "item",
        "value",
        "Python",
        "it's",
        "e.g.",
        "naïve",
        "日本",
        "x_y",
        "getItem()",
        "`code`",
        "**bold**",
        "[link](u.md)",
        "3.14",
        "end.",
    ]
)
LINE = st.lists(WORDS, min_size=1, max_size=30).map(" ".join)
PROSE = st.lists(LINE, min_size=1, max_size=4).map("\n".join)
BULLETS = st.lists(LINE, min_size=1, max_size=8).map(lambda lines: "\n".join(f"- {line}" for line in lines))
STATEMENT = st.sampled_from(
    [
        "x = 1",
        "def f(a, b=2):\n    # why\n    y = [a, b]\n\n    return y",
        "class A:\n    z = 1\n\n    def m(self):\n        '''Doc.'''\n        return self.z",
        "for n in range(3):\n    print(n)\nelse:\n    pass",
        "try:\n    f()\nexcept E:\n    raise",
        "text = '''\nno indent\n'''",
        "a = 1; b = 2",
        "if x:\n\tprint('tab')",
        "# a comment",
    ]
)
CODE = st.lists(STATEMENT, min_size=1, max_size=40).map("\n".join)
FENCE = CODE.map(lambda code: f"```python\n{code}\n```")
HEADING = st.tuples(st.integers(1, 4), LINE).map(lambda found: f"{'#' * found[0]} {found[1][:60].strip()}")
DOCUMENT = st.lists(st.one_of(PROSE, BULLETS, FENCE, HEADING), min_size=1, max_size=12).map("\n\n".join)
ANY_TEXT = st.text(alphabet=st.sampled_from("ab.:*-_#>`~=|<!/&;[]()\\ \t\n\r'\"1{}$@é"), max_size=300)
WINDOWS = st.sampled_from([24, 64, 256])

many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def chunks(text: str, name: str, window: int) -> list[Chunk]:
    return chunk_document(read_bytes(text.encode(), Path(name)), minilm(window))


def spans_hold(found: list[Chunk], text: str) -> None:
    """Every line of a chunk is (the end of) a line in its span, in order."""
    rows = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for chunk in found:
        span = iter(rows[chunk.line_start - 1 : chunk.line_end])
        assert all(any(line in row for row in span) for line in chunk.text.split("\n"))


@many
@given(DOCUMENT, WINDOWS)
def test_prose_is_a_slice_of_the_source_at_its_lines(text: str, window: int) -> None:
    rows = text.split("\n")
    for chunk in chunks(text, "a.md", window):
        span = "\n".join(rows[chunk.line_start - 1 : chunk.line_end])
        assert chunk.text in span
        assert span.count("\n") == chunk.text.count("\n")


@many
@given(DOCUMENT, WINDOWS)
def test_no_line_is_lost_and_none_is_twice(text: str, window: int) -> None:
    document = read_bytes(text.encode(), Path("a.md"))
    found = chunk_document(document, minilm(window))
    rows = text.split("\n")
    headings = {
        number for block in document.blocks if block.kind is BlockKind.HEADING for number in block.lines
    }
    covered = {number for chunk in found for number in range(chunk.line_start, chunk.line_end + 1)}
    for number, row in enumerate(rows, start=1):
        if row.strip() and not row.startswith("```"):
            assert number in covered | headings
    for before, after in pairwise(found):
        assert before.line_end <= after.line_start
    whole = "".join("".join(chunk.text.split()) for chunk in found)
    body = "".join("".join(row.split()) for n, row in enumerate(rows, 1) if n in covered and row[:3] != "```")
    assert whole == body


@many
@given(CODE, WINDOWS)
def test_every_piece_of_code_that_parses_parses(code: str, window: int) -> None:
    source = f"```python\n{code}\n```\n"
    if parse(code) is None:
        return
    for chunk in chunks(source, "a.md", window):
        assert chunk.chunk_type is ChunkType.CODE
        rows = chunk.text.split("\n")
        indent = len(rows[0]) - len(rows[0].lstrip())
        assert parse(chunk.text) or parse("\n".join(row[indent:] if row.strip() else "" for row in rows))


@many
@given(DOCUMENT, WINDOWS)
def test_tokens_are_exact_and_within_the_window(text: str, window: int) -> None:
    found = chunks(text, "a.md", window)
    assert [chunk.tokens for chunk in found] == minilm(window).count(
        [chunk.embedding_text for chunk in found]
    )
    assert all(chunk.tokens <= window for chunk in found)


@pytest.mark.parametrize("name", ["a.md", "a.rst", "a.txt", "a.html", "a.py"])
@settings(max_examples=80, deadline=None)
@given(text=ANY_TEXT)
@example(text="<![1")
@example(text="<p>one<![CDATA[two]]>three</p><![if x]>")
def test_no_text_breaks_a_reader(name: str, text: str) -> None:
    try:
        found = chunks(text, name, 64)
    except SourceError:
        return  # told, not crashed
    spans_hold(found, text) if name != "a.html" else None
    assert all(chunk.text.strip() for chunk in found)


@given(st.lists(st.integers(0, 50), max_size=40), st.integers(1, 60), st.sets(st.integers(0, 40)))
def test_packing_covers_everything_and_keeps_to_the_budget(
    costs: list[int], budget: int, glued: set[int]
) -> None:
    groups = pack(costs, budget, glued)
    assert [index for group in groups for index in group] == list(range(len(costs)))
    assert all(len(group) == 1 or sum(costs[i] for i in group) <= budget for group in groups)
