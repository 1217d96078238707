"""Questions without a model: from executed code, problems, terms, and programs put together from parts.

Here: which generator each game type has. Not here: believing what they make (``admission``), how many are
needed (``generate``).

A generator is deterministic in its source and seed, yields candidates lazily, best first, over all
difficulties that the source says are wanted, and may end; the caller takes what it needs.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from pygrounds_dagster.questions.model import Candidate, GameType
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.cloze import cloze_candidates
from pygrounds_dagster.questions.template.debugging import debugging_candidates
from pygrounds_dagster.questions.template.hangman import hangman_candidates
from pygrounds_dagster.questions.template.output_prediction import output_prediction_candidates
from pygrounds_dagster.questions.template.parsons import parsons_candidates
from pygrounds_dagster.questions.template.pre_assessment import pre_assessment_candidates
from pygrounds_dagster.questions.template.trace import trace_candidates
from pygrounds_dagster.questions.template.word import word_candidates

Template = Callable[[SubtopicSource, int], Iterator[Candidate]]

TEMPLATES: Mapping[GameType, Template] = {
    "hangman": hangman_candidates,
    "debugging": debugging_candidates,
    "word": word_candidates,
    "pre_assessment": pre_assessment_candidates,
    "output_prediction": output_prediction_candidates,
    "trace": trace_candidates,
    "parsons": parsons_candidates,
    "cloze": cloze_candidates,
}
"""The generator of each game type; called with a subtopic's source and a seed."""
