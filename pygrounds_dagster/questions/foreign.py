"""Other people's question banks: files of many shapes, read as items with our field names.

Here: finding the items of a JSON or JSON Lines file, the names that other banks give to the fields, the game
type of an item. Nothing is judged and nothing is executed. Not here: what is wrong with an item
(``foreign_checks``).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pygrounds_dagster.questions.model import GAME_TYPES

ALIASES: Mapping[str, tuple[str, ...]] = {
    "question_text": ("question", "prompt", "problem", "description", "task", "text", "statement"),
    "function_name": ("function", "entry_point", "func_name", "entry", "method_name"),
    "sample_input": ("example_input", "sample_in"),
    "sample_output": ("example_output", "sample_out", "sample_expected_output"),
    "hidden_tests": ("tests", "test_cases", "hidden_test_cases", "testcases", "test_list", "unit_tests"),
    "clean_solution": ("correct_code", "solution", "reference_solution", "canonical_solution", "reference"),
    "code_shown_to_student": ("buggy_code", "code_with_bug", "buggy_solution", "broken_code"),
    "code_with_bug_fixed": ("buggy_correct_code", "fixed_code", "corrected_code"),
    "buggy_question_text": ("buggy_question", "debugging_question_text"),
    "buggy_explanation": ("buggy_code_explanation", "bug_explanation"),
    "explanation": ("explanations", "rationale"),
    "options": ("choices", "answer_options", "answers_options"),
    "correct_option": ("correct_answer", "correct", "correct_index", "answer_index", "correct_choice", "key"),
    "clue": ("hint", "definition"),
    "answer": ("word", "solution_word"),
    "term": (),
    "code": ("program", "code_snippet", "snippet"),
    "expected_output": ("output", "prints"),
    "subtopics": (
        "subtopic",
        "subtopic_names",
        "subtopic_name",
        "subtopics_covered",
        "subtopic_key",
        "topic",
    ),
    "difficulty": ("estimated_difficulty", "level"),
    "game_type": ("type", "minigame_type", "game", "question_type"),
}
"""Other names of our fields, the likeliest first. A field's own name always wins."""

_WRAPPERS = ("body", "game_data", "normal", "buggy", "data", "fields", "question_data", "payload", "content")
_MARKS = frozenset(ALIASES) | {name for names in ALIASES.values() for name in names}
_LIST_KEYS = ("questions", "items", "data", "results", "rows")


class UnreadableError(ValueError):
    """A file that holds no questions; says what was expected."""


@dataclass(frozen=True, slots=True)
class ForeignItem:
    """One item of a file.

    Attributes:
        index: place in the file, from 0.
        game_type: one of ours; empty if nothing tells.
        fields: by our names, as the file has them.
        problem: why it is no item at all, e.g. a line that is no JSON; empty otherwise.
    """

    index: int
    game_type: str
    fields: Mapping[str, Any]
    problem: str = ""


def read_foreign(path: Path) -> list[ForeignItem]:
    """The items of a file.

    A list; an object that holds one, however deep; an object of items by id; or one item a line. A line that
    is no JSON becomes an item with a ``problem``.

    Raises:
        UnreadableError: it cannot be read, is not UTF-8, or holds no item.
    """
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise UnreadableError(f"{path}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: is not UTF-8 ({error}): save it as UTF-8") from error
    why = "JSON (a list of objects) or JSON Lines is expected"
    try:
        found = list(_items(json.loads(text)))
    except json.JSONDecodeError as error:
        found = list(_lines(text))
        why = f"line {error.lineno}, column {error.colno}: {error.msg}; mend it there: {why}"
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, brackets without end
        found, why = list(_lines(text)), f"{error}: {why}"
    if not any(isinstance(item, dict) for item in found):
        raise UnreadableError(f"{path}: holds no questions: {why}")
    return [_item(index, item) for index, item in enumerate(found)]


def _lines(text: str) -> Iterator[Any]:
    """Items of JSON Lines; a text says what is wrong with a line."""
    for number, line in enumerate(text.split("\n"), start=1):
        if not line.strip():
            continue
        try:
            yield json.loads(line)
        except (ValueError, RecursionError) as error:
            yield f"line {number}: is not JSON: {error}"


