"""An endpoint that fails again and again is left; one that answers, however badly, is not."""

from __future__ import annotations

from pygrounds_dagster.llm import CutError, EndpointError, InvalidAnswerError, UnavailableError
from pygrounds_dagster.llm.circuit import Circuit


def test_failures_in_a_row_open_it_and_say_why() -> None:
    circuit = Circuit(2)
    circuit.failed(UnavailableError("nobody is there"))
    assert circuit.why_open == ""
    circuit.failed(UnavailableError("still nobody"))
    assert circuit.why_open == "2 requests in a row failed, the last because still nobody"


def test_an_answer_in_between_begins_the_row_anew() -> None:
    circuit = Circuit(2)
    for error in (
        InvalidAnswerError("no JSON", "no JSON", "hello"),
        CutError("too long", "length"),
    ):
        circuit.failed(UnavailableError("busy"))
        circuit.failed(error)
    circuit.failed(UnavailableError("busy"))
    circuit.answered()
    circuit.failed(CutError("the connection broke"))
    assert circuit.why_open == ""
    circuit.failed(CutError("the connection broke"))
    assert circuit.why_open


def test_a_wrong_key_opens_it_at_once_and_it_stays_open() -> None:
    circuit = Circuit()
    circuit.failed(EndpointError("the key is wrong; check PYGROUNDS_LLM_API_KEY", 401))
    circuit.answered()
    assert circuit.why_open == "the key is wrong; check PYGROUNDS_LLM_API_KEY"


def test_a_request_that_is_refused_for_its_content_is_one_failure() -> None:
    circuit = Circuit()
    circuit.failed(EndpointError("too long for this model", 400))
    assert circuit.why_open == ""
