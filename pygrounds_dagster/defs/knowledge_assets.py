"""Group ``knowledge``: chunks, their vectors, what subtopics mean, rankings, indexes."""

import dagster as dg

from pygrounds_dagster.curriculum.chunk_rows import sync_chunks
from pygrounds_dagster.defs.automation import changed_upstream
from pygrounds_dagster.defs.curriculum_assets import curriculum, documents
from pygrounds_dagster.defs.partitions import subtopic_asset
from pygrounds_dagster.defs.previews import (
    changed_keys,
    chunk_samples,
    merged,
    ranking_samples,
    similarity_plots,
    topic_maps,
)
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.defs.settle import Settled, settle
from pygrounds_dagster.defs.sources import encoder_weights
from pygrounds_dagster.defs.tables import table_metadata
from pygrounds_dagster.knowledge.embedding import embed_and_save, embed_intents
from pygrounds_dagster.knowledge.index import STEP as INDEX_STEP
from pygrounds_dagster.knowledge.index import build_indexes
from pygrounds_dagster.knowledge.ranking import rank
from pygrounds_dagster.store.step import forget_step

GROUP = "knowledge"
OWNERS = ["team:knowledge"]
EMBEDDING_POOL = "embedding"


@subtopic_asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[documents],
    kinds={"python", "postgres"},
    code_version="1",
    automation_condition=changed_upstream,
    metadata=table_metadata("chunk"),
)
def chunks(context: dg.AssetExecutionContext, platform: Platform) -> Settled:
    """Documents cut into the smallest citable pieces: byte-exact, with heading path, span and type."""
    outcomes = sync_chunks(
        platform.pool, context.partition_keys, platform.counter, platform.progress(context)
    )
    samples = chunk_samples(platform.pool, changed_keys(outcomes))
    yield from settle(context, outcomes, partition_metadata=samples)


@subtopic_asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[chunks, encoder_weights],
    kinds={"python", "pgvector"},
    code_version="1",
    pool=EMBEDDING_POOL,
    automation_condition=changed_upstream,
    metadata=table_metadata("embedding", "embedding_<model>"),
)
def chunk_embeddings(context: dg.AssetExecutionContext, platform: Platform) -> Settled:
    """Vectors of the chunks' texts; a text is encoded once per model, ever."""
    report = embed_and_save(
        platform.pool, context.partition_keys, platform.encoders, platform.progress(context)
    )
    maps = topic_maps(platform.pool, changed_keys(report.outcomes), platform.settings)
    yield from settle(context, report.outcomes, partition_metadata=maps)


@subtopic_asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[documents, encoder_weights],
    kinds={"python", "pgvector"},
    code_version="1",
    pool=EMBEDDING_POOL,
    automation_condition=changed_upstream,
    metadata=table_metadata("subtopic_intent"),
)
def subtopic_intents(context: dg.AssetExecutionContext, platform: Platform) -> Settled:
    """Vectors of what each subtopic means: its concept intent and its code intent."""
    outcomes = embed_intents(
        platform.pool, context.partition_keys, platform.encoders, platform.progress(context)
    )
    yield from settle(context, outcomes)


@subtopic_asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[chunk_embeddings, subtopic_intents],
    kinds={"numpy", "postgres"},
    code_version="1",
    automation_condition=changed_upstream,
    metadata=table_metadata("ranking"),
)
def semantic_rankings(context: dg.AssetExecutionContext, platform: Platform) -> Settled:
    """Chunks in order of their worth for each subtopic, over its own and over the corpus."""
    outcomes = rank(platform.pool, context.partition_keys, platform.settings, platform.progress(context))
    changed = changed_keys(outcomes)
    shown = merged(
        ranking_samples(platform.pool, changed), similarity_plots(platform.pool, changed, platform.settings)
    )
    yield from settle(context, outcomes, partition_metadata=shown)


class IndexConfig(dg.Config):
    """How indexes are built."""

    force: bool = False
    """Build them anew although nothing they hold has changed, e.g. after files were lost."""


@subtopic_asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=[chunk_embeddings],
    kinds={"faiss", "file"},
    code_version="1",
    automation_condition=changed_upstream,
)
def faiss_index(context: dg.AssetExecutionContext, config: IndexConfig, platform: Platform) -> Settled:
    """Vector indexes of the topics and a merged one; swapped in whole, readers reload by themselves."""
    keys = context.partition_keys
    if config.force:
        with platform.pool.connection() as conn:
            forget_step(conn, keys, INDEX_STEP)
    report = build_indexes(platform.pool, keys, platform.settings, platform.progress(context))
    figures = {
        "shards": report.shards,
        "rows_indexed": report.rows,
        "shards_built": report.built,
        "recall": report.recall,
        "bytes": report.bytes,
    }
    yield from settle(context, report.outcomes, figures)


ROAD = dg.AssetSelection.assets(
    documents, chunks, chunk_embeddings, subtopic_intents, semantic_rankings, faiss_index
)
"""From a document to search, for a subtopic."""

WHOLE_ROAD = ROAD | dg.AssetSelection.assets(curriculum)
