"""Partitions of a game type → their cells filled: to the standing target, or to what a session asks.

Here: what is missing, who proposes, in which order; memoisation; why a cell stays short. Not here: one
candidate's way (``generate``), what a session is (``sessions``), Dagster.

A partition of a game type has one worker at a time, over all processes: a lease of its own. So two runs that
overlap never make the same question twice, nor more than is missing.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain

from psycopg import Connection

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.judge import JudgeUnavailableError
from pygrounds_dagster.partition import PartitionOutcome, Progress, no_progress
from pygrounds_dagster.problems.model import Problem
from pygrounds_dagster.problems.score import NotJudgedError
from pygrounds_dagster.questions.bank import bank_versions, count_cells, retire_changed
from pygrounds_dagster.questions.generate import Filled, Proposal, Workshop, fill, proposed
from pygrounds_dagster.questions.llm_generator import llm_proposals
from pygrounds_dagster.questions.marks import mark
from pygrounds_dagster.questions.model import DIFFICULTIES, FAMILY, Funnel, GameType, Generator, asset_name
from pygrounds_dagster.questions.session_cells import begin_cells, chosen_generators, end_cells, wanted_by
from pygrounds_dagster.questions.source import SubtopicSource, load_sources
from pygrounds_dagster.questions.steady import steadily
from pygrounds_dagster.questions.template import TEMPLATES
from pygrounds_dagster.questions.verify import verify_stored
from pygrounds_dagster.store.leases import LeaseTimeoutError, lease
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import (
    StepState,
    finish_step,
    finished_steps,
    unchanged,
)

Wanted = Mapping[Difficulty, int]  # what a generator gets is counted down as questions are stored
Propose = Callable[[Workshop, SubtopicSource, GameType, Wanted], Iterator[Proposal] | None]

SERIES = 3
"""Seeds that a template is tried with, one after the other; what comes twice is passed over."""

NO_GENERATOR = "no generator makes this game type"
NO_MODEL = "no model is configured: see docs/how-to/use-a-model.md"
NO_CONTENT = "its text has no chunks: materialise 'chunks' and 'semantic_rankings'"

_LEASE_SECONDS = 1.0
_SHOWN_REASONS = 3
_SQL = load_queries(__package__)


def template_proposals(
    workshop: Workshop,  # noqa: ARG001 - the other generator needs it
    source: SubtopicSource,
    game_type: GameType,
    wanted: Wanted,
) -> Iterator[Proposal] | None:
    """What the templates propose, over some seeds (one for coding games: their programs do not depend on it);
    None: no template makes the game type."""
    template = TEMPLATES.get(game_type)
    if template is None:
        return None
    count = 1 if FAMILY[game_type] == "coding" else SERIES
    seeds = [seed_of(source.key, game_type, ordinal) for ordinal in range(count)]
    asked = replace(source, wanted=wanted)
    series = (steadily(partial(template, asked, seed)) for seed in seeds)
    return proposed(chain.from_iterable(series))


GENERATORS: Mapping[Generator, Propose] = {"template": template_proposals, "llm": llm_proposals}
"""Who proposes."""

TURNS: tuple[Generator, ...] = ("llm", "template", "llm")
"""In which order: a model is asked for its share, templates fill the rest, and what they cannot fill is asked
of the model again, unless it could not do its share either."""


@dataclass(slots=True)
class Report:
    """What became of the partitions of a run.

    Attributes:
        outcomes: one for each key, in order.
        funnel: of all candidates.
        gaps: key → difficulty → why its cell is short.
    """

    outcomes: list[PartitionOutcome] = field(default_factory=list)
    funnel: Funnel = field(default_factory=Funnel)
    gaps: dict[str, dict[Difficulty, str]] = field(default_factory=dict)


@dataclass(slots=True)
class _Work:
    """What is made for one partition, over all generators.

    ``failed``: generators and difficulties for which they could not do all that they were asked; ``left``:
    whether one of them could not go on for a reason that may be gone tomorrow.
    """

    stored: dict[Difficulty, int] = field(default_factory=dict)
    short: dict[Difficulty, int] = field(default_factory=dict)
    reasons: dict[Difficulty, str] = field(default_factory=dict)
    funnel: Funnel = field(default_factory=Funnel)
    cancelled: bool = False
    left: bool = False
    failed: set[tuple[Generator, Difficulty]] = field(default_factory=set)
    retired: int = 0
    seconds: float = 0.0


def make_questions(
    workshop: Workshop,
    game_type: GameType,
    keys: Sequence[str],
    problems: Mapping[str, Problem],
    target: int,
    progress: Progress = no_progress,
) -> Report:
    """Fill the cells of some partitions of a game type.

    With a session, its cells to what was asked; else every difficulty to the standing target. A partition
    whose source, target, bank and code are as last time is left alone. Killed at any instant and called
    again, it adds what is missing. Flagged questions are executed again, and withdrawn if they do not hold;
    those that hold stay as they are, for people to decide, and are made up for.

    Args:
        workshop: pool, limits, session.
        game_type: of the questions.
        keys: partition keys.
        problems: id → problem, as the content has them.
        target: questions of each difficulty without a session.
        progress: told after every partition.

    Returns:
        One outcome for each key; failed: the subtopic is unknown, or nothing can be run safely here. A cell
        that stays short is no failure, but a gap with a reason. Counts: ``live``, ``stored``, ``short``,
        ``made``, ``dropped``, ``retired``, ``seconds``.
    """
    report = Report()
    step = asset_name(game_type)
    with workshop.pool.connection() as conn:
        states = finished_steps(conn, step, keys)
        sources = load_sources(conn, keys, problems)
    for number, key in enumerate(keys, start=1):
        outcome = _make_one(workshop, game_type, key, sources.get(key), states.get(key), target, report)
        report.outcomes.append(outcome)
        progress(number, len(keys), key)
    return report


def seed_of(key: str, game_type: GameType, ordinal: int) -> int:
    """The seed of a partition's series of candidates: the same on every machine, 63 bits."""
    digest = hashlib.sha256(f"{key}\x1f{game_type}\x1f{ordinal}".encode()).digest()
    return int.from_bytes(digest[:8], "big") >> 1


