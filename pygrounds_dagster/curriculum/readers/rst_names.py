"""reStructuredText directives by what a reader sees of them, as data.

What belongs here: names. What does not: parsing (``restructured``).
"""

from __future__ import annotations

DESCRIPTIONS = frozenset(
    {
        "function", "class", "method", "attribute", "data", "exception", "decorator", "decoratormethod",
        "classmethod", "staticmethod", "coroutinefunction", "coroutinemethod", "awaitablefunction",
        "awaitablemethod", "abstractmethod", "property", "describe", "option", "cmdoption", "envvar",
        "opcode", "macro", "type", "member", "var", "object", "setting", "django-admin", "templatetag",
        "templatefilter", "fieldlookup", "confval", "program", "enum", "enumerator", "struct", "union",
    }
)  # fmt: skip
"""Descriptions of a thing by its signature; the last part of a domain name (``py:function``) counts."""

TABLES = frozenset({"list-table", "csv-table", "flat-table"})

SILENT = frozenset(
    {
        "toctree", "contents", "index", "image", "raw", "bibliography", "include", "literalinclude",
        "autosummary", "currentmodule", "module", "highlight", "meta", "sectnum", "section-numbering",
        "automodule", "autoclass", "autofunction", "automethod", "autoexception", "autodata", "default-role",
        "role", "sectionauthor", "moduleauthor", "codeauthor", "testcleanup", "default-domain", "header",
        "footer", "tabularcolumns", "rst-class", "class-option", "replace", "unicode", "date", "py:module",
        "py:currentmodule", "program-output", "cssclass", "grid",
    }
)  # fmt: skip
"""Directives that show a reader nothing of their own text."""
