"""Plots that asset metadata shows, as Markdown with the picture inside.

Here: pictures from plain numbers. Not here: reading the numbers, deciding which asset shows what.
"""

from __future__ import annotations

import base64
import io
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import dagster as dg
import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_DPI = 88
_COLOURS = ("#3b6fb6", "#d9822b", "#2f9e77", "#a64ca6", "#c94f4f", "#6b7785", "#8a6d3b", "#1c8fa8")
_GRID = "#dfe3e8"
_MARKERS = {"concept": "o", "code": "s"}
_MAX_ROWS = 60


def _figure(width: float, height: float) -> Figure:
    """A figure without a display; matplotlib is loaded here and nowhere else."""
    import matplotlib as mpl

    mpl.use("Agg")
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _markdown(figure: Figure, alternative: str) -> dg.MarkdownMetadataValue:
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=_DPI)
    return png_markdown(buffer.getvalue(), alternative)


def png_markdown(picture: bytes, alternative: str) -> dg.MarkdownMetadataValue:
    """A PNG inside Markdown, with its words for those who cannot see it."""
    data = base64.b64encode(picture).decode("ascii")
    return dg.MetadataValue.md(f"![{alternative}](data:image/png;base64,{data})")


def similarity_histogram(
    similarities: Mapping[str, Sequence[float]], threshold: float, title: str
) -> dg.MarkdownMetadataValue:
    """How close chunks are to what their subtopic is about.

    Args:
        similarities: cosine similarities by kind.
        threshold: the least that counts as covering.
        title: heading of the picture.
    """
    figure = _figure(6.4, 3.2)
    axes = figure.subplots()
    bins = np.linspace(-0.2, 1, 37).tolist()
    for (kind, values), colour in zip(similarities.items(), _COLOURS, strict=False):
        axes.hist(values, bins=bins, alpha=0.65, color=colour, label=f"{kind} ({len(values)})")
    axes.axvline(threshold, color="#333333", linestyle="--", linewidth=1, label=f"threshold {threshold:g}")
    axes.set(xlabel="similarity to the intent", ylabel="chunks", xlim=(-0.2, 1))
    axes.set_title(title, fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, fontsize=8)
    return _markdown(figure, "histogram of similarities to the intent")


def plane(vectors: NDArray[np.float32]) -> tuple[NDArray[np.float32], float]:
    """Project onto the two directions of greatest variance.

    Args:
        vectors: float32 (n, d).

    Returns:
        float32 (n, 2), and the share of the variance it keeps, 0–1.
    """
    if len(vectors) < 2:
        return np.zeros((len(vectors), 2), np.float32), 1.0
    centred = vectors - vectors.mean(axis=0)
    left, singular, _ = np.linalg.svd(centred, full_matrices=False)
    total = float((singular**2).sum()) or 1.0
    points = np.zeros((len(vectors), 2), np.float32)
    kept = min(2, len(singular))
    points[:, :kept] = left[:, :kept] * singular[:kept]
    return points, float((singular[:2] ** 2).sum()) / total


def chunk_map(
    vectors: NDArray[np.float32], subtopics: Sequence[str], kinds: Sequence[str], title: str
) -> dg.MarkdownMetadataValue:
    """A topic's chunks as points: near each other when they mean the like.

    Args:
        vectors: float32 (n, d), unit rows.
        subtopics: n names, one colour each.
        kinds: n kinds, one marker each.
        title: heading of the picture.
    """
    points, share = plane(vectors)
    figure = _figure(6.4, 4.4)
    axes = figure.subplots()
    names, of, form = list(dict.fromkeys(subtopics)), np.array(subtopics), np.array(kinds)
    for number, name in enumerate(names):
        for kind, marker in _MARKERS.items():
            chosen = (of == name) & (form == kind)
            if chosen.any():
                axes.scatter(
                    points[chosen, 0],
                    points[chosen, 1],
                    s=20,
                    marker=marker,
                    alpha=0.8,
                    linewidths=0,
                    color=_COLOURS[number % len(_COLOURS)],
                    label=f"{name} · {kind}",
                )
    axes.set_title(f"{title}: {len(points)} chunks, {share:.0%} of the variance", fontsize=10, loc="left")
    axes.set(xticks=[], yticks=[])
    axes.spines[:].set_color(_GRID)
    if len(names) <= len(_COLOURS):
        axes.legend(frameon=False, fontsize=7, loc="upper left", bbox_to_anchor=(1, 1))
    return _markdown(figure, f"map of the chunks of {title}")


