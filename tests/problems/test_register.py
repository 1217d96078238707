"""Rows of problems follow the folders of the banks; a bad folder fails alone."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.problems.register import (
    ShelfRegistration,
    load_shelf,
    problem_folder,
    problem_stamps,
    register_problems,
)
from tests.problems.packs import about, write_problem
from tests.small_content import write_content


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A content root with one subtopic and two problems about it."""
    content = tmp_path / "content"
    (key,) = write_content(content, 1)
    for name in ("double", "twice"):
        write_problem(content / "problems", name, problem_yaml=about(key, name))
    return content


def register(pool: ConnectionPool, *roots: Path) -> ShelfRegistration:
    return register_problems(pool, load_shelf(roots))


def errors(pool: ConnectionPool) -> dict[str, str | None]:
    with pool.connection() as conn:
        query = "SELECT problem_id, error FROM problem WHERE retired_at IS NULL ORDER BY 1"
        return dict(conn.execute(query).fetchall())


def test_problems_are_added_once(pool: ConnectionPool, root: Path) -> None:
    first = register(pool, root)
    assert first.keys == first.added == ("double", "twice")
    again = register(pool, root)
    assert again.keys == first.keys
    assert (again.added, again.changed, again.retired, again.failed) == ((), (), (), {})


def test_a_broken_folder_stays_the_problem_that_it_was(pool: ConnectionPool, root: Path) -> None:
    (root / "problems" / "double").rename(root / "problems" / "folder")
    register(pool, root)
    (root / "problems" / "folder" / "problem.yaml").write_text("id: [", encoding="utf-8")
    broken = register(pool, root)
    assert broken.keys == ("double", "twice")
    assert broken.changed == ("double",)
    assert "problem.yaml" in broken.failed["double"]
    assert errors(pool) == {"double": broken.failed["double"], "twice": None}
    assert register(pool, root).changed == ()


def test_a_problem_that_never_was_right_is_there_with_its_reason(pool: ConnectionPool, root: Path) -> None:
    write_problem(root / "problems", "third", tests_json="[")
    (root / "problems" / "No key").mkdir()
    shelf = load_shelf([root])
    registration = register_problems(pool, shelf)
    assert registration.keys == ("double", "third", "twice")
    assert "tests.json" in (errors(pool)["third"] or "")
    assert any("No key" in str(fault) for fault in shelf.faults)
    assert problem_stamps(pool, shelf).keys() == {"double", "third", "twice"}


def test_a_deleted_folder_retires_its_problem_and_a_mended_one_comes_back(
    pool: ConnectionPool, root: Path, tmp_path: Path
) -> None:
    register(pool, root)
    shutil.move(root / "problems" / "twice", tmp_path / "twice")
    gone = register(pool, root)
    assert (gone.keys, gone.retired) == (("double",), ("twice",))
    shutil.move(tmp_path / "twice", root / "problems" / "twice")
    assert register(pool, root).added == ("twice",)


def test_nothing_of_a_root_that_is_not_there_is_retired(
    pool: ConnectionPool, root: Path, tmp_path: Path
) -> None:
    register(pool, root)
    root.rename(tmp_path / "elsewhere")
    away = register(pool, root)
    assert (away.keys, away.retired) == (("double", "twice"), ())


def test_of_two_problems_with_one_id_that_of_the_first_root_counts(
    pool: ConnectionPool, root: Path, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    write_problem(other / "problems", "double", problem_yaml=about("toy.numbers.number_001", "double"))
    shelf = load_shelf([root, other])
    assert shelf.problems["double"].path.is_relative_to(root)
    assert "is also" in str(shelf.faults[0])
    assert register_problems(pool, shelf).failed == {}


def test_a_problem_is_found_by_its_id(root: Path) -> None:
    assert problem_folder([root], "double") == root / "problems" / "double"
    (root / "problems" / "double").rename(root / "problems" / "folder")
    assert problem_folder([root], "double") == root / "problems" / "folder"
    assert problem_folder([root], "../problems/twice") is None
