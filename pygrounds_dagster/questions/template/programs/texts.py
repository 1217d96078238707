"""Formulas with texts, dates and lists: cut, change and join, in a few lines.

Here: programs of the worlds, and which subtopic each belongs to. Not here: the worlds (``text_worlds``,
``value_worlds``, ``loop_worlds``), formulas with numbers (``formulas``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from pygrounds_dagster.questions.template.programs.formulas import Part
from pygrounds_dagster.questions.template.programs.loop_worlds import LOOP_WORLDS
from pygrounds_dagster.questions.template.programs.model import Program, draw, pick
from pygrounds_dagster.questions.template.programs.text_worlds import TEXT_WORLDS, World
from pygrounds_dagster.questions.template.programs.value_worlds import VALUE_WORLDS

WORLDS = {**TEXT_WORLDS, **VALUE_WORLDS, **LOOP_WORLDS}
"""All worlds by their key."""


def texts(subtopic: str) -> Iterator[Program]:
    """Formulas with texts that belong to a subtopic."""
    for key, world in WORLDS.items():
        places = [
            (key, a, b, c)
            for a in range(len(world.take))
            for b in range(len(world.change))
            for c in range(len(world.answer))
        ]
        for parts in sorted(places, key=lambda place: draw("texts", place)):
            chosen = (world.take[parts[1]], world.change[parts[2]], world.answer[parts[3]])
            found = [*world.topics, *(topic for part in chosen for topic in part.topics)]
            if _says_little(chosen):
                continue
            if pick(found, "owner", parts) == subtopic and draw("few", parts) % 3 == 0:
                yield _program(world, parts, chosen, tuple(dict.fromkeys([subtopic, *found])))


_LITTLE = re.compile(r'return (len\(|sum\(|max\(|min\(|.* == |.* in \w+$|".*" in |.*\.get\(|"\w+" if)|if len')
_ORDERING = re.compile(r"sort|\[::-1\]|reverse")


def _says_little(chosen: tuple[Part, Part, Part]) -> bool:
    """Whether the answer is one of few, or does not depend on the order that the lines before have made."""
    take, change, answer = ("\n".join(part.lines) for part in chosen)
    if _LITTLE.match(answer):
        return bool(change) or bool(_ORDERING.search(take))
    return "sorted(" in answer and bool(_ORDERING.search(take + change))


def _program(
    world: World, parts: tuple[str, int, int, int], chosen: tuple[Part, Part, Part], topics: tuple[str, ...]
) -> Program:
    gaps = {"t": chosen[0].lines[-1].partition(" = ")[0]}
    lines = [line.format_map(gaps) for part in chosen for line in part.lines]
    head = "".join(f"{line}\n" for line in world.imports) + "\n\n" * bool(world.imports)
    code = (
        head
        + "\n".join(
            [f"def {world.name}({world.given}: {world.annotation}):", *(f"    {line}" for line in lines)]
        )
        + "\n"
    )
    told = [world.told, *(part.told for part in chosen)]
    steps = f"The code takes one step after the other. {' '.join(filter(None, told[1:]))}"
    return Program(
        f"text {parts[0]} {parts[1]}",
        world.name,
        code,
        " ".join(filter(None, told)),
        steps,
        world.calls,
        topics,
    )
