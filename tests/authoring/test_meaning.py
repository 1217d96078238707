"""What vectors tell of pages; hand-made vectors, so that it can be worked out by head."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from pygrounds_dagster.authoring.check import Draft, read_drafts
from pygrounds_dagster.authoring.meaning import (
    TOO_NEAR,
    Neighbour,
    PageTexts,
    Vector,
    neighbour_findings,
    neighbours,
    objective_findings,
)
from pygrounds_dagster.curriculum.content import load_content
from tests.authoring.pages import write_page


def unit(*cells: float) -> Vector:
    vector = np.array(cells, np.float32)
    return vector / np.linalg.norm(vector)


def test_the_neighbour_is_the_page_of_the_nearest_direction() -> None:
    vectors = {"x": unit(1, 0, 0), "xy": unit(1, 1, 0), "y": unit(0, 1, 0), "z": unit(0, 0, 1)}
    pages = {
        "a": PageTexts({}, "x", (), (("", "x"), ("", "xy"))),
        "b": PageTexts({}, "y", (), (("", "y"),)),
        "c": PageTexts({}, "z", (), ()),
    }
    found = neighbours(pages, vectors)
    mean = (vectors["x"] + vectors["xy"]) / 2
    both = vectors["x"] + mean / np.linalg.norm(mean)
    expected = float(both @ vectors["y"] / np.linalg.norm(both))
    assert (found["a"].key, found["b"].key) == ("b", "a")
    assert found["a"].similarity == found["b"].similarity == pytest.approx(expected, abs=5e-4)
    assert found["c"].similarity == 0


def test_a_page_alone_has_no_neighbour() -> None:
    assert neighbours({"a": PageTexts({}, "x", (), ())}, {"x": unit(1, 0)}) == {}


def test_too_near_is_told_and_near_is_not() -> None:
    assert list(neighbour_findings(None)) == []
    assert list(neighbour_findings(Neighbour("z.t.a", TOO_NEAR - 0.001))) == []
    (finding,) = neighbour_findings(Neighbour("z.t.a", TOO_NEAR))
    assert "very like z.t.a" in finding.what
    assert "merge" in finding.mend
    assert finding.level == "warning"


@pytest.fixture
def draft(tmp_path: Path) -> Draft:
    section = "```python\ngoals = 2\nprint(goals)\n```\n```output\n2\n```\n"
    write_page(tmp_path, changes={section: ""})
    return read_drafts(load_content([tmp_path]))[0]


def test_an_objective_is_shown_where_its_nearest_section_has_code(draft: Draft) -> None:
    texts = PageTexts(
        {},
        "",
        ("count", "show", "add"),
        (
            ("Counting goals with a number", "first"),
            ("Showing a result", "second"),  # its program was taken away
            ("Glossary", "terms"),  # explains everything and shows nothing
        ),
    )
    vectors = {
        "first": unit(1, 0, 0, 0),
        "second": unit(0, 1, 0, 0),
        "terms": unit(1, 1, 1, 1),
        "count": unit(2, 1, 0, 0),
        "show": unit(1, 2, 0, 0),
        "add": unit(0, 0, 1, 0),
    }
    shown, lost = objective_findings(draft.subtopic, draft.parts, texts, vectors, draft.source)
    assert "'Show a result with print' is nearest to 'Showing a result', which has no code" in shown.what
    assert "no section is about the objective 'Add two numbers of goals'" in lost.what
    lines = draft.source.split("\n")
    assert lines[shown.line - 1].strip() == "- Show a result with print"
    assert lines[lost.line - 1].strip() == "- Add two numbers of goals"
