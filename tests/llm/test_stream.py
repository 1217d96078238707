"""Streams: pieces as they come, and never half an answer taken for a whole one."""

from __future__ import annotations

import asyncio

import pytest
from psycopg_pool import ConnectionPool

from pygrounds_dagster.llm import CutError, DeadlineError, Llm, UnavailableError, Usage
from pygrounds_dagster.llm.fake import FakeLlm, fake_llm
from pygrounds_dagster.store.leases import leases_held
from tests.llm.playing import Calls, Play, asking, endpoint_of, script_of

LONG = "All good things come in pieces, and one after the other. " * 3


def test_pieces_are_the_whole_answer(play: Play, calls: Calls) -> None:
    llm, fake = play(script_of({"text": LONG}))
    pieces = list(llm.stream(asking()))
    assert len(pieces) > 5
    assert "".join(pieces) == LONG
    assert fake.log[0].body["stream"] is True
    (row,) = calls()
    assert (row["outcome"], row["output_tokens"]) == ("answered", len(LONG) // 4)


def test_first_piece_comes_before_the_last_is_said(play: Play) -> None:
    llm, fake = play(script_of({"text": LONG, "pace": 0.05}))
    pieces = llm.stream(asking())
    next(pieces)
    assert fake.at_work == 1
    assert "".join(pieces)
    assert fake.at_work == 0


def test_streamed_answer_is_kept_for_all(play: Play) -> None:
    llm, fake = play(script_of({"text": LONG}))
    list(llm.stream(asking()))
    assert list(llm.stream(asking())) == [LONG]
    assert llm.complete(asking()).text == LONG
    assert len(fake.log) == 1


def test_stream_that_merely_stops_is_told(play: Play, calls: Calls) -> None:
    llm, fake = play("cut")
    got = []
    with pytest.raises(CutError, match="cut off"):
        got.extend(llm.stream(asking()))
    assert len(fake.log) == 1  # what was given cannot be taken back
    assert calls()[0]["outcome"] == "cut"


def test_what_came_before_the_cut_was_given(play: Play) -> None:
    llm, _ = play(script_of({"text": LONG, "cut_after": 48}))
    pieces = llm.stream(asking())
    assert "".join(next(pieces) for _ in range(3)) == LONG[:48]
    with pytest.raises(CutError):
        next(pieces)


def test_connection_that_breaks_is_told(play: Play) -> None:
    llm, _ = play("broken")
    with pytest.raises(CutError, match="broke within the answer"):
        list(llm.stream(asking()))


def test_errors_before_the_first_piece_are_tried_again(play: Play) -> None:
    replies = [{"status": 503, "times": 1}, {"text": LONG, "cut_after": 0, "times": 1}, {"text": LONG}]
    llm, fake = play(script_of(*replies))
    assert "".join(llm.stream(asking())) == LONG
    assert len(fake.log) == 3


def test_lasting_storm_is_told(play: Play) -> None:
    llm, fake = play("storm", attempts=2)
    with pytest.raises(UnavailableError):
        list(llm.stream(asking()))
    assert len(fake.log) == 2


def test_silence_within_a_stream_is_told(play: Play) -> None:
    llm, _ = play(script_of({"text": LONG, "pace": 20}), timeout=0.3, attempts=1)
    with pytest.raises(CutError, match=r"said nothing for 0\.3 s"):
        list(llm.stream(asking()))


def test_deadline_holds_within_a_stream(play: Play, calls: Calls) -> None:
    llm, _ = play(script_of({"text": LONG, "pace": 0.1}))
    with pytest.raises(DeadlineError):
        list(llm.stream(asking(deadline=0.5)))
    assert calls()[0]["outcome"] == "late"


def test_closing_stops_the_model_and_frees_its_slot(play: Play, calls: Calls, pool: ConnectionPool) -> None:
    llm, fake = play(script_of({"text": LONG, "pace": 0.2}))
    pieces = llm.stream(asking())
    next(pieces)
    pieces.close()
    with pool.connection() as conn:
        assert leases_held(conn, "llm") == 0
    assert calls()[0]["outcome"] == "cancelled"
    assert not fake.log[0].whole


def test_event_loop_streams_many_at_once(pool: ConnectionPool) -> None:
    async def read(llm: Llm, number: int) -> str:
        return "".join([piece async for piece in llm.stream(asking(str(number)))])

    async def many(fake: FakeLlm) -> list[str]:
        async with Llm(endpoint_of(fake), pool) as llm:
            return await asyncio.gather(*(read(llm, number) for number in range(8)))

    with fake_llm(script_of({"text": LONG, "pace": 0.02})) as fake:
        assert asyncio.run(many(fake)) == [LONG] * 8
    assert fake.most_at_work == 8


def test_tokens_of_a_stream_are_asked_for(play: Play, calls: Calls) -> None:
    llm, fake = play(script_of({"text": LONG}))
    list(llm.stream(asking("12345678")))
    assert fake.log[0].body["stream_options"] == {"include_usage": True}
    (row,) = calls()
    assert Usage(row["input_tokens"], row["output_tokens"]) == Usage(2, len(LONG) // 4)
