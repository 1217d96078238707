"""A pipeline worked out: form of data, condition, measure and result brought together in one theme.

Here: the plan, with its code parts, its text and its inputs. Not here: how it is written down (``styles``).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pygrounds_dagster.questions.template.programs.choices import CONDITIONS, MEASURES, Condition, Measure
from pygrounds_dagster.questions.template.programs.model import Call, draw, pick, shuffled
from pygrounds_dagster.questions.template.programs.results import CLOSINGS, RESULTS, Result, closed
from pygrounds_dagster.questions.template.programs.shapes import SHAPES, Row, Shape, words
from pygrounds_dagster.questions.template.programs.themes import THEMES, Theme

Parts = tuple[str, str, str, str]
"""Keys of form, condition, measure and result."""

_OWN_NUMBER: Mapping[str, tuple[str, tuple[int, ...], int]] = {
    "words": ("length/lengths/letters", (4, 5, 6), 9),
    "graph": ("distance/distances/", (1, 2, 3), 4),
    "degrees": ("degree/degrees/", (1, 2, 3), 3),
    "weighted": ("distance/distances/", (4, 7, 9, 12), 20),
    "dated": ("delay/delays/days", (20, 30, 45, 60), 80),
    "range": ("number/numbers/", (5, 8, 12, 15), 30),
    "digits": ("digit/digits/", (3, 4, 5, 6), 9),
}
"""Forms whose numbers are no numbers of the theme: their nouns and unit, limits, largest number."""


_BY_ORDER = ("ranking", "best", "lowest", "rises", "highs", "different", "repeated")
_KEEPS_ORDER = ("double", "plus", "half", "square", "tenth_off", "packs", "over", "capped", "raised")


@dataclass(frozen=True, slots=True)
class Plan:
    """What a function does, before anybody decided how it is written.

    Attributes:
        parts: keys of what it is made of.
        shape, result: form of data and fold.
        nouns: for gaps in texts.
        names: for gaps in code: ``v``, ``l``, ``g``, ``l_name``, ``g_name``, ``big``.
        loops, before: of the form, filled in.
        condition: the test; empty: all count.
        measure: the expression.
        step, otherwise, outcome: the fold's lines, filled in; the last of ``outcome`` is returned.
        opening, task: what is given, and what to do, in sentences.
        parts_told: sentences about condition, measure and fold, for the explanation.
        calls: arguments of the sample and the hidden tests.
        limit: the constant that became a second parameter ``limit``; empty if there is none.
    """

    parts: Parts
    shape: Shape
    result: Result
    nouns: Mapping[str, str]
    names: Mapping[str, str]
    loops: tuple[tuple[str, str], ...]
    before: tuple[str, ...]
    condition: str
    measure: str
    step: tuple[str, ...]
    otherwise: tuple[str, ...]
    outcome: tuple[str, ...]
    opening: str
    task: str
    parts_told: tuple[str, ...]
    calls: tuple[Call, ...]
    limit: str = ""

    def steps_with(self, **names: str) -> tuple[str, ...]:
        """The fold's lines with other expressions for measure, name and group."""
        given = {**self.names, "m": self.measure, **names}
        return tuple(line.format_map(given) for line in self.result.step)

    def condition_with(self, **names: str) -> str:
        """The test with other expressions for number, name and group."""
        return CONDITIONS[self.parts[1]].code.format_map({**self.names, **names})

    def measure_with(self, **names: str) -> str:
        """The measure with other expressions for number, name and group."""
        return MEASURES[self.parts[2]].code.format_map({**self.names, **names})

    @property
    def uses(self) -> str:
        """Which of measure, name and group the fold needs: some of ``mlg``, at least ``m``."""
        code = "".join(self.result.step)
        return "".join(gap for gap in "mlg" if f"{{{gap}}}" in code) or "m"

    @property
    def parameter(self) -> str:
        """Name of the only parameter."""
        return self.shape.parameter.format_map(self.nouns)

    @property
    def name(self) -> str:
        """Name of the function."""
        return self.result.name.format_map(self.nouns)


def all_results() -> Mapping[str, Result]:
    """Folds by their key, with every closing stage."""
    found = dict(RESULTS)
    for key in ("group_count", "group_total", "group_best"):
        for closing in CLOSINGS:
            result = closed(RESULTS[key], closing)
            found[result.key] = result
    return found


ALL_RESULTS = all_results()


def fits(parts: Parts) -> bool:
    """Whether the parts make sense together."""
    shape, condition, measure = SHAPES[parts[0]], CONDITIONS[parts[1]], MEASURES[parts[2]]
    result = ALL_RESULTS[parts[3]]
    has = ("l" if shape.label else "") + ("g" if shape.group else "")
    needs = condition.needs + result.needs.replace("m", "").replace("c", "")
    if any(need not in has for need in needs):
        return False
    if "c" in result.needs and not condition.key:
        return False
    if measure.key and "m" not in result.needs:
        return False
    if shape.key == "digits" and parts[1] in ("between", "outside", "ends"):
        return False
    if shape.key == "words" and parts[1] in ("long", "short", "long_above"):
        return False
    if measure.key in ("capped", "raised", "fee", "halved") and condition.constants.startswith("limit"):
        return False  # a limit in both leaves a branch that nothing reaches
    if result.key in _BY_ORDER and measure.key in _KEEPS_ORDER:
        return False  # the order would be the same without the measure
    return not (result.positive and measure.can_be_negative)


