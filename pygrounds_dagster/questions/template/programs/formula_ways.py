"""Ways to write a formula down: plain lines, a helper, a class, a decorator, a coroutine …

Here: one function a way, and the table ``WAYS``. Not here: the formulas (``formulas``).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

_BASICS, _FUNCTIONS, _TOOLS = "beginner.basics", "intermediate.functions", "intermediate.modules_and_tools"
_CLASSES, _DEPTH, _TYPING = "intermediate.classes", "advanced.functions_in_depth", "advanced.typing"
_FILES, _MODEL, _SPEED = "intermediate.errors_and_files", "master.object_model", "master.performance"


@dataclass(frozen=True, slots=True)
class Lines:
    """A formula: name of the function, its lines in three parts, and the words for its gaps."""

    name: str
    first: tuple[str, ...]
    then: tuple[str, ...]
    last: tuple[str, ...]
    gaps: Mapping[str, str]

    @property
    def body(self) -> list[str]:
        """All lines."""
        return [*self.first, *self.then, *self.last]

    @property
    def names(self) -> tuple[str, str, str]:
        """The two given numbers and the result."""
        return self.gaps["a"], self.gaps["b"], self.gaps["x"]


@dataclass(frozen=True, slots=True)
class Way:
    """How the lines are brought into a function.

    Attributes:
        key: its own name.
        hint: a sentence of the task.
        told: a sentence of the explanation.
        topics: subtopics that teach it.
        write: code of a formula.
        is_late: whether the hint is about what the first line works out, and so stands behind it.
    """

    key: str
    hint: str
    told: str
    topics: tuple[str, ...]
    write: Callable[[Lines], str]
    is_late: bool = False


def _def(head: str, body: Sequence[str]) -> str:
    return "\n".join([f"def {head}:", *(f"    {line}" for line in body)])


def _program(*blocks: str) -> str:
    return "\n\n\n".join(blocks) + "\n"


def _entry(of: Lines, body: Sequence[str]) -> str:
    a, b, _x = of.names
    return _def(f"{of.name}({a}, {b})", body)


def _plain(of: Lines) -> str:
    return _program(_entry(of, of.body))


def _default(of: Lines) -> str:
    a, b, _x = of.names
    return _program(_def(f"{of.name}({a}, {b}={of.gaps['default']})", of.body))


def _keyword(of: Lines) -> str:
    a, b, _x = of.names
    return _program(_def(f"{of.name}({a}, *, {b})", of.body))


def _constant(of: Lines) -> str:
    a, _b, _x = of.names
    return _program(f"EXTRA = {of.gaps['k']}", _entry(of, [f"{a} = {a} + EXTRA", *of.body]))


def _helper(of: Lines) -> str:
    a, b, x = of.names
    helper = _def(f"first_{x}({a}, {b})", [*of.first, f"return {x}"])
    return _program(helper, _entry(of, [f"{x} = first_{x}({a}, {b})", *of.then, *of.last]))


def _typed(of: Lines) -> str:
    a, b, _x = of.names
    parsed = ["first, second = text.split()", f"{a} = int(first)", f"{b} = int(second)"]
    return _program(_def(f"{of.name}(text)", [*parsed, *of.body]))


def _checked(of: Lines) -> str:
    a, b, _x = of.names
    check = _def("checked(number)", ["if number < 0:", '    raise ValueError("below 0")', "return number"])
    tried = [
        "try:",
        f"    {a} = checked({a})",
        f"    {b} = checked({b})",
        "except ValueError:",
        "    return None",
    ]
    return _program(check, _entry(of, [*tried, *of.body]))


def _module(of: Lines) -> str:
    a, _b, _x = of.names
    return _program("from math import ceil", _entry(of, [f"{a} = ceil({a} / 2)", *of.body]))


def _hints(of: Lines) -> str:
    a, b, x = of.names
    helper = _def(f"first_{x}({a}: int, {b}: int | None = None) -> int",
                  [f"if {b} is None:", f"    {b} = {of.gaps['k']}", *of.first, f"return {x}"])  # fmt: skip
    entry = _def(
        f"{of.name}({a}: int, {b}: int | None = None)", [f"{x} = first_{x}({a}, {b})", *of.then, *of.last]
    )
    return _program(helper, entry)


def _class(of: Lines) -> str:
    a, b, x = of.names
    made = [f"class {x.title()}:", f"    def __init__(self, {a}, {b}):", f"        self.{a} = {a}",
            f"        self.{b} = {b}", "", "    def first(self):",
            *(f"        {_own(line, a, b)}" for line in of.first), f"        return {x}"]  # fmt: skip
    return _program("\n".join(made), _entry(of, [f"{x} = {x.title()}({a}, {b}).first()", *of.then, *of.last]))


def _own(line: str, a: str, b: str) -> str:
    words = [f"self.{word}" if word in (a, b) else word for word in _words(line)]
    return "".join(words)


def _words(line: str) -> list[str]:
    found, word = [], ""
    for letter in line:
        if letter.isalnum() or letter == "_":
            word += letter
        else:
            found += [word, letter]
            word = ""
    return [*found, word]


def _data_class(of: Lines) -> str:
    a, b, x = of.names
    made = ["@dataclass", f"class {x.title()}:", f"    {a}: int", f"    {b}: int", "", "    @property",
            "    def first(self) -> int:", *(f"        {_own(line, a, b)}" for line in of.first),
            f"        return {x}"]  # fmt: skip
    entry = _entry(of, [f"{x} = {x.title()}({a}, {b}).first", *of.then, *of.last])
    return _program("from dataclasses import dataclass", "\n".join(made), entry)


def _inherited(of: Lines) -> str:
    a, b, x = of.names
    made = ["class Plan:", f"    def first(self, {a}, {b}):", *(f"        {line}" for line in of.first),
            f"        return {x}", "", "", "class BigPlan(Plan):", f"    def first(self, {a}, {b}):",
            f"        return super().first({a}, {b}) + {of.gaps['k']}"]  # fmt: skip
    entry = _entry(
        of, [f"plan = BigPlan() if {a} > {b} else Plan()", f"{x} = plan.first({a}, {b})", *of.then, *of.last]
    )
    return _program("\n".join(made), entry)


def _special(of: Lines) -> str:
    a, b, x = of.names
    made = [
        "class Amount:",
        "    def __init__(self, number):",
        "        self.number = number",
        "",
        "    def __add__(self, other):",
        f"        return Amount(self.number + other.number + {of.gaps['k']})",
    ]
    entry = _entry(of, [f"{a} = (Amount({a}) + Amount({b})).number", *of.body])
    return _program("\n".join(made), entry)


def _enum(of: Lines) -> str:
    a, b, x = of.names
    made = ["class Rate(Enum):", f"    LOW = {of.gaps['k']}", f"    HIGH = {of.gaps['m']}"]
    entry = _entry(
        of,
        [
            f"chosen = Rate.HIGH if {a} > {b} else Rate.LOW",
            *of.first,
            f"{x} += chosen.value",
            *of.then,
            *of.last,
        ],
    )
    return _program("from enum import Enum", "\n".join(made), entry)


def _closure(of: Lines) -> str:
    a, b, x = of.names
    made = ["def make_sum(extra):", f"    def inner({a}, {b}):", *(f"        {line}" for line in of.first),
            f"        return {x} + extra", "", "    return inner"]  # fmt: skip
    entry = _entry(of, [f"{x} = make_sum({of.gaps['k']})({a}, {b})", *of.then, *of.last])
    return _program("\n".join(made), entry)


def _decorator(of: Lines) -> str:
    a, b, x = of.names
    made = ["def with_extra(work):", f"    def inner({a}, {b}):", f"        return work({a}, {b}) + {of.gaps['k']}", "",
            "    return inner"]  # fmt: skip
    helper = _def(f"first_{x}({a}, {b})", [*of.first, f"return {x}"])
    entry = _entry(of, [f"{x} = first_{x}({a}, {b})", *of.then, *of.last])
    return _program("\n".join(made), f"@with_extra\n{helper}", entry)


def _context(of: Lines) -> str:
    made = ["@contextmanager", "def opened(start):", f"    notes = [start + {of.gaps['k']}]", "    try:",
            "        yield notes", "    finally:", "        notes.clear()"]  # fmt: skip
    a, _b, _x = of.names
    entry = _entry(
        of, [f"with opened({a}) as notes:", *(f"    {line}" for line in [f"{a} = notes[0]", *of.body])]
    )
    return _program("from contextlib import contextmanager", "\n".join(made), entry)


def _generator(of: Lines) -> str:
    a, b, x = of.names
    made = [
        f"def sums({a}, {b}):",
        *(f"    {line}" for line in of.first),
        f"    yield {x}",
        f"    yield {x} + {a}",
    ]
    entry = _entry(of, [f"{x} = max(sums({a}, {b}))", *of.then, *of.last])
    return _program("\n".join(made), entry)


def _lambda(of: Lines) -> str:
    a, b, x = of.names
    entry = _entry(
        of,
        [f"add = lambda number: number + {of.gaps['k']}", *of.first, f"{x} = add({x})", *of.then, *of.last],
    )
    made = f"largest = max(({a}, {b}), key=lambda number: number % {of.gaps['n']})"
    return _program(
        entry.replace(f"add = lambda number: number + {of.gaps['k']}", made).replace(
            f"{x} = add({x})", f"{x} += largest"
        )
    )


def _protocol(of: Lines) -> str:
    a, b, x = of.names
    made = ["class Sum(Protocol):", "    def extra(self, number: int) -> int: ...", "", "", "class Fixed:",
            f"    def extra(self, number: int) -> int:\n        return {of.gaps['k']}", "", "", "class Share:",
            f"    def extra(self, number: int) -> int:\n        return number // {of.gaps['n']}"]  # fmt: skip
    entry = _entry(of, [f"rule: Sum = Fixed() if {a} > {b} else Share()", *of.first, f"{x} += rule.extra({x})",
                        *of.then, *of.last])  # fmt: skip
    return _program("from typing import Protocol", "\n".join(made), entry)


def _generic(of: Lines) -> str:
    a, b, _x = of.names
    made = _def("larger(one: T, other: T) -> T", ["return one if one > other else other"])
    entry = _entry(of, [f"{a} = larger({a}, {b}) + {of.gaps['k']}", *of.body])
    return _program('from typing import TypeVar\n\nT = TypeVar("T")', made, entry)


def _coroutine(of: Lines) -> str:
    a, b, x = of.names
    made = [f"async def first_{x}({a}, {b}):", "    await asyncio.sleep(0)", *(f"    {line}" for line in of.first),
            f"    return {x}"]  # fmt: skip
    entry = _entry(of, [f"{x} = asyncio.run(first_{x}({a}, {b}))", *of.then, *of.last])
    return _program("import asyncio", "\n".join(made), entry)


def _tasks(of: Lines) -> str:
    a, b, x = of.names
    made = ["async def one(number):", "    await asyncio.sleep(0)", f"    return number + {of.gaps['k']}", "", "",
            f"async def both({a}, {b}):", f"    return await asyncio.gather(one({a}), one({b} * 2))"]  # fmt: skip
    entry = _entry(of, [f"{a}, {b} = asyncio.run(both({a}, {b}))", *of.body])
    return _program("import asyncio", "\n".join(made), entry)


def _cached(of: Lines) -> str:
    a, b, x = of.names
    helper = _def(f"first_{x}({a}, {b})", [*of.first, f"return {x}"])
    entry = _entry(of, [f"{x} = first_{x}({a}, {b}) + first_{x}({b}, {a})", *of.then, *of.last])
    return _program("from functools import cache", f"@cache\n{helper}", entry)


def _property(of: Lines) -> str:
    a, b, x = of.names
    made = ["class Entry:", "    def __getattr__(self, name):", '        if name == "extra":',
            f"            return {of.gaps['k']}", "        raise AttributeError(name)"]  # fmt: skip
    entry = _entry(of, ["entry = Entry()", f"if {a} > {b}:", f"    entry.extra = {of.gaps['m']}", *of.first,
                        f"{x} += entry.extra", *of.then, *of.last])  # fmt: skip
    return _program("\n".join(made), entry)


def _descriptor(of: Lines) -> str:
    a, _b, _x = of.names
    made = ["class AtLeast:", "    def __set_name__(self, owner, name):", '        self.name = "_" + name', "",
            "    def __get__(self, instance, owner):", "        return getattr(instance, self.name)", "",
            "    def __set__(self, instance, number):", f"        setattr(instance, self.name, max(number, {of.gaps['k']}))",
            "", "", "class Entry:", "    amount = AtLeast()"]  # fmt: skip
    entry = _entry(of, ["entry = Entry()", f"entry.amount = {a}", f"{a} = entry.amount", *of.body])
    return _program("\n".join(made), entry)


def _words_given(of: Lines) -> str:
    a, b, _x = of.names
    parsed = ["parser = argparse.ArgumentParser()", f'parser.add_argument("{a}", type=int)',
              f'parser.add_argument("{b}", type=int)', "options = parser.parse_args(words)",
              f"{a}, {b} = options.{a}, options.{b}"]  # fmt: skip
    return _program("import argparse", _def(f"{of.name}(words)", [*parsed, *of.body]))


def _json(of: Lines) -> str:
    a, b, _x = of.names
    parsed = ["data = json.loads(text)", f'{a} = data["{a}"]', f'{b} = data["{b}"]']
    return _program("import json", _def(f"{of.name}(text)", [*parsed, *of.body]))


def _csv(of: Lines) -> str:
    a, b, _x = of.names
    parsed = ["row = next(csv.DictReader(io.StringIO(text)))", f'{a}, {b} = int(row["{a}"]), int(row["{b}"])']
    return _program("import csv\nimport io", _def(f"{of.name}(text)", [*parsed, *of.body]))


def _found(of: Lines) -> str:
    a, b, _x = of.names
    parsed = ['numbers = re.findall(r"\\d+", text)', f"{a}, {b} = int(numbers[0]), int(numbers[1])"]
    return _program("import re", _def(f"{of.name}(text)", [*parsed, *of.body]))


def _query(of: Lines) -> str:
    a, b, _x = of.names
    made = ['connection = sqlite3.connect(":memory:")', 'connection.execute("CREATE TABLE data (number INTEGER)")',
            f'connection.execute("INSERT INTO data VALUES (?), (?)", ({a}, {b}))',
            f"{a}, {b} = connection.execute(\"SELECT MAX(number), MIN(number) FROM data\").fetchone()"]  # fmt: skip
    return _program("import sqlite3", _entry(of, [*made, *of.body]))


def _recursion(of: Lines) -> str:
    a, b, _x = of.names
    made = _def(
        "shared(one, other)", ["if other == 0:", "    return one", "return shared(other, one % other)"]
    )
    return _program(made, _entry(of, [f"{a} = shared({a}, {b})", *of.body]))


def _in_pairs(of: Lines) -> str:
    a, b, _x = of.names
    return _program(_entry(of, [f"{a}, {b} = max({a}, {b}), min({a}, {b})", *of.body]))


WAYS: tuple[Way, ...] = (
    Way("plain", "", "Each line gives a name to a value that the next lines use.", (), _plain),
    Way("swap", "Give the larger of the two numbers the name `{a}` and the smaller one the name `{b}` first.",
        "Both names get new values in one line.", (f"{_BASICS}.variables", "beginner.collections.tuples_and_sets"),
        _in_pairs),
    Way("default", "If the caller leaves `{b}` out, it is {default}.",
        "The second parameter has a default value.", (f"{_FUNCTIONS}.arguments",), _default),
    Way("keyword", "`{b}` can only be given by its name.", "The star makes the caller write the name.",
        (f"{_FUNCTIONS}.arguments",), _keyword),
    Way("constant", "First add {k} to `{a}`; keep that number in a constant above the function.",
        "The function reads the constant, which stands outside.",
        (f"{_FUNCTIONS}.scope", f"{_BASICS}.variables"), _constant),
    Way("helper", "Let a function of its own work out {x_told} first.",
        "One function does the first sum, the other goes on with what it returns.",
        (f"{_FUNCTIONS}.defining_functions", f"{_TOOLS}.testing", f"{_TOOLS}.debugging"), _helper),
    Way("typed", "They come in `text`, a line that a user typed: both numbers, with a blank between them.",
        "`split` cuts the line in two, and `int` makes numbers of the parts.", (f"{_BASICS}.input",), _typed),
    Way("checked", "If one of them is below 0, raise a `ValueError` in a helper, and return None here.",
        "The helper raises the error, and `except` catches it.", (f"{_FILES}.exceptions",), _checked),
    Way("module", "Before all else, cut `{a}` in half, rounded up by `ceil` from `math`.",
        "`ceil` rounds up.", (f"{_TOOLS}.modules", f"{_TOOLS}.standard_library"), _module),
    Way("hints", "`{b}` may be left out or be None; then it is {k}. Write type hints that say so.",
        "The hint `int | None` says that None is possible.", (f"{_TYPING}.type_hints",), _hints),
    Way("class", "Let a class keep both numbers and do the first sum.", "The object keeps both numbers for its method.",
        (f"{_CLASSES}.classes_and_objects",), _class),
    Way("data_class", "Let a data class keep both numbers and do the first sum.",
        "The data class writes `__init__` by itself; the property does the sum.", (f"{_CLASSES}.dataclasses",), _data_class),
    Way("inherited", "If `{a}` is larger than `{b}`, add {k} to {x_told}. Use a class and one that is built on it.",
        "The second class asks the first one by `super`, and adds to it.", (f"{_CLASSES}.inheritance",), _inherited, True),
    Way("special", "Before all else, put the sum of both numbers and {k} in place of `{a}`. Use a class with `__add__`.",
        "The plus sign calls `__add__`.", (f"{_CLASSES}.special_methods",), _special),
    Way("enum", "If `{a}` is larger than `{b}`, add {m} to {x_told}, otherwise {k}. Keep both rates in an enum.",
        "The enum gives both rates a name.", (f"{_CLASSES}.enums",), _enum, True),
    Way("closure", "Add {k} to {x_told}. Let a function make the function that does this.",
        "The inner function remembers `extra`.", (f"{_DEPTH}.closures",), _closure, True),
    Way("decorator", "Add {k} to {x_told}. Let a decorator do that.", "The decorator adds to what the function returns.",
        (f"{_DEPTH}.decorators",), _decorator, True),
    Way("context", "First add {k} to `{a}`. Practise a context manager made of a generator.",
        "The `with` block lends out a list and empties it at the end.", (f"{_DEPTH}.context_managers",), _context),
    Way("generator", "A generator yields {x_told}, then the same with `{a}` added; go on with the larger one.",
        "`max` asks the generator for both values.", ("advanced.iteration.generators", "advanced.iteration.iterators"),
        _generator, True),
    Way("lambda", "Of `{a}` and `{b}`, take the one that leaves more when divided by {n}, `{a}` on a tie, and add it "
        "to {x_told}.", "The key of `max` is a small function.", ("advanced.iteration.functional_tools",), _lambda, True),
    Way("protocol", "If `{a}` is larger than `{b}`, add {k} to {x_told}, otherwise what it is when divided by {n}, rounded "
        "down. Use two classes that fit one protocol.", "Both classes can do what the protocol asks for.",
        (f"{_TYPING}.protocols",), _protocol, True),
    Way("generic", "First put the larger of the two numbers, plus {k}, in place of `{a}`. Find it by a function for values "
        "of any one type.", "The type variable says that result and arguments have one type.",
        (f"{_TYPING}.generics",), _generic),
    Way("coroutine", "Let a coroutine work out {x_told} first.", "`asyncio.run` runs the coroutine to its end.",
        ("master.concurrency.asyncio_basics",), _coroutine),
    Way("tasks", "First add {k} to `{a}`, and put twice `{b}` plus {k} in place of `{b}`; two coroutines do this.",
        "`gather` returns both results in order.", ("master.concurrency.asyncio_tasks",), _tasks),
    Way("cached", "Work out {x_told}, then the same with both numbers exchanged, and add both. Use a cache.",
        "`cache` keeps results, so equal arguments cost nothing the second time.", (f"{_SPEED}.caching",), _cached, True),
    Way("attribute", "If `{a}` is larger than `{b}`, add {m} to {x_told}, otherwise {k}. Let `__getattr__` answer for an "
        "attribute that was not set.", "`__getattr__` is asked only for what is missing.",
        (f"{_MODEL}.attribute_access",), _property, True),
    Way("descriptor", "If `{a}` is below {k}, make it {k}. Let a descriptor do that.",
        "The descriptor changes the value when it is set.", (f"{_MODEL}.descriptors",), _descriptor),
    Way("words", "They come in `words`, the words after the name of a command line program.",
        "The parser reads both numbers from the words.", ("master.packaging.command_line_programs",), _words_given),
    Way("json", "They come in `text`, a JSON object.", "`json.loads` makes a dictionary of the text.",
        (f"{_FILES}.json_and_csv",), _json),
    Way("csv", "They come in `text`, a CSV table with one row below its head.", "The reader makes a dictionary of the row.",
        (f"{_FILES}.json_and_csv",), _csv),
    Way("found", "They come in `text`, a note like 'one=3; other=4', the first number first.",
        "`findall` finds every run of digits.", ("intermediate.working_with_data.regular_expressions",), _found),
    Way("query", "Before all else, let a database table find the larger number, which becomes `{a}`, and the smaller "
        "one, which becomes `{b}`.", "The query returns both numbers in one row.",
        ("advanced.databases.sqlite_basics",), _query),
    Way("recursion", "First put the largest number that divides both in place of `{a}` (if one of them is 0, that is the "
        "other one). Find it by recursion.", "`shared` calls itself with the remainder until it is 0.",
        ("advanced.algorithms.recursion",), _recursion),
)  # fmt: skip
"""All ways."""
