"""Candidates that somebody made to get past the gate: each is dropped, for the right reason.

What a program takes from outside, what changes from run to run, answers told in odd places, options and
fillings that are right in another spelling. Beside them stand honest candidates that look alike.
"""

from __future__ import annotations

import ast
import sys
import time
from typing import Any

import pytest

from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.admission.giveaways import holds, points_at
from pygrounds_dagster.questions.admission.outside import (
    has_sets,
    shows_set_order,
    taken_from_outside,
)
from pygrounds_dagster.questions.bodies import ClozeBody, PreAssessmentBody, WordBody
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop
from tests.questions.coding_samples import CLEAN, debugging, hangman
from tests.questions.shown_samples import SUM, admitted, cloze, dropped, output_prediction, parsons, trace

KEYS = ("base.first.goods", "base.second.prices")


def reason_of(candidate: Candidate) -> str:
    told = admit(candidate)
    assert isinstance(told, Drop), "it was admitted"
    return told.reason


# --- what comes from outside ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("f = id\nprint(f(3) > 0, 2 * 2)\n", "True 4"),
        ("print(list(map(id, [1]))[0] > 5, 2 * 2)\n", "True 4"),
        ("r = __import__('random')\nprint(r.randint(3, 3) + 1)\n", "4"),
        ("import importlib\nr = importlib.import_module('random')\nprint(r.choice([2, 2]) + 2)\n", "4"),
        ("from time import time\nprint(time() > 5, 2 * 2)\n", "True 4"),
        ("import time as t\nprint(int(t.time()) // 10 ** 10 + 1)\n", "1"),
        ("import time\nprint(time.strftime('%Y') + 'x')\n", f"{time.strftime('%Y')}x"),
        ("from datetime import date\nprint(date.fromtimestamp(0).year + 1)\n", "1971"),
        ("import sys\nprint(sys.version[:4] + '!')\n", f"{sys.version[:4]}!"),
        ("import sys\nprint(sys.platform * 2)\n", sys.platform * 2),
        ("import sys\nprint(sys.maxsize + 1)\n", str(sys.maxsize + 1)),
        ("import sys\nprint(sys.stdin.isatty(), 1 + 1)\n", "False 2"),
        ("exec('import ran' + 'dom; print(random.randint(5, 5) + 1)')\n", "6"),
        ("exec('import random; print(random.randint(5, 5) + 1)')\n", "6"),
        ("print(eval('i' + 'd(3)') > 0, 3 * 3)\n", "True 9"),
        ("print(__file__[-2:] * 2)\n", "pypy"),
        ("from pathlib import Path\nprint(Path.cwd().exists(), 1 + 1)\n", "True 2"),
        ("from pathlib import Path\nprint([p.name for p in Path().iterdir()], 2)\n", "[] 2"),
        ("import socket\nprint(1 + 1)\n", "2"),
        ("import time\nprint(getattr(time, 'ti' + 'me')() > 5, 2 * 2)\n", "True 4"),
        ("import time\nclock = time\nprint(clock.time() > 5, 2 * 2)\n", "True 4"),
        ("from datetime import date\nprint(getattr(date, 'today')().year > 5, 2 * 2)\n", "True 4"),
        ("print(print.__self__.id(3) > 5, 2 * 2)\n", "True 4"),
        ("import sys\nprint(sys.modules['time'].time() > 5, 2 * 2)\n", "True 4"),
        ("import inspect\nprint(inspect.currentframe() is None, 2 * 2)\n", "False 4"),
        (
            "import threading\nt = threading.Thread(target=print, args=(6,))\nt.start()\nprint(3)\n",
            "6\n3",
        ),
        ("from . import lesson\nprint(1 + 1)\n", "2"),
        ("import sys\nprint(len(sys.path) > 0, 1 + 1)\n", "True 2"),
        ("name = 'random.py'\nimport random\nprint(random.randint(2, 2) + 1)\n", "3"),
        ("a = 'greeter.py', 'import random\\nx = random'\nimport greeter\nprint(greeter.x)\n", "3"),
    ],
)
def test_programs_that_look_outside_are_unpredictable(code: str, expected: str) -> None:
    assert dropped(output_prediction(code, expected)) == "unpredictable"


