"""Formulas: short sums in a few lines, for those who have not met loops yet.

Here: two given numbers, a first line, one or two changes, and a way to give the answer, each from a table;
which subtopic a combination belongs to. Not here: formulas with texts (``texts``), loops (``pipelines``).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pygrounds_dagster.questions.template.programs.formula_code import Lines
from pygrounds_dagster.questions.template.programs.formula_ways import WAYS
from pygrounds_dagster.questions.template.programs.model import Call, Program, draw, pick

_BASICS, _FLOW, _FUNCTIONS = "beginner.basics", "beginner.control_flow", "intermediate.functions"
_TOOLS = "intermediate.modules_and_tools"
_DRAWS = 6_000


@dataclass(frozen=True, slots=True)
class Scene:
    """What two whole numbers stand for: names and words for both, the answer's name, word and unit."""

    story: str
    a: str
    a_told: str
    b: str
    b_told: str
    x: str
    x_told: str
    unit: str


SCENES: tuple[Scene, ...] = (
    Scene("Efua buys exercise books.", "price", "the price of one book in cedis", "number",
          "how many she buys", "cost", "the cost", "cedis"),
    Scene("A trotro driver fills his car.", "seats", "the number of seats", "fare",
          "what a seat costs in cedis", "money", "the money", "cedis"),
    Scene("Kojo fetches water.", "buckets", "how many buckets he carries", "litres",
          "how many litres a bucket holds", "water", "the amount of water", "litres"),
    Scene("A school plans a trip.", "pupils", "how many pupils come", "share",
          "what each pays in cedis", "budget", "the budget", "cedis"),
    Scene("A baker fills trays.", "trays", "the number of trays", "rolls", "how many rolls lie on a tray",
          "total", "the number of rolls", "rolls"),
    Scene("A club plays a season.", "wins", "the number of games won", "points",
          "how many points a win gives", "score", "the score", "points"),
    Scene("A mason builds a wall.", "rows", "the number of rows", "bricks", "how many bricks a row needs",
          "need", "the number of bricks", "bricks"),
    Scene("A phone plan is paid by the week.", "weeks", "the number of weeks", "rate",
          "what a week costs in cedis", "bill", "the bill", "cedis"),
    Scene("A farmer packs eggs.", "boxes", "the number of boxes", "eggs", "how many eggs are in a box",
          "stock", "the stock", "eggs"),
    Scene("A runner trains every day.", "days", "the number of days", "laps", "how many laps are run a day",
          "distance", "the distance", "laps"),
    Scene("A tailor sews uniforms.", "shirts", "the number of shirts", "metres",
          "how many metres of cloth a shirt takes", "cloth", "the cloth", "metres"),
    Scene("A cinema sells seats.", "visitors", "the number of visitors", "ticket",
          "the price of a ticket in cedis", "income", "the income", "cedis"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A line or a few, what they do in words, and which subtopics they practise."""

    lines: tuple[str, ...]
    told: str
    topics: tuple[str, ...]


_SUM, _TEST = (
    (f"{_BASICS}.numbers", f"{_BASICS}.variables"),
    (f"{_FLOW}.conditionals", f"{_BASICS}.operators"),
)
FIRST: tuple[Part, ...] = (
    Part(("{x} = {a} * {b}",), "Multiply `{a}` by `{b}` to get {x_told}.", _SUM),
    Part(("{x} = {a} * {b} + {k}",), "Multiply `{a}` by `{b}`, and add {k}: this is {x_told}.", _SUM),
    Part(("{x} = ({a} + {k}) * {b}",), "Add {k} to `{a}`, then multiply by `{b}`: this is {x_told}.", _SUM),
    Part(("{x} = {a} * {b} - {a}",), "Multiply `{a}` by `{b}`, and take `{a}` away once: this is {x_told}.",
        _SUM),
    Part(("half = {b} // 2", "{x} = {a} * half"),
         "Cut `{b}` in half, rounded down, and multiply it by `{a}`: this is {x_told}.", _SUM),
    Part(("{x} = {a} * {b}", "{x} += {b} * {k}"),
         "Multiply `{a}` by `{b}`. Add {k} times `{b}`. This is {x_told}.", (*_SUM, f"{_BASICS}.operators")),
    Part(("extra = {a} % {k}", "{x} = {a} * {b} + extra"),
         "Multiply `{a}` by `{b}`, and add what is left over when `{a}` is divided by {k}: this is "
         "{x_told}.", _SUM),
    Part(("{x} = max({a}, {k}) * {b}",),
         "Multiply `{a}` by `{b}`, but count `{a}` as {k} if it is less: this is {x_told}.", _SUM),
)  # fmt: skip
NEXT: tuple[Part, ...] = (
    Part((), "", ()),
    Part(("{x} = {x} * 9 // 10",), "Keep nine tenths of it, rounded down.", _SUM),
    Part(("{x} += {m}",), "Add {m} more.", (f"{_BASICS}.operators", f"{_BASICS}.variables")),
    Part(("{x} -= {m}",), "Then take {m} away.", (f"{_BASICS}.operators", f"{_BASICS}.variables")),
    Part(("{x} = abs({x} - {big})",), "Then work out how far it is from {big}.", _SUM),
    Part(("{x} = min({x}, {big})",), "If it is more than {big}, make it {big}.", _SUM),
    Part(("if {x} > {big}:", "    {x} -= {m}"), "If it is above {big}, take {m} away.", _TEST),
    Part(("if {x} >= {big}:", "    {x} += {m}"), "If it is at least {big}, add {m}.", _TEST),
    Part(("if {a} > {k} and {b} > {k}:", "    {x} += {m}"),
         "If both `{a}` and `{b}` are above {k}, add {m}.", _TEST),
    Part(("if {a} < {k} or {b} < {k}:", "    {x} -= {m}"),
         "If `{a}` or `{b}` is below {k}, take {m} away.", _TEST),
    Part(("if {a} == {b}:", "    {x} += {m}", "else:", "    {x} -= 1"),
         "If `{a}` equals `{b}`, add {m}, otherwise take 1 away.", _TEST),
    Part(("if {x} % 2 == 1:", "    {x} += 1"), "If it is odd, add 1.", _TEST),
    Part(("{x} = {x} // {k} * {k}",), "Round it down to a multiple of {k}.", _SUM),
)  # fmt: skip
_FORMAT, _TUPLE = f"{_BASICS}.formatted_output", "beginner.collections.tuples_and_sets"
LAST: tuple[Part, ...] = (
    Part(("return {x}",), "Return the result.", (f"{_FUNCTIONS}.defining_functions",)),
    Part(("return {x} // {n}",), "Return how many times {n} fits into the result.", (f"{_BASICS}.numbers",)),
    Part(("return {x} // {n}, {x} % {n}",),
         "Return a tuple: how many times {n} fits into the result, and what is left over.",
         (_TUPLE, f"{_BASICS}.numbers")),
    Part(("return {x} > {big}",), "Return whether the result is above {big}.", (f"{_BASICS}.operators",)),
    Part(('return f"{{{x}}} {unit}"',), "Return a text like '12 {unit}' with the result.", (_FORMAT,)),
    Part(('return f"{{{x}:>6}}"',),
         "Return the result as a text that is filled up with blanks on the left to 6 characters.", (_FORMAT,
         )),
    Part(('return f"{{{x}:,}} {unit}"',),
         "Return a text like '1,200 {unit}': the result with commas after the thousands.", (_FORMAT,)),
    Part(('return f"{{{x} / {n}:.2f}}"',),
         "Return a text with the result divided by {n}, with two decimals.", (_FORMAT, f"{_BASICS}.numbers")),
    Part(('return "{b}: " + str({x})',), "Return the text '{b}: ' with the result behind it.",
         (f"{_BASICS}.strings", f"{_BASICS}.variables")),
    Part(("return str({x})[-1]",), "Return the last digit of the result, as text.", (f"{_BASICS}.strings",)),
    Part(("if {x} > {big}:", '    return "a lot"', 'return "fine"'),
         "If the result is above {big}, return 'a lot', otherwise 'fine'.", (f"{_FLOW}.conditionals",)),
    Part(("if {x} < {k} * {k}:", '    return "small"', "if {x} < {big}:", '    return "middle"',
        'return "large"'),
         "Return 'small' if the result is below {kk}, 'middle' if it is below {big}, and 'large' otherwise.",
         (f"{_FLOW}.conditionals",)),
    Part(('return round({x} / {n}, 1)',), "Return the result divided by {n}, rounded to one decimal.",
         (f"{_BASICS}.numbers", f"{_TOOLS}.testing")),
)  # fmt: skip


def formulas(subtopic: str) -> Iterator[Program]:
    """Formulas that belong to a subtopic, by hash among those whose constructs a combination uses."""
    seen = set()
    for number in range(_DRAWS):
        parts = tuple(draw("formula", number, at) % size for at, size in enumerate(_SIZES))
        chosen = (FIRST[parts[0]], NEXT[parts[1]], LAST[parts[2]])
        way = WAYS[parts[3]]
        topics = tuple(dict.fromkeys([*way.topics, *(t for part in reversed(chosen) for t in part.topics)]))
        known = all(topic.startswith((_BASICS, _FLOW, _FUNCTIONS, _TOOLS)) for topic in way.topics)
        owners = (*way.topics * 4, *topics) if known else way.topics
        if _says_little(chosen) and (chosen[1].lines or way.key not in _BARE):
            continue
        if parts in seen or pick(owners, "owner", parts) != subtopic:
            continue
        seen.add(parts)
        yield _program(parts, topics, subtopic)


_SIZES = (len(FIRST), len(NEXT), len(LAST), len(WAYS))


_BARE = (
    "plain",
    "typed",
    "json",
    "csv",
    "words",
    "found",
    "helper",
    "keyword",
    "default",
    "class",
    "data_class",
)


def _says_little(chosen: tuple[Part, Part, Part]) -> bool:
    """Whether the answer is one of few, so that it hides most of what was done before."""
    return any("> {big}" in line or "< {big}" in line for line in chosen[2].lines)


def _program(parts: tuple[int, ...], topics: tuple[str, ...], subtopic: str) -> Program:
    scene = pick(SCENES, "scene", parts)
    k, m, n = 2 + draw("k", parts) % 5, 3 + draw("m", parts) % 7, 3 + draw("n", parts) % 5
    m += m == k
    big = 20 + draw("big", parts) % 5 * 8
    gaps = {name: getattr(scene, name) for name in ("a", "b", "x", "x_told", "unit")}
    gaps |= {"k": str(k), "m": str(m), "n": str(n), "big": str(big), "kk": str(k * k), "default": str(k)}
    way = WAYS[parts[3]]
    chosen = [FIRST[parts[0]], NEXT[parts[1]], LAST[parts[2]]]
    first, then, last = (tuple(line.format_map(gaps) for line in part.lines) for part in chosen)
    name = f"work_out_{scene.x}"
    code = way.write(Lines(name, first, then, last, gaps))
    given = f"`{scene.a}` is {scene.a_told}, `{scene.b}` is {scene.b_told}; both are whole numbers."
    told = [part.told.format_map(gaps) for part in chosen]
    told.insert(1 if way.is_late else 0, way.hint.format_map(gaps))
    told = [scene.story, given, *told]
    then_told = f" {chosen[1].told.format_map(gaps)}" if chosen[1].told else ""
    end_told = "The end gives the answer the form that is asked for."
    steps = f"{way.told} {chosen[0].told.format_map(gaps)}{then_told} {end_told}"
    order = (subtopic, *(topic for topic in topics if topic != subtopic))
    calls = _calls(way.key, k, m, big, parts, (scene.a, scene.b))
    by_name = (scene.b,) if way.key == "keyword" else ()
    family, task = f"formula {parts[0]} {parts[2]}", " ".join(filter(None, told))
    return Program(family, name, code, task, steps, calls, order, by_name=by_name)


_ONE_TEXT = {"typed": "{a} {b}", "json": '{{"{a_name}": {a}, "{b_name}": {b}}}',
    "csv": "{a_name},{b_name}\n{a},{b}\n",
             "found": "{a_name}={a}; {b_name}={b}"}  # fmt: skip


def _calls(
    way: str, k: int, m: int, big: int, parts: tuple[int, ...], names: tuple[str, str]
) -> tuple[Call, ...]:
    """Pairs around the constants: a result just above ``big``, on it, below it; equal numbers; 0 and 1."""
    near = next((d for d in range(3, 9) if big % d == 0), 4)
    pairs = [(7 + draw("sample", parts) % 4, near), (big // near, near), (k, k), (k + 1, k + 1), (0, 5), (1,
        1),
             (big, 2), (k - 1, m), (11, k + 2), (2, big // 2)]  # fmt: skip
    if way in _ONE_TEXT:
        return tuple((_ONE_TEXT[way].format(a=a, b=b, a_name=names[0], b_name=names[1]),) for a, b in pairs)
    if way == "words":
        return tuple(([str(a), str(b)],) for a, b in pairs)
    if way == "checked":
        return (*pairs, (-1, 4), (4, -2))
    if way == "default":
        return (*pairs, (9,), (big,))
    if way == "hints":
        return (*pairs[:6], (9,), (big, None), (1,), (4, None))
    return tuple(pairs)