def has_limit(parts: Parts) -> bool:
    """Whether the condition compares with a limit that may become a parameter."""
    condition = CONDITIONS[parts[1]]
    return condition.constants == "limit" and "{k}" in condition.code


def plan(parts: Parts, *seed: object, open_limit: bool = False) -> Plan:
    """The parts brought together in a theme of their own, by hash.

    Args:
        parts: that fit.
        seed: of theme, constants and inputs.
        open_limit: the condition's first constant becomes a parameter ``limit``.
    """
    key, condition, measure = parts[0], CONDITIONS[parts[1]], MEASURES[parts[2]]
    shape, result = SHAPES[key], ALL_RESULTS[parts[3]]
    theme = pick(THEMES, "theme", parts, *seed)
    nouns = _nouns(theme, key)
    limits, top = _OWN_NUMBER[key][1:] if key in _OWN_NUMBER else (theme.limits, theme.top)
    constants = _constants(condition, measure, theme, limits, (parts, *seed))
    names = {**nouns, **constants, **_expressions(shape, nouns), "big": str(limits[1] + limits[-2])}
    texts = {**names, **nouns}
    numbers = [int(c) for c in constants.values() if c.isdigit()]
    limit = ""
    if open_limit:
        limit, names["k"], texts["k"] = names["k"], "limit", "`limit`"
    before = [line.format_map(names) for line in shape.before]
    before += _bind(names, condition.code + "".join(result.step).replace("{m}", measure.code))
    measured = measure.code.format_map(names)
    step = [line.format_map({**names, "m": measured}) for line in result.step]
    uses = sum(line.count("{m}") for line in result.step)
    if not _is_name(measured) and (uses > 1 or (" if " in measured and uses)):
        short = "worth"
        step = [f"{short} = {measured}", *(s.format_map({**names, "m": short}) for s in result.step)]
    calls = _calls(shape, theme, top, numbers, (parts, *seed))
    opening, task = _task(shape, condition, measure, result, texts, theme)
    if limit:
        calls = tuple(c if at in (0, 2, 5) else (*c, int(limit) + at % 3 - 1) for at, c in enumerate(calls))
        opening += f" `limit` is a whole number; if the caller does not give it, it is {limit}."
    return Plan(
        parts, shape, result, nouns, names,
        tuple((a.format_map(nouns), b.format_map(nouns)) for a, b in shape.loops), tuple(before),
        condition.code.format_map(names), measured, tuple(step),
        tuple(line.format_map(names) for line in result.otherwise),
        tuple(line.format_map(names) for line in result.result),
        opening, task, _told(condition, measure, result, texts), calls, limit,
    )  # fmt: skip


# --- code parts -------------------------------------------------------------------------------------------


def _is_name(expression: str) -> bool:
    return expression.isidentifier()


def _expressions(shape: Shape, nouns: Mapping[str, str]) -> dict[str, str]:
    found = {"v": shape.value, "l": shape.label, "g": shape.group}
    filled = {name: text.format_map(nouns) for name, text in found.items()}
    return {**filled, "l_name": nouns["label"], "g_name": nouns["group"]}


def _bind(names: dict[str, str], uses: str) -> list[str]:
    """Lines that give a name to long expressions used more than once or inside a text; changes ``names``."""
    if 'f"' not in uses and all(uses.count(gap) < 2 for gap in ("{v}", "{l}", "{g}")):
        return []
    found = []
    for gap, noun in (("l", "label"), ("g", "group"), ("v", "value")):
        if f"{{{gap}}}" in uses and not _is_name(names[gap]):
            found.append(f"{names[noun]} = {names[gap]}")
            names[gap] = names[noun]
    return found


# --- texts ------------------------------------------------------------------------------------------------


def _nouns(theme: Theme, key: str) -> dict[str, str]:
    nouns = dict(words(theme))
    if key in _OWN_NUMBER:
        one, many, unit = _OWN_NUMBER[key][0].split("/")
        nouns |= {"value": one, "values": many, "unit": f" {unit}" if unit else ""}
        nouns |= {"a_value": f"a {one}", "value_u": one, "values_u": many}
    unit = nouns["unit"].strip()
    return nouns | {"in_unit": f" in {unit}" if unit else "", "of_unit": f", in {unit}" if unit else ""}


