"""Where the model is and how patient we are with it.

Here: the settings of one endpoint, complete. Not here: talking to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from pydantic import SecretStr

from pygrounds_dagster.llm.errors import NoModelError
from pygrounds_dagster.llm.prices import Price, load_prices
from pygrounds_dagster.settings import Settings


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An OpenAI-compatible endpoint and a model of it.

    Attributes:
        base_url: without the ``/chat/completions``.
        model: the model's name there.
        api_key: sent as a bearer token; never shown.
        timeout: seconds that one request may take; of a stream: that it may pause.
        deadline: seconds for an answer, with waiting, retries and repair.
        attempts: requests for one answer.
        concurrency: requests at a time, over all processes.
        first_pause: seconds before the first retry; doubled for each further one, with jitter.
        prices: by model.
    """

    base_url: str
    model: str
    api_key: SecretStr = field(repr=False)
    timeout: float = 90
    deadline: float = 240
    attempts: int = 5
    concurrency: int = 16
    first_pause: float = 0.5
    prices: Mapping[str, Price] = field(default_factory=dict)

    @classmethod
    def of(cls, settings: Settings) -> Endpoint:
        """The endpoint that is configured.

        Raises:
            NoModelError: none is; says which settings are missing.
            PriceTableError: the price table cannot be read.
        """
        base_url, model, key = settings.llm_base_url, settings.llm_model, settings.llm_api_key
        if not (base_url and model and key and key.get_secret_value()):
            given = {"BASE_URL": base_url, "MODEL": model, "API_KEY": key and key.get_secret_value()}
            missing = " and ".join(f"PYGROUNDS_LLM_{name}" for name, value in given.items() if not value)
            raise NoModelError(f"no model is configured: set {missing} (docs/how-to/use-a-model.md)")
        return cls(
            base_url=base_url.rstrip("/"),
            model=model,
            api_key=key,
            timeout=settings.llm_timeout,
            deadline=settings.llm_deadline,
            attempts=settings.llm_attempts,
            concurrency=settings.llm_concurrency,
            prices={} if settings.llm_prices is None else load_prices(settings.llm_prices),
        )
