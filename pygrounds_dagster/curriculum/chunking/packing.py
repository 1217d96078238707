"""Packing consecutive pieces into groups under a budget, evenly.

What belongs here: arithmetic on costs. What does not: what the pieces are.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence


def pack(costs: Sequence[int], budget: int, glued: Collection[int] = ()) -> list[range]:
    """Group consecutive pieces so that no group costs more than the budget, and groups are alike in size.

    The number of groups is the least that first-fit needs; among those the largest group is made as
    small as possible, so that no short remainder is left over.

    Args:
        costs: cost of every piece; one above the budget gets a group of its own.
        budget: most that a group may cost.
        glued: indexes of pieces that stay with the next one where both fit.

    Returns:
        Ranges of piece indexes, in order, covering all.
    """
    if not costs:
        return []
    pieces = _glue(costs, budget, glued)
    sizes = [sum(costs[piece.start : piece.stop]) for piece in pieces]
    groups = _first_fit(sizes, budget)
    low, high = max(1, sum(sizes) // len(groups)), budget
    while low < high:
        middle = (low + high) // 2
        tighter = _first_fit(sizes, middle)
        if len(tighter) > len(groups):
            low = middle + 1
        else:
            high, groups = middle, tighter
    return [range(pieces[group.start].start, pieces[group.stop - 1].stop) for group in groups]


def _glue(costs: Sequence[int], budget: int, glued: Collection[int]) -> list[range]:
    """Pieces put together with the next one where they are glued to it and both fit."""
    pieces: list[range] = []
    start = 0
    for index in range(len(costs)):
        if index in glued and index + 1 < len(costs) and sum(costs[start : index + 2]) <= budget:
            continue
        pieces.append(range(start, index + 1))
        start = index + 1
    return pieces


def _first_fit(costs: Sequence[int], budget: int) -> list[range]:
    groups: list[range] = []
    start, used = 0, 0
    for index, cost in enumerate(costs):
        if index > start and used + cost > budget:
            groups.append(range(start, index))
            start, used = index, 0
        used += cost
    groups.append(range(start, len(costs)))
    return groups
