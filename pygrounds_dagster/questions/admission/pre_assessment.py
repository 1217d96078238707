"""Questions with four options: admitted if exactly one is right, and nothing but knowledge shows which.

Here: the rules. Only questions whose right option can be found out are let in, so each has one of the forms
of ``FORMS``: what a program prints, its last line, its error, what a call returns — all executed — and two
about terms, whose term and meaning must stand together in the source (``grounding``, asked by the bank).
Not here: how programs are watched (``shown``).
"""

from __future__ import annotations

import ast
import builtins
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import combinations

from pygrounds_dagster.judge import Judge, Rules
from pygrounds_dagster.judge.compare import difference
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission import shown
from pygrounds_dagster.questions.admission.giveaways import comments_of, holds, lone_texts
from pygrounds_dagster.questions.admission.literals import NotLiteralError, read_value, tree_of
from pygrounds_dagster.questions.admission.outside import seeds_for
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
    "options_alike": "options that differ in blanks, capitals or spelling only",
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


def findings(
    body: PreAssessmentBody, subtopics: Sequence[str], *, using: Judge | None = None
) -> tuple[list[Drop], Trace | None]:
    """Every broken rule, the gravest first, and what the program did if there is one that could be run.

    Args:
        body: the question.
        subtopics: partition keys that it is about.
        using: the judge; the process's own by default.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``shown.run_twice``.
    """
    form = form_of(body)
    if form is None:
        return [Drop("unknown_form", f"{body.question_text!r}; known: {', '.join(FORMS)}")], None
    found = []
    if len({key.rpartition(".")[0] for key in subtopics}) < 2:
        found.append(Drop("one_topic", f"{', '.join(subtopics)}: name subtopics of two topics at least"))
    found += _option_findings(body)
    name, parts = form
    if name in _OF_TERMS:
        return [*found, *_term_findings(body, parts)], None
    wrong, seen = _code_findings(body, name, parts, using)
    return found + wrong, seen


def admit_pre_assessment(candidate: Candidate, using: Judge | None) -> Admitted | Drop:
    """Judge a question with four options; see ``admission.admit``."""
    body = candidate.body
    assert isinstance(body, PreAssessmentBody)
    found, seen = findings(body, candidate.subtopics, using=using)
    form = form_of(body)
    if found or form is None:
        return found[0]
    if seen is not None:
        proof = {"runs": len(seeds_for(body.code)), "form": form[0]}
        return shown.admitted(candidate, body, body.code, seen, proof, using)
    term, meaning = _term_and_meaning(body, form[1])
    rated = estimate_word(meaning, term, candidate.taught or candidate.claimed_difficulty)
    content = content_key(body, candidate.subtopics[0], rated.difficulty)
    said = {"form": form[0], "rules": len(REASONS)}
    return Admitted(candidate, body, rated.difficulty, rated.features, said, content)


# --- options ----------------------------------------------------------------------------------------------


def _option_findings(body: PreAssessmentBody) -> Iterator[Drop]:
    if _alike(body.options):
        yield Drop("options_alike", " | ".join(body.options))
    for option in body.options:
        if _ABOUT_OPTIONS.search(option):
            yield Drop("all_or_none", option)
        if len(option.splitlines()) > _MOST_LINES or len(option) > _MOST_LETTERS:
            yield Drop("option_too_long", f"{option[:80]!r} …")
    key = body.options[body.correct_option]
    others = [len(option) for place, option in enumerate(body.options) if place != body.correct_option]
    if len(key) > max(others) + _LONGER:
        yield Drop("key_longest", f"{len(key)} characters, the next longest {max(others)}")


def _alike(options: Sequence[str]) -> bool:
    """Whether two options read the same, or write the same value: ``'a'`` and ``"a"``, 16 and 0x10."""
    if len(set(map(_normal, options))) < len(options):
        return True
    values = []
    for option in options:
        with suppress(NotLiteralError):  # a text, a line, a name of an error
            values.append(tree_of(read_value(option)))
    return any(difference(one, other, Rules()) is None for one, other in combinations(values, 2))


def _normal(text: str) -> str:
    """What is read: without signs that cannot be seen, other widths of letters, capitals and a last stop."""
    seen = "".join(c for c in unicodedata.normalize("NFKC", text) if unicodedata.category(c) != "Cf")
    words = " ".join(seen.split()).casefold()
    return words.rstrip(".,;:") or words


