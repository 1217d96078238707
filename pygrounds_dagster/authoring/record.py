"""Keys of subtopics → checks of their pages that are stored, made once for each page and code that checks.

Here: memoisation, one transaction for each page, the report as rows. Not here: the check itself (``check``).
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import Any

from psycopg import Connection
from psycopg.rows import dict_row
from psycopg.types.json import Jsonb
from psycopg_pool import ConnectionPool

from pygrounds_dagster import judge
from pygrounds_dagster.authoring.check import Draft, Meaning, PageReport, check_drafts, read_draft, report
from pygrounds_dagster.authoring.encoded import stored_vectors
from pygrounds_dagster.authoring.meaning import neighbours, objective_findings, page_texts
from pygrounds_dagster.authoring.programs import NotRunError, ProgramRun
from pygrounds_dagster.authoring.references import References
from pygrounds_dagster.curriculum.blocks import SourceError
from pygrounds_dagster.curriculum.chunking import CHUNKER_VERSION
from pygrounds_dagster.curriculum.content_model import Content
from pygrounds_dagster.curriculum.content_yaml import UnreadableTextError
from pygrounds_dagster.curriculum.tokens import TokenCounter
from pygrounds_dagster.judge import Judge, JudgeUnavailableError
from pygrounds_dagster.knowledge.encoder import Encoder
from pygrounds_dagster.partition import PartitionOutcome, Progress, no_progress
from pygrounds_dagster.store.queries import load_queries
from pygrounds_dagster.store.step import (
    StepState,
    fingerprint,
    finish_step,
    finished_steps,
    forget_step,
    unchanged,
)

STEP = "content_check"
PAGES_AT_ONCE = 16
"""Pages whose programs run side by side before they are stored: a kill loses at most so many."""

_SQL = load_queries(__package__)
_SHOWN_FINDINGS = 5


@dataclass(frozen=True, slots=True)
class Bench:
    """What checking needs besides the content.

    Attributes:
        pool: connections to the store; none is held while texts are encoded or programs run.
        encoder: of prose.
        counter: of the chunker.
        using: the judge; the process's own if None.
    """

    pool: ConnectionPool
    encoder: Encoder
    counter: TokenCounter
    using: Judge | None = None


@dataclass(slots=True)
class _Work:
    """What one call of the step works on: pages that were read, by key, and why others could not be."""

    drafts: dict[str, Draft]
    failed: dict[str, str]
    page_marks: dict[str, str]
    marks: dict[str, str]
    states: dict[str, StepState]


@cache
def check_version() -> str:
    """Hash of the code that a check rests on: the judge, the rules, and Python."""
    places = [Path(judge.__file__).parent, Path(__file__).parent]
    sources = [path for place in places for path in sorted(place.glob("*.py"))]
    return fingerprint(repr(sys.version_info[:2]), *(path.read_text(encoding="utf-8") for path in sources))


def check_content(
    bench: Bench, content: Content, keys: Sequence[str], progress: Progress = no_progress
) -> list[PartitionOutcome]:
    """Check the pages of subtopics and store what was found, one transaction each.

    A page is left alone if it had no error and page, checking code, link targets and the meaning of all pages
    are as they were; where only other pages changed, its programs are not run again. A page with an error is
    checked every time, and its partition fails, with the report stored all the same.

    Args:
        bench: store, encoder, judge.
        content: all of it, as a page is compared with the others.
        keys: subtopics to look at.
        progress: told after every page.

    Returns:
        One outcome for every key, in order; failed: an error was found, its file is not valid, or it cannot
        be checked on this machine. Counts: the measures, ``errors`` and ``warnings``; none for a subtopic
        that has no text of its own.
    """
    with bench.pool.connection() as conn:
        states = finished_steps(conn, STEP, keys)
        live = {key for (key,) in conn.execute(_SQL["select_live_subtopics"], {"keys": list(keys)})}
    work = _read(bench, content, states)
    outcomes = {
        key: PartitionOutcome(key, "failed", error=_why_absent(key, live, content, work)) for key in keys
    }
    stale = []
    for key in live.intersection(work.marks):
        state = states.get(key)
        if state is not None and state.fingerprint == work.marks[key]:
            outcomes[key] = unchanged(state)
        else:
            stale.append(key)
    empty = [key for key in stale if work.drafts[key].parts.page.is_empty]
    outcomes |= {key: _store_empty(bench.pool, key, work.marks[key]) for key in empty}
    written = [key for key in keys if key in stale and key not in empty]
    done = len(keys) - len(written)
    for outcome in _check(bench, work, written):
        outcomes[outcome.key] = outcome
        done += 1
        progress(done, len(keys), outcome.key)
    progress(len(keys), len(keys), "checked")
    return [outcomes[key] for key in keys]


def read_checks(conn: Connection, keys: Sequence[str] | None = None) -> dict[str, dict[str, Any]]:
    """Stored checks of live subtopics (None: of all) in the curriculum's order, as columns, by key."""
    with conn.cursor(row_factory=dict_row) as cursor:
        wanted = None if keys is None else list(keys)
        rows = cursor.execute(_SQL["select_checks"], {"keys": wanted}).fetchall()
    return {row["subtopic_key"]: row for row in rows}


