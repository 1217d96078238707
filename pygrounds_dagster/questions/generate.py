"""Filling cells: proposals for one subtopic and game type, through the gate, into the bank.

Here: a bounded number in the making, what became of each. Not here: making candidates (``template``,
``llm_generator``), the gate (``admission``), storing (``bank``), how many are wanted (``make``).

Proposals are taken in their generator's order and stored in that order, whichever proof ends first, so the
same content gives the same bank. At most a family's limit are in the making, over all processes: each holds
a lease of its family while it is made and proven. Nothing is held across candidates: killed at any instant,
the bank has whole questions, and the next call goes on with what is missing.
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from typing import Literal
from uuid import UUID

from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.judge import Judge
from pygrounds_dagster.knowledge.encoder import Encoder
from pygrounds_dagster.llm import BlockingLlm
from pygrounds_dagster.llm.circuit import Circuit
from pygrounds_dagster.problems.score import NotJudgedError
from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.bank import known_keys, remember_work, store_question
from pygrounds_dagster.questions.identity import content_key, meaning_text
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
from pygrounds_dagster.questions.steady import steady
from pygrounds_dagster.store.leases import lease

Made = Admitted | Drop
Ended = Literal["full", "exhausted", "patience", "cancelled", "left"]

PATIENCE = 12
"""Candidates tried for each question wanted before a cell is given up as a gap."""
LEAST_TRIES = 40
MOST_PASSED = 400
"""Proposals passed over, because the bank has them or their cells are full, before a generator is left."""
_LEASE_TIMEOUT = 1800.0  # a candidate of a model may take minutes, and every slot may have some in line
_TELL_SECONDS = 0.5


class GeneratorLeftError(Exception):
    """Raised by a generator that cannot go on for a reason outside of its questions; the text says which."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """A candidate, or the way to one: work that ends with something admitted or dropped.

    Attributes:
        generator: who proposes.
        difficulty: the generator's word for it, if it gives one.
        make: makes and proves it with a judge; called in a thread, under a lease of the family.
        key: its content key, where that is known before it is made.
    """

    generator: Generator
    difficulty: Difficulty | None
    make: Callable[[Judge | None], Made]
    key: str = ""


@dataclass(frozen=True, slots=True)
class Author:
    """A language model that a run may ask for questions.

    Attributes:
        open: gives the client, one for the process; raises an ``LlmError`` if there is none to be had.
        name: endpoint and model: another one may fill cells that stayed short.
        share: part of what a cell misses, from 0 to 1, that is asked of it before templates get their turn.
        circuit: of this run: whether the endpoint is still asked.
    """

    open: Callable[[], BlockingLlm]
    name: str
    share: float
    circuit: Circuit = field(default_factory=Circuit)


@dataclass(frozen=True, slots=True)
class Workshop:
    """What filling needs besides proposals; one for a run.

    Attributes:
        pool: the knowledge base; leases keep one connection of it, others are used one at a time.
        limits: how many candidates of a family may be in the making, over all processes.
        encoder: opens one for likeness of wording, when it is needed; None: wordings are not compared.
        author: None: no model is configured.
        judge: None: the process's own.
        run_id: Dagster run, for provenance.
        session_id: generation session that asked.
        cancelled: asked before every candidate, by several threads.
    """

    pool: ConnectionPool
    limits: Mapping[Family, int]
    encoder: Callable[[], Encoder] | None = None
    author: Author | None = None
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
        funnel: all candidates, with the reasons of those dropped.
        levels: difficulties of which there were candidates; None: of some it was never known.
        ended: why no more were tried.
        why_left: what the generator said when it could not go on.
        seconds: wall time.
    """

    stored: Counter[Difficulty] = field(default_factory=Counter)
    short: dict[Difficulty, int] = field(default_factory=dict)
    funnel: Funnel = field(default_factory=Funnel)
    levels: set[Difficulty | None] = field(default_factory=set)
    ended: Ended = "full"
    why_left: str = ""
    seconds: float = 0.0


