"""What is wrong with a foreign coding item: its codes are executed on its tests.

Here: the checks of hangman and debugging items in whatever shape their tests are. Not here: the other games
(``foreign_checks``), what texts and values may mean (``foreign_values``).
"""

from __future__ import annotations

import ast
import json
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission.edits import comments, edit_between, signature_of
from pygrounds_dagster.questions.admission.probing import Answer, Probe, answers
from pygrounds_dagster.questions.admission.stepping import Stepped
from pygrounds_dagster.questions.admission.wording import leaked_line
from pygrounds_dagster.questions.foreign_values import is_expected, readings
from pygrounds_dagster.questions.model import Drop

BUGGY_CODES = ("code_shown_to_student", "code_with_bug_fixed")
MOST_EDITED_TOKENS = 3
_MOST_STEPS = 300_000
_TELLING = re.compile(
    r"\b(bugs?|buggy|wrong|incorrect|mistake|error here|fix(ed|me)?|should be|oops)\b", re.I
)
_FENCE = re.compile(r"^\s*```[\w+-]*\s*\n(.*?)\n?\s*```\s*$", re.DOTALL)


def coding_defects(
    fields: Mapping[str, Any], *, debugging: bool, lenient: bool, using: Judge | None
) -> Iterator[Drop]:
    """Defects of a coding item; what is missing is left out.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``probing.answers``.
    """
    yield from _Coding(fields, debugging, lenient, using).defects()


@dataclass(frozen=True, slots=True)
class _Case:
    """One test: what it may mean, what is expected."""

    readings: Sequence[str]
    expected: Any
    is_sample: bool


