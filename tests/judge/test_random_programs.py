"""Whatever is thrown at the runner, it answers, within the wall limit of the run."""

from __future__ import annotations

import ast
import time
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from pygrounds_dagster.judge import Call, Judge, Limits, run
from pygrounds_dagster.judge.limits import Status

LIMITS = Limits(cpu=1, wall=0.3, memory=128 << 20, streams=1 << 16)
PATIENCE = 20.0  # seconds until a run counts as hung, on a machine with much else to do
STATUSES = set(get_args(Status))


@pytest.fixture(scope="module")
def judging() -> Iterator[Judge]:
    judge = Judge(parallel=1)
    run("", using=judge)
    run("", mode="files", using=judge)
    yield judge
    judge.close()


def assert_answers(judging: Judge, program: str | bytes, mode: Any, calls: list[Call] | None) -> None:
    started = time.monotonic()
    result = run(program, calls=calls, limits=LIMITS, mode=mode, using=judging)
    assert time.monotonic() - started < PATIENCE
    assert result.status in STATUSES - {"sandbox_lost", "refused"}, result.message
    assert run("print(1)", mode=mode, using=judging).stdout == "1\n"


modes = st.sampled_from(["strict", "files"])
call_lists = st.sampled_from([None, [Call("f", [1])], [Call.evaluate("x"), Call("f")]])
common = settings(max_examples=60, suppress_health_check=list(HealthCheck))


@common
@given(st.binary(max_size=2000), modes, call_lists)
@example(b"\0", "strict", None)
@example(b"\xef\xbb\xbf\xff", "strict", None)
@example(b"# coding: utf-7\n+AGE-", "strict", None)
@example(b"# coding: no-such-thing\n", "files", None)
@example(b"(" * 100_000, "strict", None)
def test_random_bytes(judging: Judge, program: bytes, mode: Any, calls: Any) -> None:
    assert_answers(judging, program, mode, calls)


@common
@given(st.text(max_size=500), modes, call_lists)
@example("\ud800", "strict", None)
def test_random_text(judging: Judge, program: str, mode: Any, calls: Any) -> None:
    assert_answers(judging, program, mode, calls)


def _words(text: str) -> list[str]:
    return text.split()


NAMES = st.sampled_from(
    _words("""
    x y f g print open input exec eval len str int list dict iter map range type object super vars globals
    getattr setattr exit quit breakpoint compile __import__ isinstance repr hash sum bytearray memoryview
    """)
)
MODULES = st.sampled_from(
    _words("""
    os sys gc ctypes socket signal threading mmap resource subprocess inspect json
    """)
)
OPERATORS = st.sampled_from(
    [ast.Add(), ast.Sub(), ast.Mult(), ast.Pow(), ast.LShift(), ast.Mod(), ast.FloorDiv()]
)
COMPARISONS = st.sampled_from([ast.Eq(), ast.Lt(), ast.In(), ast.Is(), ast.NotEq()])
CONSTANTS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.binary(max_size=20),
    st.just(10**9),
)
leaves = st.one_of(
    CONSTANTS.map(ast.Constant),
    NAMES.map(lambda name: ast.Name(name, ast.Load())),
)


def _larger(inner: st.SearchStrategy[ast.expr]) -> st.SearchStrategy[ast.expr]:
    load = ast.Load()
    lists = st.lists(inner, max_size=3)
    return st.one_of(
        st.builds(ast.BinOp, inner, OPERATORS, inner),
        st.builds(lambda a, o, b: ast.Compare(a, [o], [b]), inner, COMPARISONS, inner),
        st.builds(lambda function, arguments: ast.Call(function, arguments, []), inner, lists),
        st.builds(lambda value, name: ast.Attribute(value, name, load), inner, NAMES),
        st.builds(lambda value, index: ast.Subscript(value, index, load), inner, inner),
        st.builds(lambda parts: ast.List(parts, load), lists),
        st.builds(lambda parts: ast.Tuple(parts, load), lists),
        st.builds(lambda parts: ast.Dict(parts, parts), lists),
        st.builds(ast.IfExp, inner, inner, inner),
        st.builds(lambda body: ast.Lambda(_arguments(), body), inner),
        st.builds(ast.Yield, inner),
        st.builds(
            lambda part, source: ast.ListComp(
                part, [ast.comprehension(ast.Name("x", ast.Store()), source, [], 0)]
            ),
            inner,
            inner,
        ),
    )


def _arguments() -> ast.arguments:
    return ast.arguments([], [ast.arg("x")], None, [], [], None, [ast.Constant(1)])


expressions = st.recursive(leaves, _larger, max_leaves=12)


def _statements(inner: st.SearchStrategy[ast.stmt]) -> st.SearchStrategy[ast.stmt]:
    blocks = st.lists(inner, min_size=1, max_size=3)
    handler = ast.ExceptHandler(ast.Name("BaseException", ast.Load()), None, [ast.Pass()])
    return st.one_of(
        st.builds(lambda test, body: ast.While(test, body, []), expressions, blocks),
        st.builds(lambda test, body: ast.If(test, body, []), expressions, blocks),
        st.builds(
            lambda source, body: ast.For(ast.Name("x", ast.Store()), source, body, []), expressions, blocks
        ),
        st.builds(lambda body: ast.Try(body, [handler], [], []), blocks),
        st.builds(lambda name, body: ast.FunctionDef(name, _arguments(), body, []), NAMES, blocks),
        st.builds(lambda name, body: ast.ClassDef(name, [], [], body, []), NAMES, blocks),
    )


simple = st.one_of(
    expressions.map(ast.Expr),
    st.builds(lambda name, value: ast.Assign([ast.Name(name, ast.Store())], value), NAMES, expressions),
    st.builds(lambda name: ast.Import([ast.alias(name)]), MODULES),
    st.builds(lambda name: ast.ImportFrom(name, [ast.alias("*")], 0), MODULES),
    expressions.map(ast.Return),
    expressions.map(lambda value: ast.Raise(value, None)),
    NAMES.map(lambda name: ast.Delete([ast.Name(name, ast.Del())])),
)
programs = st.lists(st.recursive(simple, _statements, max_leaves=8), max_size=8)


@common
@given(programs, modes, call_lists)
def test_random_syntax_trees(judging: Judge, body: list[ast.stmt], mode: Any, calls: Any) -> None:
    module = ast.fix_missing_locations(ast.Module(body, []))
    for node in ast.walk(module):  # nodes of Python 3.12 and later need this field
        if "type_params" in node._fields and not hasattr(node, "type_params"):
            node.type_params = []  # type: ignore[attr-defined]
    try:
        program = ast.unparse(module)
    except (ValueError, RecursionError):  # some trees stand for no text, such as a return of nothing known
        return
    assert_answers(judging, program, mode, calls)
