"""What assets work with, made from the settings when first used and once per process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from functools import cache
from typing import TYPE_CHECKING

import dagster as dg
from psycopg_pool import ConnectionPool
from pydantic import Field

from pygrounds_dagster.curriculum.chunk import KINDS, Kind
from pygrounds_dagster.llm import BlockingLlm, Endpoint
from pygrounds_dagster.partition import Progress
from pygrounds_dagster.settings import Settings
from pygrounds_dagster.store.database import DatabaseUrls, database_urls
from pygrounds_dagster.store.pool import open_pool
from pygrounds_dagster.store.step import progress_writer

if TYPE_CHECKING:
    from pygrounds_dagster.curriculum.tokens import TokenCounter
    from pygrounds_dagster.knowledge.encoder import Encoder

_opened = ExitStack()


@cache
def _settings() -> Settings:
    return Settings()


@cache
def _urls() -> DatabaseUrls:
    return database_urls(_settings())


@cache
def _pool(connections: int) -> ConnectionPool:
    pool = open_pool(_urls().pygrounds, max_size=connections, name="pygrounds run")
    _opened.callback(pool.close)
    return pool


@cache
def _llm(connections: int) -> BlockingLlm:
    return _opened.enter_context(BlockingLlm(Endpoint.of(_settings()), _pool(connections)))


@cache
def _bulk_encoder(kind: Kind) -> Encoder:
    from pygrounds_dagster.knowledge.encoders import bulk_encoder

    return bulk_encoder(_settings(), kind)


@cache
def _query_encoder(kind: Kind) -> Encoder:
    from pygrounds_dagster.knowledge.encoders import query_encoder

    return query_encoder(_settings(), kind)


@cache
def _token_counter() -> TokenCounter:
    from pygrounds_dagster.knowledge.encoders import token_counter

    return token_counter(_settings())


def forget() -> None:
    """Close what this process holds; the next use reads the settings again."""
    _opened.close()
    for made in (_settings, _urls, _pool, _llm, _bulk_encoder, _query_encoder, _token_counter):
        made.cache_clear()


class _LazyEncoders(Mapping[Kind, "Encoder"]):
    """Encoders by kind; one that is not asked for is not loaded."""

    def __getitem__(self, kind: Kind) -> Encoder:
        return _bulk_encoder(kind)

    def __iter__(self) -> Iterator[Kind]:
        return iter(KINDS)

    def __len__(self) -> int:
        return len(KINDS)


class Platform(dg.ConfigurableResource):  # type: ignore[type-arg]
    """The installation that the settings describe: its database, content, indexes and encoders."""

    connections: int = Field(
        default=3,
        ge=1,
        description="Connections of one run to the knowledge base; store/pool.py has the budget.",
    )

    @property
    def settings(self) -> Settings:
        """What this installation differs in."""
        return _settings()

    @property
    def pool(self) -> ConnectionPool:
        """Connections to the knowledge base."""
        return _pool(self.connections)

    @property
    def dagster_url(self) -> str:
        """libpq URL of Dagster's own database."""
        return _urls().dagster

    @property
    def encoders(self) -> Mapping[Kind, Encoder]:
        """Encoders for many texts, by kind; loaded when first used."""
        return _LazyEncoders()

    @property
    def query_encoder(self) -> Encoder:
        """Encoder of prose for single texts, without torch; one instance for all threads."""
        return _query_encoder("concept")

    @property
    def llm(self) -> BlockingLlm:
        """The language model of the settings; one client for all threads.

        Raises:
            LlmError: the settings name none, or only half of one.
        """
        return _llm(self.connections)

    @property
    def counter(self) -> TokenCounter:
        """Counts word pieces as the encoders will see them."""
        return _token_counter()

    def progress(self, context: dg.AssetExecutionContext) -> Progress:
        """Where a step tells how far it is; shown by the command line and the API."""
        return progress_writer(self.pool, context.run.run_id, context.asset_key.to_user_string())


@dg.definitions
def resources() -> dg.Definitions:
    """The resources of every asset, by the name of the parameter that asks for them."""
    return dg.Definitions(resources={"platform": Platform()})
