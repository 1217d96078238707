"""Ways to write a pipeline down with generators, iterators, functional tools, closures, decorators.

Here: one function a way, from a plan to code, and the table ``LAZY``. Not here: plain ways
(``styles_plain``), ways with classes (``styles_objects``).
"""

from __future__ import annotations

from collections.abc import Mapping

from pygrounds_dagster.questions.template.programs.plans import Plan
from pygrounds_dagster.questions.template.programs.styles_plain import CHOSEN, Style, any_plan
from pygrounds_dagster.questions.template.programs.writing import (
    body,
    body_of_function,
    function,
    indented,
    looped,
    needed,
    returned,
    started,
    target,
)

ITERATION, DEPTH = "advanced.iteration", "advanced.functions_in_depth"
_GIVEN = {"m": ("worth", "int"), "l": ("l_name", "str"), "g": ("g_name", "str")}


def handed(plan: Plan) -> tuple[str, str, str, tuple[str, ...]]:
    """What is handed on for a record that counts: expressions, names, type, and the fold over the names."""
    names = {gap: "worth" if gap == "m" else plan.names[_GIVEN[gap][0]] for gap in plan.uses}
    measure = f"({plan.measure})" if " if " in plan.measure and len(plan.uses) > 1 else plan.measure
    expressions = [measure if gap == "m" else plan.names[gap] for gap in plan.uses]
    kinds = [_GIVEN[gap][1] for gap in plan.uses]
    kind = kinds[0] if len(kinds) == 1 else f"tuple[{', '.join(kinds)}]"
    return ", ".join(expressions), ", ".join(names.values()), kind, plan.steps_with(**names)


def no_else(plan: Plan) -> bool:
    """Whether nothing happens to what does not count."""
    return not plan.otherwise


def generator(plan: Plan) -> str:
    """A generator yields what counts, the function folds it."""
    expressions, names, kind, step = handed(plan)
    given = f"{plan.parameter}: {plan.shape.annotation}"
    yielded = looped(plan, body(plan, [f"yield {expressions}"], []))
    above = [
        "from collections.abc import Iterator",
        f"def wanted({given}) -> Iterator[{kind}]:", *indented(yielded),
    ]  # fmt: skip
    lines = [f"for {names} in wanted({plan.parameter}):", *indented(step)]
    return function(plan, [*started(plan), *lines, *returned(plan.outcome)], above)


def iterator_class(plan: Plan) -> str:
    """An iterator of its own class."""
    expressions, names, kind, step = handed(plan)
    found = f"return {expressions}"
    inner = [*plan.before, *([f"if {plan.condition}:", f"    {found}"] if plan.condition else [found])]
    above = [
        "class Wanted:",
        f"    def __init__(self, items: {plan.shape.annotation}) -> None:",
        "        self.items = iter(items)", "",
        '    def __iter__(self) -> "Wanted":', "        return self", "",
        f"    def __next__(self) -> {kind}:",
        f"        for {target(plan)} in self.items:", *indented(inner, 3), "        raise StopIteration",
    ]  # fmt: skip
    lines = [f"for {names} in Wanted({plan.parameter}):", *indented(step)]
    return function(plan, [*started(plan), *lines, *returned(plan.outcome)], above)


def by_next(plan: Plan) -> str:
    """``next`` asks an iterator for one item after the other."""
    lines = [
        f"source = iter({plan.loops[0][1]})", "while True:", "    try:",
        f"        {target(plan)} = next(source)", "    except StopIteration:", "        break",
        *indented(body(plan)),
    ]  # fmt: skip
    return function(plan, [*started(plan), *lines, *returned(plan.outcome)])


_FUNCTIONAL: Mapping[str, tuple[str, ...]] = {
    **{key: CHOSEN[key] for key in ("total", "largest", "smallest", "sorted", "top", "different")},
    "sorted": ("sorted(set(chosen))",),
    "count": ("sum(1 for _ in chosen)",),
    "values": ("list(chosen)",),
    "running": ("list(accumulate(chosen))",),
    "rises": ("sum(after > before for before, after in pairwise(chosen))",),
    "highs": ("peaks = list(accumulate(chosen, max, initial=0))",
              "sum(after > before for before, after in pairwise(peaks))"),
    "backwards": ("list(chosen)[::-1]",),
    "last_three": ("list(chosen)[-3:]",),
    "both": ("numbers = list(chosen)", "len(numbers), sum(numbers)"),
}  # fmt: skip
_TOOLS = ("accumulate", "pairwise", "takewhile", "reduce")


def _lambda(plan: Plan, expression: str) -> str:
    return f"lambda {target(plan)}: {expression}"


