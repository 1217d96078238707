"""Any set of partition keys as runs over ranges.

A run can cover one partition or one contiguous range, and a dynamic partitions' range follows the order in
which keys were added. So a set of keys becomes as few contiguous ranges as it has gaps.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

RANGE_START_TAG = "dagster/asset_partition_range_start"
RANGE_END_TAG = "dagster/asset_partition_range_end"


def contiguous_ranges(keys: Collection[str], ordered: Sequence[str]) -> Iterator[list[str]]:
    """Split keys into runs of neighbours.

    Args:
        keys: the keys wanted.
        ordered: all keys in the order in which Dagster keeps them.

    Yields:
        Lists of neighbouring keys, in order.

    Raises:
        KeyError: a key is none of the ordered ones; the error names all such keys.
    """
    wanted = set(keys)
    unknown = sorted(wanted.difference(ordered))
    if unknown:
        raise KeyError(f"no such partitions: {', '.join(unknown)}")
    stretch: list[str] = []
    for key in ordered:
        if key in wanted:
            stretch.append(key)
        elif stretch:
            yield stretch
            stretch = []
    if stretch:
        yield stretch


def range_tags(stretch: Sequence[str]) -> dict[str, str]:
    """Tags of a run over neighbouring keys."""
    return {RANGE_START_TAG: stretch[0], RANGE_END_TAG: stretch[-1]}
