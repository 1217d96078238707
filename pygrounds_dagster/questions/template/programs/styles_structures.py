"""Ways to write a pipeline down with data structures, own algorithms, databases and the standard library.

Here: one function a way, from a plan to code, and the table ``STRUCTURES``. Not here: classes for rules and
records (``styles_objects``).
"""

from __future__ import annotations

from collections.abc import Mapping

from pygrounds_dagster.questions.template.programs.plans import Plan
from pygrounds_dagster.questions.template.programs.styles_plain import CHOSEN, Style
from pygrounds_dagster.questions.template.programs.writing import (
    body,
    function,
    indented,
    looped,
    returned,
    started,
    target,
)

DATA, ALGORITHMS = "advanced.data_structures", "advanced.algorithms"
DATABASES, TOOLS = "advanced.databases", "intermediate.modules_and_tools"


def _item(plan: Plan) -> str:
    row = target(plan)
    return f"({row})" if "," in row else row


def linked_list(plan: Plan) -> str:
    """A chain of nodes, walked from its head."""
    above = [
        "class Node:", "    def __init__(self, item, after) -> None:", "        self.item = item",
        "        self.after = after", "", "", (f"def chain({plan.parameter}: {plan.shape.annotation}) -> "
        f"Node | None:"),
        "    head = None", f"    for item in reversed({plan.parameter}):", "        head = Node(item, head)",
        "    return head",
    ]  # fmt: skip
    inner = [f"{target(plan)} = node.item", "node = node.after", *body(plan)]
    lines = [
        f"node = chain({plan.parameter})", *started(plan), "while node is not None:", *indented(inner),
        *returned(plan.outcome),
    ]  # fmt: skip
    return function(plan, lines, above)


def stack(plan: Plan) -> str:
    """A stack turns the order round: the last one pushed is the first one out."""
    lines = ["stack = []"]
    pushed = [f"stack.append({_item(plan)})"]
    lines += looped(plan, [f"if {plan.condition}:", *indented(pushed)])
    inner = [f"{target(plan)} = stack.pop()", *plan.step]
    return function(plan, [*lines, *started(plan), "while stack:", *indented(inner), *returned(plan.outcome)])


def queue(plan: Plan) -> str:
    """A deque gives its items in the order in which they came."""
    above = ["from collections import deque"]
    inner = [f"{target(plan)} = queue.popleft()", *body(plan)]
    lines = [
        f"queue = deque({plan.parameter})", *started(plan), "while queue:", *indented(inner),
        *returned(plan.outcome),
    ]  # fmt: skip
    return function(plan, lines, above)


def window(plan: Plan) -> str:
    """A deque that holds no more than a few: old ones fall out."""
    above = ["from collections import deque"]
    lines = [
        "recent = deque(maxlen=4)", *looped(plan, [*plan.before, *_if(plan,
        [f"recent.append({plan.measure})"])]),
        "chosen = list(recent)", *returned(CHOSEN[plan.result.key]),
    ]  # fmt: skip
    return function(plan, lines, above)


def _if(plan: Plan, lines: list[str]) -> list[str]:
    return [f"if {plan.condition}:", *indented(lines)] if plan.condition else lines


_INSERT = [
    "class Node:", "    def __init__(self, number: int) -> None:", "        self.number = number",
    "        self.left = None", "        self.right = None", "", "",
    "def insert(node: Node | None, number: int) -> Node:", "    if node is None:",
    "        return Node(number)",
    "    if number < node.number:", "        node.left = insert(node.left, number)", "    else:",
    "        node.right = insert(node.right, number)", "    return node", "", "",
    "def in_order(node: Node | None) -> list[int]:", "    if node is None:", "        return []",
    "    return in_order(node.left) + [node.number] + in_order(node.right)",
]  # fmt: skip
_ORDERED: Mapping[str, tuple[str, ...]] = {
    "sorted": ("list(dict.fromkeys(chosen))",),
    "top": ("chosen[::-1][:3]",),
    "middle": ("if not chosen:", "    return 0", "chosen[len(chosen) // 2]"),
    "spread": ("if not chosen:", "    return 0", "chosen[-1] - chosen[0]"),
    "largest": ("chosen[-1] if chosen else 0",),
    "smallest": ("chosen[0] if chosen else -1",),
    "different": (
        "sum(1 for place, number in enumerate(chosen) if place == 0 or number != chosen[place - 1])",
    ),
    "second": (
        "different = list(dict.fromkeys(chosen))",
        "if len(different) < 2:",
        "    return -1",
        "different[-2]",
    ),
}
"""Results from the measures in order of size."""


