"""Questions without a model: from executed code, problems, terms, and programs put together from parts.

Here: which generator each game type has. Not here: believing what they make (``admission``), how many are
needed (``generate``).

A generator is deterministic in its source and seed, yields candidates lazily, best first, over all
difficulties, and may end; the caller takes what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pygrounds_dagster.questions.model import Candidate, GameType
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.debugging import debugging_candidates
from pygrounds_dagster.questions.template.hangman import hangman_candidates

Template = Callable[[SubtopicSource, int], Iterator[Candidate]]

TEMPLATES: Mapping[GameType, Template] = {
    "hangman": hangman_candidates,
    "debugging": debugging_candidates,
}
"""The generator of each game type; called with a subtopic's source and a seed."""
