"""Content becomes zones, topics and subtopics; nothing that was known is lost."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.documents import sync_documents
from pygrounds_dagster.curriculum.register import Registration, register_content
from tests.curriculum.conftest import Author


def register(pool: ConnectionPool, *roots: Path) -> Registration:
    return register_content(pool, load_content(roots))


def rows(pool: ConnectionPool, sql: str) -> list[tuple[Any, ...]]:
    with pool.connection() as conn:
        return conn.execute(sql).fetchall()  # type: ignore[call-overload, no-any-return]


def live(pool: ConnectionPool, table: str) -> list[str]:
    found = rows(pool, f"SELECT {table}_key FROM {table} WHERE retired_at IS NULL ORDER BY 1")
    return [row[0] for row in found]


def test_new_content_is_added(pool: ConnectionPool, root: Path, author: Author) -> None:
    author("a.t.two", order=2, title="Two", prerequisites="[a.t.one]", objectives="[count]")
    author("a.t.one", order=1)
    done = register(pool, root)
    assert (done.added, done.kept, done.changed, done.retired) == (("a.t.one", "a.t.two"), (), (), ())
    (row,) = rows(
        pool,
        "SELECT topic_key, title, position, difficulty, prerequisites, objectives, concept_intent,"
        " code_intent, content_root, source_path, error FROM subtopic WHERE subtopic_key = 'a.t.two'",
    )
    assert row == (
        "a.t", "Two", 2, "beginner", ["a.t.one"], ["count"], "What two means.", "How two is written.",
        str(root), str(root / "zones/a/t/two/subtopic.md"), None,
    )  # fmt: skip
    assert rows(pool, "SELECT zone_key, title, position FROM zone") == [("a", "Title of a", 10)]
    assert rows(pool, "SELECT topic_key, zone_key, title FROM topic") == [("a.t", "a", "Title of t")]


def test_registering_again_writes_nothing(pool: ConnectionPool, root: Path, author: Author) -> None:
    author("a.t.one")
    author("a.t.two", title=None)
    register(pool, root)
    versions = " UNION ALL ".join(f"SELECT xmin::text FROM {name}" for name in ("zone", "topic", "subtopic"))
    before = rows(pool, versions)
    again = register(pool, root)
    assert (again.kept, again.added, again.written) == (("a.t.one",), (), 0)
    assert rows(pool, versions) == before


def test_a_new_title_changes_the_row_and_not_the_key(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    author("a.t.one")
    author("a.t.two")
    register(pool, root)
    author("a.t.one", title="Renamed")
    (root / "zones/a/zone.yaml").write_text("id: a\ntitle: Renamed too\norder: 3\n")
    done = register(pool, root)
    assert (done.changed, done.kept, done.written) == (("a.t.one",), ("a.t.two",), 2)
    assert rows(pool, "SELECT title FROM zone") == [("Renamed too",)]


def test_moving_a_folder_keeps_the_partition(pool: ConnectionPool, root: Path, author: Author) -> None:
    folder = author("a.t.one")
    register(pool, root)
    folder.rename(folder.with_name("moved"))
    done = register(pool, root)
    assert (done.changed, done.added, done.retired) == (("a.t.one",), (), ())


def test_an_invalid_file_keeps_the_last_good_values_and_says_why(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    author("a.t.one", title="Good")
    author("a.t.other")
    register(pool, root)
    folder = author("a.t.one", title=None)
    done = register(pool, root)
    assert (done.changed, done.failed, done.retired) == (("a.t.one",), ("a.t.one",), ())
    title, error = rows(pool, "SELECT title, error FROM subtopic WHERE subtopic_key = 'a.t.one'")[0]
    assert title == "Good"
    assert f"{folder / 'subtopic.md'}:2: title: is missing" in error
    author("a.t.one", title="Good")
    assert register(pool, root).changed == ("a.t.one",)
    assert rows(pool, "SELECT title, error FROM subtopic WHERE subtopic_key = 'a.t.one'") == [("Good", None)]


def test_a_file_whose_id_cannot_be_read_still_stands_for_its_partition(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    folder = author("a.t.one")
    folder.rename(folder.with_name("another_name"))
    register(pool, root)
    (root / "zones/a/t/another_name/subtopic.md").write_bytes(b"\x00")
    done = register(pool, root)
    assert (done.retired, done.changed) == ((), ("a.t.one",))
    assert live(pool, "subtopic") == ["a.t.one"]


@pytest.mark.parametrize("name", ["zones/a/zone.yaml", "zones/a/t/topic.yaml"])
def test_a_broken_zone_or_topic_retires_nothing(
    pool: ConnectionPool, root: Path, author: Author, name: str
) -> None:
    author("a.t.one")
    register(pool, root)
    (root / name).write_text("id: [")
    done = register(pool, root)
    assert (done.retired, done.changed) == ((), ("a.t.one",))
    assert (live(pool, "zone"), live(pool, "topic")) == (["a"], ["a.t"])


def test_a_root_that_is_gone_retires_nothing(pool: ConnectionPool, root: Path, author: Author) -> None:
    author("a.t.one")
    register(pool, root)
    root.rename(root.with_name("elsewhere"))
    done = register(pool, root)
    assert (done.retired, done.kept, done.written) == ((), ("a.t.one",), 0)
    assert "has no directory 'zones'" in str(done.problems[0])


def test_a_subtopic_that_was_never_valid_has_no_row(pool: ConnectionPool, root: Path, author: Author) -> None:
    author("a.t.one", title=None)
    done = register(pool, root)
    assert (done.failed, done.added, live(pool, "subtopic")) == (("a.t.one",), (), [])


def insert_chunk(pool: ConnectionPool, key: str) -> None:
    """A chunk with a ranking of its own and a place in the corpus ranking of another subtopic."""
    with pool.connection() as conn:
        (document,) = conn.execute(
            "SELECT document_id FROM document WHERE subtopic_key = %s", [key]
        ).fetchone()  # type: ignore[misc]
        conn.execute(
            "INSERT INTO chunk VALUES (%s || '-1', %s, %s, 0, 'Concept', 'concept', '{}', 1, 1, NULL, NULL,"
            " 'text', NULL, 'text', 'hash', 1)",
            [key, document, key],
        )
        conn.execute(
            "INSERT INTO embedding_model VALUES ('m', 'm', 'r', 3, 'mean', 't') ON CONFLICT DO NOTHING"
        )
        for owner, scope in ((key, "own"), ("a.t.stays", "corpus")):
            conn.execute(
                "INSERT INTO ranking VALUES (%s, 'concept', %s, 1, %s || '-1', 'Concept', 1, 1, 1, 'm')",
                [owner, scope, key],
            )


def test_a_deleted_file_retires_its_partition_and_keeps_the_rows(
    pool: ConnectionPool, root: Path, author: Author
) -> None:
    author("a.t.stays")
    folder = author("b.t.goes")
    register(pool, root)
    sync_documents(pool, load_content([root]), ["a.t.stays", "b.t.goes"])
    insert_chunk(pool, "b.t.goes")
    shutil.rmtree(folder)
    done = register(pool, root)
    assert (done.retired, done.kept) == (("b.t.goes",), ("a.t.stays",))
    assert live(pool, "subtopic") == ["a.t.stays"]
    for table in ("chunk", "document"):
        query = f"SELECT retired_at IS NULL FROM {table} WHERE subtopic_key = 'b.t.goes'"
        assert rows(pool, query) == [(False,)]
    assert rows(pool, "SELECT * FROM ranking") == []
    assert rows(pool, "SELECT subtopic_key FROM step_state") == [("a.t.stays",)]
    assert register(pool, root).written == 0


def test_zones_and_topics_without_files_are_retired(pool: ConnectionPool, root: Path, author: Author) -> None:
    author("a.t.stays")
    author("b.t.goes")
    register(pool, root)
    shutil.rmtree(root / "zones/b")
    register(pool, root)
    assert (live(pool, "zone"), live(pool, "topic")) == (["a"], ["a.t"])


def test_what_comes_back_is_live_again(pool: ConnectionPool, root: Path, author: Author) -> None:
    folder = author("a.t.one")
    register(pool, root)
    sync_documents(pool, load_content([root]), ["a.t.one"])
    shutil.rmtree(folder)
    register(pool, root)
    author("a.t.one")
    done = register(pool, root)
    assert done.added == ("a.t.one",)
    (outcome,) = sync_documents(pool, load_content([root]), ["a.t.one"])
    assert outcome.status == "done"
    assert rows(pool, "SELECT retired_at FROM document") == [(None,)]


def test_a_failure_half_way_leaves_everything_as_it_was(
    pool: ConnectionPool, root: Path, author: Author, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = author("a.t.one")
    register(pool, root)
    author("a.t.two")
    shutil.rmtree(folder)

    def broken(*_: object) -> None:
        raise ConnectionError("the machine is gone")

    monkeypatch.setattr("pygrounds_dagster.curriculum.register.forget_step", broken)
    with pytest.raises(ConnectionError):
        register(pool, root)
    assert live(pool, "subtopic") == ["a.t.one"]
