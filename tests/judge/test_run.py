"""A run: what comes back, and that every limit is a verdict of its own."""

from __future__ import annotations

import time
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pygrounds_dagster.judge import Call, Limits, RunResult, run
from pygrounds_dagster.judge.plain import Opaque

MIB = 1024 * 1024


def value_of(program: str, call: Call) -> Any:
    result = run(program, calls=[call])
    assert result.status == "ok", result.message
    return result.calls[0].value


def test_a_script_reads_prints_and_ends() -> None:
    result = run("name = input('who? ')\nprint(f'hello {name}')", stdin="Ada\n")
    assert (result.status, result.stdout, result.stderr) == ("ok", "who? hello Ada\n", "")


def test_a_function_is_called_with_plain_data() -> None:
    call = Call("f", [(1, 2), {3}, b"x"], {"half": Fraction(1, 2)})
    assert value_of("def f(a, b, c, half): return [a, b, c, half]", call) == [
        (1, 2),
        {3},
        b"x",
        Fraction(1, 2),
    ]


def test_a_method_and_an_expression_reach_classes() -> None:
    program = (
        "class Stack:\n    def __init__(self, items): self.items = items\n    size = staticmethod(len)\n"
    )
    assert value_of(program, Call("Stack.size", [[1, 2]])) == 2
    assert value_of(program, Call.evaluate("s.items[-1]", "s = Stack([1, 5])")) == 5
    made = value_of(program, Call("Stack", [[]]))
    assert isinstance(made, Opaque)
    assert made.type == "program.Stack"


def test_calls_see_each_others_traces_within_one_run() -> None:
    result = run(
        "seen = []\ndef f(x): seen.append(x); return list(seen)", calls=[Call("f", [1]), Call("f", [2])]
    )
    assert [call.value for call in result.calls] == [[1], [1, 2]]


def test_arguments_come_back_as_the_call_left_them() -> None:
    result = run("def f(items): items.sort()", calls=[Call("f", [[3, 1, 2]])])
    assert result.calls[0].value is None
    assert result.calls[0].arguments == ["l", [["l", [1, 2, 3]]]]


def test_each_call_has_its_own_output() -> None:
    result = run("print('top')\ndef f(x): print(x)", calls=[Call("f", ["a"]), Call("f", ["b"])])
    assert result.stdout == "top\na\nb\n"
    assert [call.stdout for call in result.calls] == ["a\n", "b\n"]


def test_an_exception_comes_with_the_programs_own_line() -> None:
    program = "import json\n\ndef f(text):\n    return json.loads(text)  # here\n"
    raised = run(program, calls=[Call("f", ["{"])]).calls[0].raised
    assert raised is not None
    assert raised.type == "json.decoder.JSONDecodeError"
    assert "ValueError" in raised.bases
    assert raised.line == 4
    assert raised.source == "return json.loads(text)  # here"
    assert raised.message.startswith("Expecting property name")
    assert 'File "program.py", line 4, in f' in raised.traceback
    assert "pygrounds" not in raised.traceback


def test_a_broken_top_level_is_an_error_and_goes_to_stderr() -> None:
    result = run("print('before')\nint('x')\n")
    assert result.status == "error"
    assert result.message == "ValueError in line 2: invalid literal for int() with base 10: 'x'"
    assert result.stdout == "before\n"
    assert result.stderr.startswith("Traceback (most recent call last):")


def test_a_program_that_does_not_compile_is_told_its_line_once() -> None:
    result = run("x = 1\ndef f(:\n    pass\n")
    assert (result.status, result.message) == ("error", "SyntaxError in line 2: invalid syntax")
    assert result.raised is not None
    assert result.raised.source == "def f(:"


def test_an_own_exception_with_a_hostile_message_is_named() -> None:
    result = run("class Sly(Exception):\n    def __str__(self): raise SystemExit(0)\nraise Sly")
    assert result.status == "error"
    assert result.raised is not None
    assert result.raised.type == "__main__.Sly"
    assert "SystemExit" in result.raised.message


BLIND = """
class Blind(KIND):
    def __getattribute__(self, name):
        raise self

def f():
    raise Blind()
"""


@pytest.mark.parametrize(
    ("kind", "status"), [("Exception", "error"), ("SyntaxError", "error"), ("SystemExit", "ok")]
)
def test_an_exception_that_fails_at_every_attribute_is_one_like_any_other(kind: str, status: str) -> None:
    program = BLIND.replace("KIND", kind)
    assert run(program + "f()\n").status == status
    (answer,) = run(program, calls=[Call("f")]).calls
    if status == "ok":
        assert answer.exit_code == 0
    else:
        assert answer.raised is not None
        assert (answer.raised.type, answer.raised.line) == ("program.Blind", 7)
        assert kind in answer.raised.bases


