"""YAML files and front matter → validated models, every error with its line and field.

Here: bytes to text, text to a YAML mapping with line numbers, pydantic's errors in the words of an author.
Not here: JSON (``content_json``), what the fields mean (``content_model``), which files there are
(``content``).
"""

from __future__ import annotations

import difflib
import math
import re
import reprlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from pygrounds_dagster.curriculum.content_model import Problem

Model = TypeVar("Model", bound=BaseModel)
Loc = tuple[int | str, ...]

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_FENCE = "---"
_BAD_TEXT = re.compile("[\0\ud800-\udfff]")
_UNSTORABLE = (
    "holds what no database takes: \\0, half of a surrogate pair, NaN or an infinite number; remove it"
)


class UnreadableTextError(ValueError):
    """A file that is not text; carries the line where that shows."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The YAML head of a Markdown file and whether text follows it; the YAML begins at line 2."""

    yaml_text: str
    has_body: bool


@dataclass(frozen=True, slots=True)
class Validated(Generic[Model]):
    """A file read: its model, or problems; ``raw_id`` is its id even where other fields are wrong."""

    model: Model | None
    raw_id: str | None
    problems: list[Problem]
    lines: dict[Loc, int]


def read_text(path: Path, limit: int | None = None) -> str:
    """The text of an author's file.

    Args:
        path: of the file.
        limit: at most so many bytes are read; None: any number.

    Raises:
        UnreadableTextError: too large, binary, not UTF-8, or empty; says where and how to mend it.
        OSError: the file cannot be read.
    """
    if limit is not None and (size := path.stat().st_size) > limit:
        raise UnreadableTextError(0, f"has {size} bytes, at most {limit} are read: make it smaller")
    data = path.read_bytes()
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise UnreadableTextError(line, "is binary: it must be a text file in UTF-8")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        bad = data[error.start]
        raise UnreadableTextError(line, f"byte 0x{bad:02x} is not UTF-8: save the file as UTF-8") from error
    if not text.strip():
        raise UnreadableTextError(0, "is empty: fill in its fields or delete it")
    return text


def split_front_matter(text: str) -> FrontMatter:
    """Cut a Markdown file into front matter and body.

    Raises:
        UnreadableTextError: there is no front matter, or it never ends.
    """
    lines = text.splitlines()
    if lines[0].rstrip() != _FENCE:
        raise UnreadableTextError(1, f"has no front matter: begin the file with a line {_FENCE}")
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == _FENCE:
            return FrontMatter("\n".join(lines[1:number]), any(rest.strip() for rest in lines[number + 1 :]))
    raise UnreadableTextError(1, f"front matter never ends: close it with a line {_FENCE}")


def validate_yaml(path: Path, text: str, model: type[Model], first_line: int = 1) -> Validated[Model]:
    """Check YAML text against a model.

    Args:
        path: for messages.
        text: the YAML.
        model: what it must be.
        first_line: line of the file where ``text`` begins.
    """
    try:
        data, lines, duplicates = _compose(text, first_line)
    except yaml.MarkedYAMLError as error:
        return Validated(None, None, [_syntax_problem(path, error, text, first_line)], {})
    except yaml.YAMLError as error:
        return Validated(None, None, [Problem(path, first_line, "", f"is not YAML: {error}")], {})
    if not isinstance(data, dict):
        message = "must be a list of fields such as `id: …` and `title: …`"
        return Validated(None, None, [Problem(path, first_line, "", message)], {})
    return validate_data(path, data, model, lines, duplicates, first_line)


def validate_data(
    path: Path,
    data: dict[str, Any],
    model: type[Model],
    lines: dict[Loc, int],
    duplicates: Sequence[tuple[str, int]] = (),
    first_line: int = 1,
) -> Validated[Model]:
    """Check the fields of a file against a model.

    Args:
        path: for messages.
        data: the fields.
        model: what they must be.
        lines: where each of them stands.
        duplicates: names that are written twice, with their lines.
        first_line: where the fields begin.
    """
    problems = [Problem(path, line, name, "is written twice: keep one of them") for name, line in duplicates]
    if loc := _unstorable(data):
        line, name = line_of(lines, loc) or first_line, ".".join(map(str, loc))
        problems.append(Problem(path, line, name, _UNSTORABLE))
    raw_id = data.get("id") if isinstance(data.get("id"), str) else None
    try:
        checked = model.model_validate(data)
    except ValidationError as error:
        problems += [_field_problem(path, detail, lines, model, first_line) for detail in error.errors()]
        return Validated(None, raw_id, problems, lines)
    return Validated(None if problems else checked, raw_id, problems, lines)


def line_of(lines: dict[Loc, int], loc: Loc) -> int:
    """The line of a field, or of the nearest thing around it; 0 if nothing is known."""
    while loc and loc not in lines:
        loc = loc[:-1]
    return lines.get(loc, 0)


