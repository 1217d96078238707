"""Ways to write a pipeline down with classes: tallies, records, rules, checked attributes.

Here: one function a way, from a plan to code, and the table ``OBJECTS``. Not here: data structures and
databases (``styles_structures``).
"""

from __future__ import annotations

from pygrounds_dagster.questions.template.programs.model import draw
from pygrounds_dagster.questions.template.programs.plans import Plan
from pygrounds_dagster.questions.template.programs.styles_plain import Style, any_plan
from pygrounds_dagster.questions.template.programs.writing import (
    body,
    body_of_function,
    function,
    indented,
    looped,
    moved,
    needed,
    returned,
    started,
    target,
)

CLASSES, TYPING, MODEL = "intermediate.classes", "advanced.typing", "master.object_model"


def tally_class(plan: Plan) -> str:
    """State and steps in an object."""
    above = [
        "class Tally:", "    def __init__(self) -> None:", *indented(moved(started(plan), plan, "self"), 2),
        "",
        f"    def add(self, {needed(plan, body(plan))[0]}) -> None:",
        *indented(moved(body_of_function(plan), plan, "self"), 2), "",
        f"    def result(self) -> {plan.result.returns}:",
        *indented(moved(returned(plan.outcome), plan, "self"), 2),
    ]  # fmt: skip
    lines = [
        "tally = Tally()",
        *looped(plan, [f"tally.add({needed(plan, body(plan))[1]})"]),
        "return tally.result()",
    ]
    return function(plan, lines, above)


def tally_property(plan: Plan) -> str:
    """The result is a property; the object is called like a function."""
    above = [
        "class Tally:", "    def __init__(self) -> None:", *indented(moved(started(plan), plan, "self"), 2),
        "",
        f"    def __call__(self, {needed(plan, body(plan))[0]}) -> None:",
        *indented(moved(body_of_function(plan), plan, "self"), 2), "",
        "    @property", f"    def result(self) -> {plan.result.returns}:",
        *indented(moved(returned(plan.outcome), plan, "self"), 2),
    ]  # fmt: skip
    lines = [
        "tally = Tally()",
        *looped(plan, [f"tally({needed(plan, body(plan))[1]})"]),
        "return tally.result",
    ]
    return function(plan, lines, above)


def contains_rule(plan: Plan) -> str:
    """``in`` asks an object whether something counts."""
    row, (given, item) = target(plan), _whole(plan)
    unpacked = [f"{row} = {item}"] if "," in row else []
    above = [
        "class Rule:", f"    def __contains__(self, {given}) -> bool:",
        *indented([*unpacked, f"return {plan.condition}"], 2),
    ]  # fmt: skip
    tested = f"({row})" if "," in row else row
    missed = ["else:", *indented(plan.otherwise)] if plan.otherwise else []
    inner = looped(plan, [f"if {tested} in rule:", *indented(plan.step), *missed])
    return function(plan, ["rule = Rule()", *started(plan), *inner, *returned(plan.outcome)], above)


def sequence_class(plan: Plan) -> str:
    """A collection of its own, with ``len`` and places."""
    book = plan.nouns["records"].capitalize()
    above = [
        f"class {book}Book:", f"    def __init__(self, items: {plan.shape.annotation}) -> None:",
        "        self.items = items", "", "    def __len__(self) -> int:", "        return len(self.items)",
        "",
        "    def __getitem__(self, place: int):", "        return self.items[place]",
    ]  # fmt: skip
    inner = [f"{target(plan)} = book[place]", *body(plan)]
    lines = [
        f"book = {book}Book({plan.loops[0][1]})", *started(plan), "for place in range(len(book)):",
        *indented(inner),
        *returned(plan.outcome),
    ]  # fmt: skip
    return function(plan, lines, above)


def _whole(plan: Plan) -> tuple[str, str]:
    """A record as one parameter with its type, and its name."""
    row = target(plan)
    return ("item: tuple", "item") if "," in row else needed(plan, row)