def _read(bench: Bench, content: Content, states: dict[str, StepState]) -> _Work:
    """Read every page; some milliseconds each."""
    references = References.of(content)
    drafts: dict[str, Draft] = {}
    failed: dict[str, str] = {}
    for subtopic in content.subtopics:
        try:
            drafts[subtopic.key] = read_draft(subtopic, content, references)
        except (UnreadableTextError, OSError) as error:
            failed[subtopic.key] = f"{subtopic.path}: {error}; check the file and materialise again"
    own = [fingerprint(key, draft.source) for key, draft in drafts.items() if not draft.parts.page.is_empty]
    corpus = fingerprint(bench.encoder.model.model_id, bench.counter.identity, str(CHUNKER_VERSION), *own)
    pages = {
        key: fingerprint(check_version(), draft.source, draft.subtopic.content_hash)
        for key, draft in drafts.items()
    }
    marks = {
        key: fingerprint(pages[key], "" if draft.parts.page.is_empty else corpus, repr(draft.findings))
        for key, draft in drafts.items()
    }
    return _Work(drafts, failed, pages, marks, states)


def _why_absent(key: str, live: set[str], content: Content, work: _Work) -> str:
    if key in content.failed:
        return content.failed[key]
    if key in work.failed:
        return work.failed[key]
    if key not in live:
        return f"{key} is not registered: materialise 'curriculum' and see its problems"
    return f"no file defines {key} any more: materialise 'curriculum'"


def _check(bench: Bench, work: _Work, keys: Sequence[str]) -> Iterator[PartitionOutcome]:
    if not keys:
        return
    try:
        meanings, lost = _meanings(bench, work, keys)
    except (SourceError, OSError) as error:
        yield from (
            PartitionOutcome(key, "failed", error=f"the pages cannot be read: {error}") for key in keys
        )
        return
    for key, why in lost.items():
        yield PartitionOutcome(key, "failed", error=f"{work.drafts[key].subtopic.path}: {why}")
    good = [key for key in keys if key not in lost]
    proven = _proven(bench.pool, work, good)
    for key, runs in proven.items():
        draft = work.drafts[key]
        found = report(draft, runs, draft.findings, meanings[key])
        yield _store(bench.pool, found, work)
    rest = [key for key in good if key not in proven]
    for start in range(0, len(rest), PAGES_AT_ONCE):
        batch = rest[start : start + PAGES_AT_ONCE]
        try:
            reports = check_drafts([work.drafts[key] for key in batch], meanings, bench.using)
        except (
            JudgeUnavailableError,
            NotRunError,
        ) as error:  # says nothing about a page: what is stored stays
            why = f"its programs cannot be run safely here: {error}"
            yield from (PartitionOutcome(key, "failed", error=why) for key in batch)
            continue
        for found in reports:
            yield _store(bench.pool, found, work)


