"""Families of programs: what is told and what is written come from the same parts."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice

import pytest

from pygrounds_dagster.questions.renaming import normal_form
from pygrounds_dagster.questions.template.programs import Program, draw, programs_for
from pygrounds_dagster.questions.template.programs.choices import CONDITIONS, MEASURES
from pygrounds_dagster.questions.template.programs.formula_ways import WAYS
from pygrounds_dagster.questions.template.programs.formulas import formulas
from pygrounds_dagster.questions.template.programs.pipelines import STYLES, owner, owners, pipelines
from pygrounds_dagster.questions.template.programs.plans import (
    ALL_RESULTS,
    Parts,
    Plan,
    fits,
    has_limit,
    plan,
)
from pygrounds_dagster.questions.template.programs.running import run_all
from pygrounds_dagster.questions.template.programs.shapes import SHAPES
from pygrounds_dagster.questions.template.programs.styles_plain import Style, loop
from pygrounds_dagster.questions.template.programs.texts import WORLDS, texts

LOOPS, CLOSURES = "beginner.control_flow.for_loops", "advanced.functions_in_depth.closures"
PER_STYLE = 3


def drawn_parts(seed: str) -> Iterator[Parts]:
    """Parts that fit, in an order that depends on the seed."""
    tables = (SHAPES, CONDITIONS, MEASURES, ALL_RESULTS)
    for number in range(20_000):
        keys = [tuple(table)[draw(seed, number, at) % len(table)] for at, table in enumerate(tables)]
        parts = (keys[0], keys[1], keys[2], keys[3])
        if fits(parts):
            yield parts


def plans_for(style: Style) -> list[Plan]:
    """Some plans that a style can write."""
    parts = (p for p in drawn_parts(style.key) if not style.open_limit or has_limit(p))
    made = (plan(p, style.key, open_limit=style.open_limit) for p in parts)
    return list(islice((p for p in made if style.can(p)), PER_STYLE))


def as_program(made: Plan, code: str, spread: bool = False) -> Program:
    """A program with the calls of a plan."""
    calls = tuple(tuple(call[0]) if spread else call for call in made.calls)
    return Program("", made.name, code, "", "", calls, ())


@pytest.mark.parametrize("style", STYLES.values(), ids=STYLES)
def test_a_style_gives_what_the_plain_loop_gives(style: Style) -> None:
    found = plans_for(style)
    assert len(found) == PER_STYLE
    styled = [as_program(made, style.write(made), style.spread) for made in found]
    looped = [as_program(made, loop(made)) for made in found]
    jobs = [(program, program.code) for program in (*styled, *looped)]
    outcomes = run_all(jobs)
    for made, code, ours, plain in zip(
        found, styled, outcomes[:PER_STYLE], outcomes[PER_STYLE:], strict=True
    ):
        assert None not in ours.values, (made.parts, code.code)
        if not style.extra(made):  # a way that changes what is asked for says so in a sentence
            same = [ast.literal_eval(text or "") for text in plain.values]
            assert [ast.literal_eval(text or "") for text in ours.values] == same, (made.parts, code.code)


def test_every_way_to_write_a_formula_runs_for_every_call() -> None:
    subtopics = {topic for way in WAYS for topic in way.topics}
    found = [program for key in sorted(subtopics) for program in islice(formulas(key), 3)]
    for program, outcome in zip(found, run_all([(p, p.code) for p in found]), strict=True):
        assert None not in outcome.values, (program.code, program.calls, outcome)


@pytest.mark.parametrize("key", WORLDS)
def test_every_part_of_a_world_runs_for_every_text(key: str) -> None:
    world = WORLDS[key]
    found = [p for topic in sorted(set(world.topics)) for p in texts(topic) if p.name == world.name][:30]
    assert found
    for program, outcome in zip(found, run_all([(p, p.code) for p in found]), strict=True):
        long = [call for call, value in zip(program.calls, outcome.values, strict=True) if value is None]
        assert not long or '"*" *' in program.code, (program.code, long)


def test_the_sample_of_a_plan_has_numbers_on_both_sides_of_its_limit() -> None:
    made = plan(("numbers", "above", "", "count"), "sample")
    limit = int(made.names["k"])
    (sample,) = made.calls[0]
    assert limit in sample
    assert any(number > limit for number in sample)
    assert len(made.calls) >= 6
    assert ([],) in made.calls


def test_parts_that_make_no_sense_together_do_not_fit() -> None:
    assert not fits(("numbers", "letter", "", "count"))  # numbers have no names
    assert not fits(("pairs", "", "", "group_count"))  # pairs have no groups
    assert not fits(("numbers", "", "", "streak"))  # a row of all is no row
    assert not fits(("pairs", "above", "double", "ranking"))  # doubling keeps the order
    assert not fits(("numbers", "", "over", "largest"))  # 0 is said for none, so none may be below 0
    assert fits(("triples", "group", "half", "group_total"))


def test_programs_are_the_same_every_time() -> None:
    once = [program.code for program in pipelines(CLOSURES)]
    again = [program.code for program in pipelines(CLOSURES)]
    assert once == again
    assert len(once) > 40


def test_no_two_subtopics_ask_for_the_same_program() -> None:
    keys = (LOOPS, CLOSURES, "beginner.control_flow.while_loops", "beginner.collections.lists",
            "beginner.basics.numbers", "intermediate.functions.scope")  # fmt: skip
    found = Counter(
        normal_form(program.code, program.name) for key in keys for _level, program in programs_for(key)
    )
    assert len(found) > 600
    assert found.total() - len(found) <= 0.01 * found.total()


def test_one_of_those_who_teach_it_owns_a_program() -> None:
    for style in STYLES.values():
        for parts in islice(drawn_parts(f"owners of {style.key}"), 20):
            found = owners(style, parts)
            assert owner(style, parts) in found or not found


def test_the_levels_take_turns() -> None:
    levels = [level for level, _program in programs_for("beginner.basics.input")[:8]]
    assert len(set(levels)) >= 3


def test_tasks_name_every_number_that_the_program_compares_with() -> None:
    for _level, program in programs_for(LOOPS)[:60]:
        for limit in re.findall(r"(?:>|>=|<|<=) (\d+)\b", program.code):
            assert limit in program.task or limit in ("0", "1", "2"), (program.task, program.code)


def test_tasks_have_no_gaps_and_no_code() -> None:
    for key in (LOOPS, CLOSURES, "advanced.databases.sqlite_basics", "master.object_model.metaclasses"):
        for _level, program in programs_for(key)[:60]:
            for text in (program.task, program.steps):
                assert not re.search(r"\{\w+\}|  |\.\.", text), text
                assert text.endswith((".", "!")), text
            lines = [line.strip() for line in program.code.splitlines() if len(line.strip()) > 14]
            assert not [line for line in lines if line in program.task]


def test_a_subtopic_that_no_family_teaches_has_no_programs() -> None:
    assert programs_for("beginner.basics.nothing") == ()
