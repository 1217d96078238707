"""Files that somebody gives to be verified: what cannot be read is said with its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from pygrounds_dagster.cli.questions import app
from pygrounds_dagster.questions.foreign import UnreadableError, read_foreign
from pygrounds_dagster.questions.verify import verify_file
from tests.questions.foreign_corpus import AREA, CHOICE

RUNNER = CliRunner(env={"COLUMNS": "200"})
GOOD = json.dumps(AREA)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", "line 1, column 1"),
        (b"not json at all", "line 1, column 1: Expecting value"),
        (b"3", "a list of objects"),
        (b"null", "a list of objects"),
        (b'"questions"', "a list of objects"),
        (b"[]", "a list of objects"),
        (b"{}", "a list of objects"),
        (b"[1, 2, 3]", "a list of objects"),
        (b'{"questions": []}', "a list of objects"),
        (b"\xff\xfe[\x00]\x00", "save it as UTF-8"),
        (b"[" * 200_000, "a list of objects"),
        (b'{"a":' * 100_000 + b"1" + b"}" * 100_000, "a list of objects"),
        (
            b'[\n {"question_text": "a",\n  "answer": }\n]',
            "line 3, column 13: Expecting value; mend it there",
        ),
        (b'[{"clue": "a", "answer": "b"}', "line 1, column 30"),
        (b"[" + b"9" * 5000 + b"]", "4300 digits"),
    ],
)
def test_a_file_without_questions_says_where_and_what_to_mend(tmp_path: Path, data: bytes, told: str) -> None:
    path = tmp_path / "bank.json"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=r"bank\.json") as error:
        read_foreign(path)
    assert told in str(error.value)
    result = RUNNER.invoke(app, ["verify", str(path)])
    assert result.exit_code == 2
    assert "could not verify: " in result.output
    assert "Traceback" not in result.output


def test_a_directory_and_a_missing_file_are_no_files(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none.json"):
        result = RUNNER.invoke(app, ["verify", str(path)])
        assert (result.exit_code, "could not verify" in result.output) == (2, True)


@pytest.mark.parametrize(
    ("item", "kind", "told"),
    [
        ("no object", "not_json", "an item must be an object"),
        (7, "not_json", "an item must be an object"),
        (None, "not_json", "an item must be an object"),
        (["a"], "not_json", "an item must be an object"),
        ({}, "unknown_game_type", "none that is known"),
        ({"function_name": 5, "hidden_tests": {}, "clean_solution": {}}, "wrong_shape", "must be a text"),
        (
            {**AREA, "question_text": None, "sample_output": None},
            "missing_field",
            "question_text, sample_output",
        ),
        (
            {**AREA, "clean_solution": "def area(w, h):\n    return '\ud800'\n"},
            "syntax_error",
            "clean_solution",
        ),
        ({**AREA, "clean_solution": "(" * 5000}, "syntax_error", "clean_solution"),
        ({**AREA, "hidden_tests": [[[[[]]]]]}, "wrong_shape", "hidden test 1"),
        ({**AREA, "sample_input": "(" * 300 + ")" * 300}, "sample_wrong", "TypeError"),
        ({**CHOICE, "options": 4}, "wrong_shape", "options must be a list"),
        ({**CHOICE, "answer": {"is": "dict"}}, "key_missing", "is none of"),
    ],
)
def test_one_bad_item_is_told_and_the_others_are_checked(
    tmp_path: Path, item: Any, kind: str, told: str
) -> None:
    path = tmp_path / "bank.json"
    path.write_text(json.dumps([AREA, item, {**CHOICE, "question": "Which other?"}]), encoding="utf-8")
    report = verify_file(path, lenient=True)
    bad = [one for one in report.defective if one.name == 1]
    assert report.checked == 3
    assert [one.name for one in report.defective] == [1]
    assert told in next(defect.detail for defect in bad[0].defects if defect.reason == kind)


def test_broken_lines_are_told_by_number(tmp_path: Path) -> None:
    path = tmp_path / "bank.jsonl"
    path.write_text(f"{GOOD}\n\n{{broken\n{json.dumps(CHOICE)}\n[1]\n", encoding="utf-8")
    report = verify_file(path)
    assert report.by_kind == {"not_json": 2}
    details = [one.defects[0].detail for one in report.defective]
    assert details[0].startswith("line 3: is not JSON: ")
    assert "an item must be an object" in details[1]


def test_a_large_file_is_read_whole(tmp_path: Path) -> None:
    path = tmp_path / "bank.json"
    pad = "x" * (1 << 20)
    items = [{**CHOICE, "question": f"Which {n}?", "note": pad} for n in range(50)]
    path.write_text(json.dumps(items), encoding="utf-8")
    assert path.stat().st_size > 50 << 20
    report = verify_file(path)
    assert (report.checked, report.defective) == (50, [])


def test_what_a_terminal_cannot_show_or_obeys_is_written_out(tmp_path: Path) -> None:
    path = tmp_path / "bank.json"
    item = {**AREA, "sample_output": "\ud800\x1b[31m\x07"}
    path.write_text(json.dumps([item]), encoding="utf-8")
    shown = RUNNER.invoke(app, ["verify", str(path)])
    assert shown.exit_code == 1, shown.output
    assert "\x1b" not in shown.output
    assert "sample_wrong" in shown.output
    told = RUNNER.invoke(app, ["verify", str(path), "--json"])
    assert json.loads(told.stdout)["by_kind"] == {"sample_wrong": 1}
