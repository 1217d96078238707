"""What every page has, and what is said when it has not."""

from __future__ import annotations

from pathlib import Path

import pytest

from pygrounds_dagster.authoring.check import read_drafts
from pygrounds_dagster.authoring.findings import RULES, Finding
from pygrounds_dagster.curriculum.content import load_content
from tests.authoring.pages import FILLER, write_page


def found(root: Path, changes: dict[str, str] | None = None) -> list[Finding]:
    write_page(root, changes=changes)
    (draft,) = read_drafts(load_content([root]))
    # Test pages are short; that alone is left out.
    return [f for f in draft.findings if not f.what.startswith("the text has ") or "level 1" in f.what]


def test_a_page_in_form_has_no_finding(tmp_path: Path) -> None:
    assert found(tmp_path) == []


SECTION_TWO = "## Showing a result"


@pytest.mark.parametrize(
    ("old", "new", "rule", "said"),
    [
        ("\n# Goals\n", "\n", "heading", "0 headings of level 1"),
        (SECTION_TWO, "# Showing a result", "heading", "2 headings of level 1"),
        (SECTION_TWO, "## Adding goals", "heading", "'Adding goals' is also in line"),
        (SECTION_TWO, "## counting GOALS with a number", "heading", "is also in line 20"),
        ("## What happens if", "## And else", "sections", "no section 'What happens if'"),
        ("## Common mistakes", "## Slips", "sections", "no section 'Common mistakes'"),
        ("## Glossary", "## Words", "sections", "no section 'Glossary'"),
        ("## Try it", "## Tasks", "sections", "no section 'Try it'"),
        ("### A goal is a word", "#### A goal is a word", "", ""),
        ("### A goal is a word", "A goal is a word.", "variations", "has 1 variations"),
        (
            "```python\nprint(0 + 0)\n```\n```output\n0\n```\n",
            "",
            "variations",
            "'There are no goals' has no pro",
        ),
        (
            "Python says `NameError: name 'total' is not defined`.\n\n```python raises=NameError",
            "\n\n```text",
            "mistakes",
            "",
        ),
        ("3. Show the sum with a kind word.\n", "", "tasks", "has 2 numbered tasks"),
        ("- **goal**: a point in football\n", "", "terms", "has 5 terms"),
        (
            "- **goal**: a point",
            "- goal: a point",
            "glossary",
            "'goal: a point in football' has not its form",
        ),
        (
            "- **goal**: a point in football",
            "- **goal**: a goal is a point",
            "glossary",
            "explained by itself",
        ),
        ("a point in football", "one of the Goals of a match", "glossary", "explained by itself"),
        ("a point in football", "a point. It counts one", "glossary", "more than one sentence"),
        ("- **match**", "- **Goal**", "glossary", "is explained twice"),
        ("  - Add two numbers of goals\n", "", "objectives", "2 objectives"),
        (
            "# Goals\n",
            "# Goals\n\nWRITE: how it begins.\n",
            "placeholder",
            "are still in 1 lines, the first here",
        ),
        (
            "  - Count goals",
            "  - 'WRITE: Count goals'\n  - Count goals",
            "placeholder",
            "1 fields above the text",
        ),
        ("## Try it", "```py\n1\n```\n\n## Try it", "fence", "is tagged 'py'"),
    ],
)
def test_what_a_page_lacks_is_told(tmp_path: Path, old: str, new: str, rule: str, said: str) -> None:
    findings = found(tmp_path, {old: new})
    if not rule:
        assert findings == []
        return
    chosen = [finding for finding in findings if finding.rule == rule and said in finding.what]
    assert chosen, findings
    lines = (tmp_path / "zones/play/ball/goals/subtopic.md").read_text(encoding="utf-8").split("\n")
    assert all(1 <= finding.line <= len(lines) and finding.mend for finding in findings)


def test_findings_point_at_their_line(tmp_path: Path) -> None:
    (finding,) = found(tmp_path, {"a point in football": "a goal"})
    text = (tmp_path / "zones/play/ball/goals/subtopic.md").read_text(encoding="utf-8")
    assert text.split("\n")[finding.line - 1] == "- **goal**: a goal"


def test_a_section_may_be_too_long_or_too_short_to_be_found(tmp_path: Path) -> None:
    long = found(tmp_path, {f"{SECTION_TWO}\n\n{FILLER}": f"{SECTION_TWO}\n\n{FILLER * 5}"})
    assert [(f.rule, "more than 1200" in f.what) for f in long] == [("length", True)]
    short = found(tmp_path, {f"{SECTION_TWO}\n\n{FILLER}": f"{SECTION_TWO}\n\nA result is shown."})
    assert [(f.rule, "fewer than 250" in f.what) for f in short] == [("length", True)]


def test_too_many_or_too_few_programs_are_told(tmp_path: Path) -> None:
    block = "```python\ngoals = 1\nprint(goals)\n```\n```output\n1\n```\n"
    assert [f.rule for f in found(tmp_path, {block: ""})] == ["programs"]
    assert [f.rule for f in found(tmp_path, {block: block * 6})] == ["programs"]
    away = '```python elsewhere="starts processes"\n1\n```\n'
    assert [f.rule for f in found(tmp_path, {block: block + away * 2})] == []
    assert [f.rule for f in found(tmp_path, {block: block + away * 3})] == ["programs"]


def test_hard_words_are_told(tmp_path: Path) -> None:
    hard = (
        "Organisational administration necessitates comprehensive documentation of institutional procedures "
    )
    write_page(tmp_path, body=f"\n# Goals\n\n{hard * 6}.\n")
    (draft,) = read_drafts(load_content([tmp_path]))
    assert any(f.rule == "grade" and "at most 9 is wanted" in f.what for f in draft.findings)


def test_a_subtopic_whose_text_lies_elsewhere_is_no_page(tmp_path: Path) -> None:
    write_page(tmp_path, body="")
    (tmp_path / "zones/play/ball/goals/notes.md").write_text("# Notes\n", encoding="utf-8")
    assert load_content([tmp_path]).subtopics
    assert read_drafts(load_content([tmp_path])) == []


def test_only_the_first_page_of_a_curriculum_builds_on_nothing(tmp_path: Path) -> None:
    write_page(tmp_path)
    write_page(tmp_path, "passes", order=20)
    drafts = read_drafts(load_content([tmp_path]))
    told = [[finding.rule for finding in draft.findings] for draft in drafts]
    assert "prerequisites" not in told[0]
    assert "prerequisites" in told[1]


def test_every_rule_has_a_level() -> None:
    assert set(RULES.values()) == {"error", "warning"}
