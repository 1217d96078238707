"""A subtopic's page, checked: its measures, and everything that an author should look at.

Here: the parts of a check put together, for many pages at once. Not here: the rules themselves, storing
(``record``), printing (``cli``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pygrounds_dagster.authoring import programs as running
from pygrounds_dagster.authoring.findings import Finding
from pygrounds_dagster.authoring.form import Outline, form_findings, outline, runnable
from pygrounds_dagster.authoring.grade import reading_grade
from pygrounds_dagster.authoring.meaning import Neighbour, neighbour_findings
from pygrounds_dagster.authoring.page import read_page
from pygrounds_dagster.authoring.programs import ProgramRun
from pygrounds_dagster.authoring.references import References
from pygrounds_dagster.curriculum.content_model import Content, Subtopic
from pygrounds_dagster.curriculum.content_yaml import read_text
from pygrounds_dagster.judge import Judge


@dataclass(frozen=True, slots=True)
class Draft:
    """A page read, before anything of it was run.

    Attributes:
        subtopic: whose page.
        source: the file as it is.
        parts: its page.
        findings: of form and links.
    """

    subtopic: Subtopic
    source: str
    parts: Outline
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Measures:
    """A page in numbers.

    Attributes:
        words: of the whole text, code and output counted.
        prose_words: without headings and blocks of code.
        grade: Flesch–Kincaid; None without prose.
        programs: Python blocks that run in the judge.
        raising: of them, those that end in an error on purpose.
        elsewhere: Python blocks that are not run.
        terms: glossary entries.
        variations: of ``What happens if``.
        mistakes: messages of Python that ``Common mistakes`` names.
        tasks: of ``Try it``.
        objectives: that the page promises.
        links: it has.
    """

    words: int
    prose_words: int
    grade: float | None
    programs: int
    raising: int
    elsewhere: int
    terms: int
    variations: int
    mistakes: int
    tasks: int
    objectives: int
    links: int


@dataclass(frozen=True, slots=True)
class PageReport:
    """What a check found.

    Attributes:
        key: the subtopic.
        path: its own file.
        measures: in numbers.
        covered: objectives that a block of code shows; None if that was not looked at.
        neighbour: the most similar other subtopic; None if there is none, or that was not looked at.
        runs: what became of each program, in order.
        findings: by line.
    """

    key: str
    path: Path
    measures: Measures
    covered: int | None
    neighbour: Neighbour | None
    runs: tuple[ProgramRun, ...]
    findings: tuple[Finding, ...]

    @property
    def errors(self) -> list[Finding]:
        """What is false or broken."""
        return [finding for finding in self.findings if finding.level == "error"]

    @property
    def warnings(self) -> list[Finding]:
        """What a good page would have."""
        return [finding for finding in self.findings if finding.level == "warning"]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What vectors tell of one page: objectives that no code shows, and its nearest neighbour."""

    uncovered: Sequence[Finding] = field(default_factory=tuple)
    neighbour: Neighbour | None = None


def read_drafts(content: Content, keys: Sequence[str] | None = None) -> list[Draft]:
    """Read the pages of valid subtopics (None: of all) that have a text of their own, in order.

    Raises:
        OSError: a file went away since the content was read.
    """
    references = References.of(content)
    wanted = None if keys is None else set(keys)
    chosen = [s for s in content.subtopics if wanted is None or s.key in wanted]
    drafts = (read_draft(subtopic, content, references) for subtopic in chosen)
    return [draft for draft in drafts if not draft.parts.page.is_empty]


def read_draft(subtopic: Subtopic, content: Content, references: References) -> Draft:
    """Read one page, and look at its form and links.

    Raises:
        OSError, UnreadableTextError: its file changed since the content was read.
    """
    source = read_text(subtopic.path)
    parts = outline(read_page(source))
    findings = []
    if not parts.page.is_empty:
        findings = [*form_findings(subtopic, parts), *references.findings(subtopic, parts.page)]
        if not subtopic.prerequisites and subtopic != content.subtopics[0]:
            what = "nothing is needed to know before, and it is not the first of the curriculum"
            findings.append(Finding("prerequisites", 1, what, "name the subtopics that it builds on"))
    return Draft(subtopic, source, parts, tuple(findings))


def check_drafts(
    drafts: Sequence[Draft],
    meanings: Mapping[str, Meaning] | None = None,
    using: Judge | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[PageReport]:
    """Run the programs of pages, all side by side, and report on each page.

    Args:
        drafts: pages.
        meanings: by key, what their vectors tell; None: that was not looked at.
        using: the judge; the process's own by default.
        progress: told the number of programs run so far.

    Raises:
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotRunError: the judge gave up on a program, which says nothing about it.
    """
    listed = [program for draft in drafts for program in runnable(draft.parts.page)]
    results = iter(running.run_programs(listed, using, progress))
    reports = []
    for draft in drafts:
        runs, found = [], list(draft.findings)
        for program in draft.parts.page.programs:
            run, findings = (
                running.compare(program, next(results)) if program.runs else running.elsewhere(program)
            )
            runs.append(run)
            found += findings
        meaning = None if meanings is None else meanings.get(draft.subtopic.key, Meaning())
        reports.append(report(draft, runs, found, meaning))
    return reports


def report(
    draft: Draft, runs: Sequence[ProgramRun], found: Sequence[Finding], meaning: Meaning | None
) -> PageReport:
    """Everything known of a page as one."""
    told = [*found]
    if meaning is not None:
        told += [*meaning.uncovered, *neighbour_findings(meaning.neighbour)]
    return PageReport(
        key=draft.subtopic.key,
        path=draft.subtopic.path,
        measures=measure(draft),
        covered=None if meaning is None else len(draft.subtopic.objectives) - len(meaning.uncovered),
        neighbour=None if meaning is None else meaning.neighbour,
        runs=tuple(runs),
        findings=tuple(sorted(told, key=lambda finding: (finding.line, finding.rule))),
    )


def measure(draft: Draft) -> Measures:
    """The numbers of a page."""
    parts = draft.parts
    page, prose = parts.page, parts.page.prose
    grade = reading_grade(prose)
    shown = runnable(page)
    return Measures(
        words=page.words,
        prose_words=sum(len(text.split()) for text in prose),
        grade=None if grade is None else round(grade, 2),
        programs=len(shown),
        raising=sum(program.raises is not None for program in shown),
        elsewhere=len(page.programs) - len(shown),
        terms=len(parts.terms),
        variations=len(parts.variations),
        mistakes=parts.messages,
        tasks=parts.tasks,
        objectives=len(draft.subtopic.objectives),
        links=len(page.links),
    )