def _meanings(bench: Bench, work: _Work, keys: Sequence[str]) -> tuple[dict[str, Meaning], dict[str, str]]:
    """What vectors tell of some pages, and why others of them have none."""
    written = {key: draft for key, draft in work.drafts.items() if not draft.parts.page.is_empty}
    texts = {key: page_texts(draft.subtopic, bench.counter) for key, draft in written.items()}
    vectors, errors = stored_vectors(bench.pool, bench.encoder, list(texts.values()))
    lost = {key: errors[text] for key, page in texts.items() for text in page.texts if text in errors}
    nearest = neighbours({key: page for key, page in texts.items() if key not in lost}, vectors)
    meanings = {}
    for key in keys:
        if key not in lost:
            draft = written[key]
            found = objective_findings(draft.subtopic, draft.parts, texts[key], vectors, draft.source)
            meanings[key] = Meaning(tuple(found), nearest.get(key))
    told = {key: f"a text of it could not be encoded: {why}" for key, why in lost.items() if key in keys}
    return meanings, told


def _proven(pool: ConnectionPool, work: _Work, keys: Sequence[str]) -> dict[str, list[ProgramRun]]:
    """What became of the programs of pages that are as they were when they had no error."""
    with pool.connection() as conn:
        rows = conn.execute(_SQL["select_proven_runs"], {"keys": list(keys)}).fetchall()
    return {
        key: [ProgramRun(**run) for run in runs] for key, page, runs in rows if page == work.page_marks[key]
    }


def _store_empty(pool: ConnectionPool, key: str, mark: str) -> PartitionOutcome:
    """A subtopic whose text lies in other sources has nothing to be checked here."""
    counts: dict[str, int | float] = {"programs": 0}
    with pool.connection() as conn:
        if conn.execute(_SQL["lock_subtopic"], {"key": key}).fetchone() is not None:
            conn.execute(_SQL["delete_check"], {"key": key})
            finish_step(conn, STEP, StepState(key, mark, fingerprint(mark), counts))
    return PartitionOutcome(key, "done", fingerprint(mark), counts)


def _store(pool: ConnectionPool, found: PageReport, work: _Work) -> PartitionOutcome:
    """Write what a check found; only a page without an error is remembered."""
    values = report_values(found)
    counts = {name: value for name, value in values.items() if isinstance(value, int | float)}
    state = StepState(found.key, work.marks[found.key], fingerprint(repr(values)), counts)
    before = work.states.get(found.key)
    row = values | {"findings": Jsonb(values["findings"]), "runs": Jsonb(values["runs"])}
    with pool.connection() as conn:
        if conn.execute(_SQL["lock_subtopic"], {"key": found.key}).fetchone() is None:
            return PartitionOutcome(found.key, "failed", error=f"{found.key} was deleted meanwhile")
        conn.execute(_SQL["upsert_check"], row | {"page_hash": work.page_marks[found.key]})
        if found.errors:
            forget_step(conn, [found.key], STEP)
        else:
            finish_step(conn, STEP, state)
    if found.errors:
        return PartitionOutcome(found.key, "failed", error=_told(found))
    if before is not None and before.data_version == state.data_version:
        return unchanged(state)
    return PartitionOutcome(found.key, "done", state.data_version, counts)


def report_values(found: PageReport) -> dict[str, Any]:
    """A report as plain data: the columns of its row but for the hash of the page."""
    measures: Mapping[str, Any] = asdict(found.measures)
    near = found.neighbour
    return {
        "subtopic_key": found.key,
        **{name: value for name, value in measures.items() if name != "grade"},
        "reading_grade": found.measures.grade,
        "objectives_covered": found.covered,
        "nearest_key": near and near.key,
        "nearest_similarity": near and near.similarity,
        "errors": len(found.errors),
        "warnings": len(found.warnings),
        "findings": [{**asdict(finding), "level": finding.level} for finding in found.findings],
        "runs": [asdict(run) for run in found.runs],
    }


def _told(found: PageReport) -> str:
    lines = [f"{found.path}:{finding.line}: {finding}" for finding in found.errors]
    if len(lines) > _SHOWN_FINDINGS:
        lines[_SHOWN_FINDINGS:] = [f"… and {len(lines) - _SHOWN_FINDINGS} more: pygrounds check {found.path}"]
    return "\n".join(lines)
