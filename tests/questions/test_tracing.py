"""What the recorder notes is what happens, line by line."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.tracing import MOST_LINES, statement_starts, trace


def program(text: str) -> str:
    return textwrap.dedent(text).lstrip("\n")


def values(source: str, name: str) -> list[tuple[int, str | None]]:
    """(line, value) after each line of the module at which a variable exists."""
    return [(s.line, s.values[name]) for s in trace(source).steps if s.call == 0 and name in s.values]


def test_a_loop_is_noted_turn_by_turn() -> None:
    source = program("""
        total = 0
        for n in [4, 5]:
            total += n
        print(total)
    """)
    seen = trace(source)
    assert (seen.ended, seen.stdout, seen.lines) == ("ok", "9\n", {1: 1, 2: 3, 3: 2, 4: 1})
    assert values(source, "total") == [(1, "0"), (2, "0"), (3, "4"), (2, "4"), (3, "9"), (2, "9"), (4, "9")]
    assert [value for line, value in values(source, "n") if line == 2] == ["4", "5", "5"]


def test_calls_are_noted_with_arguments_and_results() -> None:
    seen = trace("def f(a, b=2):\n    return a * b\n\nprint(f(3), f(4, b=5))\n")
    assert [(c.function, c.arguments, c.result) for c in seen.calls[1:]] == [
        ("f", {"a": "3", "b": "2"}, "6"),
        ("f", {"a": "4", "b": "5"}, "20"),
    ]


def test_recursion_keeps_the_frames_apart() -> None:
    seen = trace("def down(n):\n    if n == 0:\n        return 0\n    return 1 + down(n - 1)\n\ndown(2)\n")
    assert [call.result for call in seen.calls[1:]] == ["2", "1", "0"]
    assert {step.values["n"] for step in seen.steps if step.call == 3} == {"0"}


def test_a_statement_of_several_lines_is_one_step() -> None:
    assert values("x = [\n    1,\n    2,\n]\nx.append(\n    3\n)\n", "x") == [(1, "[1, 2]"), (5, "[1, 2, 3]")]


def test_changed_data_is_noted_although_its_name_is_not_assigned() -> None:
    assert values("x = []\ny = x\ny.append(1)\n", "x") == [(1, "[]"), (2, "[]"), (3, "[1]")]


def test_a_deleted_name_is_gone() -> None:
    assert values("x = 1\ndel x\ny = 2\n", "x") == [(1, "1")]


def test_what_is_no_plain_data_has_no_text_and_is_not_asked_for_one() -> None:
    source = program("""
        class Loud:
            def __repr__(self):
                print("asked")
                return "Loud"

        thing = Loud()
        things = [thing]
        n = 1
    """)
    assert trace(source).stdout == ""
    assert values(source, "thing")[-1] == (8, None)
    assert values(source, "things")[-1] == (8, None)


def test_watching_keeps_nothing_alive() -> None:
    source = program("""
        class Thing:
            def __del__(self):
                print("gone")

        def use():
            thing = Thing()
            print("used")

        use()
        print("after")
    """)
    assert trace(source).stdout == "used\ngone\nafter\n"


def test_an_exception_a_loop_without_end_and_an_early_exit_are_told_apart() -> None:
    assert (trace("x = 1\nx / 0\n").ended, trace("x = 1\nx / 0\n").error) == (
        "raised",
        "ZeroDivisionError: division by zero",
    )
    endless = trace("n = 0\nwhile n >= 0:\n    n += 1\n")
    assert (endless.ended, endless.total) == ("endless", MOST_LINES + 1)
    assert trace("raise SystemExit(0)\n").ended == "exit"
    assert trace("if True\n    pass\n").ended == "raised"


def test_a_program_runs_as_a_script_and_reads_its_input() -> None:
    seen = trace("if __name__ == '__main__':\n    print(input() + '!')\n", stdin="hi\nyou\n")
    assert seen.stdout == "hi!\n"


def test_a_program_that_tampers_with_its_recorder_fails() -> None:
    source = program("""
        import sys
        frame = sys._getframe()
        while frame.f_back:
            frame = frame.f_back
            if "source" in frame.f_locals and "notes" in frame.f_locals:
                frame.f_locals["notes"].steps.append("nonsense")
    """)
    assert trace(source).ended == "failed"


def test_a_program_that_needs_files_gets_a_directory() -> None:
    source = "from pathlib import Path\nPath('a.txt').write_text('hi')\nprint(Path('a.txt').read_text())\n"
    assert trace(source).stdout == "hi\n"


@pytest.mark.parametrize(
    ("source", "starts"),
    [
        ("x = 1\ny = 2\n", {1: 1, 2: 2}),
        ("for x in [\n    1,\n]:\n    print(\n        x)\n", {1: 1, 2: 1, 3: 1, 4: 4, 5: 4}),
        ("@cache\ndef f():\n    pass\n", {1: 2, 2: 2, 3: 3}),
        ("if x:\n    y = 1\nelif z:\n    y = 2\nelse:\n    y = 3\n", {1: 1, 2: 2, 3: 3, 4: 4, 6: 6}),
    ],
)
def test_each_line_belongs_to_the_innermost_statement(source: str, starts: dict[int, int]) -> None:
    assert statement_starts(parse(source)) == starts


# --- against another way to see the same ---------------------------------------------------------------

NAMES = ("a", "b", "c")
number = st.integers(0, 6)
name = st.sampled_from(NAMES)
simple = st.one_of(
    st.builds("{0} = {1}".format, name, number),
    st.builds("{0} = {1} + {2}".format, name, name, number),
    st.builds("{0} += {1}".format, name, name),
)


def block(depth: int) -> st.SearchStrategy[list[str]]:
    indented = st.deferred(lambda: block(depth - 1)).map(lambda lines: [f"    {line}" for line in lines])
    compound = st.one_of(
        st.builds(lambda n, body: [f"for {n} in range(2):", *body], name, indented),
        st.builds(lambda n, k, body: [f"if {n} > {k}:", *body], name, number, indented),
    )
    one = simple.map(lambda line: [line])
    return st.lists(one if depth == 0 else st.one_of(one, compound), min_size=1, max_size=4).map(
        lambda parts: [line for part in parts for line in part]
    )


def noting(lines: list[str]) -> str:
    """The program with a note after each simple line: no tracing, the same values."""
    found = ["seen = []"]
    for index, line in enumerate(lines, start=1):
        found.append(line)
        if not line.endswith(":"):
            indent = line[: len(line) - len(line.lstrip())]
            found.append(f"{indent}seen.append(({index}, a, b, c))")
    return "\n".join([*found, "print(seen)"])


@settings(max_examples=40, deadline=None)
@given(block(2))
def test_noted_values_are_those_that_the_program_itself_would_note(body: list[str]) -> None:
    lines = ["a = b = c = 0", *body]
    simple_lines = {index for index, line in enumerate(lines, start=1) if not line.endswith(":")}
    seen = trace("\n".join(lines) + "\n")
    noted = [(s.line, *(int(s.values[n] or "") for n in NAMES)) for s in seen.steps if s.line in simple_lines]
    assert f"{noted}\n" == trace(noting(lines)).stdout
