"""The step ``faiss_index``: shards, the swap, and readers that follow it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from pathlib import Path

import faiss
import numpy as np
import pytest

from pygrounds_dagster.knowledge import index as index_module
from pygrounds_dagster.knowledge.index import STEP, build_indexes, read_manifest, shard_path
from pygrounds_dagster.knowledge.index_reader import IndexReader
from pygrounds_dagster.knowledge.shard import open_shard, recall
from pygrounds_dagster.store.step import forget_step

LISTS, DICTS, LOOPS = KEYS = ("basics.collections.lists", "basics.collections.dicts", "basics.control.loops")


def shards(index_dir: Path) -> set[str]:
    return {path.name for path in (index_dir / "shards").iterdir()}


@pytest.fixture
def built(three_subtopics, pool, settings):
    """The three subtopics, indexed."""
    report = build_indexes(pool, KEYS, settings)
    assert [outcome.status for outcome in report.outcomes] == ["done"] * 3
    return three_subtopics


def test_there_is_a_shard_for_each_topic_and_the_view_holds_every_chunk(built, settings) -> None:
    manifest = read_manifest(settings.index_dir)
    assert [entry.topic_key for entry in manifest.shards] == ["basics.collections", "basics.control"]
    view = IndexReader(settings.index_dir).view()
    assert view.size == len(built.lists + built.dicts + built.loops)
    assert sorted(view.subtopics) == sorted(KEYS)


def test_a_shard_is_a_faiss_index_that_finds_chunks_by_their_ids(built, settings) -> None:
    (entry, _) = read_manifest(settings.index_dir).shards
    directory = shard_path(settings.index_dir, entry)
    shard = open_shard(directory)
    index = faiss.read_index(str(directory / "vectors.faiss"))
    for row in range(entry.rows):
        similarity, ids = index.search(3 * shard.vectors[row : row + 1], 1)
        assert similarity[0, 0] == pytest.approx(1, abs=1e-5)
        assert f"{ids[0, 0]:015x}" == shard.rows["chunk_id"][row].decode()[:15]


def test_the_mapped_matrix_is_aligned_and_of_unit_rows(built, settings) -> None:
    for shard in IndexReader(settings.index_dir).view().shards:
        assert shard.vectors.flags.aligned
        np.testing.assert_allclose(np.linalg.norm(shard.vectors, axis=1), 1, atol=1e-5)


def test_the_report_states_the_recall_that_was_measured(built, pool, settings) -> None:
    report = build_indexes(pool, KEYS, settings)
    assert (report.recall, report.rows, report.shards, report.built) == (1.0, 10, 2, 0)
    assert report.bytes > 0


def test_recall_falls_when_an_index_misses_neighbours() -> None:
    vectors = np.random.default_rng(0).standard_normal((200, 8)).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    half = faiss.IndexFlatIP(8)
    half.add(vectors[:100])
    whole = faiss.IndexFlatIP(8)
    whole.add(vectors)
    assert recall(whole, vectors) == 1
    assert recall(half, vectors) < 0.9


def test_building_again_changes_nothing(built, pool, settings) -> None:
    before = read_manifest(settings.index_dir)
    report = build_indexes(pool, KEYS, settings)
    assert [outcome.status for outcome in report.outcomes] == ["unchanged"] * 3
    assert read_manifest(settings.index_dir) == before


def test_a_changed_subtopic_costs_its_own_topic_only(built, pool, settings) -> None:
    before = {entry.topic_key: entry.name for entry in read_manifest(settings.index_dir).shards}
    built.subtopic(LOOPS, *built.loops, "Continue skips one round of a loop.")
    report = build_indexes(pool, KEYS, settings)
    after = {entry.topic_key: entry.name for entry in read_manifest(settings.index_dir).shards}
    assert [outcome.status for outcome in report.outcomes] == ["unchanged", "unchanged", "done"]
    assert report.built == 1
    assert before["basics.collections"] == after["basics.collections"]
    assert before["basics.control"] != after["basics.control"]


def test_lost_files_are_built_again(built, pool, settings) -> None:
    (entry, _) = read_manifest(settings.index_dir).shards
    for path in shard_path(settings.index_dir, entry).iterdir():
        path.unlink()
    shard_path(settings.index_dir, entry).rmdir()
    assert build_indexes(pool, KEYS, settings).built == 1
    assert IndexReader(settings.index_dir).view().size == 10


def test_a_forgotten_step_is_built_again(built, pool, settings) -> None:
    with pool.connection() as conn:
        forget_step(conn, [LOOPS], STEP)
    report = build_indexes(pool, KEYS, settings)
    assert report.built == 1
    assert [outcome.status for outcome in report.outcomes] == ["unchanged", "unchanged", "done"]


def test_a_retired_subtopic_leaves_the_index(built, pool, settings) -> None:
    built.retire(DICTS)
    report = build_indexes(pool, [LOOPS], settings)
    assert report.rows == 10 - len(built.dicts)
    assert DICTS not in IndexReader(settings.index_dir).view().subtopics


def test_a_topic_whose_subtopics_are_all_retired_is_dropped(built, pool, settings) -> None:
    built.retire(LOOPS)
    build_indexes(pool, [LISTS], settings)
    assert [entry.topic_key for entry in read_manifest(settings.index_dir).shards] == ["basics.collections"]


def test_keys_without_anything_to_index_fail_and_say_what_to_do(built, pool, settings) -> None:
    built.subtopic("basics.control.raw", "Not embedded.", embed=False)
    report = build_indexes(pool, ["no.such.key", "basics.control.raw", LOOPS], settings)
    errors = {outcome.key: outcome.error for outcome in report.outcomes}
    assert "materialise curriculum" in errors["no.such.key"]
    assert "materialise chunk_embeddings" in errors["basics.control.raw"]
    assert errors[LOOPS] is None


def test_without_any_index_the_reader_says_so(settings) -> None:
    with pytest.raises(LookupError, match="materialise faiss_index"):
        IndexReader(settings.index_dir).view()


def test_only_shards_of_the_last_two_manifests_are_kept(built, pool, settings) -> None:
    for round_ in range(4):
        built.subtopic(LOOPS, *built.loops, f"Round number {round_} of a loop.")
        build_indexes(pool, [LOOPS], settings)
    assert len(shards(settings.index_dir)) == 3  # the untouched topic's, and the last two of the other


def test_an_open_view_outlives_the_removal_of_its_files(built, pool, settings) -> None:
    view = IndexReader(settings.index_dir).view()
    kept = [shard.vectors.copy() for shard in view.shards]
    for round_ in range(3):
        built.subtopic(LOOPS, f"Round number {round_} of a loop.")
        build_indexes(pool, [LOOPS], settings)
    for shard, copy in zip(view.shards, kept, strict=True):
        np.testing.assert_array_equal(shard.vectors, copy)


def test_a_reader_follows_a_swap_and_keeps_unchanged_shards_open(built, pool, settings) -> None:
    reader = IndexReader(settings.index_dir)
    first = reader.view()
    assert reader.view() is first
    built.subtopic(LOOPS, *built.loops, "Continue skips one round of a loop.")
    build_indexes(pool, [LOOPS], settings)
    second = reader.view()
    assert second.size == first.size + 1
    assert second.shards[0] is first.shards[0]


def test_readers_never_see_half_a_swap(built, pool, settings) -> None:
    """Each version of a subtopic has its own number of chunks; a reader may see only those numbers."""
    rest = len(built.lists + built.dicts)
    versions = [tuple(f"Version {size} part {part}." for part in range(size)) for size in (7, 19)]
    seen, wrong, stop = set(), [], threading.Event()

    def read() -> None:
        reader = IndexReader(settings.index_dir)
        while not stop.is_set():
            view = reader.view()
            rows = view.size - rest
            seen.add(rows)
            ids = set(view.chunk_ids(np.arange(view.size)))
            if rows not in {len(built.loops), 7, 19} or len(ids) != view.size:
                wrong.append(rows)

    readers = [threading.Thread(target=read) for _ in range(2)]
    for thread in readers:
        thread.start()
    for round_ in range(12):
        built.subtopic(LOOPS, *versions[round_ % 2])
        build_indexes(pool, [LOOPS], settings)
    stop.set()
    for thread in readers:
        thread.join()
    assert wrong == []
    assert {7, 19} <= seen


KILLED_IN_THE_MIDDLE = """
import os, signal, sys
from pathlib import Path
import numpy as np
from pygrounds_dagster.knowledge import index
from pygrounds_dagster.knowledge.index import Manifest, ShardEntry, read_manifest, shard_path
from pygrounds_dagster.knowledge.lexical import build_postings
from pygrounds_dagster.knowledge import shard
directory = Path(sys.argv[1])
if sys.argv[2] == "writing":
    shard.recall = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