def proposed(candidates: Iterable[Candidate]) -> Iterator[Proposal]:
    """Finished candidates as proposals; one that was proposed before is left out."""
    seen = set()
    for candidate in candidates:
        body = candidate.body.model_dump_json()
        if body not in seen:
            seen.add(body)
            prove = partial(_admit, candidate)
            yield Proposal(candidate.generator, candidate.claimed_difficulty, prove, _key_of(candidate))


def _admit(candidate: Candidate, judge: Judge | None) -> Made:
    return admit(candidate, using=judge)


def _key_of(candidate: Candidate) -> str:
    """The content key; empty where it depends on a difficulty that nobody has said, or the code is broken."""
    level = candidate.claimed_difficulty
    if candidate.game_type == "word" and level is None:
        return ""
    try:
        return content_key(candidate.body, candidate.subtopics[0], level or "beginner")
    except SyntaxError:  # admission will say so
        return ""


def fill(
    workshop: Workshop,
    key: str,
    game_type: GameType,
    wanted: dict[Difficulty, int],
    proposals: Iterator[Proposal],
) -> Filled:
    """Store up to so many new questions of each difficulty.

    Args:
        workshop: pool, limits, judge.
        key: partition key.
        game_type: of the proposals.
        wanted: new questions by difficulty; none of others is stored. It is counted down, and what is full
            taken out, so that generators that look at it do nothing for full cells.
        proposals: best first; taken as long as something is missing, within ``PATIENCE``.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: the judge said nothing to a generator that asked it.
        LeaseTimeoutError: others held every slot of the family for minutes.
    """
    started = time.monotonic()
    for level in [level for level, count in wanted.items() if count <= 0]:
        del wanted[level]
    filled = Filled(short=wanted)
    line = _Line(workshop, key, game_type, filled)
    limit = workshop.limits[FAMILY[game_type]]
    with ThreadPoolExecutor(limit, f"{game_type} {key}") as executor:
        try:
            _drive(line, proposals, executor, limit)
        except GeneratorLeftError as left:
            line.finish()
            if filled.short and not workshop.cancelled():
                filled.ended, filled.why_left = "left", str(left)
        finally:
            line.tell()
    filled.seconds = time.monotonic() - started
    return filled


def _drive(line: _Line, proposals: Iterator[Proposal], executor: ThreadPoolExecutor, limit: int) -> None:
    """Keep the line moving until the cells are full or there is a reason to stop; then let it run empty."""
    filled, workshop = line.filled, line.workshop
    with workshop.pool.connection() as conn:
        known = known_keys(conn, line.game_type)
    budget = max(LEAST_TRIES, PATIENCE * sum(filled.short.values()))
    passed = 0
    filled.ended = "exhausted"
    while filled.short and (proposal := _next(workshop, line.game_type, limit, proposals)):
        while filled.short and line.is_enough(proposal, limit):
            line.take()
        if not filled.short:
            break
        if workshop.cancelled():
            filled.ended = "cancelled"
            break
        if filled.funnel.made >= budget or passed >= MOST_PASSED:
            filled.ended = "patience"
            break
        if proposal.key in known or (proposal.difficulty and proposal.difficulty not in filled.short):
            passed += 1
            continue
        filled.funnel.made += 1
        line.put(proposal, executor.submit(_prove, workshop, FAMILY[line.game_type], limit, proposal))
    line.finish()


def _next(
    workshop: Workshop, game_type: GameType, limit: int, proposals: Iterator[Proposal]
) -> Proposal | None:
    """The next proposal, under a lease: its generator may run programs to find it."""
    with lease(workshop.pool, FAMILY[game_type], limit, _LEASE_TIMEOUT):
        return next(proposals, None)