def _make_one(
    workshop: Workshop,
    game_type: GameType,
    key: str,
    source: SubtopicSource | None,
    state: StepState | None,
    target: int,
    report: Report,
) -> PartitionOutcome:
    """One partition, under its own lease."""
    if source is None:
        error = f"no live subtopic {key}: materialise 'curriculum', which also drops dead partitions"
        _end_failed(workshop, game_type, key, error)
        return PartitionOutcome(key, "failed", error=error)
    if workshop.session_id is None and state is not None:
        with workshop.pool.connection() as conn:
            if state.fingerprint == _mark(conn, workshop, game_type, source, target):
                return unchanged(state)
    try:
        with _alone(workshop, game_type, key) as is_ours:
            if not is_ours:
                return _untouched(workshop, game_type, key)
            return _fill_partition(workshop, game_type, source, target, report)
    except (JudgeUnavailableError, NotJudgedError, LeaseTimeoutError) as error:
        why = f"stopped, what is stored stays: {error}"  # says nothing about the content
        _end_failed(workshop, game_type, key, why)
        return PartitionOutcome(key, "failed", error=why)


@contextmanager
def _alone(workshop: Workshop, game_type: GameType, key: str) -> Iterator[bool]:
    """Be the only one at a partition of a game type; False: asked to stop while waiting for that."""
    name = f"{asset_name(game_type)} {key}"
    with ExitStack() as held:
        while not workshop.cancelled():
            try:
                held.enter_context(lease(workshop.pool, name, 1, _LEASE_SECONDS))
            except LeaseTimeoutError:
                continue
            yield True
            return
        yield False


