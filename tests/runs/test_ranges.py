"""Any set of keys as stretches of neighbours."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pygrounds_dagster.runs.ranges import RANGE_END_TAG, RANGE_START_TAG, contiguous_ranges, range_tags

ORDER = ["d", "a", "c", "b"]


def test_ranges_follow_the_order_in_which_keys_were_added() -> None:
    assert list(contiguous_ranges({"a", "c"}, ORDER)) == [["a", "c"]]
    assert list(contiguous_ranges({"a", "b", "d"}, ORDER)) == [["d", "a"], ["b"]]


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(KeyError, match="no such partitions: x, y"):
        list(contiguous_ranges({"x", "a", "y"}, ORDER))


def test_tags_name_both_ends() -> None:
    assert range_tags(["a", "c", "b"]) == {RANGE_START_TAG: "a", RANGE_END_TAG: "b"}


@given(st.sets(st.integers(0, 30)))
def test_every_key_is_in_exactly_one_stretch(chosen: set[int]) -> None:
    ordered = [str(number) for number in range(31)]
    keys = {str(number) for number in chosen}
    stretches = list(contiguous_ranges(keys, ordered))
    assert [key for stretch in stretches for key in stretch] == [key for key in ordered if key in keys]
    for left, right in pairwise(stretches):
        assert ordered.index(right[0]) - ordered.index(left[-1]) > 1
