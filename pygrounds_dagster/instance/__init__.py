"""The Dagster instance: where runs are stored, how they are started, what happens when they die.

Here: the classes that ``dagster.yaml`` names (storage, launcher, local files), the identity of a run's
process, the sweep after a crash, the one-daemon rule, running a selection in this process. Not here: assets
and anything that knows what a run computes.
"""