@pytest.mark.parametrize(
    "code",
    [
        "f = open\ndef f2(n): f('/etc/passwd')\n",
        "import io\nio.open('/etc/passwd')\n",
        "from pathlib import Path\n",
        "__import__('os').getpid()\n",
        "import urllib.request\n",
        "import fileinput\n",
        "import builtins\n",
        "import sys\nsys.exit(0)\n",
        "def f(n): return eval('n + 1')\n",
        "def f(n): return input()\n",
        "def f(n): return vars()\n",
        "def f(n): return [c for c in ().__class__.__base__.__subclasses__()]\n",
        "def f(n): return 'abc'.__hash__()\n",
    ],
)
def test_functions_get_what_they_need_as_arguments(code: str) -> None:
    assert reason_of(hangman(clean_solution=code + CLEAN)) == "not_deterministic"


@pytest.mark.parametrize(
    "code",
    [
        "import math, re, json\nfrom collections import Counter\nfrom pathlib import PurePosixPath\n",
        "def vars(n):\n    return n\nid = 3\nprint(vars(id))\n",
        "import time\ntime.sleep(0.01)\n",
        "import sys\nsys.exit(1)\n",
        "from pathlib import Path\nfor path in sorted(Path().glob('*.txt')):\n    print(path.name)\n",
        "print(eval('3 + 4'))\n",
        "import sys\nopen('own.py', 'w').write('import math')\nsys.path.insert(0, '.')\nimport own\n",
        "with open('notes.txt', 'w') as notes:\n    notes.write('x')\n",
    ],
)
def test_what_a_program_makes_itself_is_its_own(code: str) -> None:
    assert taken_from_outside(ast.parse(code), is_function=False) == []


# --- what changes from run to run -------------------------------------------------------------------------


def two_of_a_set(code: str, *outputs: str) -> set[str]:
    """Why a program of two texts in a set is dropped, whichever output is said to be right."""
    return {dropped(output_prediction(code, expected)) for expected in outputs}


@pytest.mark.parametrize("pair", ["'yam', 'oil'", "'ab', 'cd'", "'u', 'v'", "'x', 'y'", "'a', 'b'"])
def test_the_order_of_two_texts_in_a_set_is_found_out(pair: str) -> None:
    one, other = (text.strip("' ") for text in pair.split(","))
    told = two_of_a_set(f"print(list({{{pair}}})[0] * 2)\n", one * 2, other * 2)
    assert told <= {"not_deterministic", "wrong_output"}
    assert "not_deterministic" in told


LISTED = "def pick(words):\n    return list(set(words))\n"
LOOPED = (
    "def pick(words):\n    found = []\n    for w in set(words):\n        found.append(w)\n    return found\n"
)


@pytest.mark.parametrize(
    ("code", "reasons"), [(LISTED, {"not_deterministic"}), (LOOPED, {"not_deterministic", "sample_wrong"})]
)
def test_a_function_that_lists_a_set_of_two_is_found_out(code: str, reasons: set[str]) -> None:
    def lists(order: str) -> str:
        return reason_of(
            hangman(
                function_name="pick",
                question_text="Write pick(words).",
                clean_solution=code,
                sample_input="['u', 'v']",
                sample_output=order,
                hidden_tests=[{"input": f"['{c}']", "expected_output": f"['{c}']"} for c in "abc"],
            )
        )

    assert {lists("['u', 'v']"), lists("['v', 'u']")} == reasons


@pytest.mark.parametrize(
    ("code", "is_function", "expected"),
    [
        ("print({'a', 'b'})", False, True),
        ("x = {'a', 'b'}\nprint(*x)", False, True),
        ("x = {'a', 'b'}\nprint(f'{x}', x.pop())", False, True),
        ("print('-'.join({'a', 'b'}))", False, True),
        ("print(list(set('ab')))", False, True),
        ("print({1, 2}, {'a'}, sorted({'a', 'b'}), len({'a', 'b'}))", False, False),
        ("def f(x):\n    return sorted(set(x)), len(set(x)), 3 in set(x)", True, False),
        ("def f(x):\n    return next(iter(set(x)))", True, True),
    ],
)
def test_members_of_a_set_in_a_row_are_seen(code: str, is_function: bool, expected: bool) -> None:
    assert shows_set_order(ast.parse(code), is_function=is_function) is expected


def test_sets_that_are_sorted_counted_or_asked_are_sound() -> None:
    assert has_sets("print(sorted({'b', 'a'}))")
    admitted(
        output_prediction("print(sorted({'b', 'a'}), len({'b', 'a'}), 'b' in {'b'})\n", "['a', 'b'] 2 True")
    )


def test_ends_are_not_forged() -> None:
    assert dropped(output_prediction("print(1 + 1)\nraise SystemExit\nprint(3)\n", "2")) == "not_run"
    assert dropped(output_prediction("import atexit\natexit.register(print, 5)\nprint(1 + 2)\n", "3")) == (
        "wrong_output"
    )
    early = CLEAN.replace("    count = 0", "    count = 0\n    if limit > 3:\n        raise SystemExit(0)")
    assert reason_of(hangman(clean_solution=early)) == "sample_wrong"
    assert reason_of(hangman(clean_solution=CLEAN + "raise SystemExit\n")) == "sample_wrong"