def search_tree(plan: Plan) -> str:
    """A search tree, read in order."""
    step = [f"root = insert(root, {plan.measure})"]
    lines = ["root = None", *looped(plan, [*plan.before, *_if(plan, step)]), "chosen = in_order(root)"]
    return function(plan, [*lines, *returned(_ORDERED[plan.result.key])], _INSERT)


def kept_in_order(plan: Plan) -> str:
    """``insort`` puts each number at its place in a list that stays sorted."""
    step = [f"insort(chosen, {plan.measure})"]
    lines = ["chosen: list[int] = []", *looped(plan, [*plan.before, *_if(plan, step)])]
    return function(plan, [*lines, *returned(_ORDERED[plan.result.key])], ["from bisect import insort"])


def found_place(plan: Plan) -> str:
    """A search by halves finds the place of each number."""
    above = [
        "def place_for(ordered: list[int], number: int) -> int:", "    low, high = 0, len(ordered)",
        "    while low < high:", "        middle = (low + high) // 2", "        if ordered[middle] < number:",
        "            low = middle + 1", "        else:", "            high = middle", "    return low",
    ]  # fmt: skip
    step = [f"worth = {plan.measure}", "chosen.insert(place_for(chosen, worth), worth)"]
    lines = ["chosen: list[int] = []", *looped(plan, [*plan.before, *_if(plan, step)])]
    return function(plan, [*lines, *returned(_ORDERED[plan.result.key])], above)


_SORTS: Mapping[str, list[str]] = {
    "insertion_sort": [
        "def in_order(numbers: list[int]) -> list[int]:", "    ordered = list(numbers)",
        "    for place in range(1, len(ordered)):", "        number = ordered[place]",
        "        while place > 0 and ordered[place - 1] > number:",
        "            ordered[place] = ordered[place - 1]", "            place -= 1",
        "        ordered[place] = number",
        "    return ordered",
    ],
    "selection_sort": [
        "def in_order(numbers: list[int]) -> list[int]:", "    ordered = list(numbers)",
        "    for start in range(len(ordered)):", "        least = start",
        "        for place in range(start + 1, len(ordered)):", ("            if ordered[place] < "
        "ordered[least]:"),
        "                least = place", ("        ordered[start], ordered[least] = ordered[least], "
        "ordered[start]"),
        "    return ordered",
    ],
    "bubble_sort": [
        "def in_order(numbers: list[int]) -> list[int]:", "    ordered = list(numbers)",
        "    for end in range(len(ordered) - 1, 0, -1):", "        for place in range(end):",
        "            if ordered[place] > ordered[place + 1]:",
        "                ordered[place], ordered[place + 1] = ordered[place + 1], ordered[place]",
        "    return ordered",
    ],
    "merge_sort": [
        "def in_order(numbers: list[int]) -> list[int]:", "    if len(numbers) < 2:",
        "        return numbers",
        "    half = len(numbers) // 2", ("    left, right = in_order(numbers[:half]), "
        "in_order(numbers[half:])"),
        "    ordered = []", "    while left and right:",
        "        ordered.append(left.pop(0) if left[0] <= right[0] else right.pop(0))",
        "    return ordered + left + right",
    ],
    "quick_sort": [
        "def in_order(numbers: list[int]) -> list[int]:", "    if not numbers:", "        return []",
        "    first, *rest = numbers", "    small = [number for number in rest if number < first]",
        "    large = [number for number in rest if number >= first]",
        "    return in_order(small) + [first] + in_order(large)",
    ],
}  # fmt: skip


