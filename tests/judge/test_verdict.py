"""Verdicts: right programs pass, wrong ones fail with the reason, nothing a program does forges a pass."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from pygrounds_dagster.judge import (
    Limits,
    Test,
    Verdict,
    judge,
    judge_async,
    judge_many,
    parse_test,
    parse_tests,
)
from pygrounds_dagster.judge.verdict import job_of

DOUBLE = "def double(x):\n    return x * 2\n"
DOUBLES = parse_tests(
    [
        {"call": "double", "args": [21], "expected": 42},
        {"call": "double", "args": ["ab"], "expected": "abab"},
        {"call": "double", "args": [None], "raises": "TypeError"},
    ]
)
SECRET = parse_tests([{"call": "f", "args": [1], "expected": 987654321}])
ECHO = parse_tests([{"stdin": "abc\n", "stdout": "cba\n"}])


def status(program: str, *tests: dict[str, Any], **options: Any) -> str:
    return judge(program, parse_tests(tests), **options).status


def test_a_right_program_passes() -> None:
    verdict = judge(DOUBLE, DOUBLES)
    assert verdict.passed
    assert [test.status for test in verdict.tests] == ["passed"] * 3


def test_a_wrong_program_fails_at_its_test() -> None:
    verdict = judge("def double(x): return x + x if x else 0", DOUBLES)
    assert (verdict.passed, verdict.status) == (False, "wrong_answer")
    assert verdict.tests[2].reason == "expected TypeError, got 0"


def test_an_exception_instead_of_a_value_is_an_error_with_its_line() -> None:
    result = judge("def double(x):\n    return 1 / 0", DOUBLES).tests[0]
    assert (result.status, result.reason) == ("error", "raised ZeroDivisionError in line 2: division by zero")


def test_no_tests_are_no_pass() -> None:
    assert not judge(DOUBLE, []).passed


def test_many_programs_are_judged_side_by_side() -> None:
    wrong = "def double(x): return x"
    found = dict(judge_many([(DOUBLE, DOUBLES), (wrong, DOUBLES), ("", []), (DOUBLE, DOUBLES)]))
    assert [found[index].passed for index in range(4)] == [True, False, False, True]


def test_results_may_be_used_to_judge_again_while_reading() -> None:
    for _index, verdict in judge_many([(DOUBLE, DOUBLES)] * 6):
        assert verdict.passed
        assert judge(DOUBLE, DOUBLES).passed


def test_an_event_loop_judges_too() -> None:
    async def both() -> list[Verdict]:
        return await asyncio.gather(judge_async(DOUBLE, DOUBLES), judge_async("", DOUBLES))

    assert [verdict.passed for verdict in asyncio.run(both())] == [True, False]


def test_a_hash_dependent_program_fails_under_another_seed() -> None:
    program = "def f(): return list({'a', 'b', 'c', 'd', 'e'})"
    order = judge(program, parse_tests([{"call": "f", "expected": []}])).tests[0].run.calls[0].value
    test = parse_tests([{"call": "f", "expected": order}])
    assert judge(program, test).passed
    verdict = judge(program, test, seeds=(0, 1, 2))
    assert (verdict.passed, verdict.tests[0].seed) == (False, 1)


# --- what is compared -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("program", "test", "wanted"),
    [
        ("def f(a): a.append(3)", {"call": "f", "args": [[1]], "args_after": [[1, 3]]}, "passed"),
        ("def f(a): pass", {"call": "f", "args": [[1]], "args_after": [[1, 3]]}, "wrong_answer"),
        ("def f(a): a[:] = [object()]", {"call": "f", "args": [[1]], "args_after": [[1]]}, "wrong_answer"),
        ("def f(): print('x ')", {"call": "f", "stdout": "x\n"}, "passed"),
        ("def f(): print('y')", {"call": "f", "stdout": "x"}, "wrong_answer"),
        ("print('x')\ndef f(): print('y')", {"call": "f", "stdout": "y"}, "passed"),
        ("total = 3 * 4", {"stdin": "", "variables": {"total": 12}}, "passed"),
        ("total = 3 * 4.0", {"stdin": "", "variables": {"total": 12}}, "wrong_answer"),
        ("", {"stdin": "", "variables": {"total": 12}}, "wrong_answer"),
        ("def f(): raise KeyError('k')", {"call": "f", "raises": "LookupError"}, "passed"),
        ("def f(): raise KeyError('k')", {"call": "f", "raises": "ValueError"}, "wrong_answer"),
        ("class E(Exception): pass\ndef f(): raise E", {"call": "f", "raises": "E"}, "passed"),
        (
            "def f(): raise ValueError('too small')",
            {"call": "f", "raises": {"type": "ValueError", "message": "small"}},
            "passed",
        ),
        (
            "def f(): raise ValueError('x')",
            {"call": "f", "raises": {"type": "ValueError", "message": "y"}},
            "wrong_answer",
        ),
        ("def f(): raise SystemExit", {"call": "f", "raises": "SystemExit"}, "passed"),
        ("def f(): raise SystemExit", {"call": "f", "expected": None}, "error"),
        ("def f(): return {3, 1}", {"call": "f", "expected": {"$set": [1, 3]}}, "passed"),
        ("def f(): return (1, 2)", {"call": "f", "expected": {"$tuple": [1, 2]}}, "passed"),
        ("def f(): return (1, 2)", {"call": "f", "expected": [1, 2]}, "wrong_answer"),
        ("def f(): return (1, 2)", {"call": "f", "expected": [1, 2], "compare": "json"}, "passed"),
        ("def f(): return .1 + .2", {"call": "f", "expected": 0.3, "compare": "float"}, "passed"),
        ("def f(): return float('nan')", {"call": "f", "expected": {"$float": "nan"}}, "passed"),
        ("class A:\n  x = 1", {"eval": "a.x + 1", "setup": "a = A()", "expected": 2}, "passed"),
        ("def f(): return list(range(10**6))", {"call": "f", "expected": 1}, "output_limit"),
        ("def f(): return bytearray(10**10)", {"call": "f", "expected": 1}, "memory_limit"),
        ("def f(): return open('x')", {"call": "f", "expected": 1}, "error"),
        ("def f(: pass", {"call": "f", "expected": 1}, "error"),
    ],
)
def test_the_answer_is_compared_as_the_test_says(program: str, test: dict[str, Any], wanted: str) -> None:
    assert status(program, test) == wanted


def test_files_are_given_and_compared() -> None:
    test = {
        "stdin": "",
        "files": {"in.txt": "3\n4\n"},
        "files_after": {"out.txt": "7\n"},
    }
    program = "numbers = map(int, open('in.txt'))\nprint(sum(numbers), file=open('out.txt', 'w'))"
    assert status(program, test, mode="files") == "passed"
    assert status("pass", test, mode="files") == "wrong_answer"


CHECKER = """
def check(test, answer):
    start, stop = test['args']
    if answer['value'] is None:
        return 'nothing came back'
    return start <= answer['value'] < stop
