"""A test file (unittest or pytest) → drafts of tests: calls, set-ups, expected expressions.

Nothing is run: a test function is read line by line, loops over written-out values and ``parametrize`` are
unrolled, ``self.x`` becomes a variable. What is not understood is said with its line. Here: reading test
functions. Not here: single assertions (``assertions``), the values of expressions (``evaluate``).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from pygrounds_dagster.problems.importing.assertions import (
    Claim,
    Compare,
    UnknownFormError,
    claim_of_call,
    claim_of_test,
)

_FRAMEWORKS = {"unittest", "pytest", "__future__"}
_SKIPPED = {"skip", "skipIf", "skipUnless", "xfail", "expectedFailure"}
MAX_UNROLLED = 200
"""Values of one loop or one ``parametrize`` that are taken."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One assertion as a test, its expressions not yet evaluated.

    Attributes:
        name: of the test function.
        line: of the assertion in the test file.
        setup: statements before it, in order.
        actual: what is asked of the solution.
        expected: what it must give; None where it must raise.
        raises: exception class that it must raise.
        message: words of that exception.
        compare: rule for the comparison.
    """

    name: str
    line: int
    setup: tuple[ast.stmt, ...]
    actual: ast.expr
    expected: ast.expr | None = None
    raises: str | None = None
    message: ast.expr | None = None
    compare: Compare = "python"


@dataclass(slots=True)
class TestCode:
    """What a test file holds.

    Attributes:
        solution_names: names that it imports from the solution, as the tests call them.
        imports: its other imports, and helpers of its own that don't touch the solution.
        drafts: the assertions that were understood.
        left_out: what was not, with lines.
    """

    __test__ = False

    solution_names: dict[str, str] = field(default_factory=dict)
    imports: list[ast.stmt] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)


def read_test_code(text: str, solution_modules: Sequence[str]) -> TestCode:
    """Take a test file apart.

    Args:
        text: its source.
        solution_modules: names under which it may import the solution.

    Raises:
        SyntaxError: it is no Python.
    """
    plainer = _Plainer(solution_modules)
    tree = plainer.visit(ast.parse(text))
    code = TestCode(solution_names={name: name for name in sorted(plainer.used)})
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            _take_import(code, node, solution_modules)
        elif isinstance(node, ast.ClassDef) and _is_test_class(node):
            _read_class(code, node)
        elif isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
            _read_function(code, node, [])
        elif isinstance(node, ast.FunctionDef | ast.Assign | ast.AnnAssign | ast.ClassDef):
            code.imports.append(node)
    return code


class _Plainer(ast.NodeTransformer):
    """``self.x`` → ``self_x`` and ``module.f`` → ``f``, so that expressions stand on their own."""

    def __init__(self, modules: Sequence[str]) -> None:
        self._modules = set(modules)
        self.used: set[str] = set()

    def visit_Import(self, node: ast.Import) -> ast.AST:
        """Remember what the solution is called here."""
        self._modules |= {a.asname for a in node.names if a.asname and a.name in self._modules}
        return node

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        """Turn the attribute into a name, unless it is a method of the test class."""
        self.generic_visit(node)
        if isinstance(node.value, ast.Name):
            if node.value.id in self._modules:
                self.used.add(node.attr)
                return ast.copy_location(ast.Name(node.attr, node.ctx), node)
            if node.value.id == "self" and not node.attr.startswith(("assert", "subTest", "fail")):
                return ast.copy_location(ast.Name(f"self_{node.attr}", node.ctx), node)
        return node


def _take_import(code: TestCode, node: ast.Import | ast.ImportFrom, modules: Sequence[str]) -> None:
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    roots = {name.split(".")[0] for name in names}
    if roots <= set(modules) or (isinstance(node, ast.ImportFrom) and node.level):
        if isinstance(node, ast.ImportFrom):
            code.solution_names |= {alias.asname or alias.name: alias.name for alias in node.names}
    elif roots <= sys.stdlib_module_names and not roots & _FRAMEWORKS:
        code.imports.append(node)
    elif not roots <= _FRAMEWORKS:
        code.left_out.append(f"line {node.lineno}: {', '.join(sorted(roots))} is not in the standard library")


def _is_test_class(node: ast.ClassDef) -> bool:
    named = node.name.startswith("Test") or node.name.endswith("Test")
    return named or any("TestCase" in ast.unparse(base) for base in node.bases)


def _read_class(code: TestCode, node: ast.ClassDef) -> None:
    functions = [item for item in node.body if isinstance(item, ast.FunctionDef)]
    shared: list[ast.stmt] = [item for item in node.body if isinstance(item, ast.Assign)]
    for function in functions:
        if function.name in ("setUp", "setup_method", "setUpClass"):
            shared += function.body
    for function in functions:
        if function.name.startswith("test"):
            _read_function(code, function, shared)


def _read_function(code: TestCode, node: ast.FunctionDef, before: Sequence[ast.stmt]) -> None:
    for decorator in node.decorator_list:
        words = ast.unparse(decorator)
        if any(name in words for name in _SKIPPED):
            code.left_out.append(f"line {node.lineno}: {node.name} is skipped by its author")
            return
    try:
        variants = list(_variants(node))
    except UnknownFormError as error:
        code.left_out.append(f"line {node.lineno}: {node.name}: {error}")
        return
    found = len(code.drafts)
    for given in variants:
        _Reader(code, node.name, [*before, *given]).read(node.body)
    if len(code.drafts) == found and not any(node.name in words for words in code.left_out):
        code.left_out.append(f"line {node.lineno}: {node.name} asserts nothing")


def _variants(node: ast.FunctionDef) -> Iterator[list[ast.stmt]]:
    """What stands before a test function's body: nothing, or one row of ``parametrize`` after the other."""
    rows = [
        d for d in node.decorator_list if isinstance(d, ast.Call) and "parametrize" in ast.unparse(d.func)
    ]
    if not rows:
        fixtures = [a.arg for a in node.args.args if a.arg != "self"]
        if fixtures:
            raise UnknownFormError(f"needs the fixture {fixtures[0]!r}")
        yield []
        return
    if len(rows) > 1 or len(rows[0].args) < 2:
        raise UnknownFormError("has an unusual parametrize")
    names = ast.literal_eval(rows[0].args[0])
    names = [name.strip() for name in names.split(",")] if isinstance(names, str) else list(names)
    name_nodes: list[ast.expr] = [ast.Name(name, ast.Store()) for name in names]
    target = name_nodes[0] if len(names) == 1 else ast.Tuple(name_nodes, ast.Store())
    for item in _listed(rows[0].args[1]):
        if isinstance(item, ast.Call) and ast.unparse(item.func).endswith("param"):
            item = item.args[0] if len(names) == 1 else ast.Tuple(item.args, ast.Load())
        yield _assigned(target, item)


