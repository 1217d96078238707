"""Webserver, daemon and runs as they are in production: launched over GraphQL, killed, recovered."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from dagster import DagsterInstance
from dagster_services import daemon_command, kill, running, services, wait_until
from small_content import write_content, write_subtopic

from pygrounds_dagster.instance.local_run import execute
from pygrounds_dagster.instance.worker import WORKER_TAG, parse_worker
from pygrounds_dagster.runs.client import QUALITY, ROAD, DagsterClient
from pygrounds_dagster.runs.progress import step_progress

SUBTOPICS = 10


@pytest.fixture
def keys(installation: Path, tmp_path: Path, instance: DagsterInstance) -> list[str]:
    """Ten registered subtopics."""
    written = write_content(tmp_path / "content", SUBTOPICS)
    assert execute(instance, ["curriculum"], {}).is_success
    return written


@pytest.fixture
def client(keys: list[str], tmp_path: Path, dagster_url: str) -> Iterator[DagsterClient]:
    with services(tmp_path, dagster_url) as opened:
        yield opened


def ended(client: DagsterClient, run_ids: list[str]) -> list[str]:
    *_, last = client.follow(run_ids, timeout=90)
    return [status.status for status in last]


def test_the_services_do_their_work(
    client: DagsterClient,
    keys: list[str],
    tmp_path: Path,
    database_url: str,
    instance: DagsterInstance,
) -> None:
    """One story, because starting the services takes longer than all of it."""
    assert client.partition_keys() == keys

    # Ten partitions, the whole road, one run.
    (run_id,) = client.launch(keys, assets=(*ROAD, *QUALITY))
    assert ended(client, [run_id]) == ["SUCCESS"], client.result(run_id).errors
    result = client.result(run_id)
    for asset in ROAD:
        assert sorted(result.materialized[asset]) == sorted(keys), asset
    with psycopg.connect(database_url) as conn:
        steps = step_progress(conn, run_id)
    assert {"documents", "chunks", "faiss_index"} <= {step.step for step in steps} <= set(ROAD)
    assert all(step.done == step.total for step in steps)

    # Keys with a gap between them become two runs.
    assert len(client.launch([keys[0], keys[2]], assets=["documents"])) == 2

    # A bad subtopic fails alone, with its reason.
    broken = tmp_path / "content/zones/toy/numbers/number_003/subtopic.md"
    good = broken.read_text(encoding="utf-8")
    broken.write_text(good.replace("difficulty: beginner", "difficulty: impossible"), encoding="utf-8")
    (run_id,) = client.launch(keys, assets=ROAD)
    assert ended(client, [run_id]) == ["FAILURE"]
    result = client.result(run_id)
    assert "difficulty" in result.failed["documents"][keys[2]]
    assert sorted(result.materialized["documents"]) == sorted(set(keys) - {keys[2]})
    assert set(keys) - {keys[2]} <= set(result.materialized["faiss_index"])
    broken.write_text(good, encoding="utf-8")

    # A worker killed in its step fails its run and gives its pool slot to the one that waits.
    with psycopg.connect(database_url) as blocker:
        blocker.execute("LOCK TABLE chunk IN ACCESS EXCLUSIVE MODE")
        (victim,) = client.launch(keys, assets=["chunk_embeddings"])
        wait_until(lambda: client.status([victim])[0].status == "STARTED", "the run has not started")
        (waiting,) = client.launch(keys, assets=["subtopic_intents"])
        run = instance.get_run_by_id(victim)
        assert run is not None
        kill(parse_worker(run.tags[WORKER_TAG]).pid)
        assert ended(client, [victim]) == ["FAILURE"]
    assert ended(client, [waiting]) == ["SUCCESS"]

    # A run can be ended on purpose.
    with psycopg.connect(database_url) as blocker:
        blocker.execute("LOCK TABLE chunk IN ACCESS EXCLUSIVE MODE")
        (unwanted,) = client.launch(keys, assets=["chunks"])
        wait_until(lambda: client.status([unwanted])[0].status == "STARTED", "the run has not started")
        client.terminate(unwanted)
        blocker.rollback()
        assert ended(client, [unwanted]) == ["CANCELED"]

    # New content is noticed without being told.
    added = write_subtopic(tmp_path / "content", SUBTOPICS + 1)
    wait_until(
        lambda: added in instance.get_materialized_partitions(_key("faiss_index")),
        "the watcher has not ingested the new subtopic",
        tmp_path,
    )

    # A second daemon is refused.
    with running(daemon_command(), tmp_path / "second.log") as second:
        assert second.wait(60) != 0
    assert "pygrounds down" in (tmp_path / "second.log").read_text(encoding="utf-8")


def _key(name: str) -> object:
    from dagster import AssetKey

    return AssetKey(name)
