"""What is wrong with a foreign coding item: its codes are executed on its tests.

Here: the checks of hangman and debugging items in whatever shape their tests are. Not here: the other games
(``foreign_checks``), what code is called (``foreign_code``), how tests are written (``foreign_tests``), what
texts and values may mean (``foreign_values``), running (``foreign_runs``).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.questions.admission.edits import comments, edit_between
from pygrounds_dagster.questions.admission.outside import SEEDS, seeds_for
from pygrounds_dagster.questions.admission.probing import Answer
from pygrounds_dagster.questions.admission.wording import leaked_line
from pygrounds_dagster.questions.foreign_code import (
    Callee,
    callee,
    function_name,
    only_function,
    reads_input,
    source_of,
)
from pygrounds_dagster.questions.foreign_runs import Run, Runner, calls_of, programs_of
from pygrounds_dagster.questions.foreign_tests import test_pairs
from pygrounds_dagster.questions.foreign_values import is_expected, is_printed, readings
from pygrounds_dagster.questions.model import Drop

BUGGY_CODES = ("code_shown_to_student", "code_with_bug_fixed")
MOST_EDITED_TOKENS = 3
_TELLING = re.compile(
    r"\b(bugs?|buggy|wrong|incorrect|mistake|error here|fix(ed|me)?|should be|oops)\b", re.I
)


def coding_defects(
    fields: Mapping[str, Any], *, debugging: bool, lenient: bool, using: Judge | None
) -> Iterator[Drop]:
    """Defects of a coding item; what is missing is left out.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``probing.answers``.
    """
    yield from _Coding(fields, debugging, lenient, using).defects()


def needs_no(field: str, fields: Mapping[str, Any], *, lenient: bool) -> bool:
    """Whether an item can be checked without a field: its solution says what the field would.

    Leniently the name of the function; always the sample's input where the function has no parameters.
    """
    try:
        code = source_of(fields.get("clean_solution"), lenient=lenient)
        name = function_name(fields.get("function_name")) or only_function(code, lenient=lenient)
        found = callee(code, name, lenient=lenient) if name else None
        if field == "function_name":
            return lenient and (found is not None or reads_input(code))
        return field == "sample_input" and found is not None and not found.parameters and not found.signature
    except (SyntaxError, ValueError):  # reported as such
        return False


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
        self.names = ("clean_solution", *BUGGY_CODES) if debugging else ("clean_solution",)
        self.callees: dict[str, Callee] = {}
        self.is_program = False
        self.function = ""
        self.runner: Runner = calls_of(using)

    def defects(self) -> Iterator[Drop]:
        codes = dict[str, str]()
        for name in self.names:
            if self.fields.get(name) is not None:
                try:
                    codes[name] = source_of(self.fields[name], lenient=self.lenient)
                except ValueError as error:
                    yield Drop("wrong_shape", f"{name}: {error}")
        self.function = function_name(self.fields.get("function_name")) or self._only(codes)
        usable = dict[str, str]()
        for name, code in codes.items():
            found = self._find(name, code)
            if isinstance(found, Drop):
                yield found
            else:
                usable[name] = code
                self.callees[name] = found
        given = [one.signature for one in self.callees.values() if one.signature]
        if len(set(given)) > 1:
            yield Drop("signature_differs", "; ".join(f"({signature})" for signature in given))
        yield from self._edit(usable)
        if "clean_solution" in usable:
            yield from self._executed(usable)
            leaked = leaked_line(str(self.fields.get("question_text", "")), usable["clean_solution"])
            if leaked:
                yield Drop("leaks_solution", f"question_text holds {leaked!r}")

    def _only(self, codes: Mapping[str, str]) -> str:
        try:
            return only_function(codes.get("clean_solution", ""), lenient=self.lenient)
        except (SyntaxError, ValueError):  # reported as such
            return ""

    def _find(self, name: str, code: str) -> Callee | Drop:
        """What a code has its tests call; a whole program, which reads its input, if it has no function."""
        try:
            found = callee(code, self.function, lenient=self.lenient) if self.function else None
            reads = reads_input(code)
        except (SyntaxError, ValueError) as error:
            return Drop("syntax_error", f"{name}: {error}")
        may_be_program = self.lenient or not self.fields.get("function_name")
        if (found is None and reads and may_be_program) or (
            found is not None and reads and not found.signature and not found.parameters
        ):
            self.is_program = True
            return found or Callee("", "", ())
        if found is None:
            told = f"{name} does not define {self.function or 'a function'}() at its top level"
            return Drop("function_missing", told)
        return found

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
        new = comments(shown) - comments(others[0])
        telling = [text for text in sorted(new) if _TELLING.search(text)]
        if telling:
            yield Drop("reveals_bug", f"a comment: {telling[0]!r}")

    # --- running ------------------------------------------------------------------------------------------

    def _cases(self) -> Iterator[_Case | Drop]:
        given = [(self.fields.get("sample_input"), self.fields.get("sample_output"), True)]
        tests = self.fields.get("hidden_tests")
        given = [one for one in given if one[1] is not None]
        try:
            given += [(*pair, False) for pair in test_pairs(tests)] if tests else []
        except ValueError as error:
            yield Drop("wrong_shape", str(error))
        for value, expected, is_sample in given:
            meant = self._meant(value)
            if meant:
                yield _Case(meant, expected, is_sample)
            else:
                yield Drop(
                    "not_literal", f"input {value!r:.100} cannot be put between the brackets of a call"
                )

    def _meant(self, value: Any) -> Sequence[str]:
        """What an input may mean: what is typed for a program, else arguments."""
        if self.is_program:
            lines = value if isinstance(value, list) else ["" if value is None else value]
            return ["\n".join(map(str, lines))]
        if value is None or value == "":
            return [""]  # a function without parameters
        parameters = self.callees["clean_solution"].parameters
        name = self.function.rpartition(".")[2]
        return readings(value, name, parameters, lenient=self.lenient)

    def _executed(self, codes: Mapping[str, str]) -> Iterator[Drop]:
        found = list(self._cases())
        yield from (one for one in found if isinstance(one, Drop))
        cases = [one for one in found if isinstance(one, _Case)]
        if not cases:
            return
        if self.is_program:
            self.runner = programs_of(self.using)
        clean = self._run(codes, "clean_solution")
        calls, right = self._best_readings(clean, cases)
        wrong = [case for case, (good, _answer) in zip(cases, right, strict=True) if not good]
        yield from self._wrong(cases, right)
        if any(answer.status == "endless" for _good, answer in right):
            return  # nothing more is worth its time
        names = [name for name in BUGGY_CODES if name in codes]
        others = [self._run(codes, name).on(calls) for name in names]
        again, *given = self.runner([clean.on(calls, SEEDS[1]), *others])
        if not wrong:
            yield from self._other_seeds(clean, cases, calls, again)
        runs = dict(zip(names, given, strict=True))
        if "code_with_bug_fixed" in runs:
            yield from self._fixed(cases, runs["code_with_bug_fixed"], right)
        if "code_shown_to_student" in runs:
            yield from self._buggy(cases, runs["code_shown_to_student"], right)

    def _run(self, codes: Mapping[str, str], name: str) -> Run:
        return Run(codes[name], self.callees[name].expression)

    def _wrong(self, cases: Sequence[_Case], right: Sequence[tuple[bool, Answer]]) -> Iterator[Drop]:
        for case, (good, answer) in zip(cases, right, strict=True):
            if good:
                continue
            told = f"expected {case.expected!r:.100}, got {answer.text:.100}"
            if case.is_sample and case.expected == "":
                yield Drop("missing_field", f"sample_output is blank; the solution gives {answer.text:.100}")
            else:
                kind = "sample_wrong" if case.is_sample else "reference_fails"
                yield Drop(kind, f"{self.function}({case.readings[0]:.100}): {told}")

    def _best_readings(self, run: Run, cases: Sequence[_Case]) -> tuple[list[str], list[tuple[bool, Answer]]]:
        """For each test the reading that the solution agrees with, else the likeliest; and what it gave."""
        calls = [case.readings[0] for case in cases]
        first = self.runner([run.on(calls)])[0]
        if not self.is_program and _is_endless(first):  # long need not be endless
            self.runner = calls_of(self.using, counted=False)
            first = self.runner([run.on(calls)])[0]
        right = [(self._passes(case, answer), answer) for case, answer in zip(cases, first, strict=True)]
        for at, case in enumerate(cases):
            if right[at][0] or _is_endless(first):
                continue
            # alone, as a test runs it: an earlier call may have left something behind
            tried = [one[0] for one in self.runner([run.on([text]) for text in case.readings])]
            ranked = sorted(range(len(tried)), key=lambda i: self._rank(case, tried[i], i))
            best = ranked[0]
            calls[at], right[at] = case.readings[best], (self._passes(case, tried[best]), tried[best])
        return calls, right

    def _other_seeds(
        self, run: Run, cases: Sequence[_Case], calls: Sequence[str], again: Sequence[Answer]
    ) -> Iterator[Drop]:
        """Tests that fail under another hash seed, also when they are run alone."""
        seeds = seeds_for(run.source)[len(SEEDS) :]
        runs = [again, *(self.runner([run.on(calls, seed) for seed in seeds]) if seeds else ())]
        for seed, given in zip((SEEDS[1], *seeds), runs, strict=True):
            for case, call, answer in zip(cases, calls, given, strict=True):
                if self._passes(case, answer):
                    continue
                alone = self.runner([run.on([call], seed)])[0][0]
                if not self._passes(case, alone):
                    told = f"expected {case.expected!r:.80}, got {alone.text:.80} under hash seed {seed}"
                    yield Drop("not_deterministic", f"{self.function}({call:.100}): {told}")
                    return

    def _rank(self, case: _Case, answer: Answer, place: int) -> tuple[bool, bool, int]:
        return not self._passes(case, answer), answer.status != "value", place

    def _passes(self, case: _Case, answer: Answer) -> bool:
        if self.is_program:
            return is_printed(case.expected, answer, lenient=self.lenient)
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


def _is_endless(given: Sequence[Answer]) -> bool:
    return any(answer.status == "endless" for answer in given)
