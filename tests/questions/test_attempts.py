"""Many programs in one run: each is told of as if it had run alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pygrounds_dagster.judge import Job, Judge
from pygrounds_dagster.judge.driver import Steps
from pygrounds_dagster.questions.attempts import attempts


def test_each_program_has_its_own_end_output_and_lines() -> None:
    found = attempts(["print(1)\n", "x = 1\n1 / 0\nprint(x)\n", "n = 1\nwhile n:\n    n += 1\n", "print(2\n"])
    assert [attempt.ended for attempt in found] == ["ok", "raised", "endless", "raised"]
    assert [attempt.stdout for attempt in found] == ["1\n", "", "", ""]
    assert found[1].lines == {1, 2}
    assert found[3].error.startswith("SyntaxError")


def test_programs_share_no_names_no_input_and_no_chance() -> None:
    programs = ["x = 1\nprint(input())\n", "print(input())\nprint(x)\n", "print('x' in globals())\n"]
    found = attempts(programs, stdin="one\ntwo\n")
    assert [(attempt.ended, attempt.stdout) for attempt in found] == [
        ("ok", "one\n"),
        ("raised", "one\n"),
        ("ok", "False\n"),
    ]


def test_programs_that_may_leave_something_behind_run_alone() -> None:
    made = "import os\nfrom pathlib import Path\nprint(Path('a').exists())\nPath('a').write_text('x')\n"
    assert [attempt.stdout for attempt in attempts([made, made + "\n"])] == ["False\n", "False\n"]
    patched = "import decimal\nprint(decimal.getcontext().prec)\ndecimal.getcontext().prec = 5\n"
    assert [attempt.stdout for attempt in attempts([patched, patched + "\n"])] == ["28\n", "28\n"]


def test_a_program_that_takes_its_run_down_costs_the_others_nothing() -> None:
    fatal = "[0] * 10**10\nprint('never')\n"
    found = attempts(["print(1)\n", fatal, "def f():\n    return f()\nprint(f())\n", "print(2)\n"])
    assert [attempt.stdout for attempt in found] == ["1\n", "", "", "2\n"]
    assert found[1].ended in ("raised", "failed")
    assert found[2].ended == "raised"


class Counting(Judge):
    """A judge that counts its runs."""

    runs = 0

    def drive(self, work: Iterator[Steps[object]]) -> Iterator[tuple[int, object]]:  # type: ignore[override]
        return super().drive(map(self._counted, work))

    def _counted(self, steps: Steps[object]) -> Steps[object]:
        try:
            job: Job = next(steps)
            while True:
                self.runs += 1
                job = steps.send((yield job))
        except StopIteration as done:
            return done.value


@pytest.fixture
def counting() -> Iterator[Counting]:
    judge = Counting()
    yield judge
    judge.close()


def test_a_hundred_programs_are_one_run_and_equal_ones_are_run_once(counting: Counting) -> None:
    programs = [f"print({n % 50})\n" for n in range(100)]
    assert [a.stdout for a in attempts(programs, using=counting)] == [f"{n % 50}\n" for n in range(100)]
    assert counting.runs == 1
