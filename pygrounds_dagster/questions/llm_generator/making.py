"""One candidate of a model: a request, the gate, one turn to repair it.

Here: what an answer is checked for, what the model is told, what is counted. Not here: which candidates are
asked for (``proposals``), forms, rules for texts (``texts``), the gate itself (``admission``).

Nothing is executed but in the judge, and nothing that a model says of itself counts. While it thinks, the
candidate holds the lease of its family, and no connection but the one that carries all leases.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from pydantic import ValidationError

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.judge import Judge
from pygrounds_dagster.llm import BlockingLlm, InvalidAnswerError, LlmError, Prompt
from pygrounds_dagster.llm.circuit import Circuit
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions import admission
from pygrounds_dagster.questions.bodies import (
    Body,
    ClozeBody,
    DebuggingBody,
    HangmanBody,
    ParsonsBody,
    WordBody,
)
from pygrounds_dagster.questions.difficulty import LEVELS, WEIGHTS
from pygrounds_dagster.questions.generate import Made
from pygrounds_dagster.questions.identity import filled
from pygrounds_dagster.questions.llm_generator import texts
from pygrounds_dagster.questions.llm_generator.forms import FORMS, Form
from pygrounds_dagster.questions.llm_generator.material import Material, material
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop, GameType
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.steady import steady
from pygrounds_dagster.questions.template.constructs import Neighbours
from pygrounds_dagster.questions.template.programs.model import draw

REASONS: Mapping[str, str] = {
    **texts.REASONS,
    "wrong_shape": "fields that are empty, too long or malformed",
    "wrong_options": "not three wrong options",
    "duplicate": "a question that the bank has, or that was just made",
    "one_topic": "a placement question that needs nothing of another topic",
    "model_unavailable": "the endpoint was not reached, or was busy at every attempt",
    "model_late": "no answer in time",
    "model_cut": "an answer that is not whole",
    "model_refused": "the endpoint refused the request",
    "model_invalid": "two answers that are not of the form",
    "model_failed": "no answer for another reason",
    "model_left": "not asked: the endpoint had failed too often in this run",
}
"""Every reason that admission does not know, and what it means."""

_TOLD_FEATURES = 4


@dataclass(frozen=True, slots=True)
class Asking:
    """What all requests of a subtopic and game type share; threads use it at once.

    Attributes:
        llm: the client.
        circuit: whether the endpoint is still asked.
        source: what the subtopic offers.
        game_type: of the questions.
        prompts: by difficulty.
        taken: what the bank has of them, a line each.
        known: content keys of the game type that are not wanted again; those made here are added.
        neighbours: other topics, by what their programs use.
        offset: of the numbers of the requests in the cache: a session does not get another one's answers.
    """

    llm: BlockingLlm
    circuit: Circuit
    source: SubtopicSource
    game_type: GameType
    prompts: Mapping[Difficulty, Prompt]
    taken: tuple[str, ...]
    known: set[str]
    neighbours: Neighbours
    offset: int


@dataclass(slots=True)
class _Turns:
    """What became of the answers of one candidate: the last fault, and the first that held."""

    drop: Drop | None = None
    held: Admitted | None = None


def make(asking: Asking, level: Difficulty, number: int, judge: Judge | None) -> Made:
    """Ask for a question, prove the answer, have it repaired once; else say why not.

    An answer that holds but is of another difficulty gets the second turn too; if that brings nothing
    better, it is what was made.

    Args:
        asking: what all requests share.
        level: the difficulty asked for.
        number: of the request, from 0.
        judge: None: the process's own.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotJudgedError: the judge said nothing about an answer.
    """
    if asking.circuit.why_open:
        return Drop("model_left", asking.circuit.why_open)
    shown = material(asking.source, asking.game_type, asking.taken, number)
    request = asking.prompts[level].fill(
        sample=asking.offset + number,
        title=asking.source.title,
        objectives="\n".join(f"- {objective}" for objective in asking.source.objectives) or "-",
        material=shown.text,
    )
    turns = _Turns()

    def check(form: Form) -> str | None:
        made = steady(partial(_prove, asking, form, shown, level, number, judge))
        return _complaint(asking.game_type, made, level, turns)

    try:
        asking.llm.structured(request, FORMS[asking.game_type], check)
    except LlmError as error:
        asking.circuit.failed(error)
        made = turns.held or _dropped(error, turns)
    else:
        asking.circuit.answered()
        made = turns.held or turns.drop or Drop("model_failed", "nothing came of it")
    if isinstance(made, Admitted):
        asking.known.add(made.content_key)
    return made


def _dropped(error: LlmError, turns: _Turns) -> Drop:
    """Why nothing came of a candidate: what the gate said, or what kept the model from answering."""
    if isinstance(error, InvalidAnswerError):
        return turns.drop or Drop("model_invalid", error.complaint)
    return Drop(f"model_{error.outcome}", str(error))


# --- an answer --------------------------------------------------------------------------------------------


def _prove(
    asking: Asking, form: Form, shown: Material, level: Difficulty, number: int, judge: Judge | None
) -> Made:
    """An answer through the rules for texts, and through the gate."""
    prompt = asking.prompts[level]
    instructions = "\n".join(text.template for _role, text in prompt.messages)
    for found in texts.findings(form, instructions, shown.text):
        return found
    seed = draw(asking.source.key, asking.game_type, level, asking.offset, number) >> 1
    try:
        body = form.body(seed, judge)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}" for fault in error.errors())
        return Drop("wrong_shape", "; ".join(faults))
    if isinstance(body, Drop):
        return body
    candidate = Candidate(
        body,
        _subtopics(asking, body, number),
        generator="llm",
        model=asking.llm.endpoint.model,
        prompt_version=prompt.version,
        chunk_ids=shown.chunk_ids,
        claimed_difficulty=level,
        taught=asking.source.difficulty,
        seed=seed,
    )
    made = admission.admit(candidate, using=judge)
    if isinstance(made, Admitted) and made.content_key in asking.known:
        return Drop("duplicate", "it exists already: make one that does something else")
    return made


def _subtopics(asking: Asking, body: Body, number: int) -> tuple[str, ...]:
    """The subtopic, and up to two others whose constructs the code uses; a placement question has one."""
    code = _code_of(body)
    try:
        near = asking.neighbours.ranked(parse(code)) if code else []
    except (SyntaxError, ValueError):  # the gate will say so
        near = []
    count = 1 if asking.game_type == "pre_assessment" else number % 3
    return (asking.source.key, *near[:count])


def _code_of(body: Body) -> str:
    match body:
        case HangmanBody() | DebuggingBody():
            return body.clean_solution
        case WordBody():
            return ""
        case ParsonsBody():
            return "\n".join(body.lines)
        case ClozeBody():
            return filled(body)
    return body.code


# --- what the model is told -------------------------------------------------------------------------------


def _complaint(game_type: GameType, made: Made, level: Difficulty, turns: _Turns) -> str | None:
    """What to tell the model; None if the answer is what was asked for."""
    if isinstance(made, Drop):
        turns.drop = made
        meaning = REASONS.get(made.reason) or admission.REASONS[game_type].get(made.reason, "")
        return f"It was checked and does not hold: {made.reason} ({meaning}). {made.detail}"
    if game_type == "word" or made.difficulty == level:
        turns.held = made
        return None
    turns.held = turns.held or made
    return _off_level(made, level)


def _off_level(made: Admitted, level: Difficulty) -> str:
    """Where an answer lies and where it should, with what counted most."""
    names = [name for _limit, name in LEVELS]
    place = names.index(level)
    least = LEVELS[place - 1][0] if place else 0.0
    bounds = f"from {least} to {LEVELS[place][0]}" if place + 1 < len(LEVELS) else f"{least} or more"
    parts = {name: WEIGHTS[name] * value for name, value in made.features.items() if name in WEIGHTS}
    most = sorted(parts, key=lambda name: -parts[name])[:_TOLD_FEATURES]
    counted = ", ".join(f"{name} {parts[name]:.1f}" for name in most)
    return (
        f"It holds, but its code is measured as {made.difficulty} (score {made.features['score']}); {level} "
        f"is {bounds}. What counted most: {counted}. Make one of that difficulty about the same material."
    )
