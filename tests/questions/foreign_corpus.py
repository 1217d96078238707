"""Questions as other banks write them, each with the defects that it has and no others; read leniently.

Half of them are sound and only look strange. They were written for this test.
"""

from __future__ import annotations

from typing import Any

Labelled = tuple[str, dict[str, Any], set[str]]


def coding(
    name: str, code: str, given: Any, wanted: Any, *tests: tuple[Any, Any], **more: Any
) -> dict[str, Any]:
    """A coding item."""
    return {
        "question_text": f"Write {name} as the sample shows.",
        "function_name": name,
        "sample_input": given,
        "sample_output": wanted,
        "hidden_tests": [{"input": one, "expected_output": other} for one, other in tests],
        "clean_solution": code,
    } | more


def debugging(item: dict[str, Any], before: str, after: str, **more: Any) -> dict[str, Any]:
    """A coding item with a mistake: one text of its solution replaced."""
    clean = item["clean_solution"]
    shown = clean.replace(before, after)
    return {**item, "code_shown_to_student": shown, "code_with_bug_fixed": clean} | more


AREA = coding("area", "def area(w, h):\n    return w * h\n", "3, 4", "12", ("5, 2", "10"), ("1, 7", "7"))
LARGEST = coding(
    "largest",
    "def largest(items):\n    best = items[0]\n    for item in items:\n        if item > best:\n"
    "            best = item\n    return best\n",
    "[3, 9, 2]", "9", ("[5]", "5"), ("[-4, -2, -9]", "-2"), ("[1, 2, 3]", "3"),
)  # fmt: skip
EVENS = coding(
    "evens",
    "def evens(limit, start=0):\n    found = []\n    for n in range(start, limit):\n        if n % 2 == 0:\n"
    "            found.append(n)\n    return found\n",
    {"limit": 6}, "[0, 2, 4]", ({"limit": 9, "start": 3}, "[4, 6, 8]"), ("3", [0, 2]), ("0", []),
)  # fmt: skip
GREET = coding(
    "greet", "def greet(name):\n    return 'Hello, ' + name\n", "'Ama'", "Hello, Ama",
    ("Kofi", "'Hello, Kofi'"), ("'Esi'", '"Hello, Esi"'),
)  # fmt: skip
SHOW = coding(
    "show", "def show(n):\n    for i in range(n):\n        print('*' * (i + 1))\n", "2", "*\n**",
    ("3", "*\n**\n***"), ("1", "*"),
)  # fmt: skip
MEAN = coding(
    "mean", "def mean(values):\n    return sum(values) / len(values)\n", "[1, 2]", "1.5",
    ("[1, 2, 2]", "1.6666667"), ("[4]", "4"),
)  # fmt: skip
BOX = "class Box:\n    def volume(self, a, b):\n        return a * b * 2\n"
READS = "a = int(input())\nb = int(input())\nprint(a + b)\n"
COUNTS = (
    "def count(words):\n    seen = {}\n    for word in words:\n        seen[word] = seen.get(word, 0) + 1\n"
    "    return seen\n"
)
RENAMED = "def surface(width, height):\n    '''Both sides.'''\n    return width * height  # all of it\n"
OTHER = "def area(w, h):\n    return w + h\n"
SPIN = "def wait(n):\n    while n > 0:\n        n += 1\n    return n\n"

