"""Migrations: from nothing to head, back, and one at a time."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import psycopg
import pytest

from pygrounds_dagster.store import migrate as module
from pygrounds_dagster.store.migrate import current, head, migrate, migrations


def _tables(url: str) -> set[str]:
    with psycopg.connect(url) as conn:
        rows = conn.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'").fetchall()
    return {row[0] for row in rows} - {"alembic_version"}


def _schema(url: str) -> list[tuple[object, ...]]:
    columns = (
        "SELECT table_name, column_name, data_type, is_nullable, column_default "
        "FROM information_schema.columns WHERE table_schema = 'public' ORDER BY table_name, column_name"
    )
    indexes = (
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1, 2"
    )
    with psycopg.connect(url) as conn:
        return [*conn.execute(columns).fetchall(), *conn.execute(indexes).fetchall()]


def test_empty_database_reaches_head(empty_database_url: str) -> None:
    with psycopg.connect(empty_database_url) as conn:
        assert current(conn) is None
    assert migrate(empty_database_url) == head()
    assert {"subtopic", "chunk", "ranking", "step_state"} <= _tables(empty_database_url)
    with psycopg.connect(empty_database_url) as conn:
        assert current(conn) == head()


def test_again_changes_nothing(database_url: str) -> None:
    before = _schema(database_url)
    assert migrate(database_url) == head()
    assert _schema(database_url) == before


def test_head_to_base_and_back(database_url: str) -> None:
    before = _schema(database_url)
    with psycopg.connect(database_url) as conn:
        conn.execute("CREATE TABLE embedding_x (embedding_hash text PRIMARY KEY)")
        conn.execute(
            "INSERT INTO embedding_model (model_id, name, revision, dimension, pooling, table_name) "
            "VALUES ('x', 'x', '1', 3, 'mean', 'embedding_x')"
        )
    assert migrate(database_url, "base") is None
    assert _tables(database_url) == set()
    assert migrate(database_url) == head()
    assert _schema(database_url) == before


@pytest.mark.parametrize("step", migrations(), ids=lambda step: step.revision)
def test_each_step_can_be_taken_back_and_again(empty_database_url: str, step: module.Migration) -> None:
    migrate(empty_database_url, step.revision)
    before = _schema(empty_database_url)
    migrate(empty_database_url, "-1")
    assert migrate(empty_database_url, "+1") == step.revision
    assert _schema(empty_database_url) == before


def test_two_migrators_at_once(empty_database_url: str) -> None:
    with multiprocessing.get_context("spawn").Pool(2) as processes:
        assert processes.map(migrate, [empty_database_url] * 2) == [head()] * 2


def test_unknown_revision_is_refused(database_url: str) -> None:
    with pytest.raises(ValueError, match=f"known revisions: .*{head()}"):
        migrate(database_url, "9999")


def test_failing_migration_changes_nothing(
    empty_database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first migration is good, the second is not: neither is kept."""
    for name, text in {
        "0001_good.up.sql": "CREATE TABLE good (n int); CREATE TABLE better (text text DEFAULT '50 %')",
        "0001_good.down.sql": "DROP TABLE good, better",
        "0002_bad.up.sql": "CREATE TABLE bad (n int); SELECT 1/0",
        "0002_bad.down.sql": "DROP TABLE bad",
    }.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "env.py").write_text((module.MIGRATIONS_DIR / "env.py").read_text())
    monkeypatch.setattr(module, "MIGRATIONS_DIR", tmp_path)
    monkeypatch.setattr(migrations, "__defaults__", (tmp_path,))
    with pytest.raises(Exception, match="division by zero"):
        migrate(empty_database_url)
    assert _tables(empty_database_url) == set()
    assert migrate(empty_database_url, "0001") == "0001"
    assert _tables(empty_database_url) == {"good", "better"}


@pytest.mark.parametrize(
    ("names", "complaint"),
    [
        (["first.up.sql"], "is named NNNN_name"),
        (["0001_a.up.sql"], "needs both"),
        (["0001_a.up.sql", "0001_a.down.sql", "0001_b.up.sql", "0001_b.down.sql"], "have the number 0001"),
    ],
)
def test_misnamed_files_are_refused(tmp_path: Path, names: list[str], complaint: str) -> None:
    for name in names:
        (tmp_path / name).touch()
    with pytest.raises(ValueError, match=complaint):
        migrations(tmp_path)
