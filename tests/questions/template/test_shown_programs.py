"""Generators of questions about shown programs: deterministic, varied, sensible, and worth admitting."""

from __future__ import annotations

import ast
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.bodies import ClozeBody, OutputPredictionBody, ParsonsBody, TraceBody
from pygrounds_dagster.questions.identity import LEAST_JACCARD, filled, jaccard, shingles
from pygrounds_dagster.questions.model import Admitted, Candidate, GameType
from pygrounds_dagster.questions.source import CodeChunk, SubtopicSource
from pygrounds_dagster.questions.template import TEMPLATES
from pygrounds_dagster.questions.template.drivers import inlined, used_functions, with_new_uses
from pygrounds_dagster.questions.template.slices import slices
from pygrounds_dagster.questions.template.telling import told
from pygrounds_dagster.questions.template.variants import bare, variant
from pygrounds_dagster.questions.tracing import trace
from tests.questions.shown_samples import program

KEY = "beginner.control_flow.for_loops"
SALES = program("""
    total = 0
    for sale in [12, 5, 20]:
        total += sale
        print("So far:", total)
    print("Day total:", total)
""")
PASSED = program("""
    def passed(marks):
        \"\"\"Marks of at least 50.\"\"\"
        names = []
        for name, mark in marks.items():
            if mark >= 50:  # 50 is enough
                names.append(name)
        return names

    print(passed({"Ama": 61, "Kofi": 48, "Esi": 50}))
    print(passed({"Yaw": 12}))
""")
VOWELS = program("""
    vowels = 0
    for letter in "banana":
        if letter in "aeiou":
            vowels += 1
    print(vowels)
""")
DOUBLED = program("""
    def doubled(number):
        return number * 2

    print(doubled(4))
    print(doubled(11))
""")
BROKEN = "for x in [1, 2]\n    print(x)\n"
RAISES = "print([1][3])\n"

NEW: tuple[GameType, ...] = ("output_prediction", "trace", "parsons", "cloze")


def source(*codes: str) -> SubtopicSource:
    chunks = tuple(CodeChunk(f"c{n}", KEY, "Loops", code, "") for n, code in enumerate(codes))
    return SubtopicSource(KEY, "for loops", "beginner", (), (), chunks, (), (), (), (), ())


@pytest.fixture(scope="module")
def candidates() -> dict[GameType, list[Candidate]]:
    """The first 24 candidates of each game."""
    offered = source(SALES, PASSED, VOWELS, DOUBLED, BROKEN, RAISES)
    return {game: list(islice(TEMPLATES[game](offered, 1), 24)) for game in NEW}


def code_of(candidate: Candidate) -> str:
    match candidate.body:
        case OutputPredictionBody() | TraceBody():
            return candidate.body.code
        case ParsonsBody():
            return "\n".join(candidate.body.lines) + "\n"
        case ClozeBody():
            return filled(candidate.body)
    raise AssertionError(candidate.game_type)


@pytest.mark.parametrize("game", NEW)
def test_candidates_are_the_same_for_the_same_seed(
    game: GameType, candidates: dict[GameType, list[Candidate]]
) -> None:
    offered = source(SALES, PASSED, VOWELS, DOUBLED, BROKEN, RAISES)
    assert list(islice(TEMPLATES[game](offered, 1), 8)) == candidates[game][:8]
    assert list(islice(TEMPLATES[game](offered, 2), 8)) != candidates[game][:8]


@pytest.mark.parametrize("game", NEW)
def test_most_candidates_are_admitted(game: GameType, candidates: dict[GameType, list[Candidate]]) -> None:
    reasons = Counter(
        "admitted" if isinstance(told, Admitted) else told.reason for told in map(admit, candidates[game])
    )
    assert len(candidates[game]) == 24
    assert reasons["admitted"] >= 9, reasons
    assert not {"wrong_output", "wrong_steps", "crashes", "bad_lines", "bad_gaps"} & set(reasons)


@pytest.mark.parametrize("game", NEW)
def test_no_two_candidates_are_near_duplicates(
    game: GameType, candidates: dict[GameType, list[Candidate]]
) -> None:
    found = [shingles(OutputPredictionBody(question_text="?", code=code_of(c), expected_output="?",
                                           explanation="?")) for c in candidates[game]]  # fmt: skip
    assert max(jaccard(a, b) for i, a in enumerate(found) for b in found[:i]) < LEAST_JACCARD


@pytest.mark.parametrize("game", NEW)
def test_candidates_name_their_chunk_and_tell_nothing_beside_the_code(
    game: GameType, candidates: dict[GameType, list[Candidate]]
) -> None:
    own = [candidate for candidate in candidates[game] if candidate.chunk_ids]
    assert {chunk for candidate in own for chunk in candidate.chunk_ids} >= {"c0", "c1"}
    assert all(candidate.subtopics[0] == KEY for candidate in candidates[game])
    assert not any("#" in code_of(candidate) or '"""' in code_of(candidate) for candidate in own)


def test_output_that_the_text_shows_is_not_asked_for(candidates: dict[GameType, list[Candidate]]) -> None:
    assert SALES not in [code_of(candidate) for candidate in candidates["output_prediction"]]


