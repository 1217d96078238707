"""What is materialised without anyone asking: what depends on changed content, and nothing else."""

from __future__ import annotations

import dagster as dg
import pytest

from pygrounds_dagster.definitions import defs as load

ROAD = ["documents", "chunks", "chunk_embeddings", "subtopic_intents", "semantic_rankings", "faiss_index"]
KEYS = ["z.t.a", "z.t.b"]


def store(instance: dg.DagsterInstance, asset: str, key: str, version: str) -> None:
    """Record a materialisation as `settle` does."""
    tags = {"dagster/data_version": version}
    instance.report_runless_asset_event(dg.AssetMaterialization(asset_key=asset, partition=key, tags=tags))


class Ticks:
    """The automation sensor's ticks, one after the other."""

    def __init__(self, instance: dg.DagsterInstance) -> None:
        self._instance, self._defs, self._cursor = instance, load(), None

    def next(self) -> set[tuple[str, str | None]]:
        result = dg.evaluate_automation_conditions(
            self._defs,
            self._instance,
            asset_selection=dg.AssetSelection.groups("knowledge", "quality", "questions"),
            cursor=self._cursor,
        )
        self._cursor = result.cursor
        return {
            (key.to_user_string(), partition)
            for key in self._defs.resolve_asset_graph().materializable_asset_keys
            for partition in (result.get_requested_partitions(key) or ())
        }


@pytest.fixture
def ticks(instance: dg.DagsterInstance) -> Ticks:
    """Everything is materialised, and has been looked at."""
    instance.add_dynamic_partitions("subtopic", KEYS)
    for asset in (*ROAD, "content_check"):
        for key in KEYS:
            store(instance, asset, key, "1")
    ticks = Ticks(instance)
    ticks.next()
    ticks.next()
    return ticks


def test_nothing_is_asked_for_while_nothing_happens(ticks: Ticks) -> None:
    assert ticks.next() == set()


def test_the_same_content_again_asks_for_nothing(ticks: Ticks, instance: dg.DagsterInstance) -> None:
    store(instance, "documents", KEYS[0], "1")
    assert ticks.next() == set()


def test_other_content_asks_for_what_depends_on_it(ticks: Ticks, instance: dg.DagsterInstance) -> None:
    store(instance, "documents", KEYS[0], "2")
    asked = ticks.next()
    assert asked == {("chunks", KEYS[0]), ("subtopic_intents", KEYS[0]), ("content_check", KEYS[0])}


def test_a_whole_road_in_one_run_asks_for_nothing_more(ticks: Ticks, instance: dg.DagsterInstance) -> None:
    for asset in ROAD:
        store(instance, asset, KEYS[1], "2")
    assert {name for name, _ in ticks.next()} <= {"coverage", "retrieval_quality", "content_check"}
