"""Fixtures of a Dagster instance."""

from dagster_instance import dagster_template, dagster_url, installation, instance

__all__ = ["dagster_template", "dagster_url", "installation", "instance"]
