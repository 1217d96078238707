"""What a page shows is what its program does: run in the judge, compared to the last sign."""

from __future__ import annotations

import pytest

from pygrounds_dagster.authoring.findings import Finding
from pygrounds_dagster.authoring.page import Program, read_page
from pygrounds_dagster.authoring.programs import NotRunError, ProgramRun, compare, elsewhere, run_programs
from pygrounds_dagster.judge import RunResult


def judged(code: str, shown: str | None = None, **more: str) -> tuple[ProgramRun, list[Finding]]:
    program = Program(7, code, shown, 0 if shown is None else 11, **more)  # type: ignore[arg-type]
    (result,) = run_programs([program])
    return compare(program, result)


@pytest.mark.parametrize(
    ("code", "shown", "more"),
    [
        ("print(1)", "1\n", {}),
        ("x = 1", None, {}),
        ("print(1, end='')", "1\n", {}),
        ("print(input() + input())", "ab\n", {"stdin": "a\nb\n"}),
        ("print(1)\n1/0", "1\nZeroDivisionError: division by zero\n", {"raises": "ZeroDivisionError"}),
        ("class Odd(Exception):\n    pass\nraise Odd(3)", "Odd: 3\n", {"raises": "Odd"}),
        ("if True\n    x = 1", "SyntaxError: expected ':'\n", {"raises": "SyntaxError"}),
        ("import pathlib\npathlib.Path('a').write_text('b')\nprint(open('a').read())", "b\n", {}),
        ("import threading\nt = threading.Thread(target=print, args=(1,))\nt.start()\nt.join()", "1\n", {}),
    ],
)
def test_what_is_true_is_good(code: str, shown: str | None, more: dict[str, str]) -> None:
    run, findings = judged(code, shown, **more)
    assert findings == []
    assert run == ProgramRun(7, more.get("raises", "ok"), as_shown=True)


@pytest.mark.parametrize(
    ("code", "shown", "more", "rule", "line", "said"),
    [
        ("print(1)", "2\n", {}, "output", 12, "prints '1' where '2' is shown"),
        ("print(1)\nprint(2)", "1\n3\n", {}, "output", 13, "prints '2' where '3' is shown"),
        ("print(1)\nprint(2)", "1\n", {}, "output", 13, "prints '2' where nothing more is shown"),
        ("print(1)", "1\n2\n", {}, "output", 13, "prints nothing more where '2' is shown"),
        ("print('a ')", "a\n", {}, "output", 12, "prints 'a ' where 'a' is shown"),
        ("x = 1", "1\n", {}, "output", 12, "prints nothing more where '1' is shown"),
        ("print(1)", None, {}, "unshown", 7, "prints '1\\n' and no output is shown"),
        ("1/0", None, {}, "failure", 8, "fails: ZeroDivisionError"),
        ("x = 1\n1/0", None, {}, "failure", 9, "fails: ZeroDivisionError: division by zero"),
        ("1/0", None, {"raises": "ZeroDivisionError"}, "unshown", 7, "no output is shown"),
        (
            "1/0",
            "",
            {"raises": "ValueError"},
            "failure",
            7,
            "is to raise ValueError, but raises ZeroDivision",
        ),
        ("x = 1", None, {"raises": "ValueError"}, "failure", 7, "is to raise ValueError, but raises nothing"),
        (
            "1/0",
            "ZeroDivisionError: no\n",
            {"raises": "ZeroDivisionError"},
            "output",
            12,
            "'ZeroDivisionError: division by zero' where 'ZeroDivisionError: no' is shown",
        ),
        ("input()", None, {}, "failure", 8, "EOFError"),
        ("import sys\nsys.exit(3)", None, {}, "failure", 7, "left with exit status 3"),
        ("while True:\n    pass", None, {}, "limit", 7, "does not end"),
        ("import time\ntime.sleep(60)", None, {}, "limit", 7, "does not end"),
        ("print('x' * 3_000_000)", "x\n", {}, "limit", 7, "stopped (output_limit)"),
        ("x = 'x' * 10**10", None, {}, "limit", 7, "stopped (memory_limit)"),
        ("import os\nos._exit(3)", None, {}, "limit", 7, "stopped (no_answer)"),
        ("print(open('/etc/passwd').read())", None, {}, "failure", 8, "fails: "),
        ("import socket\nsocket.socket()", None, {}, "failure", 9, "PermissionError"),
    ],
)
def test_what_is_false_is_told(
    code: str, shown: str | None, more: dict[str, str], rule: str, line: int, said: str
) -> None:
    run, findings = judged(code, shown, **more)
    (finding,) = findings
    assert (finding.rule, finding.line) == (rule, line)
    assert said in finding.what
    assert finding.mend
    assert finding.level == "error"
    assert not run.as_shown


def test_many_run_side_by_side_and_come_back_in_order() -> None:
    programs = [Program(1, f"import time\ntime.sleep({(9 - n) / 100})\nprint({n})") for n in range(10)]
    seen: list[int] = []
    assert [r.stdout for r in run_programs(programs, progress=seen.append)] == [f"{n}\n" for n in range(10)]
    assert seen == list(range(1, 11))


def test_programs_do_not_meet() -> None:
    programs = [Program(1, "open('a', 'w').write('1')"), Program(1, "import os\nprint(os.listdir())")]
    assert run_programs([programs[0]])[0].status == "ok"
    assert run_programs([programs[1]])[0].stdout == "[]\n"


def test_a_program_for_elsewhere_is_not_run_and_claims_nothing() -> None:
    (program,) = read_page('```python elsewhere="starts processes"\nwhile True: pass\n```\n').programs
    assert not program.runs
    assert elsewhere(program) == (ProgramRun(1, "elsewhere", as_shown=True), [])
    (program,) = read_page('```python elsewhere="x"\n1\n```\n```output\n1\n```\n').programs
    run, (finding,) = elsewhere(program)
    assert not run.as_shown
    assert (finding.rule, finding.line) == ("output", 4)


def test_a_judge_that_gives_up_says_nothing_about_the_program() -> None:
    with pytest.raises(NotRunError, match="line 7 was not run: queue full"):
        compare(Program(7, "print(1)"), RunResult("refused", "queue full"))
