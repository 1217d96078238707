"""A bank of others with known defects: what is found is there, and what is there is found, kind by kind."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from pygrounds_dagster.questions.verify import verify_file
from tests.questions.foreign_corpus import AREA, CORPUS, DEFECTIVE, DUPLICATES, SOUND, Labelled

REPEATED = {"duplicate"}


def found_in(directory: Path, corpus: list[Labelled], *, lenient: bool = True) -> list[set[str]]:
    """Kinds of each item of a corpus, verified as one file."""
    path = directory / "bank.jsonl"
    path.write_text("".join(json.dumps(item) + "\n" for _, item, _ in corpus), encoding="utf-8")
    report = verify_file(path, lenient=lenient)
    assert report.checked == len(corpus)
    kinds = {one.name: {defect.reason for defect in one.defects} for one in report.defective}
    return [kinds.get(index, set()) for index in range(len(corpus))]


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> list[set[str]]:
    """Kinds of each item of the corpus; that items share a solution is not what it is about."""
    return [kinds - REPEATED for kinds in found_in(tmp_path_factory.mktemp("foreign"), CORPUS)]


def test_the_corpus_is_varied() -> None:
    assert len(SOUND) >= 45
    assert len(DEFECTIVE) >= 50
    assert len({name for name, _, _ in CORPUS}) == len(CORPUS)
    assert len({kind for _, _, kinds in DEFECTIVE for kind in kinds}) >= 25


def test_precision_and_recall_of_every_kind_are_whole(told: list[set[str]]) -> None:
    kinds = {kind for _, _, wanted in CORPUS for kind in wanted}.union(*told)
    for kind in sorted(kinds):
        right = {name for name, _, wanted in CORPUS if kind in wanted}
        found = {name for (name, _, _), got in zip(CORPUS, told, strict=True) if kind in got}
        assert (kind, sorted(found - right), sorted(right - found)) == (kind, [], [])


def test_items_that_only_look_strange_are_sound(told: list[set[str]]) -> None:
    assert [name for (name, _, _), got in zip(SOUND, told, strict=False) if got] == []


def test_duplicates_are_told_under_other_names_and_nothing_else_is(tmp_path: Path) -> None:
    found = found_in(tmp_path, DUPLICATES)
    assert [(name, kinds) for (name, _, _), kinds in zip(DUPLICATES, found, strict=True)] == [
        (name, kinds) for name, _, kinds in DUPLICATES
    ]


@pytest.mark.parametrize(
    ("changes", "kind"),
    [
        ({"clean_solution": f"```python\n{AREA['clean_solution']}```"}, "syntax_error"),
        ({"clean_solution": AREA["clean_solution"].splitlines()}, "wrong_shape"),
        ({"function_name": None}, "missing_field"),
        ({"sample_output": "Output: 12"}, "sample_wrong"),
        ({"sample_output": "12.0"}, "sample_wrong"),
    ],
)
def test_read_strictly_the_same_items_are_defective(
    tmp_path: Path, changes: dict[str, object], kind: str
) -> None:
    assert found_in(tmp_path, [("strict", {**AREA, **changes}, set())], lenient=False) == [{kind}]