def functional(plan: Plan) -> str:
    """``filter`` and ``map`` with lambdas."""
    source = plan.loops[0][1]
    outcome = [line.replace("{big}", plan.names["big"]) for line in _FUNCTIONAL[plan.result.key]]
    if plan.result.key == "total" and plan.condition:
        outcome = ["reduce(lambda total, number: total + number, chosen, 0)"]
    lines = []
    if plan.condition:
        lines.append(f"kept = filter({_lambda(plan, plan.condition)}, {source})")
        source = "kept"
    plain = plan.measure == target(plan)
    lines.append(f"chosen = {source}" if plain else f"chosen = map({_lambda(plan, plan.measure)}, {source})")
    used = [tool for tool in _TOOLS if any(f"{tool}(" in line for line in outcome)]
    from_ = "functools" if "reduce" in used else "itertools"
    above = [f"from {from_} import {', '.join(used)}"] if used else []
    return function(plan, [*lines, *returned(outcome)], above)


def can_functional(plan: Plan) -> bool:
    """Single items, no names to bind, and something for filter or map to do."""
    works = plan.condition or plan.measure != target(plan)
    key = plan.result.key
    return (
        bool(works) and key in _FUNCTIONAL and key != "until" and not plan.before
        and len(plan.loops) == 1 and "," not in target(plan)
    )  # fmt: skip


def closure(plan: Plan) -> str:
    """A function that makes two functions with a common memory."""
    rebound = ", ".join(name for name, _value in plan.result.start)
    given, names = needed(plan, body(plan))
    above = [
        "def make_tally():", *indented([*started(plan), ""]),
        f"    def add({given}) -> None:",
        *indented([f"nonlocal {rebound}", *body_of_function(plan)], 2), "",
        f"    def result() -> {plan.result.returns}:", *indented(returned(plan.outcome), 2), "",
        "    return add, result",
    ]  # fmt: skip
    lines = ["add, result = make_tally()", *looped(plan, [f"add({names})"]), "return result()"]
    return function(plan, lines, above)


def predicate_maker(plan: Plan) -> str:
    """A function that makes the test, with the limit built in."""
    limit = plan.names["k"]
    test = plan.condition_with(k="limit")
    given, names = needed(plan, test)
    above = [
        "def make_test(limit: int):", f"    def test({given}) -> bool:", f"        return {test}", "",
        "    return test",
    ]  # fmt: skip
    missed = ["else:", *indented(plan.otherwise)] if plan.otherwise else []
    inner = [f"if is_wanted({names}):", *indented(plan.step), *missed]
    lines = [f"is_wanted = make_test({limit})", *started(plan), *looped(plan, inner), *returned(plan.outcome)]
    return function(plan, lines, above)


def decorated_filter(plan: Plan) -> str:
    """A decorator leaves out what does not count, the function folds the rest."""
    name, row = plan.parameter, target(plan)
    item = f"({row})" if "," in row else row
    above = [
        "from functools import wraps",
        "def only_what_counts(work):", "    @wraps(work)", f"    def inner({name}):",
        f"        kept = [{item} for {row} in {name} if {plan.condition}]", "        return work(kept)", "",
        "    return inner",
    ]  # fmt: skip
    code = function(
        plan, [*started(plan), *looped(plan, [*plan.before, *plan.step]), *returned(plan.outcome)], above
    )
    return code.replace(f"\ndef {plan.name}(", f"\n@only_what_counts\ndef {plan.name}(")


def decorated_measure(plan: Plan) -> str:
    """A decorator with an argument changes what a small function returns."""
    arguments, names = needed(plan, plan.measure)
    above = [
        "from functools import wraps",
        "def unless(limit: int):", "    def decorate(work):", "        @wraps(work)",
        "        def inner(*given):", "            worth = work(*given)",
        "            return worth if worth <= limit else limit", "", "        return inner", "",
        "    return decorate", "", "",
        f"@unless({plan.names['big']})", f"def worth_of({arguments}) -> int:", f"    return {plan.measure}",
    ]  # fmt: skip
    step = plan.steps_with(m=f"worth_of({names})")
    return function(plan, [*started(plan), *looped(plan, body(plan, step)), *returned(plan.outcome)], above)


def managed(plan: Plan) -> str:
    """A context manager that opens a tally and closes it."""
    expressions, names, _kind, step = handed(plan)
    given, parts = needed(plan, expressions, plan.condition, plan.before)
    above = [
        "class Tally:", '    def __enter__(self) -> "Tally":', "        self.kept = []",
        "        return self", "",
        "    def __exit__(self, *error: object) -> None:", "        self.is_open = False", "",
        f"    def add(self, {given}) -> None:",
        *indented(body_of_function_kept(plan, expressions), 2),
    ]  # fmt: skip
    inner = looped(plan, [f"tally.add({parts})"])
    folded = [f"for {names} in tally.kept:", *indented(step)]
    lines = ["with Tally() as tally:", *indented(inner), *started(plan), *folded, *returned(plan.outcome)]
    return function(plan, lines, above)