SOUND: list[Labelled] = [
    ("plain", AREA, set()),
    ("a tuple", {**AREA, "sample_input": "(3, 4)"}, set()),
    ("a JSON list", {**AREA, "sample_input": [3, 4], "sample_output": 12}, set()),
    ("a call", {**AREA, "sample_input": "area(3, 4)"}, set()),
    ("a printed call", {**AREA, "sample_input": "print(area(3, 4))"}, set()),
    ("named arguments", {**AREA, "sample_input": "w = 3, h = 4"}, set()),
    ("one a line", {**AREA, "sample_input": "w = 3\nh = 4"}, set()),
    ("a JSON object", {**AREA, "sample_input": '{"w": 3, "h": 4}'}, set()),
    ("with a label", {**AREA, "sample_input": "Input: 3, 4", "sample_output": "Output: 12"}, set()),
    ("assertions", {**AREA, "hidden_tests": ["assert area(2, 2) == 4", "assert area(1, 9) == 9"]}, set()),
    (
        "assertions as a text",
        {**AREA, "hidden_tests": "assert area(2, 2) == 4\nassert area(0, 9) == 0"},
        set(),
    ),
    ("columns", {**AREA, "hidden_tests": {"inputs": ["2, 2", "1, 9"], "outputs": ["4", "9"]}}, set()),
    ("tests as a text", {**AREA, "hidden_tests": "[('2, 2', '4')]"}, set()),
    ("fenced", {**AREA, "clean_solution": f"```python\n{AREA['clean_solution']}```"}, set()),
    (
        "fenced with words",
        {**AREA, "clean_solution": f"Here:\n```py\n{AREA['clean_solution']}\n```\nDone."},
        set(),
    ),
    ("escaped", {**AREA, "clean_solution": AREA["clean_solution"].replace("\n", "\\n")}, set()),
    ("a list of lines", {**AREA, "clean_solution": AREA["clean_solution"].splitlines()}, set()),
    ("indented", {**AREA, "clean_solution": "    def area(w, h):\n        return w * h\n"}, set()),
    ("no name", {**AREA, "function_name": None}, set()),
    ("a name with brackets", {**AREA, "function_name": "area(w, h)"}, set()),
    ("a lambda", {**AREA, "clean_solution": "area = lambda w, h: w * h\n"}, set()),
    (
        "defined by condition",
        {**AREA, "clean_solution": "if True:\n    def area(w, h):\n        return w * h\n"},
        set(),
    ),
    (
        "annotated",
        {**AREA, "clean_solution": "def area(w: int, h: int = 1) -> int:\n    return w * h\n"},
        set(),
    ),
    ("a method", coding("volume", BOX, "2, 3", "12", ("1, 1", "2")), set()),
    ("a named method", coding("Box.volume", BOX, "2, 3", "12", ("1, 1", "2")), set()),
    ("a program", coding("", READS, "2\n3", "5", ("10\n-4", "6")), set()),
    (
        "a program of main",
        coding("main", "def main():\n    print(int(input()) * 2)\n", "4", "8", ("0", "0")),
        set(),
    ),
    ("no arguments", coding("pi", "def pi():\n    return 3.14\n", "", "3.14", ("", "3.14")), set()),
    ("an empty list", EVENS, set()),
    ("a text without quotes", GREET, set()),
    ("printed", SHOW, set()),
    ("nearly", MEAN, set()),
    (
        "a dict in another order",
        coding("count", COUNTS, "['b', 'a', 'b']", "{'a': 1, 'b': 2}", ("[]", "{}")),
        set(),
    ),
    (
        "JSON words",
        coding("is_big", "def is_big(n):\n    return n > 9\n", "10", "true", ("3", "false")),
        set(),
    ),
    (
        "an error",
        coding("first", "def first(x):\n    return x[0]\n", "[4]", "4", ("[]", "IndexError")),
        set(),
    ),
    ("a mistake", debugging(LARGEST, "item > best", "item < best"), set()),
    ("a mistake in a range", debugging(EVENS, "== 0", "== 1"), set()),
    (
        "nested",
        {
            "type": "coding",
            "game_data": {
                "normal": LARGEST,
                "buggy": {
                    "buggy_code": LARGEST["clean_solution"].replace(">", "<"),
                    "buggy_correct_code": LARGEST["clean_solution"],
                },
            },
        },
        set(),
    ),
    (
        "a choice",
        {"question": "Which holds pairs?", "options": ["list", "dict", "set", "int"], "answer": "dict"},
        set(),
    ),
    (
        "a choice by letter",
        {
            "question": "Which adds up?",
            "options": ["A) sum", "B) len", "C) max", "D) min"],
            "correct_answer": "A",
        },
        set(),
    ),
    (
        "a choice of numbers",
        {"question": "What is 2 * 4?", "choices": [6, 8, 24, 16], "correct_answer": 8},
        set(),
    ),
    (
        "a choice by place",
        {"question": "What is last?", "options": ["x", "y", "z", "w"], "correct_index": 3},
        set(),
    ),
    (
        "options apart",
        {
            "question": "Which is text?",
            "option_a": "1",
            "option_b": "'1'",
            "option_c": "[1]",
            "option_d": "1.0",
            "correct_answer": "B",
        },
        set(),
    ),
    (
        "a program's output",
        {
            "question": "What does it print?",
            "code": "print(2 ** 3)",
            "options": ["6", "8", "9", "5"],
            "correct_answer": "8",
        },
        set(),
    ),
    ("a word", {"clue": "Runs a block for each item", "answer": "forloop", "subtopic": "loops"}, set()),
    ("a word with blanks", {"clue": "Grows with each value", "answer": "running sum"}, set()),
    ("a prediction", {"code": "for i in range(2):\n    print(i)", "expected_output": "0\n1"}, set()),
]

