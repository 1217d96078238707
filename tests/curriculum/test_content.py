"""What authors may write, what they are told when it is wrong, and what goes on regardless."""

from __future__ import annotations

from pathlib import Path

import pytest

from pygrounds_dagster.curriculum.content import load_content
from pygrounds_dagster.curriculum.content_model import Content
from pygrounds_dagster.curriculum.prerequisites import find_cycles, prerequisite_order
from pygrounds_dagster.settings import PROJECT_ROOT
from tests.curriculum.conftest import Author, subtopic_text


def messages(content: Content) -> list[str]:
    return [str(problem) for problem in content.problems]


def only_problem(root: Path) -> str:
    content = load_content([root])
    assert len(content.problems) == 1, messages(content)
    return str(content.problems[0])


def test_the_shipped_content_has_no_problems() -> None:
    content = load_content([PROJECT_ROOT / "content"])
    assert messages(content) == []
    assert len(content.zones) >= 2
    assert len(content.subtopics) >= 16


def test_a_subtopic_becomes_what_its_files_say(root: Path, author: Author) -> None:
    folder = author("a.t.loops", title="For loops", objectives="[repeat work]", difficulty="advanced")
    (subtopic,) = load_content([root]).subtopics
    assert (subtopic.key, subtopic.topic_key, subtopic.title) == ("a.t.loops", "a.t", "For loops")
    assert (subtopic.difficulty, subtopic.objectives) == ("advanced", ("repeat work",))
    assert (subtopic.path, subtopic.root) == (folder / "subtopic.md", root)


def test_zones_topics_and_subtopics_come_in_their_order(root: Path, author: Author) -> None:
    author("b.t.second", order=20)
    author("b.t.first", order=5)
    author("a.t.last")
    (root / "zones/b/zone.yaml").write_text("id: b\ntitle: B\norder: 1\n")
    content = load_content([root])
    assert [zone.key for zone in content.zones] == ["b", "a"]
    assert [subtopic.key for subtopic in content.subtopics] == ["b.t.first", "b.t.second", "a.t.last"]


def test_ids_come_from_the_files_not_from_folder_names(root: Path, author: Author) -> None:
    folder = author("a.t.loops")
    folder.rename(folder.with_name("07 loops!"))
    assert [subtopic.key for subtopic in load_content([root]).subtopics] == ["a.t.loops"]


def test_hidden_and_underscored_folders_are_left_alone(root: Path, author: Author) -> None:
    folder = author("a.t.loops")
    for name in (".git", "_drafts"):
        (folder.parent / name).mkdir()
        (folder.parent / name / "notes.md").write_text("unfinished")
    assert load_content([root]).problems == ()


def test_its_own_text_listed_sources_and_files_beside_it_are_documents(root: Path, author: Author) -> None:
    folder = author("a.t.loops", sources="[../shared.md, {path: book.pdf, section: pages=2-3}]")
    (folder.parent / "shared.md").write_text("shared")
    for name in ("book.pdf", "more.py", "picture.png"):
        (folder / name).write_bytes(b"x")
    (subtopic,) = load_content([root]).subtopics
    assert [(Path(source.name).name, source.section) for source in subtopic.sources] == [
        ("subtopic.md", ""),
        ("shared.md", ""),
        ("book.pdf", "pages=2-3"),
        ("more.py", ""),
    ]
    assert subtopic.sources[0].name == "zones/a/t/loops/subtopic.md"


def test_without_text_a_subtopic_needs_sources(root: Path, author: Author) -> None:
    folder = author("a.t.loops", body="")
    assert "has neither text nor sources" in only_problem(root)
    (folder / "text.md").write_text("# Text")
    (subtopic,) = load_content([root]).subtopics
    assert [source.path.name for source in subtopic.sources] == ["text.md"]