def _listed(node: ast.expr) -> list[ast.expr]:
    """The items of a list, tuple or dict that is written out.

    Raises:
        UnknownFormError: it is computed, or too long.
    """
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items":
        node = node.func.value
        if isinstance(node, ast.Dict) and None not in node.keys:
            pairs = zip(node.keys, node.values, strict=True)
            return [ast.Tuple([key, value], ast.Load()) for key, value in pairs if key is not None]
    if isinstance(node, ast.List | ast.Tuple | ast.Set) and len(node.elts) <= MAX_UNROLLED:
        return node.elts
    raise UnknownFormError("runs over values that are not written out")


def _assigned(target: ast.expr, value: ast.expr) -> list[ast.stmt]:
    """``a, b = 1, 2`` as single assignments, so that an expected value can be told from what is given."""
    both = (ast.Tuple, ast.List)
    if isinstance(target, both) and isinstance(value, both) and len(target.elts) == len(value.elts):
        pairs = zip(target.elts, value.elts, strict=True)
        return [statement for left, right in pairs for statement in _assigned(left, right)]
    return [ast.fix_missing_locations(ast.Assign([target], value))]


class _Reader:
    """Reads one test function from top to bottom."""

    def __init__(self, code: TestCode, name: str, setup: Sequence[ast.stmt]) -> None:
        self._code = code
        self._name = name
        self._setup = list(setup)
        self._caught: dict[str, int] = {}

    def read(self, body: Sequence[ast.stmt]) -> None:
        """Turn assertions into drafts; remember every other statement as set-up of the next ones."""
        for node in body:
            try:
                self._read_statement(node)
            except UnknownFormError as error:
                self._code.left_out.append(f"line {node.lineno}: {self._name}: {error}")

    def _read_statement(self, node: ast.stmt) -> None:
        if isinstance(node, ast.Assert):
            self._claim(node, claim_of_test(node.test))
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
            self._read_call(node, node.value)
        elif isinstance(node, ast.With):
            self._read_with(node)
        elif isinstance(node, ast.For):
            self._read_loop(node)
        elif any(_is_assertion(inner) for inner in ast.walk(node)):
            raise UnknownFormError(f"an assertion within `{type(node).__name__.lower()}` is not understood")
        elif not (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)):
            self._setup.append(node)

    def _read_call(self, node: ast.Expr, call: ast.Call) -> None:
        name = _self_method(call)
        if not name:
            self._setup.append(node)
        elif name in ("assertRaises", "assertRaisesRegex"):
            extra = 1 if name == "assertRaises" else 2
            if len(call.args) <= extra:
                raise UnknownFormError(f"self.{name} is not understood here")
            raised = ast.Call(call.args[extra], call.args[extra + 1 :], call.keywords)
            self._add_raising(node, raised, call.args[0], None)
        else:
            self._claim(node, claim_of_call(name, call))

    def _claim(self, node: ast.stmt, claim: Claim) -> None:
        error_name = next((n for n in _names(claim.actual) if n in self._caught), None)
        if error_name is not None:
            self._refine(error_name, claim)
            return
        actual, expected = claim.actual, claim.expected
        if claim.symmetric and not self._touches(actual) and self._touches(expected):
            actual, expected = expected, actual
        setup = tuple(self._setup)
        draft = Draft(self._name, node.lineno, setup, actual, expected, compare=claim.compare)
        self._code.drafts.append(draft)

    def _touches(self, node: ast.expr) -> bool:
        """Whether an expression depends on the solution, directly or by a variable."""
        return bool(tainted(self._setup, self._code.solution_names.keys()) & set(_names(node)))

    def _read_with(self, node: ast.With) -> None:
        call = node.items[0].context_expr
        name = _self_method(call) if isinstance(call, ast.Call) else ""
        function = ast.unparse(call.func) if isinstance(call, ast.Call) else ""
        if isinstance(call, ast.Call) and name == "subTest":
            self.read(node.body)
        elif isinstance(call, ast.Call) and (
            name in ("assertRaises", "assertRaisesRegex") or function.endswith("raises")
        ):
            *before, last = node.body
            self._setup += before
            if not isinstance(last, ast.Expr | ast.Assign):
                raise UnknownFormError("what must raise is not an expression")
            target = node.items[0].optional_vars
            if isinstance(target, ast.Name):
                self._caught[target.id] = len(self._code.drafts)
            self._add_raising(node, last.value, call.args[0], _plain_words(call))
        else:
            raise UnknownFormError(f"`with {ast.unparse(call)[:60]}` is not understood")

    def _add_raising(self, node: ast.stmt, call: ast.expr, kind: ast.expr, words: ast.expr | None) -> None:
        if not isinstance(kind, ast.Name | ast.Attribute):
            raise UnknownFormError("may raise several exception classes")
        raises = ast.unparse(kind).rpartition(".")[2]
        setup = tuple(self._setup)
        draft = Draft(self._name, node.lineno, setup, call, raises=raises, message=words)
        self._code.drafts.append(draft)

    def _refine(self, error_name: str, claim: Claim) -> None:
        """An assertion about a caught exception: its words are added to the draft, the rest is implied."""
        place = self._caught[error_name]
        text = ast.unparse(claim.actual)
        if text.endswith(".args[0]") or text.startswith("str("):
            self._code.drafts[place] = replace(self._code.drafts[place], message=claim.expected)

    def _read_loop(self, node: ast.For) -> None:
        if not any(_is_assertion(inner) for inner in ast.walk(node)):
            self._setup.append(node)
            return
        iterable = self._value_of(node.iter)
        for item in _listed(iterable):
            before = list(self._setup)
            self._setup += _assigned(node.target, item)
            self.read(node.body)
            self._setup = before

    def _value_of(self, node: ast.expr) -> ast.expr:
        """What a variable was set to by the last assignment before."""
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "items":
            return ast.Call(ast.Attribute(self._value_of(node.func.value), "items", ast.Load()), [], [])
        if isinstance(node, ast.Name):
            for statement in reversed([*self._code.imports, *self._setup]):
                if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == node.id:
                    return statement.value
        return node


