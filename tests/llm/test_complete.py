"""Whole answers: what the client does with everything that an endpoint can do."""

from __future__ import annotations

import asyncio
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from decimal import Decimal
from itertools import pairwise

import pytest
from psycopg_pool import ConnectionPool
from pydantic import SecretStr

from pygrounds_dagster.llm import (
    BlockingLlm,
    CutError,
    DeadlineError,
    Endpoint,
    EndpointError,
    Llm,
    NoModelError,
    UnavailableError,
    Usage,
)
from pygrounds_dagster.llm.fake import FakeLlm, fake_llm
from pygrounds_dagster.llm.prices import Price
from pygrounds_dagster.llm.records import spending
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.leases import leases_held
from pygrounds_dagster.store.pool import open_pool
from tests.llm.playing import Calls, Play, asking, endpoint_of, script_of


def test_answer_is_whole_and_counted(play: Play, calls: Calls) -> None:
    llm, fake = play(script_of({"text": "four"}))
    answer = llm.complete(asking("2 + 2 = ?", prompt_version="abc", temperature=0.5, max_tokens=9))
    assert (answer.text, answer.model, answer.from_cache) == ("four", "scripted", False)
    assert answer.usage == Usage(input=2, output=1)
    assert fake.log[0].body == {
        "model": "scripted",
        "messages": [{"role": "user", "content": "2 + 2 = ?"}],
        "temperature": 0.5,
        "max_tokens": 9,
    }
    (row,) = calls()
    wanted = {"purpose": "test", "endpoint": fake.url, "model": "scripted", "prompt_version": "abc"}
    wanted |= {"outcome": "answered", "attempts": 1, "input_tokens": 2, "output_tokens": 1, "cost_usd": None}
    assert wanted.items() <= row.items()


def test_same_request_is_answered_from_the_cache(play: Play, calls: Calls) -> None:
    llm, fake = play(script_of({"text": "one"}))
    first, second = llm.complete(asking()), llm.complete(asking())
    assert (first.from_cache, second.from_cache) == (False, True)
    assert second.text == "one"
    assert len(fake.log) == 1
    assert [row["outcome"] for row in calls()] == ["answered", "cached"]
    assert calls()[1]["input_tokens"] is None


@pytest.mark.parametrize(
    "other", [{"sample": 1}, {"temperature": 0.1}, {"max_tokens": 5}, {"text": "good day"}, {"cache": False}]
)
def test_another_request_is_not(play: Play, other: dict[str, object]) -> None:
    llm, fake = play(script_of({"text": "one"}))
    llm.complete(asking())
    assert not llm.complete(asking(**other)).from_cache
    assert len(fake.log) == 2


def test_price_gives_the_cost(play: Play, calls: Calls, pool: ConnectionPool) -> None:
    price = Price(input=Decimal(3), output=Decimal(12))
    llm, _ = play(script_of({"text": "x" * 400}), prices={"scripted": price})
    since = datetime.now(UTC)
    llm.complete(asking("y" * 800))
    assert calls()[0]["cost_usd"] == (200 * Decimal(3) + 100 * Decimal(12)) / 1_000_000
    (row,) = spending(pool, since)
    assert (row.purpose, row.outcome, row.calls, row.input_tokens, row.output_tokens) == (
        "test", "answered", 1, 200, 100,
    )  # fmt: skip
    assert row.cost_usd == calls()[0]["cost_usd"]


def test_passing_storm_is_sat_out(play: Play, calls: Calls) -> None:
    llm, fake = play("passing_storm")
    assert llm.complete(asking()).text == "This is a scripted model: the storm is over."
    assert [entry.status for entry in fake.log] == [503, 503, 503, 200]
    assert calls()[0]["attempts"] == 4


def test_pauses_grow(play: Play) -> None:
    llm, fake = play("passing_storm", first_pause=0.2)
    llm.complete(asking())
    began = [entry.began for entry in fake.log]
    pauses = [later - earlier for earlier, later in pairwise(began)]
    assert pauses[0] >= 0.1  # half of 0.2, 0.4, 0.8 is certain, the other half is chance
    assert pauses[1] >= 0.2
    assert pauses[2] >= 0.4


