"""How far two programs are apart: the one edit between them, counted in tokens.

Here: token differences. Not here: what the edit does (``coding``).
"""

from __future__ import annotations

import ast
import io
import tokenize
from dataclasses import dataclass

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission.giveaways import comments_of

_LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}


@dataclass(frozen=True, slots=True)
class Edit:
    """The stretch in which two programs differ.

    Attributes:
        before, after: its tokens in the one and in the other program.
        size: tokens of the longer side; a line that only moved to another depth counts as one.
    """

    before: tuple[str, ...]
    after: tuple[str, ...]

    @property
    def size(self) -> int:
        """Tokens of the longer side."""
        return max(len(self.before), len(self.after))

    def __str__(self) -> str:
        before, after = (" ".join(side) or "nothing" for side in (self.before, self.after))
        return f"{before!r} became {after!r}" if before != after else f"{before!r} moved to another depth"


def edit_between(left: str, right: str) -> Edit:
    """The smallest single stretch that turns one program into the other; comments don't count.

    Raises:
        SyntaxError: one of them does not parse.
    """
    before, after = tokens_of(left), tokens_of(right)
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    sides = (before[head : len(before) - tail], after[head : len(after) - tail])
    return Edit(*(tuple(text for _depth, text in side) for side in sides))


def tokens_of(source: str) -> list[tuple[int, str]]:
    """(depth, text) of the tokens; the depth of a line's first token is its indentation, -1 for all others.

    Raises:
        SyntaxError: the program does not parse.
    """
    parse(source)
    found: list[tuple[int, str]] = []
    depth, first = 0, True
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        depth += (token.type == tokenize.INDENT) - (token.type == tokenize.DEDENT)
        if token.type == tokenize.NEWLINE:
            first = True
        elif token.type not in _LAYOUT and token.type != tokenize.COMMENT:
            found.append((depth if first else -1, token.string))
            first = False
    return found


def comments(source: str) -> set[str]:
    """The comments of a program.

    Raises:
        SyntaxError, tokenize.TokenError: it has no tokens.
    """
    return {comment.lstrip("# ").strip() for comment in comments_of(source)}


def signature_of(source: str, function: str) -> str | None:
    """Parameters of a function as text, without annotations; None if the program does not define it once.

    Raises:
        SyntaxError: the program does not parse.
    """
    found = [
        node
        for node in parse(source).body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name == function
    ]
    if len(found) != 1 or isinstance(found[0], ast.AsyncFunctionDef):
        return None
    arguments = found[0].args
    for argument in ast.walk(arguments):
        if isinstance(argument, ast.arg):
            argument.annotation = None
    return ast.unparse(arguments)
