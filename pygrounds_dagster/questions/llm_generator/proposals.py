"""What a model is asked for, in which order, and when it is left.

Here: the requests of one subtopic and game type. Not here: one request and what becomes of its answer
(``making``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.llm import LlmError, Prompt, load_prompt
from pygrounds_dagster.llm.circuit import Circuit
from pygrounds_dagster.questions.bank import known_keys, stored_questions
from pygrounds_dagster.questions.generate import Author, GeneratorLeftError, Proposal, Workshop
from pygrounds_dagster.questions.llm_generator.making import Asking, make
from pygrounds_dagster.questions.llm_generator.material import MOST_TAKEN, taken_line
from pygrounds_dagster.questions.model import DIFFICULTIES, GameType
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.constructs import Neighbours

TRIES_EACH, TRIES_MORE = 2, 1
"""Candidates for each question wanted of a difficulty, and how many on top."""

_ROOM = "pygrounds_dagster.questions"


def llm_proposals(
    workshop: Workshop, source: SubtopicSource, game_type: GameType, wanted: Mapping[Difficulty, int]
) -> Iterator[Proposal] | None:
    """Candidates of the model that is configured, the difficulties in turns; None: there is no model.

    Nothing is asked before a proposal is made. The iterator raises ``GeneratorLeftError`` when the endpoint
    cannot be asked, or is not asked any more in this run.
    """
    if workshop.author is None:
        return None
    return _proposals(workshop, workshop.author, source, game_type, wanted)


def prompt_of(game_type: GameType, level: Difficulty) -> Prompt:
    """The prompt of a game type and difficulty.

    Raises:
        PromptError: its file is not as it must be.
    """
    return load_prompt(_ROOM, f"{game_type}/{level}")


def _proposals(
    workshop: Workshop,
    author: Author,
    source: SubtopicSource,
    game_type: GameType,
    wanted: Mapping[Difficulty, int],
) -> Iterator[Proposal]:
    _leave_if_open(author.circuit)
    tries = {
        level: TRIES_EACH * n + TRIES_MORE for level, n in wanted.items() if _fits(game_type, source, level)
    }
    try:
        prompts = {level: prompt_of(game_type, level) for level in tries}
        asking = _asking(workshop, author, source, game_type, prompts)
    except LlmError as error:
        raise GeneratorLeftError(str(error)) from error
    for number in range(max(tries.values(), default=0)):
        for level in (level for level, most in tries.items() if number < most):
            _leave_if_open(author.circuit)
            yield Proposal("llm", level, partial(make, asking, level, number))


def _fits(game_type: GameType, source: SubtopicSource, level: Difficulty) -> bool:
    """Whether a subtopic can have such questions: a word is about as hard as the subject it belongs to."""
    apart = DIFFICULTIES.index(level) - DIFFICULTIES.index(source.difficulty)
    return game_type != "word" or abs(apart) <= 1


def _asking(
    workshop: Workshop,
    author: Author,
    source: SubtopicSource,
    game_type: GameType,
    prompts: Mapping[Difficulty, Prompt],
) -> Asking:
    """What all requests share; what the bank has is read once.

    Raises:
        LlmError: there is no client to be had.
    """
    llm = author.open()
    with workshop.pool.connection() as conn:
        known = set(known_keys(conn, game_type))
        stored = list(stored_questions(conn, keys=[source.key], game_types=[game_type]))
    taken = tuple(taken_line(question.fields()) for question in reversed(stored[-MOST_TAKEN:]))
    return Asking(
        llm=llm,
        circuit=author.circuit,
        source=source,
        game_type=game_type,
        prompts=prompts,
        taken=taken,
        known=known,
        neighbours=Neighbours(source),
        offset=0 if workshop.session_id is None else workshop.session_id.int,
    )


def _leave_if_open(circuit: Circuit) -> None:
    if circuit.why_open:
        raise GeneratorLeftError(circuit.why_open)
