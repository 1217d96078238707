"""Checks of the question assets; blocking where wrong questions would be served."""

import dagster as dg

from pygrounds_dagster.defs.checks import run_keys
from pygrounds_dagster.defs.problem_checks import listed_result
from pygrounds_dagster.defs.question_assets import ASSETS
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.defs.settle import gate
from pygrounds_dagster.questions.coverage import key_bias, likenesses
from pygrounds_dagster.questions.model import FAMILY, GameType
from pygrounds_dagster.questions.verify import verify_stored

SAMPLE = 24
"""Questions of a run's partitions that are executed once more; all of them are every week."""

MOST_ALIKE = 0.01
LEAST_P = 0.05
MOST_LONGEST = 0.30


def holding_check(game_type: GameType) -> dg.AssetChecksDefinition:
    """The check that executes stored questions of a game type again."""

    @dg.asset_check(
        asset=ASSETS[game_type],
        name="stored_questions_hold",
        blocking=True,
        pool=FAMILY[game_type],
        description=f"{SAMPLE} of the stored questions, executed again; what does not hold is withdrawn.",
    )
    def check(context: dg.AssetCheckExecutionContext, platform: Platform) -> dg.AssetCheckResult:
        report = verify_stored(
            platform.pool,
            keys=run_keys(context),
            game_types=[game_type],
            at_most=SAMPLE,
            run_id=context.run.run_id,
        )
        lines = [f"{one.name}: {'; '.join(drop.reason for drop in one.defects)}" for one in report.defective]
        return gate(context, listed_result(lines, {"checked": report.checked, "withdrawn": len(lines)}))

    return check


def likeness_check(game_type: GameType) -> dg.AssetChecksDefinition:
    """The check that a game type's questions do not repeat each other."""

    @dg.asset_check(
        asset=ASSETS[game_type],
        name="no_duplicates",
        description=f"No question is there twice, and at most {MOST_ALIKE:.0%} are much like another.",
    )
    def check(platform: Platform) -> dg.AssetCheckResult:
        with platform.pool.connection() as conn:
            found = likenesses(conn, game_type)
        lines = [f"content key {key} occurs more than once" for key in found.same]
        if found.share > MOST_ALIKE:
            lines += [f"{later} is {value:.2f} like {earlier}" for earlier, later, value in found.alike]
        return listed_result(
            lines, {"questions": found.questions, "same": len(found.same), "alike_share": found.share}
        )

    return check


@dg.asset_check(asset=ASSETS["pre_assessment"])
def right_options_are_unbiased(platform: Platform) -> dg.AssetCheckResult:
    """Right options stand at every place alike (χ², p > 0.05), and at most 30 % are the longest."""
    with platform.pool.connection() as conn:
        bias = key_bias(conn)
    lines = []
    if bias.p_value <= LEAST_P:
        lines.append(f"right options stand at {bias.positions}: p = {bias.p_value:.3g}")
    if bias.longest > MOST_LONGEST:
        lines.append(f"the right option is the longest in {bias.longest:.0%} of the questions")
    numbers = {"p_value": bias.p_value, "longest": bias.longest, "positions": str(bias.positions)}
    return listed_result(lines, numbers)


@dg.definitions
def checks() -> dg.Definitions:
    """The checks of all game types."""
    each = [make(game) for game in ASSETS for make in (holding_check, likeness_check)]
    return dg.Definitions(asset_checks=[*each, right_options_are_unbiased])
