"""Structured answers: three ways to ask, one turn to repair, and nothing that does not fit."""

from __future__ import annotations

import json
import threading

import psycopg
import pytest
from psycopg_pool import ConnectionPool
from pydantic import BaseModel, Field

from pygrounds_dagster.llm import BlockingLlm, CutError, EndpointError, InvalidAnswerError
from pygrounds_dagster.llm.fake import FakeLlm
from tests.llm.playing import Calls, Play, asking, endpoint_of, script_of


class Word(BaseModel):
    """A clue and its answer."""

    clue: str
    answer: str = Field(pattern="^[A-Z]+$")
    term: str


GOOD = {"clue": "It repeats its body", "answer": "LOOP", "term": "loop"}
WORD = "Make one. game type: word"


def formats(fake: FakeLlm) -> list[str | None]:
    return [(entry.body.get("response_format") or {}).get("type") for entry in fake.log]


def test_schema_is_sent_and_the_answer_is_a_value(play: Play) -> None:
    llm, fake = play("good")
    assert llm.structured(asking(WORD), Word).answer == "ARGUMENT"
    sent = fake.log[0].body["response_format"]["json_schema"]
    assert (sent["name"], sent["strict"]) == ("Word", True)
    assert sent["schema"]["required"] == ["clue", "answer", "term"]
    assert sent["schema"]["additionalProperties"] is False


def test_endpoint_without_schemas_gets_it_in_the_prompt(play: Play) -> None:
    llm, fake = play("json_object_only")
    assert llm.structured(asking(WORD), Word)
    assert formats(fake) == ["json_schema", "json_object"]
    system, user = fake.log[1].body["messages"]
    assert user["content"] == WORD
    assert "JSON" in system["content"]
    assert json.dumps("^[A-Z]+$") in system["content"]


def test_endpoint_without_formats_is_asked_for_a_code_block(play: Play) -> None:
    llm, fake = play("plain_text_only")
    assert llm.structured(asking(WORD), Word)
    assert formats(fake) == ["json_schema", "json_object", None]


def test_way_that_worked_is_remembered(play: Play, pool: ConnectionPool) -> None:
    llm, fake = play("plain_text_only")
    llm.structured(asking(WORD), Word)
    llm.structured(asking(WORD, sample=1), Word)
    with BlockingLlm(endpoint_of(fake), pool) as later:  # another process reads it from the database
        later.structured(asking(WORD, sample=2), Word)
    assert formats(fake) == ["json_schema", "json_object", None, None, None]


def test_way_is_tried_again_after_a_week(play: Play, pool: ConnectionPool) -> None:
    llm, fake = play("json_object_only")
    llm.structured(asking(WORD), Word)
    with pool.connection() as conn:
        conn.execute("UPDATE llm_endpoint SET learned_at = now() - interval '8 days'")
    with BlockingLlm(endpoint_of(fake), pool) as later:
        later.structured(asking(WORD, sample=1), Word)
    assert formats(fake) == ["json_schema", "json_object"] * 2


def test_refusal_for_another_reason_ends_the_ladder(play: Play) -> None:
    llm, fake = play(script_of({"status": 401}))
    with pytest.raises(EndpointError):
        llm.structured(asking(WORD), Word)
    assert len(fake.log) == 1


def test_endpoint_that_refuses_every_way_is_told(play: Play) -> None:
    llm, fake = play(script_of({"status": 400, "message": "prompt is too long"}))
    with pytest.raises(EndpointError, match="prompt is too long"):
        llm.structured(asking(WORD), Word)
    assert formats(fake) == ["json_schema", "json_object", None]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps(GOOD),
        f"```json\n{json.dumps(GOOD)}\n```",
        f"Sure!\n```\n{json.dumps(GOOD)}\n```\nAnything else?",
        f"<think>maybe {{so}}</think>\n{json.dumps(GOOD)}",
        f"Here you are: {json.dumps(GOOD)} Good luck!",
    ],
)
def test_json_is_found_wherever_it_stands(play: Play, text: str) -> None:
    llm, fake = play(script_of({"text": text}))
    assert llm.structured(asking(), Word) == Word(**GOOD)
    assert len(fake.log) == 1


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('{"clue": "It rep', "It is not valid JSON"),
        ("I would rather not.", "It contains no JSON object"),
        ("", "It contains no JSON object"),
        (json.dumps(GOOD | {"answer": "loop"}), "answer: String should match pattern"),
        (json.dumps({"clue": "It repeats"}), "answer: Field required; term: Field required"),
        ("[1, 2]", "Its fields are wrong"),
    ],
)
def test_wrong_answer_gets_one_turn_with_what_was_wrong(
    play: Play, calls: Calls, text: str, complaint: str
) -> None:
    llm, fake = play(script_of({"text": text, "times": 1}, {"json": GOOD}))
    assert llm.structured(asking("make one"), Word) == Word(**GOOD)
    asked, answer, told = fake.log[1].body["messages"]
    assert (asked["content"], answer) == ("make one", {"role": "assistant", "content": text})
    assert complaint in told["content"]
    assert [row["outcome"] for row in calls()] == ["invalid", "answered"]
    assert complaint in calls()[0]["detail"]
    assert all(row["output_tokens"] is not None for row in calls())


