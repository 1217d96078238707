"""Samples and pictures for asset metadata, read from the store for the partitions that changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

import dagster as dg
from psycopg_pool import ConnectionPool

from pygrounds_dagster.curriculum.chunk import KINDS
from pygrounds_dagster.defs.plots import chunk_map, similarity_histogram
from pygrounds_dagster.knowledge.corpus import model_in_use
from pygrounds_dagster.knowledge.vectors import load_vectors
from pygrounds_dagster.partition import PartitionOutcome
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.queries import load_queries

Preview = dict[str, Any]

_SQL = load_queries(__package__)
_SAMPLE_CHARACTERS = 400
MAX_PLOTS = 8
"""Pictures drawn in one run; a tenth of a second each, and some 20 kB in the event."""


def changed_keys(outcomes: Iterable[PartitionOutcome]) -> list[str]:
    """Partitions that have something new to show."""
    return [outcome.key for outcome in outcomes if outcome.status == "done"]


def chunk_samples(pool: ConnectionPool, keys: Sequence[str]) -> dict[str, Preview]:
    """Three chunks of each partition, as Markdown."""
    if not keys:
        return {}
    with pool.connection() as conn:
        rows = conn.execute(_SQL["select_chunk_samples"], {"keys": list(keys)}).fetchall()
    return {
        key: {"samples": dg.MetadataValue.md("\n\n".join(_sample(*row[1:]) for row in group))}
        for key, group in groupby(rows, key=itemgetter(0))
    }


def ranking_samples(pool: ConnectionPool, keys: Sequence[str]) -> dict[str, Preview]:
    """The first chunks of each ranking, as a Markdown table."""
    if not keys:
        return {}
    with pool.connection() as conn:
        rows = conn.execute(_SQL["select_ranking_samples"], {"keys": list(keys)}).fetchall()
    head = "| kind | rank | similarity | heading | begins |\n|---|---|---|---|---|\n"
    return {
        key: {"samples": dg.MetadataValue.md(head + "\n".join(_ranked(*row[1:]) for row in group))}
        for key, group in groupby(rows, key=itemgetter(0))
    }


def similarity_plots(pool: ConnectionPool, keys: Sequence[str], settings: Settings) -> dict[str, Preview]:
    """One histogram for each topic, shown with its partitions."""
    if not keys:
        return {}
    with pool.connection() as conn:
        rows = conn.execute(_SQL["select_similarities"], {"keys": list(keys)}).fetchall()
    by_topic: dict[str, dict[str, list[float]]] = defaultdict(lambda: {kind: [] for kind in KINDS})
    for key, kind, similarity in rows:
        by_topic[_topic(key)][kind].append(similarity)
    plots = {
        topic: similarity_histogram(values, settings.ranking_threshold, topic)
        for topic, values in list(by_topic.items())[:MAX_PLOTS]
    }
    return {key: {"similarity": plots[_topic(key)]} for key in keys if _topic(key) in plots}


def topic_maps(pool: ConnectionPool, keys: Sequence[str], settings: Settings) -> dict[str, Preview]:
    """One map of each topic's chunks, shown with its partitions."""
    topics = list(dict.fromkeys(_topic(key) for key in keys))[:MAX_PLOTS]
    models = {kind: model_in_use(settings, kind) for kind in KINDS} if topics else {}
    maps: dict[str, dg.MarkdownMetadataValue] = {}
    for topic in topics:
        with pool.connection() as conn:
            rows = conn.execute(_SQL["select_topic_points"], {"topic": topic}).fetchall()
            # Vectors of two models have no common space: the map then shows the prose.
            one = models["concept"] == models["code"]
            points = [row for row in rows if one or row[1] == "concept"]
            if not points:
                continue
            vectors = load_vectors(conn, models["concept"], [row[2] for row in points])
        names = [row[0].rpartition(".")[2] for row in points]
        maps[topic] = chunk_map(vectors, names, [row[1] for row in points], topic)
    return {key: {"map": maps[_topic(key)]} for key in keys if _topic(key) in maps}


def merged(*previews: dict[str, Preview]) -> dict[str, Preview]:
    """Several previews of the same partitions as one."""
    result: dict[str, Preview] = defaultdict(dict)
    for preview in previews:
        for key, metadata in preview.items():
            result[key].update(metadata)
    return dict(result)


def _topic(key: str) -> str:
    return key.rpartition(".")[0]


def _sample(chunk_type: str, heading_path: Sequence[str], text: str) -> str:
    shown = text if len(text) <= _SAMPLE_CHARACTERS else f"{text[:_SAMPLE_CHARACTERS]} …"
    fence = "````python" if chunk_type == "Code" else "````text"
    return f"**{' › '.join(heading_path)}** ({chunk_type})\n\n{fence}\n{shown}\n````"


def _ranked(kind: str, rank: int, similarity: float, heading_path: Sequence[str], text: str) -> str:
    start = " ".join(text.split())[:80].replace("|", "\\|")
    headings = " › ".join(heading_path).replace("|", "\\|")
    return f"| {kind} | {rank} | {similarity:.3f} | {headings} | {start} |"