def test_lasting_storm_is_told_after_the_last_attempt(play: Play, calls: Calls) -> None:
    llm, fake = play("storm", attempts=3)
    with pytest.raises(UnavailableError, match=r"answers 503: .*overloaded") as caught:
        llm.complete(asking())
    assert caught.value.status == 503
    assert len(fake.log) == 3
    assert {"outcome": "unavailable", "attempts": 3}.items() <= calls()[0].items()
    assert "503" in calls()[0]["detail"]


@pytest.mark.parametrize("status", [408, 429, 500, 502, 504])
def test_passing_errors_are_tried_again(play: Play, status: int) -> None:
    llm, fake = play(script_of({"status": status, "times": 1}, {"text": "yes"}))
    assert llm.complete(asking()).text == "yes"
    assert [entry.status for entry in fake.log] == [status, 200]


def test_retry_after_is_honoured(play: Play) -> None:
    llm, fake = play("rate_limited")
    llm.complete(asking())
    began = [entry.began for entry in fake.log]
    assert [entry.status for entry in fake.log] == [429, 429, 200]
    assert began[1] - began[0] >= 1
    assert began[2] - began[1] >= 1


def test_retry_after_beyond_the_deadline_is_not_waited_for(play: Play) -> None:
    llm, fake = play(script_of({"status": 429, "retry_after": 3600}))
    with pytest.raises(UnavailableError) as caught:
        llm.complete(asking())
    assert caught.value.retry_after == 3600
    assert len(fake.log) == 1


@pytest.mark.parametrize(
    ("status", "mending"),
    [(401, "check PYGROUNDS_LLM_API_KEY"), (404, "PYGROUNDS_LLM_BASE_URL"), (400, "as scripted")],
)
def test_refusal_is_told_at_once(play: Play, calls: Calls, status: int, mending: str) -> None:
    llm, fake = play(script_of({"status": status}))
    with pytest.raises(EndpointError, match=mending) as caught:
        llm.complete(asking())
    assert caught.value.status == status
    assert len(fake.log) == 1
    assert calls()[0]["outcome"] == "refused"


def test_endpoint_that_is_not_there(pool: ConnectionPool, calls: Calls) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        url = f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
    nowhere = Endpoint(url, "scripted", SecretStr("any"), attempts=2, first_pause=0.01)
    with (
        BlockingLlm(nowhere, pool) as llm,
        pytest.raises(UnavailableError, match=r"cannot be reached: .*check PYGROUNDS_LLM_BASE_URL"),
    ):
        llm.complete(asking())
    assert {"outcome": "unavailable", "attempts": 2}.items() <= calls()[0].items()


def test_address_that_is_no_model(play: Play, pool: ConnectionPool) -> None:
    _, fake = play("good")
    elsewhere = endpoint_of(fake)
    page = Endpoint(elsewhere.base_url.replace("/v1", "/log"), "scripted", SecretStr("any"))
    with BlockingLlm(page, pool) as llm, pytest.raises(EndpointError, match="404"):
        llm.complete(asking())


def test_request_that_takes_too_long_is_tried_again(play: Play) -> None:
    llm, fake = play(script_of({"text": "late", "delay": 20, "times": 1}, {"text": "soon"}), timeout=0.3)
    assert llm.complete(asking()).text == "soon"
    assert len(fake.log) == 2


def test_deadline_ends_everything(play: Play, calls: Calls) -> None:
    llm, _ = play(script_of({"text": "late", "delay": 20}))
    with pytest.raises(DeadlineError, match="no whole answer in time, in 1 requests"):
        llm.complete(asking(deadline=0.3))
    assert calls()[0]["outcome"] == "late"


def test_deadline_includes_waiting_for_others(play: Play, pool: ConnectionPool) -> None:
    llm, fake = play(script_of({"text": "late", "delay": 20}), concurrency=1)
    with ThreadPoolExecutor(1) as threads:
        first = threads.submit(llm.complete, asking("first", deadline=4))
        while not fake.at_work and not first.done():
            time.sleep(0.01)
        with pytest.raises(DeadlineError):
            llm.complete(asking("second", deadline=0.4))
        assert fake.most_at_work == 1  # the second never came to be asked
        assert isinstance(first.exception(), DeadlineError)
    with pool.connection() as conn:
        assert leases_held(conn, "llm") == 0