def _by_sort(key: str) -> Style:
    def write(plan: Plan) -> str:
        step = [f"kept.append({plan.measure})"]
        lines = ["kept = []", *looped(plan, [*plan.before, *_if(plan, step)]), "chosen = in_order(kept)"]
        return function(plan, [*lines, *returned(_ORDERED[plan.result.key])], _SORTS[key])

    name = key.replace("_", " ")
    told = f"`in_order` sorts by {name}; the answer is then read off the sorted list."
    topics = (f"{ALGORITHMS}.sorting_algorithms", f"{ALGORITHMS}.complexity")
    return Style(key, write, _orders, told, topics, f"Sort the numbers yourself, by {name}.")


# --- databases --------------------------------------------------------------------------------------------

_QUERIES: Mapping[str, tuple[str, str]] = {
    "count": ("SELECT COUNT(*) {rows}", "connection.execute(query).fetchone()[0]"),
    "total": ("SELECT COALESCE(SUM({m}), 0) {rows}", "connection.execute(query).fetchone()[0]"),
    "largest": ("SELECT COALESCE(MAX({m}), 0) {rows}", "connection.execute(query).fetchone()[0]"),
    "smallest": ("SELECT COALESCE(MIN({m}), -1) {rows}", "connection.execute(query).fetchone()[0]"),
    "different": ("SELECT COUNT(DISTINCT {m}) {rows}", "connection.execute(query).fetchone()[0]"),
    "both": ("SELECT COUNT(*), COALESCE(SUM({m}), 0) {rows}", "connection.execute(query).fetchone()"),
    "values": ("SELECT {m} {rows} ORDER BY number", "[row[0] for row in connection.execute(query)]"),
    "backwards": ("SELECT {m} {rows} ORDER BY number DESC", "[row[0] for row in connection.execute(query)]"),
    "sorted": ("SELECT DISTINCT {m} {rows} ORDER BY 1", "[row[0] for row in connection.execute(query)]"),
    "top": ("SELECT {m} {rows} ORDER BY 1 DESC LIMIT 3", "[row[0] for row in connection.execute(query)]"),
    "names": ("SELECT {l} {rows} ORDER BY number", "[row[0] for row in connection.execute(query)]"),
    "ranking": ("SELECT {l} {rows} ORDER BY {m}, {l}", "[row[0] for row in connection.execute(query)]"),
    "lookup": ("SELECT {l}, {m} {rows} ORDER BY number", "dict(connection.execute(query))"),
    "group_count": ("SELECT {g}, COUNT(*) {rows} GROUP BY {g}", "dict(connection.execute(query))"),
    "group_total": ("SELECT {g}, SUM({m}) {rows} GROUP BY {g}", "dict(connection.execute(query))"),
    "group_best": ("SELECT {g}, MAX({m}) {rows} GROUP BY {g}", "dict(connection.execute(query))"),
}


def _base(plan: Plan) -> str:
    key = plan.result.key
    return key if key in _QUERIES else "_".join(key.split("_")[:2])


def _sql(text: str) -> str:
    return (
        text.replace('"', "'")
        .replace("==", "=")
        .replace("//", "/")
        .replace("len(", "length(")
        .replace(" or ", " OR ")
        .replace(" and ", " AND ")
    )


def database(plan: Plan) -> str:
    """Rows go into a table; a query gives the answer."""
    names = target(plan).split(", ")
    columns = ", ".join(f"{name} {'INTEGER' if name == plan.names['v'] else 'TEXT'}" for name in names)
    values = ", ".join("?" * len(names))
    made = [
        "connection = sqlite3.connect(\":memory:\")",
        f'connection.execute("CREATE TABLE data (number INTEGER PRIMARY KEY, {columns})")',
        f'insert = "INSERT INTO data ({", ".join(names)}) VALUES ({values})"',
        f"connection.executemany(insert, {_as_rows(plan)})",
    ]  # fmt: skip
    rows = "FROM data" + (f" WHERE {_sql(plan.condition)}" if plan.condition else "")
    return function(plan, [*made, *_answered(plan, rows)], ["import sqlite3"])


