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
    groups = _first_fit(costs, budget, glued)
    low, high = max(1, sum(costs) // len(groups)), budget
    while low < high:
        middle = (low + high) // 2
        tighter = _first_fit(costs, middle, glued)
        if len(tighter) > len(groups):
            low = middle + 1
        else:
            high, groups = middle, tighter
    return groups


def _first_fit(costs: Sequence[int], budget: int, glued: Collection[int]) -> list[range]:
    groups: list[range] = []
    start, used = 0, 0
    for index, cost in enumerate(costs):
        if index > start and used + cost > budget:
            cut = index
            # A glued piece (the sentence that introduces a list) moves on to what it introduces.
            while cut - 1 > start and cut - 1 in glued and costs[cut - 1] + cost <= budget:
                cut -= 1
            groups.append(range(start, cut))
            start, used = cut, sum(costs[cut:index])
        used += cost
    groups.append(range(start, len(costs)))
    return groups