def _plain_words(call: ast.Call) -> ast.expr | None:
    """The words that an exception must hold, if they are no pattern."""
    given = [k.value for k in call.keywords if k.arg == "match"] or call.args[1:2]
    if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
        words = given[0].value
        if not set(words) & set("\\^$.|?*+()[]{}"):
            return given[0]
    return None


def _self_method(call: ast.Call) -> str:
    function = call.func
    if isinstance(function, ast.Attribute) and isinstance(function.value, ast.Name):
        return function.attr if function.value.id == "self" else ""
    return ""


def _is_assertion(node: ast.AST) -> bool:
    if isinstance(node, ast.Call):
        return _self_method(node).startswith("assert") or ast.unparse(node.func).endswith("pytest.raises")
    return isinstance(node, ast.Assert)


def needed(statements: Sequence[ast.stmt], node: ast.AST) -> list[ast.stmt]:
    """Those statements that an expression may depend on; expected values of a test are none of them."""
    names = set(_names(node))
    kept = []
    for statement in reversed(statements):
        if names & _changed(statement):
            names |= set(_names(statement))
            kept.append(statement)
    return kept[::-1]


def _changed(statement: ast.stmt) -> set[str]:
    """Names that a statement may set or change: by assignment, import, definition, or a call on them."""
    if isinstance(statement, ast.Import | ast.ImportFrom):
        return {(alias.asname or alias.name).split(".")[0] for alias in statement.names}
    if isinstance(statement, ast.FunctionDef | ast.ClassDef):
        return {statement.name}
    if isinstance(statement, ast.Assign) and all(isinstance(t, ast.Name) for t in statement.targets):
        called = [n for n in ast.walk(statement.value) if isinstance(n, ast.Call)]
        return set(_names(statement)) if called else {n for t in statement.targets for n in _names(t)}
    return set(_names(statement))


def _names(node: ast.AST) -> list[str]:
    return [inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name)]


def tainted(statements: Sequence[ast.stmt], solution: Iterable[str]) -> set[str]:
    """Names that depend on the solution after some statements: its own, and all that was made from them."""
    found = set(solution)
    for statement in statements:
        names = set(_names(statement))
        if names & found:
            stored = [
                n for n in ast.walk(statement) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)
            ]
            found |= {name.id for name in stored}
            if isinstance(statement, ast.FunctionDef | ast.ClassDef):
                found.add(statement.name)
    return found
