"""What the code location offers; a change here is a change that people see."""

from __future__ import annotations

import subprocess
import sys

import dagster as dg
import psycopg
import pytest

from pygrounds_dagster.authoring import record
from pygrounds_dagster.curriculum import documents as documents_room
from pygrounds_dagster.definitions import defs as load
from pygrounds_dagster.defs.tables import _TABLES, table_schema
from pygrounds_dagster.knowledge import index
from pygrounds_dagster.lessons import register as courses_room
from pygrounds_dagster.problems import register
from pygrounds_dagster.runs.client import QUALITY, ROAD

ASSETS = {
    # asset: (group, partitioned, pool, parents)
    "curriculum": ("curriculum", False, None, {"content_tree"}),
    "documents": ("curriculum", True, None, {"curriculum"}),
    "chunks": ("knowledge", True, None, {"documents"}),
    "chunk_embeddings": ("knowledge", True, "embedding", {"chunks", "encoder_weights"}),
    "subtopic_intents": ("knowledge", True, "embedding", {"documents", "encoder_weights"}),
    "semantic_rankings": ("knowledge", True, None, {"chunk_embeddings", "subtopic_intents"}),
    "faiss_index": ("knowledge", True, None, {"chunk_embeddings"}),
    "coverage": ("quality", False, None, {"semantic_rankings"}),
    "retrieval_quality": ("quality", False, None, {"faiss_index", "retrieval_questions"}),
    "content_check": ("quality", True, "coding", {"documents", "encoder_weights"}),
    "courses": ("curriculum", False, "coding", {"content_tree", "curriculum"}),
    "problems": ("problems", False, None, {"content_tree", "curriculum"}),
    "problem_bank": ("problems", True, "coding", {"problems"}),
}
HEAVY = {"torch", "transformers", "sentence_transformers", "openai", "matplotlib", "onnx", "onnxruntime"}
OUTSIDE = {"content_tree", "encoder_weights", "retrieval_questions", "search"}
CHECKS = {
    # check: (asset, blocking)
    "content_is_valid": ("curriculum", False),
    "documents_are_readable": ("documents", False),
    "chunks_are_well_formed": ("chunks", True),
    "python_chunks_parse": ("chunks", True),
    "every_subtopic_has_chunks": ("chunks", False),
    "vectors_are_sound": ("chunk_embeddings", True),
    "no_vector_is_missing": ("chunk_embeddings", False),
    "every_intent_has_a_vector": ("subtopic_intents", False),
    "rankings_lead_to_live_chunks": ("semantic_rankings", False),
    "index_equals_exact_search": ("faiss_index", True),
    "every_subtopic_is_covered": ("coverage", False),
    "retrieval_has_not_become_worse": ("retrieval_quality", False),
    "programs_do_as_shown": ("content_check", False),
    "pages_are_sound": ("content_check", False),
    "pages_are_complete": ("content_check", False),
    "course_files_are_right": ("courses", False),
    "lessons_hold": ("courses", False),
    "problem_files_are_right": ("problems", False),
    "references_pass": ("problem_bank", False),
    "wrong_programs_fail": ("problem_bank", False),
    "tests_tell_mutants": ("problem_bank", False),
}


@pytest.fixture(scope="module")
def definitions() -> dg.Definitions:
    return load()


@pytest.fixture(scope="module")
def repository(definitions: dg.Definitions) -> dg.RepositoryDefinition:
    return definitions.get_repository_def()


def test_they_can_be_loaded(definitions: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(definitions)


def test_assets_are_these(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    found = {
        node.key.to_user_string(): (
            node.group_name,
            node.is_partitioned,
            next(iter(node.pools), None),
            {parent.to_user_string() for parent in node.parent_keys},
        )
        for node in (graph.get(key) for key in graph.materializable_asset_keys)
    }
    assert found == ASSETS
    assert {key.to_user_string() for key in graph.external_asset_keys} == OUTSIDE


def test_checks_are_these(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    found = {
        key.name: (key.asset_key.to_user_string(), graph.get(key).blocking) for key in graph.asset_check_keys
    }
    assert found == CHECKS


def test_a_backfill_of_any_partitioned_asset_is_one_run(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    for name, (_, partitioned, _, _) in ASSETS.items():
        if partitioned:
            assert graph.get(dg.AssetKey(name)).backfill_policy == dg.BackfillPolicy.single_run()


def test_the_client_launches_the_road_as_it_is() -> None:
    assert set(ROAD) == {
        name
        for name, (group, partitioned, *_) in ASSETS.items()
        if partitioned and group in ("curriculum", "knowledge")
    }
    assert set(QUALITY) == {
        name for name, (group, partitioned, *_) in ASSETS.items() if group == "quality" and not partitioned
    }


def test_every_asset_says_who_owns_it_what_it_is_and_its_code_version(
    repository: dg.RepositoryDefinition,
) -> None:
    graph = repository.asset_graph
    for name in ASSETS:
        node = graph.get(dg.AssetKey(name))
        assert node.description, name
        assert node.owners, name
        assert node.kinds, name
        assert node.code_version, name


def test_everything_that_starts_work_is_described_and_says_whether_it_is_on(
    repository: dg.RepositoryDefinition,
) -> None:
    jobs = {job.name for job in repository.get_all_jobs() if not job.name.startswith("__")}
    assert jobs == {
        "courses_job",
        "ingest_job",
        "problems_job",
        "rebuild_indexes_job",
        "reconcile_job",
        "retention_job",
    }
    assert all(repository.get_job(name).description for name in jobs)
    sensors = {sensor.name: sensor for sensor in repository.sensor_defs}
    assert set(sensors) == {
        "automation",
        "content_watcher",
        "course_watcher",
        "failure_notifier",
        "problem_watcher",
    }
    schedules = {schedule.name: schedule for schedule in repository.schedule_defs}
    assert {name: s.cron_schedule for name, s in schedules.items()} == {
        "nightly_problems": "0 4 * * *",
        "nightly_reconcile": "0 3 * * *",
        "weekly_retention": "30 3 * * 0",
    }
    for each in [*sensors.values(), *schedules.values()]:
        assert each.default_status.value == "RUNNING", each.name
        assert each.description, each.name


def test_the_steps_that_assets_forget_are_the_rooms_own() -> None:
    assert index.STEP == "faiss_index"
    assert documents_room.STEP == "documents"
    assert register.STEP == "problem_bank"
    assert courses_room.STEP == "courses"
    assert record.STEP == "content_check"


@pytest.mark.parametrize("table", sorted(set(_TABLES) - {"embedding"}))
def test_column_schemas_are_those_of_the_database(table: str, database_url: str) -> None:
    query = """
        SELECT attname, replace(format_type(atttypid, NULL), 'timestamp with time zone', 'timestamptz')
        FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum
    """
    with psycopg.connect(database_url) as conn:
        columns = conn.execute(query, [table]).fetchall()
    assert [(column.name, column.type) for column in table_schema(table).columns] == columns


def test_loading_them_stays_cheap() -> None:
    code = "import sys, pygrounds_dagster.definitions as d; d.defs(); print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert not HEAVY.intersection(done.stdout.split())
