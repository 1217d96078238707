"""The prerequisites as a picture: every subtopic below what it needs, coloured by zone.

Here: what is drawn, and the stamp that says of which graph a picture is. Not here: the graph's checks
(``curriculum.prerequisites``), geometry (``layered``).
"""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from pygrounds_dagster.authoring.layered import Layout, layout, reduced
from pygrounds_dagster.curriculum.content_model import Content, Subtopic
from pygrounds_dagster.store.step import fingerprint

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

Format = Literal["svg", "png"]

MOST = 300
"""Subtopics in a picture; more cannot be read."""

_VERSION = "1"
_COLOURS = ("#2f9e77", "#3b6fb6", "#d9822b", "#a64ca6", "#c94f4f", "#6b7785", "#8a6d3b", "#1c8fa8")
_INK = "#22272e"
_NODE_WIDTH, _ROW_HEIGHT = 1.3, 0.78  # inches
_BOX = (0.9, 0.62)  # of the room of a node
_LABEL_WIDTH = 15
_DPI = 110
_PALETTE = 48
_STAMP = re.compile(rb"graph ([0-9a-f]{12})")


@dataclass(frozen=True, slots=True)
class PrerequisiteGraph:
    """What is drawn: subtopics that need others or are needed, by key, in the curriculum's order.

    Attributes:
        subtopics: those drawn.
        zones: key → title of the zones that they are in.
        needs: key → keys that it needs, without those that follow from others.
        left_out: subtopics that stand alone.
    """

    subtopics: Mapping[str, Subtopic]
    zones: Mapping[str, str]
    needs: Mapping[str, list[str]]
    left_out: int

    @property
    def stamp(self) -> str:
        """Changes with anything that the picture shows; 12 hex digits."""
        parts = [
            f"{key}\0{subtopic.title}\0{'|'.join(self.needs[key])}"
            for key, subtopic in self.subtopics.items()
        ]
        zones = [f"{key}\0{title}" for key, title in self.zones.items()]
        return fingerprint(_VERSION, *zones, *parts)[:12]


def prerequisite_graph(content: Content) -> PrerequisiteGraph:
    """The graph of a content's valid subtopics; at most ``MOST`` of them, the first."""
    found = {subtopic.key: subtopic for subtopic in content.subtopics}
    needs = {key: [need for need in s.prerequisites if need in found] for key, s in found.items()}
    needed = {need for each in needs.values() for need in each}
    drawn = [key for key in found if needs[key] or key in needed][:MOST]
    kept = set(drawn)
    graph = {key: [need for need in needs[key] if need in kept] for key in drawn}
    used = {key.partition(".")[0] for key in drawn}
    return PrerequisiteGraph(
        subtopics={key: found[key] for key in drawn},
        zones={zone.key: zone.title for zone in content.zones if zone.key in used},
        needs=reduced(graph),
        left_out=len(found) - len(drawn),
    )


