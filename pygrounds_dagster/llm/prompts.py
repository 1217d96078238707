"""Prompts: files that people edit, read with their version.

Here: the form of the files, filling in. Not here: any prompt; each lies in ``prompts/`` of the room that
asks.

A prompt is a Markdown file: YAML front matter, then a section for each message, headed ``# system``,
``# user`` or ``# assistant``. ``$name`` or ``${name}`` stands for an input, ``$$`` for a dollar sign; what is
filled in is never read again, so that it may hold anything. A line ``@include shared/rules`` stands for the
text of ``prompts/shared/rules.md``, which is a part without front matter and includes nothing itself. The
version is the hash of the whole text, so that it changes with every part.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from string import Template

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from pygrounds_dagster.llm.errors import LlmError
from pygrounds_dagster.llm.model import Message, Request, Role

_VERSION_DIGITS = 12
_FILE = re.compile(r"---\n(?P<matter>.*?)^---\n(?P<body>.*)", re.DOTALL | re.MULTILINE)
_INCLUDE = re.compile(r"^@include (?P<part>[a-z0-9_]+(?:/[a-z0-9_]+)*)[ \t]*$", re.MULTILINE)
_SECTION = re.compile(r"^# (system|user|assistant)[ \t]*$", re.MULTILINE)


class PromptError(LlmError):
    """A prompt file is not as it must be, or is filled in with the wrong inputs."""


class _Matter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    purpose: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    inputs: frozenset[str] = frozenset()
    temperature: float | None = Field(default=None, ge=0, le=2)
    max_tokens: int | None = Field(default=None, ge=1)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A conversation with gaps.

    Attributes:
        name: of the file, without ``.md``.
        version: hash of the file's content, with the parts that it includes.
        purpose: what its requests are for, in the table of calls.
        inputs: names of the gaps.
        temperature: of sampling, or None.
        max_tokens: of the answer, or None.
        messages: role and text with gaps.
    """

    name: str
    version: str
    purpose: str
    inputs: frozenset[str]
    temperature: float | None
    max_tokens: int | None
    messages: tuple[tuple[Role, Template], ...]

    def fill(self, *, sample: int = 0, **inputs: str) -> Request:
        """The prompt as a request.

        Args:
            sample: number of this answer among several to the same request.
            inputs: text for each gap, neither fewer nor more.

        Raises:
            PromptError: an input is missing or unknown.
        """
        if inputs.keys() != self.inputs:
            wrong = [f"{name} is missing" for name in sorted(self.inputs - inputs.keys())]
            wrong += [f"{name} is unknown" for name in sorted(inputs.keys() - self.inputs)]
            raise PromptError(f"prompt {self.name}: {', '.join(wrong)}")
        return Request(
            messages=tuple(Message(role, text.substitute(inputs).strip()) for role, text in self.messages),
            purpose=self.purpose,
            prompt_version=self.version,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            sample=sample,
        )


@cache
def load_prompt(package: str, name: str) -> Prompt:
    """Read ``prompts/<name>.md`` of a package.

    Args:
        package: dotted name, usually the caller's ``__package__``.
        name: of the file, with ``/`` for folders, without ``.md``.

    Raises:
        PromptError: there is no such file, or it or a part of it is not as it must be; says what and where.
    """
    text = _read(package, name)
    return parse_prompt(name, _INCLUDE.sub(lambda line: _part(package, line["part"]), text))


def _read(package: str, name: str) -> str:
    file = resources.files(package).joinpath("prompts", *f"{name}.md".split("/"))
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise PromptError(f"prompt {name} of {package} cannot be read: {error}") from error


def _part(package: str, name: str) -> str:
    text = _read(package, name)
    if _INCLUDE.search(text):
        raise PromptError(f"prompt part {name} of {package}: a part includes nothing, write it out")
    return text.strip()


def parse_prompt(name: str, text: str) -> Prompt:
    """A prompt from the text of its file.

    Raises:
        PromptError: it is not as it must be.
    """
    parts = _FILE.fullmatch(text)
    if parts is None:
        raise PromptError(f"prompt {name}: begin it with YAML between two lines '---'")
    try:
        matter = _Matter.model_validate(yaml.safe_load(parts["matter"]))
    except yaml.YAMLError as error:
        raise PromptError(f"prompt {name}: its front matter is no YAML: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise PromptError(f"prompt {name}: its front matter is wrong: {faults}") from error
    messages = _messages(name, parts["body"])
    _check_gaps(name, messages, matter.inputs)
    version = hashlib.sha256(text.encode()).hexdigest()[:_VERSION_DIGITS]
    return Prompt(name, version, messages=messages, **dict(matter))


def _messages(name: str, body: str) -> tuple[tuple[Role, Template], ...]:
    before, *sections = _SECTION.split(body)
    if before.strip() or not sections:
        raise PromptError(f"prompt {name}: its text begins with a line '# system' or '# user'")
    pairs = zip(sections[::2], sections[1::2], strict=True)
    return tuple((role, Template(text)) for role, text in pairs)  # type: ignore[misc]  # the pattern says so


def _check_gaps(name: str, messages: tuple[tuple[Role, Template], ...], inputs: frozenset[str]) -> None:
    for role, text in messages:
        if not text.is_valid():
            raise PromptError(
                f"prompt {name}, section {role}: a '$' stands alone; write '$$' for a dollar sign"
            )
    used = {gap for _, text in messages for gap in text.get_identifiers()}
    if used != inputs:
        wrong = [f"${gap} is not among the inputs" for gap in sorted(used - inputs)]
        wrong += [f"input {gap} is not used" for gap in sorted(inputs - used)]
        raise PromptError(f"prompt {name}: {', '.join(wrong)}")
