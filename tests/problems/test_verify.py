"""Proofs are stored with the content that they are about, and not made twice."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.judge import JudgeUnavailableError
from pygrounds_dagster.partition import PartitionOutcome
from pygrounds_dagster.problems import verify
from pygrounds_dagster.problems.register import load_shelf, register_problems
from tests.problems.packs import REFERENCE, about, write_problem
from tests.small_content import write_content

KEYS = ["double", "lame"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A sound problem, and one whose reference is wrong."""
    content = tmp_path / "content"
    (key,) = write_content(content, 1)
    bank = content / "problems"
    write_problem(bank, problem_yaml=about(key, "double"))
    lame = {"solutions/reference.py": REFERENCE.replace("2", "3")}
    write_problem(bank, "lame", problem_yaml=about(key, "lame"), **lame)
    return content


def prove(pool: ConnectionPool, root: Path, *keys: str) -> dict[str, PartitionOutcome]:
    shelf = load_shelf([root])
    register_problems(pool, shelf)
    return {done.key: done for done in verify.verify_problems(pool, shelf, keys or KEYS)}


def row(pool: ConnectionPool, key: str) -> tuple[Any, ...]:
    query = "SELECT report, verified_hash = content_hash, error FROM problem WHERE problem_id = %s"
    with pool.connection() as conn:
        found = conn.execute(query, [key]).fetchone()
    assert found is not None
    return found


def test_a_bad_problem_fails_alone_and_both_reports_are_stored(pool: ConnectionPool, root: Path) -> None:
    seen: list[tuple[int, int, str]] = []
    shelf = load_shelf([root])
    good, bad = verify.verify_problems(pool, shelf, KEYS, lambda *told: seen.append(told))
    assert seen == [(1, 2, "double"), (2, 2, "lame")]
    assert (good.status, bad.status) == ("done", "failed")
    assert good.counts["tests"] == 3
    assert good.counts["mutants"] == good.counts["killed"] > 0
    report, current, error = row(pool, "double")
    assert (report["score"], report["findings"], report["hash_seeds"]) == (1, [], [0, 1])
    assert report["tier"] in ("A", "B", "C")
    assert (current, error) == (True, None)
    report, current, error = row(pool, "lame")
    assert report["findings"][0]["file"] == "solutions/reference.py"
    assert (report["score"], current) == (None, True)
    assert error == bad.error
    assert "fails test 1" in error


def test_what_held_is_not_proven_again_and_what_did_not_is(
    pool: ConnectionPool, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = prove(pool, root)
    again = prove(pool, root)
    assert (again["double"].status, again["lame"].status) == ("unchanged", "failed")
    assert again["double"].data_version == first["double"].data_version
    monkeypatch.setattr(verify, "proof_version", lambda: "another judge")
    assert prove(pool, root, "double")["double"].status == "done"


def test_a_changed_problem_has_no_report_until_it_is_proven(pool: ConnectionPool, root: Path) -> None:
    prove(pool, root)
    solution = root / "problems" / "lame" / "solutions" / "reference.py"
    solution.write_text(REFERENCE, encoding="utf-8")
    register_problems(pool, load_shelf([root]))
    assert row(pool, "lame")[1:] == (False, None)
    with pool.connection() as conn:
        assert verify.read_reports(conn, KEYS).keys() == {"double"}
    assert prove(pool, root)["lame"].status == "done"
    with pool.connection() as conn:
        assert verify.read_reports(conn, KEYS).keys() == {"double", "lame"}


def test_a_bad_folder_and_a_missing_one_say_so(pool: ConnectionPool, root: Path) -> None:
    (root / "problems" / "lame" / "tests.json").write_text("[", encoding="utf-8")
    done = prove(pool, root, "lame", "nobody")
    assert "tests.json" in (done["lame"].error or "")
    assert "no folder" in (done["nobody"].error or "")


def test_a_machine_that_cannot_judge_says_nothing_about_a_problem(
    pool: ConnectionPool, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    prove(pool, root, "double")

    class NoJudge:
        def standing(self, mode: str) -> None:
            raise JudgeUnavailableError("seccomp is missing")

    monkeypatch.setattr(verify, "proof_version", lambda: "another judge")
    monkeypatch.setattr(verify, "default_judge", NoJudge)
    done = prove(pool, root, "double")["double"]
    assert done.status == "failed"
    assert "seccomp is missing" in (done.error or "")
    report, current, error = row(pool, "double")
    assert (report["score"], current, error) == (1, True, None)
