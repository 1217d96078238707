"""Ways to write a pipeline down with enums, checked attributes and classes that know each other.

Here: one function a way, from a plan to code, and the table ``MODELS``. Not here: tallies, rules and records
(``styles_objects``).
"""

from __future__ import annotations

from pygrounds_dagster.questions.template.programs.plans import Plan
from pygrounds_dagster.questions.template.programs.styles_objects import CLASSES, MODEL, is_tested
from pygrounds_dagster.questions.template.programs.styles_plain import Style
from pygrounds_dagster.questions.template.programs.writing import (
    body,
    body_of_function,
    function,
    grouped,
    indented,
    looped,
    moved,
    needed,
    returned,
    started,
)


def enumerated(plan: Plan) -> str:
    """An enum names the two answers of the test."""
    given, names = needed(plan, plan.condition)
    above = [
        "from enum import Enum",
        "class Answer(Enum):", '    COUNTS = "counts"', '    LEFT_OUT = "left out"', "", "",
        f"def answer_for({given}) -> Answer:", f"    if {plan.condition}:",
        "        return Answer.COUNTS", "    return Answer.LEFT_OUT",
    ]  # fmt: skip
    missed = ["else:", *indented(plan.otherwise)] if plan.otherwise else []
    inner = [f"if answer_for({names}) is Answer.COUNTS:", *indented(plan.step), *missed]
    return function(plan, [*started(plan), *looped(plan, inner), *returned(plan.outcome)], above)


def size_enum(plan: Plan) -> str:
    """An enum with three sizes; only two of them count."""
    value, (low, high) = plan.nouns["value"], _two_limits(plan)
    above = [
        "from enum import IntEnum",
        "class Size(IntEnum):", "    SMALL = 1", "    MIDDLE = 2", "    LARGE = 3", "", "    @classmethod",
        f'    def of(cls, {value}: int) -> "Size":', f"        if {value} < {low}:",
        "            return cls.SMALL",
        f"        return cls.MIDDLE if {value} < {high} else cls.LARGE",
    ]  # fmt: skip
    step = plan.steps_with(m=f"Size.of({plan.names['v']}).value")
    return function(plan, [*started(plan), *looped(plan, body(plan, step)), *returned(plan.outcome)], above)


