"""Where links may lead."""

from __future__ import annotations

from pathlib import Path

import pytest

from pygrounds_dagster.authoring.check import read_drafts
from pygrounds_dagster.authoring.page import read_page
from pygrounds_dagster.authoring.references import anchors
from pygrounds_dagster.curriculum.content import load_content
from tests.authoring.pages import write_page


def broken(root: Path, text: str) -> list[str]:
    write_page(root, "passes", order=5)
    write_page(root, changes={"# Goals\n": f"# Goals\n\n{text}\n"})
    draft = read_drafts(load_content([root]))[-1]
    assert draft.subtopic.key == "play.ball.goals"
    lines = draft.source.split("\n")
    found = [finding for finding in draft.findings if finding.rule == "link"]
    assert all(text.split("\n")[0] in lines[finding.line - 1] for finding in found)
    return [finding.what for finding in found]


@pytest.mark.parametrize(
    "text",
    [
        "[a](https://docs.python.org/3/tutorial/)",
        "[a](mailto:ama@example.org)",
        "[a](play.ball.passes)",
        "[a](play.ball.passes#glossary)",
        "[a](../passes/subtopic.md)",
        "[a](../passes)",
        "[a](../passes/subtopic.md#what-happens-if)",
        "[a](#try-it)",
        "[a][b]\n\n[b]: ../passes/subtopic.md",
        "`play.ball.passes`",
        "`os.path.join`",
        "<https://example.org>",
    ],
)
def test_a_link_that_leads_somewhere_is_good(tmp_path: Path, text: str) -> None:
    assert broken(tmp_path, text) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[a](play.ball.throws)", "no subtopic of that name"),
        ("[a](../throws/subtopic.md)", "there is no subtopic.md there"),
        ("![a](pitch.png)", "there is no pitch.png there"),
        ("[a](../passes/subtopic.md#nothing)", "no heading with the anchor #nothing"),
        ("[a](#nothing)", "no heading with the anchor #nothing"),
        ("[a]()", "it has no address"),
        ("[a](https://)", "names no host"),
        ("[a](ftp://example.org)", "no address that learners can open"),
        ("[a](javascript:alert(1))", ""),
        ("[a][nowhere]", "[a][nowhere] is a link to an address that is given nowhere"),
        ("`play.ball.throws`", "looks like a subtopic"),
    ],
)
def test_a_link_that_leads_nowhere_is_told(tmp_path: Path, text: str, said: str) -> None:
    found = broken(tmp_path, text)
    assert all(said in what for what in found)
    assert len(found) == (1 if said else 0)  # Markdown itself takes javascript: for text


def test_anchors_are_those_that_git_hosts_make_of_headings() -> None:
    page = read_page("# What's `x += 1`?\n\n## Read_it\n\n## A - b\n\n## Again\n\n### Again\n")
    assert anchors(page) == {"whats-x--1", "read_it", "a---b", "again", "again-1"}
