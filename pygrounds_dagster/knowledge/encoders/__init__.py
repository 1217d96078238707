"""Encoders: texts to vectors, by the model of the settings, run the way that suits the machine."""

from pygrounds_dagster.knowledge.encoders.choice import bulk_encoder, query_encoder, suited, token_counter

__all__ = ["bulk_encoder", "query_encoder", "suited", "token_counter"]
