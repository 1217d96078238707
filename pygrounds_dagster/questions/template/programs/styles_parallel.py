"""Ways to write a pipeline down that remember answers, count the work, or spread it over workers.

Here: one function a way, from a plan to code, and the table ``PARALLEL``. Not here: generators and closures
(``styles_lazy``).
"""

from __future__ import annotations

from pygrounds_dagster.questions.template.programs.plans import Plan
from pygrounds_dagster.questions.template.programs.styles_lazy import is_free, is_valued
from pygrounds_dagster.questions.template.programs.styles_plain import CHOSEN, Style
from pygrounds_dagster.questions.template.programs.writing import (
    body,
    function,
    indented,
    looped,
    needed,
    returned,
    started,
    target,
)


def remembered(plan: Plan) -> str:
    """A dictionary keeps what was worked out before."""
    value = plan.names["v"]
    above = [
        "known: dict[int, int] = {}", "", "",
        f"def worth_of({plan.nouns['value']}: int) -> int:",
        f"    if {plan.nouns['value']} not in known:",
        f"        known[{plan.nouns['value']}] = {plan.measure_with(v=plan.nouns['value'])}",
        f"    return known[{plan.nouns['value']}]",
    ]  # fmt: skip
    step = plan.steps_with(m=f"worth_of({value})")
    return function(plan, [*started(plan), *looped(plan, body(plan, step)), *returned(plan.outcome)], above)


def cached(plan: Plan) -> str:
    """``lru_cache`` keeps what was worked out before."""
    value, own = plan.names["v"], plan.nouns["value"]
    above = [
        "from functools import lru_cache",
        "@lru_cache(maxsize=100)", f"def worth_of({own}: int) -> int:",
        f"    return {plan.measure_with(v=own)}",
    ]  # fmt: skip
    step = plan.steps_with(m=f"worth_of({value})")
    return function(plan, [*started(plan), *looped(plan, body(plan, step)), *returned(plan.outcome)], above)


def counted_work(plan: Plan) -> str:
    """A decorator counts how often a function is called."""
    value, own = plan.names["v"], plan.nouns["value"]
    above = [
        "calls = []", "", "",
        "def counted(work):", "    def inner(number):", "        calls.append(work.__name__)",
        "        return work(number)", "", "    return inner", "", "",
        "@counted", f"def worth_of({own}: int) -> int:", f"    return {plan.measure_with(v=own)}",
    ]  # fmt: skip
    step = ["worth = worth_of(" + value + ")", *plan.steps_with(m="worth")]
    done = [*plan.outcome[:-1], f"answer = {plan.outcome[-1]}", "return answer, len(calls)"]
    lines = ["calls.clear()", *started(plan), *looped(plan, body(plan, step)), *done]
    return function(plan, lines, above).replace(
        f") -> {plan.result.returns}:\n    calls", ") -> tuple:\n    calls"
    )


def gathered(plan: Plan) -> str:
    """Coroutines that run side by side."""
    given, names = needed(plan, plan.measure)
    above = [
        "import asyncio",
        f"async def worth_of({given}) -> int:", "    await asyncio.sleep(0)",
        f"    return {plan.measure}", "", "",
        f"async def collect({plan.parameter}: {plan.shape.annotation}) -> list[int]:",
        f"    jobs = [worth_of({names}) {_fors(plan)}{' if ' + plan.condition if plan.condition else ''}]",
        "    return await asyncio.gather(*jobs)",
    ]  # fmt: skip
    outcome = CHOSEN[plan.result.key]
    return function(plan, [f"chosen = asyncio.run(collect({plan.parameter}))", *returned(outcome)], above)


def queued_tasks(plan: Plan) -> str:
    """Two workers take items from a queue until it is empty; results keep their places."""
    row = target(plan)
    item = f"({row})" if "," in row else row
    inner = [f"chosen[place] = {plan.measure}"]
    tested = [f"if {plan.condition}:", *indented(inner)] if plan.condition else inner
    above = [
        "import asyncio",
        "async def worker(queue: asyncio.Queue, chosen: dict[int, int]) -> None:",
        "    while not queue.empty():",
        f"        place, {item} = queue.get_nowait()", "        await asyncio.sleep(0)", *indented(tested,
        2), "", "",
        f"async def collect({plan.parameter}: {plan.shape.annotation}) -> list[int]:",
        "    queue = asyncio.Queue()", f"    for entry in enumerate({plan.loops[0][1]}):",
        "        queue.put_nowait(entry)", "    found: dict[int, int] = {}",
        "    await asyncio.gather(worker(queue, found), worker(queue, found))",
        "    return [found[place] for place in sorted(found)]",
    ]  # fmt: skip
    outcome = CHOSEN[plan.result.key]
    return function(plan, [f"chosen = asyncio.run(collect({plan.parameter}))", *returned(outcome)], above)