else:
    index._write_json = lambda *_: os.kill(os.getpid(), signal.SIGKILL)
content = shard.ShardContent(
    shard.make_rows(["ab" * 16], [7], [0], ["Concept"], ["beginner"], ["concept"]),
    np.ones((1, 48), np.float32), build_postings([{"word": 1}]),
)
with index._one_builder(directory):
    before = read_manifest(directory)
    subtopics = ["basics.control.loops"]
    entry = ShardEntry("f" * 16, "f" * 32, "basics.control", "bag-of-words-1", 1, 1.0, subtopics)
    shard.write_shard(shard_path(directory, entry), content)
    index._swap(directory, before, Manifest(before.number + 1, [entry], {}))
"""


@pytest.mark.parametrize("moment", ["writing", "swapping"])
def test_a_build_that_is_killed_leaves_the_old_index_and_no_litter(built, pool, settings, moment) -> None:
    before = read_manifest(settings.index_dir)
    command = [sys.executable, "-c", KILLED_IN_THE_MIDDLE, str(settings.index_dir), moment]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    assert len(shards(settings.index_dir)) == 3
    assert read_manifest(settings.index_dir) == before
    assert IndexReader(settings.index_dir).view().size == 10
    assert [outcome.status for outcome in build_indexes(pool, KEYS, settings).outcomes] == ["unchanged"] * 3
    assert len(shards(settings.index_dir)) == 2


def test_the_manifest_is_readable_by_other_accounts(built, settings) -> None:
    path = index_module.manifest_path(settings.index_dir)
    assert path.stat().st_mode & 0o444 == 0o444
    assert json.loads(path.read_text())["number"] == 1
