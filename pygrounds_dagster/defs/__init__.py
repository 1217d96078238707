"""Dagster and nothing else: partitions, assets, checks, jobs, schedules, sensors, resources.

An asset function here is a few lines: resource → one domain function → what people want to see. Whatever
computes lies in a domain room, which knows nothing of Dagster. Every module here is loaded by itself.
"""
