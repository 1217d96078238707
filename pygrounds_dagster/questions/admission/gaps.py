"""What could a learner write into a gap? The kind of its token, and every token worth trying there.

Here: kinds and tables. Not here: running the program with them (``cloze``).
"""

from __future__ import annotations

import ast
import keyword
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pygrounds_dagster.problems.mutants.program import Program, Token
from pygrounds_dagster.questions.bodies import ClozeBody

_MARK = re.compile(r"\{\{(\d+)\}\}")

ARITHMETIC = ("+", "-", "*", "/", "//", "%", "**", "&", "|", "^", "<<", ">>")
COMPARISON = ("==", "!=", "<", "<=", ">", ">=", "in", "not in", "is", "is not")
BOOLEAN = ("and", "or")
AUGMENTED = ("+=", "-=", "*=", "/=", "//=", "%=", "**=", "&=", "|=", "^=", "=")
OPERATORS = (*ARITHMETIC, *COMPARISON, *BOOLEAN)
CONSTANTS = ("True", "False", "None")
FUNCTIONS = (
    "abs", "all", "any", "bool", "dict", "enumerate", "filter", "float", "hex", "int", "iter", "len", "list",
    "map", "max", "min", "next", "ord", "print", "range", "repr", "reversed", "round", "set", "sorted", "str",
    "sum", "tuple", "type", "zip", "isinstance", "frozenset", "chr", "divmod", "pow",
)  # fmt: skip
METHODS = (
    "add", "append", "appendleft", "capitalize", "casefold", "center", "clear", "copy", "count", "difference",
    "discard", "endswith", "extend", "find", "get", "index", "insert", "intersection", "isalnum", "isalpha",
    "isdecimal", "isdigit", "islower", "issubset", "issuperset", "isupper", "items", "join", "keys", "ljust",
    "lower", "lstrip", "partition", "pop", "popitem", "popleft", "remove", "removeprefix", "removesuffix",
    "replace", "reverse", "rfind", "rindex", "rjust", "rpartition", "rsplit", "rstrip", "setdefault", "sort",
    "split", "splitlines", "startswith", "strip", "swapcase", "symmetric_difference", "title", "union",
    "update", "upper", "values", "zfill",
)  # fmt: skip
EXCEPTIONS = (
    "ValueError", "TypeError", "KeyError", "IndexError", "ZeroDivisionError", "AttributeError", "NameError",
    "LookupError", "ArithmeticError", "RuntimeError", "StopIteration", "Exception", "OSError",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Gap:
    """One gap.

    Attributes:
        text: what stood there.
        kind: ``operator``, ``augmented``, ``constant``, ``keyword``, ``number``, ``text``, ``attribute``,
            ``function`` or ``name``.
        choices: every token that is tried there, without ``text``.
    """

    text: str
    kind: str
    choices: tuple[str, ...]


def marks(code: str) -> list[int]:
    """The numbers of the gaps, in the order of the text."""
    return [int(number) for number in _MARK.findall(code)]


def fill(code: str, tokens: Sequence[str]) -> str:
    """The program with a token in each gap: the first in gap 1, and so on."""
    return _MARK.sub(lambda mark: tokens[int(mark.group(1)) - 1], code)


def gaps_of(body: ClozeBody) -> list[Gap] | str:
    """The gaps of a question whose filled program parses; or what is wrong with them.

    Raises:
        SyntaxError: it does not parse.
    """
    right = [answers[0] for answers in body.answers]
    program = Program(fill(body.code, right))
    found = []
    for number, text in enumerate(right, start=1):
        start = _place(body.code, right, number)
        tokens = program.between(start, start + len(text))
        single = len(tokens) == 1 or text in ("not in", "is not")
        if not single or " ".join(t.text for t in tokens) != text or tokens[0].start != start:
            return f"gap {number}: {text!r} is no single token there"
        kind = _kind(program, tokens)
        if not kind:
            return f"gap {number}: {text!r} is nothing that can be asked for"
        choices = dict.fromkeys(choice for choice in _choices(program, text, kind) if choice != text)
        found.append(Gap(text, kind, tuple(choices)))
    return found


def _place(code: str, right: Sequence[str], number: int) -> int:
    """Where a gap begins in the filled program."""
    before = code[: code.index(f"{{{{{number}}}}}")]
    return len(fill(before, right))


def _kind(program: Program, tokens: Sequence[Token]) -> str:
    text = " ".join(token.text for token in tokens)
    place = program.tokens.index(tokens[0])
    before = program.tokens[place - 1].text if place else ""
    after = program.tokens[place + len(tokens)].text if place + len(tokens) < len(program.tokens) else ""
    if text == "in" and _is_loop_word(program, tokens[0]):
        return "keyword"
    for kind, known in (("operator", OPERATORS), ("augmented", AUGMENTED[:-1]), ("constant", CONSTANTS)):
        if text in known:
            return kind
    if keyword.iskeyword(text):
        return "keyword"
    if text.isidentifier():
        return "attribute" if before == "." else "function" if after == "(" else "name"
    if text[:1].isdigit():
        return "number"
    return "text" if text[:1] in "\"'" else ""


def _is_loop_word(program: Program, token: Token) -> bool:
    """Whether an ``in`` belongs to ``for``."""
    compares = (node for node in ast.walk(program.tree) if isinstance(node, ast.Compare))
    spans = (program.span(node) for node in compares)
    return not any(start < token.start < end for start, end in spans)


def _choices(program: Program, text: str, kind: str) -> Iterator[str]:
    """Tokens of the same kind: those that the program uses first, then those of the tables."""
    yield from _TABLES.get(kind, ())
    if kind == "number":
        yield from _numbers(text)
    words = [t.text for t in program.tokens]
    match kind:
        case "attribute":
            yield from (words[i + 1] for i in range(len(words) - 1) if words[i] == ".")
        case "function" | "name":
            yield from (w for w in words if w.isidentifier() and not keyword.iskeyword(w))
            yield from EXCEPTIONS if text in EXCEPTIONS else ()
        case "number":
            yield from (w for w in words if w[:1].isdigit())
        case "text":
            yield from (w for w in words if w[:1] in "\"'")
            yield from ('""', '" "')


_TABLES: Mapping[str, Sequence[str]] = {
    "operator": OPERATORS,
    "augmented": AUGMENTED,
    "constant": (*CONSTANTS, "0", "1", '""', "[]"),
    "keyword": (*keyword.kwlist, "in", "match", "case"),
    "attribute": METHODS,
    "function": FUNCTIONS,
    "name": ("True", "False", "None"),
}


def _numbers(text: str) -> Iterator[str]:
    """Numbers near one, and small ones."""
    try:
        value = ast.literal_eval(text)
    except (ValueError, SyntaxError):  # as an octal of old: nothing is near it
        return
    whole = isinstance(value, int)
    steps = (-10, -5, -2, -1, 1, 2, 5, 10) if whole else (-1, -0.5, -0.1, -0.01, 0.01, 0.1, 0.5, 1)
    yield from (repr(round(value + step, 6)) for step in steps if value + step >= 0)
    yield from map(str, range(11))


def beyond(gap: Gap) -> tuple[str, ...]:
    """What else somebody may write who sees only that a number or a text is missing.

    For a number the negative ones, which count an index from the end; for a text some that stand nowhere: if
    one of these does the same, any would.
    """
    if gap.kind == "number" and gap.text.isdigit():
        return tuple(f"-{number}" for number in range(1, 11))
    if gap.kind == "text" and gap.text[-2:] != gap.text[:1] * 2:
        inner, quote = gap.text[1:-1], gap.text[-1]
        made_up = (inner[::-1], "z" * len(inner), inner + "z", inner.swapcase(), inner.title())
        texts = (quote + text + quote for text in made_up if text != inner and "\\" not in text)
        return tuple(dict.fromkeys(text for text in texts if text not in gap.choices))
    return ()


def other_spelling(text: str) -> str:
    """A text literal in the other quotes; empty if it cannot be written so."""
    quote = text[-1]
    other = "'" if quote == '"' else '"'
    plain = text[0] == quote and not text.startswith(quote * 3) and other not in text and "\\" not in text
    return other + text[1:-1] + other if plain else ""
