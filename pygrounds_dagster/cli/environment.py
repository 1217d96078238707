"""The environment that the project's other processes and plain Dagster commands need.

What belongs here: settings as environment variables. What does not: what a setting does.
"""

from __future__ import annotations

import os
from pathlib import Path

from pydantic import SecretStr

from pygrounds_dagster.settings import PROJECT_ROOT, Settings

PREFIX = "PYGROUNDS_"


class DirectoryError(RuntimeError):
    """A directory that the settings name cannot be used; the text says which setting."""


def override_settings(dagster_port: int | None = None, api_port: int | None = None) -> Settings:
    """Settings with a command's options on top; processes started later inherit them."""
    for name, value in (("DAGSTER_PORT", dagster_port), ("API_PORT", api_port)):
        if value is not None:
            os.environ[PREFIX + name] = str(value)
    return Settings()


def check_directories(settings: Settings) -> None:
    """Make sure that the home can be written and that the content is there.

    Raises:
        DirectoryError: not so.
    """
    try:
        settings.home.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DirectoryError(
            f"{settings.home} cannot be made ({error.strerror}): "
            "set PYGROUNDS_HOME to a directory of your own."
        ) from error
    if not os.access(settings.home, os.W_OK | os.X_OK):
        raise DirectoryError(
            f"{settings.home} cannot be written by this user: set PYGROUNDS_HOME to a directory of your own."
        )
    for root in settings.content_roots:
        if not root.is_dir():
            raise DirectoryError(
                f"content root {root} is no directory: set PYGROUNDS_CONTENT to some that exist, ':' between."
            )


def settings_environment(settings: Settings) -> dict[str, str]:
    """The variables that make any process work on this installation, whatever its directory.

    ``DAGSTER_HOME``, ``PYGROUNDS_HOME``, the ports, and every setting that is not at its default.
    """
    always = {"home", "dagster_port", "api_port"}
    variables = {"DAGSTER_HOME": str(PROJECT_ROOT)}
    for name in type(settings).model_fields:
        value = getattr(settings, name)
        if value is not None and (name in always or name in settings.model_fields_set):
            variables[PREFIX + name.upper()] = _text(value)
    return variables


def _text(value: object) -> str:
    if isinstance(value, list):
        return ":".join(str(Path(part).expanduser().resolve()) for part in value)
    if isinstance(value, SecretStr):
        return value.get_secret_value()
    return str(value)
