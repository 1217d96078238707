"""Worlds of other values: days, lists and what copies of them share.

Here: tables. Not here: worlds of texts (``text_worlds``), programs of them (``texts``).
"""

from __future__ import annotations

from collections.abc import Mapping

from pygrounds_dagster.questions.template.programs.formulas import Part
from pygrounds_dagster.questions.template.programs.text_worlds import World

_DATES, _MEMORY = "intermediate.working_with_data.dates_and_times", "master.performance.memory_model"
_LISTS, _SLICES = "beginner.collections.lists", "beginner.collections.slicing"
_SORTING, _SETS = "intermediate.working_with_data.sorting", "beginner.collections.tuples_and_sets"
_DICTS, _NESTED = "beginner.collections.dictionaries", "beginner.collections.nested_data"
_FORMAT = "beginner.basics.formatted_output"


def _part(line: str, told: str, *topics: str) -> Part:
    return Part(tuple(line.split("\n")) if line else (), told, topics)


_NUMBERS = (
    ([4, 9, 2, 7, 7, 5],), ([3, 1, 2],), ([8, 8, 1, 6],), ([5, 4, 3, 2, 1, 0],), ([10, -2, 6, -2, 3],), ([1,
        2],),
    ([0, 12, 0, 7, 5, 3, 12, 1],),
)  # fmt: skip
_TABLES = (
    ([[1, 2], [3, 4], [5]],), ([[7], [8, 9, 2]],), ([[3, 3], [0, 6, 1], [4], [2, 2]],), ([[5, 1], [5, 1]],),
    ([[9], [9], [1, 0]],),
)  # fmt: skip
_PRICES = (
    ({"yam": 12, "rice": 20, "okra": 5},), ({"maize": 7, "rice": 9},), ({"okra": 3, "yam": 3, "beans": 8,
        "rice": 1},),
    ({"rice": 15, "yam": 6},), ({"beans": 2, "rice": 2, "yam": 30, "maize": 11},),
)  # fmt: skip

