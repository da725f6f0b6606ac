"""What follows from facts alone."""

from __future__ import annotations

from runner.app.doctor.facts import ExchangeFacts, KeyFacts
from runner.app.doctor.findings import Failure
from runner.net.failures import AccessFailed
from tests.app.doctor.builders import unreachable


def test_a_key_is_usable_if_it_is_there_and_well_formed() -> None:
    """A simulated exchange has its own."""
    assert KeyFacts(simulated=True).usable
    assert KeyFacts(sources=("KRAKEN_API_KEY",)).usable
    assert not KeyFacts().usable
    assert not KeyFacts(sources=("KRAKEN_API_KEY",), failure=Failure("no", "do")).usable


def test_an_answer_of_any_kind_is_a_connection() -> None:
    """Whatever it says."""
    away = unreachable("refused")
    assert ExchangeFacts(skew=away, websocket=None).rest is away
    assert ExchangeFacts(skew=AccessFailed("HTTP status 502"), websocket=None).rest is None
    assert ExchangeFacts(skew=(0, 1), websocket=None).rest is None