def _fill_partition(
    workshop: Workshop, game_type: GameType, source: SubtopicSource, target: int, report: Report
) -> PartitionOutcome:
    key, session_id = source.key, workshop.session_id
    work = _Work()
    verify_stored(
        workshop.pool,
        keys=[key],
        game_types=[game_type],
        states=["flagged"],
        run_id=workshop.run_id,
        using=workshop.judge,
    )
    with workshop.pool.connection() as conn:
        work.retired = retire_changed(conn, key, game_type, workshop.run_id)
        if session_id is None:
            live = count_cells(conn, [key])
            wanted = {level: max(0, target - live.get((key, game_type, level), 0)) for level in DIFFICULTIES}
        else:
            wanted = wanted_by(conn, session_id, game_type, [key]).get(key, {})
            begin_cells(conn, session_id, game_type, key)
    _propose_and_fill(workshop, game_type, source, wanted, work)
    report.funnel.add(work.funnel)
    report.gaps[key] = work.reasons
    with workshop.pool.connection() as conn:
        if session_id is None:
            _remember_gaps(conn, game_type, key, target, work)
        else:
            end_cells(conn, session_id, game_type, key, _ended(wanted, work))
        return _finish(conn, workshop, game_type, source, target, work)


def _propose_and_fill(
    workshop: Workshop, game_type: GameType, source: SubtopicSource, wanted: Wanted, work: _Work
) -> None:
    """Ask one generator after the other for what is still missing."""
    work.short = {level: count for level, count in wanted.items() if count > 0}
    chosen = _chosen(workshop)
    tried: list[tuple[Generator, Filled]] = []
    has_content = bool(source.concepts or source.code)
    for turn, name in enumerate(TURNS) if has_content else ():
        asked = _asked(workshop, name, turn, chosen, work) if name in chosen else {}
        proposals = GENERATORS[name](workshop, source, game_type, asked) if asked else None
        if proposals is None:
            continue
        filled = fill(workshop, source.key, game_type, asked, proposals)
        left = workshop.author.circuit.why_open if name == "llm" and workshop.author else ""
        if left and filled.short and filled.ended == "exhausted":  # its last candidates found that out
            filled.ended, filled.why_left = "left", left
        tried.append((name, filled))
        _take(work, name, filled)
        if work.cancelled:
            break
    nobody = _no_generator(workshop, chosen) if has_content else NO_CONTENT
    for level in work.short:
        told = "; ".join(f"{name} {_why(filled, name, game_type, level)}" for name, filled in tried)
        work.reasons[level] = "cancelled" if work.cancelled else told or nobody


def _chosen(workshop: Workshop) -> tuple[Generator, ...]:
    """The generators that may propose: those that the session asked for, or all."""
    if workshop.session_id is None:
        return tuple(GENERATORS)
    with workshop.pool.connection() as conn:
        return chosen_generators(conn, workshop.session_id) or tuple(GENERATORS)


def _asked(
    workshop: Workshop, name: Generator, turn: int, chosen: Sequence[Generator], work: _Work
) -> dict[Difficulty, int]:
    """What a generator is asked for in its turn: a model its share first, then what it has not failed at."""
    share = workshop.author.share if workshop.author is not None else 0.0
    if name != "llm" or "template" not in chosen:
        share = 1.0
    if turn > TURNS.index(name):
        return {} if share == 0 else {le: n for le, n in work.short.items() if (name, le) not in work.failed}
    asked = {level: math.ceil(share * count) for level, count in work.short.items()}
    return {level: count for level, count in asked.items() if count}


def _take(work: _Work, name: Generator, filled: Filled) -> None:
    """Add what became of a generator's turn."""
    for level, count in filled.stored.items():
        work.stored[level] = work.stored.get(level, 0) + count
        work.short[level] -= count
        if not work.short[level]:
            del work.short[level]
    work.failed |= {(name, level) for level in filled.short}
    work.funnel.add(filled.funnel)
    work.seconds += filled.seconds
    work.left |= filled.ended == "left"
    work.cancelled |= filled.ended == "cancelled"


def _no_generator(workshop: Workshop, chosen: Sequence[Generator]) -> str:
    return NO_MODEL if chosen == ("llm",) and workshop.author is None else NO_GENERATOR


