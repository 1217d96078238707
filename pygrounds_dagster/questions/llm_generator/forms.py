"""What a model answers with, for each game type, and the body that becomes of it.

Here: forms in the plain subset of JSON Schema that every endpoint enforces; their descriptions reach the
model. Not here: prompts (``prompts/``), whether an answer is true (``admission``).

A model is asked only for what it has to invent and for its claims: what a program prints, what a call gives.
What can be found out by running is found out: steps of traces, orders of lines, further answers of gaps.
"""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import BaseModel, Field

from pygrounds_dagster.judge import Judge
from pygrounds_dagster.questions.bodies import (
    Body,
    ClozeBody,
    DebuggingBody,
    HangmanBody,
    HiddenTest,
    OutputPredictionBody,
    ParsonsBody,
    PreAssessmentBody,
    WordBody,
)
from pygrounds_dagster.questions.model import Drop, GameType
from pygrounds_dagster.questions.template.options import Wrong, placed
from pygrounds_dagster.questions.template.programs.model import draw
from pygrounds_dagster.questions.template.trace import trace_body
from pygrounds_dagster.questions.tracing import trace
from pygrounds_dagster.questions.words import letters_of, parts_of

_PLACES = 4
_WRONG_OPTIONS = 3


class Form(BaseModel):
    """An answer of a model; fields that nobody asked for are passed over."""

    def body(self, seed: int, using: Judge | None, /) -> Body | Drop:
        """The fields of the game type; or what cannot be made of the answer.

        Args:
            seed: of the choices that are left to us.
            using: the judge.

        Raises:
            pydantic.ValidationError: fields are empty, too long or malformed.
            JudgeUnavailableError: nothing can be run safely on this machine.
            NotJudgedError: the judge said nothing about the program.
        """
        raise NotImplementedError

    def prose(self) -> dict[str, str]:
        """What people read, by field: texts that are neither code nor data."""
        names = ("question_text", "explanation", "buggy_question_text", "buggy_explanation", "clue")
        return {name: getattr(self, name) for name in names if hasattr(self, name)}


class TestForm(BaseModel):
    """A call of the function and its value."""

    __test__ = False  # no test of ours

    input: str = Field(description="The arguments as in the call, as literals: [1, 2], 3")
    expected_output: str = Field(description="repr() of what the call returns")


class HangmanForm(Form):
    """A function to write from scratch."""

    question_text: str = Field(description="The task; names the function in backticks with its parameters")
    function_name: str
    sample_input: str = Field(description="The arguments of the example call, as literals: [1, 2], 3")
    sample_output: str = Field(description="repr() of what the example call returns")
    hidden_tests: list[TestForm] = Field(description="5 to 8 calls with different values, edge cases too")
    clean_solution: str = Field(description="The whole function, Python 3.11")
    explanation: str = Field(description="How the solution works, in two or three sentences")

    def body(self, _seed: int, _using: Judge | None, /) -> Body | Drop:
        """See ``Form.body``."""
        return HangmanBody(**self._coding_fields())

    def _coding_fields(self) -> dict[str, object]:
        fields = {name: getattr(self, name) for name in HangmanForm.model_fields}
        tests = tuple(HiddenTest(**test.model_dump()) for test in self.hidden_tests)
        return fields | {"hidden_tests": tests}


class DebuggingForm(HangmanForm):
    """A function with one small mistake."""

    code_shown_to_student: str = Field(description="clean_solution with one edit that makes values wrong")
    buggy_question_text: str = Field(description="What the function should do and what is seen instead")
    buggy_explanation: str = Field(description="What the mistake is and how it is mended")

    def body(self, _seed: int, _using: Judge | None, /) -> Body | Drop:
        """See ``Form.body``."""
        return DebuggingBody(
            **self._coding_fields(),
            code_shown_to_student=self.code_shown_to_student,
            code_with_bug_fixed=self.clean_solution,
            buggy_question_text=self.buggy_question_text,
            buggy_explanation=self.buggy_explanation,
        )


class WordForm(Form):
    """A term of the material and a clue for it."""

    term: str = Field(description="The term as the material writes it, 4 to 13 letters")
    clue: str = Field(description="One sentence that means the term and holds no word of it")
    quote: str = Field(description="The sentence or glossary line of the material that says so, word by word")

    def body(self, _seed: int, _using: Judge | None, /) -> Body | Drop:
        """See ``Form.body``; the number of words is added to the clue of a term that has several."""
        words = len(parts_of(self.term))
        clue = self.clue.strip()
        if words > 1 and not clue.endswith(" words)"):
            clue = f"{clue} ({words} words)"
        return WordBody(clue=clue, answer=letters_of(self.term), term=self.term)


