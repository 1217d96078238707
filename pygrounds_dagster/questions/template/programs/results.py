"""What becomes of the records that count: a sum, a list, the best name, a number for each group …

Here: tables of folds (start, step, result) and of closing stages for groups. Not here: how a fold is written
down (``styles``).

``{m}``, ``{v}``, ``{l}``, ``{g}`` in code stand for measure, number, name and group. In texts,
``{things}`` stands for the numbers ("these prices"), ``{number}`` for the word for one, ``{many}`` for what
is counted, the other gaps for a theme's nouns.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Result:
    """A fold over the records that count.

    Attributes:
        key: its own name.
        goal: what is returned, as whole sentences.
        returns: type of what is returned.
        start: (variable, value) pairs.
        step: lines for each record that counts.
        result: lines after the loop; the last one is the expression that is returned.
        name: pattern of the function's name.
        told: a sentence on how it works.
        otherwise: lines for each record that does not count.
        needs: some of ``m`` (a measure makes sense), ``l``, ``g``, ``c`` (a condition is needed).
        positive: the measure must not be negative.
        topics: further subtopics that it practises.
    """

    key: str
    goal: str
    returns: str
    start: tuple[tuple[str, str], ...]
    step: tuple[str, ...]
    result: tuple[str, ...]
    name: str
    told: str
    otherwise: tuple[str, ...] = ()
    needs: str = "m"
    positive: bool = False
    topics: tuple[str, ...] = ()


_SORTING = ("intermediate.working_with_data.sorting",)
_LISTS = ("beginner.collections.lists",)
_DICTS = ("beginner.collections.dictionaries",)
_SETS = ("beginner.collections.tuples_and_sets",)
_TEXT = ("beginner.basics.strings",)
_CHOSEN = (("chosen", "[]"),)
_KEEP = ("chosen.append({m})",)

RESULTS: Mapping[str, Result] = {
    r.key: r
    for r in (
        Result("count", "Return how many there are.", "int", (("count", "0"),), ("count += 1",), ("count",),
               "count_{records}", "`count` grows by one each time.", needs=""),
        Result("total", "Return the sum of {things}. With nothing to add up, it is 0.", "int",
               (("total", "0"),), ("total += {m}",), ("total",), "total_{value}",
               "`total` starts at 0 and grows."),
        Result("largest", "Return the largest of {things}, or 0 if there are none.", "int", (("best", "0"),),
               ("best = max(best, {m})",), ("best",), "largest_{value}",
               "`best` always holds the largest number seen so far.", positive=True),
        Result("smallest", "Return the smallest of {things}, or -1 if there are none.", "int", _CHOSEN, _KEEP,
               ("min(chosen, default=-1)",), "smallest_{value}",
               "`min` picks the smallest number that was kept."),
        Result("mean", "Return the average of {things}, rounded to one decimal. If there are none, "
               "return 0.0.", "float", (("total", "0"), ("count", "0")), ("total += {m}", "count += 1"),
               ("if count == 0:", "    return 0.0", "round(total / count, 1)"), "average_{value}",
               "The sum is divided by how many there were, but only if there were any."),
        Result("spread", "Return the difference between the largest and the smallest of {things}, or 0 if "
               "there are none.", "int", _CHOSEN, _KEEP,
               ("if not chosen:", "    return 0", "max(chosen) - min(chosen)"), "{value}_spread",
               "From the kept numbers, the smallest is taken away from the largest."),
        Result("values", "Return a list of {things}, in the order given.", "list[int]", _CHOSEN, _KEEP,
               ("chosen",), "pick_{values}", "Each number that counts is put at the end of a new list.",
                   topics=_LISTS),
        Result("backwards", "Return a list of {things}, the last one first.", "list[int]", _CHOSEN, _KEEP,
               ("chosen[::-1]",), "{values}_backwards", "At the end, the new list is turned round.",
               topics=("beginner.collections.slicing", *_LISTS)),
        Result("last_three", "Return a list of the last three of {things}, or of all if there are fewer.",
               "list[int]", _CHOSEN, _KEEP, ("chosen[-3:]",), "last_{values}",
               "A slice takes the last three numbers of the new list.",
               topics=("beginner.collections.slicing", *_LISTS)),
        Result("running", "Return a list of sums: the first of {things}, the sum of the first two, of the "
               "first three, and so on.", "list[int]", (("total", "0"), ("sums", "[]")),
               ("total += {m}", "sums.append(total)"), ("sums",), "running_{values}",
               "After each step the sum so far is put into the list.", topics=_LISTS),
        Result("sorted", "Return a list of {things}, smallest first and each different number once.",
               "list[int]", (("seen", "set()"),), ("seen.add({m})",), ("sorted(seen)",), "sorted_{values}",
               "A set keeps each number once, and `sorted` puts them in order.", topics=_SORTING + _SETS),
        Result("top", "Return a list of the three largest of {things}, largest first. If there are fewer, "
               "return those.", "list[int]", _CHOSEN, _KEEP, ("sorted(chosen, reverse=True)[:3]",),
               "top_{values}", "The kept numbers are sorted from large to small, and the first three stay.",
               topics=_SORTING),
        Result("middle", "Put {things} in order and return the one in the middle. With an even number of "
               "them, take the larger of the two in the middle; with none, return 0.", "int", _CHOSEN, _KEEP,
               ("if not chosen:", "    return 0", "sorted(chosen)[len(chosen) // 2]"), "middle_{value}",
               "After sorting, the place in the middle is half the length.", topics=_SORTING),
        Result("second", "Return the second largest of {things}; equal ones count once. If there are not "
               "two different ones, return -1.", "int", (("seen", "set()"),), ("seen.add({m})",),
               ("if len(seen) < 2:", "    return -1", "sorted(seen)[-2]"), "second_{value}",
               "A set drops equal numbers, and the last but one of the sorted numbers is the answer.",
               topics=_SORTING + _SETS),
        Result("different", "Return how many different numbers there are among {things}.", "int",
               (("seen", "set()"),), ("seen.add({m})",), ("len(seen)",), "different_{values}",
               "A set keeps each number only once, so its size is the answer.",
               topics=_SETS),
        Result("repeated", "Return a sorted list of those numbers that come more than once among {things}.",
               "list[int]", (("counts", "{}"),), ("counts[{m}] = counts.get({m}, 0) + 1",),
               ("sorted(number for number, count in counts.items() if count > 1)",), "repeated_{values}",
               "A dictionary counts how often each number comes; those with a count above 1 are returned.",
               topics=_DICTS),
        Result("both", "Return a tuple of two numbers: how many there are, and the sum of {things}.",
               "tuple[int, int]", (("count", "0"), ("total", "0")), ("count += 1", "total += {m}"),
               ("count, total",), "{value}_summary", "Two variables are kept side by side.",
               topics=_SETS),
        Result("rises", "Return how often one of {things} is larger than the one just before it.", "int",
               (("rises", "0"), ("previous", "None")),
               ("if previous is not None and {m} > previous:", "    rises += 1", "previous = {m}"),
               ("rises",), "count_rises", "`previous` remembers the number before, so that two neighbours "
               "can be compared."),
        Result("highs", "Count the records in the row: how often one of {things} is larger than all before "
               "it. The first one counts too if it is above 0.", "int", (("highest", "0"), ("highs", "0")),
               ("if {m} > highest:", "    highest = {m}", "    highs += 1"), ("highs",), "count_highs",
               "Whenever a number beats the highest one so far, it becomes the highest one.", positive=True),
        Result("until", "Add up {things} in order, and stop as soon as the sum is at least {big}. Return "
               "how many were added.", "int", (("total", "0"), ("count", "0")),
               ("if total < {big}:", "    total += {m}", "    count += 1"), ("count",), "{values}_until",
               "Only while the sum is still too small, something is added.", positive=True),
        Result("streak", "Return the length of the longest unbroken row of such {many}.", "int",
               (("current", "0"), ("longest", "0")), ("current += 1", "longest = max(longest, current)"),
               ("longest",), "longest_row", "`current` goes back to 0 as soon as the row is broken.",
               otherwise=("current = 0",), needs="c"),
        Result("balance", "Add up {things}. For every one of the other {all_many}, take 1 away from the "
               "sum, but never go below 0. Return the sum.", "int", (("total", "0"),), ("total += {m}",),
               ("total",), "{value}_balance", "`max` keeps the sum from falling below 0.",
               otherwise=("total = max(0, total - 1)",), needs="mc", positive=True),
        Result("names", "Return a list of their {labels}, in the order given.", "list[str]",
               (("names", "[]"),), ("names.append({l})",), ("names",), "pick_{labels}",
               "The name of each that counts is put into a new list.", needs="l", topics=_LISTS),
        Result("shouted", "Return a list of their {labels} in capital letters, in alphabetical order.",
               "list[str]", (("names", "[]"),), ("names.append({l}.upper())",), ("sorted(names)",),
               "loud_{labels}", "`upper` makes capital letters, and the list is sorted at the end.",
               needs="l", topics=_TEXT + _SORTING),
        Result("joined", "Return a text with their {labels}, a comma and a space between them. If there are "
               "none, return 'nobody'.", "str", (("names", "[]"),), ("names.append({l})",),
               ('", ".join(names) if names else "nobody"',), "{label}_line",
               "`join` puts the commas between the names.", needs="l", topics=_TEXT),
        Result("initials", "Return a text made of the first letters of their {labels}, in the order given.",
               "str", (("letters", '""'),), ("letters += {l}[0]",), ("letters",), "{label}_letters",
               "The text grows by one letter each time.", needs="l", topics=_TEXT),
        Result("best", "Return the {label} with the largest {number}. On a tie, return the "
               "one that comes first; if there are none, return ''.", "str",
               (("best", '""'), ("most", "None")),
               ("if most is None or {m} > most:", "    most = {m}", "    best = {l}"), ("best",),
               "best_{label}", "`most` holds the largest number so far, `best` the name that goes with it.",
               needs="ml"),
        Result("lowest", "Return the {label} with the smallest {number}. On a tie, return the "
               "one that comes last; if there are none, return ''.", "str",
               (("lowest", '""'), ("least", "None")),
               ("if least is None or {m} <= least:", "    least = {m}", "    lowest = {l}"), ("lowest",),
               "lowest_{label}", "`least` holds the smallest number so far; an equal one takes its place.",
               needs="ml"),
        Result("lookup", "Return a dictionary from {label} to {number}. If {a_label} comes "
               "more than once, the last one holds.", "dict[str, int]", (("found", "{}"),),
               ("found[{l}] = {m}",), ("found",), "{value}_table",
               "Each name becomes a key of the dictionary.", needs="ml", topics=_DICTS),
        Result("ranking", "Return a list of their {labels}, ordered by {number}, smallest first. "
               "Put equal ones in alphabetical order.", "list[str]", _CHOSEN,
               ("chosen.append(({m}, {l}))",), ("[{l_name} for _, {l_name} in sorted(chosen)]",),
               "rank_{labels}", "Tuples are sorted by their first part, and by the second on a tie.",
               needs="ml", topics=_SORTING + _SETS),
        Result("columns", "Return a list of texts, one for each: the {label}, filled up with spaces to 10 "
               "characters, then the {number}, filled up on the left to 5.", "list[str]",
               (("table", "[]"),), ('table.append(f"{{{l}:<10}}{{{m}:>5}}")',), ("table",), "{value}_rows",
               "The format marks < and > say to which side a value is pushed.", needs="ml",
               topics=("beginner.basics.formatted_output",)),
        Result("notes", "Return a list of texts like 'name: 12', with the {label} and the {number}.",
               "list[str]", (("notes", "[]"),), ('notes.append(f"{{{l}}}: {{{m}}}")',), ("notes",),
               "{value}_notes", "An f-string puts both parts into one text.", needs="ml",
               topics=("beginner.basics.formatted_output", *_TEXT)),
        Result("group_count", "Return a dictionary from {group} to how many of them it has. Leave out a "
               "{group} that has none.", "dict[str, int]", (("counts", "{}"),),
               ("counts[{g}] = counts.get({g}, 0) + 1",), ("counts",), "{records}_per_{group}",
               "`get` gives 0 when a group is new.", needs="g", topics=_DICTS),
        Result("group_total", "Return a dictionary from {group} to the sum of {things} in it. Leave out a "
               "{group} that has none.", "dict[str, int]", (("totals", "{}"),),
               ("totals[{g}] = totals.get({g}, 0) + {m}",), ("totals",), "{value}_per_{group}",
               "`get` gives 0 when a group is new, then the number is added.", needs="mg", topics=_DICTS),
        Result("group_best", "Return a dictionary from {group} to the largest of {things} in it. Leave out "
               "a {group} that has none.", "dict[str, int]", (("bests", "{}"),),
               ("bests[{g}] = max(bests.get({g}, 0), {m})",), ("bests",), "best_per_{group}",
               "For each group the larger of old and new number stays.", needs="mg", positive=True,
               topics=_DICTS),
        Result("group_names", "Return a dictionary from {group} to the list of its {labels}, in the order "
               "given.", "dict[str, list[str]]", (("names", "{}"),),
               ("names.setdefault({g}, []).append({l})",), ("names",), "{labels}_per_{group}",
               "`setdefault` gives every new group an empty list first.", needs="lg",
               topics=(*_DICTS, "beginner.collections.nested_data")),
    )
}  # fmt: skip
"""Folds by their key."""


@dataclass(frozen=True, slots=True)
class Closing:
    """A last stage that works on the numbers of all groups.

    Attributes:
        key: its own name.
        goal: replaces the last sentences of the goal, after "work out …".
        returns: type of what is returned.
        result: lines over ``{x}``, the name of the dictionary.
        told: how it works.
        topics: subtopics that it practises.
    """

    key: str
    goal: str
    returns: str
    result: tuple[str, ...]
    told: str
    topics: tuple[str, ...]


_COMPREHENSION = ("intermediate.working_with_data.comprehensions",)
CLOSINGS: tuple[Closing, ...] = (
    Closing("list", "Return them as a list of tuples ({group}, number), sorted by {group}.",
            "list[tuple[str, int]]", ("sorted({x}.items())",),
            "`sorted` puts the pairs in order of the group's name.", _SORTING),
    Closing("ranked", "Return them as a list of tuples ({group}, number), the largest number first; order "
            "equal ones by {group}.", "list[tuple[str, int]]",
            ("sorted({x}.items(), key=lambda pair: (-pair[1], pair[0]))",),
            "The key sorts by the number from large to small, then by name.", _SORTING),
    Closing("leader", "Return the {group} with the largest number. On a tie, take the first in the "
            "alphabet; if there is none, return ''.", "str",
            ('if not {x}:', '    return ""', "max(sorted({x}), key={x}.get)"),
            "`max` looks for the key whose number is largest; sorting first settles ties.", _SORTING),
    Closing("big", "Keep only those whose number is at least {big}, and return their names in alphabetical "
            "order.", "list[str]", (("sorted({g_name} for {g_name}, number in {x}.items() if number >= "
            "{big})"),),
            "Small groups are filtered out before sorting.", _COMPREHENSION + _SORTING),
    Closing("report", "Return a list of lines like 'name: 12', sorted by {group}, and a last line 'all: ' "
            "with the sum of all numbers.", "list[str]",
            ("lines = []", "for {g_name} in sorted({x}):", ('    lines.append(f"{{{g_name}}}: '
                '{{{x}[{g_name}]}}")'),
             'lines.append(f"all: {{sum({x}.values())}}")', "lines"),
            "The lines are made group by group; the sum comes last.", ("beginner.basics.formatted_output",)),
    Closing("share", "Return a dictionary from {group} to its share of the sum of all numbers, in whole "
            "percent, rounded down. If that sum is 0, return an empty dictionary.", "dict[str, int]",
            ("whole = sum({x}.values())", "if whole == 0:", "    return {{}}",
             "{{{g_name}: number * 100 // whole for {g_name}, number in {x}.items()}}"),
            "Each number is multiplied by 100 and divided by the sum of all.", _COMPREHENSION),
    Closing("gap", "Return the difference between the largest and the smallest of these numbers, or 0 if "
            "there are none.", "int",
            ("if not {x}:", "    return 0", "max({x}.values()) - min({x}.values())"),
            "Only the numbers matter here, so `values` is used.", _DICTS),
)  # fmt: skip
"""Closing stages, for folds whose result is a number for each group."""


def closed(result: Result, closing: Closing) -> Result:
    """A fold over groups with a closing stage in place of its plain result."""
    goal = result.goal.split(". ", 1)[0].replace("Return a dictionary from", "For every", 1)
    first = goal.replace(" to ", ", work out ", 1) + "."
    lines = tuple(line.replace("{x}", result.result[0]) for line in closing.result)
    return replace(
        result,
        key=f"{result.key}_{closing.key}",
        goal=f"{first} {closing.goal}",
        returns=closing.returns,
        result=lines,
        told=f"{result.told} {closing.told}",
        topics=(*result.topics, *closing.topics),
    )
