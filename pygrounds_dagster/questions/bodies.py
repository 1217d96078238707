"""The fields of each game type.

Here: form only: which fields there are and what shape they have. Not here: whether they are true
(``admission``). The field names are those that apps and foreign banks use; JSON in, JSON out.
"""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=20_000)]
Code = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
Output = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
"""What a program prints; blanks at its beginning are part of it."""
Answer = Annotated[str, StringConstraints(pattern=r"^[A-Z]{4,13}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class HiddenTest(_Body):
    """A call and what it gives, as Python literals.

    ``input`` holds the arguments as they would be written in the call: ``"[1, 2], key=3"``;
    ``expected_output`` is the ``repr`` of what is returned.
    """

    input: str
    expected_output: str


class _CodingBody(_Body):
    question_text: Text
    function_name: Annotated[str, StringConstraints(pattern=r"^[a-z_][a-z0-9_]*$")]
    sample_input: str
    sample_output: str
    hidden_tests: tuple[HiddenTest, ...]
    clean_solution: Code
    explanation: Text


class HangmanBody(_CodingBody):
    """Write a function from scratch."""

    game_type: ClassVar[Literal["hangman"]] = "hangman"


class DebuggingBody(_CodingBody):
    """Find and mend the one mistake of a function.

    ``code_shown_to_student`` is ``clean_solution`` with one mistake, ``code_with_bug_fixed`` what it becomes.
    """

    game_type: ClassVar[Literal["debugging"]] = "debugging"
    code_shown_to_student: Code
    code_with_bug_fixed: Code
    buggy_question_text: Text
    buggy_explanation: Text


class WordBody(_Body):
    """A clue and its answer, for crosswords and word searches.

    ``term`` is the answer as the source writes it.
    """

    game_type: ClassVar[Literal["word"]] = "word"
    clue: Text
    answer: Answer
    term: Text


class PreAssessmentBody(_Body):
    """A question with four options, exactly one right; ``code`` is executed where there is some."""

    game_type: ClassVar[Literal["pre_assessment"]] = "pre_assessment"
    question_text: Text
    code: str = ""
    options: Annotated[tuple[Text, Text, Text, Text], Field()]
    correct_option: Annotated[int, Field(ge=0, le=3)]
    explanation: Text


class OutputPredictionBody(_Body):
    """What does this program print?"""

    game_type: ClassVar[Literal["output_prediction"]] = "output_prediction"
    question_text: Text
    code: Code
    stdin: str = ""
    expected_output: Output
    explanation: Text


class TraceStep(_Body):
    """After ``line`` was executed: the value of each asked variable as ``repr``, for those that exist."""

    line: Annotated[int, Field(ge=1)]
    variables: dict[str, str]


class TraceBody(_Body):
    """The values of variables after each executed line."""

    game_type: ClassVar[Literal["trace"]] = "trace"
    question_text: Text
    code: Code
    variables: tuple[str, ...]
    steps: tuple[TraceStep, ...]
    explanation: Text


class ParsonsBody(_Body):
    """Put lines in order, with their indentation.

    ``lines`` are in the right order, indented; ``distractors`` are lines that belong nowhere. ``orders``
    holds every order (as indices of ``lines``) that behaves the same; the first is the order of ``lines``.
    """

    game_type: ClassVar[Literal["parsons"]] = "parsons"
    question_text: Text
    lines: tuple[str, ...]
    distractors: tuple[str, ...] = ()
    orders: tuple[tuple[int, ...], ...]
    expected_output: Output
    explanation: Text


class ClozeBody(_Body):
    """Fill the gaps of a program.

    ``code`` has gaps written ``{{1}}``, ``{{2}}`` …; ``answers`` gives for each gap each token that was found
    to behave the same, the original first.
    """

    game_type: ClassVar[Literal["cloze"]] = "cloze"
    question_text: Text
    code: Code
    answers: tuple[tuple[str, ...], ...]
    expected_output: Output
    explanation: Text


Body = (
    HangmanBody
    | DebuggingBody
    | WordBody
    | PreAssessmentBody
    | OutputPredictionBody
    | TraceBody
    | ParsonsBody
    | ClozeBody
)

BODIES: dict[str, type[Body]] = {
    body.game_type: body
    for body in (
        HangmanBody,
        DebuggingBody,
        WordBody,
        PreAssessmentBody,
        OutputPredictionBody,
        TraceBody,
        ParsonsBody,
        ClozeBody,
    )
}


def body_of(game_type: str, fields: dict[str, Any]) -> Body:
    """The fields of a question as its body.

    Raises:
        KeyError: no such game type.
        pydantic.ValidationError: fields are missing or of the wrong shape.
    """
    return BODIES[game_type].model_validate(fields)
