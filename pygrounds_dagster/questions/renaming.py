"""A program without what its author was free to choose: names, comments, docstrings, annotations.

Here: the normal form (equal for programs that differ only in these) and the tokens of a program with its own
names blanked. Not here: what is made of them (``identity``).
"""

from __future__ import annotations

import ast
import io
import tokenize

from pygrounds_dagster.problems.mutants.program import parse

_LAYOUT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER,
}  # fmt: skip
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def normal_form(source: str, function: str = "") -> str:
    """The syntax tree as text, with the program's own names numbered in order of appearance.

    Renamed are functions, classes, parameters, variables and import aliases; attributes, keywords of foreign
    calls, built-in and imported names stay. Docstrings and annotations are dropped.

    Args:
        source: the program.
        function: a name that is always the first, wherever it stands.

    Raises:
        SyntaxError: it does not parse.
        ValueError: it holds a NUL character.
    """
    tree = parse(source)
    names = _Names(tree)
    if function:
        names.of(function)  # so it is the first
    return ast.dump(names.visit(tree), include_attributes=False)


def own_names(tree: ast.Module) -> frozenset[str]:
    """Names that the program itself binds: definitions, parameters, variables, aliases of imports."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                found.add(name)
            case ast.Name(id=name, ctx=ast.Store() | ast.Del()):
                found.add(name)
            case ast.arg(arg=name):
                found.add(name)
            case ast.alias(asname=str(name)):
                found.add(name)
            case ast.ExceptHandler(name=str(name)) | ast.MatchAs(name=str(name)):
                found.add(name)
            case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
                found.add(name)
    return frozenset(name for name in found if not _is_special(name))


def _is_special(name: str) -> bool:
    """Names with a meaning of their own: ``self`` by custom, ``__init__`` by the language."""
    return name.startswith("__") and name.endswith("__")


class _Names(ast.NodeTransformer):
    """Renames and drops; attributes and keywords follow only where the program itself defines them."""

    def __init__(self, tree: ast.Module, one_name: str = "") -> None:
        self._own = own_names(tree)
        self._members = _members(tree)
        self._one_name = one_name
        self._given: dict[str, str] = {}

    def of(self, name: str) -> str:
        """The new name of ``name``; itself if the program does not bind it."""
        if name not in self._own:
            return name
        return self._new(name)

    def _new(self, name: str) -> str:
        return self._given.setdefault(name, self._one_name or f"v{len(self._given)}")

    def visit(self, node: ast.AST) -> ast.AST:
        """Rename in this node, then in its children."""
        if isinstance(node, (*_DEFINITIONS, ast.Module)):
            node.body = _without_docstring(node.body)
        match node:
            case ast.Attribute() if node.attr in self._members:
                node.attr = self._new(node.attr)
            case ast.Global() | ast.Nonlocal():
                node.names = [self.of(name) for name in node.names]
            case ast.Call(func=ast.Name(id=called)) if called in self._own:
                for keyword_argument in node.keywords:
                    if keyword_argument.arg:
                        keyword_argument.arg = self.of(keyword_argument.arg)
            case ast.alias() if node.asname:
                node.asname = self.of(node.asname)
            case ast.alias() | ast.keyword() | ast.Attribute():
                pass
            case _:
                self._rename(node)
        return self.generic_visit(_bare(node))

    def _rename(self, node: ast.AST) -> None:
        for field in ("name", "id", "arg", "rest"):
            value = getattr(node, field, None)
            if isinstance(value, str):
                setattr(node, field, self.of(value))


def _members(tree: ast.Module) -> frozenset[str]:
    """Attributes that the program defines: methods, names in class bodies, what it assigns to objects."""
    found = {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and isinstance(n.ctx, ast.Store)}
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef):
            found |= own_names(ast.Module(node.body, []))
    return frozenset(name for name in found if not _is_special(name))


def _without_docstring(body: list[ast.stmt]) -> list[ast.stmt]:
    """The body without texts that stand alone; ``pass`` if nothing else is left."""
    kept = [s for s in body if not (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))]
    return kept or [ast.Pass()]


def _bare(node: ast.AST) -> ast.AST:
    """The node without annotations and type comments."""
    if isinstance(node, ast.arg):
        node.annotation = None
    elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        node.returns = None
    elif isinstance(node, ast.AnnAssign) and node.value is not None:
        return ast.copy_location(ast.Assign([node.target], node.value), node)
    for field in ("type_comment", "type_params", "kind"):
        if getattr(node, field, None):
            setattr(node, field, [] if field == "type_params" else None)
    return node


def code_tokens(source: str) -> list[str]:
    """Tokens of a program with every own name as ``v``, without what ``normal_form`` drops.

    A text that is no program gives its tokens as they are, up to where it breaks.
    """
    try:
        tree = parse(source)
        source = ast.unparse(ast.fix_missing_locations(_Names(tree, "v").visit(tree)))
    except (SyntaxError, ValueError):  # compared as text
        return _tokens(source)
    return _tokens(source)


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    try:
        found.extend(token.string for token in tokens if token.type not in _LAYOUT)
    except (tokenize.TokenError, SyntaxError):  # what was read so far is what there is
        return found
    return found
