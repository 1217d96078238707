"""Prices: read from the operator's file, never guessed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from pygrounds_dagster.cli.environment import settings_environment
from pygrounds_dagster.llm import Endpoint, Usage
from pygrounds_dagster.llm.prices import PriceTableError, load_prices
from pygrounds_dagster.settings import Settings


def write(folder: Path, text: str) -> Path:
    path = folder / "prices.yaml"
    path.write_text(text)
    return path


def test_cost_is_exact(tmp_path: Path) -> None:
    prices = load_prices(write(tmp_path, "a: {input: 0.27, output: 1.1, cached_input: 0.07}\n"))
    cost = prices["a"].of(Usage(input=1000, output=100, cached=400))
    assert cost == Decimal("0.000162") + Decimal("0.000028") + Decimal("0.00011")


def test_cached_input_costs_the_same_where_not_told(tmp_path: Path) -> None:
    prices = load_prices(write(tmp_path, "a: {input: 2, output: 0}\n"))
    assert prices["a"].of(Usage(input=10, output=5, cached=4)) == Decimal(20) / 1_000_000


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("a: {input: 1}", r"a\.output: Field required"),
        ("a: {input: -1, output: 1}", r"a\.input: Input should be greater than or equal to 0"),
        ("a: {input: 1, output: 1, eur: 1}", r"a\.eur: Extra inputs"),
        ("- a", "must map model names"),
        ("a: {", "cannot read"),
    ],
)
def test_wrong_table_is_refused(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(PriceTableError, match=f"PYGROUNDS_LLM_PRICES: .*{complaint}"):
        load_prices(write(tmp_path, text))


def test_settings_name_the_endpoint_and_keep_its_key_to_themselves(tmp_path: Path) -> None:
    settings = Settings(
        _env_file=None,
        llm_base_url="http://somewhere/v1/",
        llm_model="a",
        llm_api_key="very-secret",
        llm_prices=write(tmp_path, "a: {input: 2, output: 3}\n"),
        llm_concurrency=3,
    )
    endpoint = Endpoint.of(settings)
    assert (endpoint.base_url, endpoint.model, endpoint.concurrency) == ("http://somewhere/v1", "a", 3)
    assert endpoint.prices["a"].output == 3
    assert "very-secret" not in f"{endpoint!r} {settings!r}"


def test_services_are_given_the_key() -> None:
    settings = Settings(_env_file=None, llm_api_key="very-secret")
    assert settings_environment(settings)["PYGROUNDS_LLM_API_KEY"] == "very-secret"