def draw(graph: PrerequisiteGraph, form: Format = "svg") -> bytes:
    """Draw a graph; the same graph gives the same bytes under the same matplotlib."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    placed = layout(graph.needs)
    columns = 1 + max((x for line in placed.lines.values() for x, _ in line), default=0)
    rows = 1 + max((row for _, row in placed.places.values()), default=0)
    colours = {zone: _COLOURS[n % len(_COLOURS)] for n, zone in enumerate(graph.zones)}
    # What rcParams say elsewhere must not show: documents compare the bytes.
    with mpl.rc_context({"svg.hashsalt": "pygrounds", "font.family": "DejaVu Sans"}):
        figure = Figure(figsize=(0.3 + columns * _NODE_WIDTH, 0.9 + rows * _ROW_HEIGHT), facecolor="white")
        axes = figure.add_axes((0, 0, 1, 1))
        axes.set_axis_off()
        axes.set_xlim(-0.6, columns - 0.4)
        axes.set_ylim(rows - 0.4, -1.1)
        _draw_lines(axes, placed, colours)
        _draw_nodes(axes, graph, placed, colours)
        _draw_legend(axes, graph, colours)
        return _saved(figure, form, graph.stamp)


def stamp_of(picture: bytes) -> str | None:
    """The stamp of the graph that a picture is of; None if it has none."""
    found = _STAMP.search(picture)
    return found[1].decode() if found else None


def _draw_lines(axes: Axes, placed: Layout, colours: Mapping[str, str]) -> None:
    from matplotlib.patches import PathPatch
    from matplotlib.path import Path

    for (need, _), points in placed.lines.items():
        path = _smooth(points)
        codes = [Path.MOVETO] + [Path.CURVE4] * (len(path) - 1)
        colour = colours[need.partition(".")[0]]
        axes.add_patch(PathPatch(Path(path, codes), fill=False, edgecolor=colour, alpha=0.55, linewidth=1.1))


def _smooth(points: Sequence[tuple[float, int]]) -> list[tuple[float, float]]:
    """A Catmull-Rom curve through points as Bézier points; it leaves and enters boxes upright."""
    half = _BOX[1] / 2
    (x, row), (to_x, to_row) = points[0], points[-1]
    ends = [(x, row + half), *((x, float(row)) for x, row in points[1:-1]), (to_x, to_row - half)]
    slopes = [0.0, *((after[0] - before[0]) / 2 for before, after in zip(ends, ends[2:], strict=False)), 0.0]
    path: list[tuple[float, float]] = [ends[0]]
    for ((x, y), slope), ((to_x, to_y), to_slope) in pairwise(zip(ends, slopes, strict=True)):
        third = (to_y - y) / 3
        path += [(x + slope / 3, y + third), (to_x - to_slope / 3, to_y - third), (to_x, to_y)]
    return path


def _draw_nodes(axes: Axes, graph: PrerequisiteGraph, placed: Layout, colours: Mapping[str, str]) -> None:
    from matplotlib.patches import FancyBboxPatch

    width, height = _BOX
    for key, (x, row) in placed.places.items():
        colour = colours[key.partition(".")[0]]
        corner = (x - width / 2, row - height / 2)
        shape = "round,pad=0,rounding_size=0.09"
        axes.add_patch(
            FancyBboxPatch(corner, width, height, boxstyle=shape, facecolor=colour, edgecolor="white")
        )
        label = "\n".join(_label(graph.subtopics[key].title))
        axes.text(x, row, label, ha="center", va="center", fontsize=7.8, color="white", linespacing=1.05)


def _label(title: str) -> list[str]:
    lines = textwrap.wrap(title, _LABEL_WIDTH)
    return lines if len(lines) <= 3 else [*lines[:2], f"{lines[2][: _LABEL_WIDTH - 1]}…"]


def _draw_legend(axes: Axes, graph: PrerequisiteGraph, colours: Mapping[str, str]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker="s", linestyle="", markersize=8, color=colours[key], label=title)
        for key, title in graph.zones.items()
    ]
    axes.legend(
        handles=handles,
        loc="upper left",
        ncols=4,
        frameon=False,
        fontsize=8,
        labelcolor=_INK,
        borderaxespad=0.4,
    )


def _saved(figure: Figure, form: Format, stamp: str) -> bytes:
    buffer = io.BytesIO()
    words = {"Title": "Prerequisites", "Description": f"graph {stamp}"}
    if form == "svg":
        figure.savefig(buffer, format="svg", metadata={**words, "Date": None, "Creator": None})
        return buffer.getvalue()
    figure.savefig(buffer, format="png", dpi=_DPI)
    return _fewer_colours(buffer, words)


def _fewer_colours(buffer: io.BytesIO, words: Mapping[str, str]) -> bytes:
    """A PNG of a quarter of the size: it is stored with every materialisation that shows it."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    for name, text in words.items():
        told.add_text(name, text)
    result = io.BytesIO()
    with Image.open(buffer) as picture:
        small = picture.convert("RGB").quantize(_PALETTE, dither=Image.Dither.NONE)
        small.save(result, "png", optimize=True, pnginfo=told)
    return result.getvalue()


def caption(graph: PrerequisiteGraph) -> Iterator[str]:
    """What the picture shows, in words: for those who cannot see it."""
    rows = layout(graph.needs).places
    depth = 1 + max((row for _, row in rows.values()), default=-1)
    lines = sum(len(needs) for needs in graph.needs.values())
    yield f"{len(graph.subtopics)} subtopics in {depth} rows, each below all that it needs; {lines} lines."
    yield "Needs that follow from other needs are not drawn."
    if graph.left_out:
        yield f"{graph.left_out} subtopics are left out: they need nothing and nothing needs them."
