"""From raw scores to certainty: how likely what was found answers the question.

Here: the logistic model, its fit, its coefficients (data, ``calibration.json``). Not here: the questions it
is fitted on (``evaluation``).

Two features only, both with a meaning on any corpus: the cosine of question and chunk, and the share of the
question's words, weighed by rarity, that the chunk has (``lexical.bm25``). Neither coefficient may be
negative, so a better match never scores lower.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pygrounds_dagster.knowledge.ordering import Floats

FILE = "calibration.json"
_RIDGE = 1.0  # pulls the standardised coefficients towards 0: there are few questions
_STEPS = 50


@dataclass(frozen=True, slots=True)
class Calibration:
    """``1 / (1 + exp(-(intercept + dense * cosine + lexical * overlap)))``.

    Attributes:
        intercept: log-odds at 0, 0.
        dense: weight of the cosine, not negative.
        lexical: weight of the overlap, not negative.
        source: fitted on what, when, with which encoder.
    """

    intercept: float
    dense: float
    lexical: float
    source: str

    def score(self, dense: Floats, lexical: Floats) -> Floats:
        """Certainty of each of some chunks, 0–1."""
        odds = self.intercept + self.dense * dense + self.lexical * lexical
        return (1 / (1 + np.exp(-odds))).astype(np.float32)

    def confidence(self, dense: Sequence[float], lexical: Sequence[float]) -> float:
        """Certainty of a whole result, 0–1: that of the best cosine and the best overlap among its chunks.

        This is what the coefficients are fitted on: an answer is often split between two chunks of one
        section, one near in meaning and one with the words. 0 without chunks.
        """
        if not dense:
            return 0.0
        best = np.array([max(dense)], np.float32), np.array([max(lexical)], np.float32)
        return float(self.score(*best)[0])


def load_calibration() -> Calibration:
    """The coefficients shipped."""
    text = resources.files(__package__).joinpath(FILE).read_text(encoding="utf-8")
    return Calibration(**json.loads(text))


def save_calibration(calibration: Calibration, path: Path) -> None:
    """Write coefficients as the data file."""
    path.write_text(json.dumps(asdict(calibration), indent=2) + "\n", encoding="utf-8")


def fit_calibration(
    evidence: Sequence[tuple[float, float]], answerable: Sequence[bool], source: str
) -> Calibration:
    """Fit the coefficients to questions with and without an answer.

    Ridge-penalised logistic regression by Newton's method, on standardised features, both classes weighing
    the same, so that 0.5 is the fair border whatever the share of answerable questions.

    Args:
        evidence: best cosine and best overlap of each question's result.
        answerable: whether the question has an answer.
        source: recorded with the coefficients.

    Raises:
        ValueError: all questions are of one class.
    """
    labels = np.array(answerable, float)
    if labels.min() == labels.max():
        raise ValueError("a calibration needs questions with an answer and questions without one")
    raw = np.array(evidence, float)
    active = [0, 1]
    while True:
        weights, mean, spread = _newton(raw[:, active], labels)
        kept = [feature for feature, weight in zip(active, weights[1:], strict=True) if weight > 0]
        if kept == active:
            break
        active = kept  # a feature that would count against an answer is left out
    slopes = np.zeros(2)
    slopes[active] = weights[1:] / spread
    intercept = weights[0] - float((weights[1:] * mean / spread).sum())
    return Calibration(
        round(float(intercept), 4), round(float(slopes[0]), 4), round(float(slopes[1]), 4), source
    )


def _newton(
    raw: NDArray[np.float64], labels: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Weights (intercept first) on standardised features, and what they were standardised with."""
    mean, spread = raw.mean(axis=0), raw.std(axis=0) + 1e-9
    features = np.column_stack([np.ones(len(raw)), (raw - mean) / spread])
    positive = labels.mean()
    importance = np.where(labels == 1, 0.5 / positive, 0.5 / (1 - positive))
    penalty = np.diag([0.0, *[_RIDGE] * raw.shape[1]])
    weights = np.zeros(features.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-features @ weights))
        gradient = features.T @ (importance * (chance - labels)) + penalty @ weights
        curvature = (features * (importance * chance * (1 - chance))[:, None]).T @ features + penalty
        weights -= np.linalg.solve(curvature, gradient)
    return weights, mean, spread