def test_a_missing_source_is_a_problem_of_that_document_only(root: Path, author: Author) -> None:
    folder = author("a.t.loops", sources="[gone.md]")
    content = load_content([root])
    where = f"{folder / 'subtopic.md'}:8: sources.0"
    assert messages(content) == [f"{where}: 'gone.md' is not there: paths begin at the folder of this file"]
    assert [subtopic.key for subtopic in content.subtopics] == ["a.t.loops"]
    assert content.failed == {}


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"title": None}, ":2: title: is missing: add `title: …`"),
        ({"dificulty": "beginner"}, ":8: dificulty: is not a field: did you mean difficulty?"),
        ({"id": "For-Loops"}, ":2: id: 'For-Loops' does not look like a_small_name"),
        ({"difficulty": "easy"}, ":5: difficulty: 'easy': input should be 'beginner'"),
        ({"order": "first"}, ":4: order: 'first': input should be a valid integer"),
        ({"order": "true"}, ":4: order: True: input should be a valid integer"),
        ({"title": 3}, ":3: title: 3 is not text: write it in quotes"),
        ({"title": ""}, ":3: title: has no value: fill it in"),
        ({"title": "'  '"}, ":3: title: is empty: fill it in"),
        ({"title": "a: b"}, ":3: is not YAML: a value with ': ' in it must stand in quotes"),
        ({"title": "x\norder: 3"}, ":5: order: is written twice"),
        ({"objectives": "\n\t- tabs"}, ":9: has a tab in its YAML: indent with spaces"),
        ({"prerequisites": "[loops]"}, ":8: prerequisites.0: 'loops' does not look like zone.topic.subtopic"),
        ({"prerequisites": "[a.t.gone]"}, ":8: prerequisites.0: there is no subtopic 'a.t.gone'"),
        (
            {"sources": "[{path: x.md, section: p5}]"},
            ":8: sources.0.section: 'p5': write it like pages=12-40",
        ),
        ({"sources": "[{path: x.md, section: lines=9-2}]"}, "ends before it begins: write lines=2-9"),
        (
            {"sources": "[{path: x.md, from: 3}]"},
            ":8: sources.0.from: is not a field: known are path, section",
        ),
        ({"sources": "[subtopic.md, ./subtopic.md]"}, ":8: sources.1: './subtopic.md' is listed twice"),
    ],
)
def test_an_error_names_file_line_and_field(
    root: Path, author: Author, fields: dict[str, object], expected: str
) -> None:
    folder = author("a.t.loops", **fields)
    problem = only_problem(root)
    assert problem.startswith(f"{folder / 'subtopic.md'}:")
    assert expected in problem


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "is empty"),
        (b"---\nid: x\n\x00", ":3: is binary"),
        (b"---\nid: x\ntitle: caf\xe9\n---\n", ":3: byte 0xe9 is not UTF-8"),
        (b"# No front matter\n", ":1: has no front matter"),
        (b"---\nid: x\ntitle: y\n", ":1: front matter never ends"),
        (b"---\n- a\n- b\n---\n", ":2: must be a list of fields"),
        (b"---\n---\ntext", ":2: must be a list of fields"),
        (b"---\nid: [\n---\ntext", "is not YAML"),
        (
            b"---\nid: !!python/object:os.system x\n---\ntext",
            "is not YAML: could not determine a constructor",
        ),
    ],
)
def test_a_file_that_cannot_be_read_is_told_apart(
    root: Path, author: Author, data: bytes, expected: str
) -> None:
    folder = author("a.t.loops")
    (folder / "subtopic.md").write_bytes(data)
    assert expected in only_problem(root)
    content = load_content([root])
    assert list(content.failed) == ["a.t.loops"]  # its folder stands in for the id
    assert list(content.failed_paths) == [folder / "subtopic.md"]


def test_all_errors_at_once_and_the_others_go_on(root: Path, author: Author) -> None:
    author("a.t.one", title=None, difficulty="easy")
    author("a.t.two", order="x")
    author("a.t.good")
    content = load_content([root])
    assert [problem.field for problem in content.problems] == ["title", "difficulty", "order"]
    assert [subtopic.key for subtopic in content.subtopics] == ["a.t.good"]
    assert sorted(content.failed) == ["a.t.one", "a.t.two"]
    assert "title: is missing" in content.failed["a.t.one"]
    assert "difficulty" in content.failed["a.t.one"]
    assert content.keys == ["a.t.good", "a.t.one", "a.t.two"]


def test_windows_line_ends_and_a_byte_order_mark_are_fine(root: Path, author: Author) -> None:
    folder = author("a.t.loops")
    text = subtopic_text("loops").replace("\n", "\r\n")
    (folder / "subtopic.md").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert load_content([root]).problems == ()


@pytest.mark.parametrize("name", ["zone.yaml", "topic.yaml"])
def test_a_broken_zone_or_topic_fails_its_subtopics_and_no_others(
    root: Path, author: Author, name: str
) -> None:
    folder = author("a.t.loops")
    author("b.t.good")
    file = (folder.parents[1] if name == "zone.yaml" else folder.parent) / name
    for text in ("id: [", "title: no id\norder: 1\n", None):
        file.unlink() if text is None else file.write_text(text)
        content = load_content([root])
        assert [subtopic.key for subtopic in content.subtopics] == ["b.t.good"]
        assert list(content.failed) == ["a.t.loops"]
        assert str(file) in content.failed["a.t.loops"]


