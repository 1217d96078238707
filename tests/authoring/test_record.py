"""Checks are stored with the page that they are about, and not made twice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.authoring import record
from pygrounds_dagster.authoring.record import Bench, check_content, read_checks
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.register import register_content
from pygrounds_dagster.judge import Judge, JudgeUnavailableError
from pygrounds_dagster.judge.jobs import Job
from pygrounds_dagster.knowledge.encoder import Encoder, EncoderModel, Vectors
from pygrounds_dagster.knowledge.encoders import query_encoder, token_counter
from pygrounds_dagster.partition import PartitionOutcome
from pygrounds_dagster.settings import Settings
from tests.authoring.pages import write_page

KEYS = ["play.ball.goals", "play.ball.passes"]
WRONG = {"print(0 + 0)\n```\n```output\n0": "print(0 + 0)\n```\n```output\n1"}


@dataclass
class CountingEncoder:
    """The shipped encoder; says what it was asked to encode."""

    inner: Encoder
    texts: list[str] = field(default_factory=list)

    @property
    def model(self) -> EncoderModel:
        return self.inner.model

    @property
    def runtime(self) -> str:
        return self.inner.runtime

    def encode(self, texts: Sequence[str], progress: Callable[[int], None] | None = None) -> Vectors:
        self.texts += texts
        return self.inner.encode(texts, progress)


class CountingJudge(Judge):
    """Says how many programs were run."""

    runs = 0

    def _submit(self, job: Job) -> Any:
        self.runs += 1
        return super()._submit(job)


@pytest.fixture(scope="module")
def judge() -> Any:
    judge = CountingJudge()
    yield judge
    judge.close()


@pytest.fixture
def bench(pool: ConnectionPool, judge: CountingJudge) -> Bench:
    settings = Settings()
    encoder = CountingEncoder(query_encoder(settings, "concept"))
    judge.runs = 0
    return Bench(pool, encoder, token_counter(settings), judge)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write_page(tmp_path)
    write_page(tmp_path, "passes", order=20, prerequisites="[play.ball.goals]")
    return tmp_path


def check(bench: Bench, root: Path, *keys: str) -> dict[str, PartitionOutcome]:
    content = load_content([root])
    register_content(bench.pool, content)
    outcomes = check_content(bench, content, keys or KEYS)
    assert [outcome.key for outcome in outcomes] == list(keys or KEYS)
    return {outcome.key: outcome for outcome in outcomes}


def stored(bench: Bench) -> dict[str, dict[str, Any]]:
    with bench.pool.connection() as conn:
        return read_checks(conn)


def test_a_check_is_stored_with_its_measures(bench: Bench, root: Path) -> None:
    done = check(bench, root)["play.ball.goals"]
    assert done.status == "done"
    rows = stored(bench)
    assert list(rows) == KEYS
    row = rows["play.ball.goals"]
    assert (row["programs"], row["raising"], row["terms"], row["tasks"]) == (7, 2, 6, 3)
    assert (row["objectives"], row["variations"], row["errors"]) == (3, 2, 0)
    assert row["nearest_key"] == "play.ball.passes"
    assert row["nearest_similarity"] > 0.9
    assert {f["rule"] for f in row["findings"]} == {"length", "neighbour"}
    assert [run["ended"] for run in row["runs"]] == ["ok"] * 5 + ["TypeError", "NameError"]
    assert done.counts["programs"] == 7
    assert done.counts["warnings"] == row["warnings"] == 2


def test_what_was_good_is_not_checked_again(bench: Bench, root: Path) -> None:
    first = check(bench, root)
    ran = bench.using.runs  # type: ignore[union-attr]
    assert ran == 14
    again = check(bench, root)
    assert [outcome.status for outcome in again.values()] == ["unchanged", "unchanged"]
    assert [o.data_version for o in again.values()] == [o.data_version for o in first.values()]
    assert bench.using.runs == ran  # type: ignore[union-attr]


def test_a_change_runs_the_programs_of_its_own_page_only(bench: Bench, root: Path) -> None:
    check(bench, root)
    write_page(root, changes={"Show the sum with a kind word.": "Show the sum with a smile."})
    done = check(bench, root)
    assert done["play.ball.goals"].status in ("done", "unchanged")  # what is stored of it may be the same
    assert done["play.ball.passes"].status in ("done", "unchanged")
    assert bench.using.runs == 14 + 7  # type: ignore[union-attr]


def test_other_code_checks_everything_again(
    bench: Bench, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    check(bench, root)
    monkeypatch.setattr(record, "check_version", lambda: "another judge")
    check(bench, root)
    assert bench.using.runs == 28  # type: ignore[union-attr]


def test_a_wrong_output_fails_its_page_alone_and_is_stored(bench: Bench, root: Path) -> None:
    write_page(root, changes=WRONG)
    seen: list[tuple[int, int, str]] = []
    content = load_content([root])
    register_content(bench.pool, content)
    bad, good = check_content(bench, content, KEYS, lambda *told: seen.append(told))
    assert (bad.status, good.status) == ("failed", "done")
    assert "subtopic.md:" in (bad.error or "")
    assert "prints '0' where '1' is shown" in (bad.error or "")
    assert seen[-1] == (2, 2, "checked")
    row = stored(bench)["play.ball.goals"]
    assert (row["errors"], [run["as_shown"] for run in row["runs"]].count(False)) == (1, 1)
    assert check(bench, root)["play.ball.goals"].status == "failed"  # never taken for done
    write_page(root)
    assert check(bench, root)["play.ball.goals"].status == "done"
    assert stored(bench)["play.ball.goals"]["errors"] == 0


def test_a_link_breaks_when_its_target_goes(bench: Bench, root: Path) -> None:
    write_page(root, changes={"# Goals\n": "# Goals\n\nSee [passes](play.ball.passes).\n"})
    assert check(bench, root)["play.ball.goals"].status == "done"
    (root / "zones/play/ball/passes/subtopic.md").unlink()
    done = check(bench, root)
    assert "play.ball.passes" in (done["play.ball.goals"].error or "")
    assert "no file defines" in (done["play.ball.passes"].error or "") or "not registered" in (
        done["play.ball.passes"].error or ""
    )
    assert list(stored(bench)) == ["play.ball.goals"]  # what is retired is not reported


def test_objectives_are_encoded_once(bench: Bench, root: Path) -> None:
    check(bench, root)
    texts = bench.encoder.texts  # type: ignore[attr-defined]
    assert "Show a result with print" in texts
    assert len(texts) == len(set(texts))
    count = len(texts)
    write_page(root, changes={"Show the sum": "Print the sum"})
    check(bench, root)
    assert "Show a result with print" not in texts[count:]


def test_a_subtopic_with_its_text_elsewhere_has_nothing_to_check(bench: Bench, root: Path) -> None:
    check(bench, root)
    write_page(root, body="")
    (root / "zones/play/ball/goals/notes.md").write_text("# Notes\n\nWords.\n", encoding="utf-8")
    done = check(bench, root)["play.ball.goals"]
    assert (done.status, done.counts) == ("done", {"programs": 0})
    assert list(stored(bench)) == ["play.ball.passes"]
    assert check(bench, root)["play.ball.goals"].status == "unchanged"


def test_what_cannot_be_checked_says_why(bench: Bench, root: Path) -> None:
    check(bench, root)
    write_page(root, changes={"order: 10": "order: ten"})
    done = check(bench, root, *KEYS, "play.ball.nobody")
    assert "order" in (done["play.ball.goals"].error or "")
    assert done["play.ball.passes"].status != "failed"
    assert "not registered" in (done["play.ball.nobody"].error or "")


def test_a_machine_that_cannot_judge_says_nothing_about_a_page(bench: Bench, root: Path) -> None:
    class NoJudge(CountingJudge):
        def _submit(self, job: Job) -> Any:
            raise JudgeUnavailableError("seccomp is missing")

    check(bench, root, "play.ball.goals")
    write_page(root, changes={"Show the sum": "Print the sum"})
    done = check(replace(bench, using=NoJudge()), root)
    assert all("seccomp is missing" in (outcome.error or "") for outcome in done.values())
    assert list(stored(bench)) == ["play.ball.goals"]