def _items(value: Any) -> Iterator[Any]:
    """Items of a parsed file."""
    if isinstance(value, list):
        for item in value:
            if isinstance(item, list):
                yield from _items(item)
            else:
                yield item if isinstance(item, dict) else f"an item must be an object, not {item!r:.60}"
    elif isinstance(value, dict):
        if _is_item(value):
            yield value
            return
        listed = [name for name in _LIST_KEYS if isinstance(value.get(name), list)]
        for inner in [value[listed[0]]] if listed else value.values():
            if isinstance(inner, list | dict):
                yield from _items(inner)


def _is_item(value: Mapping[str, Any]) -> bool:
    """Whether an object is a question and not a place for many."""
    lists = [name for name in _LIST_KEYS if _holds_objects(value.get(name))]
    marks = _MARKS & value.keys()
    return not lists and (len(marks) >= 2 or any(isinstance(value.get(w), dict) for w in _WRAPPERS[:4]))


def _holds_objects(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _item(index: int, item: Any) -> ForeignItem:
    if not isinstance(item, dict):
        problem = item if isinstance(item, str) else f"an item must be an object, not {item!r:.60}"
        return ForeignItem(index, "", {}, problem)
    fields = _named(_flat(item))
    return ForeignItem(index, _game_type(fields), fields)


def _flat(item: Mapping[str, Any], depth: int = 0) -> dict[str, Any]:
    """The item with the fields of its inner objects beside its own; inner ones win."""
    found = {name: value for name, value in item.items() if not _is_wrapper(name, value)}
    if depth < 4:
        for name, value in item.items():
            if _is_wrapper(name, value):
                found |= _flat(value, depth + 1)
    return found


def _is_wrapper(name: str, value: Any) -> bool:
    return name in _WRAPPERS and isinstance(value, dict)


def _named(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Fields by our names; those that are missing, null or blank are left out."""
    lowered = {re.sub(r"[\s-]+", "_", str(name).strip()).casefold(): value for name, value in fields.items()}
    found: dict[str, Any] = {name: v for name, v in lowered.items() if name not in ALIASES and name in _OWN}
    for name, others in ALIASES.items():
        values = (lowered[n] for n in (name, *others) if not _is_blank(lowered.get(n)))
        value = "" if name in _MAY_BE_BLANK and lowered.get(name) == "" else next(values, None)
        if value is not None:
            found[name] = value
    lettered = [lowered[name] for name in _LETTERED if name in lowered]
    if lettered and "options" not in found:
        found["options"] = lettered
    if "options" in found and "answer" in found:
        found.setdefault("correct_option", found["answer"])
    return found


_OWN = {"stdin", "variables", "steps", "lines", "distractors", "orders", "answers"}


_LETTERED = [f"option{gap}{letter}" for letter in "abcdef123456" for gap in ("_", "")]
"""Options in fields of their own."""

_MAY_BE_BLANK = {"sample_input", "sample_output", "expected_output"}
"""A blank is a value there: no arguments, nothing printed."""


def _is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _game_type(fields: Mapping[str, Any]) -> str:
    """The game type by its name, else by the fields that are there."""
    named = re.sub(r"[\s-]+", "_", str(fields.get("game_type", "")).casefold())
    if named in GAME_TYPES:
        return named
    told = {"crossword": "word", "wordsearch": "word", "debug": "debugging", "mcq": "pre_assessment"}.get(
        named
    )
    return told or _by_fields(fields.keys())


def _by_fields(names: Any) -> str:
    rules = (
        ("debugging", {"clean_solution", "code_shown_to_student"}),
        ("debugging", {"code_with_bug_fixed", "code_shown_to_student"}),
        ("hangman", {"clean_solution"}),
        ("hangman", {"function_name", "hidden_tests"}),
        ("pre_assessment", {"options"}),
        ("trace", {"code", "steps"}),
        ("cloze", {"code", "answers"}),
        ("parsons", {"lines"}),
        ("output_prediction", {"code", "expected_output"}),
        ("word", {"answer"}),
    )
    return next((game_type for game_type, needed in rules if needed <= set(names)), "")
