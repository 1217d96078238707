"""What tokens cost.

Here: the price table that the operator writes, and the sum. Not here: prices; they change, and no release
could keep them right. A model without a price has no cost, which is not the same as none.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import BaseModel, ConfigDict, Field, RootModel, ValidationError

from pygrounds_dagster.llm.errors import LlmError
from pygrounds_dagster.llm.model import Usage

_MILLION = Decimal(1_000_000)
Dollars = Annotated[Decimal, Field(ge=0)]


class PriceTableError(LlmError):
    """The price table cannot be read."""


class Price(BaseModel):
    """US dollars for a million tokens of one model.

    Attributes:
        input: of tokens sent.
        output: of tokens answered.
        cached_input: of tokens sent that the endpoint had in its cache; ``input`` where not given.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    input: Dollars
    output: Dollars
    cached_input: Dollars | None = None

    def of(self, usage: Usage) -> Decimal:
        """Dollars for the tokens of one answer."""
        cached = self.input if self.cached_input is None else self.cached_input
        fresh = (usage.input - usage.cached) * self.input
        return (fresh + usage.cached * cached + usage.output * self.output) / _MILLION


_Table = RootModel[dict[str, Price]]


def load_prices(path: Path) -> dict[str, Price]:
    """Read a price table: a YAML mapping of model name → ``input``, ``output``, ``cached_input``.

    Raises:
        PriceTableError: there is no such file, or it holds something else.
    """
    try:
        return _Table.model_validate(yaml.safe_load(path.read_text(encoding="utf-8"))).root
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise PriceTableError(f"PYGROUNDS_LLM_PRICES: cannot read {path}: {error}") from error
    except ValidationError as error:
        faults = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise PriceTableError(
            f"PYGROUNDS_LLM_PRICES: {path} must map model names to input and output, "
            f"US dollars for a million tokens: {faults}"
        ) from error