"""


def checked(program: str, checker: str = CHECKER) -> tuple[str, str]:
    test = {"call": "f", "args": [3, 9], "compare": {"checker": checker}}
    result = judge(program, parse_tests([test])).tests[0]
    return result.status, result.reason


def test_a_checker_decides_in_a_run_of_its_own() -> None:
    assert checked("def f(a, b): return 5") == ("passed", "")
    assert checked("def f(a, b): return 50") == ("wrong_answer", "the checker says False")
    assert checked("def f(a, b): return None") == ("wrong_answer", "nothing came back")
    assert checked("def f(a, b): return object()") == ("wrong_answer", "nothing came back")


@pytest.mark.parametrize(
    "checker",
    [
        "def check(test, answer): return 1 / 0",
        "def check(): pass",
        "def check(t, a):\n  while True: pass",
        "def check(",
    ],
)
def test_a_broken_checker_says_nothing_about_the_program(checker: str) -> None:
    test = {"call": "f", "compare": {"checker": checker}}
    verdict = judge("def f(): return 5", parse_tests([test]))
    assert (verdict.passed, verdict.judged, verdict.status) == (False, False, "checker_error")


def test_a_checker_only_passes_with_true_itself() -> None:
    assert checked("def f(a, b): return 5", "def check(t, a): return 1")[0] == "wrong_answer"
    assert checked("def f(a, b): return 5", "def check(t, a): return 'True'")[0] == "wrong_answer"


# --- forging --------------------------------------------------------------------------------------


def test_the_expected_value_never_goes_in() -> None:
    for mode in ("strict", "files"):
        request = job_of("def f(x): pass", SECRET[0], limits=Limits(), mode=mode).request()  # type: ignore[arg-type]
        assert b"987654321" not in request
        assert b"3ade68b1" not in request


FORGERIES = {
    "exit 0": "import sys\nsys.exit(0)",
    "os._exit 0": "import os\nos._exit(0)",
    "os._exit in the call": "import os\ndef f(x): os._exit(0)",
    "system exit in the call": "def f(x): raise SystemExit(0)",
    "equal to all": "class E:\n  __eq__ = lambda s, o: True\n  __hash__ = lambda s: 0\ndef f(x): return E()",
    "int equal to all": (
        "class E(int):\n  __eq__ = lambda s, o: True\n  __hash__ = int.__hash__\ndef f(x): return E(1)"
    ),
    "patched builtins": (
        "import builtins\nbuiltins.isinstance = lambda *a: True\nbuiltins.type = lambda *a: int\n"
        "builtins.all = lambda *a: True\ndef f(x): return x"
    ),
    "frames and exit": (
        'import os\nos.write(3, b\'["module",["ok",null]]\\n["call",0,["ok",1],null,0,0]\\n["end"]\\n\')\n'
        "os._exit(0)"
    ),
    "frames twice": (
        'import os\ndef f(x):\n  os.write(3, b\'["call",0,["ok",1],null,0,0]\\n\')\n  return 987654321'
    ),
    "truncated channel": "import os\ndef f(x):\n  os.ftruncate(3, 0)\n  return 987654321",
    "closed channel": "import os\ndef f(x):\n  os.close(3)\n  return 987654321",
    "garbage after": "import os, atexit\natexit.register(os.write, 3, b'x')\ndef f(x): return 987654321",
    "killed itself": "import os\ndef f(x):\n  os.kill(os.getpid(), 9)",
    "opaque": "def f(x): return object()",
    "text of it": "def f(x): return '987654321'",
    "huge": "def f(x): return [987654321] * 10**7",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_no_forgery_passes(name: str) -> None:
    assert not judge(FORGERIES[name], SECRET).passed


def test_a_program_cannot_find_the_answer_in_its_memory() -> None:
    program = (
        "import gc, sys\n"
        "def f(x):\n"
        "  for o in gc.get_objects():\n"
        "    if isinstance(o, dict):\n"
        "      for v in o.values():\n"
        "        if type(v) is int and v % 1000003 == 651360: return v\n"
        "  frame = sys._getframe()\n"
        "  while frame:\n"
        "    for v in list(frame.f_locals.values()):\n"
        "      if 'expected' in repr(v)[:2000]: return v\n"
        "    frame = frame.f_back\n"
    )
    assert not judge(program, SECRET).passed


HONEST = {
    "stderr": "import sys\nprint('debug', file=sys.stderr)\nprint(input()[::-1])",
    "warnings": "import warnings\nwarnings.warn('old')\nprint(input()[::-1])",
    "left with success": "import sys\nprint(input()[::-1])\nsys.exit(0)",
    "patched builtins": "import builtins\nprint(input()[::-1])\nbuiltins.len = builtins.type = None",
    "patched json": "import json, os\nprint(input()[::-1])\njson.dumps = None\nos.write = None",
    "own stdout": "import sys, io\no = sys.stdout\nsys.stdout = io.StringIO()\nprint(input()[::-1], file=o)",
    "closed stderr": "import sys\nsys.stderr.close()\nprint(input()[::-1])",
    "closed output after": "import sys\nprint(input()[::-1])\nsys.stdout.close()",
    "recursion": "def r(s): return s and r(s[1:]) + s[0]\nprint(r(input()))",
    "exit hook": "import atexit\natexit.register(lambda: print(text[::-1]))\ntext = input()",
    "no newline": "print(input()[::-1], end='')",
    "raw writes": "import os\nos.write(1, input()[::-1].encode())",
}


@pytest.mark.parametrize("name", HONEST)
def test_nothing_beside_the_answer_spoils_a_pass(name: str) -> None:
    verdict = judge(HONEST[name], ECHO)
    assert verdict.passed, verdict.tests[0]


def test_state_of_one_test_is_gone_in_the_next() -> None:
    program = "calls = []\ndef f(x):\n    calls.append(x)\n    return len(calls)"
    tests = parse_tests([{"call": "f", "args": [1], "expected": 1}] * 3)
    assert judge(program, tests).passed


def test_a_verdict_has_a_json_form() -> None:
    data = judge(DOUBLE, [*DOUBLES[:1], parse_test({"call": "double", "args": [1], "expected": 3})]).to_json()
    assert (data["passed"], data["status"]) == (False, "wrong_answer")
    assert [test["passed"] for test in data["tests"]] == [True, False]
    assert data["tests"][1]["returned"] == "2"


def test_tests_are_not_collected_by_pytest() -> None:
    assert Test.__test__ is False
