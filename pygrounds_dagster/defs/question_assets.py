"""Group ``questions``: one asset for each game type, so that each has its pool.

An asset fills its partitions' cells to the standing target; in a run with the tag of a generation session,
to what the session asked.
"""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import dagster as dg

from pygrounds_dagster.defs.automation import refreshed
from pygrounds_dagster.defs.knowledge_assets import semantic_rankings
from pygrounds_dagster.defs.partitions import subtopic_asset
from pygrounds_dagster.defs.plots import funnel_plot
from pygrounds_dagster.defs.previews import MAX_PLOTS, changed_keys, merged
from pygrounds_dagster.defs.problem_assets import problems
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.defs.settle import Settled, settle
from pygrounds_dagster.defs.tables import table_metadata
from pygrounds_dagster.problems.register import load_shelf
from pygrounds_dagster.questions.bank import stored_questions
from pygrounds_dagster.questions.generate import Author, Workshop
from pygrounds_dagster.questions.make import Report, make_questions
from pygrounds_dagster.questions.model import FAMILY, GAME_TYPES, GameType, asset_name
from pygrounds_dagster.questions.session_cells import cancelled_watch
from pygrounds_dagster.questions.sessions import SESSION_TAG
from pygrounds_dagster.questions.show import question_markdown

GROUP = "questions"
OWNERS = ["team:questions"]
PARTITIONS_OF_A_RUN = 20
SAMPLES = 3

DESCRIPTIONS: Mapping[GameType, str] = {
    "hangman": "Functions to write from scratch, with hidden tests that find the mutants of their solutions.",
    "debugging": "Functions with one small mistake that gives a wrong value, found by sample and tests.",
    "word": "Clues and answers of 4 to 13 letters, for crosswords and word searches.",
    "pre_assessment": "Questions with four options, exactly one of them right; code in them is executed.",
    "output_prediction": "Programs whose output the judge has seen.",
    "trace": "Programs with the values of their variables after each line, as they were when they ran.",
    "parsons": "Lines to put in order, with every order that behaves the same.",
    "cloze": "Programs with gaps, and every token that was found to do the same in them.",
}


def question_asset(game_type: GameType) -> dg.AssetsDefinition:
    """The asset of a game type."""

    @subtopic_asset(
        backfill_policy=lambda: dg.BackfillPolicy.multi_run(PARTITIONS_OF_A_RUN),
        name=asset_name(game_type),
        description=DESCRIPTIONS[game_type],
        group_name=GROUP,
        owners=OWNERS,
        deps=[semantic_rankings, problems],
        kinds={"python", "postgres"},
        tags={"game_type": game_type},
        pool=FAMILY[game_type],
        code_version="1",
        automation_condition=refreshed,
        metadata=table_metadata("question"),
    )
    def questions(context: dg.AssetExecutionContext, platform: Platform) -> Settled:
        report = make_questions(
            workshop(context, platform),
            game_type,
            context.partition_keys,
            load_shelf(platform.settings.content_roots).problems,
            platform.settings.question_target,
            platform.progress(context),
        )
        changed = changed_keys(report.outcomes)
        shown = merged(
            question_samples(platform, changed, game_type), gap_notes(report), _funnels(report, game_type)
        )
        yield from settle(context, report.outcomes, partition_metadata=shown)

    return questions


def workshop(context: dg.AssetExecutionContext, platform: Platform) -> Workshop:
    """What a run makes questions with: the limits of the settings, and its session if it has one."""
    tag = context.run.tags.get(SESSION_TAG)
    session_id = UUID(tag) if tag else None
    settings = platform.settings
    return Workshop(
        platform.pool,
        {"coding": settings.coding_limit, "non_coding": settings.non_coding_limit},
        encoder=lambda: platform.query_encoder,
        author=author(platform),
        run_id=context.run.run_id,
        session_id=session_id,
        cancelled=cancelled_watch(platform.pool, session_id) if session_id else lambda: False,
    )


def author(platform: Platform) -> Author | None:
    """The model that the settings name, even if they name it by half: whoever asks it then is told so."""
    settings = platform.settings
    if settings.llm_base_url is None and settings.llm_model is None and settings.llm_api_key is None:
        return None
    name = f"{settings.llm_model} at {settings.llm_base_url}"
    return Author(lambda: platform.llm, name, settings.llm_share)


def question_samples(
    platform: Platform, keys: Sequence[str], game_type: GameType
) -> dict[str, dict[str, Any]]:
    """The latest questions of each partition, as Markdown."""
    if not keys:
        return {}
    samples: dict[str, list[str]] = {}
    with platform.pool.connection() as conn:
        for question in stored_questions(conn, keys=keys, game_types=[game_type]):
            head = f"**{question.difficulty}**, {question.generator}"
            text = f"{head}\n\n{question_markdown(question.fields())}"
            samples.setdefault(question.subtopic_key, []).append(text)
    return {
        key: {"samples": dg.MetadataValue.md("\n\n---\n\n".join(texts[-SAMPLES:]))}
        for key, texts in samples.items()
    }


def gap_notes(report: Report) -> dict[str, dict[str, Any]]:
    """Why cells stay short, with the partitions concerned."""
    return {
        key: {"gaps": dg.MetadataValue.md("\n".join(f"- {level}: {why}" for level, why in gaps.items()))}
        for key, gaps in report.gaps.items()
        if gaps
    }


def _funnels(report: Report, game_type: GameType) -> dict[str, dict[str, Any]]:
    """One picture for the run, shown with the last partitions that changed."""
    if not report.funnel.made:
        return {}
    plot = funnel_plot(report.funnel.made, report.funnel.admitted, report.funnel.dropped, game_type)
    return {key: {"funnel": plot} for key in changed_keys(report.outcomes)[-MAX_PLOTS:]}


ASSETS: Mapping[GameType, dg.AssetsDefinition] = {game: question_asset(game) for game in GAME_TYPES}
"""The asset of each game type."""


@dg.definitions
def questions() -> dg.Definitions:
    """The assets of all game types."""
    return dg.Definitions(assets=list(ASSETS.values()))
