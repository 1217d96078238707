"""How steps of a run are executed: in its process, each as soon as its inputs exist."""

import dagster as dg

in_process = dg.in_process_executor.configured(
    {"step_dependency_config": {"require_upstream_step_success": False}},
    name="in_process",
)
"""A process for each step would load the encoders again, and costs a second. A step that failed for some
partitions has announced its output all the same (see ``settle``), so the road goes on for the others."""


@dg.definitions
def execution() -> dg.Definitions:
    """The executor of every job."""
    return dg.Definitions(executor=in_process)
