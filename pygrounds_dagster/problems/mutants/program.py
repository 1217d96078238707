"""A parsed program with its places: nodes and tokens as character offsets, parents, enclosing functions.

Here: reading positions off a program. Not here: changing it (the operator modules), its
names and scopes (``names``).
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|\Z)")
_LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip
_SIMPLE = (
    ast.Name, ast.Constant, ast.Call, ast.Attribute, ast.Subscript, ast.List, ast.Dict, ast.Set,
    ast.ListComp, ast.SetComp, ast.DictComp, ast.JoinedStr, ast.GeneratorExp,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Edit:
    """One replacement of ``text[start:end]`` by ``text``; offsets count characters of the program."""

    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class Token:
    """One token of the program; ``start`` and ``end`` are character offsets."""

    start: int
    end: int
    text: str


class Program:
    """A program that parses.

    Args:
        text: its source.

    Raises:
        SyntaxError: it does not parse.
        ValueError: it holds a NUL character.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.tree = parse(text)
        self.lines = split_lines(text)
        self._starts = [0]
        for line in self.lines:
            self._starts.append(self._starts[-1] + len(line))

    @cached_property
    def parents(self) -> dict[ast.AST, ast.AST]:
        """Every node's parent."""
        return {child: node for node in ast.walk(self.tree) for child in ast.iter_child_nodes(node)}

    @cached_property
    def _stream(self) -> list[tuple[int, Token]]:
        """Type and place of every token, layout included."""
        found = tokenize.generate_tokens(iter([*self.lines, ""]).__next__)
        return [(t.type, Token(self._index(*t.start), self._index(*t.end), t.string)) for t in found]

    def _index(self, line: int, column: int) -> int:
        return min(self._starts[min(line, len(self._starts)) - 1] + column, len(self.text))

    @cached_property
    def tokens(self) -> list[Token]:
        """Tokens of the program in order, without comments, line breaks and indentation."""
        return [token for kind, token in self._stream if kind not in _LAYOUT]

    @cached_property
    def _token_starts(self) -> list[int]:
        return [token.start for token in self.tokens]

    @cached_property
    def _statement_ends(self) -> list[int]:
        return [token.end for kind, token in self._stream if kind == tokenize.NEWLINE]

    def distance(self, edit: Edit) -> int:
        """Tokens that an edit inserts, deletes or replaces, at least 1; a changed indentation counts as 1.

        Only the logical lines that the edit touches are looked at.
        """
        ends = self._statement_ends
        first, last = bisect_right(ends, edit.start), bisect_left(ends, edit.end)
        start = ends[first - 1] if first else 0
        end = ends[last] if last < len(ends) else len(self.text)
        after = self.text[start : edit.start] + edit.text + self.text[edit.end : end]
        return max(1, _levenshtein(_words(self.text[start:end]), _words(after)))

    def offset(self, line: int, column: int) -> int:
        """Character offset of a place as ``ast`` gives it: line from 1, column in UTF-8 bytes."""
        text = self.lines[line - 1] if line <= len(self.lines) else ""
        characters = column if text.isascii() else len(text.encode()[:column].decode())
        return self._starts[line - 1] + characters

    def place(self, offset: int) -> tuple[int, int]:
        """Line from 1 and column from 0, in characters, of an offset."""
        line = bisect_left(self._starts, offset + 1, hi=max(len(self.lines), 1)) - 1
        return line + 1, offset - self._starts[line]

    def span(self, node: ast.expr | ast.stmt | ast.arg | ast.keyword | ast.excepthandler) -> tuple[int, int]:
        """Where a node begins and ends, parentheses around it not counted."""
        if node.end_lineno is None or node.end_col_offset is None:  # never so for a parsed program
            raise ValueError(f"{type(node).__name__} has no position: parse the program, don't build it")
        return self.offset(node.lineno, node.col_offset), self.offset(node.end_lineno, node.end_col_offset)

    def segment(self, node: ast.expr | ast.stmt | ast.keyword) -> str:
        """The text of a node."""
        start, end = self.span(node)
        return self.text[start:end]

    def operand(self, node: ast.expr) -> str:
        """The text of an expression, in parentheses unless it can stand beside any operator as it is."""
        text = self.segment(node)
        closed = isinstance(node, _SIMPLE) or (isinstance(node, ast.Tuple) and text.startswith("("))
        return text if closed else f"({text})"

    def between(self, start: int, end: int) -> list[Token]:
        """Tokens that lie within two offsets."""
        first = bisect_left(self._token_starts, start)
        last = bisect_left(self._token_starts, end)
        return self.tokens[first:last]

    def operator_between(self, left: ast.expr, right: ast.expr) -> tuple[int, int]:
        """Where the operator between two operands stands; it may have two words (``not in``)."""
        words = [t for t in self.between(self.span(left)[1], self.span(right)[0]) if t.text not in "()"]
        return words[0].start, words[-1].end

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """Parents from the nearest outwards."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent

    def function_of(self, node: ast.AST) -> str:
        """Qualified name of the function or class around a node (``Basket.add``); empty at the top."""
        named = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
        names = [outer.name for outer in (node, *self.ancestors(node)) if isinstance(outer, named)]
        return ".".join(reversed(names))


def parse(text: str) -> ast.Module:
    """``ast.parse`` without its warnings about the program, which are the author's business.

    Raises:
        SyntaxError: the text does not parse.
        ValueError: the text holds a NUL character.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(text)


def split_lines(text: str) -> list[str]:
    """Lines with their ends, broken where Python breaks them (not at form feeds or U+2028)."""
    lines = _LINE.findall(text)
    return [line for line in lines if line]


def _words(text: str) -> list[str]:
    """Token texts of some logical lines; brackets around them make the tokenizer ignore indentation."""
    found = tokenize.generate_tokens(io.StringIO(f"({text}\n)", newline=None).readline)
    return [t.string for t in found if t.type not in _LAYOUT][1:-1]


def _levenshtein(left: list[str], right: list[str]) -> int:
    """Items to insert, delete or replace to turn one list into the other; equal ends are cut off first."""
    head = 0
    while head < min(len(left), len(right)) and left[head] == right[head]:
        head += 1
    tail = 0
    while tail < min(len(left), len(right)) - head and left[-1 - tail] == right[-1 - tail]:
        tail += 1
    left, right = left[head : len(left) - tail], right[head : len(right) - tail]
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, start=1):
        above, row = row, [i]
        for j, b in enumerate(right, start=1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))
    return row[-1]
