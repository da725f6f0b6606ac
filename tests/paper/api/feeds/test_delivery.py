"""A message on its way."""

from __future__ import annotations

from runner.kraken import Pong
from runner.paper.api.feeds.delivery import Delivery


def test_a_delivery_is_a_value() -> None:
    """Two of the same message to the same connection are equal."""
    assert Delivery(1, Pong()) == Delivery(1, Pong()) != Delivery(2, Pong())
