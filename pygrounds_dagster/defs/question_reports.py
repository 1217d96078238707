"""What the whole bank is worth: its coverage, and its export as files."""

from collections.abc import Sequence

import dagster as dg

from pygrounds_dagster.defs.automation import changed_upstream
from pygrounds_dagster.defs.plots import cell_heat_map
from pygrounds_dagster.defs.question_assets import ASSETS, GROUP, OWNERS
from pygrounds_dagster.defs.resources import Platform
from pygrounds_dagster.questions.bank import stored_questions
from pygrounds_dagster.questions.coverage import CellState, by_family, gap_reasons, read_cells
from pygrounds_dagster.questions.export import ExportedFile, export_questions
from pygrounds_dagster.questions.model import DIFFICULTIES, GAME_TYPES
from pygrounds_dagster.store.step import fingerprint

WANTED_OF_A_FAMILY = 10
_SHOWN_GAPS = 200


@dg.asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=list(ASSETS.values()),
    kinds={"postgres"},
    code_version="1",
    automation_condition=changed_upstream,
)
def question_coverage(platform: Platform) -> dg.MaterializeResult[None]:
    """Live questions of each subtopic, game type and difficulty against the target; gaps with reasons."""
    with platform.pool.connection() as conn:
        cells = read_cells(conn, platform.settings.question_target)
    families = by_family(cells)
    full = sum(count >= WANTED_OF_A_FAMILY for count in families.values())
    gaps = [cell for cell in cells if cell.missing]
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": len(cells),
            "questions": sum(cell.live for cell in cells),
            "cells_with_gaps": len(gaps),
            "missing": sum(cell.missing for cell in gaps),
            "families_of_ten": full,
            "families": len(families),
            "heat_map": _heat_map(cells, platform.settings.question_target),
            "reasons": dg.MetadataValue.md(_reason_table(cells)),
            "gaps": dg.MetadataValue.md(_gap_table(gaps)),
        },
        data_version=dg.DataVersion(fingerprint(*(repr(cell) for cell in cells))),
    )


@dg.asset(
    group_name=GROUP,
    owners=OWNERS,
    deps=list(ASSETS.values()),
    kinds={"json", "csv", "parquet"},
    code_version="1",
    automation_condition=changed_upstream,
)
def question_export(platform: Platform) -> dg.MaterializeResult[None]:
    """All live questions as JSON Lines, CSV and Parquet, by zone and game type; other files are untouched."""
    directory = platform.settings.export_dir
    with platform.pool.connection() as conn:
        questions = list(stored_questions(conn, states=["live"]))
    files = export_questions(questions, directory)
    return dg.MaterializeResult(
        metadata={
            "dagster/row_count": sum(file.rows for file in files if file.path.endswith(".jsonl")),
            "files": len(files),
            "written": sum(file.written for file in files),
            "directory": dg.MetadataValue.path(directory),
            "listed": dg.MetadataValue.md(_file_table(files)),
        },
        data_version=dg.DataVersion(fingerprint(*(f"{file.path} {file.sha256}" for file in files))),
    )


@dg.asset_check(asset=question_coverage)
def every_family_has_ten(platform: Platform) -> dg.AssetCheckResult:
    """Every subtopic has ten questions of each family and difficulty, or its gaps say why not."""
    with platform.pool.connection() as conn:
        cells = read_cells(conn, platform.settings.question_target)
    low = [place for place, count in by_family(cells).items() if count < WANTED_OF_A_FAMILY]
    lines = [f"{key}: {family} {level}" for key, family, level in low]
    return dg.AssetCheckResult(
        passed=not low,
        severity=dg.AssetCheckSeverity.WARN,
        metadata={"below_ten": len(low), "reasons": dg.MetadataValue.md(_reason_table(cells))},
        description="; ".join(lines[:3]) or None,
    )


def _heat_map(cells: Sequence[CellState], target: int) -> dg.MarkdownMetadataValue:
    rows: dict[str, dict[tuple[str, str], int]] = {}
    for cell in cells:
        rows.setdefault(cell.key, {})[cell.game_type, cell.difficulty] = cell.live
    columns = [(game, level) for game in GAME_TYPES for level in DIFFICULTIES]
    return cell_heat_map(rows, columns, target, f"live questions of each cell; {target} are wanted")


def _reason_table(cells: Sequence[CellState]) -> str:
    rows = [f"| {missing} | {reason} |" for reason, missing in gap_reasons(cells).items()]
    return "\n".join(["| missing | because |", "|---|---|", *rows[:_SHOWN_GAPS]])


def _gap_table(gaps: Sequence[CellState]) -> str:
    rows = [
        f"| {gap.key} | {gap.game_type} | {gap.difficulty} | {gap.live} | {gap.missing} | {gap.reason} |"
        for gap in gaps[:_SHOWN_GAPS]
    ]
    hidden = len(gaps) - len(rows)
    more = [f"\n… and {hidden} more"] if hidden > 0 else []
    head = ["| subtopic | game type | difficulty | live | missing | because |", "|---|---|---|---|---|---|"]
    return "\n".join([*head, *rows, *more])


def _file_table(files: Sequence[ExportedFile]) -> str:
    rows = [f"| {file.path} | {file.rows} | {file.sha256[:12]} |" for file in files]
    return "\n".join(["| file | questions | SHA-256 |", "|---|---|---|", *rows])
