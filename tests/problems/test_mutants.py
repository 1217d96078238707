"""Single-edit mutants: exact spans, one meaning each, the mistakes that learners make."""

from __future__ import annotations

import ast
import heapq
import inspect
import textwrap
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygrounds_dagster.problems.mutants import OPERATORS, Mutant, mutants


def changes(source: str, operator: str | None = None) -> set[tuple[str, str]]:
    """Replaced and new text of every mutant, of one operator if named."""
    found = mutants(textwrap.dedent(source))
    return {(m.before, m.after) for m in found if operator in (None, m.operator)}


def assert_is_sound(source: str, found: list[Mutant]) -> None:
    """What holds for every mutant of every program."""
    original = ast.dump(ast.parse(source))
    trees = {original}
    for mutant in found:
        assert source[mutant.start : mutant.end] == mutant.before
        assert source[: mutant.start] + mutant.after + source[mutant.end :] == mutant.source
        tree = ast.dump(ast.parse(mutant.source))
        assert tree not in trees
        trees.add(tree)
        assert compiles(mutant.source)
        assert mutant.operator in OPERATORS
        assert mutant.token_distance >= 1
        lines = source.split("\n")
        assert sum(len(line) + 1 for line in lines[: mutant.line - 1]) + mutant.column == mutant.start
        assert sum(len(line) + 1 for line in lines[: mutant.end_line - 1]) + mutant.end_column == mutant.end


# ruff: noqa: E501 - one example a line
EXAMPLES = [
    ("arithmetic", "def f(a, b):\n    return a + b\n", ("+", "-")),
    ("swapped_operands", "def f(a, b):\n    return a - b\n", ("a - b", "b - a")),
    ("swapped_operands", "def f(a):\n    return 'Ama ' + a\n", ("'Ama ' + a", "a + 'Ama '")),
    ("sign", "def f(a):\n    return -a\n", ("-", "")),
    ("sign", "def f(a):\n    return not (a)\n", ("not ", "")),
    ("boundary", "def f(a, b):\n    return a < b\n", ("<", "<=")),
    ("comparison", "def f(a, b):\n    return a not   in b\n", ("not   in", "in")),
    ("comparison", "def f(a, b):\n    return (a) == (b)\n", ("==", "!=")),
    ("boolean", "def f(a, b):\n    return a and b\n", ("and", "or")),
    ("dropped_condition", "def f(a, b):\n    return a and b\n", ("a and b", "b")),
    ("swapped_branches", "def f(a, b):\n    return a if b else 0\n", ("a if b else 0", "0 if b else a")),
    ("constant", "def f():\n    return 10\n", ("10", "9")),
    ("constant", "def f():\n    return True\n", ("True", "False")),
    ("constant", "def f():\n    return 'ab'\n", ("'ab'", "'a'")),
    ("constant", "def f():\n    return ''\n", ("''", "' '")),
    ("constant", "def f():\n    return 2.5\n", ("2.5", "3.5")),
    ("wrong_variable", "def f(price, count):\n    return price\n", ("price", "count")),
    ("wrong_attribute", "class A:\n    def f(self):\n        self.a = self.b = 1\n        self.a += 1\n", ("a", "b")),
    ("swapped_arguments", "def f(a, b):\n    return g(a,  b)\n", ("a,  b", "b,  a")),
    ("swapped_items", "def f(a, b):\n    return a, b\n", ("a, b", "b, a")),
    ("wrong_function", "def f(a):\n    return min(a)\n", ("min", "max")),
    ("wrong_function", "def f(a):\n    a.append(1)\n", ("append", "extend")),
    ("dropped_call", "def f(a):\n    return sorted(a)\n", ("sorted(a)", "a")),
    ("dropped_call", "def f(a):\n    return (a + 'b').strip()\n", (".strip()", "")),
    ("dropped_argument", "def f(a):\n    return sorted(a, reverse=True)\n", (", reverse=True", "")),
    ("dropped_argument", "def f(a):\n    return a.get('x', 0)\n", (", 0", "")),
    ("range_bound", "def f(n):\n    return range(n)\n", ("n", "n + 1")),
    ("range_bound", "def f(n):\n    return range(1, n + 1)\n", (" + 1", "")),
    ("slice_bound", "def f(a, n):\n    return a[1:n]\n", ("n", "n - 1")),
    ("slice_bound", "def f(a, n):\n    return a[1:n]\n", ("1", "")),
    ("slice_bound", "def f(a):\n    return a[::2]\n", (":2", "")),
    ("index", "def f(a):\n    return [a[i] for i in range(9)]\n", ("i", "i + 1")),
    ("dropped_filter", "def f(a):\n    return [x for x in a if ((x))]\n", ("if ((x))", "")),
    ("dropped_statement", "def f(a):\n    a.sort()  # in place\n    return a\n", ("    a.sort()  # in place\n", "")),
    ("dropped_statement", "def f(a):\n    if a:\n        a.sort()\n    return a\n", ("a.sort()", "pass")),
    ("dropped_decorator", "class A:\n    @property\n    def f(self):\n        return 1\n", ("    @property\n", "")),
    ("negated_condition", "def f(a):\n    if a:\n        return 1\n", ("a", "not a")),
    ("forced_condition", "def f(a):\n    if a:\n        return 1\n", ("a", "True")),
    ("augmented", "def f(a):\n    a += 1\n    return a\n", ("+=", "-=")),
    ("augmented", "def f(a):\n    a += 1\n    return a\n", ("+=", "=")),
    ("accumulator_start", "def f(a):\n    t = 0\n    for x in a:\n        t += x\n    return t\n", ("0", "1")),
    ("accumulator_start", "def f(a):\n    t = a[0]\n    for x in a:\n        t = x\n    return t\n", ("a[0]", "0")),
    ("loop_exit", "def f(a):\n    for x in a:\n        break\n", ("break", "continue")),
    ("return_value", "def f(a):\n    return a\n", ("a", "None")),
    ("early_return", "def f(a):\n    for x in a:\n        g(x)\n    return a\n", ("", "    ")),
    ("wrong_exception", "def f():\n    raise ValueError('no')\n", ("ValueError", "TypeError")),
]  # fmt: skip