TWO = (
    LARGEST["clean_solution"]
    .replace("best = items[0]", "best = items[1]")
    .replace("= item\n", "= item - 1\n")
)
LEAK = {**LARGEST, "question_text": "Write largest. Hint: for item in items: if item > best:"}

DEFECTIVE: list[Labelled] = [
    ("wrong sample", {**GREET, "sample_output": "Hello Ama"}, {"sample_wrong"}),
    ("wrong type", {**LARGEST, "sample_output": "[9]"}, {"sample_wrong"}),
    ("wrong solution", {**AREA, "clean_solution": OTHER}, {"sample_wrong", "reference_fails"}),
    ("one wrong test", {**LARGEST, "hidden_tests": [("[2, 1]", "2"), ("[7]", "8")]}, {"reference_fails"}),
    ("not near", {**MEAN, "sample_output": "1.6"}, {"sample_wrong"}),
    (
        "raises",
        coding("half", "def half(n):\n    return n / m\n", "4", "2", ("2", "1")),
        {"sample_wrong", "reference_fails"},
    ),
    ("too few arguments", {**AREA, "hidden_tests": [("5", "5")]}, {"reference_fails"}),
    ("prints less", {**SHOW, "sample_output": "*\n**\n***"}, {"sample_wrong"}),
    ("no colon", coding("shut", "def shut(n)\n    return n\n", "1", "1", ("2", "2")), {"syntax_error"}),
    (
        "half a fence",
        {**AREA, "clean_solution": "```python\ndef area(w, h):\n    return w * h\n"},
        {"syntax_error"},
    ),
    ("NUL", coding("zero", "def zero(n):\n    return '\0'\n", "1", "1", ("2", "2")), {"syntax_error"}),
    ("another name", {**LARGEST, "function_name": "biggest"}, {"function_missing"}),
    ("never ends", coding("wait", SPIN, "3", "3", ("4", "4")), {"sample_wrong", "reference_fails"}),
    (
        "random",
        coding(
            "toss",
            "import random\ndef toss(n):\n    return random.random() < n\n",
            "0.5",
            "True",
            ("1", "True"),
        ),
        {"sample_wrong"},
    ),
    ("no tests", {**LARGEST, "hidden_tests": []}, {"missing_field"}),
    (
        "no solution",
        {
            "function_name": "f",
            "question_text": "?",
            "sample_input": "1",
            "sample_output": "1",
            "hidden_tests": [("1", "1")],
        },
        {"missing_field"},
    ),
    ("half a test", {**LARGEST, "hidden_tests": [{"input": "[1]"}]}, {"wrong_shape"}),
    ("tests in prose", {**LARGEST, "hidden_tests": "try some lists"}, {"wrong_shape"}),
    (
        "columns of other lengths",
        {**AREA, "hidden_tests": {"inputs": ["1, 2", "2, 2"], "outputs": ["2"]}},
        {"wrong_shape"},
    ),
    ("code is a number", {**AREA, "clean_solution": 12}, {"wrong_shape"}),
    ("told solution", LEAK, {"leaks_solution"}),
    (
        "passes all",
        debugging(LARGEST, "item > best", "item >= best"),
        {"buggy_passes", "buggy_passes_sample"},
    ),
    (
        "passes the sample",
        debugging({**AREA, "sample_input": "2, 2", "sample_output": "4"}, "w * h", "w + h"),
        {"buggy_passes_sample"},
    ),
    ("no mistake", debugging(EVENS, "no such", "text"), {"no_edit", "buggy_passes", "buggy_passes_sample"}),
    ("crashes", debugging(LARGEST, "item > best", "item > bset"), {"buggy_crashes"}),
    ("wrong index", debugging(LARGEST, "items[0]", "items[5]"), {"buggy_crashes"}),
    (
        "hangs",
        debugging(
            coding(
                "down",
                "def down(n):\n    while n > 3:\n        n -= 1\n    return n\n",
                "9",
                "3",
                ("5", "3"),
                ("8", "3"),
            ),
            "n -= 1",
            "n += 1",
        ),
        {"buggy_hangs"},
    ),
    (
        "two mistakes",
        {
            **LARGEST,
            "code_shown_to_student": TWO,
            "code_with_bug_fixed": LARGEST["clean_solution"],
            "hidden_tests": [("[4, 5]", "5"), ("[5, 2, 9]", "9")],
            "sample_input": "[8, 3, 9]",
        },
        {"edit_too_large"},
    ),
    ("shown does not parse", debugging(LARGEST, "items:", "items"), {"syntax_error"}),
    (
        "other parameters",
        debugging(AREA, "(w, h)", "(w, h=2)", code_with_bug_fixed=OTHER),
        {"signature_differs", "buggy_passes", "buggy_passes_sample", "fixed_fails"},
    ),
    ("not mended", debugging(AREA, "w * h", "w - h", code_with_bug_fixed=OTHER), {"fixed_fails"}),
    ("a telling remark", debugging(AREA, "w * h", "w + h  # BUG: should multiply"), {"reveals_bug"}),
    (
        "three options",
        {"question": "Which one?", "options": ["a", "b", "c"], "answer": "a"},
        {"options_not_four"},
    ),
    (
        "five options",
        {"question": "Which five?", "options": list("abcde"), "answer": "a"},
        {"options_not_four"},
    ),
    ("no such answer", {"question": "Which not?", "options": list("wxyz"), "answer": "q1"}, {"key_missing"}),
    (
        "no such place",
        {"question": "Which place?", "options": list("wxyz"), "correct_index": 9},
        {"key_missing"},
    ),
    (
        "twice the same",
        {"question": "Which twice?", "options": ["one", "two", "One ", "six"], "answer": "two"},
        {"options_not_distinct"},
    ),
    (
        "the answer twice",
        {"question": "Which both?", "options": ["one", "two", "one", "six"], "answer": "one"},
        {"options_not_distinct", "key_not_unique"},
    ),
    (
        "a blank option",
        {"question": "Which blank?", "options": ["one", "two", " ", "six"], "answer": "one"},
        {"wrong_shape"},
    ),
    ("no answer", {"question": "Which none?", "options": ["one", "two", "ten", "six"]}, {"missing_field"}),
    (
        "prints another",
        {
            "question": "What is printed?",
            "code": "print(7 // 2)",
            "options": ["3.5", "3", "4", "2"],
            "answer": "3.5",
        },
        {"key_wrong"},
    ),
    (
        "options in prose",
        {"question": "Which prose?", "options": "yes or no", "answer": "yes"},
        {"wrong_shape"},
    ),
    ("too short", {"clue": "Three letters are too few", "answer": "int"}, {"answer_not_a_word"}),
    ("with a digit", {"clue": "The third version", "answer": "python3"}, {"answer_not_a_word"}),
    (
        "told in the clue",
        {"clue": "A tuple is one; two are tuples", "answer": "tuple"},
        {"clue_leaks_answer"},
    ),
    ("no clue", {"answer": "generator", "difficulty": "hard"}, {"missing_field"}),
    ("other output", {"code": "print(1, 2)", "expected_output": "1,2"}, {"output_wrong"}),
    ("fails", {"code": "print(1)\nprint(x)", "expected_output": "1"}, {"program_fails"}),
    ("no program", {"code": "print(1", "expected_output": "1"}, {"syntax_error"}),
    ("nothing known", {"id": 7, "note": "to be written"}, {"unknown_game_type"}),
]

