"""Source files become document rows, by what they hold."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum import documents
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.documents import sync_documents
from pygrounds_dagster.curriculum.register import register_content
from pygrounds_dagster.partition import PartitionOutcome
from tests.curriculum.conftest import Author
from tests.curriculum.test_register import rows


def sync(pool: ConnectionPool, root: Path, *keys: str) -> list[PartitionOutcome]:
    content = load_content([root])
    register_content(pool, content)
    return sync_documents(pool, content, keys or content.keys)


def test_every_source_is_a_row_with_its_hash(pool: ConnectionPool, root: Path, author: Author) -> None:
    folder = author("a.t.one")
    (folder / "more.py").write_bytes(b"x = 1\n")
    (outcome,) = sync(pool, root)
    size = (folder / "subtopic.md").stat().st_size
    assert (outcome.status, outcome.counts) == ("done", {"documents": 2, "bytes": size + 6, "broken": 0})
    found = rows(
        pool, "SELECT path, section, format, byte_size, content_hash, error FROM document ORDER BY path"
    )
    digest = hashlib.sha256(b"x = 1\n").hexdigest()
    assert found[0] == ("zones/a/t/one/more.py", "", "py", 6, digest, None)
    assert found[1][0] == "zones/a/t/one/subtopic.md"


def test_unchanged_files_are_left_alone(pool: ConnectionPool, root: Path, author: Author) -> None:
    folder = author("a.t.one")
    author("a.t.two")
    first = sync(pool, root)
    again = sync(pool, root)
    assert [outcome.status for outcome in again] == ["unchanged", "unchanged"]
    assert [outcome.data_version for outcome in again] == [outcome.data_version for outcome in first]
    assert again[0].counts == first[0].counts
    (folder / "subtopic.md").touch()
    assert sync(pool, root)[0].status == "unchanged"


def test_only_the_changed_row_is_written(pool: ConnectionPool, root: Path, author: Author) -> None:
    folder = author("a.t.one")
    (folder / "more.py").write_text("x = 1")
    sync(pool, root)
    versions = "SELECT path, xmin::text FROM document ORDER BY path"
    before = dict(rows(pool, versions))
    (folder / "more.py").write_text("x = 2")
    assert sync(pool, root)[0].status == "done"
    after = dict(rows(pool, versions))
    assert [path for path in after if after[path] != before[path]] == ["zones/a/t/one/more.py"]


def test_a_missing_or_unknown_source_is_an_error_on_that_document_only(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    folder = author("a.t.one", sources="[gone.md, data.xyz]")
    (folder / "data.xyz").write_text("?")
    (outcome,) = sync(pool, root)
    assert (outcome.status, outcome.counts["broken"]) == ("done", 2)
    found = dict(rows(pool, "SELECT path, error FROM document"))
    assert "is not there: restore it" in found["zones/a/t/one/gone.md"]
    assert "is of no known format" in found["zones/a/t/one/data.xyz"]
    assert found["zones/a/t/one/subtopic.md"] is None
    (folder / "gone.md").write_text("# Back\n")
    sync(pool, root)
    assert dict(rows(pool, "SELECT path, error FROM document"))["zones/a/t/one/gone.md"] is None


def test_an_unlisted_source_is_retired_and_comes_back(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    folder = author("a.t.one")
    query = "SELECT retired_at IS NULL FROM document WHERE path LIKE '%more.py'"
    for present in (True, False, True):
        (folder / "more.py").write_text("x = 1") if present else (folder / "more.py").unlink()
        assert sync(pool, root)[0].status == "done"
        assert rows(pool, query) == [(present,)]


def test_parts_of_one_file_are_documents_and_the_file_is_hashed_once(
    pool: ConnectionPool, root: Path, author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    (root / "zones/book.md").write_text("# One\n\n# Two\n")
    for number in (1, 3):
        part = f"[{{path: ../../../book.md, section: lines={number}-{number}}}]"
        author(f"a.t.part{number}", body="", sources=part)
    asked: list[Path] = []
    original = documents.file_hash
    monkeypatch.setattr(documents, "file_hash", lambda path: (asked.append(path), original(path))[1])
    sync(pool, root)
    assert asked == [root / "zones/book.md"]
    found = rows(pool, "SELECT subtopic_key, path, section FROM document ORDER BY 1")
    assert found == [("a.t.part1", "zones/book.md", "lines=1-1"), ("a.t.part3", "zones/book.md", "lines=3-3")]


def test_a_file_outside_the_root_is_named_in_full(
    pool: ConnectionPool, root: Path, tmp_path: Path, author: Author
) -> None:
    (tmp_path / "outside.md").write_text("# Outside\n")
    author("a.t.one", body="", sources=f"[{tmp_path / 'outside.md'}]")
    sync(pool, root)
    assert rows(pool, "SELECT path FROM document") == [(str(tmp_path / "outside.md"),)]


def test_an_invalid_subtopic_fails_and_says_why_while_others_go_on(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    author("a.t.bad", title=None)
    author("a.t.good")
    outcomes = {o.key: o for o in sync(pool, root, "a.t.bad", "a.t.good", "a.t.never")}
    assert outcomes["a.t.good"].status == "done"
    assert "title: is missing" in (outcomes["a.t.bad"].error or "")
    assert "no content file defines a.t.never" in (outcomes["a.t.never"].error or "")


def test_an_unregistered_subtopic_fails_with_the_remedy(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    author("a.t.one")
    (outcome,) = sync_documents(pool, load_content([root]), ["a.t.one"])
    assert outcome.status == "failed"
    assert "materialise the asset 'curriculum' first" in (outcome.error or "")


def test_progress_is_told_after_every_partition(pool: ConnectionPool, root: Path, author: Author) -> None:
    author("a.t.one")
    author("a.t.two")
    told: list[tuple[int, int, str]] = []
    content = load_content([root])
    sync_documents(pool, content, content.keys, lambda *values: told.append(values))
    assert told == [(1, 2, "a.t.one"), (2, 2, "a.t.two")]