VALUE_WORLDS: Mapping[str, World] = {
    "day": World(
        "day_after", "text", "`text` is a day, written like '2024-03-01'.",
        ("from datetime import date, timedelta",),
        (
            _part("day = date.fromisoformat(text)", "Make a date of it.", _DATES),
            _part("day = date.fromisoformat(text) + timedelta(days=10)", "Take the day 10 days later.",
                _DATES),
            _part("day = date.fromisoformat(text) - timedelta(weeks=2)", "Take the day two weeks before.",
                _DATES),
            _part("day = date.fromisoformat(text).replace(day=1)", "Take the first day of its month.",
                _DATES),
            _part("day = date.fromisoformat(text).replace(month=1, day=1)",
                "Take the first day of its year.", _DATES),
            _part("day = date.fromisoformat(text)\nday -= timedelta(days=day.weekday())",
                  "Take the Monday of its week; a Monday stays as it is.", _DATES),
            _part("day = date.fromisoformat(text)\nday += timedelta(days=(4 - day.weekday()) % 7)",
                  "Take the next Friday; a Friday stays as it is.", _DATES),
            _part("day = date.fromisoformat(text).replace(day=28) + timedelta(days=4)\nday = "
                "day.replace(day=1)",
                  "Take the first day of the month after it.", _DATES),
        ),
        (
            _part("", ""),
            _part("day += timedelta(days=1)", "Go on to the next day.", _DATES),
            _part("if day.weekday() >= 5:\n    day += timedelta(days=2)",
                  "If that is a Saturday or a Sunday, add two days.", _DATES),
            _part("if day.day > 15:\n    day -= timedelta(days=15)",
                  "If its number in the month is above 15, go 15 days back.", _DATES),
            _part("if day.year % 2 == 0:\n    day += timedelta(days=7)",
                "If its year is even, go one week on.", _DATES),
            _part("day = max(day, date(2024, 3, 1))", "If that is before 1 March 2024, take 1 March 2024.",
                _DATES),
        ),
        (
            _part("return day.isoformat()", "Return that day as text, written in the same way.", _DATES),
            _part("return day.weekday()", "Return its number in the week, 0 for a Monday.", _DATES),
            _part("return day.day", "Return its number in the month.", _DATES),
            _part('return day.strftime("%d.%m.%Y")', "Return it as text like '01.03.2024'.", _DATES, _FORMAT),
            _part('return f"{{day.day}}/{{day.month}}"', "Return it as text like '1/3': day and month.",
                _DATES, _FORMAT),
            _part("return (date(day.year, 12, 31) - day).days", "Return how many days are left in its "
                "year.", _DATES),
            _part("return (day - date.fromisoformat(text)).days",
                  "Return how many days lie between the given day and that day, below 0 if it is earlier.",
                  _DATES),
            _part('return "weekend" if day.weekday() > 4 else "workday"',
                  "Return 'weekend' for a Saturday or Sunday, otherwise 'workday'.", _DATES),
            _part("return day.year, day.month", "Return a tuple with its year and its month.", _DATES, _SETS),
            _part("return day.timetuple().tm_yday", "Return its number in the year, 1 for 1 January.",
                _DATES),
        ),
        tuple((text,) for text in ("2024-02-20", "2023-12-31", "2024-01-01", "2025-05-16", "2024-06-15",
            "2023-02-28",
                                   "2024-03-02", "2026-08-09")),
        (_DATES,),
    ),
    "copies": World(
        "after_change", "numbers", "`numbers` is a list with at least two whole numbers.", (),
        (
            _part("other = numbers", "Give the list a second name.", _MEMORY),
            _part("other = numbers[:]", "Make a copy by a slice.", _MEMORY, _SLICES),
            _part("other = list(numbers)", "Make a copy with `list`.", _MEMORY, _LISTS),
            _part("other = numbers\nnumbers = numbers + [0]",
                  "Give the list a second name, then put a longer list with 0 at its end under the first "
                  "name.", _MEMORY),
            _part("other = numbers\nnumbers += [0]",
                  "Give the list a second name, then add 0 to the list itself.", _MEMORY),
            _part("other = sorted(numbers)", "Make a sorted copy.", _MEMORY, _SORTING),
            _part("other = numbers\nother.sort()", "Give the list a second name, and sort it by that name.",
                  _MEMORY, _SORTING),
        ),
        (
            _part("other.append(8)", "Through the second name, put 8 at the end.", _MEMORY, _LISTS),
            _part("other[0] = 50", "Through the second name, change the first number to 50.", _MEMORY,
                _LISTS),
            _part("other.pop()", "Through the second name, take the last number away.", _MEMORY, _LISTS),
            _part("del other[0]", "Through the second name, take the first number away.", _MEMORY, _LISTS),
            _part("other[:2] = []", "Through the second name, take the first two numbers away.", _MEMORY,
                _SLICES),
            _part("other.reverse()", "Through the second name, turn the order round.", _MEMORY, _LISTS),
            _part("other = other + [1]", "Give the second name to a new list: that with 1 at its end.",
                _MEMORY),
            _part("other.insert(1, -5)", "Through the second name, put -5 at place 1.", _MEMORY, _LISTS),
        ),
        (
            _part("return numbers, other", "Return both lists as a tuple, the first name first.", _MEMORY,
                _SETS),
            _part("return numbers", "Return the list under the first name.", _MEMORY),
            _part("return len(numbers), len(other)", "Return both lengths as a tuple, the first name "
                "first.", _MEMORY),
            _part("return sum(numbers) - sum(other)",
                  "Return the sum of the list under the first name minus that of the second.", _MEMORY),
            _part("return numbers is other, numbers[-1]",
                  "Return a tuple: whether both names stand for one list, and the last number under the "
                  "first name.",
                  _MEMORY),
            _part("return numbers[0] * 10 + other[0] if other else -1",
                  "Return ten times the first number under the first name plus the first one under the "
                  "second, or -1 "
                  "if the second list is empty.", _MEMORY),
            _part("return [number for number in numbers if number in other]",
                  "Return a list of the numbers under the first name that are also under the second.",
                  _MEMORY),
        ),
        _NUMBERS, (_MEMORY,), "list[int]",
    ),
    "nested_copies": World(
        "after_inner_change", "rows", "`rows` is a list with at least two lists of whole numbers, none of "
        "them empty.",
        ("from copy import deepcopy",),
        (
            _part("other = rows[:]", "Make a copy by a slice; both lists share the inner lists.", _MEMORY),
            _part("other = deepcopy(rows)", "Make a copy in depth, so that nothing is shared.", _MEMORY),
            _part("other = [row[:] for row in rows]", "Copy the list and every inner list.", _MEMORY,
                _NESTED),
            _part("other = [rows[0]] * 2", "Make a list that holds the first inner list twice.", _MEMORY),
            _part("other = rows + [rows[0]]", "Make a longer list with the first inner list once more at "
                "its end.",
                  _MEMORY),
        ),
        (
            _part("other[0].append(8)", "Put 8 at the end of the first inner list of the new one.", _MEMORY,
                _NESTED),
            _part("other[-1][0] = 70", "Change the first number of the last inner list of the new one to "
                "70.", _MEMORY),
            _part("other[0] = [1]", "Put a new inner list with only 1 in first place of the new one.",
                _MEMORY),
            _part("other.pop()", "Take the last inner list out of the new one.", _MEMORY),
            _part("other[0] += other[1]", "Add the numbers of the second inner list to the first one of "
                "the new list.",
                  _MEMORY, _NESTED),
            _part("other[0].clear()", "Empty the first inner list of the new one.", _MEMORY),
        ),
        (
            _part("return rows", "Return the given list.", _MEMORY),
            _part("return rows, other", "Return both lists as a tuple, the given one first.", _MEMORY, _SETS),
            _part("return sum(len(row) for row in rows)", "Return how many numbers the given list holds in "
                "all.",
                  _MEMORY, _NESTED),
            _part("return [sum(row) for row in rows]", "Return a list with the sum of each inner list of "
                "the given one.",
                  _MEMORY, _NESTED),
            _part("return [a is b for a, b in zip(rows, other)]",
                  "Return a list that says for each pair of inner lists, given and new, whether they are "
                  "one list.",
                  _MEMORY),
            _part("return len(other), rows[0]",
                  "Return a tuple: how long the new list is, and the first inner list of the given one.",
                  _MEMORY),
        ),
        _TABLES, (_MEMORY,), "list[list[int]]",
    ),
    "list": World(
        "from_list", "numbers", "`numbers` is a list with at least two whole numbers.", (),
        (
            _part("part = sorted(numbers)", "Sort a copy, smallest first.", _SORTING),
            _part("part = sorted(numbers, reverse=True)", "Sort a copy, largest first.", _SORTING),
            _part("part = sorted(numbers, key=lambda number: number % 5)",
                  "Sort a copy by what is left when a number is divided by 5; equal ones keep their order.",
                  _SORTING),
            _part("part = sorted(numbers, key=abs)", "Sort a copy by distance from 0; equal ones keep "
                "their order.", _SORTING),
            _part("part = sorted(set(numbers))", "Drop doubles, and sort what is left.", _SORTING, _SETS),
            _part("part = numbers[1:]", "Leave out the first number.", _SLICES, _LISTS),
            _part("part = numbers[::2]", "Keep every second number, beginning with the first.", _SLICES),
            _part("part = numbers[::-1]", "Turn the order round.", _SLICES),
            _part("part = numbers + [numbers[0]]", "Put the first number once more at the end.", _LISTS),
            _part("part = numbers[:]\npart.remove(min(part))", "Take the first of the smallest numbers out "
                "of a copy.",
                  _LISTS),
            _part("part = list(zip(numbers, numbers[1:]))",
                  "Make a list of tuples of neighbours: first and second number, second and third, and so "
                  "on.", _SETS),
            _part("first, *part = numbers", "Leave out the first number.", _SETS, _LISTS),
        ),
        (
            _part("", ""),
            _part("part.append(4)", "Put 4 at its end.", _LISTS),
            _part("part.pop(0)", "Take its first item away.", _LISTS),
            _part("part = part[:3]", "Keep its first three items.", _SLICES),
            _part("part = part[-2:]", "Keep its last two items.", _SLICES),
            _part("if len(part) > 4:\n    part = part[1:-1]", "If it has more than 4 items, leave out the "
                "first and the last.",
                  _SLICES, "beginner.control_flow.conditionals"),
            _part("part = part * 2", "Put it behind itself once.", _LISTS),
        ),
        (
            _part("return part", "Return the list.", _LISTS),
            _part("return len(part)", "Return its length.", _LISTS),
            _part("return len(set(part))", "Return how many different items it has.", _SETS),
            _part("return part[-1] if part else 0", "Return its last item, or 0 if it is empty.", _LISTS),
            _part("return part[len(part) // 2] if part else 0",
                  "Return the item at half its length, rounded down, or 0 if it is empty.", _LISTS),
            _part("return part.count(numbers[0])", "Return how often the first given number is in it.",
                _LISTS),
            _part("return numbers[1] in part", "Return whether the second given number is in it.", _LISTS),
            _part("return tuple(part[:2])", "Return a tuple of its first two items.", _SETS),
        ),
        _NUMBERS, (_LISTS,), "list[int]",
    ),
    "prices": World(
        "from_prices", "prices", "`prices` is a dictionary that gives each product its price in cedis; "
        "there are at "
        "least two.", (),
        (
            _part('prices["salt"] = 4', "Add the product 'salt' for 4 cedis.", _DICTS),
            _part('prices["rice"] = prices.get("rice", 0) + 2', "Make 'rice' 2 cedis dearer; if it is "
                "missing, its "
                  "old price counts as 0.", _DICTS),
            _part('prices.pop("yam", None)', "Take 'yam' out if it is there.", _DICTS),
            _part('prices.setdefault("yam", 9)', "If 'yam' is missing, add it for 9 cedis.", _DICTS),
            _part('prices.update({{"okra": 6, "tea": 3}})', "Set 'okra' to 6 and 'tea' to 3 cedis.", _DICTS),
            _part("prices = dict(sorted(prices.items()))", "Order it by product.", _DICTS, _SORTING),
            _part("dearest = max(prices, key=prices.get)\nprices.pop(dearest)",
                  "Take the dearest product out, the first one on a tie.", _DICTS),
        ),
        (
            _part("", ""),
            _part('if "maize" in prices:\n    prices["maize"] += 1', "If it has 'maize', make that 1 cedi "
                "dearer.", _DICTS),
            _part('if len(prices) > 3:\n    prices.popitem()', "If it has more than 3 products, take the "
                "last one out.",
                  _DICTS),
            _part('prices["all"] = sum(prices.values())', "Add the sum of all prices as 'all'.", _DICTS),
            _part('prices["many"] = len(prices)', "Add how many products there are so far as 'many'.",
                _DICTS),
        ),
        (
            _part("return prices", "Return the dictionary.", _DICTS),
            _part("return list(prices)", "Return a list of its keys, in order.", _DICTS, _LISTS),
            _part("return sorted(prices)", "Return a sorted list of its keys.", _DICTS, _SORTING),
            _part("return max(prices.values())", "Return its largest value.", _DICTS),
            _part("return sum(prices.values())", "Return the sum of its values.", _DICTS),
            _part("return sorted(prices, key=prices.get)", "Return its keys ordered by value, smallest "
                "first.", _SORTING),
            _part('return prices.get("rice", -1)', "Return the value of 'rice', or -1 if it is missing.",
                _DICTS),
            _part("return list(prices.items())[0]", "Return its first key and value as a tuple.", _DICTS,
                _SETS),
            _part('return "okra" in prices', "Return whether it has the key 'okra'.", _DICTS),
            _part("return min(prices.values()), len(prices)", "Return a tuple: its smallest value, and how "
                "many keys "
                  "it has.", _DICTS, _SETS),
        ),
        _PRICES, (_DICTS,), "dict[str, int]",
    ),
    "table": World(
        "from_table", "rows", "`rows` is a list with at least two lists of whole numbers, none of them "
        "empty.", (),
        (
            _part("row = rows[0]", "Take its first row.", _NESTED),
            _part("row = rows[-1]", "Take its last row.", _NESTED),
            _part("row = max(rows, key=len)", "Take its longest row, the first one on a tie.", _NESTED,
                _SORTING),
            _part("row = max(rows, key=sum)", "Take the row with the largest sum, the first one on a tie.",
                _NESTED),
            _part("row = rows[0] + rows[1]", "Put its first two rows behind each other.", _NESTED, _LISTS),
            _part("row = [line[0] for line in rows]", "Take the first number of every row.", _NESTED,
                  "intermediate.working_with_data.comprehensions"),
            _part("row = [len(line) for line in rows]", "Take the length of every row.", _NESTED,
                  "intermediate.working_with_data.comprehensions"),
            _part("row = [number for line in rows for number in line]", "Take all numbers, row by row.",
                _NESTED,
                  "intermediate.working_with_data.comprehensions"),
        ),
        (
            _part("", ""),
            _part("row = row + [rows[1][0]]", "Put the first number of the second row behind it.", _NESTED),
            _part("row = sorted(row)", "Sort it.", _SORTING),
            _part("row = row[::-1]", "Turn its order round.", _SLICES),
            _part("row = row[:2]", "Keep its first two numbers.", _SLICES),
            _part("if len(row) > 2:\n    row = row[1:]", "If it has more than 2 numbers, leave out the "
                "first.", _NESTED),
        ),
        (
            _part("return row", "Return that.", _NESTED),
            _part("return sum(row)", "Return the sum of that.", _NESTED),
            _part("return row[-1], len(rows)", "Return a tuple: the last number of that, and how many rows "
                "there are.",
                  _NESTED, _SETS),
            _part("return [row, rows[0]]", "Return a list of that and the first given row.", _NESTED),
            _part("return max(row) - min(row)", "Return the difference between the largest and smallest of "
                "that.", _NESTED),
            _part('return {{"first": row[0], "sum": sum(row)}}',
                  "Return a dictionary with its first number as 'first' and its sum as 'sum'.", _NESTED,
                  _DICTS),
            _part("return len(set(row))", "Return how many different numbers that has.", _SETS, _NESTED),
        ),
        _TABLES, (_NESTED,), "list[list[int]]",
    ),
}  # fmt: skip
"""These worlds by their key."""
