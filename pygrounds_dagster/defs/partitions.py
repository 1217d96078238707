"""The ways in which work is divided: by subtopic and by problem; and what such assets have in common."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import dagster as dg

SUBTOPIC = "subtopic"

subtopics = dg.DynamicPartitionsDefinition(name=SUBTOPIC)
"""Keys ``zone.topic.subtopic``, kept in step with the content by the ``curriculum`` asset and its watcher."""

PROBLEM = "problem"

problem_ids = dg.DynamicPartitionsDefinition(name=PROBLEM)
"""Ids of programming problems, kept in step with the banks by the ``problems`` asset and its watcher."""


def subtopic_asset(
    partitions_def: dg.PartitionsDefinition[str] = subtopics,
    backfill_policy: Callable[[], dg.BackfillPolicy] = dg.BackfillPolicy.single_run,
    **options: Any,
) -> Callable[[Callable[..., object]], dg.AssetsDefinition]:
    """Declare an asset whose function takes many partitions at once and yields from ``settle``.

    A backfill of it is one run with batching inside, or few: a run for each partition costs a second each.
    The output is optional because ``settle`` announces it.

    Args:
        partitions_def: partitions, by default the subtopics.
        backfill_policy: makes the policy, by default one run for all.
        options: as for ``dagster.asset``.
    """

    def declare(function: Callable[..., object]) -> dg.AssetsDefinition:
        with warnings.catch_warnings():
            # `backfill_policy` is marked beta in 1.13; a change of it would fail tests/defs.
            warnings.simplefilter("ignore", dg.BetaWarning)
            asset: dg.AssetsDefinition = dg.asset(
                partitions_def=partitions_def,
                backfill_policy=backfill_policy(),
                output_required=False,
                **options,
            )(function)
        return asset

    return declare
