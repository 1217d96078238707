"""The export: the whole bank in three formats, the same bytes for the same bank, nothing left behind."""

from __future__ import annotations

import hashlib
import itertools
import json
import os
from pathlib import Path

import pandas as pd
import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.questions import make
from pygrounds_dagster.questions.bank import StoredQuestion, stored_questions
from pygrounds_dagster.questions.export import FORMATS, export_questions
from pygrounds_dagster.questions.generate import Workshop
from tests.questions.sums import GAME, LIMITS, add_subtopics, sums


@pytest.fixture
def bank(pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch) -> list[StoredQuestion]:
    monkeypatch.setattr(make, "TEMPLATES", {GAME: sums})
    make.make_questions(Workshop(pool, LIMITS), GAME, add_subtopics(pool, 1), {}, target=1)
    with pool.connection() as conn:
        return list(stored_questions(conn))


def test_every_format_has_every_question(bank: list[StoredQuestion], tmp_path: Path) -> None:
    files = export_questions(bank, tmp_path)
    assert [file.path for file in files] == [f"toy/{GAME}.{suffix}" for suffix in FORMATS]
    assert all(file.written and file.rows == len(bank) for file in files)
    lines = [json.loads(line) for line in (tmp_path / f"toy/{GAME}.jsonl").read_text("utf-8").splitlines()]
    assert [line["question_id"] for line in lines] == [question.question_id for question in bank]
    assert lines[0]["code"] == bank[0].body["code"]
    assert lines[0]["verification"] == bank[0].verification
    for table in (
        pd.read_csv(tmp_path / f"toy/{GAME}.csv"),
        pd.read_parquet(tmp_path / f"toy/{GAME}.parquet"),
    ):
        assert list(table["question_id"]) == [question.question_id for question in bank]
        assert list(table["code"]) == [question.body["code"] for question in bank]
        assert json.loads(table["subtopics"][0]) == bank[0].subtopics
    manifest = json.loads((tmp_path / "manifest.json").read_text("utf-8"))
    for path, known in manifest.items():
        assert hashlib.sha256((tmp_path / path).read_bytes()).hexdigest() == known["sha256"]


def test_the_same_bank_writes_nothing_again(bank: list[StoredQuestion], tmp_path: Path) -> None:
    first = export_questions(bank, tmp_path)
    again = export_questions(list(reversed(bank)), tmp_path)
    assert not any(file.written for file in again)
    assert [file.sha256 for file in again] == [file.sha256 for file in first]


def test_files_of_what_is_gone_go_and_others_stay(bank: list[StoredQuestion], tmp_path: Path) -> None:
    export_questions(bank, tmp_path)
    (tmp_path / "notes.csv").write_text("mine", encoding="utf-8")
    assert export_questions([], tmp_path) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["manifest.json", "notes.csv"]


def test_an_export_killed_at_any_moment_is_made_good_by_the_next(
    bank: list[StoredQuestion], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed before each of its renames: what there is has whole files, and none outlives its questions."""
    export_questions(bank, tmp_path / "good")
    for at in range(5):  # the manifest, three files, the manifest
        directory, renames, rename = tmp_path / str(at), itertools.count(), Path.replace

        def kill(aside: Path, target: Path, at=at, renames=renames, rename=rename) -> Path:
            if next(renames) == at:
                raise KeyboardInterrupt
            return rename(aside, target)

        with monkeypatch.context() as patch:
            patch.setattr(Path, "replace", kill)
            with pytest.raises(KeyboardInterrupt):
                export_questions(bank, directory)
        (aside,) = directory.rglob(".*")
        os.utime(aside, (0, 0))  # found hours later
        for path in directory.rglob(f"{GAME}.*"):
            assert path.read_bytes() == (tmp_path / "good/toy" / path.name).read_bytes()
        assert export_questions([], directory) == []
        assert [path.name for path in directory.rglob("*") if path.is_file()] == ["manifest.json"]