class PreAssessmentForm(Form):
    """A placement question about a program."""

    question_text: str = Field(description="One of the allowed questions, word by word")
    code: str
    right_option: str
    wrong_options: list[str] = Field(description="Exactly 3, each what a likely slip would give")
    explanation: str = Field(description="Why the right option is right, in two or three sentences")

    def body(self, seed: int, _using: Judge | None, /) -> Body | Drop:
        """See ``Form.body``; the right option stands where the seed says, not where the model likes it."""
        if len(self.wrong_options) != _WRONG_OPTIONS:
            return Drop("wrong_options", f"{len(self.wrong_options)} wrong options, 3 are needed")
        place = draw(seed, "place") % _PLACES
        wrong = [Wrong(text, "") for text in self.wrong_options]
        return PreAssessmentBody(
            question_text=self.question_text,
            code=self.code,
            options=placed(self.right_option, wrong, place, seed),
            correct_option=place,
            explanation=self.explanation,
        )


class OutputPredictionForm(Form):
    """A program whose output is asked for."""

    question_text: str = Field(description="Asks what the program prints; does not say it")
    code: str
    expected_output: str = Field(description="Everything that the program prints, exactly")
    explanation: str = Field(description="How the output comes about, in two or three sentences")

    def body(self, _seed: int, _using: Judge | None, /) -> Body | Drop:
        """See ``Form.body``."""
        return OutputPredictionBody(**{name: getattr(self, name) for name in type(self).model_fields})


class TraceForm(Form):
    """A program whose variables are followed."""

    code: str
    expected_output: str = Field(description="Everything that the program prints, exactly")
    explanation: str = Field(description="What happens to the variables, in two or three sentences")

    def body(self, seed: int, using: Judge | None, /) -> Body | Drop:
        """See ``Form.body``: frame, variables and steps are those of a run."""
        seen = trace(self.code, using=using)
        if seen.ended != "ok":
            return Drop("crashes" if seen.ended == "raised" else "not_run", f"{seen.ended}: {seen.error}")
        if seen.stdout.rstrip("\n") != self.expected_output.rstrip("\n"):
            told = f"expected {self.expected_output[:120]!r}, it prints {seen.stdout[:120]!r}"
            return Drop("wrong_output", told)
        body = trace_body(self.code, seen, self.explanation, seed)
        told = "no frame with 4 to 24 plain steps in which a variable changes at least twice"
        return body or Drop("nothing_changes", told)


class ParsonsForm(Form):
    """Lines to put in order."""

    question_text: str = Field(description="What the program does; not how its lines are ordered")
    lines: list[str] = Field(description="The program's lines in order, indented by four blanks a level")
    distractors: list[str] = Field(description="At most 2 lines that fit nowhere, indented too; may be empty")
    expected_output: str = Field(description="Everything that the program prints, exactly")
    explanation: str = Field(description="Why the lines stand in this order, in two or three sentences")

    def body(self, _seed: int, _using: Judge | None, /) -> Body | Drop:
        """See ``Form.body``; admission finds the other orders."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return ParsonsBody(**fields, orders=(tuple(range(len(self.lines))),))


class ClozeForm(Form):
    """A program with gaps."""

    question_text: str = Field(description="What the program does; does not name what stands in the gaps")
    code: str = Field(description="The program with 1 to 3 gaps written {{1}}, {{2}}, {{3}}, in order")
    answers: list[str] = Field(description="The token that stood in each gap, in order")
    expected_output: str = Field(description="Everything that the filled program prints, exactly")
    explanation: str = Field(description="Why these tokens belong there, in two or three sentences")

    def body(self, _seed: int, _using: Judge | None, /) -> Body | Drop:
        """See ``Form.body``; admission finds the other answers."""
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return ClozeBody(**fields | {"answers": tuple((answer,) for answer in self.answers)})


FORMS: Mapping[GameType, type[Form]] = {
    "hangman": HangmanForm,
    "debugging": DebuggingForm,
    "word": WordForm,
    "pre_assessment": PreAssessmentForm,
    "output_prediction": OutputPredictionForm,
    "trace": TraceForm,
    "parsons": ParsonsForm,
    "cloze": ClozeForm,
}
"""The form of each game type."""
