"""The scripted model: its protocol as a foreign client sees it, its scripts, and the command."""

from __future__ import annotations

import ast
import io
import json
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import httpx2
import pytest

from pygrounds_dagster.llm.fake import ScriptError, fake_llm, load_script, shipped_scripts
from pygrounds_dagster.llm.fake.behaviour import Actor
from tests.llm.playing import script_of

KEY = {"Authorization": "Bearer any"}


def shout(body: Mapping[str, Any]) -> str:
    """What a script may call."""
    return str(body["messages"][0]["content"]).upper()


def said(script: Any, *messages: str) -> list[str]:
    """What a script says to each of some messages."""
    actor = Actor(script)
    bodies = [{"messages": [{"role": "user", "content": message}]} for message in messages]
    return [actor.text(actor.choose(body)[1], body) for body in bodies]


def ask(url: str, content: str = "hello", **fields: Any) -> httpx2.Response:
    body = {"model": "m", "messages": [{"role": "user", "content": content}], **fields}
    return httpx2.post(f"{url}/chat/completions", json=body, headers=KEY)


def test_answer_is_a_chat_completion() -> None:
    with fake_llm(script_of({"text": "yes"})) as fake:
        answer = ask(fake.url).json()
    assert (answer["object"], answer["model"]) == ("chat.completion", "m")
    choice = {"index": 0, "message": {"role": "assistant", "content": "yes"}, "finish_reason": "stop"}
    assert answer["choices"] == [choice]


def test_stream_is_made_of_events() -> None:
    with fake_llm(script_of({"text": "x" * 40})) as fake:
        answer = ask(fake.url, stream=True)
    assert answer.headers["content-type"].startswith("text/event-stream")
    *events, done, rest = answer.text.split("\n\n")
    assert (done, rest) == ("data: [DONE]", "")
    chunks = [json.loads(event.removeprefix("data: ")) for event in events]
    assert "".join(chunk["choices"][0]["delta"].get("content", "") for chunk in chunks) == "x" * 40
    assert [chunk["choices"][0]["finish_reason"] for chunk in chunks] == [None] * 4 + ["stop"]


def test_cut_stream_has_no_end_and_a_broken_one_breaks() -> None:
    cut = {"text": "x" * 40, "cut_after": 20}
    with fake_llm(script_of(cut | {"times": 1}, cut | {"cut": "broken"})) as fake:
        quiet = ask(fake.url, stream=True).text
        assert "DONE" not in quiet
        assert '"finish_reason": "stop"' not in quiet
        with pytest.raises(httpx2.RemoteProtocolError):
            ask(fake.url, stream=True)


def test_errors_have_status_and_header() -> None:
    with fake_llm(script_of({"status": 429, "retry_after": 7, "message": "slower"})) as fake:
        answer = ask(fake.url)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "7")
    assert answer.json()["error"]["message"] == "slower"


def test_key_must_be_sent_and_the_body_be_json() -> None:
    with fake_llm(script_of({"text": "yes"})) as fake:
        assert httpx2.post(f"{fake.url}/chat/completions", json={}).status_code == 401
        broken = httpx2.post(f"{fake.url}/chat/completions", content="{", headers=KEY)
        assert broken.status_code == 400
        assert httpx2.get(f"{fake.url}/models").json()["data"][0]["id"] == "scripted"


def test_log_tells_what_was_asked_and_what_came_of_it() -> None:
    with fake_llm(script_of({"status": 503, "times": 1}, {"text": "yes"})) as fake:
        ask(fake.url, "one")
        ask(fake.url, "two", temperature=1)
        shown = httpx2.get(fake.url.replace("/v1", "/log")).json()
    assert shown["most_at_work"] == 1
    asked = [(r["body"]["messages"][0]["content"], r["reply"], r["status"]) for r in shown["requests"]]
    assert asked == [("one", 0, 503), ("two", 1, 200)]
    assert all(request["ended"] >= request["began"] for request in shown["requests"])


def test_reply_is_the_first_that_fits_and_is_not_used_up() -> None:
    script = script_of({"when": "cat", "text": "1"}, {"times": 2, "text": "2"}, {"text": "3"})
    assert said(script, "a dog", "a cat", "a cow", "a hen") == ["2", "1", "2", "3"]


def test_canned_answers_take_turns_unless_they_repeat() -> None:
    canned = [{"marker": "zoo", "answers": ["cat", {"a": 1}]}]
    assert said(script_of({"canned": True}, answers=canned), *["zoo"] * 3) == ["cat", '{"a": 1}', "cat"]
    assert said(script_of({"canned": True, "repeat": True}, answers=canned), *["zoo"] * 3) == ["cat"] * 3