def test_second_wrong_answer_is_an_error(play: Play, calls: Calls) -> None:
    llm, fake = play("malformed")
    with pytest.raises(InvalidAnswerError, match="no valid Word in two turns") as caught:
        llm.structured(asking(WORD), Word)
    assert "not valid JSON" in caught.value.complaint
    assert caught.value.answer.startswith('{"clue"')
    assert len(fake.log) == 2
    assert [row["outcome"] for row in calls()] == ["invalid", "invalid"]


def test_shipped_repair_script(play: Play) -> None:
    llm, fake = play("malformed_once")
    assert llm.structured(asking(WORD), Word).answer == "ARGUMENT"
    assert len(fake.log) == 2


def test_what_the_caller_checks_is_told_to_the_model(play: Play) -> None:
    llm, fake = play(script_of({"json": GOOD, "times": 1}, {"json": GOOD | {"answer": "RANGE"}}))

    def check(word: Word) -> str | None:
        return None if len(word.answer) > 4 else "The answer LOOP has 4 letters; 5 are needed."

    assert llm.structured(asking(), Word, check).answer == "RANGE"
    assert "5 are needed" in fake.log[1].body["messages"][-1]["content"]


def test_check_runs_while_no_slot_is_held(play: Play, pool: ConnectionPool) -> None:
    llm, fake = play(script_of({"json": GOOD}), concurrency=1)
    inner: list[Word] = []

    def check(word: Word) -> str | None:
        inner.append(llm.structured(asking("within"), Word))
        return None

    llm.structured(asking(), Word, check)
    assert len(inner) == 1
    assert len(fake.log) == 2


def test_error_of_the_check_is_the_callers(play: Play, calls: Calls) -> None:
    llm, _ = play(script_of({"json": GOOD}))

    def check(word: Word) -> str | None:
        raise RuntimeError("the judge is not there")

    with pytest.raises(RuntimeError, match="the judge is not there"):
        llm.structured(asking(), Word, check)
    assert calls()[0]["outcome"] == "failed"


def test_only_good_answers_are_kept(play: Play) -> None:
    llm, fake = play("malformed_once")
    first = llm.structured(asking(WORD), Word)
    assert llm.structured(asking(WORD), Word) == first
    assert len(fake.log) == 2


def test_kept_answer_that_a_stricter_check_refuses_is_asked_anew(play: Play) -> None:
    llm, fake = play(script_of({"json": GOOD, "times": 1}, {"json": GOOD | {"answer": "RANGE"}}))
    llm.structured(asking(), Word)
    assert (
        llm.structured(asking(), Word, lambda word: None if word.answer == "RANGE" else "no").answer
        == "RANGE"
    )
    assert llm.structured(asking(), Word, lambda word: None).answer == "RANGE"
    assert len(fake.log) == 2


def test_another_form_is_another_request(play: Play) -> None:
    class Clue(BaseModel):
        clue: str

    llm, fake = play(script_of({"json": {"clue": "a"}, "times": 1}, {"json": GOOD}))
    assert llm.structured(asking(), Clue).clue == "a"
    assert llm.structured(asking(), Word) == Word(**GOOD)
    assert len(fake.log) == 2


def test_cut_answer_is_not_repaired(play: Play) -> None:
    llm, fake = play("too_long")
    with pytest.raises(CutError):
        llm.structured(asking(WORD), Word)
    assert len(fake.log) == 1


def test_praise_around_an_answer_does_no_harm(play: Play) -> None:
    llm, _ = play("flattery")
    word = llm.structured(asking(WORD), Word)
    assert (word.answer, word.clue.startswith("You are a genius! ")) == ("ARGUMENT", True)


def test_prompt_instead_of_an_answer_is_refused(play: Play) -> None:
    llm, _ = play("leak")
    with pytest.raises(InvalidAnswerError):
        llm.structured(asking(WORD), Word)


def test_threads_share_a_client(play: Play) -> None:
    llm, _ = play(script_of({"json": GOOD}))
    found: list[Word] = []
    threads = [
        threading.Thread(target=lambda n=n: found.append(llm.structured(asking(str(n)), Word)))
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [Word(**GOOD)] * 8


def test_lost_database_is_told_as_such(database_url: str, play: Play, pool: ConnectionPool) -> None:
    llm, _ = play(script_of({"json": GOOD}))
    with psycopg.connect(database_url) as conn:
        conn.execute("ALTER TABLE llm_cache RENAME TO llm_cache_gone")
    with pytest.raises(psycopg.errors.UndefinedTable):
        llm.structured(asking(), Word)
