"""Choosing a reader, sections, encodings, and the files that no reader takes."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from pygrounds_dagster.curriculum.blocks import SourceError
from pygrounds_dagster.curriculum.readers import read_source
from pygrounds_dagster.curriculum.readers.decoding import MAX_BYTES


def written(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


@pytest.mark.parametrize(
    ("name", "data", "format_name"),
    [
        ("a.md", b"# A\n\ntext", "markdown"),
        ("A.MD", b"# A\n\ntext", "markdown"),
        ("a.txt", b"Only text.", "text"),
        ("a.txt", b"A\n=\n\n.. note:: x\n\nSee :ref:`y`.\n", "restructuredtext"),
        ("a.txt", b"<!DOCTYPE html><p>x", "html"),
        ("README", b"Read me.", "text"),
        ("a.rst", b"A\n=\n\ntext", "restructuredtext"),
        ("a.py", b"x = 1", "python"),
        ("a.htm", b"<p>x", "html"),
    ],
)
def test_the_reader_is_chosen_by_name_and_first_bytes(
    tmp_path: Path, name: str, data: bytes, format_name: str
) -> None:
    assert read_source(written(tmp_path, name, data)).format == format_name


@pytest.mark.parametrize(
    ("name", "data", "what"),
    [
        ("a.xyz", b"text", "no reader for '.xyz'"),
        ("a.md", b"", "empty"),
        ("a.md", b" \n\t\n", "empty"),
        ("a.md", b"line\nab\x00c", "binary: NUL in line 2"),
        ("a.txt", bytes(range(1, 9)) * 20, "binary"),
        ("a.md", codecs.BOM_UTF16_LE + b"\x00\xd8", "begins as utf-16"),
        ("a.md", b"<!-- nothing -->\n", "no text"),
        ("a.md", b"x" * (MAX_BYTES + 1), "more than 64 MiB"),
    ],
)
def test_files_that_no_reader_takes_say_what_where_and_how(
    tmp_path: Path, name: str, data: bytes, what: str
) -> None:
    file = written(tmp_path, name, data)
    with pytest.raises(SourceError, match=what) as raised:
        read_source(file)
    assert str(file) in str(raised.value)
    assert raised.value.mend


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        ("é".encode(), "utf-8"),
        (codecs.BOM_UTF8 + "é".encode(), "utf-8-sig"),
        ("é".encode("utf-16"), "utf-16"),
        ("# -*- coding: latin-1 -*-\né".encode("latin-1"), "latin-1"),
    ],
)
def test_encodings_are_recognised(tmp_path: Path, data: bytes, encoding: str) -> None:
    document = read_source(written(tmp_path, "a.txt", data))
    assert document.encoding == encoding
    assert document.blocks[-1].text.endswith("é")
    assert document.notes == []


def test_a_guessed_encoding_is_said(tmp_path: Path) -> None:
    document = read_source(written(tmp_path, "a.md", "plain\n\ncaf\xe9\n".encode("latin-1")))
    assert document.blocks[-1].text == "café"
    assert document.encoding == "latin-1 (fallback)"
    assert "line 3" in document.notes[0]


def test_a_section_keeps_the_headings_above_it(tmp_path: Path) -> None:
    file = written(
        tmp_path, "a.md", b"# T\n\nno\n\n## A\n\nno\n\n## B\n\nyes\n\n### C\n\nyes\n\n## D\n\nno\n"
    )
    texts = [(block.kind.value, block.text) for block in read_source(file, "lines=11-15").blocks]
    assert texts == [("heading", "T"), ("heading", "B"), ("prose", "yes"), ("heading", "C"), ("prose", "yes")]


@pytest.mark.parametrize("section", ["lines", "lines=5-1", "lines=0-3", "words=1-2", "lines=90-99"])
def test_a_section_that_is_not_there(tmp_path: Path, section: str) -> None:
    with pytest.raises(SourceError, match="section"):
        read_source(written(tmp_path, "a.md", b"# T\n\ntext\n"), section)
