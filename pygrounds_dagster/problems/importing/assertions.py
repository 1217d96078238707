"""One assertion of a test → what it claims about the solution.

Here: the forms of unittest and pytest, as tables. Not here: what stands around an assertion (``test_code``).
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

Compare = str | dict[str, Any]

TRUE = ast.Constant(True)


class UnknownFormError(ValueError):
    """An assertion that is none of the known forms; says which."""


@dataclass(frozen=True, slots=True)
class Claim:
    """What an assertion says.

    Attributes:
        actual: the expression about the solution.
        expected: what its value must be.
        compare: by which rule of the judge.
        symmetric: whether the two sides may stand the other way around.
    """

    actual: ast.expr
    expected: ast.expr
    compare: Compare = "python"
    symmetric: bool = False


def claim_of_call(name: str, call: ast.Call) -> Claim:
    """The claim of ``self.assertSomething(…)``.

    Raises:
        UnknownFormError: the method is not known or has unusual arguments.
    """
    make = _METHODS.get(name)
    if make is None:
        raise UnknownFormError(f"self.{name} is not understood")
    keywords = {keyword.arg: keyword.value for keyword in call.keywords if keyword.arg}
    try:
        return make(call.args, keywords)
    except (IndexError, KeyError, TypeError, ValueError) as error:
        raise UnknownFormError(f"self.{name} has unusual arguments") from error


def claim_of_test(test: ast.expr) -> Claim:
    """The claim of a plain ``assert test``."""
    if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
        return Claim(_truth(test.operand), ast.Constant(False))
    if isinstance(test, ast.Compare) and len(test.ops) == 1:
        left, right = test.left, test.comparators[0]
        if isinstance(test.ops[0], ast.Eq):
            return _approximately(left, right)
        if isinstance(test.ops[0], ast.Is) and isinstance(right, ast.Constant):
            return Claim(left, right, "exact")
    return Claim(_truth(test), TRUE)


def _truth(test: ast.expr) -> ast.expr:
    return ast.Call(ast.Name("bool", ast.Load()), [test], [])


def _approximately(left: ast.expr, right: ast.expr) -> Claim:
    """``a == b``, and ``a == pytest.approx(b, abs=…)``."""
    for actual, wanted in ((left, right), (right, left)):
        if isinstance(wanted, ast.Call) and _last_name(wanted.func) == "approx":
            options = {k.arg: ast.literal_eval(k.value) for k in wanted.keywords if k.arg in ("abs", "rel")}
            return Claim(actual, wanted.args[0], {"tolerance": max(options.values(), default=1e-6)})
    return Claim(left, right, symmetric=True)


def _last_name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


Arguments = list[ast.expr]
Keywords = dict[str, ast.expr]


def _equal(compare: Compare) -> Callable[[Arguments, Keywords], Claim]:
    return lambda args, _: Claim(args[0], args[1], compare, symmetric=True)


def _related(operator: ast.cmpop) -> Callable[[Arguments, Keywords], Claim]:
    return lambda args, _: Claim(ast.Compare(args[0], [operator], [args[1]]), TRUE)


def _almost(args: Arguments, keywords: Keywords) -> Claim:
    if "delta" in keywords:
        tolerance = float(ast.literal_eval(keywords["delta"]))
    else:
        places = args[2] if len(args) > 2 else keywords.get("places", ast.Constant(7))
        tolerance = 0.5 * 10.0 ** -int(ast.literal_eval(places))
    return Claim(args[0], args[1], {"tolerance": tolerance}, symmetric=True)


def _is(args: Arguments, _: Keywords) -> Claim:
    if isinstance(args[1], ast.Constant):
        return Claim(args[0], args[1], "exact")
    return Claim(ast.Compare(args[0], [ast.Is()], [args[1]]), TRUE)


def _is_instance(args: Arguments, _: Keywords) -> Claim:
    return Claim(ast.Call(ast.Name("isinstance", ast.Load()), args[:2], []), TRUE)


_METHODS: dict[str, Callable[[Arguments, Keywords], Claim]] = {
    **dict.fromkeys(
        (
            "assertEqual", "assertEquals", "assertListEqual", "assertDictEqual", "assertSetEqual",
            "assertTupleEqual", "assertSequenceEqual", "assertMultiLineEqual",
        ),
        _equal("python"),
    ),
    "assertCountEqual": _equal({"types": "python", "unordered": True}),
    "assertAlmostEqual": _almost,
    "assertTrue": lambda args, _: claim_of_test(args[0]),
    "assertFalse": lambda args, _: Claim(_truth(args[0]), ast.Constant(False)),
    "assertIs": _is,
    "assertIsNone": lambda args, _: Claim(args[0], ast.Constant(None), "exact"),
    "assertIsNotNone": lambda args, _: Claim(
        ast.Compare(args[0], [ast.IsNot()], [ast.Constant(None)]), TRUE
    ),
    "assertIsInstance": _is_instance,
    "assertIsNot": _related(ast.IsNot()),
    "assertNotEqual": _related(ast.NotEq()),
    "assertIn": _related(ast.In()),
    "assertNotIn": _related(ast.NotIn()),
    "assertGreater": _related(ast.Gt()),
    "assertGreaterEqual": _related(ast.GtE()),
    "assertLess": _related(ast.Lt()),
    "assertLessEqual": _related(ast.LtE()),
}  # fmt: skip
