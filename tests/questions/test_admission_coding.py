"""Coding candidates: what holds is admitted with its proof, and each broken rule is told by its own word."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pygrounds_dagster.judge import judge, parse_test
from pygrounds_dagster.problems.mutants import mutants
from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.admission.coding import REASONS
from pygrounds_dagster.questions.admission.edits import edit_between
from pygrounds_dagster.questions.admission.fuzzing import variations
from pygrounds_dagster.questions.admission.literals import (
    NotLiteralError,
    read_arguments,
    read_value,
    write_value,
)
from pygrounds_dagster.questions.admission.probing import Probe, probe
from pygrounds_dagster.questions.admission.stepping import Stepped
from pygrounds_dagster.questions.admission.swarming import swarm
from pygrounds_dagster.questions.bodies import DebuggingBody, HangmanBody
from pygrounds_dagster.questions.model import Admitted, Drop
from tests.questions.coding_samples import CLEAN, FIELDS, debugging, hangman


def admitted(candidate: Any) -> Admitted:
    found = admit(candidate)
    assert isinstance(found, Admitted), found
    return found


def dropped(candidate: Any) -> Drop:
    found = admit(candidate)
    assert isinstance(found, Drop)
    assert found.reason in REASONS
    assert found.detail
    return found


def test_a_sound_question_is_admitted_with_its_proof() -> None:
    found = admitted(hangman())
    assert found.verification["seeds"] == [0, 1]
    assert (
        found.verification["killed"] + len(found.verification["survivors"]) == found.verification["mutants"]
    )
    assert found.verification["score"] >= 0.95
    assert found.verification["tier"] in "ABC"
    assert found.difficulty in ("beginner", "intermediate")
    assert found.features["steps"] > 5


def test_added_tests_expect_what_the_solution_gives_and_given_tests_stay() -> None:
    blunt = [{"input": f"[{n}, 90], 5", "expected_output": "1"} for n in (1, 2, 3)]
    found = admitted(hangman(hidden_tests=blunt))
    assert isinstance(found.body, HangmanBody)
    assert [test.model_dump() for test in found.body.hidden_tests[:3]] == blunt
    assert found.verification["added_tests"] == len(found.body.hidden_tests) - 3 > 0
    for test in found.body.hidden_tests:
        call = read_arguments(test.input)
        fields = {
            "call": "count_above",
            "args": list(call.args),
            "expected": read_value(test.expected_output),
        }
        assert judge(CLEAN, [parse_test(fields)]).passed


def test_the_same_candidate_is_admitted_the_same_way_in_any_thread() -> None:
    with ThreadPoolExecutor(4) as workers:
        found = list(workers.map(admit, [debugging()] * 6))
    assert all(isinstance(one, Admitted) for one in found)
    assert len({str(one.body) for one in found if isinstance(one, Admitted)}) == 1


def test_literals_are_stored_as_repr_writes_them() -> None:
    found = admitted(hangman(sample_input="numbers=[3,8,5],limit=4"))
    assert isinstance(found.body, HangmanBody)
    assert found.body.sample_input == "numbers=[3, 8, 5], limit=4"


ALWAYS_NEW = "import random\n" + CLEAN
BY_HASH = "def count_above(numbers, limit):\n    return [word for word in {'a', 'b', 'c', str(limit)}]\n"
REMEMBERS = """\
def count_above(numbers, limit, seen=[]):
    seen.append(limit)
    return len(seen)
