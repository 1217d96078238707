"""Executing the bank again: what does not hold is never served again, what nobody could check stays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from psycopg.errors import UniqueViolation
from psycopg_pool import ConnectionPool

from pygrounds_dagster.problems.score import NotJudgedError
from pygrounds_dagster.questions.admission import admit, coding
from pygrounds_dagster.questions.bank import (
    Event,
    count_cells,
    find_question,
    history,
    known_keys,
    store_question,
    stored_questions,
)
from pygrounds_dagster.questions.bodies import Body, WordBody
from pygrounds_dagster.questions.export import export_questions
from pygrounds_dagster.questions.model import Admitted, Candidate
from pygrounds_dagster.questions.verify import NOT_CHECKED, verify_stored
from tests.questions.coding_samples import hangman
from tests.questions.shop import GOODS, PRICES, stored_sources
from tests.questions.shown_samples import SUM, output_prediction

WORD = WordBody(clue="Something that is found in every shop.", answer="WARE", term="ware")


@pytest.fixture
def ids(pool: ConnectionPool, tmp_path: Path) -> dict[str, str]:
    """A bank with a question of three games: game type → id."""
    sources = stored_sources(pool, tmp_path)
    chunk = next(entry.chunk_id for entry in sources[GOODS].terms if entry.term == "ware")
    bodies: list[Body] = [hangman().body, output_prediction(SUM), WORD]
    return {body.game_type: stored(pool, body, chunk) for body in bodies}


def stored(pool: ConnectionPool, body: Body, *chunk_ids: str) -> str:
    told = admit(Candidate(body, (GOODS, PRICES), chunk_ids=chunk_ids, taught="beginner"))
    assert isinstance(told, Admitted), told
    with pool.connection() as conn:
        question_id = store_question(conn, told)
    assert isinstance(question_id, str)
    return question_id


def change(pool: ConnectionPool, statement: str, *values: Any) -> None:
    with pool.connection() as conn:
        conn.execute(statement, values)


def spoil(pool: ConnectionPool, question_id: str) -> None:
    change(
        pool,
        """UPDATE question SET body = body || '{"expected_output": "9"}' WHERE question_id = %s""",
        question_id,
    )


def events(pool: ConnectionPool, question_id: str) -> list[Event]:
    with pool.connection() as conn:
        return history(conn, question_id)


def test_a_sound_bank_of_several_games_holds(pool: ConnectionPool, ids: dict[str, str]) -> None:
    report = verify_stored(pool)
    assert (report.checked, report.by_kind) == (3, {})


def test_what_is_withdrawn_is_served_counted_and_exported_no_more(
    pool: ConnectionPool, ids: dict[str, str], tmp_path: Path
) -> None:
    wrong = ids["output_prediction"]
    spoil(pool, wrong)
    report = verify_stored(pool, run_id="run-7")
    assert [(one.name, [drop.reason for drop in one.defects]) for one in report.defective] == [
        (wrong, ["wrong_output"])
    ]
    with pool.connection() as conn:
        served = list(stored_questions(conn))
        counted = {game for _, game, _ in count_cells(conn)}
        gone = find_question(conn, wrong)
        key = gone.content_key
        assert key in known_keys(conn, "output_prediction")
    assert wrong not in {one.question_id for one in served}
    assert counted == {"hangman", "word"}
    files = export_questions(served, tmp_path / "out")
    assert {file.game_type for file in files} == {"hangman", "word"}
    assert gone.state == "withdrawn"
    last = events(pool, wrong)[-1]
    assert (last.event, last.run_id) == ("withdrawn", "run-7")
    assert "wrong_output: expected '9'" in last.reason
    assert [event.event for event in events(pool, wrong)] == ["made", "withdrawn"]


def test_the_database_itself_refuses_a_served_question_twice(
    pool: ConnectionPool, ids: dict[str, str]
) -> None:
    columns = (
        "game_type, subtopic_key, subtopics, difficulty, features, body, generator, verification, "
        "content_key, signature"
    )
    again = f"INSERT INTO question ({columns}) SELECT {columns} FROM question WHERE question_id = %s"
    with pytest.raises(UniqueViolation, match="question_once"):
        change(pool, again, ids["word"])
    change(pool, "UPDATE question SET state = 'retired' WHERE question_id = %s", ids["word"])
    change(pool, again, ids["word"])


def test_a_word_that_its_text_no_longer_has_is_withdrawn(pool: ConnectionPool, ids: dict[str, str]) -> None:
    change(pool, "UPDATE chunk SET text = replace(text, 'ware', 'good')")
    assert verify_stored(pool, withdraw=False).by_kind == {"term_not_in_source": 1}
    assert verify_stored(pool).by_kind == {"term_not_in_source": 1}
    assert events(pool, ids["word"])[-1].event == "withdrawn"


def test_a_word_whose_text_is_gone_is_retired_and_may_be_made_again(
    pool: ConnectionPool, ids: dict[str, str]
) -> None:
    change(pool, "UPDATE chunk SET retired_at = now()")
    report = verify_stored(pool)
    assert (report.checked, report.by_kind) == (2, {})
    assert events(pool, ids["word"])[-1].event == "retired"
    with pool.connection() as conn:
        assert known_keys(conn, "word") == frozenset()


def test_a_question_that_the_judge_said_nothing_about_stays(
    pool: ConnectionPool, ids: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_args: Any, **_named: Any) -> Any:
        raise NotJudgedError("sandbox_lost: it was killed")

    monkeypatch.setattr(coding, "inspect", lost)
    report = verify_stored(pool)
    assert (report.checked, report.by_kind) == (3, {NOT_CHECKED: 1})
    with pool.connection() as conn:
        assert find_question(conn, ids["hangman"]).state == "live"


def test_fields_of_another_shape_and_a_wrong_key_are_defects(
    pool: ConnectionPool, ids: dict[str, str]
) -> None:
    change(pool, "UPDATE question SET body = body - 'clue' WHERE question_id = %s", ids["word"])
    change(pool, "UPDATE question SET content_key = 'other' WHERE question_id = %s", ids["hangman"])
    assert verify_stored(pool).by_kind == {"wrong_key": 1, "wrong_shape": 1}