def _prove(workshop: Workshop, family: Family, limit: int, proposal: Proposal) -> tuple[Made | None, float]:
    """One proposal through the gate, counted among all that are in the making anywhere; and its seconds.

    None: it was its turn after all had been asked to stop.
    """
    with lease(workshop.pool, family, limit, _LEASE_TIMEOUT):
        started = time.monotonic()
        if workshop.cancelled():
            return None, 0.0
        try:
            made = steady(partial(proposal.make, workshop.judge))
        except NotJudgedError as error:
            made = Drop("not_judged", str(error))
        return made, time.monotonic() - started


class _Line:
    """What is in the making, in order, and what became of it; one thread uses it."""

    def __init__(self, workshop: Workshop, key: str, game_type: GameType, filled: Filled) -> None:
        self.workshop, self.key, self.game_type, self.filled = workshop, key, game_type, filled
        self.waiting: deque[tuple[Proposal, Future[tuple[Made | None, float]]]] = deque()
        self._drops: dict[tuple[Generator, Difficulty | None], Funnel] = {}
        self._seconds: dict[Difficulty, float] = {}
        self._told = time.monotonic()

    def put(self, proposal: Proposal, future: Future[tuple[Made | None, float]]) -> None:
        """Add what has begun."""
        self.waiting.append((proposal, future))

    def is_enough(self, next_one: Proposal, limit: int) -> bool:
        """Whether to wait for an outcome before one more of a difficulty is begun.

        As many as are wanted are in the making, and one more, since some will not hold; not so of a model,
        where one too many costs money.
        """
        if len(self.waiting) >= limit:
            return True
        difficulty, spare = next_one.difficulty, 0 if next_one.generator == "llm" else 1
        same = sum(1 for proposal, _ in self.waiting if proposal.difficulty == difficulty)
        missing = self.filled.short.get(difficulty, 0) if difficulty else sum(self.filled.short.values())
        return bool(self.waiting) and 0 < missing < same + 1 - spare

    def take(self) -> None:
        """Wait for the first in line; store it if it held and is wanted, count what became of it."""
        proposal, future = self.waiting.popleft()
        made, seconds = future.result()
        if made is None:
            self.filled.funnel.made -= 1
            return
        level = made.difficulty if isinstance(made, Admitted) else proposal.difficulty
        self.filled.levels.add(level)
        drop = self._store(made) if isinstance(made, Admitted) else made
        if level is not None:
            self._seconds[level] = self._seconds.get(level, 0.0) + seconds
        if drop is not None:
            self.filled.funnel.drop(drop)
            self._drops.setdefault((proposal.generator, level), Funnel()).drop(drop)
        if time.monotonic() - self._told > _TELL_SECONDS:
            self.tell()

    def finish(self) -> None:
        """Let all that is in the making come to its end."""
        while self.waiting:
            self.take()
        if not self.filled.short:
            self.filled.ended = "full"
        elif self.workshop.cancelled():
            self.filled.ended = "cancelled"

    def _store(self, made: Admitted) -> Drop | None:
        filled, workshop = self.filled, self.workshop
        if made.difficulty not in filled.short:
            return Drop("cell_full", f"there are enough {made.difficulty} ones")
        text = meaning_text(made.body) if workshop.encoder is not None else ""
        meaning = workshop.encoder().encode([text])[0] if workshop.encoder is not None and text else None
        with workshop.pool.connection() as conn:
            stored = store_question(
                conn, made, meaning=meaning, session_id=workshop.session_id, run_id=workshop.run_id
            )
        if isinstance(stored, Drop):
            return stored
        filled.funnel.admitted += 1
        filled.stored[made.difficulty] += 1
        filled.short[made.difficulty] -= 1
        if not filled.short[made.difficulty]:
            del filled.short[made.difficulty]
        return None

    def tell(self) -> None:
        """Write what was dropped, and the seconds it took, since this was last done."""
        with self.workshop.pool.connection() as conn:
            remember_work(
                conn,
                self._drops,
                self._seconds,
                key=self.key,
                game_type=self.game_type,
                run_id=self.workshop.run_id,
                session_id=self.workshop.session_id,
            )
        self._drops, self._seconds, self._told = {}, {}, time.monotonic()
