"""The same program with other data: other numbers, other words, so that it does something else.

Here: which literals are data, and what they become. Not here: whether the program still makes sense to the
interpreter (``material`` runs it).

A value becomes the same new value wherever it stands, in numbers and within texts, and different values stay
different: keys still match, and thresholds stay near what is compared with them.
"""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator, Mapping, Sequence

from pygrounds_dagster.problems.mutants.program import Program
from pygrounds_dagster.questions.template.lexicon import GROUP_OF, GROUPS
from pygrounds_dagster.questions.template.programs.model import draw, pick

_STEADY = {0, 1, 2, 10, 100, 1000}
"""Whole numbers that mean something by themselves more often than not."""

_SPANS = ((3, 9), (11, 23), (24, 59), (60, 99), (101, 999), (1001, 9999))
"""A number stays within its span, so that an hour, a mark, a price stay one."""

_MEANING = {
    "round", "date", "datetime", "time", "timedelta", "int", "pow", "sleep", "lru_cache", "islice",
    "fromtimestamp", "ljust", "rjust", "center", "zfill", "chr", "RuntimeError",
}  # fmt: skip
"""Calls whose numbers are no data."""

_WORD = re.compile(r"[A-Za-z]+|\d+")
_PREFIX = re.compile(r"^[A-Za-z]*")


def variant(source: str, *parts: object) -> str:
    """The program with other data; itself where it has none that can be changed.

    Args:
        source: a program that parses.
        parts: what the choices depend on.
    """
    program = Program(source)
    numbers = _new_numbers(program, parts)
    words = _new_words(program, parts)
    edits = list(_other_lengths(program, words, parts))
    steady = {place for place, _text in _steady_numbers(program)}
    for token in program.tokens:
        if token.text[:1].isdigit() and token.start not in steady:
            edits.append((token.start, token.end, numbers.get(token.text, token.text)))
        elif _is_text(token.text):
            edits.append((token.start, token.end, _in_text(token.text, words, numbers)))
    return replaced(source, edits)


def _other_lengths(
    program: Program, words: Mapping[str, str], parts: Sequence[object]
) -> Iterator[tuple[int, int, str]]:
    """Some lists of data become an item longer."""
    for node in ast.walk(program.tree):
        if not (isinstance(node, ast.List) and 3 <= len(node.elts) <= 6):
            continue
        items = [item.value for item in node.elts if isinstance(item, ast.Constant)]
        if len(items) < len(node.elts) or len({type(item) for item in items}) > 1:
            continue
        if draw("longer", node.lineno, node.col_offset, *parts) % 2:
            continue
        base, end = pick(items, "base", *parts), program.span(node.elts[-1])[1]
        if isinstance(base, str):
            new = repr(other_word(base, "more", *parts)).replace("'", '"')
            known = {str(item).casefold() for item in items} | set(words.values())
            if new.strip('"').casefold() not in known and '"' in program.text[end - 1 : end]:
                yield end, end, f", {new}"
        elif type(base) is int and base >= 0:
            yield end, end, f", {other_number(str(base), 'more', *parts) if base > 2 else base + 3}"


def replaced(source: str, edits: Sequence[tuple[int, int, str]]) -> str:
    """The text with some stretches replaced; they must not overlap."""
    for start, end, text in sorted(edits, reverse=True):
        source = source[:start] + text + source[end:]
    return source


def _is_text(token: str) -> bool:
    return token[-1:] in "\"'" and bool(token)


# --- numbers ----------------------------------------------------------------------------------------------


def _new_numbers(program: Program, parts: Sequence[object]) -> Mapping[str, str]:
    """Number as written → what it becomes."""
    steady = dict(_steady_numbers(program))
    kept = set(steady.values())
    found: dict[str, str] = {}
    taken = {token.text for token in program.tokens if token.text[:1].isdigit()}
    for token in program.tokens:
        text = token.text
        if not text[:1].isdigit() or text in kept or text in found:
            continue
        for attempt in range(6):
            new = other_number(text, attempt, *parts)
            if new not in taken:
                taken.add(new)
                found[text] = new
                break
    return found


