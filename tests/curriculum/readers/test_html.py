"""HTML: what a reader of the page sees, with the lines it stands on."""

from __future__ import annotations

from pathlib import Path

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument
from pygrounds_dagster.curriculum.readers.html import read

PAGE = """\
<!DOCTYPE html>
<html><head><title>Loops &mdash; docs</title><style>p {}</style></head>
<body><nav><a href="/">Home</a></nav>
<main>
<h1>Loops<a class="headerlink" href="#l">¶</a></h1>
<p>A loop <em>repeats</em>
its &lt;body&gt;.
<p>Second paragraph<br>with a break.
<div class="highlight-python3"><pre><span>for</span> x in y:
    print(x &lt; 1)

</pre></div>
<ul><li>one <b>item</b><li>two
items</ul>
<table><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></table>
<h2>Sub <code>f()</code></h2>
<script>var x = "<p>no</p>";</script>
<p>End&nbsp;here.</p>
</main>
<footer>Imprint</footer>
</body></html>
"""


def page(text: str) -> SourceDocument:
    return read(text.encode(), Path("page.html"))


def shown(blocks: list[Block]) -> list[tuple[str, str, list[int]]]:
    return [(block.kind.value, block.text, list(block.lines)) for block in blocks]


def test_a_page_is_what_a_reader_sees() -> None:
    assert shown(page(PAGE).blocks) == [
        ("heading", "Loops", [5]),
        ("prose", "A loop repeats\nits <body>.", [6, 7]),
        ("prose", "Second paragraph\nwith a break.", [8, 8]),
        ("code", "for x in y:\n    print(x < 1)", [9, 10]),
        ("list", "one item\ntwo\nitems", [13, 13, 14]),
        ("table", "a b\n1 2", [15, 15]),
        ("heading", "Sub f()", [16]),
        ("prose", "End here.", [18]),
    ]


def test_code_has_its_language() -> None:
    assert [block.language for block in page(PAGE).blocks if block.kind is BlockKind.CODE] == ["python3"]


def test_without_a_heading_the_title_begins_the_path() -> None:
    document = page("<title>Page\n title</title><p>Text")
    assert (document.title, document.titled) == ("Page title", True)


def test_code_inside_a_list_is_apart() -> None:
    found = page("<ol><li>Run\n<pre>x = 1</pre> then\n<li>stop</ol>").blocks
    assert shown(found) == [("list", "Run", [1]), ("code", "x = 1", [2]), ("list", "then\nstop", [2, 3])]


def test_broken_html_still_gives_its_text() -> None:
    found = page("<div><p>One</div></span><h2>Two<p>Three</b> <td>four</pre>").blocks
    text = " ".join(block.text for block in found)
    assert all(word in text for word in ("One", "Two", "Three", "four"))


def test_described_things_give_their_name_to_what_is_said() -> None:
    found = page(
        '<dl><dt id="json.dump">json.dump(obj)</dt><dd><p>Write it.</p></dd></dl><p>After.</p>'
    ).blocks
    assert [(block.context, block.text) for block in found] == [
        ("json.dump", "json.dump(obj)"),
        ("json.dump", "Write it."),
        ("", "After."),
    ]