def rule_classes(plan: Plan) -> str:
    """A simple class, and one built on it that asks it first."""
    word = " and " if " and " in plan.condition else " or "
    first, _, second = plan.condition.partition(word)
    arguments, names = needed(plan, plan.condition, plan.measure, plan.names["v"])
    measure = plan.measure_with(v=f"super().worth({names})")
    above = ["class Rule:"]
    if second:
        above += [f"    def counts(self, {arguments}) -> bool:", f"        return {first}", ""]
    above += [
        f"    def worth(self, {arguments}) -> int:", f"        return {plan.names['v']}", "", "",
        "class Choosy(Rule):", f"    def counts(self, {arguments}) -> bool:",
        f"        return super().counts({names}){word}{second}" if second else f"        return {first}", "",
        f"    def worth(self, {arguments}) -> int:", f"        return {measure}",
    ]  # fmt: skip
    return function(plan, _by_rule(plan, "Choosy()", names), above)


def _by_rule(plan: Plan, rule: str, names: str) -> list[str]:
    missed = ["else:", *indented(plan.otherwise)] if plan.otherwise else []
    step = plan.steps_with(m=f"rule.worth({names})")
    inner = [f"if rule.counts({names}):", *indented(step), *missed]
    return [f"rule = {rule}", *started(plan), *looped(plan, inner), *returned(plan.outcome)]


def protocol_rule(plan: Plan) -> str:
    """A protocol says what a rule can do; any class that can do it will pass."""
    (arguments, names), annotation = needed(plan, plan.condition), plan.shape.annotation
    above = [
        "from typing import Protocol",
        "class Rule(Protocol):", f"    def counts(self, {arguments}) -> bool: ...", "", "",
        "class Limit:", f"    def counts(self, {arguments}) -> bool:", f"        return {plan.condition}",
        "", "",
        f"def judge({plan.parameter}: {annotation}, rule: Rule) -> {plan.result.returns}:",
    ]  # fmt: skip
    missed = ["else:", *indented(plan.otherwise)] if plan.otherwise else []
    inner = [f"if rule.counts({names}):", *indented(plan.step), *missed]
    above += indented([*started(plan), *looped(plan, inner), *returned(plan.outcome)])
    return function(plan, [f"return judge({plan.parameter}, Limit())"], above)


def generic_box(plan: Plan) -> str:
    """A box for items of one type, whatever the type."""
    kind = _item_type(plan)
    row = target(plan)
    above = [
        "from collections.abc import Callable", "from typing import Generic, TypeVar",
        'T = TypeVar("T")', "", "", "class Box(Generic[T]):", ("    def __init__(self, items: list[T]) -> "
        "None:"),
        "        self.items = items", "", '    def only(self, test: Callable[[T], bool]) -> "Box[T]":',
        "        return Box([item for item in self.items if test(item)])",
    ]  # fmt: skip
    test = _item_test(plan)
    inner = [f"for {row} in box.items:", *indented([*plan.before, *plan.step])]
    lines = [
        f"box: Box[{kind}] = Box({plan.parameter})", f"box = box.only(lambda item: {test})", *started(plan),
        *inner, *returned(plan.outcome),
    ]  # fmt: skip
    return function(plan, lines, above)


def _item_type(plan: Plan) -> str:
    return plan.shape.annotation.removeprefix("list[").removesuffix("]")


def _item_test(plan: Plan) -> str:
    """The test, of a whole record called ``item``."""
    names = target(plan).split(", ")
    if len(names) > 1:
        spots = {gap: f"item[{names.index(plan.names[gap])}]" for gap in "vlg" if plan.names[gap] in names}
        return plan.condition_with(**spots)
    own = plan.shape
    texts = {"v": own.value, "l": own.label, "g": own.group}
    filled = {gap: text.format_map(plan.nouns) for gap, text in texts.items()}
    return plan.condition_with(**{gap: _replaced(text, names[0]) for gap, text in filled.items() if text})


def _replaced(text: str, name: str) -> str:
    return "item" if text == name else text.replace(f"{name}[", "item[").replace(f"({name})", "(item)")


_FIELD_TYPES = {"label": "str", "group": "str", "value": "int"}


def _record_class(plan: Plan, head: list[str]) -> list[str]:
    """A class with the record's fields, a test and a measure."""
    own = {gap: f"self.{plan.nouns[noun]}" for gap, noun in (("v", "value"), ("l", "label"), ("g", "group"))}
    names = [plan.nouns[noun] for noun in _fields(plan)]
    types = [_FIELD_TYPES[noun] for noun in _fields(plan)]
    lines = [*head, *(f"    {name}: {kind}" for name, kind in zip(names, types, strict=True)), ""]
    if plan.condition:
        lines += ["    def counts(self) -> bool:", f"        return {plan.condition_with(**own)}", ""]
    return [
        *lines,
        "    @property",
        "    def worth(self) -> int:",
        f"        return {plan.measure_with(**own)}",
    ]


