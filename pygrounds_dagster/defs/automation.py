"""When an asset is materialised without anyone asking."""

import dagster as dg

changed_upstream = (
    dg.AutomationCondition.any_deps_match(dg.AutomationCondition.data_version_changed())
    .since_last_handled()
    .with_label("an input has other content")
    & ~dg.AutomationCondition.in_progress()
    & ~dg.AutomationCondition.any_deps_in_progress()
).with_label("changed upstream")
"""Asks only where an input's *content* is another: materialising unchanged partitions again asks nothing.

``eager()`` would ask for every re-materialisation. What a tick may miss, the nightly reconciliation finds.
"""

refreshed = (
    dg.AutomationCondition.any_deps_match(dg.AutomationCondition.data_version_changed())
    .ignore(dg.AssetSelection.groups("problems"))
    .since_last_handled()
    .with_label("its text has other content")
    & ~dg.AutomationCondition.missing()
    & ~dg.AutomationCondition.in_progress()
    & ~dg.AutomationCondition.any_deps_in_progress()
).with_label("text of existing questions changed")
"""For question assets: makes up for what a change of text retires. A partition that has no questions yet
waits for the nightly run or for somebody who asks, so that starting an installation stays quick."""

automation_sensor = dg.AutomationConditionSensorDefinition(
    "automation",
    target=dg.AssetSelection.groups("knowledge", "quality", "questions"),
    default_status=dg.DefaultSensorStatus.RUNNING,
    minimum_interval_seconds=30,
    description="Materialises what depends on changed content, by the conditions of the assets.",
)
