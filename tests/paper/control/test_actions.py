"""What a person or a program may do to the exchange."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from runner.domain import acts_on
from runner.kraken import SystemStatus
from runner.paper import Feed
from runner.paper.control.actions import ControlError, change_status, choices, move_price, release_price
from runner.paper.state.orders import Status
from tests.paper.builders import NOW, Desk
from tests.support.for_each import for_each


def test_a_person_moves_the_price_and_an_order_fills() -> None:
    """It leaves the open orders and joins those that ended, filled to the last."""
    desk = Desk()
    txid = desk.placed(price="149.5", volume="2")
    assert move_price(desk.exchange, {"pair": "ETH/EUR", "bid": "140", "ask": "140.10"}, NOW)
    state = desk.exchange.state()
    assert (list(state.live), state.quotes["ETH/EUR"].ask) == ([], Decimal("140.10"))
    assert (state.ended[txid].status, state.ended[txid].remaining) == (Status.CLOSED, 0)


@for_each(["XBT/EUR", "BTC/EUR", "XBTEUR", "XXBTZEUR"])
def test_a_pair_by_any_of_its_names(pair: str) -> None:
    """Whoever steers it is as likely to use another client's."""
    desk = Desk()
    desk.exchange.follow(Feed(started=NOW))
    move_price(desk.exchange, {"pair": pair, "bid": "7900"}, NOW)
    assert desk.exchange.state().quotes["XBT/EUR"].bid == 7900
    release_price(desk.exchange, {"pair": pair}, NOW)
    assert desk.exchange.held == ()


def test_choices_for_a_fault() -> None:
    """Each message and call, with what may be done to it; all of that is accepted."""
    groups = choices()["faults"]
    assert list(groups) == ["requests", "messages", "REST calls"]
    for name, acts in [each for group in groups.values() for each in group.items()]:
        assert acts == [act.value for act in acts_on(name)]


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({}, "pair is missing"),
        ({"pair": 7}, "pair is missing"),
        ({"pair": "x" * 33}, "pair is missing"),
        ({"pair": "ETH/EUR"}, "bid is missing"),
        ({"pair": "ETH/EUR", "bid": "x", "ask": "1"}, "the bid is no price"),
        ({"pair": "ETH/EUR", "bid": "0", "ask": "1"}, "the bid is no price"),
        ({"pair": "ETH/EUR", "bid": "1", "ask": "9" * 20}, "the ask is no price"),
        ({"pair": "ETH/EUR", "bid": "2", "ask": "2"}, "the ask is not above the bid"),
        ({"pair": "ETH/NIL", "bid": "1", "ask": "2"}, "there is no pair ETH/NIL"),
    ],
)
def test_prices_that_cannot_be(fields: Any, words: str) -> None:
    """They are refused in words, and nothing moves."""
    desk = Desk()
    before = desk.exchange.state().quotes
    with pytest.raises(ControlError, match=words):
        move_price(desk.exchange, fields, NOW)
    assert desk.exchange.state().quotes == before


def test_the_state_of_the_exchange() -> None:
    """It changes, and every connection receives it."""
    desk = Desk()
    deliveries = change_status(desk.exchange, {"status": "cancel_only"}, NOW)
    assert [item.message for item in deliveries] == [SystemStatus(status="cancel_only", version="1.9.6")]
    with pytest.raises(ControlError, match="there is no status closed"):
        change_status(desk.exchange, {"status": "closed"}, NOW)
