"""Forms in which the data of a pipeline comes: list of numbers, dictionary, tuples, records, text …

Here: how each form is described, looped over, and filled from rows. Not here: what is done with the data.
Texts and code hold the nouns of a theme in braces: ``{price}`` stands for the theme's word for its number,
see ``words``.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pygrounds_dagster.questions.template.programs.themes import Theme

Row = tuple[str, str, int]
"""Name, group and number of a record."""

_CHIEF = "beginner.collections."


@dataclass(frozen=True, slots=True)
class Shape:
    """A form of data.

    Attributes:
        key: its own name.
        parameter: name of the parameter.
        annotation: its type.
        told: a sentence that describes it.
        noun: (one, many) of what the loop goes through.
        loops: (target, iterable) pairs, the outer one first.
        before: lines that each turn of the loop begins with.
        value, label, group: expressions for a record's number, name and group; empty where there is none.
        fill: makes the argument of rows.
        topics: subtopics that teach the form.
        imports: lines that the program begins with.
        preface: lines that the function begins with.
    """

    key: str
    parameter: str
    annotation: str
    told: str
    noun: tuple[str, str]
    loops: tuple[tuple[str, str], ...]
    value: str
    fill: Callable[[Sequence[Row], Theme], Any]
    label: str = ""
    group: str = ""
    before: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    preface: tuple[str, ...] = ()

    @property
    def is_list(self) -> bool:
        """Whether the parameter is a list whose items are reached by position, one a turn."""
        return (
            self.annotation.startswith("list")
            and len(self.loops) == 1
            and not self.before
            and not self.preface
        )


def words(theme: Theme) -> Mapping[str, str]:
    """The nouns of a theme, for gaps in texts and code; ``{price_u}`` is the number with its unit."""
    unit = f" in {theme.unit}" if theme.unit else ""
    found: dict[str, str] = {"unit": f" {theme.unit}" if theme.unit else ""}
    names = ("record", "label", "group", "value", "batch")
    for name, (one, many) in zip(
        names, (theme.record, theme.label, theme.group, theme.value, theme.batch), strict=True
    ):
        found |= {name: one, f"{name}s": many, f"a_{name}": f"{'an' if one[0] in 'aeio' else 'a'} {one}"}
    return found | {"value_u": f"{theme.value[0]}{unit}", "values_u": f"{theme.value[1]}{unit}"}


def _records(rows: Sequence[Row], theme: Theme) -> list[dict[str, Any]]:
    return [{theme.label[0]: n, theme.group[0]: g, theme.value[0]: v} for n, g, v in rows]


def _roads(rows: Sequence[Row], _theme: Theme) -> dict[str, list[str]]:
    """A graph whose nodes are the names: each leads on to one or two others, some to none."""
    names = [name for name, _group, _value in rows]
    found: dict[str, list[str]] = {}
    for place, (name, _group, value) in enumerate(rows):
        near = {names[(place + 1) % len(names)], names[(place + value) % len(names)]} - {name}
        found[name] = sorted(near)[: 1 + value % 2] if value % 5 else []
    return found


def _lengths(rows: Sequence[Row], theme: Theme) -> dict[str, dict[str, int]]:
    values = {name: value % 9 + 1 for name, _group, value in rows}
    return {name: {other: values[other] for other in near} for name, near in _roads(rows, theme).items()}


def _days(rows: Sequence[Row], _theme: Theme) -> list[tuple[str, str]]:
    return [(name, f"2024-{1 + value % 3:02}-{1 + value % 28:02}") for name, _group, value in rows]


def _table(rows: Sequence[Row], theme: Theme) -> str:
    head = f"{theme.label[0]},{theme.group[0]},{theme.value[0]}"
    return "\n".join([head, *(f"{name},{group},{value}" for name, group, value in rows)]) + "\n"


def _batches(rows: Sequence[Row], _theme: Theme) -> list[list[int]]:
    values = [value for _name, _group, value in rows]
    sizes = (2, 3, 1, 2, 3)
    found: list[list[int]] = []
    for size in sizes:
        if values:
            found.append(values[:size])
            values = values[size:]
    return found


_TABLE_ROW = 'int(row["{value}"])'

SHAPES: Mapping[str, Shape] = {
    shape.key: shape
    for shape in (
        Shape("numbers", "{values}", "list[int]", "`{values}` is a list of {values_u}.",
              ("{value}", "{values}"), (("{value}", "{values}"),), "{value}",
              lambda rows, _t: [v for _n, _g, v in rows], topics=(_CHIEF + "lists",)),
        Shape("words", "{labels}", "list[str]",
              "`{labels}` is a list of {labels}. The length of {a_label} is the number of letters in its "
              "name.",
              ("{label}", "{labels}"), (("{label}", "{labels}"),), "len({label})",
              lambda rows, _t: [n for n, _g, _v in rows], label="{label}",
              topics=(_CHIEF + "lists", "beginner.basics.strings")),
        Shape("dict", "{value}_of", "dict[str, int]",
              "`{value}_of` is a dictionary that gives each {label} its {value_u}.",
              ("{label}", "{labels}"), (("{label}, {value}", "{value}_of.items()"),), "{value}",
              lambda rows, _t: {n: v for n, _g, v in rows}, label="{label}",
              topics=(_CHIEF + "dictionaries",)),
        Shape("pairs", "{records}", "list[tuple[str, int]]",
              "`{records}` is a list of tuples, each with {a_label} and {a_value}{in_unit}.",
              ("{record}", "{records}"), (("{label}, {value}", "{records}"),), "{value}",
              lambda rows, _t: [(n, v) for n, _g, v in rows], label="{label}",
              topics=(_CHIEF + "tuples_and_sets",)),
        Shape("triples", "{records}", "list[tuple[str, str, int]]",
              "`{records}` is a list of tuples, each with {a_label}, its {group} and {a_value}{in_unit}.",
              ("{record}", "{records}"), (("{label}, {group}, {value}", "{records}"),), "{value}",
              lambda rows, _t: list(rows), label="{label}", group="{group}",
              topics=(_CHIEF + "tuples_and_sets",)),
        Shape("records", "{records}", "list[dict]",
              "`{records}` is a list of dictionaries with the keys '{label}', '{group}' and '{value}' "
              "(a whole number{of_unit}).",
              ("{record}", "{records}"), (("{record}", "{records}"),), '{record}["{value}"]', _records,
              label='{record}["{label}"]', group='{record}["{group}"]',
              topics=(_CHIEF + "nested_data", _CHIEF + "dictionaries")),
        Shape("nested", "{batchs}", "list[list[int]]",
              "`{batchs}` is a list with one list for each {batch}; these hold {values_u}.",
              ("{value}", "{values}"), (("{batch}", "{batchs}"), ("{value}", "{batch}")), "{value}",
              _batches, topics=(_CHIEF + "nested_data",)),
        Shape("lines", "lines", "list[str]",
              "Each of the `lines` holds {a_label} and its {value_u}, with a colon between them, "
              "like 'name:12'.",
              ("line", "lines"), (("line", "lines"),), "{value}",
              lambda rows, _t: [f"{n}:{v}" for n, _g, v in rows], label="{label}",
              before=('{label}, text = line.split(":")', "{value} = int(text)"),
              topics=("beginner.basics.strings", "beginner.basics.input")),
        Shape("typed", "text", "str",
              "`text` is what a user typed: {values_u}, with spaces between them.",
              ("{value}", "{values}"), (("word", "text.split()"),), "{value}",
              lambda rows, _t: " ".join(str(v) for _n, _g, v in rows),
              before=("{value} = int(word)",), topics=("beginner.basics.input",)),
        Shape("mixed", "text", "str",
              "`text` is what a user typed: {values_u}, with spaces between them. Some of the words are no "
              "numbers; leave those out.",
              ("{value}", "{values}"), (("word", "text.split()"),), "{value}",
              lambda rows, _t: " ".join(f"{v} none" if v % 3 == 0 else str(v) for _n, _g, v in rows),
              before=("try:", "    {value} = int(word)", "except ValueError:", "    continue"),
              topics=("intermediate.errors_and_files.exceptions",)),
        Shape("options", "words", "list[str]",
              "`words` are the words after the name of a command line program: {values_u}, written as text.",
              ("{value}", "{values}"), (("{value}", "options.{values}"),), "{value}",
              lambda rows, _t: [str(v) for _n, _g, v in rows],
              topics=("master.packaging.command_line_programs",), imports=("import argparse",),
              preface=("parser = argparse.ArgumentParser()",
                       'parser.add_argument("{values}", nargs="*", type=int)',
                       "options = parser.parse_args(words)")),
        Shape("file", "text", "str",
              "`text` is what a text file holds. Each of its lines has {a_label}, a space and {a_value}"
              "{in_unit}; some lines are empty and must be passed over.",
              ("line", "lines"), (("line", "text.splitlines()"),), "{value}",
              lambda rows, _t: "".join(f"{n} {v}\n" + "\n" * (v % 3 == 0) for n, _g, v in rows),
              label="{label}",
              before=("if not line.strip():", "    continue", "{label}, number = line.split()",
                      "{value} = int(number)"),
              topics=("intermediate.errors_and_files.files_and_paths",)),
        Shape("json", "text", "str",
              "`text` is a JSON list of objects with the keys '{label}', '{group}' and '{value}' "
              "(a whole number{of_unit}).",
              ("{record}", "{records}"), (("{record}", "json.loads(text)"),), '{record}["{value}"]',
              lambda rows, t: json.dumps(_records(rows, t)), label='{record}["{label}"]',
              group='{record}["{group}"]', topics=("intermediate.errors_and_files.json_and_csv",),
              imports=("import json",)),
        Shape("csv", "text", "str",
              "`text` is a CSV table with the columns {label}, {group} and {value}; its first line names "
              "them.",
              ("row", "rows"), (("row", "csv.DictReader(io.StringIO(text))"),), _TABLE_ROW, _table,
              label='row["{label}"]', group='row["{group}"]',
              topics=("intermediate.errors_and_files.json_and_csv",), imports=("import csv", "import io")),
        Shape("found", "text", "str",
              "`text` is a message with entries like 'name=12': {a_label}, an equals sign and {a_value}"
              "{in_unit}. There may be other words around them.",
              ("entry", "entries"), (("{label}, digits", 're.findall(r"(\\w+)=(\\d+)", text)'),),
              "int(digits)",
              lambda rows, _t: " ".join(f"{n}={v}" + (" and" if v % 2 else ",") for n, _g, v in rows),
              label="{label}", topics=("intermediate.working_with_data.regular_expressions",),
              imports=("import re",)),
        Shape("graph", "roads", "dict[str, list[str]]",
              "`roads` is a graph: it gives each {label} a list of the {labels} that a road leads to. "
              "Begin at "
              "its first {label}. The distance of each {label} that can be reached is the smallest number of "
              "roads to it, 0 for the first. Take them nearest first.",
              ("{label}", "{labels}"), (("{label}, {value}", "steps.items()"),), "{value}", _roads,
              label="{label}", topics=("advanced.data_structures.graphs",),
              imports=("from collections import deque",),
              preface=("steps = {{name: 0 for name in list(roads)[:1]}}", "queue = deque(steps)",
                  "while queue:",
                       "    here = queue.popleft()", "    for other in roads[here]:",
                       "        if other not in steps:", "            steps[other] = steps[here] + 1",
                       "            queue.append(other)")),
        Shape("degrees", "roads", "dict[str, list[str]]",
              "`roads` is a graph: it gives each {label} a list of the {labels} that a road leads to. The "
              "degree of {a_label} is how many roads lead away from it.",
              ("{label}", "{labels}"), (("{label}, others", "roads.items()"),), "len(others)", _roads,
              label="{label}", topics=("advanced.data_structures.graphs",)),
        Shape("weighted", "roads", "dict[str, dict[str, int]]",
              "`roads` is a graph: it gives each {label} a dictionary from the {labels} that a road leads "
              "to, "
              "to the length of that road. Begin at its first {label}. The distance of each {label} that "
              "can be reached is the length of the shortest way to it, 0 for the first. Take them nearest "
              "first, "
              "equally near ones in alphabetical order.",
              ("{label}", "{labels}"), (("{label}, {value}", "far.items()"),), "{value}", _lengths,
              label="{label}", topics=("advanced.data_structures.graphs",),
              imports=("from heapq import heappop, heappush",),
              preface=("far: dict[str, int] = {{}}", "heap = [(0, name) for name in list(roads)[:1]]",
                       "while heap:", "    length, here = heappop(heap)", "    if here in far:",
                       "        continue", "    far[here] = length", ("    for other, more in "
                       "roads[here].items():"),
                       "        heappush(heap, (length + more, other))")),
        Shape("dated", "{records}", "list[tuple[str, str]]",
              "`{records}` is a list of tuples, each with {a_label} and a day of the year 2024 like "
              "'2024-03-01'. The delay of {a_record} is how many days after 1 January 2024 its day is.",
              ("{record}", "{records}"), (("{label}, day", "{records}"),), "{value}", _days, label="{label}",
              before=("{value} = (date.fromisoformat(day) - date(2024, 1, 1)).days",),
              topics=("intermediate.working_with_data.dates_and_times",),
              imports=("from datetime import date",)),
        Shape("range", "last", "int",
              "`last` is a whole number. The numbers in question are 1, 2, 3 and so on, up to and with "
              "`last`.",
              ("number", "numbers"), (("number", "range(1, last + 1)"),), "number",
              lambda rows, _t: rows[0][2] % 25 + len(rows) if rows else 0,
              topics=("beginner.control_flow.for_loops", "beginner.basics.numbers")),
        Shape("digits", "number", "int",
              "`number` is a whole number, not below 0. The task is about its digits, from left to right.",
              ("digit", "digits"), (("digit", "map(int, str(number))"),), "digit",
              lambda rows, _t: int("".join(str(v % 10) for _n, _g, v in rows) or "0"),
              topics=("beginner.basics.numbers", "beginner.basics.strings")),
    )
}  # fmt: skip
"""All forms by their key."""
