"""Words with clues: the glossary's terms, and sentences of the text with a word left out.

Here: which terms and sentences make good clues. Not here: the rules of clues (``admission.word``), grids.

Gaps are only made where the sentence says what the missing word is, and for words that a learner can know:
terms of the glossary and names of Python. What an example calls its variables cannot be guessed. A sentence
must stand by itself: one that points at something ("this", "below", "the second line") or names things of an
example is left alone.
"""

from __future__ import annotations

import ast
import builtins
import keyword
import re
import sys
from collections.abc import Callable, Iterator, Set
from functools import partial
from itertools import chain, zip_longest

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.bodies import WordBody
from pygrounds_dagster.questions.model import Candidate
from pygrounds_dagster.questions.renaming import own_names
from pygrounds_dagster.questions.source import SubtopicSource
from pygrounds_dagster.questions.template.programs.model import draw
from pygrounds_dagster.questions.words import GAP, estimate_word, letters_of, parts_of, words_of

_LETTERS = range(4, 14)
_WORDS = range(7, 28)

_CODE = re.compile(r"`[^`]+`")
_NAME = re.compile(r"`\.?(?P<name>[A-Za-z_]+)(?:\(\))?`")
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
_POINTING = re.compile(
    r"^(?:it|its|this|that|these|those|they|them|their|he|she|here|then|so|but|and|or|there|both|each one|"
    r"neither|either|now|again|also|still|such|yes|no|in the|on the|the (?:same|other|next|last|first|second|"
    r"third|result|output|answer|idea|program|code|list|two|three|method|function|call|line|rest))\b(?! `)"
    r"|^\W*(?:\w+\W+){1,4}(?:it|them|its|their|they|this)\b"
    r"|\b(?:the same|that case|of the (?:two|three|four)|do so|itself|does so|well, each|call is|bare|"
    r"such (?:as|an?)|do that|the cure|"
    r"below|above|here|example|examples|shown|this|that code|these|those|next section|earlier|later|"
    r"before, as|first line|second|third|last line|the code|the program|the output|prints|printed)\b",
    re.IGNORECASE,
)
_SPEAKS_OF = re.compile(
    rf"^(?:an? |the (?:(?:built-in|string|list|special) )?(?:function|method|module|word|operator|decorator|"
    rf"keyword|statement|class|type|error|call|attribute|option|command|sign) )?{GAP} \w+"
    rf"|\braises (?:an? )?{GAP}(?!\w)",
    re.IGNORECASE,
)
"""A name of Python is what the sentence speaks of."""

_DEFINES = re.compile(
    rf"^(?:an? )?{GAP} (?:is|are) (?:an? |the |like )|\b(?:called|named|known as) (?:an? )?{GAP}[.,]"
    rf"|\bis an? {GAP}\.$",
    re.IGNORECASE,
)
"""A term is what the sentence explains or gives a name to. Elsewhere other words fit as well."""

_BUILT_IN = (str, list, dict, set, frozenset, tuple, int, float, bytes, object, BaseException)
_PYTHON = {
    *keyword.kwlist, *keyword.softkwlist, *dir(builtins), *sys.stdlib_module_names,
    *(name for kind in _BUILT_IN for name in dir(kind)),
}  # fmt: skip


def word_candidates(source: SubtopicSource, seed: int) -> Iterator[Candidate]:
    """Candidates for a subtopic, best first: definitions and gaps take turns."""
    terms = list(_from_glossary(source))
    gaps = list(_from_sentences(source))
    turns = zip_longest(terms, gaps)
    for ordinal, made in enumerate(one for one in chain.from_iterable(turns) if one is not None):
        clue, term, chunk_id = made
        level = estimate_word(clue, term, source.difficulty).difficulty
        if level not in source.wanted:
            continue
        body = WordBody(clue=clue, answer=letters_of(term), term=term)
        yield Candidate(
            body,
            (source.key,),
            chunk_ids=(chunk_id,),
            claimed_difficulty=level,
            taught=source.difficulty,
            seed=draw(seed, source.key, "word", ordinal) >> 1,
        )


_Made = tuple[str, str, str]
"""Clue, term, chunk id."""


def _from_glossary(source: SubtopicSource) -> Iterator[_Made]:
    for entry in source.terms:
        term = entry.term.strip("`")
        if _fits(term) and not entry.definition.casefold().startswith("here"):
            yield _clue(sentence(entry.definition), term), term, entry.chunk_id