def test_function_can_answer() -> None:
    assert said(script_of({"call": f"{__name__}:shout"}), "hello") == ["HELLO"]


def test_prompt_can_be_the_answer() -> None:
    assert said(script_of({"prompt": True}), "secret rules") == ["secret rules"]


def test_answer_can_be_edited_wrapped_and_shortened() -> None:
    edits = [
        {"path": "code", "pattern": "return .*", "into": "return None"},
        {"path": "tests.*.expected", "into": "0"},
        {"path": "tests.1.input", "into": "x"},
        {"path": "nowhere.at.all", "into": 1},
    ]
    tests = [{"input": "1", "expected": "2"}, {"input": "3", "expected": "4"}]
    reply = {"json": {"code": "def f():\n    return 2", "tests": tests}, "edits": edits}
    (text,) = said(script_of(reply), "go")
    assert json.loads(text) == {
        "code": "def f():\n    return None",
        "tests": [{"input": "1", "expected": "0"}, {"input": "x", "expected": "0"}],
    }
    assert said(script_of({"text": "abc", "around": "<{answer}>", "keep": 3}), "go") == ["<ab"]


@pytest.mark.parametrize(
    ("reply", "complaint"),
    [
        ({}, "exactly one of status, text, json, canned, call, prompt"),
        ({"text": "a", "canned": True}, "exactly one of"),
        ({"text": "a", "around": "no gap"}, "needs {answer}"),
        ({"text": "a", "slow": True}, "slow: Extra inputs are not permitted"),
    ],
)
def test_wrong_script_is_refused(tmp_path: Path, reply: dict[str, Any], complaint: str) -> None:
    path = tmp_path / "script.yaml"
    path.write_text(json.dumps({"replies": [reply]}))
    with pytest.raises(ScriptError, match=f"{path}.*{complaint}"):
        load_script(path)


def test_unknown_script_is_refused_with_the_known() -> None:
    with pytest.raises(ScriptError, match=r"no script nice: give a file or one of broken, cut, .*good"):
        load_script("nice")


def test_request_that_no_canned_answer_fits_is_told_so() -> None:
    with fake_llm(load_script("duplicates")) as fake:
        answer = ask(fake.url, "a poem")
    assert answer.status_code == 422
    assert "none of 'game type: hangman'" in answer.json()["error"]["message"]


@pytest.mark.parametrize("name", sorted(shipped_scripts()))
def test_shipped_script_has_a_description_and_answers(name: str) -> None:
    script = load_script(name)
    assert script.description.endswith(".")
    with fake_llm(script) as fake:
        try:
            ask(fake.url, "game type: word")
        except httpx2.RemoteProtocolError:
            assert name == "broken"
    assert fake.log[0].reply == 0


@pytest.mark.parametrize("canned", load_script("good").answers, ids=lambda canned: canned.marker)
def test_programs_of_shipped_answers_are_programs(canned: Any) -> None:
    for answer in canned.answers:
        for field in answer.keys() & {"clean_solution", "code_shown_to_student", "code"}:
            ast.parse(
                re.sub(r"\{\{(\d)\}\}", lambda gap, a=answer: a["answers"][int(gap[1]) - 1], answer[field])
            )
        ast.parse("\n".join(answer.get("lines", ())))


def test_command_serves_until_it_is_told_to_end(tmp_path: Path) -> None:
    log, answers = tmp_path / "log.jsonl", tmp_path / "answers.yaml"
    answers.write_text(json.dumps({"answers": [{"marker": "game type: sum", "answers": ["four"]}]}))
    command = [
        sys.executable,
        "-c",
        "from pygrounds_dagster.cli import app; app()",
        "fake-llm",
        "--port",
        "0",
    ]
    command += ["--log", str(log), "--answers", str(answers)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert isinstance(process.stdout, io.TextIOBase)
            assert "canned answers" in process.stdout.readline()
            exports = dict(word.split("=") for word in process.stdout.readline().split()[1:])
            answer = ask(exports["PYGROUNDS_LLM_BASE_URL"], "2 + 2? game type: sum").json()
            assert answer["choices"][0]["message"]["content"] == "four"
            process.send_signal(signal.SIGTERM)
            process.wait(timeout=30)
        finally:
            process.kill()
    assert [json.loads(line)["status"] for line in log.read_text().splitlines()] == [200]


def test_importing_the_room_loads_no_model_library() -> None:
    program = "import sys, pygrounds_dagster.llm, pygrounds_dagster.cli; print('openai' in sys.modules)"
    shown = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert shown.stdout == "False\n"
