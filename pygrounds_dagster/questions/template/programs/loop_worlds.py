"""Worlds of first loops: a number is counted up, halved, taken apart, a text grows.

Here: tables. Not here: worlds without loops (``text_worlds``, ``value_worlds``), programs of
them (``texts``).
"""

from __future__ import annotations

from collections.abc import Mapping

from pygrounds_dagster.questions.template.programs.formulas import Part
from pygrounds_dagster.questions.template.programs.text_worlds import World

_FOR, _WHILE = "beginner.control_flow.for_loops", "beginner.control_flow.while_loops"
_IF, _NUMBERS = "beginner.control_flow.conditionals", "beginner.basics.numbers"
_FORMAT, _SETS = "beginner.basics.formatted_output", "beginner.collections.tuples_and_sets"


def _loop(start: str, head: str, body: str, told: str, *topics: str) -> Part:
    lines = [start, head, *(f"    {line}" for line in body.split("; "))]
    return Part(tuple(line for line in lines if line), told, topics)


def _part(lines: str, told: str, *topics: str) -> Part:
    return Part(tuple(lines.split("\n")) if lines else (), told, topics)


_WHILE_TAKES = (
    _loop("count = 0", "while number > 1:", "number //= 2; count += 1",
          "Cut `number` in half, rounded down, until it is 1 or less, and count how often.", _WHILE),
    _loop("count = 0", "while number > 0:", "number -= 7; count += 1",
          "Take 7 away from `number` until it is 0 or less, and count how often.", _WHILE),
    _loop("count = 1", "while count < number:", "count *= 2",
          "Find the first of the numbers 1, 2, 4, 8, 16 and so on that is not below `number`.", _WHILE),
    _loop("count = 0", "while count * count < number:", "count += 1",
          "Find the smallest whole number, from 0 on, whose square is not below `number`.", _WHILE),
    _loop("count = 0", "while number > 0:", "count += number % 10; number //= 10",
          "Add up the digits of `number`.", _WHILE),
    _loop("count = number", "while count % 6 != 0:", "count += 1",
          "Find the first number, from `number` on, that is a multiple of 6.", _WHILE),
    _loop("count = 0", "while number >= 10:", "number //= 10; count += 1",
          "Drop the last digit of `number` until one digit is left, and count how often.", _WHILE),
    _loop("count = number", "while count > 20:", "count -= 9",
          "Take 9 away from `number` until the rest is 20 or less; go on with the rest.", _WHILE),
    _loop("count = 0", "while number % 2 == 0 and number > 0:", "number //= 2; count += 1",
          "Count how often `number` can be halved without a rest; for 0, that is 0 times.", _WHILE),
    _loop("count, total = 0, 0", "while total < number:", "count += 1; total += count",
          "Add up 1, 2, 3 and so on until the sum is not below `number`, and count how many numbers that "
          "took.",
          _WHILE),
    _loop("count = 0", "while number > 0:", "number -= count + 1; count += 1",
          "Take 1 away from `number`, then 2, then 3 and so on, until it is 0 or less, and count how "
          "often.", _WHILE),
    _loop("count = 100", "while count > number:", "count -= 15",
          "Begin at 100 and take 15 away until the rest is not above `number`; go on with the rest.", _WHILE),
)  # fmt: skip
_FOR_TAKES = (
    _loop("count = 0", "for step in range(1, number + 1):", "count += step",
          "Add up the numbers from 1 to `number`.", _FOR),
    _loop("count = 0", "for step in range(number):", "count += step * step",
          "Add up the squares of the numbers from 0 to just below `number`.", _FOR),
    _loop("count = 0", "for step in range(0, number + 1, 2):", "count += step",
          "Add up the even numbers from 0 to `number`.", _FOR),
    _loop("count = 0", "for step in range(3, number, 3):", "count += 1",
          "Count the multiples of 3 from 3 to just below `number`.", _FOR),
    _loop("count = 1", "for step in range(number % 6):", "count *= 3",
          "Begin with 1 and multiply it by 3 as often as the rest of `number` divided by 6 says.", _FOR),
    _loop("count = 0", "for digit in str(number):", "count += int(digit)", "Add up the digits of `number`.",
        _FOR),
    _loop("count = 0", "for digit in str(number):", "count = max(count, int(digit))",
          "Find the largest digit of `number`.", _FOR),
    _loop("count = number", "for step in (2, 3, 4):", "count += count // step",
          "Begin with `number`; add half of it, rounded down, then a third of the new number, then a "
          "quarter of the "
          "newest.", _FOR),
    _loop("count = 50", "for step in range(number):", "count -= 2",
          "Begin with 50 and take 2 away `number` times.", _FOR),
    _loop("count = 0", "for step in range(number, 0, -1):", "count = step - count",
          "Begin with 0. For each number from `number` down to 1, take what you have away from it.", _FOR),
    _loop("count = 0", "for step in range(2, number):", "count += number % step == 0",
          "Count the numbers from 2 to just below `number` that divide it without a rest.", _FOR),
    _loop("count = 0", "for step in range(1, number + 1):", "count += step % 4",
          "For each number from 1 to `number`, take its rest when divided by 4, and add them up.", _FOR),
)  # fmt: skip
_CHANGES = (
    _part("", ""),
    _part("count += 2", "Add 2 to that.", _NUMBERS),
    _part("count *= 3", "Multiply that by 3.", _NUMBERS),
    _part("count = count % 5", "Take the rest of that when it is divided by 5.", _NUMBERS),
    _part("if count > 4:\n    count -= 1", "If that is above 4, take 1 away.", _IF),
    _part("count = abs(count - 10)", "Take its distance from 10.", _NUMBERS),
)
_ANSWERS = (
    _part("return count", "Return the result."),
    _part("return count * 10 + 1", "Return ten times the result, plus 1.", _NUMBERS),
    _part("return count, count // 2", "Return a tuple: the result, and half of it, rounded down.", _SETS),
    _part("return count % 2 == 0", "Return whether the result is even."),
    _part('return f"{{count}} turns"', "Return a text like '4 turns' with the result.", _FORMAT),
    _part('return "*" * count', "Return a text of as many stars as the result says; below 1, an empty text."),
    _part(
        'return "big" if count > 6 else "small"',
        "Return 'big' if the result is above 6, otherwise 'small'.",
        _IF,
    ),
)
_GIVEN = tuple((number,) for number in (6, 0, 1, 12, 35, 7, 20, 64, 100, 4))

LOOP_WORLDS: Mapping[str, World] = {
    "turns": World("work_through", "number", "`number` is a whole number, not below 0.", (), _WHILE_TAKES,
    _CHANGES,
                   _ANSWERS, _GIVEN, (_WHILE, _WHILE), "int"),
    "rounds": World("go_round", "number", "`number` is a whole number, not below 0.", (), _FOR_TAKES,
    _CHANGES,
                    _ANSWERS, _GIVEN, (_FOR, _FOR), "int"),
}  # fmt: skip
"""These worlds by their key."""
