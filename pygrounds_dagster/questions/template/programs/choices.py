"""Conditions and measures: which records of a pipeline count, and what is taken from each.

Here: tables; ``{v}``, ``{l}`` and ``{g}`` stand for the expressions of number, name and group, ``{k}`` and
``{k2}`` for constants. Not here: what becomes of the taken numbers (``results``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Condition:
    """Which records count.

    Attributes:
        key: its own name; empty: all of them.
        code: the test.
        of_number: how a number is described that passes, after "is": ``above 20 cedis``.
        of_many: the same of several, after "that": ``are above 20 cedis``.
        clause: the whole clause where the test is not about the number: ``{label} starts with …``.
        needs: expressions that the form of data must have: some of ``lg``.
        constants: how ``k`` is drawn: ``limit`` (of the theme), ``small`` (2 to 7), ``letter``, ``group``.
    """

    key: str
    code: str
    of_number: str = ""
    of_many: str = ""
    clause: str = ""
    needs: str = ""
    constants: str = "limit"


CONDITIONS: Mapping[str, Condition] = {
    c.key: c
    for c in (
        Condition("", ""),
        Condition("above", "{v} > {k}", "above {k}{unit}", "are above {k}{unit}"),
        Condition("least", "{v} >= {k}", "at least {k}{unit}", "are at least {k}{unit}"),
        Condition("below", "{v} < {k}", "below {k}{unit}", "are below {k}{unit}"),
        Condition("most", "{v} <= {k}", "at most {k}{unit}", "are at most {k}{unit}"),
        Condition("between", "{k} <= {v} <= {k2}", "from {k} to {k2}{unit}, both included",
                  "are from {k} to {k2}{unit}, both included"),
        Condition("outside", "{v} < {k} or {v} > {k2}", "below {k} or above {k2}{unit}",
                  "are below {k} or above {k2}{unit}"),
        Condition("even", "{v} % 2 == 0", "even", "are even"),
        Condition("odd", "{v} % 2 == 1", "odd", "are odd"),
        Condition("multiple", "{v} % {k} == 0", "a multiple of {k}", "are multiples of {k}",
            constants="small"),
        Condition("no_multiple", "{v} % {k} != 0", "not a multiple of {k}", "are not multiples of {k}",
                  constants="small"),
        Condition("ends", "{v} % 10 == {k}", "a number that ends in {k}", "end in {k}",
                  constants="small"),
        Condition("even_above", "{v} % 2 == 0 and {v} > {k}", "even and above {k}{unit}",
                  "are even and above {k}{unit}"),
        Condition("odd_or_above", "{v} % 2 == 1 or {v} >= {k}", "odd or at least {k}{unit}",
                  "are odd or at least {k}{unit}"),
        Condition("letter", '"{k}" in {l}.lower()', clause="{label} has the letter '{k}' in it, "
                  "small or capital", needs="l", constants="letter"),
        Condition("long", "len({l}) > {k}", clause="{label} has more than {k} letters", needs="l",
                  constants="small"),
        Condition("short", "len({l}) <= {k}", clause="{label} has at most {k} letters", needs="l",
                  constants="small"),
        Condition("long_above", "len({l}) > 4 and {v} >= {k}",
                  clause="{label} has more than 4 letters and whose {value} is at least {k}{unit}",
                      needs="l"),
        Condition("group", '{g} == "{k}"', clause="{group} is '{k}'", needs="g", constants="group"),
        Condition("not_group", '{g} != "{k}"', clause="{group} is not '{k}'", needs="g", constants="group"),
        Condition("group_above", '{g} == "{k2}" and {v} > {k}',
                  clause="{group} is '{k2}' and whose {value} is above {k}{unit}", needs="g",
                  constants="limit_group"),
        Condition("group_or_least", '{g} == "{k2}" or {v} >= {k}',
                  clause="{group} is '{k2}' or whose {value} is at least {k}{unit}", needs="g",
                  constants="limit_group"),
    )
}  # fmt: skip
"""Conditions by their key."""


@dataclass(frozen=True, slots=True)
class Measure:
    """What is taken from a record.

    Attributes:
        key: its own name; empty: the number itself.
        code: the expression.
        told: in words, after "work out".
        constants: as in ``Condition``.
        can_be_negative: whether it may give a number below 0.
    """

    key: str
    code: str
    told: str = ""
    constants: str = ""
    can_be_negative: bool = False


MEASURES: Mapping[str, Measure] = {
    m.key: m
    for m in (
        Measure("", "{v}"),
        Measure("double", "{v} * 2", "twice the {value}"),
        Measure("plus", "{v} + {m}", "the {value} plus {m}", "small"),
        Measure("half", "{v} // 2", "half the {value}, rounded down"),
        Measure("square", "{v} ** 2", "the square of the {value}"),
        Measure("tenth_off", "{v} * 9 // 10", "nine tenths of the {value}, rounded down"),
        Measure("rest", "{v} % {m}", "what is left over when the {value} is divided by {m}", "small"),
        Measure("packs", "{v} // {m}", "how many times {m} fits into the {value}", "small"),
        Measure("capped", "min({v}, {m})", "the {value}, or {m} if it is more than that", "limit"),
        Measure("raised", "max({v}, {m})", "the {value}, or {m} if it is less than that", "limit"),
        Measure("distance", "abs({v} - {m})", "how far the {value} is from {m}", "limit"),
        Measure("over", "{v} - {m}", "the {value} minus {m}; this may be below 0", "limit", True),
        Measure("fee", "{v} + 3 if {v} < {m} else {v}", "the {value}, with 3 added if it is below {m}",
                "limit"),
        Measure("halved", "{v} // 2 if {v} > {m} else {v}",
                "the {value}, but only half of it, rounded down, if it is above {m}", "limit"),
    )
}  # fmt: skip
"""Measures by their key."""
