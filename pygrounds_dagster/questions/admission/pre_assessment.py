"""Questions with four options: admitted if exactly one is right, and nothing but knowledge shows which.

Here: the rules. Only questions whose right option can be found out are let in, so each has one of the forms
of ``FORMS``: what a program prints, its last line, its error, what a call returns — all executed — and two
about terms, whose term and meaning must stand together in the source (``grounding``, asked by the bank).
Not here: how programs are watched (``shown``).
"""

from __future__ import annotations

import builtins
import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission import shown
from pygrounds_dagster.questions.admission.word import shares_stem
from pygrounds_dagster.questions.bodies import PreAssessmentBody
from pygrounds_dagster.questions.identity import content_key
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop
from pygrounds_dagster.questions.renaming import own_names
from pygrounds_dagster.questions.tracing import Trace
from pygrounds_dagster.questions.words import estimate_word, parts_of, words_of

REASONS: Mapping[str, str] = {
    **shown.REASONS,
    "unknown_form": "a question whose right option nobody can find out: see FORMS",
    "one_topic": "subtopics of a single topic",
    "options_alike": "options that differ in blanks or capitals only",
    "all_or_none": "an option about the other options",
    "key_wrong": "the right option is not what executing the program gives",
    "two_right": "another option is right too",
    "key_in_question": "the right option, or a word of its stem, stands in the question",
    "key_longest": "the right option is longer than all others",
    "option_too_long": "an option of more than three lines, or too long to compare at a glance",
    "no_error": "the program asked for its error ends without one",
}
"""Every reason, and what it means."""

FORMS: Mapping[str, re.Pattern[str]] = {
    "prints": re.compile(r"What does this program print\?"),
    "last_line": re.compile(r"Which line does this program print last\?"),
    "error": re.compile(r"Which error does this program end with\?"),
    "returns": re.compile(r"What does `(?P<call>[A-Za-z_]\w*\(.*\))` return\?"),
    "term": re.compile(r"Which term means: (?P<meaning>.+)\?"),
    "meaning": re.compile(r"What does the term “(?P<term>.+)” mean\?"),
}
"""Whole texts of questions that can be proven."""

_OF_TERMS = ("term", "meaning")
_MOST_LINES, _MOST_LETTERS = 3, 160
_LONGER = 1
"""Characters by which the right option may be the longest."""

_LEAST_LEAK = 4
_ADDRESS = re.compile(r"\bat 0x[0-9a-fA-F]+")
_ABOUT_OPTIONS = re.compile(
    r"\b(?:all|none|both|neither|any|either|two) (?:of )?(?:the |these |those )?"
    r"(?:above|below|options|answers)\b"
    r"|^(?:all|none|both|neither) of (?:these|those|them|the others?)\b|\b(?:options?|answers?) [abcd1-4]\b",
    re.IGNORECASE,
)


def form_of(body: PreAssessmentBody) -> tuple[str, re.Match[str]] | None:
    """The form of a question, and its parts; None if it has none of ``FORMS``."""
    for name, pattern in FORMS.items():
        found = pattern.fullmatch(body.question_text)
        if found is not None and (name in _OF_TERMS) != bool(body.code):
            return name, found
    return None


def admit_pre_assessment(candidate: Candidate, using: Judge | None) -> Admitted | Drop:
    """Judge a question with four options; see ``admission.admit``."""
    body = candidate.body
    assert isinstance(body, PreAssessmentBody)
    form = form_of(body)
    if form is None:
        return Drop("unknown_form", f"{body.question_text!r}; known: {', '.join(FORMS)}")
    if len({key.rpartition(".")[0] for key in candidate.subtopics}) < 2:
        return Drop("one_topic", f"{', '.join(candidate.subtopics)}: name subtopics of two topics at least")
    for found in _option_findings(body):
        return found
    name, parts = form
    if name in _OF_TERMS:
        return _admit_term(candidate, body, parts)
    return _admit_code(candidate, body, name, parts, using)


# --- options ----------------------------------------------------------------------------------------------


def _option_findings(body: PreAssessmentBody) -> Iterator[Drop]:
    normal = [_normal(option) for option in body.options]
    if len(set(normal)) < len(normal):
        yield Drop("options_alike", " | ".join(body.options))
    for option in body.options:
        if _ABOUT_OPTIONS.search(option):
            yield Drop("all_or_none", option)
        if len(option.splitlines()) > _MOST_LINES or len(option) > _MOST_LETTERS:
            yield Drop("option_too_long", f"{option[:80]!r} …")
    key = body.options[body.correct_option]
    longest = max(len(option) for option in body.options if option != key) if len(set(normal)) > 1 else 0
    if len(key) > longest + _LONGER:
        yield Drop("key_longest", f"{len(key)} characters, the next longest {longest}")


def _normal(text: str) -> str:
    return " ".join(text.split()).casefold()


# --- terms ------------------------------------------------------------------------------------------------


