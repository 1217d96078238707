"""Documents become chunk rows; what is the same is left alone, what is gone is kept out of search."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum import chunk_rows
from pygrounds_dagster.curriculum.chunk_rows import live_chunks, sync_chunks
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.documents import sync_documents
from pygrounds_dagster.curriculum.register import register_content
from pygrounds_dagster.partition import PartitionOutcome
from tests.curriculum.conftest import Author
from tests.curriculum.test_register import rows

TEXT = """# Loops

## First

A loop repeats.

## Second

It ends when it is done.

```python
for x in y:
    print(x)
```
"""


@dataclass(frozen=True)
class Words:
    """Counts words; enough for a chunker whose texts are far below the window."""

    identity: str = "words"
    window: int = 256

    def count(self, texts: Sequence[str]) -> list[int]:
        return [len(text.split()) + 2 for text in texts]


def sync(pool: ConnectionPool, root: Path, *keys: str, counter: Words = Words()) -> list[PartitionOutcome]:
    content = load_content([root])
    register_content(pool, content)
    sync_documents(pool, content, content.keys)
    return sync_chunks(pool, keys or content.keys, counter)


def stored(pool: ConnectionPool, where: str = "retired_at IS NULL") -> dict[str, str]:
    """Row version by chunk id."""
    return dict(rows(pool, f"SELECT chunk_id, xmin::text FROM chunk WHERE {where}"))


def test_a_document_becomes_rows_that_say_where_they_come_from(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    author("a.t.loops", body=TEXT, difficulty="advanced")
    (outcome,) = sync(pool, root)
    with pool.connection() as conn:
        found = live_chunks(conn, ["a.t.loops"])
    assert outcome.status == "done"
    written = {"chunks": len(found), "written": len(found)}
    assert outcome.counts == {"documents": 1, **written, "unchanged": 0, "retired": 0, "failed": 0}
    code = next(row for row in found if row.chunk_type == "Code")
    assert (code.text, code.kind, code.difficulty) == ("for x in y:\n    print(x)", "code", "advanced")
    assert (code.document, code.heading_path[-1]) == ("zones/a/t/loops/subtopic.md", "Second")
    lines = (root / code.document).read_text().splitlines()
    assert lines[code.line_start - 1].strip("`") in ("python", "for x in y:")
    assert [row.ordinal for row in found] == list(range(len(found)))
    assert rows(pool, "SELECT title FROM document")[0][0] != ""


def test_what_did_not_change_is_neither_read_nor_written(
    pool: ConnectionPool, root: Path, author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    author("a.t.loops", body=TEXT)
    (first,) = sync(pool, root)
    before = stored(pool)
    monkeypatch.setattr(chunk_rows, "read_bytes", None)
    (again,) = sync(pool, root)
    assert (again.status, again.data_version) == ("unchanged", first.data_version)
    assert stored(pool) == before


def test_a_changed_paragraph_costs_its_own_chunk(pool: ConnectionPool, root: Path, author: Author) -> None:
    author("a.t.loops", body=TEXT)
    (first,) = sync(pool, root)
    before = stored(pool)
    author("a.t.loops", body=TEXT.replace("A loop repeats.", "A loop repeats a block."))
    (outcome,) = sync(pool, root)
    counts = outcome.counts
    assert (counts["written"], counts["retired"], counts["unchanged"]) == (1, 1, first.counts["chunks"] - 1)
    assert outcome.data_version != first.data_version
    after = stored(pool)
    assert len(after.items() & before.items()) == counts["unchanged"]
    assert len(stored(pool, "retired_at IS NOT NULL")) == 1


def test_moved_chunks_keep_their_ids_and_get_their_new_lines(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    author("a.t.loops", body=TEXT)
    (first,) = sync(pool, root)
    ids = set(stored(pool))
    places = dict(rows(pool, "SELECT chunk_id, line_start FROM chunk"))
    author("a.t.loops", body="\n\n" + TEXT)
    (outcome,) = sync(pool, root)
    assert set(stored(pool)) == ids
    assert (outcome.data_version, outcome.counts["retired"]) == (first.data_version, 0)
    assert dict(rows(pool, "SELECT chunk_id, line_start - 2 FROM chunk")) == places


def test_the_same_text_twice_is_two_chunks(pool: ConnectionPool, root: Path, author: Author) -> None:
    code = "```python\nx = 1\n```\n\n"
    author("a.t.loops", body=f"# Loops\n\n{code}Between.\n\n{code}")
    (outcome,) = sync(pool, root)
    assert outcome.status == "done"
    assert rows(pool, "SELECT count(*) FROM chunk WHERE chunk_type = 'Code'") == [(2,)]


def test_text_that_comes_back_is_the_old_row_again(pool: ConnectionPool, root: Path, author: Author) -> None:
    for body in (TEXT, TEXT.replace("A loop repeats.", "Gone."), TEXT):
        author("a.t.loops", body=body)
        (outcome,) = sync(pool, root)
    assert (outcome.counts["written"], outcome.counts["retired"]) == (1, 1)
    assert rows(pool, "SELECT count(*) FROM chunk WHERE text LIKE '%A loop repeats.%'") == [(1,)]


def test_another_tokenizer_chunks_again_and_keeps_equal_rows(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    author("a.t.loops", body=TEXT)
    (first,) = sync(pool, root)
    (again,) = sync(pool, root, counter=Words("other"))
    assert (again.status, again.counts["written"]) == ("done", 0)
    assert again.data_version == first.data_version


def test_a_broken_document_fails_the_partition_and_spares_the_others(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    folder = author("a.t.loops", body=TEXT)
    author("a.t.other")
    (folder / "broken.ipynb").write_text("{")
    (folder / "more.md").write_text("# More\n\nMore text.\n")
    outcomes = {outcome.key: outcome for outcome in sync(pool, root)}
    bad = outcomes["a.t.loops"]
    assert (bad.status, bad.counts["failed"], bad.data_version) == ("failed", 1, "")
    assert "broken.ipynb" in (bad.error or "")
    assert outcomes["a.t.other"].status == "done"
    errors = dict(rows(pool, "SELECT path, error FROM document WHERE error IS NOT NULL"))
    assert list(errors) == ["zones/a/t/loops/broken.ipynb"]
    assert rows(pool, "SELECT count(*) FROM chunk WHERE text LIKE '%More text.%'") == [(1,)]
    (folder / "broken.ipynb").unlink()
    mended = {outcome.key: outcome for outcome in sync(pool, root)}
    assert mended["a.t.loops"].status == "done"


def test_a_document_that_breaks_keeps_its_last_good_chunks(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    folder = author("a.t.loops", body=TEXT, sources="[more.md]")
    (folder / "more.md").write_text("# More\n\nMore text.\n")
    (first,) = sync(pool, root)
    before = stored(pool)
    (folder / "more.md").unlink()
    (broken,) = sync(pool, root)
    assert (broken.status, stored(pool)) == ("failed", before)
    assert "is not there" in (broken.error or "")
    (folder / "more.md").write_text("# More\n\nMore text.\n")
    (mended,) = sync(pool, root)
    assert (mended.status, mended.data_version) == ("done", first.data_version)


def test_going_back_after_a_failure_is_not_taken_for_finished(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    folder = author("a.t.loops", body=TEXT, sources="[more.md]")
    (folder / "more.md").write_text("# More\n\nMore text.\n")
    (first,) = sync(pool, root)
    author("a.t.loops", body="# Other\n\nOther text.\n", sources="[more.md]")
    (folder / "more.md").write_bytes(b"\x00\x01")
    assert sync(pool, root)[0].status == "failed"
    author("a.t.loops", body=TEXT, sources="[more.md]")
    (folder / "more.md").write_text("# More\n\nMore text.\n")
    (back,) = sync(pool, root)
    assert (back.status, back.data_version) == ("done", first.data_version)
    live = rows(pool, "SELECT text FROM chunk WHERE retired_at IS NULL")
    assert "Other text." not in str(live)


def test_a_reader_that_breaks_down_is_told_on_its_document(
    pool: ConnectionPool, root: Path, author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explode(*_: object) -> None:
        raise ZeroDivisionError("odd")

    author("a.t.loops", body=TEXT)
    monkeypatch.setattr(chunk_rows, "read_bytes", explode)
    (outcome,) = sync(pool, root)
    assert outcome.status == "failed"
    assert "its reader failed with ZeroDivisionError: odd" in (outcome.error or "")


def test_text_that_postgresql_cannot_hold_is_told_on_its_document(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    folder = author("a.t.loops", body=TEXT)
    cell = r'{"cell_type": "markdown", "metadata": {}, "source": "half \ud800 a pair", "id": "x"}'
    notebook = f'{{"nbformat": 4, "nbformat_minor": 5, "metadata": {{}}, "cells": [{cell}]}}'
    (folder / "odd.ipynb").write_text(notebook)
    (outcome,) = sync(pool, root)
    assert outcome.status == "failed"
    assert "odd.ipynb" in (outcome.error or "")


def test_a_file_that_changes_after_its_inventory_is_not_mixed_up(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    author("a.t.loops", body=TEXT)
    content = load_content([root])
    register_content(pool, content)
    sync_documents(pool, content, content.keys)
    author("a.t.loops", body="# Loops\n\nAnother text.\n")
    (outcome,) = sync_chunks(pool, content.keys, Words())
    assert outcome.status == "failed"
    assert "changed since its inventory" in (outcome.error or "")
    assert stored(pool) == {}
    assert sync(pool, root)[0].status == "done"


def test_a_document_that_is_gone_takes_its_chunks_out_of_search(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    folder = author("a.t.loops", body=TEXT)
    (folder / "more.md").write_text("# More\n\nMore text.\n")
    sync(pool, root)
    (folder / "more.md").unlink()
    (outcome,) = sync(pool, root)
    assert outcome.status == "done"
    with pool.connection() as conn:
        assert {row.document for row in live_chunks(conn, ["a.t.loops"])} == {"zones/a/t/loops/subtopic.md"}
    assert rows(pool, "SELECT count(*) FROM chunk WHERE text LIKE '%More text.%'") == [(1,)]


def test_a_retired_subtopic_serves_nothing_and_comes_back_whole(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    folder = author("a.t.loops", body=TEXT)
    (first,) = sync(pool, root)
    ids = set(stored(pool))
    shutil.rmtree(folder)
    (gone,) = sync(pool, root, "a.t.loops")
    assert gone.status == "failed"
    assert stored(pool) == {}
    author("a.t.loops", body=TEXT)
    (back,) = sync(pool, root)
    assert (back.status, back.data_version, set(stored(pool))) == ("done", first.data_version, ids)


def test_partitions_without_documents_say_what_to_do(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    author("a.t.loops")
    content = load_content([root])
    register_content(pool, content)
    first, second = sync_chunks(pool, ["a.t.loops", "a.t.unknown"], Words())
    assert "materialise 'documents' first" in (first.error or "")
    assert "is not registered" in (second.error or "")


def test_a_failure_while_writing_leaves_the_partition_as_it_was(
    pool: ConnectionPool, root: Path, author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ConnectionError("the machine is gone")

    author("a.t.loops", body=TEXT)
    sync(pool, root)
    before = stored(pool)
    author("a.t.loops", body="# Loops\n\nAnother text.\n")
    with monkeypatch.context() as patch:
        patch.setattr(chunk_rows, "finish_step", broken)
        with pytest.raises(ConnectionError):
            sync(pool, root)
    assert stored(pool) == before
    assert sync(pool, root)[0].status == "done"


def test_progress_names_the_documents(pool: ConnectionPool, root: Path, author: Author) -> None:
    author("a.t.loops")
    told: list[tuple[int, int, str]] = []
    content = load_content([root])
    register_content(pool, content)
    sync_documents(pool, content, content.keys)
    sync_chunks(pool, content.keys, Words(), lambda *values: told.append(values))
    assert told == [(0, 1, "zones/a/t/loops/subtopic.md"), (1, 1, "chunked")]
