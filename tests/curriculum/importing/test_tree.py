"""Foreign documents become a zone that stands by itself and comes out the same every time."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.importing import files as import_files
from pygrounds_dagster.curriculum.importing import outline
from pygrounds_dagster.curriculum.importing import tree as importer
from pygrounds_dagster.curriculum.importing.files import ImportRefusedError
from pygrounds_dagster.curriculum.importing.tree import ImportReport, import_tree

LONG = "word " * 4000
INSTALL = "# Installing\n\n## With pip\n\nRun it.\n\n```python\nimport thing\nthing.setup()\n```\n"


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small docs tree."""
    files = {
        "index.md": "# Welcome\n\nWhat this is about. More of it. And more.\n",
        "guide/install.md": INSTALL,
        "guide/10 use.rst": "Using it\n========\n\nText.\n",
        "guide/2 start.md": "# Start\n\nText.\n",
        "guide/deep/more.txt": "Plain text about more.\n",
        "guide/picture.png": "not text",
        ".git/config.md": "# hidden\n",
        "broken.ipynb": "{",
    }
    for name, text in files.items():
        path = tmp_path / "docs" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path / "docs"


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "imports"


def snapshot(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Bytes and time of every file."""
    paths = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): (path.read_bytes(), path.stat().st_mtime_ns) for path in paths}


def became(report: ImportReport) -> dict[str, str]:
    return {subtopic.source + subtopic.section: subtopic.key for subtopic in report.subtopics}


def test_folders_become_topics_and_documents_subtopics(tree: Path, destination: Path) -> None:
    report = import_tree(tree, "lib", destination, title="The library")
    assert became(report) == {
        "index.md": "lib.lib.index",
        "guide/2 start.md": "lib.guide.n2_start",
        "guide/10 use.rst": "lib.guide.n10_use",
        "guide/install.md": "lib.guide.install",
        "guide/deep/more.txt": "lib.guide_deep.more",
    }
    content = load_content([destination])
    assert [str(problem) for problem in content.problems] == []
    assert [(zone.key, zone.title) for zone in content.zones] == [("lib", "The library")]
    assert [topic.title for topic in content.topics] == ["The library", "Guide", "Guide / Deep"]
    assert [s.key for s in content.subtopics] == [s.key for s in report.subtopics]


def test_intents_come_from_titles_headings_sentences_and_code(tree: Path, destination: Path) -> None:
    import_tree(tree, "lib", destination)
    subtopics = {subtopic.key: subtopic for subtopic in load_content([destination]).subtopics}
    assert subtopics["lib.lib.index"].concept_intent == "Welcome. What this is about. More of it."
    install = subtopics["lib.guide.install"]
    assert install.concept_intent == "Installing. With pip. Run it."
    assert install.code_intent == "Code about Installing: thing, thing.setup."


def test_the_zone_stands_without_the_tree(tree: Path, destination: Path) -> None:
    import_tree(tree, "lib", destination)
    original = (tree / "guide/install.md").read_bytes()
    tree.rename(tree.with_name("gone"))
    content = load_content([destination])
    assert content.problems == ()
    (source,) = next(s for s in content.subtopics if s.key == "lib.guide.install").sources
    assert source.path.read_bytes() == original
    assert source.name == "zones/lib/_sources/guide/install.md"


def test_what_cannot_be_read_is_left_out_and_told(tree: Path, destination: Path) -> None:
    report = import_tree(tree, "lib", destination)
    assert sorted(report.skipped) == ["broken.ipynb", "guide/picture.png"]
    assert str(tree / "broken.ipynb") in report.skipped["broken.ipynb"]
    assert "no reader" in report.skipped["guide/picture.png"]


def test_importing_again_changes_no_byte_and_reads_no_document(
    tree: Path, destination: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tree / "broken.ipynb").unlink()
    import_tree(tree, "lib", destination)
    before = snapshot(destination)
    monkeypatch.setattr(importer, "outline_document", None)
    report = import_tree(tree, "lib", destination)
    assert snapshot(destination) == before
    assert (report.files_written, report.files_removed) == (0, 0)
    assert {subtopic.state for subtopic in report.subtopics} == {"unchanged"}


def test_a_changed_document_changes_only_its_own_files(tree: Path, destination: Path) -> None:
    import_tree(tree, "lib", destination)
    before = snapshot(destination)
    (tree / "guide/install.md").write_text("# Installing anew\n\nText.\n")
    report = import_tree(tree, "lib", destination)
    after = snapshot(destination)
    assert sorted(name for name in after if after[name] != before[name]) == [
        "zones/lib/_import.json",
        "zones/lib/_sources/guide/install.md",
        "zones/lib/guide/install/subtopic.md",
    ]
    assert [(s.key, s.title) for s in report.subtopics if s.state == "changed"] == [
        ("lib.guide.install", "Installing anew")
    ]


def test_a_document_that_is_gone_takes_its_files_along(tree: Path, destination: Path) -> None:
    import_tree(tree, "lib", destination)
    (tree / "guide/deep/more.txt").unlink()
    report = import_tree(tree, "lib", destination)
    assert report.removed == ("lib.guide_deep.more",)
    assert not (destination / "zones/lib/guide_deep").exists()
    assert not (destination / "zones/lib/_sources/guide/deep").exists()
    assert load_content([destination]).problems == ()


def test_names_that_slug_alike_stay_apart_and_keep_their_ids(tree: Path, destination: Path) -> None:
    for name in ("a b.md", "a-b.md", "a_b.md"):
        (tree / name).write_text(f"# {name}\n\nText.\n")
    first = became(import_tree(tree, "lib", destination))
    assert sorted(key for name, key in first.items() if re.match("a.b", name)) == [
        "lib.lib.a_b", "lib.lib.a_b_2", "lib.lib.a_b_3",
    ]  # fmt: skip
    (tree / "a b.md").unlink()
    again = became(import_tree(tree, "lib", destination))
    assert again == {name: key for name, key in first.items() if name != "a b.md"}


def test_names_without_a_latin_letter_get_ids_too(tree: Path, destination: Path) -> None:
    (tree / "変数").mkdir()
    (tree / "変数" / "リスト.md").write_text("# リスト\n\nテキスト\n")
    report = import_tree(tree, "lib", destination)
    (key,) = [s.key for s in report.subtopics if s.title == "リスト"]
    assert re.fullmatch(r"lib\.x[0-9a-f]{8}\.x[0-9a-f]{8}", key)
    assert load_content([destination]).problems == ()


def test_a_long_document_is_cut_at_its_top_headings(tmp_path: Path, destination: Path) -> None:
    book = tmp_path / "book.md"
    chapters = "\n".join(f"## Chapter {number}\n\n### Inner\n\n{LONG}\n" for number in range(1, 5))
    book.write_text(f"# The book\n\nIntroduction.\n\n{chapters}")
    report = import_tree(book, "book", destination)
    assert [(s.key, s.title) for s in report.subtopics] == [
        (f"book.book.chapter_{number}", f"Chapter {number}") for number in range(1, 5)
    ]
    content = load_content([destination])
    assert content.problems == ()
    assert [topic.title for topic in content.topics] == ["The book"]
    lines = book.read_text().splitlines()
    ends = []
    for subtopic in content.subtopics:
        (source,) = subtopic.sources
        first, last = map(int, re.findall(r"\d+", source.section))
        assert subtopic.title in "".join(lines[first - 1 : last])
        assert ends == [] or first == ends[-1] + 1
        ends.append(last)
    assert (content.subtopics[0].sources[0].section[:8], ends[-1] >= len(lines) - 1) == ("lines=1-", True)


def test_a_chapter_keeps_its_id_when_another_comes_before_it(tmp_path: Path, destination: Path) -> None:
    book = tmp_path / "book.md"
    book.write_text("".join(f"# {name}\n\n{LONG}\n\n" for name in ("Notes", "Loops", "Notes", "Lists")))
    first = import_tree(book, "book", destination)
    assert [s.key.split(".")[2] for s in first.subtopics] == ["notes", "loops", "notes_2", "lists"]
    book.write_text(f"# New\n\n{LONG}\n\n" + book.read_text())
    again = import_tree(book, "book", destination)
    assert [s.key.split(".")[2] for s in again.subtopics] == ["new", "notes", "loops", "notes_2", "lists"]


def test_an_author_s_zone_is_never_touched(tree: Path, destination: Path) -> None:
    zone = destination / "zones/lib"
    zone.mkdir(parents=True)
    (zone / "zone.yaml").write_text("id: lib\ntitle: Mine\norder: 1\n")
    before = snapshot(zone)
    with pytest.raises(ImportRefusedError, match="was not written by an import"):
        import_tree(tree, "lib", destination)
    assert snapshot(zone) == before


@pytest.mark.parametrize("zone", ["Lib", "../lib", "", "1lib"])
def test_a_zone_needs_an_id(tree: Path, destination: Path, zone: str) -> None:
    with pytest.raises(ImportRefusedError, match="is no id"):
        import_tree(tree, zone, destination)


def test_nothing_to_read_is_refused_and_leaves_the_last_import(tree: Path, destination: Path) -> None:
    import_tree(tree, "lib", destination)
    before = snapshot(destination)
    for path in sorted(tree.rglob("*")):
        if path.is_file():
            path.unlink()
    with pytest.raises(ImportRefusedError, match="holds no document"):
        import_tree(tree, "lib", destination)
    with pytest.raises(ImportRefusedError, match="is not there"):
        import_tree(tree / "gone", "lib", destination)
    assert snapshot(destination) == before


def test_a_tree_that_holds_the_imports_is_refused(tree: Path) -> None:
    with pytest.raises(ImportRefusedError, match="holds the imports themselves"):
        import_tree(tree, "lib", tree / "imports")


@pytest.mark.parametrize("after", [1, 2, 5, 9])
def test_an_interrupted_import_is_finished_by_the_next(
    tree: Path, destination: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    original, count = import_files._write, 0

    def killed(*args: object) -> None:
        nonlocal count
        count += 1
        if count > after:
            raise KeyboardInterrupt
        original(*args)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(import_files, "_write", killed)
        with pytest.raises(KeyboardInterrupt):
            import_tree(tree, "lib", destination)
    import_tree(tree, "lib", destination)
    import_tree(tree, "lib", tmp_path / "undisturbed")
    expected = {name: data for name, (data, _) in snapshot(tmp_path / "undisturbed").items()}
    assert {name: data for name, (data, _) in snapshot(destination).items()} == expected


def test_two_imports_at_once_are_refused(tree: Path, destination: Path) -> None:
    with (
        import_files.importing(destination, "other"),
        pytest.raises(ImportRefusedError, match="another import is writing"),
    ):
        import_tree(tree, "lib", destination)


def test_chapters_follow_the_level_that_makes_them_short_enough() -> None:
    first = [(0, "Part one", 3), (1, "One", 3), (1, "Two", 30), (2, "Two a", 31)]
    entries = [*first, (0, "Part two", 60), (1, "Three", 61)]
    found = outline.chapters(entries, 90)
    assert [(name, first) for name, first, _ in found] == [
        ("Opening pages", 1), ("Part one", 3), ("Two", 30), ("Part two", 60), ("Three", 61),
    ]  # fmt: skip
    assert found[2][2] == ["Two", "Two a"]


def test_a_long_pdf_without_an_outline_is_cut_by_pages() -> None:
    found = outline.chapters([], 50)
    assert [(name, first) for name, first, _ in found] == [
        ("Pages 1 to 15", 1), ("Pages 16 to 30", 16), ("Pages 31 to 45", 31), ("Pages 46 to 50", 46),
    ]  # fmt: skip
    assert outline.chapters([], 12) == []


def write_pdf(path: Path, pages: int, bookmarks: dict[str, int]) -> None:
    """A PDF whose pages say their number, with an outline of one level; readers rebuild its table."""
    first_mark = 10 + 2 * pages
    marks = list(range(first_mark, first_mark + len(bookmarks)))
    objects = {
        1: "<< /Type /Catalog /Pages 2 0 R /Outlines 3 0 R >>",
        2: f"<< /Type /Pages /Count {pages} /Kids [{' '.join(f'{10 + 2 * n} 0 R' for n in range(pages))}] >>",
        3: f"<< /First {marks[0]} 0 R /Last {marks[-1]} 0 R >>" if marks else "<< >>",
        4: "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        5: "<< /Title (The book) >>",
    }
    for number in range(pages):
        text = f"BT /F 12 Tf 72 700 Td (This is page {number + 1}. It says so.) Tj ET"
        objects[10 + 2 * number] = (
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 800] /Contents {11 + 2 * number} 0 R"
            " /Resources << /Font << /F 4 0 R >> >> >>"
        )
        objects[11 + 2 * number] = f"<< /Length {len(text)} >>\nstream\n{text}\nendstream"
    for index, (title, page) in enumerate(bookmarks.items()):
        following = f"/Next {marks[index + 1]} 0 R" if index + 1 < len(marks) else ""
        target = f"/Dest [{8 + 2 * page} 0 R /Fit]"
        objects[marks[index]] = f"<< /Title ({title}) /Parent 3 0 R {target} {following} >>"
    body = "\n".join(f"{number} 0 obj\n{text}\nendobj" for number, text in objects.items())
    path.write_text(f"%PDF-1.4\n{body}\ntrailer << /Root 1 0 R /Info 5 0 R >>\n%%EOF\n")


def test_the_chapters_of_a_pdf_are_subtopics_by_their_pages(tmp_path: Path, destination: Path) -> None:
    book = tmp_path / "book.pdf"
    write_pdf(book, 50, {"Loops": 3, "Lists": 20, "Files": 41})
    report = import_tree(book, "book", destination)
    assert [(s.key, s.section) for s in report.subtopics] == [
        ("book.book.opening_pages", "pages=1-2"),
        ("book.book.loops", "pages=3-19"),
        ("book.book.lists", "pages=20-40"),
        ("book.book.files", "pages=41-50"),
    ]
    content = load_content([destination])
    assert content.problems == ()
    assert content.zones[0].title == "The book"
    assert content.subtopics[1].concept_intent == "Loops. This is page 3. It says so."


def test_a_short_pdf_is_one_subtopic_and_a_broken_one_is_told(tmp_path: Path, destination: Path) -> None:
    books = tmp_path / "books"
    books.mkdir()
    write_pdf(books / "short.pdf", 3, {})
    (books / "broken.pdf").write_bytes(b"%PDF-1.4 and nothing else")
    report = import_tree(books, "book", destination)
    assert became(report) == {"short.pdf": "book.book.short"}
    assert "the PDF cannot be opened" in report.skipped["broken.pdf"]
