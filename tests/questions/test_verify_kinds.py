"""Verifying a stored question tells each way in which it may be broken, by its kind, for every game.

Each case is a sound question with one thing spoilt, as if somebody had changed it in the bank. The last test
holds the table against the list of kinds, so that no kind is without a case.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from pygrounds_dagster.questions.admission import admit, shown
from pygrounds_dagster.questions.admission import cloze as cloze_rules
from pygrounds_dagster.questions.admission import coding as coding_rules
from pygrounds_dagster.questions.admission import parsons as parsons_rules
from pygrounds_dagster.questions.admission import pre_assessment as choice_rules
from pygrounds_dagster.questions.admission import trace as trace_rules
from pygrounds_dagster.questions.admission import word as word_rules
from pygrounds_dagster.questions.bodies import Body, PreAssessmentBody, TraceBody, WordBody
from pygrounds_dagster.questions.grids.wordsearch import rude_words
from pygrounds_dagster.questions.model import Admitted, Candidate
from pygrounds_dagster.questions.verify import verify_body
from tests.questions.coding_samples import CLEAN, debugging, hangman
from tests.questions.shown_samples import SUM, cloze, output_prediction, parsons, trace

KEYS = ("base.first.goods", "base.second.prices")
Cases = Mapping[str, Body]
ENDLESS = "n = 1\nwhile n:\n    n += 1\nprint(n)\n"
STDERR = "import sys\nx = 1 + 1\nprint(x)\nprint('x', file=sys.stderr)\n"
LONG = "x = 1\n" * 25 + "print(x + 1)\n"
STEPS = "n = 0\nfor i in range(300):\n    n += i\nprint(n)\n"
SET = "words = {'yam', 'rice'}\nfirst = list(words)\nbest = first[0]\nprint(best * 2)\n"
RANDOM = "import random\nx = random.random()\ny = x * 2\nprint(y > 3)\n"
CRASH = "a = 1\nb = 0\nc = a / b\nprint(c)\n"
LINES = "\n".join(str(n * 2) for n in range(9))
MANY = "n = 0\nfor i in range(9):\n    print(n)\n    n += 2\n"
UNSEEN = "a = 'x' + chr(8203)\nb = a + 'y'\nc = b * 2\nprint(c)\n"
UNSEEN_OUTPUT = "x\u200byx\u200by"
OTHER_SET = "rice" * 2
"""What SET prints is this under some hash seeds and something else under others."""

# --- coding -----------------------------------------------------------------------------------------------

WHILE = "def count_above(start, limit):\n    while start > limit:\n        start -= 1\n    return start\n"
HANGING: dict[str, Any] = {
    "clean_solution": WHILE,
    "code_with_bug_fixed": WHILE,
    "code_shown_to_student": WHILE.replace("-= 1", "+= 1"),
    "sample_input": "9, 2",
    "sample_output": "2",
    "hidden_tests": [{"input": f"{n}, 1", "expected_output": "1"} for n in (4, 5, 6)],
}
BY_ORDER = CLEAN.replace("    return count", "    return list({'a', 'b', 'c', 'd'})[count]")
SETS = "def count_above(numbers, limit):\n    return {n for n in numbers if n > limit}\n"
ONE: list[dict[str, str]] = [{"input": f"[{n}, 9, 8], 5", "expected_output": "2"} for n in range(4)]

BOTH: Mapping[str, dict[str, Any]] = {
    "syntax_error": {"clean_solution": "def count_above(:\n"},
    "function_missing": {"function_name": "count_below"},
    "not_deterministic": {"clean_solution": "import random\n" + CLEAN},
    "not_literal": {"sample_input": "numbers, 4"},
    "unstable_output": {"clean_solution": SETS, "sample_output": "{8, 5}", "hidden_tests": []},
    "sample_wrong": {"sample_output": "3"},
    "reference_fails": {"hidden_tests": [{"input": "[5], 1", "expected_output": "2"}]},
    "too_slow": {
        "clean_solution": CLEAN.replace("count = 0", "count = 0\n    while True:\n        count = 0")
    },
    "prints": {"clean_solution": CLEAN.replace("    return", "    print(count)\n    return")},
    "one_answer": {"hidden_tests": ONE},
    "name_not_mentioned": {"question_text": "How many numbers are above a limit?"},
    "leaks_solution": {"question_text": "Write count_above: for number in numbers: count."},
    "no_explanation": {"explanation": "It counts."},
}
HANGMAN: Cases = {
    **{kind: hangman(**changes).body for kind, changes in BOTH.items()},
    "too_few_tests": hangman(hidden_tests=[{"input": "[], 1", "expected_output": "0"}]).body,
    "tests_too_weak": hangman(
        hidden_tests=[{"input": f"[], {n}", "expected_output": "0"} for n in range(4)]
    ).body,
}
DEBUGGING: Cases = {
    **{kind: debugging(**changes).body for kind, changes in BOTH.items() if "clean_solution" not in changes},
    "syntax_error": debugging(code_shown_to_student="def count_above(:\n").body,
    "not_deterministic": debugging(code_with_bug_fixed="import time\n" + CLEAN).body,
    "signature_differs": debugging(code_shown_to_student=CLEAN.replace("limit)", "limit=3)")).body,
    "no_edit": debugging(code_shown_to_student=CLEAN).body,
    "edit_too_large": debugging(
        code_shown_to_student=CLEAN.replace("count = 0", "count = 1").replace("+= 1", "+= 2")
    ).body,
    "reveals_bug": debugging(code_shown_to_student=CLEAN.replace("+= 1", "+= 2  # sic")).body,
    "buggy_passes": debugging(
        code_shown_to_student=CLEAN.replace("> limit", ">= limit"),
        hidden_tests=[{"input": f"[7, {n}], 4", "expected_output": "1"} for n in (1, 2, 3)],
    ).body,
    "buggy_passes_sample": debugging(code_shown_to_student=CLEAN.replace("> limit", ">= limit")).body,
    "buggy_crashes": debugging(code_shown_to_student=CLEAN.replace("+= 1", "+= one")).body,
    "buggy_hangs": debugging(**HANGING).body,
    "buggy_not_deterministic": debugging(
        code_shown_to_student=CLEAN.replace("return count", "return min({'a', 'b'}, key=len)")
    ).body,
    "fixed_fails": debugging(code_with_bug_fixed=CLEAN.replace(">", ">=")).body,
    "too_few_tests": debugging(hidden_tests=[{"input": "[2], 1", "expected_output": "1"}]).body,
    "tests_too_weak": debugging(
        hidden_tests=[{"input": f"[9], {n}", "expected_output": "1"} for n in range(4)]
    ).body,
}
ONLY_OF_DEBUGGING = {
    "signature_differs", "no_edit", "edit_too_large", "reveals_bug", "buggy_passes", "buggy_passes_sample",
    "buggy_crashes", "buggy_hangs", "buggy_not_deterministic", "fixed_fails",
}  # fmt: skip
ONLY_OF_SOLUTIONS = {"too_slow", "prints", "unstable_output"}
"""Found in the solution, which both games have alike."""

# --- programs that are shown ------------------------------------------------------------------------------

OUTPUT: Cases = {
    "syntax_error": output_prediction("print(1\n", "1"),
    "too_long": output_prediction(LONG, "2"),
    "too_many_steps": output_prediction(STEPS, "44850"),
    "unpredictable": output_prediction(RANDOM, "False"),
    "not_deterministic": output_prediction(SET, OTHER_SET),
    "crashes": output_prediction(CRASH, "1"),
    "endless": output_prediction(ENDLESS, "1"),
    "not_run": output_prediction(STDERR, "2"),
    "no_output": output_prediction("x = 1\n", "1"),
    "too_much_output": output_prediction(MANY, LINES),
    "unreadable_output": output_prediction(UNSEEN, UNSEEN_OUTPUT),
    "wrong_output": output_prediction(SUM, "9"),
    "copied_output": output_prediction("print('Hello')\n", "Hello"),
    "leaks_answer": output_prediction(SUM, "8", question_text="What does this print? It is 8."),
    "no_explanation": output_prediction(SUM, "8", explanation="So."),
}

SUM_STEPS = [(1, "0 -"), (2, "0 3"), (3, "3 3"), (2, "3 5"), (3, "8 5"), (2, "8 5"), (4, "8 5")]
TWICE = "def f(n):\n    a = n\n    a = a + 1\n    return a\n\nx = f(1)\ny = f(2)\n"
ANY_STEPS = [(1, "1"), (2, "1"), (3, "1")]
TRACE: Cases = {
    "syntax_error": trace("a = (\n", ("a",), ANY_STEPS),
    "too_long": trace(LONG, ("x",), ANY_STEPS),
    "too_many_steps": trace(STEPS, ("n",), ANY_STEPS),
    "unpredictable": trace(RANDOM, ("y",), ANY_STEPS),
    "not_deterministic": trace(SET, ("best",), ANY_STEPS),
    "crashes": trace(CRASH, ("a",), ANY_STEPS),
    "endless": trace(ENDLESS, ("n",), ANY_STEPS),
    "not_run": trace(STDERR, ("x",), ANY_STEPS),
    "leaks_answer": trace(SUM, ("total", "number"), SUM_STEPS, question_text="Does total go 0, 3, 8?"),
    "no_explanation": trace(SUM, ("total", "number"), SUM_STEPS, explanation="So."),
    "not_traceable": trace("a = 1; b = 2\na = 3\na = 4\n", ("a",), [(1, "1"), (2, "3"), (3, "4")]),
    "wrong_steps": trace(SUM, ("total", "number"), [*SUM_STEPS[:-1], (4, "9 5")]),
    "no_such_call": trace(TWICE, ("a",), [(2, "1"), (3, "2"), (4, "2")]),
    "bad_variables": trace(SUM, ("total", "number"), SUM_STEPS, question_text="What happens?"),
    "steps_out_of_bounds": trace("a = 1\na = 2\n", ("a",), [(1, "1"), (2, "2")]),
    "nothing_changes": trace("a = 1\nprint(a)\nprint(a + 1)\n", ("a",), ANY_STEPS),
    "watched_differs": trace(
        "import sys\na = 1\na = 2 if sys.gettrace() else 3\na = a + 1\n",
        ("a",),
        [(2, "1"), (3, "2"), (4, "3")],
    ),
}
NO_OUTPUT_ASKED = {"no_output", "too_much_output", "unreadable_output", "wrong_output", "copied_output"}

STARTS = "price = 4\ncount = 3\ntotal = price * count\nprint(total)\n"
LETTERS = "".join(f"{name} = {value}\n" for value, name in enumerate("abcdefg"))
PARSONS: Cases = {
    "syntax_error": parsons("a = 1\nb = 2\nc = (\nprint(a)\n", "1"),
    "too_long": parsons(LONG, "2"),
    "too_many_steps": parsons(STEPS, "44850"),
    "unpredictable": parsons(RANDOM, "False"),
    "not_deterministic": parsons(SET, OTHER_SET),
    "crashes": parsons(CRASH, "1"),
    "endless": parsons(ENDLESS, "1"),
    "not_run": parsons(STDERR, "2"),
    "no_output": parsons("a = 1\nb = a + 1\nc = b + 1\nd = c + 1\n", "4"),
    "too_much_output": parsons(MANY, LINES),
    "unreadable_output": parsons(UNSEEN, UNSEEN_OUTPUT),
    "wrong_output": parsons(SUM, "9"),
    "leaks_answer": parsons(SUM.replace("total = 0", "total = 0  # step 1"), "8"),
    "no_explanation": parsons(SUM, "8", explanation="So."),
    "bad_lines": parsons("a = 1\nb = 2\nprint(a + b)\n", "3"),
    "idle_line": parsons("n = 3\nif n > 5:\n    n = 0\nprint(n * 2)\n", "6"),
    "too_many_orders": parsons(LETTERS[:30] + "print(a + b + c + d + e)\n", "10"),
    "search_incomplete": parsons(LETTERS + "print(a + g)\n", "6"),
    "missing_order": parsons(STARTS, "12"),
    "wrong_order": parsons(STARTS, "12", (0, 1, 2, 3), (1, 0, 2, 3), (2, 0, 1, 3)),
    "indentation_open": parsons("total = 0\nfor n in [7]:\n    total += n\nprint(total)\n", "7"),
    "bad_distractor": parsons(SUM, "8", distractors=("    total = total + number",)),
}

ADDING = SUM.replace("+=", "{{1}}")
FLOATS = "a = 6\nb = 4\nprint(a {{1}} b)\n"
CLOZE: Cases = {
    "syntax_error": cloze("x = {{1}}\nprint(x\n", "3", ("1",)),
    "too_long": cloze("x = {{1}}\n" + LONG, "2", ("1",)),
    "too_many_steps": cloze(STEPS.replace("+=", "{{1}}"), "44850", ("+=",)),
    "unpredictable": cloze(RANDOM.replace("*", "{{1}}"), "False", ("*",)),
    "not_deterministic": cloze(SET.replace("*", "{{1}}"), OTHER_SET, ("*",)),
    "crashes": cloze(CRASH.replace("/", "{{1}}"), "1", ("/",)),
    "endless": cloze(ENDLESS.replace("+=", "{{1}}"), "1", ("+=",)),
    "not_run": cloze(STDERR.replace("+", "{{1}}"), "2", ("+",)),
    "no_output": cloze("x = 2 {{1}} 1\n", "3", ("+",)),
    "too_much_output": cloze(MANY.replace("+=", "{{1}}"), LINES, ("+=",)),
    "unreadable_output": cloze(UNSEEN.replace("*", "{{1}}"), UNSEEN_OUTPUT, ("*",)),
    "wrong_output": cloze(ADDING, "9", ("+=",)),
    "leaks_answer": cloze(ADDING, "8", ("+=",), question_text="Put += into the gap."),
    "no_explanation": cloze(ADDING, "8", ("+=",), explanation="So."),
    "bad_gaps": cloze("x = {{1}}\nprint(x + 1)\n", "3", ("1 + 1",)),
    "too_few_choices": cloze("word = {{1}}\nprint(len(word) * 2)\n", "6", ("'yam'",)),
    "too_many_answers": cloze(
        "word = {{1}}\nprint(len(word) * 2)\nother = 'rice'\nprint(other.upper())\n", "6\nRICE", ("'yam'",)
    ),
    "missing_answer": cloze("for n in [-40, 60]:\n    if n {{1}} 50:\n        print(n)\n", "60", (">",)),
    "wrong_answer": cloze(ADDING, "8", ("+=", "-=")),
    "joint_answers": cloze("a = 6\nb = 2\nprint((a {{1}} b) {{2}} b, a, b)\n", "6 6 2", ("+",), ("-",)),
    "copied_answer": cloze("word = {{1}}\nprint(word, len(word))\n", "yam 3", ('"yam"',)),
}

# --- choices and words ------------------------------------------------------------------------------------

TERM = {"question_text": "Which term means: the place where a shop keeps its wares?", "code": ""}
OWN_ERROR = "class TooFew(ValueError):\n    pass\n\nraise TooFew('x' * 2)\n"
ERROR: dict[str, Any] = {"question_text": "Which error does this program end with?", "correct_option": 0}


def choice(code: str = SUM, options: tuple[str, ...] = ("8", "9", "3", "5"), **fields: Any) -> Body:
    asked = {
        "question_text": "What does this program print?",
        "correct_option": 0,
        "explanation": "3 + 5 is 8.",
    }
    return PreAssessmentBody(**({**asked, "code": code, "options": options, **fields}))


def word(clue: str, term: str = "loop", answer: str = "LOOP") -> Body:
    return WordBody(clue=clue, term=term, answer=answer)


CHOICE: Cases = {
    "syntax_error": choice("print(1\n"),
    "too_long": choice(LONG, ("2", "1", "3", "4")),
    "too_many_steps": choice(STEPS, ("44850", "44851", "44852", "44853")),
    "unpredictable": choice(RANDOM, ("False", "Right", "Wrong", "Maybe")),
    "not_deterministic": choice(SET, (OTHER_SET, "yamyam", "yamrice", "riceyam")),
    "crashes": choice(CRASH),
    "endless": choice(ENDLESS),
    "not_run": choice(STDERR, ("2", "1", "3", "4")),
    "no_output": choice("x = 1\n", ("1", "2", "3", "4")),
    "too_much_output": choice(MANY, ("0", "1", "2", "3")),
    "unreadable_output": choice(UNSEEN, ("xyxy", "xxyy", "xyyx", "yxxy")),
    "copied_output": choice("print('Hello')\n", ("Hello", "hallo", "Hullo", "Hell!")),
    "leaks_answer": choice(SUM + "# gives 88\n", ("88", "9", "3", "55")),
    "no_explanation": choice(explanation="So."),
    "unknown_form": choice(question_text="Which number is the nicest?"),
    "one_topic": choice(),
    "options_alike": choice(options=("8", "0x8", "3", "5")),
    "all_or_none": choice(options=("8", "None of these", "3", "5")),
    "key_wrong": choice(correct_option=1),
    "two_right": choice(OWN_ERROR, ("TooFew", "ValueError", "KeyError", "TypeError"), **ERROR),
    "key_in_question": choice(options=("shopkeep", "receipt", "bundle", "warehouse"), **TERM),
    "key_longest": choice(options=("8.0000", "9", "3", "5")),
    "option_too_long": choice(options=("8", "9" * 200, "3", "5")),
    "no_error": choice(SUM, ("KeyError", "OSError", "NameError", "TypeError"), **ERROR),
}

WORD: Cases = {
    "answer_not_term": word("A part of a program that is done again.", "list"),
    "no_plain_letters": word("A part of a program that is done again.", "löop", "LOOP"),
    "rude": word("A part of a program that is done again.", rude_words()[0]),
    "clue_too_short": word("Done again."),
    "clue_too_long": word("A part that is done " + "again and " * 20 + "again."),
    "clue_no_sentence": word("a part of a program that is done again"),
    "several_gaps": word("The ____ of a ____ is done again."),
    "clue_has_answer": word("You spell it l-o-o-p and it is done again."),
    "foreign_letters": word("A l\u043e\u043ep is done again and again."),
    "words_not_told": word("A sum that grows with each value.", "running sum", "RUNNINGSUM"),
}

GAMES: Mapping[str, tuple[Cases, Mapping[str, str], set[str]]] = {
    "hangman": (HANGMAN, coding_rules.REASONS, ONLY_OF_DEBUGGING),
    "debugging": (DEBUGGING, coding_rules.REASONS, ONLY_OF_SOLUTIONS),
    "output_prediction": (OUTPUT, shown.REASONS, set()),
    "trace": (TRACE, trace_rules.REASONS, NO_OUTPUT_ASKED),
    "parsons": (PARSONS, parsons_rules.REASONS, {"copied_output"}),
    "cloze": (CLOZE, cloze_rules.REASONS, {"copied_output"}),
    "pre_assessment": (CHOICE, choice_rules.REASONS, {"wrong_output"}),
    "word": (WORD, word_rules.REASONS, set()),
}
"""Cases, all kinds, and those that the game cannot have."""

ALL = [(game, kind, body) for game, (cases, _, _) in GAMES.items() for kind, body in cases.items()]


@pytest.mark.parametrize(("game", "kind", "body"), ALL, ids=[f"{game}-{kind}" for game, kind, _ in ALL])
def test_a_broken_question_is_told_by_its_kind(game: str, kind: str, body: Body) -> None:
    assert body.game_type == game
    keys = KEYS[:1] if kind == "one_topic" else KEYS
    found = {drop.reason: drop.detail for drop in verify_body(body, keys)}
    assert kind in found
    assert found[kind]


@pytest.mark.parametrize("game", GAMES)
def test_every_kind_has_a_case(game: str) -> None:
    cases, reasons, impossible = GAMES[game]
    assert cases.keys() | impossible == set(reasons)


SOUND: Mapping[str, Body] = {
    "hangman": hangman().body,
    "debugging": debugging().body,
    "output_prediction": output_prediction(),
    "trace": trace(SUM, ("total", "number"), SUM_STEPS),
    "parsons": parsons(STARTS, "12"),
    "cloze": cloze(FLOATS, "10", ("+",)),
    "pre_assessment": choice(explanation="The loop adds 3 and 5, which makes 8."),
    "word": word("A part of a program that is done again and again."),
}


@pytest.mark.parametrize("game", GAMES)
def test_what_admission_stores_has_no_defect(game: str) -> None:
    told = admit(Candidate(SOUND[game], KEYS))
    assert isinstance(told, Admitted), told
    assert verify_body(told.body, KEYS) == []


def test_all_kinds_of_a_question_are_told_at_once() -> None:
    body = trace(
        SUM, ("total", "number"), [*SUM_STEPS[:-1], (4, "9 5")], explanation="So.", question_text="?"
    )
    assert isinstance(body, TraceBody)
    assert {drop.reason for drop in verify_body(body, KEYS)} == {
        "no_explanation",
        "bad_variables",
        "wrong_steps",
    }
