"""What a benchmark says at its end: a table for people, a JSON file and a plot for the record.

What belongs here: showing rows. What does not: measuring them. Benchmarks are run from the repository root as
``python -m benchmarks.<name>``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.table import Table

from benchmarks.machine import Machine, this_machine

RESULTS = Path(__file__).parent / "results"


@dataclass(frozen=True, slots=True)
class Row:
    """One promise and what was measured, both sides in the same run.

    Attributes:
        what: the thing measured, with its unit, e.g. ``bulk encoding, ms CPU per chunk``.
        measured: ours.
        baseline: the named baseline's, in the same unit.
        ratio: what the promise is about, e.g. ``baseline / measured``.
        bound: the promise in words, e.g. ``>= 3.8``.
        passed: whether the promise holds; None where this machine cannot decide it.
    """

    what: str
    measured: float
    baseline: float
    ratio: float
    bound: str
    passed: bool | None


def report(name: str, rows: Sequence[Row], *, machine: Machine | None = None) -> bool:
    """Print the rows as a table and write ``results/<name>.json`` and ``results/<name>.png``.

    Returns:
        Whether no promise is broken.
    """
    machine = machine or this_machine()
    console = Console()
    console.print(_table(name, rows))
    console.print(f"[dim]{machine}[/dim]")
    RESULTS.mkdir(exist_ok=True)
    record = {
        "name": name,
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "machine": machine.as_dict(),
        "rows": [asdict(row) for row in rows],
    }
    (RESULTS / f"{name}.json").write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
    _plot(name, rows, RESULTS / f"{name}.png")
    return all(row.passed is not False for row in rows)


def _table(name: str, rows: Sequence[Row]) -> Table:
    table = Table(title=name, title_justify="left")
    for column in ("what", "measured", "baseline", "ratio", "bound", ""):
        table.add_column(column, justify="left" if column in {"what", "bound"} else "right")
    for row in rows:
        verdict = {True: "[green]holds[/green]", False: "[red]BROKEN[/red]", None: "not decided here"}
        figures = (f"{value:.4g}" for value in (row.measured, row.baseline, row.ratio))
        table.add_row(row.what, *figures, row.bound, verdict[row.passed])
    return table


def _plot(name: str, rows: Sequence[Row], path: Path) -> None:
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(9, 0.6 * len(rows) + 1.2), layout="constrained")
    colours = {True: "#2e7d32", False: "#c62828", None: "#9e9e9e"}
    axes.barh(
        [f"{row.what}\n({row.bound})" for row in rows],
        [row.ratio for row in rows],
        color=[colours[row.passed] for row in rows],
    )
    axes.invert_yaxis()
    axes.set_xlabel("ratio")
    axes.set_title(name, loc="left")
    axes.bar_label(axes.containers[0], fmt="%.3g", padding=3)  # type: ignore[arg-type]
    figure.savefig(path, dpi=110)
    plt.close(figure)
