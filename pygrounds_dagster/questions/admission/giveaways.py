"""Where a question gives its answer away: in its text, a comment, a text that stands alone, a name.

Here: what can be told from texts alone, for every game. Not here: which texts of a game must not tell what
(the module of each game).
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterable, Iterator

from pygrounds_dagster.problems.mutants.program import parse

_ORDER = re.compile(
    r"\b(?:steps?|lines?)\s*(?:no\.?|number)?\s*\d|^\W*\d+\W|\b\d+(?:st|nd|rd|th)\b|"
    r"\b(?:first|second|third|fourth|fifth|sixth|last|finally|next|then|before|after|begin|start here)\b",
    re.IGNORECASE,
)
_MARKED = re.compile(r"`+([^`\n]+)`+|“([^”\n]+)”|\"([^\"\n]+)\"")
_TELLING_NAME = re.compile(r"(?:^|_)(?:bug|bugs|buggy|mistake|wrong|faulty|incorrect)(?:_|$)", re.IGNORECASE)
_TELLING_REMARK = re.compile(
    r"\b(?:bugs?|buggy|mistake|faulty|oops|fix\s?me|error here|should be|must be|is wrong|incorrect)\b",
    re.IGNORECASE,
)
_LEAST_LINE = 6


def comments_of(source: str) -> list[str]:
    """The comments of a program that parses, in order."""
    tokens = tokenize.generate_tokens(io.StringIO(source).readline)
    return [token.string for token in tokens if token.type == tokenize.COMMENT]


def lone_texts(source: str) -> list[str]:
    """Texts that do nothing, docstrings among them."""
    nodes = (node.value for node in ast.walk(parse(source)) if isinstance(node, ast.Expr))
    return [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]


def holds(text: str, answer: str) -> bool:
    """Whether an answer stands in a text, not as a part of a longer word or number."""
    answer = answer.strip()
    if not answer:
        return False
    before = r"(?<![\w.])" if answer[0].isalnum() or answer[0] == "_" else ""
    after = r"(?!\w|\.\d)" if answer[-1].isalnum() or answer[-1] == "_" else ""
    return re.search(before + re.escape(answer) + after, text) is not None


def told_line(text: str, printed: str) -> str:
    """A line of what a program prints that a text holds, also with other blanks; empty if there is none."""
    squeezed = squeeze(text)
    for line in filter(None, map(str.strip, printed.splitlines())):
        if holds(text, line) or (len(squeeze(line)) >= _LEAST_LINE and squeeze(line) in squeezed):
            return line
    return ""


def squeeze(text: str) -> str:
    """A text without blanks."""
    return "".join(text.split())


def numbers_in_names(source: str) -> dict[str, str]:
    """Numbers of two digits and more that stand in names of a program → such a name."""
    names = {node.id for node in ast.walk(parse(source)) if isinstance(node, ast.Name)}
    return {number: name for name in sorted(names) for number in re.findall(r"\d{2,}", name)}


def told_order(source: str) -> str:
    """A comment that says where its line belongs; empty if there is none."""
    return next((text for text in comments_of(source) if _ORDER.search(text.lstrip("# "))), "")


def told_lines(text: str, lines: Iterable[str]) -> list[str]:
    """Lines of a program that a text holds, blanks not counted."""
    squeezed = squeeze(text)
    return [line.strip() for line in lines if len(squeeze(line)) >= 4 and squeeze(line) in squeezed]


def marked(text: str) -> list[str]:
    """What stands in backticks or quotes."""
    return [str(found[found.lastindex or 0]) for found in _MARKED.finditer(text)]


def tells_token(text: str, token: str) -> bool:
    """Whether a text tells the token of a gap: as it stands, or marked as code if it is a word of English."""
    if any(token in part.split() or token == part for part in marked(text)):
        return True
    if token[:1] in "\"'":
        return len(token) > 3 and holds(text, token[1:-1])
    is_english = token.isalpha() or token in {"not in", "is not"}
    if is_english or (len(token) == 1 and not token.isdigit()):
        return False
    return holds(text, token)


# --- mistakes ---------------------------------------------------------------------------------------------


def points_at(text: str, right: str, wrong: str) -> str:
    """How a text says where two versions of a program differ; empty if it does not.

    It may name the line by its number, quote it, or quote a part of it that holds what changed.
    """
    pairs = list(_changed(right, wrong))
    for number, before, after in pairs:
        if re.search(rf"\blines?\s+(?:number\s+)?{number}\b", text, re.IGNORECASE):
            return f"line {number}"
        for line in (before, after):
            whole = squeeze(line)
            if len(whole) >= _LEAST_LINE and whole in squeeze(text):
                return line.strip()
            for part in marked(text):
                piece = squeeze(part)
                if len(piece) > 1 and re.search(r"[^\w\s]", piece) and piece in whole and "(" not in piece:
                    return part
    return ""


def _changed(right: str, wrong: str) -> Iterator[tuple[int, str, str]]:
    """Number of each line of ``wrong`` that is not so in ``right``, and both lines."""
    one, other = right.splitlines(), wrong.splitlines()
    for number in range(max(len(one), len(other))):
        before = one[number] if number < len(one) else ""
        after = other[number] if number < len(other) else ""
        if before != after:
            yield number + 1, before, after
            if len(one) != len(other):
                return


def telling_name(right: str, wrong: str) -> str:
    """A name in a line that differs which says that something is wrong there; empty if there is none."""
    for _number, _before, after in _changed(right, wrong):
        for name in re.finditer(r"[A-Za-z_]\w*", after):
            if _TELLING_NAME.search(name.group()):
                return name.group()
    return ""


def telling_remark(source: str) -> str:
    """A comment or lone text that speaks of a mistake; empty if there is none."""
    texts = [*comments_of(source), *lone_texts(source)]
    return next((text for text in texts if _TELLING_REMARK.search(text)), "")