def _fors(plan: Plan) -> str:
    return " ".join(f"for {name} in {source}" for name, source in plan.loops)


_MERGED = {"count": "sum(parts)", "total": "sum(parts)", "largest": "max(parts, default=0)",
           "values": "[number for part in parts for number in part]",
           "names": "[name for part in parts for name in part]",
           "top": "sorted((number for part in parts for number in part), reverse=True)[:3]",
           "sorted": "sorted({number for part in parts for number in part})",
           "initials": '"".join(parts)'}  # fmt: skip


def in_parts(plan: Plan) -> str:
    """Parts of the list are worked on alone, as by several workers, then brought together."""
    given = f"{plan.parameter}: {plan.shape.annotation}"
    above = [
        f"def work_on({given}) -> {plan.result.returns}:",
        *indented([*started(plan), *looped(plan, body(plan)), *returned(plan.outcome)]),
    ]
    lines = [
        "size = 3", (f"parts = [work_on({plan.parameter}[at : at + size]) "
        f"for at in range(0, len({plan.parameter}), size)]"), f"return {_MERGED[plan.result.key]}",
    ]  # fmt: skip
    return function(plan, lines, above)


def through_queue(plan: Plan) -> str:
    """A ``queue.Queue`` hands the items from the one who has them to the one who counts them."""
    row = target(plan)
    above = [
        "from queue import Empty, Queue",
        f"def fill(line: Queue, {plan.parameter}: {plan.shape.annotation}) -> None:",
        f"    for item in {plan.loops[0][1]}:",
        "        line.put(item)",
    ]
    lines = [
        "line: Queue = Queue()", f"fill(line, {plan.parameter})", *started(plan), "while True:", "    try:",
        f"        {row} = line.get_nowait()", "    except Empty:", "        break", *indented(body(plan)),
        *returned(plan.outcome),
    ]  # fmt: skip
    return function(plan, lines, above)


def _is_measured(plan: Plan) -> bool:
    return bool(plan.parts[2]) and "m" in plan.uses and not any(" return" in line for line in plan.outcome)


def _gathers(plan: Plan) -> bool:
    return is_free(plan) and plan.result.key in CHOSEN and not plan.shape.preface


_COUNTED = "Return a tuple: this answer, and how often that had to be worked out."
PARALLEL: tuple[Style, ...] = (
    Style("remembered", remembered, is_valued, "The dictionary `known` answers when a number came before.",
          ("master.performance.caching",), "Work out every number only once, and remember it."),
    Style("cached", cached, is_valued, "`lru_cache` remembers the last 100 answers.",
          ("master.performance.caching",), "Use a cache from `functools`."),
    Style("counted_work", counted_work, lambda p: is_valued(p) and _is_measured(p),
        "The decorator writes down "
          "every call, and the length of that list is the number of calls.",
          ("master.performance.profiling", "advanced.algorithms.complexity"), "", lambda _plan: _COUNTED),
    Style("gathered", gathered, _gathers, "`gather` runs the coroutines and keeps their order.",
          ("master.concurrency.asyncio_basics", "master.concurrency.asyncio_tasks"),
          "Work the numbers out with coroutines."),
    Style("queued_tasks", queued_tasks, lambda p: _gathers(p) and p.shape.is_list,
        "Two workers empty one queue; "
          "the places put the results in order.", ("master.concurrency.asyncio_tasks",
          "master.concurrency.asyncio_basics"), "Let two asyncio workers empty a queue."),
    Style("in_parts", in_parts, lambda p: p.shape.is_list and p.result.key in _MERGED, "Each part is "
          "worked on alone, and the answers are brought together.",
          ("master.concurrency.processes", "master.concurrency.threads"),
          "Cut the work into parts of three that could run at the same time."),
    Style("through_queue", through_queue, lambda p: p.shape.is_list, "The queue hands the items over in "
        "order "
          "until it is empty.", ("master.concurrency.threads",), "Hand the items over by a `queue.Queue`."),
)  # fmt: skip
"""The ways of this module."""
