"""Questions of every game type by the template generator: how fast, and whether they are as good as promised.

A bank is made in a fresh database from a sample of the shipped subtopics, every candidate executed in the
judge, one process for each core. Then everything is executed again by the independent checker, and what is
promised of questions is measured. How many a minute is only decided where nothing else keeps the cores busy.
The edits of debugging questions are counted here, token by token, and not by the code that admits them.
``python -m benchmarks.questions``
"""

from __future__ import annotations

import io
import multiprocessing
import os
import sys
import time
import tokenize
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import partial
from pathlib import Path

from psycopg_pool import ConnectionPool

from benchmarks.report import Row, report
from benchmarks.synthetic import knowledge_base
from pygrounds_dagster.curriculum.chunk_rows import sync_chunks
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.documents import sync_documents
from pygrounds_dagster.curriculum.register import register_content
from pygrounds_dagster.knowledge.encoders import token_counter
from pygrounds_dagster.problems.register import load_shelf
from pygrounds_dagster.questions.attempts import Attempt, attempts
from pygrounds_dagster.questions.bank import StoredQuestion, stored_questions
from pygrounds_dagster.questions.bodies import DebuggingBody
from pygrounds_dagster.questions.coverage import key_bias, likenesses
from pygrounds_dagster.questions.generate import Workshop
from pygrounds_dagster.questions.make import make_questions
from pygrounds_dagster.questions.model import FAMILY, GAME_TYPES, Family, GameType
from pygrounds_dagster.questions.verify import verify_stored
from pygrounds_dagster.settings import PROJECT_ROOT, Settings
from pygrounds_dagster.store.database import database_urls
from pygrounds_dagster.store.pool import open_pool

CONTENT = PROJECT_ROOT / "content"
EVERY, TARGET = 8, 3
LIMITS: dict[Family, int] = {"coding": 4, "non_coding": 16}
LEAST_A_MINUTE, LEAST_TYPES = 600, 6
MOST_TOKENS = 3
LEAST_SCORE, LEAST_MEAN = 0.85, 0.97
LEAST_P, MOST_LONGEST = 0.05, 0.30
MOST_ALIKE = 0.01
LEAST_SHARE = 0.15
"""Of coding questions, those that name one, two and three subtopics, each."""
_IDLE = 0.5
"""Load of the machine, in processes, up to which a speed can be decided."""


@dataclass(frozen=True, slots=True)
class Made:
    """What a process made of one game type, and its CPU seconds; those of the judge are not among them."""

    game_type: GameType
    admitted: int
    made: int


def main() -> bool:
    """Make a bank, then measure it."""
    busy = os.getloadavg()[0] > _IDLE
    with knowledge_base() as base:
        keys = _prepare(base.pool)
        seconds, made = _make(database_urls(base.settings).pygrounds, keys)
        rows = [_speed(seconds, made, busy), *_proofs(base.pool), *_likeness(base.pool)]
        with base.pool.connection() as conn:
            questions = list(stored_questions(conn))
            bias = key_bias(conn)
    p, longest = bias.p_value, bias.longest
    rows += [
        *_debugging(questions),
        *_mutation(questions),
        Row("place of the right option, p of the χ² test", p, LEAST_P, p / LEAST_P, "> 0.05", p > LEAST_P),
        Row("right option longest of all", longest, MOST_LONGEST, longest / MOST_LONGEST, "<= 30 %",
            longest <= MOST_LONGEST),
        _difficulty(),
        _subtopics(questions),
    ]  # fmt: skip
    return report("questions", rows)


def _prepare(pool: ConnectionPool) -> list[str]:
    """Register the shipped curriculum with its chunks; the keys of the sample."""
    content = load_content([CONTENT])
    register_content(pool, content)
    sync_documents(pool, content, content.keys)
    sync_chunks(pool, content.keys, token_counter(Settings()))
    return list(content.keys)[::EVERY]


def _make(url: str, keys: Sequence[str]) -> tuple[float, list[Made]]:
    """All game types, one process for each core; and the seconds from beginning to end."""
    cores = len(os.sched_getaffinity(0))
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(cores, mp_context=spawn) as workers:
        for _ in workers.map(_nothing, range(cores)):  # processes have started
            pass
        started = time.perf_counter()
        made = list(workers.map(partial(make, url, tuple(keys)), GAME_TYPES))
        return time.perf_counter() - started, made


def _nothing(_number: int) -> None:
    time.sleep(0.2)


def make(url: str, keys: Sequence[str], game_type: GameType) -> Made:
    """Fill the cells of one game type; called in a process of its own."""
    problems = load_shelf([CONTENT]).problems
    with open_pool(url, max_size=6, name="benchmark") as pool:
        funnel = make_questions(Workshop(pool, LIMITS), game_type, keys, problems, TARGET).funnel
    return Made(game_type, funnel.admitted, funnel.made)


def _speed(seconds: float, made: Sequence[Made], busy: bool) -> Row:
    admitted = sum(one.admitted for one in made)
    types = sum(one.admitted > 0 for one in made)
    rate = 60 * admitted / seconds
    for one in made:
        print(f"{one.game_type}: {one.admitted} of {one.made} candidates held")
    holds = rate >= LEAST_A_MINUTE and types >= LEAST_TYPES
    what = f"admitted a minute, {types} game types, {len(os.sched_getaffinity(0))} cores"
    bound = f">= {LEAST_A_MINUTE}, >= {LEAST_TYPES} types"
    return Row(
        what, rate, LEAST_A_MINUTE, rate / LEAST_A_MINUTE, bound, None if busy and not holds else holds
    )


