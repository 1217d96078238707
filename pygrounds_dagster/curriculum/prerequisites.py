"""The graph of prerequisites: cycles with their path, and an order to learn in.

Here: pure graph questions over partition keys. Not here: reading files.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from graphlib import CycleError, TopologicalSorter

from pygrounds_dagster.curriculum.content_model import Content


class CyclicPrerequisitesError(ValueError):
    """Subtopics that need one another; the message holds the path."""


def find_cycles(graph: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Disjoint cycles of a prerequisite graph, each as the path from a key back to itself.

    Args:
        graph: key → keys it needs; keys outside of the graph are ignored.
    """
    left = {key: {need for need in needs if need in graph} for key, needs in graph.items()}
    found: list[list[str]] = []
    while True:
        try:
            TopologicalSorter(left).prepare()
        except CycleError as error:
            path: list[str] = error.args[1][::-1]  # graphlib names the needed one first
            found.append(path)
            gone = set(path)
            left = {key: needs - gone for key, needs in left.items() if key not in gone}
        else:
            return found


def prerequisite_order(content: Content) -> list[str]:
    """Keys of the valid subtopics, each after everything it needs, else in the curriculum's own order.

    Raises:
        CyclicPrerequisitesError: some need one another (not in what ``load_content`` returns).
    """
    position = {subtopic.key: number for number, subtopic in enumerate(content.subtopics)}
    needs = {s.key: {need for need in s.prerequisites if need in position} for s in content.subtopics}
    if cycles := find_cycles(needs):
        raise CyclicPrerequisitesError("prerequisites in a circle: " + " → ".join(cycles[0]))
    sorter = TopologicalSorter(needs)
    sorter.prepare()
    ordered: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready(), key=position.__getitem__)
        ordered += ready
        sorter.done(*ready)
    return ordered
