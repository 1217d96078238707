"""Filling cells: candidates of one subtopic and game type, through the gate, into the bank.

Here: how many are wanted, a bounded number in the making, what became of each. Not here: making candidates
(``template``, ``llm_generator``), the gate (``admission``), storing (``bank``), which cells (``sessions``).

Candidates are taken in their generator's order and stored in that order, whichever proof ends first, so the
same content gives the same bank. At most a family's limit are in the making, over all processes: each holds
a lease of its family while it is made and proven. Nothing is held across candidates: killed at any instant,
the bank has whole questions, and the next call goes on with what is missing.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from uuid import UUID

from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.judge import Judge
from pygrounds_dagster.knowledge.encoder import Encoder
from pygrounds_dagster.problems.score import NotJudgedError
from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.bank import remember_drops, retire_changed, store_question
from pygrounds_dagster.questions.identity import meaning_text
from pygrounds_dagster.questions.model import (
    FAMILY,
    Admitted,
    Candidate,
    Drop,
    Family,
    Funnel,
    GameType,
    Generator,
)
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.store.leases import lease

Made = Admitted | Drop
Make = Callable[[Candidate], Made]

PATIENCE = 12
"""Candidates tried for each question wanted before a cell is given up as a gap."""
LEAST_TRIES = 40
_LEASE_TIMEOUT = 600.0


@dataclass(frozen=True, slots=True)
class Workshop:
    """What filling needs besides a source; one for a run.

    Attributes:
        pool: the knowledge base; leases keep one connection of it.
        limits: how many candidates of a family may be in the making, over all processes.
        encoder: for likeness of wording; None: wordings are not compared.
        judge: None: the process's own.
        run_id: Dagster run, for provenance.
        session_id: generation session that asked.
        cancelled: asked before every candidate.
    """

    pool: ConnectionPool
    limits: Mapping[Family, int]
    encoder: Encoder | None = None
    judge: Judge | None = None
    run_id: str = ""
    session_id: UUID | None = None
    cancelled: Callable[[], bool] = lambda: False


@dataclass(slots=True)
class Filled:
    """What became of a subtopic's cells of one game type.

    Attributes:
        stored: difficulty → new questions.
        short: difficulty → how many are still missing.
        retired: taken out of service because their text changed.
        funnel: all candidates, with the reasons of those dropped.
        cancelled: stopped before the cells were full.
        generator: who made the candidates.
        seconds: wall time.
    """

    stored: dict[Difficulty, int] = field(default_factory=dict)
    short: dict[Difficulty, int] = field(default_factory=dict)
    retired: int = 0
    funnel: Funnel = field(default_factory=Funnel)
    cancelled: bool = False
    generator: Generator = "template"
    seconds: float = 0.0


def fill(
    workshop: Workshop,
    source: SubtopicSource,
    game_type: GameType,
    wanted: Mapping[Difficulty, int],
    candidates: Iterator[Candidate],
) -> Filled:
    """Store up to so many new questions of each difficulty.

    Args:
        workshop: pool, limits, judge.
        source: of the subtopic.
        game_type: of the candidates.
        wanted: new questions by difficulty; none of others is stored.
        candidates: best first; taken as long as something is missing, within ``PATIENCE``.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
    """
    started = time.monotonic()
    filled = Filled(short={level: count for level, count in wanted.items() if count > 0})
    family = FAMILY[game_type]
    budget = max(LEAST_TRIES, PATIENCE * sum(filled.short.values()))
    with workshop.pool.connection() as conn:
        filled.retired = retire_changed(conn, source.key, game_type, workshop.run_id)
    limit = workshop.limits[family]
    with ThreadPoolExecutor(limit, f"{game_type} {source.key}") as executor:
        waiting: deque[Future[Made]] = deque()
        for candidate in candidates:
            if not filled.short or filled.funnel.made >= budget:
                break
            filled.cancelled = workshop.cancelled()
            if filled.cancelled:
                break
            if candidate.claimed_difficulty is not None and candidate.claimed_difficulty not in filled.short:
                continue  # its cell is full, by the generator's own word
            filled.generator = candidate.generator
            filled.funnel.made += 1
            waiting.append(executor.submit(_prove, workshop, family, limit, candidate))
            if len(waiting) >= limit:
                _take(workshop, waiting.popleft().result(), filled)
        while waiting:
            _take(workshop, waiting.popleft().result(), filled)
    with workshop.pool.connection() as conn:
        remember_drops(
            conn,
            filled.funnel,
            key=source.key,
            game_type=game_type,
            generator=filled.generator,
            run_id=workshop.run_id,
            session_id=workshop.session_id,
        )
    filled.seconds = time.monotonic() - started
    return filled


def _prove(workshop: Workshop, family: Family, limit: int, candidate: Candidate) -> Made:
    """One candidate through the gate, counted among all that are in the making anywhere."""
    with lease(workshop.pool, family, limit, _LEASE_TIMEOUT):
        try:
            return admit(candidate, using=workshop.judge)
        except NotJudgedError as error:
            return Drop("not_judged", str(error))


def _take(workshop: Workshop, made: Made, filled: Filled) -> None:
    """Store what held and is wanted; count what became of it."""
    if isinstance(made, Drop):
        filled.funnel.drop(made)
        return
    if made.difficulty not in filled.short:
        filled.funnel.drop(Drop("cell_full", f"there are enough {made.difficulty} ones"))
        return
    text = meaning_text(made.body) if workshop.encoder is not None else ""
    meaning = workshop.encoder.encode([text])[0] if workshop.encoder is not None and text else None
    with workshop.pool.connection() as conn:
        stored = store_question(
            conn, made, meaning=meaning, session_id=workshop.session_id, run_id=workshop.run_id
        )
    if isinstance(stored, Drop):
        filled.funnel.drop(stored)
        return
    filled.funnel.admitted += 1
    filled.stored[made.difficulty] = filled.stored.get(made.difficulty, 0) + 1
    filled.short[made.difficulty] -= 1
    if not filled.short[made.difficulty]:
        del filled.short[made.difficulty]
