"""Hangman and debugging: write a function, or mend one.

Here: the rules, each with the word it is counted by, and the gate of the two games. Not here: literals
(``literals``), calling functions (``probing``), adding tests (``sharpening``), rules of texts (``wording``).

Reasons are words of a fixed list (``REASONS``); details are written for people and for the repair turn of a
model: they say what was seen and what was expected.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pygrounds_dagster.judge import Judge, Rules, default_judge
from pygrounds_dagster.judge.compare import difference
from pygrounds_dagster.problems.mutants.program import parse
from pygrounds_dagster.questions.admission.edits import comments, edit_between, signature_of
from pygrounds_dagster.questions.admission.giveaways import telling_name, telling_remark
from pygrounds_dagster.questions.admission.literals import (
    Arguments,
    NotLiteralError,
    read_arguments,
    read_value,
    tree_of,
    write_value,
)
from pygrounds_dagster.questions.admission.outside import (
    seeds_for,
    shows_set_order,
    taken_from_outside,
)
from pygrounds_dagster.questions.admission.probing import REFERENCE_STEPS, Answer, Probe, answers, probe
from pygrounds_dagster.questions.admission.sharpening import (
    LEAST_SCORE,
    Sharpness,
    Test,
    differ,
    is_plain,
    more_tests,
    sharpen,
    sharpness,
)
from pygrounds_dagster.questions.admission.stepping import Stepped
from pygrounds_dagster.questions.admission.wording import text_findings
from pygrounds_dagster.questions.bodies import DebuggingBody, HangmanBody, HiddenTest
from pygrounds_dagster.questions.difficulty import estimate
from pygrounds_dagster.questions.identity import content_key
from pygrounds_dagster.questions.model import Admitted, Candidate, Drop

REASONS: Mapping[str, str] = {
    "syntax_error": "code that does not parse",
    "function_missing": "code that does not define the function exactly once",
    "signature_differs": "codes whose parameters differ",
    "not_deterministic": "a solution that uses chance, time or input, or whose value depends on order",
    "not_literal": "inputs or outputs that are no plain literals",
    "unstable_output": "a value that no single text describes, like a set of several members",
    "sample_wrong": "the solution raises or gives something else than the sample's output",
    "reference_fails": "the solution raises or gives something else than a hidden test expects",
    "too_slow": "the solution needs too many steps",
    "prints": "the solution prints instead of returning",
    "one_answer": "the solution gives the same value for every test",
    "too_few_tests": "fewer than three different hidden tests",
    "tests_too_weak": "hidden tests that miss too many single-edit mutants",
    "no_edit": "the code shown does the same as the solution, token by token",
    "edit_too_large": "more than one edit of three tokens between the code shown and the solution",
    "reveals_bug": "a comment or text that gives the mistake away",
    "buggy_passes": "the code shown passes every hidden test",
    "buggy_passes_sample": "the code shown gives the right value for the sample",
    "buggy_crashes": "the code shown raises or gives no value",
    "buggy_hangs": "the code shown goes on and on",
    "buggy_not_deterministic": "the code shown gives now one value, now another",
    "fixed_fails": "the mended code does not do what the solution does",
    "name_not_mentioned": "a text that does not name the function",
    "leaks_solution": "a text that holds the solution",
    "no_explanation": "an explanation of less than a sentence",
}
"""Every reason, and what it means."""

LEAST_TESTS = 3
MOST_EDITED_TOKENS = 3

CodingBody = HangmanBody | DebuggingBody


@dataclass(slots=True)
class Inspection:
    """What was found about a question.

    Attributes:
        findings: broken rules, the gravest first; empty for a sound question.
        sample: the sample's call and the solution's value for it.
        tests: the different hidden tests and the solution's values for them.
    """

    findings: list[Drop] = field(default_factory=list)
    sample: Test | None = None
    tests: list[Test] = field(default_factory=list)


def inspect(body: CodingBody, *, using: Judge | None = None) -> Inspection:
    """Every rule but the sharpness of the tests and their number.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``probing.answers``.
    """
    found = Inspection(list(_static_findings(body)))
    if found.findings:
        return found
    try:
        sample = read_arguments(body.sample_input)
        calls = _different(body.hidden_tests)
        expected = [tree_of(read_value(text)) for text in (body.sample_output, *(out for _, out in calls))]
    except NotLiteralError as error:
        found.findings.append(Drop("not_literal", str(error)))
        return found
    asked = [sample, *calls.values()]
    stepped = Stepped(body.clean_solution, REFERENCE_STEPS).source
    given = probe(Probe(stepped, body.function_name, asked, stepped=True), using=using)
    found.findings += _reference_findings(body, asked, expected, given)
    if not found.findings:
        tests = list(zip(asked, given, strict=True))
        found.sample, found.tests = tests[0], tests[1:]
        found.findings += prove(body, tests, using=using)
    found.findings += text_findings(body)
    return found


def _different(tests: Sequence[HiddenTest]) -> dict[tuple[str, str], Arguments]:
    """Hidden tests that differ, by input and output; one input with two outputs stays twice.

    Raises:
        NotLiteralError: an input or output is no plain literal.
    """
    found: dict[tuple[str, str], Arguments] = {}
    for test in tests:
        call = read_arguments(test.input)
        found.setdefault((call.text, write_value(read_value(test.expected_output))), call)
    return found


# --- without running --------------------------------------------------------------------------------------


def _static_findings(body: CodingBody) -> Iterator[Drop]:
    codes = {"clean_solution": body.clean_solution}
    if isinstance(body, DebuggingBody):
        codes |= {name: getattr(body, name) for name in ("code_shown_to_student", "code_with_bug_fixed")}
    signatures: dict[str, str] = {}
    for name, code in codes.items():
        try:
            signature = signature_of(code, body.function_name)
        except (SyntaxError, ValueError) as error:
            yield Drop("syntax_error", f"{name}: {error}")
            continue
        if signature is None:
            yield Drop(
                "function_missing", f"{name} must define {body.function_name}() once, at the top level"
            )
        else:
            signatures[name] = signature
    if len(set(signatures.values())) > 1:
        shown = "; ".join(f"{name}: ({signature})" for name, signature in signatures.items())
        yield Drop("signature_differs", shown)
    if len(signatures) == len(codes):
        yield from _impure(codes)


def _impure(codes: Mapping[str, str]) -> Iterator[Drop]:
    for name, code in codes.items():
        found = taken_from_outside(parse(code), is_function=True)
        if found:
            yield Drop("not_deterministic", f"{name} uses {', '.join(found)}")
            return
        if shows_set_order(parse(code), is_function=True):
            yield Drop("not_deterministic", f"{name} puts the members of a set in the order of their hashes")
            return


# --- the solution -----------------------------------------------------------------------------------------


def _reference_findings(
    body: CodingBody, asked: Sequence[Arguments], expected: Sequence[Any], given: Sequence[Answer]
) -> Iterator[Drop]:
    """What the solution gives wrongly; at most one finding of a kind."""
    seen: set[str] = set()
    for number, (call, wanted, answer) in enumerate(zip(asked, expected, given, strict=True)):
        found = _reference_finding(f"{body.function_name}({call.text})", number == 0, wanted, answer)
        if found is not None and found.reason not in seen:
            seen.add(found.reason)
            yield found
    values = {answer.text for answer in given}
    if not seen and len(given) > LEAST_TESTS and len(values) == 1:
        yield Drop("one_answer", f"every call gives {values.pop()}: ask for something that differs")


def _reference_finding(call: str, is_sample: bool, wanted: Any, answer: Answer) -> Drop | None:
    if answer.status == "endless":
        return Drop("too_slow", f"{call} needs more than {REFERENCE_STEPS} steps")
    failed = answer.status != "value"
    wrong = f"gives no value: {answer.text}" if failed else difference(wanted, answer.tree, Rules())
    if wrong is not None:
        return Drop("sample_wrong" if is_sample else "reference_fails", f"clean_solution: {call}: {wrong}")
    if not is_plain(answer):
        return Drop("unstable_output", f"{call} gives {answer.text}: return plain data of a fixed order")
    if answer.printed:
        return Drop("prints", f"{call} prints {answer.printed[:60]!r}: return the result instead")
    return None


def prove(body: CodingBody, tests: Sequence[Test], *, using: Judge | None = None) -> list[Drop]:
    """Run the codes as they are under several hash seeds, to and fro, the sample first of ``tests``.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``probing.answers``.
    """
    codes = {"reference": body.clean_solution}
    if isinstance(body, DebuggingBody):
        codes["buggy"] = body.code_shown_to_student
        if body.code_with_bug_fixed != body.clean_solution:
            codes["fixed"] = body.code_with_bug_fixed
    calls = [call for call, _answer in tests]
    seeds = seeds_for(*codes.values())
    probes = [
        Probe(code, body.function_name, calls[:: _way(seed)], seed, restarts=0)
        for code in codes.values()
        for seed in seeds
    ]
    given = iter(answers(probes, using=using))
    runs = {name: [next(given)[:: _way(seed)] for seed in seeds] for name in codes}
    found = [*_proven_right("not_deterministic", "clean_solution", tests, *runs["reference"])]
    if isinstance(body, DebuggingBody):
        found += _buggy_findings(body, tests, *runs["buggy"])
        if "fixed" in runs:
            found += _proven_right("fixed_fails", "code_with_bug_fixed", tests, *runs["fixed"])
    return found


def _way(seed: int) -> int:
    """Odd seeds make the calls backwards."""
    return -1 if seed % 2 else 1


def _proven_right(reason: str, code: str, tests: Sequence[Test], *runs: Sequence[Answer]) -> Iterator[Drop]:
    for seed, run in enumerate(runs):
        for (call, wanted), got in zip(tests, run, strict=True):
            if differ(wanted, got):
                told = f"expected {wanted.text}, got {got.text} under hash seed {seed}"
                yield Drop(reason, f"{code}: ({call.text}): {told}")
                return


# --- the mistake ------------------------------------------------------------------------------------------


def _buggy_findings(
    body: DebuggingBody, tests: Sequence[Test], one: Sequence[Answer], *others: Sequence[Answer]
) -> Iterator[Drop]:
    yield from _edit_findings(body)
    for (call, _wanted), got in zip(tests, one, strict=True):
        if got.status not in ("value", "unasked"):
            reason = "buggy_hangs" if got.status == "endless" else "buggy_crashes"
            yield Drop(reason, f"code_shown_to_student: ({call.text}): {got.text}")
            return
    for (call, _wanted), first, *again in zip(tests, one, *others, strict=True):
        second = next((got for got in again if first.status != got.status or differ(first, got)), None)
        if second is not None:
            told = f"gives {first.text}, then {second.text}"
            yield Drop("buggy_not_deterministic", f"code_shown_to_student: ({call.text}) {told}")
            return
    wrong = [differ(wanted, got) for (_call, wanted), got in zip(tests, one, strict=True)]
    if not wrong[0]:
        call, answer = tests[0]
        yield Drop(
            "buggy_passes_sample", f"code_shown_to_student: ({call.text}) gives {answer.text}, as it should"
        )
    if len(wrong) > 1 and not any(wrong[1:]):
        yield Drop("buggy_passes", f"code_shown_to_student passes all {len(wrong) - 1} hidden tests")


def _edit_findings(body: DebuggingBody) -> Iterator[Drop]:
    edit = edit_between(body.clean_solution, body.code_shown_to_student)
    if edit.size == 0:
        yield Drop("no_edit", "code_shown_to_student is clean_solution")
    if edit.size > MOST_EDITED_TOKENS:
        told = f"{edit}: {edit.size} tokens, at most {MOST_EDITED_TOKENS} in one place are allowed"
        yield Drop("edit_too_large", told)
    told_off = comments(body.code_shown_to_student) - comments(body.clean_solution)
    if told_off:
        yield Drop("reveals_bug", f"a comment that only code_shown_to_student has: {sorted(told_off)[0]!r}")
    remark = telling_remark(body.code_shown_to_student)
    name = telling_name(body.clean_solution, body.code_shown_to_student)
    if remark or name:
        yield Drop("reveals_bug", f"code_shown_to_student says {remark or name!r}")


# --- the gate ---------------------------------------------------------------------------------------------


def admit_hangman(candidate: Candidate, using: Judge | None) -> Admitted | Drop:
    """Judge a hangman candidate; see ``admission.admit``."""
    assert isinstance(candidate.body, HangmanBody)
    return _admit(candidate, candidate.body, using)


def admit_debugging(candidate: Candidate, using: Judge | None) -> Admitted | Drop:
    """Judge a debugging candidate; see ``admission.admit``."""
    assert isinstance(candidate.body, DebuggingBody)
    return _admit(candidate, candidate.body, using)


def _admit(candidate: Candidate, body: CodingBody, using: Judge | None) -> Admitted | Drop:
    found = inspect(body, using=using)
    if found.findings or found.sample is None:
        return found.findings[0]
    tests, sample = found.tests, found.sample
    code, name = body.clean_solution, body.function_name
    key = content_key(body, candidate.subtopics[0], "beginner")
    seed = int(key[:8], 16)

    def keep(calls: Sequence[Arguments]) -> list[bool]:
        return _no_crash(body, calls, using)

    if len(tests) < LEAST_TESTS:
        room = LEAST_TESTS - len(tests)
        tests = tests + more_tests(code, name, tests or [sample], room, seed=seed, keep=keep, using=using)
    sharp = sharpen(code, name, tests, seed=seed, like=[sample[0]], keep=keep, using=using)
    tests = [*tests, *sharp.added]
    if len(tests) < LEAST_TESTS:
        return Drop(
            "too_few_tests", f"{len(tests)} different hidden tests, at least {LEAST_TESTS} are needed"
        )
    weak = weakness(sharp)
    added = tests[len(found.tests) :]
    again = prove(body, [sample, *tests], using=using) if added and weak is None else []
    if weak is not None or again:
        return weak or again[0]
    return _admitted(candidate, body, sample, tests, len(added), sharp, key, using)


def weakness(sharp: Sharpness) -> Drop | None:
    """The finding about tests that miss too many mutants; None if they are sharp enough."""
    if sharp.score >= LEAST_SCORE:
        return None
    missed = "; ".join(map(str, sharp.survivors[:5]))
    told = f"{len(sharp.survivors)} of {sharp.mutants} single-edit mutants pass every hidden test: {missed}"
    return Drop("tests_too_weak", told)


def mutation_findings(body: CodingBody, tests: Sequence[Test], *, using: Judge | None = None) -> list[Drop]:
    """Whether the hidden tests of a stored question are many and sharp enough.

    Raises:
        JudgeUnavailableError, NotJudgedError: as ``probing.answers``.
    """
    if len(tests) < LEAST_TESTS:
        return [Drop("too_few_tests", f"{len(tests)} different hidden tests, {LEAST_TESTS} are needed")]
    weak = weakness(sharpness(body.clean_solution, body.function_name, tests, using=using))
    return [weak] if weak else []


def _no_crash(body: CodingBody, calls: Sequence[Arguments], using: Judge | None) -> list[bool]:
    """Which calls give a value in the code shown too: a mistake of a debugging question never crashes."""
    if not isinstance(body, DebuggingBody):
        return [True] * len(calls)
    stepped = Stepped(body.code_shown_to_student, REFERENCE_STEPS).source
    shown = Probe(stepped, body.function_name, calls, stepped=True)
    return [answer.status == "value" for answer in probe(shown, using=using)]


def _admitted(
    candidate: Candidate,
    body: CodingBody,
    sample: Test,
    tests: Sequence[Test],
    added: int,
    sharp: Sharpness,
    key: str,
    using: Judge | None,
) -> Admitted:
    """The proof, and the body with canonical literals and the added tests."""
    rated = estimate(body.clean_solution, sample[1].steps)
    hidden = tuple(HiddenTest(input=call.text, expected_output=answer.text) for call, answer in tests)
    stored = body.model_copy(
        update={"sample_input": sample[0].text, "sample_output": sample[1].text, "hidden_tests": hidden}
    )
    code = body.clean_solution
    verification = {
        "tier": (using or default_judge()).standing().tier,
        "seeds": list(seeds_for(code)),
        "tests": len(hidden),
        "added_tests": added,
        "mutants": sharp.mutants,
        "killed": sharp.mutants - len(sharp.survivors),
        "score": round(sharp.score, 4),
        "survivors": [str(mutant) for mutant in sharp.survivors],
    }
    return Admitted(candidate, stored, rated.difficulty, rated.features, verification, key)