class _Coding:
    """The checks of one coding item."""

    def __init__(
        self, fields: Mapping[str, Any], debugging: bool, lenient: bool, using: Judge | None
    ) -> None:
        self.fields = fields
        self.lenient = lenient
        self.using = using
        self.counted = True
        names = ("clean_solution", *BUGGY_CODES) if debugging else ("clean_solution",)
        self.codes = {name: self._code(fields[name]) for name in names if isinstance(fields.get(name), str)}
        self.function = str(fields.get("function_name") or self._first_function()).strip().removesuffix("()")

    def _code(self, text: str) -> str:
        if not self.lenient:
            return text
        fenced = _FENCE.match(text)
        text = fenced[1] if fenced else text
        if "\n" not in text and "\\n" in text:
            text = text.replace("\\n", "\n").replace("\\t", "\t").replace('\\"', '"')
        return textwrap.dedent(text)

    def _first_function(self) -> str:
        try:
            body = parse(self.codes.get("clean_solution", "")).body
        except (SyntaxError, ValueError):
            return ""
        return next((node.name for node in body if isinstance(node, ast.FunctionDef)), "")

    def defects(self) -> Iterator[Drop]:
        signatures = {}
        for name, code in self.codes.items():
            try:
                signatures[name] = signature_of(code, self.function)
            except (SyntaxError, ValueError) as error:
                yield Drop("syntax_error", f"{name}: {error}")
        for name, signature in signatures.items():
            if signature is None:
                yield Drop(
                    "function_missing", f"{name} does not define {self.function}() once, at the top level"
                )
        given = [signature for signature in signatures.values() if signature is not None]
        if len(set(given)) > 1:
            yield Drop("signature_differs", "; ".join(f"({signature})" for signature in given))
        usable = {name: self.codes[name] for name, signature in signatures.items() if signature is not None}
        yield from self._edit(usable)
        if "clean_solution" in usable:
            yield from self._executed(usable)
            leaked = leaked_line(str(self.fields.get("question_text", "")), usable["clean_solution"])
            if leaked:
                yield Drop("leaks_solution", f"question_text holds {leaked!r}")

    def _edit(self, codes: Mapping[str, str]) -> Iterator[Drop]:
        shown = codes.get("code_shown_to_student")
        others = [codes[name] for name in ("code_with_bug_fixed", "clean_solution") if name in codes]
        if shown is None or not others:
            return
        edits = [edit_between(other, shown) for other in others]
        smallest = min(edits, key=lambda edit: (edit.size == 0, edit.size))
        if edits[-1].size == 0:  # one that equals the code "with the bug fixed" alone makes that one wrong
            yield Drop("no_edit", "code_shown_to_student is the solution")
        elif smallest.size > MOST_EDITED_TOKENS:
            yield Drop("edit_too_large", f"{smallest}: {smallest.size} tokens")
        telling = [text for text in comments(shown) - comments(others[0]) if _TELLING.search(text)]
        if telling:
            yield Drop("reveals_bug", f"a comment: {telling[0]!r}")

    # --- running ------------------------------------------------------------------------------------------

    def _cases(self) -> Iterator[_Case | Drop]:
        parameters = _parameters(self.codes["clean_solution"], self.function)
        given = [(self.fields.get("sample_input"), self.fields.get("sample_output"), True)]
        tests = self.fields.get("hidden_tests")
        given = [one for one in given if one[1] is not None]
        try:
            given += [(*pair, False) for pair in test_pairs(tests)] if tests else []
        except ValueError as error:
            yield Drop("wrong_shape", str(error))
        for value, expected, is_sample in given:
            if value is None:
                value = ""  # a function without parameters
            meant = readings(value, self.function, parameters, lenient=self.lenient)
            if value == "" and not meant:
                meant = [""]
            if meant:
                yield _Case(meant, expected, is_sample)
            else:
                yield Drop(
                    "not_literal", f"input {value!r:.100} cannot be put between the brackets of a call"
                )

    def _executed(self, codes: Mapping[str, str]) -> Iterator[Drop]:
        found = list(self._cases())
        yield from (one for one in found if isinstance(one, Drop))
        cases = [one for one in found if isinstance(one, _Case)]
        if not cases:
            return
        calls, right = self._best_readings(codes["clean_solution"], cases)
        wrong = [case for case, (good, _answer) in zip(cases, right, strict=True) if not good]
        for case, (good, answer) in zip(cases, right, strict=True):
            if not good:
                kind = "sample_wrong" if case.is_sample else "reference_fails"
                told = f"expected {case.expected!r:.100}, got {answer.text:.100}"
                yield Drop(kind, f"{self.function}({case.readings[0]:.100}): {told}")
        if any(answer.status == "endless" for _good, answer in right):
            return  # nothing more is worth its time
        probes = [self._probe(codes["clean_solution"], calls, seed=1)]
        names = [name for name in BUGGY_CODES if name in codes]
        probes += [self._probe(codes[name], calls) for name in names]
        again, *others = answers(probes, using=self.using)
        if not wrong:
            yield from self._other_seed(codes["clean_solution"], cases, calls, again)
        runs = dict(zip(names, others, strict=True))
        if "code_with_bug_fixed" in runs:
            yield from self._fixed(cases, runs["code_with_bug_fixed"], right)
        if "code_shown_to_student" in runs:
            yield from self._buggy(cases, runs["code_shown_to_student"], right)

    def _probe(self, code: str, calls: Sequence[str], seed: int = 0) -> Probe:
        """Calls of a code that stops itself when it goes on and on, unless the solution is as long."""
        source = Stepped(code, _MOST_STEPS).source if self.counted else code
        return Probe(source, self.function, calls, seed, stepped=self.counted, restarts=0)

    def _best_readings(
        self, code: str, cases: Sequence[_Case]
    ) -> tuple[list[str], list[tuple[bool, Answer]]]:
        """For each test the reading that the solution agrees with, else the likeliest; and what it gave."""
        calls = [case.readings[0] for case in cases]
        first = answers([self._probe(code, calls)], using=self.using)[0]
        if any(answer.status == "endless" for answer in first):  # long need not be endless
            self.counted = False
            first = answers([self._probe(code, calls)], using=self.using)[0]
        right = [(self._passes(case, answer), answer) for case, answer in zip(cases, first, strict=True)]
        for at, case in enumerate(cases):
            if right[at][0] or right[at][1].status in ("endless", "unasked"):
                continue
            # alone, as a test runs it: an earlier call may have left something behind
            alone = [self._probe(code, [text]) for text in case.readings]
            tried = [one[0] for one in answers(alone, using=self.using)]
            ranked = sorted(range(len(tried)), key=lambda i: self._rank(case, tried[i], i))
            best = ranked[0]
            calls[at], right[at] = case.readings[best], (self._passes(case, tried[best]), tried[best])
        return calls, right

    def _other_seed(
        self, code: str, cases: Sequence[_Case], calls: Sequence[str], again: Sequence[Answer]
    ) -> Iterator[Drop]:
        """Tests that fail under another hash seed, also when they are run alone."""
        for case, call, answer in zip(cases, calls, again, strict=True):
            if self._passes(case, answer):
                continue
            alone = answers([self._probe(code, [call], seed=1)], using=self.using)[0][0]
            if not self._passes(case, alone):
                told = f"expected {case.expected!r:.80}, got {alone.text:.80} under another hash seed"
                yield Drop("not_deterministic", f"{self.function}({call:.100}): {told}")

    def _rank(self, case: _Case, answer: Answer, place: int) -> tuple[bool, bool, int]:
        return not self._passes(case, answer), answer.status != "value", place

    def _passes(self, case: _Case, answer: Answer) -> bool:
        return is_expected(case.expected, answer, lenient=self.lenient)

    def _like(self, case: _Case, answer: Answer, solution: Answer) -> bool:
        """Whether a code does what is expected, or what the solution does."""
        same = (answer.status, answer.text, answer.printed)
        return self._passes(case, answer) or same == (solution.status, solution.text, solution.printed)

    def _fixed(
        self, cases: Sequence[_Case], run: Sequence[Answer], right: Sequence[tuple[bool, Answer]]
    ) -> Iterator[Drop]:
        for case, answer, (_good, solution) in zip(cases, run, right, strict=True):
            if not self._like(case, answer, solution):
                told = f"expected {case.expected!r:.100}, got {answer.text:.100}"
                yield Drop("fixed_fails", f"code_with_bug_fixed: ({case.readings[0]:.100}): {told}")
                return

    def _buggy(
        self, cases: Sequence[_Case], run: Sequence[Answer], right: Sequence[tuple[bool, Answer]]
    ) -> Iterator[Drop]:
        passed = {True: list[bool](), False: list[bool]()}
        for case, answer, (_good, solution) in zip(cases, run, right, strict=True):
            if answer.status not in ("value", "unasked") and solution.status == "value":
                kind = "buggy_hangs" if answer.status == "endless" else "buggy_crashes"
                yield Drop(kind, f"code_shown_to_student: ({case.readings[0]:.100}): {answer.text:.100}")
            passed[case.is_sample].append(self._like(case, answer, solution))
        if any(passed[True]):
            yield Drop("buggy_passes_sample", "code_shown_to_student gives what the sample shows")
        if passed[False] and all(passed[False]):
            yield Drop("buggy_passes", f"code_shown_to_student passes all {len(passed[False])} hidden tests")


