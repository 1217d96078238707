"""Folders of courses → courses, and every mistake at once with file, line, field and how to mend it.

A course is a folder with ``course.yaml`` and one JSON file for each lesson that it lists. A lesson that is
not right fails alone, and so does a course. Here: reading and checking the files. Not here: running anything
(``check``), rows (``register``).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.content_json import JsonFile, read_json, validate_json
from pygrounds_dagster.curriculum.content_model import Problem as Fault
from pygrounds_dagster.curriculum.content_yaml import (
    Loc,
    UnreadableTextError,
    alias_line,
    line_of,
    read_text,
    validate_yaml,
)
from pygrounds_dagster.judge import Test
from pygrounds_dagster.lessons.model import Course, CourseFile, Lesson, LessonFile, Step, StepFile
from pygrounds_dagster.problems.load import problem_folders
from pygrounds_dagster.problems.tests_file import read_tests
from pygrounds_dagster.store.step import fingerprint

FOLDER = "courses"
"""Folder of a content root that holds its courses."""

COURSE_FILE = "course.yaml"

MAX_COURSE_BYTES = 64 * 1024
MAX_LESSON_BYTES = 2 * 1024 * 1024

__all__ = ["FOLDER", "Catalogue", "Fault", "load_catalogue", "load_courses"]


@dataclass(frozen=True, slots=True)
class Catalogue:
    """All courses.

    Attributes:
        courses: those whose ``course.yaml`` is right, in order.
        roots: course → content root; empty where folders were named instead of roots.
        faults: everything that is wrong, in order of file and line.
        failed: file of a course or a lesson → why it is not right.
        unreadable_roots: configured but not there: nothing of theirs may be taken for deleted.
    """

    courses: tuple[Course, ...]
    roots: Mapping[str, Path]
    faults: tuple[Fault, ...]
    failed: Mapping[Path, str]
    unreadable_roots: tuple[Path, ...] = ()

    @property
    def lessons(self) -> list[Lesson]:
        """Lessons whose files are right, in order of the courses."""
        return [lesson for course in self.courses for lesson in course.lessons]


@dataclass(slots=True)
class _Draft:
    """A file while it is read."""

    path: Path
    text: str = ""
    faults: list[Fault] = field(default_factory=list)
    lines: dict[Loc, int] = field(default_factory=dict)

    def report(self, message: str, loc: Loc = ()) -> None:
        line = line_of(self.lines, loc) if loc else 0
        self.faults.append(Fault(self.path, line, ".".join(map(str, loc)), message))

    def read(self, limit: int, needed_by: str) -> bool:
        """Whether there is a text; a fault if not."""
        try:
            self.text = read_text(self.path, limit)
        except UnreadableTextError as error:
            self.faults.append(Fault(self.path, error.line, "", str(error)))
        except FileNotFoundError:
            self.report(f"is missing: {needed_by}")
        except OSError as error:
            self.report(f"cannot be read: {error.strerror}; check its permissions")
        return not self.faults


@dataclass(slots=True)
class _CourseDraft:
    """A course while it is read: its own file, and its lessons in order."""

    head: _Draft
    values: CourseFile | None = None
    lessons: list[tuple[_Draft, Lesson | None]] = field(default_factory=list)


def load_catalogue(roots: Sequence[Path]) -> Catalogue:
    """Read the courses of all content roots; subtopics may lie in any of them.

    Never raises for what an author wrote; of two courses or lessons with one id, the first counts.

    Raises:
        OSError: a folder of courses is there and cannot be read.
    """
    content = load_content(roots)
    folders = {
        folder: root
        for root in content.roots
        if (root / FOLDER).is_dir()
        for folder in problem_folders(root / FOLDER)
    }
    found = load_courses(folders, content.keys)
    places = {course.id: folders[course.path] for course in found.courses}
    return Catalogue(found.courses, places, found.faults, found.failed, content.unreadable_roots)


def load_courses(folders: Iterable[Path], topics: Collection[str] | None = None) -> Catalogue:
    """Read courses.

    Never raises for what an author wrote: it is in ``Catalogue.faults``, and the others go on.

    Args:
        folders: one for each course.
        topics: subtopic keys that there are; lessons about others are faults. None: they are not followed.
    """
    drafts = [_read_course(folder, topics) for folder in folders]
    _claim_ids((draft.head, draft.values.id, "id") for draft in drafts if draft.values)
    _claim_ids((own, lesson.id, "lesson_id") for draft in drafts for own, lesson in draft.lessons if lesson)
    files = [own for draft in drafts for own in (draft.head, *(own for own, _ in draft.lessons))]
    courses = [_course(draft, draft.values) for draft in drafts if draft.values and not draft.head.faults]
    faults = [fault for file in files for fault in file.faults]
    return Catalogue(
        courses=tuple(sorted(courses, key=lambda course: (course.order, course.id))),
        roots={},
        faults=tuple(sorted(faults, key=lambda fault: (fault.path, fault.line, fault.field))),
        failed={file.path: "\n".join(map(str, file.faults)) for file in files if file.faults},
    )


def _claim_ids(claims: Iterable[tuple[_Draft, str, str]]) -> None:
    """Report ids that an earlier file has."""
    taken: dict[str, Path] = {}
    for draft, name, where in claims:
        other = taken.setdefault(name, draft.path)
        if other != draft.path:
            draft.report(f"{name!r} is also {other}: change one of them", (where,))


def _course(draft: _CourseDraft, values: CourseFile) -> Course:
    return Course(
        id=values.id,
        title=values.title,
        order=values.order,
        difficulty=values.difficulty,
        description=values.description,
        lessons=tuple(lesson for own, lesson in draft.lessons if lesson and not own.faults),
        path=draft.head.path.parent,
        content_hash=fingerprint(draft.head.text),
    )


def _read_course(folder: Path, topics: Collection[str] | None) -> _CourseDraft:
    draft = _CourseDraft(_Draft(folder / COURSE_FILE))
    lying = {
        path.stem: path for path in sorted(folder.glob("*.json")) if not path.name.startswith((".", "_"))
    }
    if draft.head.read(MAX_COURSE_BYTES, "every course needs it, with id, title, order and lessons"):
        draft.values = _read_head(draft.head)
    listed = draft.values.lessons if draft.values else list(lying)
    for index, stem in enumerate(listed):
        if stem in listed[:index]:
            draft.head.report(f"{stem!r} is listed twice: keep one of them", ("lessons", index))
            continue
        own = _Draft(folder / f"{stem}.json")
        draft.lessons.append((own, _read_lesson(own, index + 1, topics)))
    for stem in sorted(lying.keys() - set(listed)):
        stray = _Draft(lying[stem])
        stray.report(f"is not listed under `lessons` in {COURSE_FILE}: list it or delete it")
        draft.lessons.append((stray, None))
    return draft


def _read_head(draft: _Draft) -> CourseFile | None:
    if alias := alias_line(draft.text):
        draft.faults.append(Fault(draft.path, alias, "", "uses an alias (*): write the value out"))
        return None
    checked = validate_yaml(draft.path, draft.text, CourseFile)
    draft.lines = checked.lines
    draft.faults += checked.problems
    return checked.model


def _read_lesson(draft: _Draft, position: int, topics: Collection[str] | None) -> Lesson | None:
    """The lesson, or None where its fields cannot be read; what else is wrong is in the draft."""
    if not draft.read(MAX_LESSON_BYTES, f"write it, or remove it from `lessons` in {COURSE_FILE}"):
        return None
    file = read_json(draft.path, draft.text)
    if isinstance(file, Fault):
        draft.faults.append(file)
        return None
    draft.lines = file.lines
    checked = validate_json(draft.path, file, LessonFile)
    draft.faults += checked.problems
    tests = _read_tests(draft, file)
    if checked.model is None:
        return None
    for index, topic in enumerate(checked.model.subtopics):
        if topics is not None and topic not in topics:
            draft.report(f"there is no subtopic {topic!r}: mend or remove it", ("subtopics", index))
    return Lesson(
        id=checked.model.lesson_id,
        position=position,
        title=checked.model.title,
        description=checked.model.description,
        subtopics=tuple(checked.model.subtopics),
        steps=tuple(_steps(draft, checked.model.steps, tests)),
        path=draft.path,
        content_hash=fingerprint(draft.text),
    )


def _read_tests(draft: _Draft, file: JsonFile) -> dict[int, list[Test]]:
    """The tests of each step, by its index, as far as they can be read."""
    found: dict[int, list[Test]] = {}
    for index in range(len(file.data["steps"]) if isinstance(file.data.get("steps"), list) else 0):
        loc: Loc = ("steps", index, "tests")
        start, end = file.spans.get(loc, (0, 0))
        if draft.text[start : start + 1] != "[":  # told by the model
            continue
        tests, faults = read_tests(draft.text[start:end])
        above = draft.text.count("\n", 0, start)
        for fault in faults:
            number, _, rest = fault.field.partition(".")
            place = [*loc, *([int(number) - 1] if number else []), *([rest] if rest else [])]
            where = ".".join(map(str, place))
            draft.faults.append(Fault(draft.path, above + fault.line, where, fault.message))
        found[index] = tests
    return found


def _steps(draft: _Draft, files: Sequence[StepFile], tests: Mapping[int, list[Test]]) -> Iterator[Step]:
    before = ""
    for index, step in enumerate(files):
        if step.step_number != index + 1:
            message = f"is {step.step_number}, but this is step {index + 1}: number the steps 1, 2, 3 …"
            draft.report(message, ("steps", index, "step_number"))
        yield Step(
            number=step.step_number,
            description=step.description,
            expected_code=step.expected_code,
            notes=step.notes,
            assignment=step.assignment,
            starter_code=step.starter_code or before,
            tests=tuple(tests[index]),
            tests_data=tuple(step.tests),
            mode="files" if any(test.files or test.files_after for test in tests[index]) else "strict",
            line=line_of(draft.lines, ("steps", index)),
        )
        before = step.expected_code