def test_connection_that_breaks_is_tried_again(play: Play, calls: Calls) -> None:
    llm, fake = play(
        script_of({"text": "x" * 100, "cut_after": 9, "cut": "broken", "times": 2}, {"text": "y"})
    )
    assert llm.complete(asking()).text == "y"
    assert len(fake.log) == 3


def test_answer_without_an_end_is_not_an_answer(play: Play, calls: Calls) -> None:
    llm, fake = play("cut", attempts=2)
    with pytest.raises(CutError, match="without a finish_reason") as caught:
        llm.complete(asking())
    assert caught.value.reason == ""
    assert len(fake.log) == 2
    assert calls()[0]["outcome"] == "cut"


@pytest.mark.parametrize("reason", ["length", "content_filter", "tool_calls"])
def test_answer_that_ends_early_is_not_tried_again(play: Play, reason: str) -> None:
    llm, fake = play(script_of({"text": "not all of", "finish_reason": reason}))
    with pytest.raises(CutError, match=f"is not whole: {reason}") as caught:
        llm.complete(asking())
    assert caught.value.reason == reason
    assert len(fake.log) == 1


def test_bad_answers_are_not_kept(play: Play) -> None:
    llm, fake = play("too_long")
    for _ in range(2):
        with pytest.raises(CutError):
            llm.complete(asking())
    assert len(fake.log) == 2


def test_characters_that_nothing_can_store_are_replaced(play: Play) -> None:
    llm, _ = play(script_of({"text": "a\x00b\ud800c"}))
    assert llm.complete(asking()).text == "a\ufffdb\ufffdc"
    assert llm.complete(asking()).from_cache


def test_limit_holds_over_clients_and_is_reached(play: Play, pool: ConnectionPool) -> None:
    llm, fake = play(script_of({"text": "yes", "delay": 0.05}), concurrency=3)
    with (
        BlockingLlm(endpoint_of(fake, concurrency=3), pool) as other,
        ThreadPoolExecutor(12) as threads,
    ):
        answers = [threads.submit((llm, other)[n % 2].complete, asking(str(n))) for n in range(24)]
        assert {future.result().text for future in answers} == {"yes"}
    assert fake.most_at_work == 3


def test_two_connections_are_enough_for_any_number(database_url: str) -> None:
    """One carries all leases; the other is held by nobody while the model works."""
    with (
        fake_llm(script_of({"text": "yes", "delay": 1})) as fake,
        open_pool(database_url, max_size=2, name="small") as small,
        BlockingLlm(endpoint_of(fake), small) as llm,
        ThreadPoolExecutor(8) as threads,
    ):
        answers = [threads.submit(llm.complete, asking(str(n))) for n in range(8)]
        while fake.at_work < 8:
            time.sleep(0.01)
        with small.connection(timeout=0.5) as conn:
            assert leases_held(conn, "llm") == 8
        assert all(future.result() for future in answers)


def test_cancelled_request_ends_and_is_recorded(pool: ConnectionPool, calls: Calls) -> None:
    async def cancel(fake: FakeLlm) -> None:
        async with Llm(endpoint_of(fake), pool) as llm:
            task = asyncio.create_task(llm.complete(asking()))
            while not fake.at_work:
                await asyncio.sleep(0.01)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    with fake_llm(script_of({"text": "late", "delay": 20})) as fake:
        asyncio.run(cancel(fake))
    assert calls()[0]["outcome"] == "cancelled"
    with pool.connection() as conn:
        assert leases_held(conn, "llm") == 0


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({}, "PYGROUNDS_LLM_BASE_URL and PYGROUNDS_LLM_MODEL and PYGROUNDS_LLM_API_KEY"),
        ({"llm_base_url": "http://x", "llm_model": "m"}, "set PYGROUNDS_LLM_API_KEY "),
        ({"llm_base_url": "http://x", "llm_model": "m", "llm_api_key": ""}, "set PYGROUNDS_LLM_API_KEY "),
    ],
)
def test_no_model_is_told_with_what_is_missing(
    given: dict[str, str], missing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("BASE_URL", "MODEL", "API_KEY"):
        monkeypatch.delenv(f"PYGROUNDS_LLM_{name}", raising=False)
    with pytest.raises(NoModelError, match=missing):
        Endpoint.of(Settings(_env_file=None, **given))
