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
    """What two whole numbers stand for, and why they are worked with.

    Attributes:
        story: a sentence that opens the question.
        a, a_told: name and meaning of the first number, a count.
        b, b_told: name and meaning of the second number, what comes with each of them.
        x, x_told, unit: name, meaning and unit of their product.
        plus, minus: why a few more are added, or taken away.
        free: why one of the first number does not count.
        goal: what a fixed number of the unit is.
        packs: into what the result is packed or shared.
    """

    story: str
    a: str
    a_told: str
    b: str
    b_told: str
    x: str
    x_told: str
    unit: str
    plus: str
    minus: str
    free: str
    goal: str
    packs: str


SCENES: tuple[Scene, ...] = (
    Scene("Efua buys exercise books.", "books", "how many she buys", "price", "the price of one book in "
          "cedis", "cost", "the cost", "cedis", "for a bag", "as a discount", "one book is free",
          "what she has with her", "shares"),
    Scene("A trotro driver counts his money.", "seats", "the number of seats that are taken", "fare",
          "what a seat costs in cedis", "money", "the money", "cedis", "for the luggage", "for the mate",
          "one seat is for his brother", "what the owner wants", "shares"),
    Scene("Kojo fetches water.", "buckets", "how many buckets he carries", "litres",
          "how many litres a bucket holds", "water", "the amount of water", "litres",
          "that are in the pot already", "for the garden", "one bucket falls over",
          "what the family needs", "bottles"),
    Scene("A school plans a trip.", "pupils", "how many pupils come", "share",
          "what each pays in cedis", "budget", "the budget", "cedis", "from the head teacher",
          "for the driver", "one pupil pays nothing", "what the bus costs", "envelopes"),
    Scene("A baker fills trays.", "trays", "the number of trays", "rolls", "how many rolls lie on a tray",
          "total", "the number of rolls", "rolls", "from yesterday", "for the neighbours",
          "one tray is burnt", "what the hotel ordered", "bags"),
    Scene("A club plays a season.", "wins", "the number of games won", "points",
          "how many points a win gives", "score", "the score", "points", "for draws", "for a late start",
          "one win is taken off", "the score of last season", "rounds"),
    Scene("A mason builds a wall.", "rows", "the number of rows", "bricks", "how many bricks a row needs",
          "need", "the number of bricks", "bricks", "for the corners", "that are left from before",
          "one row stands already", "what a lorry brings", "piles"),
    Scene("A phone plan is paid by the week.", "weeks", "the number of weeks", "rate",
          "what a week costs in cedis", "bill", "the bill", "cedis", "for the card", "as a bonus",
          "one week is free", "what is in the account", "payments"),
    Scene("A farmer packs eggs.", "boxes", "the number of boxes", "eggs", "how many eggs are in a box",
          "stock", "the stock", "eggs", "that lie in a basket", "that are broken", "one box has been sold",
          "what the market takes", "trays"),
    Scene("A runner trains every day.", "days", "the number of days", "laps", "how many laps are run a day",
          "distance", "the distance", "laps", "with a friend", "because of rain", "one day is for rest",
          "the aim of the month", "rounds"),
    Scene("A tailor sews uniforms.", "shirts", "the number of shirts", "metres",
          "how many metres of cloth a shirt takes", "cloth", "the cloth", "metres", "for the caps",
          "that are in the shop", "one shirt is ready", "what is on the roll", "pieces"),
    Scene("A cinema sells seats.", "visitors", "the number of visitors", "ticket",
          "the price of a ticket in cedis", "income", "the income", "cedis", "for sweets", "for cleaning",
          "one visitor has a free ticket", "what the film costs", "parts"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """A line or a few, what they do in words, which subtopics they practise, and how the last one works."""

    lines: tuple[str, ...]
    told: str
    topics: tuple[str, ...]
    how: str = ""


_SUM, _TEST = (
    (f"{_BASICS}.numbers", f"{_BASICS}.variables"),
    (f"{_FLOW}.conditionals", f"{_BASICS}.operators"),
)
_CHANGE = (f"{_BASICS}.operators", f"{_BASICS}.variables")
FIRST: tuple[Part, ...] = (
    Part(("{x} = {a} * {b}",), "Multiply `{a}` by `{b}` to get {x_told}.", _SUM),
    Part(("{x} = {a} * {b} + {k}",),
         "Multiply `{a}` by `{b}`, and add {k} {unit} {plus}: this is {x_told}.", _SUM),
    Part(("{x} = ({a} + {k}) * {b}",), "Add {k} to `{a}`, then multiply by `{b}`: this is {x_told}.", _SUM),
    Part(("{x} = {a} * {b} - {b}",),
         "Multiply `{a}` by `{b}`, and take `{b}` away once, since {free}: this is {x_told}.", _SUM),
    Part(("half = {b} // 2", "{x} = {a} * half"),
         "Count only half of `{b}`, rounded down, and multiply it by `{a}`: this is {x_told}.", _SUM),
    Part(("{x} = {a} * {b}", "{x} += {b} * {k}"),
         "Multiply `{a}` by `{b}`. Then add `{b}` another {k} times. This is {x_told}.", _CHANGE),
    Part(("full = {a} // {k}", "{x} = {a} * {b} - full"),
         "Multiply `{a}` by `{b}`, and take 1 away for every full {k} in `{a}`: this is {x_told}.", _SUM),
    Part(("{x} = max({a}, {k}) * {b}",),
         "Multiply `{a}` by `{b}`, but count `{a}` as {k} if it is less: this is {x_told}.", _SUM),
)  # fmt: skip
NEXT: tuple[Part, ...] = (
    Part((), "", ()),
    Part(("{x} = {x} * 9 // 10",), "A tenth of it is lost: keep nine tenths, rounded down.", _SUM),
    Part(("{x} += {m}",), "Add {m} {unit} {plus}.", _CHANGE),
    Part(("{x} -= {m}",), "Then take {m} {unit} away {minus}.", _CHANGE),
    Part(("{x} = abs({x} - {big})",), "Then work out how far this is from {big} {unit}, {goal}.", _SUM),
    Part(("{x} = min({x}, {big})",), "If it is more than {big} {unit}, make it {big}.", _SUM),
    Part(("if {x} > {big}:", "    {x} -= {m}"),
         "If it is above {big} {unit}, take {m} away {minus}.", _TEST),
    Part(("if {x} >= {big}:", "    {x} += {m}"), "If it is at least {big} {unit}, add {m} {plus}.", _TEST),
    Part(("if {a} > {k} and {b} > {k}:", "    {x} += {m}"),
         "If both `{a}` and `{b}` are above {k}, add {m} {unit} {plus}.", _TEST),
    Part(("if {a} < {k} or {b} < {k}:", "    {x} -= {m}"),
         "If `{a}` or `{b}` is below {k}, take {m} {unit} away {minus}.", _TEST),
    Part(("if {a} == {b}:", "    {x} += {m}", "else:", "    {x} -= 1"),
         "If `{a}` equals `{b}`, add {m}, otherwise take 1 away.", _TEST),
    Part(("if {x} % 2 == 1:", "    {x} += 1"), "If it is odd, add 1 to make it even.", _TEST),
    Part(("{x} = {x} // {k} * {k}",), "Round it down to a multiple of {k}.", _SUM),
)  # fmt: skip
_FORMAT, _TUPLE = f"{_BASICS}.formatted_output", "beginner.collections.tuples_and_sets"
LAST: tuple[Part, ...] = (
    Part(("return {x}",), "Return the result.", (), "`return` gives the number back."),
    Part(("return {x} // {n}",), "Return how many full {packs} of {n} {unit} that makes.",
         (f"{_BASICS}.numbers",), "`//` divides and leaves out the rest."),
    Part(("return {x} // {n}, {x} % {n}",),
         "Return a tuple: how many full {packs} of {n} {unit} that makes, and how many {unit} are left over.",
         (_TUPLE, f"{_BASICS}.numbers"), "`//` counts what is full, `%` gives what is left over."),
    Part(("return {x} > {big}",), "Return whether the result is above {big} {unit}.",
         (f"{_BASICS}.operators",), "The comparison gives `True` or `False`."),
    Part(('return f"{{{x}}} {unit}"',), "Return a text like '12 {unit}' with the result.", (_FORMAT,),
         "The f-string puts the number into the text."),
    Part(('return f"{{{x}:>6}}"',),
         "Return the result as a text that is filled up with spaces on the left to 6 characters.",
         (_FORMAT,), "`:>6` puts the number at the right end of 6 places."),
    Part(('return f"{{{x}:,}} {unit}"',),
         "Return a text like '1,200 {unit}': the result with commas after the thousands.", (_FORMAT,),
         "`:,` sets the commas."),
    Part(('return f"{{{x} / {n}:.2f}}"',),
         "Divide the result into {n} equal parts, and return the size of one as a text with two decimals.",
         (_FORMAT, f"{_BASICS}.numbers"), "`:.2f` writes two decimals."),
    Part(('return "{x}: " + str({x})',), "Return the text '{x}: ' with the result behind it.",
         (f"{_BASICS}.strings", f"{_BASICS}.variables"), "`str` makes a text of the number."),
    Part(("return str({x})[-1]",), "Return the last digit of the result, as text.", (f"{_BASICS}.strings",),
         "The last character of the text is the last digit."),
    Part(("if {x} > {big}:", '    return "a lot"', 'return "fine"'),
         "If the result is above {big}, return 'a lot', otherwise 'fine'.", (f"{_FLOW}.conditionals",),
         "The first `return` that is reached ends the function."),
    Part(("if {x} < {k} * {k}:", '    return "small"', "if {x} < {big}:", '    return "middle"',
        'return "large"'),
         "Return 'small' if the result is below {kk}, 'middle' if it is below {big}, and 'large' otherwise.",
         (f"{_FLOW}.conditionals",), "The tests are made one after the other, and the first that holds ends "
         "the function."),
    Part(('return round({x} / {n}, 1)',),
         "Divide the result into {n} equal parts, and return the size of one, rounded to one decimal.",
         (f"{_BASICS}.numbers", f"{_TOOLS}.testing"), "`round` keeps one decimal."),
)  # fmt: skip


def formulas(subtopic: str) -> Iterator[Program]:
    """Formulas that belong to a subtopic, by hash among those whose constructs a combination uses."""
    seen = set()
    is_basic = subtopic.startswith(f"{_BASICS}.")  # every second one is written plainly, as it is taught
    for number in range(_DRAWS):
        first, then, last, way_at = (draw("formula", number, at) % size for at, size in enumerate(_SIZES))
        parts = (first, then, last, 0 if is_basic and number % 2 else way_at)
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


_GAPS = ("a", "b", "x", "x_told", "unit", "plus", "minus", "free", "goal", "packs")
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
    gaps = {name: getattr(scene, name) for name in _GAPS}
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
    steps = f"{way.told} {chosen[0].told.format_map(gaps)}{then_told} {chosen[2].how}"
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
