"""The whole road on a real instance and database: content to indexes, in runs."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import psycopg
import pytest
from small_content import write_content, write_subtopic

from pygrounds_dagster.definitions import defs as load
from pygrounds_dagster.defs import jobs
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.instance.local_run import execute, failures, tallies
from pygrounds_dagster.runs.client import QUALITY, ROAD
from pygrounds_dagster.runs.ranges import range_tags

SUBTOPICS = 4


class Author:
    """Edits the content and brings it in."""

    def __init__(self, instance: dg.DagsterInstance, root: Path) -> None:
        self.instance, self.root = instance, root
        self.keys = write_content(root, SUBTOPICS)

    def file(self, key: str) -> Path:
        return self.root / "zones" / Path(*key.split(".")) / "subtopic.md"

    def edit(self, key: str, old: str, new: str) -> None:
        text = self.file(key).read_text(encoding="utf-8")
        assert old in text
        self.file(key).write_text(text.replace(old, new), encoding="utf-8")

    def bring_in(self) -> dg.DagsterRun:
        registered = execute(self.instance, ["curriculum"], {})
        assert registered.is_success, failures(self.instance, registered.run_id)
        known = self.instance.get_dynamic_partitions("subtopic")
        return execute(self.instance, (*ROAD, *QUALITY), range_tags(known))

    def latest(self, asset: str, key: str | None = None) -> dg.AssetMaterialization:
        records = self.instance.fetch_materializations(
            dg.AssetRecordsFilter(asset_key=dg.AssetKey(asset), asset_partitions=[key] if key else None),
            limit=1,
        ).records
        assert records[0].asset_materialization is not None
        return records[0].asset_materialization


@pytest.fixture
def author(instance: dg.DagsterInstance, tmp_path: Path) -> Author:
    return Author(instance, tmp_path / "content")


def test_the_road_is_walked_once_and_remembered(author: Author) -> None:
    first = author.bring_in()
    assert first.is_success, failures(author.instance, first.run_id)
    assert author.instance.get_dynamic_partitions("subtopic") == author.keys
    done = tallies(author.instance, first.run_id)
    assert {asset: done[asset]["written"] for asset in ROAD} == dict.fromkeys(ROAD, SUBTOPICS)
    assert done["chunk_embeddings"]["encoded"] > SUBTOPICS

    shown = author.latest("chunks", author.keys[0]).metadata
    assert shown["chunks"].value > 1
    assert "Number 1" in shown["samples"].value
    assert "data:image/png;base64," in author.latest("chunk_embeddings", author.keys[0]).metadata["map"].value
    assert (
        "data:image/png;base64,"
        in author.latest("semantic_rankings", author.keys[0]).metadata["similarity"].value
    )
    assert "data:image/png;base64," in author.latest("coverage").metadata["heat_map"].value
    assert author.latest("faiss_index", author.keys[0]).metadata["recall"].value == 1.0

    second = author.bring_in()
    assert second.is_success
    again = tallies(author.instance, second.run_id)
    assert all(again[asset] == {"unchanged": SUBTOPICS} for asset in ROAD), again
    versions = [author.latest("chunks", key).tags["dagster/data_version"] for key in author.keys]
    assert len(set(versions)) == SUBTOPICS

    author.edit(author.keys[1], "is a value", "is a lovely value")
    third = author.bring_in()
    assert third.is_success
    changed = tallies(author.instance, third.run_id)
    assert changed["documents"] == changed["chunks"] == {"written": 1, "unchanged": SUBTOPICS - 1}
    assert changed["chunk_embeddings"]["encoded"] < done["chunk_embeddings"]["encoded"] / 2


def test_a_bad_subtopic_fails_alone_and_says_why(author: Author) -> None:
    bad = author.keys[2]
    author.edit(bad, "difficulty: beginner", "difficulty: impossible")
    run = author.bring_in()
    assert run.status == dg.DagsterRunStatus.FAILURE
    why = failures(author.instance, run.run_id)
    assert set(why["documents"]) == {bad}
    assert "subtopic.md" in why["documents"][bad]
    assert "difficulty" in why["documents"][bad]
    good = set(author.keys) - {bad}
    for asset in ROAD:
        assert good <= set(author.instance.get_materialized_partitions(dg.AssetKey(asset))), asset
        assert bad not in author.instance.get_materialized_partitions(dg.AssetKey(asset)), asset


def test_a_deleted_file_retires_its_partition(author: Author, database_url: str) -> None:
    author.bring_in()
    shutil.rmtree(author.file(author.keys[0]).parent)
    author.bring_in()
    assert author.instance.get_dynamic_partitions("subtopic") == author.keys[1:]
    with psycopg.connect(database_url) as conn:
        live = "SELECT count(*) FROM chunk WHERE subtopic_key = %s AND retired_at IS NULL"
        assert conn.execute(live, [author.keys[0]]).fetchone() == (0,)
        kept = "SELECT count(*) > 0 FROM chunk WHERE subtopic_key = %s"
        assert conn.execute(kept, [author.keys[0]]).fetchone() == (True,)


def watch(author: Author, cursor: str | None) -> dg.SensorResult | dg.SkipReason:
    definitions = load()
    sensor = definitions.resolve_sensor_def("content_watcher")
    context = dg.build_sensor_context(
        author.instance, cursor=cursor, resources={"platform": Platform()}, definitions=definitions
    )
    result = sensor(context)
    assert isinstance(result, dg.SensorResult | dg.SkipReason)
    return result


def test_the_watcher_asks_for_what_changed(author: Author) -> None:
    start = watch(author, None)
    assert isinstance(start, dg.SensorResult)
    (added,) = start.dynamic_partitions_requests or ()
    assert list(added.partition_keys) == author.keys
    (request,) = start.run_requests or ()
    assert (
        request.tags["dagster/asset_partition_range_start"],
        request.tags["dagster/asset_partition_range_end"],
    ) == (
        author.keys[0],
        author.keys[-1],
    )
    author.instance.add_dynamic_partitions("subtopic", author.keys)
    assert isinstance(watch(author, start.cursor), dg.SkipReason)

    author.edit(author.keys[3], "is a value", "is a lovely value")
    new = write_subtopic(author.root, SUBTOPICS + 1)
    shutil.rmtree(author.file(author.keys[0]).parent)
    after = watch(author, start.cursor)
    assert isinstance(after, dg.SensorResult)
    add, delete = after.dynamic_partitions_requests or ()
    assert (list(add.partition_keys), list(delete.partition_keys)) == ([new], [author.keys[0]])
    (request,) = after.run_requests or ()
    assert request.tags == request.tags | range_tags([author.keys[3], new])


def test_old_logs_go_and_materialisations_stay(author: Author, dagster_url: str) -> None:
    run = execute(author.instance, ["curriculum"], {})
    with psycopg.connect(dagster_url) as conn:
        conn.execute("UPDATE runs SET update_timestamp = %s", [datetime.now(UTC) - timedelta(days=40)])
    result = jobs.retention_job.execute_in_process(
        instance=author.instance, resources={"platform": Platform()}
    )
    assert result.success
    kinds = {
        entry.dagster_event_type for entry in author.instance.all_logs(run.run_id) if entry.is_dagster_event
    }
    assert dg.DagsterEventType.ASSET_MATERIALIZATION in kinds
    assert dg.DagsterEventType.RUN_SUCCESS in kinds
    assert not kinds & {dg.DagsterEventType.STEP_START, dg.DagsterEventType.ENGINE_EVENT}