def _proofs(pool: ConnectionPool) -> list[Row]:
    """Everything executed again by the checker."""
    found = verify_stored(pool, withdraw=False)
    for one in found.defective:
        print(f"{one.game_type} {one.name}: {'; '.join(map(str, one.defects))}")
    right = 1 - len(found.defective) / found.checked
    what = f"right when executed again, of {found.checked}"
    return [Row(what, right, 1, right, "100 %", right == 1)]


def _likeness(pool: ConnectionPool) -> list[Row]:
    with pool.connection() as conn:
        found = [likenesses(conn, game_type) for game_type in GAME_TYPES]
    same = sum(len(one.same) for one in found)
    alike = len({later for one in found for _, later, _ in one.alike}) / sum(one.questions for one in found)
    return [
        Row("exact duplicates", same, 0, same, "0", same == 0),
        Row(
            "near duplicates, by tokens", alike, MOST_ALIKE, alike / MOST_ALIKE, "<= 1 %", alike <= MOST_ALIKE
        ),
    ]


def _debugging(questions: Sequence[StoredQuestion]) -> list[Row]:
    """One edit of few tokens each, that gives a wrong value for the sample and ends well."""
    bodies = [body for one in questions if isinstance(body := one.fields(), DebuggingBody)]
    small = sum(_edit(body) <= MOST_TOKENS for body in bodies) / len(bodies)
    shown = attempts([_asking(body, body.code_shown_to_student) for body in bodies])
    right = attempts([_asking(body, body.clean_solution) for body in bodies])
    ends = zip(bodies, shown, right, strict=True)
    wrong = sum(_is_mistaken(body, one, other) for body, one, other in ends) / len(bodies)
    of = f"debugging, of {len(bodies)}"
    return [
        Row(f"{of}: one edit of at most {MOST_TOKENS} tokens", small, 1, small, "100 %", small == 1),
        Row(f"{of}: a wrong value for the sample", wrong, 1, wrong, "100 %", wrong == 1),
    ]


def _asking(body: DebuggingBody, code: str) -> str:
    return f"{code}\nprint(repr({body.function_name}({body.sample_input})))\n"


def _is_mistaken(body: DebuggingBody, shown: Attempt, right: Attempt) -> bool:
    wanted = f"{body.sample_output}\n"
    return (shown.ended, right.ended) == ("ok", "ok") and right.stdout == wanted != shown.stdout


def _edit(body: DebuggingBody) -> int:
    """Tokens in the one place where both programs differ, on the longer side."""
    left, right = _tokens(body.code_shown_to_student), _tokens(body.clean_solution)
    changes = [code for code in SequenceMatcher(None, left, right, False).get_opcodes() if code[0] != "equal"]
    first, last = changes[0], changes[-1]
    return max(last[2] - first[1], last[4] - first[3])


def _tokens(source: str) -> list[str]:
    """Texts of the tokens; how far a line stands to the right is one token at its beginning."""
    silent = {tokenize.INDENT, tokenize.DEDENT, tokenize.NL, tokenize.COMMENT}
    found, fresh = [], True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type in silent:
            continue
        if fresh:
            found.append(" " * token.start[1])
        fresh = token.type == tokenize.NEWLINE
        found.append(token.string)
    return found


def _mutation(questions: Sequence[StoredQuestion]) -> list[Row]:
    """How many of the single-edit mutants hidden tests find, as the judge saw it."""
    scores = [one.verification["score"] for one in questions if FAMILY[one.game_type] == "coding"]
    mean, least = sum(scores) / len(scores), min(scores)
    of = f"mutants found by hidden tests, of {len(scores)} questions"
    return [
        Row(f"{of}: mean", mean, LEAST_MEAN, mean / LEAST_MEAN, ">= 0.97", mean >= LEAST_MEAN),
        Row(f"{of}: least", least, LEAST_SCORE, least / LEAST_SCORE, ">= 0.85", least >= LEAST_SCORE),
    ]


def _difficulty() -> Row:
    """Spearman's rank correlation of the estimate with the labels of people."""
    sys.path.insert(0, str(Path(PROJECT_ROOT) / "tests" / "questions"))
    from test_difficulty import labelled  # type: ignore[import-not-found,unused-ignore]

    found = labelled()
    value = float(found["label"].rank().corr(found["score"].rank()))
    return Row(f"difficulty of {len(found)} labelled programs, rank correlation", value, 0.9, value / 0.9,
               ">= 0.9", value >= 0.9)  # fmt: skip


def _subtopics(questions: Sequence[StoredQuestion]) -> Row:
    """How evenly coding questions name one, two and three subtopics."""
    counts = Counter(len(one.subtopics) for one in questions if FAMILY[one.game_type] == "coding")
    least = min(counts[number] for number in (1, 2, 3)) / counts.total()
    what = "coding questions of one, two, three subtopics: least share"
    return Row(what, least, LEAST_SHARE, least / LEAST_SHARE, ">= 15 %", least >= LEAST_SHARE)


if __name__ == "__main__":
    sys.exit(not main())