def test_a_missing_function_is_named() -> None:
    result = run("def g(): pass", calls=[Call("f")])
    assert (result.status, result.message) == ("error", "the program does not define 'f'")


@pytest.mark.parametrize(("code", "status"), [("", "ok"), ("0", "ok"), ("3", "error"), ("'sorry'", "error")])
def test_a_script_may_leave_but_only_with_success(code: str, status: str) -> None:
    assert run(f"import sys\nsys.exit({code})").status == status


def test_leaving_before_the_call_answers_nothing() -> None:
    result = run("raise SystemExit(0)\ndef f(): return 1", calls=[Call("f")])
    assert result.status == "error"
    assert not result.calls


def test_os_exit_is_no_answer() -> None:
    assert run("import os\nprint('done', flush=True)\nos._exit(0)").status == "no_answer"
    assert run("import os\ndef f(): os._exit(0)", calls=[Call("f")]).status == "no_answer"


def test_exit_functions_and_threads_end_like_a_script() -> None:
    result = run(
        "import atexit, threading, time\natexit.register(print, 'bye')\n"
        "threading.Thread(target=lambda: (time.sleep(0.05), print('thread'))).start()\nprint('main')",
        mode="files",
    )
    assert result.stdout == "main\nthread\nbye\n"


def test_measures_are_told() -> None:
    result = run("x = [0] * 10_000_000\nfor _ in range(3_000_000): pass")
    assert 0.01 < result.cpu < 2
    assert result.wall >= 0.01
    assert result.peak_memory > 80 * MIB


# --- limits ---------------------------------------------------------------------------------------


def test_an_endless_loop_ends_by_cpu_time() -> None:
    result = run("while True: pass", limits=Limits(cpu=1, wall=20))
    assert result.status == "time_limit"
    assert "CPU" in result.message


def test_ignoring_the_first_signal_does_not_help() -> None:
    program = "import signal\nsignal.signal(signal.SIGXCPU, signal.SIG_IGN)\nwhile True: pass"
    assert run(program, limits=Limits(cpu=1, wall=30)).status == "time_limit"


def test_cpu_time_counts_in_fractions() -> None:
    result = run("import time\nwhile time.process_time() < 0.4: pass", limits=Limits(cpu=0.2, wall=20))
    assert result.status == "time_limit"


def test_sleeping_ends_by_wall_time() -> None:
    before = time.monotonic()
    result = run("import time\ntime.sleep(60)", limits=Limits(wall=0.3))
    assert result.status == "time_limit"
    assert "wall" in result.message
    assert time.monotonic() - before < 10


@pytest.mark.parametrize(
    "program",
    [
        "x = bytearray(10**10)",
        "x = []\nwhile True: x.append(' ' * 10**6)",
        "import mmap\nx = mmap.mmap(-1, 2**30)\n",
        "x = 'a'\nwhile True: x += x",
    ],
)
def test_memory_is_limited(program: str) -> None:
    result = run(program, limits=Limits(memory=64 * MIB, wall=20, cpu=10))
    assert result.status in ("memory_limit", "error")
    assert result.raised is not None
    assert result.peak_memory < 200 * MIB


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_output_is_cut_at_its_limit(stream: str) -> None:
    result = run(f"import sys\nwhile True: sys.{stream}.write('x' * 4096)", limits=Limits(streams=100_000))
    assert result.status == "output_limit"
    assert len(getattr(result, stream)) == 100_000


def test_output_of_exactly_the_limit_is_fine() -> None:
    result = run("print('x' * 99_999)", limits=Limits(streams=100_000))
    assert (result.status, len(result.stdout)) == ("ok", 100_000)


def test_a_returned_value_that_is_too_large_is_told() -> None:
    result = run("def f(): return list(range(10**6))", calls=[Call("f")])
    assert result.calls[0].too_large is not None


def test_source_input_and_calls_are_limited() -> None:
    assert run("#" * 300_000).status == "source_limit"
    assert run("#" * 5_000_000).status == "source_limit"
    assert run("pass", stdin="x" * 2_000_000).status == "input_limit"
    assert run("def f(): pass", calls=[Call("f")] * 65).status == "input_limit"
    assert run("def f(x): pass", calls=[Call("f", ["x" * 2_000_000])]).status == "input_limit"
    assert run("def f(x): pass", calls=[Call("f", [object()])]).status == "input_limit"


