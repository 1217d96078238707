"""Execute questions again, our own or other people's, and report every defect by kind.

Here: the walk over the bank or a file, several questions at once, and the report. Nothing is taken from what
the generator or an earlier admission said. Not here: the rules (``admission``, ``foreign_checks``).
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, TypeVar

from psycopg import Connection
from psycopg_pool import ConnectionPool

from pygrounds_dagster.judge import Judge, JudgeUnavailableError
from pygrounds_dagster.problems.score import NotJudgedError
from pygrounds_dagster.questions.admission import (
    cloze,
    coding,
    output_prediction,
    parsons,
    pre_assessment,
    trace,
    word,
)
from pygrounds_dagster.questions.bank import (
    SERVED,
    State,
    StoredQuestion,
    UnknownQuestionError,
    change_state,
    remember_verified,
    retire_changed,
    stands_in,
    stored_questions,
)
from pygrounds_dagster.questions.bodies import (
    Body,
    ClozeBody,
    DebuggingBody,
    HangmanBody,
    OutputPredictionBody,
    ParsonsBody,
    PreAssessmentBody,
    TraceBody,
    WordBody,
)
from pygrounds_dagster.questions.foreign import ForeignItem, read_foreign
from pygrounds_dagster.questions.foreign_checks import defects, sameness
from pygrounds_dagster.questions.grounding import quoted
from pygrounds_dagster.questions.identity import content_key
from pygrounds_dagster.questions.model import Drop
from pygrounds_dagster.questions.steady import steady

Progress = Callable[[int, int], None]
"""Told how many questions are done, and how many there are."""

NOT_CHECKED = "not_checked"
"""Kind of a question about which nothing could be found out; it is not wrong for that."""

T = TypeVar("T")
_AHEAD = 4
_QUOTING = ("word", "pre_assessment")
"""Games whose questions quote the text that they were made from."""


@dataclass(frozen=True, slots=True)
class Defective:
    """A question that does not hold: its id in the bank, or its place in a file from 0; and why."""

    name: str | int
    game_type: str
    defects: tuple[Drop, ...]

    def to_json(self) -> dict[str, Any]:
        """Plain data; a place in a file is ``index``, an id of the bank ``question_id``."""
        return {
            "index" if isinstance(self.name, int) else "question_id": self.name,
            "game_type": self.game_type,
            "kinds": [defect.reason for defect in self.defects],
            "details": {defect.reason: defect.detail for defect in self.defects},
        }


@dataclass(slots=True)
class Report:
    """What was found: how many questions were executed, and which do not hold."""

    checked: int = 0
    defective: list[Defective] = field(default_factory=list)

    @property
    def by_kind(self) -> dict[str, int]:
        """Defective questions of each kind, most frequent first; one may have several."""
        kinds = Counter(defect.reason for one in self.defective for defect in one.defects)
        return dict(sorted(kinds.items(), key=lambda item: (-item[1], item[0])))

    def to_json(self) -> dict[str, Any]:
        """``{"checked", "defective", "by_kind", "items"}``."""
        return {
            "checked": self.checked,
            "defective": len(self.defective),
            "by_kind": self.by_kind,
            "items": [one.to_json() for one in self.defective],
        }


# --- one question -----------------------------------------------------------------------------------------


def verify_body(body: Body, subtopics: Sequence[str], *, using: Judge | None = None) -> list[Drop]:
    """Every rule of admission that a body breaks, each kind once; nothing is added to it.

    Orders of a Parsons problem and answers of a gap must all be listed, hidden tests must be sharp enough as
    they are: admission completes these, here what is missing is a defect.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: the judge said nothing about the question.
    """
    return _once_each(_broken(body, subtopics, using))


def _broken(body: Body, subtopics: Sequence[str], using: Judge | None) -> list[Drop]:
    match body:
        case HangmanBody() | DebuggingBody():
            found = coding.inspect(body, using=using)
            sharp = [] if found.findings else coding.mutation_findings(body, found.tests, using=using)
            return found.findings + sharp
        case WordBody():
            return list(word.findings(body))
        case PreAssessmentBody():
            return pre_assessment.findings(body, subtopics, using=using)[0]
        case OutputPredictionBody():
            return output_prediction.findings(body, using=using)[0]
        case TraceBody():
            return trace.findings(body, using=using)[0]
        case ParsonsBody():
            return parsons.findings(body, using=using)[0]
        case ClozeBody():
            return cloze.findings(body, using=using)[0]


def _once_each(findings: Iterable[Drop]) -> list[Drop]:
    found: dict[str, Drop] = {}
    for finding in findings:
        found.setdefault(finding.reason, finding)
    return list(found.values())


def _verify_stored(
    question: StoredQuestion, ungrounded: Mapping[str, str], using: Judge | None
) -> list[Drop]:
    try:
        body = question.fields()
    except ValueError as error:
        return [Drop("wrong_shape", str(error))]
    try:
        found = verify_body(body, question.subtopics, using=using)
    except NotJudgedError as error:  # says nothing about the question, nor about the others
        return [Drop(NOT_CHECKED, str(error))]
    words = ungrounded.get(question.question_id)
    if words is not None:
        found.append(Drop("term_not_in_source", f"{words!r} does not stand in its chunks"))
    if not found and content_key(body, question.subtopic_key, question.difficulty) != question.content_key:
        found = [Drop("wrong_key", "its content key is not that of its fields, so it may be there twice")]
    return found


def _verify_foreign(item: ForeignItem, lenient: bool, using: Judge | None) -> list[Drop]:
    try:
        return steady(partial(defects, item, lenient=lenient, using=using))
    except JudgeUnavailableError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever is strange about one item, the others are checked
        return [Drop(NOT_CHECKED, f"{type(error).__name__}: {error}")]


# --- many -------------------------------------------------------------------------------------------------


def verify_file(
    path: Path,
    *,
    lenient: bool = False,
    progress: Progress | None = None,
    using: Judge | None = None,
) -> Report:
    """Execute the questions of a foreign file.

    Raises:
        UnreadableError: the file holds no questions.
        JudgeUnavailableError: nothing can be run safely on this machine.
    """
    items = read_foreign(path)
    report, first = Report(), dict[tuple[str, ...], int]()
    verdicts = _side_by_side(items, lambda item: _verify_foreign(item, lenient, using))
    for item, found in verdicts:
        key = sameness(item)
        if key is not None and first.setdefault(key, item.index) != item.index:
            found = [*found, Drop("duplicate", f"the same as item {first[key]}")]
        report.checked += 1
        if found:
            report.defective.append(Defective(item.index, item.game_type, tuple(found)))
        if progress is not None:
            progress(report.checked, len(items))
    return report


def verify_stored(
    pool: ConnectionPool,
    *,
    keys: Sequence[str] | None = None,
    game_types: Sequence[str] | None = None,
    states: Sequence[State] = SERVED,
    at_most: int | None = None,
    withdraw: bool = True,
    run_id: str = "",
    progress: Progress | None = None,
    using: Judge | None = None,
) -> Report:
    """Execute every question that is served; one that does not hold is withdrawn.

    No connection is held while questions are executed; what was found out is written in batches, so that a
    killed run has lost only its last one.

    Args:
        pool: connections to the store.
        keys: only of these subtopics; all if None.
        game_types: only these; all if None.
        states: only in these; by default all that are served.
        at_most: a sample of so many, spread evenly; all if None.
        withdraw: False: only report.
        run_id: Dagster run that asks.
        progress: told after every question.
        using: the judge; the process's own by default.

    A question about which the judge says nothing is reported as ``not_checked`` and stays.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
    """
    with pool.connection() as conn:
        questions = list(stored_questions(conn, states=states, keys=keys, game_types=game_types))
        if withdraw and _retire_changed(conn, questions, run_id):
            questions = list(stored_questions(conn, states=states, keys=keys, game_types=game_types))
        if at_most is not None and len(questions) > at_most:
            questions = [questions[place * len(questions) // at_most] for place in range(at_most)]
        ungrounded = _ungrounded(conn, questions)
    report, held = Report(), list[str]()
    verdicts = _side_by_side(questions, lambda one: steady(partial(_verify_stored, one, ungrounded, using)))
    for question, found in verdicts:
        report.checked += 1
        if found:
            report.defective.append(Defective(question.question_id, question.game_type, tuple(found)))
            if withdraw and found[0].reason != NOT_CHECKED:
                _withdraw(pool, question.question_id, found, run_id)
        else:
            held.append(question.question_id)
        if len(held) >= 100:
            _remember(pool, held)
        if progress is not None:
            progress(report.checked, len(questions))
    _remember(pool, held)
    return report


def _retire_changed(conn: Connection, questions: Iterable[StoredQuestion], run_id: str) -> int:
    """Retire questions about words whose text is gone: they are not wrong, so they may be made again."""
    cells = {(one.subtopic_key, one.game_type) for one in questions if one.game_type in _QUOTING}
    return sum(retire_changed(conn, key, game_type, run_id) for key, game_type in sorted(cells))


def _ungrounded(conn: Connection, questions: Iterable[StoredQuestion]) -> dict[str, str]:
    """Questions by id whose words do not stand in the chunks that they were made from, with these words."""
    found = {}
    for one in questions:
        words = ""
        if one.game_type in _QUOTING:
            with suppress(ValueError):  # fields of another shape are reported as such
                words = quoted(one.fields())
        if words and not stands_in(conn, words, one.chunk_ids):
            found[one.question_id] = words
    return found


def _withdraw(pool: ConnectionPool, question_id: str, found: Iterable[Drop], run_id: str) -> None:
    reason = "; ".join(f"{defect.reason}: {defect.detail}" for defect in found)
    # somebody else may have taken it out of service since it was read
    with pool.connection() as conn, suppress(UnknownQuestionError):
        change_state(conn, question_id, "withdrawn", reason[:1000], run_id)


def _remember(pool: ConnectionPool, held: list[str]) -> None:
    if held:
        with pool.connection() as conn:
            remember_verified(conn, held)
        held.clear()


def _side_by_side(questions: Iterable[T], check: Callable[[T], list[Drop]]) -> Iterator[tuple[T, list[Drop]]]:
    """Each question with what a check found, in order; a few at once, since a check mostly waits for runs."""
    threads = 2 * len(os.sched_getaffinity(0))
    source = iter(questions)
    with ThreadPoolExecutor(threads, thread_name_prefix="verify") as workers:
        waiting: list[tuple[T, Future[list[Drop]]]] = []
        try:
            while True:
                room = threads * _AHEAD - len(waiting)
                waiting += [(one, workers.submit(check, one)) for one in islice(source, room)]
                if not waiting:
                    return
                question, future = waiting.pop(0)
                yield question, future.result()
        finally:
            for _question, future in waiting:
                future.cancel()
