"""The weekly job executes the whole bank again, withdraws what does not hold, and says so."""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg
from psycopg_pool import ConnectionPool

from pygrounds_dagster.definitions import defs as load
from pygrounds_dagster.questions.admission import admit
from pygrounds_dagster.questions.bank import find_question, history, store_question
from pygrounds_dagster.questions.model import Admitted, Candidate
from tests.questions.shown_samples import SUM, output_prediction
from tests.questions.sums import add_subtopics


def test_the_weekly_job_withdraws_what_does_not_hold(
    instance: dg.DagsterInstance, pool: ConnectionPool
) -> None:
    (key,) = add_subtopics(pool, 1)
    ids = []
    for code, expected in ((SUM, "8"), (SUM.replace("+=", "="), "5")):
        told = admit(Candidate(output_prediction(code, expected), (key,)))
        assert isinstance(told, Admitted), told
        with pool.connection() as conn:
            ids.append(store_question(conn, told))
    with pool.connection() as conn:
        spoil = """UPDATE question SET body = body || '{"expected_output": "9"}' WHERE question_id = %s"""
        conn.execute(spoil, [ids[1]])
    done = load().resolve_job_def("verify_questions_job").execute_in_process(instance=instance)
    assert done.success
    (output,) = [event for event in done.all_node_events if event.event_type_value == "STEP_OUTPUT"]
    metadata = output.step_output_data.metadata
    assert (metadata["checked"].value, metadata["withdrawn"].value) == (2, 1)
    assert metadata["by_kind"].value == {"wrong_output": 1}
    with pool.connection() as conn:
        assert [find_question(conn, str(one)).state for one in ids] == ["live", "withdrawn"]
        last = history(conn, str(ids[1]))[-1]
    assert (last.event, last.run_id) == ("withdrawn", done.run_id)


def test_every_sunday_one_run_is_asked_for(instance: dg.DagsterInstance) -> None:
    schedule = load().resolve_schedule_def("weekly_verification")
    assert schedule.default_status == dg.DefaultScheduleStatus.RUNNING
    sunday = datetime(2030, 1, 6, 1, 30, tzinfo=UTC)
    assert sunday.weekday() == 6
    data = schedule.evaluate_tick(dg.build_schedule_context(instance, sunday))
    assert len(data.run_requests or ()) == 1
    assert schedule.job_name == "verify_questions_job"
