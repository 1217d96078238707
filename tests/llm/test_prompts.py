"""Prompts: files with a version, filled in without surprises."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from pygrounds_dagster.llm import Message, PromptError, load_prompt
from pygrounds_dagster.llm.prompts import parse_prompt

TEXT = """---
purpose: word_questions
inputs: [term, code]
temperature: 0.7
max_tokens: 300
---
# system
You write clues. One costs $$1.

# user
A clue for ${term}s, please:
$code

## not a section
"""


def test_file_becomes_a_request() -> None:
    request = parse_prompt("clue", TEXT).fill(term="loop", code="x = {'a': '$term'}", sample=3)
    assert request.messages == (
        Message("system", "You write clues. One costs $1."),
        Message("user", "A clue for loops, please:\nx = {'a': '$term'}\n\n## not a section"),
    )
    assert (request.purpose, request.temperature, request.max_tokens, request.sample) == (
        "word_questions", 0.7, 300, 3,
    )  # fmt: skip


def test_version_is_that_of_the_content() -> None:
    first, same, other = (parse_prompt("clue", text) for text in (TEXT, TEXT, TEXT + "Be brief.\n"))
    assert first.version == same.version
    assert first.version != other.version
    assert first.fill(term="a", code="b").prompt_version == first.version


def test_prompts_lie_in_the_room_that_asks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "a_room_that_asks" / "prompts" / "word"
    folder.mkdir(parents=True)
    (folder / "clue.md").write_text(TEXT)
    (folder.parent.parent / "__init__.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert load_prompt("a_room_that_asks", "word/clue").name == "word/clue"
    with pytest.raises(PromptError, match=r"prompt riddle of a_room_that_asks cannot be read: .*riddle\.md"):
        load_prompt("a_room_that_asks", "riddle")


def test_parts_are_included_and_count_for_the_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "a_room_with_parts" / "prompts"
    (folder / "shared").mkdir(parents=True)
    (folder.parent / "__init__.py").touch()
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    head = "---\npurpose: clues\ninputs: [term]\n---\n# user\n"
    (folder / "clue.md").write_text(f"{head}@include shared/rules\nAbout $term.\n")
    (folder / "shared" / "rules.md").write_text("Be brief, $$1 a word.\n")
    prompt = load_prompt("a_room_with_parts", "clue")
    (message,) = prompt.fill(term="loops").messages
    assert message.content == "Be brief, $1 a word.\nAbout loops."

    (folder / "shared" / "rules.md").write_text("Take your time.\n")
    load_prompt.cache_clear()
    assert load_prompt("a_room_with_parts", "clue").version != prompt.version
    (folder / "shared" / "rules.md").write_text("@include shared/more\n")
    load_prompt.cache_clear()
    with pytest.raises(PromptError, match="part shared/rules of a_room_with_parts: a part includes nothing"):
        load_prompt("a_room_with_parts", "clue")
    (folder / "shared" / "rules.md").unlink()
    load_prompt.cache_clear()
    with pytest.raises(PromptError, match=r"prompt shared/rules of a_room_with_parts cannot be read"):
        load_prompt("a_room_with_parts", "clue")


@pytest.mark.parametrize(
    ("inputs", "complaint"),
    [
        ({"term": "a"}, "prompt clue: code is missing"),
        ({"term": "a", "code": "b", "tone": "c"}, "prompt clue: tone is unknown"),
    ],
)
def test_wrong_inputs_are_refused(inputs: dict[str, str], complaint: str) -> None:
    with pytest.raises(PromptError, match=complaint):
        parse_prompt("clue", TEXT).fill(**inputs)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ("---\npurpose", "purpose", "begin it with YAML between two lines '---'"),
        ("inputs: [term, code]", "inputs: [term", "front matter is no YAML"),
        ("inputs: [term, code]", "inputs: [term]", "\\$code is not among the inputs"),
        ("inputs: [term, code]", "inputs: [term, code, tone]", "input tone is not used"),
        ("temperature: 0.7", "temperature: 9", "temperature: Input should be less than or equal to 2"),
        ("temperature: 0.7", "temperatur: 0.7", "temperatur: Extra inputs are not permitted"),
        ("purpose: word_questions\n", "", "purpose: Field required"),
        ("# system", "Hello.\n# system", "its text begins with a line '# system' or '# user'"),
        ("One costs $$1", "One costs $1", "section system: a '\\$' stands alone"),
    ],
)
def test_wrong_file_is_refused_with_what_is_wrong(old: str, new: str, complaint: str) -> None:
    assert old in TEXT
    with pytest.raises(PromptError, match=f"prompt clue.*{complaint}"):
        parse_prompt("clue", TEXT.replace(old, new))
