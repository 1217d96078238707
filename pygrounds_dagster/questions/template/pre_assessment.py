"""Placement questions with four options: about programs of the text and about terms of the glossary.

Here: turning what a subtopic offers into questions, in turns over the kinds. Not here: questions about
programs (``choices``) and terms (``meanings``), the rules (``admission.pre_assessment``).

Each question names a subtopic of another topic that it asks about too. The right option takes the places in
turn, for each difficulty by itself, since a cell is filled with questions of one difficulty.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import chain, zip_longest

from pygrounds_dagster.questions.bodies import PreAssessmentBody
from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.choices import asked_about_programs
from pygrounds_dagster.questions.template.meanings import asked_about_terms
from pygrounds_dagster.questions.template.options import placed
from pygrounds_dagster.questions.template.programs.model import draw

_PLACES = 4


def pre_assessment_candidates(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Candidates for a subtopic: programs and terms take turns.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: a run that says nothing about its program.
    """
    turns: Counter[str | None] = Counter()
    both = zip_longest(asked_about_programs(source, seed), asked_about_terms(source, seed))
    for ordinal, asked in enumerate(one for one in chain.from_iterable(both) if one is not None):
        level = asked.difficulty
        place = (draw(seed, source.key, level) + turns[level]) % _PLACES
        turns[level] += 1
        body = PreAssessmentBody(
            question_text=asked.question_text,
            code=asked.code,
            options=placed(asked.key, asked.wrong, place, seed, source.key, ordinal),
            correct_option=place,
            explanation=asked.explanation,
        )
        yield Candidate(
            body,
            (source.key, asked.elsewhere),
            chunk_ids=asked.chunk_ids,
            claimed_difficulty=level,
            taught=source.difficulty,
            seed=draw(seed, source.key, "pre_assessment", ordinal) >> 1,
        )
