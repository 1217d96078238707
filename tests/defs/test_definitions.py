"""What the code location offers; a change here is a change that people see."""

from __future__ import annotations

import subprocess
import sys
import warnings

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
from pygrounds_dagster.questions.model import FAMILY, asset_name
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
    **{
        asset_name(game): ("questions", True, family, {"semantic_rankings", "problems"})
        for game, family in FAMILY.items()
    },
    "question_coverage": ("questions", False, None, {asset_name(game) for game in FAMILY}),
    "question_export": ("questions", False, None, {asset_name(game) for game in FAMILY}),
}
HEAVY = {"torch", "transformers", "sentence_transformers", "openai", "matplotlib", "onnx", "onnxruntime"}
OUTSIDE = {"content_tree", "encoder_weights", "retrieval_questions", "search"}
CHECKS = {
    # (asset, check): blocking
    ("curriculum", "content_is_valid"): False,
    ("documents", "documents_are_readable"): False,
    ("chunks", "chunks_are_well_formed"): True,
    ("chunks", "python_chunks_parse"): True,
    ("chunks", "every_subtopic_has_chunks"): False,
    ("chunk_embeddings", "vectors_are_sound"): True,
    ("chunk_embeddings", "no_vector_is_missing"): False,
    ("subtopic_intents", "every_intent_has_a_vector"): False,
    ("semantic_rankings", "rankings_lead_to_live_chunks"): False,
    ("faiss_index", "index_equals_exact_search"): True,
    ("coverage", "every_subtopic_is_covered"): False,
    ("retrieval_quality", "retrieval_has_not_become_worse"): False,
    ("problems", "problem_files_are_right"): False,
    ("problem_bank", "references_pass"): False,
    ("problem_bank", "wrong_programs_fail"): False,
    ("problem_bank", "tests_tell_mutants"): False,
    **{(asset_name(game), "stored_questions_hold"): True for game in FAMILY},
    **{(asset_name(game), "no_duplicates"): False for game in FAMILY},
    ("pre_assessment_questions", "right_options_are_unbiased"): False,
    ("question_coverage", "every_family_has_ten"): False,
    ("content_check", "programs_do_as_shown"): False,
    ("content_check", "pages_are_sound"): False,
    ("content_check", "pages_are_complete"): False,
    ("courses", "course_files_are_right"): False,
    ("courses", "lessons_hold"): False,
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
        (key.asset_key.to_user_string(), key.name): graph.get(key).blocking for key in graph.asset_check_keys
    }
    assert found == CHECKS


def test_a_backfill_of_any_partitioned_asset_is_one_run_or_few(repository: dg.RepositoryDefinition) -> None:
    graph = repository.asset_graph
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", dg.BetaWarning)
        few = dg.BackfillPolicy.multi_run(20)
    for name, (group, partitioned, _, _) in ASSETS.items():
        if partitioned:
            wanted = few if group == "questions" else dg.BackfillPolicy.single_run()
            assert graph.get(dg.AssetKey(name)).backfill_policy == wanted, name


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
        "question_top_up_job",
        "rebuild_indexes_job",
        "reconcile_job",
        "retention_job",
        "verify_questions_job",
    }
    assert all(repository.get_job(name).description for name in jobs)
    sensors = {sensor.name: sensor for sensor in repository.sensor_defs}
    assert set(sensors) == {
        "automation",
        "content_watcher",
        "course_watcher",
        "failure_notifier",
        "problem_watcher",
        "question_watcher",
    }
    schedules = {schedule.name: schedule for schedule in repository.schedule_defs}
    assert {name: s.cron_schedule for name, s in schedules.items()} == {
        "nightly_problems": "0 4 * * *",
        "nightly_questions": "0 5 * * *",
        "nightly_reconcile": "0 3 * * *",
        "weekly_retention": "30 3 * * 0",
        "weekly_verification": "30 1 * * 0",
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
