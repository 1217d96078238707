"""A layered drawing of a graph without cycles: who stands in which row, where, and how lines go round.

The method of K. Sugiyama, S. Tagawa and M. Toda ("Methods for visual understanding of hierarchical system
structures", IEEE Transactions on Systems, Man and Cybernetics 11, 1981): rows by longest path, a bend in
every row that a line passes, order by the mean place of neighbours, then places by least squares.

Here: pure geometry. Not here: what is drawn (``prerequisite_picture``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import pairwise

Node = tuple[str, ...]
"""A key alone, or (from, to, row) for the bend of a line."""

_SWEEPS = 32


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is; one row is one unit high, one node one unit wide.

    Attributes:
        places: key → (x, row).
        lines: (needed, needing) → the points that the line goes through, from row to row.
    """

    places: Mapping[str, tuple[float, int]]
    lines: Mapping[tuple[str, str], Sequence[tuple[float, int]]]


def reduced(graph: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """Without the needs that follow from other needs (transitive reduction).

    Args:
        graph: key → keys that it needs; without cycles, every need a key of the graph.
    """
    above: dict[str, set[str]] = {}
    for key in TopologicalSorter(graph).static_order():
        needs = set(graph[key])
        above[key] = needs.union(*(above[need] for need in needs))
    return {
        key: [need for need in needs if not any(need in above[other] for other in needs)]
        for key, needs in graph.items()
    }


def layout(graph: Mapping[str, Sequence[str]], bend_width: float = 0.3) -> Layout:
    """Place a graph.

    Args:
        graph: key → keys that it needs, in an order that ties are broken by; without cycles, every need a
            key.
        bend_width: room of a line that passes between nodes, in widths of a node.
    """
    row_of: dict[str, int] = {}
    for key in TopologicalSorter(graph).static_order():
        row_of[key] = 1 + max((row_of[need] for need in graph[key]), default=-1)
    paths = {
        (need, key): [(need,), *((need, key, str(r)) for r in range(row_of[need] + 1, row_of[key])), (key,)]
        for key, needs in graph.items()
        for need in needs
    }
    rows: list[list[Node]] = [[] for _ in range(max(row_of.values(), default=-1) + 1)]
    for key in graph:
        rows[row_of[key]].append((key,))
    for (need, _), path in paths.items():
        for offset, bend in enumerate(path[1:-1], start=row_of[need] + 1):
            rows[offset].append(bend)
    above: dict[Node, list[Node]] = defaultdict(list)
    below: dict[Node, list[Node]] = defaultdict(list)
    for path in paths.values():
        for upper, lower in pairwise(path):
            below[upper].append(lower)
            above[lower].append(upper)
    rows = _ordered(rows, above, below)
    places = _placed(rows, above, below, bend_width)
    return Layout(
        {key: (places[(key,)], row_of[key]) for key in graph},
        {
            (need, key): [(places[node], row_of[need] + step) for step, node in enumerate(path)]
            for (need, key), path in paths.items()
        },
    )


def crossings(rows: Sequence[Sequence[Node]], below: Mapping[Node, Sequence[Node]]) -> int:
    """How often lines between neighbouring rows cross."""
    total = 0
    for upper, lower in pairwise(rows):
        place = {node: number for number, node in enumerate(lower)}
        ends = [place[target] for node in upper for target in sorted(below[node], key=place.__getitem__)]
        total += sum(ends[i] > ends[j] for i in range(len(ends)) for j in range(i + 1, len(ends)))
    return total


def _ordered(
    rows: list[list[Node]], above: Mapping[Node, list[Node]], below: Mapping[Node, list[Node]]
) -> list[list[Node]]:
    """Sweep down and up, each row by the mean place of its neighbours; the best order seen is kept."""
    best, fewest = [list(row) for row in rows], crossings(rows, below)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        neighbours = above if down else below
        order = range(1, len(rows)) if down else range(len(rows) - 2, -1, -1)
        for number in order:
            fixed = {node: place for place, node in enumerate(rows[number - 1 if down else number + 1])}
            now = {node: float(place) for place, node in enumerate(rows[number])}
            rows[number].sort(key=lambda node: _mean([fixed[n] for n in neighbours[node]], now[node]))
        count = crossings(rows, below)
        if count < fewest:
            best, fewest = [list(row) for row in rows], count
    return best


def _placed(
    rows: list[list[Node]],
    above: Mapping[Node, list[Node]],
    below: Mapping[Node, list[Node]],
    bend_width: float,
) -> dict[Node, float]:
    """Places near the neighbours' mean that keep order and distances."""
    places = {node: float(place) for row in rows for place, node in enumerate(row)}
    for sweep in range(_SWEEPS):
        both = sweep >= _SWEEPS // 2
        for row in rows if sweep % 2 == 0 else reversed(rows):
            wished = []
            for node in row:
                near = above[node] if sweep % 2 == 0 else below[node]
                near = [*above[node], *below[node]] if both else near
                wished.append(_mean([places[n] for n in near], places[node]))
            widths = [1.0 if len(node) == 1 else bend_width for node in row]
            places.update(zip(row, _spread(wished, widths), strict=True))
    least = min(places.values(), default=0.0)
    return {node: place - least for node, place in places.items()}


def _spread(wished: Sequence[float], widths: Sequence[float]) -> list[float]:
    """The places nearest to the wished ones by least squares that keep order and room.

    Isotonic regression by pooling adjacent violators, after the widths are taken out.
    """
    offsets = [0.0]
    for left, right in pairwise(widths):
        offsets.append(offsets[-1] + (left + right) / 2)
    pools: list[tuple[float, int]] = []
    for wish, offset in zip(wished, offsets, strict=False):
        pools.append((wish - offset, 1))
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (value, count), (before, many) = pools.pop(), pools.pop()
            pools.append(((value * count + before * many) / (count + many), count + many))
    flat = [value for value, count in pools for _ in range(count)]
    return [value + offset for value, offset in zip(flat, offsets, strict=False)]


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default