def body_of_function_kept(plan: Plan, expressions: str) -> list[str]:
    """Keep the expressions in ``self.kept`` if the record counts."""
    item = f"({expressions})" if "," in expressions and len(plan.uses) > 1 else expressions
    kept = f"self.kept.append({item})"
    lines = [*plan.before, *([f"if {plan.condition}:", f"    {kept}"] if plan.condition else [kept])]
    return [line.replace("    continue", "    return") for line in lines]


def managed_by_yield(plan: Plan) -> str:
    """A context manager made of a generator: it lends a list and empties it at the end."""
    row = target(plan)
    item = f"({row})" if "," in row else row
    test = f" if {plan.condition}" if plan.condition else ""
    above = [
        "from contextlib import contextmanager",
        "@contextmanager", f"def lent({plan.parameter}: {plan.shape.annotation}):",
        f"    kept = [{item} for {row} in {plan.parameter}{test}]", "    try:", "        yield kept",
        "    finally:", "        kept.clear()",
    ]  # fmt: skip
    inner = [f"for {row} in kept:", *indented([*plan.before, *plan.step])]
    lines = [
        *started(plan),
        f"with lent({plan.parameter}) as kept:",
        *indented(inner),
        *returned(plan.outcome),
    ]
    return function(plan, lines, above)


def is_free(plan: Plan) -> bool:
    """Whether the record needs no further lines, and nothing happens to what does not count."""
    return not plan.before and not plan.otherwise


def _flat(plan: Plan) -> bool:
    return plan.shape.is_list and no_else(plan)


def _tested_list(plan: Plan) -> bool:
    return plan.shape.is_list and bool(plan.condition) and is_free(plan)


def is_valued(plan: Plan) -> bool:
    """Whether something is worked out from the number."""
    return bool(plan.parts[2]) and not plan.before


LAZY: tuple[Style, ...] = (
    Style("generator", generator, lambda p: no_else(p) and not p.shape.preface,
          "A generator yields what counts, one by one.", (f"{ITERATION}.generators",),
          "Let a generator find what counts."),
    Style("iterator_class", iterator_class, _flat, "The class keeps an iterator and passes over what does "
        "not "
          "count in `__next__`.", (f"{ITERATION}.iterators",), "Write an iterator class for what counts."),
    Style("by_next", by_next, lambda p: p.shape.is_list, "`next` takes items until `StopIteration` says that "
          "there are no more.", (f"{ITERATION}.iterators",), "Use `iter` and `next` instead of a `for` "
          "loop."),
    Style("functional", functional, can_functional, "`filter` and `map` take small functions written with "
          "`lambda`.", (f"{ITERATION}.functional_tools",), "Try it with `filter`, `map` and `lambda`."),
    Style("closure", closure, any_plan, "`add` and `result` share the variables of `make_tally`, which "
        "live on "
          "after it has returned.", (f"{DEPTH}.closures", "intermediate.functions.scope"),
          "Use a closure that remembers what was seen."),
    Style("predicate_maker", predicate_maker, lambda p: "{k}" in _code(p) and not p.before,
          "`make_test` returns a function that remembers the limit.", (f"{DEPTH}.closures",),
          "Write a function that makes the test."),
    Style("decorated_filter", decorated_filter, _tested_list, "The decorator passes on only what counts.",
          (f"{DEPTH}.decorators",), "Let a decorator leave out what does not count."),
    Style("decorated_measure", decorated_measure, is_valued, "The decorator makes every number that is too "
          "large smaller.", (f"{DEPTH}.decorators",), "Let a decorator set the upper limit.",
          lambda p: f"No single one of these numbers may be above {p.names['big']}: a larger one becomes "
          f"{p.names['big']}."),
    Style("managed", managed, lambda p: no_else(p) and not p.shape.preface,
        "The `with` block opens the tally; "
          "it collects what counts.", (f"{DEPTH}.context_managers",), "Practise a class for the `with` "
          "statement."),
    Style("managed_by_yield", managed_by_yield, lambda p: p.shape.is_list and is_free(p),
        "The generator lends the "
          "list at `yield` and empties it afterwards.", (f"{DEPTH}.context_managers",),
          "Use `contextmanager` to lend out the list of what counts."),
)  # fmt: skip
"""The ways of this module."""


def _code(plan: Plan) -> str:
    return plan.condition_with(k="{k}") if plan.names.get("k", "").isdigit() and plan.condition else ""
