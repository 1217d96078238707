"""Programs put together from typed parts: description, code and inputs come from the same composition.

Here: ``programs_for``, every program that practises a subtopic. Not here: running them (``running``), making
questions of them (``hangman``, ``debugging``).

Families: ``formulas`` and ``texts`` (a few lines), ``pipelines`` (data, condition, measure and result, each
written in one of many styles).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice, zip_longest

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.questions.difficulty import estimate
from pygrounds_dagster.questions.teaching import constructs
from pygrounds_dagster.questions.template.programs.formulas import formulas
from pygrounds_dagster.questions.template.programs.model import Call, Program, draw, pick, shuffled
from pygrounds_dagster.questions.template.programs.pipelines import pipelines
from pygrounds_dagster.questions.template.programs.texts import texts

__all__ = ["Call", "Program", "draw", "pick", "programs_for", "shuffled"]

_STEPS, _FEW_STEPS = 20, 12
"""Steps of a typical sample with tests and without, for a first guess of the difficulty."""

_MOST = 160
"""Programs of a subtopic by each kind of family: several times what its cells need."""


_ANYWHERE = {"intermediate.modules_and_tools.testing", "intermediate.modules_and_tools.debugging"}
"""Subtopics that programs may name before they are taught: any function can be tested and mended."""


@lru_cache(maxsize=8)
def programs_for(
    subtopic: str, later: frozenset[str] = frozenset(), ahead: frozenset[str] = frozenset()
) -> tuple[tuple[Difficulty, Program], ...]:
    """Programs that practise a subtopic, with a guess of their difficulty; the levels take turns.

    Args:
        subtopic: partition key.
        later: subtopics that none of them may belong to, since they are taught later.
        ahead: constructs (``teaching``) that none of them may need.
    """

    def is_taught(program: Program) -> bool:
        return not later & (set(program.topics) - _ANYWHERE) and not ahead & constructs(program.code)

    families = (formulas, texts, pipelines)
    found = [p for family in families for p in islice(filter(is_taught, family(subtopic)), _MOST)]
    levels: dict[Difficulty, list[Program]] = defaultdict(list)
    for program in found:
        steps = _STEPS if "if " in program.code else _FEW_STEPS
        levels[estimate(program.code, steps).difficulty].append(program)
    return tuple(_in_turns({level: _spread(programs) for level, programs in levels.items()}))


def _spread(programs: list[Program]) -> list[Program]:
    """The programs with those of one family far apart."""
    turns: dict[str, int] = defaultdict(int)
    found = []
    for program in programs:
        found.append((turns[program.family], program))
        turns[program.family] += 1
    return [program for _turn, program in sorted(found, key=lambda item: (item[0], draw(item[1].code)))]


def _in_turns(levels: dict[Difficulty, list[Program]]) -> Iterator[tuple[Difficulty, Program]]:
    columns = [[(level, program) for program in programs] for level, programs in sorted(levels.items())]
    for row in zip_longest(*columns):
        yield from (item for item in row if item is not None)