def _parameters(code: str, function: str) -> list[str]:
    for node in parse(code).body:
        if isinstance(node, ast.FunctionDef) and node.name == function:
            arguments = node.args
            return [one.arg for one in (*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs)]
    return []


def test_pairs(tests: Any) -> list[tuple[Any, Any]]:
    """Input and expected output of hidden tests, whatever they are written as.

    Raises:
        ValueError: they are not to be recognised; says which.
    """
    if isinstance(tests, str):
        tests = _parsed(tests)
    if isinstance(tests, dict):
        inner = next((tests[name] for name in ("tests", "cases") if name in tests), None)
        tests = inner if inner is not None else [list(pair) for pair in tests.items()]
    if not isinstance(tests, list):
        raise ValueError(f"hidden_tests must be a list, not {tests!r:.60}")
    return [_pair(number, test) for number, test in enumerate(tests, start=1)]


test_pairs.__test__ = False  # type: ignore[attr-defined]  # a function of ours, not a test of pytest's


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        try:
            return ast.literal_eval(text)
        except (ValueError, SyntaxError, RecursionError, MemoryError):
            raise ValueError(f"hidden_tests is text that holds no list: {text!r:.60}") from None


def _pair(number: int, test: Any) -> tuple[Any, Any]:
    if isinstance(test, dict):
        inputs = [
            test[name] for name in ("input", "inputs", "args", "arguments", "test_input") if name in test
        ]
        outputs = [
            test[name]
            for name in (
                "expected_output",
                "expected",
                "output",
                "result",
                "expectedOutput",
                "expected_result",
            )
            if name in test
        ]
        if inputs and outputs:
            return inputs[0], outputs[0]
        raise ValueError(f"hidden test {number} has no {'expected_output' if inputs else 'input'}")
    if isinstance(test, list | tuple) and len(test) == 2:
        return test[0], test[1]
    raise ValueError(f"hidden test {number} is no pair of input and expected output: {test!r:.60}")
