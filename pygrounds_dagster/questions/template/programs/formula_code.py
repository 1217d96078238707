"""Code of formulas: plain lines, a helper, a class, a decorator, a coroutine …

Here: one function a way, from the lines of a formula to a program. Not here: what the ways are told with
(``formula_ways``), the formulas (``formulas``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass


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


def _def(head: str, body: Sequence[str]) -> str:
    return "\n".join([f"def {head}:", *(f"    {line}" for line in body)])


def _program(*blocks: str) -> str:
    return "\n\n\n".join(blocks) + "\n"


def _entry(of: Lines, body: Sequence[str]) -> str:
    a, b, _x = of.names
    return _def(f"{of.name}({a}, {b})", body)


def plain_code(of: Lines) -> str:
    """The lines as they are."""
    return _program(_entry(of, of.body))


def default_code(of: Lines) -> str:
    """A parameter with a default value."""
    a, b, _x = of.names
    return _program(_def(f"{of.name}({a}, {b}={of.gaps['default']})", of.body))


def keyword_code(of: Lines) -> str:
    """A parameter that is given by its name."""
    a, b, _x = of.names
    return _program(_def(f"{of.name}({a}, *, {b})", of.body))


def constant_code(of: Lines) -> str:
    """A constant above the function."""
    a, _b, _x = of.names
    return _program(f"EXTRA = {of.gaps['k']}", _entry(of, [f"{a} = {a} + EXTRA", *of.body]))


def helper_code(of: Lines) -> str:
    """A first function that a second one calls."""
    a, b, x = of.names
    helper = _def(f"first_{x}({a}, {b})", [*of.first, f"return {x}"])
    return _program(helper, _entry(of, [f"{x} = first_{x}({a}, {b})", *of.then, *of.last]))


def typed_code(of: Lines) -> str:
    """Numbers from a typed line."""
    a, b, _x = of.names
    parsed = ["first, second = text.split()", f"{a} = int(first)", f"{b} = int(second)"]
    return _program(_def(f"{of.name}(text)", [*parsed, *of.body]))


def checked_code(of: Lines) -> str:
    """A helper that raises an error, which is caught."""
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


def module_code(of: Lines) -> str:
    """A function of a module."""
    a, _b, _x = of.names
    return _program("from math import ceil", _entry(of, [f"{a} = ceil({a} / 2)", *of.body]))


def hints_code(of: Lines) -> str:
    """Type hints, one of them with None."""
    a, b, x = of.names
    helper = _def(f"first_{x}({a}: int, {b}: int | None = None) -> int",
                  [f"if {b} is None:", f"    {b} = {of.gaps['k']}", *of.first, f"return {x}"])  # fmt: skip
    entry = _def(
        f"{of.name}({a}: int, {b}: int | None = None)", [f"{x} = first_{x}({a}, {b})", *of.then, *of.last]
    )
    return _program(helper, entry)


def class_code(of: Lines) -> str:
    """An object that keeps both numbers."""
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


def data_class_code(of: Lines) -> str:
    """A data class with a property."""
    a, b, x = of.names
    made = ["@dataclass", f"class {x.title()}:", f"    {a}: int", f"    {b}: int", "", "    @property",
            "    def first(self) -> int:", *(f"        {_own(line, a, b)}" for line in of.first),
            f"        return {x}"]  # fmt: skip
    entry = _entry(of, [f"{x} = {x.title()}({a}, {b}).first", *of.then, *of.last])
    return _program("from dataclasses import dataclass", "\n".join(made), entry)


def inherited_code(of: Lines) -> str:
    """A class built on another."""
    a, b, x = of.names
    made = ["class Plan:", f"    def first(self, {a}, {b}):", *(f"        {line}" for line in of.first),
            f"        return {x}", "", "", "class BigPlan(Plan):", f"    def first(self, {a}, {b}):",
            f"        return super().first({a}, {b}) + {of.gaps['k']}"]  # fmt: skip
    entry = _entry(
        of, [f"plan = BigPlan() if {a} > {b} else Plan()", f"{x} = plan.first({a}, {b})", *of.then, *of.last]
    )
    return _program("\n".join(made), entry)


def special_code(of: Lines) -> str:
    """A class with ``__add__``."""
    a, b, _x = of.names
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


def enum_code(of: Lines) -> str:
    """An enum with two rates."""
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


def closure_code(of: Lines) -> str:
    """A function that makes the function."""
    a, b, x = of.names
    made = ["def make_sum(extra):", f"    def inner({a}, {b}):", *(f"        {line}" for line in of.first),
            f"        return {x} + extra", "", "    return inner"]  # fmt: skip
    entry = _entry(of, [f"{x} = make_sum({of.gaps['k']})({a}, {b})", *of.then, *of.last])
    return _program("\n".join(made), entry)


def decorator_code(of: Lines) -> str:
    """A decorator that adds to a result."""
    a, b, x = of.names
    made = ["def with_extra(work):", f"    def inner({a}, {b}):", (f"        return work({a}, {b}) + "
        f"{of.gaps['k']}"), "",
            "    return inner"]  # fmt: skip
    helper = _def(f"first_{x}({a}, {b})", [*of.first, f"return {x}"])
    entry = _entry(of, [f"{x} = first_{x}({a}, {b})", *of.then, *of.last])
    return _program("\n".join(made), f"@with_extra\n{helper}", entry)


def context_code(of: Lines) -> str:
    """A context manager made of a generator."""
    made = ["@contextmanager", "def opened(start):", f"    notes = [start + {of.gaps['k']}]", "    try:",
            "        yield notes", "    finally:", "        notes.clear()"]  # fmt: skip
    a, _b, _x = of.names
    entry = _entry(
        of, [f"with opened({a}) as notes:", *(f"    {line}" for line in [f"{a} = notes[0]", *of.body])]
    )
    return _program("from contextlib import contextmanager", "\n".join(made), entry)


def generator_code(of: Lines) -> str:
    """A generator with two values."""
    a, b, x = of.names
    made = [
        f"def sums({a}, {b}):",
        *(f"    {line}" for line in of.first),
        f"    yield {x}",
        f"    yield {x} + {a}",
    ]
    entry = _entry(of, [f"{x} = max(sums({a}, {b}))", *of.then, *of.last])
    return _program("\n".join(made), entry)


def lambda_code(of: Lines) -> str:
    """A key that is a small function."""
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


def protocol_code(of: Lines) -> str:
    """Two classes that fit one protocol."""
    a, b, x = of.names
    made = ["class Sum(Protocol):", "    def extra(self, number: int) -> int: ...", "", "", "class Fixed:",
            f"    def extra(self, number: int) -> int:\n        return {of.gaps['k']}", "", "",
            "class Share:",
            f"    def extra(self, number: int) -> int:\n        return number // {of.gaps['n']}"]  # fmt: skip
    entry = _entry(of, [f"rule: Sum = Fixed() if {a} > {b} else Share()", *of.first,
        f"{x} += rule.extra({x})",
                        *of.then, *of.last])  # fmt: skip
    return _program("from typing import Protocol", "\n".join(made), entry)


def generic_code(of: Lines) -> str:
    """A function with a type variable."""
    a, b, _x = of.names
    made = _def("larger(one: T, other: T) -> T", ["return one if one > other else other"])
    entry = _entry(of, [f"{a} = larger({a}, {b}) + {of.gaps['k']}", *of.body])
    return _program('from typing import TypeVar\n\nT = TypeVar("T")', made, entry)


def coroutine_code(of: Lines) -> str:
    """A coroutine that does the first lines."""
    a, b, x = of.names
    made = [f"async def first_{x}({a}, {b}):", "    await asyncio.sleep(0)",
        *(f"    {line}" for line in of.first),
            f"    return {x}"]  # fmt: skip
    entry = _entry(of, [f"{x} = asyncio.run(first_{x}({a}, {b}))", *of.then, *of.last])
    return _program("import asyncio", "\n".join(made), entry)


def tasks_code(of: Lines) -> str:
    """Two coroutines side by side."""
    a, b, _x = of.names
    made = ["async def one(number):", "    await asyncio.sleep(0)", f"    return number + {of.gaps['k']}",
        "", "",
            f"async def both({a}, {b}):",
            f"    return await asyncio.gather(one({a}), one({b} * 2))"]  # fmt: skip
    entry = _entry(of, [f"{a}, {b} = asyncio.run(both({a}, {b}))", *of.body])
    return _program("import asyncio", "\n".join(made), entry)


def cached_code(of: Lines) -> str:
    """A cached function that is called twice."""
    a, b, x = of.names
    helper = _def(f"first_{x}({a}, {b})", [*of.first, f"return {x}"])
    entry = _entry(of, [f"{x} = first_{x}({a}, {b}) + first_{x}({b}, {a})", *of.then, *of.last])
    return _program("from functools import cache", f"@cache\n{helper}", entry)


def property_code(of: Lines) -> str:
    """An attribute that nobody set."""
    a, b, x = of.names
    made = ["class Entry:", "    def __getattr__(self, name):", '        if name == "extra":',
            f"            return {of.gaps['k']}", "        raise AttributeError(name)"]  # fmt: skip
    entry = _entry(of, ["entry = Entry()", f"if {a} > {b}:", f"    entry.extra = {of.gaps['m']}", *of.first,
                        f"{x} += entry.extra", *of.then, *of.last])  # fmt: skip
    return _program("\n".join(made), entry)


def descriptor_code(of: Lines) -> str:
    """A descriptor with a least value."""
    a, _b, _x = of.names
    made = ["class AtLeast:", "    def __set_name__(self, owner, name):", '        self.name = "_" + name',
        "",
            "    def __get__(self, instance, owner):", "        return getattr(instance, self.name)", "",
            "    def __set__(self, instance, number):", (f"        setattr(instance, self.name, max(number, "
            f"{of.gaps['k']}))"),
            "", "", "class Entry:", "    amount = AtLeast()"]  # fmt: skip
    entry = _entry(of, ["entry = Entry()", f"entry.amount = {a}", f"{a} = entry.amount", *of.body])
    return _program("\n".join(made), entry)


def words_given_code(of: Lines) -> str:
    """Words of a command line."""
    a, b, _x = of.names
    parsed = ["parser = argparse.ArgumentParser()", f'parser.add_argument("{a}", type=int)',
              f'parser.add_argument("{b}", type=int)', "options = parser.parse_args(words)",
              f"{a}, {b} = options.{a}, options.{b}"]  # fmt: skip
    return _program("import argparse", _def(f"{of.name}(words)", [*parsed, *of.body]))


def json_code(of: Lines) -> str:
    """Numbers from a JSON object."""
    a, b, _x = of.names
    parsed = ["data = json.loads(text)", f'{a} = data["{a}"]', f'{b} = data["{b}"]']
    return _program("import json", _def(f"{of.name}(text)", [*parsed, *of.body]))


def csv_code(of: Lines) -> str:
    """Numbers from a CSV table."""
    a, b, _x = of.names
    parsed = ["row = next(csv.DictReader(io.StringIO(text)))", f'{a}, {b} = int(row["{a}"]), int(row["{b}"])']
    return _program("import csv\nimport io", _def(f"{of.name}(text)", [*parsed, *of.body]))


def found_code(of: Lines) -> str:
    """Numbers that a pattern finds."""
    a, b, _x = of.names
    parsed = ['numbers = re.findall(r"\\d+", text)', f"{a}, {b} = int(numbers[0]), int(numbers[1])"]
    return _program("import re", _def(f"{of.name}(text)", [*parsed, *of.body]))


def query_code(of: Lines) -> str:
    """Numbers that a query sorts."""
    a, b, _x = of.names
    made = ['connection = sqlite3.connect(":memory:")', ('connection.execute("CREATE TABLE data (number '
        'INTEGER)")'),
            f'connection.execute("INSERT INTO data VALUES (?), (?)", ({a}, {b}))',
            'query = "SELECT MAX(number), MIN(number) FROM data"',
            f"{a}, {b} = connection.execute(query).fetchone()"]  # fmt: skip
    return _program("import sqlite3", _entry(of, [*made, *of.body]))


def recursion_code(of: Lines) -> str:
    """A function that calls itself."""
    a, b, _x = of.names
    made = _def(
        "shared(one, other)", ["if other == 0:", "    return one", "return shared(other, one % other)"]
    )
    return _program(made, _entry(of, [f"{a} = shared({a}, {b})", *of.body]))


def in_pairs_code(of: Lines) -> str:
    """Both names bound at once."""
    a, b, _x = of.names
    return _program(_entry(of, [f"{a}, {b} = max({a}, {b}), min({a}, {b})", *of.body]))
