"""How a page is read: sections, programs with their attributes, links, each with its line in the file."""

from __future__ import annotations

import pytest

from pygrounds_dagster.authoring.page import Page, Program, read_page

TEXT = """---
id: x
---

# Title

Words with `code` in them, and a [link](other.md#place).
A second line with `beginner.basics.variables`.

## Part one

```python raises=ValueError stdin="a\\nb"
x = input()
```
```output
ValueError: no
```

- **term**: a meaning
  on two lines
- item

1. first task

### Deeper

```text
not a program
```
"""


def only(page: Page) -> Program:
    (program,) = page.programs
    return program


def test_sections_come_with_level_line_and_words() -> None:
    page = read_page(TEXT)
    found = [(section.heading, section.level, section.line) for section in page.sections]
    assert found == [("Title", 1, 5), ("Part one", 2, 10), ("Deeper", 3, 25)]
    assert page.sections[0].paragraphs == ["Words with code in them, and a link. A second line with code."]
    assert page.faults == ()


def test_a_program_has_its_attributes_and_the_output_below_it() -> None:
    assert only(read_page(TEXT)) == Program(
        12, "x = input()\n", "ValueError: no\n", 15, "ValueError", "a\nb\n"
    )


def test_items_know_their_line_and_whether_they_are_numbered() -> None:
    items = read_page(TEXT).sections[1].items
    assert [(item.line, item.text, item.numbered) for item in items] == [
        (19, "**term**: a meaning on two lines", False),
        (21, "item", False),
        (23, "first task", True),
    ]


def test_links_and_code_spans_know_their_line() -> None:
    page = read_page(TEXT)
    assert [(link.line, link.target) for link in page.links] == [(7, "other.md#place")]
    assert [(code.line, code.target) for code in page.sections[0].codes] == [
        (7, "code"),
        (8, "beginner.basics.variables"),
    ]


def test_words_count_code_and_output_but_no_fence_and_no_front_matter() -> None:
    assert read_page("---\nid: x\n---\n# One two\n\n```python\nprint(3)\n```\n```output\n3\n```\n").words == 5


def test_output_is_kept_to_the_last_blank() -> None:
    program = only(read_page('```python\nprint("\\n a ")\n```\n```output\n\n a \n```\n'))
    assert program.shown == "\n a \n"


def test_text_without_blocks_is_read_and_an_empty_file_is_empty() -> None:
    assert read_page("---\nid: x\n---\n").is_empty
    page = read_page("Only words.\n")
    assert not page.is_empty
    assert page.prose == ["Only words."]


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("```python raise=ValueError\n1\n```\n", 1, "'raise=ValueError' says nothing that is known"),
        ('```python stdin="a\n1\n```\n', 1, "'stdin=\"a' says nothing that is known"),
        ('```python stdin="\\x"\n1\n```\n', 1, "says nothing that is known"),
        ('```python elsewhere=""\n1\n```\n', 1, 'elsewhere="" gives no reason'),
        ("a\n\n```output\n1\n```\n", 3, "does not stand right below a program"),
        ("```python\n1\n```\n\nwords\n\n```output\n1\n```\n", 7, "does not stand right below a program"),
        ("```text\n1\n```\n```output\n1\n```\n", 4, "does not stand right below a program"),
        ("```py\n1\n```\n", 1, "is tagged 'py'"),
        ("```Python\n1\n```\n", 1, "is tagged 'Python'"),
        ("```\n1\n```\n", 1, "has no tag"),
        ("```python\n1\n```\n```stdout\n1\n```\n", 4, "is tagged 'stdout'"),
        ("a\nsee [this][that]\n", 2, "[this][that] is a link to an address that is given nowhere"),
    ],
)
def test_what_is_wrong_with_a_block_is_told_with_its_line(text: str, line: int, said: str) -> None:
    (fault,) = read_page(text).faults
    assert fault.line == line
    assert said in fault.what
    assert fault.level == "error"
    assert fault.mend


def test_a_list_index_in_the_text_is_no_link() -> None:
    assert read_page("The cell grid[0][1] is free.\n").faults == ()
