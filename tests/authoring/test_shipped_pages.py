"""Every page of the shipped content is true and in form: what people learn from is checked like code."""

from __future__ import annotations

import pytest

from pygrounds_dagster.authoring.offline import Checked, check_paths
from pygrounds_dagster.settings import PROJECT_ROOT, Settings


@pytest.fixture(scope="module")
def checked() -> Checked:
    return check_paths([PROJECT_ROOT / "content"], Settings())


def test_the_files_are_valid(checked: Checked) -> None:
    assert checked.problems == ()


def test_every_program_ran_and_does_what_its_page_shows(checked: Checked) -> None:
    assert sum(report.measures.programs for report in checked.reports) > 150
    runs = [run for report in checked.reports for run in report.runs]
    assert sum(run.ended not in ("ok", "elsewhere") for run in runs) > 20
    assert [f"{r.key}:{run.line}" for r in checked.reports for run in r.runs if not run.as_shown] == []


def test_there_is_no_finding_at_all(checked: Checked) -> None:
    found = [f"{r.path}:{finding.line}: {finding}" for r in checked.reports for finding in r.findings]
    assert found == []


def test_every_objective_is_shown_by_code(checked: Checked) -> None:
    assert len(checked.reports) >= 18
    assert all(report.covered == report.measures.objectives >= 3 for report in checked.reports)
    assert all(report.neighbour is not None for report in checked.reports)
