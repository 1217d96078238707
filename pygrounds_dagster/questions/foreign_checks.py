"""What is wrong with an item of a foreign bank.

Here: the defects that make a question wrong, whoever made it, found by executing it. Not here: reading files
(``foreign``), coding items (``foreign_coding``), what our own bank demands beyond that (``admission``).

A defect is a pair of kind and detail, as for admission; kinds of coding items are those of
``admission.coding.REASONS``, the others are in ``KINDS``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

from pydantic import ValidationError

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.bodies import BODIES, body_of
from pygrounds_dagster.questions.foreign import ForeignItem
from pygrounds_dagster.questions.foreign_code import function_name, source_of
from pygrounds_dagster.questions.foreign_coding import BUGGY_CODES, coding_defects, needs_no
from pygrounds_dagster.questions.foreign_runs import Run, programs_of
from pygrounds_dagster.questions.foreign_values import is_printed
from pygrounds_dagster.questions.model import Candidate, Drop
from pygrounds_dagster.questions.renaming import normal_form

KINDS: Mapping[str, str] = {
    "not_json": "a line or item that is no JSON object",
    "unknown_game_type": "nothing tells what game the item is for",
    "missing_field": "a field that the game needs is missing or blank",
    "wrong_shape": "a field is not of the shape that the game needs",
    "duplicate": "the same as an earlier item, but for names and formatting",
    "answer_not_a_word": "an answer that is not 4 to 13 letters",
    "clue_leaks_answer": "a clue that holds its answer",
    "options_not_four": "not exactly four options",
    "options_not_distinct": "two options that say the same",
    "key_missing": "a right answer that is none of the options",
    "key_not_unique": "more than one option that is right",
    "key_wrong": "the right option is not what the program prints, another one is",
    "program_fails": "a program that does not run to its end",
    "output_wrong": "a program that prints something else",
    "not_checked": "the item could not be checked; the detail says why",
}

_ASKS_FOR_OUTPUT = re.compile(r"\b(?:print(?:s|ed)?|output|display(?:s|ed)?)\b", re.IGNORECASE)
_BLOCK = re.compile(r"```[\w+-]*[ \t]*\n(.*?)```", re.DOTALL)
_CODING = (
    "question_text",
    "function_name",
    "sample_input",
    "sample_output",
    "hidden_tests",
    "clean_solution",
)
_NEEDED: Mapping[str, Sequence[str]] = {
    "hangman": _CODING,
    "debugging": (*_CODING, *BUGGY_CODES),
    "word": ("answer",),
    "pre_assessment": ("question_text", "options", "correct_option"),
    "output_prediction": ("code", "expected_output"),
}


def defects(item: ForeignItem, *, lenient: bool = False, using: Judge | None = None) -> list[Drop]:
    """What is wrong with one item, each kind once.

    Args:
        item: of a file.
        lenient: outputs may also be printed forms, close numbers, JSON words; texts may lack their quotes;
            code may stand in a Markdown fence.
        using: the judge; the process's own by default.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``probing.answers``.
    """
    if item.problem:
        return [Drop("not_json", item.problem)]
    if not item.game_type:
        return [Drop("unknown_game_type", f"fields: {', '.join(item.fields) or 'none that is known'}")]
    found: dict[str, Drop] = {}
    for defect in _defects(item, lenient, using):
        found.setdefault(defect.reason, defect)
    return list(found.values())


def _defects(item: ForeignItem, lenient: bool, using: Judge | None) -> Iterator[Drop]:
    fields = dict(item.fields)
    if item.game_type == "word":
        fields.setdefault("clue", fields.get("question_text"))
        yield from _missing(fields, ("clue",))
    needed = _NEEDED.get(item.game_type, ())
    if item.game_type in ("hangman", "debugging"):
        needed = [name for name in needed if name in fields or not needs_no(name, fields, lenient=lenient)]
    yield from _missing(fields, needed)
    match item.game_type:
        case "hangman" | "debugging":
            debugging = item.game_type == "debugging"
            yield from coding_defects(fields, debugging=debugging, lenient=lenient, using=using)
        case "word":
            yield from _word(str(fields.get("clue") or ""), fields.get("answer"))
        case "pre_assessment":
            yield from _choice(fields)
            yield from _printed_option(fields, using)
        case "output_prediction":
            if fields.keys() >= {"code", "expected_output"}:
                yield from _output(fields, lenient, using)
        case _:
            yield from _by_admission(item.game_type, fields, using)


def _by_admission(game_type: str, fields: Mapping[str, Any], using: Judge | None) -> Iterator[Drop]:
    """Games that no other bank has: in our shape, by our rules."""
    wanted = BODIES[game_type].model_fields
    try:
        body = body_of(game_type, {name: fields[name] for name in wanted if name in fields})
    except ValidationError as error:
        for fault in error.errors():
            kind = "missing_field" if fault["type"] == "missing" else "wrong_shape"
            yield Drop(kind, f"{'.'.join(map(str, fault['loc']))}: {fault['msg']}")
        return
    told = admit(Candidate(body, ("",)), using=using)
    if isinstance(told, Drop):
        yield told


def _missing(fields: Mapping[str, Any], names: Sequence[str]) -> Iterator[Drop]:
    missing = [
        name
        for name in names
        if fields.get(name) is None or (name in ("hidden_tests", "options") and not fields[name])
    ]
    if missing:
        yield Drop("missing_field", ", ".join(missing))


# --- the others -------------------------------------------------------------------------------------------


def _word(clue: str, answer: Any) -> Iterator[Drop]:
    letters = re.sub(r"[\s_-]", "", str(answer or ""))
    if answer is not None and not re.fullmatch(r"[A-Za-z]{4,13}", letters):
        yield Drop("answer_not_a_word", f"{answer!r} is not 4 to 13 letters")
    endings = r"\w{0,4}\b"  # the word itself, its plural, its -ing
    if letters and re.search(rf"\b{re.escape(letters)}{endings}", re.sub(r"[_-]", "", clue), re.IGNORECASE):
        yield Drop("clue_leaks_answer", f"{letters!r} stands in the clue")


def _choice(fields: Mapping[str, Any]) -> Iterator[Drop]:
    options, key = fields.get("options"), fields.get("correct_option")
    if isinstance(options, str):
        with suppress(ValueError, RecursionError):  # reported as no list
            options = json.loads(options)
    letters = list(options) if isinstance(options, dict) else []
    options = list(options.values()) if isinstance(options, dict) else options
    if not isinstance(options, list):
        if options is not None:
            yield Drop("wrong_shape", f"options must be a list, not {options!r:.60}")
        return
    said = [_said(option) for option in options]
    if len(said) != 4:
        yield Drop("options_not_four", f"{len(said)} options")
    if not all(said):
        yield Drop("wrong_shape", f"an option is blank: {options!r:.200}")
    if len(set(said)) < len(said):
        yield Drop("options_not_distinct", f"{options!r:.200}")
    if key is None:
        return
    right = _right_options(key, options, letters)
    if not right:
        yield Drop("key_missing", f"{key!r:.80} is none of {options!r:.200}")
    elif len(right) > 1:
        yield Drop("key_not_unique", f"{key!r:.80} is {len(right)} of {options!r:.200}")


def _said(option: Any) -> str:
    if isinstance(option, dict):
        option = next((option[name] for name in ("text", "value", "label") if name in option), option)
    return " ".join(re.sub(r"^\s*\(?[A-Da-d][.):]\s+", "", str(option)).split()).casefold()


def _right_options(key: Any, options: Sequence[Any], letters: Sequence[str]) -> list[int]:
    """Places of the options that a key names: by text, by letter, by number."""
    if isinstance(key, list) and len(key) == 1:
        key = key[0]
    text = _said(key)
    by_text = [place for place, option in enumerate(options) if _said(option) == text]
    is_place = isinstance(key, int) and not isinstance(key, bool)
    if is_place and 0 <= key < len(options) and len(by_text) != 1:
        return [key]
    if by_text or is_place:
        return by_text
    if letters and str(key) in letters:
        return [letters.index(str(key))]
    named = re.fullmatch(r"(?:option\s*)?\(?([a-z])[.)]?", str(key).strip().casefold())
    place = ord(named[1]) - ord("a") if named else -1
    return [place] if 0 <= place < len(options) else []


def _output(fields: Mapping[str, Any], lenient: bool, using: Judge | None) -> Iterator[Drop]:
    try:
        code = source_of(fields["code"], lenient=lenient)
        parse(code)
    except (SyntaxError, ValueError) as error:
        yield Drop("syntax_error", str(error))
        return
    (answer,) = programs_of(using)([Run(code, "", [str(fields.get("stdin") or "")])])[0]
    if answer.status != "value":
        yield Drop("program_fails", answer.text)
    elif not is_printed(fields["expected_output"], answer, lenient=lenient):
        yield Drop(
            "output_wrong", f"expected {fields['expected_output']!r:.100}, got {answer.printed!r:.100}"
        )


def _printed_option(fields: Mapping[str, Any], using: Judge | None) -> Iterator[Drop]:
    """Whether a program that a choice asks about prints another option than the right one."""
    text, options = str(fields.get("question_text", "")), fields.get("options")
    block = _BLOCK.search(text)
    code = fields.get("code") or (block[1] if block else "")
    key = fields.get("correct_option")
    if not isinstance(code, str) or not isinstance(options, list) or not _ASKS_FOR_OUTPUT.search(text):
        return
    try:
        parse(code)
    except (SyntaxError, ValueError):  # it may ask for just that error
        return
    (answer,) = programs_of(using)([Run(code, "", [""])])[0] if code.strip() else (None,)
    if answer is None or answer.status != "value" or not answer.printed.strip():
        return
    printed = [place for place, option in enumerate(options) if _said(option) == _said(answer.printed)]
    right = _right_options(key, options, [])
    if printed and right and not set(printed) & set(right):
        yield Drop("key_wrong", f"{key!r:.80}, but the program prints {answer.printed!r:.80}")


# --- sameness ---------------------------------------------------------------------------------------------


def sameness(item: ForeignItem) -> tuple[str, ...] | None:
    """Equal for items that are the same but for names and formatting; None if there is too little to tell."""
    fields = item.fields
    try:
        match item.game_type:
            case "hangman" | "debugging" if fields.get("clean_solution"):
                code = source_of(fields["clean_solution"], lenient=True)
                form = normal_form(code, function_name(fields.get("function_name")))
                return (item.game_type, form)
            case "word" if "answer" in fields:
                answer = re.sub(r"[\s_-]", "", str(fields["answer"])).casefold()
                place = (str(fields.get("subtopics", "")), str(fields.get("difficulty", "")).casefold())
                return (item.game_type, answer, *place)
            case "pre_assessment" if "question_text" in fields:
                words = " ".join(re.findall(r"\w+", str(fields["question_text"]).casefold()))
                options = fields.get("options")
                listed = options if isinstance(options, list) else []
                right = _right_options(fields.get("correct_option"), listed, [])
                said = [_said(listed[place]) for place in right]
                return (item.game_type, words, str(fields.get("code", "")), *said)
            case "output_prediction" if isinstance(fields.get("code"), str):
                return (item.game_type, normal_form(fields["code"]), str(fields.get("stdin", "")))
    except (SyntaxError, ValueError, RecursionError):  # code that does not parse is reported as such
        return None
    return None
