"""Words with clues: admitted if the clue is a sentence that does not give its answer away.

Here: the rules that need nothing but the question. Not here: whether the term stands in the source
(``grounding``, asked by the bank), one answer once a cell (``identity.content_key``).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import takewhile

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.questions.bodies import WordBody
from pygrounds_dagster.questions.grids.wordsearch import rude_words
from pygrounds_dagster.questions.identity import content_key
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop
from pygrounds_dagster.questions.words import GAP, estimate_word, letters_of, parts_of, words_of

REASONS: Mapping[str, str] = {
    "answer_not_term": "an answer that is not the letters of its term",
    "no_plain_letters": "a term with letters that no grid has",
    "rude": "an answer that must not stand in a grid",
    "clue_too_short": "a clue of fewer than three words",
    "clue_too_long": "a clue of more than forty words",
    "clue_no_sentence": "a clue that does not read like a sentence",
    "several_gaps": "a clue with more than one gap",
    "clue_has_answer": "a clue with the answer, spelt in any way, or a word of its stem",
    "foreign_letters": "a clue with letters of another alphabet, or signs that nobody can see",
    "words_not_told": "a term of several words whose clue does not say how many",
}
"""Every reason, and what it means."""

LEAST_WORDS, MOST_WORDS = 3, 40

_LEAST_STEM = 4
_OPENING = re.compile(r"[\"'`(]*[A-Z0-9_]|`")
_CLOSING = re.compile(r"[.!?][\"'`)]*( \([^()]+\))?$")
_TOLD = re.compile(r"\((\d) words(?:, [^()]+)?\)$")
_NOTE = re.compile(r"\s*\([^()]+\)$")
_SUFFIXES = {"s", "es", "d", "ed", "r", "er", "rs", "ers", "or", "ors", "ing", "ings", "able", "ly"}


def findings(body: WordBody) -> Iterator[Drop]:
    """Every broken rule, the gravest first."""
    if letters_of(body.term) != body.answer:
        yield Drop("answer_not_term", f"{body.answer} is not the letters of {body.term!r}")
    if not letters_of(body.term).isascii():
        yield Drop("no_plain_letters", body.term)
    rude = {body.answer, *(part.upper() for part in parts_of(body.term))} & set(rude_words())
    if rude:
        yield Drop("rude", "choose another word")
    yield from _clue_findings(body)


def _clue_findings(body: WordBody) -> Iterator[Drop]:
    clue = body.clue
    count = len(words_of(_NOTE.sub("", clue)))
    if count < LEAST_WORDS:
        yield Drop("clue_too_short", f"{count} words: {clue!r}")
    if count > MOST_WORDS:
        yield Drop("clue_too_long", f"{count} words, at most {MOST_WORDS}")
    if not (_OPENING.match(clue) and _CLOSING.search(clue)) or "\n" in clue or clue.count("`") % 2:
        yield Drop("clue_no_sentence", f"start with a capital, end with a full stop, on one line: {clue!r}")
    if clue.count(GAP) > 1:
        yield Drop("several_gaps", clue)
    odd = [c for c in clue if unicodedata.category(c) == "Cf" or (c.isalpha() and not _is_latin(c))]
    if odd:
        yield Drop("foreign_letters", f"{odd[0]!r} in {clue!r}")
    telling = [word for word in words_of(clue) if any(shares_stem(word, p) for p in parts_of(body.term))]
    telling += spelt_out(clue, body.answer)
    if telling:
        yield Drop("clue_has_answer", f"{telling[0]!r} tells {body.term!r}")
    parts, told = len(parts_of(body.term)), _TOLD.search(clue)
    if (parts > 1 or told) and (told is None or int(told[1]) != parts):
        yield Drop("words_not_told", f"end the clue with '({parts} words)'")


def _is_latin(letter: str) -> bool:
    return unicodedata.name(letter, "").startswith("LATIN")


def spelt_out(clue: str, answer: str) -> list[str]:
    """Places of a clue where an answer stands with signs between its letters, or backwards."""
    between = r"[\W_]*"
    found = []
    for letters in (answer, answer[::-1]):
        pattern = rf"(?<![^\W_]){between.join(map(re.escape, letters))}(?![^\W_])"
        found += [place.group() for place in re.finditer(pattern, clue, re.IGNORECASE)]
    return found


def shares_stem(word: str, part: str) -> bool:
    """Whether a word of a clue gives away a word of its answer.

    It does if they begin alike for all but two letters of the shorter one (four at least), if one ends with
    the other (``metaclass``, ``class``), or if one is a form of the other (``run``, ``running``). Some pairs
    that only look alike (``string``, ``strip``) are counted too: there is always another clue.
    """
    short, long = sorted((word.casefold(), part.casefold()), key=len)
    shared = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(short, long, strict=False)))
    if len(short) >= _LEAST_STEM and (shared >= max(_LEAST_STEM, len(short) - 2) or long.endswith(short)):
        return True
    return short == long or _is_form(short.removesuffix("s"), long) or _is_form(short, long)


def _is_form(short: str, long: str) -> bool:
    """``long`` is ``short`` with an ending; a doubled last letter counts to the ending."""
    if len(short) < 3 or not long.startswith(short):
        return False
    rest = long.removeprefix(short)
    return rest in _SUFFIXES or (rest[:1] == short[-1] and rest[1:] in _SUFFIXES)


def admit_word(candidate: Candidate, _using: Judge | None) -> Admitted | Drop:
    """Judge a word and its clue; see ``admission.admit``. Nothing is executed."""
    body = candidate.body
    assert isinstance(body, WordBody)
    for found in findings(body):
        return found
    rated = estimate_word(body.clue, body.term, candidate.taught or candidate.claimed_difficulty)
    key = content_key(body, candidate.subtopics[0], rated.difficulty)
    return Admitted(candidate, body, rated.difficulty, rated.features, {"rules": len(REASONS)}, key)