def test_a_value_that_claims_to_equal_everything_is_not_believed() -> None:
    liar = "class Any(int):\n    def __eq__(self, other):\n        return True\n" + CLEAN.replace(
        "return count", "return Any(count)"
    )
    assert reason_of(hangman(clean_solution=liar)) == "sample_wrong"


def test_one_input_with_two_outputs_is_a_contradiction() -> None:
    tests = [{"input": "[5], 1", "expected_output": "1"}, {"input": "[5],1", "expected_output": "2"}]
    assert reason_of(hangman(hidden_tests=tests)) == "reference_fails"


# --- told answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("code", "expected", "text"),
    [
        ('"""prints 15"""\nx = 3\nprint(x * 5)\n', "15", "What does this program print?"),
        ("x = 3\nprint(x * 5)\n", "15", "What does this print? (It is 15.)"),
        ("answer_15 = 3\nprint(answer_15 * 5)\n", "15", "What does this program print?"),
        ("x = 31234\nprint(x * 5)\n", "156170", "Not 156 170, surely?"),
        ("for n in (3, 4):\n    print(n * 5)\n", "15\n20", "Does it print 20 at the end?"),
    ],
)
def test_output_is_not_told_by_texts_comments_or_names(code: str, expected: str, text: str) -> None:
    assert dropped(output_prediction(code, expected, question_text=text)) == "leaks_answer"


STEPS = [(1, "1"), (2, "2"), (3, "6")]
CHAIN = "a = 2\nb = a * 3\nc = b - a\nprint(c)\n"
COUNTED = "a = 2  # {}\nb = a * 3  # {}\nc = b - a  # {}\nprint(c)  # {}\n"


def test_values_and_orders_are_not_told() -> None:
    code = "a = 1\na = a + 1\na = a * 3\n"
    admitted(trace(code, ("a",), STEPS, question_text="Which value has a after lines 1, 2 and 3?"))
    assert dropped(trace(code, ("a",), STEPS, question_text="Trace a: it goes 1, 2, 6.")) == "leaks_answer"
    told = "a = 1\na = a + 1  # a is 2 now\na = a * 3\n"
    assert dropped(trace(told, ("a",), STEPS)) == "leaks_answer"
    admitted(parsons(CHAIN, "4"))
    for words in (("first", "second", "third", "last"), ("line 1", "line 2", "line 3", "line 4")):
        assert dropped(parsons(COUNTED.format(*words), "4")) == "leaks_answer"
    assert dropped(parsons(CHAIN, "4", question_text="Put b = a * 3 before c = b - a.")) == "leaks_answer"


@pytest.mark.parametrize("text", ["Put += into the gap.", "Which of `-=` and `+=` fits?"])
def test_what_belongs_into_a_gap_is_not_told(text: str) -> None:
    code = SUM.replace("+=", "{{1}}")
    assert dropped(cloze(code, "8", ("+=",), question_text=text)) == "leaks_answer"
    assert dropped(cloze(code.replace("number\n", "number  # use +=\n"), "8", ("+=",))) == "leaks_answer"


@pytest.mark.parametrize(
    "told",
    [
        "count_above gives too large a number: look at line 5.",
        "count_above gives too much: `+= 2` must become `+= 1`.",
        "count_above gives too much because of count += 2 in it.",
    ],
)
def test_a_text_does_not_point_at_the_mistake(told: str) -> None:
    assert reason_of(debugging(buggy_question_text=told)) == "reveals_bug"


def test_a_mistake_is_not_given_away_by_remarks_and_names_in_both_codes() -> None:
    def both(clean: str) -> str:
        shown = clean.replace("+= 1", "+= 2")
        return reason_of(
            debugging(clean_solution=clean, code_with_bug_fixed=clean, code_shown_to_student=shown)
        )

    assert both(CLEAN.replace("+= 1", "+= 1  # BUG was here")) == "reveals_bug"
    assert both(CLEAN.replace("count ", "wrong_count ").replace("return count", "return wrong_count")) == (
        "reveals_bug"
    )
    assert points_at("It gives 3 instead of 2 for `[3, 8, 5], 4`.", CLEAN, CLEAN.replace("1", "2")) == ""


