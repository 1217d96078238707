"""The vocabulary of questions: game types, candidates, and what admission says of them.

Here: plain values that generators, admission and the bank share. Not here: the fields of each game type
(``bodies``), making candidates (``template``, ``llm_generator``), judging them (``admission``).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.questions.bodies import Body

GameType = Literal[
    "hangman",
    "debugging",
    "word",
    "pre_assessment",
    "output_prediction",
    "trace",
    "parsons",
    "cloze",
]
Family = Literal["coding", "non_coding"]
Generator = Literal["template", "llm"]

GAME_TYPES: tuple[GameType, ...] = get_args(GameType)
DIFFICULTIES: tuple[Difficulty, ...] = get_args(Difficulty)

Wanted = Collection[Difficulty]
"""Difficulties of which questions are still missing; it may shrink while it is looked at."""

FAMILY: Mapping[GameType, Family] = {
    "hangman": "coding",
    "debugging": "coding",
    "word": "non_coding",
    "pre_assessment": "non_coding",
    "output_prediction": "non_coding",
    "trace": "non_coding",
    "parsons": "non_coding",
    "cloze": "non_coding",
}
"""Also the name of the Dagster pool and of the leases that bound how many candidates are in the making."""


def asset_name(game_type: GameType) -> str:
    """The Dagster asset that makes questions of a game type; also the step's name in the store."""
    return f"{game_type}_questions"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A question that somebody proposes and nobody believes yet.

    Attributes:
        body: its fields; their type says the game type.
        subtopics: 1 to 3 partition keys; the first is the partition that it belongs to.
        generator: who made it.
        model: the model's name for ``llm``, else empty.
        prompt_version: content hash of the prompt, for ``llm``.
        chunk_ids: chunks that it was made from.
        problem_id: problem that it was made from.
        claimed_difficulty: the generator's word; admission estimates by itself.
        taught: level of the subtopic that it was made for; words are no harder to know than what they name.
        seed: of the choices that made it.
    """

    body: Body
    subtopics: tuple[str, ...]
    generator: Generator = "template"
    model: str = ""
    prompt_version: str = ""
    chunk_ids: tuple[str, ...] = ()
    problem_id: str | None = None
    claimed_difficulty: Difficulty | None = None
    taught: Difficulty | None = None
    seed: int = 0

    @property
    def game_type(self) -> GameType:
        """The game that it is for."""
        return self.body.game_type


@dataclass(frozen=True, slots=True)
class Drop:
    """Why a candidate is not stored.

    Attributes:
        reason: one word of a short list, for counting, e.g. ``reference_fails``.
        detail: what was seen, for people and for the one repair turn of a model.
    """

    reason: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Admitted:
    """A candidate that held, and the proof.

    Attributes:
        candidate: as proposed.
        body: as it will be stored: admission may add hidden tests, never change what they expect.
        difficulty: estimated (``difficulty``).
        features: what the estimate rests on.
        verification: plain data: judge tier, tests run, hash seeds, mutants made and killed, …
        content_key: equal for questions that are the same but for names and formatting.
    """

    candidate: Candidate
    body: Body
    difficulty: Difficulty
    features: Mapping[str, float]
    verification: Mapping[str, Any]
    content_key: str


@dataclass(slots=True)
class Funnel:
    """What became of candidates: how many were made, admitted, and dropped for which reason."""

    made: int = 0
    admitted: int = 0
    dropped: dict[str, int] = field(default_factory=dict)
    examples: dict[str, str] = field(default_factory=dict)

    def drop(self, drop: Drop) -> None:
        """Count a dropped candidate; the first of a reason is kept as its example."""
        self.dropped[drop.reason] = self.dropped.get(drop.reason, 0) + 1
        self.examples.setdefault(drop.reason, drop.detail)

    def add(self, other: Funnel) -> None:
        """Count what another funnel counted, too."""
        self.made += other.made
        self.admitted += other.admitted
        for reason, count in other.dropped.items():
            self.dropped[reason] = self.dropped.get(reason, 0) + count
            self.examples.setdefault(reason, other.examples.get(reason, ""))
