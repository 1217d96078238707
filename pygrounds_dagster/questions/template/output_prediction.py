"""Output prediction: what does this program print?

Here: which programs are asked for. Not here: finding programs (``material``), telling what they did
(``telling``).
"""

from __future__ import annotations

from collections.abc import Iterator

from pygrounds_dagster.questions.bodies import OutputPredictionBody
from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.material import Material, materials
from pygrounds_dagster.questions.template.telling import told

QUESTION = "What does this program print? Write down every line, just as it appears."


def output_prediction_candidates(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Candidates for a subtopic, best first: programs with data that the text does not show.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``material.materials``.
    """
    for material in materials(source, seed, "output_prediction"):
        if not material.shown_before:
            yield _candidate(material, seed)


def _candidate(material: Material, seed: int) -> Candidate:
    body = OutputPredictionBody(
        question_text=QUESTION,
        code=material.code,
        expected_output=material.seen.stdout.rstrip("\n"),
        explanation=told(material.code, material.seen),
    )
    return Candidate(
        body,
        material.topics[:3],
        chunk_ids=material.chunk_ids,
        claimed_difficulty=material.difficulty,
        seed=seed,
    )
