"""A question as Markdown, with its answer: for teachers, authors and asset metadata.

Here: one text for each game type. Not here: what a learner is shown, which never has the answer.
"""

from __future__ import annotations

from pygrounds_dagster.questions.bodies import (
    Body,
    ClozeBody,
    DebuggingBody,
    HangmanBody,
    OutputPredictionBody,
    ParsonsBody,
    PreAssessmentBody,
    TraceBody,
    WordBody,
)

_LETTERS = "ABCD"
_SHOWN_TESTS = 5


def question_markdown(body: Body) -> str:
    """The question, its code and its answer."""
    return "\n\n".join(part for part in _parts(body) if part)


def _parts(body: Body) -> list[str]:
    match body:
        case DebuggingBody():
            shown = fenced(body.code_shown_to_student)
            return [
                body.buggy_question_text,
                shown,
                _tests(body),
                "Mended:",
                fenced(body.code_with_bug_fixed),
            ]
        case HangmanBody():
            return [body.question_text, _tests(body), fenced(body.clean_solution)]
        case WordBody():
            return [f"{body.clue} **{body.answer}** ({body.term})"]
        case PreAssessmentBody():
            return [body.question_text, fenced(body.code), _options(body), body.explanation]
        case OutputPredictionBody():
            return [body.question_text, fenced(body.code), "Prints:", fenced(body.expected_output, "text")]
        case TraceBody():
            return [body.question_text, fenced(body.code), _steps(body)]
        case ParsonsBody():
            extra = "\n".join(body.distractors)
            belongs = ["Lines that belong nowhere:", fenced(extra)] if extra else []
            return [body.question_text, fenced("\n".join(body.lines)), *belongs]
        case ClozeBody():
            gaps = [f"{number}. {' or '.join(f'`{a}`' for a in some)}" for number, some in _numbered(body)]
            return [body.question_text, fenced(body.code), "\n".join(gaps)]


def fenced(text: str, language: str = "python") -> str:
    """A block of code; nothing for no text."""
    return f"````{language}\n{text.rstrip()}\n````" if text else ""


def _tests(body: HangmanBody | DebuggingBody) -> str:
    shown = [(body.sample_input, body.sample_output)]
    shown += [(test.input, test.expected_output) for test in body.hidden_tests[:_SHOWN_TESTS]]
    calls = "\n".join(f"{body.function_name}({given})  # {gives}" for given, gives in shown)
    more = len(body.hidden_tests) - _SHOWN_TESTS
    return fenced(calls + (f"\n# and {more} more tests" if more > 0 else ""))


def _options(body: PreAssessmentBody) -> str:
    lines = zip(_LETTERS, body.options, strict=True)
    right = _LETTERS[body.correct_option]
    return "\n".join(f"- {f'**{letter}**' if letter == right else letter}. {text}" for letter, text in lines)


def _steps(body: TraceBody) -> str:
    head = f"| line | {' | '.join(body.variables)} |\n|---{'|---' * len(body.variables)}|"
    rows = [
        f"| {step.line} | {' | '.join(step.variables.get(name, '') for name in body.variables)} |"
        for step in body.steps
    ]
    return "\n".join([head, *rows])


def _numbered(body: ClozeBody) -> list[tuple[int, tuple[str, ...]]]:
    return list(enumerate(body.answers, start=1))