def coverage_heat_map(
    shares: Mapping[str, Mapping[str, float]], columns: Sequence[str]
) -> dg.MarkdownMetadataValue:
    """Which part of each subtopic's chunks is close enough to its intents.

    Args:
        shares: subtopic → kind → share 0–1; NaN where there is nothing.
        columns: kinds, from left to right.
    """
    rows = list(shares)[:_MAX_ROWS]
    grid = np.array([[shares[row].get(column, np.nan) for column in columns] for row in rows], float)
    figure = _figure(5.6, 0.9 + 0.26 * max(1, len(rows)))
    axes = figure.subplots()
    image = axes.imshow(grid.reshape(len(rows), len(columns)), aspect="auto", cmap="YlGnBu", vmin=0, vmax=1)
    for (row, column), value in np.ndenumerate(grid):
        text = "–" if np.isnan(value) else f"{value:.0%}"
        colour = "white" if value > 0.6 else "#222222"
        axes.text(column, row, text, ha="center", va="center", fontsize=7, color=colour)
    axes.set_xticks(range(len(columns)), columns, fontsize=8)
    axes.set_yticks(range(len(rows)), rows, fontsize=7)
    hidden = len(shares) - len(rows)
    axes.set_title(
        "chunks above the threshold" + (f" (first {len(rows)} of {len(shares)})" if hidden else ""),
        fontsize=9,
        loc="left",
    )
    axes.spines[:].set_visible(False)
    figure.colorbar(image, ax=axes, shrink=0.6)
    return _markdown(figure, "coverage of each subtopic, by kind")


def funnel_plot(made: int, admitted: int, dropped: Mapping[str, int], title: str) -> dg.MarkdownMetadataValue:
    """What became of candidates: bars for made and admitted, then for each reason of a drop.

    Args:
        made: candidates tried.
        admitted: of them stored.
        dropped: reason → how many.
        title: heading of the picture.
    """
    reasons = sorted(dropped.items(), key=lambda item: (-item[1], item[0]))
    names = ["made", "stored", *(reason for reason, _ in reasons)]
    numbers = [made, admitted, *(count for _, count in reasons)]
    colours = [_COLOURS[0], _COLOURS[2], *[_COLOURS[4]] * len(reasons)]
    figure = _figure(6.4, 0.9 + 0.26 * len(names))
    axes = figure.subplots()
    bars = axes.barh(range(len(names)), numbers, color=colours)
    axes.bar_label(bars, padding=3, fontsize=8)
    axes.set_yticks(range(len(names)), names, fontsize=8)
    axes.invert_yaxis()
    axes.set(xlabel="candidates", xlim=(0, max(numbers) * 1.12 or 1))
    axes.locator_params(axis="x", integer=True)
    axes.set_title(f"{title}: {made} candidates, {admitted} stored", fontsize=10, loc="left")
    axes.spines[["top", "right"]].set_visible(False)
    return _markdown(figure, f"what became of the candidates of {title}")


def cell_heat_map(
    cells: Mapping[str, Mapping[tuple[str, str], int]],
    columns: Sequence[tuple[str, str]],
    target: int,
    title: str,
) -> dg.MarkdownMetadataValue:
    """How full cells are, by subtopic (rows) and by game type and difficulty (columns).

    Args:
        cells: subtopic → (game type, difficulty) → questions.
        columns: from left to right, those of a game type beside each other.
        target: questions that fill a cell.
        title: heading of the picture.
    """
    rows = list(cells)[:_MAX_ROWS]
    grid = np.array([[cells[row].get(column, 0) for column in columns] for row in rows], float)
    figure = _figure(3.2 + 0.24 * len(columns), 1.6 + 0.2 * max(1, len(rows)))
    axes = figure.subplots()
    top = max(1, target)
    axes.imshow(grid.reshape(len(rows), len(columns)), aspect="auto", cmap="YlGnBu", vmin=0, vmax=top)
    for (row, column), value in np.ndenumerate(grid):
        colour = "white" if value > 0.6 * top else "#222222"
        axes.text(column, row, f"{value:.0f}", ha="center", va="center", fontsize=6, color=colour)
    axes.set_xticks(
        range(len(columns)), [f"{game} {level}" for game, level in columns], fontsize=6, rotation=90
    )
    axes.set_yticks(range(len(rows)), rows, fontsize=6)
    for place in range(1, len(columns)):
        if columns[place][0] != columns[place - 1][0]:
            axes.axvline(place - 0.5, color="white", linewidth=2)
    hidden = len(cells) - len(rows)
    shown = f" (first {len(rows)} of {len(cells)} subtopics)" if hidden else ""
    axes.set_title(title + shown, fontsize=9, loc="left")
    axes.spines[:].set_visible(False)
    return _markdown(figure, title)
