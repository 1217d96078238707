"""When are two questions the same, or too much alike?

Here: content keys (the same but for names and formatting), MinHash signatures with their bands, the exact
check of a suspect, closeness in meaning. Not here: keeping keys and bands, finding suspects (``bank``).

MinHash after Broder, "On the resemblance and containment of documents" (1997); banding after Leskovec,
Rajaraman, Ullman, "Mining of Massive Datasets", chapter 3.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pygrounds_dagster.curriculum.content_model import Difficulty
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
from pygrounds_dagster.questions.renaming import code_tokens, normal_form

PERMUTATIONS = 128
ROWS = 6
BANDS = PERMUTATIONS // ROWS
"""21 bands of 6 rows: a pair of Jaccard similarity s shares a bucket with probability 1 - (1 - s^6)^21, that
is 99.83 % at 0.8 and 28 % at 0.5. Fewer rows would find no more that matters and bring crowds of suspects."""

SHINGLE = 3
"""Tokens of a shingle. Questions are short: one changed token changes 3 of some 60 shingles."""

LEAST_JACCARD = 0.8
LEAST_COSINE = 0.95
"""With all-MiniLM-L6-v2, questions that mean the opposite (smallest, largest) reach 0.92, paraphrases lie
from 0.86 to 0.97: only those that are nearly the same sentence can be told, and no other question is lost."""

_PRIME = np.uint64(4294967291)  # the largest below 2^32, so that a·x + b fits 64 bits
_WORD = re.compile(r"[^\W_]+|[^\w\s]")
_GAP = re.compile(r"\{\{\d+\}\}")


@dataclass(frozen=True, slots=True)
class Known:
    """A question of the bank that a new one is compared with.

    Attributes:
        question_id: its id.
        body: its fields.
        vector: of its ``meaning_text``, float32, unit length, shape (d,); None: meaning is not compared.
    """

    question_id: str
    body: Body
    vector: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Likeness:
    """Which known question is too much alike, by what, and how much (Jaccard or cosine)."""

    question_id: str
    by: Literal["tokens", "meaning"]
    value: float


def content_key(body: Body, subtopic: str, difficulty: Difficulty) -> str:
    """SHA-256 (hex) that is equal for questions which are the same but for names, comments and formatting.

    Code games: the solution or program after renaming, so one solution makes one question of a game. Words:
    answer, subtopic and difficulty. Placement: question, code and right option.

    Raises:
        SyntaxError: the code of a code game does not parse.
    """
    return _digest(body.game_type, *_essence(body, subtopic, difficulty))


def _essence(body: Body, subtopic: str, difficulty: Difficulty) -> tuple[str, ...]:
    match body:
        case HangmanBody() | DebuggingBody():
            return (normal_form(body.clean_solution, body.function_name),)
        case WordBody():
            return (body.answer, subtopic, difficulty)
        case PreAssessmentBody():
            code = normal_form(body.code) if body.code else ""
            return (" ".join(_words(body.question_text)), code, body.options[body.correct_option].casefold())
        case OutputPredictionBody():
            return (normal_form(body.code), body.stdin, body.expected_output)
        case TraceBody():
            return (normal_form(body.code),)
        case ParsonsBody():
            return (normal_form("\n".join(body.lines)), body.expected_output)
        case ClozeBody():
            return (normal_form(filled(body)), body.expected_output)


def filled(body: ClozeBody) -> str:
    """The program of a cloze question with the original token in every gap."""
    answers = iter(body.answers)
    return _GAP.sub(lambda _gap: next(answers, ("",))[0], body.code)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\x1f".join(parts).encode("utf-8", "surrogatepass")).hexdigest()


# --- likeness ---------------------------------------------------------------------------------------------


def meaning_text(body: Body) -> str:
    """What an encoder is given to compare meanings; empty where the words are the same for every question.

    Output prediction, traces, Parsons and cloze ask the same sentence about different programs: their code
    decides, by tokens, and vectors of it would call all loops alike.
    """
    match body:
        case HangmanBody():
            return body.question_text
        case DebuggingBody():
            return f"{body.question_text}\n{body.buggy_question_text}"
        case WordBody():
            return f"{body.clue} {body.term}"
        case PreAssessmentBody():
            return "" if body.code else f"{body.question_text} {body.options[body.correct_option]}"
        case _:
            return ""


def shingles(body: Body) -> frozenset[str]:
    """Runs of ``SHINGLE`` tokens of the question's words and code; names of the program don't count."""
    prose, code = _prose(body), _program(body)
    function = getattr(body, "function_name", "")
    words = _words(re.sub(rf"\b{re.escape(function)}\b", "f", prose) if function else prose)
    return _runs(words) | _runs(code_tokens(code))


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Shared part of two sets; 1 for two empty ones."""
    return len(left & right) / len(left | right) if left or right else 1.0