def _as_rows(plan: Plan) -> str:
    if plan.shape.key == "dict":
        return f"{plan.parameter}.items()"
    row = target(plan)
    return plan.parameter if "," in row else f"[({row},) for {row} in {plan.parameter}]"


def _answered(plan: Plan, rows: str) -> list[str]:
    query, answer = _QUERIES[_base(plan)]
    gaps = {**plan.names, "m": _sql(plan.measure), "rows": rows}
    lines = [f'query = "{query.format_map(gaps)}"']
    if plan.result.key == _base(plan):
        return [*lines, f"return {answer}"]
    return [*lines, f"{plan.result.start[0][0]} = {answer}", *returned(plan.outcome)]


def joined_tables(plan: Plan) -> str:
    """Two tables, brought together by a join."""
    name, group, value = (plan.names[gap] for gap in ("l", "g", "v"))
    made = [
        "connection = sqlite3.connect(\":memory:\")",
        f'connection.execute("CREATE TABLE members (number INTEGER PRIMARY KEY, {name} TEXT, {group} TEXT)")',
        f'connection.execute("CREATE TABLE data (number INTEGER PRIMARY KEY, {value} INTEGER)")',
        f"for number, ({target(plan)}) in enumerate({plan.parameter}):",
        f'    connection.execute("INSERT INTO members VALUES (?, ?, ?)", (number, {name}, {group}))',
        f'    connection.execute("INSERT INTO data VALUES (?, ?)", (number, {value}))',
    ]  # fmt: skip
    where = f" WHERE {_sql(plan.condition)}" if plan.condition else ""
    rows = f"FROM data JOIN members USING (number){where}"
    return function(plan, [*made, *_answered(plan, rows)], ["import sqlite3"])


# --- the standard library ---------------------------------------------------------------------------------

_LIBRARY: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "mean": (("from statistics import fmean",),
             ("if not chosen:", "    return 0.0", "round(fmean(chosen), 1)")),
    "middle": (("from statistics import median_high",), ("median_high(chosen) if chosen else 0",)),
    "repeated": (("from collections import Counter",),
                 ("counts = Counter(chosen)", ("sorted(number for number, count in counts.items() if count "
                     "> 1)"))),
    "running": (("from itertools import accumulate",), ("list(accumulate(chosen))",)),
    "rises": (("from itertools import pairwise",),
              ("sum(after > before for before, after in pairwise(chosen))",)),
    "highs": (("from itertools import accumulate, pairwise",),
              ("peaks = accumulate(chosen, max, initial=0)", ("sum(after > before for before, after in "
                  "pairwise(peaks))"))),
    "top": (("from heapq import nlargest",), ("nlargest(3, chosen)",)),
    "last_three": (("from collections import deque",), ("list(deque(chosen, maxlen=3))",)),
    "second": (("from heapq import nlargest",), ("largest = nlargest(2, set(chosen))",
               "largest[1] if len(largest) == 2 else -1")),
}  # fmt: skip
_LIBRARY_GROUPS: Mapping[str, tuple[str, str, str]] = {
    "group_count": ("from collections import Counter", "Counter()", "{x}[{g}] += 1"),
    "group_total": ("from collections import defaultdict", "defaultdict(int)", "{x}[{g}] += {m}"),
    "group_names": ("from collections import defaultdict", "defaultdict(list)", "{x}[{g}].append({l})"),
}


