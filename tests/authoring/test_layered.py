"""A layered drawing: rows, order and places, worked out for graphs that can be seen at a glance."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from pygrounds_dagster.authoring.layered import Layout, layout, reduced

Graph = dict[str, list[str]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Graphs without cycles: each key needs only earlier ones."""
    keys = [f"k{number}" for number in range(draw(st.integers(1, 14)))]
    return {
        key: draw(st.lists(st.sampled_from(keys[:n]), unique=True)) if n else [] for n, key in enumerate(keys)
    }


def reach(graph: Graph, key: str) -> set[str]:
    found: set[str] = set()
    for need in graph[key]:
        found |= {need} | reach(graph, need)
    return found


def test_needs_that_follow_from_others_are_left_out() -> None:
    graph = {"a": [], "b": ["a"], "c": ["a", "b"], "d": ["c", "a"]}
    assert reduced(graph) == {"a": [], "b": ["a"], "c": ["b"], "d": ["c"]}


@given(graphs())
def test_the_reduced_graph_means_the_same_with_no_need_too_many(graph: Graph) -> None:
    small = reduced(graph)
    for key in graph:
        assert reach(small, key) == reach(graph, key)
        for need in small[key]:
            without = {**small, key: [other for other in small[key] if other != need]}
            assert need not in reach(without, key)


@given(graphs())
def test_everything_stands_below_what_it_needs_and_apart_from_its_neighbours(graph: Graph) -> None:
    placed = layout(graph)
    assert placed.places.keys() == graph.keys()
    assert placed.lines.keys() == {(need, key) for key in graph for need in graph[key]}
    for (need, key), points in placed.lines.items():
        assert points[0] == placed.places[need]
        assert points[-1] == placed.places[key]
        assert [row for _, row in points] == list(range(points[0][1], points[-1][1] + 1))
        assert points[0][1] < points[-1][1]
    rows: dict[int, list[float]] = {}
    for x, row in placed.places.values():
        rows.setdefault(row, []).append(x)
    for row in rows.values():
        assert all(right - left > 1 - 1e-6 for left, right in pairwise(sorted(row)))
    assert min(x for x, _ in placed.places.values()) > -1e-6


@given(graphs())
def test_the_same_graph_is_placed_the_same(graph: Graph) -> None:
    assert layout(graph) == layout(dict(graph))


def test_a_chain_is_a_straight_line() -> None:
    placed = layout({"a": [], "b": ["a"], "c": ["b"]})
    assert placed.places == {"a": (0, 0), "b": (0, 1), "c": (0, 2)}


def test_lines_that_can_go_without_crossing_do() -> None:
    # Written crosswise: each of the lower ones needs the upper one at the other end.
    names = "abcdef"
    graph: Graph = {name: [] for name in names}
    graph |= {name.upper(): [name] for name in reversed(names)}
    placed = layout(graph)
    upper = sorted(names, key=lambda name: placed.places[name])
    assert upper == [name.lower() for name in sorted(names.upper(), key=lambda name: placed.places[name])]


def test_nothing_is_an_empty_drawing() -> None:
    assert layout({}) == Layout({}, {})