@pytest.mark.parametrize(("operator", "source", "change"), EXAMPLES)
def test_operator_makes_its_mistake(operator: str, source: str, change: tuple[str, str]) -> None:
    assert change in changes(source, operator)
    assert_is_sound(source, mutants(source))


def test_every_operator_has_an_example() -> None:
    assert {operator for operator, _, _ in EXAMPLES} == OPERATORS.keys()


@pytest.mark.parametrize(
    ("source", "absent"),
    [
        ("def f(x):\n    return x * 1\n", ("*", "/")),
        ("def f(x):\n    return x + 0\n", ("+", "-")),
        ("def f(a):\n    return a[0:2]\n", ("0", "")),
        ("def f(a, b):\n    return max(a, b)\n", ("a, b", "b, a")),
        ("def f(a, best):\n    if a > best:\n        best = a\n    return best\n", (">", ">=")),
        ("def f(a, b):\n    return a if a > b else b\n", (">", ">=")),
        ("def f():\n    raise ValueError('too small')\n", ("'too small'", "'too smal'")),
        ("def f(p):\n    return open(p, encoding='utf-8')\n", (", encoding='utf-8'", "")),
        ("def f(n):\n    return range(n + 1)\n", ("1", "0")),
    ],
)
def test_edits_that_change_nothing_are_not_made(source: str, absent: tuple[str, str]) -> None:
    assert absent not in changes(source)


@pytest.mark.parametrize(
    "source",
    [
        '"""Words of the module."""\n',
        'def f():\n    """Say 1 + 1."""\n',
        "def f(a: list[int], b: 'int' = None) -> dict[str, 1]:\n    pass\n",
        "import json\n",
        "x: int\n",
    ],
)
def test_text_that_does_nothing_is_left_alone(source: str) -> None:
    assert mutants(source) == []


def test_the_inside_of_an_f_string_is_left_alone() -> None:
    assert changes("def f(name):\n    return f'{name + 1}'\n") == {("f'{name + 1}'", "None")}


def test_a_variable_is_only_used_where_it_has_a_value() -> None:
    source = "def f(a):\n    total = a + 1\n    late = total\n    return [n for n in a if n]\n"
    assert ("a", "total") not in {(m.before, m.after) for m in mutants(source) if m.line == 2}
    assert ("total", "late") not in changes(source)
    assert ("a", "n") not in changes(source)
    assert ("n", "late") in changes(source)


def test_places_count_characters_not_bytes() -> None:
    source = "def f(é):\n    return 'ɛyɛ' + é  # Twi\n"
    assert {(m.line, m.column) for m in mutants(source) if m.before == "+"} == {(2, 17)}
    assert all(m.source.endswith("# Twi\n") for m in mutants(source))


def test_the_function_is_named_and_can_be_chosen() -> None:
    source = (
        "LIMIT = 5\nclass Basket:\n    def add(self, a):\n        return a + 1\ndef f(a):\n    return a + 2\n"
    )
    assert {m.function for m in mutants(source)} == {"", "Basket.add", "f"}
    assert {m.function for m in mutants(source, ["Basket"])} == {"Basket.add"}
    assert {m.function for m in mutants(source, ["f"])} == {"f"}
    assert mutants(source, []) == []


def test_token_distance_counts_tokens_not_layout() -> None:
    source = (
        "def f(a, b):\n    for x in a:\n        g(x)  # far\n    b += 1\n    return (\n        a + b\n    )\n"
    )
    distances = {(m.operator, m.before.strip(), m.after): m.token_distance for m in mutants(source)}
    assert distances["arithmetic", "+", "-"] == 1
    assert distances["dropped_statement", "b += 1", ""] == 3
    assert distances["dropped_statement", "g(x)", "pass"] == 4
    assert distances["return_value", "a + b", "None"] == 3
    source = "def f(a):\n    for x in a:\n        g(x)\n    return a\n"
    assert [m.token_distance for m in mutants(source) if m.operator == "early_return"] == [1]