def test_a_folder_without_its_subtopic_file_is_a_problem_but_no_partition(root: Path, author: Author) -> None:
    folder = author("a.t.loops")
    (folder / "notes.md").write_text("text")
    (folder / "subtopic.md").unlink()
    assert "subtopic.md: is missing" in only_problem(root)
    assert load_content([root]).keys == []
    (folder / "notes.md").unlink()
    assert load_content([root]).problems == ()


def test_the_same_id_twice_names_both_files_and_fails(root: Path, author: Author) -> None:
    one, other = author("a.t.one", id="same"), author("a.t.other", id="same")
    content = load_content([root])
    assert list(content.failed) == ["a.t.same"]
    assert f"is also {other / 'subtopic.md'}" in content.failed["a.t.same"]
    assert f"is also {one / 'subtopic.md'}" in content.failed["a.t.same"]


def test_a_zone_may_be_spread_over_roots_but_a_subtopic_may_not(
    root: Path, tmp_path: Path, author: Author
) -> None:
    second = tmp_path / "second"
    author("a.t.one")
    folder = author("a.t.two", base=second)
    (second / "zones/a/zone.yaml").unlink()
    (second / "zones/a/t/topic.yaml").unlink()
    content = load_content([root, second])
    assert messages(content) == []
    assert [(s.key, s.root) for s in content.subtopics] == [("a.t.one", root), ("a.t.two", second)]
    assert [zone.root for zone in content.zones] == [root]
    twin = author("a.t.two")
    content = load_content([root, second])
    assert sorted(problem.path for problem in content.problems) == sorted(
        [twin / "subtopic.md", folder / "subtopic.md"]
    )
    assert list(content.failed) == ["a.t.two"]


def test_two_folders_of_one_root_cannot_be_the_same_topic(root: Path, author: Author) -> None:
    author("a.one.x")
    folder = author("a.two.y")
    (folder.parent / "topic.yaml").write_text("id: one\ntitle: Again\norder: 1\n")
    content = load_content([root])
    assert "topic 'a.one' is also" in only_problem(root)
    assert [subtopic.key for subtopic in content.subtopics] == ["a.one.x"]


def test_a_root_that_is_not_there_is_said_and_remembered(root: Path, tmp_path: Path, author: Author) -> None:
    author("a.t.one")
    content = load_content([root, tmp_path / "unmounted"])
    assert content.unreadable_roots == (tmp_path / "unmounted",)
    assert "has no directory 'zones'" in messages(content)[0]
    assert len(content.subtopics) == 1


def test_prerequisites_in_a_circle_are_shown_with_their_path(root: Path, author: Author) -> None:
    author("a.t.one", prerequisites="[a.t.two]")
    author("a.t.two", prerequisites="[a.t.three]")
    author("a.t.three", prerequisites="[a.t.one]")
    author("a.t.free", prerequisites="[a.t.one]")
    content = load_content([root])
    assert sorted(content.failed) == ["a.t.one", "a.t.three", "a.t.two"]
    assert "a.t.one → a.t.two → a.t.three → a.t.one" in content.failed["a.t.one"].replace(
        "(a.t.two → a.t.three → a.t.one → a.t.two)", "(a.t.one → a.t.two → a.t.three → a.t.one)"
    ).replace("(a.t.three → a.t.one → a.t.two → a.t.three)", "(a.t.one → a.t.two → a.t.three → a.t.one)")
    assert [subtopic.key for subtopic in content.subtopics] == ["a.t.free"]


def test_cycles_are_found_each_on_its_own() -> None:
    graph = {"a": ["b"], "b": ["a"], "c": ["c"], "d": ["a", "gone"]}
    assert sorted(sorted(set(cycle)) for cycle in find_cycles(graph)) == [["a", "b"], ["c"]]
    assert all(cycle[0] == cycle[-1] for cycle in find_cycles(graph))


def test_the_learning_order_puts_what_is_needed_first(root: Path, author: Author) -> None:
    author("a.t.one", order=1, prerequisites="[a.t.three]")
    author("a.t.two", order=2)
    author("a.t.three", order=3)
    assert prerequisite_order(load_content([root])) == ["a.t.two", "a.t.three", "a.t.one"]


def test_the_hash_of_a_subtopic_follows_its_head_and_not_its_text(root: Path, author: Author) -> None:
    def content_hash() -> str:
        return load_content([root]).subtopics[0].content_hash

    author("a.t.one")
    first = content_hash()
    author("a.t.one", body="# Another text\n")
    assert content_hash() == first
    author("a.t.one", code_intent="Other code.")
    assert content_hash() != first
