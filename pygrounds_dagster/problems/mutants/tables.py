"""What is mistaken for what: the data behind the operators.

Keys are what stands in the program, values what a learner might have written. Here: tables. Not here: how an
edit is made from them.
"""

from __future__ import annotations

import ast

ARITHMETIC: dict[type[ast.operator], tuple[str, ...]] = {
    ast.Add: ("-", "*"),
    ast.Sub: ("+", "*"),
    ast.Mult: ("+", "/", "**"),
    ast.Div: ("//", "*"),
    ast.FloorDiv: ("/", "%", "*"),
    ast.Mod: ("//", "/"),
    ast.Pow: ("*",),
    ast.LShift: (">>",),
    ast.RShift: ("<<",),
    ast.BitAnd: ("|", "^"),
    ast.BitOr: ("&", "^"),
    ast.BitXor: ("|", "&"),
}
"""Arithmetic and bit operators."""

BOUNDARY: dict[type[ast.cmpop], str] = {ast.Lt: "<=", ast.LtE: "<", ast.Gt: ">=", ast.GtE: ">"}
"""Comparisons with their limit on the other side."""

COMPARISON: dict[type[ast.cmpop], tuple[str, ...]] = {
    ast.Lt: (">", ">="),
    ast.LtE: (">=", ">"),
    ast.Gt: ("<", "<="),
    ast.GtE: ("<=", "<"),
    ast.Eq: ("!=",),
    ast.NotEq: ("==",),
    ast.In: ("not in",),
    ast.NotIn: ("in",),
    ast.Is: ("is not",),
    ast.IsNot: ("is",),
}
"""Comparisons turned around or inverted."""

FUNCTIONS: dict[str, tuple[str, ...]] = {
    "min": ("max",),
    "max": ("min",),
    "any": ("all",),
    "all": ("any",),
    "sum": ("max", "len"),
    "len": ("sum",),
    "sorted": ("list",),
    "int": ("float",),
    "float": ("int",),
    "round": ("int",),
    "enumerate": ("zip",),
    "list": ("set",),
    "set": ("list",),
    "str": ("repr",),
    "isinstance": ("issubclass",),
    "print": ("str",),
}
"""Built-in functions and their neighbours."""

METHODS: dict[str, tuple[str, ...]] = {
    "append": ("extend",),
    "extend": ("append",),
    "appendleft": ("append",),
    "popleft": ("pop",),
    "add": ("discard", "update"),
    "discard": ("add",),
    "update": ("setdefault",),
    "union": ("intersection",),
    "intersection": ("union",),
    "difference": ("union", "symmetric_difference"),
    "issubset": ("issuperset",),
    "issuperset": ("issubset",),
    "keys": ("values",),
    "values": ("keys",),
    "items": ("keys",),
    "upper": ("lower",),
    "lower": ("upper",),
    "title": ("capitalize",),
    "capitalize": ("title",),
    "strip": ("lstrip", "rstrip"),
    "lstrip": ("rstrip", "strip"),
    "rstrip": ("lstrip", "strip"),
    "startswith": ("endswith",),
    "endswith": ("startswith",),
    "removeprefix": ("removesuffix",),
    "removesuffix": ("removeprefix",),
    "find": ("rfind",),
    "rfind": ("find",),
    "index": ("count",),
    "count": ("index",),
    "isdigit": ("isalpha", "isalnum"),
    "isalpha": ("isdigit", "isalnum"),
    "isalnum": ("isalpha", "isdigit"),
    "isupper": ("islower",),
    "islower": ("isupper",),
    "ljust": ("rjust",),
    "rjust": ("ljust",),
    "readlines": ("read",),
    "most_common": ("elements",),
}
"""Methods and their neighbours."""

DROPPED_FUNCTIONS = {
    "abs", "bool", "float", "int", "list", "reversed", "round", "set", "sorted", "str", "tuple",
}  # fmt: skip
"""Functions of one argument that a learner forgets to call."""

DROPPED_METHODS = {
    "strip", "lstrip", "rstrip", "lower", "upper", "casefold", "title", "copy", "values", "keys", "items",
}  # fmt: skip
"""Methods without arguments that a learner forgets to call."""

COMMUTATIVE = {"min", "max", "gcd", "lcm", "hypot", "isclose", "dist", "zip_longest", "union", "intersection"}
"""Calls whose arguments may be swapped without a difference (or none that a test should ask for)."""

OPTIONAL_LAST = {"range", "get", "pop", "sum", "round", "enumerate", "next", "getattr", "split"}
"""Calls whose last argument is optional, so that a learner may leave it out."""

SILENT_KEYWORDS = {"encoding", "newline", "errors", "flush", "stacklevel", "maxsize", "ensure_ascii"}
"""Keyword arguments that a test of the result cannot see."""

SILENT_DECORATORS = {"cache", "lru_cache", "wraps", "override", "total_ordering", "overload", "final"}
"""Decorators whose loss changes speed, names or types, not results."""

EXCEPTIONS: dict[str, str] = {
    "ValueError": "TypeError",
    "TypeError": "ValueError",
    "KeyError": "IndexError",
    "IndexError": "KeyError",
    "ZeroDivisionError": "ValueError",
    "StopIteration": "ValueError",
    "FileNotFoundError": "ValueError",
    "AttributeError": "KeyError",
    "LookupError": "ValueError",
    "OSError": "ValueError",
    "RuntimeError": "ValueError",
    "NotImplementedError": "ValueError",
    "PermissionError": "FileNotFoundError",
    "Exception": "ValueError",
    "SyntaxError": "ValueError",
    "ArithmeticError": "ValueError",
    "OverflowError": "ValueError",
    "AssertionError": "ValueError",
    "EOFError": "ValueError",
}
"""Exception classes confused with one another."""