def test_the_same_call_gives_the_same_mutants() -> None:
    source = inspect.getsource(heapq.merge)
    assert mutants(source) == mutants(source)
    drawn = mutants(source, sample=10, seed=3)
    assert drawn == mutants(source, sample=10, seed=3)
    assert len(drawn) == 10
    assert [m for m in mutants(source) if m in drawn] == drawn
    assert mutants(source, sample=10, seed=4) != drawn


def test_operators_can_be_chosen_and_unknown_ones_are_refused() -> None:
    source = "def f(a, b):\n    return a + b < 2\n"
    assert {m.operator for m in mutants(source, operators=["boundary"])} == {"boundary"}
    with pytest.raises(ValueError, match="unknown operators"):
        mutants(source, operators=["typo"])


@pytest.mark.parametrize("source", ["def f(:\n", "return 1\n"])
def test_a_program_that_does_not_compile_is_refused(source: str) -> None:
    with pytest.raises(SyntaxError):
        mutants(source)


@pytest.mark.parametrize("part", [textwrap.TextWrapper, heapq.merge], ids=lambda part: part.__name__)
def test_mutants_of_library_code_are_sound(part: type) -> None:
    source = inspect.getsource(part)
    assert_is_sound(source, mutants(source, sample=100, seed=1))


@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_other_line_ends_are_kept(line_end: str) -> None:
    source = line_end.join(["def f(a):", "    b = a + 1", "    return b", ""])
    for mutant in mutants(source):
        assert source[: mutant.start] + mutant.after + source[mutant.end :] == mutant.source
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(source))


names = st.sampled_from(["a", "b", "total", "ɛyɛ"])
atoms = names | st.sampled_from(["0", "1", "7", "2.5", "True", "None", "'x'", '""', "b'y'", "f'{a}'", "[]"])


def grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions one level up; brackets and blanks stand where nobody expects them."""
    binary = st.sampled_from(
        ["+", "-", "*", "//", "%", "<", ">=", "==", "in", "not in", "and", "or", "is not"]
    )
    part = inner | inner.map(lambda e: f"( {e} )")
    return st.one_of(
        st.builds(lambda a, op, b: f"({a}) {op}  ({b})", inner, binary, inner),
        st.builds(lambda a, op, b: f"({a} {op} {b})", part, binary, part),
        st.builds(lambda e: f"(not {e})", part),
        st.builds(lambda e: f"(- {e})", part),
        st.builds(lambda a, b: f"range({a}, # stop\n {b})", part, part),
        st.builds(lambda a, b: f"g({a}, key={b})", part, part),
        st.builds(lambda a, b: f"sorted({a}, reverse={b},)", part, part),
        st.builds(lambda a, b, c: f"total[{a}:{b}:{c}]", part, part, part),
        st.builds(lambda a, b: f"[x + 1 for x in {a} if {b}]", part, part),
        st.builds(lambda a, b, c: f"({a} if {b} else {c})", part, part, part),
        st.builds(lambda a: f"({a}).strip()", part),
        st.builds(lambda a: f"(lambda y: {a})", part),
    )


expressions = st.recursive(atoms, grown, max_leaves=6)
simple = st.one_of(
    expressions.map(lambda e: f"return {e}"),
    st.builds(lambda n, e: f"{n} = {e}", names, expressions),
    st.builds(lambda n, e: f"{n} += {e}; pass  # so", names, expressions),
    expressions.map(lambda e: f"raise ValueError({e})"),
)


def blocks(inner: st.SearchStrategy[list[str]]) -> st.SearchStrategy[list[str]]:
    heads = st.one_of(
        expressions.map(lambda e: f"if {e}:"),
        expressions.map(lambda e: f"while {e}:"),
        expressions.map(lambda e: f"for total in {e}:"),
        st.just("class A:"),
        st.just("def inner(a, b=1):"),
        st.just("with a as b:"),
    )
    return st.builds(lambda head, body: [head, *("    " + line for line in body), ""], heads, inner)


bodies = st.recursive(
    simple.map(lambda s: s.splitlines()),
    lambda inner: blocks(inner) | st.builds(lambda a, b: a + b, inner, inner),
    max_leaves=5,
)


def program(body: list[str]) -> str:
    return "\n".join(["def f(a, b):", *("    " + line for line in body), ""])


def compiles(source: str) -> bool:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(source, "<test>", "exec")
        except SyntaxError:
            return False
    return True


@settings(max_examples=40)
@given(bodies.map(program))
def test_mutants_of_any_program_are_sound(source: str) -> None:
    if not compiles(source):  # a `return` that landed in a class
        with pytest.raises(SyntaxError):
            mutants(source)
        return
    assert_is_sound(source, mutants(source))
