"""Rules for the texts of a model, before anything of it is executed.

Here: what only models do: quote their instructions, praise, talk of their form, hide characters, link
somewhere, tell of a term what its source does not say. Not here: rules for everybody's questions
(``admission``), which the candidate meets afterwards.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping

from pygrounds_dagster.questions.llm_generator.forms import FORMS, Form, WordForm
from pygrounds_dagster.questions.model import Drop
from pygrounds_dagster.questions.words import words_of

REASONS: Mapping[str, str] = {
    "prompt_leak": "a text that repeats or mentions the model's instructions",
    "flattery": "a text that praises the reader",
    "foreign_markup": "a text with a link, an image or HTML",
    "hidden_characters": "characters that nobody sees",
    "not_in_material": "a term, or a quote, that does not stand in the material",
    "clue_not_in_quote": "a clue that says something else than its source",
}
"""Every reason, and what it means."""

LEAK_WORDS = 9
"""Words of the instructions in a row from which a text repeats them; the longest fixed question has seven."""

LEAST_SHARED = 0.4
"""Share of a clue's own words that its quote must hold."""

_LEAST_STEM = 4
_PRAISE = "genius|brilliant|amazing|awesome|wonderful|outstanding|fantastic|incredible|talented|the best"
_FLATTERY = re.compile(
    rf"\byou(?:'re| are) (?:\w+ ){{0,3}}(?:{_PRAISE})\b|\bwhat an? (?:{_PRAISE}|great|excellent)\b"
    r"|\b(?:great|excellent|fantastic) (?:job|question|work|request)\b"
    r"|\bwell done\b|\bcongratulations\b|\bproud (?:of you|to)\b",
    re.IGNORECASE,
)
_META = re.compile(
    r"\b(?:my|previous|system) (?:instructions?|prompts?)\b|\bas an ai\b|\blanguage model\b"
    r"|\bsystem message\b|\bjson\b.{0,20}\b(?:schema|object|field)s?\b|\bi (?:cannot|can't) (?:help|assist)\b"
    r"|\bthe material (?:says|states|above|below)\b|\baccording to the material\b",
    re.IGNORECASE,
)
_FIELDS = re.compile(
    r"\b(?:"
    + "|".join(sorted({name for form in FORMS.values() for name in form.model_fields if "_" in name}))
    + r")\b"
)
_TAGS = "a|b|base|br|button|div|em|embed|form|i|iframe|img|input|link|meta|object|p|script|span|style|svg|u"
_MARKUP = re.compile(rf"https?://|www\.|</?(?:{_TAGS})\b[^<]*>|!\[|\]\(|javascript:", re.IGNORECASE)
_SMALL = {
    "a", "an", "and", "are", "as", "at", "be", "been", "both", "but", "by", "can", "does", "each", "for",
    "from", "has", "have", "in", "into", "is", "it", "its", "of", "on", "once", "one", "only", "or", "other",
    "same", "so", "some", "such", "than", "that", "the", "their", "them", "then", "there", "these", "they",
    "thing", "this", "those", "to", "until", "used", "uses", "using", "value", "was", "what", "when", "where",
    "which", "while", "who", "whose", "will", "with", "word", "words", "you", "your",
}  # fmt: skip
"""Words of a clue that say nothing of what it means."""


def findings(form: Form, instructions: str, material: str) -> Iterator[Drop]:
    """What is wrong with an answer's texts, the gravest first.

    Args:
        form: the answer.
        instructions: of the prompt, without what was filled in.
        material: what was filled in.
    """
    for name, text in _all_texts(form):
        hidden = _hidden(text)
        if hidden:
            yield Drop("hidden_characters", f"{name} holds {hidden}")
        copied = _copied(text, instructions)
        if copied:
            yield Drop("prompt_leak", f"{name} repeats the instructions: {copied!r}")
    for name, text in form.prose().items():
        for reason, pattern in (
            ("prompt_leak", _META),
            ("prompt_leak", _FIELDS),
            ("flattery", _FLATTERY),
            ("foreign_markup", _MARKUP),
        ):
            found = pattern.search(text)
            if found:
                yield Drop(reason, f"{name}: leave out {found.group()!r}")
    if isinstance(form, WordForm):
        yield from _unfounded(form, material)


def _all_texts(form: Form) -> Iterator[tuple[str, str]]:
    """Every text of an answer, those in lists too, by field."""
    for name, value in form.model_dump().items():
        values = value if isinstance(value, list) else [value]
        for one in values:
            yield from ((name, text) for text in (one.values() if isinstance(one, dict) else [one]))


def _hidden(text: str) -> str:
    """The name of a character that is not seen (CWE-1007, "Trojan Source"); empty if there is none."""
    for sign in text:
        if sign not in "\n\t" and unicodedata.category(sign) in ("Cc", "Cf", "Co", "Cn"):
            return unicodedata.name(sign, f"U+{ord(sign):04X}")
    return ""


def _copied(text: str, instructions: str) -> str:
    """A run of words that a text shares with the instructions; empty if it is short."""
    told, said = _bare(instructions), _bare(text).split()
    for start in range(len(said) - LEAK_WORDS + 1):
        run = " ".join(said[start : start + LEAK_WORDS])
        if f" {run} " in f" {told} ":
            return run
    return ""


def _bare(text: str) -> str:
    """Words in lower case, with single blanks between them."""
    return " ".join(re.findall(r"\w+", text.lower()))


# --- words ------------------------------------------------------------------------------------------------


def _unfounded(form: WordForm, material: str) -> Iterator[Drop]:
    """Whether the material bears a clue out: nothing can be executed here."""
    stands = f" {_bare(material)} "
    for name, text in (("term", form.term), ("quote", form.quote)):
        if f" {_bare(text)} " not in stands:
            yield Drop("not_in_material", f"{name} {text!r} does not stand in the material")
    if f" {_bare(form.term)} " not in f" {_bare(form.quote)} ":
        yield Drop("not_in_material", f"the quote must hold the term {form.term!r}")
    own = [word.lower() for word in words_of(form.clue) if word.lower() not in _SMALL]
    held = [word.lower() for word in words_of(form.quote)]
    shared = [word for word in own if any(_alike(word, other) for other in held)]
    if len(shared) < LEAST_SHARED * len(own):
        missing = sorted(set(own) - set(shared))
        told = f"say what the quote says, in its words; it has nothing of: {', '.join(missing)}"
        yield Drop("clue_not_in_quote", told)


def _alike(one: str, other: str) -> bool:
    """Whether two words are the same but for their ending."""
    shared = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        shared += 1
    return one == other or shared >= max(_LEAST_STEM, min(len(one), len(other)) - 2)