def alias_line(text: str) -> int:
    """Line of the first alias; nested ones can unfold to gigabytes. 0 if there is none."""
    try:
        for event in yaml.parse(text, Loader=yaml.SafeLoader):
            if isinstance(event, yaml.AliasEvent) and event.start_mark is not None:
                return int(event.start_mark.line) + 1
    except yaml.YAMLError:  # reported with its place by validate_yaml
        return 0
    return 0


def _unstorable(data: Any) -> Loc:
    """Where something stands that neither JSON nor PostgreSQL can hold; empty if nothing does."""
    left: list[tuple[Loc, Any]] = [((), data)]
    while left:
        loc, value = left.pop()
        if isinstance(value, dict):
            left += [((*loc, str(key)), part) for key, part in value.items()]
            value = "".join(map(str, value))
        elif isinstance(value, list):
            left += [((*loc, index), part) for index, part in enumerate(value)]
        if isinstance(value, str) and _BAD_TEXT.search(value):
            return loc or ("",)
        if isinstance(value, float) and not math.isfinite(value):
            return loc
    return ()


def _compose(text: str, first_line: int) -> tuple[Any, dict[Loc, int], list[tuple[str, int]]]:
    loader = _LOADER(text)
    try:
        node = loader.get_single_node()
        if node is None:
            return None, {}, []
        lines: dict[Loc, int] = {}
        duplicates: list[tuple[str, int]] = []
        for loc, line, repeated in _walk(node, ()):
            if repeated:
                duplicates.append((".".join(map(str, loc)), line + first_line))
            lines.setdefault(loc, line + first_line)
        return loader.construct_document(node), lines, duplicates
    finally:
        loader.dispose()


def _walk(node: yaml.Node, loc: Loc) -> Iterator[tuple[Loc, int, bool]]:
    """Location, line from 0 and whether the key was seen before, of every key and item."""
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            name = str(key.value)
            yield (*loc, name), key.start_mark.line, name in seen
            seen.add(name)
            yield from _walk(value, (*loc, name))
    elif isinstance(node, yaml.SequenceNode):
        for index, item in enumerate(node.value):
            yield (*loc, index), item.start_mark.line, False
            yield from _walk(item, (*loc, index))


def _syntax_problem(path: Path, error: yaml.MarkedYAMLError, text: str, first_line: int) -> Problem:
    mark = error.problem_mark or error.context_mark
    line = first_line + (mark.line if mark else 0)
    what = error.problem or error.context or "cannot be read"
    if mark and "cannot start any token" in what and "\t" in text.splitlines()[mark.line]:
        return Problem(path, line, "", "has a tab in its YAML: indent with spaces")
    if "mapping values are not allowed" in what:
        what = "a value with ': ' in it must stand in quotes"
    return Problem(path, line, "", f"is not YAML: {what}; mend the syntax of this line or the one before")


def _field_problem(
    path: Path, detail: ErrorDetails, lines: dict[Loc, int], model: type[BaseModel], top: int
) -> Problem:
    loc = detail["loc"]
    return Problem(path, line_of(lines, loc) or top, ".".join(map(str, loc)), _message(detail, model))


def _message(detail: ErrorDetails, model: type[BaseModel]) -> str:
    kind, value = detail["type"], detail["input"]
    if not detail["loc"]:  # about the whole file: its text would fill the screen
        return f"{detail['ctx']['error'] if kind == 'value_error' else detail['msg']}"
    name, shown = str(detail["loc"][-1]), reprlib.repr(value)
    if kind == "missing":
        return f"is missing: add `{name}: …`"
    if kind == "extra_forbidden":
        known = _fields_at(model, detail["loc"][:-1])
        near = difflib.get_close_matches(name, known, 1)
        return f"is not a field: {f'did you mean {near[0]}?' if near else 'known are ' + ', '.join(known)}"
    if kind == "string_pattern_mismatch":
        shape = "zone.topic.subtopic" if r"\." in str(detail["ctx"]["pattern"]) else "a_small_name"
        return f"{shown} does not look like {shape}: use a-z, 0-9 and _, beginning with a letter"
    if kind == "string_type":
        return f"{shown} is not text: write it in quotes" if value is not None else "has no value: fill it in"
    if kind == "string_too_short":
        return "is empty: fill it in"
    if kind == "value_error":
        return f"{shown}: {detail['ctx']['error']}"
    return f"{shown}: {detail['msg'][0].lower()}{detail['msg'][1:]}"


def _fields_at(annotation: Any, loc: Loc) -> list[str]:
    """The fields that an object at a place below a model may have; none if no model describes it."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not loc:
            return list(annotation.model_fields)
        field = annotation.model_fields.get(str(loc[0]))
        return _fields_at(field.annotation, loc[1:]) if field else []
    rest = loc[1:] if loc and isinstance(loc[0], int) else loc
    return next((found for part in get_args(annotation) if (found := _fields_at(part, rest))), [])
