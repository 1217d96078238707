"""Difficulty: the level rises with what a program asks of its reader, as people label it."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pandas as pd
import pytest

from pygrounds_dagster.questions.admission.probing import Probe, answers
from pygrounds_dagster.questions.admission.stepping import Stepped
from pygrounds_dagster.questions.difficulty import LEVELS, WEIGHTS, concepts, estimate, level
from pygrounds_dagster.questions.model import DIFFICULTIES

LABELLED = Path(__file__).parent / "labelled"


def labelled() -> pd.DataFrame:
    """Programs of ``labelled/<level>.txt`` with their label (0 to 3), score and estimated level (0 to 3).

    A program begins with a line ``### call``; its steps are those of that call.
    """
    rows = []
    for label, name in enumerate(DIFFICULTIES):
        text = (LABELLED / f"{name}.txt").read_text(encoding="utf-8")
        for part in re.split(r"^### ", text, flags=re.MULTILINE)[1:]:
            call, _, source = part.partition("\n")
            function, _, arguments = call.rstrip().removesuffix(")").partition("(")
            rows.append((label, function, source, arguments))
    probes = [Probe(Stepped(source, 100_000).source, f, [a], stepped=True) for _l, f, source, a in rows]
    found = []
    for (label, function, source, _a), (answer,) in zip(rows, answers(probes), strict=True):
        assert answer.status == "value", (function, answer.text)
        rated = estimate(source, answer.steps)
        found.append((label, function, rated.features["score"], DIFFICULTIES.index(rated.difficulty)))
    return pd.DataFrame(found, columns=["label", "function", "score", "level"])


def test_levels_follow_the_labels_of_people() -> None:
    found = labelled()
    assert len(found) >= 40
    assert found.groupby("label").size().min() >= 10
    rank_correlation = found["label"].rank().corr(found["score"].rank())  # Spearman's
    assert rank_correlation >= 0.9
    assert found.groupby("label")["score"].median().is_monotonic_increasing
    distance = (found["label"] - found["level"]).abs()
    assert distance.max() <= 1, found[distance > 1]
    assert (distance == 0).mean() >= 0.8


PLAIN = "def f(items):\n    return items\n"
LOOP = "def f(items):\n    found = []\n    for item in items:\n        found.append(item)\n    return found\n"


@pytest.mark.parametrize(
    ("easier", "harder"),
    [
        (PLAIN, LOOP),
        (LOOP, LOOP.replace("        found", "        if item:\n            found")),
        (
            LOOP,
            LOOP.replace(
                "        found.append(item)", "        for part in item:\n            found.append(part)"
            ),
        ),
        (LOOP, LOOP.replace("found.append(item)", "found += f(item)")),
        (PLAIN, PLAIN.replace("return items", "return [item for item in items]")),
        (PLAIN, "import functools\n\n\n@functools.cache\n" + PLAIN),
        (PLAIN, PLAIN.replace("return", "yield from")),
    ],
)
def test_each_further_idea_makes_a_program_harder(easier: str, harder: str) -> None:
    assert estimate(easier, 5).features["score"] < estimate(harder, 5).features["score"]


def test_more_executed_steps_make_a_program_harder() -> None:
    assert estimate(LOOP, 100).features["score"] > estimate(LOOP, 10).features["score"]


def test_names_comments_and_layout_make_no_difference() -> None:
    renamed = (
        LOOP.replace("found", "x").replace("items", "y").replace("    return", "\n    # the end\n    return")
    )
    assert estimate(renamed, 9) == estimate(LOOP, 9)


def test_an_elif_is_no_deeper_than_its_if() -> None:
    chain = "if a:\n    b = 1\nelif c:\n    b = 2\nelif d:\n    b = 3\n"
    nested = (
        "if a:\n    b = 1\nelse:\n    b = 0\n    if c:\n        b = 2\n        if d:\n            b = 3\n"
    )
    assert estimate(chain).features["nesting"] == 1
    assert estimate(nested).features["nesting"] == 3


def test_the_score_is_the_weighted_sum_that_is_documented() -> None:
    found = estimate(LOOP, 30).features
    assert found["score"] == pytest.approx(sum(WEIGHTS[name] * found[name] for name in WEIGHTS), abs=0.01)
    assert [level(limit - 0.01) for limit, _name in LEVELS[:-1]] == list(DIFFICULTIES[:-1])
    assert level(1e9) == "master"


def test_concepts_are_found_where_they_are_used() -> None:
    source = "def f(*, a=0):\n    def g(x):\n        nonlocal a\n        return x[1:]\n    return g\n"
    assert concepts(ast.parse(source)) == {"default argument", "closure", "nonlocal", "slice"}


def test_code_that_does_not_parse_is_refused() -> None:
    with pytest.raises(SyntaxError):
        estimate("def f(:\n")