def other_number(text: str, *parts: object) -> str:
    """A number like another one: of its size, as round as it, with as many decimals."""
    if re.fullmatch(r"\d+\.\d+", text):
        whole, _dot, rest = text.partition(".")
        head = other_number(whole, *parts) if int(whole) > 2 else whole
        if int(rest) == 0:
            return f"{head}.{rest}" if head != whole else f"{int(whole) + 1}.{rest}"
        last = pick([d for d in "123456789" if d != rest[-1]], text, "decimal", *parts)
        return f"{head}.{rest[:-1]}{rest[-1] if rest[-1] in '05' and head != whole else last}"
    if not text.isdigit() or (text[0] == "0" and text != "0") or int(text) in _STEADY:
        return text
    value = int(text)
    step = next(size for size in (100, 10, 5, 1) if value % size == 0 and value >= 2 * size)
    low, high = next(((a, b) for a, b in _SPANS if a <= value <= b), (value, value))
    if 1900 <= value <= 2100:
        low, high, step = value - 9, value + 9, 1
    reach = max(3, value // 3)
    low, high = max(low, value - reach), min(high, value + reach)
    options = [n for n in range(-(-low // step) * step, high + 1, step) if n != value]
    return str(pick(options, text, *parts)) if options else text


def _steady_numbers(program: Program) -> Iterator[tuple[int, str]]:
    """(place, text) of numbers that are no data: indices, steps, divisors, arguments with a meaning."""
    for node in ast.walk(program.tree):
        if not (isinstance(node, ast.Constant) and type(node.value) in (int, float)):
            continue
        if any(isinstance(outer, ast.JoinedStr) for outer in program.ancestors(node)):
            continue  # up to Python 3.11 their places are wrong, and the token is a text anyway
        parent = program.parents[node]
        if _has_meaning(program, node, parent):
            start, end = program.span(node)
            yield start, program.text[start:end]


def _has_meaning(program: Program, node: ast.Constant, parent: ast.AST) -> bool:
    for outer in program.ancestors(node):
        match outer:
            case ast.Subscript(slice=inner) if inner is node or isinstance(parent, ast.Slice | ast.UnaryOp):
                return not isinstance(parent, ast.List | ast.Tuple | ast.Dict | ast.Call)
            case ast.Call(func=ast.Name(id=name)) | ast.Call(func=ast.Attribute(attr=name)):
                return name in _MEANING
            case ast.BinOp(op=ast.Mod() | ast.FloorDiv() | ast.Pow(), right=right) if right is node:
                return True
            case ast.keyword() | ast.arguments() | ast.stmt() | ast.List() | ast.Dict() | ast.Tuple():
                return isinstance(outer, ast.keyword | ast.arguments)
    return False


# --- words ------------------------------------------------------------------------------------------------


def _new_words(program: Program, parts: Sequence[object]) -> Mapping[str, str]:
    """Word in small letters → what it becomes; names of the program stay."""
    names = {name.casefold() for name in _names(program.tree)}
    used: dict[str, None] = {}
    for token in program.tokens:
        if _is_text(token.text):
            used.update((word.casefold(), None) for word in _WORD.findall(token.text))
    found: dict[str, str] = {}
    for word in used:
        if word in GROUP_OF and word not in names:
            group = [w.casefold() for w in GROUPS[GROUP_OF[word]]]
            free = [w for w in group if w not in used and w not in names and w not in found.values()]
            if free:
                found[word] = free[draw(word, *parts) % len(free)]
    return found


def _names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        for name in ("id", "attr", "arg", "name"):
            value = getattr(node, name, None)
            if isinstance(value, str):
                yield value


def _in_text(token: str, words: Mapping[str, str], numbers: Mapping[str, str]) -> str:
    """A text literal with its words and numbers replaced; the expressions of an f-string are left alone."""
    prefix = _PREFIX.match(token)
    head = prefix.group() if prefix else ""
    pieces = re.split(r"(\{[^{}]*\})", token) if "f" in head.casefold() else [token]

    def other(match: re.Match[str]) -> str:
        word = match.group()
        new = words.get(word.casefold(), "") or numbers.get(word, word)
        return _as_written(word, new)

    return "".join(p if p.startswith("{") and len(pieces) > 1 else _WORD.sub(other, p) for p in pieces)


def _as_written(word: str, new: str) -> str:
    """A word with the capitals of another one."""
    if word.isupper() and len(word) > 1:
        return new.upper()
    return new[:1].upper() + new[1:] if word[:1].isupper() else new


def other_word(word: str, *parts: object) -> str:
    """Another word of the same group, written alike; the word itself if it stands in no group."""
    group = GROUPS[GROUP_OF[word.casefold()]] if word.casefold() in GROUP_OF else ()
    free = [w for w in group if w.casefold() != word.casefold()]
    return _as_written(word, pick(free, word, *parts).casefold()) if free else word


# --- what readers are told --------------------------------------------------------------------------------


def bare(source: str) -> str:
    """The program without comments and docstrings, which may tell what it does or what it did before.

    Raises:
        SyntaxError: it does not parse.
    """
    program = Program(source)
    edits = []
    for node in ast.walk(program.tree):
        body = getattr(node, "body", None)
        if isinstance(body, list) and len(body) > 1 and _is_documentation(body[0]):
            edits.append((*program.span(body[0]), ""))
    lines = [line.rstrip() for line in _uncommented(replaced(source, edits)).splitlines()]
    text = "\n".join(lines).strip("\n") + "\n"
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"(:\n)\n+(?=[ ])", r"\1", text))


def _is_documentation(node: ast.AST) -> bool:
    text = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    return text and isinstance(node.value.value, str)  # type: ignore[attr-defined]


def _uncommented(source: str) -> str:
    lines = source.splitlines()
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            row, column = token.start
            lines[row - 1] = lines[row - 1][:column].rstrip()
    return "\n".join(lines) + "\n"