# --- other data -------------------------------------------------------------------------------------------


def test_a_variant_changes_data_and_nothing_else() -> None:
    code = program("""
        prices = {"yam": 12, "rice": 30}
        for item in ["yam", "rice"]:
            print(item, round(prices[item] / 3, 2), prices[item] % 7, item[:3])
    """)
    new = variant(code, "seed")
    assert new != code
    assert trace(new).ended == "ok"  # keys still match
    assert "round(prices[item] / " in new
    assert "% 7, item[:3])" in new
    assert ", 2)" in new


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000))
def test_variants_keep_names_shape_and_size(seed: int) -> None:
    new = variant(PASSED, seed)
    names = [node.id for node in ast.walk(parse(new)) if isinstance(node, ast.Name)]
    assert names == [node.id for node in ast.walk(parse(PASSED)) if isinstance(node, ast.Name)]
    numbers = [node.value for node in ast.walk(parse(new)) if isinstance(node, ast.Constant)]
    marks = [value for value in numbers if isinstance(value, int)]
    assert all(11 <= mark <= 99 for mark in marks)
    assert len(set(marks)) == len({61, 48, 50, 12})


def test_a_variant_of_a_program_without_data_is_the_program() -> None:
    assert variant("x = input()\nprint(x)\n", 1) == "x = input()\nprint(x)\n"


def test_comments_and_docstrings_are_left_out_and_the_rest_is_kept() -> None:
    code = bare(PASSED)
    assert "50 is enough" not in code
    assert "Marks of" not in code
    assert trace(code).stdout == trace(PASSED).stdout
    assert bare('x = "# no comment"\n') == 'x = "# no comment"\n'


# --- parts and new uses -----------------------------------------------------------------------------------


def test_slices_hold_what_some_prints_need_and_run() -> None:
    code = program("""
        stock = []
        stock.append("yam")
        limit = 3
        print(stock)
        print(limit > 2)
        print(len(stock) + limit)
    """)
    found = slices(code, parse(code))
    assert 'stock = []\nstock.append("yam")\nprint(stock)\n' in found
    assert "limit = 3\nprint(limit > 2)\n" in found
    assert all(trace(part).ended == "ok" for part in found)


def test_functions_are_used_in_other_ways_with_inputs_like_those_seen() -> None:
    used = used_functions(DOUBLED, parse(DOUBLED), trace(DOUBLED))
    assert [(u.name, u.parameters, u.result) for u in used] == [("doubled", ("number",), "int")]
    programs = list(with_new_uses(used[0], "seed"))
    assert len(programs) >= 5
    for text in programs:
        seen = trace(text)
        assert seen.ended == "ok"
        assert seen.stdout not in ("8\n22\n", "8\n", "22\n")


def test_functions_that_failed_or_gave_no_data_are_not_used() -> None:
    code = program("""
        def show(x):
            print(x)

        def half(x):
            return 1 / x

        show(3)
        try:
            half(0)
        except ZeroDivisionError:
            print("no")
    """)
    assert used_functions(code, parse(code), trace(code)) == []


def test_a_function_becomes_a_script_that_prints_what_it_returned() -> None:
    code = bare(PASSED).split("print(")[0]
    script = inlined(code, ({"Ama": 61, "Kofi": 48},))
    assert "def " not in script
    assert trace(script).stdout == "['Ama']\n"
    assert inlined("def f(n):\n    if n:\n        return 1\n    return 2\n", (1,)) == ""
    assert inlined("def f(n):\n    return f(n - 1)\n", (1,)) == ""


def test_traces_are_asked_where_values_change_and_lines_run_as_they_are_read() -> None:
    endless = program("""
        n = 3
        while True:
            n -= 1
            if n == 0:
                break
        print(n + 10)
    """)
    steady = "price = 4\nname = 'yam'\nprint(name * 2)\nprint(price + 1)\n"
    own = [c for c in islice(TEMPLATES["trace"](source(endless, steady), 1), 12) if c.chunk_ids]
    assert own == []


# --- explanations -----------------------------------------------------------------------------------------


def test_an_explanation_says_what_the_run_bears_out() -> None:
    code = program("""
        def big(n):
            return n > 10

        for row in [1, 2]:
            for n in [5, 20]:
                if big(n):
                    print(row, n)
    """)
    text = told(code, trace(code))
    assert "`big(5)` gives `False`." in text
    assert "The loop in line 4 runs twice: `row` is `1` and `2`." in text
    assert "The loop in line 5 runs 4 times: `n` is `5`, `20`, `5` and `20`." in text


def test_straight_lines_are_explained_by_what_each_prints() -> None:
    code = "x = 4\nprint(x * 2)\nprint(x > 5)\n"
    assert told(code, trace(code)).startswith("Line 2 prints `8`. Line 3 prints `False`.")


def test_calls_of_decorated_functions_are_not_told_by_what_stands_behind_the_decorator() -> None:
    code = program("""
        def doubled(function):
            def wrapper(*args):
                return 2 * function(*args)
            return wrapper

        @doubled
        def bonus(amount):
            return amount + 10

        print(bonus(6))
    """)
    assert told(code, trace(code)) == "Line 10 prints `32`."
