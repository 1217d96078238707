"""Cells are filled to what is wanted: no more, nothing twice, whatever is killed, cancelled or repeated."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.questions import make
from pygrounds_dagster.questions.bank import change_state, history, stored_questions
from pygrounds_dagster.questions.generate import Workshop
from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.sessions import GenerationRequest, cancel, create, progress
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.store.leases import leases_held
from tests.questions.sums import GAME, LIMITS, add_chunk, add_subtopics, run_session, sums

TARGET = 2
ROOT = Path(__file__).parents[2]


@pytest.fixture(autouse=True)
def _sums(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(make, "TEMPLATES", {GAME: sums})


def top_up(pool: ConnectionPool, keys: list[str], game: str = GAME, target: int = TARGET) -> make.Report:
    return make.make_questions(Workshop(pool, LIMITS, run_id="run"), game, keys, {}, target)


def cells(pool: ConnectionPool) -> Counter[tuple[str, str]]:
    with pool.connection() as conn:
        return Counter((one.subtopic_key, one.difficulty) for one in stored_questions(conn, states=["live"]))


def ask(pool: ConnectionPool, keys: list[str], **counts: int) -> object:
    return create(pool, GenerationRequest(game_types=(GAME,), counts=counts, subtopics=tuple(keys)))


def test_cells_are_filled_once_and_left_alone_then(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 2)
    first = top_up(pool, keys)
    assert [outcome.status for outcome in first.outcomes] == ["done", "done"]
    stored = cells(pool)
    assert {level for _, level in stored} >= {"beginner", "intermediate"}
    assert set(stored.values()) == {TARGET}
    assert first.outcomes[0].counts["live"] == sum(n for (key, _), n in stored.items() if key == keys[0])

    again = top_up(pool, keys)
    assert [outcome.status for outcome in again.outcomes] == ["unchanged", "unchanged"]
    assert [o.data_version for o in again.outcomes] == [o.data_version for o in first.outcomes]
    assert cells(pool) == stored


def test_a_higher_target_adds_the_difference(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 1)
    top_up(pool, keys, target=1)
    with pool.connection() as conn:
        before = {one.question_id for one in stored_questions(conn)}
    top_up(pool, keys, target=2)
    with pool.connection() as conn:
        after = {one.question_id for one in stored_questions(conn)}
    assert before < after


def test_the_same_content_gives_the_same_bank(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 1)
    top_up(pool, keys)
    with pool.connection() as conn:
        first = [one.content_key for one in stored_questions(conn)]
        conn.execute("TRUNCATE question CASCADE")
    top_up(pool, keys)
    with pool.connection() as conn:
        assert [one.content_key for one in stored_questions(conn)] == first


def test_what_is_withdrawn_is_made_up_for_and_not_made_again(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 1)
    top_up(pool, keys)
    full = cells(pool)
    with pool.connection() as conn:
        victim = next(stored_questions(conn))
        change_state(conn, victim.question_id, "withdrawn", "the teacher says so")
    (outcome,) = top_up(pool, keys).outcomes
    assert (outcome.status, outcome.counts["stored"]) == ("done", 1)
    assert cells(pool) == full
    with pool.connection() as conn:
        keys_of_all = [one.content_key for one in stored_questions(conn)]
        assert victim.content_key not in keys_of_all
        events = [(event.event, event.reason) for event in history(conn, victim.question_id)]
    assert events == [("made", ""), ("withdrawn", "the teacher says so")]


def test_a_flagged_question_that_holds_stays_and_is_made_up_for(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 1)
    top_up(pool, keys)
    full = cells(pool)
    with pool.connection() as conn:
        doubted = next(stored_questions(conn))
        change_state(conn, doubted.question_id, "flagged", "unclear")
    top_up(pool, keys)
    assert cells(pool) == full
    with pool.connection() as conn:
        assert [one.question_id for one in stored_questions(conn, states=["flagged"])] == [
            doubted.question_id
        ]


def test_a_flagged_question_that_is_wrong_is_withdrawn(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 1)
    top_up(pool, keys)
    with pool.connection() as conn:
        doubted = next(stored_questions(conn))
        conn.execute(
            'UPDATE question SET body = body || \'{"expected_output": "never"}\' WHERE question_id = %s',
            [doubted.question_id],
        )
        change_state(conn, doubted.question_id, "flagged", "prints something else")
    top_up(pool, keys)
    with pool.connection() as conn:
        last = history(conn, doubted.question_id)[-1]
    assert last.event == "withdrawn"


def test_questions_of_text_that_is_gone_are_retired_and_replaced(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 1)
    top_up(pool, keys)
    old = cells(pool)
    with pool.connection() as conn:
        add_chunk(conn, keys[0], "print(2)\n")
    (outcome,) = top_up(pool, keys).outcomes
    assert outcome.counts["retired"] == sum(old.values())
    assert cells(pool) == old


def test_a_cell_that_cannot_be_filled_says_why(pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch) -> None:
    def poor(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
        good = next(sums(source, 1))
        yield Candidate(good.body.model_copy(update={"expected_output": "no"}), good.subtopics)

    monkeypatch.setattr(make, "TEMPLATES", {GAME: poor})
    keys = add_subtopics(pool, 1)
    report = top_up(pool, keys)
    assert report.outcomes[0].status == "done"
    assert report.outcomes[0].counts["short"] == 4 * TARGET
    why = report.gaps[keys[0]]["beginner"]
    assert why.startswith("template had no more after 1 candidates (1 ")
    with pool.connection() as conn:
        assert conn.execute("SELECT DISTINCT missing, reason FROM question_gap").fetchall() == [(TARGET, why)]
        assert conn.execute("SELECT sum(count) FROM generation_drop").fetchone() == (1,)


def test_a_game_type_without_generator_is_a_gap(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 1)
    report = top_up(pool, keys, game="trace")
    assert report.outcomes[0].status == "done"
    assert report.gaps[keys[0]] == dict.fromkeys(
        ("beginner", "intermediate", "advanced", "master"), make.NO_GENERATOR
    )


def test_an_unknown_subtopic_fails_alone(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 1)
    good, bad = top_up(pool, [*keys, "toy.sums.nowhere"]).outcomes
    assert (good.status, bad.status) == ("done", "failed")
    assert "toy.sums.nowhere" in (bad.error or "")


def test_a_session_gets_what_it_asked_on_top_of_what_there_is(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 2)
    top_up(pool, keys, target=1)
    before = cells(pool)
    session = ask(pool, keys, easy=2, medium=1)
    run_session(pool, session, keys)
    now = progress(pool, session)
    assert (now.session.state, now.made, now.asked) == ("done", 6, 6)
    assert [(c.difficulty, c.asked, c.made, c.state) for c in now.cells if c.subtopic_key == keys[0]] == [
        ("beginner", 2, 2, "done"),
        ("intermediate", 1, 1, "done"),
    ]
    assert all(cell.seconds > 0 for cell in now.cells)
    added = cells(pool) - before
    assert added == {(key, level): n for key in keys for level, n in (("beginner", 2), ("intermediate", 1))}
    run_session(pool, session, keys)
    assert cells(pool) == before + added


def test_a_cancelled_session_ends_with_the_questions_in_the_making(
    pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As many as may be in the making at a time are the most that come after it was asked to stop."""
    monkeypatch.setattr("pygrounds_dagster.questions.session_cells._POLL_SECONDS", 0)
    keys = add_subtopics(pool, 2)
    session = ask(pool, keys, easy=20)
    begun = 0

    def told(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
        nonlocal begun
        for candidate in sums(source, seed):
            begun += 1
            if begun == 6:
                cancel(pool, session)
            yield candidate

    monkeypatch.setattr(make, "TEMPLATES", {GAME: told})
    report = run_session(pool, session, keys)
    assert begun == 6
    now = progress(pool, session)
    assert now.session.state == "cancelled"
    assert now.made < 6
    assert {cell.reason for cell in now.cells if cell.subtopic_key == keys[0]} == {"cancelled"}
    assert [outcome.status for outcome in report.outcomes] == ["done", "unchanged"]


def test_two_workers_of_one_session_make_no_more_than_was_asked(
    pool: ConnectionPool, database_url: str
) -> None:
    keys = add_subtopics(pool, 2)
    session = ask(pool, keys, easy=4)
    workers = [_worker(database_url, session, keys) for _ in range(2)]
    assert [worker.wait(120) for worker in workers] == [0, 0]
    assert cells(pool) == {(key, "beginner"): 4 for key in keys}


@pytest.mark.timeout(300)
def test_killed_at_any_point_and_repeated_exactly_what_is_missing_is_added(
    pool: ConnectionPool, database_url: str
) -> None:
    keys = add_subtopics(pool, 3)
    session = ask(pool, keys, easy=6, medium=4)
    chance, seen, deaths = random.Random(4), 0, 0
    while progress(pool, session).made < 30:
        worker = _worker(database_url, session, keys)
        _wait_for_more(pool, worker, seen)
        time.sleep(chance.uniform(0, 0.5))
        worker.kill()
        deaths += worker.wait() != 0
        seen = _sound_bank(pool)
        assert progress(pool, session).made == seen <= 30
    assert deaths
    run_session(pool, session, keys)
    wanted = {"beginner": 6, "intermediate": 4}
    assert cells(pool) == {(key, level): count for key in keys for level, count in wanted.items()}
    assert progress(pool, session).session.state == "done"
    with pool.connection() as conn:
        assert leases_held(conn, "non_coding") == 0


def _worker(database_url: str, session: object, keys: list[str]) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "tests.questions.sums", database_url, str(session), *keys]
    return subprocess.Popen(command, cwd=ROOT)


def _wait_for_more(pool: ConnectionPool, worker: subprocess.Popen[bytes], seen: int) -> None:
    """Until a question more is stored, so that each round gets further."""
    while worker.poll() is None and sum(cells(pool).values()) <= seen:
        time.sleep(0.02)


def _sound_bank(pool: ConnectionPool) -> int:
    """Every stored question is whole and there once; returns how many there are."""
    with pool.connection() as conn:
        stored = list(stored_questions(conn))
        halves = conn.execute(
            "SELECT count(*) FROM question AS one"
            " WHERE NOT EXISTS (SELECT FROM question_band AS band WHERE band.question_id = one.question_id)"
            " OR NOT EXISTS (SELECT FROM question_event AS event WHERE event.question_id = one.question_id)"
        ).fetchone()
    assert halves == (0,)
    assert len({one.content_key for one in stored}) == len(stored)
    assert all(one.fields() for one in stored)
    return len(stored)
