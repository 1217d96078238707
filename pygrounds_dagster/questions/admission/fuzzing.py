"""Further inputs for a function, from the inputs that it was given.

Here: variations of given arguments that stay in their world. Not here: which of them are worth keeping
(``sharpening``), what they give (the reference says that, in the judge).

What all given inputs have in common is kept: numbers that are never negative stay so, sorted lists stay
sorted, texts keep to their letters, a first number never above the second stays so. Words in lists and
dictionaries are only exchanged for one another, unless ``bold``: they may be names of something. Only
``edges`` goes to the rim: empty, zero, a single item.
"""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from typing import Any

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission.literals import Arguments

_MOST_ITEMS = 12


def variations(
    given: Sequence[Arguments], source: str, seed: int, count: int, *, bold: bool = False
) -> list[Arguments]:
    """At most ``count`` inputs like the given ones, none of them given, each once, drawn by ``seed``."""
    chance = random.Random(seed)
    worlds = _worlds(given, source, bold)
    found: dict[str, Arguments] = {}
    seen = {one.text for one in given}
    for _try in range(count * 6):
        if len(found) >= count or not given:
            break
        new = _varied(chance.choice(given), given, worlds, chance)
        if new.text not in seen and _fits(new, given) and len(new.text) <= _longest(given):
            found[new.text] = new
            seen.add(new.text)
    return list(found.values())


def edges(given: Sequence[Arguments]) -> list[Arguments]:
    """Given inputs with one argument at the rim of its type, or without its last optional one."""
    found: dict[str, Arguments] = {}
    for one in given[:4]:
        for place, value in enumerate(one.args):
            for edge in _edges(value):
                args = (*one.args[:place], edge, *one.args[place + 1 :])
                new = Arguments(args, one.kwargs)
                found.setdefault(new.text, new)
    seen = {one.text for one in given}
    return [one for text, one in found.items() if text not in seen and _fits(one, given)]


def _longest(given: Sequence[Arguments]) -> int:
    return max(80, *(2 * len(one.text) for one in given))


def _edges(value: Any) -> Iterator[Any]:
    match value:
        case bool() | None:
            return
        case int():
            yield from (0, 1, -1, -value)
        case float():
            yield from (0.0, -value)
        case str() | list() | tuple():
            first: Any = value[:1]
            yield from (type(value)(), first, value + first, first * 2)
        case dict():
            yield {}
            yield dict(list(value.items())[:1])
        case set():
            yield set()


# --- the world of the given inputs ------------------------------------------------------------------------


class _World:
    """What the values of one argument have in common, nested ones taken together."""

    def __init__(self, values: Sequence[Any], constants: Sequence[Any], bold: bool) -> None:
        self.bold = bold
        leaves = [leaf for value in values for leaf in _leaves(value)]
        numbers = [n for n in leaves if type(n) in (int, float)]
        self.floor = min(0, *numbers) if numbers and min(numbers) < 0 else min([1, *numbers])
        top = max(map(abs, numbers), default=10)
        self.ceiling = max(10, int(2 * top))
        self.near = [c for c in constants if type(c) is int and abs(c) <= max(1000, self.ceiling)]
        if numbers and min(numbers) < 0:
            self.floor = -self.ceiling
        self.digits = max((_digits(n) for n in numbers if type(n) is float), default=1)
        self.texts = sorted({t for t in leaves if type(t) is str} | {c for c in constants if type(c) is str})
        self.letters = sorted({c for t in leaves if type(t) is str for c in t})
        lists = [v for value in values for v in _lists(value) if len(v) > 1]
        self.sorted = len(lists) > 1 and all(map(_is_sorted, lists))
        self.least_text = min((len(t) for t in leaves if type(t) is str), default=0)
        self.least_items = min((len(v) for value in values for v in _lists(value)), default=0)


def _worlds(given: Sequence[Arguments], source: str, bold: bool) -> dict[Any, _World]:
    constants = [
        node.value
        for node in ast.walk(parse(source))
        if isinstance(node, ast.Constant) and type(node.value) in (int, str) and len(str(node.value)) < 20
    ]
    values: dict[Any, list[Any]] = {}
    for one in given:
        for place, value in (*enumerate(one.args), *one.kwargs.items()):
            values.setdefault(place, []).append(value)
    return {place: _World(found, constants, bold) for place, found in values.items()}


def _leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _leaves(key)
            yield from _leaves(item)
    elif isinstance(value, list | tuple | set | frozenset):
        for item in value:
            yield from _leaves(item)
    else:
        yield value