_NOTHING = {
    "word": "found no {level} term in its glossary and text",
    "pre_assessment": "found nothing {level} in its programs and its glossary",
}


def _why(filled: Filled, name: Generator, game_type: GameType, level: Difficulty) -> str:
    """In words, how a generator came to its end for a difficulty that it left short."""
    if name == "template" and filled.ended == "exhausted" and not filled.levels & {level, None}:
        no_program = "found no {level} program that uses only what is taught up to there"
        return _NOTHING.get(game_type, no_program).format(level=level)
    tried = filled.funnel.made
    ends = {
        "full": "filled what it was asked for",
        "exhausted": f"had no more after {tried} candidates",
        "patience": f"was left after {tried} candidates",
        "cancelled": "was cancelled",
        "left": f"was left after {tried} candidates, as {filled.why_left}",
    }
    worst = sorted(filled.funnel.dropped.items(), key=lambda item: (-item[1], item[0]))[:_SHOWN_REASONS]
    drops = ", ".join(f"{count} {reason}" for reason, count in worst)
    return ends[filled.ended] + (f" ({drops})" if drops else "")


def _ended(wanted: Wanted, work: _Work) -> dict[Difficulty, tuple[str, str]]:
    """State and reason of each cell of a session."""
    return {
        level: ("short", work.reasons.get(level, "")) if level in work.short else ("done", "")
        for level in wanted
    }


def _remember_gaps(conn: Connection, game_type: GameType, key: str, target: int, work: _Work) -> None:
    values = {"key": key, "game_type": game_type, "wanted": target}
    conn.execute(_SQL["delete_gaps"], values)
    for level, missing in work.short.items():
        cell = {"difficulty": level, "missing": missing, "reason": work.reasons[level]}
        conn.execute(_SQL["insert_gap"], {**values, **cell})


def _finish(
    conn: Connection,
    workshop: Workshop,
    game_type: GameType,
    source: SubtopicSource,
    target: int,
    work: _Work,
) -> PartitionOutcome:
    """The outcome; a partition that was worked at to the standing target is remembered."""
    key = source.key
    live = count_cells(conn, [key])
    counts: dict[str, int | float] = {
        "live": sum(count for (_, game, _), count in live.items() if game == game_type),
        "stored": sum(work.stored.values()),
        "short": sum(work.short.values()),
        "made": work.funnel.made,
        "dropped": sum(work.funnel.dropped.values()),
        "retired": work.retired,
        "seconds": round(work.seconds, 2),
    }
    version = bank_versions(conn, [key], game_type)[key]
    is_for_good = not work.cancelled and not (work.left and work.short)
    if workshop.session_id is None and is_for_good:
        made_from = _mark(conn, workshop, game_type, source, target)
        finish_step(conn, asset_name(game_type), StepState(key, made_from, version, counts))
    return PartitionOutcome(key, "done", version, counts)


def _mark(
    conn: Connection, workshop: Workshop, game_type: GameType, source: SubtopicSource, target: int
) -> str:
    author = workshop.author
    who = ",".join(TURNS) if author is None else f"{author.name} {author.share}"
    version = bank_versions(conn, [source.key], game_type)[source.key]
    return mark(who, source, target, version)


def _untouched(workshop: Workshop, game_type: GameType, key: str) -> PartitionOutcome:
    """The outcome of a partition at which a cancelled run never began."""
    with workshop.pool.connection() as conn:
        version = bank_versions(conn, [key], game_type)[key]
    return PartitionOutcome(key, "unchanged", version)


def _end_failed(workshop: Workshop, game_type: GameType, key: str, error: str) -> None:
    """Tell the session that work at a partition failed."""
    if workshop.session_id is None:
        return
    with workshop.pool.connection() as conn:
        wanted = wanted_by(conn, workshop.session_id, game_type, [key]).get(key, {})
        ended = dict.fromkeys(wanted, ("failed", error))
        end_cells(conn, workshop.session_id, game_type, key, ended)
