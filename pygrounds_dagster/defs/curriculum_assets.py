"""Group ``curriculum``: which subtopics there are, and the documents they consist of."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import dagster as dg

from pygrounds_dagster.authoring.prerequisite_picture import caption, draw, prerequisite_graph
from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.content_model import Content, Problem
from pygrounds_dagster.curriculum.documents import sync_documents
from pygrounds_dagster.curriculum.register import Registration, register_content
from pygrounds_dagster.defs.partitions import SUBTOPIC, subtopic_asset
from pygrounds_dagster.defs.plots import png_markdown
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.defs.settle import Settled, settle
from pygrounds_dagster.defs.sources import content_tree
from pygrounds_dagster.defs.tables import table_metadata
from pygrounds_dagster.store.step import fingerprint

GROUP = "curriculum"
OWNERS = ["team:curriculum"]


@dg.asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[content_tree],
    kinds={"markdown", "postgres"},
    code_version="1",
    metadata=table_metadata("subtopic"),
)
def curriculum(context: dg.AssetExecutionContext, platform: Platform) -> dg.MaterializeResult[None]:
    """Zones, topics and subtopics as the content has them; adds and removes partitions to match.

    Everything wrong in the content is listed with file, line and field; an invalid subtopic keeps its last
    good values and its partition says why.
    """
    content = load_content(platform.settings.content_roots)
    registration = register_content(platform.pool, content)
    follow_partitions(context.instance, [s.key for s in content.subtopics], registration)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(content.subtopics),
            "zones": len(content.zones),
            "topics": len(content.topics),
            "subtopics": len(content.subtopics),
            "added": len(registration.added),
            "changed": len(registration.changed),
            "retired": len(registration.retired),
            "failed": len(registration.failed),
            "problems": problem_table(content.problems),
            **prerequisite_metadata(context, content),
        },
        # Which subtopics there are: what one of them says is the version of its documents.
        data_version=dg.DataVersion(
            fingerprint(*sorted({s.key for s in content.subtopics} | {*content.failed}))
        ),
    )


@subtopic_asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[curriculum],
    kinds={"markdown", "postgres"},
    code_version="1",
    metadata=table_metadata("document"),
)
def documents(context: dg.AssetExecutionContext, platform: Platform) -> Settled:
    """Source files of each subtopic as they lie on disk: bytes, hash, format, and why one cannot be used."""
    content = load_content(platform.settings.content_roots)
    keys = context.partition_keys
    yield from settle(context, sync_documents(platform.pool, content, keys, platform.progress(context)))


def prerequisite_metadata(context: dg.AssetExecutionContext, content: Content) -> dict[str, Any]:
    """The graph of prerequisites as a picture; the last one again, if it is of this graph."""
    graph = prerequisite_graph(content)
    if not graph.subtopics:
        return {}
    last = context.instance.get_latest_materialization_event(context.asset_key)
    known = last.asset_materialization.metadata if last and last.asset_materialization else {}
    stamp = dg.MetadataValue.text(graph.stamp)
    if known.get("prerequisites_graph") == stamp and "prerequisites" in known:
        picture = known["prerequisites"]
    else:
        picture = png_markdown(draw(graph, "png"), " ".join(caption(graph)))
    return {"prerequisites": picture, "prerequisites_graph": stamp}


def follow_partitions(
    instance: dg.DagsterInstance, ordered: Sequence[str], registration: Registration
) -> None:
    """Make Dagster's partitions those of the content, in its order; an invalid subtopic has one, too."""
    wanted = dict.fromkeys([*ordered, *registration.kept, *registration.changed, *registration.failed])
    known = set(instance.get_dynamic_partitions(SUBTOPIC))
    instance.add_dynamic_partitions(SUBTOPIC, [key for key in wanted if key not in known])
    for key in known.intersection(registration.retired) - set(wanted):
        instance.delete_dynamic_partition(SUBTOPIC, key)


def problem_table(problems: Sequence[Problem]) -> dg.TableMetadataValue:
    """Problems of the content as a table."""
    schema = dg.TableSchema(
        columns=[
            dg.TableColumn("file", "string"),
            dg.TableColumn("line", "int"),
            dg.TableColumn("field", "string"),
            dg.TableColumn("problem", "string"),
        ]
    )
    records = [
        dg.TableRecord({"file": shown(p.path), "line": p.line, "field": p.field, "problem": p.message})
        for p in problems
    ]
    return dg.MetadataValue.table(records, schema)


def shown(path: Path) -> str:
    """A path as people know it: from the content root's name on."""
    parts = path.parts
    return "/".join(parts[parts.index("zones") :]) if "zones" in parts else str(path)