def _two_limits(plan: Plan) -> tuple[int, int]:
    big = int(plan.names["big"])
    return max(2, big // 3), max(4, big * 2 // 3)


def descriptor(plan: Plan) -> str:
    """A descriptor refuses what does not count."""
    value = plan.nouns["value"]
    test = plan.condition_with(v="number")
    above = [
        "class Checked:", "    def __set_name__(self, owner: type, name: str) -> None:",
        '        self.name = f"_{name}"', "", "    def __get__(self, instance: object, owner: type) -> int:",
        "        return getattr(instance, self.name)", "",
        "    def __set__(self, instance: object, number: int) -> None:", f"        if not {grouped(test)}:",
        '            raise ValueError("this one does not count")', ("        setattr(instance, self.name, "
        "number)"), "",
        "", "class Entry:", f"    {value} = Checked()", "", f"    def __init__(self, {value}: int) -> None:",
        f"        self.{value} = {value}",
    ]  # fmt: skip
    return function(plan, _tried(plan, f"Entry({plan.names['v']})", f"entry.{value}"), above)


def setter(plan: Plan) -> str:
    """A property whose setter refuses what does not count."""
    value = plan.nouns["value"]
    test = plan.condition_with(v="number")
    above = [
        "class Entry:", f"    def __init__(self, {value}: int) -> None:", f"        self.{value} = {value}",
        "",
        "    @property", f"    def {value}(self) -> int:", "        return self._number", "",
        f"    @{value}.setter", f"    def {value}(self, number: int) -> None:",
        f"        if not {grouped(test)}:",
        '            raise ValueError("this one does not count")', "        self._number = number",
    ]  # fmt: skip
    return function(plan, _tried(plan, f"Entry({plan.names['v']})", f"entry.{value}"), above)


def _tried(plan: Plan, made: str, value: str) -> list[str]:
    missed = list(plan.otherwise) or ["continue"]
    tried = ["try:", f"    entry = {made}", "except ValueError:", *indented(missed)]
    step = plan.steps_with(
        m=plan.measure_with(v=value) if " if " not in plan.measure else f"worth_of({value})"
    )
    inner = [*plan.before, *tried, "else:", *indented(step)]
    return [*started(plan), *looped(plan, inner), *returned(plan.outcome)]


def missing_attribute(plan: Plan) -> str:
    """``__getattr__`` answers for attributes that nobody set."""
    state, start = plan.result.start[0]
    above = [
        "class Tally:", "    def __getattr__(self, name: str):", f'        if name == "{state}":',
        f"            self.{state} = {start}", f"            return self.{state}",
        "        raise AttributeError(name)", "", (f"    def add(self, {needed(plan, body(plan))[0]}) -> "
        f"None:"),
        *indented(moved(body_of_function(plan), plan, "self"), 2), "", (f"    def result(self) -> "
            f"{plan.result.returns}:"),
        *indented(moved(returned(plan.outcome), plan, "self"), 2),
    ]  # fmt: skip
    lines = [
        "tally = Tally()",
        *looped(plan, [f"tally.add({needed(plan, body(plan))[1]})"]),
        "return tally.result()",
    ]
    return function(plan, lines, above)


def registered(plan: Plan) -> str:
    """A metaclass keeps a list of the classes that it made."""
    above = [
        "class Known(type):", "    rules: list[type] = []", "",
        "    def __new__(meta, name: str, bases: tuple, members: dict):",
        "        made = super().__new__(meta, name, bases, members)", "        if bases:",
        "            meta.rules.append(made)", "        return made", "", "",
    ]  # fmt: skip
    return _by_known_rules(plan, above, "class Rule(metaclass=Known):", [], "Known.rules")


def subclass_hook(plan: Plan) -> str:
    """``__init_subclass__`` notes every class that is built on the first."""
    hook = [
        "    known: list[type] = []",
        "",
        "    def __init_subclass__(cls) -> None:",
        "        Rule.known.append(cls)",
        "",
    ]
    return _by_known_rules(plan, [], "class Rule:", hook, "Rule.known")


def _by_known_rules(plan: Plan, above: list[str], head: str, hook: list[str], known: str) -> str:
    """Both halves of the condition as rules of their own, which a list of classes knows."""
    word = " and " if " and " in plan.condition else " or "
    arguments, names = needed(plan, plan.condition)
    rules = [
        *above,
        head,
        *hook,
        f"    def counts(self, {arguments}) -> bool:",
        "        raise NotImplementedError",
    ]
    for name, test in zip(("First", "Second"), plan.condition.split(word), strict=True):
        rules += [
            "",
            "",
            f"class {name}(Rule):",
            f"    def counts(self, {arguments}) -> bool:",
            f"        return {test}",
        ]
    all_or_any = "all" if word == " and " else "any"
    missed = ["else:", *indented(plan.otherwise)] if plan.otherwise else []
    inner = [f"if {all_or_any}(rule().counts({names}) for rule in {known}):", *indented(plan.step), *missed]
    return function(plan, [*started(plan), *looped(plan, inner), *returned(plan.outcome)], rules)


def _two_tests(plan: Plan) -> bool:
    return is_tested(plan) and (" and " in plan.condition) != (" or " in plan.condition)


def _by_number(plan: Plan) -> bool:
    """Whether the test and the fold look at nothing but the number."""
    code = plan.condition_with(v="", l="?", g="?")
    return bool(plan.condition) and "?" not in code and not plan.before and " if " not in plan.measure


def _sized(plan: Plan) -> bool:
    plain = not plan.parts[2] and "m" in plan.uses and plan.result.key not in ("until", "columns")
    return plain and plan.shape.key not in ("words", "digits", "range") and not plan.before


def _sizes_told(plan: Plan) -> str:
    (low, high), value = _two_limits(plan), plan.nouns["value"]
    return (
        f"Do not use the {plan.nouns['values']} themselves but their size: 1 for {plan.nouns['a_value']} "
        f"below {low}, "
        f"2 for one from {low} to {high - 1}, 3 for a larger {value}."
    )


MODELS: tuple[Style, ...] = (
    Style("enumerated", enumerated, is_tested, "The enum gives the two answers of the test clear names.",
          (f"{CLASSES}.enums",), "Give the two answers of the test names in an enum."),
    Style("size_enum", size_enum, _sized, "`Size.of` turns a number into one of three sizes.",
          (f"{CLASSES}.enums",), "Use an enum for the sizes.", _sizes_told),
    Style("descriptor", descriptor, _by_number, "The descriptor refuses a number that does not count with a "
          "`ValueError`.", (f"{MODEL}.descriptors",), "Let a descriptor refuse what does not count."),
    Style("setter", setter, _by_number, "The setter of the property refuses a number that does not count.",
          (f"{MODEL}.attribute_access",), "Let a property refuse what does not count."),
    Style("missing_attribute", missing_attribute, lambda p: len(p.result.start) == 1,
        "`__getattr__` is asked "
          "only when the attribute does not exist yet.", (f"{MODEL}.attribute_access",),
          "Let `__getattr__` make the first value."),
    Style("registered", registered, _two_tests, "The metaclass notes every class built on `Rule`.",
          (f"{MODEL}.metaclasses",), "Let a metaclass collect the rules."),
    Style("subclass_hook", subclass_hook, _two_tests, "`__init_subclass__` runs for every class built on "
        "`Rule`.",
          (f"{MODEL}.metaclasses",), "Let `__init_subclass__` collect the rules."),
)  # fmt: skip
"""The ways of this module."""
