"""Retrieval quality: how well search answers the content's own questions, and when it rightly has no answer.

Here: asking the questions, the figures, the evidence that the calibration is fitted on. Not here: the
questions' files (``questions``), search itself.

A question points at sections, so hits are read as the sections they lie in, each counted at its first
chunk: the figures don't change with how finely documents are cut. Figures, over questions with an answer:

``recall@k``
    share of the expected sections among the first k found;
``ndcg@10``
    normalised discounted cumulative gain with gain 1 for an expected section (Järvelin and Kekäläinen, 2002);
``mrr``
    mean reciprocal rank of the first expected section among the first 10;
``abstention``
    share of the questions without an answer that search said it cannot answer;
``false_abstention``
    share of the questions with an answer that it said that of.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from math import log2
from statistics import fmean

from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.chunk import KINDS
from pygrounds_dagster.curriculum.content_model import Problem
from pygrounds_dagster.knowledge.calibration import Calibration, fit_calibration, load_calibration
from pygrounds_dagster.knowledge.corpus import model_in_use
from pygrounds_dagster.knowledge.index import read_manifest
from pygrounds_dagster.knowledge.questions import Question, load_questions, question_files
from pygrounds_dagster.knowledge.search import (
    DENSE_WEIGHT,
    EVIDENCE_HITS,
    SECTION_VOICE,
    SUBTOPIC_VOICE,
    Hit,
    Searcher,
    SearchFilters,
    open_searcher,
)
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import fingerprint

CODE_VERSION = "1"
CUTOFFS = (1, 3, 5, 10)
DEPTH = max(CUTOFFS)
_HITS = 40  # chunks asked for, to be sure of DEPTH sections
_WORST = 10
_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class Answer:
    """What search made of one question.

    Attributes:
        ranks: rank (from 1) of each expected section found among the first ``DEPTH``.
        found: the sections found, as ``subtopic: heading``, best first.
        evidence: best cosine and best overlap of the first hits, what the calibration sees.
    """

    question: Question
    ranks: tuple[int, ...]
    found: tuple[str, ...]
    answerable: bool
    confidence: float
    evidence: tuple[float, float]

    @property
    def ndcg(self) -> float:
        """nDCG at ``DEPTH``; 0 for a question without an answer."""
        ideal = sum(1 / log2(rank + 1) for rank in range(1, min(DEPTH, len(self.question.expect)) + 1))
        return sum(1 / log2(rank + 1) for rank in self.ranks) / ideal if ideal else 0.0

    @property
    def missed(self) -> bool:
        """An expected section was not found where it should be."""
        return bool(self.question.expect) and self.ndcg < 1


@dataclass(frozen=True, slots=True)
class RetrievalQuality:
    """The result of an evaluation.

    Attributes:
        figures: of all questions together, by name (see the module), with ``questions`` and ``unanswerable``.
        zones: the same for each zone.
        answers: one for each question asked.
        problems: questions that are not valid, or expect a section that no live chunk lies in.
    """

    figures: dict[str, float]
    zones: dict[str, dict[str, float]]
    answers: list[Answer] = field(repr=False)
    problems: list[Problem]

    @property
    def worst(self) -> list[Answer]:
        """The answers that lost most: lowest nDCG first, and of those the surest of themselves."""
        wrong = [one for one in self.answers if one.answerable != bool(one.question.expect) or one.missed]
        return sorted(wrong, key=lambda one: (one.ndcg, -one.confidence))[:_WORST]


def evaluate_content(pool: ConnectionPool, settings: Settings) -> RetrievalQuality:
    """Ask the questions of the content roots with the query encoders that the settings name."""
    return evaluate(open_searcher(settings, pool), *load_questions(settings.content_roots))


def evaluation_version(_pool: ConnectionPool, settings: Settings) -> str:
    """Hash of everything that the figures depend on: index, questions, models, calibration, threshold."""
    manifest = read_manifest(settings.index_dir)
    files = question_files(settings.content_roots)
    return fingerprint(
        CODE_VERSION,
        repr(load_calibration()),
        f"{DENSE_WEIGHT} {SECTION_VOICE} {SUBTOPIC_VOICE} {settings.abstain_below}",
        *(model_in_use(settings, kind).model_id for kind in KINDS),
        *(f"{path.stem}={sha256(path.read_bytes()).hexdigest()}" for path in files),
        *(shard.digest for shard in manifest.shards),
    )


def evaluate(
    searcher: Searcher, questions: Sequence[Question], problems: Sequence[Problem] = ()
) -> RetrievalQuality:
    """Ask each question of its zone.

    A question whose expected sections are all gone is a problem and is not asked.
    """
    known = _known_sections(searcher.pool, questions)
    answers, stale = [], []
    for question in questions:
        missing = [one for one in question.expect if (one.subtopic, one.heading) not in known]
        stale += [
            Problem(question.path, question.line, "expect", f"{one.subtopic} has no section {one.heading!r}")
            for one in missing
        ]
        if not missing or len(missing) < len(question.expect):
            answers.append(_ask(searcher, question))
    zones = sorted({answer.question.zone for answer in answers})
    return RetrievalQuality(
        figures(answers),
        {zone: figures([one for one in answers if one.question.zone == zone]) for zone in zones},
        answers,
        [*problems, *stale],
    )


def _known_sections(pool: ConnectionPool, questions: Sequence[Question]) -> set[tuple[str, str]]:
    keys = sorted({section.subtopic for question in questions for section in question.expect})
    with pool.connection() as conn:
        rows = conn.execute(_SQL["select_section_chunks"], {"keys": keys}).fetchall()
    return {(subtopic, heading) for _, subtopic, headings in rows for heading in headings}


def _ask(searcher: Searcher, question: Question) -> Answer:
    filters = SearchFilters(zones=frozenset({question.zone}))
    result = searcher.search(question.text, _HITS, filters)
    sections: dict[tuple[str, ...], Hit] = {}
    for hit in result.hits:
        sections.setdefault((hit.subtopic_key, *hit.heading_path), hit)
    ranks: dict[int, int] = {}
    for rank, hit in enumerate(list(sections.values())[:DEPTH], start=1):
        for number, section in enumerate(question.expect):
            if section.subtopic == hit.subtopic_key and section.heading in hit.heading_path:
                ranks.setdefault(number, rank)
    first = result.hits[:EVIDENCE_HITS]
    return Answer(
        question,
        tuple(sorted(set(ranks.values()))),
        tuple(f"{hit.subtopic_key}: {' › '.join(hit.heading_path[1:])}" for hit in sections.values())[:3],
        result.answerable,
        result.confidence,
        (max((hit.dense for hit in first), default=-1.0), max((hit.lexical for hit in first), default=0.0)),
    )


def figures(answers: Sequence[Answer]) -> dict[str, float]:
    """The figures of some answers; those without a question to stand on are left out."""
    asked = [one for one in answers if one.question.expect]
    hopeless = [one for one in answers if not one.question.expect]
    found: dict[str, float] = {"questions": len(answers), "unanswerable": len(hopeless)}
    if asked:
        for k in CUTOFFS:
            shares = (sum(rank <= k for rank in one.ranks) / len(one.question.expect) for one in asked)
            found[f"recall@{k}"] = fmean(shares)
        found["ndcg@10"] = fmean(one.ndcg for one in asked)
        found["mrr"] = fmean(1 / one.ranks[0] if one.ranks else 0.0 for one in asked)
        found["false_abstention"] = fmean(not one.answerable for one in asked)
    if hopeless:
        found["abstention"] = fmean(not one.answerable for one in hopeless)
    return found


def fit(answers: Sequence[Answer], source: str) -> Calibration:
    """A calibration from an evaluation's evidence."""
    return fit_calibration(
        [one.evidence for one in answers], [bool(one.question.expect) for one in answers], source
    )


def cross_validate(answers: Sequence[Answer], abstain_below: float, folds: int = 5) -> Mapping[str, float]:
    """Abstention on questions that the calibration was not fitted on.

    Questions are dealt to the folds by the hash of their text, so that the figures are reproducible.

    Returns:
        ``abstention`` and ``false_abstention`` over all questions, each judged by the fit without its fold.
    """
    order = sorted(answers, key=lambda one: sha256(one.question.text.encode()).digest())
    silent: dict[bool, list[bool]] = {True: [], False: []}
    for fold in range(folds):
        calibration = fit([one for place, one in enumerate(order) if place % folds != fold], "")
        for one in order[fold::folds]:
            confidence = calibration.confidence(*([value] for value in one.evidence))
            silent[bool(one.question.expect)].append(confidence < abstain_below)
    return {"abstention": fmean(silent[False]), "false_abstention": fmean(silent[True])}
