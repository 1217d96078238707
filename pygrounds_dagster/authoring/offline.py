"""Paths → reports, without a database: what an author runs beside the editor.

Here: which content a path belongs to, and a check of it from files alone. Not here: printing (``cli``), the
stored check (``record``).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from pygrounds_dagster.authoring.check import Draft, Meaning, PageReport, check_drafts, read_drafts
from pygrounds_dagster.authoring.encoded import encoded_vectors
from pygrounds_dagster.authoring.meaning import neighbours, objective_findings, page_texts
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.content_model import Problem
from pygrounds_dagster.settings import Settings

Watch = Callable[[str, int, int], None]
"""Called as ``watch(what, done, total)``; must be cheap."""


class PathError(ValueError):
    """A path that is no content; the message says what would be."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check of files found.

    Attributes:
        reports: of the pages below the paths, in the curriculum's order.
        problems: what is wrong with files below the paths, so that their subtopics could not be read.
    """

    reports: tuple[PageReport, ...]
    problems: tuple[Problem, ...]

    @property
    def is_good(self) -> bool:
        """Whether there is no error."""
        return not self.problems and not any(report.errors for report in self.reports)


def check_paths(
    paths: Sequence[Path], settings: Settings, *, meaning: bool = True, watch: Watch | None = None
) -> Checked:
    """Check all pages below some paths.

    Links may lead into all content that belongs together: the configured roots, or the one that a path lies
    in.
    A page's nearest neighbour is found among the pages that are checked.

    Args:
        paths: content roots, zones, topics, subtopics or their files; none: the configured content roots.
        settings: content roots and encoder.
        meaning: also encode the texts, to see objectives and neighbours.
        watch: told how far it is.

    Raises:
        PathError: a path is not there, or is no part of any content.
        JudgeUnavailableError: nothing can be run safely on this machine.
        NotRunError: the judge gave up on a program.
        OSError: a file cannot be read.
    """
    wanted = [path.resolve() for path in paths] or list(settings.content_roots)
    content = load_content(_roots(wanted, settings))
    below = [s.key for s in content.subtopics if _is_below(s.path, wanted)]
    problems = tuple(problem for problem in content.problems if _is_below(problem.path, wanted))
    drafts = read_drafts(content, below)
    if paths and not drafts and not problems:
        raise PathError(f"{paths[0]}: holds no subtopic.md with text; name a content root or a part of one")
    total = sum(program.runs for draft in drafts for program in draft.parts.page.programs)
    meanings = _meanings(drafts, settings, watch) if meaning and drafts else None

    def ran(done: int) -> None:
        if watch is not None:
            watch("running programs", done, total)

    return Checked(tuple(check_drafts(drafts, meanings, progress=ran)), problems)


def _roots(wanted: Sequence[Path], settings: Settings) -> list[Path]:
    """The roots that the paths lie in; all configured ones if one of those is among them."""
    found = list(dict.fromkeys(_root(path) for path in wanted))
    configured = list(settings.content_roots)
    return list(dict.fromkeys([*configured, *found])) if set(found) & set(configured) else found


def _root(path: Path) -> Path:
    if not path.exists():
        raise PathError(f"{path}: no such file or folder; check the path")
    for place in (path, *path.parents):
        if (place / "zones").is_dir():
            return place
    raise PathError(f"{path}: lies in no content root, which is a folder with 'zones' in it")


def _is_below(path: Path, wanted: Sequence[Path]) -> bool:
    return any(path == place or path.is_relative_to(place) for place in wanted)


def _meanings(drafts: Sequence[Draft], settings: Settings, watch: Watch | None) -> dict[str, Meaning]:
    from pygrounds_dagster.knowledge.encoders import query_encoder, token_counter

    counter = token_counter(settings)
    texts = {draft.subtopic.key: page_texts(draft.subtopic, counter) for draft in drafts}
    total = sum(len(page.texts) for page in texts.values())

    def encoded(done: int) -> None:
        if watch is not None:
            watch("reading what pages mean", done, total)

    vectors = encoded_vectors(query_encoder(settings, "concept"), list(texts.values()), encoded)
    nearest = neighbours(texts, vectors)
    return {
        draft.subtopic.key: Meaning(
            tuple(
                objective_findings(
                    draft.subtopic, draft.parts, texts[draft.subtopic.key], vectors, draft.source
                )
            ),
            nearest.get(draft.subtopic.key),
        )
        for draft in drafts
    }
