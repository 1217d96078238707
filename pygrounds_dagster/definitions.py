"""The code location: everything below ``defs/``."""

from pathlib import Path

import dagster as dg
from dagster.components import load_from_defs_folder


@dg.definitions
def defs() -> dg.Definitions:
    """All assets, checks, jobs, schedules, sensors and resources."""
    return load_from_defs_folder(path_within_project=Path(__file__).parent)
