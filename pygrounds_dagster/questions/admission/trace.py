"""Which values do variables have after each line? Admitted if executing the program gives just these.

Here: which lines a trace question may hold, which frame its steps belong to, comparing them with two watched
runs and with one that nobody watched. Not here: rules of all shown programs (``shown``), watching
(``tracing``).

Steps are the executed lines of the module, or of the only call of one function, without lines that only
define or import something.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence

from pygrounds_dagster.judge import Call, Job, Judge, default_judge
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission import shown
from pygrounds_dagster.questions.admission.giveaways import comments_of, holds
from pygrounds_dagster.questions.admission.outside import SEEDS, seeds_for
from pygrounds_dagster.questions.bodies import TraceBody, TraceStep
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop
from pygrounds_dagster.questions.tracing import LIMITS, SeenStep, Trace, judged, mode_of

REASONS: Mapping[str, str] = {
    **shown.REASONS,
    "not_traceable": "a statement whose lines are not executed one after the other as they are read",
    "wrong_steps": "steps are not what is executed",
    "no_such_call": "steps inside a function that is not called exactly once, or call themselves",
    "bad_variables": "not 1 to 4 different variables that hold short plain data all the time",
    "steps_out_of_bounds": "fewer than 3 or more than 30 steps",
    "nothing_changes": "no variable ever gets a second value",
    "watched_differs": "the program does something else when nobody watches",
}
"""Every reason, and what it means."""

MOST_VARIABLES = 4
LEAST_STEPS, MOST_STEPS = 3, 30
MOST_LETTERS = 40
"""Of a value that a person writes down."""

_DEFINING = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom)
_PLAIN = (
    ast.Assign, ast.AugAssign, ast.AnnAssign, ast.Expr, ast.If, ast.For, ast.While, ast.Return, ast.Break,
    ast.Continue, ast.Pass, ast.Delete, ast.Assert, ast.Global, ast.Nonlocal,
)  # fmt: skip
"""Statements whose lines run in the order and as often as they are read."""


def steps_of(source: str, line: int, seen: Trace, variables: Sequence[str]) -> tuple[TraceStep, ...] | None:
    """The steps of the frame that a line belongs to: the module, or the only call of its function.

    Args:
        source: the program.
        line: any line of the frame.
        seen: a watched run of it.
        variables: whose values are told.

    Returns:
        None if the function is not called exactly once.
    """
    tree = parse(source)
    frame = _frame(tree, line, seen)
    if frame is None:
        return None
    left_out = {node.lineno for node in ast.walk(tree) if isinstance(node, _DEFINING)}
    steps = (step for step in seen.steps if step.call == frame and step.line not in left_out)
    return tuple(TraceStep(line=step.line, variables=_told(step, variables)) for step in steps)


def _frame(tree: ast.Module, line: int, seen: Trace) -> int | None:
    """Place in ``seen.calls`` of the frame around a line; None for a function not called exactly once."""
    function = _function_at(tree, line)
    if function is None:
        return 0
    first = min([function.lineno, *(d.lineno for d in function.decorator_list)])
    calls = [number for number, call in enumerate(seen.calls) if number and call.line == first]
    nested = any(isinstance(n, _DEFINING) and n is not function for n in ast.walk(function))
    return calls[0] if len(calls) == 1 and not nested else None


def _function_at(tree: ast.Module, line: int) -> ast.FunctionDef | None:
    """The outermost function whose body holds a line; None for the module's own lines."""
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))
    return next((n for n in functions if n.lineno < line <= (n.end_lineno or 0)), None)


def _told(step: SeenStep, variables: Sequence[str]) -> dict[str, str]:
    return {name: step.values[name] or "" for name in variables if name in step.values}


def findings(body: TraceBody, *, using: Judge | None = None) -> tuple[list[Drop], Trace | None]:
    """Every broken rule, the gravest first, and what the program did if it could be run.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``shown.run_twice``.
    """
    found = list(shown.static_findings(body.code, body.question_text, body.explanation, ""))
    if found and found[0].reason in ("syntax_error", "unpredictable"):
        return found, None
    found += _form_findings(body)
    seen, again, wrong = shown.run_twice(body.code, using=using)
    if not wrong:
        wrong += _step_findings(body, seen, again)
    if not wrong and not found:
        wrong += _unwatched_findings(body, seen, using)
    return found + wrong, seen


def _form_findings(body: TraceBody) -> Iterator[Drop]:
    tree = parse(body.code)
    function = _function_at(tree, body.steps[0].line) if body.steps else None
    odd = _odd_statement(function.body if function else tree.body)
    if odd:
        yield Drop("not_traceable", odd)
    variables = body.variables
    if not 1 <= len(variables) <= MOST_VARIABLES or len(set(variables)) != len(variables):
        yield Drop("bad_variables", f"{len(variables)} variables: {', '.join(variables)}")
    if not LEAST_STEPS <= len(body.steps) <= MOST_STEPS:
        yield Drop("steps_out_of_bounds", f"{len(body.steps)} steps")
    if not any(name in body.question_text for name in variables):
        yield Drop("bad_variables", "question_text must name the variables")
    yield from _leaks(body)


