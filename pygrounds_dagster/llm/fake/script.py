"""Scripts: what the scripted model answers, as data.

Here: the form of a script and of a file of answers, reading them. Not here: acting on them (``behaviour``,
``server``).

A script is a YAML file: a list of replies, of which the first that fits the request is used. A reply has
a source of text (``text``, ``json``, ``canned``, ``call`` or ``prompt``) or an error ``status``, and what is
done to the text and to the connection.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any, Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

_PACKAGE = __package__
SHIPPED_ANSWERS = "answers"


class ScriptError(ValueError):
    """A script or a file of answers is not as it must be; says what and where."""


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


Form = TypeVar("Form", bound=_Form)


class Edit(_Form):
    """A change of an answer that is JSON.

    Attributes:
        path: keys and list indices separated by dots; ``*`` for every one.
        pattern: regular expression; unset: the whole value is replaced.
        into: the new value, or the replacement of the pattern's matches.
    """

    path: str
    pattern: str | None = None
    into: Any


class Reply(_Form):
    """One behaviour.

    Attributes:
        when: text that the request's messages must hold; unset: any request.
        times: how many requests get it; unset: all.
        status: HTTP status of an error instead of an answer.
        retry_after: the header of that name, seconds.
        message: of the error.
        text: answer as it is.
        value: answer as JSON (``json`` in the file).
        canned: the answer whose marker is in the messages; several take turns.
        repeat: always the first of several canned answers.
        call: ``package.module:function``, called with the request's body, returns the answer.
        prompt: the answer is the prompt itself.
        edits: changes of an answer that is JSON.
        around: text with ``{answer}`` in it, put around the answer.
        keep: characters of the answer that are kept.
        delay: seconds before the answer.
        pace: seconds between two pieces of a stream.
        cut_after: characters after which the answer ends.
        cut: how it ends: ``quiet``, a stream that merely stops; ``broken``, a connection that breaks.
        finish_reason: what the answer says about its end.
    """

    when: str | None = None
    times: int | None = Field(default=None, ge=1)
    status: int | None = Field(default=None, ge=400, le=599)
    retry_after: int | float | str | None = None
    message: str = "as scripted"
    text: str | None = None
    value: Any = Field(default=None, alias="json")
    canned: bool = False
    repeat: bool = False
    call: str | None = Field(default=None, pattern=r"^[\w.]+:\w+$")
    prompt: bool = False
    edits: tuple[Edit, ...] = ()
    around: str | None = None
    keep: int | None = Field(default=None, ge=0)
    delay: float = Field(default=0, ge=0)
    pace: float = Field(default=0, ge=0)
    cut_after: int | None = Field(default=None, ge=0)
    cut: Literal["quiet", "broken"] = "quiet"
    finish_reason: str | None = "stop"

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        given = [self.status, self.text, self.value, self.call]
        if sum(source is not None for source in given) + self.canned + self.prompt != 1:
            raise ValueError("needs exactly one of status, text, json, canned, call, prompt")
        if self.around is not None and "{answer}" not in self.around:
            raise ValueError("'around' needs {answer} in it")
        return self


class CannedAnswers(_Form):
    """Answers for requests whose messages hold a marker; texts, or values that are sent as JSON.

    ``call`` names a function that is given the request and may answer first.
    """

    marker: str
    call: str | None = Field(default=None, pattern=r"^[\w.]+:\w+$")
    answers: tuple[Any, ...] = Field(min_length=1)


class Script(_Form):
    """A scripted model.

    Attributes:
        description: what it is like, for people.
        refuses: response formats that it answers with status 400.
        replies: behaviours, in the order in which they are tried.
        answers: canned answers, in the order in which they are tried; from a file of their own.
    """

    description: str = ""
    refuses: frozenset[Literal["json_schema", "json_object"]] = frozenset()
    replies: tuple[Reply, ...] = Field(min_length=1)
    answers: tuple[CannedAnswers, ...] = ()


class _Answers(_Form):
    answers: tuple[CannedAnswers, ...]


def shipped_scripts() -> dict[str, str]:
    """Name → description of the scripts that come with the project."""
    return {name: load_script(name).description for name in _shipped_names()}


def load_script(script: str | Path, answers: Path | None = None) -> Script:
    """Read a script.

    Args:
        script: a file, or the name of a shipped one.
        answers: file of canned answers, which are tried before the shipped ones.

    Raises:
        ScriptError: there is none of that name, or it is not as it must be.
    """
    path = Path(script)
    if path.is_file():
        found = _parse(Script, str(path), _read(path))
    elif str(script) in _shipped_names():
        found = _parse(Script, f"script {script}", _shipped_text(str(script)))
    else:
        raise ScriptError(f"there is no script {script}: give a file or one of {', '.join(_shipped_names())}")
    canned = list(found.answers)
    if answers is not None:
        canned += _parse(_Answers, str(answers), _read(answers)).answers
    canned += _parse(_Answers, "shipped answers", _shipped_text(SHIPPED_ANSWERS)).answers
    return found.model_copy(update={"answers": tuple(canned)})


def _shipped_names() -> list[str]:
    files: Iterable[Any] = resources.files(_PACKAGE).joinpath("scripts").iterdir()
    names = (file.name.removesuffix(".yaml") for file in files if file.name.endswith(".yaml"))
    return sorted(name for name in names if name != SHIPPED_ANSWERS)


def _shipped_text(name: str) -> str:
    return resources.files(_PACKAGE).joinpath("scripts", f"{name}.yaml").read_text(encoding="utf-8")


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ScriptError(f"{path}: {error}") from error


def _parse(form: type[Form], where: str, text: str) -> Form:
    try:
        return form.model_validate(yaml.safe_load(text))
    except yaml.YAMLError as error:
        raise ScriptError(f"{where}: no YAML: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc'])) or 'it'}: {e['msg']}" for e in error.errors())
        raise ScriptError(f"{where}: {faults}") from error