def test_a_short_solution_stands_in_no_text() -> None:
    changes: dict[str, Any] = {
        "function_name": "add",
        "clean_solution": "def add(a, b):\n    return a + b\n",
        "sample_input": "1, 2",
        "sample_output": "3",
        "hidden_tests": [{"input": f"{n}, {n + 3}", "expected_output": str(2 * n + 3)} for n in (2, 5, 9)],
    }
    assert isinstance(admit(hangman(question_text="Write add(a, b): the sum of both.", **changes)), Admitted)
    leak = hangman(question_text="Write add(a, b): it should return a + b.", **changes)
    assert reason_of(leak) == "leaks_solution"


@pytest.mark.parametrize(
    ("clue", "expected"),
    [
        ("You spell it l-o-o-p and it runs again.", "clue_has_answer"),
        ("You spell it L O O P and it runs again.", "clue_has_answer"),
        ("A l_o_o_p runs again and again.", "clue_has_answer"),
        ("It is pool read backwards, and it runs again.", "clue_has_answer"),
        ("A lo\u200bop runs again and again.", "foreign_letters"),
        ("A l\u043e\u043ep runs again and again.", "foreign_letters"),
        ("It runs again, and so do other parts of a café.", ""),
    ],
)
def test_a_clue_does_not_spell_its_answer(clue: str, expected: str) -> None:
    told = admit(Candidate(WordBody(clue=clue, term="loop", answer="LOOP"), KEYS))
    assert (told.reason if isinstance(told, Drop) else "") == expected


# --- right in another spelling ----------------------------------------------------------------------------


def test_any_text_of_a_length_is_no_answer() -> None:
    code = "word = {{1}}\nprint(len(word) * 2)\nother = 'rice'\nprint(other.upper())\n"
    assert dropped(cloze(code, "6\nRICE", ("'yam'",))) == "too_many_answers"


def test_an_index_from_the_end_counts_as_right() -> None:
    told = admitted(cloze("x = [3, 1, 4, 1]\nprint(x[{{1}}])\n", "4", ("2",))).body
    assert isinstance(told, ClozeBody)
    assert told.answers == (("2", "-2"),)


def choice(question: str, code: str, *options: str) -> str:
    body = PreAssessmentBody.model_validate(
        {
            "question_text": question,
            "code": code,
            "options": options,
            "correct_option": 0,
            "explanation": "The program works it out step by step.",
        }
    )
    told = admit(Candidate(body, KEYS))
    return told.reason if isinstance(told, Drop) else ""


RETURNS = "What does `f(8)` return?"


@pytest.mark.parametrize(
    ("value", "options"),
    [
        ("'a' * 2", ("'aa'", '"aa"', "'a'", "'aaa'")),
        ("{1: t, 2: 3}", ("{1: 8, 2: 3}", "{2: 3, 1: 8}", "{1: 2}", "{1: 12, 2: 3}")),
        ("t * 2", ("16", "0x10", "88", "10")),
        ("t * 200", ("1600", "1_600", "500", "1000")),
        ("[t, t]", ("[8, 8]", "[8,8]", "[2, 2]", "[1, 2]")),
        ("t + 1", ("9", "9\u200b", "5", "4")),
        ("t + 1", ("9", "\uff19", "5", "4")),
        ("t + 1", ("9", "9.", "5", "4")),
    ],
)
def test_options_that_say_the_same_in_another_spelling_are_alike(
    value: str, options: tuple[str, ...]
) -> None:
    assert choice(RETURNS, f"def f(t):\n    return {value}\n", *options) == "options_alike"


def test_options_of_other_types_differ() -> None:
    assert choice(RETURNS, "def f(t):\n    return t + 1\n", "9", "9.0", "'9'", "[9]") == ""


def test_a_base_of_the_program_s_own_error_would_be_right_too() -> None:
    code = "class Fault(LookupError):\n    pass\n\nclass TooFew(Fault):\n    pass\n\nraise TooFew('x' * 2)\n"
    asked = "Which error does this program end with?"
    assert choice(asked, code, "TooFew", "LookupError", "TypeError", "OSError") == "two_right"
    assert choice(asked, code, "TooFew", "KeyError", "TypeError", "OSError") == ""


@pytest.mark.parametrize(
    ("text", "answer", "expected"),
    [
        ("It is 15.", "15", True),
        ("It is 150.", "15", False),
        ("It is 1.5.", "5", False),
        ("It is 15.5", "15", False),
        ("It is [1, 2]!", "[1, 2]", True),
        ("Anything", "", False),
    ],
)
def test_an_answer_stands_in_a_text_as_a_whole(text: str, answer: str, expected: bool) -> None:
    assert holds(text, answer) is expected
