"""What a program takes from outside itself: chance, clocks, the machine, files, the network, other code.

Here: telling it from the syntax tree, by lists of what is allowed, so that what nobody thought of is refused;
for which programs two hash seeds are too few. Not here: running them (``shown``, ``coding``).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.renaming import own_names

PURE_MODULES = frozenset({
    "__future__", "abc", "array", "base64", "binascii", "bisect", "calendar", "cmath", "collections",
    "contextlib", "copy", "csv", "dataclasses", "decimal", "difflib", "enum", "fractions", "functools",
    "graphlib", "hashlib", "heapq", "html", "io", "itertools", "json", "keyword", "math", "numbers",
    "operator", "pprint", "re", "statistics", "string", "struct", "textwrap", "types", "typing",
    "unicodedata", "zlib",
})  # fmt: skip
"""Modules of the standard library that only compute."""

SHOWN_MODULES = PURE_MODULES | {
    "argparse", "ast", "asyncio", "atexit", "codecs", "concurrent", "configparser", "contextvars", "datetime",
    "doctest", "inspect", "ipaddress", "logging", "pathlib", "pickle", "queue", "shlex", "shutil", "sqlite3",
    "sys", "threading", "time", "tomllib", "traceback", "unittest", "warnings", "weakref", "xml",
}  # fmt: skip
"""The same, with those that a program may use on what it made itself: its own files, threads, tables."""

_NEVER = frozenset({
    "__import__", "__builtins__", "__loader__", "__spec__", "__file__", "breakpoint", "compile", "copyright",
    "credits", "exit", "globals", "hash", "help", "id", "license", "quit",
})  # fmt: skip
_NOT_IN_FUNCTIONS = frozenset({"input", "open", "vars", "exec", "eval"})
_CLOCKS = frozenset({
    "now", "today", "utcnow", "perf_counter", "perf_counter_ns", "monotonic", "monotonic_ns", "process_time",
    "process_time_ns", "thread_time", "time_ns", "ctime", "localtime", "gmtime", "fromtimestamp",
    "utcfromtimestamp", "st_mtime", "st_ctime", "st_atime", "st_ino", "get_ident",
    "get_native_id",
})  # fmt: skip
_MACHINE = frozenset({
    "getsizeof", "getrefcount", "__hash__", "__subclasses__", "__globals__", "__builtins__", "f_back",
    "f_globals", "cwd", "home", "expanduser", "absolute", "resolve", "isatty", "__self__",
    "currentframe", "getsource", "getsourcefile", "getfile", "f_lineno",
})  # fmt: skip
_OF_MODULE = {
    "sys": frozenset({
        "stdin", "stdout", "stderr", "exit", "exc_info", "intern", "argv", "setrecursionlimit", "gettrace",
        "settrace", "setprofile", "_getframe", "float_info", "excepthook", "modules",
    }),
    "time": frozenset({"sleep"}),
}  # fmt: skip
"""Modules of which only some names are the same on every machine, at any time."""

_LISTINGS = frozenset({"iterdir", "glob", "rglob", "listdir", "scandir"})
_ORDERLESS = frozenset({"sorted", "len", "sum", "any", "all", "min", "max", "set", "frozenset"})

SEEDS = (0, 1)
SET_SEEDS = (2, 3)
"""Further hash seeds for programs with sets. Two texts stand in a set in either order: under two seeds they
come out alike every other time, under four in one case of 8; ``shows_set_order`` tells the plain cases. The
judge keeps six sandboxes warm: these seeds and those of programs with files."""

_ORDERED = frozenset({"list", "tuple", "iter", "enumerate", "next", "zip", "map"})
_SHOWING = _ORDERED | {"print", "str", "repr"}


def taken_from_outside(tree: ast.Module, *, is_function: bool) -> list[str]:
    """What a program uses that it did not make and that nobody can foresee; empty if nothing.

    Args:
        tree: the program.
        is_function: a function that is called, which gets all it needs as arguments; else a program that a
            person follows, which may read its input and make files.
    """
    own = own_names(tree)
    allowed = PURE_MODULES if is_function else SHOWN_MODULES | _written_modules(tree)
    found = set(_listings(tree)) | _loose_modules(tree) | _printing_threads(tree)
    for node in ast.walk(tree):
        found |= {*_imported(node, allowed), *_named(node), *_called(node, own, is_function)}
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in own:
            found |= {node.id} & (_NEVER | _NOT_IN_FUNCTIONS if is_function else _NEVER)
    if "sys.path" in found and _only_extends_path(tree):
        found.remove("sys.path")
    return sorted(found)


def _only_extends_path(tree: ast.Module) -> bool:
    """Whether ``sys.path`` is never looked at: programs that write modules put their directory into it."""
    names = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Attribute)]
    return names.count("sys.path") == names.count("sys.path.insert") + names.count("sys.path.append")


def _written_modules(tree: ast.Module) -> set[str]:
    """Names of the modules that a program writes as files; none if a text of it takes from outside."""
    texts = [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
    named = {text.removesuffix(".py") for text in texts if text.endswith(".py")}
    found = {name for name in named if name.isidentifier() and name not in sys.stdlib_module_names}
    sources = [text for text in texts if "import" in text] if found else []
    taken = {what for text in sources for what in _within(text, is_function=False)}
    return found if taken <= found else set()


def _imported(node: ast.AST, allowed: frozenset[str]) -> Iterator[str]:
    """Modules and names that may not be imported; those watched by name may not be called otherwise."""
    match node:
        case ast.Import(names=names):
            yield from (n.name for n in names if n.name.partition(".")[0] not in allowed)
            yield from (f"{n.name} as {n.asname}" for n in names if n.asname and n.name in _OF_MODULE)
        case ast.ImportFrom(level=level) if level:
            yield "an import of its neighbours"
        case ast.ImportFrom(module="pathlib", names=names) if all(n.name.startswith("Pure") for n in names):
            pass  # these only compute with names
        case ast.ImportFrom(module=str(module), names=names):
            if module.partition(".")[0] not in allowed:
                yield module
            known = _OF_MODULE.get(module)
            yield from (f"{module}.{n.name}" for n in names if known is not None and n.name not in known)
            yield from (n.name for n in names if n.name in _CLOCKS | _MACHINE)


def _named(node: ast.AST) -> Iterator[str]:
    """Attributes that tell of the machine or the moment."""
    if not isinstance(node, ast.Attribute):
        return
    of = node.value.id if isinstance(node.value, ast.Name) else ""
    if of in _OF_MODULE and node.attr not in _OF_MODULE[of]:
        yield f"{of}.{node.attr}"
    elif node.attr in _CLOCKS | _MACHINE or (of == "io" and node.attr in ("open", "FileIO", "open_code")):
        yield node.attr


def _called(node: ast.AST, own: frozenset[str], is_function: bool) -> Iterator[str]:
    """Calls that depend on what is given to them."""
    match node:
        case ast.Call(func=ast.Name(id="exec" | "eval"), args=[ast.Constant(value=str(text)), *_]):
            yield from _within(text, is_function=is_function)
        case ast.Call(func=ast.Name(id="exec" | "eval" as name)) if name not in own:
            yield f"{name}() of a text that it puts together"
        case ast.Call(func=ast.Name(id="vars" | "dir" as name), args=[]) if name not in own:
            yield f"{name}()"
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.Constant(value=str(name)), *_]):
            yield from {name} & (_CLOCKS | _MACHINE)
        case ast.Call(func=ast.Name(id="getattr"), args=[_, ast.BinOp() | ast.JoinedStr(), *_]):
            yield "getattr() of a name that it puts together"
        case ast.Subscript(value=ast.Attribute(attr="modules"), ctx=ast.Load()):
            yield "sys.modules"


def _printing_threads(tree: ast.Module) -> set[str]:
    """Functions that a thread is made of and that print: nobody knows when."""
    printing = {"print"} | {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and any(_is_print(inner) for inner in ast.walk(node))
    }
    targets = (
        word.value.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        for word in node.keywords
        if word.arg == "target" and isinstance(word.value, ast.Name)
    )
    return {f"a thread of {name}(), which prints" for name in targets if name in printing}


def _is_print(node: ast.AST) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"


def _loose_modules(tree: ast.Module) -> set[str]:
    """Modules watched by name that are handed on as a whole."""
    owners = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    return {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and node.id in _OF_MODULE and id(node) not in owners
    } - own_names(tree)


def _within(text: str, *, is_function: bool) -> list[str]:
    """What code in a text takes from outside."""
    try:
        return taken_from_outside(parse(text), is_function=is_function)
    except (SyntaxError, ValueError):  # running it says so
        return []


def _listings(tree: ast.Module) -> Iterator[str]:
    """Listings of directories, whose order no system promises, unless something sorts or counts them."""
    orderless = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in _ORDERLESS
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in _LISTINGS and id(node) not in orderless:
            yield f"{node.attr}() unsorted"


def seeds_for(*sources: str) -> tuple[int, ...]:
    """Hash seeds under which programs must do the same.

    Raises:
        SyntaxError: one does not parse.
    """
    return SEEDS + SET_SEEDS if any(map(has_sets, sources)) else SEEDS


def shows_set_order(tree: ast.Module, *, is_function: bool) -> bool:
    """Whether a program plainly puts the members of a set in a row, as ``list({"a", "b"})`` does.

    In a function any set counts, as nobody knows what it will be given; in a program one of texts.
    """
    counts = _is_set if is_function else _is_set_of_texts
    bound = {
        node.targets[0].id
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and counts(node.value)
    }

    def is_one(node: ast.AST) -> bool:
        known = isinstance(node, ast.Name) and node.id in bound and not is_function
        return known or counts(node)

    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id=name), args=args) if name in (
                _ORDERED if is_function else _SHOWING
            ):
                found = any(map(is_one, args))
            case ast.Call(func=ast.Attribute(attr="join"), args=[only]):
                found = is_one(only)
            case ast.Call(func=ast.Attribute(attr="pop", value=owner), args=[]):
                found = is_one(owner)
            case ast.FormattedValue(value=value) | ast.Starred(value=value):
                found = is_one(value) and not is_function
            case _:
                found = False
        if found:
            return True
    return False


def _is_set(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="set" | "frozenset"), args=args):
            return bool(args)
    return isinstance(node, ast.SetComp) or (isinstance(node, ast.Set) and len(node.elts) > 1)


def _is_set_of_texts(node: ast.AST) -> bool:
    if not _is_set(node) or isinstance(node, ast.SetComp):
        return False
    texts = {n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)}
    return sum(len(text) if isinstance(node, ast.Call) else 1 for text in texts) > 1


def has_sets(source: str) -> bool:
    """Whether a program makes sets, or asks for hashes, so that its hash seed may decide more often.

    Raises:
        SyntaxError: it does not parse.
    """
    for node in ast.walk(parse(source)):
        match node:
            case ast.Set() | ast.SetComp() | ast.Name(id="set" | "frozenset" | "hash"):
                return True
            case ast.Attribute(attr="__hash__"):
                return True
            case ast.BinOp(op=ast.BitAnd() | ast.BitOr() | ast.Sub() | ast.BitXor()):
                views = {n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)}
                if views & {"keys", "items"}:
                    return True
    return False
