"""What the words after a code fence (or in a directive) say: language, attributes, output.

What belongs here: names of languages and directives, as data. What does not: any format's syntax.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from pygrounds_dagster.curriculum.blocks import Block, BlockKind

OUTPUT_LANGUAGES = frozenset({"output", "out", "stdout", "code-output", "testoutput"})
# Directives whose content is code, and the language where they don't name one.
CODE_DIRECTIVES = {
    "code-block": "", "code": "", "sourcecode": "", "parsed-literal": "text", "prompt": "",
    "code-cell": "python", "testcode": "python", "testsetup": "python", "ipython": "python",
    "jupyter-execute": "python", "plot": "python", "doctest": "pycon", "pyodide": "python",
    "exec_code": "python", "testoutput": "output", "productionlist": "text", "math": "latex",
    "python": "python", "py": "python", "r": "r", "bash": "bash", "sql": "sql", "julia": "julia",
    "mermaid": "mermaid", "graphviz": "dot", "digraph": "dot", "uml": "uml", "console": "console",
}  # fmt: skip
# Navigation and machinery: a reader sees nothing of them, or not here.
SILENT_DIRECTIVES = frozenset(
    {
        "toctree", "contents", "index", "image", "raw", "bibliography", "tableofcontents", "include",
        "literalinclude", "autosummary", "currentmodule", "module", "highlight", "meta", "sectnum",
    }
)  # fmt: skip
_LANGUAGE = re.compile(r"[\w+#.-]*")
_PANDOC = re.compile(r"^\{([^}]*)\}(.*)$")
_DIRECTIVE = re.compile(r"^\{([\w:.-]+)\}\s*(.*)$")


class FenceInfo(NamedTuple):
    """Language, further words, and the directive's name where the fence is one."""

    language: str
    info: str
    directive: str = ""


def fence_info(info: str) -> FenceInfo:
    """Understand an info string: CommonMark, Pandoc attributes, MyST and R Markdown directives."""
    info = info.strip()
    if directive := _DIRECTIVE.match(info):
        return FenceInfo("", directive[2].strip(), directive[1].lower())
    if pandoc := _PANDOC.match(info):
        words = pandoc[1].replace(",", " ").split()
        name = words[0].lstrip(".") if words and "=" not in words[0] else ""
        return FenceInfo(name.lower(), " ".join([*words[bool(name) :], pandoc[2]]).strip())
    word = _LANGUAGE.match(info)
    language = word[0] if word else ""
    return FenceInfo(language.lower().lstrip("."), info[len(language) :].strip())


def code_block(
    text: str, lines: Sequence[int], language: str = "", info: str = "", pages: Sequence[int] = ()
) -> Block | None:
    """A block of code or output without blank lines around it, or None if nothing is left.

    Args:
        text: lines separated by ``\\n``.
        lines: source line of each, or empty.
        language: as the source names it.
        info: further words about it.
        pages: page or cell of each line, or empty.
    """
    rows = text.split("\n")
    first, last = 0, len(rows)
    while first < last and not rows[first].strip():
        first += 1
    while last > first and not rows[last - 1].strip():
        last -= 1
    if first == last:
        return None
    kind = BlockKind.OUTPUT if language in OUTPUT_LANGUAGES else BlockKind.CODE
    return Block(kind, "\n".join(rows[first:last]), lines[first:last], pages[first:last], 0, language, info)


def directive_language(name: str, argument: str) -> tuple[str] | None:
    """The language of a directive that holds code, in a tuple as it may be empty; None for prose."""
    if name not in CODE_DIRECTIVES:
        return None
    own = CODE_DIRECTIVES[name]
    named = argument.split()[0].lower() if argument and name in ("code-block", "code", "sourcecode") else ""
    return (named or own,)
