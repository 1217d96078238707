"""Fields that are wrong, in the words of an author."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import BaseModel, model_validator

from pygrounds_dagster.curriculum.content_yaml import validate_yaml


class Range(BaseModel):
    low: int
    high: int

    @model_validator(mode="after")
    def _ordered(self) -> Self:
        if self.low > self.high:
            raise ValueError("low is above high: swap them")
        return self


def test_what_is_wrong_with_the_whole_file_is_told_at_its_top() -> None:
    checked = validate_yaml(Path("range.yaml"), "low: 3\nhigh: 2\n", Range, first_line=2)
    (problem,) = checked.problems
    assert checked.model is None
    assert (problem.line, problem.field, problem.message) == (2, "", "low is above high: swap them")


def test_what_is_wrong_with_a_field_is_told_at_the_field() -> None:
    (problem,) = validate_yaml(Path("range.yaml"), "low: 3\nhigh: x\n", Range).problems
    assert (problem.line, problem.field) == (2, "high")
