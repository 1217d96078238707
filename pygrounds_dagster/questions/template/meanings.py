"""Questions about terms: which one means this, what does this one mean.

Here: choosing terms of this and of related glossaries that are no synonyms. Not here: reading glossaries
(``source``).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pygrounds_dagster.curriculum.content_model import Difficulty
from pygrounds_dagster.questions.source import SubtopicSource, Term
from pygrounds_dagster.questions.template.options import Wrong, choose
from pygrounds_dagster.questions.words import estimate_word, words_of

_ALIKE = 0.3
"""Share of common words in two definitions from which they may mean the same."""

_LITTLE = {
    "a", "an", "the", "of", "that", "which", "to", "in", "is", "are", "and", "or", "for", "with", "from",
    "by", "it", "its", "on", "at", "one", "as", "be", "has", "not", "when", "where", "how", "what", "can",
    "this",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Asked:
    """A question before its options are placed.

    Attributes:
        question_text: what is asked.
        code: the program, or empty.
        key: the right option.
        wrong: three others.
        explanation: why the key is right and the others are not.
        elsewhere: subtopic of another topic that it asks about too.
        chunk_ids: what it was made from.
        difficulty: expected.
    """

    question_text: str
    code: str
    key: str
    wrong: tuple[Wrong, ...]
    explanation: str
    elsewhere: str
    chunk_ids: tuple[str, ...]
    difficulty: Difficulty


def asked_about_terms(source: SubtopicSource, seed: int) -> Iterator[Asked]:
    """Questions about the glossary's terms: all by their meaning, then all the other way round."""
    near = _different((*source.terms, *source.related_terms))
    far = _different(source.elsewhere_terms)
    for by_meaning in (True, False):
        for entry in _different(source.terms):
            asked = _asked(source, entry, near, far, by_meaning, seed)
            if asked is not None:
                yield asked


def _different(terms: Sequence[Term]) -> list[Term]:
    """Each term once, with the meaning that the nearest glossary gives it."""
    found: dict[str, Term] = {}
    for term in terms:
        if not term.definition.casefold().startswith("here"):  # it means something else elsewhere
            found.setdefault(term.term.casefold(), term)
    return list(found.values())


def _differs(left: Term, right: Term) -> bool:
    """Whether two terms can stand side by side as options of which one is right."""
    one, other = _heavy(left.term), _heavy(right.term)
    mine, theirs = _heavy(left.definition), _heavy(right.definition)
    shared = len(mine & theirs) / max(1, min(len(mine), len(theirs)))
    named = (one & theirs) or (other & mine) or (one & other)
    return not named and shared < _ALIKE


def _heavy(text: str) -> set[str]:
    """Words of a text that carry meaning, without a plural's s."""
    return {word.casefold().rstrip("s") for word in words_of(text)} - _LITTLE


def _unlike(left: Term, right: Term) -> int:
    """1 for definitions of another shape: a thing, an action (``to …``), a quality."""
    return int(_shape(left.definition) != _shape(right.definition))


def _shape(definition: str) -> str:
    first = definition.split(maxsplit=1)[0].casefold()
    return {"to": "action", "a": "thing", "an": "thing", "the": "thing"}.get(first, "quality")


def _asked(
    source: SubtopicSource,
    entry: Term,
    near: Sequence[Term],
    far: Sequence[Term],
    by_meaning: bool,
    seed: int,
) -> Asked | None:
    """A question about a term with two others of the nearest glossaries and one of another topic."""

    def name(one: Term) -> str:
        return one.term if by_meaning else one.definition.rstrip(".")

    others = {name(one): one for one in (*near, *far) if _differs(entry, one)}
    parts = (seed, source.key, entry.term, by_meaning)
    first, distant = (
        choose(
            name(entry), [Wrong(name(o), "", _unlike(entry, o)) for o in terms if name(o) in others], *parts
        )
        for terms in (near, far)
    )
    chosen = _mixed(name(entry), first, distant) if first and distant else None
    if chosen is None:
        return None
    shown = [others[one.text] for one in chosen]
    meaning = entry.definition.rstrip(".")
    return Asked(
        f"Which term means: {meaning}?" if by_meaning else f"What does the term “{entry.term}” mean?",
        "",
        name(entry),
        tuple(chosen),
        _explanation(entry, shown),
        shown[-1].subtopic_key,
        (entry.chunk_id,),
        estimate_word(meaning, entry.term, source.difficulty).difficulty,
    )


def _mixed(key: str, near: Sequence[Wrong], far: Sequence[Wrong]) -> list[Wrong] | None:
    """Two near ones and a far one, all different, and one at least as long as the right one."""
    for distant in far:
        for kept in (near[1:], near[:2], (near[0], near[2])):
            texts = {distant.text, *(one.text for one in kept)}
            if len(texts) == 3 and max(map(len, texts)) >= len(key):
                return [*kept, distant]
    return None


def _explanation(entry: Term, others: Sequence[Term]) -> str:
    """What the term means, and what the others mean."""
    return " ".join(f"“{one.term}” means {one.definition.rstrip('.')}." for one in (entry, *others))