def _fields(plan: Plan) -> list[str]:
    return ["label", "group", "value"] if plan.shape.group else ["label", "value"]


def _by_record(plan: Plan, kind: str) -> list[str]:
    record = plan.nouns["record"]
    filled = f"**{record}" if plan.shape.key == "records" else f"*{record}"
    fields = {"l": f"{record}.{plan.nouns['label']}", "g": f"{record}.{plan.nouns['group']}"}
    step = plan.steps_with(m=f"{record}.worth", **fields)
    missed = ["else:", *indented(plan.otherwise)] if plan.otherwise else []
    inner = [f"if {record}.counts():", *indented(step), *missed] if plan.condition else list(step)
    lines = [f"for {record} in [{kind}({filled}) for {record} in {plan.parameter}]:", *indented(inner)]
    return [*started(plan), *lines, *returned(plan.outcome)]


def data_class(plan: Plan) -> str:
    """A data class for the records."""
    kind = plan.nouns["record"].capitalize()
    frozen = "@dataclass(frozen=True)" if draw("frozen", plan.parts) % 2 else "@dataclass"
    above = ["from dataclasses import dataclass", *_record_class(plan, [frozen, f"class {kind}:"])]
    return function(plan, _by_record(plan, kind), above)


def named_tuple(plan: Plan) -> str:
    """A named tuple with hints for the records."""
    kind = plan.nouns["record"].capitalize()
    above = ["from typing import NamedTuple", *_record_class(plan, [f"class {kind}(NamedTuple):"])]
    return function(plan, _by_record(plan, kind), above)


def is_tested(plan: Plan) -> bool:
    """Whether there is a test, on nothing but the parts that the loop binds."""
    return bool(plan.condition) and not plan.before


def _recorded(plan: Plan) -> bool:
    works = plan.condition or plan.parts[2]
    return plan.shape.key in ("pairs", "triples", "records") and bool(works)


def _boxed(plan: Plan) -> bool:
    return plan.shape.is_list and bool(plan.condition) and not plan.otherwise


def _ruled(plan: Plan) -> bool:
    return bool(plan.condition and plan.parts[2]) and not plan.before


OBJECTS: tuple[Style, ...] = (
    Style("tally_class", tally_class, any_plan, "The object keeps the state; `add` changes it and `result` "
          "reads it.", (f"{CLASSES}.classes_and_objects",), "Write a class that keeps the tally."),
    Style("tally_property", tally_property, any_plan, "`__call__` makes the object work like a function.",
          (f"{CLASSES}.special_methods", f"{MODEL}.attribute_access"),
          "Write a class whose objects can be called like a function."),
    Style("contains_rule", contains_rule, is_tested, "`in` asks `__contains__` of the rule.",
          (f"{CLASSES}.special_methods",), "Let a class with `__contains__` say what counts."),
    Style("sequence_class", sequence_class, lambda p: p.shape.is_list, "`len` and the square brackets work "
          "because the class has `__len__` and `__getitem__`.", (f"{CLASSES}.special_methods",),
          "Wrap the list in a class with `__len__` and `__getitem__`."),
    Style("rule_classes", rule_classes, _ruled, "The second class takes over the first one and replaces its "
          "methods.", (f"{CLASSES}.inheritance",), "Use a class and one that is built on it."),
    Style("protocol_rule", protocol_rule, lambda p: is_tested(p) and not p.shape.preface, "Any class with a "
        "fitting `counts` can be the rule.",
          (f"{TYPING}.protocols",), "Describe the rule by a protocol."),
    Style("generic_box", generic_box, _boxed, "The box works for items of any type; `only` gives a new box.",
          (f"{TYPING}.generics",), "Use a generic class for the collection."),
    Style("data_class", data_class, _recorded, "Every record becomes an object of a data class.",
          (f"{CLASSES}.dataclasses",), "Make a data class for the records."),
    Style("named_tuple", named_tuple, _recorded, "The named tuple gives each field a name and a type.",
          (f"{TYPING}.type_hints",), "Make a named tuple with type hints for the records."),
)  # fmt: skip
"""The ways of this module."""