def _admit_term(candidate: Candidate, body: PreAssessmentBody, parts: re.Match[str]) -> Admitted | Drop:
    key = body.options[body.correct_option]
    by_term = "meaning" in parts.groupdict()
    term, meaning = (key, parts["meaning"]) if by_term else (parts["term"], key)
    telling = [w for w in words_of(meaning) if any(shares_stem(w, part) for part in parts_of(term))]
    if telling:
        return Drop("key_in_question", f"{telling[0]!r} tells {term!r}")
    if len(body.explanation.split()) < shown.LEAST_WORDS:
        return Drop("no_explanation", f"an explanation must be a sentence, not {body.explanation!r}")
    rated = estimate_word(meaning, term, candidate.taught or candidate.claimed_difficulty)
    content = content_key(body, candidate.subtopics[0], rated.difficulty)
    proof = {"form": "term" if by_term else "meaning", "rules": len(REASONS)}
    return Admitted(candidate, body, rated.difficulty, rated.features, proof, content)


# --- programs ---------------------------------------------------------------------------------------------


def _admit_code(
    candidate: Candidate, body: PreAssessmentBody, form: str, parts: re.Match[str], using: Judge | None
) -> Admitted | Drop:
    key = body.options[body.correct_option]
    for found in shown.static_findings(body.code, body.question_text, body.explanation, key):
        return found
    for found in _hints(body):
        return found
    if form == "returns" and own_names(parse(body.code)) & {"print", "repr"}:
        return Drop("not_run", "a program that gives print or repr another meaning")
    program = f"{body.code}\nprint(repr({parts['call']}))\n" if form == "returns" else body.code
    seen, again, wrong = shown.run_twice(program, using=using)
    if form == "error":
        wrong = [drop for drop in wrong if drop.reason != "crashes"]
        if seen.ended == "ok":
            return Drop("no_error", f"it prints {seen.stdout[:80]!r}")
        if not shown.same_behaviour(seen, again) or seen.error != again.error:
            return Drop("not_deterministic", f"{seen.error}, then {again.error}")
    for found in wrong:
        return found
    if _ADDRESS.search("\n".join((body.explanation, *body.options))):
        return Drop("unpredictable", "a text holds an address of memory")
    for found in _TRUTHS[form](body, seen):
        return found
    proof = {"runs": len(shown.SEEDS), "form": form}
    return shown.admitted(candidate, body, body.code, seen, proof, using)


def _hints(body: PreAssessmentBody) -> Iterator[Drop]:
    """Comments that hold the right option, or say what is printed or raised."""
    key = _normal(body.options[body.correct_option])
    tokens = tokenize.generate_tokens(io.StringIO(body.code).readline)
    for token in tokens:
        if token.type == tokenize.COMMENT:
            text = token.string.casefold()
            if (len(key) > 1 and key in text) or re.search(r"print|error|output|return", text):
                yield Drop("leaks_answer", f"the comment {token.string!r}")
                return


def _right(body: PreAssessmentBody, truth: str) -> Iterator[Drop]:
    key = body.options[body.correct_option]
    if key.strip() != truth.strip():
        yield Drop("key_wrong", f"the option says {key[:80]!r}, it is {truth[:80]!r}")


def _printed(body: PreAssessmentBody, seen: Trace) -> Iterator[Drop]:
    yield from shown.output_findings(seen.stdout, seen)
    if shown.is_copied(body.code, seen.stdout):
        yield Drop("copied_output", f"{seen.stdout[:80]!r} can be read off the program")
    yield from _right(body, seen.stdout)


def _last_line(body: PreAssessmentBody, seen: Trace) -> Iterator[Drop]:
    yield from shown.output_findings(seen.stdout, seen)
    lines = seen.stdout.rstrip().splitlines()
    if len(lines) < 2:
        yield Drop("no_output", "there is no last line unless it prints several")
        return
    yield from _right(body, lines[-1])


def _returned(body: PreAssessmentBody, seen: Trace) -> Iterator[Drop]:
    yield from shown.output_findings(seen.stdout, seen)
    lines = seen.stdout.rstrip("\n").split("\n")
    if len(lines) != 1 or not lines[0]:
        yield Drop("too_much_output", "the function prints, or its value is written on several lines")
        return
    yield from _right(body, lines[0])


def _ended_with(body: PreAssessmentBody, seen: Trace) -> Iterator[Drop]:
    """The class of the error; a base class of it would be right too."""
    if seen.ended != "raised":
        yield Drop("not_run", f"{seen.ended}: {seen.error}")
        return
    raised = seen.error.partition(":")[0]
    yield from _right(body, raised)
    kind = getattr(builtins, raised, None)
    for number, option in enumerate(body.options):
        other = getattr(builtins, option, None)
        related = isinstance(kind, type) and isinstance(other, type) and issubclass(kind, other)
        if number != body.correct_option and related:
            yield Drop("two_right", f"{raised} is a kind of {option}")


_TRUTHS: Mapping[str, Callable[[PreAssessmentBody, Trace], Iterator[Drop]]] = {
    "prints": _printed,
    "last_line": _last_line,
    "error": _ended_with,
    "returns": _returned,
}
"""What executing shows to be wrong with a question of each form."""
