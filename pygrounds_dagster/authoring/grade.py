"""How hard a text is to read: the Flesch–Kincaid grade, with a syllable counter of our own.

Grade = 0.39 · words / sentences + 11.8 · syllables / words − 15.59 (J. P. Kincaid et al., "Derivation of new
readability formulas for Navy enlisted personnel", Research Branch Report 8-75, 1975): 8 is the eighth year of
school. As R. Flesch counts, a colon or a semicolon ends a sentence too ("How to Write Plain English", 1979).

Here: counting. Not here: which text of a page counts (``page``), which grade is good (``form``).
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*")
_SENTENCE_END = re.compile(r"[.!?:;]+(?:\s|$)")
_VOWELS = re.compile(r"[aeiouy]+")
# Spoken apart although the vowels touch: cre-ate, var-i-able, rad-i-o, a-re-a, be-ing, fu-el, us-u-al; and
# the vowel that nobody writes: algorith-m.
_APART = re.compile(
    r"cre[ae]t|(?<![aeiouct])ia(?!r\b|ge)|(?<![cgst])io(?!n)|eo\b|eo(?=[lnr])|(?<=[dr])ea\b|(?<=[aeiou])y?ing\b"
    r"|ui(?=d\b)|u(?:al|ally|ous)\b|(?<![ct])ie(?:t|ty|nce)\b|(?:th|s)ms?\b"
)
_SILENT_E = re.compile(r"[^aeiouyl]e$|[aeiouy]le$")
_SILENT_ES = re.compile(r"(?:[^aeiouylsxzcg]|[aeiouy]l)es$")
_HISSING_ES = re.compile(r"(?:sh|ch)es$")
_SILENT_ED = re.compile(r"[^aeioutdl]ed$|[aeioulrw]led$|[aeiou]ed$")
_SILENT_INSIDE = re.compile(
    r"(?<=[aeiou][^aeiouy])e(?=(?:ly|ment|ments|ful|less|ness|where|thing|times?|body|one)$)"
)


def syllables(word: str) -> int:
    """About how many syllables an English word is spoken with; at least one.

    Groups of vowels, less those that are silent by rule (tak-e, us-e-ful, open-ed), plus those that are
    spoken apart by rule (cre-ate).
    """
    letters = re.sub(r"[^a-z]", "", word.lower())
    letters = _SILENT_INSIDE.sub("", letters)
    count = len(_VOWELS.findall(letters)) + len(_APART.findall(letters))
    silent_es = _SILENT_ES.search(letters) and not _HISSING_ES.search(letters)
    is_silent = bool(_SILENT_E.search(letters) or _SILENT_ED.search(letters) or silent_es)
    return max(1, count - is_silent)


def reading_grade(paragraphs: Sequence[str]) -> float | None:
    """Flesch–Kincaid grade of a text; None if it has no word.

    Args:
        paragraphs: each ends a sentence, whatever its last sign.
    """
    sentences = [part for text in paragraphs for part in _SENTENCE_END.split(text) if _WORD.search(part)]
    words = [word for sentence in sentences for word in _WORD.findall(sentence)]
    if not words:
        return None
    spoken = sum(map(syllables, words))
    return 0.39 * len(words) / len(sentences) + 11.8 * spoken / len(words) - 15.59
