"""Ways to write a pipeline down with loops, comprehensions, functions and recursion.

Here: one function a way, from a plan to code, and the table ``PLAIN``. Not here: generators,
objects, libraries (the other ``styles_…`` modules).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pygrounds_dagster.questions.template.programs.model import draw
from pygrounds_dagster.questions.template.programs.plans import Plan
from pygrounds_dagster.questions.template.programs.writing import (
    body,
    body_of_function,
    function,
    grouped,
    indented,
    looped,
    needed,
    returned,
    started,
    target,
)

COLLECTIONS, DATA = "beginner.collections", "intermediate.working_with_data"
FUNCTIONS, ERRORS = "intermediate.functions", "intermediate.errors_and_files"
TOOLS, FLOW = "intermediate.modules_and_tools", "beginner.control_flow"


@dataclass(frozen=True, slots=True)
class Style:
    """A way to write a plan down.

    Attributes:
        key: its own name.
        write: code of a plan.
        can: whether it can write a plan.
        told: a sentence about the way, for the explanation.
        topics: subtopics that teach it, the chief one first; further ones come from the plan.
        hint: a sentence that asks for the way; empty where any way is as good.
        extra: a further sentence of the task, for ways that change what is returned; it stands before the
            task for ``sliced``, after it for all others.
        open_limit: the condition's constant becomes a parameter.
        spread: the argument's list becomes the arguments.
    """

    key: str
    write: Callable[[Plan], str]
    can: Callable[[Plan], bool]
    told: str
    topics: tuple[str, ...]
    hint: str = ""
    extra: Callable[[Plan], str] = lambda _plan: ""
    open_limit: bool = False
    spread: bool = False


def any_plan(_plan: Plan) -> bool:
    """For ways that can write everything."""
    return True


def loop(plan: Plan) -> str:
    """One loop, one test."""
    return function(plan, [*started(plan), *looped(plan, body(plan)), *returned(plan.outcome)])


def guarded(plan: Plan) -> str:
    """The loop passes on at once what does not count."""
    lines = [*plan.before, f"if not {grouped(plan.condition)}:", "    continue", *plan.step]
    return function(plan, [*started(plan), *looped(plan, lines), *returned(plan.outcome)])


def while_place(plan: Plan) -> str:
    """A while loop with a place that moves on."""
    lines = [f"{target(plan)} = {plan.loops[0][1]}[place]", *body(plan), "place += 1"]
    source = plan.loops[0][1]
    loop_lines = ["place = 0", f"while place < len({source}):", *indented(lines)]
    return function(plan, [*started(plan), *loop_lines, *returned(plan.outcome)])


def while_left(plan: Plan) -> str:
    """A while loop that takes the first item away until none is left."""
    lines = [f"{target(plan)} = waiting.pop(0)", *body(plan)]
    loop_lines = [f"waiting = list({plan.loops[0][1]})", "while waiting:", *indented(lines)]
    return function(plan, [*started(plan), *loop_lines, *returned(plan.outcome)])


# --- comprehensions ---------------------------------------------------------------------------------------

CHOSEN: Mapping[str, tuple[str, ...]] = {
    "count": ("len(chosen)",),
    "total": ("sum(chosen)",),
    "largest": ("max(chosen, default=0)",),
    "smallest": ("min(chosen, default=-1)",),
    "mean": ("if not chosen:", "    return 0.0", "round(sum(chosen) / len(chosen), 1)"),
    "spread": ("if not chosen:", "    return 0", "max(chosen) - min(chosen)"),
    "values": ("chosen",),
    "backwards": ("chosen[::-1]",),
    "last_three": ("chosen[-3:]",),
    "running": ("[sum(chosen[: place + 1]) for place in range(len(chosen))]",),
    "sorted": ("sorted(set(chosen))",),
    "top": ("sorted(chosen, reverse=True)[:3]",),
    "middle": ("if not chosen:", "    return 0", "sorted(chosen)[len(chosen) // 2]"),
    "second": ("ordered = sorted(set(chosen))", "if len(ordered) < 2:", "    return -1", "ordered[-2]"),
    "different": ("len(set(chosen))",),
    "repeated": ("sorted({number for number in chosen if chosen.count(number) > 1})",),
    "both": ("len(chosen), sum(chosen)",),
    "rises": ("sum(after > before for before, after in zip(chosen, chosen[1:]))",),
}
"""Results from the list of all measures, ``chosen``."""

_IN_ONE = {
    "count": "sum(1 {loop})",
    "total": "sum({m} {loop})",
    "largest": "max(({m} {loop}), default=0)",
    "smallest": "min(({m} {loop}), default=-1)",
    "values": "[{m} {loop}]",
    "sorted": "sorted({{{m} {loop}}})",
    "different": "len({{{m} {loop}}})",
    "names": "[{l} {loop}]",
    "shouted": "sorted({l}.upper() {loop})",
    "initials": '"".join({l}[0] {loop})',
    "lookup": "{{{l}: {m} {loop}}}",
    "ranking": "[{l_name} for _, {l_name} in sorted(({m}, {l}) {loop})]",
    "notes": '[f"{{{l}}}: {{{m}}}" {loop}]',
    "columns": '[f"{{{l}:<10}}{{{m}:>5}}" {loop}]',
}
_GROUPS = {
    "group_count": "{{one: sum(1 {loop} {where} {g} == one) for one in groups}}",
    "group_total": "{{one: sum({m} {loop} {where} {g} == one) for one in groups}}",
    "group_best": "{{one: max({m} {loop} {where} {g} == one) for one in groups}}",
    "group_names": "{{one: [{l} {loop} {where} {g} == one] for one in groups}}",
}


def _fors(plan: Plan) -> str:
    return " ".join(f"for {name} in {source}" for name, source in plan.loops)


def _filtered(plan: Plan) -> str:
    return _fors(plan) + (f" if {plan.condition}" if plan.condition else "")


def can_comprehend(plan: Plan) -> bool:
    """Whether one expression says it all."""
    if plan.before:
        return False
    base = plan.result.key.partition("_")
    return plan.result.key in (*_IN_ONE, *CHOSEN) or (base[0] == "group" and bool(plan.outcome))


def comprehension(plan: Plan) -> str:
    """Comprehensions instead of loops."""
    gaps = {**plan.names, "m": plan.measure}
    key = plan.result.key
    if key in _IN_ONE:
        return function(plan, returned([_IN_ONE[key].format_map({**gaps, "loop": _filtered(plan)})]))
    if key in CHOSEN:
        return function(plan, [f"chosen = [{plan.measure} {_filtered(plan)}]", *returned(CHOSEN[key])])
    base = next(name for name in _GROUPS if key.startswith(name))
    where = f"if {grouped(plan.condition)} and" if plan.condition else "if"
    each = _GROUPS[base].format_map({**gaps, "loop": _fors(plan), "where": where})
    state = plan.result.start[0][0]
    return function(
        plan,
        [f"groups = {{{plan.names['g']} {_filtered(plan)}}}", f"{state} = {each}", *returned(plan.outcome)],
    )


# --- slices -----------------------------------------------------------------------------------------------

_SLICES = (
    ("[2:]", "Leave out the first two {many}."),
    ("[:-1]", "Leave out the last of the {many}."),
    ("[::2]", "Use only every second of the {many}, beginning with the first."),
    ("[1::2]", "Use only every second of the {many}, beginning with the second."),
    ("[-4:]", "Use only the last four {many}, or all if there are fewer."),
    ("[:5]", "Use only the first five {many}, or all if there are fewer."),
    ("[::-1]", "Go through the {many} from the last to the first."),
    ("[1:-1]", "Leave out the first and the last of the {many}."),
    ("[: len({p}) // 2]", ("Use only the first half of the {many}; with an odd number, the middle one is "
        "not in it.")),
    ("[::3]", "Use only every third of the {many}, beginning with the first."),
)  # fmt: skip


def _slice(plan: Plan) -> tuple[str, str]:
    return _SLICES[draw("slice", plan.parts) % len(_SLICES)]


def sliced(plan: Plan) -> str:
    """A loop over a slice."""
    part = _slice(plan)[0].replace("{p}", plan.parameter)
    lines = [f"for {target(plan)} in {plan.parameter}{part}:", *indented(body(plan))]
    return function(plan, [*started(plan), *lines, *returned(plan.outcome)])


def _slice_told(plan: Plan) -> str:
    return _slice(plan)[1].format(many=plan.shape.noun[1].format_map(plan.nouns))


# --- functions --------------------------------------------------------------------------------------------


def helped(plan: Plan) -> str:
    """Test and measure as functions of their own."""
    given, names = needed(plan, plan.condition)
    above = [f"def is_wanted({given}) -> bool:", f"    return {plan.condition}"]
    step = plan.step
    if plan.parts[2]:
        given, worth_names = needed(plan, plan.measure)
        above += ["", "", f"def worth_of({given}) -> int:", f"    return {plan.measure}"]
        step = plan.steps_with(m=f"worth_of({worth_names})")
    missed = ["else:", *indented(plan.otherwise)] if plan.otherwise else []
    lines = [f"if is_wanted({names}):", *indented(step), *missed]
    return function(plan, [*started(plan), *looped(plan, lines), *returned(plan.outcome)], above)


def nested_function(plan: Plan) -> str:
    """An inner function that changes names of the outer one."""
    rebound = ", ".join(name for name, _value in plan.result.start)
    given, names = needed(plan, body(plan))
    inner = [f"def add({given}) -> None:", *indented([f"nonlocal {rebound}", *body_of_function(plan)]), ""]
    lines = looped(plan, [f"add({names})"])
    return function(plan, [*started(plan), "", *inner, *lines, *returned(plan.outcome)])


def spread_arguments(plan: Plan) -> str:
    """Any number of arguments."""
    value, values = plan.nouns["value"], plan.nouns["values"]
    head = f"def {plan.name}(*{values}: int) -> {plan.result.returns}:"
    loop_lines = [f"for {value} in {values}:", *indented(body(plan))]
    lines = [*started(plan), *loop_lines, *returned(plan.outcome)]
    return "\n".join([head, *indented(lines)]) + "\n"


def checked(plan: Plan) -> str:
    """A function that raises an error for what does not count, and a loop that catches it."""
    given, names = needed(plan, plan.condition, plan.measure)
    above = [
        f"def checked({given}) -> int:",
        f"    if not {grouped(plan.condition)}:",
        '        raise ValueError("this one does not count")',
        f"    return {plan.measure}",
    ]
    missed = list(plan.otherwise) or ["continue"]
    tried = ["try:", f"    worth = checked({names})", "except ValueError:", *indented(missed)]
    lines = [*tried, "else:", *indented(plan.steps_with(m="worth"))]
    return function(plan, [*started(plan), *looped(plan, lines), *returned(plan.outcome)], above)


# --- recursion --------------------------------------------------------------------------------------------

_REST: Mapping[str, tuple[str, str]] = {
    "count": ("0", "1 + rest"),
    "total": ("0", "{m} + rest"),
    "largest": ("0", "max({m}, rest)"),
    "values": ("[]", "[{m}, *rest]"),
    "backwards": ("[]", "[*rest, {m}]"),
    "sorted": ("[]", "sorted({{{m}, *rest}})"),
    "top": ("[]", "sorted([{m}, *rest], reverse=True)[:3]"),
    "both": ("0, 0", "rest[0] + 1, rest[1] + {m}"),
    "names": ("[]", "[{l}, *rest]"),
    "shouted": ("[]", "sorted([{l}.upper(), *rest])"),
    "initials": ('""', "{l}[0] + rest"),
    "lookup": ("{{}}", "{{{l}: {m}}} | rest"),
    "group_count": ("{{}}", "rest | {{{g}: rest.get({g}, 0) + 1}}"),
    "group_total": ("{{}}", "rest | {{{g}: rest.get({g}, 0) + {m}}}"),
    "group_best": ("{{}}", "rest | {{{g}: max(rest.get({g}, 0), {m})}}"),
    "group_names": ("{{}}", "rest | {{{g}: [{l}, *rest.get({g}, [])]}}"),
}


def recursion(plan: Plan) -> str:
    """The first item and the answer for the rest."""
    base, combined = (
        text.format_map({**plan.names, "m": _safe(plan.measure)}) for text in _REST[plan.result.key]
    )
    source = plan.parameter
    given = "[1:], limit)" if plan.limit else "[1:])"
    lines = [
        f"if not {source}:", f"    return {base}", f"rest = {plan.name}({source}{given}",
        f"{target(plan)} = {source}[0]", *plan.before,
    ]  # fmt: skip
    if plan.condition:
        lines += [f"if {plan.condition}:", f"    return {combined}", "return rest"]
    else:
        lines.append(f"return {combined}")
    return function(plan, lines)


def halves(plan: Plan) -> str:
    """The answers for both halves, put together."""
    joined = {"count": "{a} + {b}", "total": "{a} + {b}", "largest": "max({a}, {b})", "values": "{a} + {b}",
              "names": "{a} + {b}", "initials": "{a} + {b}", "backwards": "{b} + {a}",
              "sorted": "sorted({{*{a}, *{b}}})", "top": "sorted({a} + {b}, reverse=True)[:3]"}  # fmt: skip
    gaps = {**plan.names, "m": _safe(plan.measure)}
    base, combined = (text.format_map(gaps) for text in _REST[plan.result.key])
    single = (
        combined.replace("*rest, ", "").replace(", *rest", "").replace(", rest", "").replace(" + rest", "")
    )
    single = single.removeprefix("max(").removesuffix(")") if plan.result.key == "largest" else single
    single = single.replace("1 + rest", "1")
    name, source = plan.name, plan.parameter
    both = joined[plan.result.key].format(a=f"{name}({source}[:half])", b=f"{name}({source}[half:])")
    one = [f"{target(plan)} = {source}[0]", *plan.before]
    tested = [f"return {single} if {plan.condition} else {base}"] if plan.condition else [f"return {single}"]
    lines = [
        f"if not {source}:", f"    return {base}", f"if len({source}) == 1:", *indented([*one, *tested]),
        f"half = len({source}) // 2", f"return {both}",
    ]  # fmt: skip
    return function(plan, lines)


def _safe(measure: str) -> str:
    return f"({measure})" if " if " in measure else measure


def _is_list(plan: Plan) -> bool:
    return plan.shape.is_list


def _bound_early(plan: Plan) -> bool:
    return not plan.before and bool(plan.condition)


_HALVES = ("count", "total", "largest", "values", "names", "initials", "backwards", "sorted", "top")
PLAIN: tuple[Style, ...] = (
    Style("loop", loop, any_plan, "A `for` loop goes through the data once.",
          (f"{FLOW}.for_loops", f"{FLOW}.conditionals")),
    Style("guarded", guarded, lambda p: bool(p.condition) and not p.otherwise,
          "The loop passes over what does not count with `continue`.",
          (f"{FLOW}.conditionals", f"{FLOW}.for_loops")),
    Style("while_place", while_place, _is_list, "A `while` loop moves a place from 0 to the end of the list.",
          (f"{FLOW}.while_loops",), "Practise a `while` loop here."),
    Style("while_left", while_left, _is_list, "A `while` loop takes one item after the other from a copy.",
          (f"{FLOW}.while_loops",), "Practise a `while` loop here; the list that is passed in must not "
              "change."),
    Style("comprehension", comprehension, can_comprehend, "A comprehension builds what is needed in one "
        "line.",
          (f"{DATA}.comprehensions",), "Try it with a comprehension."),
    Style("sliced", sliced, _is_list, "A slice picks the part of the list that the loop goes through.",
          (f"{COLLECTIONS}.slicing",), "", _slice_told),
    Style("helped", helped, _bound_early, "Small functions hold the test and what is worked out, so that "
        "each can be "
          "tried alone.", (f"{FUNCTIONS}.defining_functions", f"{TOOLS}.testing", f"{TOOLS}.debugging"),
          "Put the test into a small function of its own."),
    Style("spread", spread_arguments, lambda p: p.shape.key == "numbers" and not p.before,
          "The star before the parameter gathers all arguments.", (f"{FUNCTIONS}.arguments",), spread=True),
    Style("limited", loop, lambda p: bool(p.limit), "The limit is a parameter with a default value.",
          (f"{FUNCTIONS}.arguments", f"{FUNCTIONS}.defining_functions"), open_limit=True),
    Style("inner", nested_function, any_plan, "The inner function changes names of the outer one, which "
          "`nonlocal` allows.", (f"{FUNCTIONS}.scope",), "Let an inner function do the work for one item."),
    Style("checked", checked, _bound_early, "A function raises `ValueError` for what does not count; the "
        "loop "
          "catches it.", (f"{ERRORS}.exceptions",), "Let a helper raise `ValueError` for what does not "
          "count."),
    Style("recursion", recursion, lambda p: p.shape.is_list and p.result.key in _REST,
          "The function calls itself with the rest of the list; an empty list ends this.",
          ("advanced.algorithms.recursion",), "Do it by recursion, without a loop."),
    Style("halves", halves, lambda p: p.shape.is_list and p.result.key in _HALVES and not p.limit,
          "The list is cut into two halves until one item is left.",
          ("advanced.algorithms.recursion", "advanced.algorithms.sorting_algorithms",
           "advanced.algorithms.complexity"), "Solve it by cutting the list into halves."),
)  # fmt: skip
"""The ways of this module."""