CORPUS = [*SOUND, *DEFECTIVE]

CHOICE = {"question": "Which holds pairs?", "options": ["list", "dict", "set", "int"], "answer": "dict"}
DUPLICATES: list[Labelled] = [
    ("first", AREA, set()),
    ("renamed", {**AREA, "function_name": "surface", "clean_solution": RENAMED}, {"duplicate"}),
    ("another", LARGEST, set()),
    ("of another game", debugging(LARGEST, "item > best", "item < best"), set()),
    ("a choice", CHOICE, set()),
    ("shuffled", {**CHOICE, "options": ["int", "set", "list", "dict"]}, {"duplicate"}),
    ("another answer", {**CHOICE, "answer": "set"}, set()),
    ("a word", {"clue": "Runs a block for each item", "answer": "forloop", "subtopic": "loops"}, set()),
    ("the same word", {"clue": "Another clue", "answer": "For-Loop", "subtopic": "loops"}, {"duplicate"}),
    ("elsewhere", {"clue": "Runs a block for each item", "answer": "forloop", "subtopic": "lists"}, set()),
    ("a prediction", {"code": "a = 3\nprint(a * 2)", "expected_output": "6"}, set()),
    ("under another name", {"code": "n = 3  # three\nprint(n * 2)", "expected_output": "6"}, {"duplicate"}),
]