def library(plan: Plan) -> str:
    """A function of the standard library does the main part."""
    if plan.result.key in _LIBRARY:
        imports, outcome = _LIBRARY[plan.result.key]
        step = [f"chosen.append({plan.measure})"]
        lines = ["chosen = []", *looped(plan, [*plan.before, *_if(plan, step)]), *returned(outcome)]
        return function(plan, lines, imports)
    imported, start, step_text = _LIBRARY_GROUPS[_group_of(plan)]
    state = plan.result.start[0][0]
    gaps = {**plan.names, "x": state, "m": plan.measure}
    outcome = plan.outcome if plan.result.key not in _LIBRARY_GROUPS else (f"dict({state})",)
    lines = [f"{state} = {start}", *looped(plan, [*plan.before, *_if(plan, [step_text.format_map(gaps)])])]
    return function(plan, [*lines, *returned(outcome)], [imported])


def _group_of(plan: Plan) -> str:
    return "_".join(plan.result.key.split("_")[:2])


def _in_library(plan: Plan) -> bool:
    return plan.result.key in _LIBRARY or _group_of(plan) in _LIBRARY_GROUPS


def _orders(plan: Plan) -> bool:
    return plan.result.key in _ORDERED and not plan.otherwise


def _stored(plan: Plan) -> bool:
    sql = plan.condition + plan.measure
    odd = any(word in sql for word in (" if ", "**", "lower()", " <= " + plan.names["v"] + " <= "))
    return plan.shape.key in ("numbers", "dict", "pairs", "triples") and _base(plan) in _QUERIES and not odd


_SQL_TOLD = "The rows are put into a table in memory; the query picks, works out and sums up."
STRUCTURES: tuple[Style, ...] = (
    Style("linked_list", linked_list, lambda p: p.shape.is_list, "Each node knows the one after it; the "
        "loop walks "
          "from node to node.", (f"{DATA}.linked_lists",), "Put the items into a linked list and walk "
          "along it."),
    Style("stack", stack,
        lambda p: p.shape.is_list and bool(p.condition) and not p.otherwise and not p.before,
          "What counts is pushed on a stack, and popped from the top.", (f"{DATA}.stacks_and_queues",),
          "Use a stack.", lambda p: f"Go through the {p.shape.noun[1].format_map(p.nouns)} from the last "
          f"to the "
          "first."),
    Style("queue", queue, lambda p: p.shape.is_list, "The deque gives its items in the order in which they "
          "came.", (f"{DATA}.stacks_and_queues",), "Use a queue."),
    Style("window", window, lambda p: p.result.key in CHOSEN and not p.otherwise,
        "The deque holds four numbers "
          "at most; old ones fall out.", (f"{DATA}.stacks_and_queues",),
          "Use a deque with a greatest length.",
          lambda _plan: "Use only the last four of those that count, or all if there are fewer."),
    Style("search_tree", search_tree, _orders, "Every number goes to the left or the right of a node; read "
        "in "
          "order, they come out sorted.", (f"{DATA}.trees",), "Put the numbers into a search tree."),
    Style("kept_in_order", kept_in_order, _orders, "`insort` keeps the list sorted, so the answer can be "
        "read "
          "off.", (f"{ALGORITHMS}.searching", f"{TOOLS}.standard_library"),
          "Keep a sorted list with `bisect`."),
    Style("found_place", found_place, _orders, "The search halves the stretch until the place is found.",
          (f"{ALGORITHMS}.searching", f"{ALGORITHMS}.complexity"), "Find each place by halving the list."),
    *(_by_sort(key) for key in _SORTS),
    Style("database", database, _stored, _SQL_TOLD, (f"{DATABASES}.sqlite_basics",),
          "Let a database in memory do the work."),
    Style("joined_tables", joined_tables, lambda p: p.shape.key == "triples" and _stored(p),
        "Two tables are joined "
          "by a common number; the query picks and sums up.", (f"{DATABASES}.sqlite_queries",),
          "Keep the texts in one table and the numbers in a second, give both a common key, and join them."),
    Style("library", library, lambda p: _in_library(p) and not p.otherwise,
        "The main part is done by a tool of "
          "the standard library.", (f"{TOOLS}.standard_library", f"{TOOLS}.modules"),
          "The standard library has a tool for this."),
)  # fmt: skip
"""The ways of this module."""