def _task(
    shape: Shape,
    condition: Condition,
    measure: Measure,
    result: Result,
    texts: Mapping[str, str],
    theme: Theme,
) -> tuple[str, str]:
    """What is given, and what to do."""
    many = shape.noun[1].format_map(texts)
    bare = not shape.label
    if condition.of_many and bare:
        which = f"{many} that {condition.of_many.format_map(texts)}"
    elif condition.of_number:
        which = f"{many} whose {texts['value']} is {condition.of_number.format_map(texts)}"
    elif condition.clause:
        which = f"{many} whose {condition.clause.format_map(texts)}"
    else:
        which = ""
    things = f"{'these' if bare else 'their'} {texts['values']}"
    words_for = {"things": things, "number": texts["value"], "many": many, "all_many": many}
    sentences = [f"Look only at the {which}." if which else ""]
    if measure.key and "m" in result.needs:
        where = "each of them" if which else f"each of the {many}"
        sentences.append(f"For {where}, work out {measure.told.format_map(texts)}.")
        words_for |= {"things": "these numbers", "number": "number"}
    sentences.append(result.goal.format_map({**texts, **words_for}))
    own = shape.key in ("range", "digits")
    opening = [] if own else [theme.story]
    return " ".join([*opening, shape.told.format_map(texts)]), " ".join(filter(None, sentences))


def _told(
    condition: Condition, measure: Measure, result: Result, texts: Mapping[str, str]
) -> tuple[str, ...]:
    found = []
    if condition.key:
        about = condition.clause or "{value} is " + condition.of_number
        about = about.replace(" whose ", " the ").format_map(texts)
        found.append(f"The test lets through only what counts: the {about}.")
    if measure.key:
        found.append(f"From each, it takes {measure.told.format_map(texts)}.")
    return (*found, result.told)


# --- constants and inputs ---------------------------------------------------------------------------------


def _constants(
    condition: Condition, measure: Measure, theme: Theme, limits: tuple[int, ...], seed: tuple[object, ...]
) -> dict[str, str]:
    low = draw("low", *seed) % (len(limits) - 1)
    letters = sorted({letter for name in theme.labels for letter in name.lower()[1:-1]})
    k: dict[str, tuple[str, str]] = {
        "limit": (str(limits[low]), str(limits[low + 1])),
        "small": (str(2 + draw("small", *seed) % 6), ""),
        "letter": (pick(letters, "letter", *seed), ""),
        "group": (pick(theme.groups, "group", *seed), ""),
        "limit_group": (str(limits[low]), pick(theme.groups, "group", *seed)),
    }
    if condition.key in ("long", "short"):
        k["small"] = (pick(("4", "5"), "letters", *seed), "")
    if condition.key in ("multiple", "no_multiple"):
        k["small"] = (pick(("3", "4", "5"), "multiple", *seed), "")
    one, two = k[condition.constants]
    other = str(limits[-1 - low]) if measure.constants == "limit" else str(3 + draw("m", *seed) % 5)
    if other == one:
        other = str(int(other) + 1)
    used = {"k": one, "k2": two, "m": other}
    return {name: value for name, value in used.items() if f"{{{name}}}" in condition.code + measure.code}


_SHORT = 4
"""Records of the sample where nothing is compared with a constant: easy questions have short samples."""

_SIZES = (6, 0, 1, 1, 4, 7, 8, 3)
"""Records of the sample and of each hidden test."""


def _calls(
    shape: Shape, theme: Theme, top: int, constants: list[int], seed: tuple[object, ...]
) -> tuple[Call, ...]:
    found: list[Call] = []
    for number, size in enumerate(_SIZES):
        size = size if constants or number else _SHORT
        rows = _rows(size, theme, top, constants, (number, *seed))
        if shape.key == "range":
            found.append(
                ((14 if constants else 5, 0, 1, 30, 5, 16, 21, 9)[number] + draw(*seed) % 3 * (number > 1),)
            )
        elif shape.key == "digits":
            found.append(_digits(number, rows, constants))
        else:
            found.append((shape.fill(rows, theme),))
    return tuple(found)


def _digits(number: int, rows: list[Row], constants: list[int]) -> Call:
    """A number whose digits lie around the constants; its first digit is not 0."""
    near = [(c + shift) % 10 for c in constants[:1] for shift in (0, 1, 9)]
    digits = [*near, *(value % 10 for _name, _group, value in rows)] if number != 1 else [number - 1]
    return (int("".join(map(str, digits)).lstrip("0") or "0"),)


def _rows(size: int, theme: Theme, top: int, constants: list[int], seed: tuple[object, ...]) -> list[Row]:
    """Records with different names; among their numbers are the constants and their neighbours, and a tie."""
    near = [c + shift for c in constants for shift in (0, 1, -1)]
    near = [value for value in near if 0 < value <= top * 2]
    wide = [1 + draw("value", at, *seed) % top for at in range(size)]
    values = [*shuffled(near, *seed)[: (size + 1) // 2], *wide][:size]
    if size > 3:
        values[-1] = values[draw("tie", *seed) % (size - 1)]
    values = shuffled(values, "order", *seed)
    names = shuffled(theme.labels, "names", *seed)
    groups = [pick(theme.groups, "rows", at, *seed) for at in range(size)]
    if size > 4:
        groups[:3] = shuffled(theme.groups, "all", *seed)
    return list(zip(names, groups, values, strict=False))
