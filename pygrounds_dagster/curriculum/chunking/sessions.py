"""Interactive sessions (``>>>`` and IPython's ``In [1]:``) → the code typed and the output shown.

What belongs here: taking sessions apart. What does not: deciding how many examples make a chunk.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from pygrounds_dagster.curriculum.blocks import Block, BlockKind

_PROMPT = re.compile(r"^[ \t]*>>>(?: |$)")
_MORE = re.compile(r"^[ \t]*\.\.\.(?: |$)")
_IPYTHON = re.compile(r"^[ \t]*In ?\[\d*\]: ?")
_IPYTHON_MORE = re.compile(r"^[ \t]*\.{3,}: ?")
_IPYTHON_OUT = re.compile(r"^[ \t]*Out ?\[\d+\]: ?")


@dataclass(slots=True)
class Example:
    """One thing typed and what came back.

    Attributes:
        rows: indexes of its code lines in the block.
        code: those lines without prompts.
        output: lines shown after it, ``<BLANKLINE>`` already undone.
    """

    rows: list[int] = field(default_factory=list)
    code: list[str] = field(default_factory=list)
    output: list[str] = field(default_factory=list)


def is_session(block: Block) -> bool:
    """Whether a code block shows an interactive session."""
    if block.kind is not BlockKind.CODE or (">>>" not in block.text and "In" not in block.text):
        return False
    return any(_PROMPT.match(line) or _IPYTHON.match(line) for line in block.text.split("\n"))


def examples(text: str) -> list[Example]:
    """The examples of a session, in order; lines before the first prompt are its output."""
    found = [Example()]
    for row, line in enumerate(text.split("\n")):
        current = found[-1]
        if start := _PROMPT.match(line) or _IPYTHON.match(line):
            found.append(Example([row], [line[start.end() :]]))
        elif current.rows and not current.output and (more := _MORE.match(line) or _IPYTHON_MORE.match(line)):
            current.rows.append(row)
            current.code.append(line[more.end() :])
        else:
            shown = _IPYTHON_OUT.sub("", line)
            current.output.append("" if shown.strip() == "<BLANKLINE>" else shown)
    for example in found:
        _trim(example)
    if not found[0].output:
        found.pop(0)
    return found


def _trim(example: Example) -> None:
    """Drop blank lines at the end of code, around output, and the output's common indentation."""
    while example.code and not example.code[-1].strip():
        example.code.pop()
        example.rows.pop()
    output = example.output
    while output and not output[-1].strip():
        output.pop()
    while output and not output[0].strip():
        output.pop(0)
