"""Group ``problems``: which programming problems there are, and the proof that they hold."""

from collections.abc import Mapping, Sequence
from typing import Any

import dagster as dg

from pygrounds_dagster.defs.curriculum_assets import curriculum, problem_table
from pygrounds_dagster.defs.partitions import PROBLEM, problem_ids, subtopic_asset
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.defs.settle import Settled, settle
from pygrounds_dagster.defs.sources import content_tree
from pygrounds_dagster.defs.tables import table_metadata
from pygrounds_dagster.problems.register import load_shelf, register_problems
from pygrounds_dagster.problems.verify import read_reports, verify_problems
from pygrounds_dagster.store.step import fingerprint

GROUP = "problems"
OWNERS = ["team:curriculum"]


@dg.asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[content_tree, curriculum],
    kinds={"yaml", "postgres"},
    code_version="1",
    metadata=table_metadata("problem"),
)
def problems(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult[None]:
    """Programming problems as the content has them; adds and removes partitions to match.

    Everything wrong in their files is listed with file, line and field; such a problem keeps its last good
    values and its partition says why.
    """
    shelf = load_shelf(platform.settings.content_roots)
    registration = register_problems(platform.pool, shelf)
    follow_problems(context.instance, registration.keys)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(registration.keys),
            "added": len(registration.added),
            "changed": len(registration.changed),
            "retired": len(registration.retired),
            "failed": len(registration.failed),
            "problems": problem_table(shelf.faults),
        },
        data_version=dg.DataVersion(fingerprint(*registration.keys)),
    )


@subtopic_asset(
    problem_ids,
    group_name=GROUP,
    owners=OWNERS,
    deps=[problems],
    kinds={"python", "postgres"},
    pool="coding",
    code_version="1",
    metadata=table_metadata("problem"),
)
def problem_bank(context: dg.AssetExecutionContext, platform: Platform) -> Settled:
    """Each problem proven in the judge: solutions pass, wrong programs fail, tests tell mutants apart."""
    shelf = load_shelf(platform.settings.content_roots)
    outcomes = verify_problems(platform.pool, shelf, context.partition_keys, platform.progress(context))
    with platform.pool.connection() as conn:
        reports = read_reports(conn, context.partition_keys)
    shown = {key: report_metadata(report) for key, report in reports.items()}
    yield from settle(context, outcomes, partition_metadata=shown, check_bad=True)


def follow_problems(instance: dg.DagsterInstance, keys: Sequence[str]) -> None:
    """Make Dagster's partitions the live problems."""
    known = instance.get_dynamic_partitions(PROBLEM)
    instance.add_dynamic_partitions(PROBLEM, [key for key in keys if key not in known])
    for key in set(known).difference(keys):
        instance.delete_dynamic_partition(PROBLEM, key)


def report_metadata(report: Mapping[str, Any]) -> dict[str, Any]:
    """What a proof says beyond its counts: the judge's tier, and the mutants that no test finds."""
    schema = dg.TableSchema(
        columns=[
            dg.TableColumn("line", "int"),
            dg.TableColumn("function", "string"),
            dg.TableColumn("operator", "string"),
            dg.TableColumn("before", "string"),
            dg.TableColumn("after", "string"),
        ]
    )
    survivors = [dg.TableRecord(survivor) for survivor in report["survivors"]]
    return {
        "judge_tier": report["tier"],
        "hash_seeds": dg.MetadataValue.json(report["hash_seeds"]),
        "survivors": dg.MetadataValue.table(survivors, schema),
    }
