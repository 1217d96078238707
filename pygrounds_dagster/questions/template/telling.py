"""What a program did, told in a few plain sentences: the explanation of a question about it.

Here: sentences that a run bears out. Not here: running (``tracing``).
"""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator

from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.template.slices import binds
from pygrounds_dagster.questions.tracing import SeenStep, Trace

MOST_SENTENCES = 5
_MOST_VALUES = 8


def told(code: str, seen: Trace) -> str:
    """An explanation of what a program printed.

    Args:
        code: the program.
        seen: its run; it ended by itself.
    """
    tree = parse(code)
    found = [*_calls(tree, seen), *_loops(tree, seen), *_conditions(tree, seen)]
    if len(found) < 2:
        found += _prints(tree, seen)
    if len(found) < 2:
        found += _ends(seen)
    found = list(dict.fromkeys(found))[:MOST_SENTENCES]
    last = seen.stdout.rstrip("\n").split("\n")[-1].strip()
    if len(found) < 3 and not any(f"`{last}`" in sentence for sentence in found):
        found.append(f"The last line printed is `{last}`.")
    return " ".join(found)


def listed(items: list[str], word: str = "and") -> str:
    """``a``, ``a and b``, ``a, b and c``."""
    return items[0] if len(items) == 1 else f"{', '.join(items[:-1])} {word} {items[-1]}"


def times(count: int) -> str:
    """``once``, ``twice``, ``3 times``."""
    return {0: "not once", 1: "once", 2: "twice"}.get(count, f"{count} times")


def _calls(tree: ast.Module, seen: Trace) -> Iterator[str]:
    """What the first calls gave, and whether a function calls itself."""
    plain = _plain_functions(tree)
    shown = 0
    for call in seen.calls[1:]:
        arguments = list(call.arguments.values())
        whole = all(text is not None and len(text) <= 50 for text in arguments) and call.function in plain
        if whole and call.result not in (None, "None") and shown < 2 and len(call.result or "") <= 50:
            shown += 1
            yield f"`{call.function}({', '.join(text or '' for text in arguments)})` gives `{call.result}`."
    for node in tree.body:
        if isinstance(node, ast.FunctionDef) and _calls_itself(node) and seen.complete:
            count = sum(call.function == node.name for call in seen.calls)
            if count > 1:
                yield f"`{node.name}` calls itself: it is called {times(count)} in all."


def _plain_functions(tree: ast.Module) -> set[str]:
    """Top-level functions whose calls give what their own bodies return: not decorated, not bound again."""
    bound = Counter(name for statement in tree.body for name in binds(statement))
    functions = (node for node in tree.body if isinstance(node, ast.FunctionDef))
    return {
        node.name
        for node in functions
        if not (node.decorator_list or node.args.vararg or node.args.kwarg) and bound[node.name] == 1
    }


def _calls_itself(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == node.name
        for n in ast.walk(node)
    )


def _loops(tree: ast.Module, seen: Trace) -> Iterator[str]:
    """How often each loop ran, and the values of its variable."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.For | ast.While) or node.lineno not in (seen.lines or {}):
            continue
        count = _entered(node, seen)
        if count is None:
            continue
        values = _values(node, seen) if isinstance(node, ast.For) else []
        tail = ""
        if isinstance(node, ast.For) and values and len(values) == count:
            tail = f": `{ast.unparse(node.target)}` is {listed([f'`{value}`' for value in values])}"
        yield f"The loop in line {node.lineno} runs {times(count)}{tail}."


def _entered(node: ast.For | ast.While | ast.If, seen: Trace) -> int | None:
    """How often the block of a statement was entered; None where that is not known."""
    first, lines = node.body[0], seen.lines or {}
    if not isinstance(first, ast.For | ast.While | ast.With):
        return lines.get(first.lineno, 0)
    return len(_turns(node, seen)) if seen.complete and _turns(node, seen) else None


def _turns(node: ast.For | ast.While | ast.If, seen: Trace) -> list[SeenStep]:
    """The steps of a header after which its block was entered."""
    before: dict[int, SeenStep] = {}
    found = []
    for step in seen.steps:
        last = before.get(step.call)
        if last is not None and (last.line, step.line) == (node.lineno, node.body[0].lineno):
            found.append(last)
        before[step.call] = step
    return found


def _values(node: ast.For, seen: Trace) -> list[str]:
    """Values of a loop's variable, turn by turn; empty where they are not known, or too many."""
    if not isinstance(node.target, ast.Name):
        return []
    found = [step.values.get(node.target.id) for step in _turns(node, seen)]
    texts = [text for text in found if text is not None and len(text) <= 20]
    return texts if len(texts) == len(found) <= _MOST_VALUES else []


def _conditions(tree: ast.Module, seen: Trace) -> Iterator[str]:
    """How often each condition held."""
    lines = seen.lines or {}
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and node.lineno in lines:
            asked, held = lines[node.lineno], _entered(node, seen)
            condition = ast.unparse(node.test)
            if len(condition) > 50 or held is None:
                continue
            if asked == 1:
                yield f"In line {node.lineno}, `{condition}` is {'true' if held else 'false'}."
            else:
                yield f"In line {node.lineno}, `{condition}` is true in {held} of {asked} cases."


def _prints(tree: ast.Module, seen: Trace) -> Iterator[str]:
    """Which line printed what, where every line of output has one plain ``print`` of its own."""
    places = [
        node.lineno
        for node in tree.body
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call) and _is_print(node.value)
    ]
    others = sum(isinstance(n, ast.Call) and _is_print(n) for n in ast.walk(tree)) - len(places)
    output = seen.stdout.rstrip("\n").split("\n")
    if others or len(places) != len(output):
        return
    for line, text in zip(places, output, strict=True):
        if text.strip():
            yield f"Line {line} prints `{text.strip()}`."


def _is_print(node: ast.Call) -> bool:
    return isinstance(node.func, ast.Name) and node.func.id == "print"


def _ends(seen: Trace) -> Iterator[str]:
    """The last values of the program's variables."""
    last = next((step for step in reversed(seen.steps) if step.call == 0), None)
    known = last.values.items() if last is not None else ()
    short = [f"`{name}` is `{text}`" for name, text in known if text is not None and len(text) <= 40]
    if short:
        yield f"At the end {listed(short[:3])}."
