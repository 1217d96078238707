"""Everything materialised twice: the second time nothing is encoded and little is done.

Run as ``python -m benchmarks.materialize``.
"""

from __future__ import annotations

import sys
import time

from benchmarks.installation import installation
from benchmarks.report import Row, report

SUBTOPICS, SECTIONS = 80, 11  # as many chunks for each as the shipped content has
BOUND = 20.0


def main() -> bool:
    """Measure and report."""
    with installation() as home:
        from dagster import DagsterInstance
        from small_content import write_content

        from pygrounds_dagster.instance.local_run import execute, tallies
        from pygrounds_dagster.runs.client import QUALITY, ROAD
        from pygrounds_dagster.runs.ranges import range_tags

        write_content(home / "content", SUBTOPICS, topics=8, sections=SECTIONS)
        with DagsterInstance.get() as instance:
            seconds, encoded = [], []
            for _ in range(2):
                execute(instance, ["curriculum"], {})
                keys = instance.get_dynamic_partitions("subtopic")
                started = time.perf_counter()
                run = execute(instance, (*ROAD, *QUALITY), range_tags(keys))
                seconds.append(time.perf_counter() - started)
                if not run.is_success:
                    raise RuntimeError(f"run {run.run_id} ended as {run.status}")
                encoded.append(tallies(instance, run.run_id)["chunk_embeddings"].get("encoded", 0))
    first, second = seconds
    return report(
        "materialize",
        [
            Row(
                f"second materialisation of {SUBTOPICS} subtopics, seconds",
                second,
                first,
                first / second,
                f"first / second >= {BOUND:g}",
                first / second >= BOUND,
            ),
            Row("texts encoded", encoded[1], encoded[0], 0, "0 the second time", encoded[1] == 0),
        ],
    )


if __name__ == "__main__":
    sys.exit(not main())
