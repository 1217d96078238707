"""Sessions: what may be asked, what is launched for it, and how one whose runs are gone ends."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID, uuid4

import pytest
from psycopg_pool import ConnectionPool
from pydantic import ValidationError

from pygrounds_dagster.questions import make, sessions
from pygrounds_dagster.questions.bank import change_state, stored_questions
from pygrounds_dagster.questions.sessions import GenerationRequest, SelectionError, UnknownSessionError
from pygrounds_dagster.runs.client import DagsterError, RunStatus
from tests.questions.sums import GAME, add_subtopics, run_session, sums


class Dagster:
    """Remembers what is launched; runs are as a test says."""

    def __init__(self, status: str = "QUEUED") -> None:
        self.launched: list[tuple[list[str], list[str], dict[str, str]]] = []
        self.terminated: list[str] = []
        self.statuses = status
        self.others: dict[str, str] = {}

    def launch(self, keys: Sequence[str], assets: Sequence[str], tags: Mapping[str, str]) -> list[str]:
        self.launched.append((list(keys), list(assets), dict(tags)))
        return [f"run {len(self.launched)}"]

    def status(self, run_ids: Sequence[str]) -> list[RunStatus]:
        return [RunStatus(one, self.others.get(one, self.statuses), None, None) for one in run_ids]

    def terminate(self, run_id: str) -> None:
        self.terminated.append(run_id)


def ask(**fields: object) -> GenerationRequest:
    return GenerationRequest.model_validate({"game_types": [GAME], "counts": {"easy": 1}} | fields)


def test_difficulties_may_be_said_in_other_words() -> None:
    counts = {"easy": 5, "medium": 0, "hard": 2, "expert": 1}
    assert ask(counts=counts).counts == {"beginner": 5, "advanced": 2, "master": 1}


@pytest.mark.parametrize(
    "fields",
    [
        {"counts": {}},
        {"counts": {"easy": 0}},
        {"counts": {"easy": -1}},
        {"counts": {"simple": 1}},
        {"counts": {"easy": 1, "beginner": 2}},
        {"game_types": []},
        {"game_types": ["chess"]},
        {"colour": "red"},
    ],
)
def test_a_request_must_make_sense(fields: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ask(**fields)


def test_subtopics_are_chosen_by_any_level(pool: ConnectionPool) -> None:
    keys = add_subtopics(pool, 3)
    with pool.connection() as conn:
        assert sessions.select_keys(conn, ask()) == keys
        assert sessions.select_keys(conn, ask(zones=["toy"])) == keys
        assert sessions.select_keys(conn, ask(topics=["toy.sums"])) == keys
        assert sessions.select_keys(conn, ask(subtopics=[keys[2], keys[0]])) == [keys[0], keys[2]]
        with pytest.raises(SelectionError, match="moon"):
            sessions.select_keys(conn, ask(zones=["toy", "moon"]))


def test_a_run_is_launched_for_each_game_type_with_the_sessions_tag(pool: ConnectionPool) -> None:
    keys, dagster = add_subtopics(pool, 2), Dagster()
    session = sessions.start(pool, dagster, ask(game_types=["hangman", "word"]))
    tag = {"pygrounds/session": str(session)}
    assert dagster.launched == [(keys, ["hangman_questions"], tag), (keys, ["word_questions"], tag)]
    stored = sessions.find(pool, session)
    assert (stored.state, stored.run_ids) == ("queued", ["run 1", "run 2"])
    assert [one.session_id for one in sessions.latest(pool)] == [session]


def test_an_unknown_session_is_said_to_be_unknown(pool: ConnectionPool) -> None:
    for use in (sessions.find, sessions.progress, sessions.cancel):
        with pytest.raises(UnknownSessionError):
            use(pool, uuid4())


def test_cancelling_takes_waiting_runs_out_of_the_queue(pool: ConnectionPool) -> None:
    add_subtopics(pool, 1)
    dagster = Dagster("QUEUED")
    session = sessions.start(pool, dagster, ask())
    assert sessions.cancel(pool, session, dagster)
    assert dagster.terminated == ["run 1"]
    assert not sessions.cancel(pool, session, dagster)
    assert sessions.find(pool, session).state == "cancelled"


def test_cancelling_needs_no_dagster(pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise DagsterError("the webserver does not answer")

    add_subtopics(pool, 1)
    for method in ("status", "terminate"):
        dagster = Dagster("QUEUED")
        session = sessions.start(pool, dagster, ask())
        monkeypatch.setattr(dagster, method, refuse)
        assert sessions.cancel(pool, session, dagster)
        assert sessions.find(pool, session).state == "cancelled"


@pytest.mark.parametrize("end", ["FAILURE", "CANCELED", "DELETED"])
def test_a_session_of_which_a_run_was_lost_goes_on_beside_the_others(pool: ConnectionPool, end: str) -> None:
    keys, dagster = add_subtopics(pool, 2), Dagster("STARTED")
    session = sessions.start(pool, dagster, ask(game_types=["hangman", "word"]))
    assert sessions.resume(pool, dagster, session) == []
    dagster.others["run 1"] = end
    assert sessions.resume(pool, dagster, session) == ["run 3", "run 4"]
    assert [launched[:2] for launched in dagster.launched[2:]] == [
        (keys, ["hangman_questions"]),
        (keys, ["word_questions"]),
    ]
    assert sessions.find(pool, session).state == "queued"


def test_a_session_whose_runs_are_gone_fails_and_can_go_on(
    pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "TEMPLATES", {GAME: sums})
    keys, dagster = add_subtopics(pool, 2), Dagster("FAILURE")
    session = sessions.start(pool, dagster, ask())
    run_session(pool, session, keys[:1])
    *_, last = sessions.follow(pool, dagster, session)
    assert last.session.state == "failed"
    assert [(cell.subtopic_key, cell.state) for cell in last.cells] == [
        (keys[0], "done"),
        (keys[1], "failed"),
    ]

    assert sessions.resume(pool, dagster, session) == ["run 2"]
    assert dagster.launched[-1][0] == keys[1:]
    run_session(pool, session, keys)
    *_, last = sessions.follow(pool, dagster, session)
    assert (last.session.state, last.made, last.asked) == ("done", 2, 2)


def test_a_session_at_work_is_not_launched_twice(pool: ConnectionPool) -> None:
    add_subtopics(pool, 1)
    dagster = Dagster("STARTED")
    session = sessions.start(pool, dagster, ask())
    assert sessions.resume(pool, dagster, session) == []
    assert len(dagster.launched) == 1


def test_a_session_goes_on_after_a_question_of_it_was_withdrawn(
    pool: ConnectionPool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(make, "TEMPLATES", {GAME: sums})
    keys, dagster = add_subtopics(pool, 1), Dagster("SUCCESS")
    session: UUID = sessions.start(pool, dagster, ask(counts={"easy": 2}))
    run_session(pool, session, keys)
    with pool.connection() as conn:
        first = next(stored_questions(conn))
        change_state(conn, first.question_id, "withdrawn", "the teacher says so")
    assert sessions.progress(pool, session).made == 1
    assert sessions.resume(pool, dagster, session)
    run_session(pool, session, keys)
    now = sessions.progress(pool, session)
    assert (now.made, now.session.state) == (2, "done")
