"""Pipelines: a plan written down in a style, and which subtopic it belongs to.

Here: drawing parts and a style for a subtopic. Not here: plans, styles.

A pair of style and parts belongs to exactly one subtopic, chosen by hash among those that teach what it uses:
so subtopics that know nothing of each other never ask for the same function.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from pygrounds_dagster.questions.template.programs.choices import CONDITIONS, MEASURES
from pygrounds_dagster.questions.template.programs.model import Program, draw, pick
from pygrounds_dagster.questions.template.programs.plans import (
    ALL_RESULTS,
    Parts,
    Plan,
    fits,
    has_limit,
    plan,
)
from pygrounds_dagster.questions.template.programs.results import RESULTS
from pygrounds_dagster.questions.template.programs.shapes import SHAPES
from pygrounds_dagster.questions.template.programs.styles_lazy import LAZY
from pygrounds_dagster.questions.template.programs.styles_models import MODELS
from pygrounds_dagster.questions.template.programs.styles_objects import OBJECTS
from pygrounds_dagster.questions.template.programs.styles_parallel import PARALLEL
from pygrounds_dagster.questions.template.programs.styles_plain import PLAIN, Style
from pygrounds_dagster.questions.template.programs.styles_structures import STRUCTURES

STYLES: Mapping[str, Style] = {
    style.key: style for style in (*PLAIN, *LAZY, *PARALLEL, *OBJECTS, *MODELS, *STRUCTURES)
}

_SOURCES = (
    "lines", "typed", "mixed", "options", "file", "json", "csv", "found", "graph", "degrees", "weighted",
    "dated",
)  # fmt: skip
"""Forms that are taught in subtopics of their own; what is done with them is told there."""

_SOURCE_STYLES = (
    "loop",
    "guarded",
    "comprehension",
    "inner",
    "generator",
    "tally_class",
    "closure",
    "functional",
)
_EASY_SOURCES = ("lines", "typed")
_PLAIN_STYLES = ("loop", "guarded")
_DRAWS = 6_000


def owners(style: Style, parts: Parts) -> tuple[str, ...]:
    """Subtopics that teach what a pair of style and parts uses; one of them owns it."""
    shape, result = SHAPES[parts[0]], ALL_RESULTS[parts[3]]
    if shape.key in _SOURCES:
        styles = _PLAIN_STYLES if shape.key in _EASY_SOURCES else _SOURCE_STYLES
        return shape.topics if style.key in styles else ()
    if style.key in _PLAIN_STYLES:
        found = [*style.topics, *shape.topics, *result.topics]
        if "and" in CONDITIONS[parts[1]].key or "or" in CONDITIONS[parts[1]].code.split():
            found.append("beginner.basics.operators")
        if parts[2]:
            found += ["beginner.basics.numbers", "beginner.basics.operators"]
        return tuple(dict.fromkeys(found))
    return style.topics


def owner(style: Style, parts: Parts) -> str:
    """The subtopic that a pair of style and parts belongs to; empty if there is none."""
    found = owners(style, parts)
    return pick(found, "owner", style.key, parts) if found else ""


def pipelines(subtopic: str) -> Iterator[Program]:
    """Programs that practise a subtopic, in an order of their own; each form and fold a few times at most."""
    styles = _styles_of(subtopic)
    seen: set[tuple[str, Parts]] = set()
    used: dict[tuple[str, str, str], int] = {}
    for number in range(_DRAWS if styles else 0):
        style = pick(styles, "style", subtopic, number)
        parts = _parts(subtopic, number)
        family = (style.key, parts[0], parts[3])
        if (style.key, parts) in seen or used.get(family, 0) >= 2 or not fits(parts):
            continue
        seen.add((style.key, parts))
        if (style.open_limit and not has_limit(parts)) or owner(style, parts) != subtopic:
            continue
        made = plan(parts, style.key, open_limit=style.open_limit)
        if style.can(made):
            used[family] = used.get(family, 0) + 1
            yield _program(style, made, subtopic)


@cache
def _styles_of(subtopic: str) -> tuple[Style, ...]:
    chief = [style for style in STYLES.values() if subtopic in style.topics]
    shapes = [shape for shape in SHAPES.values() if subtopic in shape.topics]
    results = [result for result in RESULTS.values() if subtopic in result.topics]
    basics = subtopic in ("beginner.basics.operators", "beginner.basics.numbers")
    found = {style.key: style for style in chief}
    if shapes or results or basics:
        found |= {key: STYLES[key] for key in _PLAIN_STYLES}
    if any(shape.key in _SOURCES for shape in shapes):
        found |= {key: STYLES[key] for key in _SOURCE_STYLES}
    return tuple(found.values())


def _parts(subtopic: str, number: int) -> Parts:
    """Parts by hash; every fourth draw is simple, every fourth has a closing stage."""
    seed = ("parts", subtopic, number)
    kind = number % 4
    condition = "" if kind == 0 and draw("plain", *seed) % 3 else pick(tuple(CONDITIONS), "condition", *seed)
    measure = "" if kind == 0 or draw("bare", *seed) % 3 == 0 else pick(tuple(MEASURES), "measure", *seed)
    closing = [key for key in ALL_RESULTS if key not in RESULTS]
    results = closing if kind == 3 else list(RESULTS)
    own = [key for key in results if subtopic in ALL_RESULTS[key].topics]
    if own and draw("own", *seed) % 2:
        results = own
    return pick(_shapes_for(subtopic), "shape", *seed), condition, measure, pick(results, "result", *seed)


@cache
def _shapes_for(subtopic: str) -> tuple[str, ...]:
    own = tuple(shape.key for shape in SHAPES.values() if subtopic in shape.topics)
    common = tuple(key for key in SHAPES if key not in _SOURCES)
    if own and all(key in _SOURCES for key in own):
        return own
    return own * 3 + common


def _program(style: Style, made: Plan, subtopic: str) -> Program:
    extra = style.extra(made)
    told = [made.opening, extra, made.task] if style.key == "sliced" else [made.opening, made.task, extra]
    calls = tuple(tuple(call[0]) if style.spread else call for call in made.calls)
    if style.spread:
        told[0] = told[0].replace(f"`{made.parameter}` is a list of", "The function takes any number of")
    topics = dict.fromkeys([subtopic, *style.topics, *made.shape.topics, *made.result.topics])
    return Program(
        f"{style.key} {made.shape.key} {made.result.key}",
        made.name,
        style.write(made),
        " ".join(filter(None, [*told, style.hint])),
        " ".join([style.told, *made.parts_told]),
        calls,
        tuple(topics),
    )
