"""Runs as seen from outside of Dagster: launching them over GraphQL, following them, ending them.

Here: the client that the command line, the API, tests and benchmarks use, without importing Dagster. Not
here: what a run does.
"""