def test_signals_of_its_own_making_are_a_crash() -> None:
    assert run("import os\nos.abort()").message == "the process was ended by SIGABRT"
    assert run("import ctypes\nctypes.string_at(0)").status == "crash"
    assert run("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)").status == "crash"


def test_a_fatal_call_is_a_violation() -> None:
    assert run("import ctypes\nctypes.CDLL(None).ptrace(0, 0, 0, 0)").status == "violation"


def test_nonsensical_limits_are_refused() -> None:
    with pytest.raises(ValueError, match="wall"):
        Limits(wall=0)
    with pytest.raises(ValueError, match="memory"):
        Limits(memory=1.5)  # type: ignore[arg-type]


# --- sources --------------------------------------------------------------------------------------

SOURCES: list[tuple[str | bytes, str, str]] = [
    (b"\xef\xbb\xbfprint('bom')", "ok", "bom\n"),
    (b"# coding: latin-1\nprint('\xe9')", "ok", "é\n"),
    ("# coding: latin-1\nprint('é')", "ok", "é\n"),
    ("\ufeffprint('é')", "error", ""),
    (b"# coding: nonsense\nprint(1)", "error", ""),
    (b"print('\xff')", "error", ""),
    ("print('\ud800')", "error", ""),
    ("x = 1\0", "error", ""),
    (b"x = 1\0", "error", ""),
    ("(" * 100_000, "error", ""),
    ("[" * 100_000 + "]" * 100_000, "error", ""),
    ("x = " + "-" * 50_000 + "1", "error", ""),
    ("if 1:\n" * 200, "error", ""),
    ("print(1)\r\nprint(2)\r", "ok", "1\n2\n"),
    ("", "ok", ""),
    ("\f\n# only\n", "ok", ""),
]


@pytest.mark.parametrize(("source", "status", "output"), SOURCES)
def test_every_source_has_a_clean_verdict(source: str | bytes, status: str, output: str) -> None:
    result = run(source)
    assert (result.status, result.stdout) == (status, output)


def finished(result: RunResult) -> None:
    assert result.status not in ("sandbox_lost", "refused"), result
    assert result.wall < 20


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.binary(max_size=300) | st.text(max_size=200))
def test_random_sources_always_end(source: bytes | str) -> None:
    finished(run(source, limits=Limits(cpu=1, wall=2)))


# --- the same every time --------------------------------------------------------------------------


def test_runs_repeat_exactly() -> None:
    program = "import random\nprint(random.random(), {'a', 'b', 'c', 'd'}, hash('x'))"
    assert run(program).stdout == run(program).stdout


def test_another_seed_shuffles_hashes_and_random() -> None:
    program = "import random\nprint(random.random())\nprint([hash(c) % 1000 for c in 'abcdef'])"
    first, second = run(program, seed=0), run(program, seed=1)
    assert first.status == second.status == "ok"
    assert all(
        a != b for a, b in zip(first.stdout.split("\n")[:2], second.stdout.split("\n")[:2], strict=True)
    )


def test_nothing_is_left_for_the_next_run() -> None:
    run("import builtins, sys\nbuiltins.poison = 1\nsys.modules['json'] = None\nsys.path.append('x')")
    result = run("import builtins, sys, json\nprint(hasattr(builtins, 'poison'), sys.path)")
    assert result.stdout == "False []\n"


OVERWRITE_THE_LIBRARY = """
import ctypes, sys
library = sys.meta_path[-1]._library
view = memoryview(library._map)
class Buffer(ctypes.Structure):
    _fields_ = [('buf', ctypes.c_void_p), ('rest', ctypes.c_char * 200)]
buffer = Buffer()
ctypes.pythonapi.PyObject_GetBuffer.argtypes = [ctypes.py_object, ctypes.c_void_p, ctypes.c_int]
ctypes.pythonapi.PyObject_GetBuffer(library._map, ctypes.byref(buffer), 0)
size = len(view) // 4096 * 4096
print(ctypes.CDLL(None).mprotect(ctypes.c_void_p(buffer.buf), ctypes.c_size_t(size), 3))
ctypes.memset(buffer.buf, 0, size)
print(sum(view[:size]))
"""


def test_a_program_that_overwrites_the_library_only_hurts_itself() -> None:
    assert run(OVERWRITE_THE_LIBRARY).stdout == "0\n0\n"
    after = run("import csv, decimal, asyncio, unittest\nprint(decimal.Decimal('0.1') * 3)")
    assert (after.status, after.stdout) == ("ok", "0.3\n")
