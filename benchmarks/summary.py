"""``benchmarks/README.md`` from the recorded results: ``python -m benchmarks.summary``.

What belongs here: one page of all promises, with what was measured last and on which machine.
"""

from __future__ import annotations

import json
from typing import Any

from benchmarks.report import RESULTS

README = RESULTS.parent / "README.md"
HEAD = """# Benchmarks

Every promise about speed is a ratio against a named baseline, both measured in one run on one machine.
`make bench` runs them all; `python -m benchmarks.<name>` runs one. Each prints a table and writes its figures
and a plot to `results/`; `python -m benchmarks.summary` writes this page from them.

"""
VERDICTS = {True: "holds", False: "**broken**", None: "not decided here"}


def main() -> None:
    """Write the page."""
    records = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(RESULTS.glob("*.json"))]
    README.write_text(HEAD + "\n".join(_section(record) for record in records), encoding="utf-8")


def _section(record: dict[str, Any]) -> str:
    facts = record["machine"].items()
    machine = ", ".join(f"{name} {_shown(value)}" for name, value in facts if value)
    rows = [
        f"| {row['what']} | {row['measured']:.4g} | {row['baseline']:.4g} | {row['ratio']:.3g} "
        f"| {row['bound']} | {VERDICTS[row['passed']]} |"
        for row in record["rows"]
    ]
    lines = [
        f"## {record['name']}",
        "",
        f"{record['measured_at'][:10]}, {machine}",
        "",
        "| what | ours | baseline | ratio | promise | |",
        "|---|---|---|---|---|---|",
        *rows,
        "",
        f"![{record['name']}](results/{record['name']}.png)",
        "",
    ]
    return "\n".join(lines)


def _shown(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)


if __name__ == "__main__":
    main()
