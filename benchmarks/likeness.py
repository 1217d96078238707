"""Do questions of the bank repeat each other? Every pair of a game, compared here and not by the bank's code.

Texts are compared by runs of three tokens as they are written (Jaccard), wordings by the stored vectors
(cosine). Needs an installation with questions: ``pygrounds generate --all``, then
``python -m benchmarks.likeness``.
"""

from __future__ import annotations

import re
import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from psycopg_pool import ConnectionPool

from benchmarks.report import Row, report
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.database import database_urls
from pygrounds_dagster.store.pool import open_pool

LEAST_JACCARD, LEAST_COSINE = 0.9, 0.95
MOST_ALIKE = 0.01

_TEXTS: Mapping[str, Sequence[str]] = {
    "hangman": ("question_text", "clean_solution"),
    "debugging": ("question_text", "buggy_question_text", "code_shown_to_student"),
    "word": ("clue", "answer"),
    "pre_assessment": ("question_text", "code", "options"),
    "output_prediction": ("code", "stdin"),
    "trace": ("code",),
    "parsons": ("lines",),
    "cloze": ("code",),
}
"""What a learner sees of a question that differs from question to question."""

_TOKEN = re.compile(r"\w+|[^\w\s]")
_BLOCK = 512


def main() -> bool:
    """Compare all pairs of each game."""
    rows: list[Row] = []
    with open_pool(database_urls(Settings()).pygrounds, max_size=1, name="benchmark") as pool:
        for game in _TEXTS:
            texts, vectors = _read(pool, game)
            if not texts:
                continue
            same = sum(count - 1 for count in Counter(texts).values())
            alike = _alike_in_tokens(texts) | _alike_in_meaning(vectors)
            share = len(alike) / len(texts)
            of = f"{game}, of {len(texts)}"
            rows.append(Row(f"{of}: the same", same, 0, same, "0", same == 0))
            bound = f"<= {MOST_ALIKE:.0%}"
            rows.append(
                Row(
                    f"{of}: nearly the same",
                    share,
                    MOST_ALIKE,
                    share / MOST_ALIKE,
                    bound,
                    share <= MOST_ALIKE,
                )
            )
    if not rows:
        print("nothing is measured: there are no questions, pygrounds generate --all makes them")
        return True
    return report("likeness", rows)


def _read(pool: ConnectionPool, game: str) -> tuple[list[str], list[Any]]:
    """Texts of the served questions of a game, and their vectors or None."""
    with pool.connection() as conn:
        found = conn.execute(
            "SELECT body, meaning FROM question WHERE game_type = %s AND state IN ('live', 'flagged') "
            "ORDER BY question_id",
            [game],
        ).fetchall()
    texts = ["\n".join(_flat(body.get(name)) for name in _TEXTS[game]) for body, _ in found]
    return texts, [meaning for _, meaning in found]


def _flat(value: Any) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value or "")


def _alike_in_tokens(texts: Sequence[str]) -> set[int]:
    """Places of texts that share ``LEAST_JACCARD`` of their runs with an earlier one."""
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    sizes, alike = list[int](), set[int]()
    for at, text in enumerate(texts):
        tokens = _TOKEN.findall(text)
        runs = set(zip(tokens, tokens[1:], tokens[2:], strict=False)) or {tuple(tokens)}
        shared: Counter[int] = Counter()
        for run in runs:
            shared.update(places[run])
            places[run].append(at)
        if any(n >= LEAST_JACCARD * (len(runs) + sizes[earlier] - n) for earlier, n in shared.items()):
            alike.add(at)
        sizes.append(len(runs))
    return alike


def _alike_in_meaning(vectors: Sequence[Any]) -> set[int]:
    """Places of vectors whose cosine with an earlier one is ``LEAST_COSINE`` or more."""
    known = [at for at, vector in enumerate(vectors) if vector is not None]
    if not known:
        return set()
    matrix = np.stack([np.asarray(vectors[at].to_numpy(), np.float32) for at in known])
    alike = set[int]()
    for start in range(0, len(known), _BLOCK):
        block = matrix[start : start + _BLOCK] @ matrix.T
        later, earlier = np.nonzero(block >= LEAST_COSINE)
        alike |= {known[start + int(i)] for i, j in zip(later, earlier, strict=True) if j < start + i}
    return alike


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
