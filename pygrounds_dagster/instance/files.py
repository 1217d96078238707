"""Local files of the instance, below ``PYGROUNDS_HOME``: compute logs and artifacts.

Dagster's own classes take a directory from ``dagster.yaml``; these take it from the settings, so that the
repository root can be ``DAGSTER_HOME`` and still stay clean.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

from dagster._config.config_schema import UserConfigSchema
from dagster._core.storage.local_compute_log_manager import LocalComputeLogManager
from dagster._core.storage.root import LocalArtifactStorage
from dagster._serdes import ConfigurableClassData

from pygrounds_dagster.settings import Settings


def _directory(name: str) -> str:
    path: Path = Settings().home / "dagster" / name
    path.mkdir(parents=True, exist_ok=True)
    return str(path)


class HomeArtifactStorage(LocalArtifactStorage):
    """Artifacts in ``PYGROUNDS_HOME/dagster/artifacts``."""

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """No configuration: the settings say where."""
        return {}

    @classmethod
    def from_config_value(
        cls,
        inst_data: ConfigurableClassData | None,
        config_value: Mapping[str, Any],  # noqa: ARG003
    ) -> Self:
        """Build from ``dagster.yaml``."""
        return cls(base_dir=_directory("artifacts"), inst_data=inst_data)


class HomeComputeLogManager(LocalComputeLogManager):
    """What runs print, in ``PYGROUNDS_HOME/dagster/compute_logs``."""

    @classmethod
    def config_type(cls) -> UserConfigSchema:
        """No configuration: the settings say where."""
        return {}

    @classmethod
    def from_config_value(
        cls,
        inst_data: ConfigurableClassData | None,
        config_value: Mapping[str, Any],  # noqa: ARG003
    ) -> Self:
        """Build from ``dagster.yaml``."""
        return cls(base_dir=_directory("compute_logs"), inst_data=inst_data)