def signature(body: Body) -> tuple[int, ...]:
    """MinHash of the shingles: ``PERMUTATIONS`` numbers from 0 to 2^32 - 6."""
    found = [text.encode("utf-8", "surrogatepass") for text in shingles(body)]
    if not found:
        return (0,) * PERMUTATIONS
    digests = b"".join(hashlib.blake2b(text, digest_size=4).digest() for text in found)
    hashes = np.frombuffer(digests, dtype="<u4").astype(np.uint64)
    a, b = _coefficients()
    return tuple(int(n) for n in ((a[:, None] * hashes[None, :] + b[:, None]) % _PRIME).min(axis=1))


def bands(of: tuple[int, ...] | list[int]) -> list[tuple[int, int]]:
    """(band, bucket) pairs of a signature, buckets as bigint; two questions that share one are suspects."""
    found = []
    for band in range(BANDS):
        rows = of[band * ROWS : (band + 1) * ROWS]
        digest = hashlib.blake2b(",".join(map(str, rows)).encode(), digest_size=8).digest()
        found.append((band, int.from_bytes(digest, signed=True)))
    return found


def near_duplicate(
    body: Body, known: Iterable[Known], *, vector: NDArray[np.float32] | None = None
) -> Likeness | None:
    """The most alike of some known questions of the same game, if it is too much alike; else None.

    Args:
        body: the new question.
        known: suspects: those that share a bucket, and those whose vectors are near (or all of the subtopic).
        vector: of the new question's ``meaning_text``; None: only tokens are compared.
    """
    mine = shingles(body)
    worst: Likeness | None = None
    for other in known:
        if other.body.game_type != body.game_type:
            continue
        found = _likeness(mine, other, vector)
        if found is not None and (worst is None or found.value > worst.value):
            worst = found
    return worst


def _likeness(mine: frozenset[str], other: Known, vector: NDArray[np.float32] | None) -> Likeness | None:
    shared = jaccard(mine, shingles(other.body))
    if shared >= LEAST_JACCARD:
        return Likeness(other.question_id, "tokens", shared)
    if vector is not None and other.vector is not None:
        cosine = float(np.dot(vector, other.vector))
        if cosine >= LEAST_COSINE:
            return Likeness(other.question_id, "meaning", cosine)
    return None


def _prose(body: Body) -> str:
    match body:
        case HangmanBody():
            return body.question_text
        case DebuggingBody():
            return f"{body.question_text}\n{body.buggy_question_text}"
        case WordBody():
            return f"{body.clue}\n{body.answer}"
        case PreAssessmentBody():
            return "\n".join((body.question_text, *sorted(body.options)))
        case _:
            return body.question_text


def _program(body: Body) -> str:
    match body:
        case HangmanBody() | DebuggingBody():
            return body.clean_solution
        case OutputPredictionBody() | TraceBody() | PreAssessmentBody():
            return body.code
        case ParsonsBody():
            return "\n".join(body.lines)
        case ClozeBody():
            return filled(body)
        case _:
            return ""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _runs(tokens: list[str]) -> frozenset[str]:
    if 0 < len(tokens) < SHINGLE:
        return frozenset({" ".join(tokens)})
    return frozenset(" ".join(tokens[at : at + SHINGLE]) for at in range(len(tokens) - SHINGLE + 1))


@cache
def _coefficients() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The permutations x → (a·x + b) mod ``_PRIME``: fixed for ever, as signatures are stored."""
    digests = [
        hashlib.sha256(f"minhash permutation {number}".encode()).digest() for number in range(PERMUTATIONS)
    ]
    prime = int(_PRIME)
    a = [int.from_bytes(digest[:16]) % (prime - 1) + 1 for digest in digests]
    b = [int.from_bytes(digest[16:]) % prime for digest in digests]
    return np.array(a, dtype=np.uint64), np.array(b, dtype=np.uint64)
