"""Retrieval quality on the content's own questions, and the fit of the calibration to them.

``python -m benchmarks.retrieval`` asks the questions of the installation that the settings name (materialised
first, e.g. by ``pygrounds up``); with ``--fit`` it writes ``knowledge/calibration.json`` from the answers.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from benchmarks.report import Row, report
from pygrounds_dagster.knowledge import evaluation
from pygrounds_dagster.knowledge.calibration import FILE, save_calibration
from pygrounds_dagster.knowledge.corpus import model_in_use
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.database import database_urls
from pygrounds_dagster.store.pool import open_pool


def main() -> bool:
    """Measure, and fit if asked to."""
    settings = Settings()
    with open_pool(database_urls(settings).pygrounds, max_size=2, name="benchmark") as pool:
        quality = evaluation.evaluate_content(pool, settings)
        if "--fit" in sys.argv:
            source = (
                f"{len(quality.answers)} questions of content/retrieval, "
                f"{datetime.now(UTC):%Y-%m-%d}, {model_in_use(settings, 'concept').model_id}"
            )
            path = Path(str(resources.files("pygrounds_dagster.knowledge") / FILE))
            save_calibration(evaluation.fit(quality.answers, source), path)
            quality = evaluation.evaluate_content(pool, settings)
    unseen = evaluation.cross_validate(quality.answers, settings.abstain_below)
    for problem in quality.problems:
        print(problem)
    for answer in quality.worst:
        found = "; ".join(answer.found)
        print(f"{answer.ndcg:.2f} {answer.confidence:.2f} {answer.question.text!r} -> {found}")
    for zone, figures in quality.zones.items():
        print(zone, {name: round(value, 3) for name, value in figures.items()})
    goals = {"ndcg@10": 0.80, "abstention": 0.90}
    rows = [
        Row(name, value, goal, value / goal, f">= {goal}", value >= goal)
        if (goal := goals.get(name))
        else Row(name, value, 1.0, value, "reported", None)
        for name, value in quality.figures.items()
        if name not in {"false_abstention", "questions", "unanswerable"}
    ]
    wrong = quality.figures["false_abstention"]
    rows += [
        Row("false abstention", wrong, 0.1, wrong / 0.1, "<= 0.10", wrong <= 0.1),
        Row("abstention, unseen (5-fold)", unseen["abstention"], 0.9, unseen["abstention"] / 0.9, ">= 0.90",
            unseen["abstention"] >= 0.9),
        Row("false abstention, unseen (5-fold)", unseen["false_abstention"], 0.1,
            unseen["false_abstention"] / 0.1, "<= 0.10", unseen["false_abstention"] <= 0.1),
    ]  # fmt: skip
    return report("retrieval", rows)


if __name__ == "__main__":
    sys.exit(not main())
