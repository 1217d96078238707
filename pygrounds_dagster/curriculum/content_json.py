"""JSON files → validated models, every error with its line and field, as ``content_yaml`` does for YAML.

Here: JSON text to fields with their places in it. Not here: what the fields mean, which files there are.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from pydantic import BaseModel

from pygrounds_dagster.curriculum.content_model import Problem
from pygrounds_dagster.curriculum.content_yaml import Loc, Validated, validate_data

Model = TypeVar("Model", bound=BaseModel)

MAX_DEPTH = 6
"""Values nested deeper than this have the line of what is around them."""

_BLANK = re.compile(r"[ \t\r\n]*")
_DECODER = json.JSONDecoder()


@dataclass(frozen=True, slots=True)
class JsonFile:
    """A JSON object and where its parts stand.

    Attributes:
        data: its fields.
        spans: first character and the one after the last, of the value at each place.
        lines: of each key and item, from 1.
        duplicates: keys that are written twice, with their lines.
    """

    data: dict[str, Any]
    spans: Mapping[Loc, tuple[int, int]]
    lines: dict[Loc, int]
    duplicates: tuple[tuple[str, int], ...]


def read_json(path: Path, text: str) -> JsonFile | Problem:
    """The object that a file holds, or why it holds none.

    Args:
        path: for messages.
        text: the JSON.
    """
    try:
        data = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"is not JSON: {error.msg[0].lower()}{error.msg[1:]}; mend this line or the one before"
        return Problem(path, error.lineno, "", message)
    except RecursionError:
        return Problem(path, 1, "", "is nested too deeply: write it flatter")
    except ValueError as error:  # a number with thousands of digits
        return Problem(path, 1, "", f"cannot be read: {error}")
    if not isinstance(data, dict):
        return Problem(path, 1, "", 'must be one object: {"title": …, …}')
    places = _Places(text)
    places.walk(_skip(text, 0), ())
    return JsonFile(data, places.spans, places.lines, tuple(places.duplicates))


def validate_json(path: Path, file: JsonFile, model: type[Model]) -> Validated[Model]:
    """Check a JSON object against a model.

    Args:
        path: for messages.
        file: as ``read_json`` found it.
        model: what it must be.
    """
    return validate_data(path, file.data, model, file.lines, file.duplicates)


@dataclass(slots=True)
class _Places:
    """Where the parts of a text stand that is known to be JSON."""

    text: str
    spans: dict[Loc, tuple[int, int]] = field(default_factory=dict)
    lines: dict[Loc, int] = field(default_factory=dict)
    duplicates: list[tuple[str, int]] = field(default_factory=list)
    _read: tuple[int, int] = (0, 1)

    def walk(self, start: int, loc: Loc) -> int:
        """Note a value and what is in it; returns its end."""
        self.lines.setdefault(loc, self._line(start))
        opening = self.text[start]
        if opening not in "{[" or len(loc) >= MAX_DEPTH:
            end: int = _DECODER.raw_decode(self.text, start)[1]
        else:
            end = self._inside(start, loc, is_object=opening == "{")
        self.spans[loc] = (start, end)
        return end

    def _inside(self, start: int, loc: Loc, *, is_object: bool) -> int:
        place, number = _skip(self.text, start + 1), 0
        while self.text[place] not in "}]":
            key: int | str = number
            if is_object:
                line = self._line(place)
                key, place = _DECODER.raw_decode(self.text, place)
                if (*loc, key) in self.lines:
                    self.duplicates.append((".".join(map(str, (*loc, key))), line))
                self.lines[(*loc, key)] = line
                place = _skip(self.text, _skip(self.text, place) + 1)
            place = _skip(self.text, self.walk(place, (*loc, key)))
            number += 1
            if self.text[place] == ",":
                place = _skip(self.text, place + 1)
        return place + 1

    def _line(self, place: int) -> int:
        """Line of a place; places are asked for from the first to the last."""
        before, line = self._read
        line += self.text.count("\n", before, place)
        self._read = (place, line)
        return line


def _skip(text: str, place: int) -> int:
    found = _BLANK.match(text, place)
    return found.end() if found else place
