"""Samples for a statement that has none: public tests, shown as a learner would type them.

Here: tests → Markdown blocks, their output taken from a run of the solution. Not here: reading samples
(``statement``).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pygrounds_dagster.judge import run
from pygrounds_dagster.judge.cases import untag


def sample_section(program: str, tests: Sequence[Mapping[str, Any]]) -> str:
    """A section ``## Example``; empty where no test can be shown.

    Args:
        program: a right one.
        tests: fields of calls, as in a tests file.

    Raises:
        JudgeUnavailable: nothing can be run safely on this machine.
    """
    code = "\n".join(_shown(test) for test in tests)
    result = run(f"{program}\n\n{code}")
    if not code or result.status != "ok":
        return ""
    return f"## Example\n\n```python\n{code}\n```\n```output\n{result.stdout.rstrip()}\n```\n"


def _shown(test: Mapping[str, Any]) -> str:
    lines = [test["setup"]] if test.get("setup") else []
    expression = test.get("eval") or _call(test)
    if "raises" in test:
        error = test["raises"]["type"] if isinstance(test["raises"], Mapping) else test["raises"]
        return "\n".join(
            [*lines, "try:", f"    {expression}", f"except {error} as error:", "    print(error)"]
        )
    return "\n".join([*lines, f"print({expression})"])


def _call(test: Mapping[str, Any]) -> str:
    args = [repr(untag(value)) for value in test.get("args", [])]
    kwargs = [f"{name}={untag(value)!r}" for name, value in test.get("kwargs", {}).items()]
    return f"{test['call']}({', '.join([*args, *kwargs])})"
