"""Curriculum JSON → blocks: lessons with steps.

The form: ``{lesson_id, title, description, steps: [{step_number, description, expected_code, notes}]}``, or a
list of such lessons, or ``{"lessons": [...]}``. Every text has the line on which its JSON string begins.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from pygrounds_dagster.curriculum.blocks import Block, BlockKind, SourceDocument, SourceError
from pygrounds_dagster.curriculum.readers.decoding import decode
from pygrounds_dagster.curriculum.readers.fences import code_block
from pygrounds_dagster.curriculum.readers.markdown import markdown_blocks

_STRING = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)
_MEND = "Write {lesson_id, title, description, steps: [{step_number, description, expected_code, notes}]}"


@dataclass(frozen=True, slots=True)
class _Text:
    """A string of the file and the line it begins on."""

    value: str
    line: int


class _Pairs(list[tuple[str, object]]):
    """A JSON object as it stands in the file: duplicate keys kept, so that strings can be counted off."""


def read(data: bytes, path: Path) -> SourceDocument:
    """Read curriculum JSON.

    Raises:
        SourceError: it is no JSON, or JSON of another form.
    """
    text, encoding, notes = decode(data, path)
    try:
        raw = json.loads(text, object_pairs_hook=_Pairs)
    except json.JSONDecodeError as error:
        raise SourceError(
            f"the file is no JSON: {error.msg}", f"{path}, line {error.lineno}", "Mend the JSON there"
        ) from error
    except RecursionError as error:
        raise SourceError("the JSON is nested too deep", str(path), _MEND) from error
    located = _locate(raw, _strings(text))
    lessons = located.get("lessons", located) if isinstance(located, dict) else located
    lessons = lessons if isinstance(lessons, list) else [lessons]
    blocks = [
        block for number, lesson in enumerate(lessons, start=1) for block in _lesson(lesson, number, path)
    ]
    title = next((block.text for block in blocks if block.kind is BlockKind.HEADING), path.stem)
    return SourceDocument(path, "lesson", title, blocks, encoding=encoding, notes=notes)


def _strings(text: str) -> Iterator[_Text]:
    ends = [found.start() for found in re.finditer("\n", text)]
    for found in _STRING.finditer(text):
        yield _Text(json.loads(found[0]), bisect_right(ends, found.start()) + 1)


def _locate(value: object, strings: Iterator[_Text]) -> object:
    """The same value with every string as :class:`_Text`; strings come in the order of the file."""
    if isinstance(value, _Pairs):
        result = {}
        for key, each in value:
            next(strings)
            result[key] = _locate(each, strings)
        return result
    if isinstance(value, list):
        return [_locate(each, strings) for each in value]
    return next(strings) if isinstance(value, str) else value


def _lesson(lesson: object, number: int, path: Path) -> Iterator[Block]:
    where = f"{path}, lesson {number}"
    if not isinstance(lesson, dict) or not isinstance(lesson.get("title"), _Text):
        raise SourceError("a lesson has no title, or is no object", where, _MEND)
    steps = lesson.get("steps", [])
    if not isinstance(steps, list) or not all(isinstance(step, dict) for step in steps):
        raise SourceError("'steps' is no list of objects", where, _MEND)
    title = lesson["title"]
    yield Block(BlockKind.HEADING, " ".join(title.value.split()) or "Lesson", (title.line,), level=1)
    yield from _prose(lesson.get("description"))
    for position, step in enumerate(steps, start=1):
        yield from _step(step, position)


def _step(step: dict[str, object], position: int) -> Iterator[Block]:
    number = step.get("step_number", position)
    shown = number.value if isinstance(number, _Text) else number
    texts = [value for value in step.values() if isinstance(value, _Text)]
    name = step.get("title")
    text = f"Step {shown}: {' '.join(name.value.split())}" if isinstance(name, _Text) else f"Step {shown}"
    yield Block(BlockKind.HEADING, text, tuple(value.line for value in texts[:1]), level=2)
    yield from _prose(step.get("description"))
    code = step.get("expected_code")
    if isinstance(code, _Text):
        value = code.value.replace("\r\n", "\n")
        if block := code_block(value, [code.line] * (value.count("\n") + 1), "python"):
            yield block
    yield from _prose(step.get("notes"))


def _prose(value: object) -> Iterator[Block]:
    """A text (or a list of texts) read as Markdown, headings in it as plain paragraphs."""
    if isinstance(value, list):
        for each in value:
            yield from _prose(each)
    elif isinstance(value, _Text):
        for block in markdown_blocks(value.value.replace("\r\n", "\n").split("\n")):
            kind = BlockKind.PROSE if block.kind is BlockKind.HEADING else block.kind
            yield replace(block, kind=kind, lines=[value.line] * (block.text.count("\n") + 1))
