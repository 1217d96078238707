"""The form of a page: what every subtopic has, so that learners find their way and questions can be made.

A page explains (sections with programs), varies (``What happens if``), warns (``Common mistakes``), names
(``Glossary``) and asks (``Try it``). Here: the rules that need nothing but the page. Not here: whether
programs print what is shown (``programs``), where links lead (``references``), what the text means
(``meaning``).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pygrounds_dagster.authoring.findings import Finding
from pygrounds_dagster.authoring.grade import reading_grade
from pygrounds_dagster.authoring.page import Page, Program, Section
from pygrounds_dagster.curriculum.content_model import Subtopic

WHAT_IF, MISTAKES, GLOSSARY, TRY_IT = "What happens if", "Common mistakes", "Glossary", "Try it"
CLOSING = (WHAT_IF, MISTAKES, GLOSSARY, TRY_IT)
"""Headings after the explanation, in this order."""

PLACEHOLDER = "WRITE:"
"""What scaffolds mark the places with that an author has to fill."""

WORDS = (600, 1400)
SECTION_CHARACTERS = (250, 1200)
GRADE_MOST = 9.0
SECTIONS_LEAST = 4
PROGRAMS = (4, 8)
ELSEWHERE_MOST = 2
TERMS_LEAST = 6
VARIATIONS_LEAST = 2
TASKS_LEAST = 3
OBJECTIVES = (3, 6)

_ENTRY = re.compile(r"^\*\*(.+?)\*\*:\s+(\S.*)$")
_SECOND_SENTENCE = re.compile(r"[.!?]\s+[A-Z]")
_MESSAGE = re.compile(r"^(?:\w+\.)*[A-Z]\w*(?:Error|Exception|Iteration|Interrupt|Exit|Warning|Failure)\b")


@dataclass(frozen=True, slots=True)
class Term:
    """A glossary entry: its line, the term, and what it means."""

    line: int
    term: str
    meaning: str


@dataclass(frozen=True, slots=True)
class Outline:
    """A page by its parts.

    Attributes:
        page: the page.
        explaining: sections that explain, above the closing ones.
        variations: subsections of ``What happens if``.
        mistakes: ``Common mistakes`` with its subsections.
        closing: heading → section, for the closing ones that are there.
        terms: entries of the glossary that have its form.
        tasks: numbered items of ``Try it``.
        messages: error messages that ``Common mistakes`` names.
    """

    page: Page
    explaining: tuple[Section, ...]
    variations: tuple[Section, ...]
    mistakes: tuple[Section, ...]
    closing: dict[str, Section]
    terms: tuple[Term, ...]
    tasks: int
    messages: int

    @property
    def teaching(self) -> tuple[Section, ...]:
        """Sections that can show an objective: all but glossary and tasks."""
        return (*self.explaining, *self.variations, *self.mistakes)


def outline(page: Page) -> Outline:
    """Find the parts of a page; what is missing is empty."""
    parts: dict[str, list[Section]] = {"": []}
    part = ""
    for section in page.sections:
        if section.level == 2:
            part = section.heading if section.heading in CLOSING else ""
        parts.setdefault(part, []).append(section)
    closing = {name: parts[name][0] for name in CLOSING if name in parts}
    items = [item for section in parts.get(GLOSSARY, []) for item in section.items]
    found = [(item.line, _ENTRY.match(item.text)) for item in items]
    mistakes = parts.get(MISTAKES, [])
    codes = [code.target for section in mistakes for code in section.codes]
    shown = [p.shown or "" for section in mistakes for p in section.programs if p.raises]
    return Outline(
        page=page,
        explaining=tuple(section for section in parts[""] if section.level > 1),
        variations=tuple(parts.get(WHAT_IF, [])[1:]),
        mistakes=tuple(mistakes),
        closing=closing,
        terms=tuple(Term(line, entry[1], entry[2]) for line, entry in found if entry),
        tasks=sum(item.numbered for section in parts.get(TRY_IT, []) for item in section.items),
        messages=sum(1 for text in [*codes, *shown] if _names_error(text)),
    )


def form_findings(subtopic: Subtopic, parts: Outline) -> Iterator[Finding]:
    """Everything that the form asks for and the page has not."""
    yield from parts.page.faults
    for rule in _RULES:
        yield from rule(parts)
    yield from _front_matter(subtopic)
    yield from _placeholders(subtopic, parts.page)


def _names_error(text: str) -> bool:
    return any(_MESSAGE.match(line) for line in text.splitlines())


def _headings(parts: Outline) -> Iterator[Finding]:
    sections = [section for section in parts.page.sections if section.level]
    titles = [section for section in sections if section.level == 1]
    if len(titles) != 1 or sections[0].level != 1:
        line = titles[1].line if len(titles) > 1 else 1
        what = f"the text has {len(titles)} headings of level 1 (# …)"
        yield Finding("heading", line, what, "begin it with one, its title, and use ## and ### below")
    first: dict[str, int] = {}
    for section in sections:
        name = section.heading.casefold()
        if name in first:
            what = f"the heading {section.heading!r} is also in line {first[name]}"
            yield Finding(
                "heading", section.line, what, "change one: links and questions name sections by it"
            )
        first.setdefault(name, section.line)
    present = [section.heading for section in sections if section.heading in CLOSING and section.level == 2]
    if present != [name for name in CLOSING if name in present]:
        what = f"the last sections stand in the order {', '.join(present)}"
        mend = f"use the order {', '.join(CLOSING)}"
        yield Finding("sections", parts.closing[present[0]].line, what, mend)


def _sections(parts: Outline) -> Iterator[Finding]:
    for name in CLOSING:
        if name not in parts.closing:
            yield Finding("sections", 1, f"there is no section {name!r}", f"add it as ## {name}")
    if len(parts.explaining) < SECTIONS_LEAST:
        what = f"{len(parts.explaining)} sections explain, at least {SECTIONS_LEAST} are wanted"
        yield Finding("sections", 1, what, f"add ## sections above ## {WHAT_IF}")
    least, most = SECTION_CHARACTERS
    for section in parts.explaining:
        if section.characters > most:
            what = f"{section.heading!r} has {section.characters} characters of prose, more than {most}"
            yield Finding("length", section.line, what, "cut it into two sections, so that each can be found")
        if section.characters < least and section.level == 2:
            what = f"{section.heading!r} has {section.characters} characters of prose, fewer than {least}"
            yield Finding("length", section.line, what, "say what it is, why and when; or join two sections")


def _length(parts: Outline) -> Iterator[Finding]:
    words, (least, most) = parts.page.words, WORDS
    if not least <= words <= most:
        mend = "say more" if words < least else "cut it into two subtopics"
        yield Finding("length", 1, f"the text has {words} words, {least}–{most} are wanted", mend)
    grade = reading_grade(parts.page.prose)
    if grade is not None and grade > GRADE_MOST:
        what = f"the reading grade is {grade:.1f}, at most {GRADE_MOST:g} is wanted"
        yield Finding("grade", 1, what, "use shorter sentences and plainer words")


def _programs(parts: Outline) -> Iterator[Finding]:
    shown = [program for section in parts.explaining for program in section.programs if program.runs]
    least, most = PROGRAMS
    if not least <= len(shown) <= most:
        what = f"{len(shown)} programs run in the sections that explain, {least}–{most} are wanted"
        yield Finding("programs", 1, what, "add or remove ```python blocks")
    elsewhere = [program for program in parts.page.programs if not program.runs]
    if len(elsewhere) > ELSEWHERE_MOST:
        what = f"{len(elsewhere)} programs cannot run here, at most {ELSEWHERE_MOST} are wanted"
        yield Finding("programs", elsewhere[0].line, what, "show the thing in a way that the judge can prove")


def _variations(parts: Outline) -> Iterator[Finding]:
    if WHAT_IF not in parts.closing:
        return
    line = parts.closing[WHAT_IF].line
    if len(parts.variations) < VARIATIONS_LEAST:
        what = f"{WHAT_IF!r} has {len(parts.variations)} variations, at least {VARIATIONS_LEAST} are wanted"
        yield Finding("variations", line, what, "add ### subsections, each with a program")
    for section in parts.variations:
        if not section.programs:
            what = f"the variation {section.heading!r} has no program"
            yield Finding("variations", section.line, what, "show what happens by a ```python block")


def _mistakes(parts: Outline) -> Iterator[Finding]:
    section = parts.closing.get(MISTAKES)
    if section is None:
        return
    if not parts.messages:
        what = f"{MISTAKES!r} names no message of Python"
        yield Finding("mistakes", section.line, what, "quote one as code, e.g. `TypeError: …`")
    if not any(section.programs for section in parts.mistakes):
        yield Finding("mistakes", section.line, f"{MISTAKES!r} has no program", "show one slip by a program")


def _glossary(parts: Outline) -> Iterator[Finding]:
    section = parts.closing.get(GLOSSARY)
    if section is None:
        return
    good = {term.line for term in parts.terms}
    for item in section.items:
        if item.line not in good:
            what = f"the glossary entry {item.text[:40]!r} has not its form"
            yield Finding("glossary", item.line, what, "write it as - **term**: one sentence")
    if len(parts.terms) < TERMS_LEAST:
        what = f"the glossary has {len(parts.terms)} terms, at least {TERMS_LEAST} are wanted"
        yield Finding("terms", section.line, what, "add the words that this page brings in")
    counted = Counter(term.term.casefold() for term in parts.terms)
    for term in parts.terms:
        if counted[term.term.casefold()] > 1:
            yield Finding("glossary", term.line, f"{term.term!r} is explained twice", "keep one entry")
        if re.search(rf"\b{re.escape(term.term)}(?:s|es)?\b", term.meaning, re.IGNORECASE):
            what = f"{term.term!r} is explained by itself: {term.meaning!r}"
            yield Finding("glossary", term.line, what, "say it in other words")
        if _SECOND_SENTENCE.search(term.meaning):
            what = f"{term.term!r} is explained in more than one sentence"
            yield Finding("glossary", term.line, what, "keep the one that says what it is")


def _tasks(parts: Outline) -> Iterator[Finding]:
    section = parts.closing.get(TRY_IT)
    if section is not None and parts.tasks < TASKS_LEAST:
        what = f"{TRY_IT!r} has {parts.tasks} numbered tasks, at least {TASKS_LEAST} are wanted"
        yield Finding("tasks", section.line, what, "add items beginning with 1., 2., 3.")


_RULES: tuple[Callable[[Outline], Iterator[Finding]], ...] = (
    _headings,
    _sections,
    _length,
    _programs,
    _variations,
    _mistakes,
    _glossary,
    _tasks,
)


def _front_matter(subtopic: Subtopic) -> Iterator[Finding]:
    least, most = OBJECTIVES
    if not least <= len(subtopic.objectives) <= most:
        what = f"there are {len(subtopic.objectives)} objectives, {least}–{most} are wanted"
        yield Finding("objectives", 1, what, "say what a learner can do after this page")


def _placeholders(subtopic: Subtopic, page: Page) -> Iterator[Finding]:
    told = [subtopic.title, subtopic.concept_intent, subtopic.code_intent, *subtopic.objectives]
    mend = "put your own words there"
    count = sum(PLACEHOLDER in text for text in told)
    if count:
        what = f"{count} fields above the text still hold the scaffold's words ({PLACEHOLDER} …)"
        yield Finding("placeholder", 1, what, mend)
    lines = [number for number, line in enumerate(page.text.split("\n"), start=1) if PLACEHOLDER in line]
    if lines:
        what = f"the scaffold's words ({PLACEHOLDER} …) are still in {len(lines)} lines, the first here"
        yield Finding("placeholder", lines[0], what, mend)


def runnable(page: Page) -> list[Program]:
    """The programs of a page that the judge runs, in order."""
    return [program for program in page.programs if program.runs]