# --- terms ------------------------------------------------------------------------------------------------


def _term_and_meaning(body: PreAssessmentBody, parts: re.Match[str]) -> tuple[str, str]:
    key, asked = body.options[body.correct_option], parts.groupdict()
    return (key, asked["meaning"]) if "meaning" in asked else (asked["term"], key)


def _term_findings(body: PreAssessmentBody, parts: re.Match[str]) -> Iterator[Drop]:
    term, meaning = _term_and_meaning(body, parts)
    telling = [w for w in words_of(meaning) if any(shares_stem(w, part) for part in parts_of(term))]
    if telling:
        yield Drop("key_in_question", f"{telling[0]!r} tells {term!r}")
    if len(body.explanation.split()) < shown.LEAST_WORDS:
        yield Drop("no_explanation", f"an explanation must be a sentence, not {body.explanation!r}")


# --- programs ---------------------------------------------------------------------------------------------


def _code_findings(
    body: PreAssessmentBody, form: str, parts: re.Match[str], using: Judge | None
) -> tuple[list[Drop], Trace | None]:
    key = body.options[body.correct_option]
    found = list(shown.static_findings(body.code, body.question_text, body.explanation, key))
    if found and found[0].reason in ("syntax_error", "unpredictable"):
        return found, None
    found += _hints(body)
    if form == "returns" and own_names(parse(body.code)) & {"print", "repr"}:
        return [*found, Drop("not_run", "a program that gives print or repr another meaning")], None
    program = f"{body.code}\nprint(repr({parts['call']}))\n" if form == "returns" else body.code
    seen, again, wrong = shown.run_twice(program, using=using)
    if form == "error":
        wrong = _error_findings(seen, again, wrong)
    if _ADDRESS.search("\n".join((body.explanation, *body.options))):
        found.append(Drop("unpredictable", "a text holds an address of memory"))
    return [*found, *(wrong or _TRUTHS[form](body, seen))], seen


def _error_findings(seen: Trace, again: Trace, wrong: Sequence[Drop]) -> list[Drop]:
    """What is wrong with a run that should end with an error."""
    found = [drop for drop in wrong if drop.reason != "crashes"]
    if seen.ended == "ok":
        found.insert(0, Drop("no_error", f"it prints {seen.stdout[:80]!r}"))
    elif not shown.same_behaviour(seen, again) or seen.error != again.error:
        found.insert(0, Drop("not_deterministic", f"{seen.error}, then {again.error}"))
    return found


def _hints(body: PreAssessmentBody) -> Iterator[Drop]:
    """Comments that hold the right option, or say what is printed or raised."""
    key = body.options[body.correct_option]
    for comment in comments_of(body.code):
        text = comment.casefold()
        if (len(key) > 1 and key.casefold() in text) or re.search(r"print|error|output|return", text):
            yield Drop("leaks_answer", f"the comment {comment!r}")
            return
    for text in lone_texts(body.code):
        if holds(text, key):
            yield Drop("leaks_answer", f"the text {text[:80]!r} in the program")
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
    kinds = _kinds_of(raised, parse(body.code))
    for number, option in enumerate(body.options):
        if number != body.correct_option and option in kinds:
            yield Drop("two_right", f"{raised} is a kind of {option}")


def _kinds_of(name: str, tree: ast.Module) -> set[str]:
    """An error's own name, its other names, and those of all classes that it is made from."""
    bases = {
        node.name: [ast.unparse(base) for base in node.bases]
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found: set[str] = set()
    waiting = [name.rpartition(".")[2]]
    while waiting:
        one = waiting.pop()
        if one in found:
            continue
        found.add(one)
        kind = getattr(builtins, one, None)
        if one in bases:
            waiting += bases[one]
        elif isinstance(kind, type):
            found |= {known for known, other in vars(builtins).items() if other in kind.__mro__}
    return found


_TRUTHS: Mapping[str, Callable[[PreAssessmentBody, Trace], Iterator[Drop]]] = {
    "prints": _printed,
    "last_line": _last_line,
    "error": _ended_with,
    "returns": _returned,
}
"""What executing shows to be wrong with a question of each form."""
