"""What the bank has and lacks: cells against the target with reasons, likeness within it, bias of its keys.

Here: figures over the whole bank. Not here: pictures, filling what is missing (``make``).
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from psycopg import Connection

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.questions.bank import Cell, stored_questions
from pygrounds_dagster.questions.bodies import PreAssessmentBody, body_of
from pygrounds_dagster.questions.identity import LEAST_JACCARD, jaccard, shingles
from pygrounds_dagster.questions.model import DIFFICULTIES, FAMILY, GAME_TYPES, Family, GameType, asset_name
from pygrounds_dagster.store.queries import load_queries

NOT_MADE = "never made: materialise its asset, or 'pygrounds generate --all'"
NOT_SAID = "fewer than when it was last made; the next run makes up for it"
_SQL = load_queries(__package__)


@dataclass(frozen=True, slots=True)
class CellState:
    """A cell of the bank: its live questions, and why they are fewer than the target, if they are."""

    key: str
    game_type: GameType
    difficulty: Difficulty
    live: int
    missing: int
    reason: str

    @property
    def cell(self) -> Cell:
        """Subtopic, game type, difficulty."""
        return self.key, self.game_type, self.difficulty


def read_cells(conn: Connection, target: int) -> list[CellState]:
    """All cells of live subtopics, in the curriculum's order.

    Args:
        conn: of the store.
        target: live questions that fill a cell.
    """
    values = {
        "game_types": list(GAME_TYPES),
        "steps": [asset_name(game) for game in GAME_TYPES],
        "difficulties": list(DIFFICULTIES),
    }
    found = []
    for key, game, level, live, reason, was_made in conn.execute(_SQL["select_cells"], values):
        missing = max(0, target - live)
        why = reason or (NOT_SAID if was_made else NOT_MADE)
        found.append(CellState(key, game, level, live, missing, why if missing else ""))
    return found


def by_family(cells: Collection[CellState]) -> dict[tuple[str, Family, Difficulty], int]:
    """Live questions of each subtopic, family and difficulty."""
    counts: dict[tuple[str, Family, Difficulty], int] = {}
    for cell in cells:
        place = (cell.key, FAMILY[cell.game_type], cell.difficulty)
        counts[place] = counts.get(place, 0) + cell.live
    return counts


@dataclass(frozen=True, slots=True)
class Likenesses:
    """How much served questions of a game type repeat each other.

    Attributes:
        questions: served ones.
        same: content keys that occur more than once.
        alike: pairs of ids whose shingles share ``LEAST_JACCARD`` or more.
    """

    questions: int
    same: list[str]
    alike: list[tuple[str, str, float]]

    @property
    def share(self) -> float:
        """Questions that are too much like an earlier one, as a part of all."""
        return len({later for _, later, _ in self.alike}) / self.questions if self.questions else 0.0


def likenesses(conn: Connection, game_type: GameType) -> Likenesses:
    """Compare every pair that shares a bucket exactly."""
    values = {"game_type": game_type}
    same = [row[0] for row in conn.execute(_SQL["select_repeated_keys"], values)]
    alike = []
    for left, left_body, right, right_body in conn.execute(_SQL["select_suspected_pairs"], values):
        value = jaccard(shingles(body_of(game_type, left_body)), shingles(body_of(game_type, right_body)))
        if value >= LEAST_JACCARD:
            alike.append((left, right, value))
    questions = sum(1 for _ in stored_questions(conn, game_types=[game_type]))
    return Likenesses(questions, same, alike)


@dataclass(frozen=True, slots=True)
class KeyBias:
    """Where right options stand, and how often the right one is the longest.

    Attributes:
        positions: right options at each of the four places.
        p_value: of the χ² test that all places are equally likely; 1 without questions.
        longest: questions whose right option is longer than every other, as a part of all.
    """

    positions: tuple[int, int, int, int]
    p_value: float
    longest: float


def key_bias(conn: Connection) -> KeyBias:
    """The bias of all served placement questions."""
    bodies = [
        body
        for question in stored_questions(conn, game_types=["pre_assessment"])
        if isinstance(body := question.fields(), PreAssessmentBody)
    ]
    places = [body.correct_option for body in bodies]
    positions = (places.count(0), places.count(1), places.count(2), places.count(3))
    longest = sum(_is_longest(body) for body in bodies)
    return KeyBias(positions, uniform_p(positions), longest / len(bodies) if bodies else 0.0)


def _is_longest(body: PreAssessmentBody) -> bool:
    lengths = [len(option) for option in body.options]
    right = lengths.pop(body.correct_option)
    return right > max(lengths)


def uniform_p(counts: Sequence[int]) -> float:
    """p-value of Pearson's χ² test that four counts come from a uniform choice.

    With three degrees of freedom the tail of χ² has a closed form: erfc(√(x/2)) + √(2x/π)·e^(-x/2)
    (Abramowitz and Stegun 26.4.4).

    Raises:
        ValueError: there are not four counts.
    """
    if len(counts) != 4:
        raise ValueError(f"the closed form is for 4 counts, not {len(counts)}")
    expected = sum(counts) / 4
    if not expected:
        return 1.0
    x = sum((count - expected) ** 2 / expected for count in counts)
    return math.erfc(math.sqrt(x / 2)) + math.sqrt(2 * x / math.pi) * math.exp(-x / 2)


def gap_reasons(cells: Collection[CellState]) -> Mapping[str, int]:
    """Missing questions by reason, most first."""
    found: dict[str, int] = {}
    for cell in cells:
        if cell.missing:
            found[cell.reason] = found.get(cell.reason, 0) + cell.missing
    return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))