"""


@pytest.mark.parametrize(
    ("changes", "reason", "told"),
    [
        ({"clean_solution": "def count_above(:\n"}, "syntax_error", "clean_solution"),
        ({"function_name": "count_below"}, "function_missing", "count_below()"),
        ({"clean_solution": CLEAN + CLEAN}, "function_missing", "once"),
        ({"clean_solution": ALWAYS_NEW}, "not_deterministic", "random"),
        ({"clean_solution": REMEMBERS}, "sample_wrong", "expected 2, got 1"),
        ({"sample_input": "numbers, 4"}, "not_literal", "numbers, 4"),
        ({"sample_output": "3"}, "sample_wrong", "expected 3, got 2"),
        ({"sample_output": "2.0"}, "sample_wrong", "expected 2.0, got 2"),
        (
            {"hidden_tests": [{"input": "[5], 1", "expected_output": "True"}]},
            "reference_fails",
            "expected True, got 1",
        ),
        ({"hidden_tests": [{"input": "[5]", "expected_output": "1"}]}, "reference_fails", "TypeError"),
        (
            {"clean_solution": CLEAN.replace("    return count", "    print(count)\n    return count")},
            "prints",
            "'2\\n'",
        ),
        ({"question_text": "How many numbers are above a limit?"}, "name_not_mentioned", "count_above"),
        (
            {"question_text": "Write count_above: for number in numbers: count."},
            "leaks_solution",
            "for number in numbers",
        ),
        ({"explanation": "It counts."}, "no_explanation", "explanation"),
        (
            {"clean_solution": CLEAN.replace("count = 0", "count = 0\n    while True:\n        count = 0")},
            "too_slow",
            "steps",
        ),
    ],
)
def test_what_is_wrong_with_a_question_is_told(changes: dict[str, Any], reason: str, told: str) -> None:
    found = dropped(hangman(**changes))
    assert found.reason == reason
    assert told in found.detail


def test_a_set_s_order_must_not_decide() -> None:
    tests = [{"input": f"[], {n}", "expected_output": "['a', 'b', 'c', '1']"} for n in (1,)]
    found = dropped(
        hangman(
            clean_solution=BY_HASH,
            sample_input="[], 1",
            sample_output=probe(Probe(BY_HASH, "count_above", [read_arguments("[], 1")]))[0].text,
            hidden_tests=[
                {**tests[0], "expected_output": probe(Probe(BY_HASH, "count_above", ["[], 1"]))[0].text}
            ],
        )
    )
    assert found.reason == "not_deterministic"


def test_a_set_of_several_members_has_no_one_text() -> None:
    code = "def count_above(numbers, limit):\n    return {n for n in numbers if n > limit}\n"
    found = dropped(hangman(clean_solution=code, sample_output="{8, 5}", hidden_tests=[]))
    assert found.reason == "unstable_output"


def test_tests_that_cannot_tell_mutants_are_not_enough() -> None:
    code = CLEAN.replace(
        "    return count", "    if limit == 123456:\n        count = count * 5 + 3 - limit\n    return count"
    )
    code = code.replace("count * 5", "count * 5 + len(numbers) * 7 - limit % 3 + max(count, limit) * 2")
    found = dropped(hangman(clean_solution=code.replace("123456", "'never'")))
    assert found.reason == "tests_too_weak"
    assert "line 7" in found.detail


@pytest.mark.parametrize(
    ("shown", "reason"),
    [
        (CLEAN, "no_edit"),
        (CLEAN.replace("count = 0", "count = 1").replace("+= 1", "+= 2"), "edit_too_large"),
        (CLEAN.replace("numbers, limit", "numbers, limit=3"), "signature_differs"),
        (CLEAN.replace("+= 1", "+= one"), "buggy_crashes"),
        (CLEAN.replace("+= 1", "+= 2  # here is the mistake"), "reveals_bug"),
        (CLEAN.replace("> limit", ">= limit"), "buggy_passes_sample"),
        (CLEAN.replace("for number in numbers", "while numbers"), "buggy_crashes"),
        (CLEAN.replace("count += 1", "count += len"), "buggy_crashes"),
    ],
)
def test_what_is_wrong_with_a_mistake_is_told(shown: str, reason: str) -> None:
    assert dropped(debugging(code_shown_to_student=shown)).reason == reason


def test_a_mistake_that_never_ends_is_no_mistake_to_find() -> None:
    clean = "def count_above(start, limit):\n    while start > limit:\n        start -= 1\n    return start\n"
    tests = [{"input": f"{n}, 1", "expected_output": "1"} for n in (4, 5)]
    tests.append({"input": "1, 5", "expected_output": "1"})
    found = dropped(
        debugging(
            clean_solution=clean,
            code_with_bug_fixed=clean,
            code_shown_to_student=clean.replace("-= 1", "+= 1"),
            sample_input="9, 2",
            sample_output="2",
            hidden_tests=tests,
        )
    )
    assert found.reason == "buggy_hangs"


def test_a_mended_code_must_do_what_the_solution_does() -> None:
    found = dropped(debugging(code_with_bug_fixed=CLEAN.replace(">", ">=")))
    assert found.reason == "fixed_fails"


def test_a_debugging_question_never_gets_a_test_under_which_its_mistake_crashes() -> None:
    clean = "def count_above(numbers, limit):\n    return limit - sum(numbers) // (1 + len(numbers))\n"
    shown = clean.replace("1 + len", "0 + len")
    tests = [{"input": f"[{n}], 9", "expected_output": str(9 - n // 2)} for n in (4, 6, 9)]
    found = admitted(
        debugging(
            clean_solution=clean,
            code_with_bug_fixed=clean,
            code_shown_to_student=shown,
            sample_input="[2, 4], 9",
            sample_output="7",
            hidden_tests=tests,
            buggy_question_text="count_above gives a wrong number. Find the mistake.",
        )
    )
    assert isinstance(found.body, DebuggingBody)
    calls = [read_arguments(test.input) for test in found.body.hidden_tests]
    assert {answer.status for answer in probe(Probe(shown, "count_above", calls))} == {"value"}


@pytest.mark.parametrize(
    ("after", "size"),
    [
        (CLEAN, 0),
        (CLEAN.replace("> limit", ">= limit"), 1),
        (CLEAN.replace("count += 1", "count += 1 - 2"), 2),
        (CLEAN.replace("    return count", "        return count"), 1),
        (CLEAN + "# a comment\n", 0),
    ],
)
def test_an_edit_is_counted_in_tokens(after: str, size: int) -> None:
    assert edit_between(CLEAN, after).size == size


def test_literals_survive_being_written() -> None:
    for text in ("[1, 2], key={'a': (1,)}", "{1, 2}, -3", "'it\\'s', None", "", "(1, 2)"):
        once = read_arguments(text)
        assert read_arguments(once.text) == once
    assert write_value({"b", "a"}) == "{'a', 'b'}"
    for text in ("a", "f(1)", "*[1]", "**{}", "1); print(2", "1\n), (2"):
        with pytest.raises(NotLiteralError):
            read_arguments(text)


def test_counted_mutants_do_what_plain_mutants_do() -> None:
    source = (
        FIELDS["clean_solution"]
        + "\n\ndef rest(n):\n    while n > 3:\n        n -= 3\n    return [i for i in range(n) if i]\n"
    )
    made, calls = mutants(source, ["count_above"]), [read_arguments("[3, 8, 5], 4"), read_arguments("[], 0")]
    stepped = Stepped(source, 10_000)
    counted = [stepped.mutant(mutant) for mutant in made]
    assert None not in counted
    together = swarm([text for text in counted if text], "count_above", calls)
    for mutant, answers in zip(made, together, strict=True):
        alone = probe(Probe(mutant.source, "count_above", calls))
        assert [(a.status, a.tree) for a in answers] == [(a.status, a.tree) for a in alone], str(mutant)


def test_a_variant_that_ends_its_run_does_not_end_the_others() -> None:
    good = Stepped("def f(n):\n    return n + 1\n", 1000).source
    killer = Stepped("def f(n):\n    return len(str(9 ** 9 ** 9))\n", 1000).source
    endless = Stepped("def f(n):\n    while True:\n        n += 1\n", 1000).source
    found = swarm([good, killer, endless, good], "f", [read_arguments("1")])
    assert [one[0].status for one in found][::3] == ["value", "value"]
    assert found[1][0].status in ("endless", "failed")
    assert found[2][0].status == "endless"


def test_varied_inputs_stay_in_the_world_of_the_given_ones() -> None:
    given = [
        read_arguments(text)
        for text in ("[1, 4, 9], 'yam', 2, 5", "[2, 3], 'rice', 1, 8", "[5, 6], 'yam', 3, 3")
    ]
    found = variations(given, "def f(a, b, c, d):\n    return a\n", seed=3, count=40)
    assert len(found) > 20
    assert found == variations(given, "def f(a, b, c, d):\n    return a\n", seed=3, count=40)
    for numbers, word, low, high in (one.args for one in found):
        assert numbers == sorted(numbers)
        assert all(number >= 1 for number in numbers)
        assert set(word.casefold()) <= set("yamrice")
        assert 1 <= low <= high