def _lists(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        yield value
        for item in value:
            yield from _lists(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _lists(item)


def _is_sorted(items: Sequence[Any]) -> bool:
    try:
        return all(a <= b for a, b in pairwise(items))
    except TypeError:  # not comparable: no order to keep
        return False


def _digits(number: float) -> int:
    return len(repr(number).partition(".")[2]) if "e" not in repr(number) else 2


def _fits(new: Arguments, given: Sequence[Arguments]) -> bool:
    """Whether pairs of arguments relate as in every given input: order of numbers, equal lengths."""
    for i, j in combinations(range(len(new.args)), 2):
        pairs = [(one.args[i], one.args[j]) for one in given if len(one.args) > j]
        if len(pairs) > 2 and not all(_related(pairs, (new.args[i], new.args[j]))):
            return False
    return True


def _related(pairs: Sequence[tuple[Any, Any]], new: tuple[Any, Any]) -> Iterator[bool]:
    if all(type(v) in (int, float) for pair in (*pairs, new) for v in pair):
        yield new[0] <= new[1] or any(a > b for a, b in pairs)
        yield new[0] >= new[1] or any(a < b for a, b in pairs)
    if all(isinstance(v, list | tuple) for pair in (*pairs, new) for v in pair):
        yield len(new[0]) == len(new[1]) or any(len(a) != len(b) for a, b in pairs)


# --- variations -------------------------------------------------------------------------------------------


def _varied(
    one: Arguments, given: Sequence[Arguments], worlds: dict[Any, _World], chance: random.Random
) -> Arguments:
    """One to all arguments varied, or taken from another given input."""
    args, kwargs = list(one.args), dict(one.kwargs)
    places = [*range(len(args)), *kwargs]
    if not places:
        return one
    for place in chance.sample(places, chance.randint(1, len(places))):
        source: Any = args if isinstance(place, int) else kwargs
        others = [o.args[place] for o in given if isinstance(place, int) and len(o.args) > place]
        value = chance.choice(others) if others and chance.random() < 0.4 else source[place]
        if chance.random() < 0.8:
            value = _vary(value, worlds[place], chance)
        source[place] = value
    return Arguments(tuple(args), kwargs)


def _vary(value: Any, world: _World, chance: random.Random) -> Any:
    match value:
        case bool():
            return not value
        case int():
            return _number(value, world, chance)
        case float():
            return _float(value, world, chance)
        case str():
            return _text(value, world, chance)
        case list():
            return _items(value, world, chance)
        case tuple():
            return _tuple(value, world, chance)
        case dict():
            return _dict(value, world, chance)
        case set():
            return set(_items(sorted(value, key=repr), world, chance))
    return value


def _vary_item(value: Any, world: _World, chance: random.Random) -> Any:
    if type(value) is str and not world.bold:
        return chance.choice(world.texts)
    return _vary(value, world, chance)


def _number(value: int, world: _World, chance: random.Random) -> int:
    choices = [value + 1, value - 1, value + chance.randint(2, 5), value * 2]
    choices += [
        chance.randint(int(world.floor), world.ceiling),
        chance.randint(int(world.floor), world.ceiling),
    ]
    choices += [near + chance.choice((-1, 0, 0, 1)) for near in world.near]
    return max(int(world.floor), min(chance.choice(choices), max(world.ceiling, *world.near, 0)))


def _float(value: float, world: _World, chance: random.Random) -> float:
    step = chance.choice((0.5, 1.0, -0.5, -1.0, 10.0))
    new = chance.choice((value + step, value * 2, chance.uniform(float(world.floor), world.ceiling)))
    return round(max(float(world.floor), new), min(world.digits, 2))


def _text(value: str, world: _World, chance: random.Random) -> str:
    at = chance.randrange(len(value) + 1)
    letter = chance.choice(world.letters) if world.letters else ""
    choices = [value[::-1], value[:at] + letter + value[at:], value + value[:at], chance.choice(world.texts)]
    if len(value) > max(1, world.least_text):
        choices += [value[:at] + value[at + 1 :], value[1:], value[:-1]]
    if len(value) > 1:
        mixed = list(value)
        chance.shuffle(mixed)
        choices.append("".join(mixed))
    if any(c.isupper() for c in world.letters):
        choices += [value.upper(), value.lower(), value.swapcase()]
    return chance.choice(choices)


def _items(value: list[Any], world: _World, chance: random.Random) -> list[Any]:
    new = list(value)
    for _change in range(chance.randint(1, 2)):
        at = chance.randrange(len(new)) if new else 0
        choice = chance.randrange(6)
        if not new:
            break
        if choice == 0 and len(new) > max(1, world.least_items):
            del new[at]
        elif choice == 1 and len(new) < _MOST_ITEMS:
            new.insert(at, new[chance.randrange(len(new))])
        elif choice == 2 and len(new) < _MOST_ITEMS:
            new.insert(at, _vary_item(new[at], world, chance))
        elif choice == 3:
            chance.shuffle(new)
        elif choice == 4:
            new.reverse()
        else:
            new[at] = _vary_item(new[at], world, chance)
    return sorted(new) if world.sorted and _comparable(new) else new


def _comparable(items: list[Any]) -> bool:
    try:
        sorted(items)
    except TypeError:
        return False
    return True


def _tuple(value: tuple[Any, ...], world: _World, chance: random.Random) -> tuple[Any, ...]:
    """A tuple is taken for a record: its length stays, one field changes."""
    if not value:
        return value
    at = chance.randrange(len(value))
    return (*value[:at], _vary_item(value[at], world, chance), *value[at + 1 :])


def _dict(value: dict[Any, Any], world: _World, chance: random.Random) -> dict[Any, Any]:
    """A dictionary keeps its kind of keys: one value changes, an item goes, or the order changes."""
    items = list(value.items())
    if not items:
        return value
    at = chance.randrange(len(items))
    choice = chance.randrange(4)
    if choice == 0 and len(items) > 1:
        del items[at]
    elif choice == 1:
        items.reverse()
    else:
        items[at] = (items[at][0], _vary_item(items[at][1], world, chance))
    return dict(items)
