"""Verifying: stored questions are executed again, foreign files are read in any shape and judged right."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from psycopg_pool import ConnectionPool
from typer.testing import CliRunner

from pygrounds_dagster.cli.questions import app
from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.admission.literals import tree_of
from pygrounds_dagster.questions.admission.probing import Answer, Probe, probe, valued
from pygrounds_dagster.questions.bank import store_question, stored_questions
from pygrounds_dagster.questions.foreign import UnreadableError, read_foreign
from pygrounds_dagster.questions.foreign_values import is_expected, readings
from pygrounds_dagster.questions.model import Admitted
from pygrounds_dagster.questions.verify import verify_body, verify_file, verify_stored
from tests.questions.coding_samples import BUGGY_FIELDS, CLEAN, FIELDS, debugging, hangman

ADD: dict[str, Any] = {
    "question_text": "Add two numbers",
    "function_name": "add",
    "sample_input": "5, 3",
    "sample_output": "8",
    "hidden_tests": [{"input": "1, 2", "expected_output": "3"}, {"input": "-1, 1", "expected_output": "0"}],
    "clean_solution": "def add(a, b):\n    return a + b\n",
    "code_shown_to_student": "def add(a, b):\n    return a - b\n",
    "code_with_bug_fixed": "def add(a, b):\n    return a + b\n",
    "explanation": "Plus adds.",
}


def total(given: Any) -> dict[str, Any]:
    return {
        "question_text": "Add all numbers",
        "function_name": "total",
        "sample_input": given,
        "sample_output": "6",
        "hidden_tests": [{"input": given, "expected_output": "6"}],
        "clean_solution": "def total(numbers):\n    return sum(numbers)\n",
    }


def kinds(directory: Path, *items: Any, lenient: bool = False) -> list[list[str]]:
    """Kinds of each item, in order."""
    path = directory / "bank.json"
    path.write_text(json.dumps(list(items)), encoding="utf-8")
    report = verify_file(path, lenient=lenient)
    assert report.checked == len(items)
    found = {one.name: [defect.reason for defect in one.defects] for one in report.defective}
    return [found.get(index, []) for index in range(len(items))]


# --- foreign: shapes --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"sample_input": "(5, 3)", "hidden_tests": [{"input": "(1, 2)", "expected_output": "3"}]},
        {"sample_input": "add(5, 3)"},
        {"sample_input": "print(add(5, 3))"},
        {"sample_input": "a = 5, b = 3"},
        {"sample_input": "x = 5\ny = 3"},
        {"sample_input": "5\n3"},
        {"sample_input": [5, 3], "sample_output": 8},
        {"sample_input": "[5, 3]"},
        {"sample_input": {"a": 5, "b": 3}},
        {"sample_input": '{"a": 5, "b": 3}'},
        {"hidden_tests": '[{"input": "1, 2", "expected_output": "3"}]'},
        {"hidden_tests": {"1, 2": "3"}},
        {"hidden_tests": [["1, 2", "3"]]},
        {"hidden_tests": [{"args": [1, 2], "expected": 3}]},
        {"extra": {"more": 1}, "id": 7},
        {"function_name": "add()"},
    ],
)
def test_a_right_question_is_right_in_any_shape(tmp_path: Path, changes: dict[str, Any]) -> None:
    assert kinds(tmp_path, {**ADD, **changes}) == [[]]


@pytest.mark.parametrize(
    "given",
    [
        "[1, 2, 3]",
        "([1, 2, 3],)",
        [1, 2, 3],
        [[1, 2, 3]],
        "nums = [1, 2, 3]",
        "numbers=[1, 2, 3]",
        "1, 2, 3",
        "(1, 2, 3)",
        "range(4)",
        "total([1, 2, 3])",
    ],
)
def test_a_single_argument_is_told_from_several(tmp_path: Path, given: Any) -> None:
    assert kinds(tmp_path, total(given)) == [[]]


def test_fields_may_have_other_names_and_stand_deeper(tmp_path: Path) -> None:
    normal = {name: ADD[name] for name in FIELDS if name in ADD}
    buggy = {"buggy_code": ADD["code_shown_to_student"], "buggy_correct_code": ADD["code_with_bug_fixed"]}
    nested = {"game_type": "coding", "game_data": {"normal": normal, "buggy": buggy}}
    wrong = {**nested, "game_data": {"normal": normal, "buggy": {**buggy, "buggy_code": CLEAN}}}
    found = kinds(tmp_path, nested, wrong)
    assert found[0] == []
    assert "function_missing" in found[1]


@pytest.mark.parametrize(
    "text",
    [
        json.dumps([ADD, ADD]),
        json.dumps({"questions": [ADD, ADD]}),
        json.dumps({"zone": {"topic": [ADD], "other": [ADD]}}),
        json.dumps({"q1": ADD, "q2": ADD}),
        f"{json.dumps(ADD)}\n\n{json.dumps(ADD)}\n",
        "\ufeff" + json.dumps([[ADD], [ADD]]),
    ],
)
def test_items_are_found_in_files_of_any_shape(tmp_path: Path, text: str) -> None:
    path = tmp_path / "bank.json"
    path.write_text(text, encoding="utf-8")
    items = read_foreign(path)
    assert [(item.index, item.game_type, item.fields["function_name"]) for item in items] == [
        (0, "debugging", "add"),
        (1, "debugging", "add"),
    ]


@pytest.mark.parametrize("data", [b"", b"hello", b"\xff\xfe", b"[]", b"3", b"[" * 100_000])
def test_a_file_without_questions_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bank.json"
    path.write_bytes(data)
    with pytest.raises(UnreadableError, match=r"bank\.json"):
        read_foreign(path)


@pytest.mark.parametrize(
    ("given", "parameters", "first"),
    [
        ("hello", ["text"], None),
        ("'hello'", ["text"], "'hello'"),
        ("(1, 2)", ["pair"], "(1, 2)"),
        ("(1, 2)", ["a", "b"], "1, 2"),
        ("[1, 2], 3", ["items", "k"], "[1, 2], 3"),
        ("items=[1], k=3", ["items", "k"], "items=[1], k=3"),
        ("true", ["flag"], "True"),
        ("", [], ""),
    ],
)
def test_a_text_is_read_as_the_arguments_that_it_most_likely_means(
    given: str, parameters: list[str], first: str | None
) -> None:
    assert next(iter(readings(given, "f", parameters, lenient=False)), None) == first
    assert readings("hello", "f", ["text"], lenient=True) == ["'hello'"]


# --- foreign: defects -------------------------------------------------------------------------------------

LEAK = "A loop that loops over the items of a list"


@pytest.mark.parametrize(
    ("item", "kind"),
    [
        ({**ADD, "sample_output": "9"}, "sample_wrong"),
        ({**ADD, "sample_output": "8.0"}, "sample_wrong"),
        ({**ADD, "clean_solution": "def add(a, b):\n    return a * b\n"}, "reference_fails"),
        ({**ADD, "clean_solution": "def add(a, b):\n    return a + c\n"}, "reference_fails"),
        ({**ADD, "code_shown_to_student": "def add(a, b):\n    return b + a\n"}, "buggy_passes"),
        ({**ADD, "code_shown_to_student": "def add(a, b):\n    return b + a\n"}, "buggy_passes_sample"),
        ({**ADD, "code_shown_to_student": "def add(a, b):\n    return a + c\n"}, "buggy_crashes"),
        ({**ADD, "code_shown_to_student": "def add(a, b):\n    while a: b = a\n"}, "buggy_hangs"),
        ({**ADD, "code_shown_to_student": ADD["clean_solution"]}, "no_edit"),
        ({**ADD, "code_shown_to_student": "def add(a, b)\n    return a\n"}, "syntax_error"),
        ({**ADD, "code_shown_to_student": "def add(a):\n    return a\n"}, "signature_differs"),
        ({**ADD, "code_shown_to_student": "def add(a, b):\n    c = a\n    return c * 2\n"}, "edit_too_large"),
        ({**ADD, "code_shown_to_student": "def add(a, b):\n    return a - b  # BUG\n"}, "reveals_bug"),
        ({**ADD, "code_with_bug_fixed": "def add(a, b):\n    return a - b\n"}, "fixed_fails"),
        ({**ADD, "function_name": "plus"}, "function_missing"),
        ({**ADD, "hidden_tests": None}, "missing_field"),
        ({**ADD, "hidden_tests": "many"}, "wrong_shape"),
        ({**ADD, "hidden_tests": [{"input": "1, 2"}]}, "wrong_shape"),
        ({**ADD, "sample_input": "five and three"}, "not_literal"),
        (total("[1, 2]"), "reference_fails"),
        ({"clue": LEAK, "answer": "loop"}, "clue_leaks_answer"),
        ({"question_text": "It repeats", "answer": "for loop 2"}, "answer_not_a_word"),
        (
            {"question_text": "Which?", "choices": ["a", "b", "c", "A "], "correct_answer": "a"},
            "key_not_unique",
        ),
        ({"question_text": "Which?", "choices": ["a", "b", "c", "d"], "correct_answer": "e"}, "key_missing"),
        ({"question_text": "Which?", "choices": ["a", "b", "c"], "correct_answer": "a"}, "options_not_four"),
        ({"code": "print(1)", "expected_output": "2"}, "output_wrong"),
        ({"code": "print(x)", "expected_output": "2"}, "program_fails"),
        ({"lines": ["a = 1"], "question_text": "Order them"}, "missing_field"),
        ({"question_text": "Why?", "id": 3}, "unknown_game_type"),
        ("no object", "not_json"),
        (None, "not_json"),
    ],
)
def test_each_defect_has_its_kind(tmp_path: Path, item: Any, kind: str) -> None:
    assert kind in kinds(tmp_path, ADD, item)[1]


@pytest.mark.parametrize(
    "item",
    [
        {"clue": "It repeats a block of statements", "answer": "loop"},
        {"question_text": "Which?", "options": {"A": "w", "B": "x", "C": "y", "D": "z"}, "answer": "B",
         "correct_option": "B"},
        {"question_text": "Which?", "options": ["A. w", "B. x", "C. y", "D. z"], "correct_answer": "x"},
        {"question_text": "Which?", "options": ["w", "x", "y", "z"], "correct_option": 3},
        {"code": "print(1)\n", "expected_output": "1"},
    ],
)  # fmt: skip
def test_sound_items_of_other_games_have_no_defect(tmp_path: Path, item: dict[str, Any]) -> None:
    assert kinds(tmp_path, item) == [[]]


def test_a_duplicate_is_found_under_other_names(tmp_path: Path) -> None:
    renamed = {
        **ADD,
        "function_name": "plus",
        "sample_input": "plus(5, 3)",
        **{name: ADD[name].replace("add(a, b)", "plus(x, y)").replace("a ", "x ").replace(" b", " y")
           for name in ("clean_solution", "code_shown_to_student", "code_with_bug_fixed")},
    }  # fmt: skip
    assert kinds(tmp_path, ADD, renamed, total("[6]")) == [[], ["duplicate"], []]


def test_order_of_a_set_is_found_by_another_hash_seed(tmp_path: Path) -> None:
    code = "def first(words):\n    return list(set(words))\n"
    given = "['a', 'b', 'c', 'd', 'e']"
    item = {
        "function_name": "first",
        "question_text": "List the different words",
        "sample_input": given,
        "sample_output": probe(Probe(code, "first", [given], seed=0))[0].text,
        "hidden_tests": [{"input": "['a']", "expected_output": "['a']"}],
        "clean_solution": code,
    }
    assert kinds(tmp_path, item) == [["not_deterministic"]]


# --- strict and lenient -----------------------------------------------------------------------------------


def value(of: Any, printed: str = "") -> Answer:
    return valued(tree_of(of), 0, printed)


@pytest.mark.parametrize(
    ("expected", "answer", "strict", "lenient"),
    [
        ("5", value(5), True, True),
        ("[1,2]", value([1, 2]), True, True),
        ("'abc'", value("abc"), True, True),
        ("abc", value("abc"), False, True),
        ("5", value("5"), False, True),
        ("5", value(5.0), False, True),
        ("0.3", value(0.1 + 0.2), False, True),
        ("0.31", value(0.3), False, False),
        ("true", value(True), False, True),
        ("True", value(True), True, True),
        ("1", value(True), False, True),
        ("None", value(None), True, True),
        ("hello", value(None, "hello\n"), False, True),
        ("(1, 2)", value([1, 2]), False, False),
        ([1, 2], value((1, 2)), True, True),
        ({"a": 1}, value({"a": 1}), True, True),
        (5, value(5), True, True),
        (5, value(6), False, False),
        ("{'b': 1, 'a': 2}", value({"a": 2, "b": 1}), True, True),
        ("ValueError", Answer("raised", text="ValueError: too small"), False, True),
        ("ValueError", Answer("raised", text="TypeError: no"), False, False),
        ("5", Answer("endless"), False, False),
    ],
)
def test_what_counts_as_expected(expected: Any, answer: Answer, strict: bool, lenient: bool) -> None:
    assert is_expected(expected, answer, lenient=False) is strict
    assert is_expected(expected, answer, lenient=True) is lenient


def test_lenient_also_reads_fenced_code_and_texts_without_quotes(tmp_path: Path) -> None:
    item = {
        "function_name": "shout", "question_text": "?", "sample_input": "hello", "sample_output": "HELLO",
        "hidden_tests": [{"input": "yes", "expected_output": "YES"}],
        "clean_solution": "```python\ndef shout(text):\n    return text.upper()\n```",
    }  # fmt: skip
    assert kinds(tmp_path, item, lenient=True) == [[]]
    assert kinds(tmp_path, item) == [["syntax_error"]]


# --- stored -----------------------------------------------------------------------------------------------

KEY = "beginner.basics.lists"


@pytest.fixture
def bank(pool: ConnectionPool) -> ConnectionPool:
    """A bank of two sound questions."""
    with pool.connection() as conn:
        conn.execute(
            "INSERT INTO zone (zone_key, title, position, content_root) VALUES ('beginner', 'B', 1, '/')"
        )
        conn.execute(
            "INSERT INTO topic (topic_key, zone_key, title, position) "
            "VALUES ('beginner.basics', 'beginner', 'B', 1)"
        )
        conn.execute(
            "INSERT INTO subtopic (subtopic_key, topic_key, title, position, difficulty, concept_intent, "
            "code_intent, content_root, source_path, content_hash) "
            "VALUES (%s, 'beginner.basics', 'Lists', 1, 'beginner', 'c', 'd', '/', '/s.md', 'h')",
            (KEY,),
        )
        for candidate in (hangman(), debugging()):
            found = admit(candidate)
            assert isinstance(found, Admitted)
            assert isinstance(store_question(conn, found), str)
    return pool


def test_what_holds_is_remembered_as_verified(bank: ConnectionPool) -> None:
    with bank.connection() as conn:
        before = {one.question_id: one.verified_at for one in stored_questions(conn)}
    report = verify_stored(bank)
    assert (report.checked, report.defective, report.by_kind) == (2, [], {})
    with bank.connection() as conn:
        assert all(one.verified_at > before[one.question_id] for one in stored_questions(conn))


def test_what_does_not_hold_is_withdrawn_with_its_reason(bank: ConnectionPool) -> None:
    spoil = (
        "UPDATE question SET body = jsonb_set(body, '{sample_output}', '\"3\"') WHERE game_type = 'hangman'"
    )
    with bank.connection() as conn:
        conn.execute(spoil)
    assert verify_stored(bank, withdraw=False).by_kind == {"sample_wrong": 1}
    report = verify_stored(bank)
    assert report.to_json()["items"][0]["kinds"] == ["sample_wrong"]
    with bank.connection() as conn:
        (gone,) = stored_questions(conn, states=["withdrawn"])
        assert gone.question_id == report.defective[0].name
        assert "expected 3, got 2" in gone.state_reason
    assert verify_stored(bank).checked == 1


def test_all_defects_of_a_body_are_told() -> None:
    spoilt = debugging(sample_output="3", buggy_question_text="Find the mistake, please.")
    assert {one.reason for one in verify_body(spoilt.body, (KEY,))} == {"sample_wrong", "name_not_mentioned"}


def test_a_stored_question_needs_tests_that_tell_mutants() -> None:
    blunt = hangman(hidden_tests=[{"input": f"[], {n}", "expected_output": "0"} for n in range(4)])
    assert [one.reason for one in verify_body(blunt.body, (KEY,))] == ["tests_too_weak"]


# --- the command ------------------------------------------------------------------------------------------

RUNNER = CliRunner(env={"COLUMNS": "200"})


def test_the_command_tells_defects_by_kind_and_by_item(tmp_path: Path) -> None:
    path = tmp_path / "bank.jsonl"
    lines = [json.dumps(ADD), json.dumps({**BUGGY_FIELDS, "sample_output": "3"}), "{broken"]
    path.write_text("\n".join(lines), encoding="utf-8")
    result = RUNNER.invoke(app, ["verify", str(path), "--json"])
    assert result.exit_code == 1, result.output
    found = json.loads(result.stdout)
    assert (found["checked"], found["defective"]) == (3, 2)
    assert found["by_kind"] == {"not_json": 1, "sample_wrong": 1}
    assert [(item["index"], item["kinds"]) for item in found["items"]] == [
        (1, ["sample_wrong"]),
        (2, ["not_json"]),
    ]
    shown = RUNNER.invoke(app, ["verify", str(path)])
    assert "3 questions executed, 2 defective (66.7%)." in shown.output
    assert "1 (debugging): sample_wrong: " in shown.output


def test_exit_codes_tell_sound_from_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "bank.json"
    path.write_text(json.dumps([ADD]), encoding="utf-8")
    assert RUNNER.invoke(app, ["verify", str(path)]).exit_code == 0
    assert RUNNER.invoke(app, ["verify", str(tmp_path / "none.json")]).exit_code == 2
    assert RUNNER.invoke(app, ["verify"]).exit_code == 2
    assert RUNNER.invoke(app, ["verify", str(path), "--all"]).exit_code == 2