def sentence(definition: str) -> str:
    """A definition as a sentence: with a capital and a full stop."""
    text = definition.strip()
    if not text.startswith("`"):
        text = text[:1].upper() + text[1:]
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _fits(term: str) -> bool:
    letters = letters_of(term)
    return len(letters) in _LETTERS and letters.isascii() and not re.search(r"\d", term)


def _clue(text: str, term: str) -> str:
    """The text, and what a solver must know of the spelling."""
    parts, notes = len(parts_of(term)), []
    if parts > 1:
        notes.append(f"{parts} words")
    if "_" in term:
        notes.append("without the underscores" if term.count("_") > 1 else "without the underscore")
    return f"{text} ({', '.join(notes)})" if notes else text


# --- sentences with a gap ---------------------------------------------------------------------------------


def _from_sentences(source: SubtopicSource) -> Iterator[_Made]:
    """Sentences with a name of Python left out, then such with a term of a glossary, the nearest first."""
    own, used = _names(source)
    terms = [
        entry.term.strip("`") for entry in (*source.terms, *source.related_terms, *source.elsewhere_terms)
    ]
    known = (_PYTHON | used | {term for term in terms if term.isidentifier()}) - own
    seen: set[tuple[str, str]] = set()
    prose = list(_sentences(source, own))
    makers: tuple[tuple[Callable[[str], Iterator[tuple[str, str]]], re.Pattern[str]], ...] = (
        (partial(_code_gaps, known=known), _SPEAKS_OF),
        (partial(_term_gaps, terms=terms), _DEFINES),
    )
    for make, says_what in makers:
        for chunk_id, text in prose:
            for shown, term in make(text):
                if _fits(term) and (term, text) not in seen and says_what.search(shown):
                    seen.add((term, text))
                    yield _clue(shown, term), term, chunk_id


def _names(source: SubtopicSource) -> tuple[frozenset[str], set[str]]:
    """Names that the subtopic's programs bind, and those that they only use."""
    own: set[str] = set()
    used: set[str] = set()
    for chunk in source.code:
        try:
            tree = parse(chunk.code)
        except SyntaxError:  # a program that shows a syntax error
            continue
        own |= own_names(tree)
        for node in ast.walk(tree):
            match node:
                case ast.Attribute(attr=name):
                    used.add(name)
                case ast.ImportFrom(names=names):
                    used |= {alias.name for alias in names}
    return frozenset(own - _PYTHON), used


def _sentences(source: SubtopicSource, own: frozenset[str]) -> Iterator[tuple[str, str]]:
    """Sentences of the text that stand by themselves, with their chunk."""
    for chunk_id, _heading, text in source.concepts:
        for paragraph in re.split(r"\n\s*\n", text):
            if re.match(r"\s*(?:[-*#|>]|\d+\.)", paragraph):
                continue  # lists and tables are not prose
            for found in _SENTENCE.split(" ".join(paragraph.split())):
                if _stands_alone(found, own):
                    yield chunk_id, found


def _stands_alone(text: str, own: frozenset[str]) -> bool:
    plain = _CODE.sub("`", text)
    codes = _CODE.findall(text)
    names = {name for code in codes for name in re.findall(r"[A-Za-z_]+", code)}
    return (
        len(words_of(text)) in _WORDS
        and text.endswith((".", "!"))
        and not text.endswith(":")
        and "**" not in text
        and len(codes) <= 3
        and not _POINTING.search(plain.strip())
        and not names & own
    )


def _code_gaps(text: str, known: Set[str]) -> Iterator[tuple[str, str]]:
    for found in _NAME.finditer(text):
        name = found["name"]
        if name in known and len(re.findall(rf"(?<![A-Za-z_]){name}(?![A-Za-z_])", text)) == 1:
            yield text[: found.start()] + GAP + text[found.end() :], name


def _term_gaps(text: str, terms: list[str]) -> Iterator[tuple[str, str]]:
    for term in terms:
        found = list(re.finditer(rf"(?<![\w`]){re.escape(term)}(?![\w`])", text, re.IGNORECASE))
        in_code = any(term in code for code in _CODE.findall(text))
        if len(found) == 1 and not in_code:
            yield text[: found[0].start()] + GAP + text[found[0].end() :], term