def _leaks(body: TraceBody) -> Iterator[Drop]:
    """A text that holds all values of a variable, a comment that holds one which its line works out."""
    lines = body.code.splitlines()
    for name in body.variables:
        values = list(dict.fromkeys(s.variables[name] for s in body.steps if name in s.variables))
        if len(values) > 1 and all(holds(body.question_text, value) for value in values):
            yield Drop("leaks_answer", f"question_text holds every value of {name}")
            return
    for step in body.steps:
        line = lines[step.line - 1] if step.line <= len(lines) else ""
        code, _, remark = line.partition("#")
        told = [v for v in step.variables.values() if holds(remark, v) and not holds(code, v)]
        if told and any(remark in comment for comment in comments_of(body.code)):
            yield Drop("leaks_answer", f"the comment {remark.strip()!r}")
            return


def _odd_statement(body: Sequence[ast.stmt]) -> str:
    """A statement of a frame that is not executed as it is read, in words; empty if there is none."""
    starts: set[int] = set()
    for node in _own_statements(body):
        if not isinstance(node, (*_PLAIN, *_DEFINING)):
            return f"line {node.lineno}: {type(node).__name__}"
        if node.lineno in starts:
            return f"line {node.lineno}: two statements in one line"
        if isinstance(node, ast.While) and isinstance(node.test, ast.Constant):
            return f"line {node.lineno}: a loop whose condition is never looked at"
        starts.add(node.lineno)
    return ""


def _own_statements(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements of a frame, those within blocks too, those of inner definitions not."""
    for node in body:
        yield node
        if not isinstance(node, _DEFINING):
            for block in ("body", "orelse"):
                yield from _own_statements(getattr(node, block, ()))


def _step_findings(body: TraceBody, seen: Trace, again: Trace) -> Iterator[Drop]:
    if not body.steps or not seen.complete:
        yield Drop("wrong_steps", "no steps" if not body.steps else "too many steps to be watched")
        return
    line = body.steps[0].line
    right, repeated = (steps_of(body.code, line, run, body.variables) for run in (seen, again))
    if right is None:
        yield Drop("no_such_call", f"the function around line {line} must be called exactly once")
    elif right != repeated:
        yield Drop("not_deterministic", "values differ under another hash seed")
    elif right != body.steps:
        yield Drop("wrong_steps", _difference(body.steps, right))
    else:
        yield from _value_findings(body, right)


def _difference(told: Sequence[TraceStep], right: Sequence[TraceStep]) -> str:
    for number, (one, other) in enumerate(zip(told, right, strict=False), start=1):
        if one != other:
            right_one = f"line {other.line} {other.variables}"
            return f"step {number}: told line {one.line} {one.variables}, it is {right_one}"
    return f"{len(told)} steps told, {len(right)} are executed"


def _value_findings(body: TraceBody, right: Sequence[TraceStep]) -> Iterator[Drop]:
    values = {name: {s.variables[name] for s in right if name in s.variables} for name in body.variables}
    for name, texts in values.items():
        if not texts or any(not text or len(text) > MOST_LETTERS for text in texts):
            yield Drop("bad_variables", f"{name} has no value, or one that is no short plain data")
    if sum(len(texts) - 1 for texts in values.values()) < 1:
        yield Drop("nothing_changes", f"{', '.join(values)}: one value each, from beginning to end")


def _unwatched_findings(body: TraceBody, seen: Trace, using: Judge | None) -> Iterator[Drop]:
    """Run the program as it is: it prints the same, and its variables end with the values told last."""
    tree = parse(body.code)
    names = body.variables if _frame(tree, body.steps[0].line, seen) == 0 else ()
    asked = [name for name in names if name in body.steps[-1].variables]
    calls = [Call.evaluate(f"repr({name})") for name in asked]
    job = Job(body.code, calls, limits=LIMITS, mode=mode_of(tree), seed=SEEDS[1], as_main=True)
    run = judged((using or default_judge()).run(job))
    ends = [call.value for call in run.calls]
    told = [body.steps[-1].variables[name] for name in asked]
    if run.status != "ok" or run.stdout != seen.stdout or ends != told:
        yield Drop("watched_differs", f"{run.status}: {', '.join(asked)} end as {ends}, told were {told}")


def admit_trace(candidate: Candidate, using: Judge | None) -> Admitted | Drop:
    """Judge a candidate; see ``admission.admit``."""
    body = candidate.body
    assert isinstance(body, TraceBody)
    found, seen = findings(body, using=using)
    if found or seen is None:
        return found[0]
    runs = len(seeds_for(body.code)) + 1
    proof = {"runs": runs, "steps": len(body.steps), "variables": len(body.variables)}
    return shown.admitted(candidate, body, body.code, seen, proof, using)
