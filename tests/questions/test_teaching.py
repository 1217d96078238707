"""What readers have met: constructs that only later texts show are ahead of them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.questions.source import CodeChunk, SubtopicSource
from pygrounds_dagster.questions.teaching import ahead, constructs
from pygrounds_dagster.questions.template.material import materials
from pygrounds_dagster.questions.template.programs import programs_for

SUMS, LOOPS = "total = 2\ntotal += 3\nprint(total)\n", "for n in [1, 2]:\n    print(n)\n"
KEY = "zone.topic.sums"


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("print(2 * 3)\n", set()),
        ("x = 7\nx //= 2\n", {"AugAssign", "FloorDiv"}),
        ("import os.path\nfrom math import ceil\n", {"import os", "import math"}),
        ("@make\ndef f():\n    return [n for n in ()]\n", {"decorator", "ListComp", "Tuple"}),
        ("if x print(x)\n", set()),
    ],
)
def test_constructs_are_what_texts_teach(code: str, found: set[str]) -> None:
    assert constructs(code) == found


def test_ahead_is_what_later_texts_show_and_earlier_ones_do_not() -> None:
    found = ahead(["sums", "loops", "more"], {"sums": [SUMS], "loops": [LOOPS], "more": [SUMS]})
    assert found == {"sums": {"For", "List"}, "loops": frozenset(), "more": frozenset()}


def source(not_yet: frozenset[str]) -> SubtopicSource:
    chunks = tuple(CodeChunk(name, KEY, "Sums", code, "") for name, code in (("a", SUMS), ("b", LOOPS)))
    return SubtopicSource(KEY, "Sums", "beginner", (), (), chunks, (), (), (), (), (), ahead=not_yet)


def test_no_program_needs_what_is_ahead() -> None:
    free = [one.code for one in materials(source(frozenset()), 1, "trace")]
    held = [one.code for one in materials(source(frozenset({"For"})), 1, "trace")]
    assert any("for " in code for code in free)
    assert held
    assert not any("for " in code for code in held)


def test_nothing_is_run_for_difficulties_that_nobody_wants() -> None:
    wanted: dict[Difficulty, int] = {"beginner": 1}
    found = materials(replace(source(frozenset()), wanted=wanted), 1, "trace")
    assert next(found).difficulty == "beginner"
    wanted.clear()
    assert next(found, None) is None


def test_composed_programs_keep_to_what_is_taught() -> None:
    key = "beginner.basics.numbers"
    conditionals = "beginner.control_flow.conditionals"
    assert any("if " in program.code for _level, program in programs_for(key))
    held = programs_for(key, frozenset({conditionals}), frozenset({"If", "For"}))
    assert held
    assert not any(constructs(program.code) & {"If", "For"} for _level, program in held)
    assert not any(conditionals in program.topics for _level, program in held)
